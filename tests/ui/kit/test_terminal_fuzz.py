"""Whatever a device sends: no crash, bounded work and memory, and nothing goes back but the replies we mean."""

import random
import re
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.ui.kit.test_terminal import Line
from ui.kit.terminal import Terminal
from ui.kit.terminal_find import Find
from ui.kit.terminal_runs import Run, fingerprint, runs
from ui.kit.terminal_screen import HISTORY, TerminalScreen

ALLOWED = re.compile(rb"(?:\x1b\[\?1;2c|\x1b\[>0;0;0c|\x1b\[0n|\x1b\[\d{1,4};\d{1,4}R)*")
FRAGMENTS = (
    *(
        b"\x1b[",
        b"\x1b]",
        b"\x1bP",
        b"\x1b_",
        b"\x1b^",
        b"\x1bX",
        b"\x1b\\",
        b"\x07",
        b"\x9b",
        b"\xc2\x9b",
        b"\x18",
        b"\x1a",
    ),
    *(
        b"0",
        b"1",
        b"5",
        b"6",
        b"99999",
        b"65535",
        b";",
        b":",
        b"?",
        b">",
        b"!",
        b"$",
        b" ",
        b"\x00",
        b"\n",
        b"\r",
        b"\b",
    ),
    *(
        b"m",
        b"n",
        b"c",
        b"t",
        b"h",
        b"l",
        b"b",
        b"r",
        b"S",
        b"T",
        b"L",
        b"M",
        b"P",
        b"X",
        b"J",
        b"K",
        b"H",
        b"@",
        b"q",
        b"p",
    ),
    *(b"\x1b[6n", b"\x1b[c", b"\x1b[5n", b"\x1b[21t", b"\x1b[>q", b"\x1bZ", b"\x05", b"\x1b[?6n", b"\x1bP+q544e\x1b\\"),
    *(
        b"\x1b]52;c;ZXZpbA==\x07",
        b"\x1b]52;c;?\x07",
        b"\x1b]10;?\x07",
        b"\x1b]0;t\x07",
        b"\x1b]8;;http://x\x07",
        b"\x1b$q",
    ),
    *(b"\x1b[?1049h", b"\x1b[?1049l", b"\x1bc", b"\x1b#8", b"\x1b[3;9r", b"\x1b(0", b"\x0e", b"\x1b[4h", b"\x1b[20h"),
    *(b"text", "漢".encode(), "é".encode(), b"\xcc\x81", b"\xe2\x80\x8d", b"\xf0\x9f\x91", b"\xff", b"\x7f", b"\t"),
    *("\U00100000".encode(), "\U0003a000".encode(), b"\\u{1b}[0;31m", b'")', b"\\"),
)


def junk(seed: int, count: int) -> bytes:
    rng = random.Random(seed)
    return b"".join(
        rng.choice(FRAGMENTS) if rng.random() < 0.8 else rng.randbytes(rng.randrange(1, 6)) for _ in range(count)
    )


@pytest.mark.parametrize("seed", range(40))
def test_seeded_junk_is_survived_painted_searched_and_answered_only_as_meant(seed: int) -> None:
    rng = random.Random(seed)
    screen = TerminalScreen(rng.randrange(2, 140), rng.randrange(1, 50), clock=lambda: 0.0)
    search = Find(screen)
    replies = b""
    for part in range(15):
        replies += screen.feed(junk(seed * 100 + part, 300)).reply
        if part % 4 == 3:
            screen.resize(rng.randrange(2, 140), rng.randrange(1, 50))
        cols, rows = screen.size
        row, column, _is_shown = screen.cursor
        assert 0 <= row < rows
        assert 0 <= column <= cols
        for number in range(screen.scrolled_off - min(screen.history, 20), screen.scrolled_off + rows):
            line = screen.line(number)
            assert line is not None
            found = runs(fingerprint(line), screen.clusters.expand)
            assert sum(run.columns for run in found) <= len(line) + 1
        search.look("t")
        screen.text((0, 0), (screen.scrolled_off + rows - 1, cols))
    assert ALLOWED.fullmatch(replies)
    assert len(re.findall(rb"\x1b", replies)) <= 20  # the clock stands still: one second's worth
    assert screen.history <= HISTORY


