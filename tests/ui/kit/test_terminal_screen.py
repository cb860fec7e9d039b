import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.kit.terminal_runs import Run, Style, fingerprint, is_wrapped, runs
from ui.kit.terminal_screen import HISTORY, TerminalScreen


def shown(screen: TerminalScreen) -> list[str]:
    cols, rows = screen.size
    first = screen.scrolled_off
    return [screen.text((first + row, 0), (first + row, cols)) for row in range(rows)]


def line_runs(screen: TerminalScreen, row: int = 0) -> list[tuple[str, Style]]:
    return [("".join(text for _at, text in run.pieces), run.style) for run in runs_of(screen, row)]


def runs_of(screen: TerminalScreen, row: int = 0) -> list[Run]:
    line = screen.line(screen.scrolled_off + row)
    assert line is not None
    return runs(fingerprint(line), screen.clusters.expand)


def test_text_lands_in_lines_and_dirty_ones_are_named() -> None:
    screen = TerminalScreen(20, 4)
    fed = screen.feed(b"hello\r\nworld")
    assert shown(screen) == ["hello", "world", "", ""]
    assert {0, 1} <= fed.dirty
    assert fed.scrolled == 0


def test_a_mere_cursor_move_is_reported() -> None:
    screen = TerminalScreen(20, 4)
    screen.feed(b"\x1b[2;3H")
    fed = screen.feed(b"\x1b[4;1H")
    assert screen.cursor == (3, 0, True)
    assert {1, 3} <= fed.dirty


def test_the_cursor_can_be_hidden() -> None:
    screen = TerminalScreen(20, 4)
    screen.feed(b"\x1b[?25l")
    assert not screen.cursor[2]


def test_lines_that_scroll_off_go_into_our_ring() -> None:
    screen = TerminalScreen(20, 3)
    fed = screen.feed(b"".join(b"line %d\r\n" % n for n in range(10)))
    assert fed.scrolled == 8
    assert screen.history == 8
    assert screen.text((0, 0), (1, 20)) == "line 0\nline 1"
    assert shown(screen) == ["line 8", "line 9", ""]


def test_the_ring_keeps_ten_thousand_lines_and_no_more() -> None:
    screen = TerminalScreen(10, 2)
    screen.feed(b"x\r\n" * (HISTORY + 500))
    assert screen.history == HISTORY
    assert screen.line(0) is None
    assert screen.line(screen.scrolled_off - HISTORY) is not None
    assert screen.line(screen.scrolled_off + 2) is None


def test_a_character_cut_between_chunks_is_whole() -> None:
    screen = TerminalScreen(20, 2)
    for byte in "é漢".encode():
        screen.feed(bytes([byte]))
    assert shown(screen)[0] == "é漢"


def test_bytes_that_are_no_text_do_not_stop_it() -> None:
    screen = TerminalScreen(20, 2)
    screen.feed(b"\xff\xfe ok")
    assert shown(screen)[0] == "\ufffd\ufffd ok"


def test_styles() -> None:
    screen = TerminalScreen(40, 2)
    screen.feed(b"a\x1b[1;3;4;31mb\x1b[0;7;9;2mc\x1b[0;38;5;208md\x1b[38;2;1;2;3;44me\x1b[0m")
    assert line_runs(screen) == [
        ("a", Style()),
        ("b", Style(foreground=1, is_bold=True, is_italic=True, is_underlined=True)),
        ("c", Style(is_faint=True, is_inverse=True, is_struck=True)),
        ("d", Style(foreground=208)),
        ("e", Style(foreground=(1, 2, 3), background=4)),
    ]


def test_wide_characters_stand_at_their_own_column() -> None:
    screen = TerminalScreen(20, 2)
    screen.feed("a漢b".encode())
    assert runs_of(screen)[0].pieces == ((0, "a"), (1, "漢"), (3, "b"))


