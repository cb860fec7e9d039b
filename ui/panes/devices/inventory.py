"""The devices at the left, in groups, with the field that finds them by a few letters or by what they are."""

from datetime import UTC, datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, Qt
from PySide6.QtWidgets import QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.services import devices
from app.services.desk import Desk
from app.services.devices import DeviceLine, DeviceTree, Grouping
from ui.kit.cards import EmptyState
from ui.kit.console import Console
from ui.kit.flow import row
from ui.kit.labels import Label
from ui.kit.side_list import SideList
from ui.kit.theme import FIELD_HEIGHT, Face, Kind, M, S, Tone
from ui.panes.devices.lines import GROUPINGS, Lines, found_words, width_of
from ui.panes.devices.orders import Orders

_PAUSE_MS = 120
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
    """The tree of devices; `chosen` carries the id of the one gone to, `opened` on Enter or a double click.

    The field takes the words of app.domain.device_filter, such as `customer:northgate -tag:lab`.
    """

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
        self._made = Lines()
        self._grouping = Grouping.CUSTOMER
        self.field = FindField()
        self.field.setPlaceholderText("Find a device")
        self.field.setAccessibleName("Find a device")
        self.field.setToolTip(
            "A few letters of name, address, site, customer or model, or what they are:\n"
            "customer:northgate site:nyc platform:ios,nxos env:prod tag:core name:sw-* -tag:lab"
        )
        self.field.setClearButtonEnabled(True)
        self.field.setMinimumHeight(FIELD_HEIGHT)
        self.list = SideList("Devices", unsent=console.unsent)
        self.empty = EmptyState("")
        self.wrong = Label(face=Face.SMALL, tone=Tone.AMBER, wrap=True)
        self.wrong.setContentsMargins(2 * S, S, S, 0)
        self.wrong.hide()
        self.group = orders.button("devices.group")
        self.group.setText(GROUPINGS[self._grouping])
        self.count = Label(face=Face.SMALL, tone=Tone.FAINT, wrap=True)
        self.count.setContentsMargins(2 * S, S, S, 0)
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
        console.watch(self, ("device", "customer", "issue", "person", "session"), lambda _changes: self.reload())
        self.reload()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, M, 0, M)
        layout.setSpacing(0)
        layout.addLayout(row(self.field, margins=(S, 0, S, 0)))
        layout.addWidget(self.wrong)
        layout.addLayout(row(self.group, None, margins=(S, S, S, 0)))
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        layout.addWidget(holder, 1)
        layout.addWidget(self.count)
        layout.addLayout(row(self.add, None, margins=(S, S, S, 0)))

    def reload(self) -> None:
        """Read the tree anew."""
        text = self.field.text()

        def look(desk: Desk) -> tuple[DeviceTree, bool]:
            return devices.tree(desk, text), devices.may_add(desk)

        def came(found: tuple[DeviceTree, bool]) -> None:
            if text == self.field.text():
                self._show(text, *found)

        future = self._console.workstation.read(look)
        self._console.mailbox.deliver(future, self, came, lambda error: self._not_understood(text, error))

    @property
    def grouping(self) -> Grouping:
        """What the headings are."""
        return self._grouping

    def group_by(self, by: Grouping) -> None:
        """Put the devices under these headings."""
        self._grouping = by
        self.list.setAccessibleName(f"Devices {GROUPINGS[by].lower()}")
        self.group.setText(GROUPINGS[by])
        self.group.updateGeometry()
        self._fill()

    def next_grouping(self) -> None:
        """Put the devices under the next kind of headings."""
        every = list(Grouping)
        self.group_by(every[(every.index(self._grouping) + 1) % len(every)])

    def _not_understood(self, text: str, error: BatonError) -> None:
        """Say what is wrong with the filter; the list stays as it was, and Enter chooses nothing in it."""
        if text == self.field.text():
            self.wrong.setText(f"{error.what} {error.todo}".strip())
            self.wrong.show()
            self._shown_text = None

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
        self.wrong.hide()
        self.add.setVisible(may_add)
        self.may_add_known.emit(may_add)
        if self.field.text():
            self.empty.say("Nothing found", "Try fewer letters, or a part of the address.")
        else:
            self.empty.say("No devices yet", "Add one below." if may_add else "A manager or an engineer adds them.")
        self._stack.setCurrentWidget(self.list if found.lines else self.empty)
        self.count.setText(found_words(len(found.lines), found.total, text))
        self.count.setVisible(bool(found.lines))
        self.group.setVisible(bool(found.lines))
        self._fill()
        if self._is_seeking:
            self._take_first()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the environment's word wherever there is room for it now."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fill()

    def _fill(self) -> None:
        asked = max((width_of(line) for line in self._lines), default=0)
        self.list.setMinimumWidth(max(self.list.minimumWidth(), min(asked, _WIDEST)))
        width = max(self.width(), self.list.minimumWidth())
        groups = devices.grouped(self._lines, self._grouping)
        self.list.show_sections(self._made.sections(groups, self._grouping, self._sessions, width, datetime.now(UTC)))
        if self._wanted:
            self.go_to(self._wanted)
