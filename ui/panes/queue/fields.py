"""The filter above the list, with its key written in it."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit

from ui.kit.paint import CAP_HEIGHT, cap_width, draw_cap
from ui.kit.theme import BUTTON_HEIGHT, S, tokens


class FilterField(QLineEdit):
    """The field above the list, with the key that leads to it; Escape empties and leaves it."""

    left = Signal()

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self.setPlaceholderText("Filter by words")
        self.setAccessibleName("Filter by words")
        self.setFixedHeight(BUTTON_HEIGHT)
        self.setMinimumWidth(120)
        self.setMaximumWidth(250)
        self.setTextMargins(0, 0, cap_width(key) + S, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape, Enter and Down."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.clear()
        if key in {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down}:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field and its key."""
        super().paintEvent(event)
        used = tokens()
        painter = QPainter(self)
        width = cap_width(self._key)
        cap = QRect(self.width() - width - S, (self.height() - CAP_HEIGHT) // 2, width, CAP_HEIGHT)
        draw_cap(painter, cap, self._key, used.dim, used.cap_line, used.panel)
        painter.end()
