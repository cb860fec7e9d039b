"""What can be wrong with a device is wrong in the way the tests and the practice need it."""

import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import paramiko
import pytest

from app.practice.device import Faults, SimulatedDevice
from app.practice.editor import LOGGED
from app.practice.farm import Farm, new_host_key
from tests.unit.practice.typist import Typist
from tests.workstations import until

DEVICE = SimulatedDevice("sw-1", is_privileged=True, reboot_s=0.2, host_key=new_host_key())
BEHIND = SimulatedDevice("inner-1", is_privileged=True, address="10.9.9.9", behind="jump")
JUMP = SimulatedDevice("jump", lines=20)


@pytest.fixture
def farm() -> Iterator[Farm]:
    with Farm([DEVICE]) as standing:
        yield standing


@pytest.fixture
def typist(farm: Farm) -> Iterator[Typist]:
    with Typist(farm.ports["sw-1"], DEVICE, rows=0) as person:
        person.until("sw-1#")
        person.says("terminal length 0", "sw-1#")
        yield person


def test_whatever_the_pieces_the_bytes_are_the_same(farm: Farm, typist: Typist) -> None:
    whole = typist.says("show interfaces", "\nsw-1#")
    farm.set_faults("sw-1", Faults(chunk_bytes=7))
    assert typist.says("show interfaces", "\nsw-1#") == whole
    farm.set_faults("sw-1", Faults(chunk_bytes=900, chunk_delay_s=0.002))
    assert typist.says("show interfaces", "\nsw-1#") == whole


def test_it_pages_although_paging_is_off(farm: Farm) -> None:
    farm.set_faults("sw-1", Faults(pages_anyway=True))
    with Typist(farm.ports["sw-1"], DEVICE) as person:
        person.until("sw-1#")
        person.says("terminal length 0", "sw-1#")
        person.says("show version", "--More-- ")
        person.channel.send(b" ")
        person.until("sw-1#")


def test_banners_with_a_hash_come_before_and_after_the_login(farm: Farm) -> None:
    farm.set_faults("sw-1", Faults(banner="\n#### core #\nsw-9# not a prompt #\n", login_banner="# keep out #\n"))
    with Typist(farm.ports["sw-1"], DEVICE) as person:
        assert person.until("sw-1#") == "\r\n#### core #\r\nsw-9# not a prompt #\r\nsw-1#"
        handler = person.transport.auth_handler
        assert handler is not None
        assert b"keep out" in handler.banner


def test_an_output_holds_the_prompt(farm: Farm, typist: Typist) -> None:
    farm.set_faults("sw-1", Faults(has_prompt_in_output=True))
    typist.channel.send(b"show version\n")
    seen = ""
    while "register is 0xF" not in seen:
        seen += typist.channel.recv(4096).decode()
    assert seen.count("sw-1#") >= 2


def test_log_lines_come_between_and_into_what_is_typed(farm: Farm, typist: Typist) -> None:
    farm.set_faults("sw-1", Faults(logs_in_output=True))
    assert f"\n{LOGGED}\n" in typist.says("show version", "\nsw-1#")
    typist.says("conf t", "(config)#")
    assert "%SYS-5-CONFIG_I: Configured from console by support on vty0" in typist.says("end", "\nsw-1#")
    farm.set_faults("sw-1", Faults(logs_while_typing=True))
    assert typist.says("show clock", "\nsw-1#").startswith(f"sh\n{LOGGED}\now clock\n")


def test_the_answer_comes_after_a_while(farm: Farm, typist: Typist) -> None:
    farm.set_faults("sw-1", Faults(answer_after_s=0.3))
    typist.channel.send(b"show clock\n")
    began = time.monotonic()
    typist.until("show clock\r\n")
    echoed_s = time.monotonic() - began
    typist.until("sw-1#")
    assert time.monotonic() - began > echoed_s + 0.2


