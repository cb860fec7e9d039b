"""What can be wrong with a device, and what the person is told. Everything is real but the device."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.devices.commands import Commands, Limits
from app.devices.login import Patience
from app.devices.messages import (
    CommandDone,
    CommandFailed,
    HostKeyMismatch,
    OpenTerminal,
    RunCommand,
    Target,
    TerminalClosed,
)
from app.devices.terminal import Terminal
from app.domain.errors import BatonError, DeviceFault, HostKeyChanged
from app.practice.device import Faults
from app.practice.farm import LINES, Farm
from tests.unit.devices.mailbox import DEVICE, Mailbox, target_of, threads_end

PATIENCE = Patience(connect_s=2, banner_s=1, negotiate_s=2, login_s=3, prompt_s=2, enable_s=1)
LIMITS = Limits(output_bytes=2_000_000, patience=PATIENCE)


@pytest.fixture
def farm() -> Iterator[Farm]:
    before = set(threading.enumerate())
    with Farm([DEVICE]) as standing:
        yield standing
    threads_end(before)


class Desk:
    """A person who runs one command and opens one terminal at a time."""

    def __init__(self) -> None:
        self.mail = Mailbox()
        self.commands = Commands(self.mail.put, LIMITS)

    def runs(self, target: Target, timeout_s: float = 3) -> str:
        self.commands.run(RunCommand("c", target, "show version", timeout_s))
        return self.mail.wait(CommandDone).raw

    def is_told(self, target: Target, timeout_s: float = 3) -> BatonError:
        self.commands.run(RunCommand("c", target, "show version", timeout_s))
        return checked(self.mail.wait(CommandFailed).error)

    def is_told_by_terminal(self, target: Target) -> BatonError:
        terminal = Terminal(OpenTerminal("t", target), self.mail.put, PATIENCE)
        terminal.start()
        try:
            return checked(self.mail.wait(TerminalClosed).error)
        finally:
            terminal.close()
            terminal.join(5)


def checked(error: BatonError | None) -> BatonError:
    """Each message says what happened and what to do, and no secret."""
    assert isinstance(error, DeviceFault)
    assert error.what
    assert error.todo
    assert DEVICE.password not in str(error)
    return error


@pytest.fixture
def desk(farm: Farm) -> Iterator[Desk]:  # noqa: ARG001 - leaves before the farm does
    desk = Desk()
    yield desk
    desk.commands.close(5)


def test_unplugged_and_plugged_in_again(farm: Farm, desk: Desk) -> None:
    farm.set_faults("sw-1", Faults(is_unplugged=True))
    target = target_of(farm)
    assert "refuses the connection" in desk.is_told(target).what
    assert "refuses the connection" in desk.is_told_by_terminal(target).what
    assert farm.attempts("sw-1") == ()
    farm.set_faults("sw-1", Faults())
    assert "uptime" in desk.runs(target)


def test_a_wrong_password_reaches_the_device_once(farm: Farm, desk: Desk) -> None:
    wrong = replace(target_of(farm), password="wrong horse")
    assert "refused the login" in desk.is_told(wrong).what
    assert len(farm.attempts("sw-1")) == 1
    assert "refused the login" in desk.is_told_by_terminal(wrong).what
    assert len(farm.attempts("sw-1")) == 2


def test_a_changed_host_key_never_sees_the_password(farm: Farm, desk: Desk) -> None:
    target = target_of(farm)
    farm.change_host_key("sw-1")
    desk.commands.run(RunCommand("c", target, "show version"))
    stop = desk.mail.wait(HostKeyMismatch)
    assert isinstance(checked(stop.error), HostKeyChanged)
    assert "time" not in stop.error.what
    terminal = Terminal(OpenTerminal("t", target), desk.mail.put, PATIENCE)
    terminal.start()
    assert isinstance(desk.mail.wait(HostKeyMismatch).error, HostKeyChanged)
    terminal.join(5)
    assert farm.attempts("sw-1") == ()


def test_a_key_changed_under_a_kept_connection_is_noticed_at_the_next_login(farm: Farm, desk: Desk) -> None:
    target = target_of(farm)
    desk.runs(target)
    farm.change_host_key("sw-1")
    time.sleep(0.2)
    desk.commands.run(RunCommand("c", target, "show version"))
    desk.mail.wait(HostKeyMismatch)
    assert len(farm.attempts("sw-1")) == 1


def test_dropped_in_the_middle_of_a_command(farm: Farm, desk: Desk) -> None:
    target = target_of(farm)
    desk.runs(target)
    farm.set_faults("sw-1", Faults(drop_after_bytes=300))
    assert "dropped the connection while “show version” ran" in desk.is_told(target).what
    farm.set_faults("sw-1", Faults())
    assert "uptime" in desk.runs(target)


@pytest.mark.parametrize("has_escapes", [False, True])
def test_output_that_never_stops(farm: Farm, desk: Desk, *, has_escapes: bool) -> None:
    target = target_of(farm)
    farm.set_faults("sw-1", Faults(is_endless=True, has_escapes=has_escapes))
    began = time.monotonic()
    assert "printed more than 2 MB" in desk.is_told(target, timeout_s=20).what
    assert time.monotonic() - began < 10
    assert "did not finish within 0.2 s" in desk.is_told(target, timeout_s=0.2).what
    farm.set_faults("sw-1", Faults())
    assert "uptime" in desk.runs(target)


def test_escape_sequences_leave_the_output_readable(farm: Farm, desk: Desk) -> None:
    target = target_of(farm)
    healthy = desk.runs(target)
    farm.set_faults("sw-1", Faults(has_escapes=True))
    assert desk.runs(target).split() == healthy.split()


def test_truncated_output_is_not_taken_for_the_whole(farm: Farm, desk: Desk) -> None:
    farm.set_faults("sw-1", Faults(truncate_after=200))
    assert "did not finish within 1 s" in desk.is_told(target_of(farm), timeout_s=1).what
    farm.set_faults("sw-1", Faults())
    assert "uptime" in desk.runs(target_of(farm))


def test_a_prompt_nobody_understands(farm: Farm, desk: Desk) -> None:
    farm.set_faults("sw-1", Faults(prompt="Router not ready: "))
    error = desk.is_told(target_of(farm))
    assert "no prompt that Baton understands" in error.what
    assert "cisco_ios" in error.todo


def test_a_silent_device(farm: Farm, desk: Desk) -> None:
    farm.set_faults("sw-1", Faults(banner_delay_s=30))
    assert "said nothing within 1 s" in desk.is_told(target_of(farm)).what
    assert "said nothing within 1 s" in desk.is_told_by_terminal(target_of(farm)).what


def test_a_slow_device_is_waited_for(farm: Farm, desk: Desk) -> None:
    farm.set_faults("sw-1", Faults(latency_s=0.2, banner_delay_s=0.5))
    assert "uptime" in desk.runs(target_of(farm), timeout_s=5)


def test_all_lines_taken(farm: Farm, desk: Desk) -> None:
    target = target_of(farm)
    taken = [Terminal(OpenTerminal(f"t{n}", target), desk.mail.put, PATIENCE) for n in range(LINES)]
    for terminal in taken:
        terminal.start()
    desk.mail.wait_output(b"sw-1>")
    deadline = time.monotonic() + 5
    while farm.connections("sw-1") < LINES:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert "lines may all be taken" in desk.is_told(target).todo
    for terminal in taken:
        terminal.close()
        terminal.join(5)


def test_no_such_name_and_no_answer(farm: Farm, desk: Desk) -> None:
    nowhere = replace(target_of(farm), address="no.such.host.invalid")
    assert "cannot be" in desk.is_told(nowhere).what
    assert "cannot be" in desk.is_told_by_terminal(nowhere).what
