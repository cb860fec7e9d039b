"""What a report is asked: by whom, for which time, of which source; and how it names the cells behind a number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.deployment import AFTERMATH
from app.domain.report import Report, ReportColumn, ReportRow
from app.services.desk import Desk
from app.store import reports
from app.store.codec import MICROSECOND, instant_cell

ALL = "all"  # the column that is the sum of the others
PRIORITIES = ("p1", "p2", "p3", "p4")
PRIORITY_COLUMNS = (
    *(ReportColumn(p, p.upper(), is_charted=True) for p in PRIORITIES),
    ReportColumn(ALL, "All"),
)
ISSUES = (ReportColumn("issues", "Issues", is_charted=True),)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `at` is aware; `is_now` when no time was asked for."""

    desk: Desk
    at: datetime
    source: str | None = None
    is_now: bool = True
    is_cancelled: Callable[[], bool] = lambda: False
    on_progress: Callable[[int, int], None] = lambda _done, _total: None

    @property
    def bound(self) -> dict[str, Any]:
        """What the statements are bound to."""
        return {
            "as_of": instant_cell(self.at),
            "is_now": int(self.is_now),
            "source": self.source,
            "me": self.desk.person_id,
            "aftermath": AFTERMATH // MICROSECOND,
        }

    def counted(self, sorting: str) -> dict[tuple[str, str], int]:
        """Give how many lines of a sorting are in each cell, by row and column."""
        return reports.counted(self.desk.cache, sorting, self.bound)

    def spread_s(self, sizes: str, shares: Sequence[float]) -> tuple[int, list[float]]:
        """Give how many sizes there are and their quantiles in seconds."""
        n, found = reports.spread(self.desk.cache, sizes, self.bound, shares)
        return n, [size * MICROSECOND / timedelta(seconds=1) for size in found]

    def lines(self, statement: str) -> list[tuple[Any, ...]]:
        """Give the rows of a statement beside the sortings."""
        return reports.lines(self.desk.cache, statement, self.bound)

    def count(self, statement: str) -> int:
        """Give how many rows a statement has."""
        return reports.count(self.desk.cache, statement, self.bound)


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of a sorting: its rows and columns."""

    sorting: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]

    def ids(self, asked: Asked) -> list[str]:
        """Give the issues in them, the largest first."""
        return reports.behind(asked.desk.cache, self.sorting, asked.bound, self.rows, self.columns)


@dataclass(frozen=True, slots=True)
class Maker:
    """How a report is made, and which cells are behind one of its numbers."""

    make: Callable[[Asked], Report]
    behind: Callable[[Asked, str, str], Cells]


def plain(make: Callable[[Asked], Report], sorting: str, columns: tuple[str, ...]) -> Maker:
    """Give the maker of a report whose rows and columns are those of its sorting."""
    return Maker(make, lambda _asked, row, column: Cells(sorting, (row,), columns if column == ALL else (column,)))


def priority_row(key: str, label: str, cells: dict[tuple[str, str], int]) -> ReportRow:
    """Give a line with a number for each priority, and their sum."""
    values = [cells.get((key, p), 0) for p in PRIORITIES]
    return ReportRow(key, label, (*values, sum(values)))
