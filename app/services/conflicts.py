"""Values that did not go through, shown side by side and resolved by a person: mine, theirs, or a third."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from app.domain.entities import BY_NAME
from app.domain.entity import Entity, Field, FieldKind, fields_of, from_wire
from app.domain.errors import BadInput, Refused
from app.domain.ports import Origin, Touched
from app.domain.when import instant
from app.services.desk import Desk, Edit
from app.services.people import names
from app.store import arrivals
from app.store.arrivals import Clash, ConflictKind
from app.store.edits import pending_of

__all__ = [
    "ConflictKind",
    "ConflictLine",
    "Value",
    "keep_mine",
    "keep_theirs",
    "of_row",
    "open_conflicts",
    "write_third",
]

Value = str | int | bool | datetime | None


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """One value that waits for a person. References are shown by name, times are aware UTC.

    Without a `field` a whole row did not go through: `mine` says in words what was in it, and `reason` why.
    """

    id: str
    kind: ConflictKind
    table: str
    row_id: str
    label: str
    field: str
    name: str
    base: Value
    mine: Value
    theirs: Value
    theirs_by: str
    theirs_at: datetime | None
    reason: str
    made_at: datetime

    @property
    def can_keep_mine(self) -> bool:
        """Say whether what is mine can be given again: not where the row is gone."""
        return self.kind is ConflictKind.CLASH

    @property
    def can_write_third(self) -> bool:
        """Say whether another value can be typed instead."""
        return self.kind is ConflictKind.CLASH


def open_conflicts(desk: Desk) -> tuple[ConflictLine, ...]:
    """Give what waits for this person, oldest first."""
    clashes = arrivals.open_conflicts(desk.cache)
    who = names(desk) if clashes else {}
    return tuple(_line(desk, clash, who) for clash in clashes)


def of_row(desk: Desk, table: str, row_id: str) -> tuple[ConflictLine, ...]:
    """Give the open conflicts of one row."""
    clashes = [c for c in arrivals.open_conflicts(desk.cache) if (c.table, c.row_id) == (table, row_id)]
    who = names(desk) if clashes else {}
    return tuple(_line(desk, clash, who) for clash in clashes)


def keep_mine(desk: Desk, conflict_id: str) -> None:
    """Give my value again, now on top of theirs; raises Refused when the row is gone or somebody resolved this."""
    clash = _clash_on_a_field(desk, conflict_id)
    _answer(desk, clash, from_wire(_field(clash), clash.mine))


def keep_theirs(desk: Desk, conflict_id: str) -> None:
    """Leave what the company has, and take back what is still unsent here for the same field."""
    clash = _open(desk, conflict_id)
    unsent = pending_of(desk.cache, clash.table, (clash.row_id,)) if clash.field else []
    if any(clash.field in op.fields for op in unsent):
        _answer(desk, clash, from_wire(_field(clash), clash.theirs))
        return
    with desk.cache.transaction():
        arrivals.resolve(desk.cache, clash.id, desk.now)
    desk.touches.touched([Touched(clash.table, frozenset({clash.row_id}), Origin.HERE)])


def write_third(desk: Desk, conflict_id: str, text: str) -> None:
    """Give a third value as typed; raises BadInput when it does not parse."""
    clash = _clash_on_a_field(desk, conflict_id)
    _answer(desk, clash, _parsed(desk, clash, text.strip()))


def _answer(desk: Desk, clash: Clash, value: Any) -> None:
    """Resolve and edit in one transaction; the edit's base is what the row holds now, which is theirs."""
    with desk.edit() as edit:
        _resolve_inside(desk, edit, clash, value)
    # Also where the value was there already and nothing was edited: the conflict itself has gone.
    desk.touches.touched([Touched(clash.table, frozenset({clash.row_id}), Origin.HERE)])


def _resolve_inside(desk: Desk, edit: Edit, clash: Clash, value: Any) -> None:
    row = desk.need(BY_NAME[clash.table].record, clash.row_id)
    if not arrivals.resolve(desk.cache, clash.id, edit.at):
        raise _resolved_already()
    edit.update(row, **{clash.field: value})


def _open(desk: Desk, conflict_id: str) -> Clash:
    for clash in arrivals.open_conflicts(desk.cache):
        if clash.id == conflict_id:
            return clash
    raise _resolved_already()


def _resolved_already() -> Refused:
    return Refused("This conflict is resolved already.", "Look at the value that is there now.")


def _clash_on_a_field(desk: Desk, conflict_id: str) -> Clash:
    clash = _open(desk, conflict_id)
    if clash.kind is not ConflictKind.CLASH:
        raise Refused("This cannot be given again: " + clash.reason, "Copy what you need, then drop it.")
    return clash


