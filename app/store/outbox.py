"""What a person may still do to edits that have not been sent: look, take back, put back, change.

An edit that was handed to the network (`sent_at`) is no longer ours: the company may have it, and its answer decides.
Every change here leaves the cache as if it had never been otherwise: the shown row is the company's with what is still
unsent on top, and each edit's base is what the row held when the edits before it were made.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from app.domain.entities import BY_NAME, TABLES, Verb, table_of
from app.domain.entity import Entity, another_id, fields_of, to_wire
from app.domain.errors import Refused
from app.store.arrivals import rebase, shadow
from app.store.cache import Cache
from app.store.codec import instant_of
from app.store.edits import Op, Wire, pending_of, update

_Key = tuple[str, str]  # table and row

_FAR = 1 << 50
_COLUMNS = "seq, op, tbl, row_id, verb, fields, made_at, tries, last_error, sent_at"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One unsent edit; `sent_at` is set once it was on its way, and since then it may be at the company."""

    edit: Op
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Edits that were taken out of the outbox, whole, so that they can be put back in their order."""

    lines: tuple[tuple[Any, ...], ...]

    @property
    def count(self) -> int:
        """How many edits were taken out."""
        return len(self.lines)

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Table and id of the rows that they change."""
        return _keys([_waiting(cells) for cells in self.lines])


def ids(cache: Cache) -> list[str]:
    """Give the ids of all unsent edits in the order in which they were made."""
    return [op for (op,) in cache.read("SELECT op FROM outbox ORDER BY seq")]


def waiting(cache: Cache, ops: Sequence[str]) -> list[Waiting]:
    """Give these edits, those that are still unsent, in the order in which they were made."""
    found = cache.read(
        f"SELECT {_COLUMNS} FROM outbox WHERE op IN (SELECT value FROM json_each(?)) ORDER BY seq",
        (json.dumps(list(ops)),),
    )
    return [_waiting(cells) for cells in found]


def marks(cache: Cache) -> frozenset[str]:
    """Give the ids of all rows with unsent edits, and the names of what screens show in their stead.

    A screen shows a step's state, a role's sign-off, what a person was asked and a tag's word, not the rows that say
    so: these are named "run/step", "run/role", "request/whom" and "issue/word". An escalation stands for its question.
    """
    found = {row_id for (row_id,) in cache.read("SELECT DISTINCT row_id FROM outbox")}
    for table, name in _STANDS_FOR.items():
        statement = f"SELECT {name} FROM {table} WHERE id IN (SELECT row_id FROM outbox WHERE tbl = ?)"
        found.update(str(shown) for (shown,) in cache.read(statement, (table,)))
    return frozenset(found)


_STANDS_FOR = {
    "step_event": "run_id || '/' || step_id",
    "sign_off": "run_id || '/' || role",
    "ask": "request_id || '/' || whom",
    "tag": "issue_id || '/' || word",
    "decision_request": "escalation_id",
}


def with_it(cache: Cache, op: str) -> list[str]:
    """Give the ids of the edits that go when this one goes: itself, and what cannot be without the row it creates."""
    return [line.edit.op for line in _going(cache, _need(cache, op))]


def discard(cache: Cache, op: str) -> TakenBack:
    """Take an edit out of the outbox, with what cannot be without it; inside a transaction.

    Raises Refused when it, or what goes with it, may be at the company already or has been answered.
    """
    going = _going(cache, _need(cache, op))
    if any(line.sent_at is not None for line in going):
        raise on_its_way()
    marks = json.dumps([line.edit.op for line in going])
    where = "op IN (SELECT value FROM json_each(?))"
    taken = cache.read(f"SELECT {_COLUMNS} FROM outbox WHERE {where} ORDER BY seq", (marks,))
    before = _company_rows(cache, _keys(going))
    cache.write(f"DELETE FROM outbox WHERE {where}", (marks,))
    _settle(cache, before, [line.edit for line in going])
    return TakenBack(tuple(taken))


