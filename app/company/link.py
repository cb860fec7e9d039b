"""One workstation's connection to the company database: handshake, pull, push and waiting for news.

One thread uses a link; only `abort` may be called from another. Every method raises Baton's errors; after
CompanyUnreachable the link is dead.
"""

import contextlib
import json
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from psycopg import DatabaseError, sql
from psycopg.errors import InsufficientPrivilege
from psycopg.rows import tuple_row

from app.company.connection import Connection, open_company, said_plainly
from app.company.on_demand import OnDemand
from app.company.reading import Columns, Part, columns_here, expected_rows, parts_changed, parts_of, read_ids, read_part
from app.domain.company import CompanyAddress
from app.domain.errors import Refused, SchemaMismatch

Row = dict[str, Any]

FIRST_STEP_SPOKEN = 7  # the schema step since which the company speaks this protocol
READ_ONE_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
PULLED_AT_ONCE = 200  # what is more comes in parts, each of which shows that the line is alive
FIRST_PART_ROWS, MOST_PART_ROWS = 10, 500
QUICK_PART_S, SLOW_PART_S = 0.5, 2.0
MOST_PULLED = 10_000  # what is more is read in bulk

_STATE = (
    "SELECT jsonb_build_array(sync.my_rights(), sync.identity(), (SELECT jsonb_object_agg(relname, relfilenode::bigint)"
    " FROM pg_class WHERE relnamespace = 'baton'::regnamespace AND relkind = 'r'))"
)


@dataclass(frozen=True, slots=True)
class Hello:
    """What the company database says of us when we come.

    `identity` names the history it holds; `forgotten` says that it does not remember what it had told us before.
    """

    person_id: str
    role: str
    identity: str
    forgotten: bool
    reports: int
    oldest_program: int
    schema_version: int
    rights: str
    must_replace_password: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class State:
    """What we may see, and which history this is: each a text that is another one when that is different.

    `files` names the file that each table is in: another one means that its rows stand on other pages.
    """

    rights: str
    identity: str
    files: dict[str, int]


@dataclass(frozen=True, slots=True)
class Pulled:
    """Everything that changed between two snapshots: rows by table, and the cursor that stands for the second.

    Without `is_known` the first snapshot is no part of this database's history any more; of more changes than
    MOST_PULLED only the number is told. In both cases there are no rows. `moved_away` are ids by table that we saw and
    may see no more, because they belong to another customer now.
    """

    cursor: str
    is_known: bool
    rights: str
    identity: str
    schema_version: int
    oldest_program: int
    at: datetime
    changed: int
    moved_away: dict[str, list[str]]
    rows: dict[str, list[Row]]


