"""The places on the left: sections of entries, each with a count or a word in a pill, or a state dot.

An entry may have a second, quiet line, with a sign before it of what is wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.kit.paint import RING, draw_dot, draw_elided, draw_line, draw_pill, draw_ring, pill_width, width_of
from ui.kit.theme import Face, Kind, colour, font, tokens
from ui.kit.unsent import NOT_SENT, Unsent

_ROW = 26
_ROW_TWO_LINES = 42
_SECTION = 30
_INNER = 24
_INSET = 8
_BESIDE_DOT = 15
LEFT = Qt.AlignmentFlag.AlignLeft


@dataclass(frozen=True, slots=True)
class Place:
    """One entry: where it leads, what it says, the pill or dot beside it, and the id of the row it shows, if any.

    `below` is the second line, `sign` what stands before it in amber.
    """

    id: str
    title: str
    count: str = ""
    kind: Kind = Kind.GREY
    dot: Kind | None = None
    tip: str = ""
    row: str = ""
    below: str = ""
    sign: str = ""

    @property
    def has_two_lines(self) -> bool:
        """Whether there is anything below its title."""
        return bool(self.below or self.sign)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its entries; an empty title has no heading. An inner one stands below the section before it."""

    title: str
    places: tuple[Place, ...]
    count: str = ""
    is_inner: bool = False


@dataclass(frozen=True, slots=True)
class _Heading:
    title: str
    count: str
    is_inner: bool
    id: str = ""  # it leads nowhere


Index = QModelIndex | QPersistentModelIndex


