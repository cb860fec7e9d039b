"""Which device is opened beside the terminal in sight: asked in place, with the same device already written."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.services import devices
from app.services.devices import DeviceTree
from ui.kit.console import Console
from ui.kit.forms import InlineForm
from ui.kit.side_list import Place, Section, SideList
from ui.panes.devices.words import ENVIRONMENTS

_MOST = 4
_LINE_HEIGHT = 42


class Beside(InlineForm):
    """A field and what fits; Enter opens the chosen one. `wanted` carries its id."""

    wanted = Signal(str)

    def __init__(self, console: Console, device_id: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__("Open beside it", "Open", parent=parent)
        self._console, self._device_id, self._name = console, device_id, name
        self.where = QLineEdit(name)
        self.where.setPlaceholderText("a part of a device's name, address or customer")
        self.where.textChanged.connect(self._look)
        self.matches = SideList("What may be meant")
        self.matches.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.matches.doubleClicked.connect(lambda _index: self.sent.emit())
        self.add("Device", self.where)
        self.add("Found", self.matches)
        self.sent.connect(self._send)
        self._look()

    def ask(self) -> None:
        """Take the focus; Enter opens another terminal of the same device."""
        self.where.setFocus()
        self.where.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter; walk what fits on Up and Down."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.sent.emit()
        elif event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            ids = self.matches.ids()
            if ids:
                current = self.matches.current()
                at = ids.index(current) if current in ids else 0
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self.matches.choose(ids[max(0, min(at + step, len(ids) - 1))])
        else:
            super().keyPressEvent(event)

    def _look(self) -> None:
        text = self.where.text()
        future = self._console.workstation.read(lambda desk: devices.tree(desk, text))
        self._console.mailbox.deliver(future, self, lambda found: self._came(text, found), self.refuse)

    def _came(self, text: str, found: DeviceTree) -> None:
        if text != self.where.text():
            return
        self.clear_refusal()
        # The device in sight comes first while its name stands there: another terminal of it is the usual wish.
        lines = sorted(found.lines, key=lambda line: line.id != self._device_id)[:_MOST]
        places = []
        for line in lines:
            word, kind = ENVIRONMENTS[line.environment]
            below = " · ".join(part for part in (line.address, line.customer) if part)
            places.append(Place(line.id, line.name, word, kind, row=line.id, below=below))
        self.matches.show_sections([Section("", tuple(places))])
        self.matches.setFixedHeight(_LINE_HEIGHT * max(len(places), 1) + 4)
        if places:
            self.matches.choose(places[0].id)

    def _send(self) -> None:
        if not self.where.text().strip() or self.where.text() == self._name:
            self.wanted.emit(self.matches.current() or self._device_id)
        elif self.matches.current():
            self.wanted.emit(self.matches.current())
        else:
            self.refuse("Nothing in the inventory is called so.")
