"""One terminal of a device: the screen, and below it what is asked before and said after."""

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.services.terminals import (
    WINDOW_BYTES,
    CommandAnswer,
    HostKeyMismatch,
    HostKeyUnknown,
    Target,
    TerminalClosed,
    TerminalMessage,
    TerminalNotRecorded,
    TerminalOpened,
    TerminalOutput,
    is_login_refused,
)
from ui.kit.commands import is_terminal, is_typing
from ui.kit.terminal import Terminal
from ui.kit.theme import Kind, S
from ui.panes.devices.doorstep import Doorstep, Step
from ui.panes.devices.guard import Gate, GuardPanel
from ui.panes.devices.orders import Orders
from ui.panes.devices.pasted_into import pasted_into
from ui.panes.devices.questions import Ended
from ui.panes.devices.reach import Reach
from ui.panes.devices.session_log import SessionLog

_TAKEN_MS = 15


class Stage(StrEnum):
    """How a terminal is."""

    IDLE = "idle"
    CONNECTING = "connecting"
    ASKING_KEY = "asking_key"
    ASKING_PASSWORD = "asking_password"  # noqa: S105 - the name of a stage
    STOPPED = "stopped"
    OPEN = "open"
    CLOSED = "closed"


_ASKING = {
    Step.ASKING_KEY: Stage.ASKING_KEY,
    Step.ASKING_PASSWORD: Stage.ASKING_PASSWORD,
    Step.STOPPED: Stage.STOPPED,
}


