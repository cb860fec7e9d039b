import errno
import os
import stat
import sys
import time
from pathlib import Path

import pytest

from app.devices.messages import OpenTerminal, TerminalClosed, TerminalNotRecorded
from app.devices.recording import Recording
from app.devices.terminal import Terminal
from app.domain.errors import DiskFull, EnvironmentFault
from app.practice.farm import Farm
from tests.unit.devices.mailbox import DEVICE, Mailbox, target_of


def bodies(path: Path) -> list[str]:
    return [line[21:] for line in path.read_text(encoding="utf-8").splitlines()]


def test_what_came_is_on_the_disk_at_once_the_open_line_too(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    with Recording(str(path)) as recording:
        recording.take(b"sw#show clock\r\n09:3")
        assert bodies(path) == ["sw#show clock", "09:3"]
        recording.take(b"\x1b[2K\r")
        assert bodies(path) == ["sw#show clock", ""]
        recording.take(b"a much longer line than before\r\nsw#")
        recording.take(b"x\b \b")
        assert bodies(path) == ["sw#show clock", "a much longer line than before", "sw#"]
    assert path.stat().st_mode & 0o077 == 0 or sys.platform == "win32"
    assert stat.S_ISREG(path.stat().st_mode)


def test_known_secrets_are_hidden_before_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    with Recording(str(path)) as recording:
        recording.take(b"sw(config)#enable secret hunter2")
        assert b"hunter2" not in path.read_bytes()
        recording.take(b"\r\nsw(config)#")
    assert b"hunter2" not in path.read_bytes()
    assert "enable secret <secret>" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "said",
    [
        "sw(config)#user a pas {0}",
        "sw(config)#snmp com {0}",
        "RP/0/RSP0/CPU0:sw(config-bgp)#nei 10.0.0.1 pas {0}",
        "sw(config-line)#pas {0}",
        "sw(config-keychain-key)#key-s {0}",
        "bob@sw# set snmp com {0}",
        "[edit]\r\nbob@sw# set system root-auth enc {0}",
        "snmp {{\r\n    community {0} {{",
        "crypto pki import x pkcs12 terminal pw\r\nMII{0}\r\nMII{0}\r\nquit",
        "sw(config)#cry pki imp x pkcs12 term pw\r\nEnter it:\r\nMII{0}\r\nMII{0}\r\nquit",
        "sw(config)#username averylongname privilege 15 secr\r\x1b[Ksw(config)#$vilege 15 secret 0 {0}",
        "sw(config)#$vilege 15 {0}",
        "sw(config)#username x privilege 15 secret 0 \r\n{0}",
        "sw(config)#username someone privilege 15 secret 0 Zq7\r\n{0}",
        "sw(config)#username averylongname privilege 15 role network-admin sec\r\nret 0 {0}",
        "sw(config)#username averylongname privilege 15 role network-admin sec\r\nret 0 {0}?",
        "sw(config)#snmp-server community Zq7hu\b\b\b\b\b{0}",
        "sw(config-sg-tacacs+)#key 7 \b\b {0}",
    ],
)
def test_what_is_typed_short_scrolled_or_broken_is_hidden_too(tmp_path: Path, said: str) -> None:
    path, secret = tmp_path / "t.txt", "Zq7hunterX"
    with Recording(str(path)) as recording:
        recording.take(b"sw>enable\r\n")
        for byte in f"{said.format(secret)}".encode():
            recording.take(bytes([byte]))
            assert secret not in path.read_text(encoding="utf-8")
        recording.take(b"\r\nsw#show clock\r\n09:30 key\r\n")
    assert secret not in path.read_text(encoding="utf-8")
    assert bodies(path)[-2:] == ["sw#show clock", "09:30 key"]


def test_what_is_no_secret_is_written_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    lines = [
        "sw#show running-config | include a-rather-long-word-to-look-for",
        "hostname sw",
        "key chain OSPF",
        " key 1",
        "sw#copy running-config tftp://10.0.0.1/a/long/path/of/a/file.cfg",
        "Address or name of remote host [10.0.0.1]?",
        "!!",
        "4242 bytes copied in 1.2 secs",
        "sw(config-keychain)#key 1",
        "sw(config)#enable secret",
        "% Incomplete command.",
        "sw(config)#enable secret <secret>",
        "what comes now is no part of it",
    ]
    with Recording(str(path)) as recording:
        recording.take("\r\n".join([*lines, ""]).encode())
    assert bodies(path) == lines


def test_it_ends_at_its_size_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    with Recording(str(path), most_bytes=2000) as recording:
        for n in range(200):
            recording.take(b"line %d\r\n" % n)
    text = path.read_text(encoding="utf-8")
    assert len(text) < 2200
    assert text.splitlines()[-1].endswith("what came after this is not in the transcript]")
    assert text.splitlines()[-2].startswith("20")


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(EnvironmentFault):
        Recording(str(path))
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_full_disk_ends_the_recording_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording(str(tmp_path / "t.txt"))

    def full(_file: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(DiskFull) as fault:
        recording.take(b"line\r\n")
    assert "The session goes on" in fault.value.what
    recording.take(b"more\r\n")  # it is over, and says so once
    recording.close()


def test_a_session_is_recorded_from_its_first_byte_and_no_password_is_in_it(tmp_path: Path) -> None:
    mail, path = Mailbox(), tmp_path / "t.txt"
    with Farm([DEVICE]) as farm:
        terminal = Terminal(OpenTerminal("t1", target_of(farm), transcript=str(path)), mail.put)
        terminal.start()
        mail.wait_output(b"sw-1>")
        terminal.type(b"enable\r")
        mail.wait_output(b"Password: ")
        terminal.type(b"even righter\r")
        mail.wait_output(b"sw-1#")
        terminal.type(b"show clockk\x7f\r")
        mail.wait_output(b"sw-1#", 15)
        end = time.monotonic() + 10
        while "UTC" not in path.read_text(encoding="utf-8") and time.monotonic() < end:
            time.sleep(0.01)
        terminal.close()
        mail.wait(TerminalClosed)
        terminal.join(5)
    text = path.read_text(encoding="utf-8")
    assert "righter" not in text
    assert "sw-1#show clock" in bodies(path)
    assert "\x1b" not in text
    assert "\x08" not in text


def test_a_session_that_cannot_be_recorded_goes_on(tmp_path: Path) -> None:
    mail = Mailbox()
    with Farm([DEVICE]) as farm:
        terminal = Terminal(OpenTerminal("t1", target_of(farm), transcript=str(tmp_path / "no" / "t.txt")), mail.put)
        terminal.start()
        assert mail.wait(TerminalNotRecorded).error.todo
        terminal.type(b"\r")
        mail.wait_output(b"sw-1>")
        terminal.close()
        terminal.join(5)
