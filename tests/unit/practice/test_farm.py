import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import netmiko
import paramiko
import pytest
from ntc_templates.parse import parse_output

from app.practice.device import Faults, LoginForm, SimulatedDevice
from app.practice.farm import LINES, Farm, fingerprint, new_host_key
from app.practice.platform import platform_named
from tests.unit.practice.typist import DEVICE, Typist

KEY = new_host_key()


@pytest.fixture
def farm() -> Iterator[Farm]:
    before = set(threading.enumerate())
    with Farm([replace(DEVICE, host_key=KEY)]) as standing:
        yield standing
    deadline = time.monotonic() + 5
    while (left := set(threading.enumerate()) - before) and time.monotonic() < deadline:
        time.sleep(0.02)  # paramiko's threads notice the end a moment later
    assert not left


@pytest.fixture
def typist(farm: Farm) -> Iterator[Typist]:
    with Typist(farm.ports["sw-1"]) as person:
        person.until("sw-1>")
        yield person


def shown_key(port: int, key_type: str = "ssh-ed25519") -> str:
    transport = paramiko.Transport(("127.0.0.1", port))
    try:
        transport.get_security_options().key_types = [key_type]
        transport.start_client(timeout=10)
        return str(transport.get_remote_server_key().fingerprint)
    finally:
        transport.close()


def test_prompts_show_the_mode(typist: Typist) -> None:
    typist.says("enable", "Password: ")
    typist.says("even righter", "sw-1#")
    typist.says("conf t", "sw-1(config)#")
    typist.says("int gi0/3", "sw-1(config-if)#")
    typist.says("exit", "sw-1(config)#")
    typist.says("int gi0/3", "sw-1(config-if)#")
    typist.says("end", "sw-1#")
    typist.says("disable", "sw-1>")
    typist.channel.send(b"exit\n")
    assert typist.left()


def test_a_wrong_enable_password_does_not_show_and_does_not_help(typist: Typist) -> None:
    typist.says("enable", "Password: ")
    for _ in range(2):
        assert "wrong" not in typist.says("wrong", "Password: ")
    assert "% Bad secrets" in typist.says("wrong", "sw-1>")


def test_what_was_configured_is_in_the_running_config(farm: Farm, typist: Typist) -> None:
    typist.says("en", "Password: ")
    typist.says("even righter", "sw-1#")
    typist.says("conf t", "#")
    typist.says("hostname edge-7", "edge-7(config)#")
    typist.says("int gi 0/3", "#")
    typist.says("desc spare for the fair", "#")
    typist.says("no switchport access vlan 10", "#")
    shown = typist.says("do sh run int gi0/3", "edge-7(config-if)#")
    assert " description spare for the fair\n switchport mode access\nend" in shown
    typist.says("end", "edge-7#")
    assert "hostname edge-7" in typist.says("sh run | inc hostname", "edge-7#")
    with Typist(farm.ports["sw-1"]) as other:
        other.until("edge-7>")


def test_restarting_forgets_what_was_configured(farm: Farm, typist: Typist) -> None:
    typist.says("en", "Password: ")
    typist.says("even righter", "sw-1#")
    typist.says("conf t", "#")
    typist.says("hostname edge-7", "edge-7(config)#")
    farm.restart("sw-1")
    assert shown_key(farm.ports["sw-1"]) == fingerprint(KEY)
    with Typist(farm.ports["sw-1"]) as other:
        other.until("sw-1>")


def test_unknown_and_unfinished_commands_are_answered_as_ios_does(typist: Typist) -> None:
    assert "\n     ^\n% Invalid input detected at '^' marker.\n" in typist.says("foo", "sw-1>")
    assert "% Incomplete command." in typist.says("sh ip", "sw-1>")
    assert '% Ambiguous command:  "sh i"' in typist.says("sh i", "sw-1>")
    assert "% Invalid input" in typist.says("show running-config", "sw-1>")


def test_keys_edit_the_line(typist: Typist) -> None:
    assert "uptime is" in typist.says("sh verx\x7f", "sw-1>")
    assert "uptime is" in typist.says("nonsense\x15sh ver", "sw-1>")
    assert "uptime is" in typist.says("\x1b[A", "sw-1>")
    typist.channel.send(b"sh ver\x03")
    assert "uptime" not in typist.until("sw-1>")
    assert "terminal" in typist.says("t?\x15", "sw-1>")


