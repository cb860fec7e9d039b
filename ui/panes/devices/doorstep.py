"""What stands between a person and a device: key and password are asked for here, in place, and nowhere else."""

from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.device import Device
from app.domain.errors import BatonError
from app.services import devices, host_keys
from app.services.desk import Desk
from app.services.host_keys import KeyLine
from app.services.terminals import HostKeyMismatch, HostKeyUnknown, Target, WayIn
from ui.kit.flow import clear
from ui.panes.devices.questions import FirstContact, HardStop, PasswordQuestion, ReplaceKey, accepted_words
from ui.panes.devices.reach import Login, Reach

_NO_LOGIN = Login("", "")


class Step(StrEnum):
    """Where on the way in somebody is."""

    OUTSIDE = "outside"
    LOOKING_UP = "looking_up"
    ASKING_KEY = "asking_key"
    ASKING_PASSWORD = "asking_password"  # noqa: S105 - the name of a step
    STOPPED = "stopped"


class Doorstep(QWidget):
    """Leads to a Target: `passed` carries it, `turned_back` says that the person left it or that it is not possible.

    Whoever tries the target gives what the device says about its key to `meet`, and a refused login to `refuse`.
    """

    passed = Signal(object)  # Target
    turned_back = Signal(object)  # BatonError, or None: the person left it
    moved = Signal()  # the step changed

    def __init__(self, reach: Reach, device_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reach, self._device_id = reach, device_id
        self._device: Device | None = None
        self._round = 0
        self._refusal = ""
        self.step = Step.OUTSIDE
        self.card: QWidget | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def enter(self) -> None:
        """Begin: look up keys and password, ask what is missing."""
        self._go(Step.LOOKING_UP)
        this = self._round
        self._reach.way_in(
            self,
            self._device_id,
            lambda way: self._way(way) if this == self._round else None,
            lambda error: self._fail(error, this),
        )

    def leave(self) -> None:
        """Give up."""
        self._go(Step.OUTSIDE)
        self.turned_back.emit(None)

    def forget(self) -> None:
        """Take away what was asked and refused: the device was moved, so another box may answer now."""
        self._refusal = ""
        if self.step is not Step.OUTSIDE:
            self.leave()

    def meet(self, message: HostKeyUnknown | HostKeyMismatch) -> None:
        """Take what the device showed instead of a key of the book."""
        if isinstance(message, HostKeyUnknown):
            self._ask_key(message)
        else:
            self._stop(message)

    def let_in(self) -> None:
        """Take note that the device accepted the login."""
        self._refusal = ""
        if self._device is not None:
            self._reach.was_let_in(self, self._device)

    def refuse(self, error: BatonError) -> None:
        """Take note that the device refused the login; asks for another one, which only the person sends."""
        self._reach.was_refused(self._device_id)
        self._refusal = f"{error.what} {error.todo}".strip()
        if self._device is not None:
            self._ask_password(self._device)

    # What the person answers; the demo and the tests answer the same way.

    def accept_key(self) -> None:
        """Write the key shown into the book and go on."""
        card = self.card
        if isinstance(card, FirstContact):
            card.accept.setEnabled(False)
            key_type, fingerprint = card.key_type, card.fingerprint
            self._reach.console.write(
                self,
                lambda desk: host_keys.accept(desk, self._device_id, key_type, fingerprint),
                lambda _line: self.enter(),
                self._not_now,
            )

    def give_password(self, password: str, *, username: str | None = None, is_to_keep: bool | None = None) -> None:
        """Answer the question for a password."""
        card = self.card
        if not isinstance(card, PasswordQuestion) or self._device is None:
            return
        name = (card.username.text() if username is None else username).strip()
        if not name:
            card.refuse("Nobody is named. Write as whom to log in.")
            card.username.setFocus()
            return
        keep = card.keep.isChecked() if is_to_keep is None else is_to_keep
        login = Login(name, password, keep and self._reach.has_keyring)
        self._refusal = ""
        self._reach.was_typed(self._device, login)
        self._go_with(self._device, login)

    def replace_key(self, reason: str) -> None:
        """Replace the key with the one shown, for the reason; the company refuses it to whoever may not."""
        card = self.card
        if not isinstance(card, ReplaceKey):
            return
        if card.chosen is None:
            card.refuse("No key is chosen. Compare both with the device itself.")
            return
        key_type, fingerprint = card.chosen
        card.send.setEnabled(False)
        self._reach.console.write(
            self,
            lambda desk: host_keys.replace(desk, self._device_id, key_type, fingerprint, reason),
            lambda _line: self.enter(),
            card.refuse,
        )

    # The way

    def _way(self, way: WayIn) -> None:
        self._device = way.device
        if way.contradiction is not None:
            self._contradiction(way.contradiction)
        elif not way.keys:
            self._go_with(way.device, _NO_LOGIN)
        elif (login := self._reach.login_for(way)) is not None:
            self._go_with(way.device, login)
        else:
            if way.trouble is not None and not self._refusal:
                self._refusal = f"{way.trouble.what} {way.trouble.todo}".strip()
            self._ask_password(way.device)

    def _go_with(self, device: Device, login: Login) -> None:
        self._go(Step.LOOKING_UP)
        this = self._round
        self._reach.target(
            self,
            device,
            login,
            lambda target: self._pass(target) if this == self._round else None,
            lambda error: self._fail(error, this),
        )

    def _pass(self, target: Target) -> None:
        self._go(Step.OUTSIDE)
        self.passed.emit(target)

    def _fail(self, error: BatonError, this: int) -> None:
        if this == self._round:
            self._go(Step.OUTSIDE)
            self.turned_back.emit(error)

    def _not_now(self, error: BatonError) -> None:
        self._go(Step.OUTSIDE)
        self.turned_back.emit(error)

    # What is shown

    def _ask_key(self, message: HostKeyUnknown) -> None:
        name = self._device.name if self._device is not None else "it"
        card = FirstContact(name, message.key_type, message.fingerprint)
        card.accepted.connect(self.accept_key)
        card.left.connect(self.leave)
        self._go(Step.ASKING_KEY, card)
        card.ask()

    def _ask_password(self, device: Device) -> None:
        card = PasswordQuestion(device, has_keyring=self._reach.has_keyring)
        card.refuse(self._refusal)
        card.sent.connect(lambda: self.give_password(card.password.text()))
        card.left.connect(self.leave)
        self._go(Step.ASKING_PASSWORD, card)
        card.ask()

    def _stop(self, message: HostKeyMismatch) -> None:
        shown = (message.key_type, message.fingerprint)
        why = "It shows another key than the book has. Nothing was sent to it, no password either."
        self._look_at_book([("shown now", *shown, "")], [shown], why)

    def _contradiction(self, error: BatonError) -> None:
        self._look_at_book([], [], error.what.split(":")[0] + ". Nothing was sent to it.")

    def _look_at_book(self, shown: list[tuple[str, str, str, str]], choices: list[tuple[str, str]], why: str) -> None:
        self._go(Step.LOOKING_UP)
        this, device_id = self._round, self._device_id

        def look(desk: Desk) -> tuple[devices.DeviceCard, bool, str]:
            return devices.detail(desk, device_id), host_keys.may_replace(desk), host_keys.whom_to_ask(desk)

        def show(found: tuple[devices.DeviceCard, bool, str]) -> None:
            if this == self._round:
                card, may_replace, whom = found
                self._show_stop(card, shown, choices, why, "" if may_replace else whom)

        self._reach.look_up(self, look, show, lambda error: self._fail(error, this))

    def _show_stop(
        self,
        found: devices.DeviceCard,
        shown: list[tuple[str, str, str, str]],
        choices: list[tuple[str, str]],
        why: str,
        whom: str,
    ) -> None:
        name = found.device.name
        valid = [line for line in found.keys if line.is_valid]
        in_book = [("in the book", k.key_type, k.fingerprint, accepted_words(k)) for k in valid]
        card = HardStop(f"This is not the {name} that we know", why, [*in_book, *shown], ask=whom)
        card.left.connect(self.leave)
        card.replace_asked.connect(lambda: self.ask_reason(name, choices or _keys(valid)))
        self._go(Step.STOPPED, card)
        card.ask()

    def ask_reason(self, name: str, keys: list[tuple[str, str]]) -> None:
        """Ask a manager or an engineer why the new key is the right one."""
        card = ReplaceKey(name, keys)
        card.sent.connect(lambda: self.replace_key(card.reason.text()))
        card.left.connect(self.leave)
        self._go(Step.STOPPED, card)
        card.ask()

    def _go(self, step: Step, card: QWidget | None = None) -> None:
        self._round += 1
        self.step, self.card = step, card
        clear(self._layout)
        if card is not None:
            self._layout.addWidget(card)
        self.setVisible(card is not None)
        self.moved.emit()


def _keys(lines: list[KeyLine]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((line.key_type, line.fingerprint) for line in lines))
