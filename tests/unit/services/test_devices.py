"""The inventory on a real company: the tree, one device, adding one by hand, output into an issue."""

import csv
import io
import time

import pytest

from app.devices.messages import Table
from app.domain.customer import Customer, Environment
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.issue import Issue, IssueState, Note, NoteKind
from app.domain.person import Role
from app.services import devices, host_keys
from tests.stations import Station, TestCompany

TABLE = Table(("interface", "status"), (("Gi0/1", "up"), ("Vlan10", 'down, "admin"')))


def a_customer(station: Station, name: str, *, is_vip: bool = False) -> Customer:
    with station.desk.edit() as edit:
        return edit.insert(Customer(id=new_id(), name=name, is_vip=is_vip))


def an_issue(station: Station, customer: Customer, title: str, state: IssueState = IssueState.OPEN) -> Issue:
    with station.desk.edit() as edit:
        return edit.insert(
            Issue(id=new_id(), customer_id=customer.id, title=title, state=state, opened_at=station.desk.now)
        )


@pytest.fixture
def anna(company: TestCompany) -> Station:
    return company.station("anna", Role.MANAGER)


def test_the_tree_is_by_customer_and_name_with_what_is_open_there(anna: Station) -> None:
    rail, hotels = a_customer(anna, "Northgate Rail", is_vip=True), a_customer(anna, "Halden Hotels")
    an_issue(anna, rail, "Import fails")
    an_issue(anna, rail, "Slow", IssueState.WATCHING)
    an_issue(anna, rail, "Old", IssueState.CLOSED)
    devices.add(anna.desk, name="practice-1", address="127.0.0.1", port=2201, environment=Environment.PRACTICE)
    devices.add(anna.desk, name="edge-bos-1", address="10.20.0.9", customer_id=rail.id)
    devices.add(anna.desk, name="Core-nyc-1", address="10.20.0.1", customer_id=rail.id, site="New York")
    devices.add(anna.desk, name="rtr-lab-1", address="10.9.0.1", customer_id=hotels.id, environment=Environment.LAB)
    found = devices.tree(anna.desk)
    assert [line.name for line in found.lines] == ["rtr-lab-1", "Core-nyc-1", "edge-bos-1", "practice-1"]
    core, practice = found.lines[1], found.lines[3]
    assert (core.customer, core.is_vip, core.open_issues) == ("Northgate Rail", True, 2)
    assert (core.platform, core.environment, core.address) == ("cisco_ios", Environment.PRODUCTION, "10.20.0.1")
    assert (practice.customer, practice.open_issues, practice.address) == ("", 0, "127.0.0.1:2201")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("nyc", ["core-nyc-1"]),
        ("NORTHGATE core", ["core-nyc-1"]),
        ("10.20", ["core-nyc-1", "edge-bos-1"]),
        ("york", ["core-nyc-1"]),
        ("lab", ["rtr-lab-1"]),
        ("env:lab", ["rtr-lab-1"]),
        ("customer:northgate -edge", ["core-nyc-1"]),
        ("100%", []),
        ("_", []),
        ("  ", ["rtr-lab-1", "core-nyc-1", "edge-bos-1"]),
    ],
)
def test_a_few_letters_of_anything_find_a_device(anna: Station, text: str, names: list[str]) -> None:
    rail, hotels = a_customer(anna, "Northgate Rail"), a_customer(anna, "Halden Hotels")
    devices.add(anna.desk, name="core-nyc-1", address="10.20.0.1", customer_id=rail.id, site="New York")
    devices.add(anna.desk, name="edge-bos-1", address="10.20.0.9", customer_id=rail.id)
    devices.add(anna.desk, name="rtr-lab-1", address="192.0.2.7", customer_id=hotels.id, environment=Environment.LAB)
    assert sorted(line.name for line in devices.tree(anna.desk, text).lines) == sorted(names)


def test_a_tree_of_thousands_is_cut_says_so_and_is_fast(anna: Station) -> None:
    with anna.desk.edit() as edit:
        for number in range(3000):
            edit.insert(Device(id=new_id(), name=f"sw-{number:04}", address=f"10.1.{number // 250}.{number % 250}"))
    began = time.perf_counter()
    found = devices.tree(anna.desk, "sw")
    assert time.perf_counter() - began < 0.5
    assert (len(found.lines), found.total) == (devices.LISTED, 3000)


