"""Telnet and serial lines: what is asked is answered once, what is said is read whole."""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.devices.commands import Commands, Limits
from app.devices.login import Patience
from app.devices.messages import (
    AccountRefused,
    CommandDone,
    CommandFailed,
    OpenTerminal,
    RunCommand,
    Target,
    TerminalClosed,
    TerminalOpened,
)
from app.devices.terminal import Terminal
from app.domain.device import Protocol
from tests.sshd import sshd
from tests.unit.devices.mailbox import Mailbox
from tests.unit.devices.plain_box import DO_SIZE, PlainBox, serial_port, telnet

Open = Callable[[Target], Terminal]
PATIENCE = Patience(connect_s=2, login_s=8, prompt_s=8)
needs_pty = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo terminals to stand for a port")


def to_telnet(port: int, **changes: object) -> Target:
    to = Target("sw-1", "127.0.0.1", port, "ops", "right horse", protocol=Protocol.TELNET)
    return replace(to, **changes)  # type: ignore[arg-type]  # a test names what it changes


def to_serial(path: str) -> Target:
    return Target("sw-1", path, 0, "ops", "right horse", protocol=Protocol.SERIAL)


@pytest.fixture
def mail() -> Mailbox:
    return Mailbox()


@pytest.fixture
def open_terminal(mail: Mailbox) -> Iterator[Open]:
    opened: list[Terminal] = []

    def start(target: Target) -> Terminal:
        terminal = Terminal(OpenTerminal("t1", target, 100, 30), mail.put, PATIENCE)
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
    commands = Commands(mail.put, Limits(patience=PATIENCE))
    yield commands
    commands.close(5)


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_telnet_terminal_shows_what_was_said_and_types(mail: Mailbox, open_terminal: Open) -> None:
    box = PlainBox()
    with telnet(box) as port:
        terminal = open_terminal(to_telnet(port))
        mail.wait(TerminalOpened)
        said = mail.wait_output(b"sw-1>")
        assert b"User Access Verification" in said
        assert b"right horse" not in said
        terminal.type(b"show clock\r")
        wait_until(lambda: b"2025\r\nsw-1>" in mail.output())
        terminal.type(b"show bytes\n")
        wait_until(lambda: b"\xfe\xff\xc3\xbc\r\nsw-1>" in mail.output())
        terminal.resize(132, 50)
        wait_until(lambda: b"\xff\xfa\x1f\x00\x84\x00\x32\xff\xf0" in box.commands)
        assert b"\xff\xfb\x1f" in box.commands
        assert b"\xff\xfd\x01" in box.commands  # it may echo
        assert b"\xff\xfc\x18" in box.commands  # what kind of terminal is nobody's business
        assert DO_SIZE not in box.commands
        terminal.type(b"exit\r")
        assert mail.wait(TerminalClosed).error is None
    assert box.attempts == 1


def test_a_telnet_command(mail: Mailbox, commands: Commands) -> None:
    with telnet(PlainBox()) as port:
        for at in range(3):
            commands.run(RunCommand(f"c{at}", to_telnet(port), "show clock"))
            assert mail.wait(CommandDone).raw.strip() == "09:14:07.512 UTC Mon Jun 2 2025"
        commands.close(5)


def test_telnet_through_a_jump_host(mail: Mailbox, open_terminal: Open, commands: Commands, tmp_path: Path) -> None:
    with sshd(tmp_path / "hop") as hop, telnet(PlainBox()) as port:
        to = to_telnet(port, via=hop.target("hop"))
        terminal = open_terminal(to)
        mail.wait_output(b"sw-1>")
        terminal.close()
        mail.wait(TerminalClosed)
        commands.run(RunCommand("c1", to, "show clock"))
        assert "UTC" in mail.wait(CommandDone).raw
        commands.close(5)


@pytest.mark.parametrize("is_command", [False, True])
def test_a_wrong_password_is_typed_once(
    mail: Mailbox, open_terminal: Open, commands: Commands, *, is_command: bool
) -> None:
    box = PlainBox()
    with telnet(box) as port:
        to = to_telnet(port, password="wrong horse")
        if is_command:
            commands.run(RunCommand("c1", to, "show clock"))
            error = mail.wait(CommandFailed).error
        else:
            open_terminal(to)
            error = mail.wait(TerminalClosed).error  # type: ignore[assignment]  # None would fail below
        assert isinstance(error, AccountRefused)
        assert "refused the login of ops" in error.what
        assert error.can_retype
        time.sleep(0.2)
        assert box.attempts == 1


