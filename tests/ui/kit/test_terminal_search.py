import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.hands import double_click, drag, press, write
from tests.ui.kit.test_terminal import at, fed
from ui.kit.accessible import nameless
from ui.kit.buttons import KeyButton
from ui.kit.terminal import Terminal
from ui.kit.terminal_find import MOST, Find
from ui.kit.terminal_paint import ROW_HEIGHT, cell_width
from ui.kit.terminal_screen import HISTORY, TerminalScreen
from ui.kit.theme import XS, M, S

Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def terminal(qtbot: QtBot) -> Terminal:
    made = Terminal("Terminal of core-1")
    qtbot.addWidget(made)
    made.resize(int(110 * cell_width()) + 2 * M + 12, 12 * ROW_HEIGHT + 2 * XS)
    made.show()
    made.setFocus()
    return made


def found(screen: TerminalScreen, query: str, *, is_exact: bool = False) -> list[tuple[int, int, int]]:
    """Give line, first and last column of every hit, by asking line after line as a paint does."""
    search = Find(screen)
    search.look(query, is_exact=is_exact)
    lines = range(screen.scrolled_off - screen.history, screen.scrolled_off + screen.size[1])
    return [(line, low, high) for line in lines for low, high, _is_current in search.spans(line)]


def test_all_hits_are_found_whatever_scrolled_off() -> None:
    screen = TerminalScreen(40, 5)
    for n in range(30):
        screen.feed(b"port %d is Down\r\n" % n)
    assert len(found(screen, "down")) == 30
    assert found(screen, "down", is_exact=True) == []
    assert found(screen, "port 7 ") == [(7, 0, 7)]
    assert found(screen, "port 29") == [(29, 0, 7)]
    assert found(screen, "") == []


def test_a_hit_in_a_wrapped_line_is_one_hit_on_two_lines() -> None:
    screen = TerminalScreen(10, 5)
    screen.feed(b"0123456needle89\r\nnext")
    search = Find(screen)
    search.look("needle")
    assert search.count == 1
    assert found(screen, "needle") == [(0, 7, 10), (1, 0, 3)]
    assert found(screen, "89next") == []  # another line begins between


def test_columns_are_right_behind_wide_and_marked_characters() -> None:
    screen = TerminalScreen(40, 3)
    screen.feed("漢字 cafe\u0301 down".encode())
    assert found(screen, "down") == [(0, 10, 14)]
    assert found(screen, "cafe\u0301") == [(0, 5, 9)]
    assert found(screen, "字") == [(0, 2, 4)]


def test_capitals_that_become_two_letters_move_nothing() -> None:
    screen = TerminalScreen(40, 3)
    screen.feed("\u0130\u0130 Down".encode())
    assert found(screen, "down") == [(0, 3, 7)]


def test_going_through_the_hits_begins_at_the_newest_and_goes_round() -> None:
    screen = TerminalScreen(40, 5)
    screen.feed(b"a1\r\nb\r\na2\r\na3\r\n")
    search = Find(screen)
    search.look("a")
    seen = []
    for _ in range(4):
        seen.append((search.position, search.spot))
        search.step(-1)
    assert seen == [(3, (3, 0)), (2, (2, 0)), (1, (0, 0)), (3, (3, 0))]


def test_the_current_hit_stays_while_more_comes_in() -> None:
    screen = TerminalScreen(40, 5)
    screen.feed(b"a1\r\na2\r\na3\r\n")
    search = Find(screen)
    search.look("a")
    search.step(-1)
    assert search.spot == (1, 0)
    screen.feed(b"a4\r\n" * 20)
    search.refresh()
    assert (search.spot, search.count) == ((1, 0), 23)


def test_what_fell_out_of_the_ring_is_found_no_more() -> None:
    screen = TerminalScreen(20, 4)
    screen.feed(b"needle\r\n")
    search = Find(screen)
    search.look("needle")
    assert search.count == 1
    screen.feed(b"x\r\n" * (HISTORY + 10))
    search.refresh()
    assert (search.count, search.spot) == (0, None)


