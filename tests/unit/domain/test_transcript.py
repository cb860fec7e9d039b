from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.transcript import MOST_COLUMNS, OTHER_SCREEN, Transcript

AT = datetime(2026, 3, 1, 9, 30, 15, tzinfo=UTC)
STAMP = "2026-03-01 09:30:15Z"


def read(data: bytes) -> list[str]:
    """Give the lines without their times."""
    kept = Transcript()
    said = kept.take(data, AT) + kept.end()
    assert all(line.startswith(STAMP) for line in said.splitlines())
    return [line[len(STAMP) + 1 :] for line in said.splitlines()]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"one\r\ntwo\r\n", ["one", "two"]),
        (b"sw#shw\b \bow ver\r\n", ["sw#show ver"]),
        (b"sw#shw\x08\x1b[Kow\r\n", ["sw#show"]),
        (b"abc\x1b[2D\x1b[PX\r\n", ["aXc"[0:1] + "X"]),
        (b"ac\x1b[D\x1b[@b\r\n", ["abc"]),
        (b"long line\rshort\x1b[K\r\n", ["short"]),
        (b"long line\x1b[1G\x1b[3Xab\r\n", ["ab g line"]),
        (b" --More-- \b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\bnext\r\n", ["next"]),
        (b"\x1b[1;31mred\x1b[0m \x1b]0;title\x07text\x1b]52;c;YQ==\x1b\\!\r\n", ["red text!"]),
        (b"a\tb\r\n", ["a       b"]),
        (b"a\x00\x07\x0e\x7fb\r\n", ["ab"]),
        ("漢字 é\r\n".encode(), ["漢字 é"]),
        (b"\xff\xfe\r\n", ["\ufffd\ufffd"]),
        (b"first\x1b[5;1Hsecond\x1b[2J\x1b[Hthird", ["first", "second", "third"]),
        (b"before\x1b[?1049hinside\x1b[10;10Hmore\x1b[?1049lafter\r\n", ["before", OTHER_SCREEN, "after"]),
        (b"\r\n\r\n", ["", ""]),
        (b"sw>", ["sw>"]),
        (b"a\x1b[K\x1b[?25h\x1b(B\x1b=b\r\n", ["ab"]),
        ("c1 \x9b31mred\x9b0m\r\n".encode(), ["c1 red"]),
    ],
)
def test_a_line_is_as_it_stood_when_it_was_left(data: bytes, lines: list[str]) -> None:
    assert read(data) == lines


def test_a_line_has_the_time_of_its_first_character_in_utc() -> None:
    kept = Transcript()
    east = timezone(timedelta(hours=2))
    assert kept.take(b"sw#reload", AT.astimezone(east)) == ""
    assert kept.unfinished() == f"{STAMP} sw#reload"
    assert kept.take(b"\r\nbye", AT + timedelta(minutes=5)) == f"{STAMP} sw#reload\n"
    assert kept.end() == "2026-03-01 09:35:15Z bye\n"


def test_every_line_is_redacted_the_open_one_too() -> None:
    kept = Transcript(lambda line: line.replace("hunter2", "<secret>"))
    assert kept.take(b"enable secret hunter2\r\nhunter", AT) == f"{STAMP} enable secret <secret>\n"
    assert kept.take(b"2", AT) == ""
    assert kept.unfinished() == f"{STAMP} <secret>"


def test_a_private_key_is_left_out() -> None:
    said = read(b"x\r\n-----BEGIN RSA PRIVATE KEY-----\r\nMIIE\r\nabcd\r\n-----END RSA PRIVATE KEY-----\r\ny\r\n")
    assert said == ["x", "<secret>", "<secret>", "<secret>", "<secret>", "y"]


def test_a_string_without_an_end_does_not_swallow_the_rest() -> None:
    said = read(b"\x1b]0;" + b"x" * 20_000 + b"\r\nafter\r\n")
    assert said[-1] == "after"


def test_a_line_without_an_end_is_cut() -> None:
    (line,) = read(b"x" * 100_000 + b"\x1b[99999C\x1b[99999@y\r\n")
    assert len(line) <= MOST_COLUMNS


pieces = st.sampled_from(
    [
        *(b"text", b"\r\n", b"\n", b"\r", b"\b", b"\t", b"\x1b[K", b"\x1b[2D", b"\x1b[P", b"\x1b[3@", b"\x1b[999999X"),
        *(
            b"\x1b[5;5H",
            b"\x1b[2J",
            b"\x1b[?1049h",
            b"\x1b[?1049l",
            b"\x1b]0;title",
            b"\x07",
            b"\x1b\\",
            b"\x1bP",
            b"\x1b",
        ),
        *("漢é".encode(), b"\xff", b"\x9b", "\x9b1m".encode(), b"\x1bc", b"\x1b[", b"\x1b[31;"),
    ]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(pieces, st.binary(max_size=10)), max_size=40), st.lists(st.integers(1, 9), max_size=25))
def test_whatever_comes_however_cut_the_lines_are_the_same_and_plain(parts: list[bytes], cuts: list[int]) -> None:
    data = b"".join(parts)
    whole, cut = Transcript(), Transcript()
    expected = whole.take(data, AT) + whole.end()
    said, at = "", 0
    for length in cuts:
        said += cut.take(data[at : at + length], AT)
        at += length
    said += cut.take(data[at:], AT) + cut.end()
    assert said == expected
    assert all(char == "\n" or (char >= " " and not "\x7f" <= char <= "\x9f") for char in said)
    assert len(said) < 5000 + 60 * MOST_COLUMNS
