"""Reports: figures over what is in the cache, at a time, and the issues behind each number.

Look-ups for a reader thread or a command-line process; over a million issues they take seconds, and can be cancelled.
What is closed so long ago that it has gone to the company's archive is not in the cache, and is not counted.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from dataclasses import replace
from datetime import datetime

from app.domain.incident_figures import IncidentFigures
from app.domain.report import TITLES, Report, ReportName
from app.services.desk import Desk
from app.services.reports import aftermath, answering, backlog, breaches, calls, imported, kept_promises, reopened
from app.services.reports.asked import Asked, Cells, Maker
from app.services.reports.imported import incidents
from app.services.reports.written import as_csv, as_html
from app.store.reports import while_wanted

__all__ = [
    "TITLES",
    "IncidentFigures",
    "Report",
    "ReportName",
    "as_csv",
    "as_html",
    "incidents",
    "issues_behind",
    "make",
]

_MAKERS: Mapping[ReportName, Maker] = {
    ReportName.BACKLOG: backlog.BACKLOG,
    ReportName.FIRST_RESPONSE: answering.FIRST_RESPONSE,
    ReportName.BREACHES: breaches.BREACHES,
    ReportName.REOPENED: reopened.REOPENED,
    ReportName.SILENCE: answering.SILENCE,
    ReportName.CALLS: calls.CALLS,
    ReportName.PROMISES: kept_promises.PROMISES,
    ReportName.LOAD: backlog.LOAD,
    ReportName.DEPLOYMENTS: aftermath.DEPLOYMENTS,
    ReportName.INCIDENTS: imported.INCIDENTS,
    ReportName.HISTORY: imported.HISTORY,
}


def make(
    desk: Desk,
    name: ReportName,
    as_of: datetime | None = None,
    source: str | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Report | None:
    """Give the report as it stood at a time (aware; None: now), or None when cancelled.

    `on_progress` hears of issues done and in all, where they are gone through one by one.

    Back in time it is computed from what is recorded with its time: when issues were opened and closed, words
    exchanged, promises made and settled, deployments, imported events. Not recorded with a time, and so as it is now,
    are an issue's owner, priority, customer and links, the state of a solved issue when nothing says when that was, a
    person's team, and what has been removed since. Each report says in `limits` what of this concerns it.
    """
    asked = Asked(desk, as_of or desk.now, source, as_of is None, is_cancelled, on_progress)
    try:
        with while_wanted(desk.cache, is_cancelled):
            made = _MAKERS[name].make(asked)
    except CancelledError:
        return None
    return replace(made, source=source, is_now=asked.is_now)


def issues_behind(desk: Desk, report: Report, row: str, column: str) -> list[str]:
    """Give the ids of the issues behind a number of a report, those that weigh most first."""
    if (row, column) in report.kept:
        return list(report.kept[row, column])
    asked = Asked(desk, report.as_of, report.source, report.is_now)
    cells: Cells = _MAKERS[report.name].behind(asked, row, column)
    return cells.ids(asked)
