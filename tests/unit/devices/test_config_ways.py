"""Changes on platforms that a small fake of their command line stands for: what is typed, and what is made of it."""

import re
from collections.abc import Iterable

import pytest

from app.devices.config_session import ConfigSession, NotApplied, Said, unseen
from app.devices.config_ways import error_in, save_error_in, steps_of
from app.devices.messages import ApplyConfig, ConfigApplied, Target
from app.domain.errors import BadInput, DeviceFault

LINES = ("ntp server 10.0.0.1",)


class FakeLine:
    """Answers by table; the prompt says whether it is in config mode, as the platform's does."""

    def __init__(self, way: tuple[str, str, str, str], answers: dict[str, str] | None = None) -> None:
        self._inside, self._outside, self._enters, self._leaves = way
        self._answers = answers or {}
        self._is_inside = False
        self.typed: list[str] = []
        self.interrupts = 0

    def say(self, line: str, timeout_s: float, *, prompts: Iterable[str] = (), confirms: bool = False) -> Said:
        self.typed.append(line)
        answer = next((answer for asked, answer in self._answers.items() if re.fullmatch(asked, line)), "")
        if answer == "SILENCE":
            raise DeviceFault("it did not finish", "") from TimeoutError()
        if re.fullmatch(self._enters, line):
            self._is_inside = True
        elif re.fullmatch(self._leaves, line):
            self._is_inside = False
        return Said(answer, self._inside if self._is_inside else self._outside)

    def interrupt(self) -> None:
        self.interrupts += 1


def fake(platform: str, answers: dict[str, str] | None = None) -> FakeLine:
    ways = {
        "cisco_ios": ("r(config)#", "r#", "configure terminal.*", "end"),
        "cisco_nxos": ("n(config)#", "n#", "configure terminal", "end"),
        "cisco_asa": ("fw(config)#", "fw#", "configure terminal", "end"),
        "arista_eos": (
            "e(config-s-baton)#", "e#", r"configure session baton-\w+", "end|abort|commit|commit timer .*"
        ),
        "cisco_xr": ("RP/0/0/CPU0:x(config)#", "RP/0/0/CPU0:x#", "configure exclusive", "end|abort"),
        "juniper_junos": ("[edit]\nme@j#", "me@j>", "configure exclusive", "exit configuration-mode"),
    }  # fmt: skip
    return FakeLine(ways[platform], answers)


def session(platform: str, line: FakeLine, lines: tuple[str, ...] = LINES, minutes: int = 0) -> ConfigSession:
    return ConfigSession(line, ApplyConfig("c", Target("d", "10.9.9.9", 22, "me", "", platform), lines, minutes))


def applied(platform: str, line: FakeLine, minutes: int = 0) -> ConfigApplied:
    return session(platform, line, minutes=minutes).apply()


def names_hidden(typed: list[str]) -> list[str]:
    return [re.sub(r"baton-\w+", "NAME", line) for line in typed]


@pytest.mark.parametrize(("platform", "minutes", "typed"), [
    ("cisco_nxos", 0, ["show running-config", "configure terminal", *LINES, "end", "show running-config",
                       "copy running-config startup-config"]),
    ("cisco_asa", 0, ["show running-config", "configure terminal", *LINES, "end", "show running-config",
                      "write memory"]),
    ("cisco_ios", 5, ["show running-config", "configure terminal revert timer 5", *LINES, "end", "show running-config",
                      "configure confirm", "write memory"]),
    ("arista_eos", 0, ["show running-config", "configure session NAME", *LINES, "commit", "show running-config",
                       "write memory"]),
    ("arista_eos", 75, ["show running-config", "configure session NAME", *LINES, "commit timer 01:15:00",
                        "show running-config", "configure session NAME commit", "write memory"]),
    ("cisco_xr", 0, ["show running-config", "configure exclusive", *LINES, "commit", "end", "show running-config"]),
    ("cisco_xr", 5, ["show running-config", "configure exclusive", *LINES, "commit confirmed 300",
                     "do show running-config", "commit", "end"]),
    ("juniper_junos", 5, ["show configuration | display set", "configure exclusive", *LINES, "commit confirmed 5",
                          "run show configuration | display set", "commit", "exit configuration-mode"]),
])  # fmt: skip
def test_what_is_typed_on_each_platform(platform: str, minutes: int, typed: list[str]) -> None:
    line = fake(platform)
    applied(platform, line, minutes)
    assert names_hidden(line.typed) == typed


