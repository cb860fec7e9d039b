import multiprocessing
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from app.devices import child
from app.devices.messages import (
    ApplyConfig,
    CancelCommand,
    CloseTerminal,
    CommandDone,
    CommandFailed,
    ConfigApplied,
    Crashed,
    Heartbeat,
    HostKeyUnknown,
    KnownKey,
    OpenTerminal,
    Ready,
    ResizeTerminal,
    RunCommand,
    Stop,
    TerminalClosed,
    TerminalInput,
    TerminalOpened,
    TerminalOutput,
)
from app.practice.device import Faults
from app.practice.farm import Farm
from tests.unit.devices.mailbox import DEVICE, Mailbox, stranger, target_of


class Console:
    """The other end of the child's pipe."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=child.run, args=(theirs,))
        self.process.start()
        theirs.close()
        self.mail = Mailbox()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        try:
            while True:
                self.mail.put(self.pipe.recv())
        except (EOFError, OSError):
            return

    def end(self) -> None:
        if self.process.is_alive():
            self.pipe.send(Stop())
        self.process.join(10)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
            raise AssertionError("the child did not stop")
        self._reader.join()
        self.pipe.close()


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    with Farm([DEVICE, replace(DEVICE, name="sw-2")]) as standing:
        yield standing


@pytest.fixture
def console() -> Iterator[Console]:
    console = Console()
    yield console
    console.end()
    assert console.process.exitcode == 0


def test_a_first_day_with_a_device(farm: Farm, console: Console) -> None:
    mail, send = console.mail, console.pipe.send
    mail.wait(Ready, 10)
    target = target_of(farm)
    send(OpenTerminal("t1", stranger(target)))
    unknown = mail.wait(HostKeyUnknown)
    assert farm.attempts("sw-1") == ()
    target = replace(target, known_keys=(KnownKey(unknown.key_type, unknown.fingerprint),))
    send(OpenTerminal("t2", target, 80, 24))
    mail.wait(TerminalOpened)
    mail.wait_output(b"sw-1>")
    send(ResizeTerminal("t2", 100, 300))
    send(TerminalInput("t2", b"show version\n"))
    mail.wait_output(b"0xF\r\nsw-1>")
    send(RunCommand("c1", target, "show ip interface brief"))
    done = mail.wait(CommandDone)
    assert done.table is not None
    assert done.table.headers[0] == "interface"
    send(CloseTerminal("t2"))
    send(CloseTerminal("never heard of"))
    assert mail.wait(TerminalClosed).error is None
    mail.wait(Heartbeat, 5)


def test_changes_and_many_commands_at_once(farm: Farm, console: Console) -> None:
    mail, send = console.mail, console.pipe.send
    target = replace(target_of(farm), enable_password=DEVICE.enable_password)
    send(ApplyConfig("a", target, ("ip domain-name example.net",)))
    for n in range(5):
        send(RunCommand(f"c{n}", target, "show clock"))
    send(CancelCommand("c4"))
    applied = mail.wait(ConfigApplied)
    assert "example.net" in applied.after
    assert "example.net" not in applied.before
    assert [mail.wait(CommandDone).request_id for _ in range(4)] == ["c0", "c1", "c2", "c3"]
    assert mail.wait(CommandFailed).request_id == "c4"
    send(ApplyConfig("b", target, ("frobnicate",)))
    failed = mail.wait(CommandFailed)
    assert "frobnicate" in failed.error.what
    assert "frobnicate" in failed.transcript


def test_a_refused_account_is_tried_again_once_a_terminal_gets_in(farm: Farm, console: Console) -> None:
    mail, send = console.mail, console.pipe.send
    wrong = replace(target_of(farm), password="wrong horse")
    send(RunCommand("c1", wrong, "show clock"))
    assert "refused the login" in mail.wait(CommandFailed).error.what
    send(RunCommand("c2", wrong, "show clock"))
    assert "was not tried" in mail.wait(CommandFailed).error.what
    send(OpenTerminal("t1", target_of(farm)))
    mail.wait(TerminalOpened)
    send(RunCommand("c3", target_of(farm), "show clock"))
    mail.wait(CommandDone)


def test_a_failing_session_does_not_end_the_child(farm: Farm, console: Console) -> None:
    mail, send = console.mail, console.pipe.send
    send("nonsense")
    mail.wait(Crashed)
    send(OpenTerminal("t1", target_of(farm)))
    mail.wait(TerminalOpened)
    send(OpenTerminal("t1", target_of(farm)))
    assert mail.wait(Crashed).asked_by == "t1"
    send(OpenTerminal("t2", replace(target_of(farm), port=-5)))
    send(RunCommand("c1", replace(target_of(farm), address="no.such.host.invalid"), "show clock"))
    assert mail.wait(TerminalClosed).session_id == "t2"
    assert "cannot be" in mail.wait(CommandFailed).error.what
    send(RunCommand("c2", target_of(farm), "show clock"))
    mail.wait(CommandDone)


def test_it_ends_with_the_console(farm: Farm) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=child.run, args=(theirs,))
    process.start()
    theirs.close()
    assert isinstance(ours.recv(), Ready)
    ours.send(OpenTerminal("t1", target_of(farm)))
    while not isinstance(ours.recv(), TerminalOutput):
        pass
    ours.close()
    process.join(10)
    assert process.exitcode == 0


def resident_bytes(pid: int) -> int:
    fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * 4096


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the process's size from /proc")
def test_a_console_that_reads_nothing_does_not_fill_the_child(farm: Farm) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=child.run, args=(theirs,))
    process.start()
    theirs.close()
    farm.set_faults("sw-2", Faults(is_endless=True, has_escapes=True))
    try:
        ours.send(OpenTerminal("t1", target_of(farm, replace(DEVICE, name="sw-2"))))
        wait_for(ours, TerminalOpened)
        ours.send(TerminalInput("t1", b"show version\n"))
        wait_for(ours, TerminalOutput)
        time.sleep(0.5)
        early = resident_bytes(process.pid or 0)
        time.sleep(2)
        assert resident_bytes(process.pid or 0) - early < 5_000_000
    finally:
        farm.set_faults("sw-2", Faults())
        ours.close()
        process.join(10)
    assert process.exitcode == 0


def wait_for(pipe: "Connection[object, object]", kind: type[object]) -> None:
    while not isinstance(pipe.recv(), kind):
        pass
