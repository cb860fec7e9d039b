"""A crash of PostgreSQL gives transaction numbers out a second time; nobody may take the second for the first."""

import os
import signal
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from psycopg import OperationalError

from app.company import link, schema_steps
from app.company.connection import open_dsn
from app.company.embedded import EmbeddedServer
from app.company.maintenance import maintain
from app.company.server_process import ServerProcess
from app.domain.customer import Customer
from app.domain.errors import EnvironmentFault
from app.sync import engine
from tests.stations import Station, TestCompany

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

BURNT = 40  # transactions whose end no disk has seen
_RESTART_S = 30.0
_A_CUSTOMER = (
    "INSERT INTO baton.customer (id, name, plan, is_vip, is_restricted, time_zone, support_hours, contract) "
    "VALUES (gen_random_uuid(), %s, '', false, false, 'UTC', '', '')"
)


@pytest.fixture(scope="module")
def forgetful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A server that takes its time to write down how transactions ended of which nobody waits for an answer."""
    server = EmbeddedServer(tmp_path_factory.mktemp("forgetful") / "pg")
    server.start()
    try:
        with open_dsn(server.dsn("postgres", "postgres")) as connection:
            connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            connection.execute("ALTER SYSTEM SET autovacuum = off")
            connection.execute("ALTER SYSTEM SET fsync = off")  # what is lost here is memory, and waiting is long
            connection.execute("SELECT pg_reload_conf()")
        yield server
    finally:
        server.remove()


@pytest.fixture
def firm(forgetful: EmbeddedServer, tmp_path: Path) -> Iterator[TestCompany]:
    name = f"firm_{uuid.uuid4().hex[:12]}"
    with open_dsn(forgetful.dsn("postgres", "postgres")) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    with open_dsn(forgetful.dsn("postgres", name)) as connection:
        schema_steps.init(connection)
    made = TestCompany(forgetful, name, tmp_path)
    try:
        yield made
    finally:
        made.close()


def pull_the_plug(company: TestCompany) -> None:
    company.server.stop("immediate")
    company.server.start()


def kill_backend(company: TestCompany) -> None:
    """One process of the server dies: it ends all others and recovers, and has been running all the time."""
    before = number_of(company.server)
    with suppress(OperationalError), open_dsn(company.admin_dsn) as connection:
        (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
        os.kill(pid, signal.SIGKILL)
        connection.execute("SELECT pg_sleep(10)")
    end = time.monotonic() + _RESTART_S
    while time.monotonic() < end:
        with suppress(EnvironmentFault), open_dsn(company.admin_dsn):
            assert number_of(company.server) == before
            return
        time.sleep(0.05)
    raise AssertionError("the server did not come back")


def number_of(server: EmbeddedServer) -> int:
    found = ServerProcess.read(server._lodge().data)
    assert found is not None
    return found.pid


def burn(company: TestCompany) -> None:
    """Use transaction numbers up for nothing; that this happened stays in the server's memory."""
    with open_dsn(company.admin_dsn) as connection:
        for _ in range(BURNT):
            connection.execute("BEGIN")
            connection.execute("SELECT pg_current_xact_id()")
            connection.execute("ROLLBACK")


def next_xid(company: TestCompany) -> int:
    with open_dsn(company.admin_dsn) as connection:
        (found,) = connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone() or ("0",)
    return int(found)


def add_customers(company: TestCompany, name: str, number: int = 2 * BURNT) -> None:
    """Make customers, each in a transaction of its own."""
    with open_dsn(company.admin_dsn) as connection:
        for n in range(number):
            connection.execute(_A_CUSTOMER, (f"{name} {n}",))


def back(station: Station) -> None:
    """Come back over another connection."""
    station.engine.disconnect()
    station.person_id = ""
    station.sync()


def crash_after_pulls(
    company: TestCompany, stations: Sequence[Station], crash: Callable[[TestCompany], None] = pull_the_plug
) -> None:
    """Have workstations count transactions as ended whose numbers are then given out again, to new customers."""
    for attempt in range(5):
        for station in stations if attempt else ():
            back(station)
        burn(company)
        for station in stations:
            station.engine.pull()
        seen = next_xid(company)
        crash(company)
        again = next_xid(company)
        add_customers(company, f"After crash {attempt}")
        if again < seen - BURNT // 2:  # else something has made the server write its log down in between
            return
    raise AssertionError("no transaction number was given out twice")


def pending_fill(station: Station) -> bool:
    """Say whether not everything has been read."""
    return not station.engine.is_whole


def here(station: Station) -> set[str]:
    return {c.name for c in station.cache.records(Customer)}


def there(company: TestCompany) -> set[str]:
    with open_dsn(company.admin_dsn) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM baton.customer").fetchall()}


def has_all(company: TestCompany, station: Station) -> None:
    assert here(station) == there(company)


