"""What stands above the list: its name and count, and the filter with its key written in it."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy

from ui.kit.cards import Panel
from ui.kit.labels import ElidedLabel
from ui.kit.paint import CAP_HEIGHT, cap_width, draw_cap
from ui.kit.theme import BUTTON_HEIGHT, Face, M, S, Tone, tokens

_HEADER_HEIGHT = 49


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


class ListHeader(Panel):
    """The line above the list; where it is narrow its name and count are cut, and never a button."""

    def __init__(self, title: str) -> None:
        super().__init__(is_raised=False, line=Qt.Edge.BottomEdge)
        self._title = ElidedLabel(title, face=Face.SUBHEADING)
        self._count = ElidedLabel(tone=Tone.DIM)
        self.right = QHBoxLayout()
        self.right.setSpacing(S)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(M, 0, M, 0)
        layout.setSpacing(S)
        for label in (self._title, self._count):
            label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            layout.addWidget(label)
        layout.addStretch(1)
        layout.addLayout(self.right)
        self.setFixedHeight(_HEADER_HEIGHT)

    def say(self, title: str, count: str = "") -> None:
        """Name the list and say how many are in it."""
        for label, text in ((self._title, title), (self._count, count)):
            label.set_whole(text)
            label.updateGeometry()
