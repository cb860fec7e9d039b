"""How a column of a report is filled: by its colour, and hatched so that the hue is never all there is."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QPainter

from app.domain.report import ReportColumn
from ui.kit.theme import Kind, Tokens, colour
from ui.panes.reports.words import KINDS

_HATCHES = {Kind.RED: Qt.BrushStyle.BDiagPattern, Kind.AMBER: Qt.BrushStyle.Dense6Pattern}


def draw_fill(painter: QPainter, box: QRectF, column: ReportColumn, used: Tokens) -> None:
    """Fill a box, in the painter's own pixels."""
    kind = KINDS.get(column.id, Kind.BLUE)
    painter.fillRect(box, colour(used.bar_faint if kind is Kind.GREY else used.ink(kind)))
    if hatch := _HATCHES.get(kind):
        painter.fillRect(box, QBrush(colour(used.panel), hatch))
