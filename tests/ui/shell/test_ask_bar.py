"""The console asks for a password in place: given once, forgotten, and shown only while asked for."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.hands import press, write
from ui.kit.accessible import nameless, unreachable
from ui.shell.ask_bar import AskBar

CANARY = "canary that sings at noon"


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[AskBar]:
    holder = QWidget()
    holder.resize(1280, 200)
    made = AskBar("Password for ben@db.example.com", holder)
    made.resize(1280, 60)
    holder.show()
    holder.activateWindow()
    qtbot.waitUntil(holder.isActiveWindow)
    made.focus_first()
    yield made
    holder.close()
    holder.deleteLater()


def test_the_bar_gives_the_password_once_and_forgets_it(bar: AskBar) -> None:
    given: list[str] = []
    bar.given.connect(given.append)
    assert bar.field.line.echoMode() is QLineEdit.EchoMode.Password
    write(bar.field.line, CANARY)
    press(bar.field.line, Qt.Key.Key_Return)
    assert given == [CANARY]
    assert bar.field.text() == ""
    bar.field.line.undo()
    assert bar.field.text() == ""


def test_the_bar_says_why_it_asks_and_keeps_what_is_typed(bar: AskBar) -> None:
    write(bar.field.line, "half a pass")
    bar.set_reason("The company database did not accept this login and password.")
    assert "did not accept" in bar.reason
    assert bar.field.text() == "half a pass"
    press(bar.field.line, Qt.Key.Key_Escape)
    assert bar.field.text() == ""


def test_the_bar_does_not_send_nothing(bar: AskBar) -> None:
    given: list[str] = []
    bar.given.connect(given.append)
    press(bar.field.line, Qt.Key.Key_Return)
    assert given == []
    assert "Type the password" in bar.reason


def test_a_password_is_shown_only_while_asked_for(bar: AskBar) -> None:
    write(bar.field.line, CANARY)
    bar.field.show_it.click()
    assert bar.field.line.echoMode() is QLineEdit.EchoMode.Normal
    bar.field.show_it.click()
    assert bar.field.line.echoMode() is QLineEdit.EchoMode.Password
    bar.field.show_it.click()
    press(bar.field.line, Qt.Key.Key_Return)
    assert bar.field.line.echoMode() is QLineEdit.EchoMode.Password
    assert (nameless(bar), unreachable(bar)) == ([], [])
