"""Bringing copies here that are only at the company, one after the other, with how far it is."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from app.domain.errors import BatonError
from app.services.config_diffs import Missing
from ui.kit.console import Console


class Bringing(QObject):
    """One list at a time; `moved` tells bytes done and bytes in all. GUI thread only."""

    moved = Signal(int, int)
    ended = Signal()

    def __init__(self, console: Console, owner: QObject) -> None:
        super().__init__(owner)
        self._console = console
        self._left: list[Missing] = []
        self._done_bytes = self._total_bytes = 0
        self._then: Callable[[], None] = lambda: None
        self._failed: Callable[[BatonError], None] = lambda _error: None
        console.watch(self, ("content",), lambda _changes: self._tell())

    @property
    def is_busy(self) -> bool:
        """Whether something is being brought."""
        return bool(self._left)

    def bring(
        self, missing: Sequence[Missing], then: Callable[[], None], on_error: Callable[[BatonError], None]
    ) -> None:
        """Bring these instead of what is being brought; `then` comes when all are here."""
        self.cancel()
        self._left, self._then, self._failed = list(missing), then, on_error
        self._done_bytes, self._total_bytes = 0, sum(one.size_bytes for one in missing)
        self._next()

    def cancel(self) -> None:
        """Bring nothing more; what has come stays."""
        left, self._left = self._left, []
        if left:
            self._console.workstation.cancel_content(left[0].backup_id)
            self.ended.emit()

    def _next(self) -> None:
        if not self._left:
            self.ended.emit()
            self._then()
            return
        self._tell()
        one = self._left[0]

        def came(is_here: bool) -> None:  # noqa: FBT001  as the workstation gives it
            if self._left[:1] == [one] and is_here:
                self._done_bytes += one.size_bytes
                del self._left[0]
                self._next()

        def failed(error: BatonError) -> None:
            if self._left[:1] == [one]:
                self._left = []
                self.ended.emit()
                self._failed(error)

        self._console.mailbox.deliver(self._console.workstation.fetch_content(one.backup_id), self, came, failed)

    def _tell(self) -> None:
        if self._left:
            progress = self._console.workstation.moving.of(self._left[0].sha256)
            done = self._done_bytes + (progress.done_bytes if progress is not None else 0)
            self.moved.emit(done, self._total_bytes)
