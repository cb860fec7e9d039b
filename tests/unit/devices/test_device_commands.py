import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from app.devices.commands import Commands, Limits
from app.devices.login import Patience, log_in
from app.devices.messages import (
    CommandDone,
    CommandFailed,
    HostKeyMismatch,
    HostKeyUnknown,
    RunCommand,
    Target,
)
from app.domain.errors import BadInput, BatonError
from app.practice.device import Faults, LoginForm, SimulatedDevice
from app.practice.farm import Farm, fingerprint
from tests.unit.devices.mailbox import DEVICE, KEY, Mailbox, stranger, target_of, threads_end

LIMITS = Limits(output_bytes=1_000_000, idle_s=60, patience=Patience(banner_s=2, prompt_s=2, enable_s=1))


@pytest.fixture
def farm() -> Iterator[Farm]:
    before = set(threading.enumerate())
    with Farm([DEVICE]) as standing:
        yield standing
    threads_end(before)


class Desk:
    """Runs commands and waits for their one answer."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.mail = Mailbox()
        self.commands = Commands(self.mail.put, limits)
        self._asked = 0

    def ask(self, target: Target, command: str, timeout_s: float = 10) -> str:
        self._asked += 1
        request_id = f"r{self._asked}"
        self.commands.run(RunCommand(request_id, target, command, timeout_s))
        return request_id

    def done(self, target: Target, command: str, timeout_s: float = 10) -> CommandDone:
        request_id = self.ask(target, command, timeout_s)
        answer = self.mail.wait(
            CommandDone | CommandFailed,  # type: ignore[arg-type] # isinstance takes a union, type[] does not
            where=lambda message: message.request_id == request_id,
        )
        assert isinstance(answer, CommandDone), answer
        return answer

    def failed(self, target: Target, command: str, timeout_s: float = 10) -> BatonError:
        self.ask(target, command, timeout_s)
        return self.mail.wait(CommandFailed).error


@pytest.fixture
def desk(farm: Farm) -> Iterator[Desk]:  # noqa: ARG001 - leaves before the farm does
    desk = Desk()
    yield desk
    desk.commands.close(5)


def test_output_comes_raw_and_as_a_table(farm: Farm, desk: Desk) -> None:
    done = desk.done(target_of(farm), "show version")
    assert done.raw.startswith("Cisco IOS Software")
    assert done.raw.rstrip().endswith("Configuration register is 0xF")
    assert done.ms > 0
    assert done.table is not None
    row = dict(zip(done.table.headers, done.table.rows[0], strict=True))
    assert (row["hostname"], row["version"]) == ("sw-1", "15.2(7)E8")

    done = desk.done(target_of(farm), "show ip interface brief")
    assert done.table is not None
    assert done.table.headers == ("interface", "ip_address", "status", "proto")
    assert ("GigabitEthernet0/1", "unassigned", "up", "up") in done.table.rows
    assert len(done.table.rows) == 6

    assert desk.done(target_of(farm), "sh ip int br").table == done.table
    assert desk.done(target_of(farm), "show foo").table is None


def test_commands_of_one_device_share_a_connection(farm: Farm, desk: Desk) -> None:
    for _ in range(3):
        desk.done(target_of(farm), "show clock")
    assert len(farm.attempts("sw-1")) == 1
    assert farm.connections("sw-1") == 1


def test_an_idle_connection_is_closed_and_opened_again(farm: Farm) -> None:
    desk = Desk(replace(LIMITS, idle_s=0.3))
    desk.done(target_of(farm), "show clock")
    deadline = time.monotonic() + 5
    while farm.connections("sw-1"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    desk.done(target_of(farm), "show clock")
    assert len(farm.attempts("sw-1")) == 2
    desk.commands.close(5)


def test_a_connection_lost_while_idle_is_made_anew(farm: Farm, desk: Desk) -> None:
    desk.done(target_of(farm), "show clock")
    farm.drop("sw-1")
    time.sleep(0.2)
    assert desk.done(target_of(farm), "show clock").raw
    assert len(farm.attempts("sw-1")) == 2


def test_first_contact_and_changed_key_send_no_password(farm: Farm, desk: Desk) -> None:
    target = target_of(farm)
    desk.ask(stranger(target), "show clock")
    assert desk.mail.wait(HostKeyUnknown).fingerprint == fingerprint(KEY)
    farm.change_host_key("sw-1")
    request_id = desk.ask(target, "show clock")
    stop = desk.mail.wait(HostKeyMismatch)
    assert (stop.asked_by, stop.expected) == (request_id, target.known_keys)
    assert farm.attempts("sw-1") == ()
    assert desk.mail.count(CommandFailed) == 0


def test_privileged_commands_with_the_enable_password(farm: Farm, desk: Desk) -> None:
    target = target_of(farm)
    assert "% Invalid input" in desk.done(target, "show running-config").raw
    privileged = replace(target, enable_password=DEVICE.enable_password)
    assert "hostname sw-1" in desk.done(privileged, "show running-config").raw
    assert "enable password" in desk.failed(replace(target, enable_password="wrong"), "show clock").what


def test_a_device_that_asks_a_question_runs_commands_too() -> None:
    with Farm([replace(DEVICE, login_form=LoginForm.QUESTION)]) as farm:
        desk = Desk()
        assert desk.done(target_of(farm), "show clock").raw
        desk.commands.close(5)


def test_a_cancelled_command_says_so_and_frees_its_device(farm: Farm, desk: Desk) -> None:
    target = target_of(farm)
    desk.done(target, "show clock")
    farm.set_faults("sw-1", Faults(truncate_after=10))
    running, waiting = desk.ask(target, "show version", 60), desk.ask(target, "show inventory", 60)
    time.sleep(0.3)
    desk.commands.cancel(waiting)
    desk.commands.cancel(running)
    desk.commands.cancel("never heard of")
    errors = [desk.mail.wait(CommandFailed).error.what for _ in range(2)]
    assert errors == ["“show version” was cancelled.", "“show inventory” was cancelled."]
    farm.set_faults("sw-1", Faults())
    assert desk.done(target, "show clock").raw


@pytest.mark.parametrize("command", ["", "  ", "show clock\nreload", "show clock\rreload"])
def test_only_one_line_is_a_command(farm: Farm, desk: Desk, command: str) -> None:
    assert isinstance(desk.failed(target_of(farm), command), BadInput)
    assert farm.attempts("sw-1") == ()


@pytest.mark.parametrize("platform", ["unheard_of", "cisco_ios_telnet", ""])
def test_an_unknown_platform_is_said_before_any_login(farm: Farm, desk: Desk, platform: str) -> None:
    error = desk.failed(replace(target_of(farm), platform=platform), "show clock")
    assert "platform" in error.what
    assert farm.attempts("sw-1") == ()


def test_a_hundred_logins_and_none_hangs() -> None:
    devices = [replace(DEVICE, name=f"sw-{number}") for number in range(100)]
    with Farm(devices) as farm:
        began = time.monotonic()
        with ThreadPoolExecutor(8) as people:
            logins = [people.submit(log_in, target_of(farm, device), LIMITS.patience) for device in devices]
            for login in logins:
                login.result().close()
        assert time.monotonic() - began < 15


def test_nothing_of_the_secrets_is_logged_or_kept(
    farm: Farm, desk: Desk, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    target = replace(target_of(farm), enable_password=DEVICE.enable_password)
    desk.done(target, "show running-config")
    desk.failed(replace(target, enable_password="a canary"), "show clock")
    desk.failed(replace(target, password="a canary"), "show clock")
    said = caplog.text + "".join(capfd.readouterr()) + repr(desk.mail.messages)
    assert "terminal length 0" in said
    for secret in (DEVICE.password, DEVICE.enable_password, "a canary"):
        assert secret not in said
    desk.commands.close(5)
    assert logging.getLogger("netmiko").filters == []


def test_twelve_devices_at_once() -> None:
    devices = [SimulatedDevice(f"sw-{number}", password="right horse") for number in range(12)]
    with Farm(devices) as farm:
        desk = Desk()
        wanted = [desk.ask(target_of(farm, device), "show version", 30) for device in devices]
        done = {answer.request_id: answer for answer in (desk.mail.wait(CommandDone, 30) for _ in devices)}
        for request_id, device in zip(wanted, devices, strict=True):
            table = done[request_id].table
            assert table is not None
            assert device.name in table.rows[0]
        desk.commands.close(5)
        assert all(len(farm.attempts(device.name)) == 1 for device in devices)


def test_closing_cuts_what_runs(farm: Farm) -> None:
    desk = Desk()
    desk.done(target_of(farm), "show clock")
    farm.set_faults("sw-1", Faults(is_endless=True))
    desk.ask(target_of(farm), "show version", 60)
    time.sleep(0.05)
    began = time.monotonic()
    desk.commands.close(5)
    assert time.monotonic() - began < 2
