"""Changes of rows, gathered until it is time to show them: soon when little happens, seldom when much does."""

import threading
from collections.abc import Callable, Iterable
from time import monotonic

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.domain.ports import Origin, Touched

SOON_MS = 80
LONGEST_MS = 1_000
BETWEEN_OWN_MS = 300  # an import is made here too, and nobody types that fast

Changes = tuple[Touched, ...]


class Calm(QObject):
    """Hears of changes on any thread and gives them to `on_change` on the GUI thread, while the owner lives.

    The first is given after 80 ms. While more keep coming the pause doubles up to a second, so that a flood costs
    the GUI thread one look-up a second; after a pause without any it is 80 ms again. What was changed on this
    workstation is given at once. An owner that cannot be seen hears of the others once a second.
    """

    _came = Signal()

    def __init__(self, owner: QObject, on_change: Callable[[Changes], None]) -> None:
        super().__init__(owner)
        self._owner, self._on_change = owner, on_change
        self._lock = threading.Lock()
        self._gathered: dict[tuple[str, Origin], set[str] | None] = {}
        self._is_due = self._is_ours_due = False  # the GUI thread has been woken for it
        self._pause_ms = SOON_MS
        self._given_at = self._ours_given_at = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._give)
        self._came.connect(self._plan, Qt.ConnectionType.QueuedConnection)

    def tell(self, changes: Iterable[Touched]) -> None:
        """Gather these; from any thread."""
        with self._lock:
            is_ours = False
            for change in changes:
                self._gather(change)
                is_ours = is_ours or change.origin is not Origin.SYNC
            if self._is_ours_due or (self._is_due and not is_ours):
                return
            self._is_due, self._is_ours_due = True, is_ours
        if shiboken6.isValid(self):
            self._came.emit()

    def _gather(self, change: Touched) -> None:
        name = (change.table, change.origin)
        if not change.ids:
            self._gathered[name] = None
            return
        known = self._gathered.setdefault(name, set())
        if known is not None:
            known |= change.ids

    def _plan(self) -> None:
        """Say when to give what was gathered; sooner than was said before when it is ours."""
        if not self._gathered:
            return
        now = monotonic()
        since_ms = (now - self._given_at) * 1000
        if self._is_ours_due:
            wait_ms = BETWEEN_OWN_MS - (now - self._ours_given_at) * 1000
            if self._timer.isActive():
                wait_ms = min(wait_ms, self._timer.remainingTime())
        else:
            if since_ms > self._pause_ms + SOON_MS:
                self._pause_ms = SOON_MS
            wait_ms = max(self._pause_ms - since_ms, SOON_MS)
            if isinstance(self._owner, QWidget) and not self._owner.isVisible():
                wait_ms = LONGEST_MS
        if wait_ms <= 0:
            self._timer.stop()
            self._give()
        else:
            self._timer.start(round(wait_ms))

    def _give(self) -> None:
        with self._lock:
            gathered, self._gathered = self._gathered, {}
            is_ours, self._is_due, self._is_ours_due = self._is_ours_due, False, False
        self._given_at = monotonic()
        if is_ours:
            self._ours_given_at = self._given_at
        else:
            self._pause_ms = min(2 * self._pause_ms, LONGEST_MS)
        if gathered:
            self._on_change(tuple(Touched(t, frozenset(ids or ()), o) for (t, o), ids in gathered.items()))
