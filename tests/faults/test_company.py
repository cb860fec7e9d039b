"""What can be wrong between a workstation and the company: what the person is told, and that nothing typed is lost."""

import os
import signal
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.company import schema_steps
from app.company.connection import open_dsn
from app.company.embedded import EmbeddedServer
from app.company.server_process import ServerProcess
from app.domain.company import CompanyAddress
from app.domain.errors import CompanyUnreachable, LoginDisabled, LoginRefused, SchemaMismatch
from app.domain.issue import Issue
from app.domain.person import Role
from app.runtime.workstation import Contact
from tests.scram_company import ScramCompany, scram_company
from tests.stations import TestCompany
from tests.workstations import Office, Worker, log, relayed, until


def titles(worker: Worker) -> list[str]:
    return sorted(worker.look(lambda d: [i.title for i in d.cache.records(Issue)]))


@pytest.fixture(scope="module")
def scram(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScramCompany]:
    """A company on a server that asks for passwords."""
    with scram_company(tmp_path_factory.mktemp("scram")) as company:
        yield company


@pytest.fixture
def fragile(tmp_path: Path) -> Iterator[TestCompany]:
    """A company on a server of its own, to be stopped and killed."""
    server = EmbeddedServer(tmp_path / "pg")
    server.start()
    name = f"firm_{uuid.uuid4().hex[:8]}"
    try:
        with open_dsn(server.dsn("postgres", "postgres")) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        with open_dsn(server.dsn("postgres", name)) as connection:
            schema_steps.init(connection)
        yield TestCompany(server, name, tmp_path)
    finally:
        server.remove()


def log_of(company: ScramCompany) -> str:
    with open_dsn(company.admin_dsn) as connection:
        row = connection.execute("SELECT current_setting('log_directory')").fetchone()
    assert row is not None
    return "".join(p.read_text(errors="replace") for p in Path(row[0]).glob("*.log"))


def test_an_unreachable_company_is_said_and_work_goes_on(company: TestCompany, office: Office) -> None:
    anna = office.at_work(company, "anna", Role.MANAGER)
    anna.workstation.close()
    address = company.address("anna")
    nowhere = CompanyAddress("/nowhere", address.port, address.database, address.login)
    away = office.sit_down(address, through=nowhere)
    state = away.reaches(Contact.OFFLINE)
    assert isinstance(state.trouble, CompanyUnreachable)
    assert "Work goes on here" in state.trouble.todo
    log(away, "while away")
    until(lambda: away.state.unsent >= 2, "the count of what waits")
    assert titles(away) == ["while away"]
    away.workstation.close()
    back = office.at_work(company, "anna")
    until(lambda: back.unsent() == 0, "the outbox to empty")
    assert company.station("anna").cache.read("SELECT count(*) FROM issue") == [(1,)]


def test_a_port_where_nobody_listens_is_tried_again_with_longer_pauses(office: Office) -> None:
    anna = office.sit_down(CompanyAddress("127.0.0.1", 1, "baton", "anna"), password="x")
    anna.reaches(Contact.OFFLINE)
    time.sleep(2)
    tries = sum(s.contact is Contact.CONNECTING for s in anna.states)
    assert 2 <= tries <= 7, f"{tries} tries in 2 s"
    before = len(anna.states)
    anna.workstation.retry()
    until(lambda: any(s.contact is Contact.CONNECTING for s in anna.states[before:]), "a try at once", 3)


def test_a_wrong_password_is_tried_once_and_the_right_one_heals_it(scram: ScramCompany, office: Office) -> None:
    address, password = scram.add(Role.MANAGER, is_first=False)
    anna = office.sit_down(address, password="wrong-one")
    state = anna.reaches(Contact.REFUSED)
    assert isinstance(state.trouble, LoginRefused)
    assert "Type the password again" in state.trouble.todo
    assert "wrong-one" not in str(state)
    time.sleep(2.5)
    tries = log_of(scram).count(f'password authentication failed for user "{address.login}"')
    assert tries == 1, "more tries by itself with the same password could lock somebody out"
    anna.workstation.unlock(password)
    anna.reaches(Contact.SYNCED)


def test_without_any_password_it_waits_for_one(scram: ScramCompany, office: Office) -> None:
    address, password = scram.add(is_first=False)
    anna = office.sit_down(address)
    anna.reaches(Contact.LOCKED)
    assert f'"{address.login}"' not in log_of(scram), "nothing is sent without a password"
    anna.workstation.unlock(password)
    anna.reaches(Contact.SYNCED)


def test_an_expired_role_is_refused_and_what_was_typed_stays(scram: ScramCompany, office: Office) -> None:
    address, password = scram.add(Role.MANAGER, is_first=False)
    first = office.sit_down(address, password=password)
    first.reaches(Contact.SYNCED)
    first.workstation.close()
    scram.run(f"ALTER ROLE {address.login} VALID UNTIL '2020-01-01'")
    anna = office.sit_down(address, password=password)
    state = anna.reaches(Contact.REFUSED)
    assert isinstance(state.trouble, LoginRefused)
    assert "expired" in state.trouble.todo
    log(anna, "typed with an expired login")
    assert anna.unsent() >= 2
    scram.run(f"ALTER ROLE {address.login} VALID UNTIL 'infinity'")
    anna.workstation.unlock(password)
    anna.reaches(Contact.SYNCED)
    until(lambda: anna.unsent() == 0, "the outbox to empty")