class TerminalPage(QWidget):
    """A terminal that can be opened again and again; what it showed stays."""

    changed = Signal()  # the stage
    reaching = Signal()  # a session is to be opened, or opened again

    def __init__(self, reach: Reach, device_id: str, orders: Orders) -> None:
        super().__init__()
        self._reach, self._book, self.device_id = reach, orders.book, device_id
        self._session = ""
        self._attempt = 0
        self.log = SessionLog(reach, device_id, self)
        self._is_open = self._is_reaching = False
        self._was_used = False
        self.has_output = False  # whether it ever showed anything
        self._fed_bytes = self._taken_bytes = 0
        self.closed_by: BatonError | None = None
        self.terminal = Terminal("Terminal")
        self.terminal.set_open(is_open=False)
        self.gate = Gate(reach.console, device_id, self.terminal, self._type, self)
        self.terminal.typed.connect(self.gate.type)
        self.terminal.answered.connect(self._answer)  # not typed by anybody, so nothing for the guard
        self.terminal.resized.connect(self._resize)
        self.terminal.pasting.into = lambda: pasted_into(self.gate)
        self.guard = GuardPanel(reach.console, device_id, self.gate)
        self.guard.done.connect(self._take_focus)
        self.doorstep = Doorstep(reach, device_id)
        self.doorstep.passed.connect(self._open)
        self.doorstep.turned_back.connect(self._turned_back)
        self.doorstep.moved.connect(self._restage)
        self.ended = Ended(orders.button("devices.connect", primary=True), self.cancel)
        self.ended.say("not open", Kind.GREY, "No terminal is open here.")
        self._painting = QTimer(self)
        self._painting.setInterval(_TAKEN_MS)
        self._painting.timeout.connect(self._tell_taken)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S)
        layout.addWidget(self.terminal, 1)
        layout.addWidget(self.guard)
        layout.addWidget(self.doorstep)
        layout.addWidget(self.ended)

    @property
    def stage(self) -> Stage:
        """How the terminal is."""
        if self._is_open:
            return Stage.OPEN
        if self.doorstep.step in _ASKING:
            return _ASKING[self.doorstep.step]
        if self._is_reaching:
            return Stage.CONNECTING
        return Stage.CLOSED if self._was_used else Stage.IDLE

    @property
    def can_connect(self) -> bool:
        """Whether `connect_device` would begin anew."""
        return self.stage in {Stage.IDLE, Stage.CLOSED, Stage.STOPPED}

    def connect_device(self) -> None:
        """Open the session, or open it again in the same terminal."""
        if not self.can_connect:
            return
        self._is_reaching = True
        self.closed_by = None
        self.reaching.emit()
        self.doorstep.enter()

    def focus_first(self) -> None:
        """Put the focus where one goes on: the question, the terminal, or the button that opens it."""
        card = self.doorstep.card or self.guard.asking
        if card is not None:
            card.ask()  # type: ignore[attr-defined]  # every card of the doorstep can take the focus
        elif self._is_open:
            self.terminal.setFocus()
        else:
            self.ended.button.setFocus()

    def close_session(self) -> None:
        """End the session, if there is one."""
        if self._session:
            self._reach.exchange.close(self._session)
        if self._is_open:
            # At once: whoever closes a terminal may take it away before the device has said anything.
            self.log.closed("Closed.", was_dropped=False)

    def cancel(self) -> None:
        """Give up connecting."""
        if self._session:
            self.close_session()
        elif self.stage is Stage.CONNECTING:
            self.doorstep.leave()

    def forget(self) -> None:
        """Leave what was said of the device before it was moved; a session that is open stays."""
        if self._is_open:
            return
        self.cancel()
        self.doorstep.forget()
        self.closed_by = None
        self.ended.say("not open", Kind.GREY, "No terminal is open here.")
        self._restage()

    def take(self, message: TerminalMessage | CommandAnswer) -> None:
        """Take what the devices child says of this session."""
        match message:
            case TerminalOpened(session_id) if session_id == self._session:
                self._opened()
            case TerminalOutput(session_id, data) if session_id == self._session:
                self._feed(data)
            case TerminalNotRecorded(session_id, error) if session_id == self._session:
                self.log.not_recorded(error)
            case TerminalClosed(session_id, reason, error) if session_id == self._session:
                self._closed(reason, error)
            case HostKeyUnknown(asked_by) | HostKeyMismatch(asked_by) if asked_by == self._session:
                self._session = ""
                self._is_reaching = False
                self.doorstep.meet(message)
            case _:
                pass  # of a session that this page has left

    def _open(self, target: Target) -> None:
        self._is_reaching = True
        self._attempt += 1
        this = self._attempt
        self.log.begin(lambda transcript: self._open_now(target, transcript) if this == self._attempt else None)
        self._restage()

    def _open_now(self, target: Target, transcript: str) -> None:
        if self._is_reaching:  # else somebody gave up meanwhile
            cols, rows = self.terminal.state.size
            self._session = self._reach.exchange.open_terminal(
                target, cols, rows, self._reach.to(self), window_bytes=WINDOW_BYTES, transcript=transcript
            )

    def _opened(self) -> None:
        if self._was_used:
            self.terminal.begin_anew()
        self._fed_bytes, self._taken_bytes = self.terminal.waiting_bytes, 0
        self._is_open, self._is_reaching, self._was_used = True, False, True
        self.terminal.set_open(is_open=True)
        cols, rows = self.terminal.state.size
        self._reach.exchange.resize(self._session, cols, rows)
        self.log.opened()
        self.doorstep.let_in()
        self.gate.open()
        self._restage()
        if self.isVisible() and not _is_elsewhere(self, is_terminal):
            self.terminal.setFocus()

    def _feed(self, data: bytes) -> None:
        self.gate.heard()
        self.terminal.feed(data)
        self._fed_bytes += len(data)
        self._painting.start()
        if not self.has_output:
            self.has_output = True
            self._book.refresh()

    def _tell_taken(self) -> None:
        painted = self._fed_bytes - self.terminal.waiting_bytes
        if painted > self._taken_bytes and self._session:
            self._reach.exchange.taken(self._session, painted - self._taken_bytes)
        self._taken_bytes = max(painted, self._taken_bytes)
        if not self.terminal.waiting_bytes:
            self._painting.stop()

    def _closed(self, reason: str, error: BatonError | None) -> None:
        was_open = self._is_open
        self._session, self._is_open, self._is_reaching = "", False, False
        self.closed_by = error
        self.terminal.set_open(is_open=False)
        self.gate.close()
        if not was_open and error is not None and is_login_refused(error):
            self.doorstep.refuse(error)
            return
        self._was_used = True
        self.log.closed(reason, was_dropped=error is not None)
        if error is None:
            self.ended.say("closed", Kind.GREY, reason)
        else:
            self.ended.say("closed" if was_open else "not reached", Kind.RED, error.what, error.todo)
        self._restage()
        if self.isVisible() and not _is_elsewhere(self, is_typing):
            self.ended.button.setFocus()

    def _turned_back(self, error: BatonError | None) -> None:
        self._is_reaching = False
        self.closed_by = error
        if error is None:
            self.ended.say("not open", Kind.GREY, "Nothing was opened.")
        else:
            self.ended.say("not open", Kind.RED, error.what, error.todo)
        self._restage()
        if self.isVisible() and not _is_elsewhere(self, is_typing):
            self.ended.button.setFocus()

    def _restage(self) -> None:
        stage = self.stage
        self.ended.setVisible(stage in {Stage.IDLE, Stage.CLOSED, Stage.CONNECTING})
        self.ended.show_buttons(can_cancel=stage is Stage.CONNECTING, is_again=stage is Stage.CLOSED)
        if stage is Stage.CONNECTING:
            self.ended.say("connecting", Kind.BLUE, "Connecting…")
        self.changed.emit()
        self._book.refresh()

    def _take_focus(self) -> None:
        if self._is_open and self.isVisible():
            self.terminal.setFocus()

    def _type(self, data: bytes) -> None:
        if self._session and self._is_open:
            self.log.typed()
            self._reach.exchange.type(self._session, data)

    def _answer(self, data: bytes) -> None:
        if self._session and self._is_open:
            self._reach.exchange.type(self._session, data)

    def _resize(self, cols: int, rows: int) -> None:
        if self._session and self._is_open:
            self._reach.exchange.resize(self._session, cols, rows)


def _is_elsewhere(page: QWidget, is_at: Callable[[QWidget], bool]) -> bool:
    """Say whether the focus is in such a widget outside of the page: from there it is not taken."""
    focused = QApplication.focusWidget()
    return focused is not None and not page.isAncestorOf(focused) and is_at(focused)
