"""Bars that lie: one for each row, cut where a row has several numbers; each number can be opened.

Knows numbers, rows and columns, not where they come from. pyqtgraph is loaded with the first chart.
"""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsRectItem,
    QStyleOptionGraphicsItem,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from app.domain.report import Report, ReportColumn, ReportRow
from ui.kit.theme import Face, Tokens, colour, font, tokens
from ui.panes.reports.fill import draw_fill

_BAR = 0.62  # of a row
_ROW_PX = 30
_EDGE_PX = 12
_LONGEST_LABEL = 320
_ROOM = 1.12  # of the longest bar: for the number at its end


@dataclass(frozen=True, slots=True)
class Piece:
    """One number as it is drawn: from `left` on in row `at`, counted from above."""

    row: ReportRow
    column: ReportColumn
    at: int
    left: float
    value: float

    @property
    def words(self) -> str:
        """How the number is said."""
        return f"{self.row.label}, {self.column.title}: {self.value:,.0f}"


def pieces(report: Report) -> list[Piece]:
    """Give the numbers that a chart of this report draws, from above, and from left to right in a row."""
    found = []
    for at, row in enumerate(row for row in report.rows if row.is_charted):
        left = 0.0
        for column, value in zip(report.columns, row.values, strict=True):
            if column.is_charted and value:
                found.append(Piece(row, column, at, left, value))
                left += value
    return found


