"""Promises kept and broken: of everybody, of teams, and of whoever asks. Nobody sees another person's figures."""

from collections.abc import Iterator
from typing import Any

from app.domain.report import FEW, FEWEST_PEOPLE, Report, ReportColumn, ReportName, ReportRow, Unit, percent
from app.services.reports.asked import Asked, Cells, Maker
from app.store import sortings

EVERYBODY, YOU = "everybody", sortings.YOU
_OUTCOMES = ("kept", "broken", "late", "renegotiated", "withdrawn", "open")
_COLUMNS = (
    ReportColumn("kept", "Kept", is_charted=True),
    ReportColumn("broken", "Broken", is_charted=True),
    ReportColumn("late", "Late, still open", is_charted=True),
    ReportColumn("renegotiated", "Moved in time"),
    ReportColumn("withdrawn", "Withdrawn"),
    ReportColumn("open", "Not due yet"),
    ReportColumn("kept_pct", "Kept, %", Unit.PERCENT),
)
_LIMITS = (
    "A promise counts for the team in which its maker is now. Totals of fewer than three people are not shown, and a "
    "person's own figures only to that person."
)
_TODO = "Promise an update on a call; whether it is kept is then counted here."


def _promises(asked: Asked) -> Report:
    groups = dict(_groups(asked))
    cells = asked.counted(sortings.PROMISES)
    mine = asked.counted(sortings.MY_PROMISES)
    rows = [_row(key, _label(key, teams), cells, teams) for key, teams in groups.items()]
    rows.append(_row(YOU, "You", mine, (YOU,)))
    total = rows[0]
    figures: dict[str, Any] = {
        "of": "everybody" if groups else "you",
        **_by_outcome(total),
        "yours": _by_outcome(rows[-1]),
    }
    kept, broken, late = (int(v) for v in _filled(total)[:3])
    whose = "" if groups else "you "
    sentence = "No promise has come due yet."
    if not groups:
        sentence = "No promise of yours has come due yet; totals are shown once three people have promised."
    if due := kept + broken + late:
        sentence = f"Of {due:,} {'promise' if due == 1 else 'promises'} {whose}made, {kept:,} "
        sentence += f"{'was' if kept == 1 else 'were'} kept"
        sentence += f" ({total.values[-1]} %)" if due >= FEW else ""
        sentence += f"; {late:,} {'is' if late == 1 else 'are'} late now." if late else "."
    return Report(ReportName.PROMISES, asked.at, sentence, figures, _COLUMNS, tuple(rows), _LIMITS, _TODO)


def _row(key: str, label: str, cells: dict[tuple[str, str], int], teams: tuple[str, ...]) -> ReportRow:
    counts = [sum(cells.get((team, outcome), 0) for team in teams) for outcome in _OUTCOMES]
    kept, broken, late = counts[:3]
    return ReportRow(key, label, (*counts, percent(kept, kept + broken + late)), share=(kept, kept + broken + late))


def _by_outcome(row: ReportRow) -> dict[str, Any]:
    return {column.id: value for column, value in zip(_COLUMNS, row.values, strict=True)}


def _filled(row: ReportRow) -> list[float]:
    return [value or 0 for value in row.values[:-1]]


def _groups(asked: Asked) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give everybody, and the teams in groups of enough people who have promised; nothing where there are too few."""
    found = asked.lines(sortings.PROMISERS)
    if sum(n for _, n in found) < FEWEST_PEOPLE:
        return
    yield EVERYBODY, tuple(team for team, _ in found)
    groups: list[tuple[str, ...]] = [(team,) for team, n in found if n >= FEWEST_PEOPLE]
    small = [(team, n) for team, n in found if n < FEWEST_PEOPLE]
    rest = tuple(team for team, _ in small)
    if sum(n for _, n in small) >= FEWEST_PEOPLE:
        groups.append(rest)
    elif rest and groups:
        groups[-1] += rest  # alone it would tell too much, and so would leaving it out of the total
    for teams in groups if len(groups) > 1 else ():
        yield f"team/{teams[0]}", teams


def _label(key: str, teams: tuple[str, ...]) -> str:
    if key == EVERYBODY:
        return "Everybody"
    named = [team or "No team" for team in teams]
    return ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")


def _behind(asked: Asked, row: str, column: str) -> Cells:
    columns = _OUTCOMES[:3] if column == "kept_pct" else (column,)
    if row == YOU:
        return Cells(sortings.MY_PROMISES, (YOU,), columns)
    return Cells(sortings.PROMISES, dict(_groups(asked)).get(row, ()), columns)


PROMISES = Maker(_promises, _behind)
