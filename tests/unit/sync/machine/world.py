"""The tiny world: one company of two people, two issues and one customer, at three desks.

The company database is made once for a machine and swept before each of its runs, which is faster than a new one.
"""

import contextlib
import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.company.connection import Connection, open_company, open_dsn
from app.domain.entities import BY_NAME
from app.domain.entity import new_id
from app.domain.person import Role
from app.store.cache import Cache
from app.sync.messages import SyncJob
from tests.stations import TestCompany
from tests.unit.sync.machine.foreign import ADMIN, Foreign
from tests.unit.sync.machine.model import MANAGER, SUPPORT, Key, Model, Values
from tests.unit.sync.machine.seat import Seat

SEATS = {"anna": MANAGER, "ben": SUPPORT, "ben's second": SUPPORT}
ALIVE = ("person", "customer", "customer_access", "issue", "note", "interaction")  # the tables where anything happens
_LOCK_MS = 20  # a push that meets an open transaction's lock gives up, and is tried again

# Lets a connection end in the middle of a push that has asked for it.
_DYING = """
CREATE FUNCTION public.die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE at integer := nullif(current_setting('baton.dies_at', true), '')::integer;
BEGIN
    IF at = 1 THEN
        PERFORM pg_terminate_backend(pg_backend_pid());
    ELSIF at IS NOT NULL THEN
        PERFORM set_config('baton.dies_at', (at - 1)::text, false);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER dies AFTER INSERT OR UPDATE ON sync.op FOR EACH ROW EXECUTE FUNCTION public.die();
"""

_SWEPT = """
SET session_replication_role = replica;
DELETE FROM baton.note; DELETE FROM baton.interaction; DELETE FROM baton.issue; DELETE FROM baton.customer_access;
DELETE FROM baton.customer; DELETE FROM sync.feed; DELETE FROM sync.op;
INSERT INTO baton.customer (id, changed_at, name, plan, is_vip, is_restricted, time_zone, support_hours, contract)
    VALUES ('{customer}', '2026-01-01Z', 'Halden', '', false, true, 'UTC', '', '');
INSERT INTO baton.issue (id, changed_at, customer_id, title, kind, state, waiting_on, impact, urgency, topic,
                         agreed_line, workaround, source, source_key, facts, number)
    SELECT id::uuid, '2026-01-01Z', customer::uuid, 'a', 'incident', 'new', '', 1, 1, 'a',
           '', '', '', '', '{{}}', number
      FROM (VALUES ('{theirs}', '{customer}', 1), ('{ours}', NULL, 2)) AS made (id, customer, number);
INSERT INTO baton.customer_access (id, changed_at, customer_id, person_id)
    VALUES ('{access}', '2026-01-01Z', '{customer}', '{ben}');
SET session_replication_role = origin;
"""


