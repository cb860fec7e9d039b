"""Issues that were over and came back."""

from app.domain.report import FEW, Report, ReportName, ReportRow, percent, share
from app.services.reports.asked import ISSUES, Asked, plain
from app.store import sortings

_ROWS = (
    ("once", "Reopened once"),
    ("twice", "Reopened twice"),
    ("often", "Reopened three times or more"),
    ("asked", "The customer asked again after the end"),
)
_LIMITS = (
    "Reopened is what the source of an import has counted. An issue of Baton itself that was opened again has no end "
    "on record any more; one that is over and about which the customer asks again is counted here."
)
_TODO = "Nothing that was over has come back, as far as this workstation knows."


def _reopened(asked: Asked) -> Report:
    cells = asked.counted(sortings.REOPENED)
    rows = tuple(ReportRow(key, label, (cells.get((key, "issues"), 0),)) for key, label in _ROWS)
    told = asked.count(sortings.REOPENS_TOLD)
    reopened = sum(int(row.values[0] or 0) for row in rows[:3])
    asked_again = int(rows[3].values[0] or 0)
    figures = {
        "issues_with_count": told,
        "reopened": reopened,
        "reopened_pct": percent(reopened, told),
        "asked_again_after_the_end": asked_again,
    }
    sentence = f"{reopened:,} {'issue was' if reopened == 1 else 'issues were'} reopened"
    if told >= FEW:
        sentence += f", {share(reopened, told)} of the {told:,} whose source counts it"
    elif told:
        sentence += f", of {told} whose source counts it"
    sentence += f"; about {asked_again:,} the customer asked again after their end." if asked_again else "."
    return Report(ReportName.REOPENED, asked.at, sentence, figures, ISSUES, rows, _LIMITS, _TODO)


REOPENED = plain(_reopened, sortings.REOPENED, ("issues",))
