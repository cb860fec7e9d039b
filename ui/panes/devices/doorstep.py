"""What stands between a person and a device: key and password are asked for here, in place, and nowhere else."""

from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.services import devices, host_keys
from app.services.desk import Desk
from app.services.host_keys import KeyLine
from app.services.terminals import AccountRefused, HostKeyMismatch, HostKeyUnknown, Login, Target, WayIn
from ui.kit.flow import clear
from ui.panes.devices.questions import FirstContact, HardStop, PasswordQuestion, PlainLine, ReplaceKey, accepted_words
from ui.panes.devices.reach import Reach, Typed


class Step(StrEnum):
    """Where on the way in somebody is."""

    OUTSIDE = "outside"
    LOOKING_UP = "looking_up"
    ASKING_KEY = "asking_key"
    ASKING_PASSWORD = "asking_password"  # noqa: S105 - the name of a step
    STOPPED = "stopped"


class Doorstep(QWidget):
    """Leads to a Target: `passed` carries it, `turned_back` says that the person left it or that it is not possible.

    Whoever tries the target gives what the device says about its key to `meet`, and a refused login to `refuse`. Both
    may be about a jump host on the way: then it is the one that is asked about.
    """

    passed = Signal(object)  # Target
    turned_back = Signal(object)  # BatonError, or None: the person left it
    moved = Signal()  # the step changed

    def __init__(self, reach: Reach, device_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reach, self._device_id = reach, device_id
        self._way: WayIn | None = None
        self._asked_of = ""  # the device, or the hop, that the present question is about
        self._round = 0
        self._refusal = ""
        self.step = Step.OUTSIDE
        self.card: QWidget | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.hide()

    @property
    def is_stranger(self) -> bool:
        """Whether the device itself, not a hop before it, is stopped for its key."""
        return self.step is Step.STOPPED and self._asked_of == self._device_id

    def enter(self) -> None:
        """Begin: look up keys and password, ask what is missing."""
        self._go(Step.LOOKING_UP)
        this = self._round
        self._reach.way_in(
            self,
            self._device_id,
            lambda way: self._go_on(way) if this == self._round else None,
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
        """Take note that the device accepted the login, and each hop before it."""
        self._refusal = ""
        if self._way is not None:
            self._reach.was_let_in(self, self._way)

    def refuse(self, error: BatonError) -> None:
        """Take note that the device or a hop refused the login; asks for another one, which only the person sends."""
        self._refusal = f"{error.what} {error.todo}".strip()
        if self._way is not None:
            leg = self._leg(error.device_id if isinstance(error, AccountRefused) else self._device_id)
            self._reach.was_refused(leg)
            self._ask_password(leg)

    # What the person answers; the demo and the tests answer the same way.

    def accept_key(self) -> None:
        """Write the key shown into the book and go on."""
        card = self.card
        if isinstance(card, FirstContact):
            card.accept.setEnabled(False)
            key_type, fingerprint, asked_of = card.key_type, card.fingerprint, self._asked_of
            self._reach.console.write(
                self,
                lambda desk: host_keys.accept(desk, asked_of, key_type, fingerprint),
                lambda _line: self.enter(),
                self._not_now,
            )

    def give_password(self, password: str, *, username: str | None = None, is_to_keep: bool | None = None) -> None:
        """Answer the question for a password."""
        card = self.card
        if not isinstance(card, PasswordQuestion) or self._way is None:
            return
        leg = self._leg(self._asked_of)
        name = (card.username.text() if username is None else username).strip()
        if not name and leg.device.protocol.is_encrypted:
            card.refuse("Nobody is named. Write as whom to log in.")
            card.username.setFocus()
            return
        keep = card.keep.isChecked() if is_to_keep is None else is_to_keep
        self._refusal = ""
        self._reach.agree_to_plain(leg.device)  # the question says so
        self._reach.was_typed(leg, Typed(Login(name, password), keep and self._reach.has_keyring))
        self._go_on(self._way)

    def agree_to_plain(self) -> None:
        """Answer that the line may be used although it is not encrypted."""
        if isinstance(self.card, PlainLine) and self._way is not None:
            self._reach.agree_to_plain(self._leg(self._asked_of).device)
            self._go_on(self._way)

    def replace_key(self, reason: str) -> None:
        """Replace the key with the one shown, for the reason; the company refuses it to whoever may not."""
        card = self.card
        if not isinstance(card, ReplaceKey):
            return
        if card.chosen is None:
            card.refuse("No key is chosen. Compare both with the device itself.")
            return
        (key_type, fingerprint), asked_of = card.chosen, self._asked_of
        card.send.setEnabled(False)
        self._reach.console.write(
            self,
            lambda desk: host_keys.replace(desk, asked_of, key_type, fingerprint, reason),
            lambda _line: self.enter(),
            card.refuse,
        )

    # The way

    def _go_on(self, way: WayIn) -> None:
        """Ask what is missing at the first leg that misses something; what nobody has met is asked for its key."""
        self._way = way
        for leg in way.legs:
            if leg.contradiction is not None:
                self._contradiction(leg, leg.contradiction)
                return
            if not leg.is_known:
                break
            if self._reach.login_for(leg) is None:
                if leg.trouble is not None and not self._refusal:
                    self._refusal = f"{leg.trouble.what} {leg.trouble.todo}".strip()
                self._ask_password(leg)
                return
            if not self._reach.is_plain_agreed(leg.device):
                self._ask_plain(leg)
                return
        self._go(Step.LOOKING_UP)
        this = self._round
        self._reach.target(
            self,
            way,
            lambda target: self._pass(target) if this == self._round else None,
            lambda error: self._fail(error, this),
        )

    def _leg(self, device_id: str) -> WayIn:
        assert self._way is not None
        return next((leg for leg in self._way.legs if leg.device.id == device_id), self._way)

    def _on_the_way(self, device_id: str) -> str:
        """Name the device that somebody wants when the question is about a hop before it."""
        return "" if self._way is None or device_id == self._device_id else self._way.device.name

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
        self._asked_of = message.device_id
        name = "it" if self._way is None else self._leg(message.device_id).device.name
        card = FirstContact(name, message.key_type, message.fingerprint, leads_to=self._on_the_way(message.device_id))
        card.accepted.connect(self.accept_key)
        card.left.connect(self.leave)
        self._go(Step.ASKING_KEY, card)
        card.ask()

    def _ask_password(self, leg: WayIn) -> None:
        self._asked_of = leg.device.id
        leads_to = self._on_the_way(leg.device.id)
        card = PasswordQuestion(leg, has_keyring=self._reach.has_keyring, leads_to=leads_to)
        card.refuse(self._refusal)
        card.sent.connect(lambda: self.give_password(card.password.text()))
        card.left.connect(self.leave)
        self._go(Step.ASKING_PASSWORD, card)
        card.ask()

    def _ask_plain(self, leg: WayIn) -> None:
        self._asked_of = leg.device.id
        card = PlainLine(leg.device)
        card.accepted.connect(self.agree_to_plain)
        card.left.connect(self.leave)
        self._go(Step.ASKING_PASSWORD, card)
        card.ask()

    def _stop(self, message: HostKeyMismatch) -> None:
        self._asked_of = message.device_id
        shown = (message.key_type, message.fingerprint)
        why = "It shows another key than the book has. Nothing was sent to it, no password either."
        self._look_at_book([("shown now", *shown, "")], [shown], why)

    def _contradiction(self, leg: WayIn, error: BatonError) -> None:
        self._asked_of = leg.device.id
        self._look_at_book([], [], error.what.split(":")[0] + ". Nothing was sent to it.")

    def _look_at_book(self, shown: list[tuple[str, str, str, str]], choices: list[tuple[str, str]], why: str) -> None:
        self._go(Step.LOOKING_UP)
        this, device_id = self._round, self._asked_of

        def look(desk: Desk) -> tuple[devices.DeviceCard, bool, str, str]:
            may_replace, whom = host_keys.may_replace(desk), host_keys.whom_to_ask(desk)
            return devices.detail(desk, device_id), may_replace, whom, desk.me().name

        def show(found: tuple[devices.DeviceCard, bool, str, str]) -> None:
            if this == self._round:
                card, may_replace, whom, me = found
                self._show_stop(card, shown, choices, why, "" if may_replace else whom, me)

        self._reach.look_up(self, look, show, lambda error: self._fail(error, this))

    def _show_stop(
        self,
        found: devices.DeviceCard,
        shown: list[tuple[str, str, str, str]],
        choices: list[tuple[str, str]],
        why: str,
        whom: str,
        me: str,
    ) -> None:
        name = found.device.name
        valid = [line for line in found.keys if line.is_valid]
        in_book = [("in the book", k.key_type, k.fingerprint, accepted_words(k)) for k in valid]
        if leads_to := self._on_the_way(found.device.id):
            why = f"It is on the way to {leads_to}. {why}"
        accepted_by = " and ".join(dict.fromkeys("you" if k.accepted_by == me else k.accepted_by for k in valid))
        card = HardStop(
            f"This is not the {name} that we know", why, [*in_book, *shown], ask=whom, accepted_by=accepted_by
        )
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