@pytest.mark.parametrize("seed", range(60))
def test_no_line_changes_its_looks_without_being_named(seed: int) -> None:
    # Only lines that are named are painted again.
    screen = TerminalScreen(30, 8, clock=lambda: 0.0)
    seen = _looks(screen)
    for part in range(20):
        fed = screen.feed(junk(seed * 1000 + part, 6))
        now = _looks(screen)
        changed = {row for row in range(8) if seen[row] != now[row]}
        assert fed.scrolled or changed <= fed.dirty
        seen = now


def _looks(screen: TerminalScreen) -> list[str]:
    lines = (screen.line(screen.scrolled_off + row) for row in range(screen.size[1]))
    # That a line goes on in the next is not seen.
    return [fingerprint(line).replace("⏎", "") for line in lines if line is not None]


def test_a_widget_survives_junk_and_touches_neither_clipboard_nor_title(qtbot: QtBot) -> None:
    terminal = Terminal("Terminal")
    qtbot.addWidget(terminal)
    terminal.show()
    QGuiApplication.clipboard().setText("mine")
    title = terminal.windowTitle()
    line = Line(terminal)
    for seed in range(12):
        terminal.feed(junk(seed, 400))
        while terminal.waiting_bytes:
            terminal._take_turn()
        terminal.grab()
    assert line.typed == b""
    assert ALLOWED.fullmatch(line.answered)
    assert QGuiApplication.clipboard().text() == "mine"
    assert terminal.windowTitle() == title


@pytest.mark.parametrize(
    "flood",
    [
        *(b"x" + b"\x1b[65535b" * 900, b"x" + b"\x1b[6\x005535b" * 800, b"x" + b"\x1b[065535;1b" * 700),
        *(
            b"\x1b[999S" * 1300,
            b"\x1bc" * 4000,
            b"\x1b#8" * 2000,
            b"\x1b[" + b"9" * 8000,
            b"\x1b[" + b"1;" * 4000 + b"m",
        ),
        *(b"\x1b]0;" + b"x" * 8000, b"\x1b[6n" * 2000, b"e" + b"\xcc\x81" * 4000, b"\x1b[?1049h" * 900),
        "".join(f"{chr(0x4E00 + n)}\u0301" for n in range(1400)).encode(),
    ],
)
@pytest.mark.parametrize("is_cut", [False, True])
def test_few_bytes_never_ask_for_much_work_or_memory(flood: bytes, is_cut: bool) -> None:  # noqa: FBT001
    screen = TerminalScreen(132, 43, clock=lambda: 0.0)
    tracemalloc.start()
    began = time.process_time()
    for _ in range(4):
        if is_cut:
            for at in range(0, len(flood), 7):
                screen.feed(flood[at : at + 7])
        else:
            screen.feed(flood)
    took = time.process_time() - began
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 20  # not a measure: unbounded, each takes minutes
    assert most < 64 * 1024 * 1024
    assert screen.scrolled_off < 400_000
    screen.feed(b"\x18\x1b\\\x1bc\x1b[?1049lok")
    assert screen.text((screen.scrolled_off, 0), (screen.scrolled_off, 10)) == "ok"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=8)), max_size=60))
def test_any_bytes_at_all(parts: list[bytes]) -> None:
    screen = TerminalScreen(20, 5, clock=lambda: 0.0)
    replies = b"".join(screen.feed(part).reply for part in parts)
    assert ALLOWED.fullmatch(replies)
    assert all(run.columns > 0 for row in range(5) for run in _runs(screen, row))


def _runs(screen: TerminalScreen, row: int) -> list[Run]:
    line = screen.line(screen.scrolled_off + row)
    assert line is not None
    return runs(fingerprint(line), screen.clusters.expand)
