"""Takes an import back: what it added goes, unless somebody has worked with it since."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from app.domain.customer import Contact, Customer
from app.domain.entities import BY_NAME, Verb, table_of
from app.domain.entity import SERVER_FIELDS, Entity, fields_of, from_wire
from app.domain.errors import BadInput, Refused
from app.domain.imported_row import EMPTIED, as_wire, blank_wire
from app.domain.issue import Issue
from app.services.desk import Desk
from app.store import imports

_ROWS = 25  # in one transaction: emptying and removing a row are two edits of about a millisecond
_CHILDREN_FIRST: tuple[type[Entity], ...] = (Issue, Contact, Customer)
# What hangs on an imported issue and came with it; it is append-only, and is not shown once its issue is removed.
_HISTORY = frozenset({"issue_event"})
# Set by an import itself, or by the company.
_NOT_WORK = SERVER_FIELDS | {"number", "source", "source_key", "customer_id"}


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import that was made on this workstation. `added` counts rows by table."""

    id: str
    file: str
    source: str
    kind: str
    at: datetime
    added: Mapping[str, int]
    is_taken_back: bool


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What became of an import that was taken back: `kept` rows have been worked with since."""

    removed: int
    kept: int
    is_cancelled: bool = False


def past(desk: Desk) -> tuple[PastImport, ...]:
    """Give the imports that were made on this workstation, the newest first."""
    return tuple(
        PastImport(
            id=import_id,
            file=note["file"],
            source=note["source"],
            kind=note["kind"],
            at=datetime.fromisoformat(note["at"]),
            added=note["added"],
            is_taken_back=bool(note.get("taken_back")),
        )
        for import_id, note in reversed(imports.notes(desk.cache).items())
    )


def undo(
    desk: Desk,
    import_id: str,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> UndoResult:
    """Remove what the import added, as edits like any; the same file can be imported again afterwards.

    A row stays when somebody has changed it since or something new hangs on it. Values that a contacts file changed
    in rows that were there before are given back unless somebody has changed them again; those of other imports stay.
    `on_progress` hears of rows done and in all. Same threads as `run`.
    Raises Refused when the role may not remove, BadInput for an import that this workstation did not make.
    """
    note = imports.notes(desk.cache).get(import_id)
    if note is None:
        raise BadInput("That import was not made on this workstation.", "Take it back on the one that made it.")
    me = desk.me()
    rows = {record: imports.added_by(desk.cache, import_id, table_of(record).name) for record in _CHILDREN_FIRST}
    for record, ids in rows.items():
        if ids and me.role not in BY_NAME[table_of(record).name].may(Verb.DELETE):
            raise Refused(f"Your role ({me.role}) may not remove what was imported.", "Ask a manager to take it back.")
    total, done, removed, kept = sum(map(len, rows.values())), 0, 0, 0
    for record, group in _groups(rows):
        if is_cancelled():
            return UndoResult(removed, kept, is_cancelled=True)
        gone, stayed = _take_back(desk, record, group)
        removed, kept, done = removed + gone, kept + stayed, done + len(group)
        on_progress(done, total)
    _give_back(desk, import_id)
    with desk.cache.transaction():
        imports.keep_note(desk.cache, import_id, note | {"taken_back": True})
    return UndoResult(removed, kept)


def _groups(rows: Mapping[type[Entity], Sequence[str]]) -> Iterator[tuple[type[Entity], list[str]]]:
    for record, ids in rows.items():
        waiting = iter(ids)
        while group := list(islice(waiting, _ROWS)):
            yield record, group


def _take_back(desk: Desk, record: type[Entity], ids: list[str]) -> tuple[int, int]:
    """Give how many rows went and how many stayed; rows that were gone before count as neither."""
    with desk.edit() as edit:
        leant_on = imports.leant_on(desk.cache, record, ids, _HISTORY)
        said = imports.said_of(desk.cache, ids)
        here = [row for row in imports.rows_by_id(desk.cache, record, ids).values() if not row.deleted]
        gone = []
        for row in here:
            if row.id in leant_on or _was_worked_with(row, said.get(row.id, {})):
                continue
            edit.update(row, **EMPTIED[record])
            edit.delete(row)
            gone.append(row.id)
        imports.forget_said(desk.cache, gone)
    return len(gone), len(here) - len(gone)


def _give_back(desk: Desk, import_id: str) -> None:
    """Give fields that the import changed their old values where they hold what it wrote."""
    by_name = {f.name: f for f in fields_of(Contact)}
    changed = iter(imports.changed_by(desk.cache, import_id, table_of(Contact).name).items())
    while group := dict(islice(changed, _ROWS)):
        with desk.edit() as edit:
            for row in imports.rows_by_id(desk.cache, Contact, group).values():
                now = as_wire(row)
                back = {
                    name: from_wire(by_name[name], before)
                    for name, (before, after) in group[row.id].items()
                    if now[name] == after
                }
                if back and not row.deleted:
                    edit.update(row, **back)


def _was_worked_with(row: Entity, said: Mapping[str, Any]) -> bool:
    """Say whether a field holds something else than the source said last or, where it said nothing, than when new."""
    blank = blank_wire(type(row))
    return any(value != said.get(name, blank[name]) for name, value in as_wire(row).items() if name not in _NOT_WORK)
