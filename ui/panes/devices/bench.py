"""The middle for one device: the bar that says where one is, its terminals and its commands."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.customer import Environment
from app.services.devices import DeviceCard
from ui.kit.buttons import TabButton
from ui.kit.cards import Panel, ProductionBar
from ui.kit.flow import row
from ui.kit.labels import ElidedLabel, Label, Pill
from ui.kit.theme import Face, Kind, M, S, Tone
from ui.panes.devices.command_field import History
from ui.panes.devices.command_page import CommandPage
from ui.panes.devices.orders import Orders
from ui.panes.devices.reach import Reach
from ui.panes.devices.terminal_page import Stage, TerminalPage
from ui.panes.devices.words import ENVIRONMENTS

_DOTS = {
    Stage.OPEN: (Kind.GREEN, "a terminal is open"),
    Stage.CONNECTING: (Kind.AMBER, "connecting"),
    Stage.ASKING_KEY: (Kind.AMBER, "asks whether its key is right"),
    Stage.ASKING_PASSWORD: (Kind.AMBER, "asks for the password"),
    Stage.STOPPED: (Kind.RED, "stopped: another host key"),
}


class PlaceBar(QWidget):
    """Where one is: production as a solid bar, anything else as a quiet line with its word."""

    def __init__(self) -> None:
        super().__init__()
        self.production = ProductionBar()
        self._quiet = Panel(line=Qt.Edge.BottomEdge)
        self._quiet.setFixedHeight(28)
        self._pill = Pill("")
        self._name = Label(face=Face.BOLD)
        self._what = ElidedLabel(tone=Tone.DIM)
        line = row(self._pill, self._name, gap=M, margins=(M, 0, M, 0))
        line.addWidget(self._what, 1)
        self._quiet.setLayout(line)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.production)
        layout.addWidget(self._quiet)
        # Until it is known which it is, the louder one.
        self._quiet.hide()

    def say(self, card: DeviceCard) -> None:
        """Name the device, whose it is, and who one is here."""
        device = card.device
        is_production = device.environment is Environment.PRODUCTION
        what = " · ".join(part for part in (card.customer, f"you are {card.me}") if part)
        address = device.address if device.port == 22 else f"{device.address}:{device.port}"
        self.production.say(device.name, what, address)
        self._pill.show_as(*ENVIRONMENTS[device.environment])
        self._name.setText(device.name)
        self._what.set_whole(f"{what} · {address}")
        self.production.setVisible(is_production)
        self._quiet.setVisible(not is_production)


class Bench(QWidget):
    """One device's terminals and commands; they live on while another device is looked at."""

    changed = Signal()

    def __init__(self, reach: Reach, device_id: str, orders: Orders, history: History) -> None:
        super().__init__()
        self.device_id = device_id
        self._reach, self._orders = reach, orders
        self._card: DeviceCard | None = None
        self.bar = PlaceBar()
        self.terminals: list[TerminalPage] = []
        self.commands = CommandPage(reach, device_id, orders, history)
        self.commands.changed.connect(self.changed)
        self._tabs = QHBoxLayout()
        self._tabs.setSpacing(S)
        self._buttons: list[TabButton] = []
        self._one_of = QButtonGroup(self)  # by itself a tab would exclude every other tab below this widget
        self._new = orders.button("devices.new_terminal")
        self._close = orders.button("devices.close_terminal")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.commands)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        inner = QVBoxLayout()
        inner.setContentsMargins(S, S, S, S)
        inner.setSpacing(S)
        strip = QHBoxLayout()
        strip.setSpacing(S)
        strip.addLayout(self._tabs)
        strip.addStretch(1)
        strip.addWidget(self._new)
        strip.addWidget(self._close)
        inner.addLayout(strip)
        inner.addWidget(self._stack, 1)
        layout.addLayout(inner, 1)
        self.add_terminal()

    def say(self, card: DeviceCard) -> None:
        """Show what is known of the device; what it said elsewhere or to somebody else is forgotten."""
        before, self._card = self._card, card
        if before is not None and _way_to(before) != _way_to(card):
            self._reach.forget(self.device_id)
            for page in self.terminals:
                page.forget()
            self.commands.forget()
        self.bar.say(card)
        self._name_pages()

    @property
    def page(self) -> TerminalPage | CommandPage:
        """The page in sight."""
        page = self._stack.currentWidget()
        return page if isinstance(page, TerminalPage) else self.commands

    @property
    def terminal(self) -> TerminalPage:
        """The terminal in sight, or the one that was last."""
        return self.page if isinstance(self.page, TerminalPage) else self.terminals[-1]

    def add_terminal(self) -> TerminalPage:
        """Add a terminal that is not open yet, and show it."""
        page = TerminalPage(self._reach, self.device_id, self._orders)
        page.changed.connect(self.changed)
        self.terminals.append(page)
        self._stack.addWidget(page)
        self._fill_tabs()
        self.show_page(page)
        return page

    def close_terminal(self) -> None:
        """End the session of the terminal in sight and take it away; the last one stays, closed."""
        page = self.terminal
        page.close_session()
        if len(self.terminals) > 1:
            self.terminals.remove(page)
            self._stack.removeWidget(page)
            page.deleteLater()
            self._fill_tabs()
            self.show_page(self.terminals[-1])
        self.changed.emit()

    def show_page(self, page: TerminalPage | CommandPage) -> None:
        """Show this page and put the focus where work goes on there."""
        self._stack.setCurrentWidget(page)
        pages = [*self.terminals, self.commands]
        self._buttons[pages.index(page)].setChecked(True)
        is_terminal = isinstance(page, TerminalPage)
        self._close.setVisible(is_terminal)
        self._new.setVisible(is_terminal)
        if self.isVisible():
            page.focus_first()
        self.changed.emit()

    @property
    def session(self) -> tuple[Kind, str] | None:
        """The dot and the word for what goes on in the terminals; None: nothing."""
        found = [_DOTS[page.stage] for page in self.terminals if page.stage in _DOTS]
        if self.open_count > 1:
            return Kind.GREEN, f"{self.open_count} terminals are open"
        return found[0] if found else None

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
        for at, page in enumerate([*self.terminals, self.commands]):
            title = "Commands" if page is self.commands else "Terminal" if at == 0 else f"Terminal {at + 1}"
            button = TabButton(title, self)
            chosen: Any = page
            button.clicked.connect(lambda _checked, p=chosen: self.show_page(p))
            self._one_of.addButton(button)
            self._tabs.addWidget(button)
            self._buttons.append(button)
        self._name_pages()

    def _name_pages(self) -> None:
        name = self._card.device.name if self._card is not None else "the device"
        for at, page in enumerate(self.terminals, 1):
            page.terminal.setAccessibleName(f"Terminal of {name}" if at == 1 else f"Terminal {at} of {name}")


def _way_to(card: DeviceCard) -> tuple[str, int, str, bool]:
    device = card.device
    return device.address, device.port, device.username, device.allows_legacy
