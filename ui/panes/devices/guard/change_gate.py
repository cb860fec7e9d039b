"""The gate before a change: all of its lines go or none, and what is missing is asked about one line at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.domain.errors import BatonError
from app.domain.guard import Mode
from app.services import config_changes
from app.services.config_changes import ChangePlan, Cleared
from app.services.desk import Desk
from ui.kit.console import Console
from ui.panes.devices.guard.asking import Asking, Held


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to apply: the lines, the minutes of the revert timer (0: none), whether it is saved."""

    lines: tuple[str, ...] = ()
    revert_minutes: int = 0
    is_saved: bool = True


class ChangeGate(Asking):
    """`passed` carries the Cleared change, `stopped` says that it was given up; the error is None when by a person."""

    passed = Signal(object)
    stopped = Signal(object)
    taught = Signal(str)

    def __init__(self, console: Console, device_id: str, parent: QObject) -> None:
        super().__init__(console, device_id, parent)
        self._wanted = Wanted()
        self.is_busy = False

    def ask(self, wanted: Wanted) -> None:
        """Judge a change; it is answered with one of the two signals."""
        self._wanted, self.is_busy = wanted, True
        self.stand()

    def plan(self, desk: Desk, wanted: Wanted, issue_id: str | None, name: str = "") -> ChangePlan:
        """Give the plan of a change on this device. Any thread; raises what `config_changes.plan` raises."""
        emergency = self.emergency
        return config_changes.plan(
            desk,
            self._device_id,
            wanted.lines,
            issue_id=issue_id,
            revert_minutes=wanted.revert_minutes,
            is_saved=wanted.is_saved,
            name=name,
            emergency_id=None if emergency is None else emergency.id,
        )

    def _knows(self) -> None:
        self._decide(None)

    def _decide(self, held: Held | None, name: str = "") -> None:
        """Ask the workstation's data; what passes is written down before it goes."""
        self._round += 1
        this, self.is_deciding = self._round, True

        def decided(found: ChangePlan | Cleared) -> None:
            if this != self._round:
                return
            self.is_deciding = False
            if isinstance(found, Cleared):
                self._drop()
                self.is_busy = False
                self.passed.emit(found)
            elif found.missing is not None:
                line = found.missing_for
                text, mode = (line.text.strip(), line.mode) if line is not None else ("", Mode.CONFIG)
                self.held = Held(text, mode, found.missing.verdict, found.missing)
                self.asked.emit(self.held)

        def failed(error: BatonError) -> None:
            if this == self._round:
                self._drop()
                self.is_busy = False
                self.stopped.emit(error)

        self._console.mailbox.deliver(self._console.workstation.write(self._clearing(name)), self, decided, failed)

    def _clearing(self, name: str) -> Callable[[Desk], ChangePlan | Cleared]:
        """Give the verb that writes the change down, or says what is missing."""
        wanted, issue_id = self._wanted, self.issue_id

        def clear(desk: Desk) -> ChangePlan | Cleared:
            plan = self.plan(desk, wanted, issue_id, name)
            if plan.missing is not None:
                return plan
            try:
                return config_changes.record(desk, plan, name=name)
            except BatonError as error:
                if plan.emergency_id is None:
                    raise
                # An emergency is never blocked, also not by a full disk.
                self._console.mailbox.call(self, partial(self._tell, error))
                return Cleared(plan, desk.now)

        return clear

    def _left(self, held: Held) -> None:
        self.is_busy = False
        self.stopped.emit(None)
