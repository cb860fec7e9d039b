"""A change of many rows: done some at a time so that others can write between, with progress, and stopped when asked.

What was done until then holds, and is taken back as one with Ctrl+Z.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from app.domain.errors import BatonError
from app.services.desk import Desk
from app.services.undo import Undoable
from ui.kit.console import Console

AT_ONCE = 100  # rows, some 50 ms


class BulkChange(QObject):
    """One change under way. GUI thread only; `ended` comes once, also after a stop and after a refusal."""

    progressed = Signal(int, int)  # done, of how many
    ended = Signal(int)  # how many were done

    def __init__(
        self,
        console: Console,
        row_ids: Sequence[str],
        change: Callable[[Desk, Sequence[str]], object],
        label: str,
        parent: QObject | None = None,
    ) -> None:
        """`change` is the verb, for some of the rows; it runs on the writer thread. `label` is what undo says."""
        super().__init__(parent)
        self._console, self._ids, self._change, self._label = console, row_ids, change, label
        self._done = 0
        self._is_stopped = False
        self._undoables: list[Undoable] = []

    @property
    def done(self) -> int:
        """How many rows were done."""
        return self._done

    def start(self) -> None:
        """Begin."""
        self._next()

    def stop(self) -> None:
        """End after the rows that are under way."""
        self._is_stopped = True

    def _next(self) -> None:
        some = self._ids[self._done : self._done + AT_ONCE]
        if self._is_stopped or not len(some):
            self._end()
            return
        self._console.write_for_one(
            self, lambda desk: self._change(desk, some), lambda undoable: self._came(len(some), undoable), self._refused
        )

    def _came(self, count: int, undoable: Undoable | None) -> None:
        self._done += count
        if undoable is not None:
            self._undoables.append(undoable)
        self.progressed.emit(self._done, len(self._ids))
        self._next()

    def _refused(self, error: BatonError) -> None:
        self._console.navigator.tell(error.what, error.todo)
        self._end()

    def _end(self) -> None:
        if self._undoables:
            first, *more = self._undoables
            self._console.undos.add(first.with_more(more, self._label))
        self.ended.emit(self._done)
