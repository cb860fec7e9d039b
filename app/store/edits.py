"""A person's edits: the row and its outbox line in one transaction, and what became of them.

What a screen shows is always: what the company database has (the row itself, or its shadow once edited here) plus the
unsent edits on top, in order.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from app.domain.entities import BY_NAME, LONGEST_EDIT_BYTES, Verb, table_of
from app.domain.entity import SERVER_FIELDS, Entity, fields_of, new_id, to_wire
from app.domain.errors import BadInput, Refused
from app.store.cache import Cache
from app.store.codec import cells_from_wire, cells_of, columns_of, instant_cell, instant_of, to_cell

R = TypeVar("R", bound=Entity)
Wire = dict[str, Any]

LONGEST_TEXT_BYTES = 400_000  # so that what it was and what it is to be fit into one edit


@dataclass(frozen=True, slots=True)
class Op:
    """One unsent edit, as push carries it."""

    seq: int
    op: str
    tbl: str
    row_id: str
    verb: Verb
    fields: Wire
    made_at: datetime
    tries: int
    last_error: str

    def as_wire(self) -> Wire:
        """Give it as sync.push reads it."""
        return {"op": self.op, "tbl": self.tbl, "id": self.row_id, "verb": self.verb.value, "fields": self.fields}


def insert(cache: Cache, row: Entity, made_at: datetime, made_by: str) -> None:
    """Add a new row; to be called inside `cache.transaction()`."""
    table = table_of(type(row))
    stamped = row.but(changed_at=made_at, changed_by=made_by)
    marks = ", ".join("?" for _ in fields_of(table.record))
    cache.write(
        f"INSERT INTO {table.name} ({', '.join(columns_of(table.record))}) VALUES ({marks})",
        cells_of(stamped),
    )
    fields = {
        f.name: to_wire(f, getattr(row, f.name))
        for f in fields_of(table.record)
        if f.name not in SERVER_FIELDS and f.name not in table.given
    }
    _queue(cache, table.name, row.id, Verb.INSERT, fields, made_at)


def update(cache: Cache, row: R, changes: Mapping[str, Any], made_at: datetime, made_by: str) -> R | None:
    """Change fields of a row that is here; gives it as it was, None where nothing differed.

    To be called inside `cache.transaction()`.

    The base of each field is what the row holds now, not what the caller read: `row` only names it.
    Raises Refused when the row is gone.
    """
    table = table_of(type(row))
    present = cache.record(type(row), row.id)
    if present is None or present.deleted:
        raise Refused("Somebody has removed this in the meantime.", "What you typed is still in the form.")
    pairs = {
        f.name: [to_wire(f, getattr(present, f.name)), to_wire(f, changes[f.name])]
        for f in fields_of(table.record)
        if f.name in changes and getattr(present, f.name) != changes[f.name]
    }
    if not pairs:
        return None
    _keep_shadow(cache, table.name, present)
    by_name = {f.name: f for f in fields_of(table.record)}
    cells = [to_cell(by_name[name], changes[name]) for name in pairs]
    sets = ", ".join(f"{name} = ?" for name in pairs)
    cache.write(
        f"UPDATE {table.name} SET {sets}, changed_at = ?, changed_by = ? WHERE id = ?",
        (*cells, instant_cell(made_at), made_by, row.id),
    )
    _queue(cache, table.name, row.id, Verb.UPDATE, pairs, made_at)
    return present


def delete(cache: Cache, row: R, made_at: datetime, made_by: str) -> R | None:
    """Mark a row as removed and give it as it was, None where it was gone; inside `cache.transaction()`.

    What it holds now goes along: where somebody else has changed that meanwhile, the removal is a conflict.
    """
    table = table_of(type(row))
    present = cache.record(type(row), row.id)
    if present is None or present.deleted:
        return None
    _keep_shadow(cache, table.name, present)
    cache.write(
        f"UPDATE {table.name} SET deleted = 1, changed_at = ?, changed_by = ? WHERE id = ?",
        (instant_cell(made_at), made_by, row.id),
    )
    seen = {
        f.name: to_wire(f, getattr(present, f.name))
        for f in fields_of(table.record)
        if f.name not in SERVER_FIELDS and f.name not in table.given
    }
    _queue(cache, table.name, row.id, Verb.DELETE, seen, made_at)
    return present


def size_on_wire(value: object) -> int:
    """Give how many bytes a wire value or an edit's fields are, as the company counts them."""
    return len(json.dumps(value, ensure_ascii=False).encode(errors="replace"))