@pytest.mark.parametrize(("platform", "error", "out", "sentence"), [
    ("cisco_nxos", "% Invalid command at '^' marker.", ["end"], "Nothing was changed."),
    ("cisco_asa", "ERROR: % Invalid input detected at '^' marker.", ["end"], "Nothing was changed."),
    ("arista_eos", "% Invalid input", ["abort"], "all lines or none"),
    ("cisco_xr", "% Invalid input detected at '^' marker.", ["abort"], "all lines or none"),
    ("juniper_junos", "error: syntax error: ntp", ["rollback 0", "exit configuration-mode"], "all lines or none"),
])  # fmt: skip
def test_an_error_gets_out_without_a_trace(platform: str, error: str, out: list[str], sentence: str) -> None:
    line = fake(platform, {LINES[0]: f"\n   ^\n{error}\n"})
    with pytest.raises(NotApplied) as stop:
        applied(platform, line)
    assert error in stop.value.error.what
    assert LINES[0] in stop.value.error.what
    assert sentence in stop.value.error.todo
    assert stop.value.is_out
    assert line.typed[-len(out) :] == out


def test_an_error_under_a_timer_goes_back_at_once() -> None:
    line = fake("cisco_ios", {"second": "% Incomplete command."})
    with pytest.raises(NotApplied) as stop:
        session("cisco_ios", line, ("first", "second"), 5).apply()
    assert line.typed[-2:] == ["end", "configure revert now"]
    assert "by itself within 5 minutes" in stop.value.error.todo


def test_a_device_without_archive_says_so_before_anything_is_given() -> None:
    line = fake("cisco_ios", {"configure terminal revert.*": "%ERROR: archive is not enabled"})
    with pytest.raises(NotApplied) as stop:
        applied("cisco_ios", line, 5)
    assert "archive" in stop.value.error.what
    assert LINES[0] not in line.typed


def test_a_commit_that_fails_changes_nothing() -> None:
    line = fake("cisco_xr", {"commit": "% Failed to commit one or more configuration items"})
    with pytest.raises(NotApplied) as stop:
        applied("cisco_xr", line)
    assert line.typed[-1] == "abort"
    assert "Nothing was changed" in stop.value.error.todo


def test_what_cannot_be_read_back_is_not_confirmed() -> None:
    line = fake("juniper_junos", {r"run show .*": "SILENCE"})
    with pytest.raises(NotApplied) as stop:
        applied("juniper_junos", line, 5)
    assert "It was not confirmed" in stop.value.error.todo
    assert "commit" not in line.typed
    assert line.interrupts == 1
    assert stop.value.is_out


def test_a_line_that_asks_something_is_interrupted() -> None:
    line = fake("cisco_ios", {LINES[0]: "SILENCE"})
    with pytest.raises(NotApplied) as stop:
        applied("cisco_ios", line)
    assert line.interrupts == 1
    assert line.typed[-1] == "end"
    assert stop.value.is_out


@pytest.mark.parametrize("answer", [
    "%Error opening nvram:/startup-config (No space left on device)",
    "% Error: No space left on device",
    "Copy failed: disk full",
    "startup-config file open failed (Not enough space)",
])  # fmt: skip
def test_a_save_that_says_error_is_one(answer: str) -> None:
    line = fake("cisco_ios", {"write memory": f"Building configuration...\n{answer}\n"})
    with pytest.raises(NotApplied) as stop:
        applied("cisco_ios", line)
    assert "did not save them" in stop.value.error.what
    assert answer in stop.value.error.what
    assert stop.value.is_out


@pytest.mark.parametrize("answer", [
    "Building configuration...\n[OK]",
    "% Access VLAN does not exist. Creating vlan 20",
    "%Warning: portfast should only be enabled on ports connected to a single host.",
    "*Mar  1 00:01:02: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down, not connected: failed",
    "description error reporting uplink",
    "",
])  # fmt: skip
def test_what_is_no_error(answer: str) -> None:
    assert error_in(answer) == ""


def test_a_copy_that_worked_is_no_error() -> None:
    assert save_error_in("[########################################] 100%\nCopy complete, now saving to disk") == ""


def test_a_banner_is_typed_at_one_go() -> None:
    lines = ("hostname a", "banner motd #", "  keep out", "! not a comment", "#", "banner login ^C hello ^C", "end")
    assert steps_of(lines) == [
        "hostname a", "banner motd #\n  keep out\n! not a comment\n#", "banner login ^C hello ^C", "end"
    ]  # fmt: skip
    assert steps_of(("banner motd", "keep out", "EOF")) == ["banner motd\nkeep out\nEOF"]
    with pytest.raises(BadInput):
        steps_of(("banner motd #", "keep out"))


def test_removed_and_structural_lines_need_not_be_seen() -> None:
    assert unseen(["no ntp server 1.1.1.1", "exit", "ntp  server 2.2.2.2", "secret 0 x"], " ntp server 2.2.2.2\n") == (
        "secret 0 x",
    )
