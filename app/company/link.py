"""One workstation's connection to the company database: handshake, pull, push and waiting for news.

One thread uses a link. Every method raises Baton's errors; after CompanyUnreachable the link is dead.
"""

import json
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from psycopg import sql
from psycopg.rows import tuple_row

from app.company.connection import Connection, open_company, said_plainly
from app.domain.company import CompanyAddress

Row = dict[str, Any]

READ_ONE_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
FILL_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Hello:
    """What the company database says of us when we come."""

    person_id: str
    role: str
    epoch: str
    oldest_program: int
    schema_version: int
    rights: str
    must_replace_password: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Pulled:
    """Everything that changed between two snapshots: rows by table, and the cursor that stands for the second."""

    cursor: str
    rights: str
    at: datetime
    rows: dict[str, list[Row]]


class Link:
    """A person's open connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, address: CompanyAddress, password: str | None) -> Self:
        """Connect and subscribe to news."""
        connection = open_company(address, password)
        with said_plainly():
            connection.execute("LISTEN baton_feed")
        return cls(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; safe to call twice."""
        self._connection.close()

    def news_socket(self) -> socket.socket:
        """Give a copy of the connection's socket, readable when the server says something; the caller closes it."""
        return socket.fromfd(self._connection.fileno(), socket.AF_INET, socket.SOCK_STREAM)

    def drain_news(self) -> bool:
        """Take all waiting notifications off the socket and say whether there were any."""
        with said_plainly():
            # A list first: executing inside the generator deadlocks in silence.
            return bool(list(self._connection.notifies(timeout=0)))

    def hello(self, workstation_id: str, name: str) -> Hello:
        """Say who we are; raises LoginRefused when the person is disabled."""
        with said_plainly():
            said = self._one("SELECT sync.hello(%s, %s)", (workstation_id, name))
            version = self._one("SELECT max(number) FROM sync.schema_step", ())
        return Hello(
            said["person_id"],
            said["role"],
            said["epoch"],
            said["oldest_program"],
            version,
            said["rights"],
            said["must_replace_password"],
            datetime.fromisoformat(said["now"]),
        )

    def pull(self, cursor: str) -> Pulled:
        """Give what changed since the cursor, as of one snapshot, in one round trip."""
        with said_plainly(), self._connection.pipeline():
            self._connection.execute(READ_ONE_SNAPSHOT)
            answer = self._connection.cursor(row_factory=tuple_row).execute("SELECT * FROM sync.pull(%s)", (cursor,))
            self._connection.execute("COMMIT")
            lines = answer.fetchall()
        rows: dict[str, list[Row]] = {}
        head: Row = {}
        for table, data in lines:
            if table:
                rows.setdefault(table, []).append(data)
            else:
                head = data
        return Pulled(head["cursor"], head["rights"], datetime.fromisoformat(head["at"]), rows)

    def fill(self, tables: Sequence[str]) -> Iterator[tuple[str, list[Row]]]:
        """Give all rows that the person sees, as of one snapshot, table by table in batches.

        The last item is ("", [{"cursor", "rights", "at"}]): only when it has come is the fill whole.
        """
        with said_plainly(), self._connection.transaction():
            self._connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            head = self._one(
                "SELECT jsonb_build_object('cursor', pg_current_snapshot()::text, 'rights', sync.my_rights(), "
                "'at', clock_timestamp())",
                (),
            )
            for table in tables:
                query = sql.SQL("SELECT to_jsonb(r) FROM baton.{} r").format(sql.Identifier(table))
                with self._connection.cursor(f"fill_{table}", row_factory=tuple_row) as rows:
                    rows.execute(query)
                    while batch := rows.fetchmany(FILL_ROWS):
                        yield table, [row for (row,) in batch]
        yield "", [head]

    def push(self, workstation_id: str, ops: Sequence[Row]) -> list[Row]:
        """Send edits; gives one result per op in order. Sending an op again gives its first result again."""
        with said_plainly():
            results: list[Row] = self._one("SELECT sync.push(%s, %s::jsonb)", (workstation_id, json.dumps(ops)))
        return results

    def replace_password(self, password: str) -> None:
        """Make this the login's password; the server gets a SCRAM verifier, never the password."""
        with said_plainly():
            login = self._connection.info.user
            verifier = self._connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256")
            self._connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(login), sql.Literal(verifier.decode()))
            )
            self._connection.execute("SELECT sync.password_replaced()")

    def _one(self, query: str, values: tuple[Any, ...]) -> Any:
        row = self._connection.cursor(row_factory=tuple_row).execute(query.encode(), values).fetchone()
        return row[0] if row else None
