"""The devices at the left, by customer, with the field that finds one by a few letters of anything."""

from itertools import groupby

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent, Qt
from PySide6.QtWidgets import QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from app.domain.customer import Environment
from app.services import devices
from app.services.desk import Desk
from app.services.devices import DeviceLine, DeviceTree
from ui.kit.cards import EmptyState
from ui.kit.console import Console
from ui.kit.flow import row
from ui.kit.labels import Label
from ui.kit.paint import pill_width
from ui.kit.side_list import Place, Section, SideList
from ui.kit.theme import FIELD_HEIGHT, Face, Kind, M, S, Tone, font
from ui.panes.devices.orders import Orders
from ui.panes.devices.words import ENVIRONMENTS, platform_word

_PAUSE_MS = 120
_BESIDE_NAME = 63  # margins, dot, gap and scroll bar of an entry, in px
_WIDEST = 270  # up to here the list takes the width that its names ask for


class FindField(QLineEdit):
    """The find field; Down goes into the list, Escape empties it."""

    down = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave downwards, empty on Escape."""
        if event.key() == Qt.Key.Key_Down:
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class Inventory(QWidget):
    """The tree of devices; `chosen` carries the id of the one gone to, `opened` on Enter or a double click."""

    chosen = Signal(str)
    opened = Signal(str)
    may_add_known = Signal(bool)
    settled = Signal()  # `is_astray` changed

    def __init__(self, console: Console, orders: Orders) -> None:
        super().__init__()
        self._console = console
        self._wanted = ""
        self._shown_text: str | None = None  # what the list shows is the answer to this
        self._is_seeking = False  # Enter waits for the answer to what was typed
        self._is_astray = False
        self._sessions: dict[str, tuple[Kind, str]] = {}
        self._lines: tuple[DeviceLine, ...] = ()
        self.field = FindField()
        self.field.setPlaceholderText("Find a device")
        self.field.setAccessibleName("Find a device")
        self.field.setClearButtonEnabled(True)
        self.field.setMinimumHeight(FIELD_HEIGHT)
        self.list = SideList("Devices by customer", unsent=console.unsent)
        self.empty = EmptyState("")
        self._more = Label(face=Face.SMALL, tone=Tone.FAINT, wrap=True)
        self._more.setContentsMargins(2 * S, S, S, 0)
        self._more.hide()
        self.add = orders.button("devices.add")
        self.add.hide()
        self._lay_out()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.reload)
        self.field.textChanged.connect(self._changed)
        self.field.textEdited.connect(self._typed)
        self.field.down.connect(self._seek)
        self.field.returnPressed.connect(self._seek)
        self.list.chosen.connect(self._chose)
        self.list.activated.connect(lambda _index: self.opened.emit(self.list.current()))
        console.watch(self, ("device", "customer", "issue", "person"), lambda _changes: self.reload())
        self.reload()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, M, 0, M)
        layout.setSpacing(0)
        layout.addLayout(row(self.field, margins=(S, 0, S, 0)))
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        layout.addWidget(holder, 1)
        layout.addWidget(self._more)
        layout.addLayout(row(self.add, None, margins=(S, S, S, 0)))

    def reload(self) -> None:
        """Read the tree anew."""
        text = self.field.text()

        def look(desk: Desk) -> tuple[DeviceTree, bool]:
            return devices.tree(desk, text), devices.may_add(desk)

        self._console.read(self, look, lambda found: self._show(text, *found) if text == self.field.text() else None)

    @property
    def is_astray(self) -> bool:
        """Whether Enter asked for a device that is not found, or not yet: the one in sight is not what was meant."""
        return self._is_astray

    def go_to(self, device_id: str) -> None:
        """Mark this device as the chosen one, now or as soon as it is listed."""
        self._settle()
        self._wanted = device_id
        if self.list.choose(device_id):
            self._wanted = ""
        elif self.field.text():
            self.field.clear()

    def show_sessions(self, sessions: dict[str, tuple[Kind, str]]) -> None:
        """Put a dot at each device that a terminal is open to, with the word for it in the tooltip."""
        if sessions != self._sessions:
            self._sessions = sessions
            self._fill()

    def _typed(self) -> None:
        # Else a device that is not listed would empty the field again and again.
        self._wanted = ""

    def _changed(self) -> None:
        self._settle()
        self._later.start(_PAUSE_MS)

    def _chose(self, device_id: str) -> None:
        self._settle()
        self.chosen.emit(device_id)

    def _settle(self) -> None:
        self._is_seeking = False
        self._be_astray(is_astray=False)

    def _be_astray(self, *, is_astray: bool) -> None:
        if is_astray != self._is_astray:
            self._is_astray = is_astray
            self.settled.emit()

    def _seek(self) -> None:
        """Go to the first match; not before the list is the answer to exactly what stands in the field."""
        self._be_astray(is_astray=True)
        if self._shown_text == self.field.text():
            self._take_first()
        else:
            self._is_seeking = True
            self._later.stop()
            self.reload()

    def _take_first(self) -> None:
        self._is_seeking = False
        text = self.field.text().strip().casefold()
        found = self.list.ids()
        if not found:
            return  # astray until something else is typed or chosen
        called_so = [line.id for line in self._lines if line.name.casefold() == text]
        wanted = called_so[0] if called_so else found[0] if text else self.list.current() or found[0]
        if self.list.current() == wanted:
            self._chose(wanted)
        else:
            self.list.choose(wanted)
        self.list.setFocus()

    def _show(self, text: str, found: DeviceTree, may_add: bool) -> None:  # noqa: FBT001 - from the reader thread
        self._shown_text = text
        self._lines = found.lines
        self.add.setVisible(may_add)
        self.may_add_known.emit(may_add)
        if self.field.text():
            self.empty.say("Nothing found", "Try fewer letters, or a part of the address.")
        else:
            self.empty.say("No devices yet", "Add one below." if may_add else "A manager or an engineer adds them.")
        self._stack.setCurrentWidget(self.list if found.lines else self.empty)
        left_out = found.total - len(found.lines)
        self._more.setText(f"{left_out} more: type a few letters to find them.")
        self._more.setVisible(left_out > 0)
        self._fill()
        if self._is_seeking:
            self._take_first()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the environment's word wherever there is room for it now."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fill()

    def _fill(self) -> None:
        asked = max((_width_of(line) for line in self._lines), default=0)
        self.list.setMinimumWidth(max(self.list.minimumWidth(), min(asked, _WIDEST)))
        groups = groupby(self._lines, key=lambda line: (line.customer_id, _heading(line)))
        self.list.show_sections(
            [Section(heading, tuple(self._place(line) for line in lines)) for (_id, heading), lines in groups]
        )
        if self._wanted:
            self.go_to(self._wanted)

    def _place(self, line: DeviceLine) -> Place:
        word, kind = ENVIRONMENTS[line.environment]
        dot, session = self._sessions.get(line.id, (Kind.GREY, ""))
        # The name wins: half a name may be another box's. What has no room is said in the tooltip.
        has_room = _width_of(line) <= max(self.width(), self.list.minimumWidth())
        parts = ("" if has_room else f"{line.name} ({word})", platform_word(line.platform), line.address, line.site)
        tip = " · ".join(part for part in (*parts, session) if part)
        return Place(line.id, line.name, word if has_room else "", kind, dot, tip, line.id)


def _width_of(line: DeviceLine) -> int:
    word, _kind = ENVIRONMENTS[line.environment]
    return QFontMetrics(font(Face.BOLD)).horizontalAdvance(line.name) + pill_width(word) + _BESIDE_NAME


def _heading(line: DeviceLine) -> str:
    if not line.customer:
        return "Practice" if line.environment is Environment.PRACTICE else "No customer"
    parts = [line.customer, "VIP" if line.is_vip else "", f"{line.open_issues} open" if line.open_issues else ""]
    return " · ".join(part for part in parts if part)