def test_pages_stop_until_a_key(farm: Farm) -> None:
    with Typist(farm.ports["sw-1"], rows=10) as person:
        person.until("sw-1>")
        first = person.says("sh ver", "--More-- ")
        assert first.count("\n") == 10  # the echo and nine lines
        person.channel.send(b"\r")
        assert person.until("--More-- ").count("\r\n") == 1
        person.channel.send(b"q")
        person.until("sw-1>")
        person.channel.resize_pty(80, 1000)
        time.sleep(0.1)
        assert "register is 0xF" in person.says("sh ver", "sw-1>")
        person.says("term len 0", "sw-1>")
        person.channel.resize_pty(80, 5)
        assert "register is 0xF" in person.says("sh ver", "sw-1>")


@pytest.mark.parametrize("command", sorted(platform_named("cisco_ios").replies))
def test_every_reply_parses_as_real_ones_do(typist: Typist, command: str) -> None:
    if command == "show logging":
        typist.says("en", "Password: ")
        typist.says("even righter", "sw-1#")
    text = typist.says(command, "\nsw-1#" if command == "show logging" else "\nsw-1>")
    body = text.partition("\n")[2].rpartition("\n")[0]
    rows = parse_output(platform="cisco_ios", command=command, data=body)
    assert rows
    assert "{{" not in body


def test_a_big_switch_has_a_long_configuration() -> None:
    with (
        Farm([replace(DEVICE, host_key=KEY, interfaces=125, is_privileged=True)]) as farm,
        Typist(farm.ports["sw-1"], rows=0) as person,
    ):
        person.until("sw-1#")
        person.says("terminal length 0", "sw-1#")
        assert 42_000 < len(person.says("show running-config", "sw-1#")) < 45_000
        assert "desk 0125" in person.says("sh run int gi3/0/29", "sw-1#")


def test_devices_differ_and_stay_the_same() -> None:
    serials = []
    for _ in range(2):
        with Farm([DEVICE, replace(DEVICE, name="sw-2")]) as farm:
            for name in ("sw-1", "sw-2"):
                with Typist(farm.ports[name]) as person:
                    person.until(f"{name}>")
                    serials.append(person.says("sh inv", f"{name}>"))
    assert serials[0].replace("sw-1", "") == serials[2].replace("sw-1", "")
    assert serials[0].replace("sw-1", "") != serials[1].replace("sw-2", "")


def test_netmiko_finds_its_way_by_itself(farm: Farm) -> None:
    session = netmiko.ConnectHandler(
        device_type="cisco_ios",
        host="127.0.0.1",
        port=farm.ports["sw-1"],
        username=DEVICE.username,
        password=DEVICE.password,
        secret=DEVICE.enable_password,
    )
    try:
        session.enable()
        session.send_config_set(["interface Gi0/4", "description by netmiko"])
        assert "by netmiko" in str(session.send_command("show running-config"))
        assert "Vlan10" in str(session.send_command("sh ip int br"))
    finally:
        session.disconnect()


def test_a_box_has_one_session_per_connection_and_five_lines(farm: Farm, typist: Typist) -> None:
    with pytest.raises(paramiko.ChannelException):
        typist.transport.open_session(timeout=5)
    others = [Typist(farm.ports["sw-1"]) for _ in range(LINES - 1)]
    try:
        with pytest.raises((paramiko.SSHException, EOFError)):
            Typist(farm.ports["sw-1"])
        others.pop().transport.close()
        time.sleep(0.2)
        Typist(farm.ports["sw-1"]).transport.close()
    finally:
        for other in others:
            other.transport.close()


def test_password_attempts_are_counted_and_not_kept(farm: Farm) -> None:
    with pytest.raises(paramiko.AuthenticationException):
        Typist(farm.ports["sw-1"], replace(DEVICE, password="wrong horse"))
    (attempt,) = farm.attempts("sw-1")
    assert (attempt.username, attempt.is_accepted) == ("support", False)
    assert "horse" not in repr((attempt, DEVICE))


def test_login_by_a_question() -> None:
    with Farm([replace(DEVICE, login_form=LoginForm.QUESTION)]) as farm:
        with pytest.raises(paramiko.BadAuthenticationType):
            Typist(farm.ports["sw-1"])
        transport = paramiko.Transport(("127.0.0.1", farm.ports["sw-1"]))
        try:
            transport.start_client(timeout=10)
            transport.auth_interactive(DEVICE.username, lambda _title, _text, asked: [DEVICE.password] * len(asked))
            assert transport.is_authenticated()
        finally:
            transport.close()
        assert [attempt.is_accepted for attempt in farm.attempts("sw-1")] == [True]


