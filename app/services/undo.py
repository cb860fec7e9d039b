"""Taking back what a verb has changed, and giving it again.

What stands in a record of what happened (a call, a note, a promise) is not taken back; everything else is set to what
it was, unless somebody has changed it since: then theirs stays, and is counted. What follows from a record stays with
it: the next update with its promise, the state with the call that opened the issue again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from app.domain.entities import Verb, table_of
from app.domain.entity import another_id
from app.domain.interaction import Channel, Interaction, Promise
from app.domain.issue import Issue
from app.domain.person import Role
from app.services import values
from app.services.desk import Changed, Desk, Edit
from app.services.promises import set_next_update

T = TypeVar("T")
_AT_ONCE = 200  # changes

_EVERY_FIELD = frozenset({"*"})
_STATE = frozenset({"state", "closed_at", "waiting_on", "watch_until", "next_update_at"})
# The records that may stay when the rest of what a verb did is taken back, and what stays with each, by table. A verb
# with any other record, such as a sign-off or a deployment, is one thing and stays whole.
_STAYS_WITH: dict[str, dict[str, frozenset[str]]] = {
    "note": {},
    "promise": {"promise": _EVERY_FIELD, "issue": frozenset({"next_update_at"})},
    "interaction": {
        "issue": _STATE,
        **dict.fromkeys(("promise", "later_word", "snooze", "sla_pause"), _EVERY_FIELD),
    },
}


@dataclass(frozen=True, slots=True)
class Undoable:
    """What one or more verbs have changed, in their order, with the words for it: "state of issue 4127".

    `stays` are the records they made besides, which are not taken back: the label says so.
    """

    label: str
    changes: tuple[Changed, ...]
    stays: tuple[str, ...] = ()

    def with_more(self, others: Sequence["Undoable"], label: str = "") -> "Undoable":
        """Give this and what came after it as one."""
        every = (self, *others)
        stays = tuple(one for each in every for one in each.stays)
        changes = tuple(c for each in every for c in each.changes)
        return Undoable(label + _staying(stays) if label else self.label, changes, stays)


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
    stay = [one for one in changes if not _can(one, role)]
    taken = _apart([one for one in changes if _can(one, role)], stay) if stay else changes
    if not taken:
        return result, None
    stays = tuple(_record(one) for one in stay)
    return result, Undoable(_label(desk, taken) + _staying(stays), tuple(taken), stays)


def _apart(others: Sequence[Changed], stay: Sequence[Changed]) -> list[Changed]:
    """Give what of the others is taken back while these stay; [] when they are one thing."""
    if not all(one.verb is Verb.INSERT and _table(one) in _STAYS_WITH for one in stay):
        return []
    pointed_at = {getattr(one.row, name) for one in stay for name in table_of(type(one.row)).refs}
    if any(one.verb is Verb.INSERT and one.row.id in pointed_at for one in others):
        return []  # a new issue with the call that made it
    kept: dict[str, frozenset[str]] = {}
    for one in stay:
        for table, names in _STAYS_WITH[_table(one)].items():
            kept[table] = kept.get(table, frozenset()) | names
    made = [one for one in others if kept.get(_table(one)) != _EVERY_FIELD]
    trimmed = [replace(one, fields=_but(one.fields, kept.get(_table(one), frozenset()))) for one in made]
    return [one for one in trimmed if one.fields or one.verb is not Verb.UPDATE]


def _but(fields: Mapping[str, tuple[Any, Any]], names: frozenset[str]) -> dict[str, tuple[Any, Any]]:
    return {name: pair for name, pair in fields.items() if name not in names}


def _table(one: Changed) -> str:
    return table_of(type(one.row)).name


def _record(one: Changed) -> str:
    """Give the word for a record that stays."""
    if isinstance(one.row, Interaction):
        return "call" if one.row.channel is Channel.CALL else "word"
    return values.noun(_table(one))


def _staying(stays: Sequence[str]) -> str:
    """Say what stays: "; the note and the promise stay"."""
    counted = {word: stays.count(word) for word in stays}
    said = [f"the {word}{'s' if many > 1 else ''}" for word, many in counted.items()]
    return f"; {' and '.join(said)} {'stays' if len(stays) == 1 else 'stay'}" if said else ""


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
        _renew_next_updates(recording, edit)
    redo = Undoable(undoable.label, tuple(changes)) if changes else None
    return Reverted(len(undoable.changes) - stayed, stayed, redo)


def _renew_next_updates(desk: Desk, edit: Edit) -> None:
    """Bring the next update of issues whose promises were set back to the earliest promise that is open now."""
    promised = {one.row.issue_id for one in edit.changes if isinstance(one.row, Promise)}
    for issue_id in promised - {None}:
        issue = desk.cache.record(Issue, issue_id)
        if issue is not None and not issue.deleted:
            set_next_update(desk, edit, issue)


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
    many = values.nouns(next(iter(tables))) if len(tables) == 1 else "rows"
    return f"{what}{len(rows):,} {many}"
