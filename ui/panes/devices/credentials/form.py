"""One rule in place: which devices, as whom, with what; the passwords go into the keyring of whoever types them."""

from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.device import CredentialRule, LoginWith
from ui.kit.fields import Choice
from ui.kit.forms import InlineForm
from ui.kit.labels import Label
from ui.kit.theme import Face, Tone

_LOGINS = (
    (LoginWith.PASSWORD, "a password"),
    (LoginWith.KEY, "a key file"),
    (LoginWith.AGENT, "my SSH agent"),
)
_PAUSE_MS = 200


class RuleForm(InlineForm):
    """`values` are what services.credentials takes; `previewed` asks what the selector finds, a moment after typing."""

    previewed = Signal(str)

    def __init__(
        self,
        rule: CredentialRule | None,
        *,
        has_keyring: bool,
        is_kept: bool = False,
        may_change: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """Ask for a new rule, or change one; who may not change it keeps their own passwords for it all the same."""
        title = "Add an account" if rule is None else f"Edit {rule.name}" if may_change else f"Passwords of {rule.name}"
        super().__init__(title, "Add it" if rule is None else "Save", parent=parent)
        self.rule = rule
        self._may_change = may_change
        self.name = QLineEdit(rule.name if rule else "")
        self.name.setPlaceholderText("Northgate core")
        self.selector = QLineEdit(rule.selector if rule else "")
        self.selector.setPlaceholderText("customer:Northgate tag:core")
        self.username = QLineEdit(rule.username if rule else "")
        self.login_with = Choice()
        for one, words in _LOGINS:
            self.login_with.addItem(words, one.value)
        self.login_with.setCurrentIndex([one for one, _words in _LOGINS].index(rule.login_with) if rule else 0)
        self.key_file = QLineEdit(rule.key_file if rule else "")
        self.key_file.setPlaceholderText("~/.ssh/id_ed25519")
        if may_change:
            self._add_rule()
        self.password, self.enable = QLineEdit(), QLineEdit()
        for field in (self.password, self.enable):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setPlaceholderText("kept; type to replace it" if is_kept else "asked for when you connect")
        self.enable.setPlaceholderText("only where commands need it")
        self.add("My password", self.password)
        self.add("My enable password", self.enable)
        where = "Both go into your keyring only" if has_keyring else "Both are held until Baton closes: no keyring here"
        self.add("", Label(f"{where}, never into the company database.", face=Face.SMALL, tone=Tone.DIM, wrap=True))
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PAUSE_MS)
        self._later.timeout.connect(lambda: self.previewed.emit(self.selector.text()))
        self.selector.textChanged.connect(lambda _text: self._later.start())
        self.login_with.currentIndexChanged.connect(lambda _at: self._show_rows())
        self._show_rows()

    def _add_rule(self) -> None:
        self.add("Name", self.name)
        self.add("Devices", self.selector, "Words of the inventory's filter; name:* finds every device")
        self.add("User", self.username)
        self.add("Log in with", self.login_with)
        self.add("Key file", self.key_file, "On the workstation of whoever logs in; its passphrase is the password")

    def _show_rows(self) -> None:
        chosen = LoginWith(str(self.login_with.currentData()))
        if self._may_change:
            self._form.setRowVisible(self.key_file, chosen is LoginWith.KEY)
        self._form.setRowVisible(self.password, chosen is not LoginWith.AGENT)
        label = self._form.labelForField(self.password)
        if isinstance(label, Label):
            label.setText("My passphrase" if chosen is LoginWith.KEY else "My password")
            self.password.setAccessibleName(label.text())

    def values(self) -> dict[str, Any]:
        """Give what was typed, unchecked."""
        chosen = LoginWith(str(self.login_with.currentData()))
        return {
            "name": self.name.text(),
            "selector": self.selector.text(),
            "username": self.username.text(),
            "login_with": chosen,
            "key_file": self.key_file.text() if chosen is LoginWith.KEY else "",
        }

    def ask(self) -> None:
        """Take the focus."""
        (self.name if self._may_change and self.rule is None else self.password).setFocus()
