"""Fields that Qt's style draws too faintly or not at all on our grounds: a choice and a tick."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from ui.kit.theme import FIELD_HEIGHT, Face, S, colour, font, tokens

_BOX = 16


class Choice(QComboBox):
    """One of several; give each a label and its value with `addItem(label, value)`."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMinimumHeight(FIELD_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field and the arrow that says it opens."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(tokens().dim if self.isEnabled() else tokens().faint), 1.4))
        x, y = self.width() - 16.0, self.height() / 2 - 1.5
        painter.drawPolyline(QPolygonF([QPointF(x - 4, y), QPointF(x, y + 4), QPointF(x + 4, y)]))
        painter.end()


class Tick(QCheckBox):
    """Yes or no; never ticked by itself."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        """Ask for the room of box and words."""
        words = QFontMetrics(font(Face.TEXT)).horizontalAdvance(self.text())
        return QSize(_BOX + 2 + (words + S if words else 0), FIELD_HEIGHT)

    def hitButton(self, at: object) -> bool:
        """Take a click anywhere on it."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw box, mark and words."""
        used = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(1, (self.height() - _BOX) / 2, _BOX, _BOX).adjusted(0.5, 0.5, -0.5, -0.5)
        is_on, is_enabled = self.isChecked(), self.isEnabled()
        edge = used.accent if self.hasFocus() or (is_on and is_enabled) else used.faint
        painter.setPen(QPen(colour(edge), 1.6 if self.hasFocus() else 1))
        painter.setBrush(colour(used.accent if is_on and is_enabled else used.line if is_on else used.window))
        painter.drawRoundedRect(box, 4, 4)
        if is_on:
            painter.setPen(QPen(colour(used.on_accent if is_enabled else used.dim), 1.8))
            left, top = box.left(), box.top()
            mark = [QPointF(left + 3.5, top + 8), QPointF(left + 6.5, top + 11), QPointF(left + 11.5, top + 4.5)]
            painter.drawPolyline(QPolygonF(mark))
        painter.setPen(colour(used.text if is_enabled else used.faint))
        painter.setFont(font(Face.TEXT))
        words = self.rect().adjusted(_BOX + 2 + S, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()
