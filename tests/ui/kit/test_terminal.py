import time

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.hands import double_click, drag, press, wheel
from ui.kit.accessible import nameless
from ui.kit.commands import Command, CommandBook
from ui.kit.terminal import Terminal
from ui.kit.terminal_keys import pasted
from ui.kit.terminal_paint import ROW_HEIGHT, cell_width
from ui.kit.terminal_paste import Into
from ui.kit.theme import LIGHT, XS, M

Key, Modifier = Qt.Key, Qt.KeyboardModifier


class Line:
    """What went to the other side."""

    def __init__(self, terminal: Terminal) -> None:
        self.typed, self.answered = b"", b""
        self.sizes: list[tuple[int, int]] = []
        terminal.typed.connect(self._type)
        terminal.answered.connect(self._answer)
        terminal.resized.connect(lambda cols, rows: self.sizes.append((cols, rows)))

    def _type(self, data: bytes) -> None:
        self.typed += bytes(data)

    def _answer(self, data: bytes) -> None:
        self.answered += bytes(data)


@pytest.fixture
def terminal(qtbot: QtBot) -> Terminal:
    made = Terminal("Terminal of core-1")
    qtbot.addWidget(made)
    made.resize(int(60 * cell_width()) + 2 * M + 12, 10 * ROW_HEIGHT + 2 * XS)
    made.show()
    made.setFocus()
    return made


def fed(qtbot: QtBot, terminal: Terminal, data: bytes) -> None:
    terminal.feed(data)
    qtbot.waitUntil(lambda: terminal.waiting_bytes == 0)


def at(column: int, row: int) -> QPoint:
    return QPoint(int(M + column * cell_width()), XS + row * ROW_HEIGHT + 8)


def test_size_follows_the_widget_and_is_told(qtbot: QtBot, terminal: Terminal) -> None:
    line = Line(terminal)
    assert terminal.state.size == (60, 10)
    terminal.resize(terminal.width(), 20 * ROW_HEIGHT + 2 * XS)
    qtbot.waitUntil(lambda: line.sizes == [(60, 20)])


@pytest.mark.parametrize(
    ("key", "modifier", "sent"),
    [
        (Key.Key_A, Modifier.NoModifier, b"a"),
        (Key.Key_Return, Modifier.NoModifier, b"\r"),
        (Key.Key_Backspace, Modifier.NoModifier, b"\x7f"),
        (Key.Key_Tab, Modifier.NoModifier, b"\t"),
        (Key.Key_Escape, Modifier.NoModifier, b"\x1b"),
        (Key.Key_Up, Modifier.NoModifier, b"\x1b[A"),
        (Key.Key_Left, Modifier.ControlModifier, b"\x1b[1;5D"),
        (Key.Key_Home, Modifier.NoModifier, b"\x1b[H"),
        (Key.Key_End, Modifier.NoModifier, b"\x1b[F"),
        (Key.Key_Delete, Modifier.NoModifier, b"\x1b[3~"),
        (Key.Key_PageUp, Modifier.NoModifier, b"\x1b[5~"),
        (Key.Key_F1, Modifier.NoModifier, b"\x1bOP"),
        (Key.Key_F5, Modifier.NoModifier, b"\x1b[15~"),
        (Key.Key_F12, Modifier.NoModifier, b"\x1b[24~"),
        (Key.Key_C, Modifier.ControlModifier, b"\x03"),
        (Key.Key_Z, Modifier.ControlModifier, b"\x1a"),
        (Key.Key_AsciiCircum, Modifier.ControlModifier | Modifier.ShiftModifier, b"\x1e"),
        (Key.Key_BracketRight, Modifier.ControlModifier, b"\x1d"),
        (Key.Key_B, Modifier.AltModifier, b"\x1bb"),
        (Key.Key_Shift, Modifier.ShiftModifier, b""),
    ],
)
def test_keys_send_what_a_device_expects(
    terminal: Terminal, key: Qt.Key, modifier: Qt.KeyboardModifier, sent: bytes
) -> None:
    line = Line(terminal)
    press(terminal, key, modifier)
    assert line.typed == sent


def test_what_alt_gr_writes_is_the_devices_and_ctrl_alt_letters_the_windows(terminal: Terminal) -> None:
    line = Line(terminal)
    alt_gr = Modifier.ControlModifier | Modifier.AltModifier
    for key, text in (
        (Key.Key_At, "@"),
        (Key.Key_BracketLeft, "["),
        (Key.Key_Q, "@"),
        (Key.Key_F, "\x06"),
        (Key.Key_F, ""),
    ):
        QApplication.sendEvent(terminal, QKeyEvent(QEvent.Type.KeyPress, key, alt_gr, text))
    assert line.typed == b"@[@"


