"""The wizard's window: leads from page to page, saves what was tried, and hands over what it opened."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.errors import BatonError, EnvironmentFault, SecretsUnavailable
from app.domain.ports import Secrets
from app.runtime.opening import OpenedProfile
from app.runtime.profile import Profile
from app.services.joining import Tried
from ui.kit.cards import Panel
from ui.kit.labels import ElidedLabel, Label
from ui.kit.mailbox import Mailbox
from ui.kit.theme import Face, L, Tone
from ui.shell.wizard.choose_page import ChoosePage
from ui.shell.wizard.contact_page import ContactPage
from ui.shell.wizard.errand import Errand
from ui.shell.wizard.import_page import ImportPage
from ui.shell.wizard.join_page import JoinPage, NewPasswordPage
from ui.shell.wizard.sheet import FormPage
from ui.shell.wizard.start_page import StartPage

Notice = Callable[[], BatonError | None]


@dataclass(frozen=True, slots=True)
class _Open:
    """A profile that was saved and opened, and what there is to say about its password."""

    profile: Profile
    opened: OpenedProfile
    notice: BatonError | None


class StartWizard(QWidget):
    """Shown when there is no profile. It closes nothing that it hands over; GUI thread only.

    `finished` carries the saved Profile and its OpenedProfile, which is at work; `demo_chosen`: open the demo;
    `left`: the window was closed before, and what was opened is closed by the wizard.
    """

    finished = Signal(object, object)  # Profile, OpenedProfile
    demo_chosen = Signal()
    left = Signal()

    def __init__(
        self, mailbox: Mailbox, secrets: Secrets, notice: Notice, folder: Path, *, suggested_login: str = ""
    ) -> None:
        """`notice` says, on a thread, why passwords are not kept here, if so; `folder` is where the profile goes."""
        super().__init__()
        self._mailbox, self._secrets = mailbox, secrets
        self._notice: BatonError | None = None
        self._joining: Profile | None = None
        self._opening: Errand[_Open] | None = None
        self._open: _Open | None = None
        self._is_over = False
        self.choose = ChoosePage()
        self.join = JoinPage(mailbox, folder)
        self.new_password = NewPasswordPage(mailbox)
        self.start = StartPage(folder, suggested_login)
        self.contact: ContactPage | None = None
        self.bring: ImportPage | None = None
        self._stack = QStackedWidget()
        for page in (self.choose, self.join, self.new_password, self.start):
            self._stack.addWidget(page)
        self.setWindowTitle("Baton")
        self.resize(1280, 800)
        self._lay_out(folder)
        self._connect()
        Errand("secrets", notice).deliver(mailbox, self, self._know_notice, self._know_notice)

    def _lay_out(self, folder: Path) -> None:
        top, foot = Panel(line=Qt.Edge.BottomEdge), Panel(line=Qt.Edge.TopEdge)
        top.setFixedHeight(44)
        foot.setFixedHeight(26)
        for panel, label in (
            (top, Label("Baton", face=Face.BOLD)),
            (foot, ElidedLabel(f"This workstation is kept in {folder}", face=Face.SMALL, tone=Tone.DIM)),
        ):
            line = QHBoxLayout(panel)
            line.setContentsMargins(L, 0, L, 0)
            line.addWidget(label)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(top)
        whole.addWidget(self._stack, 1)
        whole.addWidget(foot)

    def _connect(self) -> None:
        self.choose.demo_chosen.connect(self._choose_demo)
        self.choose.join_chosen.connect(lambda: self.show_page(self.join))
        self.choose.start_chosen.connect(lambda: self.show_page(self.start))
        for page in (self.join, self.start):
            page.left.connect(lambda: self.show_page(self.choose))
            page.cancelled.connect(self._stop_opening)
        self.new_password.left.connect(lambda: self.show_page(self.join))
        self.new_password.cancelled.connect(self._stop_opening)
        self.join.accepted.connect(self._accepted)
        self.new_password.replaced.connect(self._replaced)
        self.start.asked.connect(lambda profile, name: self._begin(self.start, profile, "", name))

    @property
    def page(self) -> QWidget | None:
        """The page shown."""
        return self._stack.currentWidget()

    def show_page(self, page: ChoosePage | FormPage | ContactPage | ImportPage) -> None:
        """Show the page and put the focus where it begins."""
        self._stack.setCurrentWidget(page)
        page.focus_first()

    def _know_notice(self, notice: BatonError | None) -> None:
        self._notice = notice
        if notice is not None:
            self.join.warn(notice)

    def _choose_demo(self) -> None:
        self._is_over = True
        self.demo_chosen.emit()

    # Joining

    def _accepted(self, profile: Profile, password: str, tried: Tried) -> None:
        self._joining = profile
        if tried.must_replace_password:
            self.new_password.ask(profile.address_at(profile.host, profile.port), password, tried)
            self.show_page(self.new_password)
        else:
            self._begin(self.join, profile, password)

    def _replaced(self, password: str) -> None:
        # From here on only the new one works, also when the rest fails and is tried again from the page before.
        self.join.password.line.setText(password)
        self.new_password.forget()
        self.show_page(self.join)
        if self._joining is not None:
            self._begin(self.join, self._joining, password)

    # Opening

    def _begin(self, page: FormPage, profile: Profile, password: str, name: str = "") -> None:
        page.work("Saving it and opening the company…")

        def say(what: str) -> None:
            self._mailbox.call(page, lambda: page.say(f"{what}…"))

        self._opening = Errand(
            "opening", lambda: self._save_and_open(profile, password, say), unwanted=lambda late: late.opened.close()
        ).deliver(self._mailbox, self, lambda got: self._opened(page, got, name), lambda e: self._failed(page, e))

    def _save_and_open(self, profile: Profile, password: str, say: Callable[[str], None]) -> _Open:
        """Open the profile on a thread, then save it: what cannot be opened leaves none."""
        notice: BatonError | None = None
        if password:
            try:
                self._secrets.put(profile.address_at(profile.host, profile.port).secret_name, password)
            except SecretsUnavailable as e:
                notice = e  # the sync gets it now, and asks at the next start
        _make_folder(profile.folder)
        opened = OpenedProfile(profile, self._secrets)
        try:
            opened.connect(say, password or None)
            profile.save()
        except BaseException:
            opened.close()
            raise
        return _Open(profile, opened, notice)

    def _stop_opening(self) -> None:
        if self._opening is not None:
            self._opening.drop()
            self._opening = None
            for page in (self.join, self.start):
                page.rest()

    def _failed(self, page: FormPage, error: BatonError) -> None:
        self._opening = None
        page.refuse(error)

    def _opened(self, page: FormPage, got: _Open, name: str) -> None:
        self._opening, self._open = None, got
        page.rest()
        self.join.password.clear()
        workstation = got.opened.workstation
        self.contact = ContactPage(workstation, self._mailbox, name, got.notice or (self._notice if not name else None))
        self.contact.met.connect(self._met)
        self.contact.left.connect(self._finish)
        self._stack.addWidget(self.contact)
        self.show_page(self.contact)

    def _met(self) -> None:
        if self._open is None or self.contact is None or self._is_over:
            return
        self.contact.end()
        self.bring = ImportPage(self._open.opened.workstation, self._mailbox, leave="Skip")
        self.bring.left.connect(self._finish)
        self._stack.addWidget(self.bring)
        self.show_page(self.bring)

    def _finish(self) -> None:
        if self._open is None or self._is_over:
            return
        self._is_over = True
        if self.contact is not None:
            self.contact.end()
        self.finished.emit(self._open.profile, self._open.opened)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close what was opened and not handed over, then say that the person left."""
        super().closeEvent(event)
        if self._is_over:
            return
        self._is_over = True
        self._stop_opening()
        self.join.stop()
        if self.contact is not None:
            self.contact.end()
        if self.bring is not None:
            self.bring.end()
        if self._open is not None:
            # Not here: closing waits for the sync to end. The program waits for this thread.
            threading.Thread(target=self._open.opened.close, name="closing").start()
        self.left.emit()


def _make_folder(folder: Path) -> None:
    """Make the profile's folder, open to this user only; raises EnvironmentFault."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as e:
        raise EnvironmentFault(
            f"The folder {folder} for this workstation cannot be made ({e.strerror or e}).",
            "Check what is there and who may write, then try again.",
        ) from e