def restore(cache: Cache, taken: TakenBack) -> list[tuple[str, str]]:
    """Put edits back as they were, in their order; inside a transaction. Gives the rows that changed."""
    there = set(ids(cache))
    lines = [cells for cells in taken.lines if cells[1] not in there]
    before = _company_rows(cache, _keys([_waiting(cells) for cells in lines]))
    marks = ", ".join("?" for _ in _COLUMNS.split(", "))
    insert = f"INSERT INTO outbox ({_COLUMNS}) VALUES ({marks})"
    if _are_places_free(cache, lines):
        cache.write_many(insert, lines)
    else:
        for cells in lines:
            cache.write(insert, (_place_for(cache, *cells[:2]), *cells[1:]))
    _settle(cache, before)
    return list(before)


def _are_places_free(cache: Cache, lines: Sequence[tuple[Any, ...]]) -> bool:
    """Say whether these edits fit where they were: nothing stands there, and nothing newer before them."""
    order = sorted([*cache.read("SELECT seq, op FROM outbox"), *(cells[:2] for cells in lines)])
    return all(one[0] < other[0] and one[1] < other[1] for one, other in pairwise(order))


def _place_for(cache: Cache, seq: int, op: str) -> int:
    """Give the place in the outbox before everything made later; ids of edits are in the order of their making.

    SQLite gives a new line the number after the highest, so the old number may belong to a newer edit by now.
    """
    (after,) = cache.read("SELECT min(seq) FROM outbox WHERE op > ?", (op,))[0]
    (last,) = cache.read("SELECT max(seq) FROM outbox")[0]
    if after is None:
        return max(seq, (last or 0) + 1)
    if seq < after and not cache.read("SELECT 1 FROM outbox WHERE seq = ?", (seq,)):
        return seq
    # By way of far higher numbers: moved by one at a time, each line would run into the next.
    cache.write("UPDATE outbox SET seq = seq + ? WHERE seq >= ?", (_FAR + 1, after))
    cache.write("UPDATE outbox SET seq = seq - ? WHERE seq > ?", (_FAR, _FAR))
    return int(after)


def take_field_back(cache: Cache, table: str, row_id: str, field: str) -> bool:
    """Take one field out of a row's unsent changes; inside a transaction.

    Gives whether no unsent change of that field is left: one that was sent stays.
    """
    changes = [line for line in _edits_of(cache, table, (row_id,)) if line.edit.verb is Verb.UPDATE]
    changes = [line for line in changes if field in line.edit.fields]
    ours = [line.edit for line in changes if line.sent_at is None]
    if ours:
        before = _company_rows(cache, [(table, row_id)])
        for edit in ours:
            fields = {name: pair for name, pair in edit.fields.items() if name != field}
            if fields:
                _write_fields(cache, replace(edit, fields=fields))
                cache.write("UPDATE outbox SET op = ? WHERE op = ?", (another_id(edit.op), edit.op))  # as in `change`
            else:
                cache.write("DELETE FROM outbox WHERE op = ?", (edit.op,))
        _settle(cache, before, ours)
    return len(ours) == len(changes)


def answer(cache: Cache, row: Entity, field: str, base: Any, value: Any, made_at: datetime, made_by: str) -> None:
    """Give a field a value over the company's value that the person saw; inside a transaction.

    It takes the place of what is unsent for that field. `base` is what was seen: where the company has a newer value,
    this clashes anew instead of overwriting it. Raises Refused when the row is gone.
    """
    table = table_of(type(row)).name
    is_first = take_field_back(cache, table, row.id, field)
    if is_first and value == base:
        return
    if not update(cache, row, {field: value}, made_at, made_by) or not is_first:
        return  # it stands on one of ours that may be at the company
    known = next(f for f in fields_of(type(row)) if f.name == field)
    made = pending_of(cache, table, (row.id,))[-1]
    _write_fields(cache, replace(made, fields={field: [to_wire(known, base), made.fields[field][1]]}))


