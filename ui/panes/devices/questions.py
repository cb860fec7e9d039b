"""What is asked or said before a device lets somebody in, each a card in place: key, stop, password, the end."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QRadioButton, QWidget

from app.domain.device import Device, LoginWith
from app.services.host_keys import KeyLine
from app.services.terminals import WayIn
from ui.kit.buttons import KeyButton
from ui.kit.cards import Card
from ui.kit.fields import Tick
from ui.kit.flow import row
from ui.kit.forms import InlineForm
from ui.kit.labels import Label, Pill
from ui.kit.theme import Face, Kind, L, S, Tone
from ui.panes.devices.words import key_type_word, plain_warning, plain_word, when


class FirstContact(Card):
    """Nobody has met this device: shows its fingerprint and asks a person to compare it."""

    accepted = Signal()
    left = Signal()

    def __init__(
        self, name: str, key_type: str, fingerprint: str, *, leads_to: str = "", parent: QWidget | None = None
    ) -> None:
        """`leads_to` names the device that is wanted when this one is a jump host before it."""
        super().__init__(Kind.BLUE, parent)
        self.key_type, self.fingerprint = key_type, fingerprint
        self.body.addLayout(row(Pill("first contact", Kind.BLUE), Label(f"Is this {name}?", face=Face.BOLD), None))
        before = f"It is the jump host on the way to {leads_to}. " if leads_to else ""
        self.body.addWidget(
            Label(
                f"{before}The company's host-key book has no key of it: none of your colleagues has accepted one. "
                "Compare the fingerprint with the device's own console, or ask whoever set it up to read it out. "
                "Nothing was sent to it, no password either.",
                tone=Tone.DIM,
                wrap=True,
            )
        )
        self.body.addLayout(row(Label(key_type_word(key_type), tone=Tone.DIM), _fingerprint(fingerprint), None))
        self.accept = KeyButton("Accept and connect", "Ctrl+Return", primary=True, run=self.accepted.emit)
        self.leave = KeyButton("Leave it", "Esc", run=self.left.emit)
        self.body.addLayout(row(self.accept, self.leave, None))
        self.setAccessibleName(f"First contact with {name}: {key_type_word(key_type)} {fingerprint}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Accept on Ctrl+Enter, leave on Escape."""
        if _is_send(event) and self.accept.isEnabled():
            self.accepted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def ask(self) -> None:
        """Take the focus."""
        self.leave.setFocus()


