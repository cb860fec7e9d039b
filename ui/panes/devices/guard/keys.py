"""What keys make of the line that is being typed, as far as they alone can tell. Knows no screen."""

import re
from collections.abc import Iterator

# Return, line feed, and two that also run the line: Ctrl-Z where it ends configuration mode, Ctrl-O where it fetches
# the next line of the history.
SUBMITS = b"\r\n\x1a\x0f"
_PARTS = re.compile(rb"[\r\n\x1a\x0f]|[^\r\n\x1a\x0f]+")
_MOVES = re.compile(r"(?:\x1b[\[O][A-DFH])+")
_KEY = re.compile(rb"\x1b[\[O][0-9;]*[@-~]|\x1b.|(?:[\xc0-\xff][\x80-\xbf]*)|.", re.DOTALL)
_ERASE_ALL, _BREAK, _ERASERS = "\x15", "\x03", "\x7f\x08"
BREAKS = {b"\x03", b"\x1e"}  # Ctrl-C, Ctrl-^: for them nothing is waited for
HISTORY_NEXT = b"\x0f"


def parts(data: bytes) -> Iterator[bytes]:
    """Part what is typed into what makes a line and what runs it; both in their order."""
    yield from _PARTS.findall(data)


def first_key(data: bytes) -> tuple[bytes, bytes]:
    """Part the first key, all of its bytes, from the others."""
    found = _KEY.match(data)
    end = found.end() if found is not None else 0
    return data[:end], data[end:]


class Typed:
    """The line as the keys alone give it; `known` is None once only the device knows it: completion, history, `?`."""

    def __init__(self) -> None:
        self.known: str | None = ""
        self.tail = ""
        """What was plainly typed behind that of which only the device knows what it made: it must be on the screen."""
        self.is_unheard = False
        """Whether something was pressed to which the device has to answer, and it has not yet."""
        self.has_text = False
        """Whether any of the keys may have put text there by itself; arrows and Ctrl with a letter do not."""
        self.is_erased = False
        """Whether something was taken away again: what is shown may be of before."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all stands in the line."""
        return self.known == "" and not self.is_erased

    def begin(self) -> None:
        """Begin a new line."""
        self.known, self.tail = "", ""
        self.is_unheard = self.is_erased = self.has_text = False

    def heard(self) -> None:
        """Note that the device has said something."""
        self.is_unheard = False

    def press(self, data: bytes) -> None:
        """Take keys that run nothing."""
        while data:
            key, data = first_key(data)
            if key.startswith(b"\x1b"):  # an arrow, or Alt with a letter
                self.leave_to_device()
                self.has_text = self.has_text or _MOVES.fullmatch(key.decode(errors="replace")) is None
            else:
                self._press(key.decode(errors="replace"))

    def erase(self) -> None:
        """Take the whole line away, which the device has to show."""
        if self.known != "":
            self.is_unheard = self.is_erased = True
        self.known, self.tail = "", ""

    def leave_to_device(self) -> None:
        """Take it that only the device knows the line."""
        self.known, self.tail, self.is_unheard = None, "", True

    def _press(self, key: str) -> None:
        self.has_text = self.has_text or key.isprintable()
        if key == _BREAK:
            self.erase()
        elif self.known is None:
            self.tail = self.tail + key if key.isprintable() and key != "?" else ""
            self.is_unheard = True
        elif key == _ERASE_ALL:
            self.erase()
        elif key in _ERASERS:
            if self.known:
                self.is_unheard = self.is_erased = True
            self.known = self.known[:-1]
        elif key.isprintable() and key != "?":
            self.known += key
        else:
            self.leave_to_device()
