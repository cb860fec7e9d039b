"""Reads whole tables of the company as fast as they can be written down elsewhere: binary, streamed, in parts.

A part is a stretch of a table's pages, so that reading can stop and go on; each is a snapshot of its own. Values come
as text, whole numbers and truth values; an instant as whole microseconds since 2000-01-01 UTC, as PostgreSQL keeps it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from psycopg import sql
from psycopg.rows import tuple_row
from psycopg.types.numeric import Int8BinaryLoader

from app.company.connection import Connection

# table -> column -> PostgreSQL's name of its type
Columns = Mapping[str, Mapping[str, str]]

INSTANTS_FROM_S = 946_684_800  # 2000-01-01 UTC in Unix time
BATCH_ROWS = 1000
_PAGES = 256  # of 8 KiB: a part is about 2 MB
_NO_END = 1 << 32
_FIRST_ISSUES = 2000

# What travels as text; everything else as its bytes.
_CASTS = {"uuid": "::text", "numeric": "::text", "jsonb": "::text"}


@dataclass(frozen=True, slots=True)
class Part:
    """Pages [first, last) of a table; `where` narrows its rows, as SQL without anything a person typed."""

    table: str
    first: int
    last: int
    filenode: int
    where: str = "true"
    is_ahead: bool = False  # read before its turn, and once more with its pages


def columns_here(connection: Connection) -> Columns:
    """Give the company's tables with their columns and types."""
    rows = connection.execute(
        "SELECT c.relname, a.attname, t.typname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "JOIN pg_type t ON t.oid = a.atttypid "
        "WHERE c.relnamespace = 'baton'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        found.setdefault(table, {})[column] = kind
    return found


def parts_of(
    connection: Connection,
    columns: Columns,
    tables: Sequence[str],
    closed_since: datetime | None,
    hanging: Sequence[str],
) -> list[Part]:
    """Give the parts in which everything is read, in order.

    First what everything else points to, then the issues that are not closed, the newest, with what hangs on them;
    then the rest in the order in which it stands there, which is mostly that of its age. `closed_since` leaves out
    issues that were closed before, and what hangs on them in the tables of `hanging`.
    """
    kept_issue = ""
    if closed_since is not None:
        at = sql.Literal(closed_since).as_string(connection)
        kept_issue = f"NOT (i.state = 'closed' AND coalesce(i.closed_at < {at}, false))"
    newest = (
        "SELECT i.id FROM baton.issue i WHERE i.state NOT IN ('solved', 'closed') "  # noqa: S608  a number of ours
        f"ORDER BY i.changed_at DESC LIMIT {_FIRST_ISSUES}"
    )
    sizes = _sizes(connection)
    here = [t for t in tables if t in columns]
    small = [t for t in here if t != "issue" and t not in hanging]
    big = [t for t in here if t == "issue" or t in hanging]
    parts = [part for table in small for part in _pages(table, *sizes[table])]
    for table in big:
        key = "id" if table == "issue" else "issue_id"
        parts.append(Part(table, 0, _NO_END, sizes[table][1], f"r.{key} IN ({newest})", is_ahead=True))
    for table in big:
        kept = kept_issue.replace("i.", "r.") or "true"
        if kept_issue and table != "issue":
            kept = (
                f"(r.issue_id IS NULL OR EXISTS (SELECT FROM baton.issue i WHERE i.id = r.issue_id AND {kept_issue}))"
            )
        parts += _pages(table, *sizes[table], kept)
    return parts


def parts_changed(connection: Connection, columns: Columns, tables: Sequence[str], cursor: str) -> list[Part]:
    """Give what has changed since the cursor, a part for each table."""
    sizes = _sizes(connection)
    since = sql.Literal(cursor).as_string(connection)
    return [
        Part(t, 0, _NO_END, sizes[t][1], f"r.id IN (SELECT sync.changed_ids('{t}', {since}))")
        for t in tables
        if t in columns
    ]


def expected_rows(connection: Connection, parts: Sequence[Part]) -> int:
    """Give how many rows these parts hold that we may see."""
    wheres = {(part.table, part.where) for part in parts if not part.is_ahead}
    total = 0
    for table, where in wheres:
        query = sql.SQL("SELECT count(*) FROM baton.{} r WHERE {}").format(sql.Identifier(table), sql.SQL(where))
        row = connection.execute(query).fetchone()
        total += row[0] if row else 0
    return total


def _sizes(connection: Connection) -> dict[str, tuple[int, int]]:
    """Give each table's pages and the file that they are in: another file means that rows have other pages."""
    rows = connection.execute(
        "SELECT relname, pg_relation_size(oid) / current_setting('block_size')::bigint, relfilenode::bigint "
        "FROM pg_class WHERE relnamespace = 'baton'::regnamespace AND relkind = 'r'"
    ).fetchall()
    return {table: (pages, filenode) for table, pages, filenode in rows}


def _pages(table: str, pages: int, filenode: int, where: str = "true") -> list[Part]:
    """Cut a table into parts; the last one has no end: rows may have come since."""
    return [
        Part(table, first, first + _PAGES if first + _PAGES < pages else _NO_END, filenode, where)
        for first in range(0, max(pages, 1), _PAGES)
    ]


def read_part(
    connection: Connection, columns: Columns, part: Part, names: Sequence[str]
) -> Iterator[list[tuple[Any, ...]]]:
    """Give the part's rows in batches of these columns; one that the company does not have is left out of them."""
    there = columns[part.table]
    kept = [n for n in names if n in there]
    picked = sql.SQL(", ").join(
        sql.SQL("r.{}").format(sql.Identifier(n)) + sql.SQL(_CASTS.get(there[n], "")) for n in kept
    )
    yield from _streamed(connection, part, picked)


def read_ids(connection: Connection, part: Part) -> Iterator[list[str]]:
    """Give the ids of the part's rows in batches."""
    for batch in _streamed(connection, part, sql.SQL("r.id::text")):
        yield [i for (i,) in batch]


def _streamed(connection: Connection, part: Part, picked: sql.Composable) -> Iterator[list[tuple[Any, ...]]]:
    query = sql.SQL("SELECT {} FROM baton.{} r WHERE {}").format(
        picked, sql.Identifier(part.table), sql.SQL(_where(part))
    )
    with connection.cursor(binary=True, row_factory=tuple_row) as cursor:
        cursor.adapters.register_loader("timestamptz", Int8BinaryLoader)
        rows = cursor.stream(query, size=BATCH_ROWS)
        while batch := list(islice(rows, BATCH_ROWS)):
            yield batch


def _where(part: Part) -> str:
    bounds = []
    if part.first:
        bounds.append(f"r.ctid >= '({part.first},0)'::tid")
    if part.last < _NO_END:
        bounds.append(f"r.ctid < '({part.last},0)'::tid")
    return " AND ".join([*bounds, part.where])
