"""Terminals and commands through the real devices child, supervised as a workstation does it, on simulated devices."""

import os
import queue
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.devices.messages import Crashed, Ready, Stop
from app.domain.device import Device
from app.domain.errors import BadInput, HostKeyChanged, SecretsUnavailable
from app.domain.person import Role
from app.practice.device import Faults, SimulatedDevice
from app.practice.farm import Farm, new_host_key
from app.runtime.children import devices as devices_child
from app.runtime.children.supervisor import Child
from app.runtime.secrets import MemorySecrets
from app.services import devices, host_keys, terminals
from app.services.terminals import Exchange
from tests.stations import Station, TestCompany

KEYS = {name: new_host_key() for name in ("core", "edge")}
BOXES = [SimulatedDevice(name, username="ops", password="right horse", host_key=key) for name, key in KEYS.items()]


class Line:
    """An Exchange on a supervised child."""

    def __init__(self) -> None:
        self.crashes: list[str] = []
        self.exchange = Exchange(self._send, self.crashes.append)
        self.child = Child("devices", devices_child.main, (), self.exchange.on_message)
        self.child.start()

    def _send(self, message: object) -> None:
        self.child.send(message)

    def end(self) -> None:
        self.child.stop(Stop())


class Said:
    """Messages of one session in order."""

    def __init__(self) -> None:
        self._came: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.output = b""

    def __call__(self, message: Any) -> None:
        self._came.put(message)

    def next(self, kind: type[Any], timeout_s: float = 15) -> Any:
        while True:
            message = self._came.get(timeout=timeout_s)
            if isinstance(message, terminals.TerminalOutput):
                self.output += message.data
            if isinstance(message, kind):
                return message

    def until(self, end: bytes) -> bytes:
        while not self.output.endswith(end):
            self.next(terminals.TerminalOutput)
        return self.output

    def is_empty(self) -> bool:
        return self._came.empty()


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    with Farm(BOXES) as standing:
        yield standing


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    line = Line()
    yield line
    line.end()


@pytest.fixture
def anna(company: TestCompany) -> Station:
    return company.station("anna", Role.MANAGER)


def inventory_entry(station: Station, farm: Farm, name: str = "core") -> Device:
    return devices.add(station.desk, name=name, address="127.0.0.1", port=farm.ports[name], username="ops")


def known(station: Station, farm: Farm, line: Line, name: str = "core") -> Device:
    """Add the device and accept its key as a person does on first contact."""
    device = inventory_entry(station, farm, name)
    said = Said()
    line.exchange.open_terminal(terminals.target(station.desk, device, ""), 80, 24, said)
    shown = said.next(terminals.HostKeyUnknown)
    host_keys.accept(station.desk, device.id, shown.key_type, shown.fingerprint)
    return device


def test_first_contact_then_a_session_then_a_command(anna: Station, farm: Farm, line: Line) -> None:
    before = len(farm.attempts("core"))
    device = known(anna, farm, line)
    assert len(farm.attempts("core")) == before
    to = terminals.target(anna.desk, device, "right horse")
    said, answered = Said(), Said()
    session = line.exchange.open_terminal(to, 80, 24, said, window_bytes=terminals.WINDOW_BYTES)
    line.exchange.run(to, "show ip interface brief", answered)
    said.next(terminals.TerminalOpened)
    said.until(b"core>")
    said.output = b""
    line.exchange.type(session, b"show clock\r")
    assert b"UTC" in said.until(b"core>")
    done = answered.next(terminals.CommandDone)
    assert done.table is not None
    assert "Vlan1" in done.raw
    line.exchange.close(session)
    assert said.next(terminals.TerminalClosed).error is None
    assert line.exchange.open_count == 0


