"""The left of the page: which device, its copies, what they are compared with, and taking one more."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from app.services.config_diffs import DeviceChoice
from app.services.configs import Copy
from app.services.devices import DeviceCard
from ui.kit.cards import Card, EmptyState, Panel
from ui.kit.console import Console
from ui.kit.flow import column, flow, row
from ui.kit.labels import ElidedLabel, Label, Pill
from ui.kit.theme import XS, Face, Kind, M, S, Tone
from ui.kit.waiting import Waiting
from ui.panes.devices.configs.device_field import DeviceField
from ui.panes.devices.configs.history import HistoryTable
from ui.panes.devices.configs.taking import Taking
from ui.panes.devices.configs.words import title
from ui.panes.devices.orders import Orders
from ui.panes.devices.words import ENVIRONMENTS


class HistorySide(Panel):
    """`device_chosen` and `other_chosen` carry a DeviceChoice: to look at, and to compare with."""

    device_chosen = Signal(object)
    other_chosen = Signal(object)
    left_field = Signal()

    def __init__(self, console: Console, orders: Orders) -> None:
        super().__init__(is_raised=False)
        self.setMinimumWidth(250)
        self.field = DeviceField("Find a device")
        self.other = DeviceField("Compare with which device?")
        self.name = ElidedLabel(face=Face.SUBHEADING)
        self.pill = Pill("", Kind.GREY)
        self.customer = ElidedLabel(tone=Tone.DIM)
        self.table = HistoryTable(console, EmptyState("No copy yet", ""))
        self.base = Label(tone=Tone.DIM, face=Face.SMALL, wrap=True)
        self._base_card = Card(Kind.BLUE, is_filled=True)
        self._base_card.body.setContentsMargins(S, XS, S, XS)
        self._base_card.body.addWidget(self.base)
        self.waiting = Waiting()
        self.taken = Label(tone=Tone.DIM, wrap=True)
        self.confirm = orders.button("configs.confirm")
        self._lay_out(orders)
        self.field.chosen.connect(self.device_chosen)
        self.other.chosen.connect(self._take_other)
        for field in (self.field, self.other):
            field.left.connect(self._leave)

    def _lay_out(self, orders: Orders) -> None:
        for widget in (self.pill, self._base_card, self.other, self.taken, self.confirm):
            widget.hide()
        top = row(self.name, self.pill)
        top.setStretch(0, 1)
        head = column(self.field, self.other, XS, top, self.customer, self._base_card, gap=S, margins=(M, M, M, S))
        buttons = flow(*(orders.button(f"configs.{name}") for name in ("back_up", "since", "base", "other")))
        foot = column(self.waiting, self.taken, self.confirm, buttons, gap=S, margins=(M, S, M, M))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self.table, 1)
        whole.addLayout(foot)

    def say(self, card: DeviceCard) -> None:
        """Name the device."""
        self.name.set_whole(card.device.name)
        self.pill.show_as(*ENVIRONMENTS[card.device.environment])
        self.customer.set_whole(" · ".join(part for part in (card.customer, card.device.site) if part))

    def offer(self, choices: Sequence[DeviceChoice]) -> None:
        """Offer these devices in both fields."""
        self.field.offer(choices)
        self.other.offer(choices)

    def say_base(self, base: Copy | None) -> None:
        """Say with which copy the others are compared; None: each with the one before it."""
        self._base_card.setVisible(base is not None)
        if base is not None:
            self.base.setText(f"Compared with {title(base, has_device=True)}. M ends it.")

    def ask_other(self) -> None:
        """Ask with which device the chosen copy is to be compared."""
        self.other.show()
        self.other.setFocus()

    def say_taking(self, taking: Taking) -> None:
        """Say how far a copy is that is being taken, and what became of it."""
        self.waiting.setVisible(taking.is_busy)
        if taking.is_busy:
            self.waiting.say(taking.words)
        self.taken.setText(taking.words)
        self.taken.set_tone(Tone.RED if taking.is_bad else Tone.DIM)
        self.taken.setVisible(bool(taking.words) and not taking.is_busy)
        self.confirm.setVisible(taking.can_confirm)

    def _take_other(self, choice: DeviceChoice) -> None:
        self.other.hide()
        self.other_chosen.emit(choice)

    def _leave(self) -> None:
        self.other.hide()
        self.left_field.emit()
