"""What a device could send to make the terminal work without end, made harmless before the engine sees it.

Only the repeat of a character is such: eight bytes ask for sixty thousand cells. Control characters may stand inside a
sequence and it may be cut anywhere, so an unfinished one is kept back until the rest has come; nobody sees the
difference.
"""

import re

_INSIDE = r"[\x00-\x17\x19\x1c-\x1f\d;:]"  # control characters act also within a sequence; CAN and SUB end it
_REPEAT = re.compile(rf"\x1b\[({_INSIDE}*)b")
_UNFINISHED = re.compile(rf"\x1b(?:\[{_INSIDE}*)?\Z")
_NUMBER = re.compile(r"\d*")
_SPOKEN = re.compile(r"[\d;:]")
_LONGEST = 256  # no device means a sequence that is longer


class Guard:
    """Stands before one engine."""

    def __init__(self) -> None:
        self._held = ""

    def let_through(self, text: str, cols: int) -> str:
        """Give what may be fed now; a character is repeated at most as often as it fits into a line."""
        text, self._held = self._held + text, ""
        if "\x1b" not in text:
            return text
        start = text.rfind("\x1b")
        if _UNFINISHED.match(text, start):
            text, self._held = text[:start], text[start:]
            if len(self._held) > _LONGEST:
                text, self._held = f"{text}{self._held}\x18", ""
        return _REPEAT.sub(lambda found: _bounded(found.group(1), cols), text)


def _bounded(inside: str, cols: int) -> str:
    spoken = "".join(_SPOKEN.findall(inside))
    number = _NUMBER.match(spoken)
    count = int(number.group()[:6] or 1) if number is not None else 1
    return f"{_SPOKEN.sub('', inside)}\x1b[{min(count, cols)}b"
