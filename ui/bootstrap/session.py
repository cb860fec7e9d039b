"""One open console: the window on a workstation, what the workstation says, and the way between panes."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.domain.errors import BatonError
from app.domain.phone import called_number
from app.domain.ports import Origin, Touched
from app.runtime.opening import OpenedProfile
from app.runtime.profile import Profile
from app.runtime.workstation import ChildState, PersonKnown, SyncState
from app.services.desk import Desk
from app.services.people import name_of
from ui.bootstrap.aside import aside
from ui.bootstrap.calling import call_commands
from ui.bootstrap.declared import KEEP_YEARS, QUEUE, SCHEME, SETTINGS, navigator, panes
from ui.bootstrap.device_pages import DevicePages
from ui.bootstrap.finding import Finding
from ui.bootstrap.pages import Pages
from ui.bootstrap.passwords import Notice, Passwords
from ui.bootstrap.standing import Standing
from ui.kit.commands import Command, CommandBook
from ui.kit.console import Console
from ui.kit.mailbox import Mailbox
from ui.kit.settings import Elsewhere, Settings
from ui.kit.settings_page import SettingsPage
from ui.kit.theme import Kind, Scheme, theme
from ui.shell.window import ConsoleWindow

if TYPE_CHECKING:
    from app.runtime.key_keeper import KeyKeeper
    from ui.panes.queue import QueuePane
    from ui.shell.wizard import ImportPage

_LOOK_MS = 5_000
# What goes with a process that ended; the sync takes up where it was.
_LOST = {"devices": "sessions that were open to devices are lost: connect again"}


class Session(QObject):
    """Everything of one console that lives on the GUI thread; `connect_company` starts the rest."""

    closed = Signal()
    connected = Signal()
    troubled = Signal(object)  # the BatonError for which there is no company

    def __init__(
        self, opened: OpenedProfile, profile: Profile, notice: Notice = lambda: None, parent: QObject | None = None
    ) -> None:
        """`notice` says, off the GUI thread, why passwords are not kept on this machine, if they are not."""
        super().__init__(parent)
        self.opened, self.profile = opened, profile
        self.workstation = opened.workstation
        kept_years = Elsewhere(lambda: self.profile.keep_closed_years, self._keep_closed)
        self.settings = Settings(profile.folder / "settings.json", SETTINGS, self, {KEEP_YEARS.key: kept_years})
        self.mailbox = Mailbox(self.say_trouble, self)
        self.book = CommandBook(self.settings.keys(), self)
        self.navigator = navigator()
        self.console = Console(self.workstation, self.mailbox, self.book, self.navigator)
        theme().use(Scheme(self.settings.get(SCHEME)))
        self.finding = Finding(self.workstation, self.navigator, lambda caller: self.queue().log_call(caller))
        self.window = ConsoleWindow(
            panes(self.console),
            self.book,
            self.mailbox,
            QSettings(str(profile.folder / "window.ini"), QSettings.Format.IniFormat),
            search=self.finding.search,
            on_hit=self.finding.open,
            settings_page=lambda: SettingsPage(self.settings, self.say_trouble, self.book),
        )
        self.passwords = Passwords(self.workstation, self.window, self.mailbox, notice, self)
        self.navigator.attach(self.window)
        self.pages = Pages(self.console, self.window, self.navigator)
        self.device_pages = DevicePages(self.console, self.window)
        self.navigator.add_page("emergency", self.device_pages.open_emergency)
        self.book.add(*self.pages.commands(), *self.device_pages.commands())
        self.standing = Standing(self.console, self.window, profile, self.settings, self)
        self._import_page: ImportPage | None = None
        self._keeper: KeyKeeper | None = None
        self._wire()
        self._add_commands()
        self._show_me()
        self.show_sync(self.workstation.sync_state)

    def _wire(self) -> None:
        self.settings.changed.connect(self._setting_changed)
        self.window.closed.connect(self.close)
        self.workstation.on_sync_state = lambda state: self.mailbox.call(self, lambda: self.show_sync(state))
        self.workstation.on_person = lambda known: self.mailbox.call(self, lambda: self._met(known))
        self.opened.on_trouble = lambda error: self.mailbox.call(self, lambda: self.say_trouble(error))
        self.workstation.on_child_state = lambda state: self.mailbox.call(self, lambda: self._child_changed(state))
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._attend)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(lambda: self.standing.follow(self.standing.state))
        self._look.start()
        if self.settings.trouble:
            self.window.banners.raise_banner("settings", Kind.AMBER, self.settings.trouble)

    @Slot(Qt.ApplicationState)
    def _attend(self, state: Qt.ApplicationState) -> None:
        """Tell others what is looked at here only while somebody is in front of it."""
        self.workstation.attend(is_active=state is Qt.ApplicationState.ApplicationActive)

    # The company

    def connect_company(self, password: str | None = None) -> None:
        """Find the company on a thread of its own; the window works meanwhile."""
        aside(
            self.mailbox,
            self,
            lambda: self.opened.connect(self._say_progress, password),
            lambda _none: self._connected(),
            self._not_connected,
        )

    def _say_progress(self, what: str) -> None:
        self.mailbox.call(self, lambda: self.window.status.set_waiting(f"{what}…"))

    def _connected(self) -> None:
        self._show_network_commands()
        self.window.make_rest()
        self.connected.emit()

    def _not_connected(self, error: BatonError) -> None:
        self.troubled.emit(error)
        self.window.make_rest()
        self.window.status.set_broken("The company did not start", str(error))
        self.window.banners.raise_banner(
            "company", Kind.RED, error.what, error.todo, action="Try again", run=self._try_again
        )

    def _try_again(self) -> None:
        self.window.banners.drop("company")
        self.connect_company()

    def show_sync(self, state: SyncState) -> None:
        """Show how the sync stands."""
        self.standing.follow(state)
        self.passwords.follow(state)

    def _met(self, known: PersonKnown) -> None:
        self._show_me()
        self.passwords.meet(known)
        if self._keeper is None:
            from app.runtime.key_keeper import KeyKeeper  # noqa: PLC0415  of use only once the company is met

            self._keeper = KeyKeeper(self.workstation, self._report_bug)
            self._keeper.start()

    def _report_bug(self, bug: BaseException) -> None:
        """Show what only a bug can raise, from any thread."""
        self.mailbox.call(self, lambda: sys.excepthook(type(bug), bug, bug.__traceback__))

    def _show_me(self) -> None:
        def look_up(desk: Desk) -> str:
            return name_of(desk, desk.person_id) if desk.person_id else ""

        def show(name: str) -> None:
            self.window.status.set_who(name or self.profile.login)
            self.window.setWindowTitle(f"Baton · {name or self.profile.login}")

        self.console.read(self, look_up, show)

    def _child_changed(self, state: ChildState) -> None:
        if not state.is_running and not self.opened.is_closed:
            lost = _LOST.get(state.name, "nothing is lost")
            self.window.status.set_message(f"The {state.name} process ended and starts again; {lost}.")

    # What the person asks for

    def _add_commands(self) -> None:
        group = "Company"
        self.book.add(*call_commands(self.queue, self.window.tell))
        self.book.add(
            Command("company.cut", "Cut this workstation's network", "Try working off line", (), group, self._cut,
                    lambda: self.opened.relay is not None and not self.opened.is_cut),
            Command("company.heal", "Bring the network back", "End the trial", (), group, self._heal,
                    lambda: self.opened.is_cut),
            Command("company.import", "Import…", "Bring in what other systems hold", (), group, self._import),
            Command("look.switch", "Switch between light and dark", "Change the colours", ("Ctrl+Shift+L",), "Window",
                    self._switch_scheme),
        )  # fmt: skip

    def _import(self) -> None:
        from ui.shell.wizard import ImportPage  # noqa: PLC0415  nobody imports before the first paint

        def make() -> ImportPage:
            self._import_page = ImportPage(self.workstation, self.mailbox)
            self._import_page.left.connect(self._import)
            return self._import_page

        self.window.show_page("import", make)

    def _show_network_commands(self) -> None:
        self.book.refreshed.emit()

    def _cut(self) -> None:
        self._with_network(self.opened.cut_network)

    def _heal(self) -> None:
        self._with_network(self.opened.heal_network)

    def _with_network(self, act: Callable[[], None]) -> None:
        try:
            act()
        except BatonError as e:
            self.say_trouble(e)
        self.book.refreshed.emit()

    def _switch_scheme(self) -> None:
        is_dark = self.window.palette().window().color().lightness() < 128
        self.settings.put(SCHEME, (Scheme.LIGHT if is_dark else Scheme.DARK).value)

    def _setting_changed(self, key: str) -> None:
        if key == SCHEME.key:
            theme().use(Scheme(self.settings.get(SCHEME)))
        elif key == "keys":
            self.book.override(self.settings.keys())

    def _keep_closed(self, years: int) -> None:
        profile = self.profile.keeping_closed(years)
        profile.save()
        self.profile = profile

    def say_trouble(self, error: BatonError) -> None:
        """Tell what happened and what to do."""
        self.window.tell(error.what, error.todo)

    def queue(self) -> "QueuePane":
        """Show the Queue and give it."""
        return cast("QueuePane", self.window.show_pane(QUEUE))

    def asked(self, wish: dict[str, Any]) -> None:
        """Do what a second start, a softphone or a verb beside us asks."""
        match wish:
            case {"verb": "raise"}:
                self.window.bring_up()
            case {"verb": "call", "number": str(said)}:
                self.window.bring_up()
                self.queue().log_call(called_number(said))
            case {"verb": "touched", "table": str(table), "ids": list(ids)}:
                self.workstation.touched([Touched(table, frozenset(map(str, ids)), Origin.VERB)])

    # The end

    def show(self) -> QWidget:
        """Show the window."""
        self.window.show()
        return self.window

    def close(self) -> None:
        """Close sessions, sync, readers and the writer; nothing typed is lost. Safe to call twice."""
        if self.opened.is_closed:
            return
        self._look.stop()
        if self._import_page is not None:
            self._import_page.end()
        self.device_pages.close()
        if self._keeper is not None:
            self._keeper.stop()
        self.opened.close()
        self.closed.emit()
