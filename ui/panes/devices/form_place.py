"""What is asked in the middle of the pane instead of the device: a new device, a correction, where to connect."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.domain.device import Device
from app.services import devices
from app.services.desk import Desk
from ui.kit.console import Console
from ui.panes.devices.device_form import Choices, FormPage
from ui.panes.devices.quick_connect import QuickConnect
from ui.panes.devices.reach import Reach


class FormPlace(QObject):
    """One question at a time; `behind` gives what is shown again when it is gone. GUI thread only."""

    changed = Signal()
    saved = Signal(str)  # a device's id
    wanted = Signal(str)  # the id of a device to connect to

    def __init__(self, console: Console, reach: Reach, stack: QStackedWidget, behind: Callable[[], QWidget]) -> None:
        super().__init__(stack)
        self._console, self._reach, self._stack, self._behind = console, reach, stack, behind
        self.page: FormPage | QuickConnect | None = None

    @property
    def form(self) -> FormPage | None:
        """The form of a device, when one is open."""
        return self.page if isinstance(self.page, FormPage) else None

    @property
    def quick(self) -> QuickConnect | None:
        """Quick connect, when it is open."""
        return self.page if isinstance(self.page, QuickConnect) else None

    def open_form(self, device: Device | None) -> None:
        """Ask for a new device, or correct this one."""

        def look(desk: Desk) -> Choices:
            return Choices(devices.customers(desk), devices.jump_hosts(desk), devices.tags(desk))

        def ask(choices: Choices) -> None:
            def show(has_keyring: bool) -> None:  # noqa: FBT001 - the answer from the reader thread
                page = FormPage(self._console, device, choices, has_keyring=has_keyring)
                page.saved.connect(self.saved)
                page.left.connect(self.drop)
                self._show(page)
                page.form.address.setFocus()

            self._reach.look_for_keyring(self, show)

        self._console.read(self, look, ask)

    def open_quick(self, *, may_add: bool) -> None:
        """Ask where to connect."""
        if self.quick is not None:
            self.quick.focus_first()
            return

        def ask(customers: tuple[tuple[str, str], ...]) -> None:
            page = QuickConnect(self._console, customers, may_add=may_add)
            page.wanted.connect(self.wanted)
            page.left.connect(self.drop)
            self._show(page)
            page.focus_first()

        self._console.read(self, devices.customers, ask)

    def drop(self) -> None:
        """Take the question away, and what was typed into it."""
        page, self.page = self.page, None
        if page is not None:
            self._stack.removeWidget(page)
            page.deleteLater()
            self._stack.setCurrentWidget(self._behind())
            self.changed.emit()

    def _show(self, page: FormPage | QuickConnect) -> None:
        self.drop()
        self.page = page
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        self.changed.emit()
