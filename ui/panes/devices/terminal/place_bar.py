"""The bar above a terminal: production as a solid bar with the word, anything else as a quiet line with its word."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.customer import Environment
from app.services.devices import DeviceCard, shown_address
from ui.kit.cards import Panel, ProductionBar
from ui.kit.flow import row
from ui.kit.labels import ElidedLabel, Label, Pill
from ui.kit.theme import Face, Kind, M, Tone
from ui.panes.devices.words import ENVIRONMENTS

_OPEN = "not encrypted"


class PlaceBar(QWidget):
    """Where one is; what goes over the network in the clear is marked with its word."""

    def __init__(self) -> None:
        super().__init__()
        self.production = ProductionBar()
        self.quiet = Panel(line=Qt.Edge.BottomEdge)
        self.quiet.setFixedHeight(28)
        self._pill = Pill("")
        self._name = Label(face=Face.BOLD)
        self.is_open = Pill(_OPEN, Kind.AMBER)
        self.is_open.setToolTip("Whoever is on the way can read what is typed here, passwords too.")
        self._what = ElidedLabel(tone=Tone.DIM)
        line = row(self._pill, self._name, self.is_open, gap=M, margins=(M, 0, M, 0))
        line.addWidget(self._what, 1)
        self.quiet.setLayout(line)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.production)
        layout.addWidget(self.quiet)
        # Until it is known which it is, the louder one.
        self.quiet.hide()

    def say(self, card: DeviceCard) -> None:
        """Name the device, whose it is, and who one is here."""
        device = card.device
        is_production = device.environment is Environment.PRODUCTION
        is_open = not device.protocol.is_encrypted
        what = " · ".join(part for part in (card.customer, f"you are {card.me}") if part)
        address = shown_address(device.address, device.port, device.protocol)
        self.production.say(device.name, what, f"{_OPEN.upper()} · {address}" if is_open else address)
        self._pill.show_as(*ENVIRONMENTS[device.environment])
        self._name.setText(device.name)
        self.is_open.setVisible(is_open)
        self._what.set_whole(f"{what} · {address}")
        self.production.setVisible(is_production)
        self.quiet.setVisible(not is_production)