def test_of_very_many_hits_the_newest_can_be_gone_through() -> None:
    screen = TerminalScreen(80, 4)
    screen.feed(b"e e e e\r\n" * 5000)
    search = Find(screen)
    search.look("e")
    assert search.count == MOST
    assert search.spot == (4999, 6)


words = st.text(st.sampled_from("ab A\u00e9漢"), max_size=30)


@settings(max_examples=60, deadline=None)
@given(st.lists(words, max_size=12), st.text(st.sampled_from("abA\u00e9漢"), min_size=1, max_size=3))
def test_it_finds_what_a_plain_search_finds(lines: list[str], query: str) -> None:
    screen = TerminalScreen(70, 4)  # wide enough that nothing wraps
    for line in lines:
        screen.feed(f"{line}\r\n".encode())
    expected = 0
    for line in lines:
        end, text = len(line.rstrip()), line.rstrip().lower()
        while (end := text.rfind(query.lower(), 0, end)) >= 0:
            expected += 1
    search = Find(screen)
    search.look(query)
    assert search.count == expected


def test_searching_in_place(qtbot: QtBot, terminal: Terminal) -> None:
    fed(qtbot, terminal, b"".join(b"line %d is up\r\n" % n for n in range(200)))
    terminal.open_search()
    assert terminal.search is not None
    bar = terminal.search.bar
    assert bar.field.hasFocus()
    write(bar.field, "line 12")
    assert bar.count.text() == "11 of 11"  # 12 and 120 to 129
    assert terminal.sight.first <= 129 < terminal.sight.first + 12
    for _ in range(10):
        press(bar.field, Key.Key_Return)
    assert bar.count.text() == "1 of 11"
    assert terminal.sight.first <= 12 < terminal.sight.first + 12
    press(bar.field, Key.Key_Return, Modifier.ShiftModifier)
    assert bar.count.text() == "2 of 11"
    bar.case.click()
    bar.field.setText("LINE")
    assert bar.count.text() == "Not found"
    bar.case.click()
    assert bar.count.text() == "200 of 200"
    fed(qtbot, terminal, b"line more\r\n")
    qtbot.waitUntil(lambda: bar.count.text() == "200 of 201")
    assert nameless(terminal) == []
    press(bar.field, Key.Key_Escape)
    assert terminal.hasFocus()
    assert not bar.isVisible()


def test_hits_are_on_the_screen_and_gone_afterwards(qtbot: QtBot, terminal: Terminal) -> None:
    fed(qtbot, terminal, b"\r\n\r\n\r\n\r\nfan failed\r\n")
    before = terminal.grab().toImage()
    terminal.open_search()
    assert terminal.search is not None
    write(terminal.search.bar.field, "fan")
    spot = at(1, 4) + QPoint(0, 6)
    below = spot + QPoint(0, terminal.search.bar.geometry().bottom() + S - XS)  # nothing lies below the bar
    assert terminal.grab().toImage().pixelColor(below) != before.pixelColor(spot)
    terminal.leave_search()
    assert terminal.grab().toImage().pixelColor(spot) == before.pixelColor(spot)


def test_the_bar_lies_over_no_line_and_reading_goes_on_where_it_was(qtbot: QtBot, terminal: Terminal) -> None:
    fed(qtbot, terminal, b"".join(b"line %d\r\n" % n for n in range(50)))
    terminal._go_back(10)
    first, rows = terminal.sight.first, terminal.state.size[1]
    terminal.open_search()
    assert terminal.search is not None
    assert terminal.state.size[1] < rows
    assert terminal.sight.first == first
    assert terminal._top > terminal.search.bar.geometry().bottom()
    terminal.leave_search()
    assert terminal.state.size[1] == rows
    assert terminal.sight.first == first


def test_what_is_selected_is_searched_first(qtbot: QtBot, terminal: Terminal) -> None:
    fed(qtbot, terminal, b"GigabitEthernet0/1 is up\r\n")
    double_click(terminal, at(3, 0))
    terminal.open_search()
    assert terminal.search is not None
    assert terminal.search.bar.field.text() == "GigabitEthernet0/1"


