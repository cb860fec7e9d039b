"""A company database for a bench: the embedded server, people, and as many issues as are wanted, made by SQL."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from app.company import schema_steps
from app.company.connection import Connection, open_dsn
from app.company.embedded import EmbeddedServer
from app.domain.person import Role
from tests.stations import TestCompany


@dataclass(frozen=True)
class Stock:
    """How many rows a company has before a bench begins."""

    issues: int
    customers: int
    contacts: int
    interactions: int
    open_share: float = 0.02  # of the issues; the rest is solved or closed

    @property
    def rows(self) -> int:
        return self.issues + self.customers + self.contacts + self.interactions


SMALL = Stock(issues=2_000, customers=200, contacts=400, interactions=1_000, open_share=0.2)


class BenchCompany:
    """The server, and one database in it that has the stock; other databases are copies of that one."""

    def __init__(self, server: EmbeddedServer, folder: Path) -> None:
        self.server, self.folder = server, folder

    @classmethod
    @contextlib.contextmanager
    def open(
        cls, stock: Stock, *, settings: dict[str, str | int] | None = None, folder: Path | None = None
    ) -> "Iterator[BenchCompany]":
        """Start a server as Baton does (with these settings besides), make the company, take it away at the end."""
        with contextlib.ExitStack() as stack:
            place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="baton-bench-")))
            server = EmbeddedServer(place / "server")
            server.start()
            stack.callback(server.remove)
            company = cls(server, place)
            if settings:
                company._set(settings)
            with company.admin("postgres") as connection:
                connection.execute("CREATE DATABASE firm")
            with company.admin() as connection:
                schema_steps.init(connection)
                fill(connection, stock)
            yield company

    def _set(self, settings: dict[str, str | int]) -> None:
        """Some settings only hold after a start; the server reads these after the ones Baton writes."""
        with self.admin("postgres") as connection:
            for name, value in settings.items():
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
        self.server.stop()
        self.server.start()

    def admin(self, database: str = "firm") -> Connection:
        """Give the administrator's connection."""
        return open_dsn(self.server.dsn("postgres", database))

    def firm(self, database: str = "firm") -> TestCompany:
        """Give the company as the tests know it."""
        return TestCompany(self.server, database, self.folder)

    def copy(self, name: str, of: str = "firm") -> str:
        """Make an equal database; nobody may be connected to the one that is copied."""
        with self.admin("postgres") as connection:
            both = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(of))
            connection.execute(both)
        return name

    def drop(self, name: str) -> None:
        """Remove a copy."""
        with self.admin("postgres") as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def checkpoint(self) -> None:
        """Write out what was done so far, so that no run pays for what another one did."""
        with self.admin("postgres") as connection:
            connection.execute("CHECKPOINT")


def hire(firm: TestCompany, count: int, role: Role = Role.SUPPORT) -> list[str]:
    """Make so many people and give their logins."""
    logins = [f"person{n}" for n in range(count)]
    for login in logins:
        firm.add(login, role)
    return logins


# Words as people write them. A title is one of each, so there are some thousand different ones.
_WORDS = """
CREATE TEMPORARY TABLE words AS SELECT
    ARRAY['Import', 'Backup', 'Login', 'Nightly report', 'Export', 'Port map', 'Firmware list', 'Alarm e-mail',
          'Search', 'Licence check', 'Inventory', 'Device page', 'Config diff', 'Password change', 'Dashboard'] thing,
    ARRAY['fails', 'is slow', 'stays empty', 'shows the wrong site', 'times out', 'lists devices twice',
          'cannot be opened', 'loses its filter', 'ends with error 500', 'does not finish', 'misses two switches'] how,
    ARRAY['after the night deployment', 'since build 40', 'for the core switches', 'on the staging system',
          'when two people save', 'for everybody in Ostrava', 'since Monday', 'with more than 500 devices',
          'behind the new proxy', 'on the second page'] AS since,
    ARRAY['Alder', 'Birch', 'Cedar', 'Hazel', 'Juniper', 'Larch', 'Linden', 'Maple', 'Rowan', 'Willow'] AS tree,
    ARRAY['Hotels', 'Logistics', 'Foods', 'Energy', 'Clinics', 'Rail', 'Printing', 'Harbours'] AS trade,
    ARRAY['Jane', 'Ali', 'Petra', 'Tomas', 'Ines', 'Kofi', 'Mei', 'Ruth', 'Olaf', 'Dana'] AS given,
    ARRAY['Whitlock', 'Novak', 'Okafor', 'Lindqvist', 'Marino', 'Haddad', 'Svoboda', 'Teller'] AS family
"""