class _Places(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[Place | _Heading] = []
        self.unsent: Unsent | None = None

    def replace(self, sections: Sequence[Section]) -> None:
        rows: list[Place | _Heading] = []
        for section in sections:
            if section.title:
                rows.append(_Heading(section.title, section.count, section.is_inner))
            rows += section.places
        if rows == self.rows:
            return
        if [_identity(r) for r in rows] == [_identity(r) for r in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = 0) -> object:
        row = self.rows[index.row()]
        if role == 0:
            return row.title
        if role not in {3, 11}:
            return None
        if isinstance(row, _Heading):
            return " ".join(part for part in (row.title, row.count) if part) if role == 11 else None
        unsent = NOT_SENT if self.is_marked(row) else ""
        if role == 3:  # tooltip
            return " · ".join(part for part in (row.tip, unsent) if part) or None
        parts = (row.title, row.count, row.sign, row.below, unsent)
        return " ".join(part for part in parts if part)  # accessible text

    def is_marked(self, place: Place) -> bool:
        return self.unsent is not None and bool(place.row) and self.unsent.has(place.row)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self.rows[index.row()], _Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _identity(row: Place | _Heading) -> str:
    return f"#{row.is_inner:d}{row.title}" if isinstance(row, _Heading) else f"{row.id}/{row.has_two_lines:d}"


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        row = model.rows[index.row()] if isinstance(model, _Places) else None
        if isinstance(row, _Heading):
            return QSize(100, _INNER if row.is_inner else _SECTION)
        return QSize(100, _ROW_TWO_LINES if row is not None and row.has_two_lines else _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, _Places):
            return
        row = model.rows[index.row()]
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if isinstance(row, _Heading):
            _draw_heading(painter, box, row)
        else:
            _draw_place(painter, box, row, state, is_unsent=model.is_marked(row))
        painter.restore()


def _draw_heading(painter: QPainter, box: QRect, heading: _Heading) -> None:
    used = tokens()
    face = Face.SMALL if heading.is_inner else Face.SMALL_BOLD
    words = box.adjusted(2 * _INSET, 4 if heading.is_inner else 8, -2 * _INSET, 0)
    painter.setPen(colour(used.dim if heading.is_inner else used.faint))
    if heading.count:
        draw_line(painter, words, Face.SMALL, heading.count, is_right=True)
        words.setRight(words.right() - width_of(Face.SMALL, heading.count) - _INSET)
    draw_line(painter, words, face, heading.title if heading.is_inner else heading.title.upper())


def _draw_below(painter: QPainter, box: QRect, place: Place) -> None:
    """Draw the second line, its sign first."""
    used = tokens()
    if place.sign:
        painter.setPen(colour(used.ink(Kind.AMBER)))
        draw_line(painter, box, Face.SMALL, place.sign)
        box = box.adjusted(width_of(Face.SMALL, place.sign) + 6, 0, 0, 0)
    if box.width() > 0:
        painter.setPen(colour(used.dim))
        draw_line(painter, box, Face.SMALL, place.below)


def _draw_place(painter: QPainter, box: QRect, place: Place, state: QStyle.StateFlag, *, is_unsent: bool) -> None:
    used = tokens()
    is_chosen = bool(state & QStyle.StateFlag.State_Selected)
    ground = QRectF(box.adjusted(_INSET, 0, -_INSET, 0))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if is_chosen or state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(used.selection if is_chosen else used.line))
        painter.drawRoundedRect(ground, 6, 6)
    if is_chosen and state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(colour(used.accent), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(ground.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    left, right = box.left() + 2 * _INSET, box.right() - 2 * _INSET + 1
    if place.has_two_lines:
        beside = left + (_BESIDE_DOT if place.dot is not None else 0)
        _draw_below(painter, QRect(beside, box.top() + 22, right - beside, 16), place)
        box = QRect(box.left(), box.top(), box.width(), _ROW - 1)
    middle = box.center().y() + 1
    if place.dot is not None:
        draw_dot(painter, left, middle - 1, used.faint if place.dot is Kind.GREY else used.ink(place.dot))
        left += _BESIDE_DOT
    if place.count:
        kind = Kind.BLUE if is_chosen and place.kind is Kind.GREY else place.kind
        right -= pill_width(place.count)
        draw_pill(painter, right, middle, kind, place.count, is_bold=is_chosen)
        right -= 6
    painter.setFont(font(Face.BOLD if is_chosen else Face.TEXT))
    painter.setPen(colour(used.text))
    if is_unsent:
        right -= RING + 4
        words = min(painter.fontMetrics().horizontalAdvance(place.title), right - left)
        draw_ring(painter, left + words + 5, middle - 1, used.dim)
        painter.setPen(colour(used.text))
    draw_elided(painter, QRect(left, box.top(), right - left, box.height()), place.title, LEFT)


class SideList(QListView):
    """A list of places; `chosen` carries the id of the one that the person went to."""

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None, *, unsent: Unsent | None = None) -> None:
        """Places that show a row which `unsent` knows are marked."""
        super().__init__(parent)
        self._places = _Places(self)
        if unsent is not None:
            self._places.unsent = unsent
            unsent.changed.connect(self.viewport().update)
        self.setModel(self._places)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.selectionModel().currentChanged.connect(self._went)
        self._is_quiet = False

    def show_sections(self, sections: Sequence[Section]) -> None:
        """Show these; the chosen place stays chosen when it is still there."""
        kept = self.current()
        self._is_quiet = True
        self._places.replace(sections)
        if kept and self.current() != kept:
            self._go(kept)
        self._is_quiet = False

    def current(self) -> str:
        """Give the id of the chosen place, or nothing."""
        index = self.currentIndex()
        row = self._places.rows[index.row()] if index.isValid() else ""
        return row.id if isinstance(row, Place) else ""

    def choose(self, place_id: str) -> bool:
        """Go to this place; False when it is not there."""
        return self._go(place_id)

    def ids(self) -> list[str]:
        """Give the ids in the order shown."""
        return [row.id for row in self._places.rows if isinstance(row, Place)]

    def _go(self, place_id: str) -> bool:
        for at, row in enumerate(self._places.rows):
            if isinstance(row, Place) and row.id == place_id:
                self.setCurrentIndex(self._places.index(at))
                return True
        return False

    def _went(self, index: QModelIndex) -> None:
        if not self._is_quiet and self.current():
            self.chosen.emit(self.current())

    def keyboardSearch(self, search: str) -> None:
        """Leave letters to the single-key commands."""