def test_somebody_disabled_while_connected_is_out_and_keeps_what_they_typed(
    scram: ScramCompany, office: Office
) -> None:
    address, password = scram.add(is_first=False)
    ben = office.sit_down(address, password=password)
    ben.reaches(Contact.SYNCED)
    scram.disable(address.login)
    state = ben.reaches(Contact.DISABLED)
    assert isinstance(state.trouble, LoginDisabled)
    assert "manager" in state.trouble.todo
    log(ben, "typed by somebody who has left")
    assert "typed by somebody who has left" in titles(ben)
    assert ben.unsent() >= 2


def test_with_a_newer_company_reading_goes_on_and_edits_wait(company: TestCompany, office: Office) -> None:
    anna = office.at_work(company, "anna", Role.MANAGER)
    from_anna = log(anna, "from somebody who has the newer one")
    until(lambda: anna.unsent() == 0, "the outbox to empty")
    with open_dsn(company.admin_dsn) as connection:
        connection.execute("INSERT INTO sync.schema_step (number, name) VALUES (9999, 'from the future')")
        company.add("ben")
        ben = office.sit_down(company.address("ben"))
        state = ben.reaches(Contact.TOO_OLD)
        assert isinstance(state.trouble, SchemaMismatch)
        assert "your edits wait" in state.trouble.todo
        connection.execute("UPDATE baton.issue SET title = 'by the newer one', rev = rev + 1")
        ben.sees(lambda d: (d.cache.record(Issue, from_anna) or Issue(id="")).title == "by the newer one", "the change")
        anna.reaches(Contact.TOO_OLD)
        log(ben, "waits")
        until(lambda: ben.state.unsent >= 2, "the count of what waits")
        time.sleep(0.5)
        assert ben.state.contact is Contact.TOO_OLD
        assert ben.unsent() >= 2
        assert "waits" not in titles(anna)
        ben.workstation.close()
        connection.execute("DELETE FROM sync.schema_step WHERE number = 9999")
    office.at_work(company, "ben")
    anna.sees(lambda d: "waits" in {i.title for i in d.cache.records(Issue)}, "the edit of the updated workstation")


def test_a_server_that_stops_and_starts_again_is_met_again(fragile: TestCompany, office: Office) -> None:
    anna, ben = office.at_work(fragile, "anna", Role.MANAGER), office.at_work(fragile, "ben")
    log(anna, "before")
    fragile.server.stop()
    for who in (anna, ben):
        assert isinstance(who.reaches(Contact.OFFLINE).trouble, CompanyUnreachable)
    log(anna, "while it was down")
    log(ben, "while it was down too")
    fragile.server.start()
    for who in (anna, ben):
        who.workstation.retry()
        who.reaches(Contact.SYNCED)
        who.sees(lambda d: len(d.cache.records(Issue)) == 3, "everything everywhere")
        until(lambda w=who: w.unsent() == 0, "the outbox to empty")  # type: ignore[misc]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_killed_postgresql_loses_nothing_that_was_sent_or_typed(fragile: TestCompany, office: Office) -> None:
    anna, ben = office.at_work(fragile, "anna", Role.MANAGER), office.at_work(fragile, "ben")
    for n in range(10):
        log(anna, f"sent {n}")
    found = ServerProcess.read(fragile.server._lodge().data)
    assert found is not None
    os.kill(found.pid, signal.SIGKILL)
    for n in range(5):
        log(anna, f"typed {n}")
    anna.reaches(Contact.OFFLINE)
    fragile.server.start()
    for who in (anna, ben):
        who.workstation.retry()
        who.sees(lambda d: len(d.cache.records(Issue)) == 15, "everything everywhere")
    until(lambda: anna.unsent() == 0, "the outbox to empty")
    assert len(titles(ben)) == 15, "each op was applied once"


def test_a_network_that_stalls_for_a_moment_is_only_late(company: TestCompany, office: Office) -> None:
    anna = office.at_work(company, "anna", Role.MANAGER)
    company.add("ben")
    with relayed(company.address("ben")) as (network, way):
        ben = office.sit_down(company.address("ben"), through=way)
        ben.reaches(Contact.SYNCED)
        network.stall()
        made = [log(ben, f"into the hole {n}") for n in range(3)]
        log(anna, "from outside")
        time.sleep(1)
        assert titles(anna) == ["from outside"]
        network.heal()
        anna.sees(lambda d: all(d.cache.record(Issue, i) for i in made), "what came out of the hole")
        ben.sees(lambda d: len(d.cache.records(Issue)) == 4, "what happened outside")
        until(lambda: ben.unsent() == 0, "the outbox to empty")
        assert len(titles(anna)) == 4
        office.close()


def test_a_network_that_swallows_everything_keeps_nobody_from_working_or_closing(
    company: TestCompany, office: Office
) -> None:
    company.add("ben", Role.MANAGER)
    with relayed(company.address("ben")) as (network, way):
        ben = office.sit_down(company.address("ben"), through=way)
        ben.reaches(Contact.SYNCED)
        network.stall()
        made = [log(ben, f"into the hole {n}") for n in range(3)]
        time.sleep(0.5)
        assert len(titles(ben)) == 3
        began = time.monotonic()
        ben.workstation.close()
        assert time.monotonic() - began < 10, "closing does not wait for an answer that never comes"
        network.heal()
        again = office.sit_down(company.address("ben"), through=way)
        again.reaches(Contact.SYNCED)
        until(lambda: again.unsent() == 0, "the outbox to empty")
        there = company.station("anna", Role.MANAGER)
        assert {i.id for i in there.cache.records(Issue)} == set(made), "each was applied once"
        office.close()