def test_a_changed_key_is_a_stop_for_terminal_and_command_and_no_password_leaves(
    anna: Station, farm: Farm, line: Line
) -> None:
    device = known(anna, farm, line)
    farm.change_host_key("core")
    try:
        before = len(farm.attempts("core"))
        to = terminals.target(anna.desk, device, "right horse")
        said, answered = Said(), Said()
        line.exchange.open_terminal(to, 80, 24, said)
        line.exchange.run(to, "show clock", answered)
        stop = said.next(terminals.HostKeyMismatch)
        assert stop.expected == to.known_keys
        assert stop.fingerprint != to.known_keys[0].fingerprint
        assert isinstance(answered.next(terminals.HostKeyMismatch).error, HostKeyChanged)
        assert len(farm.attempts("core")) == before
        host_keys.replace(anna.desk, device.id, stop.key_type, stop.fingerprint, "RMA 77")
        line.exchange.run(terminals.target(anna.desk, device, "right horse"), "show clock", answered)
        assert "UTC" in answered.next(terminals.CommandDone).raw
    finally:
        farm.change_host_key("core", KEYS["core"])


def test_a_wrong_password_is_tried_once_and_recognised(anna: Station, farm: Farm, line: Line) -> None:
    device = known(anna, farm, line)
    before = len(farm.attempts("core"))
    said, answered = Said(), Said()
    to = terminals.target(anna.desk, device, "wrong")
    line.exchange.open_terminal(to, 80, 24, said)
    assert terminals.is_login_refused(said.next(terminals.TerminalClosed).error)
    line.exchange.run(to, "show clock", answered)
    assert terminals.is_login_refused(answered.next(terminals.CommandFailed).error)
    assert len(farm.attempts("core")) == before + 2


def test_an_unplugged_device_is_no_refused_login(anna: Station, farm: Farm, line: Line) -> None:
    device = known(anna, farm, line, "edge")
    farm.set_faults("edge", Faults(is_unplugged=True))
    try:
        said = Said()
        line.exchange.open_terminal(terminals.target(anna.desk, device, "right horse"), 80, 24, said)
        closed = said.next(terminals.TerminalClosed)
        assert closed.error is not None
        assert not terminals.is_login_refused(closed.error)
        assert not terminals.is_login_refused(None)
    finally:
        farm.set_faults("edge", Faults())


def test_output_stops_until_it_was_painted(anna: Station, farm: Farm, line: Line) -> None:
    device = known(anna, farm, line)
    farm.set_faults("core", Faults(is_endless=True))
    said = Said()
    try:
        to = terminals.target(anna.desk, device, "right horse")
        session = line.exchange.open_terminal(to, 80, 200, said, window_bytes=20_000)
        said.until(b"core>")
        line.exchange.taken(session, len(said.output))
        line.exchange.type(session, b"terminal length 0\rshow version\r")
        while len(said.output) < 20_000:
            said.next(terminals.TerminalOutput)
        time.sleep(0.3)
        while not said.is_empty():
            said.next(terminals.TerminalOutput)
        stopped_at = len(said.output)
        time.sleep(0.3)
        assert said.is_empty()
        line.exchange.taken(session, stopped_at)
        said.next(terminals.TerminalOutput)
        line.exchange.close(session)
        said.next(terminals.TerminalClosed)
    finally:
        farm.set_faults("core", Faults())


def test_a_command_that_runs_is_given_up(anna: Station, farm: Farm, line: Line) -> None:
    device = known(anna, farm, line, "edge")
    farm.set_faults("edge", Faults(truncate_after=10))
    try:
        answered = Said()
        to = terminals.target(anna.desk, device, "right horse")
        request = line.exchange.run(to, "show version", answered)
        time.sleep(0.5)
        line.exchange.cancel(request)
        answered.next(terminals.CommandFailed, 10)
    finally:
        farm.set_faults("edge", Faults())


