"""The cache's tables as peewee models, made from the records of app/domain for one open database.

Nothing outside the store sees these: records go up. A class per database, because a process may have two caches open.
"""

import sqlite3
import sys
from collections.abc import Callable
from typing import Any

from app.domain.entities import TABLES, Table
from app.domain.entity import FieldKind, fields_of

# peewee imports every database driver it finds when it is loaded. The console has no use for psycopg (0.2 s), so
# drivers are out of sight for that moment; whoever imports one later gets it as usual.
_HIDDEN = [name for name in ("psycopg", "psycopg2") if name not in sys.modules]
for _name in _HIDDEN:
    sys.modules[_name] = None  # type: ignore[assignment]
try:
    import peewee
finally:
    for _name in _HIDDEN:
        del sys.modules[_name]

_COLUMNS = {
    FieldKind.TEXT: peewee.TextField,
    FieldKind.INTEGER: peewee.BigIntegerField,
    FieldKind.BOOLEAN: peewee.IntegerField,
    FieldKind.INSTANT: peewee.BigIntegerField,
    FieldKind.MONEY: peewee.TextField,
    FieldKind.FACTS: peewee.TextField,
}

# What the lists and look-ups of the panes walk along; references are indexed besides.
_INDEXES: dict[str, tuple[tuple[str, ...], ...]] = {
    "issue": (
        ("state", "changed_at"),
        ("number",),
        ("next_update_at",),
        ("owner_id", "state"),
        ("source", "source_key"),
    ),
    "interaction": (("customer_id", "at"), ("issue_id", "direction", "at"), ("nature",)),
    "promise": (("state", "due_at"),),
    "customer": (("name",),),
    "contact": (("phone",),),
    "session": (("device_id", "opened_at"),),
    "audit_line": (("workstation", "seq"),),
    "config_backup": (("device_id", "taken_at"),),
    "backup_attempt": (("device_id", "at"),),
}


