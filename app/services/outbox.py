"""The edits that have not reached the company: what each is in words, and what a person may still do to it.

All verbs take edits by id. Raises Refused for one that may be at the company already, or has been answered.
"""

import contextlib
import dataclasses
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.domain.entities import BY_NAME, Verb
from app.domain.entity import FieldKind, to_wire
from app.domain.errors import BadInput, EnvironmentFault, Refused
from app.domain.ports import Origin, Touched
from app.services import values
from app.services.desk import Desk
from app.services.values import Value
from app.store import arrivals, outbox
from app.store.arrivals import Clash
from app.store.outbox import TakenBack, Waiting

_AT_ONCE = 500
_DID = {Verb.INSERT: "new", Verb.UPDATE: "changed", Verb.DELETE: "removed"}

# The texts of a new row that may be written anew before it is sent, by table. Rules hang on everything else in them.
_TEXTS = {
    "note": "body",
    "interaction": "body",
    "promise": "what",
    "escalation": "sentence",
    "decision_request": "question",
    "issue": "title",
}
# Fields of these tables follow from one another or from a rule: only their text is changed by itself.
_RULED = {
    "promise", "escalation", "decision_request", "run", "step_event", "sign_off", "host_key", "rollout", "audit_line",
    "session", "emergency", "config_backup", "backup_attempt", "company_key", "person_key", "wrapped_key",
}  # fmt: skip
_IN_PLACE = {FieldKind.TEXT, FieldKind.INTEGER, FieldKind.BOOLEAN, FieldKind.MONEY, FieldKind.INSTANT}

