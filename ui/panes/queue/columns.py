"""The columns of the queue's table: those that stand there at first, and those that one may choose."""

from collections.abc import Sequence
from datetime import datetime

from app.domain.issue import IssueState
from app.services.issue_lists import IssueLine
from ui.kit.table import Cell, Column
from ui.kit.theme import Kind, Tone
from ui.kit.timephrase import due_phrase, exact, moment, short_span
from ui.panes.queue.words import PRIORITY_KINDS, waiting_on

STALE_S = 2 * 24 * 3600
USUAL = ("number", "title", "calls", "waiting", "due", "updated")


def columns(chosen: Sequence[str] = ()) -> list[Column[IssueLine]]:
    """Give these columns, else the usual ones; their ids are the orders that the services know.

    The title is always among them: without it no row says what it is.
    """
    by_id = {column.id: column for column in every_column()}
    wanted = [one for one in chosen if one in by_id] or list(USUAL)
    if "title" not in wanted:
        wanted.insert(min(1, len(wanted)), "title")
    return [by_id[one] for one in dict.fromkeys(wanted)]


def every_column() -> list[Column[IssueLine]]:
    """Give every column that there is."""
    return [
        Column("number", "No.", _number, 64),
        Column("title", "Issue", _title),
        Column("calls", "Calls", _calls, 62),
        Column("waiting", "Waiting on", _waiting, 116, yields=1),
        Column("due", "Next update", _due, 117),
        Column("updated", "Updated", _updated, 60, yields=2),
        Column("priority", "P", _priority, 44, yields=3),
        Column("state", "State", _state, 84, yields=4),
        Column("owner", "Owner", _owner, 110, yields=5),
        Column("topic", "Topic", _topic, 90, yields=6),
        Column("customer", "Customer", _customer, 120, yields=7),
        Column("called", "Last call", _called, 80, yields=8),
        Column("opened", "Opened", _opened, 84, yields=9),
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
    if line.kind in {"problem", "major"}:
        marks.append((line.kind, Kind.AMBER if line.kind == "problem" else Kind.RED))
    if line.has_conflict:
        marks.append(("conflict", Kind.RED))
    nobody = "many customers" if line.kind in {"problem", "major"} else "no customer"
    return Cell(line.title or "(no title)", second=line.customer or nobody, second_marks=tuple(marks))


def _calls(line: IssueLine, _now: datetime) -> Cell:
    tip = f"last {exact(line.last_call_at)}" if line.last_call_at else ""
    if line.calls < 2:
        return Cell(str(line.calls), tip=tip)
    return Cell(f"{line.calls} calls", pill=Kind.RED if line.calls >= 4 else Kind.AMBER, tip=tip)


def _waiting(line: IssueLine, now: datetime) -> Cell:
    words = waiting_on(line.state, line.waiting_on, line.watch_until, now)
    return Cell(words, Tone.DIM, tip=words)


def _due(line: IssueLine, now: datetime) -> Cell:
    at = min((t for t in (line.next_update_at, line.promise_due_at) if t is not None), default=None)
    if at is None:
        return Cell("paused" if line.state is IssueState.WAITING else "not promised", Tone.DIM)
    phrase = due_phrase(at, now)
    return Cell(phrase.text, phrase.tone, tip=exact(at))


def _updated(line: IssueLine, now: datetime) -> Cell:
    if line.told_at is None:
        return Cell("never", Tone.DIM, tip="We have not told the customer anything yet")
    passed_s = (now - line.told_at).total_seconds()
    tone = Tone.AMBER if passed_s >= STALE_S else Tone.DIM
    return Cell(short_span(passed_s), tone, tip=f"customer last updated {exact(line.told_at)}")


def _priority(line: IssueLine, _now: datetime) -> Cell:
    return Cell(f"P{line.priority}", pill=PRIORITY_KINDS.get(line.priority, Kind.GREY))


def _state(line: IssueLine, _now: datetime) -> Cell:
    return Cell(str(line.state), Tone.DIM)


def _owner(line: IssueLine, _now: datetime) -> Cell:
    return Cell(line.owner or "nobody", Tone.TEXT if line.owner else Tone.AMBER, tip=line.owner)


def _topic(line: IssueLine, _now: datetime) -> Cell:
    return Cell(line.topic, Tone.DIM, tip=line.topic)


def _customer(line: IssueLine, _now: datetime) -> Cell:
    return Cell(line.customer, Tone.DIM, tip=line.customer)


def _called(line: IssueLine, now: datetime) -> Cell:
    return _at(line.last_call_at, now)


def _opened(line: IssueLine, now: datetime) -> Cell:
    return _at(line.opened_at, now)


def _at(at: datetime | None, now: datetime) -> Cell:
    return Cell("", Tone.DIM) if at is None else Cell(moment(at, now), Tone.DIM, tip=exact(at))
