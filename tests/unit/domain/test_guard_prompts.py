"""What a line of the screen is, as real devices write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.guard import Kind, Mode, read_prompt

C, P, G, Q, S, U = Kind.COMMAND, Kind.PASSWORD, Kind.PAGER, Kind.QUESTION, Kind.SHELL, Kind.UNREAD


@pytest.mark.parametrize(
    ("platform", "line", "kind", "mode", "text"),
    [
        ("cisco_ios", "core-nyc-1#wr er", C, Mode.EXEC, "wr er"),
        ("cisco_ios", "core-nyc-1>", C, Mode.EXEC, ""),
        ("cisco_ios", "core(config)#shut", C, Mode.CONFIG, "shut"),
        ("cisco_ios", "core(config-if-range)#no shut", C, Mode.CONFIG, "no shut"),
        ("cisco_ios", "core#show run | i #", C, Mode.EXEC, "show run | i #"),
        ("cisco_ios", "core#$that is longer than the screen", U, Mode.UNREAD, "$that is longer than the screen"),
        ("cisco_ios", "a#b#wr er", U, Mode.UNREAD, "b#wr er"),
        ("cisco_nxos", "switch(config-if)# shutdown", C, Mode.CONFIG, "shutdown"),
        ("cisco_nxos", "switch# ", C, Mode.EXEC, ""),
        ("cisco_xr", "RP/0/RP0/CPU0:ios(config)#commit", C, Mode.CONFIG, "commit"),
        ("cisco_xr", "RP/0/RP0/CPU0:ios#show run", C, Mode.EXEC, "show run"),
        ("cisco_asa", "fw/pri/act(config)# no failover", C, Mode.CONFIG, "no failover"),
        ("arista_eos", "leaf1(config-s-x)#commit", C, Mode.CONFIG, "commit"),
        ("juniper_junos", "ops@mx1# delete interfaces", C, Mode.CONFIG, "delete interfaces"),
        ("juniper_junos", "ops@mx1> show version", C, Mode.EXEC, "show version"),
        ("cisco_ios", "Password: ", P, Mode.HIDDEN, ""),
        ("cisco_ios", "Enter password for ops: ", P, Mode.HIDDEN, ""),
        ("linux", "[sudo] password for ops: ", P, Mode.HIDDEN, ""),
        ("cisco_ios", "Enter passphrase for key '/x': ", P, Mode.HIDDEN, ""),
        ("cisco_ios", "core#password: ", C, Mode.EXEC, "password:"),
        ("cisco_ios", " --More-- ", G, Mode.ANSWER, ""),
        ("cisco_asa", "<--- More --->", G, Mode.ANSWER, ""),
        ("juniper_junos", "---(more 12%)---", G, Mode.ANSWER, ""),
        ("arista_eos", "(END)", G, Mode.ANSWER, ""),
        ("cisco_ios", "Proceed with reload? [confirm]", Q, Mode.ANSWER, ""),
        ("cisco_ios", "System configuration has been modified. Save? [yes/no]: no", Q, Mode.ANSWER, "no"),
        ("cisco_ios", "Destination filename [startup-config]? running-config", Q, Mode.ANSWER, "running-config"),
        ("cisco_ios", "Username: ops", Q, Mode.ANSWER, "ops"),
        ("cisco_nxos", "This command will reboot the system. (y/n)?  [n] y", Q, Mode.ANSWER, "y"),
        ("cisco_nxos", "bash-4.2$ reboot", S, Mode.SHELL, "reboot"),
        ("arista_eos", "[admin@leaf1 ~]$ ls", S, Mode.SHELL, "ls"),
        ("cisco_ios", ">>> import os", S, Mode.SHELL, "import os"),
        ("juniper_junos", "root@mx1:~ % ls", S, Mode.SHELL, "ls"),
        ("cisco_ios", "%LINK-3-UPDOWN: Interface Gi0/1, changed state to up", U, Mode.UNREAD,
         "%LINK-3-UPDOWN: Interface Gi0/1, changed state to up"),
        ("cisco_ios", "load", U, Mode.UNREAD, "load"),
        ("cisco_ios", "(reverse-i-search)`rel': reload", U, Mode.UNREAD, "(reverse-i-search)`rel': reload"),
        ("cisco_ios", "", U, Mode.UNREAD, ""),
    ],
)  # fmt: skip
def test_prompts_of_real_devices(platform: str, line: str, kind: Kind, mode: Mode, text: str) -> None:
    found = read_prompt(platform, line)
    assert (found.kind, found.mode, found.text) == (kind, mode, text)


@given(st.text(max_size=300))
def test_no_line_of_a_screen_makes_it_fail(line: str) -> None:
    assert read_prompt("cisco_ios", line).kind in set(Kind)


@given(st.from_regex(r"[a-z][a-z ]{0,60}[a-z]", fullmatch=True))
def test_what_stands_behind_a_prompt_is_read_whole(typed: str) -> None:
    for prompt in ("core#", "core(config-if)#", "fw/act# "):
        assert read_prompt("cisco_asa", prompt + typed).text.strip() == typed