class _SharedDatabase(peewee.SqliteDatabase):
    """Runs peewee's statements on a connection of the cache, so that an edit is one transaction with what is around."""

    def __init__(self, connection: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(":memory:")
        self._give = connection

    def connection(self) -> sqlite3.Connection:
        return self._give()

    def cursor(self, named_cursor: object = None) -> sqlite3.Cursor:
        return self._give().cursor()


def shared_database(connection: Callable[[], sqlite3.Connection]) -> peewee.Database:
    """Give a database for models, on whatever connection the calling thread has."""
    return _SharedDatabase(connection)


def synced_rows(database: peewee.Database) -> dict[str, Any]:
    """Give the model of every synced table, by the table's name."""
    return {t.name: _synced_row(database, t) for t in TABLES}


def _synced_row(database: peewee.Database, table: Table) -> Any:
    columns: dict[str, Any] = {"pk": peewee.AutoField()}  # a whole-number key that the search index can point at
    for f in fields_of(table.record):
        options = {"null": f.is_optional} | ({"unique": True} if f.name == "id" else {})
        columns[f.name] = _COLUMNS[f.kind](index=f.name in table.refs, **options)
    meta = type(
        "Meta",
        (),
        {"database": database, "table_name": table.name, "indexes": [(i, False) for i in _INDEXES.get(table.name, ())]},
    )
    return type(f"{table.record.__name__}Row", (peewee.Model,), {**columns, "Meta": meta})


def local_rows(database: peewee.Database) -> dict[str, Any]:
    """Give the models of what belongs to this workstation alone."""

    class LocalRow(peewee.Model):
        class Meta:
            database = None

    LocalRow._meta.set_database(database)  # noqa: SLF001  peewee's documented way to bind one class

    class OutboxRow(LocalRow):
        """An edit that the company database has not answered yet: {field: [base, mine]} or, new, {field: value}."""

        seq = peewee.AutoField()
        op = peewee.TextField(unique=True)
        tbl = peewee.TextField()
        row_id = peewee.TextField()
        verb = peewee.TextField()
        fields = peewee.TextField()
        made_at = peewee.BigIntegerField()
        tries = peewee.IntegerField(default=0)
        last_error = peewee.TextField(default="")
        sent_at = peewee.BigIntegerField(null=True)  # when it was first on its way: since then it may be there

        class Meta:
            table_name = "outbox"
            indexes = ((("tbl", "row_id"), False),)

    class SentRow(LocalRow):
        """An edit that the company has taken, kept some days: after a restored backup it is offered again."""

        op = peewee.TextField(primary_key=True)
        tbl = peewee.TextField()
        row_id = peewee.TextField()
        verb = peewee.TextField()
        fields = peewee.TextField()
        made_at = peewee.BigIntegerField()
        taken_at = peewee.BigIntegerField(index=True)

        class Meta:
            table_name = "sent"

    class HeldRow(LocalRow):
        """An issue that stays on this workstation however old it is: fetched on demand, or brought in here."""

        issue_id = peewee.TextField(primary_key=True)
        held_at = peewee.BigIntegerField()

        class Meta:
            table_name = "held"

    class ShadowRow(LocalRow):
        """What the company database has for a row with unsent edits, as wire JSON."""

        tbl = peewee.TextField()
        row_id = peewee.TextField()
        row = peewee.TextField()

        class Meta:
            table_name = "shadow"
            primary_key = peewee.CompositeKey("tbl", "row_id")

    class ConflictRow(LocalRow):
        """A value that did not go through: a clash on one field (`field` set), a row that is gone, or a refusal."""

        id = peewee.TextField(primary_key=True)
        kind = peewee.TextField()
        tbl = peewee.TextField()
        row_id = peewee.TextField()
        field = peewee.TextField(default="")
        base = peewee.TextField(default="null")
        mine = peewee.TextField(default="null")
        theirs = peewee.TextField(default="null")
        theirs_by = peewee.TextField(null=True)
        theirs_at = peewee.BigIntegerField(null=True)
        reason = peewee.TextField(default="")
        made_at = peewee.BigIntegerField()
        resolved_at = peewee.BigIntegerField(null=True)

        class Meta:
            table_name = "conflict"
            indexes = ((("tbl", "row_id", "field"), False),)

    class MetaRow(LocalRow):
        """One word that the sync remembers, such as the cursor."""

        name = peewee.TextField(primary_key=True)
        value = peewee.TextField()

        class Meta:
            table_name = "sync_meta"

    class DraftRow(LocalRow):
        """What somebody has typed and not yet recorded, by the form it stands in."""

        name = peewee.TextField(primary_key=True)
        content = peewee.TextField()
        saved_at = peewee.BigIntegerField()

        class Meta:
            table_name = "draft"

    return {m._meta.table_name: m for m in (OutboxRow, SentRow, HeldRow, ShadowRow, ConflictRow, MetaRow, DraftRow)}  # noqa: SLF001


# One index a noun, kept by triggers in the same transaction as the row: the words people search for.
SEARCHED = {
    "issue": ("number", "title", "topic", "workaround"),
    "customer": ("name",),
    "contact": ("name", "email", "phone"),
    "device": ("name", "address", "site", "software"),
}


# A first fill gives rows their keys: below this what is read in its turn, from here on what is read ahead or comes
# later. Search shows the highest keys first, so the newest.
KEY_AHEAD = 1 << 40

# Rows up to this key are in a search index, by the name of the word among `sync_meta`; without the word all are. A
# first fill writes rows in their turn first and makes them searchable in larger steps.
SEARCHABLE = "searchable:"


def search_statements() -> list[str]:
    """Give the SQL that makes the search indexes and the triggers that keep them."""
    made = []
    for table, columns in SEARCHED.items():
        options = f"content='{table}', content_rowid='pk', tokenize='unicode61 remove_diacritics 2', prefix='2 3'"
        made.append(f"CREATE VIRTUAL TABLE {table}_search USING fts5({', '.join(columns)}, {options})")
        made += search_triggers(table)
    return made


def search_triggers(table: str) -> list[str]:
    """Give the SQL of the triggers that keep one search index."""
    index, columns = f"{table}_search", SEARCHED[table]
    names, new, old = (", ".join(p + c for c in columns) for p in ("", "new.", "old."))
    forget = f"INSERT INTO {index}({index}, rowid, {names}) VALUES ('delete', old.pk, {old});"
    add = f"INSERT INTO {index}(rowid, {names}) VALUES (new.pk, {new});"
    word = f"SELECT CAST(value AS INTEGER) FROM sync_meta WHERE name = '{SEARCHABLE}{table}'"
    is_in = f"pk >= {KEY_AHEAD} OR {{0}}.pk <= coalesce(({word}), {KEY_AHEAD})"
    is_new_in, is_old_in = (f"{each}.{is_in.format(each)}" for each in ("new", "old"))
    # A row that arrives sets all its columns, mostly to what they were.
    is_another = " OR ".join(f"old.{c} IS NOT new.{c}" for c in columns)
    trigger = f"CREATE TRIGGER {index}"
    return [
        f"{trigger}_insert AFTER INSERT ON {table} WHEN {is_new_in} BEGIN {add} END",
        f"{trigger}_delete AFTER DELETE ON {table} WHEN {is_old_in} BEGIN {forget} END",
        (
            f"{trigger}_update AFTER UPDATE OF {names} ON {table} WHEN ({is_old_in}) AND ({is_another}) "
            f"BEGIN {forget} {add} END"
        ),
    ]
