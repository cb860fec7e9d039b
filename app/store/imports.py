"""What an import needs of the cache: many new rows with their outbox lines at once, and its own notes.

The notes stand among the words that this workstation remembers: `import:<id>` tells what an import did, and
`import:<id>:<n>` which rows it added; `imported:<row id>` is what the source last said of a row, so that a later
import can tell a change there from an edit here. They stay on this workstation.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, TypeVar

from app.domain.entities import TABLES, Verb, table_of
from app.domain.entity import SERVER_FIELDS, Entity, fields_of, new_id, to_wire
from app.domain.issue import Issue
from app.store.cache import Cache
from app.store.codec import cells_of, columns_of, instant_cell, record_of
from app.store.held import hold

R = TypeVar("R", bound=Entity)
Wire = dict[str, Any]


def insert_many(cache: Cache, rows: Sequence[Entity], made_at: datetime, made_by: str) -> None:
    """Add new rows with their outbox lines in this order, parents before children; inside a transaction."""
    for record, group in groupby(rows, type):
        table = table_of(record)
        sent = [f for f in fields_of(record) if f.name not in SERVER_FIELDS and f.name not in table.given]
        columns = columns_of(record)
        fresh = list(group)
        cache.write_many(
            f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({', '.join('?' for _ in columns)})",
            [cells_of(row.but(changed_at=made_at, changed_by=made_by)) for row in fresh],
        )
        # What was brought in here stays here: reports on it need no network.
        hold(cache, [row.id for row in fresh if isinstance(row, Issue) and row.closed_at is not None], made_at)
        at = instant_cell(made_at)
        cache.write_many(
            "INSERT INTO outbox (op, tbl, row_id, verb, fields, made_at, tries, last_error) "
            "VALUES (?, ?, ?, ?, ?, ?, 0, '')",
            [
                (
                    *(new_id(), table.name, row.id, Verb.INSERT.value),
                    json.dumps({f.name: to_wire(f, getattr(row, f.name)) for f in sent}, ensure_ascii=False),
                    at,
                )
                for row in fresh
            ],
        )


def rows_by_id(cache: Cache, record: type[R], ids: Iterable[str]) -> dict[str, R]:
    """Give those of the rows that are here, also deleted ones."""
    columns = ", ".join(columns_of(record))
    found = cache.read(
        f"SELECT {columns} FROM {table_of(record).name} WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row.id: row for row in (record_of(record, cells) for cells in found)}


def customer_names(cache: Cache) -> list[tuple[str, str]]:
    """Give id and name of every customer, the oldest last."""
    return [(i, name) for i, name in cache.read("SELECT id, name FROM customer WHERE deleted = 0 ORDER BY pk DESC")]


def contact_names(cache: Cache, customer_id: str) -> list[tuple[str, str]]:
    """Give id and name of every contact of a customer, the oldest last."""
    found = cache.read(
        "SELECT id, name FROM contact WHERE customer_id = ? AND deleted = 0 ORDER BY pk DESC", (customer_id,)
    )
    return [(i, name) for i, name in found]


def edited_here(cache: Cache, record: type[Entity], ids: Iterable[str]) -> set[str]:
    """Give those rows that have an unsent edit other than having been added."""
    found = cache.read(
        "SELECT DISTINCT row_id FROM outbox "
        "WHERE tbl = ? AND row_id IN (SELECT value FROM json_each(?)) AND verb <> 'insert'",
        (table_of(record).name, json.dumps(list(ids))),
    )
    return {i for (i,) in found}


def leant_on(cache: Cache, record: type[Entity], ids: Sequence[str], apart_from: frozenset[str]) -> set[str]:
    """Give those rows that something points to which is not deleted; tables in `apart_from` do not count."""
    target, found = table_of(record).name, set()
    for table in TABLES:
        if table.name in apart_from:
            continue
        for column in (c for c, pointed in table.refs.items() if pointed == target):
            statement = (
                f"SELECT DISTINCT {column} FROM {table.name} "
                f"WHERE {column} IN (SELECT value FROM json_each(?)) AND deleted = 0"
            )
            found |= {i for (i,) in cache.read(statement, (json.dumps(list(ids)),))}
    return found


def keep_said(cache: Cache, said: Mapping[str, Wire]) -> None:
    """Note what the source said of rows last; inside a transaction."""
    _keep(cache, {f"imported:{row_id}": fields for row_id, fields in said.items()})


def said_of(cache: Cache, ids: Iterable[str]) -> dict[str, Wire]:
    """Give what the source last said of these rows, as far as this workstation knows."""
    names = json.dumps([f"imported:{i}" for i in ids])
    found = cache.read(
        "SELECT substr(name, 10), value FROM sync_meta WHERE name IN (SELECT value FROM json_each(?))", (names,)
    )
    return {row_id: json.loads(text) for row_id, text in found}


def forget_said(cache: Cache, ids: Iterable[str]) -> None:
    """Forget what the source said of these rows; inside a transaction."""
    cache.write_many("DELETE FROM sync_meta WHERE name = ?", [(f"imported:{i}",) for i in ids])


def keep_note(cache: Cache, import_id: str, note: Wire) -> None:
    """Note what an import did, replacing what was noted of it before; inside a transaction."""
    _keep(cache, {f"import:{import_id}": note})


def keep_added(cache: Cache, import_id: str, part: int, ids: Mapping[str, Sequence[str]]) -> None:
    """Note which rows, by table, one part of an import has added; inside a transaction."""
    _keep(cache, {f"import:{import_id}:{part}": dict(ids)})


def keep_changed(
    cache: Cache, import_id: str, part: int, table: str, changed: Mapping[str, Mapping[str, Sequence[Any]]]
) -> None:
    """Note what one part of an import has changed: by row, {field: [before, after]} as the wire writes it.

    Inside a transaction.
    """
    _keep(cache, {f"import:{import_id}:{part}": {f"{table}:changed": changed}})


def changed_by(cache: Cache, import_id: str, table: str) -> dict[str, dict[str, list[Any]]]:
    """Give what an import changed in a table's rows: {field: [before, after]} by row."""
    found = cache.read("SELECT value FROM sync_meta WHERE name GLOB ?", (f"import:{import_id}:*",))
    return {
        row_id: pairs for (text,) in found for row_id, pairs in json.loads(text).get(f"{table}:changed", {}).items()
    }


def notes(cache: Cache) -> dict[str, Wire]:
    """Give the notes of all imports of this workstation by their ids, the oldest first."""
    found = cache.read(
        "SELECT substr(name, 8), value FROM sync_meta WHERE name GLOB 'import:*' AND name NOT GLOB 'import:*:*' "
        "ORDER BY name"
    )
    return {import_id: json.loads(text) for import_id, text in found}


def added_by(cache: Cache, import_id: str, table: str) -> list[str]:
    """Give the ids of the rows that an import added to a table."""
    found = cache.read("SELECT value FROM sync_meta WHERE name GLOB ?", (f"import:{import_id}:*",))
    return [row_id for (text,) in found for row_id in json.loads(text).get(table, ())]


def _keep(cache: Cache, words: Mapping[str, Any]) -> None:
    cache.write_many(
        "INSERT INTO sync_meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [(name, json.dumps(value, ensure_ascii=False, sort_keys=True)) for name, value in words.items()],
    )
