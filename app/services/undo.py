"""Taking back what a verb has changed, and giving it again.

What stands in a record of what happened (a call, a note, a promise) is not taken back; everything else is set to what
it was, unless somebody has changed it since: then theirs stays, and is counted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from app.domain.entities import Verb, table_of
from app.domain.entity import another_id
from app.domain.person import Role
from app.services import values
from app.services.desk import Changed, Desk

T = TypeVar("T")
_AT_ONCE = 200  # changes


@dataclass(frozen=True, slots=True)
class Undoable:
    """What one or more verbs have changed, in their order, with the words for it: "state of issue 4127"."""

    label: str
    changes: tuple[Changed, ...]

    def with_more(self, others: Sequence["Undoable"], label: str = "") -> "Undoable":
        """Give this and what came after it as one."""
        return Undoable(label or self.label, (*self.changes, *(c for one in others for c in one.changes)))


@dataclass(frozen=True, slots=True)
class Reverted:
    """How many changes were taken back and how many stay because of what others did since; `redo` takes that back."""

    count: int
    stayed: int
    redo: Undoable | None


def recorded(desk: Desk, verb: Callable[[Desk], T]) -> tuple[T, Undoable | None]:
    """Run a verb; gives its result and what takes back what it did, None where it did nothing that can be."""
    changes: list[Changed] = []
    result = verb(replace(desk, changes=changes))
    role = desk.me().role if changes else Role.READONLY
    if not changes or not all(_can(one, role) for one in changes):
        return result, None
    return result, Undoable(_label(desk, changes), tuple(changes))


def parts(undoable: Undoable) -> list[Undoable]:
    """Give it in parts that are taken back in a transaction each, the last one first, so that others can write too."""
    changes = undoable.changes
    return [Undoable(undoable.label, changes[at : at + _AT_ONCE]) for at in range(0, len(changes), _AT_ONCE)]


def together(reverted: Sequence[Reverted], label: str) -> Reverted:
    """Give what came of the parts, in the order in which they were taken back, as one."""
    changes = tuple(c for one in reverted if one.redo for c in one.redo.changes)
    redo = Undoable(label, changes) if changes else None
    return Reverted(sum(one.count for one in reverted), sum(one.stayed for one in reverted), redo)


def revert(desk: Desk, undoable: Undoable) -> Reverted:
    """Take back, the last change first, in one transaction."""
    changes: list[Changed] = []
    recording = replace(desk, changes=changes)
    stayed = 0
    with recording.edit() as edit:
        for one in reversed(undoable.changes):
            present = desk.cache.record(type(one.row), one.row.id)
            if one.verb is Verb.DELETE:
                # A removed row stays removed for everybody; what it said is said again.
                edit.insert(one.row.but(id=another_id(one.row.id), rev=0, deleted=False))
            elif present is None or present.deleted:
                stayed += 1
            elif one.verb is Verb.INSERT:
                edit.delete(present)
            else:
                kept = {name: old for name, (old, new) in one.fields.items() if getattr(present, name) == new}
                stayed += len(kept) < len(one.fields)
                edit.update(present, **kept)
    redo = Undoable(undoable.label, tuple(changes)) if changes else None
    return Reverted(len(undoable.changes) - stayed, stayed, redo)


def _can(one: Changed, role: Role) -> bool:
    needs = {Verb.INSERT: Verb.DELETE, Verb.DELETE: Verb.INSERT, Verb.UPDATE: Verb.UPDATE}[one.verb]
    return role in table_of(type(one.row)).may(needs)


def _label(desk: Desk, changes: Sequence[Changed]) -> str:
    rows = {(table_of(type(c.row)).name, c.row.id) for c in changes}
    fields = dict.fromkeys(name for c in changes for name in c.fields)
    what = values.name_of_field(next(iter(fields))) + " of " if len(fields) == 1 else ""
    if len(rows) == 1:
        ((table, row_id),) = rows
        did = {Verb.INSERT: "adding ", Verb.DELETE: "removing "}.get(changes[0].verb, what)
        return f"{did}{values.label(desk, table, row_id)}"
    tables = {table for table, _row_id in rows}
    noun = f"{values.noun(next(iter(tables)))}s" if len(tables) == 1 else "rows"
    return f"{what}{len(rows):,} {noun}"
