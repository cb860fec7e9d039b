"""How long customers wait: for the first word on an issue, and at most between two words."""

from app.domain.report import FEW, Report, ReportName, ReportRow, days, hours, percent
from app.services.reports.asked import ISSUES, Asked, plain
from app.store import sortings

_LIMITS = (
    "Automatic replies and internal notes are no word to the customer. Imported issues on which no word is recorded "
    "are left out."
)
_ANSWER = "A call, visit or chat in which a person spoke with the customer is a first word, too. "
_TODO = "Log a call and answer it; from then on this is counted."


def _first_response(asked: Asked) -> Report:
    cells = asked.counted(sortings.FIRST_RESPONSE)
    steps = [(key, label) for key, label, _ in sortings.ANSWERS]
    rows = [ReportRow(key, label, (cells.get((key, "issues"), 0),)) for key, label in steps]
    waiting = cells.get(("none", "issues"), 0)
    rows.append(ReportRow("none", "No word from us yet", (waiting,)))
    answered, spread = asked.spread_s(sortings.FIRST_RESPONSE, (0.5, 0.9))
    median, p90 = spread or (None, None)
    quick = sum(cells.get((key, "issues"), 0) for key in ("15m", "1h"))
    figures = {
        "issues": answered + waiting,
        "answered": answered,
        "unanswered": waiting,
        "within_1h_pct": percent(quick, answered),
        "median_h": hours(median),
        "p90_h": hours(p90),
    }
    sentence = f"{_counted(waiting)} without a word from us."
    if 0 < answered < FEW:
        sentence = f"{answered} of {_counted(answered + waiting)} got a first word from us; {waiting:,} have had none."
    elif answered:
        sentence = (
            f"Half of {answered:,} issues got their first word within {_span(median)}; {waiting:,} have had none."
        )
    return Report(ReportName.FIRST_RESPONSE, asked.at, sentence, figures, ISSUES, tuple(rows), _ANSWER + _LIMITS, _TODO)


def _silence(asked: Asked) -> Report:
    cells = asked.counted(sortings.SILENCE)
    rows = [ReportRow(key, label, (cells.get((key, "issues"), 0),)) for key, label, _ in sortings.SILENCES]
    n, spread = asked.spread_s(sortings.SILENCE, (0.5, 0.9, 1))
    median, p90, longest = spread or (None, None, None)
    figures = {"issues": n, "median_h": hours(median), "p90_h": hours(p90), "longest_days": days(longest)}
    sentence = "No issue was waiting for a word from us."
    if n:
        sentence = f"The longest silence was {_span(longest)}."
    if n >= FEW:
        sentence = f"On one issue in ten the customer once heard nothing for more than {_span(p90)}. {sentence}"
    return Report(ReportName.SILENCE, asked.at, sentence, figures, ISSUES, tuple(rows), _LIMITS, _TODO)


def _span(seconds: float | None) -> str:
    passed_s = seconds or 0.0
    if passed_s < 5400:
        return f"{passed_s / 60:.0f} minutes"
    if passed_s < 48 * 3600:
        return f"{passed_s / 3600:.1f} hours"
    return f"{passed_s / 86400:.0f} days"


def _counted(issues: int) -> str:
    return f"{issues:,} {'issue' if issues == 1 else 'issues'}"


FIRST_RESPONSE = plain(_first_response, sortings.FIRST_RESPONSE, ("issues",))
SILENCE = plain(_silence, sortings.SILENCE, ("issues",))