def test_it_reboots_in_mid_command_and_comes_back_with_its_clock_reset(farm: Farm, typist: Typist) -> None:
    typist.says("conf t", "(config)#")
    typist.says("hostname lost-1", "lost-1(config)#")
    farm.set_faults("sw-1", Faults(reboot_after_bytes=400))
    typist.channel.send(b"do show version\n")
    assert typist.left()
    with pytest.raises((OSError, paramiko.SSHException)):
        Typist(farm.ports["sw-1"], DEVICE)
    until(lambda: can_connect(farm.ports["sw-1"]), "the device to come back")
    with Typist(farm.ports["sw-1"], DEVICE) as person:
        person.until("sw-1#")
        assert "week" not in person.says("show version | include uptime", "\nsw-1#")


def can_connect(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_a_scheduled_reload_comes_by_itself_unless_it_is_cancelled() -> None:
    with Farm([replace(DEVICE, minute_s=0.1)]) as farm, Typist(farm.ports["sw-1"], DEVICE) as person:
        person.until("sw-1#")
        person.says("reload in 90", "[confirm]")
        person.says("", "sw-1#")
        assert "scheduled" in person.says("show reload", "sw-1#")
        assert "ABORTED" in person.says("reload cancel", "sw-1#")
        person.says("reload in 1", "[confirm]")
        person.says("", "#")
        assert person.left()


def test_no_enable_password_is_right(farm: Farm) -> None:
    farm.set_faults("sw-1", Faults(refuses_enable=True))
    with Typist(farm.ports["sw-1"], DEVICE) as person:
        person.until("sw-1#")
        person.says("disable", "sw-1>")
        person.says("enable", "Password: ")
        person.says("practice", "Password: ")
        person.says("", "Password: ")
        assert "% Bad secrets" in person.says("", "sw-1>")


def test_an_expired_password_is_asked_for_anew_and_changed(farm: Farm) -> None:
    farm.set_faults("sw-1", Faults(is_password_expired=True))
    asked: list[str] = []

    def answers(_title: str, text: str, questions: list[tuple[str, bool]]) -> list[str]:
        asked.append(text)
        return ["practice"] if len(questions) == 1 else ["fresh one", "fresh one"]

    transport = paramiko.Transport(("127.0.0.1", farm.ports["sw-1"]))
    try:
        transport.start_client(timeout=10)
        transport.auth_interactive("support", answers)
        assert transport.is_authenticated()
    finally:
        transport.close()
    assert asked == ["", "Your password has expired."]
    with Typist(farm.ports["sw-1"], replace(DEVICE, password="fresh one")) as person:
        person.until("sw-1#")


def test_old_algorithms_only(farm: Farm) -> None:
    farm.set_faults("sw-1", Faults(has_only_old_ssh=True))
    transport = paramiko.Transport(("127.0.0.1", farm.ports["sw-1"]))
    try:
        transport.get_security_options().kex = ["curve25519-sha256@libssh.org"]
        with pytest.raises(paramiko.SSHException):
            transport.start_client(timeout=10)
    finally:
        transport.close()


def test_a_device_behind_another_is_reached_through_it_only_by_its_address() -> None:
    with Farm([JUMP, BEHIND]) as farm:
        outer = paramiko.Transport(("127.0.0.1", farm.ports["jump"]))
        try:
            outer.start_client(timeout=10)
            outer.auth_password("support", "practice", fallback=False)
            way = outer.open_channel("direct-tcpip", ("10.9.9.9", 22), ("127.0.0.1", 0), timeout=10)
            inner = paramiko.Transport(way)
            inner.start_client(timeout=10)
            inner.auth_password("support", "practice", fallback=False)
            channel = inner.open_session()
            channel.get_pty()
            channel.invoke_shell()
            channel.settimeout(10)
            seen = b""
            while b"inner-1#" not in seen:
                seen += channel.recv(1024)
            inner.close()
            with pytest.raises(paramiko.ChannelException):
                outer.open_channel("direct-tcpip", ("127.0.0.1", 9), ("127.0.0.1", 0), timeout=10)
        finally:
            outer.close()
