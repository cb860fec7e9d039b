"""Which of the customer's devices to open, in place below the facts."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from app.domain.customer import Environment
from app.services.devices import DeviceLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import Card
from ui.kit.flow import row
from ui.kit.labels import Label
from ui.kit.side_list import Place, Section, SideList
from ui.kit.theme import Face, Kind

_ROW = 26
_MOST = 8


class DeviceChoice(Card):
    """A list of devices; Enter opens the highlighted one, Escape leaves."""

    opened = Signal(str)
    left = Signal()

    def __init__(self, devices: Sequence[DeviceLine]) -> None:
        super().__init__(Kind.BLUE)
        self.setAccessibleName("Open a device")
        self.list = SideList("Devices of this customer")
        self.list.show_sections([Section("", tuple(_place(d) for d in devices))])
        self.list.setFixedHeight(min(len(devices), _MOST) * _ROW + 2)
        self.list.choose(devices[0].id)
        self.list.activated.connect(lambda _index: self._open())
        self.body.addWidget(Label("Open a device", face=Face.SUBHEADING))
        self.body.addWidget(self.list)
        leave = KeyButton("Leave it", "Esc", run=self.left.emit)
        self.body.addLayout(row(KeyButton("Open", "Return", primary=True, run=self._open), leave, None))

    def _open(self) -> None:
        self.opened.emit(self.list.current())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter, leave on Escape."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _place(device: DeviceLine) -> Place:
    is_production = device.environment is Environment.PRODUCTION
    title = " · ".join(part for part in (device.name, device.site) if part)
    return Place(device.id, title, str(device.environment), Kind.RED if is_production else Kind.GREY)