def test_searching_ten_thousand_lines_never_holds_up_the_window() -> None:
    screen = TerminalScreen(132, 43)
    screen.feed(
        b"".join(b"GigabitEthernet1/0/%d is up, line protocol is up (connected)\r\n" % n for n in range(10_500))
    )
    search = Find(screen)
    began = time.process_time()
    for query in ("g", "gi", "gi1/0/77", "protocol", "nowhere"):
        search.look(query)
    assert time.process_time() - began < 5  # not a measure: it says that nothing grows with the square


# Selecting


def test_the_third_click_takes_the_line_with_what_it_wrapped_into(qtbot: QtBot, terminal: Terminal) -> None:
    long = "x" * 110 + "y" * 20
    fed(qtbot, terminal, f"first\r\n{long}\r\nlast".encode())
    double_click(terminal, at(3, 1))
    QTest.mousePress(terminal, Qt.MouseButton.LeftButton, Modifier.NoModifier, at(3, 1))
    assert terminal.selected_text() == long
    QTest.mousePress(terminal, Qt.MouseButton.LeftButton, Modifier.NoModifier, at(3, 0))
    assert terminal.selected_text() == ""


@pytest.mark.parametrize(
    ("text", "column", "word"),
    [
        ("ping 2001:db8::1/64 now", 7, "2001:db8::1/64"),
        ("(up,down)", 2, "up"),
        ("user@box:/etc/x.conf", 5, "user@box:/etc/x.conf"),
        ("a  b", 1, ""),
    ],
)
def test_a_word_is_what_network_people_call_one(
    qtbot: QtBot, terminal: Terminal, text: str, column: int, word: str
) -> None:
    fed(qtbot, terminal, text.encode())
    double_click(terminal, at(column, 0) + QPoint(3, 0))
    assert terminal.selected_text() == word


def test_shift_and_a_click_select_to_there(qtbot: QtBot, terminal: Terminal) -> None:
    fed(qtbot, terminal, b"one two three\r\n")
    drag(terminal, at(0, 0), at(3, 0))
    QTest.mousePress(terminal, Qt.MouseButton.LeftButton, Modifier.ShiftModifier, at(7, 0))
    assert terminal.selected_text() == "one two"


def test_selecting_with_keys_begins_at_the_cursor(qtbot: QtBot, terminal: Terminal) -> None:
    fed(qtbot, terminal, b"one\r\ntwo\r\nthr")
    for key in (Key.Key_Up, Key.Key_Left, Key.Key_Left):
        press(terminal, key, Modifier.ShiftModifier)
    assert terminal.selected_text() == "wo\nthr"
    press(terminal, Key.Key_Right, Modifier.ShiftModifier)
    assert terminal.selected_text() == "o\nthr"
    press(terminal, Key.Key_C, Modifier.ControlModifier | Modifier.ShiftModifier)
    assert QGuiApplication.clipboard().text() == "o\nthr"
    press(terminal, Key.Key_A)
    assert terminal.selected_text() == ""


def test_selecting_all_takes_the_scrollback_too(qtbot: QtBot, terminal: Terminal) -> None:
    fed(qtbot, terminal, b"".join(b"line %d\r\n" % n for n in range(50)))
    terminal.select_all()
    assert terminal.selected_text().split() == [word for n in range(50) for word in ("line", str(n))]


def test_in_a_narrow_terminal_the_bar_takes_more_lines_and_cuts_nothing(terminal: Terminal) -> None:
    terminal.open_search()
    assert terminal.search is not None
    bar = terminal.search.bar
    whole = bar.height()
    terminal.resize(320, terminal.height())
    terminal.leave_search()
    terminal.open_search()
    bar = terminal.search.bar
    assert bar.height() > whole
    inside = terminal.rect()
    assert inside.contains(bar.geometry())
    for button in bar.findChildren(KeyButton):
        assert bar.rect().contains(QRect(button.mapTo(bar, QPoint()), button.size()))
