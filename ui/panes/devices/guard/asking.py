"""A line that is held: decided on with the workstation's data, and asked about where something is missing.

What holds lines, a terminal's gate or a command's, says what becomes of one that passes or is left. GUI thread only.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.customer import Environment
from app.domain.errors import BatonError, EnvironmentFault
from app.domain.guard import Mode, Verdict
from app.domain.session import Emergency
from app.services import emergencies, guard
from app.services.desk import Desk
from app.services.guard import Decision, Standing, Way
from ui.kit.console import Console

_LATE_MS = 1000  # a log that takes longer is said to be late


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
        console.watch(self, ("emergency",), lambda _changes: self._look_at_emergency())

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

        def failed(error: BatonError) -> None:
            if not isinstance(error, EnvironmentFault):
                on_error(error)
                return
            # It is never blocked, also not where nothing can be written: that is made up for with the next line.
            self._tell(error)
            person_id = self._console.workstation.person_id
            declared(Emergency(id="", device_id=device_id, person_id=person_id, at=datetime.now(UTC), reason=reason))

        future = self._console.workstation.write(lambda desk: emergencies.declare(desk, device_id, reason, issue_id))
        self._console.mailbox.deliver(future, self, declared, failed)

    def end_emergency(self) -> None:
        """Let the guard ask again."""
        emergency, self.emergency = self.emergency, None
        if emergency is not None:
            if emergency.id:
                self._write(lambda desk: emergencies.end(desk, emergency.id))
            self.emergency_changed.emit()

    def _look_at_emergency(self) -> None:
        """Ask again once a manager has ended the emergency that is on here."""
        emergency = self.emergency
        if emergency is None or not emergency.id:
            return

        def looked(is_on: bool) -> None:  # noqa: FBT001 - from the reader
            if not is_on and self.emergency is emergency:
                self.emergency = None
                self.emergency_changed.emit()
                self._console.navigator.tell("A manager ended the emergency: the guard asks again.")

        self._console.read(self, lambda desk: emergencies.is_on(desk, emergency.id, self._device_id), looked)

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

        def decided(found: tuple[Decision, Emergency | None]) -> None:
            decision, emergency = found
            if emergency is not None and self.emergency is not None and not self.emergency.id:
                self.emergency = emergency
                self.emergency_changed.emit()
            if this != self._round:
                return
            self.is_deciding = False
            if decision.passes:
                self._pass(held)
            else:
                self._ask(held, decision)

        def failed(error: BatonError) -> None:
            if this != self._round:
                self._tell(error)
                return
            self.is_deciding = False
            self._not_logged(held, error)

        def is_late() -> None:
            if this == self._round and self.is_deciding:
                self._late(held)

        QTimer.singleShot(_LATE_MS, self, is_late)
        self._console.mailbox.deliver(self._console.workstation.write(self._giving(held, name)), self, decided, failed)

    def _pass(self, held: Held) -> None:
        self._drop()
        self._passed(held)

    def _not_logged(self, held: Held, error: BatonError) -> None:
        if self.emergency is not None:  # is never blocked, also not where nothing can be written
            self._tell(error)
            self._pass(held)
            return
        self._ask(held, _unlogged(held, f"could not be written into the log: {error.what}", error.todo))

    def _late(self, held: Held) -> None:
        if self.emergency is not None:
            self._pass(held)
        elif self.held is None:
            self._ask(held, _unlogged(held, "waits until it stands in the log, which does not answer."))

    def _ask(self, held: Held, decision: Decision) -> None:
        self.held = replace(held, decision=decision, verdict=decision.verdict)
        self.asked.emit(self.held)

    def _giving(self, held: Held, name: str = "") -> Callable[[Desk], tuple[Decision, Emergency | None]]:
        """Give the verb that decides on the line and writes it down, and an emergency before it if that is not yet."""
        device_id, issue_id, emergency = self._device_id, self.issue_id, self.emergency

        def give(desk: Desk) -> tuple[Decision, Emergency | None]:
            on = emergency
            if on is not None and not on.id:
                on = emergencies.declare(desk, device_id, on.reason, issue_id)
            emergency_id = on.id if on is not None else None
            decision = guard.give(
                desk, device_id, held.line, held.mode, issue_id=issue_id, name=name, emergency_id=emergency_id
            )
            return decision, on

        return give

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


def _unlogged(held: Held, why: str, todo: str = "") -> Decision:
    return Decision(Way.NEEDS_LOG, held.verdict, f"This line {why}", todo or "In an emergency say why: it goes then.")


def _nothing(_done: object) -> None:
    return None
