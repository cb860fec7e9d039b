"""Who changed an issue, when and from where, in words: as the company told it last, and what is still unsent here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.entities import BY_NAME, HANGING_ON_ISSUES, Verb
from app.services import values
from app.services.desk import Desk
from app.services.people import OUTSIDE, names
from app.services.values import Value
from app.store import edits, histories
from app.store.edits import Op

_DID = {Verb.INSERT: "added", Verb.UPDATE: "changed", Verb.DELETE: "removed"}
_NOT_A_CHANGE = frozenset({"issue_event", "snooze"})  # what a file tells, and whom an issue is hidden from
_SAYS_NOTHING = frozenset({"issue_id", "customer_id"})  # of a row that hangs on an issue
_LONGEST = 60  # characters of a value in a sentence


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a change: its name as people say it, what it held and what it holds since; people by name."""

    field: str
    name: str
    old: Value
    new: Value

    def __str__(self) -> str:
        """Give it as a person reads it: "state: open → waiting"."""
        return f"{self.name}: {_said(self.old)} → {_said(self.new)}"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the issue or of what hangs on it.

    `at` is the company's time, of an unsent one this workstation's. `by` is a name, `workstation` the name of the
    machine it came from. `table` and `row_id` name the row: an issue's tags, promises and so on are rows of their own.
    A new row tells in `fields` what was given.
    """

    id: str
    at: datetime
    by: str
    person_id: str
    workstation: str
    table: str
    row_id: str
    verb: Verb
    text: str
    fields: tuple[FieldChange, ...]
    is_unsent: bool = False


def changes(desk: Desk, issue_id: str) -> tuple[Change, ...]:
    """Give the changes that are known here, the newest first: as of `as_of`, and what is unsent.

    To have them up to now, ask the workstation for `fetch_history` first; it says so with Touched("history").
    """
    kept = histories.kept(desk.cache, "issue", issue_id)
    who = names(desk)
    found = [_told(desk, wire, who) for wire in (kept.changes if kept else ()) if wire["tbl"] in BY_NAME]
    known = {change.id for change in found}
    unsent = [_unsent(desk, op, who) for op in _own(desk, issue_id) if op.op not in known]
    return (*reversed(unsent), *_once_new(found))


def as_of(desk: Desk, issue_id: str) -> datetime | None:
    """Give when the company was asked last, aware UTC; None when it never was from here."""
    kept = histories.kept(desk.cache, "issue", issue_id)
    return kept.as_of if kept else None


def _own(desk: Desk, issue_id: str) -> list[Op]:
    found = edits.pending_of(desk.cache, "issue", [issue_id])
    for table in (*(t for t in HANGING_ON_ISSUES if t not in _NOT_A_CHANGE), "escalation", "decision_request"):
        rows = desk.cache.read(
            f"SELECT row_id FROM outbox JOIN {table} r ON r.id = row_id WHERE tbl = ? AND r.issue_id = ?",  # noqa: S608  our own table names
            (table, issue_id),
        )
        found += edits.pending_of(desk.cache, table, {i for (i,) in rows}) if rows else []
    return sorted(found, key=lambda op: op.seq)


def _once_new(found: list[Change]) -> list[Change]:
    """Leave out that a row was made again: two people brought in the same line of a file."""
    made: set[tuple[str, str]] = set()
    kept: list[Change] = []
    for change in reversed(found):
        if change.verb is Verb.INSERT:
            if (change.table, change.row_id) in made:
                continue
            made.add((change.table, change.row_id))
        kept.append(change)
    return kept[::-1]


def _told(desk: Desk, wire: Mapping[str, Any], who: Mapping[str, str]) -> Change:
    table, row_id, verb = wire["tbl"], wire["id"], Verb(wire["verb"])
    fields = _fields(desk, table, wire["fields"].items())
    by = who.get(wire["person_id"], OUTSIDE)
    text = _text(desk, table, row_id, verb, fields, {f: pair[1] for f, pair in wire["fields"].items()})
    at = datetime.fromisoformat(wire["at"])
    return Change(wire["op"], at, by, wire["person_id"], wire["workstation"], table, row_id, verb, text, fields)


def _unsent(desk: Desk, op: Op, who: Mapping[str, str]) -> Change:
    given = {
        Verb.UPDATE: op.fields,
        Verb.INSERT: {f: [None, v] for f, v in op.fields.items() if v not in (None, "", {})},
    }
    pairs = given.get(op.verb, {})
    fields = _fields(desk, op.tbl, pairs.items())
    text = _text(desk, op.tbl, op.row_id, op.verb, fields, {f: pair[1] for f, pair in pairs.items()})
    me = desk.person_id
    return Change(
        *(op.op, op.made_at, who.get(me, OUTSIDE), me, desk.workstation, op.tbl, op.row_id, op.verb, text, fields),
        is_unsent=True,
    )


def _fields(desk: Desk, table: str, pairs: Iterable[tuple[str, Any]]) -> tuple[FieldChange, ...]:
    known = values.fields(table)
    return tuple(
        FieldChange(
            name,
            values.name_of_field(name),
            values.value(desk, table, name, pair[0]),
            values.value(desk, table, name, pair[1]),
        )
        for name, pair in sorted(pairs)
        if name in known and (table == "issue" or name not in _SAYS_NOTHING)
    )


def _text(
    desk: Desk, table: str, row_id: str, verb: Verb, fields: tuple[FieldChange, ...], typed: Mapping[str, Any]
) -> str:
    """Give the change in one line; of a new row only that it is there, of which more is shown in its own place."""
    changed = ", ".join(str(field) for field in fields)
    if table == "issue":
        return {Verb.INSERT: "opened", Verb.DELETE: "removed"}.get(verb, changed)
    label = values.label(desk, table, row_id, typed).partition(" on issue ")[0]
    return f"{label}: {changed}" if verb is Verb.UPDATE else f"{label} {_DID[verb]}"


def _said(value: Value) -> str:
    match value:
        case None | "":
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value.astimezone():%Y-%m-%d %H:%M}"
        case str():
            line = " ".join(value.split())
            return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"
        case _:
            return str(value)
