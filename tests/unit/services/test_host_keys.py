"""The host-key book on a real company: who may write what into it, and what two workstations make of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.customer import Customer, Environment
from app.domain.device import Device, HostKey
from app.domain.entity import new_id
from app.domain.errors import BadInput, HostKeyChanged, Refused
from app.domain.person import Person, Role
from app.services import host_keys
from tests.stations import Station, TestCompany

FIRST = ("ssh-ed25519", "SHA256:AAAAfirstAAAA")
OTHER = ("ssh-ed25519", "SHA256:BBBBotherBBBB")
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def a_device(station: Station) -> Device:
    with station.desk.edit() as edit:
        customer = edit.insert(Customer(id=new_id(), name="Northgate Rail"))
        return edit.insert(
            Device(
                id=new_id(), customer_id=customer.id, name="core-nyc-1", address="10.20.0.1",
                environment=Environment.PRODUCTION, username="support",
            )
        )  # fmt: skip


def test_the_first_key_is_recorded_with_who_when_and_where_and_everybody_sees_it(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben", clock=lambda: NOON)
    device = a_device(anna)
    anna.sync()
    ben.sync()
    assert host_keys.known(ben.desk, device.id) == ()
    row = host_keys.accept(ben.desk, device.id, *FIRST)
    assert row.customer_id == device.customer_id
    ben.sync()
    assert not ben.conflicts()
    anna.sync()
    (line,) = host_keys.book(anna.desk, device.id)
    assert (line.key_type, line.fingerprint) == FIRST
    assert (line.accepted_by, line.accepted_at, line.workstation) == ("Ben", NOON, "ben's desk")
    assert line.is_valid
    (key,) = host_keys.known(anna.desk, device.id)
    assert (key.key_type, key.fingerprint) == FIRST


def test_accepting_the_same_key_again_changes_nothing(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    device = a_device(anna)
    first = host_keys.accept(anna.desk, device.id, *FIRST)
    assert host_keys.accept(anna.desk, device.id, *FIRST).id == first.id
    assert len(host_keys.book(anna.desk, device.id)) == 1


@pytest.mark.parametrize("shown", [OTHER, ("ssh-rsa", "SHA256:CCCC")])
def test_a_second_key_is_refused_for_everybody_and_says_whom_to_ask(
    company: TestCompany, shown: tuple[str, str]
) -> None:
    company.add("erik", Role.ENGINEER)
    anna = company.station("anna", Role.MANAGER)
    device = a_device(anna)
    host_keys.accept(anna.desk, device.id, *FIRST)
    with pytest.raises(Refused, match="another key") as refused:
        host_keys.accept(anna.desk, device.id, *shown)
    assert ", Erik replaces its key" in refused.value.todo  # Anna is not told to ask herself
    (erik,) = anna.cache.records(Person, "login = 'erik'")
    with anna.desk.edit() as edit:
        edit.update(erik, phone="+1 212 555 0107")
    assert host_keys.whom_to_ask(replace(anna.desk, person_id="another")) == "Erik (+1 212 555 0107) or Anna"
    assert len(host_keys.book(anna.desk, device.id)) == 1


def test_support_may_accept_but_not_replace_and_a_trainee_neither(company: TestCompany) -> None:
    anna, ben, tom = (
        company.station(login, role)
        for login, role in (("anna", Role.MANAGER), ("ben", Role.SUPPORT), ("tom", Role.TRAINEE))
    )
    device = a_device(anna)
    for station in (anna, ben, tom):
        station.sync()
    with pytest.raises(Refused, match="trainee"):
        host_keys.accept(tom.desk, device.id, *FIRST)
    host_keys.accept(ben.desk, device.id, *FIRST)
    with pytest.raises(Refused, match="support"):
        host_keys.replace(ben.desk, device.id, *OTHER, reason="new box")
    assert not host_keys.may_replace(ben.desk)
    assert host_keys.may_replace(anna.desk)


def test_replacing_retires_the_old_line_with_the_reason_and_keeps_it(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    device = a_device(anna)
    host_keys.accept(anna.desk, device.id, *FIRST)
    with pytest.raises(BadInput, match="reason"):
        host_keys.replace(anna.desk, device.id, *OTHER, reason="  ")
    host_keys.replace(anna.desk, device.id, *OTHER, reason="RMA 77, new chassis")
    anna.sync()
    assert not anna.conflicts()
    ben.sync()
    valid, retired = host_keys.book(ben.desk, device.id)
    assert (valid.fingerprint, valid.is_valid) == (OTHER[1], True)
    assert (retired.fingerprint, retired.is_valid) == (FIRST[1], False)
    assert (retired.retired_by, retired.reason) == ("Anna", "RMA 77, new chassis")
    assert [k.fingerprint for k in host_keys.known(ben.desk, device.id)] == [OTHER[1]]


def test_two_first_contacts_out_of_reach_of_each_other_are_a_hard_stop_until_somebody_chooses(
    company: TestCompany,
) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    device = a_device(anna)
    anna.sync()
    ben.sync()
    host_keys.accept(anna.desk, device.id, *FIRST)
    host_keys.accept(ben.desk, device.id, *OTHER)
    for station in (anna, ben, anna):
        station.sync()
    for station in (anna, ben):
        assert host_keys.contradiction(station.desk, device.id)
        with pytest.raises(HostKeyChanged, match="Two different keys") as stop:
            host_keys.known(station.desk, device.id)
        assert FIRST[1] in stop.value.what
        assert OTHER[1] in stop.value.what
    host_keys.replace(anna.desk, device.id, *FIRST, reason="compared on the console port")
    assert [k.fingerprint for k in host_keys.known(anna.desk, device.id)] == [FIRST[1]]
    assert len(host_keys.book(anna.desk, device.id)) == 2


def test_a_key_of_another_type_put_beside_the_first_is_a_hard_stop_for_everybody(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    device = a_device(anna)
    host_keys.accept(anna.desk, device.id, *FIRST)
    anna.sync()
    ben.sync()
    with ben.desk.edit() as edit:  # past the service, as whoever writes a program of their own could
        row = ben.desk.cache.records(HostKey, "device_id = ?", (device.id,))[0]
        edit.insert(
            row.but(id=new_id(), rev=0, key_type="ssh-rsa", fingerprint="SHA256:CCCCimpostor", accepted_by=edit.by)
        )
    ben.sync()
    anna.sync()
    for station in (anna, ben):
        with pytest.raises(HostKeyChanged, match="Two different keys"):
            host_keys.known(station.desk, device.id)


def test_the_same_key_accepted_twice_out_of_reach_is_no_contradiction(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    device = a_device(anna)
    anna.sync()
    ben.sync()
    for station in (anna, ben):
        host_keys.accept(station.desk, device.id, *FIRST)
    for station in (anna, ben, anna):
        station.sync()
    assert len(host_keys.known(anna.desk, device.id)) == 1


def test_what_is_no_fingerprint_and_what_is_no_device_is_refused(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    device = a_device(anna)
    with pytest.raises(BadInput, match="no fingerprint"):
        host_keys.accept(anna.desk, device.id, "ssh-ed25519", "aa:bb:cc")
    with pytest.raises(Refused, match="not there any more"):
        host_keys.accept(anna.desk, new_id(), *FIRST)