def _queue(cache: Cache, table: str, row_id: str, verb: Verb, fields: Wire, made_at: datetime) -> None:
    if verb is Verb.DELETE:
        if size_on_wire(fields) > LONGEST_EDIT_BYTES:  # a row never becomes too long to be removed
            fields = {name: value for name, value in fields.items() if size_on_wire(value) < LONGEST_TEXT_BYTES // 20}
    else:
        typed = (pair[1] for pair in fields.values()) if verb is Verb.UPDATE else fields.values()
        _refuse_longer(max((size_on_wire(value) for value in typed), default=0), LONGEST_TEXT_BYTES, "one text")
        _refuse_longer(size_on_wire(fields), LONGEST_EDIT_BYTES, "one entry")
    queue_again(cache, [Op(0, new_id(), table, row_id, verb, fields, made_at, 0, "")])


def _refuse_longer(size: int, most: int, what: str) -> None:
    if size > most:
        raise BadInput(
            f"That is {size // 1000:,} kB of text, more than {what} holds ({most // 1000} kB).",
            "Keep the part that matters, or attach it as a file.",
        )


def queue_again(cache: Cache, ops: Sequence[Op], *, first: bool = False) -> None:
    """Put edits into the outbox, behind all others or `first`; inside a transaction. Their `seq` is given anew."""
    if first:
        (start,) = cache.read("SELECT min(seq) FROM outbox")[0]
        base = (start if start is not None else 1) - len(ops)
        numbers: list[int | None] = [base + i for i in range(len(ops))]
    else:
        numbers = [None] * len(ops)
    cache.write_many(
        "INSERT INTO outbox (seq, op, tbl, row_id, verb, fields, made_at, tries, last_error) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 0, '')",
        [
            (n, o.op, o.tbl, o.row_id, o.verb.value, json.dumps(o.fields, ensure_ascii=False), instant_cell(o.made_at))
            for n, o in zip(numbers, ops, strict=True)
        ],
    )


def _keep_shadow(cache: Cache, table: str, present: Entity) -> None:
    """Keep what the company has of a row before its first unsent edit; a row it has not yet seen has none."""
    if cache.read("SELECT 1 FROM outbox WHERE tbl = ? AND row_id = ? LIMIT 1", (table, present.id)):
        return
    row = {f.name: to_wire(f, getattr(present, f.name)) for f in fields_of(type(present))}
    cache.local["shadow"].insert(
        tbl=table, row_id=present.id, row=json.dumps(row, ensure_ascii=False)
    ).on_conflict_replace().execute()


_OP_COLUMNS = "seq, op, tbl, row_id, verb, fields, made_at, tries, last_error"


def _op(cells: tuple[Any, ...]) -> Op:
    seq, op, tbl, row_id, verb, fields, made_at, tries, last_error = cells
    return Op(seq, op, tbl, row_id, Verb(verb), json.loads(fields), instant_of(made_at), tries, last_error)


_BEFORE_ALL = -(1 << 62)


def pending(cache: Cache, limit: int = 500, after: int = _BEFORE_ALL) -> list[Op]:
    """Give unsent edits in the order they were made."""
    found = cache.read(f"SELECT {_OP_COLUMNS} FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit))
    return [_op(cells) for cells in found]


def pending_of(cache: Cache, table: str, row_ids: Iterable[str]) -> list[Op]:
    """Give the unsent edits of these rows in order."""
    statement = (
        f"SELECT {_OP_COLUMNS} FROM outbox WHERE tbl = ? AND row_id IN (SELECT value FROM json_each(?)) ORDER BY seq"
    )
    return [_op(cells) for cells in cache.read(statement, (table, json.dumps(list(row_ids))))]


def pending_inserts(cache: Cache) -> list[Op]:
    """Give the unsent edits that make a new row, in order."""
    found = cache.read(f"SELECT {_OP_COLUMNS} FROM outbox WHERE verb = ? ORDER BY seq", (Verb.INSERT.value,))
    return [_op(cells) for cells in found]


def mark_sent(cache: Cache, ops: Sequence[Op], now: datetime) -> None:
    """Note that these are on their way: from now on they may be at the company, whatever the network says."""
    with cache.transaction():
        cache.write_many(
            "UPDATE outbox SET sent_at = ? WHERE op = ? AND sent_at IS NULL", [(instant_cell(now), o.op) for o in ops]
        )


def pending_count(cache: Cache) -> tuple[int, datetime | None]:
    """Give how many edits are unsent and when the oldest was made."""
    count, oldest = cache.read("SELECT count(*), min(made_at) FROM outbox")[0]
    return count, None if oldest is None else instant_of(oldest)


def oldest_failure(cache: Cache) -> str:
    """Give why the oldest unsent edit that failed did not go through; "" when none did."""
    found = cache.read("SELECT last_error FROM outbox WHERE last_error <> '' ORDER BY seq LIMIT 1")
    return str(found[0][0]) if found else ""


def pending_ids(cache: Cache, table: str) -> frozenset[str]:
    """Give the ids of a table's rows that have unsent edits."""
    return frozenset(i for (i,) in cache.read("SELECT DISTINCT row_id FROM outbox WHERE tbl = ?", (table,)))


def with_unsent(row: Wire | None, ops: Sequence[Op]) -> Wire | None:
    """Give the row as a screen shows it: the company's row (None: it has none) with the unsent edits on top."""
    shown = None if row is None else dict(row)
    for op in ops:
        if op.verb is Verb.INSERT:
            record = BY_NAME[op.tbl].record
            blank = {f.name: None for f in fields_of(record)}
            shown = shown or {**blank, "id": op.row_id, "rev": 0, "deleted": False, **op.fields}
        elif shown is not None:
            mine = {"deleted": True} if op.verb is Verb.DELETE else {f: pair[1] for f, pair in op.fields.items()}
            shown.update(mine, changed_at=op.made_at.isoformat())
    return shown


def put_rows(cache: Cache, table: str, rows: list[Wire]) -> None:
    """Write rows as they are shown, replacing what is there under the same id; inside a transaction."""
    record = BY_NAME[table].record
    columns = columns_of(record)
    marks = ", ".join("?" for _ in columns)
    sets = ", ".join(f"{c} = excluded.{c}" for c in columns if c != "id")
    cache.write_many(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {sets}",
        [cells_from_wire(record, row) for row in rows],
    )
