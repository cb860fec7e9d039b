"""Two copies beside each other: their lines and numbers, notes of what changed, and who may see them."""

from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path

import pytest

from app.devices.messages import CompareTexts, Ready, TextsCompared
from app.domain.config_diff import Comparison, compare
from app.domain.customer import Customer
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import BadInput, BatonError, DeviceFault, EnvironmentFault, Refused
from app.domain.issue import Issue
from app.runtime.secrets import MemorySecrets
from app.services import config_diffs, configs
from app.services.terminals import Exchange
from tests.halden import Clock
from tests.stations import Station

TEXT = (
    "Current configuration : 402 bytes\n!\n! Last configuration change at 10:31:02 UTC Mon Mar 2 2026 by eve\n!\n"
    "hostname core-1\n!\nsnmp-server community firstOne RO\n!\n"
    "interface Vlan10\n description servers\n ip address 10.0.10.1 255.255.255.0\n!\nend\n"
)


def a_device(station: Station, customer_id: str | None = None, name: str = "core-1") -> Device:
    with station.desk.edit() as edit:
        return edit.insert(Device(id=new_id(), name=name, address=f"{name}.example", customer_id=customer_id))


def two_copies(station: Station, clock: Clock, device: Device, keyring: MemorySecrets) -> tuple[str, str]:
    """Keep two copies of a device, an hour apart; the second has another secret and one line more."""
    configs.keep(station.desk, device.id, TEXT, keyring)
    clock.now += timedelta(hours=1)
    now = TEXT.replace("firstOne", "secondOne").replace(" description servers\n", " description servers\n mtu 9000\n")
    configs.keep(station.desk, device.id, now, keyring)
    newest, before = configs.history(station.desk, device.id)
    return before.id, newest.id


def test_two_texts_are_compared_with_the_numbers_of_their_lines(anna: Station, clock: Clock) -> None:
    device = a_device(anna)
    before_id, now_id = two_copies(anna, clock, device, MemorySecrets(lasts=True))
    assert config_diffs.missing(anna.desk, (before_id, now_id)) == ()
    texts = config_diffs.texts(anna.desk, before_id, now_id)
    assert texts.has_marks
    assert "Last configuration change" not in texts.left + texts.right
    whole = configs.text(anna.desk, now_id).split("\n")
    lines = texts.right.split("\n")
    assert len(texts.right_numbers) == len(lines)
    assert all(whole[number - 1] == line for number, line in zip(texts.right_numbers, lines, strict=True))
    changed = config_diffs.changed(texts)
    assert str(changed.summary) == "2 lines changed in interface Vlan10 and the global part"


def test_marks_made_with_other_keys_do_not_show_a_changed_secret(anna: Station, clock: Clock) -> None:
    device = a_device(anna)
    configs.keep(anna.desk, device.id, TEXT, MemorySecrets(lasts=False))
    clock.now += timedelta(hours=1)
    configs.keep(anna.desk, device.id, TEXT.replace("servers", "guests"), MemorySecrets(lasts=True))
    newest, before = configs.history(anna.desk, device.id)
    texts = config_diffs.texts(anna.desk, before.id, newest.id)
    assert not texts.has_marks
    assert config_diffs.changed(texts).summary.lines == 1


def test_one_copy_alone_has_all_its_lines(anna: Station, clock: Clock) -> None:
    device = a_device(anna)
    before_id, _now_id = two_copies(anna, clock, device, MemorySecrets(lasts=True))
    texts = config_diffs.whole_text(anna.desk, before_id)
    assert texts.left == texts.right == configs.text(anna.desk, before_id)
    assert list(texts.right_numbers)[:2] == [1, 2]
    assert config_diffs.changed(texts).summary.lines == 0


def test_what_changed_is_noted_for_the_devices_own_customer_only(anna: Station) -> None:
    with anna.desk.edit() as edit:
        rail, hotels = (edit.insert(Customer(id=new_id(), name=name)) for name in ("Rail", "Hotels"))
        issue = edit.insert(Issue(id=new_id(), customer_id=rail.id, title="Slow"))
    ours, theirs = a_device(anna, rail.id), a_device(anna, hotels.id, "core-2")
    note = config_diffs.note(anna.desk, issue.id, (ours.id, ours.id), "1 line changed.")
    assert (note.issue_id, note.device_id, note.command, note.body) == (
        issue.id,
        ours.id,
        config_diffs.WHAT,
        "1 line changed.",
    )
    for devices in ((theirs.id, ours.id), (ours.id, theirs.id), (theirs.id, theirs.id)):
        with pytest.raises(Refused, match="another customer"):
            config_diffs.note(anna.desk, issue.id, devices, "1 line changed.")


def test_the_devices_that_have_a_copy(anna: Station, clock: Clock) -> None:
    device = a_device(anna)
    a_device(anna, name="core-2")
    _before_id, now_id = two_copies(anna, clock, device, MemorySecrets(lasts=True))
    assert config_diffs.choices(anna.desk) == (config_diffs.DeviceChoice(device.id, "core-1", "", now_id),)


def test_a_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="could not be written"):
        config_diffs.export(tmp_path, "x")


class Line:
    """An exchange whose child is this test."""

    def __init__(self) -> None:
        self.sent: list[object] = []
        self.exchange = Exchange(self.sent.append)
        self.exchange.on_message(Ready())

    def ask(self) -> "tuple[CompareTexts, Future[Comparison]]":
        future = self.exchange.compare("a\n", "b\n")
        request = self.sent[-1]
        assert isinstance(request, CompareTexts)
        return request, future


def test_each_comparison_gets_its_answer() -> None:
    line = Line()
    request, future = line.ask()
    line.exchange.on_message(TextsCompared("another one", compare([], [])))
    assert not future.done()
    line.exchange.on_message(TextsCompared(request.request_id, compare(["a"], ["b"])))
    assert future.result(1) == compare(["a"], ["b"])
    assert "a\n" not in repr(request)


def test_a_comparison_that_failed_or_whose_child_ended_says_so() -> None:
    line = Line()
    request, future = line.ask()
    line.exchange.on_message(TextsCompared(request.request_id, error=BadInput("No.")))
    failed: list[BatonError | None] = [error if isinstance(error := future.exception(1), BatonError) else None]
    assert failed[0] is not None
    assert failed[0].what == "No."
    _request, future = line.ask()
    line.exchange.on_message(Ready())
    assert isinstance(future.exception(1), DeviceFault)
