"""What can go wrong while a command's answer is read, on simulated devices over real SSH."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.devices.commands import Commands, Limits
from app.devices.login import Patience
from app.devices.messages import ApplyConfig, CommandDone, CommandFailed, RunCommand, Target
from app.practice.device import Faults
from app.practice.farm import Farm
from tests.faults import reader_rounds
from tests.unit.devices.mailbox import DEVICE, Mailbox, target_of, threads_end

SWITCH = replace(DEVICE, is_privileged=True)
PATIENCE = Patience(connect_s=2, banner_s=2, negotiate_s=4, login_s=4, prompt_s=2, enable_s=2)


@pytest.fixture
def farm() -> Iterator[Farm]:
    before = set(threading.enumerate())
    with Farm([SWITCH, replace(DEVICE, name="plain")]) as standing:
        yield standing
    threads_end(before)


class Desk:
    def __init__(self, farm: Farm) -> None:
        self._farm = farm
        self.mail = Mailbox()
        self.commands = Commands(self.mail.put, Limits(output_bytes=1_000_000, patience=PATIENCE))

    def target(self, name: str = "sw-1") -> Target:
        return target_of(self._farm, replace(SWITCH, name=name))

    def asks(self, command: str, timeout_s: float = 5, target: Target | None = None) -> Any:
        self.commands.run(RunCommand("c", target or self.target(), command, timeout_s))
        return self.mail.wait(CommandDone | CommandFailed)  # type: ignore[arg-type] # isinstance takes a union


@pytest.fixture
def desk(farm: Farm) -> Iterator[Desk]:
    desk = Desk(farm)
    yield desk
    desk.commands.close(5)


def says(farm: Farm, command: str, text: str) -> None:
    """Let the device answer this to a command."""
    reader_rounds.answer_with(farm, "sw-1", command, text)


def test_output_that_contains_the_prompt(farm: Farm, desk: Desk) -> None:
    text = "sw-1#\nsw-1#show clock\nsw-1(config)#\nsw-1# \nthe end\n"
    says(farm, "show prompts", text)
    assert desk.asks("show prompts").raw == text.removesuffix("\n")


@pytest.mark.parametrize("banner", ["#### keep out ####\n", "sw-1#\nnobody> here #\n" * 40, "the door is open>"])
@pytest.mark.parametrize("chunk_bytes", [0, 40])
def test_a_banner_that_looks_like_prompts(farm: Farm, desk: Desk, banner: str, chunk_bytes: int) -> None:
    whole = desk.asks("show inventory").raw
    farm.drop("sw-1")
    farm.set_faults("sw-1", Faults(banner=banner, chunk_bytes=chunk_bytes, chunk_delay_s=0.005))
    time.sleep(0.1)
    assert desk.asks("show inventory").raw == whole
    assert desk.asks("show inventory").raw == whole
    assert len(farm.attempts("sw-1")) == 2


@pytest.mark.parametrize("has_prompts", [False, True])
def test_pages_in_spite_of_paging_off(farm: Farm, desk: Desk, *, has_prompts: bool) -> None:
    farm.set_faults("sw-1", Faults(has_prompt_in_output=has_prompts))
    whole = desk.asks("show interfaces").raw
    farm.set_faults("sw-1", Faults(pages_anyway=True))
    desk.asks("show interfaces", 15)  # from then on it is known to page
    farm.set_faults("sw-1", Faults(pages_anyway=True, has_prompt_in_output=has_prompts))
    paged = desk.asks("show interfaces", 15).raw
    assert paged == whole
    assert "More" not in paged
    assert desk.asks("show interfaces", 15).raw == whole


def test_log_lines_tear_what_is_typed(farm: Farm, desk: Desk) -> None:
    whole = desk.asks("show inventory").raw
    farm.set_faults("sw-1", Faults(logs_while_typing=True))
    assert desk.asks("show inventory").raw == whole


def test_a_log_line_in_an_output_is_left_there(farm: Farm, desk: Desk) -> None:
    whole = desk.asks("show inventory").raw.splitlines()
    farm.set_faults("sw-1", Faults(logs_in_output=True))
    found = desk.asks("show inventory").raw.splitlines()
    assert len(found) == len(whole) + 1
    assert set(whole) < set(found)


def test_a_hostname_that_somebody_else_changes(farm: Farm, desk: Desk) -> None:
    healthy = desk.asks("show inventory").raw
    farm.set_faults("sw-1", Faults(prompt="another-name#"))
    assert desk.asks("show inventory").raw == healthy
    farm.set_faults("sw-1", Faults())
    assert desk.asks("show inventory").raw == healthy
    assert len(farm.attempts("sw-1")) == 1


@pytest.mark.parametrize("is_patient", [True, False])
def test_a_device_that_takes_its_time_is_waited_for_as_long_as_was_said(
    farm: Farm, desk: Desk, *, is_patient: bool
) -> None:
    desk.asks("show clock")
    farm.set_faults("sw-1", Faults(answer_after_s=1.0))
    answer = desk.asks("show inventory", 5 if is_patient else 0.5)
    assert isinstance(answer, CommandDone) is is_patient
    if not is_patient:
        assert "did not finish within 0.5 s" in answer.error.what


def test_dropped_at_any_byte_no_part_is_taken_for_the_whole(farm: Farm, desk: Desk) -> None:
    whole = desk.asks("show inventory").raw
    outcomes = set()
    for cut in range(0, 300, 23):
        desk.asks("show clock")
        farm.set_faults("sw-1", Faults(drop_after_bytes=cut))
        answer = desk.asks("show inventory")
        outcomes.add(type(answer))
        if isinstance(answer, CommandDone):
            assert answer.raw == whole
        else:
            assert "dropped the connection" in answer.error.what
        farm.set_faults("sw-1", Faults())
    assert outcomes == {CommandDone, CommandFailed}


def test_a_restart_in_the_middle_of_a_command(farm: Farm, desk: Desk) -> None:
    desk.asks("show clock")
    farm.set_faults("sw-1", Faults(reboot_after_bytes=200))
    began = time.monotonic()
    error = desk.asks("show inventory", 20).error
    assert "dropped the connection while “show inventory” ran" in error.what
    assert "restarted" in error.todo
    assert time.monotonic() - began < 5
    until = time.monotonic() + 20
    while isinstance(desk.asks("show inventory"), CommandFailed):
        assert time.monotonic() < until
        time.sleep(0.2)


def test_a_wrong_enable_password_is_tried_once_and_told_at_once(desk: Desk) -> None:
    target = replace(desk.target("plain"), enable_password="wrong")
    began = time.monotonic()
    error = desk.asks("show clock", target=target).error
    assert "refused the enable password" in error.what
    assert time.monotonic() - began < 1.5
    assert desk.asks("show startup-config", target=replace(target, enable_password=DEVICE.enable_password)).raw


def test_an_expired_password_is_called_that_and_tried_nowhere_else(farm: Farm, desk: Desk) -> None:
    farm.set_faults("sw-1", Faults(is_password_expired=True))
    error = desk.asks("show clock").error
    assert "has expired" in error.what
    assert error.todo
    assert "was not tried" in desk.asks("show clock", target=desk.target("plain")).error.what
    assert farm.attempts("plain") == ()


def test_a_password_that_has_expired_behind_the_login(farm: Farm, desk: Desk) -> None:
    farm.set_faults("sw-1", Faults(prompt="Your password has expired.\nEnter new password: "))
    error = desk.asks("show clock").error
    assert "has expired" in error.what
    assert "in a terminal" in error.todo
    assert "was not tried" in desk.asks("show clock", target=desk.target("plain")).error.what


def test_a_full_disk_is_told_as_not_saved(farm: Farm, desk: Desk) -> None:
    farm.set_faults("sw-1", Faults(is_disk_full=True))
    desk.commands.apply(ApplyConfig("c", desk.target(), ("ip domain-name example.net",)))
    error = desk.mail.wait(CommandFailed).error
    assert "did not save" in error.what
    assert "space" in error.what.lower()
    assert "example.net" in desk.asks("show running-config").raw
    assert len(farm.attempts("sw-1")) == 1


def test_output_that_never_ends_is_stopped_and_forgotten(farm: Farm, desk: Desk) -> None:
    farm.set_faults("sw-1", Faults(is_endless=True))
    assert "printed more than 1 MB" in desk.asks("show inventory", 30).error.what
    farm.set_faults("sw-1", Faults())
    assert desk.asks("show inventory").raw


def test_commands_in_pieces_with_pauses_come_whole() -> None:
    tally = reader_rounds.run(120, "in short")
    assert not tally.wrong + tally.failed, tally.as_text()
    assert tally.commands == 120