def _field(clash: Clash) -> Field:
    return _fields(clash.table)[clash.field]


def _fields(table: str) -> dict[str, Field]:
    return {f.name: f for f in fields_of(BY_NAME[table].record)}


def _parsed(desk: Desk, clash: Clash, text: str) -> Any:
    field = _field(clash)
    if not text and field.is_optional:
        return None
    target = BY_NAME[clash.table].refs.get(clash.field)
    if target is not None:
        return _referred(desk, target, text)
    if field.kind is FieldKind.INSTANT:
        return instant(text, desk.now)
    return _PARSERS.get(field.kind, _word)(field, text)


def _word(field: Field, text: str) -> Any:
    if field.words is None:
        return text
    words = [str(w) for w in field.words]
    if text.lower() not in words:
        raise BadInput(f"“{text}” is not one of the words for this.", f"Write one of: {', '.join(words)}.")
    return field.words(text.lower())


def _integer(_field: Field, text: str) -> int:
    if not text.removeprefix("-").isdecimal():
        raise BadInput(f"“{text}” is no whole number.", "Write digits.")
    return int(text)


def _yes_or_no(_field: Field, text: str) -> bool:
    if text.lower() not in {"yes", "no"}:
        raise BadInput(f"“{text}” is neither yes nor no.", "Write yes or no.")
    return text.lower() == "yes"


def _money(_field: Field, text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as e:
        raise BadInput(f"“{text}” is no sum of money.", "Write it like 48000 or 48000.50.") from e


def _facts(_field: Field, _text: str) -> Any:
    raise BadInput("What a source system said is not written by hand.", "Keep mine or keep theirs.")


_PARSERS = {
    FieldKind.INTEGER: _integer,
    FieldKind.BOOLEAN: _yes_or_no,
    FieldKind.MONEY: _money,
    FieldKind.FACTS: _facts,
}


def _referred(desk: Desk, table: str, text: str) -> str:
    record = BY_NAME[table].record
    if "name" not in _fields(table):
        raise BadInput("This cannot be written by hand.", "Keep mine or keep theirs.")
    found = desk.cache.records(record, "name = ? COLLATE NOCASE LIMIT 2", (text,))
    if len(found) != 1:
        raise BadInput(f"There is no one {table} named “{text}”.", "Write the whole name.")
    return found[0].id


def _line(desk: Desk, clash: Clash, who: dict[str, str]) -> ConflictLine:
    row = desk.cache.record(BY_NAME[clash.table].record, clash.row_id)
    if clash.field:
        base, mine, theirs = (_value(desk, clash, v) for v in (clash.base, clash.mine, clash.theirs))
    else:
        base, mine, theirs = None, _in_words(clash.mine), None
    return ConflictLine(
        id=clash.id,
        kind=clash.kind,
        table=clash.table,
        row_id=clash.row_id,
        label=_label(clash.table, row),
        field=clash.field,
        name=_name(clash.field),
        base=base,
        mine=mine,
        theirs=theirs,
        theirs_by=who.get(clash.theirs_by or "", ""),
        theirs_at=clash.theirs_at,
        reason=clash.reason,
        made_at=clash.made_at,
    )


def _value(desk: Desk, clash: Clash, wire: Any) -> Value:
    target = BY_NAME[clash.table].refs.get(clash.field)
    if target is not None and wire is not None and "name" in _fields(target):
        found = desk.cache.read(f"SELECT name FROM {target} WHERE id = ?", (wire,))  # noqa: S608  our own table names
        return str(found[0][0]) if found else "somebody"
    value = from_wire(_field(clash), wire)
    if value is None or isinstance(value, bool | int | datetime):
        return value
    return ", ".join(f"{k}: {v}" for k, v in value.items()) if isinstance(value, Mapping) else str(value)


def _in_words(mine: Any) -> str:
    if not isinstance(mine, Mapping):
        return ""
    told = [f"{_name(k)}: {v}" for k, v in mine.items() if v not in {None, ""} and not k.endswith("_id")]
    return "\n".join(told)


def _label(table: str, row: Entity | None) -> str:
    word = table.replace("_", " ")
    if row is None:
        return word
    number, title = getattr(row, "label", ""), getattr(row, "title", "") or getattr(row, "name", "")
    return " ".join(p for p in (word, number, title) if p)


def _name(field: str) -> str:
    """Give a field's name as people say it: next_update_at is "next update", owner_id "owner"."""
    return field.removeprefix("is_").removesuffix("_id").removesuffix("_at").replace("_", " ")
