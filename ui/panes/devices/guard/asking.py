"""A line that is held: decided on with the workstation's data, and asked about where something is missing.

What holds lines, a terminal's gate or a command's, says what becomes of one that passes or is left. GUI thread only.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from app.domain.customer import Environment
from app.domain.errors import BatonError
from app.domain.guard import Mode, Verdict
from app.domain.session import Emergency
from app.services import emergencies, guard
from app.services.desk import Desk
from app.services.guard import Decision, Standing, Way
from ui.kit.console import Console


@dataclass(frozen=True, slots=True)
class Held:
    """A line that waits: the line, where it was typed, how it was judged, and what is missing."""

    line: str
    mode: Mode
    verdict: Verdict
    decision: Decision | None = None


class Asking(QObject):
    """Holds one line at a time. `asked` carries it when something is missing, `settled` says that nothing is asked."""

    asked = Signal(object)
    settled = Signal()
    emergency_changed = Signal()

    def __init__(self, console: Console, device_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._console, self._device_id = console, device_id
        self._round = 0  # a decision that comes after its line was dropped is nobody's any more
        self.is_deciding = False
        self.held: Held | None = None
        self.standing: Standing | None = None
        self.emergency: Emergency | None = None
        self.issue_id: str | None = None

    def work_on(self, issue_id: str | None) -> None:
        """Take the issue from which somebody came here as what changes are for; without one, what was chosen stays."""
        self.issue_id = issue_id or self.issue_id

    def stand(self) -> None:
        """Look up what has to be known of the device."""
        device_id = self._device_id
        future = self._console.workstation.read(lambda desk: guard.standing(desk, device_id))
        self._console.mailbox.deliver(future, self, self._stood, self._not_stood)

    def answer_name(self, name: str) -> None:
        """Send the held line if this is the device's name."""
        if self.held is not None:
            self._decide(self.held, name)

    def try_again(self, issue_id: str | None = None) -> None:
        """Decide on the held line anew: a window was opened, an issue was chosen."""
        self.issue_id = issue_id or self.issue_id
        if self.held is not None:
            self._decide(self.held)

    def leave(self) -> None:
        """Give the held line up; it is written down as refused."""
        held = self.held
        if held is None:
            return
        reason = held.decision.words if held.decision is not None else held.verdict.reason
        device_id, issue_id = self._device_id, self.issue_id
        self._left(held)
        self._write(lambda desk: guard.give_up(desk, device_id, held.line, held.mode, reason, issue_id))
        self._drop()

    def declare_emergency(self, reason: str, on_error: Callable[[BatonError], None]) -> None:
        """Pass the guard on this device until it is ended."""
        device_id, issue_id = self._device_id, self.issue_id

        def declared(emergency: Emergency) -> None:
            self.emergency = emergency
            self.emergency_changed.emit()
            self.try_again()

        future = self._console.workstation.write(lambda desk: emergencies.declare(desk, device_id, reason, issue_id))
        self._console.mailbox.deliver(future, self, declared, on_error)

    def end_emergency(self) -> None:
        """Let the guard ask again."""
        emergency, self.emergency = self.emergency, None
        if emergency is not None:
            self._write(lambda desk: emergencies.end(desk, emergency.id))
            self.emergency_changed.emit()

    # What becomes of a line

    def _passed(self, held: Held) -> None:
        """Send a line that may go."""
        raise NotImplementedError

    def _left(self, held: Held) -> None:
        """Take a line away that somebody gave up."""

    def _knows(self) -> None:
        """Go on, now that the device is known."""

    def _decide(self, held: Held, name: str = "") -> None:
        """Ask the workstation's data; a line that passes is written down before it goes."""
        self._round += 1
        this, self.is_deciding = self._round, True

        def decided(decision: Decision) -> None:
            if this != self._round:
                return
            self.is_deciding = False
            if decision.passes:
                self._drop()
                self._passed(held)
                return
            self.held = Held(held.line, held.mode, decision.verdict, decision)
            self.asked.emit(self.held)

        def failed(error: BatonError) -> None:
            if this != self._round:
                return
            self.is_deciding = False
            if self.emergency is not None:  # is never blocked, also not by a full disk
                self._tell(error)
                self._drop()
                self._passed(held)
                return
            words = f"It could not be written into the log: {error.what}"
            self.held = replace(held, decision=Decision(Way.NEEDS_LOG, held.verdict, words, error.todo))
            self.asked.emit(self.held)

        self._console.mailbox.deliver(self._console.workstation.write(self._giving(held, name)), self, decided, failed)

    def _giving(self, held: Held, name: str = "") -> Callable[[Desk], Decision]:
        """Give the verb that decides on the line and writes it down."""
        device_id, issue_id = self._device_id, self.issue_id
        emergency_id = self.emergency.id if self.emergency is not None else None
        return lambda desk: guard.give(
            desk, device_id, held.line, held.mode, issue_id=issue_id, name=name, emergency_id=emergency_id
        )

    def _drop(self) -> None:
        """Hold nothing any more."""
        self._round += 1
        self.is_deciding = False
        was_asked, self.held = self.held is not None, None
        if was_asked:
            self.settled.emit()

    def _stood(self, standing: Standing) -> None:
        self.standing = standing
        self._knows()

    def _not_stood(self, error: BatonError) -> None:
        # Nothing passes by itself on a device that is not known: what is typed is refused with the reason.
        self._stood(Standing(self._device_id, "", "", Environment.PRODUCTION, None, "", "", error.what))

    def _write(self, verb: Callable[[Desk], object]) -> None:
        """Write something down that no line waits for."""
        self._console.mailbox.deliver(self._console.workstation.write(verb), self, _nothing, self._tell)

    def _tell(self, error: BatonError) -> None:
        self._console.navigator.tell(error.what, error.todo)


def _nothing(_done: object) -> None:
    return None