def test_a_device_shows_its_keys_its_issues_and_what_was_last_noted(anna: Station) -> None:
    rail = a_customer(anna, "Northgate Rail", is_vip=True)
    device = devices.add(anna.desk, name="core-nyc-1", address="10.20.0.1", customer_id=rail.id)
    issue = an_issue(anna, rail, "Import fails")
    an_issue(anna, rail, "Old", IssueState.SOLVED)
    anna.sync()
    host_keys.accept(anna.desk, device.id, "ssh-ed25519", "SHA256:AAAA")
    devices.note_output(anna.desk, issue.id, device.id, "show version", "IOS 15")
    card = devices.detail(anna.desk, device.id)
    assert (card.customer, card.is_vip, card.me, card.may_edit) == ("Northgate Rail", True, "Anna", True)
    assert [k.fingerprint for k in card.keys] == ["SHA256:AAAA"]
    (open_issue,) = card.issues
    assert (open_issue.id, open_issue.title) == (issue.id, "Import fails")
    assert open_issue.label.isdigit()
    assert card.last_output is not None
    assert (card.last_output.command, card.last_output.by) == ("show version", "Anna")


def test_the_devices_of_an_issue_are_its_customers(anna: Station) -> None:
    rail, hotels = a_customer(anna, "Northgate Rail"), a_customer(anna, "Halden Hotels")
    devices.add(anna.desk, name="core", address="10.20.0.1", customer_id=rail.id)
    devices.add(anna.desk, name="lobby", address="10.9.0.1", customer_id=hotels.id)
    issue = an_issue(anna, rail, "Import fails")
    assert [line.name for line in devices.of_issue(anna.desk, issue.id)] == ["core"]
    with anna.desk.edit() as edit:
        nobodys = edit.insert(Issue(id=new_id(), title="Who is this?"))
    assert devices.of_issue(anna.desk, nobodys.id) == ()


def test_a_device_added_by_hand_reaches_the_others(company: TestCompany, anna: Station) -> None:
    erik = company.station("erik", Role.ENGINEER)
    devices.add(erik.desk, address=" sw-9.example.net ", port=" 2222 ", username="ops", platform="cisco_xe")
    erik.sync()
    assert not erik.conflicts()
    anna.sync()
    (line,) = devices.tree(anna.desk).lines
    device = devices.detail(anna.desk, line.id).device
    assert (device.name, device.address, device.port) == ("sw-9.example.net", "sw-9.example.net", 2222)
    assert (device.username, device.platform) == ("ops", "cisco_xe")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"address": ""}, "address"),
        ({"address": "10.20.0.300"}, "address"),
        ({"address": "-oProxyCommand=x"}, "address"),
        ({"address": "a b"}, "address"),
        ({"port": 0}, "port"),
        ({"port": "ssh"}, "port"),
        ({"port": 70000}, "port"),
        ({"platform": "Cisco IOS"}, "platform"),
        ({"username": "two words"}, "user name"),
    ],
)
def test_what_cannot_be_reached_is_said_at_once(anna: Station, wrong: dict[str, str], says: str) -> None:
    given: dict[str, str] = {"address": "10.20.0.1"} | wrong
    with pytest.raises(BadInput, match=says) as error:
        devices.add(anna.desk, **given)  # type: ignore[arg-type]
    assert error.value.todo
    assert not devices.tree(anna.desk).lines


@pytest.mark.parametrize("address", ["10.0.0.1", "2001:db8::1", "sw-1", "core.nyc.example.net"])
def test_every_form_of_address_is_taken(anna: Station, address: str) -> None:
    assert devices.add(anna.desk, address=address).address == address


def test_the_same_device_twice_is_refused_within_a_customer_only(anna: Station) -> None:
    rail, hotels = a_customer(anna, "Northgate Rail"), a_customer(anna, "Halden Hotels")
    devices.add(anna.desk, name="core", address="10.0.0.1", customer_id=rail.id)
    with pytest.raises(Refused, match="core has this address"):
        devices.add(anna.desk, name="other", address="10.0.0.1", customer_id=rail.id)
    with pytest.raises(Refused, match="There is a core already"):
        devices.add(anna.desk, name="CORE", address="10.0.0.2", customer_id=rail.id)
    devices.add(anna.desk, name="core", address="10.0.0.1", customer_id=hotels.id)
    devices.add(anna.desk, name="behind it", address="10.0.0.1", port=2022, customer_id=rail.id)


def test_a_device_can_be_corrected(anna: Station) -> None:
    device = devices.add(anna.desk, name="core", address="10.0.0.1")
    devices.change(anna.desk, device.id, port="2022", allows_legacy=True)
    after = devices.detail(anna.desk, device.id).device
    assert (after.port, after.allows_legacy, after.name) == (2022, True, "core")
    with pytest.raises(BadInput):
        devices.change(anna.desk, device.id, address="")


