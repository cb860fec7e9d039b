"""Values that did not go through, shown side by side and resolved by a person: mine, theirs, or a third."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.entities import BY_NAME, Verb
from app.domain.entity import from_wire
from app.domain.errors import Refused
from app.domain.ports import Origin, Touched
from app.services import values
from app.services.desk import Desk, Edit
from app.services.people import names
from app.services.values import Value
from app.store import arrivals, edits, outbox
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

# A removal that met somebody's change is a conflict on this field, which every row has.
REMOVAL = "deleted"


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """One value that waits for a person. References are shown by name, times are aware UTC.

    Without a `field` a whole row did not go through: `typed` has what was in it by the fields' names, `mine` the same
    in words, and `reason` says why.
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
    typed: tuple[tuple[str, Value], ...] = ()
    seen: Any = None  # their value as the wire writes it: what an answer that is given to this line stands on
    is_long: bool = False  # a text of several lines, which is compared line by line

    @property
    def is_removal(self) -> bool:
        """Say whether this person removed what somebody else changed meanwhile."""
        return self.kind is ConflictKind.CLASH and self.field == REMOVAL

    @property
    def can_keep_mine(self) -> bool:
        """Say whether what is mine can be given again: not where the row is gone."""
        return self.kind is ConflictKind.CLASH

    @property
    def can_write_third(self) -> bool:
        """Say whether another value can be typed instead."""
        return self.kind is ConflictKind.CLASH and not self.is_removal


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


def keep_mine(desk: Desk, conflict_id: str, seen: ConflictLine | None = None) -> None:
    """Give my value again, now on top of theirs; a removal is done after all.

    `seen` is the line as the person saw it: what the company got since then clashes anew.
    Raises Refused when the row is gone or somebody resolved this.
    """
    clash = _clash_on_a_field(desk, conflict_id)
    if clash.field == REMOVAL:
        with desk.edit() as edit:
            edit.delete(_claim(desk, edit, clash))
        _tell(desk, clash)
    else:
        _answer(desk, clash, from_wire(_field(clash), clash.mine), seen)


def keep_theirs(desk: Desk, conflict_id: str) -> None:
    """Leave what the company has, and take back what is still unsent here for the same field."""
    clash = _open(desk, conflict_id)
    with desk.cache.transaction():
        if clash.field == REMOVAL:
            for op in pending_of(desk.cache, clash.table, (clash.row_id,)):
                if op.verb is Verb.DELETE:
                    outbox.discard(desk.cache, op.op)
        elif clash.field and not outbox.take_field_back(desk.cache, clash.table, clash.row_id, clash.field):
            _put_back(desk, clash)
        arrivals.resolve(desk.cache, clash.id, desk.now)
    _tell(desk, clash)


def _put_back(desk: Desk, clash: Clash) -> None:
    """Undo my newer edit that may be at the company: only what comes after it can."""
    row = desk.cache.record(BY_NAME[clash.table].record, clash.row_id)
    theirs = arrivals.shadow(desk.cache, clash.table, clash.row_id)
    if row is not None and not row.deleted and theirs is not None:
        value = from_wire(_field(clash), theirs[clash.field])
        edits.update(desk.cache, row, {clash.field: value}, desk.now, desk.person_id)


def write_third(desk: Desk, conflict_id: str, text: str, seen: ConflictLine | None = None) -> None:
    """Give a third value as typed, over theirs as `seen`; raises BadInput when it does not parse."""
    clash = _clash_on_a_field(desk, conflict_id)
    if clash.field == REMOVAL:
        raise Refused("A row is removed or it stays.", "Remove it anyway, or keep it.")
    _answer(desk, clash, values.parsed(desk, clash.table, clash.field, text), seen)


def _answer(desk: Desk, clash: Clash, value: Any, seen: ConflictLine | None) -> None:
    """Resolve and edit in one transaction; the edit's base is theirs as the person saw it."""
    base = from_wire(_field(clash), clash.theirs if seen is None else seen.seen)
    with desk.edit() as edit:
        outbox.answer(desk.cache, _claim(desk, edit, clash), clash.field, base, value, edit.at, edit.by)
    _tell(desk, clash)


def _tell(desk: Desk, clash: Clash) -> None:
    # Also where the value was there already and nothing was edited: the conflict itself has gone.
    desk.touches.touched([Touched(clash.table, frozenset({clash.row_id}), Origin.HERE)])


def _claim(desk: Desk, edit: Edit, clash: Clash) -> Any:
    """Mark the conflict as resolved and give its row, inside the edit; raises Refused when somebody was faster."""
    row = desk.need(BY_NAME[clash.table].record, clash.row_id)
    if not arrivals.resolve(desk.cache, clash.id, edit.at):
        raise _resolved_already()
    return row


def _open(desk: Desk, conflict_id: str) -> Clash:
    clash = arrivals.open_conflict(desk.cache, conflict_id)
    if clash is None:
        raise _resolved_already()
    return clash


def _resolved_already() -> Refused:
    return Refused("This conflict is resolved already.", "Look at the value that is there now.")


def _clash_on_a_field(desk: Desk, conflict_id: str) -> Clash:
    clash = _open(desk, conflict_id)
    if clash.kind is not ConflictKind.CLASH:
        raise Refused("This cannot be given again: " + clash.reason, "Copy what you need, then drop it.")
    return clash


def _field(clash: Clash) -> Any:
    return values.fields(clash.table)[clash.field]


def _line(desk: Desk, clash: Clash, who: dict[str, str]) -> ConflictLine:
    typed: tuple[tuple[str, Value], ...] = ()
    if clash.field:
        base, mine, theirs = (
            values.value(desk, clash.table, clash.field, v) for v in (clash.base, clash.mine, clash.theirs)
        )
    else:
        typed = _typed(desk, clash)
        base, mine, theirs = None, "\n".join(f"{name}: {_in_words(value)}" for name, value in typed), None
    return ConflictLine(
        id=clash.id,
        kind=clash.kind,
        table=clash.table,
        row_id=clash.row_id,
        label=values.label(desk, clash.table, clash.row_id, clash.mine if isinstance(clash.mine, Mapping) else None),
        field=clash.field,
        name=values.name_of_field(clash.field),
        base=base,
        mine=mine,
        theirs=theirs,
        theirs_by=who.get(clash.theirs_by or "", ""),
        theirs_at=clash.theirs_at,
        reason=clash.reason,
        made_at=clash.made_at,
        typed=typed,
        seen=clash.theirs,
        is_long=any("\n" in v for v in (base, mine, theirs) if isinstance(v, str)) and bool(clash.field),
    )


def _typed(desk: Desk, clash: Clash) -> tuple[tuple[str, Value], ...]:
    """Give what was in the row, without what nobody typed: empty fields and who did it."""
    if not isinstance(clash.mine, Mapping):
        return ()
    known, table = values.fields(clash.table), BY_NAME[clash.table]
    return tuple(
        (values.name_of_field(name), values.value(desk, clash.table, name, wire))
        for name, wire in clash.mine.items()
        if name in known and name not in table.owners and wire not in (None, "", {})
    )


def _in_words(value: Value) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone():%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
