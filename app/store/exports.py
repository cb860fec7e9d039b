"""Every row of every synced table, read in order and in little memory, at one moment."""

from collections.abc import Iterable, Iterator
from typing import Any

from app.domain.entities import TABLES, Table
from app.domain.entity import fields_of, to_wire
from app.store.cache import Cache
from app.store.codec import columns_of, from_cell

_PAGE = 1_000


def everything(cache: Cache) -> Iterator[tuple[Table, Iterable[dict[str, Any]]]]:
    """Give each table with its rows as the wire writes them, also removed ones; others may write meanwhile."""
    cache.read("BEGIN")  # from here on this thread sees one state
    try:
        for table in TABLES:
            yield table, _rows(cache, table)
    finally:
        cache.read("ROLLBACK")


def _rows(cache: Cache, table: Table) -> Iterator[dict[str, Any]]:
    fields, last = fields_of(table.record), -1
    statement = f"SELECT pk, {', '.join(columns_of(table.record))} FROM {table.name} WHERE pk > ? ORDER BY pk LIMIT ?"
    while page := cache.read(statement, (last, _PAGE)):
        for pk, *cells in page:
            last = pk
            yield {f.name: to_wire(f, from_cell(f, cell)) for f, cell in zip(fields, cells, strict=True)}
