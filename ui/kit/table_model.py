"""The rows of a long list: an array of ids, and pages of 200 rows fetched when they come into sight.

Knows ids, pages and cells; not where rows come from, and nothing of painting.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from ui.kit.mailbox import Mailbox
from ui.kit.theme import Kind, Tone
from ui.kit.tips import tip_of
from ui.kit.unsent import NOT_SENT, Unsent

PAGE = 200
_PAGES_KEPT = 60
Row = TypeVar("Row")
_Index = QModelIndex | QPersistentModelIndex
_FLAGS = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows: a text or a pill, on the second line a dim text with pills, or steps done."""

    text: str = ""
    tone: Tone = Tone.TEXT
    is_bold: bool = False
    is_mono: bool = False
    pill: Kind | None = None
    suffix: str = ""  # dim, after the text: "business"
    second: str = ""
    second_marks: tuple[tuple[str, Kind], ...] = ()
    steps: tuple[int, int] | None = None
    tip: str = ""


@dataclass(frozen=True)  # slots and Generic do not go together in Python 3.11
class Column(Generic[Row]):
    """A column: how a row shows in it at a given time; a width of 0 takes what is left.

    Where that is too little to read, columns that `yields` hide, those with the highest number first.
    """

    id: str
    title: str
    cell: Callable[[Row, datetime], Cell]
    width: int = 0
    is_sortable: bool = True
    is_right: bool = False
    yields: int = 0


@dataclass(frozen=True)  # slots and Generic do not go together in Python 3.11
class Source(Generic[Row]):
    """Where rows come from: `fetch` gives a future of the rows of these ids, in any order, missing ones left out."""

    fetch: Callable[[Sequence[str]], "Future[Sequence[Row]]"]
    row_id: Callable[[Row], str]
    bar: Callable[[Row], Kind | None] | None = None


