"""The cache file: opening, settings, schema versions, transactions and plain reads.

Safe for several threads and processes: each thread has its own connection, writers queue by BEGIN IMMEDIATE. Reading
needs no peewee, which is loaded with the first edit: the console paints before that.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from app.domain.entities import BY_NAME, table_of
from app.domain.entity import Entity
from app.domain.errors import EnvironmentFault, SchemaMismatch
from app.store.codec import columns_of, record_of
from app.store.faults import said_plainly
from app.store.migrations import MIGRATIONS

R = TypeVar("R", bound=Entity)

Values = Sequence[Any] | Mapping[str, Any]  # for ? or for :name

VERSION = max(MIGRATIONS) + 1
_BUSY_S = 5
_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "normal",
    "foreign_keys": 0,  # the company database keeps references; a pull may bring a child before its parent
    "cache_size": -16_000,  # KiB
    "temp_store": "memory",
}


class Cache:
    """One workstation's cache, open."""

    def __init__(self, path: Path, *, migrations: Mapping[int, Sequence[str]] = MIGRATIONS) -> None:
        """Open the file, making or migrating it; a copy is kept before a migration.

        Raises SchemaMismatch for a file of a newer Baton, EnvironmentFault or DiskFull.
        """
        self.path = path
        self._threads = threading.local()
        self._lock = threading.Lock()
        self._local: dict[str, Any] = {}
        with said_plainly():
            try:
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                if not path.exists():
                    path.touch(mode=0o600)  # what stands in it is for this user; SQLite gives its other files the same
                self._bring_up(migrations)
            except OSError as e:
                raise EnvironmentFault(
                    f"The folder {path.parent} cannot be made ({e.strerror}).", "Choose another with --profile."
                ) from e
            except BaseException:
                self.close()
                raise

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's own connection, opened when it is first needed."""
        found: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if found is None:
            found = sqlite3.connect(self.path, timeout=_BUSY_S, isolation_level=None)
            self._threads.connection = found
            for name, value in _PRAGMAS.items():
                found.execute(f"PRAGMA {name} = {value}")
        return found

    @property
    def local(self) -> dict[str, Any]:
        """The models of the workstation's own tables, by name."""
        with self._lock:
            if not self._local:
                from app.store import rows  # noqa: PLC0415  loads peewee

                self._local = rows.local_rows(rows.shared_database(lambda: self.connection))
            return self._local

    def _bring_up(self, migrations: Mapping[int, Sequence[str]]) -> None:
        wanted = max(migrations, default=VERSION - 1) + 1
        have = self._version()
        if have > wanted:
            raise SchemaMismatch(
                f"This workstation's cache was written by a newer Baton (version {have}, this one knows {wanted}).",
                "Install the newer Baton. The file was left as it is.",
            )
        if have == wanted:
            return
        if have:
            self._copy_aside(have)
        with self.transaction():
            have = self._version()  # another process may have been faster
            if have == 0:
                self._make()
                have = wanted
            for number in range(have, wanted):
                for statement in migrations[number]:
                    self.connection.execute(statement)
                self._renew_search()
                have = number + 1
                if have == wanted:
                    self._renew_sums()
            self.connection.execute(f"PRAGMA user_version = {wanted}")

    def _version(self) -> int:
        return int(self.connection.execute("PRAGMA user_version").fetchone()[0])

    def _make(self) -> None:
        from app.store import issue_sums, rows  # noqa: PLC0415  loads peewee

        database = rows.shared_database(lambda: self.connection)
        database.create_tables([*rows.synced_rows(database).values(), *rows.local_rows(database).values()], safe=False)
        for statement in (*rows.search_statements(), *issue_sums.statements()):
            self.connection.execute(statement)

    def _renew_search(self) -> None:
        """Give a migrated file the search triggers of today; its indexes are as they were."""
        from app.store import rows  # noqa: PLC0415  loads peewee

        for (name,) in self.connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            self.connection.execute(f"DROP TRIGGER {name}")
        for table in rows.SEARCHED:
            for statement in rows.search_triggers(table):
                self.connection.execute(statement)

    def _renew_sums(self) -> None:
        """Make the sums of a migrated file from its rows; its triggers are gone by now."""
        from app.store import issue_sums  # noqa: PLC0415  loads peewee

        self.connection.execute("DROP TABLE IF EXISTS issue_sum")
        for statement in issue_sums.renewing_statements():
            self.connection.execute(statement)

    def _copy_aside(self, version: int) -> None:
        copy = sqlite3.connect(self.path.with_suffix(f".v{version}.sqlite3"))
        try:
            self.connection.backup(copy)
        finally:
            copy.close()

    def close(self) -> None:
        """Close this thread's connection; every thread that used the cache calls it once."""
        found: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if found is not None:
            self._threads.connection = None
            found.close()

    @contextlib.contextmanager
    def transaction(self, *, is_typed: bool = False) -> Iterator[None]:
        """Run the block in one BEGIN IMMEDIATE transaction; raises Baton's errors after rolling back.

        What a person typed (`is_typed`) is on the disk when this returns, also when the power fails; what can be had
        from the company again need not be.
        """
        with said_plainly():
            connection = self.connection
            if is_typed:
                connection.execute("PRAGMA synchronous = full")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                # A full disk has rolled back already, and a second rollback would hide what happened.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            finally:
                if is_typed:
                    connection.execute(f"PRAGMA synchronous = {_PRAGMAS['synchronous']}")

    def read(self, statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """Give the rows of a SELECT."""
        with said_plainly():
            return self.connection.execute(statement, values).fetchall()

    def write(self, statement: str, values: Values = ()) -> int:
        """Run one statement inside a transaction and give how many rows it changed."""
        return self.connection.execute(statement, values).rowcount

    def write_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for many rows inside a transaction, past peewee."""
        self.connection.executemany(statement, rows)

    def records(self, record: type[R], where: str = "1", values: Sequence[Any] = ()) -> list[R]:
        """Give the records of one table that are not deleted and fulfil the SQL condition (with ORDER BY and LIMIT)."""
        table = table_of(record).name
        columns = ", ".join(columns_of(record))
        found = self.read(f"SELECT {columns} FROM {table} WHERE deleted = 0 AND {where}", values)
        return [record_of(record, cells) for cells in found]

    def record(self, record: type[R], row_id: str | None) -> R | None:
        """Give one record, also a deleted one; None when this workstation does not have it."""
        table = table_of(record).name
        columns = ", ".join(columns_of(record))
        found = self.read(f"SELECT {columns} FROM {table} WHERE id = ?", (row_id,))
        return record_of(record, found[0]) if found else None

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the synced tables, parents before children."""
        return tuple(BY_NAME)
