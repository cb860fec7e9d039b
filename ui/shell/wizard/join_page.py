"""Joining a company on a server: the way there is tried before anything is kept, a first password is replaced."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.company import CompanyAddress
from app.domain.errors import BadInput, BatonError, CompanyUnreachable, EnvironmentFault, LoginRefused
from app.runtime.profile import CompanyKind, Profile
from app.services.joining import Tried, check_new_password, replace_first_password, try_company
from ui.kit.cards import Callout
from ui.kit.mailbox import Mailbox
from ui.kit.theme import Kind
from ui.shell.ask_bar import PasswordField
from ui.shell.wizard.errand import Errand
from ui.shell.wizard.sheet import FormPage

_PORT, _DATABASE = "5432", "baton"


class JoinPage(FormPage):
    """Asks for the way to the company; `accepted` carries the profile to save, the password and what was said."""

    accepted = Signal(object, str, object)  # Profile, password, Tried

    def __init__(self, mailbox: Mailbox, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(
            "Join a company",
            "Whoever runs its server gave you these. Nothing is saved before it has worked.",
            "The way to the company",
            "Test and join",
            parent,
        )
        self._mailbox = mailbox
        self._draft = Profile.new(folder, CompanyKind.SERVER, "")
        self._errand: Errand[Tried] | None = None
        self.host, self.port, self.database = QLineEdit(), QLineEdit(_PORT), QLineEdit(_DATABASE)
        self.login, self.password = QLineEdit(), PasswordField("Password")
        self.host.setPlaceholderText("db.example.com")
        self.add("Host", self.host, "The name or address of the server; host:port is understood too")
        self.add("Port", self.port, "5432 unless somebody said otherwise")
        self.add("Database", self.database, "The company's name on the server")
        self.add("Login", self.login, "Your name as the company database knows it, in small letters")
        self.add("Password", self.password, "The first time it is the one that you were given")
        self.notice = Callout(Kind.AMBER)
        self.notice.hide()
        self.body.addWidget(self.notice)
        self.sent.connect(self._try)
        self.cancelled.connect(self.stop)

    def profile(self) -> Profile:
        """Give the profile that the fields describe; raises BadInput saying what is missing."""
        host, port = self.host.text().strip(), self.port.text().strip()
        if host.count(":") == 1 and host.partition(":")[2].isdecimal():
            host, _, port = host.partition(":")
        if not host:
            raise BadInput("The host is missing.", "Type the name or address of the company's server.")
        if not (port.isdecimal() and 0 < int(port) < 65536):
            raise BadInput(f"“{port}” is no port.", "It is a number up to 65535; 5432 is usual.")
        login, database = self.login.text().strip(), self.database.text().strip()
        if not login:
            raise BadInput("The login is missing.", "It came with your first password.")
        if not self.password.text() and not host.startswith("/"):
            raise BadInput("The password is missing.", "The first one came with your login.")
        return replace(self._draft, login=login, host=host, port=int(port), database=database or _DATABASE)

    def warn(self, notice: BatonError) -> None:
        """Say beforehand that this machine keeps no password."""
        self.notice.say(Kind.AMBER, notice.what, source=notice.todo)
        self.notice.show()

    def stop(self) -> None:
        """Wait no longer for an answer; what was typed stays."""
        if self._errand is not None:
            self._errand.drop()
            self._errand = None
            self.rest()
            self.host.setFocus()

    def _try(self) -> None:
        try:
            profile = self.profile()
        except BadInput as e:
            self.refuse(e)
            return
        password = self.password.text()
        address = profile.address_at(profile.host, profile.port)
        self.work(f"Asking {address.host}, port {address.port}, who {address.login} is…")
        self._errand = Errand(
            "joining",
            lambda: try_company(
                address, password, workstation_id=profile.workstation_id, workstation=profile.workstation_name
            ),
        ).deliver(self._mailbox, self, lambda tried: self._heard(profile, password, tried), self._failed)

    def _heard(self, profile: Profile, password: str, tried: Tried) -> None:
        self._errand = None
        self.rest()
        self.accepted.emit(profile, password, tried)

    def _failed(self, error: BatonError) -> None:
        self._errand = None
        self.refuse(error)

    def field_for(self, error: BatonError) -> QWidget:
        """Give the field that is most likely to be corrected."""
        match error:
            case LoginRefused():
                return self.password.line
            case BadInput(what=what):
                fields = {"host": self.host, "port": self.port, "login": self.login, "password": self.password.line}
                return next((f for word, f in fields.items() if word in what), self.host)
            case CompanyUnreachable(what=what):
                return self.port if "port" in what else self.host
            case EnvironmentFault():
                return self.database
        return self.host


class NewPasswordPage(FormPage):
    """Asks for a password of one's own, twice; `replaced` carries it when the company has taken it."""

    replaced = Signal(str)

    def __init__(self, mailbox: Mailbox, parent: QWidget | None = None) -> None:
        super().__init__(
            "Choose your own password",
            "The one you typed was only for the first time; whoever made it knows it.",
            "A new password",
            "Replace and join",
            parent,
        )
        self._mailbox = mailbox
        self._address: CompanyAddress | None = None
        self._first = ""
        self._errand: Errand[None] | None = None
        self.new, self.again = PasswordField("New password"), PasswordField("Once more")
        self.add("New password", self.new, "At least 12 characters")
        self.add("Once more", self.again)
        self.sent.connect(self._replace)

    def ask(self, address: CompanyAddress, first: str, tried: Tried) -> None:
        """Begin for this person."""
        self._address, self._first = address, first
        self.heading.setText(f"{tried.name}, choose your own password" if tried.name else "Choose your own password")
        self.form.title.setText(f"A new password for {address.login}")
        self.form.clear_refusal()

    def forget(self) -> None:
        """Forget every password."""
        self._first = ""
        self.new.clear()
        self.again.clear()

    def _replace(self) -> None:
        address, first, new = self._address, self._first, self.new.text()
        if address is None:
            return
        try:
            check_new_password(first, new)
        except BadInput as e:
            self.refuse(e)
            return
        if self.again.text() != new:
            self.refuse(BadInput("The two are not alike.", "Type the same password once more."))
            return
        # Half a replacement would leave nobody knowing which password counts: it is waited for.
        self.work("The company takes the new password…", can_cancel=False)
        self._errand = Errand("new-password", lambda: replace_first_password(address, first, new)).deliver(
            self._mailbox, self, lambda _none: self._taken(new), self._failed
        )

    def _taken(self, new: str) -> None:
        self.rest()
        self.replaced.emit(new)

    def _failed(self, error: BatonError) -> None:
        self.refuse(error)

    def field_for(self, error: BatonError) -> QWidget:
        """Go to the second line when only that one differs."""
        return self.again if "alike" in error.what else self.new
