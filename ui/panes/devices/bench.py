"""The middle for one device: the bar that says where one is, its terminals and its commands."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.services.devices import DeviceCard
from ui.kit.buttons import TabButton
from ui.kit.theme import Kind, S
from ui.panes.devices.command_field import History
from ui.panes.devices.command_page import CommandPage
from ui.panes.devices.orders import Orders
from ui.panes.devices.reach import Reach
from ui.panes.devices.terminal.beside import Beside
from ui.panes.devices.terminal.leaving import Leaving
from ui.panes.devices.terminal.place_bar import PlaceBar
from ui.panes.devices.terminal.split import Split
from ui.panes.devices.terminal.wording import keep_marked
from ui.panes.devices.terminal_page import Stage, TerminalPage

_DOTS = {
    Stage.OPEN: (Kind.GREEN, "a terminal is open"),
    Stage.CONNECTING: (Kind.AMBER, "connecting"),
    Stage.ASKING_KEY: (Kind.AMBER, "asks whether its key is right"),
    Stage.ASKING_PASSWORD: (Kind.AMBER, "asks for the password"),
    Stage.STOPPED: (Kind.RED, "stopped: another host key"),
}


class Bench(QWidget):
    """One device's terminals and commands; they live on while another device is looked at.

    A terminal may have others beside it, also such of other devices: those belong to this bench all the same.
    """

    changed = Signal()

    def __init__(self, reach: Reach, device_id: str, orders: Orders, history: History) -> None:
        super().__init__()
        self.device_id = device_id
        self._reach, self._orders = reach, orders
        self._card: DeviceCard | None = None
        self._issue_id: str | None = None
        self.bar = PlaceBar()
        self.splits: list[Split] = []
        self.commands = CommandPage(reach, device_id, orders, history)
        self.commands.changed.connect(self.changed)
        self.leaving = Leaving(reach.console, orders)
        self.leaving.answered.connect(self._answered)
        self.leaving.folded.connect(self.changed)
        self.commands.gate.asked.connect(self.leaving.fold)
        self.beside: Beside | None = None
        self._tabs = QHBoxLayout()
        self._tabs.setSpacing(S)
        self._buttons: list[TabButton] = []
        self._one_of = QButtonGroup(self)  # by itself a tab would exclude every other tab below this widget
        self._new = orders.button("devices.new_terminal")
        self._close = orders.button("devices.close_terminal")
        self._room = orders.button("devices.room")
        self._room.hide()
        self._has_room = False
        self._stack = QStackedWidget()
        self._stack.addWidget(self.commands)
        self._lay_out()
        self.add_terminal()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        self._inner = QVBoxLayout()
        self._inner.setContentsMargins(S, S, S, S)
        self._inner.setSpacing(S)
        strip = QHBoxLayout()
        strip.setSpacing(S)
        strip.addLayout(self._tabs)
        strip.addStretch(1)
        strip.addWidget(self._room)
        strip.addWidget(self._new)
        strip.addWidget(self._close)
        self._inner.addLayout(strip)
        self._inner.addWidget(self._stack, 1)
        self._inner.addWidget(self.leaving)
        layout.addLayout(self._inner, 1)

    def say(self, card: DeviceCard, issue_id: str | None = None) -> None:
        """Show what is known of the device; what it said elsewhere or to somebody else is forgotten.

        `issue_id` is the issue from which somebody came here: sessions belong to it, and changes are for it.
        """
        before, self._card = self._card, card
        self._issue_id = issue_id
        if before is not None and _way_to(before) != _way_to(card):
            self._reach.forget(self.device_id)
            for page in self.terminals:
                if page.device_id == self.device_id:
                    page.forget()
            self.commands.forget()
        self.bar.say(card)
        for page in self.terminals:
            page.log.issue_id = issue_id
        for asking in (self.commands.gate, *(page.gate for page in self.terminals)):
            asking.work_on(issue_id)
        self._name_pages()

    @property
    def terminals(self) -> list[TerminalPage]:
        """Every terminal of this bench, tab after tab, from left to right."""
        return [page for split in self.splits for page in split.pages]

    @property
    def page(self) -> TerminalPage | CommandPage:
        """The page in sight; of terminals side by side the one that is typed into."""
        shown = self._stack.currentWidget()
        return shown.current if isinstance(shown, Split) else self.commands

    @property
    def seen_id(self) -> str:
        """The id of the device that the page in sight is about."""
        return self.page.device_id if isinstance(self.page, TerminalPage) else self.device_id

    @property
    def terminal(self) -> TerminalPage:
        """The terminal in sight, or the one that was last."""
        return self.page if isinstance(self.page, TerminalPage) else self.splits[-1].current

    def add_terminal(self) -> TerminalPage:
        """Add a terminal that is not open yet in a tab of its own, and show it."""
        split = Split(self._reach, self._make, self.device_id)
        split.changed.connect(self._on_split)
        self.splits.append(split)
        self._stack.addWidget(split)
        self._fill_tabs()
        self.show_page(split.current)
        return split.current

    def _make(self, device_id: str) -> TerminalPage:
        page = TerminalPage(self._reach, device_id, self._orders)
        page.log.issue_id = self._issue_id
        page.gate.work_on(self._issue_id)
        page.log.finished.connect(self.leaving.offer)
        page.gate.asked.connect(self.leaving.fold)
        page.reaching.connect(self.leaving.fold)
        keep_marked(self._reach, page)
        return page

    def open_beside(self) -> None:
        """Ask which device is opened beside the terminal in sight."""
        if self.beside is None:
            name = self._card.device.name if self._card is not None else ""
            self.beside = Beside(self._reach.console, self.device_id, name)
            self.beside.wanted.connect(self.add_beside)
            self.beside.left.connect(self._leave_beside)
            self._inner.addWidget(self.beside)
        self.beside.ask()

    def add_beside(self, device_id: str) -> TerminalPage:
        """Open a terminal of this device beside the one in sight."""
        self._leave_beside()
        split = self._split_of(self.terminal)
        page = split.add(device_id)
        self._fill_tabs()
        self.show_page(page)
        page.connect_device()
        return page

    def show_own(self) -> None:
        """Show this device where another one beside it is in sight."""
        own = [page for page in self.terminals if page.device_id == self.device_id]
        if self.seen_id != self.device_id:
            self.show_page(own[0] if own else self.commands)

    def next_part(self) -> None:
        """Go on to the next of the terminals side by side."""
        split = self._split_of(self.terminal)
        self.show_page(split.current)
        split.go_on()

    @property
    def is_split(self) -> bool:
        """Whether terminals are side by side in sight."""
        shown = self._stack.currentWidget()
        return isinstance(shown, Split) and shown.is_split

    def close_terminal(self) -> None:
        """End the session of the terminal in sight and take it away; the last one stays, closed."""
        page = self.terminal
        page.close_session()
        split = self._split_of(page)
        if split.is_split:
            split.remove(page)
        elif len(self.splits) > 1:
            self.splits.remove(split)
            self._stack.removeWidget(split)
            split.deleteLater()
            split = self.splits[-1]
        else:
            self.changed.emit()
            return
        self._fill_tabs()
        self.show_page(split.current)

    def show_page(self, page: TerminalPage | CommandPage) -> None:
        """Show this page and put the focus where work goes on there."""
        if isinstance(page, TerminalPage):
            shown: QWidget = self._split_of(page)
            self._split_of(page).go_to(page)
        else:
            shown = self.commands
        self._stack.setCurrentWidget(shown)
        self._buttons[[*self.splits, self.commands].index(shown)].setChecked(True)
        is_terminal = isinstance(page, TerminalPage)
        self._close.setVisible(is_terminal)
        self._show_split()
        if self.isVisible():
            page.focus_first()
        self.changed.emit()

    @property
    def sessions(self) -> dict[str, tuple[Kind, str]]:
        """The dot and the word for what goes on in the terminals, by device."""
        found: dict[str, tuple[Kind, str]] = {}
        for device_id in dict.fromkeys(page.device_id for page in self.terminals):
            stages = [page.stage for page in self.terminals if page.device_id == device_id]
            open_count = stages.count(Stage.OPEN)
            dots = [_DOTS[stage] for stage in stages if stage in _DOTS]
            if open_count > 1:
                found[device_id] = (Kind.GREEN, f"{open_count} terminals are open")
            elif dots:
                found[device_id] = dots[0]
        return found

    @property
    def session(self) -> tuple[Kind, str] | None:
        """The dot and the word for what goes on in this device's terminals; None: nothing."""
        return self.sessions.get(self.device_id)

    @property
    def open_count(self) -> int:
        """How many terminals are open."""
        return sum(page.stage is Stage.OPEN for page in self.terminals)

    def _fill_tabs(self) -> None:
        for button in self._buttons:
            self._one_of.removeButton(button)
            self._tabs.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        tabs: list[tuple[str, Split | CommandPage]] = [(_title(at, one), one) for at, one in enumerate(self.splits)]
        for title, shown in [*tabs, ("Commands", self.commands)]:
            button = TabButton(title, self)
            button.clicked.connect(lambda _checked, chosen=shown: self._show_tab(chosen))
            self._one_of.addButton(button)
            self._tabs.addWidget(button)
            self._buttons.append(button)
        self._name_pages()

    def _show_tab(self, shown: Split | CommandPage) -> None:
        self.show_page(shown.current if isinstance(shown, Split) else shown)

    def _name_pages(self) -> None:
        name = self._card.device.name if self._card is not None else "the device"
        own = [page for page in self.terminals if page.device_id == self.device_id]
        for at, page in enumerate(own, 1):
            page.terminal.setAccessibleName(f"Terminal of {name}" if at == 1 else f"Terminal {at} of {name}")

    def _split_of(self, page: TerminalPage) -> Split:
        return next(split for split in self.splits if page in split.pages)

    def _on_split(self) -> None:
        self._show_split()
        self.changed.emit()

    def say_room(self, *, has_room: bool) -> None:
        """Say whether the list and the facts are folded away: what brings them back is in sight then."""
        self._has_room = has_room
        self._room.setText("List and facts" if has_room else "More room")
        self._room.setAccessibleName(self._room.text())
        self._room.updateGeometry()
        self._show_split()

    def _show_split(self) -> None:
        self.bar.setVisible(not self.is_split and self.seen_id == self.device_id)  # else the part says where it is
        self._room.setVisible(self.is_split or self._has_room)
        # Side by side the room is scarce; the key and the menu open one more all the same.
        self._new.setVisible(self._close.isVisibleTo(self) and not self.is_split)

    def _leave_beside(self) -> None:
        beside, self.beside = self.beside, None
        if beside is not None:
            beside.hide()
            self._inner.removeWidget(beside)
            beside.deleteLater()
            if self.isVisible():
                self.page.focus_first()

    def _answered(self) -> None:
        if self.isVisible():
            self.page.focus_first()


def _title(at: int, split: Split) -> str:
    title = "Terminal" if at == 0 else f"Terminal {at + 1}"
    return f"{title} × {len(split.parts)}" if split.is_split else title  # noqa: RUF001 - as people write it


def _way_to(card: DeviceCard) -> tuple[str, int, str, bool]:
    device = card.device
    return device.address, device.port, device.username, device.allows_legacy