class Link:
    """A person's open connection."""

    def __init__(self, connection: Connection, channel: str) -> None:
        self._connection = connection
        self._columns: Columns | None = None
        self.on_demand = OnDemand(connection)
        self.channel = channel  # on which the company tells us of others who look at what we look at
        self.has_lookers_news = False  # was told there since this was last taken back

    @classmethod
    def open(cls, address: CompanyAddress, password: str | None) -> Self:
        """Connect and subscribe to news."""
        connection, channel = open_company(address, password), f"presence_{secrets.token_hex(16)}"
        with said_plainly():
            connection.execute(f"LISTEN baton_feed; LISTEN {channel}".encode())
        return cls(connection, channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; safe to call twice."""
        self._connection.close()

    def abort(self) -> None:
        """Let whoever waits for an answer have CompanyUnreachable now; from any thread."""
        with contextlib.suppress(OSError, ValueError), self.news_socket() as line:
            line.shutdown(socket.SHUT_RDWR)

    def news_socket(self) -> socket.socket:
        """Give a copy of the connection's socket, readable when the server says something; the caller closes it."""
        with said_plainly():
            return socket.fromfd(self._connection.fileno(), socket.AF_INET, socket.SOCK_STREAM)

    def drain_news(self) -> bool:
        """Take all waiting notifications off the socket and say whether rows have changed."""
        with said_plainly():
            # A list first: executing inside the generator deadlocks in silence.
            channels = {news.channel for news in list(self._connection.notifies(timeout=0))}
        self.has_lookers_news |= self.channel in channels
        return "baton_feed" in channels

    def ping(self) -> None:
        """Have the company answer."""
        with said_plainly():
            self._connection.execute("SELECT 1")

    def hello(self, workstation_id: str, name: str, program: int = FIRST_STEP_SPOKEN, reports: int = 0) -> Hello:
        """Say who we are; raises LoginDisabled when the person is disabled, SchemaMismatch for too old a company."""
        with said_plainly():
            version = self._one("SELECT max(number) FROM sync.schema_step", ())
            if version < FIRST_STEP_SPOKEN:
                raise SchemaMismatch(
                    f"The company database is at version {version}; this Baton needs {FIRST_STEP_SPOKEN}.",
                    "Ask whoever runs the server for `main.py company upgrade`; your edits wait until then.",
                )
            about = {"workstation": workstation_id, "name": name, "program": program, "reports": reports}
            said = self._one("SELECT sync.hello(%s::jsonb)", (json.dumps(about),))
        return Hello(
            said["person_id"],
            said["role"],
            said["identity"],
            said["forgotten"],
            said["reports"],
            said["oldest_program"],
            version,
            said["rights"],
            said["must_replace_password"],
            datetime.fromisoformat(said["now"]),
        )

    def state(self) -> State:
        """Give what we may see and which history this is, now."""
        with said_plainly():
            return State(*self._one(_STATE, ()))

    @contextlib.contextmanager
    def one_snapshot(self) -> Iterator[State]:
        """Have what is read in the block be as of one instant; gives the state then."""
        with said_plainly():
            try:
                with self._connection.pipeline():
                    self._connection.execute(READ_ONE_SNAPSHOT)
                    answer = self._connection.cursor(row_factory=tuple_row).execute(_STATE.encode())
                yield State(*answer.fetchall()[0][0])
                self._connection.execute("COMMIT")
            except BaseException:
                if not self._connection.closed:
                    with contextlib.suppress(DatabaseError):  # what happened first is what counts
                        self._connection.rollback()
                raise

    def report(self, workstation_id: str, cursor: str) -> int:
        """Say that we are here and from where we will ask next; gives how often we have."""
        with said_plainly():
            return int(self._one("SELECT sync.report(%s, %s)", (workstation_id, cursor)) or 0)

    def name_of(self, person_id: str) -> str:
        """Give a person's name; "" when we do not see them."""
        with said_plainly():
            return str(self._one("SELECT name FROM baton.person WHERE id = %s", (person_id,)) or "")

    def hidden_customers(self) -> frozenset[str]:
        """Give the restricted customers that we may not see."""
        with said_plainly():
            rows = self._connection.execute("SELECT id::text FROM baton.hidden_customers() id").fetchall()
        return frozenset(i for (i,) in rows)

    def pull(
        self, cursor: str, on_progress: Callable[[], None] = lambda: None, at_once: int = PULLED_AT_ONCE
    ) -> Pulled:
        """Give what changed since the cursor, as of one snapshot; as many rows as `at_once` in one round trip."""
        with said_plainly(), self._rolled_back(), self._connection.pipeline():
            self._connection.execute(READ_ONE_SNAPSHOT)
            answer = self._connection.cursor(row_factory=tuple_row).execute(
                "SELECT * FROM sync.pull(%s, %s)", (cursor, at_once)
            )
            self._connection.execute("COMMIT")
        lines = answer.fetchall()  # only here: inside it would cost a round trip of its own
        head: Row = lines[0][1]
        if not head["is_known"] or head["changed"] <= at_once:  # it counts no further than one more
            return _pulled(head, lines[1:])
        with said_plainly(), self._reading():
            lines = list(self._in_parts("SELECT * FROM sync.pull(%s, %s)", (cursor, MOST_PULLED), on_progress))
        return _pulled(lines[0][1], lines[1:])

    def pull_with_rights(
        self, cursor: str, hidden: frozenset[str] | None, tables: Sequence[str], on_progress: Callable[[], None]
    ) -> tuple[Pulled, frozenset[str], dict[str, list[Row]]]:
        """Pull when what we may see has changed, as of one snapshot.

        Gives what changed, the customers that are hidden from us now, and every row of those that were and are not.
        """
        with said_plainly(), self._reading():
            lines = list(self._in_parts("SELECT * FROM sync.pull(%s, %s)", (cursor, MOST_PULLED), on_progress))
            now_hidden = self.hidden_customers()
            gained = list((hidden or frozenset()) - now_hidden)
            rows: dict[str, list[Row]] = {}
            for table in tables if gained else ():
                known = self.columns.get(table, {})
                column = "id" if table == "customer" else "customer_id"
                if column not in known:
                    continue
                query = sql.SQL("SELECT '', to_jsonb(r) FROM baton.{} r WHERE {} = ANY (%s::uuid[])").format(
                    sql.Identifier(table), sql.Identifier(column)
                )
                found = self._in_parts(query, (gained,), on_progress)
                rows[table] = [row for _, row in found]
        return _pulled(lines[0][1], lines[1:]), now_hidden, rows

    def fetch_issues(self, ids: Sequence[str], hanging: Sequence[str]) -> dict[str, list[Row]]:
        """Give issues and the rows of other tables that hang on them, as of one snapshot."""
        rows: dict[str, list[Row]] = {}
        with said_plainly(), self._reading():
            for table in ("issue", *hanging):
                query = sql.SQL("SELECT to_jsonb(r) FROM baton.{} r WHERE {} = ANY (%s::uuid[])").format(
                    sql.Identifier(table), sql.Identifier("id" if table == "issue" else "issue_id")
                )
                rows[table] = [row for (row,) in self._connection.execute(query, (list(ids),))]
        return rows

    def look_in_archive(self, words: str, closed_before: datetime) -> list[Row]:
        """Give closed issues with all these words: {id, number, title, customer_id, closed_at}, newest first."""
        with said_plainly():
            found = self._connection.execute(
                "SELECT to_jsonb(a) FROM sync.look_in_archive(%s, %s) a", (words, closed_before)
            ).fetchall()
        return [row for (row,) in found]

    # Reading everything

    @property
    def columns(self) -> Columns:
        """The company's tables with their columns and types; it may be older or newer than this program."""
        if self._columns is None:
            with said_plainly():
                self._columns = columns_here(self._connection)
        return self._columns

    def cursor_now(self) -> str:
        """Give the cursor that stands for now."""
        with said_plainly():  # by a pull of nothing, because the company says how its cursors are written
            query = "SELECT data ->> 'cursor' FROM sync.pull(pg_current_snapshot()::text, 0) LIMIT 1"
            return str(self._one(query, ()))

    def parts(self, tables: Sequence[str], closed_since: datetime | None, hanging: Sequence[str]) -> list[Part]:
        """Give everything in parts that are read one by one."""
        self._columns = None  # the company may have been upgraded since
        with said_plainly():
            return parts_of(self._connection, self.columns, tables, closed_since, hanging)

    def parts_changed(self, tables: Sequence[str], cursor: str) -> list[Part]:
        """Give what has changed since the cursor, a part for each table."""
        with said_plainly():
            return parts_changed(self._connection, self.columns, tables, cursor)

    def expected_rows(self, parts: Sequence[Part]) -> int:
        """Give how many rows these parts hold that we may see."""
        with said_plainly():
            return expected_rows(self._connection, parts)

    def read_part(self, part: Part, columns: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
        """Give the part's rows that we may see, in batches; see app/company/reading."""
        with said_plainly():
            yield from read_part(self._connection, self.columns, part, columns)

    def ids(self, part: Part) -> Iterator[list[str]]:
        """Give the ids of the part's rows that we may see, in batches."""
        with said_plainly():
            yield from read_ids(self._connection, part)

    # Sending

    def push(self, workstation_id: str, ops: Sequence[Row]) -> list[Row]:
        """Send edits; gives one result per op in order. Sending an op again gives its first result again.

        Raises Refused where this person may not push at all.
        """
        text = json.dumps(ops, ensure_ascii=False)  # two bytes of a slow line for an "ä", not six
        try:
            text.encode()
        except UnicodeEncodeError:  # half of a pair: it can only be said escaped, and the company refuses that edit
            text = json.dumps(ops)
        with said_plainly():
            try:
                results: list[Row] = self._one("SELECT sync.push(%s, %s::jsonb)", (workstation_id, text))
            except InsufficientPrivilege as e:
                raise Refused(
                    "The company database takes no edits from you.", "Ask your manager for the right to do this."
                ) from e
        return results

    def unknown_ops(self, ids: Sequence[str]) -> set[str]:
        """Give those of these edits that the company does not know."""
        with said_plainly():
            rows = self._connection.execute("SELECT sync.unknown_ops(%s::uuid[])::text", (list(ids),)).fetchall()
        return {i for (i,) in rows}

    def replace_password(self, password: str) -> None:
        """Make this the login's password; the server gets a SCRAM verifier, never the password."""
        with said_plainly():
            login = self._connection.info.user
            verifier = self._connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256")
            self._connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(login), sql.Literal(verifier.decode()))
            )
            self._connection.execute("SELECT sync.password_replaced()")

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        with self._connection.transaction():
            self._connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield

    @contextlib.contextmanager
    def _rolled_back(self) -> Iterator[None]:
        """End the transaction of a call that the company refused: in a pipeline the COMMIT is not even looked at."""
        try:
            yield
        except DatabaseError:
            if not self._connection.closed:
                self._connection.rollback()
            raise

    def _in_parts(
        self, query: str | sql.Composed, values: tuple[Any, ...], on_progress: Callable[[], None]
    ) -> Iterator[tuple[str, Row]]:
        """Run a query inside a transaction and give its lines, some at a time: a slow line still shows progress."""
        with self._connection.cursor("parts", row_factory=tuple_row) as lines:
            lines.execute(query.encode() if isinstance(query, str) else query, values)
            size, began = FIRST_PART_ROWS, time.monotonic()
            while batch := lines.fetchmany(size):
                on_progress()
                took_s = time.monotonic() - began
                if took_s < QUICK_PART_S:
                    size = min(MOST_PART_ROWS, size * 2)
                elif took_s > SLOW_PART_S:
                    size = max(1, size // 2)
                yield from batch
                began = time.monotonic()

    def _one(self, query: str, values: tuple[Any, ...]) -> Any:
        row = self._connection.cursor(row_factory=tuple_row).execute(query.encode(), values).fetchone()
        return row[0] if row else None


def _pulled(head: Row, lines: Sequence[tuple[str, Row]]) -> Pulled:
    rows: dict[str, list[Row]] = {}
    for table, row in lines:
        rows.setdefault(table, []).append(row)
    return Pulled(
        head["cursor"],
        head["is_known"],
        head["rights"],
        head["identity"],
        head["version"],
        head["oldest_program"],
        datetime.fromisoformat(head["at"]),
        head["changed"],
        head["moved_away"],
        rows,
    )