class World:
    """The company as its people and its administrator reach it."""

    def __init__(self, company: TestCompany) -> None:
        self._company = company
        for login, role in ((MANAGER, Role.MANAGER), (SUPPORT, Role.SUPPORT)):
            company.add(login, role)
        self.people = company.people
        self.admin = open_dsn(company.admin_dsn)
        self.admin.execute(_DYING.encode())
        for setting in (f"lock_timeout = '{_LOCK_MS}ms'", "synchronous_commit = off"):
            self.admin.execute(f"ALTER DATABASE {company.database} SET {setting}".encode())
        self._eyes: dict[str, Connection] = {}
        self._runs = itertools.count()
        self._caches: dict[str, Path] = {}
        self._workstations = {name: new_id() for name in SEATS}
        self._ids = {name: new_id() for name in ("customer", "theirs", "ours", "access")}
        self.issues = {name: self._ids[name] for name in ("theirs", "ours")}
        self.seats: dict[str, Seat] = {}
        self.foreign: list[Foreign] = []
        self._added_column = False
        self._fill_caches()

    def _fill_caches(self) -> None:
        """Let each desk read everything once; every run begins with a copy of that."""
        empty = self._company.folder / "empty.sqlite3"
        Cache(empty).close()
        self._caches = dict.fromkeys(SEATS, empty)
        self.begin()
        for seat in self.seats.values():
            seat.connect()
            seat.close()
        self._caches = {name: seat.station.job.cache_path for name, seat in self.seats.items()}
        self.seats.clear()

    def close(self) -> None:
        self._leave()
        for connection in (self.admin, *self._eyes.values()):
            connection.close()

    # One run after another

    def begin(self) -> Model:
        """Sweep what the last run left, and seat everybody on the same two issues."""
        self._leave()
        self.admin.execute(_SWEPT.format(**self._ids, ben=self.people[SUPPORT]).encode())
        self.model = Model(self._ids["customer"], self.people)
        self.model.rows = {key: values for key, values in self.rows().items() if key[0] != "person"}
        run = self._company.folder / f"run-{next(self._runs)}"
        run.mkdir()
        for name, login in SEATS.items():
            job = SyncJob(run / name / "cache.sqlite3", self._company.address(login), self._workstations[name], name)
            self.seats[name] = Seat(job, self._caches[name], self.people[login])
        return self.model

    def _leave(self) -> None:
        for foreign in self.foreign:
            if not foreign.is_over:
                foreign.end(is_committed=False)
        self.foreign.clear()
        for seat in self.seats.values():
            seat.close()
        self.seats.clear()
        self.take_back_schema_step()

    # What happens at the company itself

    def begin_foreign(self, who: str) -> None:
        dsn, address = self._company.admin_dsn, self._company.address(who)
        connection = open_dsn(dsn) if who == ADMIN else open_company(address, None)
        self.foreign.append(Foreign(connection, who, self.model))

    @property
    def open_foreign(self) -> Foreign | None:
        return next((f for f in self.foreign if not f.is_over), None)

    def add_schema_step(self) -> None:
        """Bring the company database to a version that no workstation here knows."""
        self.admin.execute(
            b"ALTER TABLE baton.issue ADD COLUMN weather text NOT NULL DEFAULT 'fine';"
            b"INSERT INTO sync.schema_step (number, name) SELECT max(number) + 1, 'weather' FROM sync.schema_step"
        )
        self._added_column = True

    def take_back_schema_step(self) -> None:
        if self._added_column:
            self.admin.execute(
                b"ALTER TABLE baton.issue DROP COLUMN weather; DELETE FROM sync.schema_step WHERE name = 'weather'"
            )
            self._added_column = False

    @contextlib.contextmanager
    def wait_for_end(self, seat: Seat) -> Iterator[None]:
        """Go on only when the server's side of the seat's connection is gone, and its locks with it, if it ended."""
        pid = seat.backend.info.backend_pid
        yield
        while seat.backend.closed and self._value("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", pid):
            time.sleep(0.001)

    # What there is to be seen

    def _value(self, query: str, *values: Any) -> Any:
        found = self.admin.execute(query.encode(), values).fetchone()
        return found and found[0]

    def answers(self) -> dict[str, Values]:
        """Give the company's answer to every edit that it has taken."""
        return dict(self.admin.execute(b"SELECT id::text, result FROM sync.op").fetchall())

    def rows(self, login: str | None = None, tables: tuple[str, ...] = ALIVE) -> dict[Key, Values]:
        """Give the company's rows as a person sees them, or as the administrator does."""
        eyes = self.admin if login is None else self._eyes_of(login)
        parts = [f"SELECT '{table}', to_jsonb(r) FROM baton.{table} r" for table in tables]
        found = eyes.execute(" UNION ALL ".join(parts).encode()).fetchall()
        return {(table, row["id"]): row for table, row in found}

    def everything(self, login: str) -> dict[Key, Values]:
        """Give all that a person sees, of every synced table."""
        return self.rows(login, tuple(BY_NAME))

    def _eyes_of(self, login: str) -> Connection:
        if login not in self._eyes:
            self._eyes[login] = open_company(self._company.address(login), None)
        return self._eyes[login]
