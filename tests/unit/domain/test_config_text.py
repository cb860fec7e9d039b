"""What a configuration's text tells: whole or not, what changes by itself, what a line stands below."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.config_text import (
    cleaned,
    commands_for,
    count_lines,
    headings,
    is_suspiciously_short,
    settled,
    why_cut_short,
    why_not_good,
)

BODY = "hostname core-1\ninterface Vlan1\n no shutdown\nline vty 0 4\n"
WHOLE = {
    "cisco_ios": f"{BODY}end\n",
    "cisco_xe": f"{BODY}!\nend\n\n",
    "cisco_xr": f"{BODY}end\n",
    "cisco_nxos": f"!Command: show running-config\n{BODY}",
    "cisco_asa": f": Saved\n{BODY}Cryptochecksum:0123\n: end\n",
    "arista_eos": f"{BODY}end\n",
    "juniper_junos": "## Last commit: x\nsystem {\n    host-name core-1;\n    login {\n        class x;\n    }\n}\n",
    "hp_procurve": BODY,
}


@pytest.mark.parametrize(("platform", "text"), WHOLE.items())
def test_a_whole_one_is_good(platform: str, text: str) -> None:
    assert not why_not_good(platform, text)
    assert commands_for(platform)


@pytest.mark.parametrize("platform", ["cisco_ios", "cisco_xe", "cisco_xr", "cisco_asa", "arista_eos", "juniper_junos"])
@given(data=st.data())
def test_a_cut_one_is_not(platform: str, data: st.DataObject) -> None:
    lines = WHOLE[platform].rstrip("\n").split("\n")
    kept = lines[: data.draw(st.integers(0, len(lines) - 1))]
    assert why_not_good(platform, "\n".join([*kept, ""]))


@pytest.mark.parametrize(
    "line",
    [
        "% Invalid input detected at '^' marker.",
        "% Incomplete command.",
        "% Authorization failed.",
        "Command authorization failed.",
        "%Error opening nvram:/startup-config (Device or resource busy)",
        "ERROR: % Invalid input detected at '^' marker.",
        "% Permission denied for the role",
        "error: command is not valid on the core-1.",
        "syntax error, expecting <command>.",
        "unknown command.",
        "                ^",
        "Cmd exec error.",
        " --More-- ",
        "---(more 45%)---",
        "<--- More --->",
    ],
)
@pytest.mark.parametrize("at", [0, 2])
def test_what_refuses_or_stops_is_no_copy(line: str, at: int) -> None:
    lines = WHOLE["cisco_ios"].split("\n")
    assert why_not_good("cisco_ios", "\n".join([*lines[:at], line, *lines[at:]]))


@pytest.mark.parametrize(
    "line",
    [
        "banner motd ^Authorization failed attempts are logged^",
        "banner motd ^C\nAuthorization failed attempts are logged\n% Access is for members only\n^C",
        "banner login ^C\nerror reports go to noc@example.com.\n  ^  that way up\n^C",
        "banner login ^\nerror: see the desk.\n^",
        "banner login\nunknown command: call the desk.\nEOF",
        "menu x title ^C\nCommand authorization failed is what it says\n^C",
        "error reports go to noc@example.com.\nntp server 10.0.0.1\nntp server 10.0.0.2",
        " description 100% Invalid cables",
        "logging trap errors",
        " errdisable recovery cause all",
        "error-policy x",
        " description see --more at the desk",
    ],
)
def test_what_only_talks_of_errors_is_good(line: str) -> None:
    assert not why_not_good("cisco_ios", f"{BODY}{line}\nend\n")


def test_cleaning_leaves_out_what_came_before() -> None:
    raw = "show running-config\r\nBuilding configuration...\r\n\r\nhostname x   \r\n!\r\nend\r\n\r\n"
    assert cleaned(f"core-1#{raw}") == "hostname x\n!\nend\n"
    assert cleaned("\r\n \r\n") == ""
    assert count_lines(cleaned(raw)) == 3


@given(st.text())
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    assert cleaned(cleaned(raw)) == cleaned(raw)
    assert settled(settled(raw)) == settled(raw)


@pytest.mark.parametrize(
    "line",
    [
        "Current configuration : 4242 bytes",
        "! Last configuration change at 10:31:02 UTC Mon Mar 2 2026 by eve",
        "! NVRAM config last updated at 10:31:02 UTC Mon Mar 2 2026 by eve",
        "! No configuration change since last restart",
        "!Time: Mon Mar  2 10:31:02 2026",
        "!Command: show running-config",
        "!! Last configuration change at Mon Mar  2 10:31:02 2026 by eve",
        "!! IOS XR Configuration 7.3.2",
        "ntp clock-period 17179869",
        ": Written by eve at 10:31:02.123 UTC Mon Mar 2 2026",
        "Cryptochecksum:0123456789abcdef",
        "## Last commit: 2026-03-02 10:31:02 UTC by eve",
        "Mon Mar  2 10:31:02.123 UTC",
        "core-1 uptime is 2 weeks, 1 day",
        "! device: core-1 (DCS-7050, EOS-4.28)",
    ],
)
def test_a_line_that_changes_by_itself_is_no_change(line: str) -> None:
    assert settled(f"{line}\n{BODY}") == BODY


def test_other_lines_are() -> None:
    assert settled(BODY) == BODY
    assert settled("! a comment\nntp server 10.0.0.1\n") == "! a comment\nntp server 10.0.0.1\n"


NXOS = (
    "version 9.3(8)\nhostname n9k\ninterface Ethernet1/1\n  description to core\n  no shutdown\n"
    + "".join(f"ip route 10.{n}.0.0/16 10.0.0.1\n" for n in range(9))
    + "line console\n  exec-timeout 10\nline vty\n  exec-timeout 10\n"
)


@given(st.integers(30, len(NXOS) - 2))
def test_one_without_an_end_is_cut_where_the_last_copy_goes_on(length: int) -> None:
    assert "confirm it" in why_cut_short("cisco_nxos", cleaned(NXOS[:length]), NXOS)


def test_one_without_an_end_is_cut_when_it_lacks_the_last_sections() -> None:
    changed = NXOS.replace("to core", "to edge")
    assert not why_cut_short("cisco_nxos", changed, NXOS)
    assert not why_cut_short("cisco_nxos", NXOS, NXOS)
    assert not why_cut_short("cisco_nxos", NXOS, "")
    assert not why_cut_short("cisco_nxos", f"{NXOS}boot nxos x\n", NXOS)
    assert not why_cut_short("cisco_nxos", NXOS.replace("ip route 10.3.0.0/16 10.0.0.1\n", ""), NXOS)
    assert "line vty" in why_cut_short("cisco_nxos", changed[: changed.index("ip route 10.7")], NXOS)
    assert "inside of a line" in why_cut_short("cisco_nxos", changed[: changed.index("vty")], NXOS)
    assert not why_cut_short("cisco_ios", NXOS[:80], NXOS)  # its end is looked for


def test_half_of_it_is_suspicious() -> None:
    assert is_suspiciously_short(49, 100)
    assert not is_suspiciously_short(50, 100)
    assert not is_suspiciously_short(1, 0)


def test_a_line_stands_below_its_headings() -> None:
    lines = [
        "router bgp 65000",
        " address-family ipv4",
        "  neighbor 10.0.0.1 activate",
        " !",
        "  network 10.0.0.0",
        "line vty",
    ]
    assert headings(lines, 4) == ("router bgp 65000", "address-family ipv4")
    assert headings(lines, 0) == headings(lines, 5) == ()
