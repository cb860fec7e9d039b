"""The tree's groups and last logins, the new fields of a device, and what is learned from one."""

from datetime import timedelta
from typing import Any

import pytest

from app.devices.messages import Table
from app.domain.config_backup import BackupAttempt, BackupOutcome, ConfigBackup
from app.domain.customer import Customer, Environment
from app.domain.device import Device, LoginWith, Protocol
from app.domain.device_filter import facts_of
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.person import Role
from app.domain.session import Session
from app.services import devices
from app.services.devices import Grouping
from tests.stations import Station, TestCompany

VERSION = Table(
    ("software_image", "version", "uptime", "hardware", "serial"),
    (("C3750E-UNIVERSALK9-M", "15.2(4)E10", "3 weeks", "WS-C3750X-24, WS-C3750X-48", "FDO1, FDO2"),),
)


@pytest.fixture
def anna(company: TestCompany) -> Station:
    return company.station("anna", Role.MANAGER)


def a_customer(station: Station, name: str) -> Customer:
    with station.desk.edit() as edit:
        return edit.insert(Customer(id=new_id(), name=name))


def headings(station: Station, by: Grouping, text: str = "") -> list[tuple[str, str, list[str]]]:
    lines = devices.tree(station.desk, text).lines
    names = dict(devices.customers(station.desk))
    return [
        (names.get(group.key, group.key), group.inner, [line.name for line in group.lines])
        for group in devices.grouped(lines, by)
    ]


def test_devices_stand_below_customer_and_site_platform_environment_or_tag(anna: Station) -> None:
    rail, hotels = a_customer(anna, "Northgate Rail"), a_customer(anna, "Halden Hotels")
    devices.add(anna.desk, name="n2", address="10.0.0.2", customer_id=rail.id, site="NYC", tags="Core, uplink")
    devices.add(anna.desk, name="n1", address="10.0.0.1", customer_id=rail.id, platform="cisco_nxos")
    devices.add(anna.desk, name="n3", address="10.0.0.3", customer_id=rail.id, site="Boston", tags="core")
    devices.add(anna.desk, name="h1", address="10.0.0.1", customer_id=hotels.id, environment=Environment.LAB)
    devices.add(anna.desk, name="p1", address="127.0.0.1", environment=Environment.PRACTICE)
    devices.add(anna.desk, name="x1", address="192.0.2.1")
    assert headings(anna, Grouping.CUSTOMER) == [
        ("Halden Hotels", "", ["h1"]),
        ("Northgate Rail", "Boston", ["n3"]),
        ("Northgate Rail", "NYC", ["n2"]),
        ("Northgate Rail", "", ["n1"]),
        ("practice", "", ["p1"]),
        ("", "", ["x1"]),
    ]
    assert [key for key, _inner, _names in headings(anna, Grouping.PLATFORM)] == ["cisco_ios", "cisco_nxos"]
    assert headings(anna, Grouping.ENVIRONMENT, "customer:*") == [
        ("production", "", ["n3", "n2", "n1", "x1"]),
        ("lab", "", ["h1"]),
        ("practice", "", ["p1"]),
    ]
    assert headings(anna, Grouping.TAG, "customer:northgate") == [
        ("core", "", ["n3", "n2"]),
        ("uplink", "", ["n2"]),
        ("", "", ["n1"]),
    ]
    assert devices.tags(anna.desk) == ("core", "uplink")


def test_a_line_tells_who_was_let_in_last_and_how_it_is_spoken_with(anna: Station) -> None:
    ssh = devices.add(anna.desk, name="a", address="10.0.0.1", port=2022, allows_legacy=True)
    devices.add(anna.desk, name="b", address="10.0.0.2", protocol=Protocol.TELNET)
    devices.add(anna.desk, name="c", address="/dev/ttyUSB0", protocol=Protocol.SERIAL, baud="115200")
    devices.add(anna.desk, name="d", address="2001:db8::1", port=2022)
    now = anna.desk.now
    with anna.desk.edit() as edit:
        for hours in (3, 1, 2):
            opened_at = now - timedelta(hours=hours)
            edit.insert(Session(id=new_id(), device_id=ssh.id, person_id=anna.desk.person_id, opened_at=opened_at))
    lines = devices.tree(anna.desk).lines
    assert [line.address for line in lines] == ["10.0.0.1:2022", "10.0.0.2", "/dev/ttyUSB0", "[2001:db8::1]:2022"]
    assert [line.protocol for line in lines[:3]] == [Protocol.SSH, Protocol.TELNET, Protocol.SERIAL]
    assert [line.allows_legacy for line in lines[:2]] == [True, False]
    login = lines[0].last_login
    assert login is not None
    assert (login.at, login.by) == (now - timedelta(hours=1), "Anna")
    assert lines[1].last_login is None
    assert devices.detail(anna.desk, ssh.id).last_login == login


