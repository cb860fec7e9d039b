"""A command's output: as the device said it and as a table, side by side or one of the two."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QPlainTextEdit,
    QSplitter,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.services.devices import narrowed, plain
from app.services.terminals import CommandDone, Table
from ui.kit.theme import Face, M, font

_SHOWN_CHARS = 400_000
_MEASURED_ROWS = 200
_WIDEST = 320
_BESIDE_FROM = 900
_INSET = 3
_Index = QModelIndex | QPersistentModelIndex


class View(StrEnum):
    """What of an output is shown."""

    BOTH = "both"
    RAW = "raw"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Output:
    """What a device said to a command, without escape sequences."""

    command: str
    at: datetime
    ms: float
    text: str
    table: Table | None

    @classmethod
    def of(cls, command: str, at: datetime, done: CommandDone) -> "Output":
        """Make it of the child's answer; for a thread of its own, as an output may be long."""
        return cls(command, at, done.ms, plain(done.raw), done.table)

    def narrowed(self, words: str) -> "Output":
        """Give the part of it in which these words occur; for a thread of its own, too."""
        text, table = narrowed(self.text, self.table, words)
        return replace(self, text=text, table=table)


class OutputTable(QAbstractTableModel):
    """The cells of a table as text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.table = Table((), ())

    def show(self, table: Table) -> None:
        """Show this table from now on."""
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, D102 Qt's own default; Qt override
        return 0 if parent.isValid() else len(self.table.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, D102 Qt's own default; Qt override
        return 0 if parent.isValid() else len(self.table.headers)

    def data(self, index: _Index, role: int = 0) -> object:  # noqa: D102 Qt override
        return self.table.rows[index.row()][index.column()] if role in {0, 3} else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:  # noqa: D102 Qt override
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == 0:
            return self.table.headers[section].replace("_", " ")
        return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) if role == 7 else None


class OutputView(QWidget):
    """Shows one output; without a table only the raw text, whatever is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.output: Output | None = None
        self.shown: Output | None = None
        self.view = View.BOTH
        self.raw = QPlainTextEdit()
        self.raw.setReadOnly(True)
        self.raw.setProperty("code", "true")
        self.raw.setFont(font(Face.MONO))
        self.raw.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.raw.setTabChangesFocus(True)
        self.raw.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.raw.setAccessibleName("Output as the device said it")
        self.raw.setCornerWidget(QWidget())
        self.model = OutputTable(self)
        self.grid = _grid(self.model)
        self._splitter = QSplitter()
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.raw)
        self._splitter.addWidget(self.grid)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        self.choose(View.BOTH)

    def show_output(self, output: Output) -> None:
        """Show this output; of a very long one the beginning, which the last line says."""
        self.output = output
        self.show_part(output)

    def show_part(self, output: Output) -> None:
        """Show a part of the output; what is noted stays the whole."""
        self.shown = output
        shown, left_out = output.text[:_SHOWN_CHARS], len(output.text) - _SHOWN_CHARS
        if left_out > 0:
            shown += f"\n[{left_out} more characters are not shown.]"
        self.raw.setPlainText(shown)
        self.model.show(output.table or Table((), ()))
        self._fit_columns()
        self.choose(self.view)

    def choose(self, view: View) -> None:
        """Show raw, table or both."""
        self.view = view
        has_table = self.output is not None and self.output.table is not None
        self.raw.setVisible(view is not View.TABLE or not has_table)
        self.grid.setVisible(view is not View.RAW and has_table)

    @property
    def is_table_shown(self) -> bool:
        """Whether there is a table and it is in sight."""
        return not self.grid.isHidden()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the two beside each other where there is room, else below each other."""
        super().resizeEvent(event)
        is_wide = self.width() >= _BESIDE_FROM
        self._splitter.setOrientation(Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical)

    def _fit_columns(self) -> None:
        # By the first rows: Qt's own measure asks every cell of a long table.
        metrics, heads = QFontMetrics(font(Face.MONO)), QFontMetrics(font(Face.SMALL_BOLD))
        table = self.model.table
        for at, header in enumerate(table.headers):
            cells = [metrics.horizontalAdvance(row[at][:80]) for row in table.rows[:_MEASURED_ROWS]]
            wanted = max([heads.horizontalAdvance(header.upper()), *cells]) + 2 * M
            self.grid.setColumnWidth(at, min(wanted, _WIDEST))


class _UnderTheHeading(QStyledItemDelegate):
    """Draws cells as far in as their heading stands."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        box: QRect = option.rect
        option.rect = box.adjusted(_INSET, 0, 0, 0)
        super().paint(painter, option, index)


def _grid(model: OutputTable) -> QTableView:
    grid = QTableView()
    grid.setModel(model)
    grid.setAccessibleName("Output as a table")
    grid.setFont(font(Face.MONO))
    grid.setItemDelegate(_UnderTheHeading(grid))
    grid.setCornerWidget(QWidget())
    grid.setShowGrid(False)
    grid.setFrameShape(QFrame.Shape.NoFrame)
    grid.setWordWrap(False)
    grid.setCornerButtonEnabled(False)
    grid.setTabKeyNavigation(False)
    grid.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    grid.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    grid.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    grid.verticalHeader().hide()
    grid.verticalHeader().setDefaultSectionSize(26)
    header = grid.horizontalHeader()
    header.setFont(font(Face.SMALL_BOLD))
    header.setHighlightSections(False)
    header.setFixedHeight(28)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return grid
