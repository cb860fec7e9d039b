"""Copies of configurations: kept once, never replaced by a failed one, read redacted by all."""

from datetime import timedelta

import pytest

from app.devices.messages import Table
from app.domain.config_backup import BackupOutcome, ConfigBackup
from app.domain.customer import Customer
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import Refused
from app.domain.issue import Issue
from app.domain.person import Role
from app.runtime.secrets import MemorySecrets
from app.services import configs, deployments, devices
from app.sync.messages import ContentFetched, FetchContent
from tests.halden import Clock
from tests.stations import Station, TestCompany


def config(secret: str = "k3yOfTheRing", more: str = "", hostname: str = "core-1") -> str:
    return (
        "Building configuration...\r\n\r\nCurrent configuration : 402 bytes\r\n!\r\n"
        "! Last configuration change at 10:31:02 UTC Mon Mar 2 2026 by eve\r\n!\r\n"
        f"hostname {hostname}\r\n!\r\nsnmp-server community {secret} RO\r\n!\r\n"
        f"interface Vlan10\r\n description servers\r\n ip address 10.0.10.1 255.255.255.0\r\n{more}!\r\nend\r\n"
    )


def a_device(station: Station, name: str = "core-1", customer_id: str | None = None) -> Device:
    with station.desk.edit() as edit:
        return edit.insert(Device(id=new_id(), name=name, address=f"{name}.example", customer_id=customer_id))


@pytest.fixture
def keyring() -> MemorySecrets:
    return MemorySecrets(lasts=True)


def test_a_copy_is_redacted_for_all_and_whole_for_who_holds_the_key(anna: Station, keyring: MemorySecrets) -> None:
    device = a_device(anna)
    attempt = configs.keep(anna.desk, device.id, config(), keyring)
    assert attempt.outcome is BackupOutcome.CHANGED
    (copy,) = configs.history(anna.desk, device.id)
    assert (copy.device, copy.by, copy.is_here, copy.has_full_text, copy.is_newest) == (
        "core-1",
        "Anna",
        True,
        True,
        True,
    )
    shown = configs.text(anna.desk, copy.id)
    assert "k3yOfTheRing" not in shown
    assert shown.startswith("Current configuration : 402 bytes\n!\n")
    assert "k3yOfTheRing" in configs.full_text(anna.desk, copy.id, keyring)
    content = (anna.cache.path.parent / "contents").rglob("*")
    assert all(b"k3yOfTheRing" not in path.read_bytes() for path in content if path.is_file())


def test_what_did_not_change_is_stored_once(anna: Station, keyring: MemorySecrets, clock: Clock) -> None:
    device = a_device(anna)
    first = configs.keep(anna.desk, device.id, config(), keyring)
    clock.now += timedelta(minutes=60)
    again = configs.keep(anna.desk, device.id, config().replace("10:31:02", "11:31:02"), keyring)
    assert (again.outcome, again.backup_id) == (BackupOutcome.SAME, first.backup_id)
    (copy,) = configs.history(anna.desk, device.id)
    assert copy.checked is not None
    assert (copy.checked.outcome, copy.checked.at - copy.taken_at) == (BackupOutcome.SAME, timedelta(hours=1))


def test_a_changed_secret_is_a_change_that_shows(anna: Station, keyring: MemorySecrets, clock: Clock) -> None:
    device = a_device(anna)
    configs.keep(anna.desk, device.id, config("first-one"), keyring)
    clock.now += timedelta(minutes=1)
    assert configs.keep(anna.desk, device.id, config("second-one"), keyring).outcome is BackupOutcome.CHANGED
    now, before = configs.history(anna.desk, device.id)
    texts = configs.pair(anna.desk, before.id, now.id)
    assert texts.has_marks
    differing = [(a, b) for a, b in zip(texts.before.split("\n"), texts.now.split("\n"), strict=True) if a != b]
    ((was, is_now),) = differing
    assert was.startswith("snmp-server community <secret ")
    assert is_now.startswith("snmp-server community <secret ")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (config().replace("end\r\n", ""), "end"),
        ("% Invalid input detected at '^' marker.\r\n", "% Invalid input"),
        (config(more=" --More-- \r\n"), "page by page"),
        ("hostname x\r\nend\r\n", "2 lines"),
        ("", "0 lines"),
    ],
)
def test_a_failed_one_never_replaces_a_good_one(
    anna: Station, keyring: MemorySecrets, clock: Clock, raw: str, why: str
) -> None:
    device = a_device(anna)
    good = configs.keep(anna.desk, device.id, config(), keyring)
    clock.now += timedelta(minutes=1)
    failed = configs.keep(anna.desk, device.id, raw, keyring)
    assert (failed.outcome, failed.backup_id) == (BackupOutcome.FAILED, None)
    assert why in failed.words
    (copy,) = configs.history(anna.desk, device.id)
    assert copy.id == good.backup_id
    assert copy.checked is not None
    assert copy.checked.outcome is BackupOutcome.FAILED
    assert configs.last_attempt(anna.desk, device.id) == copy.checked


