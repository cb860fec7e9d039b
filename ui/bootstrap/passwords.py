"""The company's password in an open console: asked for in place, kept once taken, replaced when it is the first.

Nothing here where the operating system vouches for the person.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.domain.company import CompanyAddress
from app.domain.errors import BatonError
from app.runtime.workstation import Contact, PersonKnown, SyncState, Workstation
from ui.bootstrap.aside import aside
from ui.kit.mailbox import Mailbox
from ui.kit.theme import Kind
from ui.shell.ask_bar import AskBar
from ui.shell.window import ConsoleWindow

Notice = Callable[[], BatonError | None]


class Passwords(QObject):
    """GUI thread only; `notice` says, off it, why passwords are not kept on this machine, if they are not."""

    def __init__(
        self, workstation: Workstation, window: ConsoleWindow, mailbox: Mailbox, notice: Notice, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._workstation, self._window, self._mailbox, self._notice = workstation, window, mailbox, notice
        self._bar: AskBar | None = None
        self._own: AskBar | None = None
        self._typed: str | None = None

    def follow(self, state: SyncState) -> None:
        """Ask when the company waits for a password or refused one; keep what it took."""
        address = self._address()
        if address is None:
            if state.contact is Contact.REFUSED and state.trouble is not None:
                self._window.banners.raise_banner("login", Kind.RED, state.trouble.what, state.trouble.todo)
            return
        if state.contact in {Contact.LOCKED, Contact.REFUSED}:
            self._ask(address)
            if state.trouble is not None and self._bar is not None:
                self._bar.set_reason(str(state.trouble))
        elif state.contact is Contact.SYNCED:
            self._keep(address)
            self._bar = _end(self._bar)

    def meet(self, known: PersonKnown) -> None:
        """Offer to replace a first password, which somebody else knows."""
        if known.must_replace_password and self._address() is not None:
            self._window.banners.raise_banner(
                "first-password",
                Kind.AMBER,
                "Your first password is still in use.",
                "It was told to somebody else: choose your own.",
                action="Choose one",
                run=self.ask_own,
            )

    def ask_own(self) -> None:
        """Ask for the person's own password."""
        from app.services.joining import SHORTEST_PASSWORD  # noqa: PLC0415  loads psycopg

        self._own = _end(self._own)
        self._own = AskBar("Your own password")
        self._own.set_reason(f"{SHORTEST_PASSWORD} characters or more.")
        self._own.given.connect(self._replace)
        self._window.add_bar(self._own)
        self._own.focus_first()

    def _address(self) -> CompanyAddress | None:
        address = self._workstation.address
        return None if address is None or address.uses_socket else address

    def _ask(self, address: CompanyAddress) -> None:
        if self._bar is not None:
            return
        self._bar = AskBar(f"Password for {address.login}@{address.host}")
        self._bar.given.connect(self._given)
        self._window.add_bar(self._bar)
        aside(self._mailbox, self, self._notice, self._show_notice)

    def _show_notice(self, notice: BatonError | None) -> None:
        if notice is not None and self._bar is not None:
            self._bar.set_reason(str(notice))

    def _given(self, password: str) -> None:
        self._typed = password  # kept once the company has taken it, not before
        self._workstation.unlock(password)

    def _keep(self, address: CompanyAddress) -> None:
        password, self._typed = self._typed, None
        if password is not None:
            secrets = self._workstation.secrets
            aside(self._mailbox, self, lambda: secrets.put(address.secret_name, password), _nothing)

    def _replace(self, new: str) -> None:
        aside(self._mailbox, self, lambda: self._replaced(new), lambda _none: self._done(), self._refused)

    def _replaced(self, new: str) -> None:
        from app.services import joining  # noqa: PLC0415  loads psycopg

        address = self._address()
        if address is None:
            return
        secrets = self._workstation.secrets
        old = self._workstation.password or secrets.get(address.secret_name) or ""
        joining.replace_first_password(address, old, new)
        self._workstation.unlock(new)
        secrets.put(address.secret_name, new)

    def _refused(self, error: BatonError) -> None:
        if self._own is not None:
            self._own.set_reason(str(error))

    def _done(self) -> None:
        self._own = _end(self._own)
        self._window.banners.drop("first-password")
        self._window.tell("Your password is your own now.")


def _end(bar: AskBar | None) -> AskBar | None:
    """Take the bar away, if there is one; gives what is left of it, nothing."""
    if bar is not None:
        bar.hide()
        bar.deleteLater()
    return None


def _nothing(_none: None) -> None:
    return None
