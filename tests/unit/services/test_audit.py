"""The audit log's chain: one line after the other from every process, and each way of touching it is found."""

import multiprocessing
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.customer import Environment
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.guard import Mode
from app.domain.guard.chain import Flaw, sealed
from app.domain.person import Role
from app.domain.session import AuditLine, LineClass, Passage
from app.services import audit, guard
from app.services.desk import Desk
from app.store.cache import Cache
from tests.halden import NOW
from tests.stations import Station, TestCompany, Told

EACH = 25


@pytest.fixture
def lab(anna: Station) -> Device:
    with anna.desk.edit() as edit:
        device = edit.insert(
            Device(id=new_id(), name="lab-1", address="10.0.0.1", environment=Environment.LAB)
        )  # fmt: skip
    anna.sync()
    return device


def give(station: Station, device: Device, *lines: str) -> None:
    for line in lines:
        assert guard.give(station.desk, device.id, line, Mode.EXEC).passes


def rows(station: Station) -> list[AuditLine]:
    return station.cache.records(AuditLine, "1 ORDER BY seq, id")


def touch(station: Station, statement: str, *values: object) -> None:
    """Change the cache as somebody with a file editor would."""
    with station.cache.transaction():
        assert station.cache.write(statement, values)


def flaws(station: Station) -> list[tuple[Flaw, int]]:
    return [(found.flaw, found.line.seq) for chain in audit.verify(station.desk) for found in chain.findings]


def test_lines_are_numbered_without_a_gap_and_the_chain_is_whole_on_every_workstation(
    company: TestCompany, anna: Station, lab: Device
) -> None:
    ben = company.station("ben", Role.SUPPORT)
    give(anna, lab, "sh ver", "conf t", "sh run")
    give(ben, lab, "sh clock")
    for station in (anna, ben, anna):
        station.sync()
    assert [row.seq for row in rows(anna) if row.person_id == anna.person_id] == [1, 2, 3]
    for station in (anna, ben):
        chains = audit.verify(station.desk)
        assert [(one.person, one.lines, one.is_whole) for one in chains] == [("Anna", 3, True), ("Ben", 1, True)]
        assert not station.conflicts()


def test_a_line_that_somebody_changed_or_removed_is_named(anna: Station, lab: Device) -> None:
    give(anna, lab, "sh ver", "conf t", "sh run", "sh clock")
    touch(anna, "UPDATE audit_line SET line = 'sh clock' WHERE seq = 2")
    touch(anna, "DELETE FROM audit_line WHERE seq = 3")
    assert flaws(anna) == [(Flaw.ALTERED, 2), (Flaw.GAP, 4)]
    assert not audit.verify(anna.desk)[0].is_whole


def test_lines_cut_off_at_the_end_are_missed_also_when_all_are_gone(anna: Station, lab: Device) -> None:
    give(anna, lab, "sh ver", "conf t", "exit")
    touch(anna, "DELETE FROM audit_line WHERE seq > 1")
    (chain,) = audit.verify(anna.desk)
    assert (chain.cut, chain.is_whole) == (2, False)
    touch(anna, "DELETE FROM audit_line")
    (chain,) = audit.verify(anna.desk)
    assert (chain.lines, chain.cut, chain.is_whole) == (0, 3, False)


def test_two_workstations_of_one_name_have_chains_of_their_own(anna: Station, lab: Device) -> None:
    for number in ("1111", "2222"):
        guard.give(replace(anna.desk, workstation_id=f"0-{number}"), lab.id, "sh ver", Mode.EXEC)
    assert [(chain.workstation[-4:], chain.lines, chain.is_whole) for chain in audit.verify(anna.desk)] == [
        ("1111", 1, True),
        ("2222", 1, True),
    ]


def test_two_copies_of_one_cache_are_found_where_they_part(anna: Station, lab: Device) -> None:
    give(anna, lab, "sh ver", "conf t")
    second = rows(anna)[1]
    twin = sealed(second.but(id=new_id(), line="sh run"))
    with anna.desk.edit() as edit:
        edit.insert(twin)
    assert flaws(anna) == [(Flaw.FORK, 2)]


