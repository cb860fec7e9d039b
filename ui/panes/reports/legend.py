"""Which filling of a chart is which column."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.report import ReportColumn
from ui.kit.theme import Face, L, S, Tokens, colour, font, tokens
from ui.panes.reports.fill import draw_fill

_BOX, _HEIGHT = 12, 22


class Legend(QWidget):
    """The charted columns of a report, where there is more than one."""

    def __init__(self, used: Tokens | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = used
        self._columns: tuple[ReportColumn, ...] = ()
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_columns(self, columns: Sequence[ReportColumn]) -> None:
        """Name these."""
        charted = tuple(c for c in columns if c.is_charted)
        self._columns = charted if len(charted) > 1 else ()
        self.setVisible(bool(self._columns))
        self.setAccessibleName(", ".join(c.title for c in self._columns) or "Legend")
        self.update()

    def sizeHint(self) -> QSize:
        """Take one line."""
        return QSize(200, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a box and a word for each."""
        used = self._tokens or tokens()
        painter = QPainter(self)
        painter.setFont(font(Face.TEXT))
        metrics, left = QFontMetrics(font(Face.TEXT)), 0
        for column in self._columns:
            box = QRectF(left, (self.height() - _BOX) / 2, _BOX, _BOX)
            draw_fill(painter, box, column, used)
            painter.setPen(colour(used.dim))
            left += _BOX + S
            width = metrics.horizontalAdvance(column.title)
            middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRectF(left, 0, width + 2, self.height()), middle, column.title)
            left += width + L
        painter.end()