def test_when_the_child_dies_every_session_and_command_is_told_and_the_next_child_serves(
    anna: Station, farm: Farm
) -> None:
    line = Line()
    try:
        device = known(anna, farm, line)
        to = terminals.target(anna.desk, device, "right horse")
        said, answered = Said(), Said()
        line.exchange.open_terminal(to, 80, 24, said)
        said.next(terminals.TerminalOpened)
        farm.set_faults("core", Faults(truncate_after=10))
        line.exchange.run(to, "show version", answered)
        time.sleep(0.3)
        assert line.child.pid is not None
        os.kill(line.child.pid, signal.SIGTERM)
        assert "started again" in said.next(terminals.TerminalClosed).error.what
        assert "started again" in answered.next(terminals.CommandFailed).error.what
        farm.set_faults("core", Faults())
        line.exchange.run(to, "show clock", answered)
        assert "UTC" in answered.next(terminals.CommandDone).raw
    finally:
        farm.set_faults("core", Faults())
        line.end()


def test_what_belongs_to_nobody_is_dropped_and_a_terminal_that_was_given_up_is_closed() -> None:
    sent: list[object] = []
    crashes: list[str] = []
    exchange = Exchange(sent.append, crashes.append)
    exchange.on_message(Ready())
    exchange.on_message(terminals.TerminalOutput("gone", b"x"))
    exchange.on_message(terminals.CommandFailed("gone", BadInput("x")))
    exchange.on_message(terminals.TerminalOpened("gone"))
    assert [type(message).__name__ for message in sent] == ["CloseTerminal"]
    exchange.on_message(Crashed("gone", "Traceback: what a bug"))
    assert crashes == ["Traceback: what a bug"]


def test_the_way_in_before_and_after_the_first_contact(anna: Station, farm: Farm) -> None:
    device = inventory_entry(anna, farm)
    secrets = MemorySecrets({device.secret_name: "right horse"})
    first = terminals.way_in(anna.desk, device.id, secrets)
    assert (first.keys, first.password) == ((), None)
    host_keys.accept(anna.desk, device.id, "ssh-ed25519", "SHA256:AAAA")
    then = terminals.way_in(anna.desk, device.id, secrets)
    assert (len(then.keys), then.password, then.trouble) == (1, "right horse", None)
    assert "right horse" not in repr(then)
    assert terminals.way_in(anna.desk, device.id, MemorySecrets()).password is None


def test_a_locked_keyring_is_no_obstacle_but_said(anna: Station, farm: Farm) -> None:
    class Locked(MemorySecrets):
        def get(self, name: str) -> str | None:
            raise SecretsUnavailable("The keyring is locked.", "Unlock it.")

    device = inventory_entry(anna, farm)
    host_keys.accept(anna.desk, device.id, "ssh-ed25519", "SHA256:AAAA")
    way = terminals.way_in(anna.desk, device.id, Locked())
    assert way.password is None
    assert way.trouble is not None


def test_a_book_that_contradicts_itself_lets_nobody_in(company: TestCompany, anna: Station, farm: Farm) -> None:
    device = inventory_entry(anna, farm)
    anna.sync()
    ben = company.station("ben")
    host_keys.accept(anna.desk, device.id, "ssh-ed25519", "SHA256:AAAA")
    host_keys.accept(ben.desk, device.id, "ssh-ed25519", "SHA256:BBBB")
    anna.sync()
    ben.sync()
    with pytest.raises(HostKeyChanged):
        terminals.target(ben.desk, device, "right horse")
    way = terminals.way_in(ben.desk, device.id, MemorySecrets({device.secret_name: "right horse"}))
    assert way.contradiction is not None
    assert way.password is None


def test_only_valid_keys_go_along_and_without_a_user_name_nobody_logs_in(anna: Station, farm: Farm) -> None:
    device = inventory_entry(anna, farm)
    assert terminals.target(anna.desk, device, "secret").password == ""
    host_keys.accept(anna.desk, device.id, "ssh-ed25519", "SHA256:AAAA")
    host_keys.replace(anna.desk, device.id, "ssh-ed25519", "SHA256:BBBB", "new box")
    to = terminals.target(anna.desk, device, "secret", username="me")
    assert [key.fingerprint for key in to.known_keys] == ["SHA256:BBBB"]
    assert (to.username, to.password, to.port) == ("me", "secret", farm.ports["core"])
    with pytest.raises(BadInput, match="no user name"):
        terminals.target(anna.desk, replace(device, username=""), "secret")