def test_support_may_not_add_or_change_devices_and_is_told_whom_to_ask(company: TestCompany, anna: Station) -> None:
    device = devices.add(anna.desk, name="core", address="10.0.0.1")
    anna.sync()
    ben = company.station("ben", Role.SUPPORT)
    assert not devices.may_add(ben.desk)
    assert not devices.detail(ben.desk, device.id).may_edit
    with pytest.raises(Refused) as refused:
        devices.add(ben.desk, address="10.0.0.2")
    assert "engineer, manager" in refused.value.todo
    with pytest.raises(Refused):
        devices.change(ben.desk, device.id, port=23)


def test_output_goes_into_the_issue_with_device_command_and_table(company: TestCompany, anna: Station) -> None:
    rail = a_customer(anna, "Northgate Rail")
    device = devices.add(anna.desk, name="core", address="10.0.0.1", customer_id=rail.id)
    issue = an_issue(anna, rail, "Import fails")
    raw = "\x1b[31mGi0/1 up\x1b[0m\r\n\x00Vlan10 down\x07\r\n"
    note = devices.note_output(anna.desk, issue.id, device.id, " show ip int brief ", raw, TABLE)
    anna.sync()
    assert not anna.conflicts()
    ben = company.station("ben")
    seen = ben.cache.record(Note, note.id)
    assert seen is not None
    assert (seen.kind, seen.device_id, seen.command) == (NoteKind.DEVICE_OUTPUT, device.id, "show ip int brief")
    assert (seen.person_id, seen.issue_id, seen.customer_id) == (anna.person_id, issue.id, rail.id)
    assert seen.body == ('Gi0/1 up\nVlan10 down\n\ninterface  status\nGi0/1      up\nVlan10     down, "admin"')


def test_a_very_long_output_is_cut_and_the_note_says_so(anna: Station) -> None:
    rail = a_customer(anna, "Northgate Rail")
    device = devices.add(anna.desk, name="core", address="10.0.0.1", customer_id=rail.id)
    issue = an_issue(anna, rail, "Import fails")
    note = devices.note_output(anna.desk, issue.id, device.id, "show tech", "x" * 250_000)
    assert len(note.body) < devices.NOTE_CHARS + 100
    assert note.body.endswith("[150000 more characters are not in this note.]")


def test_one_customers_output_does_not_go_into_anothers_issue(anna: Station) -> None:
    rail, hotels = a_customer(anna, "Northgate Rail"), a_customer(anna, "Halden Hotels")
    device = devices.add(anna.desk, name="core", address="10.0.0.1", customer_id=rail.id)
    with pytest.raises(Refused, match="another customer"):
        devices.note_output(anna.desk, an_issue(anna, hotels, "Bridge").id, device.id, "show version", "IOS")
    practice = devices.add(anna.desk, name="practice", address="127.0.0.1", environment=Environment.PRACTICE)
    devices.note_output(anna.desk, an_issue(anna, rail, "Slow").id, practice.id, "show version", "IOS")


def test_a_table_is_copied_as_csv_that_reads_back() -> None:
    text = devices.as_csv(TABLE)
    assert list(csv.reader(io.StringIO(text))) == [list(TABLE.headers), *map(list, TABLE.rows)]


def test_escape_sequences_and_carriage_returns_leave_plain_text() -> None:
    raw = "\x1b]0;title\x07a\x1b[2;5Hb\x1b(Bc\r\nd\rprogress\x1b[K\x1b[6n\x1b"
    assert devices.plain(raw) == "abc\nd\nprogress"


def test_a_selector_finds_devices_by_customer_and_name(anna: Station) -> None:
    rail = a_customer(anna, "Northgate Rail")
    devices.add(anna.desk, name="edge", address="10.0.0.2", customer_id=rail.id, platform="cisco_nxos")
    devices.add(anna.desk, name="core", address="10.0.0.1", customer_id=rail.id, site="NYC")
    devices.add(anna.desk, name="lone", address="10.0.0.9", environment=Environment.LAB)

    def found(selector: str) -> list[str]:
        return [device.name for device in devices.select(anna.desk, selector)]

    assert found("customer:northgate") == ["core", "edge"]
    assert found("customer:northgate -platform:nxos") == ["core"]
    assert found("env:lab") == ["lone"]
    assert found("") == ["core", "edge", "lone"]
    with pytest.raises(BadInput, match="colour"):
        found("colour:red")
