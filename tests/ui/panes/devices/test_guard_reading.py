"""What would be run, read from the screen and checked against the keys, for what devices do with a line."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.guard import Mode
from ui.kit.terminal_screen import TerminalScreen
from ui.panes.devices.guard.keys import Typed, parts
from ui.panes.devices.guard.pace import Clock
from ui.panes.devices.guard.reading import Reading, Told, read

SOON, QUIET, LONG = Clock(0, 0), Clock(0.03, 0.03), Clock(2, 2)
UP, TAB = b"\x1b[A", b"\t"


def at(shown: str, keys: bytes = b"", clock: Clock = QUIET, *, has_heard: bool = True, cols: int = 80) -> Reading:
    """Read a screen that shows this, after these keys, on IOS."""
    screen, typed = TerminalScreen(cols, 24), Typed()
    screen.feed(shown.replace("\n", "\r\n").encode())
    typed.press(keys)
    if has_heard:
        typed.heard()
    return read(screen, "cisco_ios", typed, clock)


def line(text: str, *modes: Mode) -> Reading:
    return Reading(Told.LINE, text, modes or (Mode.EXEC,))


def test_plain_typing_is_known_at_once_when_its_echo_is_there() -> None:
    assert at("core#sh ver", b"sh ver", SOON) == line("sh ver")
    assert at("core(config-if)#shut", b"shut", SOON) == line("shut", Mode.CONFIG)
    assert at("core#", b"", SOON).told is Told.EMPTY


def test_an_echo_that_is_not_there_yet_is_waited_for() -> None:
    assert at("core#sh v", b"sh ver").told is Told.WAIT
    assert at("core#", b"reload").told is Told.WAIT
    assert at("core#sh v", b"sh ver", LONG).told is Told.UNREAD


@pytest.mark.parametrize("keys", [UP, b"relo" + TAB, b"x\x01\x04", b"\x12rel", b"\x19", b"reload ?"])
def test_what_the_device_made_of_keys_is_read_from_the_screen_once_it_answered(keys: bytes) -> None:
    assert at("core#reload", keys, has_heard=False).told is Told.WAIT
    assert at("core#reload", keys, SOON).told is Told.WAIT
    assert at("core#reload", keys) == line("reload")
    empty = at("core#", keys, LONG, has_heard=False).told
    assert empty is (Told.STILL_EMPTY if keys in {UP, b"\x19"} else Told.UNREAD)


def test_the_whole_line_counts_wherever_the_cursor_stands() -> None:
    assert at("core#reload\x1b[4D", UP) == line("reload")


def test_a_line_that_was_wrapped_is_joined() -> None:
    long = "description " + "uplink to the north tower " * 4
    assert at("core(config-if)#" + long, long.encode(), SOON, cols=40) == line(long.strip(), Mode.CONFIG)


def test_a_line_that_the_device_shows_in_part_is_known_by_plain_keys_or_not_at_all() -> None:
    long = "copy running-config tftp://10.0.0.1/" + "x" * 60
    assert at("core#$" + long[-40:], long.encode()) == line(long, Mode.EXEC, Mode.CONFIG)
    assert at("core#$" + long[-40:], UP, LONG).told is Told.UNREAD


def test_a_message_in_the_middle_of_a_line_leaves_it_to_the_keys() -> None:
    shown = "core#relo\n%LINK-3-UPDOWN: Interface Gi0/1, changed state to up\nad"
    assert at(shown, b"reload") == line("reload", Mode.EXEC, Mode.CONFIG)
    assert at(shown, UP, LONG).told is Told.UNREAD
    assert at("core#\n%SYS-5-CONFIG_I: Configured from console\n", b"").told is Told.EMPTY


def test_a_reverse_search_cannot_be_read() -> None:
    assert at("(reverse-i-search)`rel': reload", b"\x12rel", LONG).told is Told.UNREAD


def test_a_password_is_exempt_and_never_read() -> None:
    assert at("Password: ", b"right horse", LONG) == Reading(Told.LINE, "", (Mode.HIDDEN,))
    assert at("Password: ***********", b"right horse", LONG) == Reading(Told.LINE, "", (Mode.HIDDEN,))
    assert at("Password: ", b"", SOON).told is Told.EMPTY
    assert at("Enter your PIN? ", b"1234", LONG) == Reading(Told.LINE, "", (Mode.HIDDEN,))
    # What is echoed is no password, whatever stands before it.
    assert at("core#password: x", b"password: x") == line("password: x")


NOT_SPOKEN = replace(QUIET, has_spoken=False)
FAR = replace(QUIET, pressed_s=0.1, echo_s=0.4)


@pytest.mark.parametrize("shown", ["--More-- ", "Continue? [confirm]", "Password: ", "core#reload", "core(config)#"])
def test_what_was_shown_before_judges_nothing_that_is_typed_after_it(shown: str) -> None:
    assert at(shown, b"reload", NOT_SPOKEN).told is Told.WAIT
    assert at(shown, b"", NOT_SPOKEN).told is Told.EMPTY
    assert at(shown, b"reload", replace(LONG, has_spoken=False)) == Reading(Told.UNREAD, "", (Mode.UNREAD,))


def test_on_a_slow_line_an_answer_is_waited_for() -> None:
    assert at("core#sh run", UP, FAR).told is Told.WAIT  # the next arrow's answer may be on its way
    assert at("core#sh run | ", UP + b" | redirect x").told is Told.WAIT
    assert at("core#", b"reload\x15", QUIET, has_heard=False).told is Told.WAIT
    assert at("core#", b"reload\x15", FAR).told is Told.WAIT
    assert at("core#", b"reload\x15").told is Told.EMPTY
    assert at("Password: ", b"reload", Clock(0.3, 0.3, 0.3, 0.4)).told is Told.WAIT


def test_more_than_a_key_at_a_pager_is_a_line() -> None:
    assert at("--More-- ", b"wr er") == line("wr er", Mode.EXEC, Mode.CONFIG)
    assert at("--More-- wr er", b"wr er") == line("wr er", Mode.EXEC, Mode.CONFIG)
    assert at("--More-- reload", UP, LONG).told is Told.UNREAD


def test_what_a_question_does_not_name_may_be_a_command() -> None:
    either = (Mode.ANSWER, Mode.EXEC, Mode.CONFIG)
    assert at("R1? wr er", b"wr er") == line("wr er", *either)
    assert at("R1 [reload] reload", b"reload") == line("reload", *either)
    assert at("R1? ", b"wr er", LONG).told is Told.UNREAD
    assert at("Save? [yes/no/cancel]: cancel", b"cancel") == line("cancel", Mode.ANSWER)


def test_a_pager_takes_its_keys() -> None:
    assert at("lots of output\n --More-- ", b"", SOON).told is Told.EMPTY


def test_a_question_is_answered() -> None:
    assert at("Save? [yes/no]: no", b"no", SOON) == line("no", Mode.ANSWER)
    assert at("Proceed with reload? [confirm]", b"", SOON).told is Told.EMPTY


def test_lines_of_a_banner_are_text_until_the_prompt_is_back() -> None:
    shown = "core(config)#banner motd ^\nEnter TEXT message.  End with the character '^'.\n"
    assert at(shown + "reload at your own risk", b"reload at your own risk") == line(
        "reload at your own risk", Mode.TEXT
    )
    after = shown + "x^\ncore(config)#shut"
    assert at(after, b"shut") == line("shut", Mode.CONFIG)


def test_keys_that_went_to_a_pager_before_do_not_disturb() -> None:
    assert at("core#sh ver", b"  qsh ver") == line("sh ver")


@given(st.binary(max_size=60))
def test_keys_are_parted_into_lines_and_nothing_is_lost(data: bytes) -> None:
    assert b"".join(parts(data)) == data
    assert all(len(part) == 1 or not set(part) & set(b"\r\n\x1a\x0f") for part in parts(data))


@settings(max_examples=50)
@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=30), st.binary(max_size=12))
def test_a_line_is_never_taken_for_empty_while_keys_wait_for_their_echo(shown: str, keys: bytes) -> None:
    typed = Typed()
    typed.press(keys)
    found = at(f"core#{shown}", keys, QUIET, has_heard=False)
    if found.told is Told.EMPTY:
        assert typed.known is not None
        assert not typed.known.strip()
        assert not shown.strip() or set(shown) & set("$#>")  # then it is no prompt, and nothing was typed
