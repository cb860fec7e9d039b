"""Which lines of a terminal are in sight: how far somebody went back, and what a larger window shows again."""

import re

from ui.kit.terminal_screen import TerminalScreen

_CLEARS = re.compile(rb"\x1bc|\x1b\[[23]?J|\x1b\[\?(?:47|1047|1049)")


class Scroll:
    """The place of the view.

    The engine cannot take back lines that scrolled off, so after a window grew they are `pulled` in above its own
    lines, until the device fills the room below or clears the screen.
    """

    def __init__(self, screen: TerminalScreen) -> None:
        self._screen = screen
        self.back = 0  # lines scrolled back from the newest
        self.pulled = 0

    @property
    def first(self) -> int:
        """The absolute number of the first line in sight."""
        return self._screen.scrolled_off - self.pulled - self.back

    @property
    def most(self) -> int:
        """How far one can go back."""
        return max(0, self._screen.history - self.pulled)

    @property
    def below(self) -> int:
        """How many rows the engine's own lines stand lower than it thinks."""
        return self.back + self.pulled

    def go(self, lines: int) -> None:
        """Go back so far from the newest."""
        self.back = max(0, min(lines, self.most))

    def show(self, number: int) -> None:
        """Bring a line into sight, if it is not."""
        rows = self._screen.size[1]
        if not self.first <= number < self.first + rows:
            self.go(self._screen.scrolled_off - self.pulled - number + rows // 2)

    def came(self, data: bytes, scrolled: int) -> None:
        """Take note of what came; who reads further up is not moved by it."""
        if self.pulled:
            before = self.pulled
            self.pulled = 0 if _CLEARS.search(data) else min(self.pulled, self._room())
            scrolled += before - self.pulled
        if self.back:
            self.back = min(self.back + scrolled, self.most)

    def resized(self, first: int | None = None) -> None:
        """Take note of another size: the newest lines are in sight, or from `first` on, where that is kept.

        No room is left empty that lines could fill.
        """
        self.back = 0
        self.pulled = min(self._screen.history, self._room())
        if first is not None:
            self.go(self._screen.scrolled_off - self.pulled - first)

    def _room(self) -> int:
        """Give how many rows are empty below the cursor and all text."""
        return self._screen.size[1] - 1 - max(self._screen.last_used, self._screen.cursor[0])
