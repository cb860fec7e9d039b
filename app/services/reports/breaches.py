"""What was promised or agreed and did not come in time."""

from collections import defaultdict
from concurrent.futures import CancelledError
from typing import Any

from app.domain.report import Report, ReportColumn, ReportName, ReportRow, Unit, percent
from app.services import sla
from app.services.reports.asked import Asked, plain
from app.services.sla import Goal, TimerReadout, TimerState
from app.store import sortings
from app.store.sla import has_policies

_PAGE = 1_000
_TIMERS = {
    Goal.FIRST_RESPONSE: "SLA first response",
    Goal.NEXT_UPDATE: "SLA next update",
    Goal.RESOLUTION: "SLA resolution",
}
_ROWS = {"source": "SLA, as the source of an import judged it", "promise": "What we promised on the issue"}
_COLUMNS = (
    ReportColumn("missed", "Missed", is_charted=True),
    ReportColumn("met", "Met", is_charted=True),
    ReportColumn("running", "Still running"),
    ReportColumn("missed_pct", "Missed, %", Unit.PERCENT),
)
_LIMITS = (
    "Timers are reckoned by the policies, plans and priorities of now. An issue counts as missed when one update or "
    "one promise on it came late or is late. What a source judged is not judged again."
)
_TODO = "Promise updates on calls, give the company SLA policies, or import issues whose source judged their SLA."

Cells = dict[tuple[str, str], tuple[str, ...]]


def _breaches(asked: Asked) -> Report:
    timers = _timers(asked) if has_policies(asked.desk.cache) else {}
    counts = asked.counted(sortings.BREACHES) | {cell: len(ids) for cell, ids in timers.items()}
    labels = ({goal.value: label for goal, label in _TIMERS.items()} if timers else {}) | _ROWS
    rows = tuple(_row(key, label, counts) for key, label in labels.items())
    figures: dict[str, Any] = {
        row.key: {column.id: value for column, value in zip(_COLUMNS, row.values, strict=True)} for row in rows
    }
    said = [
        f"{row.label}: {row.values[0]:,.0f} of {(row.values[0] or 0) + (row.values[1] or 0):,.0f} missed"
        for row in rows
        if any(row.values[:2])
    ]
    sentence = f"{'. '.join(said)}." if said else "Nothing that was to come by a time is on record."
    return Report(ReportName.BREACHES, asked.at, sentence, figures, _COLUMNS, rows, _LIMITS, _TODO, kept=timers)


def _row(key: str, label: str, counts: dict[tuple[str, str], int]) -> ReportRow:
    missed, met, running = (counts.get((key, column), 0) for column in ("missed", "met", "running"))
    return ReportRow(key, label, (missed, met, running, percent(missed, missed + met)), share=(missed, missed + met))


def _timers(asked: Asked) -> Cells:
    """Give the issues by timer and how it stands; a page of issues at a time."""
    begun = [i for (i,) in asked.lines(sortings.BEGUN_ISSUES)]
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for start in range(0, len(begun), _PAGE):
        if asked.is_cancelled():
            raise CancelledError
        asked.on_progress(start, len(begun))
        for issue_id, of_issue in sla.timers_of(asked.desk, begun[start : start + _PAGE], asked.at).items():
            for timer in of_issue.timers:
                found[timer.goal.value, _stands(timer)].append(issue_id)
    cells = {(goal.value, column): tuple(found[goal.value, column]) for goal in Goal for column in ("met", "running")}
    for goal in Goal:
        missed = tuple(found[goal.value, "missed"])
        cells |= {(goal.value, "missed"): missed, (goal.value, "missed_pct"): missed}
    return cells


def _stands(timer: TimerReadout) -> str:
    if timer.state is TimerState.BREACHED or timer.late_cycles:
        return "missed"
    is_over = timer.state in {TimerState.MET, TimerState.STOPPED} or timer.cycles
    return "met" if is_over else "running"


BREACHES = plain(_breaches, sortings.BREACHES, ("missed",))
