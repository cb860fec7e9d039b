"""One or more terminals side by side, of one device or of several; each says above it where it is."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout, QWidget

from app.services import devices
from app.services.devices import DeviceCard
from ui.kit.theme import colour, tokens
from ui.panes.devices.reach import Reach
from ui.panes.devices.terminal.place_bar import PlaceBar
from ui.panes.devices.terminal_page import TerminalPage

_LEAST_WIDTH = 240
_EDGE = 2


class Part(QWidget):
    """A terminal below its bar, with an edge that says whether it is the one that is typed into."""

    def __init__(self, reach: Reach, page: TerminalPage) -> None:
        super().__init__()
        self._reach, self.page = reach, page
        self.bar = PlaceBar()
        self.card: DeviceCard | None = None
        self._is_current = self._is_framed = False
        self._layout = QVBoxLayout(self)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.bar)
        self._layout.addWidget(page, 1)
        self.setMinimumWidth(_LEAST_WIDTH)
        self.frame(is_framed=False, is_named=False)
        reach.console.watch(self, ("device", "customer", "person"), lambda _changes: self.look())
        self.look()

    def look(self) -> None:
        """Look up what is known of the device."""
        device_id = self.page.device_id
        # A device that was removed keeps the bar that it had; its session is left to the person.
        self._reach.look_up(self, lambda desk: devices.detail(desk, device_id), self._say, lambda _error: None)

    def frame(self, *, is_framed: bool, is_named: bool) -> None:
        """Show the edge, where there is more than one part, and the bar, where what is above does not name it."""
        self._is_framed = is_framed
        edge = _EDGE if is_framed else 0
        self._layout.setContentsMargins(edge, edge, edge, edge)
        self.bar.setVisible(is_named)

    def mark(self, *, is_current: bool) -> None:
        """Say whether this is the part that is typed into."""
        self._is_current = is_current
        self.update()

    def _say(self, card: DeviceCard) -> None:
        self.card = card
        self.bar.say(card)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the edge."""
        if self._is_framed:
            painter = QPainter(self)
            painter.fillRect(self.rect(), colour(tokens().accent if self._is_current else tokens().line))
            painter.end()


class Split(QWidget):
    """Parts side by side; there is always a current one."""

    changed = Signal()  # the parts, the current one, or the stage of a terminal

    def __init__(self, reach: Reach, make: Callable[[str], TerminalPage], device_id: str) -> None:
        """`make` gives a new terminal of a device."""
        super().__init__()
        self._reach, self._make, self._device_id = reach, make, device_id
        self.parts: list[Part] = []
        self._at = 0
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(4)
        self._splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)
        self.add(device_id)

    @property
    def current(self) -> TerminalPage:
        """The terminal that is typed into."""
        return self.parts[self._at].page

    @property
    def pages(self) -> list[TerminalPage]:
        """The terminals from left to right."""
        return [part.page for part in self.parts]

    @property
    def is_split(self) -> bool:
        """Whether there is more than one."""
        return len(self.parts) > 1

    def add(self, device_id: str) -> TerminalPage:
        """Add a terminal of this device at the right of the current one, and make it the current one."""
        page = self._make(device_id)
        page.changed.connect(self.changed)
        part = Part(self._reach, page)
        at = self._at + 1 if self.parts else 0
        self.parts.insert(at, part)
        self._splitter.insertWidget(at, part)
        each = max(self._splitter.width() // len(self.parts), _LEAST_WIDTH)
        self._splitter.setSizes([each] * len(self.parts))
        self._go(at)
        return page

    def remove(self, page: TerminalPage) -> None:
        """Take a terminal away; the last one goes with the split itself."""
        at = self.pages.index(page)
        part = self.parts.pop(at)
        self._at = max(0, min(at, len(self.parts) - 1))
        part.hide()
        part.setParent(None)
        part.deleteLater()
        if self.parts:
            self._go(self._at)

    def go_on(self) -> None:
        """Make the next part the current one."""
        self._go((self._at + 1) % len(self.parts))
        self.current.focus_first()

    def go_to(self, page: TerminalPage) -> None:
        """Make this the current one."""
        self._go(self.pages.index(page))

    def _go(self, at: int) -> None:
        self._at = at
        for number, part in enumerate(self.parts):
            part.frame(is_framed=self.is_split, is_named=self.is_split or part.page.device_id != self._device_id)
            part.mark(is_current=number == at)
        self.changed.emit()

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        for at, part in enumerate(self.parts):
            if at != self._at and now is not None and part.isAncestorOf(now):
                self._go(at)
                return
