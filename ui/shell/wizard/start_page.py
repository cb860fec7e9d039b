"""Starting a company of one on this machine."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.errors import BadInput, BatonError
from app.domain.person import check_login
from app.runtime.profile import CompanyKind, Profile
from ui.shell.wizard.sheet import FormPage


class StartPage(FormPage):
    """Asks who the first person is; `asked` carries the profile to open and the name."""

    asked = Signal(object, str)  # Profile, the person's name

    def __init__(self, folder: Path, login: str = "", parent: QWidget | None = None) -> None:
        """`login` is what is proposed."""
        super().__init__(
            "Start a company on this machine",
            "Baton makes a database here that only you can open, and you are its first manager.",
            "Who you are",
            "Start the company",
            parent,
        )
        self._draft = Profile.new(folder, CompanyKind.EMBEDDED, "")
        self._folder = folder
        self.name, self.login = QLineEdit(), QLineEdit(login)
        self.name.setPlaceholderText("Mara Lindholm")
        self.add("Your name", self.name, "As colleagues and notes will show it")
        self.add("Login", self.login, "Small letters, digits, dot, dash or underscore; it cannot be changed later")
        self.sent.connect(self._ask)

    def _ask(self) -> None:
        name, login = self.name.text().strip(), self.login.text().strip()
        if not name:
            self.refuse(BadInput("Your name is missing.", "Notes and decisions will carry it."))
            return
        if not login:
            self.refuse(BadInput("The login is missing.", "Your first name in small letters will do."))
            return
        try:
            check_login(login)
        except BadInput as e:
            self.refuse(e)
            return
        draft = self._draft
        profile = Profile(self._folder, draft.workstation_id, draft.workstation_name, CompanyKind.EMBEDDED, login)
        self.asked.emit(profile, name)

    def field_for(self, error: BatonError) -> QWidget:
        """Give the login when it was refused."""
        return self.login if isinstance(error, BadInput) and "login" in error.what else self.name
