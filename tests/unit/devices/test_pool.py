"""Which connections are held, and which accounts are tried."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.devices.accounts import Accounts
from app.devices.commands import Commands, Limits
from app.devices.login import Patience
from app.devices.messages import CommandDone, CommandFailed, RunCommand
from app.domain.errors import BatonError
from app.practice.device import Faults
from app.practice.farm import Farm
from tests.unit.devices.mailbox import DEVICE, Mailbox, target_of, threads_end

DEVICES = tuple(replace(DEVICE, name=f"sw-{n}") for n in range(10))
PATIENCE = Patience(connect_s=2, banner_s=2, negotiate_s=4, login_s=4, prompt_s=2)


@pytest.fixture
def farm() -> Iterator[Farm]:
    before = set(threading.enumerate())
    with Farm(DEVICES) as standing:
        yield standing
    threads_end(before)


class Desk:
    def __init__(self, farm: Farm, limits: Limits, accounts: Accounts | None = None) -> None:
        self.farm, self.mail = farm, Mailbox()
        self.commands = Commands(self.mail.put, limits, accounts)

    def ask(self, at: int, password: str = DEVICE.password) -> None:
        target = replace(target_of(self.farm, DEVICES[at]), password=password)
        self.commands.run(RunCommand(str(at), target, "show clock"))

    def done(self, at: int, password: str = DEVICE.password) -> None:
        self.ask(at, password)
        assert self.mail.wait(CommandDone).request_id == str(at)

    def failed(self) -> BatonError:
        return self.mail.wait(CommandFailed).error

    @property
    def open(self) -> list[int]:
        return [at for at, device in enumerate(DEVICES) if self.farm.connections(device.name)]

    def settles(self, wanted: list[int]) -> None:
        until = time.monotonic() + 5
        while self.open != wanted:
            assert time.monotonic() < until, self.open
            time.sleep(0.02)

    @property
    def attempts(self) -> int:
        return sum(len(self.farm.attempts(device.name)) for device in DEVICES)


def a_desk(farm: Farm, **limits: float) -> Desk:
    return Desk(farm, Limits(patience=PATIENCE, **limits))  # type: ignore[arg-type] # numbers of either kind


def test_the_least_recently_used_connection_leaves(farm: Farm) -> None:
    desk = a_desk(farm, held=3)
    for at in (0, 1, 2, 0, 3):
        desk.done(at)
    desk.settles([0, 2, 3])
    desk.done(1)
    desk.settles([0, 1, 3])
    assert desk.attempts == 5
    desk.commands.close(5)
    desk.settles([])


def test_a_broken_connection_leaves_first(farm: Farm) -> None:
    desk = a_desk(farm, held=3)
    for at in (0, 1, 2):
        desk.done(at)
    farm.drop("sw-2")
    time.sleep(0.2)
    desk.done(3)
    desk.settles([0, 1, 3])
    desk.commands.close(5)


def test_idle_ones_leave_one_by_one(farm: Farm) -> None:
    desk = a_desk(farm, idle_s=0.5)
    desk.done(0)
    time.sleep(0.3)
    desk.done(1)
    desk.settles([1])
    desk.settles([])
    desk.commands.close(5)


def test_many_commands_more_than_hands(farm: Farm) -> None:
    desk = a_desk(farm, at_once=2, held=10)
    for at in range(10):
        desk.ask(at)
        desk.ask(at)
    assert [desk.mail.wait(CommandDone) for _ in range(20)]
    assert desk.attempts == 10
    desk.commands.close(5)


def test_a_wrong_password_for_ten_devices_reaches_one(farm: Farm) -> None:
    desk = a_desk(farm)
    for at in range(10):
        desk.ask(at, "wrong horse")
    told = [desk.failed().what for _ in range(10)]
    assert desk.attempts == 1
    assert all("refused the login of support" in what for what in told)
    assert sum("was not tried" in what for what in told) == 9
    desk.ask(5, "wrong horse")
    assert "was not tried" in desk.failed().what
    desk.done(5)
    assert desk.attempts == 2
    desk.commands.close(5)


def test_a_silent_device_holds_no_other_up(farm: Farm) -> None:
    farm.set_faults("sw-0", Faults(is_unplugged=True))
    desk = a_desk(farm)
    for at in range(4):
        desk.ask(at)
    assert "refuses the connection" in desk.failed().what
    assert {desk.mail.wait(CommandDone).request_id for _ in range(3)} == {"1", "2", "3"}
    desk.commands.close(5)


def test_a_terminal_that_gets_in_lifts_the_refusal(farm: Farm) -> None:
    accounts = Accounts()
    desk = Desk(farm, Limits(patience=PATIENCE), accounts)
    target = target_of(farm, DEVICES[0])
    accounts.refused(target)
    desk.ask(0)
    assert "was not tried" in desk.failed().what
    accounts.let_in(target)
    desk.done(0)
    desk.commands.close(5)


def test_a_cancelled_command_does_not_wait_for_its_turn(farm: Farm) -> None:
    farm.set_faults("sw-0", Faults(latency_s=0, banner_delay_s=1.5))
    desk = a_desk(farm)
    desk.ask(0)
    time.sleep(0.3)
    desk.ask(1)
    time.sleep(0.2)
    desk.commands.cancel("1")
    assert desk.failed().what == "“show clock” was cancelled."
    assert desk.mail.wait(CommandDone).request_id == "0"
    assert desk.attempts == 1
    desk.commands.close(5)