@pytest.mark.parametrize(
    "text", ["e\u0301x", "漢\u0301字", "👩\u200d👩\u200d👧", "❤\ufe0f!", "0123456789abcdefghie\u0301\u0302"]
)
def test_marks_stand_on_their_character_however_they_are_cut(text: str) -> None:
    whole, cut = TerminalScreen(20, 3), TerminalScreen(20, 3)
    whole.feed(text.encode())
    for char in text:
        cut.feed(char.encode())
    assert shown(whole)[0] + shown(whole)[1] == text
    assert (shown(cut), cut.cursor) == (shown(whole), whole.cursor)


def test_a_mark_takes_no_cell_and_copies_as_it_came() -> None:
    screen = TerminalScreen(20, 2)
    screen.feed("cafe\u0301 |".encode())
    assert screen.cursor[1] == 6
    assert runs_of(screen)[0].pieces == ((0, "caf"), (3, "e\u0301"), (4, " |"))


def test_a_mark_never_spoils_a_control_sequence() -> None:
    for text in ("\x1b[31m\u0301red", "\x1b]0;title\u0301\x07red", "\x1b[3\u03011mred"):
        whole, cut = TerminalScreen(20, 2), TerminalScreen(20, 2)
        whole.feed(text.encode())
        for byte in text.encode():
            cut.feed(bytes([byte]))
        assert shown(cut) == shown(whole)
        assert shown(whole)[0].endswith("red")


def test_code_points_that_we_use_ourselves_are_replaced() -> None:
    screen = TerminalScreen(20, 2)
    screen.feed("\U00100000\U0003a000e\u0301".encode())
    assert shown(screen)[0] == "\ufffd\ufffde\u0301"


def test_a_flood_of_marks_is_bounded() -> None:
    screen = TerminalScreen(80, 5)
    screen.feed("".join(f"{chr(0x4E00 + n)}\u0301" for n in range(6000)).encode())
    screen.feed(("e" + "\u0301" * 5000).encode())
    assert len(screen.text((screen.scrolled_off, 0), (screen.scrolled_off + 4, 80))) < 2000


def test_delete_is_no_character() -> None:
    screen = TerminalScreen(20, 2)
    screen.feed(b"a\x7fb")
    assert shown(screen)[0] == "ab"


@pytest.mark.parametrize(
    ("query", "reply"),
    [
        (b"\x1b[c", b"\x1b[?1;2c"),
        (b"\x1b[0c", b"\x1b[?1;2c"),
        (b"\x1b[>c", b"\x1b[>0;0;0c"),
        (b"\x1b[5n", b"\x1b[0n"),
        (b"ab\r\nc\x1b[6n", b"\x1b[2;2R"),
        (b"\x1b[6nabc\x1b[6n", b"\x1b[1;1R\x1b[1;4R"),
        (b"plain \x1b[31mred", b""),
        (b"\x1b[21t\x1b[?6n\x1b]10;?\x07", b""),
    ],
)
def test_queries_are_answered_where_they_stand(query: bytes, reply: bytes) -> None:
    assert TerminalScreen(20, 4).feed(query).reply == reply
    cut = TerminalScreen(20, 4)
    assert b"".join(cut.feed(bytes([byte])).reply for byte in query) == reply


def test_a_flood_of_queries_gets_no_flood_of_replies() -> None:
    now = 0.0
    screen = TerminalScreen(20, 4, clock=lambda: now)
    assert screen.feed(b"\x1b[5n" * 1000).reply == b"\x1b[0n" * 20
    now = 2.0
    assert screen.feed(b"\x1b[5n").reply == b"\x1b[0n"


def test_titles_and_clipboard_sequences_are_ignored() -> None:
    screen = TerminalScreen(20, 2)
    fed = screen.feed(b"\x1b]0;evil title\x07\x1b]52;c;ZXZpbA==\x1b\\ok")
    assert (shown(screen)[0], fed.reply) == ("ok", b"")


def test_wrapped_lines_are_copied_as_one() -> None:
    screen = TerminalScreen(10, 4)
    screen.feed(b"0123456789abcde\r\nnext")
    line = screen.line(0)
    assert line is not None
    assert is_wrapped(line)
    assert screen.text((0, 0), (2, 10)) == "0123456789abcde\nnext"
    assert screen.text((0, 8), (1, 2)) == "89ab"