class HardStop(Card):
    """The device is not the one in the book: both keys, who accepted which, whom to ask. There is no way past it."""

    left = Signal()
    replace_asked = Signal()

    def __init__(
        self,
        title: str,
        why: str,
        keys: list[tuple[str, str, str, str]],
        *,
        ask: str,
        accepted_by: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`keys` are (where it stands, type, fingerprint, who accepted it); `ask` names whom to ask, "" for oneself.

        `accepted_by` names who accepted the key in the book, "you" for oneself: they know how the device was met.
        """
        super().__init__(Kind.RED, parent, width=2)
        self.fingerprints = [fingerprint for _where, _type, fingerprint, _who in keys]
        self.body.addLayout(row(Pill("stopped", Kind.RED, is_bold=True), Label(title, face=Face.BOLD), None))
        self.body.addWidget(Label(why, wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(L)
        grid.setVerticalSpacing(S - 2)
        grid.setColumnStretch(3, 1)
        for at, (where, key_type, fingerprint, who) in enumerate(keys):
            grid.addWidget(Label(where, tone=Tone.DIM), 2 * at, 0)
            grid.addWidget(Label(key_type_word(key_type)), 2 * at, 1)
            grid.addWidget(_fingerprint(fingerprint), 2 * at, 2)
            if who:
                grid.addWidget(Label(who, face=Face.SMALL, tone=Tone.DIM), 2 * at + 1, 2)
        self.body.addLayout(grid)
        self.leave = KeyButton("Leave it", "Esc", run=self.left.emit)
        who_met = f" {accepted_by[0].upper()}{accepted_by[1:]} accepted what is in the book." if accepted_by else ""
        if ask:
            self.body.addWidget(Label(f"Ask {ask}: only they can replace a key.{who_met}", wrap=True))
            self.body.addLayout(row(self.leave, None))
        else:
            if who_met:
                first = "Compare it with the device itself first." if accepted_by == "you" else "Ask before you do."
                self.body.addWidget(Label(f"You may replace the key.{who_met} {first}", wrap=True))
            self.replace = KeyButton("Replace key…", run=self.replace_asked.emit)
            self.body.addLayout(row(self.leave, self.replace, None))
        self.setAccessibleName(f"{title} {why}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def ask(self) -> None:
        """Take the focus."""
        self.leave.setFocus()


class ReplaceKey(InlineForm):
    """Why the new key is the right one; `chosen` is the key that becomes the only valid one."""

    def __init__(self, name: str, keys: list[tuple[str, str]], parent: QWidget | None = None) -> None:
        """`keys` are (type, fingerprint) to choose from."""
        super().__init__(f"Replace the key of {name}", "Replace and connect", parent=parent)
        self._keys = keys
        self.choices: list[QRadioButton] = []
        if len(keys) > 1:
            for key_type, fingerprint in keys:
                choice = QRadioButton(f"{key_type_word(key_type)} {fingerprint}")
                self.choices.append(choice)
                self.add("The right key" if len(self.choices) == 1 else "or", choice)
        else:
            shown = Label(f"{key_type_word(keys[0][0])} {keys[0][1]}", face=Face.MONO).selectable()
            self.add("New key", shown)
            shown.setAccessibleName(f"New key {shown.text()}")
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("How do you know? Such as: new chassis, compared on the console port")
        self.add("Reason", self.reason)

    @property
    def chosen(self) -> tuple[str, str] | None:
        """The key to go by; None while none of several is chosen."""
        if not self.choices:
            return self._keys[0]
        ticked = [key for key, choice in zip(self._keys, self.choices, strict=True) if choice.isChecked()]
        return ticked[0] if ticked else None

    def ask(self) -> None:
        """Take the focus."""
        (self.choices[0] if self.choices else self.reason).setFocus()


class PlainLine(Card):
    """Says before the first password goes out that the line is not encrypted."""

    accepted = Signal()
    left = Signal()

    def __init__(self, device: Device, parent: QWidget | None = None) -> None:
        super().__init__(Kind.AMBER, parent, width=2)
        word = plain_word(device.protocol)
        self.body.addLayout(
            row(Pill(word, Kind.AMBER, is_bold=True), Label(f"Log in to {device.name}?", face=Face.BOLD), None)
        )
        self.body.addWidget(Label(plain_warning(device.protocol), wrap=True))
        self.accept = KeyButton("Log in all the same", "Ctrl+Return", primary=True, run=self.accepted.emit)
        self.leave = KeyButton("Leave it", "Esc", run=self.left.emit)
        self.body.addLayout(row(self.accept, self.leave, None))
        self.setAccessibleName(f"{word}. {plain_warning(device.protocol)}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on with Ctrl+Enter, leave on Escape."""
        if _is_send(event):
            self.accepted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def ask(self) -> None:
        """Take the focus."""
        self.leave.setFocus()


class PasswordQuestion(InlineForm):
    """Asks as whom and with what to log in; a refused one is said and never repeated by itself."""

    def __init__(self, leg: WayIn, *, has_keyring: bool, leads_to: str = "", parent: QWidget | None = None) -> None:
        """`leads_to` names the device that is wanted when this one is a jump host before it."""
        device, account = leg.device, leg.account
        title = f"Log in to {device.name}, on the way to {leads_to}" if leads_to else f"Log in to {device.name}"
        super().__init__(title, "Log in", parent=parent)
        if not device.protocol.is_encrypted:
            self.set_edge(Kind.AMBER)
            self.body.insertLayout(1, row(Pill(plain_word(device.protocol), Kind.AMBER, is_bold=True), None))
            self.body.insertWidget(2, Label(plain_warning(device.protocol), wrap=True))
        self.username = QLineEdit(account.username)
        self.add("User", self.username)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.keep = Tick(f"Keep it in the keyring for every device of “{account.rule}”" if account.rule
                         else "Keep it in the keyring")  # fmt: skip
        self.keep.setToolTip("Kept by this desktop's keyring, never in a file")
        self._asks_password = account.login_with is not LoginWith.AGENT
        if not self._asks_password:
            self.add("", Label("Your SSH agent proves who you are.", face=Face.SMALL, tone=Tone.DIM))
        else:
            is_key = account.login_with is LoginWith.KEY
            self.password.setPlaceholderText(f"of {account.key_file}" if is_key else "")
            self.add("Passphrase" if is_key else "Password", self.password)
            self._add_keep(has_keyring=has_keyring)
        for field in (self.username, self.password):
            field.returnPressed.connect(self.sent.emit)

    def _add_keep(self, *, has_keyring: bool) -> None:
        if has_keyring:
            self.add("", self.keep)
            self.keep.setAccessibleName(self.keep.text())
        else:
            self.add("", Label("Asked once per start: this desktop has no keyring.", face=Face.SMALL, tone=Tone.DIM))

    def ask(self) -> None:
        """Take the focus."""
        (self.password if self.username.text() and self._asks_password else self.username).setFocus()


class Ended(Card):
    """A terminal that is not open: why, and the button that opens it; while connecting, the one that gives up."""

    def __init__(self, button: KeyButton, cancel: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self._pill = Pill("closed")
        self._what = Label(face=Face.BOLD, wrap=True)
        self._todo = Label(tone=Tone.DIM, wrap=True)
        self.button = button
        self.cancel = KeyButton("Cancel", run=cancel)
        top = row(self._pill)
        top.addWidget(self._what, 1)
        self.body.addLayout(top)
        self.body.addWidget(self._todo)
        self.body.addLayout(row(self.button, self.cancel, None))
        self.show_buttons(can_cancel=False, is_again=False)

    def show_buttons(self, *, can_cancel: bool, is_again: bool) -> None:
        """Show the button that fits."""
        self.button.setText("Reconnect" if is_again else "Connect")
        self.button.setAccessibleName(self.button.text())
        self.button.setVisible(not can_cancel)
        self.cancel.setVisible(can_cancel)

    def say(self, word: str, kind: Kind, what: str, todo: str = "") -> None:
        """Say why."""
        self.set_edge(kind if kind is not Kind.GREY else None)
        self._pill.show_as(word, kind)
        self._what.setText(what)
        self._todo.setText(todo)
        self._todo.setVisible(bool(todo))
        self.setAccessibleName(f"{word}: {what} {todo}".strip())

    @property
    def what(self) -> str:
        """What is said."""
        return self._what.text()

    @property
    def todo(self) -> str:
        """What is said to do about it."""
        return self._todo.text()


def accepted_words(line: KeyLine) -> str:
    """Give who accepted a line of the book, when and where."""
    return f"accepted {when(line.accepted_at)} by {line.accepted_by} at {line.workstation}"


def _fingerprint(text: str) -> Label:
    label = Label(text, face=Face.MONO).selectable()
    label.setAccessibleName(text)
    return label


def _is_send(event: QKeyEvent) -> bool:
    is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
    return is_enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
