"""The list in the middle: rows by id, chosen with mouse or keys, kept chosen when the rows move."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QStackedLayout,
    QTableView,
    QWidget,
)

from ui.kit.cards import EmptyState
from ui.kit.mailbox import Mailbox
from ui.kit.table_model import Cell, Column, RecordModel, Source
from ui.kit.table_paint import RecordDelegate
from ui.kit.theme import ROW, ROW_TWO_LINES, Face, font
from ui.kit.unsent import Unsent

__all__ = ["Cell", "Column", "RecordTable", "Source"]

Row = TypeVar("Row")
_LEAST_STRETCH = 180  # px
MOST_MARKED = 20_000
_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class RecordTable(QWidget, Generic[Row]):
    """A table over an id list that may be a million long; `chosen` and `opened` carry the row's id.

    `chosen` comes on every move of the selection ("" when nothing is chosen any more), `opened` on Enter or a
    double click, `sort_asked` on a click on a header: the owner gives a new id list.
    """

    chosen = Signal(str)
    opened = Signal(str)
    sort_asked = Signal(str, bool)  # column id, descending
    marks_changed = Signal()
    too_many = Signal(int)  # all rows were to be chosen, and the list has more than can be

    def __init__(
        self,
        name: str,
        columns: Sequence[Column[Row]],
        source: Source[Row],
        mailbox: Mailbox,
        empty: EmptyState,
        *,
        has_two_lines: bool = False,
        unsent: Unsent | None = None,
        can_choose_many: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Rows whose ids `unsent` knows have a ring.

        Where one `can_choose_many`, Space chooses a row for a change of many, Shift with the arrows goes on choosing,
        Ctrl+A chooses all and Escape none.
        """
        super().__init__(parent)
        self.model: RecordModel[Row] = RecordModel(columns, source, mailbox, self, unsent)
        self.view = _View(self)
        self.view.setAccessibleName(name)
        self.view.setModel(self.model)
        self.view.setItemDelegate(RecordDelegate(self.view))
        self.view.set_row_height(ROW_TWO_LINES if has_two_lines else ROW)
        self.view.header.set_columns(columns)
        self.empty = empty
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(empty)
        self._stack.setCurrentWidget(empty)
        self._chosen = ""
        self._line = 0
        self._sorted: tuple[str, bool] | None = None
        self._is_quiet = False
        self.setFocusProxy(self.view)
        self.view.selectionModel().currentRowChanged.connect(self._moved)
        self.view.activated.connect(lambda index: self.opened.emit(self.model.ids[index.row()]))
        self.view.header.sectionClicked.connect(self._sort)
        self.model.marks_changed.connect(self.marks_changed)
        if can_choose_many:
            self.view.mark_key = self._mark_key
        self._minute = QTimer(self)
        self._minute.setInterval(30_000)
        self._minute.timeout.connect(self.model.retime)
        self._minute.start()

    def show_ids(self, ids: Sequence[str], rows: Sequence[Row] = ()) -> None:
        """Show these ids; what was chosen stays chosen, wherever its row is now, and keeps its place on the screen.

        When it is no longer there, the row that took its place is chosen. `rows` are those of the first page when they
        are here already.
        """
        kept = self._chosen
        offset = self._line - self.view.rowAt(0)
        self._is_quiet = True
        self.model.show_ids(ids, rows)
        line = self.model.line_of(kept, self._line) if kept else -1
        if kept and line < 0 and ids:
            line = min(self._line, len(ids) - 1)
        if line >= 0:
            self.view.go_to(line)
            if line != self._line:
                self.view.verticalScrollBar().setValue(max(line - offset, 0))
        self._show_view(is_on=bool(ids))
        # A view that has the focus comes back with Qt's own choice, the first row, which is not marked as chosen.
        if line < 0 and ids and self.view.currentIndex().isValid():
            line = self.view.currentIndex().row()
            self.view.go_to(line)
        self._is_quiet = False
        self._take(line)

    def _show_view(self, *, is_on: bool) -> None:
        """Show rows or the empty state; rows that come back never take the focus from where somebody types."""
        had = QApplication.focusWidget()
        self._stack.setCurrentWidget(self.view if is_on else self.empty)
        if is_on and had is not None and had is not QApplication.focusWidget() and had.isVisible():
            had.setFocus()

    def refresh(self, ids: frozenset[str] | None = None) -> None:
        """Fetch these rows anew where they are loaded; None: all."""
        self.model.refresh(ids)

    def show_columns(self, columns: Sequence[Column[Row]]) -> None:
        """Show these columns from now on; what was chosen stays chosen."""
        line = self._line if self._chosen else -1
        self._is_quiet = True
        self.model.show_columns(columns)
        self.view.header.set_columns(columns)
        if line >= 0:
            self.view.go_to(line)
        self.view.header.fit(self.view.viewport().width())
        self._is_quiet = False
        if self._sorted is not None and all(c.id != self._sorted[0] for c in columns):
            self.view.header.setSortIndicatorShown(False)

    def marked_ids(self) -> tuple[str, ...]:
        """Give the rows chosen for one change, in the order in which they were."""
        return tuple(self.model.marks)

    def unmark(self) -> None:
        """Choose none for a change."""
        if self.model.marks:
            self.model.mark(tuple(self.model.marks), is_on=False)

    def _mark_key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """Do what the key means for choosing many; gives whether it means anything."""
        ids = self.model.ids
        is_shift, is_ctrl = (bool(modifiers & m) for m in (_SHIFT, _CTRL))
        if key == Qt.Key.Key_A and is_ctrl and ids:
            if len(ids) > MOST_MARKED:
                self.too_many.emit(len(ids))
            else:
                self.model.mark(ids)
            return True
        if key == Qt.Key.Key_Escape and self.model.marks:
            self.unmark()
            return True
        if key == Qt.Key.Key_Space and self._chosen:
            self.model.mark([self._chosen], is_on=self._chosen not in self.model.marks)
            self._step(1)
            return True
        if is_shift and key in {Qt.Key.Key_Down, Qt.Key.Key_Up} and self._chosen:
            self.model.mark([self._chosen])
            self._step(1 if key == Qt.Key.Key_Down else -1)
            self.model.mark([self._chosen])
            return True
        return False

    def _step(self, step: int) -> None:
        line = self._line + step
        while 0 <= line < len(self.model.ids) and self.model.is_heading(line):
            line += step
        if 0 <= line < len(self.model.ids):
            self.view.go_to(line)

    def chosen_id(self) -> str:
        """Give the id of the chosen row, or nothing."""
        return self._chosen

    def chosen_row(self) -> Row | None:
        """Give the chosen row, or None while it is on its way."""
        return self.model.row(self._line) if self._chosen else None

    def choose(self, row_id: str) -> bool:
        """Choose this row and bring it into sight; False when it is not in the list."""
        line = self.model.line_of(row_id, self._line)
        if line < 0:
            return False
        self.view.go_to(line)
        return True

    def choose_first(self) -> None:
        """Choose the first row when there is one and none is chosen."""
        if self.model.ids and not self._chosen:
            self.view.go_to(0)

    def mark_sorted(self, column_id: str, *, is_descending: bool) -> None:
        """Show by which column the ids are sorted."""
        self._sorted = (column_id, is_descending)
        at = next((i for i, c in enumerate(self.model.columns) if c.id == column_id), -1)
        if at < 0:  # sorted by what is not shown
            self.view.header.setSortIndicatorShown(False)
            return
        order = Qt.SortOrder.DescendingOrder if is_descending else Qt.SortOrder.AscendingOrder
        self.view.header.setSortIndicatorShown(True)
        self.view.header.setSortIndicator(at, order)

    def mark_unsorted(self) -> None:
        """Show that the ids are in no column's order."""
        self._sorted = None
        self.view.header.setSortIndicatorShown(False)

    def _sort(self, section: int) -> None:
        column = self.model.columns[section]
        if not column.is_sortable:
            return
        is_descending = self._sorted == (column.id, False)
        self.mark_sorted(column.id, is_descending=is_descending)
        self.sort_asked.emit(column.id, is_descending)

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if not self._is_quiet:
            self._take(now.row() if now.isValid() else -1)

    def _take(self, line: int) -> None:
        one = self.model.ids[line] if 0 <= line < len(self.model.ids) else ""
        self._line = max(line, 0)
        if one != self._chosen:
            self._chosen = one
            self.chosen.emit(one)