def change(cache: Cache, op: str, field: str, value: Any) -> str:
    """Give one field of an unsent edit another value (as the wire writes it); inside a transaction.

    A value that the row had before is no edit any more: the field, and with its last field the edit, goes. What is
    left gets another id: a copy of this cache may have sent the edit as it was, and that answer is not the answer to
    this. Gives the id, "" when the edit went. Raises Refused when the edit may be at the company already or has been
    answered.
    """
    line = _need(cache, op)
    if line.sent_at is not None:
        raise on_its_way()
    edit, key = line.edit, (line.edit.tbl, line.edit.row_id)
    before = _company_rows(cache, [key])
    fields = dict(edit.fields)
    if edit.verb is Verb.INSERT:
        fields[field] = value
    elif fields[field][0] == value:
        del fields[field]
    else:
        fields[field] = [fields[field][0], value]
    if fields:
        _write_fields(cache, replace(edit, fields=fields))
        made = another_id(op)
        cache.write("UPDATE outbox SET op = ? WHERE op = ?", (made, op))
    else:
        made = ""
        cache.write("DELETE FROM outbox WHERE op = ?", (op,))
    _settle(cache, before, [edit])
    return made


def on_its_way() -> Refused:
    """Give why an edit that was sent can be neither taken back nor changed."""
    return Refused(
        "This edit was on its way when the connection was last up, so the company may have it already.",
        "Its answer comes with the next contact; change the thing itself after that.",
    )


def _need(cache: Cache, op: str) -> Waiting:
    found = waiting(cache, [op])
    if not found:
        raise Refused("This edit has reached the company in the meantime.", "Look at the value that is there now.")
    return found[0]


def _waiting(cells: tuple[Any, ...]) -> Waiting:
    seq, op, tbl, row_id, verb, fields, made_at, tries, last_error, sent_at = cells
    edit = Op(seq, op, tbl, row_id, Verb(verb), json.loads(fields), instant_of(made_at), tries, last_error)
    return Waiting(edit, None if sent_at is None else instant_of(sent_at))


def _keys(lines: Sequence[Waiting]) -> list[_Key]:
    return list(dict.fromkeys((line.edit.tbl, line.edit.row_id) for line in lines))


def _going(cache: Cache, first: Waiting) -> list[Waiting]:
    """Give the edit and, when it creates a row, every later edit of that row and every edit that points at it."""
    going = {first.edit.op: first}
    created = {first.edit.tbl: {first.edit.row_id}} if first.edit.verb is Verb.INSERT else {}
    while created:
        found = {line.edit.op: line for line in _hanging_on(cache, created) if line.edit.op not in going}
        going |= found
        created = {}
        for line in found.values():
            if line.edit.verb is Verb.INSERT:
                created.setdefault(line.edit.tbl, set()).add(line.edit.row_id)
    return sorted(going.values(), key=lambda line: line.edit.seq)


def _hanging_on(cache: Cache, created: dict[str, set[str]]) -> Iterator[Waiting]:
    """Give the edits of these rows, and those that point at one of them."""
    for table, ids_of in created.items():
        yield from _edits_of(cache, table, ids_of)
    for one in TABLES:
        refs = {name: created[target] for name, target in one.refs.items() if target in created}
        candidates: set[str] = set()
        for name, targets in refs.items():
            candidates |= _pointing(cache, one.name, name, targets)
        for line in _edits_of(cache, one.name, candidates):
            values = {name: line.edit.fields.get(name) for name in refs}
            is_update = line.edit.verb is Verb.UPDATE
            given = {n: v[1] if is_update and v is not None else v for n, v in values.items()}
            if line.edit.verb is not Verb.DELETE and any(given[name] in targets for name, targets in refs.items()):
                yield line