_FILL = (
    """
    INSERT INTO baton.customer (id, changed_at, name, plan, is_vip, is_restricted, time_zone, support_hours, contract)
    SELECT uuidv7(make_interval(secs => n - %(customers)s)), now(),
           tree[1 + n %% 10] || ' ' || trade[1 + n / 10 %% 8] || ' ' || n,
           (ARRAY['basic', 'business', 'premium'])[1 + n %% 3], n %% 17 = 0, false,
           (ARRAY['UTC', 'Europe/Prague', 'America/New_York'])[1 + n %% 3], 'Mon-Fri 8:00-18:00',
           'since ' || 2015 + n %% 10
      FROM generate_series(0, %(customers)s - 1) n, words
    """,
    "CREATE TEMPORARY TABLE c AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS nr FROM baton.customer",
    "CREATE UNIQUE INDEX ON c (nr)",
    """
    INSERT INTO baton.contact (id, changed_at, customer_id, name, role, phone, email)
    SELECT uuidv7(make_interval(secs => n - %(contacts)s)), now(), c.id,
           given[1 + n %% 10] || ' ' || family[1 + n / 10 %% 8],
           (ARRAY['administrator', 'network lead', 'help desk'])[1 + n %% 3],
           '+1555' || lpad((n * 7919 %% 10000000)::text, 7, '0'), 'contact' || n || '@example.com'
      FROM generate_series(0, %(contacts)s - 1) n JOIN c ON c.nr = n %% %(customers)s CROSS JOIN words
    """,
    """
    CREATE TEMPORARY TABLE k AS
    SELECT id, customer_id, row_number() OVER (ORDER BY id) - 1 AS nr FROM baton.contact
    """,
    "CREATE UNIQUE INDEX ON k (nr)",
    """
    INSERT INTO baton.issue (id, changed_at, customer_id, contact_id, title, kind, state, waiting_on, impact, urgency,
        topic, opened_at, next_update_at, closed_at, agreed_line, workaround, source, source_key, facts)
    SELECT uuidv7(-age), now() - age * 0.9, k.customer_id, k.id,
           thing[1 + n %% 15] || ' ' || how[1 + n / 3 %% 11] || ' ' || since[1 + n / 7 %% 10],
           (ARRAY['incident', 'incident', 'request', 'question'])[1 + n %% 4],
           CASE WHEN is_open THEN (ARRAY['new', 'open', 'open', 'waiting', 'watching'])[1 + n %% 5]
                ELSE (ARRAY['solved', 'closed'])[1 + n %% 2] END,
           CASE WHEN is_open AND n %% 5 = 3 THEN 'the vendor' ELSE '' END, 1 + n %% 3, 1 + n / 3 %% 3,
           (ARRAY['import', 'login', 'reports', 'devices', ''])[1 + n / 2 %% 5], now() - age,
           CASE WHEN is_open THEN now() + make_interval(mins => n %% 5000) END,
           CASE WHEN NOT is_open THEN now() - age * 0.9 END, '',
           CASE WHEN n %% 9 = 0 THEN 'Start the import by hand before 7:30.' ELSE '' END,
           CASE WHEN n %% 2 = 0 THEN 'tracker' ELSE '' END, CASE WHEN n %% 2 = 0 THEN 'T-' || n ELSE '' END,
           CASE WHEN n %% 2 = 0 THEN jsonb_build_object('Priority', 'P' || 1 + n %% 4, 'Queue', 'second') ELSE '{}' END
      FROM generate_series(0, %(issues)s - 1) n
           CROSS JOIN LATERAL (SELECT make_interval(mins => 3 * (%(issues)s - n)) AS age,
                           n >= %(issues)s * (1 - %(open_share)s) AS is_open) told
           JOIN k ON k.nr = n %% %(contacts)s CROSS JOIN words
    """,
    "CREATE TEMPORARY TABLE i AS SELECT id, opened_at, row_number() OVER (ORDER BY id) - 1 AS nr FROM baton.issue",
    "CREATE UNIQUE INDEX ON i (nr)",
    """
    INSERT INTO baton.interaction (id, changed_at, contact_id, issue_id, channel, nature, direction, is_automatic, at,
        person_id, body)
    SELECT uuidv7(i.opened_at - now()), i.opened_at, k.id, i.id,
           (ARRAY['call', 'email', 'call', 'chat'])[1 + n %% 4], (ARRAY['first', 'chaser', 'news'])[1 + n %% 3],
           (ARRAY['in', 'in', 'out'])[1 + n %% 3], false, i.opened_at, person.id,
           'They say that it ' || how[1 + n %% 11] || ' ' || since[1 + n / 5 %% 10] || ', and ask until when.'
      FROM generate_series(0, %(interactions)s - 1) n
           JOIN i ON i.nr = n::bigint * 7919 %% %(issues)s JOIN k ON k.nr = n %% %(contacts)s
           CROSS JOIN words CROSS JOIN (SELECT id FROM baton.person LIMIT 1) person
    """,
)


def fill(connection: Connection, stock: Stock) -> None:
    """Bring the stock in as an administrator's import does, by sets; the triggers of the company run as always."""
    with connection.transaction():
        connection.execute(
            "INSERT INTO baton.person (id, login, name, role, team, email, phone, is_active) "
            "VALUES (uuidv7(), 'before', 'Somebody before', 'support', '', '', '', false)"
        )
        connection.execute(_WORDS)
        numbers = {
            "issues": stock.issues,
            "customers": stock.customers,
            "contacts": stock.contacts,
            "interactions": stock.interactions,
            "open_share": stock.open_share,
        }
        for statement in _FILL:
            connection.execute(statement.encode(), numbers)
    connection.execute("VACUUM ANALYZE")
