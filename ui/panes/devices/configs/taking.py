"""Taking a copy of one device now, and what became of it."""

from concurrent.futures import Future

from PySide6.QtCore import QObject, Signal

from app.domain.config_backup import BackupOutcome
from app.domain.device import Device
from app.domain.errors import BatonError
from app.services.configs import keys
from app.services.configs.backing_up import BackupRound, Result
from app.services.configs.keys import Standing
from ui.kit.console import Console
from ui.panes.devices.reach import Reach


class Taking(QObject):
    """One copy at a time. `changed` when there is something else to say; `ended` when a copy is there. GUI thread."""

    changed = Signal()
    ended = Signal()

    def __init__(self, console: Console, reach: Reach, owner: QObject) -> None:
        super().__init__(owner)
        self._console, self._reach = console, reach
        self._device: Device | None = None
        self._shown_id = ""
        self.is_busy = False
        self.words = ""
        self.is_bad = False
        self.can_confirm = False

    def take(self, device: Device, *, is_confirmed: bool = False) -> None:
        """Ask the device for its configuration and keep it; confirmed: also when it is much shorter than the last."""
        if self.is_busy:
            return
        self._device = device
        self._say(f"Asking {device.name} for its configuration", is_busy=True)
        workstation, told = self._console.workstation, Future[Result]()
        self._console.mailbox.deliver(told, self, self._came)
        confirmed = frozenset({device.id}) if is_confirmed else frozenset[str]()
        copying = BackupRound(
            workstation, self._reach.exchange, workstation.secrets, told.set_result, at_once=1, confirmed=confirmed
        )
        self._console.mailbox.deliver(copying.start([device]), self, lambda _none: None, self._failed)

    def confirm(self) -> None:
        """Take it again, and keep it although it is much shorter."""
        if self._device is not None and self.can_confirm:
            self.take(self._device, is_confirmed=True)

    def look_at(self, device_id: str) -> None:
        """Show what becomes of this device's copies; what became of another's is told in the window."""
        self._shown_id = device_id
        if not self.is_busy:
            self._say("")

    @property
    def _is_shown(self) -> bool:
        return self._device is not None and self._device.id == self._shown_id

    def _came(self, result: Result) -> None:
        match result.outcome:
            case BackupOutcome.CHANGED:
                self._say(f"A new copy of {result.device} is here.")
                if not result.has_full_text:
                    self._look_why(result)
            case BackupOutcome.SAME:
                self._say(f"{result.device} is as in its last copy{f'; {result.words}' if result.words else ''}.")
            case _:
                self._say(f"No copy of {result.device}: {result.words}", is_bad=True)
                self.can_confirm = result.can_be_confirmed and self._is_shown
                self.changed.emit()
        if result.outcome in {BackupOutcome.CHANGED, BackupOutcome.SAME} and self._is_shown:
            self.ended.emit()

    def _look_why(self, result: Result) -> None:
        """Say what opens the company's key here; the keyring is asked, so not on this thread."""
        workstation = self._console.workstation
        lead = f"A new copy of {result.device} is here, without the full text: the company's key is not open here."

        def found(standing: Standing) -> None:
            if not self.is_busy and self._is_shown and result.device_id == self._shown_id:
                self._say(f"{lead} {standing.words}")

        looked = workstation.read(lambda desk: keys.standing(desk, workstation.secrets))
        self._console.mailbox.deliver(looked, self, found, self._failed)

    def _failed(self, error: BatonError) -> None:
        self._say(f"{error.what} {error.todo}".strip(), is_bad=True)

    def _say(self, words: str, *, is_busy: bool = False, is_bad: bool = False) -> None:
        if words and not is_busy and not self._is_shown:
            self._console.navigator.tell(words)
            words = ""
        self.words, self.is_busy, self.is_bad, self.can_confirm = words, is_busy, is_bad, False
        self.changed.emit()