def test_an_expired_password_is_told_and_nothing_is_typed(mail: Mailbox, open_terminal: Open) -> None:
    box = PlainBox(after_password=b"\r\nYour password has expired.\r\nNew password: ")
    with telnet(box) as port:
        open_terminal(to_telnet(port))
        error = mail.wait(TerminalClosed).error
        assert isinstance(error, AccountRefused)
        assert "password of ops has expired" in error.what
        assert box.typed[-1].strip(b"\r\0\n") == b"right horse"


def test_who_types_no_password_is_asked_by_the_device(mail: Mailbox, open_terminal: Open, commands: Commands) -> None:
    box = PlainBox()
    with telnet(box) as port:
        terminal = open_terminal(to_telnet(port, username="", password=""))
        mail.wait_output(b"Username: ")
        terminal.type(b"ops\r")
        wait_until(lambda: mail.output().endswith(b"Password: "))
        terminal.type(b"right horse\r")
        wait_until(lambda: mail.output().endswith(b"sw-1>"))
        terminal.close()
        mail.wait(TerminalClosed)
        commands.run(RunCommand("c1", to_telnet(port, password=""), "show clock"))
        error = mail.wait(CommandFailed).error
        assert isinstance(error, AccountRefused)
        assert "asks for a password, and none is known" in error.what
        assert not error.was_sent
        commands.close(5)


def test_a_telnet_port_that_is_closed_and_one_that_hangs_up(mail: Mailbox, open_terminal: Open) -> None:
    with telnet(PlainBox(is_open=True, greeting=b"")) as port:
        pass
    open_terminal(to_telnet(port))
    error = mail.wait(TerminalClosed).error
    assert error is not None
    assert "refuses the connection" in error.what
    assert "telnet is on" in error.todo


@needs_pty
def test_a_serial_console_is_woken_without_doing_what_was_left_typed(mail: Mailbox, open_terminal: Open) -> None:
    box = PlainBox(is_silent=True)
    with serial_port(box) as path:
        terminal = open_terminal(to_serial(path))
        mail.wait_output(b"sw-1>")
        assert box.typed[0].startswith(b"\x15")
        terminal.type(b"show clock\r")
        wait_until(lambda: b"2025\r\nsw-1>" in mail.output())
        terminal.close()
        assert mail.wait(TerminalClosed).reason == "Closed."
    assert box.attempts == 1


@needs_pty
def test_a_serial_command(mail: Mailbox, commands: Commands) -> None:
    with serial_port(PlainBox(is_silent=True)) as path:
        commands.run(RunCommand("c1", to_serial(path), "show clock"))
        assert mail.wait(CommandDone).raw.strip() == "09:14:07.512 UTC Mon Jun 2 2025"
        commands.close(5)


@needs_pty
def test_a_serial_console_without_a_prompt_is_given_to_the_person(mail: Mailbox, open_terminal: Open) -> None:
    with serial_port(PlainBox(is_open=True, prompt=b"boot: ")) as path:
        open_terminal(to_serial(path))
        mail.wait(TerminalOpened)
        mail.wait_output(b"boot: ")


@needs_pty
def test_a_serial_port_that_is_unplugged_in_the_middle(mail: Mailbox, open_terminal: Open) -> None:
    with serial_port(PlainBox()) as path:
        open_terminal(to_serial(path))
        mail.wait(TerminalOpened)
    error = mail.wait(TerminalClosed).error
    assert error is not None
    assert "dropped the connection" in error.what


@needs_pty
def test_a_port_that_is_none_and_one_that_is_taken(mail: Mailbox, open_terminal: Open, tmp_path: Path) -> None:
    open_terminal(to_serial(str(tmp_path / "ttyUSB9")))
    error = mail.wait(TerminalClosed).error
    assert error is not None
    assert "is no serial port of this machine" in error.what
    with serial_port(PlainBox()) as path:
        open_terminal(to_serial(path))
        mail.wait(TerminalOpened)
        open_terminal(to_serial(path))
        error = mail.wait(TerminalClosed).error
        assert error is not None
        assert "Another program holds the serial port" in error.what
