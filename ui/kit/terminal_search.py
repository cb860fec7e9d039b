"""Searching a terminal in place: the bar at its upper edge, what is found, and where it is drawn."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from ui.kit.terminal_find import MOST, Find
from ui.kit.terminal_find_bar import FindBar
from ui.kit.terminal_screen import TerminalScreen

_AGAIN_MS = 200
_HIT, _HIT_EDGE = QColor(240, 182, 90, 90), QColor(255, 208, 138)


class Search(QObject):
    """One search of one terminal; `went_to` names the line to show, `changed` asks to be drawn anew."""

    went_to = Signal(int)
    changed = Signal()

    def __init__(self, screen: TerminalScreen, parent: QWidget) -> None:
        super().__init__(parent)
        self._find = Find(screen)
        self.bar = FindBar(parent)
        self.bar.changed.connect(self._look)
        self.bar.stepped.connect(self._step)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self._refresh)

    def open(self, text: str = "") -> None:
        """Take the focus, and search this text when there is one, of one line."""
        if text and "\n" not in text:
            self.bar.field.setText(text)
        self.bar.show()
        self.bar.field.selectAll()
        self.bar.field.setFocus()

    def look_again(self) -> None:
        """Take note that something came in: it is searched too, a moment later."""
        if not self._again.isActive() and self._find.query:
            self._again.start()

    def draw(self, painter: QPainter, numbers: range, box: Callable[[int, int, int], QRectF]) -> None:
        """Draw the hits in these lines; `box` gives the place of a line's columns."""
        for number in numbers:
            for start, end, is_current in self._find.spans(number):
                place = box(number, start, end)
                painter.fillRect(place, _HIT)
                if is_current:
                    painter.setPen(_HIT_EDGE)
                    painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))

    def _look(self) -> None:
        self._find.look(self.bar.field.text(), is_exact=self.bar.case.isChecked())
        self._show()

    def _step(self, by: int) -> None:
        self._find.step(by)
        self._show()

    def _refresh(self) -> None:
        self._find.refresh()
        self._say()

    def _show(self) -> None:
        if self._find.spot is not None:
            self.went_to.emit(self._find.spot[0])
        self._say()

    def _say(self) -> None:
        self.bar.say(self._find.position, self._find.count, MOST)
        self.changed.emit()