def test_facts_of_one_device_are_those_of_the_list(anna: Station) -> None:
    rail = a_customer(anna, "Northgate Rail")
    device = devices.add(anna.desk, name="a", address="10.0.0.1", customer_id=rail.id, tags="core")
    known = facts_of(device, rail.name)
    assert (known.name, known.customer, known.tags, known.environment) == ("a", "Northgate Rail", "core", "production")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"address": "ttyUSB0", "protocol": Protocol.SERIAL}, "ttyUSB0"),
        ({"address": "COM3", "protocol": Protocol.SERIAL, "baud": "fast"}, "fast"),
        ({"address": "COM3", "protocol": Protocol.SERIAL, "baud": 3}, "3"),
        ({"address": "10.0.0.1", "protocol": Protocol.TELNET, "login_with": LoginWith.AGENT}, "Telnet"),
        ({"address": "10.0.0.1", "login_with": LoginWith.KEY}, "which key"),
        ({"address": "10.0.0.1", "tags": "a:b"}, "a:b"),
        ({"address": "10.0.0.1", "tags": "x" * 41}, "xxx"),
        ({"address": "10.0.0.1", "name": "n" * 121}, "120"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(anna: Station, given: dict[str, Any], named: str) -> None:
    with pytest.raises(BadInput) as caught:
        devices.add(anna.desk, **given)
    assert named in caught.value.what
    assert caught.value.todo


def test_a_jump_host_is_named_and_never_leads_in_a_circle(anna: Station) -> None:
    outer = devices.add(anna.desk, name="bastion", address="192.0.2.1", platform="linux")
    inner = devices.add(anna.desk, name="inner", address="10.0.0.1", jump_id=outer.id)
    behind = devices.add(anna.desk, name="behind", address="10.0.0.2", jump_id=inner.id)
    assert devices.detail(anna.desk, behind.id).jumps == ("bastion", "inner")
    with pytest.raises(Refused, match="circle"):
        devices.change(anna.desk, outer.id, jump_id=behind.id)
    with pytest.raises(Refused, match="circle"):
        devices.change(anna.desk, outer.id, jump_id=outer.id)
    telnet = devices.add(anna.desk, name="old", address="10.0.0.3", protocol=Protocol.TELNET)
    assert telnet.port == 23
    with pytest.raises(Refused, match="not reached by SSH"):
        devices.change(anna.desk, outer.id, jump_id=telnet.id)
    with pytest.raises(BadInput, match="jump host"):
        devices.change(anna.desk, telnet.id, jump_id=outer.id)
    assert "old (10.0.0.3)" not in dict(devices.jump_hosts(anna.desk)).values()


def test_one_address_behind_two_jump_hosts_is_two_boxes(anna: Station) -> None:
    one, two = (devices.add(anna.desk, name=f"jump-{n}", address=f"192.0.2.{n}") for n in (1, 2))
    devices.add(anna.desk, name="a", address="10.0.0.1", jump_id=one.id)
    devices.add(anna.desk, name="b", address="10.0.0.1", jump_id=two.id)
    with pytest.raises(Refused, match="b has this address"):
        devices.add(anna.desk, name="c", address="10.0.0.1", jump_id=two.id)


def test_show_version_teaches_software_model_and_serial_once(anna: Station, company: TestCompany) -> None:
    device = devices.add(anna.desk, name="core", address="10.0.0.1")
    learned = devices.learn(anna.desk, device.id, VERSION)
    assert learned is not None
    assert (learned.software, learned.model) == ("IOS 15.2(4)E10", "WS-C3750X-24, WS-C3750X-48")
    kept = devices.detail(anna.desk, device.id).device
    assert (kept.software, kept.serial, kept.changed_by) == ("IOS 15.2(4)E10", "FDO1, FDO2", anna.desk.person_id)
    assert devices.learn(anna.desk, device.id, VERSION) is None
    assert devices.learn(anna.desk, device.id, Table(("interface", "version"), (("Gi0/1", "2"),))) is None
    anna.sync()
    ben = company.station("ben")
    newer = Table(("version", "uptime"), (("16.1", "1 day"),))
    assert devices.learn(ben.desk, device.id, newer) is None, "support looks, and changes nothing"


@pytest.mark.parametrize(
    ("platform", "row", "software", "serial"),
    [
        (
            "cisco_nxos",
            {"uptime": "1 day", "os": "9.3(5)", "platform": "C93180YC", "serial": "F1"},
            "NX-OS 9.3(5)",
            "F1",
        ),
        (
            "arista_eos",
            {"uptime": "1", "image": "4.28.0F", "model": "7050", "serial_number": "J1"},
            "EOS 4.28.0F",
            "J1",
        ),
        ("juniper_junos", {"hostname": "r", "junos_version": "21.4R1", "serial_number": ""}, "Junos 21.4R1", ""),
        ("ubiquiti_edge", {"uptime": "1", "version": "2.0", "serial": "S"}, "2.0", "S"),
    ],
)
def test_each_platforms_table_is_understood(
    anna: Station, platform: str, row: dict[str, str], software: str, serial: str
) -> None:
    device = devices.add(anna.desk, address="10.0.0.1", platform=platform)
    learned = devices.learn(anna.desk, device.id, Table(tuple(row), (tuple(row.values()),)))
    assert learned is not None
    assert (learned.software, learned.serial) == (software, serial)


def test_the_card_tells_the_newest_copy_and_how_the_last_attempt_ended(anna: Station) -> None:
    device = devices.add(anna.desk, name="core", address="10.0.0.1")
    assert devices.detail(anna.desk, device.id).backup is None
    me, now = anna.desk.person_id, anna.desk.now
    with anna.desk.edit() as edit:
        copy = edit.insert(
            ConfigBackup(
                id=new_id(), device_id=device.id, taken_at=now, person_id=me, size_bytes=42_000, sha256="a" * 64,
                lines=900, mark="m",
            )
        )  # fmt: skip
        for minutes, outcome in ((0, BackupOutcome.CHANGED), (5, BackupOutcome.FAILED)):
            at = now + timedelta(minutes=minutes)
            edit.insert(
                BackupAttempt(id=new_id(), device_id=device.id, at=at, person_id=me, outcome=outcome, words="x")
            )
    state = devices.detail(anna.desk, device.id).backup
    assert state is not None
    assert (state.taken_at, state.lines, state.has_failed) == (copy.taken_at, 900, True)
    assert isinstance(devices.select(anna.desk, "core")[0], Device)
