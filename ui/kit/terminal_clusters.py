"""Characters made of several code points: the engine would give each mark a cell, so it is fed one stand-in for all.

Knows nothing of Qt.
"""

import re
from collections.abc import Callable

from ui.kit.terminal_runs import width

_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0900-\u0902\u093c\u0941-\u0948\u094d\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u200b-\u200f\u2060-\u2064\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef"
)
# Nobody uses these: the last private plane, one cell wide, and a stretch kept for ideographs, two cells wide.
_NARROW, _WIDE, _ROOM = 0x100000, 0x3A000, 4096
_TAKEN = re.compile(f"[{chr(_NARROW)}-{chr(_NARROW + _ROOM - 1)}{chr(_WIDE)}-{chr(_WIDE + _ROOM - 1)}]")
_MARKED = re.compile(f"[{_MARKS}]")
_LEADING = re.compile(f"[{_MARKS}]+")
# Control characters act also within a sequence, which goes on behind them; CAN and SUB end it.
_INSIDE = r"\[[0-?\x00-\x17\x19\x1c-\x1f]*[ -/]*"
_BEGIN = rf"\x1b(?:{_INSIDE}|[ -/]*)"
_SEQUENCE = rf"\x1b(?:{_INSIDE}[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-OQ-WYZ\\`-~])"
_CLUSTER = re.compile(f"{_SEQUENCE}|([^\\x00-\\x1f\\x7f{_MARKS}])([{_MARKS}]+)|[{_MARKS}]+")
_WHOLE = re.compile(_SEQUENCE)
_OPEN = re.compile(rf"(?:{_BEGIN}|\x1b[\]PX^_][^\x07\x1b]*)\Z")
_BEGUN = re.compile(_BEGIN)
_C1 = re.compile(r"[\x80-\x9f]")
_LONGEST = 8


class Clusters:
    """Puts stand-ins into what a device sends, and gives back what they mean.

    A stand-in is as wide as the character below the marks. A device that sends such code points itself gets the
    replacement character; one that sends more kinds than there is room for loses marks.
    """

    def __init__(self) -> None:
        self._stand_ins: dict[str, str] = {}
        self._meant: dict[str, str] = {}
        self._open = ""  # a control sequence that has begun and not ended
        self._last = ""  # the character printed last, when nothing came after it

    def put(self, text: str, is_at_edge: Callable[[], bool]) -> str:
        """Give the text as it is to be fed, after all that was given before; it may be cut anywhere.

        `is_at_edge` says whether the last column is filled and the next character goes into the next line.
        """
        if not text.isascii():
            text = _C1.sub(lambda found: f"\x1b{chr(ord(found.group()) - 0x40)}", text)
            if _MARKED.search(text) or _TAKEN.search(text):
                text = self._replaced(_TAKEN.sub("\ufffd", text), is_at_edge)
        self._follow(text)
        return text

    def expand(self, char: str) -> str:
        """Give what a stand-in means; any other character is itself."""
        return self._meant.get(char, char)

    def restore(self, text: str) -> str:
        """Give a text as it came."""
        if not self._meant or text.isascii():
            return text
        return _TAKEN.sub(lambda found: self._meant[found.group()], text)

    def sought(self, text: str) -> str:
        """Give a text with the stand-ins that there are, as it would stand in a line."""

        def known(found: re.Match[str]) -> str:
            return self._stand_ins.get(found.group(), found.group())

        return text if text.isascii() else _CLUSTER.sub(known, text)

    def _replaced(self, text: str, is_at_edge: Callable[[], bool]) -> str:
        if self._open:
            whole = _CLUSTER.sub(self._put, self._open + text)
            return whole[len(self._open) :] if whole.startswith(self._open) else text
        leading = _LEADING.match(text)
        if leading is None:
            return _CLUSTER.sub(self._put, text)
        rest = _CLUSTER.sub(self._put, text[leading.end() :])
        if not self._last:
            return rest
        # The character below was fed already: it is printed over.
        back = "\b" * width(self._last[0])
        if is_at_edge() and len(back) == 1:
            back = "\b\t"  # from the edge one step back leads too far
        return back + self._stand_in(self._last[0], self._last[1:] + leading.group()) + rest

    def _follow(self, text: str) -> None:
        """Keep what the next text needs to know of this one."""
        if not text:
            return
        if self._open and "\x1b" not in text:
            is_text = self._open[1:2] in {"]", "P", "X", "^", "_"}
            before = self._open[:2] if is_text else self._open
            whole = _WHOLE.match(before + text)
            if whole is None and _OPEN.match(before + text):
                self._open, self._last = (before if is_text else before + text), ""
                return
            at = _end(before + text) - len(before)
        else:
            start = text.rfind("\x1b")
            if start >= 0 and _OPEN.match(text, start):
                sequence = text[start:]
                self._open, self._last = (sequence[:2] if sequence[1:2] in set("]PX^_") else sequence), ""
                return
            at = start + _end(text[start:]) if start >= 0 else 0
        last = text[at:][-1:] if at < len(text) else ""
        self._open, self._last = "", self.expand(last) if last >= " " else ""

    def _put(self, found: re.Match[str]) -> str:
        base, marks = found.groups()
        if base is not None:
            return self._stand_in(base, marks)
        return str(found.group()) if found.group().startswith("\x1b") else ""  # marks on nothing

    def _stand_in(self, base: str, marks: str) -> str:
        whole = base + marks[:_LONGEST]
        known = self._stand_ins.get(whole)
        if known is None:
            if len(self._stand_ins) >= _ROOM:
                return base
            known = chr((_WIDE if width(base) == 2 else _NARROW) + len(self._stand_ins))
            self._stand_ins[whole], self._meant[known] = known, whole
        return known


def _end(text: str) -> int:
    """Give where the control sequence ends that the text begins with; what does not belong there ends it too."""
    whole = _WHOLE.match(text)
    if whole is not None:
        return whole.end()
    begun = _BEGUN.match(text)
    return 0 if begun is None else begun.end() + 1
