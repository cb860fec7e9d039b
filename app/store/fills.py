"""Everything anew: rows read in bulk, and what is no longer shown swept away."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.domain.entities import BY_NAME, HANGING_ON_ISSUES
from app.domain.entity import FieldKind, fields_of, to_wire
from app.store.arrivals import rebase, remember
from app.store.cache import Cache
from app.store.codec import blank_cell, columns_of
from app.store.edits import pending_of
from app.store.held import delete_rows
from app.store.rows import KEY_AHEAD


def statement_for(table: str, columns: Sequence[str], instants_from_s: int, *, has_key: bool) -> str:
    """Give the SQL that writes a bulk row down: cells of these columns, instants as microseconds since then.

    With `has_key` the row's key comes first.
    """
    record = BY_NAME[table].record
    kinds = {f.name: f.kind for f in fields_of(record)}
    missing = [name for name in columns_of(record) if name not in columns]
    shift = instants_from_s * 1_000_000
    marks = [f"? + {shift}" if kinds[name] is FieldKind.INSTANT else "?" for name in columns]
    marks += [_literal(blank_cell(record, name)) for name in missing]
    sets = ", ".join(f"{c} = excluded.{c}" for c in columns if c != "id")
    names = [*columns, *missing]
    if has_key:
        names, marks = ["pk", *names], ["?", *marks]
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(marks)}) ON CONFLICT (id) DO UPDATE SET {sets}"


def next_key(cache: Cache, table: str, *, is_ahead: bool) -> int:
    """Give the first free key for rows that are read ahead, or in their turn: see KEY_AHEAD."""
    if is_ahead:
        return max(KEY_AHEAD, int(cache.read(f"SELECT coalesce(max(pk), 0) + 1 FROM {table}")[0][0]))
    return int(cache.read(f"SELECT coalesce(max(pk), 0) + 1 FROM {table} WHERE pk < {KEY_AHEAD}")[0][0])


def _literal(cell: Any) -> str:
    if cell is None:
        return "NULL"
    return str(cell) if isinstance(cell, int) else "'" + str(cell).replace("'", "''") + "'"


def take_bulk(cache: Cache, table: str, statement: str, rows: Sequence[Sequence[Any]], ids: Sequence[str]) -> None:
    """Write rows down as the company has them now, with unsent edits on top; one transaction.

    `ids` are those of the rows. Unlike pulled rows they may be older than what is here: after a restored
    backup the company's past is the present.
    """
    with cache.transaction():
        cache.write_many(statement, rows)
        if not cache.read("SELECT 1 FROM outbox WHERE tbl = ? LIMIT 1", (table,)):
            return
        dirty = {op.row_id for op in pending_of(cache, table, ids)}
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
    delete_rows(cache, table, [i for (i,) in gone])
    cache.connection.execute("DELETE FROM temp.shown")
    return len(gone)


def note_progress(cache: Cache, plan: str) -> None:
    """Remember how far a fill is."""
    with cache.transaction():
        remember(cache, fill=plan)


def end_fill(cache: Cache, words: dict[str, str]) -> None:
    """Forget the plan of a fill that is whole and remember its words."""
    with cache.transaction():
        cache.write("DELETE FROM sync_meta WHERE name IN ('fill', 'paused')")
        remember(cache, **words)