def test_half_a_configuration_is_kept_only_when_somebody_confirms_it(anna: Station, keyring: MemorySecrets) -> None:
    device = a_device(anna)
    configs.keep(anna.desk, device.id, config(more="!\r\n" * 20), keyring)
    failed = configs.keep(anna.desk, device.id, config(), keyring)
    assert failed.outcome is BackupOutcome.FAILED
    assert "confirm" in failed.words
    key = configs.keys.sealing_key(anna.desk, keyring)
    assert configs.keeping.judge(anna.desk, device.id, config(), key).is_short
    assert not configs.keeping.judge(anna.desk, device.id, "no configuration", key).is_short
    kept = configs.keep(anna.desk, device.id, config(), keyring, is_confirmed=True)
    assert kept.outcome is BackupOutcome.CHANGED


def test_a_configuration_without_an_end_that_is_cut_is_no_copy(anna: Station, keyring: MemorySecrets) -> None:
    device = devices.change(anna.desk, a_device(anna).id, platform="cisco_nxos")
    whole = config().replace("end\r\n", "ip route 0.0.0.0/0 10.0.0.1\r\nline console\r\nline vty\r\n")
    configs.keep(anna.desk, device.id, whole, keyring)
    for cut in (whole[:-4], whole[: -len("vty\r\n")], whole[: whole.index("line console")]):
        failed = configs.keep(anna.desk, device.id, cut, keyring)
        assert failed.outcome is BackupOutcome.FAILED
        assert "confirm it" in failed.words
    assert configs.keep(anna.desk, device.id, cut, keyring, is_confirmed=True).outcome is BackupOutcome.CHANGED


def test_since_the_deployment(anna: Station, keyring: MemorySecrets, clock: Clock) -> None:
    with anna.desk.edit() as edit:
        customer = edit.insert(Customer(id=new_id(), name="Northgate"))
    device = a_device(anna, customer_id=customer.id)
    with pytest.raises(Refused, match="written down"):
        configs.since_deployment(anna.desk, device.id)
    deployments.record(anna.desk, customer.id, to_build="40")
    clock.now += timedelta(minutes=1)
    configs.keep(anna.desk, device.id, config(), keyring)
    with pytest.raises(Refused, match="from before build 40"):
        configs.since_deployment(anna.desk, device.id)
    clock.now += timedelta(minutes=1)
    deployments.record(anna.desk, customer.id, to_build="41")
    clock.now += timedelta(minutes=1)
    with pytest.raises(Refused, match="not backed up since build 41"):
        configs.since_deployment(anna.desk, device.id)
    configs.keep(anna.desk, device.id, config(), keyring)
    before, now, deployment = configs.since_deployment(anna.desk, device.id)
    assert (before.id, deployment.what) == (now.id, "build 41")
    clock.now += timedelta(minutes=1)
    configs.keep(anna.desk, device.id, config(more=" shutdown\r\n"), keyring)
    before, now, _deployment = configs.since_deployment(anna.desk, device.id)
    assert before.id != now.id
    assert before.deployment is not None
    assert now.deployment is not None
    assert (before.deployment.what, now.deployment.what) == ("build 40", "build 41")


def test_without_the_key_a_copy_is_redacted_only(
    anna: Station, company: TestCompany, keyring: MemorySecrets, clock: Clock
) -> None:
    device = a_device(anna)
    anna.sync()
    ben = company.station("ben", clock=clock)
    attempt = configs.keep(ben.desk, device.id, config(), MemorySecrets())
    assert attempt.outcome is BackupOutcome.CHANGED
    assert "without the full text" in attempt.words
    (copy,) = configs.history(ben.desk, device.id)
    assert "community <secret> RO" in configs.text(ben.desk, copy.id)
    assert not copy.has_full_text
    with pytest.raises(Refused, match="managers and engineers"):
        configs.full_text(ben.desk, copy.id, MemorySecrets())
    ben.sync()
    anna.sync()
    with pytest.raises(Refused, match="has no full text"):
        configs.full_text(anna.desk, copy.id, keyring)
    clock.now += timedelta(minutes=1)
    # With the key the same configuration is worth a copy more, and then no other one without it.
    assert configs.keep(anna.desk, device.id, config(), keyring).outcome is BackupOutcome.CHANGED
    anna.sync()
    ben.sync()
    same = configs.keep(ben.desk, device.id, config("another-one"), MemorySecrets())
    assert (same.outcome, same.words) == (BackupOutcome.SAME, configs.keeping.NOT_COMPARED)
    newest, oldest = configs.history(anna.desk, device.id)
    assert newest.has_full_text
    anna.sync()
    carry(ben)
    fetch(anna, oldest.id)
    texts = configs.pair(anna.desk, oldest.id, newest.id)
    assert (texts.before, texts.has_marks) == (texts.now, False)


