"""What keys make of the line that is being typed, as far as they alone can tell. Knows no screen."""

import re
from collections.abc import Iterator

# Return, line feed, and two that also run the line: Ctrl-Z where it ends configuration mode, Ctrl-O where it fetches
# the next line of the history.
SUBMITS = b"\r\n\x1a\x0f"
_PARTS = re.compile(rb"[\r\n\x1a\x0f]|[^\r\n\x1a\x0f]+")
_MOVES = re.compile(r"(?:\x1b[\[O][A-DFH])+")
_ERASE_ALL, _BREAK, _ERASERS = "\x15", "\x03", "\x7f\x08"


def parts(data: bytes) -> Iterator[bytes]:
    """Part what is typed into what makes a line and what runs it; both in their order."""
    yield from _PARTS.findall(data)


class Typed:
    """The line as the keys alone give it; `known` is None once only the device knows it: completion, history, `?`."""

    def __init__(self) -> None:
        self.known: str | None = ""
        self.is_unheard = False
        """Whether something was pressed to which the device has to answer, and it has not yet."""
        self.has_text = False
        """Whether any of the keys may have put text there by itself; arrows and Ctrl with a letter do not."""

    def begin(self) -> None:
        """Begin a new line."""
        self.known, self.is_unheard, self.has_text = "", False, False

    def heard(self) -> None:
        """Note that the device has said something."""
        self.is_unheard = False

    def press(self, data: bytes) -> None:
        """Take keys that run nothing."""
        text = data.decode(errors="replace")
        if "\x1b" in text:  # an arrow or Alt with a letter: all of it is the device's to understand
            self._leave_to_device()
            self.has_text = self.has_text or _MOVES.fullmatch(text) is None
            return
        for key in text:
            self._press(key)

    def _press(self, key: str) -> None:
        self.has_text = self.has_text or key.isprintable()
        if key == _BREAK:
            self.begin()
        elif self.known is None:
            self.is_unheard = True
        elif key == _ERASE_ALL:
            self.known = ""
        elif key in _ERASERS:
            self.known = self.known[:-1]
        elif key.isprintable() and key != "?":
            self.known += key
        else:
            self._leave_to_device()

    def _leave_to_device(self) -> None:
        self.known, self.is_unheard = None, True
