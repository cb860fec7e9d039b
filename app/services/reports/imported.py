"""What was imported: incidents as their source judged them, and the history of issues."""

from collections import Counter

from app.domain.incident_figures import MADE_SLA, REASSIGNMENTS, REOPENS, IncidentFigures, figures
from app.domain.report import FEW, Report, ReportName, ReportRow, hours, mean, percent, share
from app.domain.source_values import flag_of
from app.services.desk import Desk
from app.services.reports.asked import ISSUES, Asked, plain
from app.store import sortings

_TODO = "Import issues with their history: `main.py import issues FILE --map MAP`, or “Import…” in the console."
_INCIDENT_LIMITS = (
    "As the source counted and judged it itself. Back in time it is what the last event until then says, of the facts "
    "that the map reads for each event."
)
_HISTORY_LIMITS = "Of issues that have imported events. A gap is the time between two events of one issue."


def incidents(desk: Desk, source: str | None = None) -> IncidentFigures:
    """Give the figures over all imported incidents, or over those from one source.

    Of a history that is the last event in file order: an import gives an issue what its last event says.
    """
    asked = Asked(desk, desk.now, source)
    return _figures(asked, _judged(asked))


def _judged(asked: Asked) -> Counter[bool]:
    """Give how many incidents their source says made their SLA, and how many not."""
    judged: Counter[bool] = Counter()
    for told, n in _by_fact(asked, MADE_SLA):
        if (made := flag_of(told)) is not None:
            judged[made] += n
    return judged


def _figures(asked: Asked, judged: Counter[bool]) -> IncidentFigures:
    return figures(
        asked.count(sortings.INCIDENTS),
        [n for (n,) in asked.lines(sortings.PER_CALLER)],
        judged,
        _counts(_by_fact(asked, REASSIGNMENTS)),
        _counts(_by_fact(asked, REOPENS)),
    )


def _by_fact(asked: Asked, fact: str) -> list[tuple[str, int]]:
    """Give what the sources said for a fact and of how many incidents; incidents without it are left out."""
    return [(str(told), n) for told, n in asked.lines(sortings.incidents_by_fact(fact))]


def _counts(by_fact: list[tuple[str, int]]) -> Counter[int]:
    """Give incidents by a counted fact; what is no number says nothing."""
    counted: Counter[int] = Counter()
    for told, n in by_fact:
        if told.isascii() and told.isdigit() and len(told) < 10:
            counted[int(told)] += n
    return counted


def _incidents(asked: Asked) -> Report:
    judged = _judged(asked)
    found = _figures(asked, judged)
    cells = asked.counted(sortings.INCIDENT_ROWS)
    rows = tuple(ReportRow(key, label, (cells.get((key, "issues"), 0),)) for key, label in _INCIDENT_ROWS.items())
    sentence = "No incident was imported."
    if found.incidents:
        missed = "" if found.sla_missed_pct is None else f"; {share(judged[False], judged.total())} missed their SLA"
        sentence = f"{found.incidents:,} incidents of {found.callers:,} callers{missed}."
    return Report(ReportName.INCIDENTS, asked.at, sentence, found.as_dict(), ISSUES, rows, _INCIDENT_LIMITS, _TODO)


_INCIDENT_ROWS = {
    "missed": "Missed their SLA",
    "handed_on": "Handed on at least once",
    "reopened": "Reopened",
    "again": "From callers with more than one",
}


def _history(asked: Asked) -> Report:
    cells = asked.counted(sortings.HISTORY)
    events, issues = asked.count(sortings.EVENTS), asked.count(sortings.HISTORY_ISSUES)
    _, gaps = asked.spread_s(sortings.HISTORY_GAPS, (0.5, 0.9, 0.99))
    median, p90, p99 = gaps or (None, None, None)
    levels = {row.removeprefix("level-"): n for (row, _), n in sorted(cells.items()) if row.startswith("level-")}
    returned = cells.get(("returned", "issues"), 0)
    figures = {
        "issues": issues,
        "events": events,
        "events_per_issue_mean": mean(events, issues),
        "teams": asked.count(sortings.HISTORY_TEAMS),
        "longest_gap_median_h": hours(median),
        "longest_gap_p90_h": hours(p90),
        "longest_gap_p99_h": hours(p99),
        "reached_level_pct": {level: percent(n, issues) for level, n in levels.items()},
        "returned_to_earlier_team": returned,
        "returned_to_earlier_team_pct": percent(returned, issues),
    }
    rows = [
        ReportRow(f"gap-{key}", label, (cells.get((f"gap-{key}", "issues"), 0),)) for key, label, _ in sortings.GAPS
    ]
    rows += [
        ReportRow(f"level-{level}", f"Reached level {level}", (n,), is_charted=False) for level, n in levels.items()
    ]
    rows.append(ReportRow("returned", "Returned to an earlier team", (returned,), is_charted=False))
    sentence = "No issue has an imported history."
    if issues:
        sentence = f"{issues:,} {'issue' if issues == 1 else 'issues'} with {events:,} events"
        if median is not None and issues >= FEW:
            sentence += f"; in half of them nothing happened for {median / 86400:.0f} days or more"
        sentence += f"; {share(returned, issues)} returned to an earlier team."
    return Report(ReportName.HISTORY, asked.at, sentence, figures, ISSUES, tuple(rows), _HISTORY_LIMITS, _TODO)


INCIDENTS = plain(_incidents, sortings.INCIDENT_ROWS, ("issues",))
HISTORY = plain(_history, sortings.HISTORY, ("issues",))
