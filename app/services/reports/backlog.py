"""What is open: by how long it has been, and by who has it."""

from app.domain.report import Report, ReportName, ReportRow, days, percent
from app.services.people import names
from app.services.reports.asked import PRIORITIES, PRIORITY_COLUMNS, Asked, plain, priority_row
from app.store import sortings

_UNKNOWN = ReportRow("unknown", "Nobody knows since when", ())
_LIMITS = (
    "Priority and owner are as they are now. An issue that was solved without a time on record counts as solved at all "
    "times; problems, major incidents and removed issues are not counted."
)
_TODO = "Log a call or import what you have; then what is open is counted here."


def _backlog(asked: Asked) -> Report:
    cells = asked.counted(sortings.BACKLOG)
    rows = [priority_row(key, label, cells) for key, label, _ in sortings.AGES]
    if any(row == _UNKNOWN.key for row, _ in cells):
        rows.append(priority_row(_UNKNOWN.key, _UNKNOWN.label, cells))
    total, old = sum(cells.values()), sum(n for (row, _), n in cells.items() if row in {"quarter", "old"})
    urgent = sum(n for (_, col), n in cells.items() if col in {"p1", "p2"})
    _, spread = asked.spread_s(sortings.BACKLOG_AGES, (1, 0.5))
    oldest, median = spread or (None, None)
    figures = {
        "open": total,
        "open_p1_p2": urgent,
        "over_30_days": old,
        "over_30_days_pct": percent(old, total),
        "age_median_days": days(median),
        "oldest_days": days(oldest),
    }
    age = f"; the oldest is {days(oldest):,.0f} days old" if oldest is not None else ""
    sentence = f"{_open(total)}, {old:,} of them for more than 30 days{age}." if total else "Nothing is open."
    return Report(ReportName.BACKLOG, asked.at, sentence, figures, PRIORITY_COLUMNS, tuple(rows), _LIMITS, _TODO)


def _load(asked: Asked) -> Report:
    cells = asked.counted(sortings.LOAD)
    who = names(asked.desk)
    owners = {row for row, _ in cells if row}
    rows = [priority_row(owner, who.get(owner, "Somebody"), cells) for owner in owners]
    rows.sort(key=lambda row: (-(row.values[-1] or 0), row.label))
    rows += [priority_row("", "Nobody", cells)] if any(not row for row, _ in cells) else []
    total, free = sum(cells.values()), sum(n for (row, _), n in cells.items() if not row)
    figures = {"open": total, "people": len(owners), "without_owner": free, "without_owner_pct": percent(free, total)}
    most = f", most of them {rows[0].label} ({rows[0].values[-1]:,})" if owners else ""
    sentence = f"{_open(total)}{most}; {free:,} have no owner." if total else "Nothing is open."
    return Report(ReportName.LOAD, asked.at, sentence, figures, PRIORITY_COLUMNS, tuple(rows), _LIMITS, _TODO)


def _open(count: int) -> str:
    return f"{count:,} {'issue is' if count == 1 else 'issues are'} open"


BACKLOG = plain(_backlog, sortings.BACKLOG, PRIORITIES)
LOAD = plain(_load, sortings.LOAD, PRIORITIES)