def test_arrows_change_when_the_device_asks(qtbot: QtBot, terminal: Terminal) -> None:
    line = Line(terminal)
    fed(qtbot, terminal, b"\x1b[?1h")
    press(terminal, Key.Key_Up)
    assert line.typed == b"\x1bOA"


def test_letters_are_the_devices_and_some_keys_the_windows(qtbot: QtBot) -> None:
    window, book = QWidget(), CommandBook()
    ran: list[str] = []
    book.add(
        Command("r", "Reply", "", ("R",), run=lambda: ran.append("r")),
        Command("k", "Search", "", ("Ctrl+K", "Ctrl+Shift+K"), run=lambda: ran.append("k")),
        Command("1", "Queue", "", ("Ctrl+1",), run=lambda: ran.append("1")),
        Command("f", "Keys", "", ("F1",), run=lambda: ran.append("f")),
    )
    terminal = Terminal("t")
    QVBoxLayout(window).addWidget(terminal)
    qtbot.addWidget(window)
    book.attach(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    terminal.setFocus()
    line = Line(terminal)
    for key, modifier in (
        (Key.Key_R, Modifier.NoModifier),
        (Key.Key_K, Modifier.ControlModifier),
        (Key.Key_F1, Modifier.NoModifier),
    ):
        press(terminal, key, modifier)
    assert (ran, line.typed) == ([], b"r\x0b\x1bOP")
    press(terminal, Key.Key_1, Modifier.ControlModifier)
    press(terminal, Key.Key_K, Modifier.ControlModifier | Modifier.ShiftModifier)
    assert ran == ["1", "k"]


def test_the_terminals_own_replies_are_not_typing(qtbot: QtBot, terminal: Terminal) -> None:
    line = Line(terminal)
    fed(qtbot, terminal, b"\x1b[6n")
    assert (line.typed, line.answered) == (b"", b"\x1b[1;1R")


def test_selecting_and_copying_as_text(qtbot: QtBot, terminal: Terminal) -> None:
    fed(qtbot, terminal, b"GigabitEthernet0/1 is up\r\nVlan10 is \x1b[31mdown\x1b[0m\r\n")
    drag(terminal, at(16, 0), at(6, 1))
    assert terminal.selected_text() == "/1 is up\nVlan10"
    press(terminal, Key.Key_C, Modifier.ControlModifier | Modifier.ShiftModifier)
    assert QGuiApplication.clipboard().text() == "/1 is up\nVlan10"
    double_click(terminal, at(3, 0))
    assert terminal.selected_text() == "GigabitEthernet0/1"


def test_pasting_one_line_sends_it_without_what_could_act(terminal: Terminal) -> None:
    line = Line(terminal)
    QGuiApplication.clipboard().setText("show\x1b[201~ \x03version\x9b")
    press(terminal, Key.Key_V, Modifier.ControlModifier | Modifier.ShiftModifier)
    assert line.typed == b"show version"


def test_pasting_several_lines_asks_in_place(terminal: Terminal) -> None:
    line = Line(terminal)
    terminal.paste("conf t\ninterface Gi0/1\nshutdown")
    assert line.typed == b""
    focused = terminal.window().focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "Leave it"
    press(focused, Key.Key_Escape)
    assert line.typed == b""
    terminal.paste("conf t\r\nend\n")
    asked = terminal.pasting.question
    assert asked is not None
    asked.paste.click()
    assert line.typed == b"conf t\rend\r"
    assert terminal.hasFocus()
    terminal.pasting.into = lambda: Into("core-1 (prod)", "The guard reads each line.")
    terminal.paste("conf t\nend\n")
    asked = terminal.pasting.question
    assert asked is not None
    assert asked.accessibleName() == "Paste 2 lines into core-1 (prod)? The guard reads each line."
    assert terminal.rect().contains(asked.geometry())
    press(asked, Key.Key_Return, Modifier.ControlModifier)
    assert line.typed == b"conf t\rend\r" * 2


def test_pasting_with_an_enter_at_the_end_asks_too(terminal: Terminal) -> None:
    line = Line(terminal)
    terminal.paste("reload\n")
    assert line.typed == b""
    assert terminal.pasting.question is not None


def test_what_may_be_pasted() -> None:
    assert pasted("a\r\nb\rc\td\x1b\x00\x7f\x85\u2028e") == "a\nb\nc d\ne"
    assert pasted("\x1b[31mshow ver\x1b[0m\x1b(B\x1b]0;core-1\x07 | i \x9b1mup\x1b[\x1b[31m") == "show ver | i up["


def test_a_closed_session_takes_no_typing(qtbot: QtBot, terminal: Terminal) -> None:
    line = Line(terminal)
    terminal.set_open(is_open=False)
    press(terminal, Key.Key_A)
    terminal.paste("x")
    fed(qtbot, terminal, b"\x1b[c")
    assert (line.typed, line.answered) == (b"", b"")


def test_scrolling_back_stays_where_one_reads(qtbot: QtBot, terminal: Terminal) -> None:
    fed(qtbot, terminal, b"".join(b"line %d\r\n" % n for n in range(100)))
    press(terminal, Key.Key_PageUp, Modifier.ShiftModifier)
    first = terminal.sight.first
    assert first == terminal.state.scrolled_off - 9
    fed(qtbot, terminal, b"more\r\n" * 5)
    assert terminal.sight.first == first
    wheel(terminal, 120)
    assert terminal.sight.first == first - 3
    press(terminal, Key.Key_A)  # typing goes back to the newest
    assert terminal.sight.first == terminal.state.scrolled_off


def view(terminal: Terminal) -> list[str]:
    """Give the lines in sight, without empty ones at the end."""
    cols, rows = terminal.state.size
    first = terminal.sight.first
    return terminal.state.text((first, 0), (first + rows - 1, cols)).rstrip("\n").split("\n")


def test_a_window_that_grows_shows_again_what_scrolled_off(qtbot: QtBot, terminal: Terminal) -> None:
    fed(qtbot, terminal, b"".join(b"line %d\r\n" % n for n in range(30)) + b"sw#")
    terminal.resize(terminal.width(), 20 * ROW_HEIGHT + 2 * XS)
    expected = [f"line {n}" for n in range(11, 30)]
    qtbot.waitUntil(lambda: view(terminal) == [*expected, "sw#"])
    fed(qtbot, terminal, b"x\r\n")
    assert view(terminal)[:2] == ["line 12", "line 13"]
    moved = terminal.grab().toImage()
    terminal.forget_picture()
    assert terminal.grab().toImage() == moved
    wheel(terminal, 120)
    assert view(terminal)[0] == "line 9"
    fed(qtbot, terminal, b"y\r\n" * 3)
    assert view(terminal)[0] == "line 9"  # who reads further up is not moved
    press(terminal, Key.Key_A)
    fed(qtbot, terminal, b"\x1b[2J\x1b[Hnew")
    assert view(terminal) == ["new"]


def test_a_scroll_repaints_only_what_is_new(qtbot: QtBot, terminal: Terminal) -> None:
    fed(qtbot, terminal, b"".join(b"line %d\r\n" % n for n in range(50)))
    terminal.grab()
    fed(qtbot, terminal, b"one more\r\n")
    terminal.grab()
    assert terminal._picture.repainted <= 2
    terminal.grab()
    assert terminal._picture.repainted == 0


def test_the_moved_picture_is_the_picture_painted_anew(qtbot: QtBot, terminal: Terminal) -> None:
    for n in range(40):
        fed(qtbot, terminal, f"\x1b[3{n % 8}mline {n} 漢字\x1b[0m\r\n".encode())
        if n % 3 == 0:
            terminal.grab()
        if n == 30:
            press(terminal, Key.Key_PageUp, Modifier.ShiftModifier)
    moved = terminal.grab().toImage()
    terminal._picture._prints = []
    assert terminal.grab().toImage() == moved


def test_colours_are_on_the_screen(qtbot: QtBot, terminal: Terminal) -> None:
    fed(qtbot, terminal, b"\x1b[48;2;10;200;30m     \x1b[0m\r\n")
    image = terminal.grab().toImage()
    assert image.pixelColor(at(2, 0)).name() == "#0ac81e"
    assert image.pixelColor(at(30, 5)).name() == LIGHT.terminal


def test_a_flood_never_holds_up_the_window(terminal: Terminal) -> None:
    terminal.feed(b"\x1b[31mnever stops \x1b[5n" * 200_000)
    turns = 0
    started = time.process_time()
    while terminal.waiting_bytes and time.process_time() - started < 5:
        before = terminal.waiting_bytes
        terminal._take_turn()
        # A turn ends by the clock; what it may take beyond is one chunk.
        assert before - terminal.waiting_bytes < 4_000_000
        turns += 1
    assert turns > 3


def test_more_than_can_be_shown_is_left_out_and_said(terminal: Terminal) -> None:
    for _part in range(20):
        terminal.feed(b"x" * 1024 * 1024)
    terminal.feed(b"\r\nthe end")
    assert terminal.waiting_bytes <= 16 * 1024 * 1024
    while terminal.waiting_bytes:
        terminal._take_turn()
    assert terminal.screen_text().endswith("the end")


def test_it_has_a_name(terminal: Terminal) -> None:
    assert nameless(terminal) == []