# Where a row is seen: the noun that a pane opens, and the column that holds its id ("id": the row itself).
_SEEN = {
    "issue": ("issue", "id"),
    **dict.fromkeys(("tag", "note", "interaction", "promise", "issue_event"), ("issue", "issue_id")),
    "escalation": ("escalation", "id"),
    "decision_request": ("escalation", "escalation_id"),
    "device": ("device", "id"),
    **dict.fromkeys(
        ("host_key", "session", "audit_line", "emergency", "config_backup", "backup_attempt"), ("device", "device_id")
    ),
    "run": ("run", "id"),
    "step_event": ("run", "run_id"),
    "sign_off": ("run", "run_id"),
}


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of an edit: its name as people say it, what it held and what it is to hold."""

    field: str
    name: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """One unsent edit. `did` is new, changed or removed; `in_place` names the field that can be written anew here.

    `seen_at` is the noun and id under which a pane shows it, None where no pane does.
    """

    op: str
    table: str
    row_id: str
    label: str
    did: str
    fields: tuple[FieldLine, ...]
    made_at: datetime
    tries: int
    last_error: str
    sent_at: datetime | None
    in_place: str
    seen_at: tuple[str, str] | None

    @property
    def is_open(self) -> bool:
        """Say whether it may be changed or taken back: nobody but this workstation can have it."""
        return self.sent_at is None

    @property
    def why_not(self) -> str:
        """Give why it may not be changed or taken back; "" when it may."""
        return "" if self.is_open else str(outbox.on_its_way())


@dataclass(frozen=True, slots=True)
class Discarded:
    """An edit that was taken back, and what undoes that. `count` is how many went, itself included."""

    label: str
    did: str
    taken: TakenBack

    @property
    def count(self) -> int:
        """How many edits went."""
        return self.taken.count


def ids(desk: Desk) -> list[str]:
    """Give all unsent edits in the order in which they were made."""
    return outbox.ids(desk.cache)


def marks(desk: Desk) -> frozenset[str]:
    """Give the ids of what screens mark as not sent; see app.store.outbox.marks for what is no row of its own."""
    return outbox.marks(desk.cache)


def lines(desk: Desk, ops: Sequence[str]) -> tuple[OutboxLine, ...]:
    """Give these edits in words, those that are still unsent."""
    return tuple(_line(desk, one) for one in outbox.waiting(desk.cache, ops))


def taken_along(desk: Desk, op: str, most: int = 6) -> tuple[int, tuple[OutboxLine, ...]]:
    """Give how many other edits go when this one is discarded, and the first of them: what needs the row it creates."""
    along = [one for one in outbox.with_it(desk.cache, op) if one != op]
    return len(along), lines(desk, along[:most])


def discard(desk: Desk, op: str) -> Discarded:
    """Take an edit back, with what cannot be without it; what was typed is in the answer, which `undo` takes."""
    (line,) = lines(desk, [op]) or (None,)
    with desk.cache.transaction():
        taken = outbox.discard(desk.cache, op)
    _tell(desk, taken.rows)
    return Discarded(line.label if line else "", line.did if line else "", taken)


def undo(desk: Desk, discarded: Discarded) -> None:
    """Put back what was discarded, exactly as it was and in its place."""
    with desk.cache.transaction():
        rows = outbox.restore(desk.cache, discarded.taken)
    _tell(desk, rows)


def change(desk: Desk, op: str, text: str) -> str:
    """Write the value that can be changed in place anew, as typed; raises BadInput when it does not parse.

    Gives the edit's new id; "" when nothing of it is left.
    """
    found = lines(desk, [op])
    name = found[0].in_place if found else ""
    if found and not name:
        raise Refused("This edit cannot be changed by itself.", "Open what it changes, and change it there.")
    if found and not text.strip() and name == _TEXTS.get(found[0].table):
        raise BadInput("There is nothing left of it.", "Write something, or discard the edit.")
    with desk.cache.transaction():
        wire = None
        if found:
            field = values.fields(found[0].table)[name]
            wire = to_wire(field, values.parsed(desk, found[0].table, name, text))
        made = outbox.change(desk.cache, op, name, wire)
    _tell(desk, [(found[0].table, found[0].row_id)])
    return made


def export(desk: Desk, path: Path) -> int:
    """Write every unsent edit into a JSON file that people and programs can read; gives how many things there are.

    What was typed here and did not go through is written too, as "to_resolve", and counts.
    The file is for its owner only. Raises EnvironmentFault when it cannot be written; a file that was there stays.
    """
    everything = ids(desk)
    part = path.with_name(f".{path.name}.part")
    head: dict[str, Any] = {"what": "edits that have not reached the company", "written_at": desk.now.isoformat()}
    head |= {"workstation": desk.workstation, "person": desk.person_id, "edits": len(everything)}
    head["to_resolve"] = clashes = to_resolve(desk)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "list": [\n')
            for at in range(0, len(everything), _AT_ONCE):
                batch = outbox.waiting(desk.cache, everything[at : at + _AT_ONCE])
                told = [json.dumps(as_dict(desk, one), ensure_ascii=False, indent=1) for one in batch]
                file.write((",\n" if at else "") + ",\n".join(told))
            file.write("\n]}\n")
        part.replace(path)
    except OSError as e:
        with contextlib.suppress(OSError):
            part.unlink()
        raise EnvironmentFault(f"{path} cannot be written ({e.strerror}).", "Choose another folder.") from e
    return len(everything) + len(clashes)


def counts(desk: Desk) -> tuple[int, int]:
    """Give how many edits are unsent, and how many of what was typed here did not go through."""
    return len(outbox.ids(desk.cache)), arrivals.count_conflicts(desk.cache)


def to_resolve(desk: Desk) -> list[dict[str, Any]]:
    """Give what was typed here and did not go through, as JSON can carry it; what others wrote is not in it."""
    return [
        {
            "what": f"{clash.kind}: {values.label(desk, clash.table, clash.row_id, _typed(clash))}",
            "table": clash.table,
            "id": clash.row_id,
            "field": clash.field,
            "mine": clash.mine,
            "reason": clash.reason,
            "made_at": clash.made_at.isoformat(),
        }
        for clash in arrivals.open_conflicts(desk.cache)
    ]


def _typed(clash: Clash) -> Mapping[str, Any] | None:
    return clash.mine if isinstance(clash.mine, Mapping) else None


def as_dict(desk: Desk, one: Waiting) -> dict[str, Any]:
    """Give an edit as JSON can carry it: in words for people, and exactly as it waits."""
    edit, line = one.edit, _line(desk, one)
    return {
        "what": f"{line.did}: {line.label}",
        "fields": {f.name: {"from": _plain(f.old), "to": _plain(f.new)} for f in line.fields},
        "made_at": edit.made_at.isoformat(),
        "tries": edit.tries,
        "last_error": edit.last_error,
        "sent_at": one.sent_at.isoformat() if one.sent_at else None,
        "edit": edit.as_wire(),
    }


def as_dicts(desk: Desk) -> list[dict[str, Any]]:
    """Give every unsent edit as JSON can carry it."""
    return [as_dict(desk, one) for one in outbox.waiting(desk.cache, ids(desk))]


def _plain(value: Value) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _tell(desk: Desk, rows: Sequence[tuple[str, str]]) -> None:
    by_table: dict[str, set[str]] = {}
    for table, row_id in rows:
        by_table.setdefault(table, set()).add(row_id)
    desk.touches.touched([Touched(table, frozenset(some), Origin.HERE) for table, some in by_table.items()])


def _line(desk: Desk, one: Waiting) -> OutboxLine:
    edit = one.edit
    return OutboxLine(
        op=edit.op,
        table=edit.tbl,
        row_id=edit.row_id,
        label=values.label(desk, edit.tbl, edit.row_id),
        did=_DID[edit.verb],
        fields=_fields(desk, one),
        made_at=edit.made_at,
        tries=edit.tries,
        last_error=edit.last_error,
        sent_at=one.sent_at,
        in_place=_in_place(one) if one.sent_at is None else "",
        seen_at=_seen_at(desk, one),
    )


def _fields(desk: Desk, one: Waiting) -> tuple[FieldLine, ...]:
    edit, found = one.edit, []
    given_fields = {} if edit.verb is Verb.DELETE else edit.fields
    for field, given in given_fields.items():
        is_new = edit.verb is Verb.INSERT
        if field not in values.fields(edit.tbl) or (is_new and _goes_without_saying(edit.tbl, field, given)):
            continue  # a field that only a newer version knows, or one that nobody filled in
        old, new = (None, given) if is_new else given
        told = [values.value(desk, edit.tbl, field, wire) for wire in (old, new)]
        found.append(FieldLine(field, values.name_of_field(field), *told))
    return tuple(found)


def _goes_without_saying(table: str, field: str, given: Any) -> bool:
    """Say whether a new row's field is what it is anyway: empty, as every new row has it, who did it, what it is on."""
    known = BY_NAME[table]
    usual = next((f.default for f in dataclasses.fields(known.record) if f.name == field), None)
    is_usual = given in (None, "", {}) or given == usual or (isinstance(usual, Decimal) and str(usual) == given)
    return is_usual or field in known.owners or (field in known.refs and field in values.HANGS_ON)


def _in_place(one: Waiting) -> str:
    edit = one.edit
    text = _TEXTS.get(edit.tbl, "")
    if edit.verb is Verb.INSERT:
        return text if edit.fields.get(text) else ""
    if edit.verb is Verb.DELETE or len(edit.fields) != 1:
        return ""
    (name,) = edit.fields
    known = values.fields(edit.tbl).get(name)
    is_free = known is not None and known.kind in _IN_PLACE and name not in BY_NAME[edit.tbl].refs
    return name if is_free and (edit.tbl not in _RULED or name == text) else ""


def _seen_at(desk: Desk, one: Waiting) -> tuple[str, str] | None:
    table, row_id = one.edit.tbl, one.edit.row_id
    row = desk.cache.record(BY_NAME[table].record, row_id)
    if table in {"ask", "decision_option"} and row is not None:
        table, row_id = "decision_request", getattr(row, "request_id", "")
        row = desk.cache.record(BY_NAME[table].record, row_id)
    if table not in _SEEN or row is None:
        return None
    noun, column = _SEEN[table]
    shown = getattr(row, column)
    there = None if shown is None else desk.cache.record(BY_NAME[noun].record, shown)
    return None if there is None or there.deleted else (noun, there.id)
