"""What was promised or agreed and did not come in time."""

from app.domain.report import Report, ReportColumn, ReportName, ReportRow, Unit, percent
from app.services.reports.asked import Asked, plain
from app.store import sortings

_ROWS = (("source", "SLA, as the source of an import judged it"), ("promise", "What we promised on the issue"))
_COLUMNS = (
    ReportColumn("missed", "Missed", is_charted=True),
    ReportColumn("met", "Met", is_charted=True),
    ReportColumn("missed_pct", "Missed, %", Unit.PERCENT),
)
_LIMITS = (
    "An issue counts as missed when one promise on it was broken or is late. What a source judged is not judged again."
)
_TODO = "Promise updates on calls, or import issues whose source says whether their SLA was kept."


def _breaches(asked: Asked) -> Report:
    cells = asked.counted(sortings.BREACHES)
    rows, figures = [], {}
    for key, label in _ROWS:
        missed, met = (cells.get((key, column), 0) for column in ("missed", "met"))
        rows.append(ReportRow(key, label, (missed, met, percent(missed, missed + met))))
        figures[key] = {"missed": missed, "met": met, "missed_pct": percent(missed, missed + met)}
    said = [f"{f['missed']:,} of {(f['missed'] or 0) + (f['met'] or 0):,}" for f in figures.values()]
    sentence = f"SLA missed on {said[0]} imported issues; a promise broken on {said[1]} issues."
    return Report(ReportName.BREACHES, asked.at, sentence, figures, _COLUMNS, tuple(rows), _LIMITS, _TODO)


BREACHES = plain(_breaches, sortings.BREACHES, ("missed", "met"))