class RecordModel(QAbstractTableModel, Generic[Row]):
    """Rows by id; `row()` gives None while a row is on its way."""

    came = Signal()  # rows were fetched and can be shown
    marks_changed = Signal()

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        source: Source[Row],
        mailbox: Mailbox,
        parent: QWidget | None = None,
        unsent: Unsent | None = None,
    ) -> None:
        super().__init__(parent)
        self._unsent = unsent
        if unsent is not None:
            unsent.changed.connect(self._remark)
        self.columns = tuple(columns)
        self.source = source
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._mailbox = mailbox
        self._ids: Sequence[str] = ()
        self._headings: Mapping[str, str] = {}
        self.marks: dict[str, None] = {}  # the rows chosen for one change, in the order in which they were
        self._rows: dict[str, Row] = {}
        self._cells: dict[str, tuple[Cell, ...]] = {}
        self._pages: OrderedDict[int, Sequence[str]] = OrderedDict()  # complete pages and their ids
        self._failed: set[int] = set()
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._on_the_way: set[int] = set()
        self._edition = 0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._ask)

    @property
    def ids(self) -> Sequence[str]:
        """The ids in the order shown; do not change it."""
        return self._ids

    def show_ids(self, ids: Sequence[str], rows: Sequence[Row] = ()) -> None:
        """Show these ids from now on; rows already here are shown until they have been fetched anew.

        Where the `rows` of the first page came along they are not fetched again. A list that only becomes longer grows
        where it ends.
        """
        before = self._ids
        if ids == before:
            self._ids = ids
            self.refresh()
            self._put_first(rows)
            return
        if before and len(ids) > len(before) and ids[: len(before)] == before:
            self._grow(ids)
            return
        self.beginResetModel()
        self._ids = ids
        self._forget_pages()
        if len(self._rows) > 2 * PAGE * _PAGES_KEPT:
            self._rows.clear()
            self._cells.clear()
        self._put_first(rows)
        self.endResetModel()

    def show_columns(self, columns: Sequence[Column[Row]]) -> None:
        """Show these columns from now on."""
        self.beginResetModel()
        self.columns = tuple(columns)
        self._cells.clear()
        self.endResetModel()

    def show_headings(self, words: Mapping[str, str]) -> None:
        """Give the words of those ids that are headings of what follows them; no row is asked for them."""
        self._headings = words

    def is_heading(self, at: int) -> bool:
        """Say whether this line is a heading."""
        return bool(self._headings) and self._ids[at] in self._headings

    def mark(self, ids: Iterable[str], *, is_on: bool = True) -> None:
        """Choose rows for one change, or let them go."""
        for one in ids:
            if is_on and one not in self._headings:
                self.marks[one] = None
            else:
                self.marks.pop(one, None)
        self._remark()
        self.marks_changed.emit()

    def _grow(self, ids: Sequence[str]) -> None:
        last = (len(self._ids) - 1) // PAGE
        self.beginInsertRows(QModelIndex(), len(self._ids), len(ids) - 1)
        if len(self._ids) % PAGE:  # a page that was cut off by the end is a whole one now
            self._forget_pages({number: page for number, page in self._pages.items() if number != last})
        self._ids = ids
        self.endInsertRows()

    def _put_first(self, rows: Sequence[Row]) -> None:
        """Take the rows of the first page as fetched."""
        if not rows:
            return
        fresh = {self.source.row_id(row): row for row in rows}
        for one, row in fresh.items():
            if self._rows.get(one) != row:
                self._cells.pop(one, None)
        self._rows.update(fresh)
        self._pages[0] = tuple(self._ids[:PAGE])
        self._wanted.pop(0, None)

    def refresh(self, ids: frozenset[str] | None = None) -> None:
        """Fetch the rows of these ids anew where they are loaded; None: everything."""
        self._forget_pages({} if ids is None else {n: p for n, p in self._pages.items() if ids.isdisjoint(p)})
        if self._ids:
            # Asks for what is in sight, and for nothing else.
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self.columns) - 1))

    def _forget_pages(self, kept: Mapping[int, Sequence[str]] | None = None) -> None:
        self._edition += 1
        for left in (self._pages, self._wanted, self._on_the_way, self._failed):
            left.clear()
        self._pages.update(kept or {})

    def retime(self) -> None:
        """Make every cell anew: time has passed."""
        self._cells.clear()
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self.columns) - 1))

    def row(self, at: int) -> Row | None:
        """Give the row at this line, or None and fetch its page."""
        if self.is_heading(at):
            return None
        number = at // PAGE
        if number not in self._pages and not (
            number in self._on_the_way or number in self._wanted or number in self._failed
        ):
            self._wanted[number] = None
            self._later.start()
        return self._rows.get(self._ids[at])

    def is_marked(self, at: int, column: int) -> bool:
        """Say whether the cell has the mark of what was not sent: beside the words that say what the row is."""
        return self._unsent is not None and self.columns[column].width == 0 and self._unsent.has(self._ids[at])

    def _remark(self) -> None:
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self.columns) - 1))

    def cells(self, at: int) -> tuple[Cell, ...] | None:
        """Give the cells of the line, or None while its row is on its way."""
        one = self._ids[at]
        if self.is_heading(at):
            words = Cell(self._headings[one], Tone.DIM, is_bold=True)
            return tuple(words if column.width == 0 else Cell() for column in self.columns)
        row = self.row(at)
        if row is None:
            return None
        made = self._cells.get(one)
        if made is None:
            now = self.clock()
            made = self._cells[one] = tuple(column.cell(row, now) for column in self.columns)
        return made

    def line_of(self, one: str, near: int = 0) -> int:
        """Give the line of an id, or -1; looks near the given line first."""
        low = max(near - PAGE, 0)
        for at, found in enumerate(self._ids[low : near + PAGE]):
            if found == one:
                return low + at
        try:
            return self._ids.index(one)
        except ValueError:
            return -1

    def _ask(self) -> None:
        # The newest wish first: who scrolls on no longer needs what went by; two pages at a time are enough.
        while self._wanted and len(self._on_the_way) < 2:
            number, _none = self._wanted.popitem()
            ids = tuple(self._ids[number * PAGE : (number + 1) * PAGE])
            if not ids:
                continue
            self._on_the_way.add(number)
            edition = self._edition
            future = self.source.fetch([one for one in ids if one not in self._headings])
            self._mailbox.deliver(
                future,
                self,
                lambda rows, n=number, e=edition: self._arrived(n, e, rows),  # type: ignore[misc]
            )
            future.add_done_callback(lambda done, n=number, e=edition: self._fell(done, n, e))  # type: ignore[misc]
        while len(self._wanted) > 8:
            self._wanted.popitem(last=False)

    def _fell(self, done: "Future[Any]", number: int, edition: int) -> None:
        # Often on another thread: the page is not asked for again until the list is refreshed.
        if edition == self._edition and (done.cancelled() or done.exception() is not None):
            self._failed.add(number)
            self._on_the_way.discard(number)

    def _arrived(self, number: int, edition: int, rows: Sequence[Row]) -> None:
        if edition != self._edition:
            return
        self._on_the_way.discard(number)
        ids = tuple(self._ids[number * PAGE : (number + 1) * PAGE])
        fresh = {self.source.row_id(row): row for row in rows}
        others = [at for at, one in enumerate(ids) if one not in self._rows or self._rows[one] != fresh.get(one)]
        for at in others:
            self._rows.pop(ids[at], None)
            self._cells.pop(ids[at], None)
        self._rows.update(fresh)
        self._pages[number] = ids
        while len(self._pages) > _PAGES_KEPT:
            for one in self._pages.popitem(last=False)[1]:
                self._rows.pop(one, None)
                self._cells.pop(one, None)
        if others:
            first, last = (self.index(number * PAGE + at, 0) for at in (others[0], others[-1]))
            self.dataChanged.emit(first, last.siblingAtColumn(len(self.columns) - 1))
        self.came.emit()
        if self._wanted:
            self._later.start()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, D102 Qt's own default; Qt override
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, D102 Qt's own default; Qt override
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = 0) -> Any:  # noqa: D102 Qt override
        # Ints, and out early: Qt asks for a dozen roles per cell, and comparing with the enum costs twice.
        if role not in {0, 3, 11}:
            return None
        cells = self.cells(index.row())
        if cells is None:
            return None
        cell = cells[index.column()]
        if role == 0:
            return cell.text
        if role == 11 and index.column() == 0 and self._ids[index.row()] in self.marks:
            return f"{cell.text}, chosen"
        unsent = NOT_SENT if self.is_marked(index.row(), index.column()) else ""
        if role == 3:
            return " · ".join(part for part in (tip_of(cell.tip), unsent) if part) or None
        marks = " ".join(text for text, _kind in cell.second_marks)
        return " ".join(part for part in (cell.text, cell.suffix, cell.second, marks, unsent) if part)

    def flags(self, index: _Index) -> Qt.ItemFlag:  # noqa: D102 Qt override
        if self._headings and index.isValid() and self.is_heading(index.row()):
            return Qt.ItemFlag.NoItemFlags
        return _FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: D102 Qt override
        if role == 0 and orientation is Qt.Orientation.Horizontal:
            return self.columns[section].title
        if role == 7 and orientation is Qt.Orientation.Horizontal:  # alignment
            side = Qt.AlignmentFlag.AlignRight if self.columns[section].is_right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None
