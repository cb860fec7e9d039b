"""Changes on simulated IOS devices, over real SSH."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.devices.commands import Commands, Limits
from app.devices.login import Patience
from app.devices.messages import ApplyConfig, CommandDone, CommandFailed, ConfigApplied, RunCommand
from app.domain.errors import BadInput
from app.practice.device import Faults
from app.practice.farm import Farm
from tests.unit.devices.mailbox import DEVICE, Mailbox, target_of, threads_end

SWITCH = replace(DEVICE, is_privileged=True)


@pytest.fixture
def farm() -> Iterator[Farm]:
    before = set(threading.enumerate())
    with Farm([SWITCH, replace(SWITCH, name="plain", is_privileged=False)]) as standing:
        yield standing
    threads_end(before)


class Desk:
    def __init__(self, farm: Farm) -> None:
        self._farm = farm
        self.mail = Mailbox()
        self.commands = Commands(self.mail.put, Limits(patience=Patience(prompt_s=3)))

    def apply(self, *lines: str, device: str = "sw-1", **how: Any) -> Any:
        target = target_of(self._farm, replace(SWITCH, name=device))
        how = {"timeout_s": 3} | how
        self.commands.apply(ApplyConfig("c", replace(target, platform=how.pop("platform", "cisco_ios")), lines, **how))
        return self.answer()

    def answer(self) -> Any:
        return self.mail.wait(ConfigApplied | CommandFailed)  # type: ignore[arg-type] # isinstance takes a union

    def asks(self, command: str) -> str:
        self.commands.run(RunCommand("q", target_of(self._farm, SWITCH), command))
        return self.mail.wait(CommandDone).raw


@pytest.fixture
def desk(farm: Farm) -> Iterator[Desk]:
    desk = Desk(farm)
    yield desk
    desk.commands.close(5)


def test_a_change_is_made_read_back_and_saved(farm: Farm, desk: Desk) -> None:
    done = desk.apply("interface GigabitEthernet0/1", " description to the core", "", "! a comment")
    assert isinstance(done, ConfigApplied)
    assert "description to the core" in done.after
    assert "description to the core" not in done.before
    assert done.unseen == ()
    assert "[OK]" in done.save_output
    assert "> interface GigabitEthernet0/1" in done.transcript
    assert "description to the core" in desk.asks("show startup-config")
    assert len(farm.attempts("sw-1")) == 1


def test_without_saving_the_startup_stays(desk: Desk) -> None:
    assert desk.apply("ip domain-name example.net", is_saved=False).save_output == ""
    assert "example.net" not in desk.asks("show startup-config")
    assert "example.net" in desk.asks("show running-config")


def test_the_first_error_stops_it_and_it_is_out_again(farm: Farm, desk: Desk) -> None:
    failed = desk.apply("ip domain-name example.net", "frobnicate", "hostname never")
    assert "refused “frobnicate”: % Invalid input" in failed.error.what
    assert "The line before it is in the running configuration, not saved" in failed.error.todo
    assert "> frobnicate" in failed.transcript
    assert "never" not in failed.transcript
    assert "Current configuration" in desk.asks("show running-config")  # which config mode would refuse
    assert len(farm.attempts("sw-1")) == 1


def test_a_new_hostname_changes_the_prompt_and_nothing_else(farm: Farm, desk: Desk) -> None:
    done = desk.apply("hostname core-switch-of-the-old-building", "ip domain-name example.net")
    assert isinstance(done, ConfigApplied), done
    assert desk.asks("show clock")
    assert len(farm.attempts("sw-1")) == 1


def test_a_change_that_changes_the_prompt_without_saying_hostname(farm: Farm, desk: Desk) -> None:
    desk.asks("show clock")
    farm.set_faults("sw-1", Faults(prompt="elsewhere(config)#"))
    failed = desk.apply("ip domain-name example.net")
    assert isinstance(failed, CommandFailed)  # it never gets out of what says that it is config mode ...
    farm.set_faults("sw-1", Faults())
    assert desk.asks("show clock")  # ... so the connection was ended, and there is a new one
    assert len(farm.attempts("sw-1")) == 2


def test_an_account_without_config_mode(desk: Desk) -> None:
    failed = desk.apply("hostname x", device="plain")
    assert "configure terminal" in failed.error.what
    assert failed.error.todo == "Nothing was changed."


def test_abbreviated_lines_are_shown_as_unseen(desk: Desk) -> None:
    assert desk.apply("int gi0/1", "desc x").unseen == ("int gi0/1", "desc x")


@pytest.mark.parametrize("platform", ["cisco_nxos", "cisco_asa"])
def test_no_timer_where_the_platform_has_none(farm: Farm, desk: Desk, platform: str) -> None:
    failed = desk.apply("hostname x", platform=platform, revert_minutes=5)
    assert isinstance(failed.error, BadInput)
    assert "cannot go back by itself" in failed.error.what
    assert farm.attempts("sw-1") == ()


@pytest.mark.parametrize("lines", [("hostname a\nhostname b",), ("hostname a\x1a",), ("banner motd #", "never ends")])
def test_what_cannot_be_typed_is_refused_before_the_login(farm: Farm, desk: Desk, lines: tuple[str, ...]) -> None:
    assert isinstance(desk.apply(*lines).error, BadInput)
    assert farm.attempts("sw-1") == ()


def test_cancelled_between_two_lines_it_gets_out(farm: Farm, desk: Desk) -> None:
    desk.asks("show clock")
    farm.set_faults("sw-1", Faults(latency_s=0.1))
    target = target_of(farm, SWITCH)
    lines = tuple(f"ip route 10.{n}.0.0 255.255.0.0 Null0" for n in range(40))
    desk.commands.apply(ApplyConfig("c", target, lines))
    threading.Timer(2.0, desk.commands.cancel, ["c"]).start()
    failed = desk.answer()
    assert "cancelled" in failed.error.what
    assert "in the running configuration" in failed.error.todo
    farm.set_faults("sw-1", Faults())
    assert "10.39" not in desk.asks("show running-config")
    assert len(farm.attempts("sw-1")) == 1


def test_dropped_in_the_middle(farm: Farm, desk: Desk) -> None:
    desk.asks("show clock")
    farm.set_faults("sw-1", Faults(drop_after_bytes=2500))
    failed = desk.apply(*(f"ip route 10.{n}.0.0 255.255.0.0 Null0" for n in range(40)))
    assert "dropped the connection" in failed.error.what
    farm.set_faults("sw-1", Faults())
    assert desk.asks("show clock")