class _Header(QHeaderView):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._yielding: list[int] = []  # sections, the first to hide first
        self._widths: dict[int, int] = {}  # of the sections that do not stretch, as the person has set them
        self.setFont(font(Face.SMALL_BOLD))
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setFixedHeight(31)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def set_columns(self, columns: Sequence[Column[Any]]) -> None:
        self._widths.clear()
        for at, column in enumerate(columns):
            stretches = column.width == 0
            self.setSectionHidden(at, False)
            mode = QHeaderView.ResizeMode.Stretch if stretches else QHeaderView.ResizeMode.Interactive
            self.setSectionResizeMode(at, mode)
            if not stretches:
                self._widths[at] = column.width
                self.resizeSection(at, column.width)
        yielding = [(-column.yields, at) for at, column in enumerate(columns) if column.yields]
        self._yielding = [at for _yields, at in sorted(yielding)]
        self.setMinimumSectionSize(40)

    def fit(self, room: int) -> None:
        """Hide what yields until the column that stretches can be read; show it again where there is room."""
        for at in self._widths:
            if not self.isSectionHidden(at):
                self._widths[at] = self.sectionSize(at)
        left = room - sum(self._widths.values())
        for at in self._yielding:
            is_short = left < _LEAST_STRETCH
            if is_short != self.isSectionHidden(at):
                self.setSectionHidden(at, is_short)
            if is_short:
                left += self._widths[at]


class _View(QTableView):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.header = _Header(self)
        self.mark_key: Callable[[int, Qt.KeyboardModifier], bool] = lambda _key, _modifiers: False
        self.setHorizontalHeader(self.header)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        # A viewport that fills its own ground is moved when it scrolls, and only the rows that come in are painted.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_row_height(self, height: int) -> None:
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(height)
        rows.setDefaultSectionSize(height)

    def go_to(self, line: int) -> None:
        self.setCurrentIndex(self.model().index(line, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.mark_key(event.key(), event.modifiers()):
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.currentIndex().isValid():
                self.activated.emit(self.currentIndex())
            return
        if event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End} and self.model().rowCount():
            self.go_to(0 if event.key() == Qt.Key.Key_Home else self.model().rowCount() - 1)
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Leave letters to the single-key commands."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._ground())
        painter.end()
        super().paintEvent(event)

    def _ground(self) -> QColor:
        """Give the colour of whatever this stands on."""
        on: QWidget = self
        while (below := on.parentWidget()) is not None and (on is self or not on.autoFillBackground()):
            on = below
        return on.palette().color(on.backgroundRole())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.verticalScrollBar().setSingleStep(1)
        self.header.fit(self.viewport().width())