@pytest.mark.parametrize("crash", [pull_the_plug, kill_backend])
def test_what_gets_a_number_that_was_seen_before_a_crash_is_not_missed(
    firm: TestCompany, crash: Callable[[TestCompany], None]
) -> None:
    ben = firm.station("ben")
    ben.filled.clear()
    crash_after_pulls(firm, [ben], crash)
    back(ben)
    has_all(firm, ben)
    assert not ben.filled, "only what was written since is read again"
    assert ben.engine.link.pull(ben.engine._cursor or "").changed == 0, "and only once"


def test_a_second_crash_before_a_workstation_is_back_hides_nothing_of_the_first(firm: TestCompany) -> None:
    ben = firm.station("ben")
    crash_after_pulls(firm, [ben])
    add_customers(firm, "Later")
    pull_the_plug(firm)
    add_customers(firm, "Still later", 1)
    back(ben)
    has_all(firm, ben)


def test_a_clean_restart_is_no_crash(firm: TestCompany) -> None:
    ben = firm.station("ben")
    firm.server.stop()
    firm.server.start()
    add_customers(firm, "After the restart", 3)
    back(ben)
    has_all(firm, ben)
    with open_dsn(firm.admin_dsn) as connection:
        assert connection.execute("SELECT count(*) FROM sync.crash").fetchone() == (0,)


def test_nothing_is_missed_on_any_other_way_back(firm: TestCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    add_customers(firm, "Vault", 1)
    anna, ben, cleo = firm.station("anna"), firm.station("ben"), firm.station("cleo")
    crash_after_pulls(firm, [anna, ben, cleo])
    for station in (anna, ben, cleo):
        station.filled.clear()
    with monkeypatch.context() as only_here:
        for module in (link, engine):
            only_here.setattr(module, "MOST_PULLED", BURNT)
        back(anna)
    has_all(firm, anna)
    assert anna.filled, "a long way is read in bulk"
    with open_dsn(firm.admin_dsn) as connection:
        connection.execute("UPDATE baton.customer SET is_restricted = true, rev = rev + 1 WHERE name = 'Vault 0'")
        back(ben)
        assert here(ben) == there(firm) - {"Vault 0"}, "what a person may see has changed meanwhile"
        assert not ben.filled
        connection.execute("UPDATE sync.feed SET at = at - interval '20 days'")
        connection.execute("UPDATE sync.workstation SET seen_at = seen_at - interval '40 days'")
        assert maintain(connection).feed_lines
    back(cleo)
    assert here(cleo) == there(firm) - {"Vault 0"}, "the lines since the crash are gone"
    assert cleo.filled


def test_a_crash_in_the_middle_of_a_fill_leaves_no_hole(firm: TestCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = firm.station("ben")
    with monkeypatch.context() as only_here:
        only_here.setattr(ben.engine, "_on_fill", lambda _, changes: "customer" not in {c.table for c in changes})
        burn(firm)
        ben.engine.refill()
    assert pending_fill(ben)
    pull_the_plug(firm)
    add_customers(firm, "After the crash", BURNT)
    back(ben)
    assert not pending_fill(ben)
    has_all(firm, ben)


def test_a_cursor_from_before_this_step_is_taken_as_it_is(firm: TestCompany) -> None:
    ben = firm.station("ben")
    add_customers(firm, "One", 2)
    with open_dsn(firm.admin_dsn) as connection:
        connection.execute("INSERT INTO sync.crash (first) VALUES ('5')")
        for cursor, seen in (
            ("100:120:110,115", "100:120:110,115"),
            ("1/100:120:110,115", "100:120:110,115"),
            ("0/100:120:110,115", "5:5:"),
        ):
            assert connection.execute("SELECT sync.snapshot_of(%s)::text", (cursor,)).fetchone() == (seen,)
        connection.execute("UPDATE sync.crash SET first = '112'")
        for cursor, seen in (
            ("0/100:120:110,112,115", "100:112:110"),
            ("0/112:120:113", "112:112:"),
            ("0/113:120:113,115", "112:112:"),
            ("0/90:112:91", "90:112:91"),
        ):
            assert connection.execute("SELECT sync.snapshot_of(%s)::text", (cursor,)).fetchone() == (seen,)
    ben.sync()
    has_all(firm, ben)


def test_those_who_find_a_crash_out_at_once_do_not_wait_for_each_other(firm: TestCompany) -> None:
    ben = firm.station("ben")
    pull_the_plug(firm)
    with open_dsn(firm.admin_dsn) as one:
        one.execute("BEGIN")
        one.execute(_A_CUSTOMER, ("Slow",))
        add_customers(firm, "Quick", 3)
        back(ben)
        assert here(ben) == {"Quick 0", "Quick 1", "Quick 2"}
        one.execute("COMMIT")
    ben.sync()
    has_all(firm, ben)
