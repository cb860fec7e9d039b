"""A report's table: a line for each row, and in the chosen line the number that Enter opens."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime

from app.domain.report import Report, ReportColumn, ReportRow
from app.services.reports.written import shown
from ui.kit.cards import EmptyState
from ui.kit.mailbox import Mailbox
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import Tone

_NUMBER_WIDTH = 118


def table_of(report: Report, mailbox: Mailbox) -> RecordTable[ReportRow]:
    """Give the table; its rows are known by their place, for a row's key may be empty."""
    rows = {str(at): row for at, row in enumerate(report.rows)}
    places = {row: place for place, row in rows.items()}

    def fetch(ids: Sequence[str]) -> "Future[Sequence[ReportRow]]":
        future: Future[Sequence[ReportRow]] = Future()
        future.set_result([rows[one] for one in ids])
        return future

    table: RecordTable[ReportRow] = RecordTable(
        f"{report.title}: figures",
        [
            Column("label", "", _label, is_sortable=False),
            *(
                Column(column.id, column.title, _number(at, column), _NUMBER_WIDTH, is_sortable=False, is_right=True)
                for at, column in enumerate(report.columns)
            ),
        ],
        Source(fetch, lambda row: places[row]),
        mailbox,
        EmptyState("There is nothing to report yet", report.todo),
    )
    table.show_ids(list(rows))
    return table


def _label(row: ReportRow, _now: datetime) -> Cell:
    return Cell(row.label, tip=row.label)


def _number(at: int, column: ReportColumn) -> Callable[[ReportRow, datetime], Cell]:
    def cell(row: ReportRow, _now: datetime) -> Cell:
        value = row.values[at]
        tip = f"{column.title}. Enter or a double click opens the issues." if value else ""
        return Cell(shown(row, value, column), Tone.TEXT if value else Tone.FAINT, tip=tip)

    return cell
