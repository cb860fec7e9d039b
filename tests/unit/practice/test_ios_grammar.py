import pytest

from app.practice.grammar import INCOMPLETE, INVALID, LINE, WORD, Misread, Understood, next_words, read

COMMANDS = (
    "show version",
    "show vlan",
    "show interfaces",
    "show interfaces status",
    f"show interfaces {LINE}",
    "show ip arp",
    "enable",
    "exit",
    f"hostname {WORD}",
)


@pytest.mark.parametrize(
    ("line", "command", "words"),
    [
        ("show version", "show version", ()),
        ("sh ver", "show version", ()),
        ("SH VER", "show version", ()),
        ("  sh   int   st ", "show interfaces status", ()),
        ("sh int gi 0/1", f"show interfaces {LINE}", ("gi 0/1",)),
        ("sh int", "show interfaces", ()),
        ("en", "enable", ()),
        ("host Sw-2", f"hostname {WORD}", ("Sw-2",)),
    ],
)
def test_any_unambiguous_beginning_will_do(line: str, command: str, words: tuple[str, ...]) -> None:
    assert read(line, COMMANDS) == Understood(command, words)


def test_what_could_be_two_commands_is_neither() -> None:
    assert read("sh v", COMMANDS) == Misread('% Ambiguous command:  "sh v"')


def test_half_a_command_says_so() -> None:
    assert read("sh ip", COMMANDS) == Misread(INCOMPLETE)


@pytest.mark.parametrize(("line", "column"), [("foo", 0), ("show foo", 5), ("sh ip  arp x", 11)])
def test_the_marker_stands_under_the_first_wrong_word(line: str, column: int) -> None:
    assert read(line, COMMANDS) == Misread(INVALID, column)


def test_help_offers_what_may_stand_next() -> None:
    assert next_words("show i", COMMANDS) == ["interfaces", "ip"]
    assert next_words("e", COMMANDS) == ["enable", "exit"]
    assert next_words("show interfaces ", COMMANDS) == ["<cr>", "LINE", "status"]
