"""Brings a whole company into an empty company database at once, as its administrator: for the demo."""

from collections.abc import Iterable

from psycopg import sql
from psycopg.types.json import Jsonb

from app.company.connection import Connection, said_plainly
from app.domain.entities import TABLES, table_of
from app.domain.entity import Entity, FieldKind, fields_of


def load(connection: Connection, records: Iterable[Entity]) -> int:
    """Insert the records, parents first, in one transaction; gives how many. People must be there already."""
    by_table: dict[str, list[Entity]] = {}
    for record in records:
        by_table.setdefault(table_of(type(record)).name, []).append(record)
    with said_plainly(), connection.transaction():
        for table in TABLES:
            if rows := by_table.get(table.name):
                _insert(connection, table.name, rows)
        # The numbers that come go on after those that were given.
        connection.execute(
            "SELECT setval('baton.issue_number', greatest((SELECT max(number) FROM baton.issue), "
            "(SELECT last_value FROM baton.issue_number)))"
        )
    return sum(map(len, by_table.values()))


def _insert(connection: Connection, table: str, rows: list[Entity]) -> None:
    fields = [f for f in fields_of(type(rows[0])) if f.name not in {"rev", "changed_at"}]
    columns = sql.SQL(", ").join(sql.Identifier(f.name) for f in fields)
    marks = sql.SQL(", ").join(sql.Placeholder() for _ in fields)
    query = sql.SQL("INSERT INTO baton.{} ({}) VALUES ({})").format(sql.Identifier(table), columns, marks)
    values = [
        [Jsonb(dict(v)) if f.kind is FieldKind.FACTS else v for f in fields for v in [getattr(row, f.name)]]
        for row in rows
    ]
    connection.cursor().executemany(query, values)
