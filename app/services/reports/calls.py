"""How often customers call about each problem: what is worth fixing first."""

from app.domain.report import Report, ReportColumn, ReportName, ReportRow, percent
from app.services.reports.asked import Asked, Cells, Maker
from app.store import reports, sortings

SHOWN = 20
_COLUMNS = (ReportColumn("calls", "Calls", is_charted=True), ReportColumn("issues", "Issues"))
_LIMITS = (
    "Calls, missed calls and voicemails that ask, first or again. Links to problems are as they are now: taking one "
    "away leaves no time on record."
)
_TODO = "Link issues to the problem behind them; calls about them are then counted here."


def _calls(asked: Asked) -> Report:
    cache = asked.desk.cache
    calls = reports.summed(cache, sortings.CALLS_OF, asked.bound)
    issues = asked.counted(sortings.CALLS_OF)
    by_problem = {row: n for (row, _), n in calls.items() if row}
    most = sorted(by_problem, key=lambda row: (-by_problem[row], row))[:SHOWN]
    titles = {i: f"{'new' if n is None else n} {title}" for i, n, title in asked.lines(sortings.PROBLEMS)}
    rows = [ReportRow(p, titles.get(p, "A problem"), (by_problem[p], issues[p, "calls"])) for p in most]
    if free := calls.get(("", "calls"), 0):
        rows.append(ReportRow("", "No problem named", (free, issues["", "calls"])))
    total = reports.total(cache, sortings.CALLS_MADE, asked.bound)
    figures = {
        "calls": total,
        "problems_called_about": len(by_problem),
        "calls_about_problems": total - free,
        "calls_about_problems_pct": percent(total - free, total),
        "most_calls_per_problem": max(by_problem.values(), default=0),
    }
    sentence = "No calls were logged." if not total else f"{total:,} calls, {free:,} of them about no named problem."
    if most:
        sentence = f"{rows[0].label}: {by_problem[most[0]]:,} of {total:,} calls."
    return Report(ReportName.CALLS, asked.at, sentence, figures, _COLUMNS, tuple(rows), _LIMITS, _TODO)


CALLS = Maker(_calls, lambda _asked, row, _column: Cells(sortings.CALLS_OF, (row,), ("calls",)))
