"""What is kept of a terminal's sessions: who was on the device, and the transcript. GUI thread only.

Nothing here holds a session up: what is written goes to the writer thread and comes back when it is there.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.domain.customer import Environment
from app.domain.device import Device
from app.domain.errors import BatonError
from app.domain.session import Session
from app.services import sessions, transcripts
from app.services.desk import Desk
from ui.panes.devices.reach import Reach


@dataclass(frozen=True)
class Finished:
    """A session that was typed in and is over. `was_dropped`: nobody meant it to end."""

    device_id: str
    session: "Future[Session]"
    transcript: Path | None
    issue_id: str | None
    was_dropped: bool


class SessionLog(QObject):
    """One terminal's sessions, one after the other; `finished` carries a Finished."""

    finished = Signal(object)

    def __init__(self, reach: Reach, device_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._reach, self._device_id = reach, device_id
        self.issue_id: str | None = None  # the issue from which the device was opened
        self._transcript: Path | None = None
        self._is_real = True
        self._session: Future[Session] | None = None
        self._was_typed = False

    def begin(self, go: Callable[[str], None]) -> None:
        """Look up where the transcript goes and call `go` with its path; "" when there is to be none."""

        def look(desk: Desk) -> tuple[bool, Path | None]:
            # On a device that people practise on nothing is recorded as real.
            is_real = desk.need(Device, self._device_id).environment is not Environment.PRACTICE
            return is_real, transcripts.begin(desk) if is_real else None

        def found(result: tuple[bool, Path | None]) -> None:
            self._is_real, self._transcript = result
            go(str(self._transcript or ""))

        def failed(error: BatonError) -> None:
            self._is_real, self._transcript = True, None
            self._reach.console.navigator.tell(error.what, error.todo)
            go("")

        self._reach.look_up(self, look, found, failed)

    def opened(self) -> None:
        """Take note that the device let us in."""
        self._was_typed = False
        if self._is_real:
            device_id, issue_id = self._device_id, self.issue_id
            workstation = self._reach.console.workstation
            self._session = workstation.write(lambda desk: sessions.opened(desk, device_id, issue_id=issue_id))
            self._reach.console.mailbox.deliver(self._session, self, lambda _session: None)

    def typed(self) -> None:
        """Take note that somebody typed."""
        self._was_typed = True

    def not_recorded(self, error: BatonError) -> None:
        """Say why the transcript ends; what was written is kept."""
        self._reach.console.navigator.tell(error.what, error.todo)

    def closed(self, words: str, *, was_dropped: bool) -> None:
        """Take note that the session is over."""
        session = self.end(words)
        if session is not None and self._was_typed:
            self.finished.emit(Finished(self._device_id, session, self._transcript, self.issue_id, was_dropped))

    def end(self, words: str) -> "Future[Session] | None":
        """Write down that the session is over, if one is open, and give it; nothing is offered."""
        session, self._session = self._session, None
        if session is not None:
            self._reach.console.workstation.write(lambda desk: sessions.closed(desk, session.result().id, words))
        return session