def test_who_may_not_keep_copies_is_told(anna: Station, company: TestCompany) -> None:
    device = a_device(anna)
    anna.sync()
    tim = company.station("tim", Role.TRAINEE)
    with pytest.raises(Refused):
        configs.keep(tim.desk, device.id, config(), MemorySecrets())


def test_the_text_comes_on_demand(anna: Station, company: TestCompany, keyring: MemorySecrets) -> None:
    device = a_device(anna)
    configs.keep(anna.desk, device.id, config(), keyring)
    anna.sync()
    carry(anna)
    ben = company.station("ben")
    (copy,) = configs.history(ben.desk, device.id)
    assert not copy.is_here
    with pytest.raises(Refused, match="not on this workstation"):
        configs.text(ben.desk, copy.id)
    assert [one.device for one in configs.not_here(ben.desk)] == ["core-1"]
    assert configs.search(ben.desk, "vlan10") == ()
    fetch(ben, copy.id)
    assert "interface Vlan10" in configs.text(ben.desk, copy.id)
    assert configs.not_here(ben.desk) == ()


def test_search_finds_lines_in_the_newest_copy_of_each_device(anna: Station, keyring: MemorySecrets) -> None:
    for name in ("core-1", "core-2"):
        device = a_device(anna, name)
        configs.keep(anna.desk, device.id, config(hostname=name, more=" shutdown\r\n"), keyring)
    configs.keep(anna.desk, device.id, config(hostname="core-2"), keyring)
    hits = configs.search(anna.desk, "ADDRESS 10.0.10")
    assert [(hit.device, hit.line, hit.below) for hit in hits] == [
        (name, " ip address 10.0.10.1 255.255.255.0", ("interface Vlan10",)) for name in ("core-1", "core-2")
    ]
    assert [hit.device for hit in configs.search(anna.desk, "shutdown")] == ["core-1"]
    assert configs.search(anna.desk, "k3yOfTheRing") == ()
    assert configs.search(anna.desk, "  ") == ()
    assert [(hit.number, hit.line) for hit in configs.search(anna.desk, "end")] == [(14, "end"), (13, "end")]
    assert [hit.line for hit in configs.search(anna.desk, "core-2 HOSTNAME")] == ["hostname core-2"]
    assert len(configs.search(anna.desk, "10", most=1)) == 1


def test_a_removed_device_is_not_searched(anna: Station, keyring: MemorySecrets) -> None:
    device = a_device(anna)
    configs.keep(anna.desk, device.id, config(), keyring)
    with anna.desk.edit() as edit:
        edit.delete(device)
    assert configs.search(anna.desk, "vlan10") == ()
    assert anna.cache.records(ConfigBackup)


def test_a_note_of_what_a_device_said_holds_no_secret(anna: Station) -> None:
    device = a_device(anna)
    with anna.desk.edit() as edit:
        issue = edit.insert(Issue(id=new_id(), title="Import fails"))
    table = Table(("COMMUNITY", "LINE"), (("RO", "enable secret Hunter2Hunter"),))
    note = devices.note_output(anna.desk, issue.id, device.id, "show run | inc username bob pass x1y2", config(), table)
    assert "k3yOfTheRing" not in note.body
    assert "Hunter2Hunter" not in note.body
    assert "interface Vlan10" in note.body
    assert note.command == "show run | inc username bob password <secret>"


def carry(station: Station) -> None:
    while station.engine.contents.has_work:
        station.engine.carry()


def fetch(station: Station, backup_id: str) -> None:
    said: list[object] = []
    station.engine.contents.say = said.append
    station.engine.contents.ask(FetchContent("r", backup_id))
    carry(station)
    assert any(isinstance(one, ContentFetched) and one.trouble is None for one in said), said