def _pointing(cache: Cache, table: str, column: str, targets: Collection[str]) -> set[str]:
    """Give the unsent rows that point there now, by the column's index, or did before one of their unsent changes."""
    wanted = json.dumps(list(targets))
    now = (
        f"SELECT DISTINCT o.row_id FROM {table} t JOIN outbox o ON o.tbl = ? AND o.row_id = t.id "
        f"WHERE t.{column} IN (SELECT value FROM json_each(?))"
    )
    changed = (
        f"SELECT row_id FROM outbox WHERE tbl = ? AND verb = 'update' AND ("
        f"json_extract(fields, '$.{column}[0]') IN (SELECT value FROM json_each(?)) OR "
        f"json_extract(fields, '$.{column}[1]') IN (SELECT value FROM json_each(?)))"
    )
    found = [*cache.read(now, (table, wanted)), *cache.read(changed, (table, wanted, wanted))]
    return {row_id for (row_id,) in found}


def _edits_of(cache: Cache, table: str, row_ids: Collection[str]) -> list[Waiting]:
    if not row_ids:
        return []
    statement = f"SELECT {_COLUMNS} FROM outbox WHERE tbl = ? AND row_id IN (SELECT value FROM json_each(?))"
    return [_waiting(cells) for cells in cache.read(statement, (table, json.dumps(list(row_ids))))]


def _company_rows(cache: Cache, keys: Sequence[_Key]) -> dict[_Key, Wire | None]:
    """Give what the company has of these rows, as far as this workstation knows; None where it has never seen one."""
    return {key: _company_row(cache, *key) for key in keys}


def _company_row(cache: Cache, table: str, row_id: str) -> Wire | None:
    kept = shadow(cache, table, row_id)
    if kept is not None:
        return kept
    record = BY_NAME[table].record
    present = None if pending_of(cache, table, (row_id,)) else cache.record(record, row_id)
    return None if present is None else {f.name: to_wire(f, getattr(present, f.name)) for f in fields_of(record)}


def _settle(cache: Cache, company_rows: Mapping[_Key, Wire | None], gone: Sequence[Op] = ()) -> None:
    """Give each edit that is left its base anew, and show the rows as they are with them."""
    by_row: dict[_Key, list[Op]] = {}
    for op in gone:
        by_row.setdefault((op.tbl, op.row_id), []).append(op)
    by_table: dict[str, dict[str, Wire | None]] = {}
    for (table, row_id), row in company_rows.items():
        by_table.setdefault(table, {})[row_id] = row
    for table, rows in by_table.items():
        left: dict[str, list[Op]] = {}
        for op in pending_of(cache, table, rows):
            left.setdefault(op.row_id, []).append(op)
        for row_id, ops in left.items():
            _base_anew(cache, ops, by_row.get((table, row_id), ()))
        rebase(cache, table, rows)


def _base_anew(cache: Cache, ops: Sequence[Op], gone: Sequence[Op]) -> None:
    """Give the edits of one row, in order, the bases that they have without those that are gone."""
    held: Wire = {}
    for op in ops:
        if op.verb is Verb.INSERT:
            held |= op.fields
            continue
        for before in (g for g in gone if g.seq < op.seq and g.verb is Verb.UPDATE):
            for name, (base, _mine) in before.fields.items():
                held.setdefault(name, base)
        based: Wire
        if op.verb is Verb.UPDATE:
            based = {name: [held.get(name, pair[0]), pair[1]] for name, pair in op.fields.items()}
            held |= {name: pair[1] for name, pair in op.fields.items()}
        else:  # a removal goes with what the row holds then
            based = {name: held.get(name, seen) for name, seen in op.fields.items()}
        if based != op.fields:
            _write_fields(cache, replace(op, fields=based))


def _write_fields(cache: Cache, op: Op) -> None:
    text = json.dumps(op.fields, ensure_ascii=False)
    # What was handed to the network stays as it went.
    cache.write("UPDATE outbox SET fields = ? WHERE op = ? AND sent_at IS NULL", (text, op.op))
