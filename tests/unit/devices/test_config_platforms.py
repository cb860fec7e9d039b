"""Changes on every platform that is simulated, over real SSH."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.devices.commands import Commands, Limits
from app.devices.messages import ApplyConfig, CommandDone, CommandFailed, ConfigApplied, RunCommand
from app.practice.device import Faults
from app.practice.farm import Farm
from tests.unit.devices.mailbox import DEVICE, Mailbox, target_of, threads_end

LINES = {
    "cisco_ios": "ip domain-name example.net",
    "cisco_nxos": "ip domain-name example.net",
    "cisco_asa": "domain-name example.net",
    "arista_eos": "ip domain-name example.net",
}


class Desk:
    """A device of one platform and whoever changes it."""

    def __init__(self, platform: str) -> None:
        self.device = replace(DEVICE, platform=platform, is_privileged=True, minute_s=1.0)
        self.farm = Farm([self.device])
        self.mail = Mailbox()
        self.commands = Commands(self.mail.put, Limits())

    def applies(self, *lines: str, minutes: int = 0) -> Any:
        target = replace(target_of(self.farm), platform=self.device.platform)
        self.commands.apply(ApplyConfig("a", target, lines, minutes, timeout_s=5))
        return self.mail.wait(ConfigApplied | CommandFailed)  # type: ignore[arg-type] # isinstance takes a union

    def asks(self, command: str) -> str:
        target = replace(target_of(self.farm), platform=self.device.platform)
        self.commands.run(RunCommand("q", target, command))
        return self.mail.wait(CommandDone).raw


@pytest.fixture
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    before = set(threading.enumerate())
    desk = Desk(request.param)
    with desk.farm:
        yield desk
        desk.commands.close(5)
    threads_end(before)


@pytest.mark.parametrize("desk", LINES, indirect=True)
def test_a_change_is_made_refused_and_not_saved_as_each_platform_says_it(desk: Desk) -> None:
    line = LINES[desk.device.platform]
    done = desk.applies(line)
    assert isinstance(done, ConfigApplied), done.error
    assert line in done.after
    assert line not in done.before
    assert done.unseen == ()
    failed = desk.applies("hostname other", "frobnicate")
    assert "refused “frobnicate”" in failed.error.what
    assert desk.asks("show running-config")
    desk.farm.set_faults("sw-1", Faults(is_disk_full=True))
    assert "did not save" in desk.applies(line).error.what
    assert len(desk.farm.attempts("sw-1")) == 1


@pytest.mark.parametrize("desk", ["cisco_ios", "arista_eos"], indirect=True)
def test_a_confirmed_change_stays_when_its_time_is_over(desk: Desk) -> None:
    assert isinstance(desk.applies(LINES[desk.device.platform], minutes=1), ConfigApplied)
    time.sleep(1.3)
    assert "example.net" in desk.asks("show running-config")


@pytest.mark.parametrize("desk", ["cisco_ios"], indirect=True)
def test_what_cuts_us_off_is_taken_back_by_the_device(desk: Desk) -> None:
    desk.asks("show clock")
    running = len(desk.asks("show running-config"))
    desk.farm.set_faults("sw-1", Faults(drop_after_bytes=running + 700))
    failed = desk.applies(*(f"ip route 10.{n}.0.0 255.255.0.0 Null0" for n in range(30)), minutes=1)
    assert "dropped the connection" in failed.error.what
    assert "does so by itself within a minute" in failed.error.todo
    desk.farm.set_faults("sw-1", Faults())
    assert "Null0" in desk.asks("show running-config")
    time.sleep(1.3)
    assert "Null0" not in desk.asks("show running-config")
