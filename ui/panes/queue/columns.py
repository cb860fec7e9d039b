"""The columns of the queue's table."""

from datetime import datetime

from app.domain.issue import IssueState
from app.services.issue_lists import IssueLine
from ui.kit.table import Cell, Column
from ui.kit.theme import Kind, Tone
from ui.kit.timephrase import due_phrase, exact, short_span
from ui.panes.queue.words import PRIORITY_KINDS, waiting_on

STALE_S = 2 * 24 * 3600


def columns() -> list[Column[IssueLine]]:
    """Give the columns; their ids are the orders that the services know."""
    return [
        Column("number", "No.", _number, 64),
        Column("title", "Issue", _title),
        Column("calls", "Calls", _calls, 62),
        Column("waiting", "Waiting on", _waiting, 116, yields=1),
        Column("due", "Next update", _due, 117),
        Column("updated", "Updated", _updated, 60, yields=2),
    ]


def bar(line: IssueLine) -> Kind | None:
    """Give the colour of the priority."""
    return PRIORITY_KINDS.get(line.priority)


def _number(line: IssueLine, _now: datetime) -> Cell:
    return Cell(line.label, Tone.DIM, tip=f"P{line.priority}")


def _title(line: IssueLine, _now: datetime) -> Cell:
    marks: list[tuple[str, Kind]] = []
    if line.is_vip:
        marks.append(("VIP", Kind.BLUE))
    if line.has_conflict:
        marks.append(("conflict", Kind.RED))
    return Cell(line.title or "(no title)", second=line.customer or "no customer", second_marks=tuple(marks))


def _calls(line: IssueLine, _now: datetime) -> Cell:
    tip = f"last {exact(line.last_call_at)}" if line.last_call_at else ""
    if line.calls < 2:
        return Cell(str(line.calls), tip=tip)
    return Cell(f"{line.calls} calls", pill=Kind.RED if line.calls >= 4 else Kind.AMBER, tip=tip)


def _waiting(line: IssueLine, now: datetime) -> Cell:
    words = waiting_on(line.state, line.waiting_on, line.watch_until, now)
    return Cell(words, Tone.DIM, tip=words)


def _due(line: IssueLine, now: datetime) -> Cell:
    if line.next_update_at is None:
        return Cell("paused" if line.state is IssueState.WAITING else "not promised", Tone.DIM)
    phrase = due_phrase(line.next_update_at, now)
    return Cell(phrase.text, phrase.tone, tip=exact(line.next_update_at))


def _updated(line: IssueLine, now: datetime) -> Cell:
    if line.told_at is None:
        return Cell("never", Tone.DIM, tip="We have not told the customer anything yet")
    passed_s = (now - line.told_at).total_seconds()
    tone = Tone.AMBER if passed_s >= STALE_S else Tone.DIM
    return Cell(short_span(passed_s), tone, tip=f"customer last updated {exact(line.told_at)}")
