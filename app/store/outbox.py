"""What a person may still do to edits that have not been sent: look, take back, put back, change.

An edit that was handed to the network (`sent_at`) is no longer ours: the company may have it, and its answer decides.
Every change here leaves the cache as if it had never been otherwise: the shown row is the company's with what is still
unsent on top, and each edit's base is what the row held when the edits before it were made.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.entities import BY_NAME, TABLES, Verb
from app.domain.entity import fields_of, to_wire
from app.domain.errors import Refused
from app.store.arrivals import rebase, shadow
from app.store.cache import Cache
from app.store.codec import instant_of
from app.store.edits import Op, Wire, pending_of

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
    before = {key: _company_row(cache, *key) for key in _keys(going)}
    cache.write(f"DELETE FROM outbox WHERE {where}", (marks,))
    for key, row in before.items():
        _settle(cache, key, row, [line.edit for line in going if (line.edit.tbl, line.edit.row_id) == key])
    return TakenBack(tuple(taken))


def restore(cache: Cache, taken: TakenBack) -> list[tuple[str, str]]:
    """Put edits back as they were, in their order; inside a transaction. Gives the rows that changed."""
    lines = [_waiting(cells) for cells in taken.lines if not waiting(cache, [cells[1]])]
    before = {key: _company_row(cache, *key) for key in _keys(lines)}
    marks = ", ".join("?" for _ in _COLUMNS.split(", "))
    for cells in taken.lines:
        if any(line.edit.op == cells[1] for line in lines):
            place = _place_for(cache, *cells[:2])
            cache.write(f"INSERT INTO outbox ({_COLUMNS}) VALUES ({marks})", (place, *cells[1:]))
    for key, row in before.items():
        _settle(cache, key, row)
    return list(before)


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


def change(cache: Cache, op: str, field: str, value: Any) -> None:
    """Give one field of an unsent edit another value (as the wire writes it); inside a transaction.

    A value that the row had before is no edit any more: the field, and with its last field the edit, goes.
    Raises Refused when the edit may be at the company already or has been answered.
    """
    line = _need(cache, op)
    if line.sent_at is not None:
        raise on_its_way()
    edit, key = line.edit, (line.edit.tbl, line.edit.row_id)
    before = _company_row(cache, *key)
    fields = dict(edit.fields)
    if edit.verb is Verb.INSERT:
        fields[field] = value
    elif fields[field][0] == value:
        del fields[field]
    else:
        fields[field] = [fields[field][0], value]
    if fields:
        _write_fields(cache, replace(edit, fields=fields))
    else:
        cache.write("DELETE FROM outbox WHERE op = ?", (op,))
    _settle(cache, key, before, [edit])


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


def _keys(lines: Sequence[Waiting]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((line.edit.tbl, line.edit.row_id) for line in lines))


def _going(cache: Cache, first: Waiting) -> list[Waiting]:
    """Give the edit and, when it creates a row, every later edit of that row and every edit that points at it."""
    going = {first.edit.op: first}
    rows_gone = [(first.edit.tbl, first.edit.row_id)] if first.edit.verb is Verb.INSERT else []
    while rows_gone:
        for line in _hanging_on(cache, *rows_gone.pop()):
            if line.edit.op not in going:
                going[line.edit.op] = line
                if line.edit.verb is Verb.INSERT:
                    rows_gone.append((line.edit.tbl, line.edit.row_id))
    return sorted(going.values(), key=lambda line: line.edit.seq)


def _hanging_on(cache: Cache, table: str, row_id: str) -> Iterator[Waiting]:
    own = f"SELECT {_COLUMNS} FROM outbox WHERE tbl = ? AND row_id = ?"
    yield from map(_waiting, cache.read(own, (table, row_id)))
    # The id is looked for as text first: reading the JSON of a whole import for each row would take minutes.
    pointing = [t.name for t in TABLES if table in t.refs.values()]
    by_text = (
        f"SELECT {_COLUMNS} FROM outbox "
        "WHERE tbl IN (SELECT value FROM json_each(?)) AND instr(fields, ?) > 0 ORDER BY seq"
    )
    for line in map(_waiting, cache.read(by_text, (json.dumps(pointing), row_id))):
        if line.edit.verb is Verb.DELETE:
            continue
        names = [name for name, target in BY_NAME[line.edit.tbl].refs.items() if target == table]
        values = [line.edit.fields.get(name) for name in names]
        if any((value[1] if isinstance(value, list) else value) == row_id for value in values):
            yield line


def _company_row(cache: Cache, table: str, row_id: str) -> Wire | None:
    """Give what the company has of the row, as far as this workstation knows; None for a row it has never seen."""
    kept = shadow(cache, table, row_id)
    if kept is not None:
        return kept
    record = BY_NAME[table].record
    present = None if pending_of(cache, table, (row_id,)) else cache.record(record, row_id)
    return None if present is None else {f.name: to_wire(f, getattr(present, f.name)) for f in fields_of(record)}


def _settle(cache: Cache, key: tuple[str, str], company_row: Wire | None, gone: Sequence[Op] = ()) -> None:
    """Give each edit left the base that it has now, and show the row as it is with them."""
    held: Wire = {}
    table, row_id = key
    for op in pending_of(cache, table, (row_id,)):
        if op.verb is Verb.INSERT:
            held |= op.fields
            continue
        for left in (g for g in gone if g.seq < op.seq and g.verb is Verb.UPDATE):
            for name, (base, _mine) in left.fields.items():
                held.setdefault(name, base)
        based: Wire
        if op.verb is Verb.UPDATE:
            based = {name: [held.get(name, pair[0]), pair[1]] for name, pair in op.fields.items()}
            held |= {name: pair[1] for name, pair in op.fields.items()}
        else:  # a removal goes with what the row holds then
            based = {name: held.get(name, seen) for name, seen in op.fields.items()}
        if based != op.fields:
            _write_fields(cache, replace(op, fields=based))
    rebase(cache, table, {row_id: company_row})


def _write_fields(cache: Cache, op: Op) -> None:
    text = json.dumps(op.fields, ensure_ascii=False)
    # What was handed to the network stays as it went.
    cache.write("UPDATE outbox SET fields = ? WHERE op = ? AND sent_at IS NULL", (text, op.op))
