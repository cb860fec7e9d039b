"""Everything anew: rows read in bulk, what is no longer shown swept away, what is old enough left to the archive."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from app.domain.entities import BY_NAME, HANGING_ON_ISSUES
from app.domain.entity import FieldKind, fields_of, to_wire
from app.domain.issue import IssueState
from app.store.arrivals import rebase, remember
from app.store.cache import Cache
from app.store.codec import blank_cell, columns_of, instant_cell
from app.store.edits import pending_of

_SWEPT_AT_ONCE = 2000


def statement_for(table: str, columns: Sequence[str], instants_from_s: int) -> str:
    """Give the SQL that writes a bulk row down: cells of these columns, instants as microseconds since then."""
    record = BY_NAME[table].record
    kinds = {f.name: f.kind for f in fields_of(record)}
    missing = [name for name in columns_of(record) if name not in columns]
    shift = instants_from_s * 1_000_000
    marks = [f"? + {shift}" if kinds[name] is FieldKind.INSTANT else "?" for name in columns]
    marks += [_literal(blank_cell(record, name)) for name in missing]
    sets = ", ".join(f"{c} = excluded.{c}" for c in columns if c != "id")
    names = ", ".join((*columns, *missing))
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join(marks)}) ON CONFLICT (id) DO UPDATE SET {sets}"


def _literal(cell: Any) -> str:
    if cell is None:
        return "NULL"
    return str(cell) if isinstance(cell, int) else "'" + str(cell).replace("'", "''") + "'"


def take_bulk(cache: Cache, table: str, statement: str, rows: Sequence[Sequence[Any]], id_at: int) -> None:
    """Write rows down as the company has them now, with unsent edits on top; one transaction.

    `id_at` is the place of the id in a row. Unlike pulled rows they may be older than what is here: after a restored
    backup the company's past is the present.
    """
    with cache.transaction():
        cache.write_many(statement, rows)
        if not cache.read("SELECT 1 FROM outbox WHERE tbl = ? LIMIT 1", (table,)):
            return
        dirty = {op.row_id for op in pending_of(cache, table, [row[id_at] for row in rows])}
        record = BY_NAME[table].record
        found = [row for row in (cache.record(record, i) for i in dirty) if row is not None]
        rebase(cache, table, {r.id: {f.name: to_wire(f, getattr(r, f.name)) for f in fields_of(record)} for r in found})


def sweep(cache: Cache, table: str, shown: Iterable[Sequence[str]]) -> int:
    """Remove rows of a table that the company did not show, but for unsent edits and issues that are held here."""
    cache.connection.execute("CREATE TEMP TABLE IF NOT EXISTS shown (id TEXT PRIMARY KEY) WITHOUT ROWID")
    cache.connection.execute("DELETE FROM temp.shown")
    for batch in shown:
        cache.connection.executemany("INSERT OR IGNORE INTO temp.shown VALUES (?)", [(i,) for i in batch])
    held = ""
    if table == "issue" or table in HANGING_ON_ISSUES:
        key = "id" if table == "issue" else "issue_id"
        held = f" AND ({key} IS NULL OR {key} NOT IN (SELECT issue_id FROM held))"
    gone = cache.read(
        f"SELECT id FROM {table} WHERE id NOT IN (SELECT id FROM temp.shown) "
        f"AND id NOT IN (SELECT row_id FROM outbox WHERE tbl = ?){held}",
        (table,),
    )
    _delete(cache, table, [i for (i,) in gone])
    cache.connection.execute("DELETE FROM temp.shown")
    return len(gone)


def hold(cache: Cache, issue_ids: Iterable[str], now: datetime) -> None:
    """Keep these issues here however old they are; inside a transaction."""
    cache.write_many(
        "INSERT OR IGNORE INTO held (issue_id, held_at) VALUES (?, ?)", [(i, instant_cell(now)) for i in issue_ids]
    )


def held(cache: Cache) -> list[str]:
    """Give the issues that are kept here however old they are."""
    return [i for (i,) in cache.read("SELECT issue_id FROM held")]


def leave_to_archive(cache: Cache, closed_before: datetime) -> int:
    """Remove issues closed before then with what hangs on them, but for what is held, unsent or to be resolved."""
    old = cache.read(
        "SELECT id FROM issue WHERE state = ? AND closed_at < ? AND id NOT IN (SELECT issue_id FROM held) "
        "AND id NOT IN (SELECT row_id FROM outbox) "
        "AND id NOT IN (SELECT row_id FROM conflict WHERE resolved_at IS NULL)",
        (IssueState.CLOSED.value, instant_cell(closed_before)),
    )
    ids = [i for (i,) in old]
    for start in range(0, len(ids), _SWEPT_AT_ONCE):
        some = json.dumps(ids[start : start + _SWEPT_AT_ONCE])
        for table in HANGING_ON_ISSUES:
            found = cache.read(
                f"SELECT id FROM {table} WHERE issue_id IN (SELECT value FROM json_each(?)) "
                "AND id NOT IN (SELECT row_id FROM outbox)",
                (some,),
            )
            _delete(cache, table, [i for (i,) in found])
    _delete(cache, "issue", ids)
    return len(ids)


def _delete(cache: Cache, table: str, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), _SWEPT_AT_ONCE):
        with cache.transaction():
            some = ids[start : start + _SWEPT_AT_ONCE]
            cache.write_many(f"DELETE FROM {table} WHERE id = ?", [(i,) for i in some])


def note_progress(cache: Cache, plan: str) -> None:
    """Remember how far a fill is."""
    with cache.transaction():
        remember(cache, fill=plan)


def end_fill(cache: Cache, words: dict[str, str]) -> None:
    """Forget the plan of a fill that is whole and remember its words."""
    with cache.transaction():
        cache.write("DELETE FROM sync_meta WHERE name = 'fill'")
        remember(cache, **words)
