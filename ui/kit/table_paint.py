"""How a cell of a record table is painted: bar, text, pills, second line, steps."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.kit.paint import RING, draw_line, draw_pill, draw_ring, pill_width, width_of
from ui.kit.table_model import Cell, RecordModel
from ui.kit.theme import Face, Kind, Tokens, Tone, colour, theme

_PADDING = 6
_BAR = 17  # the room of the priority bar at the left of the first column


class RecordDelegate(QStyledItemDelegate):
    """Paints every cell of a record table itself: Qt's own way asks for a dozen roles per cell."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one cell."""
        model = index.model()
        if not isinstance(model, RecordModel):
            return
        used = self._theme.tokens
        box: QRect = option.rect
        at, column = index.row(), index.column()
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        is_marked = bool(model.marks) and model.ids[at] in model.marks
        if is_chosen or is_marked:
            painter.fillRect(box, colour(used.selection if is_chosen else used.accent_ground))
        painter.fillRect(box.left(), box.bottom(), box.width(), 1, colour(used.line))
        cells = model.cells(at)
        if cells is None:
            _draw_waiting(painter, box, used)
            return
        inner = box.adjusted(_PADDING, 0, -_PADDING, -1)
        if column == 0 and model.source.bar is not None:
            if is_marked:
                _draw_tick(painter, box, used)
            elif (row := model.row(at)) is not None:
                _draw_bar(painter, box, used, model.source.bar(row))
            inner.setLeft(box.left() + _BAR)
        is_title = bool(cells[column].second) or cells[column].is_bold
        _draw_cell(
            painter,
            inner,
            cells[column],
            used,
            is_bold=is_chosen and is_title,
            is_right=model.columns[column].is_right,
            is_unsent=model.is_marked(at, column),
        )


def _draw_bar(painter: QPainter, box: QRect, used: Tokens, kind: Kind | None) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(used.bar(kind)))
    painter.drawRoundedRect(QRectF(box.left() + 6, box.center().y() - 6.5, 3, 14), 1.5, 1.5)


def _draw_tick(painter: QPainter, box: QRect, used: Tokens) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour(used.accent), 2))
    left, middle = box.left() + 4.5, box.center().y() + 0.5
    painter.drawPolyline([QPointF(left, middle), QPointF(left + 3, middle + 3.5), QPointF(left + 8.5, middle - 4)])


def _draw_waiting(painter: QPainter, box: QRect, used: Tokens) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(used.line))
    width = min(60, box.width() - 2 * _PADDING)
    if width > 4:
        painter.drawRoundedRect(QRectF(box.left() + _PADDING, box.center().y() - 3, width, 7), 3, 3)


def _draw_cell(
    painter: QPainter,
    box: QRect,
    cell: Cell,
    used: Tokens,
    *,
    is_bold: bool,
    is_right: bool,
    is_unsent: bool,
) -> None:
    if cell.steps is not None:
        _draw_steps(painter, box, cell.steps, used)
        return
    if cell.pill is not None and cell.text:
        middle = box.center().y() + 1
        draw_pill(painter, box.left() - 1, middle, cell.pill, cell.text)
        return
    first = QRect(box)
    if cell.second or cell.second_marks:
        first = QRect(box.left(), box.top() + 6, box.width(), 18)
        _draw_second(painter, QRect(box.left(), box.top() + 24, box.width(), 18), cell, used)
    face = Face.MONO if cell.is_mono else Face.BOLD if is_bold or cell.is_bold else Face.TEXT
    painter.setPen(colour(used.tone(cell.tone)))
    if is_unsent:
        # The mark wins over the end of the words.
        first.setRight(first.right() - RING - _PADDING)
        words = min(width_of(face, cell.text), first.width())
        draw_line(painter, first, face, cell.text)
        draw_ring(painter, first.left() + words + _PADDING, first.center().y(), used.dim)
        return
    draw_line(painter, first, face, cell.text, is_right=is_right)
    if cell.suffix:
        used_up = width_of(face, cell.text + " ")
        painter.setPen(colour(used.tone(Tone.DIM)))
        draw_line(painter, first.adjusted(used_up, 0, 0, 0), Face.TEXT, cell.suffix)


def _draw_second(painter: QPainter, box: QRect, cell: Cell, used: Tokens) -> None:
    painter.setPen(colour(used.dim))
    marks_width = sum(pill_width(text) + 4 for text, _kind in cell.second_marks)
    text_box = box.adjusted(0, 0, -marks_width, 0)
    draw_line(painter, text_box, Face.SMALL, cell.second)
    left = box.left() + min(width_of(Face.SMALL, cell.second), max(text_box.width(), 0)) + 4
    for text, kind in cell.second_marks:
        left += draw_pill(painter, left, box.center().y() + 1, kind, text) + 4


def _draw_steps(painter: QPainter, box: QRect, steps: tuple[int, int], used: Tokens) -> None:
    done, total = steps
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    width = min(18.0, max(box.width() / max(total, 1) - 3, 2.0))
    for at in range(total):
        painter.setBrush(colour(used.accent if at < done else used.line))
        painter.drawRoundedRect(QRectF(box.left() + at * (width + 3), box.center().y() - 2, width, 6), 3, 3)