class Chart(QWidget):
    """A report's chart; `opened` carries row and column of the number that was clicked, or chosen and entered."""

    opened = Signal(str, str)

    def __init__(self, used: Tokens | None = None, parent: QWidget | None = None) -> None:
        """Take the colours of the screen, or `used`, such as those of paper."""
        super().__init__(parent)
        self._tokens = used
        self._pieces: list[Piece] = []
        self._chosen = -1
        self._ring: Any = None
        self._report: Report | None = None
        self._plot: Any = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Chart")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    @property
    def pieces(self) -> list[Piece]:
        """The numbers drawn."""
        return self._pieces

    @property
    def chosen(self) -> Piece | None:
        """The number that Enter opens."""
        return self._pieces[self._chosen] if 0 <= self._chosen < len(self._pieces) else None

    def show_report(self, report: Report) -> None:
        """Draw this report's charted columns."""
        self._report, self._pieces, self._chosen = report, pieces(report), -1
        self._draw()

    def repaint_all(self) -> None:
        """Draw again in the colours of now."""
        if self._report is not None:
            self._draw()

    # Drawing

    def _draw(self) -> None:
        used, report = self._tokens or tokens(), self._report
        if report is None:
            return
        rows = [row for row in report.rows if row.is_charted]
        plot = self._fresh_plot(used)
        longest = max((p.left + p.value for p in self._pieces), default=1.0)
        plot.setXRange(0, longest * _ROOM, padding=0)
        plot.setYRange(len(rows) - 0.5, -0.5, padding=0)
        plot.getViewBox().invertY(b=True)
        self._draw_labels(plot, rows, used)
        plot.addItem(_Bars(self._pieces, used))
        for at in range(len(rows)):
            self._draw_total(plot, at, used)
        self._ring = None
        height = _EDGE_PX + _ROW_PX * max(len(rows), 1)
        self.setFixedHeight(height)
        self._say()

    def _fresh_plot(self, used: Tokens) -> Any:
        import pyqtgraph  # noqa: PLC0415  three times the start-up: loaded with the first chart

        if self._plot is not None:
            self._layout.removeWidget(self._plot)
            self._plot.hide()
            self._plot.deleteLater()
        plot = pyqtgraph.PlotWidget(background=QColor(used.panel))
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(x=False, y=False)
        plot.hideButtons()
        plot.setFrameShape(plot.Shape.NoFrame)
        plot.scene().sigMouseClicked.connect(self._clicked)
        plot.scene().sigMouseMoved.connect(self._moved)
        self._layout.addWidget(plot)
        self._plot = plot
        return plot

    def _draw_labels(self, plot: Any, rows: list[ReportRow], used: Tokens) -> None:
        metrics = QFontMetrics(font(Face.TEXT))
        labels = [metrics.elidedText(r.label, Qt.TextElideMode.ElideRight, _LONGEST_LABEL) for r in rows]
        axis = plot.getAxis("left")
        axis.setTicks([list(enumerate(labels))])
        axis.setWidth(max(map(metrics.horizontalAdvance, labels), default=0) + 16)
        axis.setStyle(tickFont=font(Face.TEXT), tickLength=0)
        axis.setTextPen(QColor(used.text))
        axis.setPen(QPen(QColor(used.line), 1))
        plot.hideAxis("bottom")  # each bar ends in its number

    def _draw_total(self, plot: Any, at: int, used: Tokens) -> None:
        import pyqtgraph  # noqa: PLC0415  here by now

        ours = [p for p in self._pieces if p.at == at]
        total = sum(p.value for p in ours)
        text = pyqtgraph.TextItem(f"{total:,.0f}", color=QColor(used.text if total else used.faint), anchor=(0, 0.5))
        text.setFont(font(Face.BOLD if total else Face.TEXT))
        text.setPos(total, at)
        plot.addItem(text)

    # Mouse and keys

    def piece_at(self, x: float, y: float) -> Piece | None:
        """Give the number drawn at a place of the chart, in its own measures."""
        for piece in self._pieces:
            if abs(y - piece.at) <= 0.5 and piece.left <= x <= piece.left + piece.value:
                return piece
        return None

    def place_of(self, piece: Piece) -> QPointF:
        """Give the middle of a number's bar on the plot's scene."""
        at = QPointF(piece.left + piece.value / 2, piece.at)
        return QPointF(self._plot.getViewBox().mapViewToScene(at))

    @property
    def plot(self) -> QWidget:
        """The drawing itself."""
        plot: QWidget = self._plot
        return plot

    def _found(self, scene_at: QPointF) -> Piece | None:
        at = self._plot.getViewBox().mapSceneToView(scene_at)
        return self.piece_at(at.x(), at.y())

    def total_at(self, x: float, y: float) -> tuple[str, str] | None:
        """Give row and column of the sum that is written behind a bar, where it can be opened as one number."""
        ours = [p for p in self._pieces if abs(y - p.at) <= 0.5]
        if not ours or self._report is None or x <= ours[-1].left + ours[-1].value:
            return None
        column = next(
            (c.id for c in self._report.columns if c.id == "all"), ours[0].column.id if len(ours) == 1 else ""
        )
        return (ours[0].row.key, column) if column else None

    def _clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        piece = self._found(event.scenePos())
        if piece is not None:
            self._choose(self._pieces.index(piece))
            self.opened.emit(piece.row.key, piece.column.id)
            return
        at = self._plot.getViewBox().mapSceneToView(event.scenePos())
        if (total := self.total_at(at.x(), at.y())) is not None:
            self.opened.emit(*total)

    def _moved(self, scene_at: QPointF) -> None:
        piece = self._found(scene_at)
        self.setCursor(Qt.CursorShape.PointingHandCursor if piece else Qt.CursorShape.ArrowCursor)
        if piece is not None:
            where = self._plot.mapToGlobal(self._plot.mapFromScene(scene_at))
            QToolTip.showText(where, f"{piece.words}. Click for the issues.", self)
        else:
            QToolTip.hideText()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from number to number with the arrows, and open one with Enter."""
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        rows = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        piece = self.chosen
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and piece is not None:
            self.opened.emit(piece.row.key, piece.column.id)
        elif self._pieces and step:
            self._choose(min(max(self._chosen + step, 0), len(self._pieces) - 1))
        elif self._pieces and rows:
            self._choose(self._row_from(rows))
        else:
            super().keyPressEvent(event)

    def _row_from(self, by: int) -> int:
        """Give the first number of the next row in this direction that has one."""
        piece = self.chosen
        if piece is None:
            return 0
        others = [p for p in self._pieces if (p.at - piece.at) * by > 0]
        if not others:
            return self._chosen
        near = min(others, key=lambda p: (abs(p.at - piece.at), p.left))
        return self._pieces.index(near)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choose a number when the focus comes."""
        super().focusInEvent(event)
        if self._pieces and self._chosen < 0:
            self._choose(0)

    def _choose(self, at: int) -> None:
        self._chosen = at
        piece = self._pieces[at]
        if self._ring is None:
            self._ring = QGraphicsRectItem()
            pen = QPen(colour((self._tokens or tokens()).text), 2)
            pen.setCosmetic(True)
            self._ring.setPen(pen)
            self._ring.setBrush(Qt.BrushStyle.NoBrush)
            self._plot.addItem(self._ring)
        self._ring.setRect(box_of(piece))
        self._say()

    def _say(self) -> None:
        piece = self.chosen
        said = piece.words if piece else "; ".join(p.words for p in self._pieces[:20])
        self.setAccessibleDescription(said)


class _Bars(QGraphicsItem):
    """The bars, painted in pixels: a hatch is not to be stretched with the numbers."""

    def __init__(self, drawn: list[Piece], used: Tokens) -> None:
        super().__init__()
        self._drawn, self._tokens = drawn, used

    def boundingRect(self) -> QRectF:
        found = QRectF()
        for piece in self._drawn:
            found = found.united(box_of(piece))
        return found

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        to_pixels = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        for piece in self._drawn:
            box = to_pixels.mapRect(box_of(piece))
            draw_fill(painter, box.adjusted(0, 0, -1, 0), piece.column, self._tokens)
        painter.restore()


def box_of(piece: Piece) -> QRectF:
    """Give where a number's bar lies, in the chart's own measures."""
    return QRectF(piece.left, piece.at - _BAR / 2, piece.value, _BAR)
