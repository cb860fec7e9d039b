"""Which text of a terminal is selected: by mouse, word by word, line by line, or with Shift and the arrows."""

from PySide6.QtCore import Qt

from ui.kit.terminal_runs import is_wrapped
from ui.kit.terminal_screen import TerminalScreen

Spot = tuple[int, int]  # absolute line number, column

_PART_OF_WORD = frozenset("-_./:@%+~#")
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class Selection:
    """The selected text, from one end to the other in the order of reading."""

    def __init__(self, screen: TerminalScreen) -> None:
        self._screen = screen
        self._anchor: Spot | None = None
        self._head: Spot | None = None

    @property
    def ends(self) -> tuple[Spot, Spot] | None:
        """Where it begins and ends, the last column not included; None when nothing is selected."""
        if self._anchor is None or self._head is None or self._anchor == self._head:
            return None
        return min(self._anchor, self._head), max(self._anchor, self._head)

    @property
    def text(self) -> str:
        """The selected text: lines that wrapped are one, blanks at the end of a line are left out."""
        return self._screen.text(*self.ends) if self.ends is not None else ""

    @property
    def head(self) -> Spot | None:
        """The end that moves."""
        return self._head

    def drop(self) -> None:
        """Select nothing."""
        self._anchor = self._head = None

    def begin(self, spot: Spot) -> None:
        """Begin here."""
        self._anchor = self._head = spot

    def reach(self, spot: Spot) -> None:
        """Select from where it began to here; where nothing began, begin here."""
        if self._anchor is None:
            self._anchor = spot
        self._head = spot

    def take_all(self) -> None:
        """Select all that there is."""
        first = self._screen.scrolled_off - self._screen.history
        cols, rows = self._screen.size
        self._anchor, self._head = (first, 0), (self._screen.scrolled_off + rows - 1, cols)

    def take_word(self, spot: Spot) -> None:
        """Select the word here, as network people see one: an interface, an address or a path is one word."""
        line = self._screen.line(spot[0])
        if line is None:
            return
        chars = [cell.char for cell in line.cells]
        low = high = min(spot[1], len(chars) - 1)
        if not _is_part(chars[low]):
            self._anchor, self._head = (spot[0], low), (spot[0], low + 1)
            return
        while low > 0 and _is_part(chars[low - 1]):
            low -= 1
        while high < len(chars) and _is_part(chars[high]):
            high += 1
        self._anchor, self._head = (spot[0], low), (spot[0], high)

    def take_line(self, spot: Spot) -> None:
        """Select the whole line here, with the lines into which it wrapped."""
        first = last = spot[0]
        while (before := self._screen.line(first - 1)) is not None and is_wrapped(before):
            first -= 1
        while (line := self._screen.line(last)) is not None and is_wrapped(line):
            last += 1
        self._anchor, self._head = (first, 0), (last, self._screen.size[0])

    def step(self, key: Qt.Key) -> None:
        """Move the end that moves by a character or a line; it begins at the cursor."""
        if self._head is None:
            row, column, _is_shown = self._screen.cursor
            self.begin((self._screen.scrolled_off + row, min(column, self._screen.size[0])))
        head = self._head or (self._screen.scrolled_off, 0)
        cols, rows = self._screen.size
        down, right = _STEPS[key]
        top = self._screen.scrolled_off
        line, column = head[0] + down, head[1] + right
        if not 0 <= column <= cols:
            line, column = (line - 1, cols) if column < 0 else (line + 1, 0)
        if top - self._screen.history <= line < top + rows:
            self._head = (line, column)


def _is_part(char: str) -> bool:
    return char.isalnum() or char in _PART_OF_WORD
