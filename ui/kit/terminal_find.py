"""Finding words in all that a terminal holds: ten thousand lines within a few ms. Knows nothing of Qt.

The texts of lines that scrolled off are read once and kept while somebody searches; the view is read anew each time.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from itertools import accumulate

from ui.kit.terminal_runs import is_wrapped, width
from ui.kit.terminal_screen import HISTORY, TerminalScreen

MOST = 10_000
"""Hits that can be gone through; of more the newest."""


class Find:
    """What is searched, where it was found, and which hit is the current one."""

    def __init__(self, screen: TerminalScreen) -> None:
        self._screen = screen
        self._gone: deque[str] = deque(maxlen=HISTORY)
        self._read_to = 0  # the absolute number of the first line that is not in `_gone`
        self._first = 0
        self._texts: list[str] = []
        self._starts: list[int] = []  # where each line begins in the whole
        self._hits: list[int] = []  # where each hit begins in the whole, ascending
        self._length = 0
        self._query, self._is_exact = "", False
        self._at: int | None = None

    @property
    def query(self) -> str:
        """What is searched."""
        return self._query

    @property
    def count(self) -> int:
        """How many hits can be gone through."""
        return len(self._hits)

    @property
    def position(self) -> int:
        """The number of the current hit, from 1 for the oldest; 0 when there is none."""
        return 0 if self._at is None else self._at + 1

    def look(self, query: str, *, is_exact: bool = False) -> None:
        """Search this; the newest hit becomes the current one, or the old one where it still is one."""
        before = self.spot
        self._query, self._is_exact = query, is_exact
        self._search()
        self._at = len(self._hits) - 1 if self._hits else None
        if before is not None and self._hits:
            self._at = max(0, bisect_right(self._hits, self._offset(before)) - 1)

    def refresh(self) -> None:
        """Search the same again in what there is now; the current hit stays."""
        self.look(self._query, is_exact=self._is_exact)

    def step(self, by: int) -> None:
        """Make an older (-1) or a newer (1) hit the current one; after the last comes the first."""
        if self._hits and self._at is not None:
            self._at = (self._at + by) % len(self._hits)

    @property
    def spot(self) -> tuple[int, int] | None:
        """The absolute line number of the current hit and where it begins in that line's text."""
        if self._at is None:
            return None
        line = bisect_right(self._starts, self._hits[self._at]) - 1
        return self._first + line, self._hits[self._at] - self._starts[line]

    def spans(self, number: int) -> list[tuple[int, int, bool]]:
        """Give where hits are in a line: first column, the one after the last, and whether it is the current hit."""
        at = number - self._first
        if not self._hits or not 0 <= at < len(self._texts):
            return []
        low, high = self._starts[at], self._starts[at] + len(self._texts[at])
        found = []
        for index in range(bisect_left(self._hits, low - self._length + 1), len(self._hits)):
            start = self._hits[index]
            if start >= high:
                break
            left, right = max(start, low) - low, min(start + self._length, high) - low
            found.append((self._column(at, left), self._column(at, right), index == self._at))
        return [span for span in found if span[0] < span[1]]

    def _column(self, at: int, index: int) -> int:
        text = self._texts[at]
        return index if text.isascii() else sum(width(char) for char in text[:index])

    def _offset(self, spot: tuple[int, int]) -> int:
        at = min(max(spot[0] - self._first, 0), len(self._starts) - 1)
        return self._starts[at] + spot[1]

    def _search(self) -> None:
        self._read()
        query = self._screen.clusters.sought(self._query)
        whole = "".join(self._texts)
        if not self._is_exact:
            whole, query = _small(whole), _small(query)
        self._length = len(query)
        hits: list[int] = []
        end = len(whole)
        while query and len(hits) < MOST and (found := whole.rfind(query, 0, end)) >= 0:
            hits.append(found)
            end = found
        hits.reverse()
        self._hits = hits

    def _read(self) -> None:
        screen = self._screen
        top = screen.scrolled_off
        for number in range(max(self._read_to, top - screen.history), top):
            self._gone.append(self._text(number))
        self._read_to = top
        view = [self._text(number) for number in range(top, top + screen.size[1])]
        self._first = top - len(self._gone)
        self._texts = [*self._gone, *view]
        self._starts = list(accumulate(map(len, self._texts), initial=0))[:-1]

    def _text(self, number: int) -> str:
        line = self._screen.line(number)
        if line is None:
            return "\n"
        text: str = line.text
        # Only a line whose last cell is filled can go on; to ask each one would cost as much again.
        return text if text[-1:] != " " and is_wrapped(line) else text.rstrip() + "\n"


def _small(text: str) -> str:
    small = text.lower()
    # A few capitals become two letters: then what was found would stand elsewhere.
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
