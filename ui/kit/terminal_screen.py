"""A terminal's state behind a small seam: bytes in, lines, cursor and replies out. The only place that knows avt.

Knows nothing of Qt. The engine keeps no scrollback of its own: what scrolls off goes into our ring. It is
never asked for `lines()`, nor indexed beyond the view.
"""

import codecs
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

# The package's front re-exports these without saying so to type checkers.
from avt._avt import Line, Vt

from ui.kit.terminal_clusters import Clusters
from ui.kit.terminal_guard import Guard
from ui.kit.terminal_runs import is_wrapped

HISTORY = 10_000
_REPLIES_PER_S = 20
_QUERY = re.compile(r"\x1b\[(>?)0?(c)|\x1b\[([56])n")
_QUERY_START = re.compile(r"\x1b(?:\[(?:>?0?|[56])?)?\Z")
_BEFORE_CHANGE = re.compile(r"(?=\x1bc|\x1b\[\?)")  # a reset, or a mode such as the other screen


@dataclass(frozen=True, slots=True)
class Fed:
    """What a feed did: the view lines to look at again, how many lines scrolled off, what to send back."""

    dirty: frozenset[int]
    scrolled: int
    reply: bytes


class TerminalScreen:
    """The state of one terminal of cols x rows; one thread at a time."""

    def __init__(self, cols: int = 80, rows: int = 24, clock: Callable[[], float] = time.monotonic) -> None:
        self._vt = Vt(cols, rows, 0)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self.clusters = Clusters()
        self._guard = Guard()
        self._ring: deque[Line] = deque(maxlen=HISTORY)
        self._view: list[Line] | None = None
        self._tail = ""
        self._clock = clock
        self._replies: deque[float] = deque(maxlen=_REPLIES_PER_S)
        self._cursor = (0, 0, True)
        self.scrolled_off = 0  # lines that ever scrolled off: the absolute number of the view's first line

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self._vt.size

    @property
    def history(self) -> int:
        """How many scrolled-off lines are kept."""
        return len(self._ring)

    @property
    def cursor(self) -> tuple[int, int, bool]:
        """Row and column of the cursor, from 0, and whether it is shown."""
        return self._cursor

    @property
    def has_application_cursor_keys(self) -> bool:
        """Whether the other side asked for the other form of arrow keys."""
        mode = self._vt.cursor_key_app_mode
        return bool(mode() if callable(mode) else mode)

    def feed(self, data: bytes) -> Fed:
        """Take bytes from the other side, cut anywhere."""
        decoded = self._decoder.decode(data).replace("\x7f", "")
        text = self._guard.let_through(self.clusters.put(decoded, self._is_at_edge), self.size[0])
        dirty: set[int] = set()
        reply = b""
        scrolled = fed_to = 0
        if "\x1b" in text or self._tail:
            # A query may have been cut by the last chunk; its start was fed then, so it is only looked at.
            known = len(self._tail)
            scanned = self._tail + text
            for query in _QUERY.finditer(scanned):
                scrolled += self._feed(text[fed_to : query.end() - known], dirty)
                fed_to = query.end() - known
                reply += self._answer(query)
            cut = _QUERY_START.search(scanned)
            self._tail = cut.group() if cut else ""
        scrolled += self._feed(text[fed_to:], dirty)
        self._view = None
        self._move_cursor(dirty)
        return Fed(frozenset(dirty), scrolled, reply)

    def begin_anew(self) -> Fed:
        """Begin a plain line below all that stands there, whatever the last session left behind or cut off."""
        self._decoder.reset()
        self._tail = ""
        # The cursor is saved first: leaving the other screen brings a saved one back, also where there was none.
        left = self.feed(b"\x18\x1b7\x1b[?1049l\x1b[!p\x1b[?1l\x1b[?7h\x1b[?25h")
        below = self.feed(b"\x1b[%dH\r\n" % (self.last_used + 1))
        return Fed(left.dirty | below.dirty, left.scrolled + below.scrolled, b"")

    @property
    def last_used(self) -> int:
        """The last row of the view with text in it, from 0; 0 when there is none."""
        return next((row for row in range(self.size[1] - 1, -1, -1) if not self._is_blank(row)), 0)

    def _is_blank(self, row: int) -> bool:
        line = self.line(self.scrolled_off + row)
        return line is None or line.text.isspace()

    def resize(self, cols: int, rows: int) -> Fed:
        """Take another size; long lines are broken anew."""
        dirty, gone = self._vt.resize(max(cols, 2), max(rows, 1))
        self._keep(gone)
        self._view = None
        touched = set(dirty)
        self._move_cursor(touched)
        return Fed(frozenset(touched), len(gone), b"")

    def line(self, number: int) -> Line | None:
        """Give a line by its absolute number (0 is the first that ever was); None when it is no longer kept."""
        at = number - self.scrolled_off
        if at >= 0:
            if self._view is None:
                self._view = self._vt.view()
            return self._view[at] if at < len(self._view) else None
        return self._ring[at] if -at <= len(self._ring) else None

    def text(self, first: tuple[int, int], last: tuple[int, int]) -> str:
        """Give the text from one (line number, column) to another, the last not included, lines as they wrapped."""
        out: list[str] = []
        for number in range(first[0], last[0] + 1):
            line = self.line(number)
            if line is None:
                continue
            low = first[1] if number == first[0] else 0
            high = last[1] if number == last[0] else len(line)
            part = "".join(cell.char for cell in line.cells[low:high] if cell.width)
            is_whole = high >= len(line)
            goes_on = is_whole and number < last[0] and is_wrapped(line)
            out.append(part if goes_on else part.rstrip() + ("\n" if number < last[0] else ""))
        return self.clusters.restore("".join(out))

    def _is_at_edge(self) -> bool:
        return self._vt.cursor.col >= self.size[0]

    def _feed(self, text: str, dirty: set[int]) -> int:
        count = 0
        # A reset or another screen makes the engine forget what scrolled off before it in the same breath.
        for part in _BEFORE_CHANGE.split(text):
            if part:
                lines, gone = self._vt.feed_str(part)
                dirty.update(lines)
                self._keep(gone)
                count += len(gone)
        return count

    def _keep(self, gone: list[Line]) -> None:
        self._ring.extend(gone)
        self.scrolled_off += len(gone)

    def _move_cursor(self, dirty: set[int]) -> None:
        # The engine does not report a mere move.
        now = self._vt.cursor
        moved = (now.row, now.col, now.visible)
        if moved != self._cursor:
            dirty.update((self._cursor[0], now.row))
            self._cursor = moved

    def _answer(self, query: re.Match[str]) -> bytes:
        now = self._clock()
        if len(self._replies) == _REPLIES_PER_S and now - self._replies[0] < 1:
            return b""  # a device that asks without end gets no flood in return
        self._replies.append(now)
        secondary, attributes, status = query.groups()
        if attributes:
            return b"\x1b[>0;0;0c" if secondary else b"\x1b[?1;2c"
        if status == "5":
            return b"\x1b[0n"
        cursor = self._vt.cursor
        return b"\x1b[%d;%dR" % (cursor.row + 1, min(cursor.col, self.size[0] - 1) + 1)