def test_a_cache_that_was_wiped_goes_on_with_the_chain_of_the_company(
    company: TestCompany, anna: Station, lab: Device
) -> None:
    give(anna, lab, "sh ver", "conf t")
    anna.sync()
    again = company.station("anna")  # another folder, the same name and person
    give(again, lab, "sh run")
    again.sync()
    assert [row.seq for row in rows(again)] == [1, 2, 3]
    assert flaws(again) == []


def test_a_chain_that_had_to_begin_anew_is_said_but_not_called_broken(
    company: TestCompany, anna: Station, lab: Device
) -> None:
    give(anna, lab, "sh ver")
    again = company.station("anna")  # has not seen what anna has not sent
    give(again, lab, "sh run", "sh clock")
    again.sync()
    anna.sync()
    again.sync()
    (chain,) = audit.verify(again.desk)
    assert [found.flaw for found in chain.findings] == [Flaw.ANEW]
    assert chain.is_whole


def test_who_does_not_see_every_customer_cannot_tell_a_gap(company: TestCompany, anna: Station, lab: Device) -> None:
    ben = company.station("ben", Role.SUPPORT)
    give(anna, lab, "sh ver", "conf t")
    anna.sync()
    ben.sync()
    touch(ben, "DELETE FROM audit_line WHERE seq = 1")
    (chain,) = audit.verify(ben.desk)
    assert [found.flaw for found in chain.findings] == [Flaw.GAP]
    assert chain.is_whole
    assert chain.cannot_tell


def _writes(path: Path, person_id: str, workstation: str, device_id: str) -> None:
    desk = Desk(Cache(path), person_id, workstation, Told())
    for _ in range(EACH):
        guard.give(desk, device_id, "sh ver", Mode.EXEC)
    desk.cache.close()


def test_two_processes_of_one_workstation_do_not_fork_the_chain(anna: Station, lab: Device) -> None:
    spawn = multiprocessing.get_context("spawn")
    arguments = (anna.cache.path, anna.person_id, anna.desk.workstation, lab.id)
    children = [spawn.Process(target=_writes, args=arguments) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    assert [row.seq for row in rows(anna)] == list(range(1, 2 * EACH + 1))
    assert flaws(anna) == []


def test_secrets_and_what_no_database_can_hold_do_not_break_the_chain(anna: Station, lab: Device) -> None:
    with anna.desk.edit() as edit:
        row = audit.record(anna.desk, edit, lab, "enable secret s3cr3t", LineClass.CONFIG, Passage.SENT)
        assert row.line == "enable secret <secret>"
        audit.record(anna.desk, edit, lab, "a\ud800b" + "x" * 9000, LineClass.CONFIG, Passage.SENT, reason="\0")
    assert rows(anna)[1].line.endswith("more characters")
    anna.sync()
    assert flaws(anna) == []
    assert not anna.unsent()


def test_lines_are_listed_by_device_by_me_and_by_day_and_never_by_somebody_else_alone(
    company: TestCompany, anna: Station, lab: Device
) -> None:
    ben = company.station("ben", Role.SUPPORT)
    give(anna, lab, "sh ver")
    give(ben, lab, "sh clock")
    ben.sync()
    anna.sync()
    lines: Callable[[tuple[audit.LoggedLine, ...]], set[str]] = lambda found: {one.line for one in found}  # noqa: E731
    assert lines(audit.of_device(anna.desk, lab.id)) == {"sh ver", "sh clock"}
    assert lines(audit.of_device(anna.desk, lab.id, person_id=ben.person_id)) == {"sh clock"}
    assert lines(audit.mine(anna.desk)) == {"sh ver"}
    assert audit.mine(anna.desk, day=(NOW.replace(year=2020), NOW.replace(year=2021))) == ()