def test_the_key_stays_until_it_is_changed(farm: Farm) -> None:
    port = farm.ports["sw-1"]
    assert shown_key(port) == fingerprint(KEY)
    changed = farm.change_host_key("sw-1")
    assert shown_key(port) == changed != fingerprint(KEY)
    assert farm.change_host_key("sw-1", KEY) == fingerprint(KEY) == shown_key(port)
    assert farm.host_key("sw-1") == KEY


def test_a_device_may_have_keys_of_two_types() -> None:
    second = new_host_key("ecdsa-sha2-nistp256")
    with Farm([replace(DEVICE, host_key=KEY, second_host_key=second)]) as farm:
        assert shown_key(farm.ports["sw-1"]) == fingerprint(KEY)
        assert shown_key(farm.ports["sw-1"], "ecdsa-sha2-nistp256") == fingerprint(second)


def test_an_unplugged_device_refuses_and_comes_back_on_its_port(farm: Farm, typist: Typist) -> None:
    port = farm.ports["sw-1"]
    farm.set_faults("sw-1", Faults(is_unplugged=True))
    assert typist.left()
    with pytest.raises((paramiko.SSHException, OSError)):
        Typist(port)
    farm.set_faults("sw-1", Faults())
    assert farm.ports["sw-1"] == port
    with Typist(port) as again:
        again.until("sw-1>")


def test_latency_and_a_slow_banner_take_their_time(farm: Farm, typist: Typist) -> None:
    farm.set_faults("sw-1", Faults(latency_s=0.3, banner_delay_s=0.4))
    began = time.monotonic()
    typist.says("sh clock", "sw-1>")
    assert time.monotonic() - began >= 0.3
    began = time.monotonic()
    Typist(farm.ports["sw-1"]).transport.close()
    assert time.monotonic() - began >= 0.4


def test_dropped_after_so_many_bytes_or_now(farm: Farm, typist: Typist) -> None:
    farm.set_faults("sw-1", Faults(drop_after_bytes=100))
    typist.channel.send(b"show version\n")
    got = b""
    while data := typist.channel.recv(4096):
        got += data
    assert len(got) == 100
    farm.set_faults("sw-1", Faults())
    with Typist(farm.ports["sw-1"]) as again:
        again.until("sw-1>")
        farm.drop("sw-1")
        assert again.left()


def test_wrong_prompt_truncated_output_and_escapes(farm: Farm, typist: Typist) -> None:
    farm.set_faults("sw-1", Faults(prompt="login: "))
    typist.says("", "login: ")
    farm.set_faults("sw-1", Faults(has_escapes=True))
    assert "\x1b]0;practice\x07" in typist.says("sh clock", "sw-1>")
    farm.set_faults("sw-1", Faults(truncate_after=120))
    typist.channel.send(b"sh ver\n")
    typist.channel.settimeout(0.5)
    got = b""
    with suppress(TimeoutError):
        while True:
            got += typist.channel.recv(4096)
    assert 120 <= len(got) <= 150


def test_endless_output_ends_by_ctrl_c_only(farm: Farm, typist: Typist) -> None:
    farm.set_faults("sw-1", Faults(is_endless=True, has_escapes=True))
    typist.channel.send(b"show version\n")
    got = 0
    while got < 500_000:
        got += len(typist.channel.recv(65536))
    typist.channel.send(b"\x03")
    typist.until("sw-1>")
    farm.set_faults("sw-1", Faults())
    assert "uptime is" in typist.says("sh ver", "sw-1>")


def test_stopping_is_quick_with_everything_going_on() -> None:
    names = [f"sw-{number}" for number in range(12)]
    farm = Farm([SimulatedDevice(name) for name in names])
    ports = farm.start()
    assert len(set(ports.values())) == 12
    people = [Typist(ports[name], SimulatedDevice(name)) for name in names]
    for name in names[:6]:
        farm.set_faults(name, Faults(is_endless=True))
    for person in people:
        person.channel.send(b"show version\n")
    began = time.monotonic()
    farm.stop()
    farm.stop()
    assert time.monotonic() - began < 3
    for person in people:
        person.transport.close()
    with pytest.raises(RuntimeError):
        farm.drop("sw-1")


def test_a_taken_port_is_said() -> None:
    with Farm([DEVICE]) as farm, pytest.raises(OSError, match="in use"):
        Farm([replace(DEVICE, name="sw-2", port=farm.ports["sw-1"])]).start()