def test_a_smaller_window_pushes_lines_into_the_ring() -> None:
    screen = TerminalScreen(20, 6)
    screen.feed(b"a\r\nb\r\nc\r\nd\r\ne")
    screen.resize(20, 2)
    assert screen.size == (20, 2)
    assert screen.text((0, 0), (screen.scrolled_off + 1, 20)).split("\n")[:5] == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    "left_behind",
    [
        b"",
        b"\x1b[?1h\x1b[2;3r\x1b[?6h\x1b[1;1H\x1b[31m\x1b[?25l\xe2",  # margins, a cursor at the top, half a character
        b"\x1b[?1049h\x1b[2J\x1b[1;1Hvim\x1b[",  # another screen, half a sequence
        b"\x1b[?1049h\x1b[?1049l\x1b[2;2H",
    ],
)
def test_a_new_session_begins_below_all_that_stands_there(left_behind: bytes) -> None:
    screen = TerminalScreen(20, 6)
    screen.feed(b"core#show clock\r\n12:00 UTC\r\ncore#")
    screen.feed(left_behind)
    screen.begin_anew()
    screen.feed(b"core#show ver")
    shown = screen.text((0, 0), (screen.scrolled_off + 5, 20)).rstrip()
    assert shown == "core#show clock\n12:00 UTC\ncore#\ncore#show ver"
    assert screen.cursor[2]
    assert not screen.has_application_cursor_keys
    full = TerminalScreen(20, 3)
    full.feed(b"a\r\nb\r\nc" + left_behind)
    full.begin_anew()
    full.feed(b"d")
    assert full.text((0, 0), (full.scrolled_off + 2, 20)).rstrip() == "a\nb\nc\nd"


def test_application_cursor_keys() -> None:
    screen = TerminalScreen(20, 2)
    assert not screen.has_application_cursor_keys
    screen.feed(b"\x1b[?1h")
    assert screen.has_application_cursor_keys


pieces = st.sampled_from(
    [
        *(b"text ", b"\r\n", "漢é".encode(), b"\x1b[31m", b"\x1b[2J", b"\x1b[6n", b"\x1b[10;10H", b"\x1b[", b"\x1b]0;"),
        *(b"\x07", b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[3;5r", b"\x1bM", b"\x1bP", b"\xff", b"\x1b[999S", b"\x1b[5L"),
        *(b"\x00", b"\x1bc", "e\u0301".encode(), "\u0301".encode(), "👩\u200d".encode(), b"\x7f", "\x9b".encode()),
    ]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(pieces, st.binary(max_size=12)), max_size=40), st.lists(st.integers(1, 9), max_size=20))
def test_whatever_comes_however_cut_the_state_is_the_same(parts: list[bytes], cuts: list[int]) -> None:
    data = b"".join(parts)
    whole, cut = TerminalScreen(20, 5, clock=lambda: 0.0), TerminalScreen(20, 5, clock=lambda: 0.0)
    reply = whole.feed(data).reply
    replies, at = b"", 0
    for length in cuts:
        replies += cut.feed(data[at : at + length]).reply
        at += length
    replies += cut.feed(data[at:]).reply
    assert shown(cut) == shown(whole)
    assert (cut.cursor, cut.scrolled_off, replies) == (whole.cursor, whole.scrolled_off, reply)
    assert 0 <= whole.cursor[0] < 5


@pytest.mark.parametrize("change", [b"\x1bc", b"\x1b[?1049h", b"\x1b[?47h"])
def test_a_reset_or_another_screen_keeps_what_scrolled_off_before_it(change: bytes) -> None:
    whole, cut = TerminalScreen(20, 5), TerminalScreen(20, 5)
    whole.feed(b"text \x1b[999S" + change)
    for part in (b"text \x1b[999S", change):
        cut.feed(part)
    assert whole.scrolled_off == cut.scrolled_off > 0
