from collections.abc import Callable

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMenu, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.hands import click, press
from ui.kit.buttons import KeyButton
from ui.kit.commands import Command, CommandBook, is_single_key, native
from ui.kit.mailbox import Mailbox
from ui.kit.palette import SearchOrDo
from ui.kit.terminal import Terminal


class Desk:
    """A window with a plain focusable widget and two text fields, and a book that writes down what ran."""

    def __init__(self, qtbot: QtBot) -> None:
        self.ran: list[str] = []
        self.is_possible = True
        self.book = CommandBook()
        self.window = QWidget()
        self.plain, self.line, self.text = QWidget(), QLineEdit(), QPlainTextEdit()
        self.plain.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout = QVBoxLayout(self.window)
        for widget in (self.plain, self.line, self.text):
            layout.addWidget(widget)
        qtbot.addWidget(self.window)
        self.book.add(
            Command("call", "Log a call", "Write it down", ("F2",), "Issue", self.note("call")),
            Command("reply", "Reply", "Answer", ("R",), "Issue", self.note("reply"), place="queue", single_key=True),
            Command("again", "Run again", "Once more", ("R",), "Run", self.note("again"), place="releases"),
            Command("end", "End", "", ("Ctrl+E",), "Run", self.note("end"), is_enabled=lambda: self.is_possible),
        )
        self.book.attach(self.window)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)

    def note(self, name: str) -> Callable[[], None]:
        return lambda: self.ran.append(name)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_keys_run_commands_of_the_current_place_only(desk: Desk) -> None:
    desk.plain.setFocus()
    press(desk.plain, Qt.Key.Key_R)
    assert desk.ran == []
    desk.book.go("queue")
    press(desk.plain, Qt.Key.Key_R)
    desk.book.go("releases")
    press(desk.plain, Qt.Key.Key_R)
    press(desk.plain, Qt.Key.Key_F2)
    assert desk.ran == ["reply", "again", "call"]


def test_while_a_terminal_has_the_focus_the_key_that_works_there_is_shown(desk: Desk, mailbox: Mailbox) -> None:
    desk.book.add(
        Command("search", "Search", "", ("Ctrl+K", "Ctrl+Shift+K"), run=desk.note("search")),
        Command("note", "Note", "", ("Ctrl+I", "Ctrl+Shift+I"), run=desk.note("note")),
    )
    terminal, button = Terminal("Terminal"), KeyButton.of(desk.book, desk.book.get("note"))
    field = SearchOrDo(desk.book, mailbox, None, lambda _hit: None)
    field.follow("search")
    sent: list[bytes] = []
    terminal.typed.connect(sent.append)
    layout = desk.window.layout()
    assert layout is not None
    for widget in (terminal, button, field):
        layout.addWidget(widget)
        widget.show()
    desk.plain.setFocus()
    assert (button.keys, field.cap) == ("Ctrl I", "Ctrl K")
    terminal.setFocus()
    assert (button.keys, field.cap) == ("Ctrl Shift I", "Ctrl Shift K")
    assert desk.book.shown_key("call") == ""  # F2 is the device's here
    assert desk.book.action("note", desk.window).text() == "Note\tCtrl Shift I"
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    press(terminal, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    press(terminal, Qt.Key.Key_K, both)
    press(terminal, Qt.Key.Key_I, both)
    assert (sent, desk.ran) == ([b"\x0b"], ["search", "note"])
    desk.line.setFocus()
    assert (button.keys, field.cap) == ("Ctrl I", "Ctrl K")


def test_single_letters_are_dead_while_typing(desk: Desk) -> None:
    desk.book.go("queue")
    desk.line.setFocus()
    press(desk.line, Qt.Key.Key_R)
    desk.text.setFocus()
    press(desk.text, Qt.Key.Key_R)
    assert desk.ran == []
    assert (desk.line.text(), desk.text.toPlainText()) == ("r", "r")
    press(desk.text, Qt.Key.Key_F2)
    assert desk.ran == ["call"]
    desk.text.setReadOnly(True)
    press(desk.text, Qt.Key.Key_R)
    assert desk.ran == ["call", "reply"]


def test_what_cannot_be_done_is_not_done(desk: Desk) -> None:
    desk.is_possible = False
    desk.plain.setFocus()
    press(desk.plain, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert desk.ran == []
    assert not desk.book.run("end")
    desk.is_possible = True
    press(desk.plain, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert desk.ran == ["end"]


def test_own_keys_replace_the_declared_ones(desk: Desk) -> None:
    desk.book.override({"call": ("F9",), "end": ()})
    desk.plain.setFocus()
    press(desk.plain, Qt.Key.Key_F2)
    press(desk.plain, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert desk.ran == []
    press(desk.plain, Qt.Key.Key_F9)
    assert desk.ran == ["call"]


def test_a_clash_counts_only_within_a_place(desk: Desk) -> None:
    assert desk.book.clashes() == []
    desk.book.add(Command("redo", "Redo", "", ("F2",), place="queue"))
    assert desk.book.clashes() == [("F2", "call", "redo")]


def test_an_id_is_declared_once(desk: Desk) -> None:
    with pytest.raises(ValueError, match="twice"):
        desk.book.add(Command("call", "Call", ""))


def test_menus_write_the_keys_and_grey_what_cannot_be_done(desk: Desk) -> None:
    menu = QMenu()
    desk.is_possible = False
    action = desk.book.action("end", menu)
    assert (action.text(), action.isEnabled()) == ("End\tCtrl E", False)
    desk.book.action("call", menu).trigger()
    assert desk.ran == ["call"]
    menu.deleteLater()


def test_a_button_follows_its_command(qtbot: QtBot, desk: Desk) -> None:
    button = KeyButton.of(desk.book, desk.book.get("end"))
    qtbot.addWidget(button)
    assert (button.text(), button.keys, button.isEnabled()) == ("End", "Ctrl E", True)
    narrow = button.sizeHint().width()
    desk.is_possible = False
    desk.book.refresh()
    assert not button.isEnabled()
    desk.book.override({"end": ()})
    assert button.keys == ""
    assert button.sizeHint().width() < narrow
    desk.is_possible = True
    desk.book.refresh()
    click(button)
    assert desk.ran == ["end"]


def test_a_window_that_is_gone_has_no_keys(qtbot: QtBot) -> None:
    book = CommandBook()
    window = QWidget()
    book.attach(window)
    window.deleteLater()
    qtbot.waitUntil(lambda: not shiboken6.isValid(window))
    book.add(Command("late", "Late", "", ("F2",)))


def test_key_names() -> None:
    assert native("Ctrl+Return") == "Ctrl Enter"
    assert native("B") == "B"
    assert is_single_key("B")
    assert is_single_key("!")
    assert not is_single_key("F2")
    assert not is_single_key("Ctrl+B")
