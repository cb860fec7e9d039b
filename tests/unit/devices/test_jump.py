"""The way through real OpenSSH servers to simulated devices, which see where their connections come from."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.devices.commands import Commands
from app.devices.login import Patience, log_in
from app.devices.messages import (
    AccountRefused,
    CommandDone,
    CommandFailed,
    HostKeyMismatch,
    HostKeyUnknown,
    KnownKey,
    OpenTerminal,
    RunCommand,
    Target,
    TerminalClosed,
    TerminalOpened,
)
from app.devices.terminal import Terminal
from app.practice.device import Faults
from app.practice.farm import Farm
from tests.sshd import Sshd, new_key, sshd
from tests.unit.devices.mailbox import DEVICE, Mailbox, stranger, target_of, threads_end

Open = Callable[[Target], Terminal]


@pytest.fixture(scope="module")
def hops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sshd, Sshd]]:
    folder = tmp_path_factory.mktemp("hops")
    with sshd(folder / "first") as first, sshd(folder / "second", account_key="ecdsa") as second:
        yield first, second


@pytest.fixture
def farm() -> Iterator[Farm]:
    before = set(threading.enumerate())
    with Farm([DEVICE]) as standing:
        yield standing
    threads_end(before)


@pytest.fixture
def mail() -> Mailbox:
    return Mailbox()


@pytest.fixture
def open_terminal(mail: Mailbox) -> Iterator[Open]:
    opened: list[Terminal] = []

    def start(target: Target) -> Terminal:
        terminal = Terminal(OpenTerminal("t1", target), mail.put, Patience(connect_s=3))
        opened.append(terminal)
        terminal.start()
        return terminal

    yield start
    for terminal in opened:
        terminal.close()
        terminal.join(5)
        assert terminal.is_over


@pytest.fixture
def commands(mail: Mailbox) -> Iterator[Commands]:
    commands = Commands(mail.put)
    yield commands
    commands.close(5)


def through(farm: Farm, first: Sshd, second: Sshd) -> Target:
    """Give the way to the simulated device behind two hops."""
    near = first.target("first hop")
    return replace(target_of(farm), via=second.target("second hop", via=near))


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def ends(hop: Sshd) -> int:
    """Give how many connections the hop has seen the end of."""
    return hop.log().count("Connection closed by") + hop.log().count("Disconnected from")


def test_a_terminal_and_a_command_behind_two_hops(
    farm: Farm, hops: tuple[Sshd, Sshd], mail: Mailbox, open_terminal: Open, commands: Commands
) -> None:
    to = through(farm, *hops)
    terminal = open_terminal(to)
    mail.wait(TerminalOpened)
    terminal.type(b"show clock\n")
    wait_until(lambda: b"UTC" in mail.output())
    commands.run(RunCommand("c1", to, "show clock"))
    assert "UTC" in mail.wait(CommandDone).raw
    assert len(farm.attempts("sw-1")) == 2


def test_closing_closes_every_hop(farm: Farm, hops: tuple[Sshd, Sshd], mail: Mailbox, open_terminal: Open) -> None:
    ended = [ends(hop) for hop in hops]
    terminal = open_terminal(through(farm, *hops))
    mail.wait(TerminalOpened)
    terminal.close()
    assert mail.wait(TerminalClosed).error is None
    for hop, before in zip(hops, ended, strict=True):
        wait_until(lambda: ends(hop) > before)  # noqa: B023 - asked here and now


def test_a_way_that_was_cut_is_closed_without_a_fault(farm: Farm, hops: tuple[Sshd, Sshd]) -> None:
    for wait_s in (0.0, 0.005, 0.05):
        transport = log_in(through(farm, *hops), Patience())
        transport.cut()
        time.sleep(wait_s)  # so far the end has come: to the first hop, to the second, to the device
        transport.close()
        assert not transport.is_active()


@pytest.mark.parametrize("at", [0, 1])
def test_a_hop_that_nobody_has_met_is_asked_about_first(
    farm: Farm, hops: tuple[Sshd, Sshd], mail: Mailbox, open_terminal: Open, at: int
) -> None:
    before = [hop.logins() for hop in hops]
    first, second = hops[0].target("first hop"), hops[1].target("second hop")
    near = stranger(first) if at == 0 else first
    far = stranger(second) if at == 1 else second
    open_terminal(replace(target_of(farm), via=replace(far, via=near)))
    asked = mail.wait(HostKeyUnknown)
    assert asked.device_id == ("first hop", "second hop")[at]
    known = hops[at].target().known_keys[0]
    assert (asked.key_type, asked.fingerprint) == (known.key_type, known.fingerprint)
    assert hops[at].logins() == before[at]
    assert farm.attempts("sw-1") == ()


@pytest.mark.parametrize("is_command", [False, True])
def test_a_hop_with_another_key_is_a_hard_stop_and_nothing_goes_on(
    farm: Farm, hops: tuple[Sshd, Sshd], mail: Mailbox, open_terminal: Open, commands: Commands, *, is_command: bool
) -> None:
    before = hops[1].logins()
    wrong = KnownKey("ssh-ed25519", "SHA256:" + "A" * 43)
    far = hops[1].target("second hop", known_keys=(wrong,), via=hops[0].target("first hop"))
    to = replace(target_of(farm), via=far)
    if is_command:
        commands.run(RunCommand("c1", to, "show clock"))
    else:
        open_terminal(to)
    stop = mail.wait(HostKeyMismatch)
    assert stop.device_id == "second hop"
    assert stop.expected == (wrong,)
    assert str(hops[1].port) in stop.error.what
    time.sleep(0.1)
    assert hops[1].logins() == before
    assert farm.attempts("sw-1") == ()


def test_a_changed_key_behind_hops_is_a_hard_stop(
    farm: Farm, hops: tuple[Sshd, Sshd], mail: Mailbox, open_terminal: Open
) -> None:
    to = through(farm, *hops)
    shown = farm.change_host_key("sw-1")
    open_terminal(to)
    stop = mail.wait(HostKeyMismatch)
    assert (stop.device_id, stop.fingerprint) == (to.device_id, shown)
    assert farm.attempts("sw-1") == ()


def test_a_hop_that_refuses_is_named_and_nothing_else_is_tried(
    farm: Farm, hops: tuple[Sshd, Sshd], mail: Mailbox, open_terminal: Open, tmp_path: Path
) -> None:
    stranger_key = str(new_key(tmp_path, "stranger"))
    far = hops[1].target("second hop", key_file=stranger_key, password="a kept one", via=hops[0].target("first hop"))
    open_terminal(replace(target_of(farm), via=far))
    error = mail.wait(TerminalClosed).error
    assert isinstance(error, AccountRefused)
    assert error.device_id == "second hop"
    assert not error.can_retype
    assert f"On the way to 127.0.0.1:{farm.ports['sw-1']}: 127.0.0.1:{hops[1].port} refused the key" in error.what
    assert "method password" not in hops[1].log()
    assert farm.attempts("sw-1") == ()


def test_each_hop_gets_its_own_account(farm: Farm, hops: tuple[Sshd, Sshd], mail: Mailbox, open_terminal: Open) -> None:
    near = hops[0].target("first hop", username="nobody-such")
    open_terminal(replace(target_of(farm), via=near))
    error = mail.wait(TerminalClosed).error
    assert isinstance(error, AccountRefused)
    assert "nobody-such" in error.what
    wait_until(lambda: "for user nobody-such" in hops[0].log())


def test_a_device_that_is_not_there_is_said_with_the_hop(
    farm: Farm, hops: tuple[Sshd, Sshd], mail: Mailbox, open_terminal: Open
) -> None:
    to = through(farm, *hops)
    farm.set_faults("sw-1", Faults(is_unplugged=True))
    open_terminal(to)
    error = mail.wait(TerminalClosed).error
    assert error is not None
    assert f"cannot be reached from 127.0.0.1:{hops[1].port}" in error.what


def test_a_hop_that_forbids_forwarding_is_said(farm: Farm, mail: Mailbox, tmp_path: Path, commands: Commands) -> None:
    with sshd(tmp_path / "closed", "AllowTcpForwarding no") as closed:
        commands.run(RunCommand("c1", replace(target_of(farm), via=closed.target("closed hop")), "show clock"))
        error = mail.wait(CommandFailed).error
        assert "does not lead on to other devices" in error.what
        commands.close(5)


def test_a_hop_that_ends_takes_the_terminal_with_it(
    farm: Farm, mail: Mailbox, tmp_path: Path, open_terminal: Open
) -> None:
    with sshd(tmp_path / "hop") as hop:
        open_terminal(replace(target_of(farm), via=hop.target("hop")))
        mail.wait_output(b"sw-1>")
        hop.hang_up()
        error = mail.wait(TerminalClosed).error
    assert error is not None
    assert "dropped the connection" in error.what
