from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.domain.errors import BatonError, CompanyUnreachable
from tests.ui.hands import press, write
from ui.kit.commands import Command, CommandBook
from ui.kit.fuzzy import best, score
from ui.kit.mailbox import Mailbox
from ui.kit.palette import Hit, SearchOrDo

Key = Qt.Key


class Desk:
    """A window with the field and another place to work."""

    def __init__(self, qtbot: QtBot, mailbox: Mailbox) -> None:
        self.ran: list[str] = []
        self.opened: list[Hit] = []
        self.searches: list[tuple[str, Future[Sequence[Hit]]]] = []
        self.window, self.work = QWidget(), QLineEdit()
        self.book = CommandBook()
        for one, title, place in (
            ("log", "Log a call", ""),
            ("esc", "Escalate", "queue"),
            ("keys", "Keys", ""),
            ("dev", "Go to Devices", ""),
        ):
            self.book.add(Command(one, title, "", run=partial(self.ran.append, one), place=place))
        self.field = SearchOrDo(self.book, mailbox, self.search, self.opened.append)
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.field)
        layout.addWidget(self.work)
        layout.addStretch(1)
        self.window.resize(900, 600)
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.work.setFocus()

    def search(self, text: str) -> Future[Sequence[Hit]]:
        future: Future[Sequence[Hit]] = Future()
        self.searches.append((text, future))
        return future

    def titles(self) -> list[str]:
        return [entry.title for entry in self.field.entries()]


@pytest.fixture
def desk(qtbot: QtBot, mailbox: Mailbox) -> Desk:
    return Desk(qtbot, mailbox)


def test_opening_shows_what_can_be_done_here(desk: Desk) -> None:
    desk.field.open()
    assert desk.field.hasFocus()
    assert desk.titles() == ["Log a call", "Keys", "Go to Devices"]
    desk.book.go("queue")
    desk.field.open()
    assert "Escalate" in desk.titles()


def test_a_few_letters_and_enter_do_it(desk: Desk) -> None:
    desk.field.open()
    write(desk.field, "lc")
    assert desk.titles()[0] == "Log a call"
    press(desk.field, Key.Key_Return)
    assert desk.ran == ["log"]
    assert not desk.field.list.isVisible()
    assert desk.work.hasFocus()
    assert desk.field.text() == ""


def test_records_come_below_the_commands(qtbot: QtBot, desk: Desk) -> None:
    desk.field.open()
    write(desk.field, "key")
    qtbot.waitUntil(lambda: bool(desk.searches))
    assert desk.searches[-1][0] == "key"  # one search for letters typed in a row
    desk.searches[-1][1].set_result([Hit("Customer", "c1", "Keystone Ltd", "2 open")])
    qtbot.waitUntil(lambda: desk.titles() == ["Keys", "Keystone Ltd"])
    press(desk.field, Key.Key_Down)
    press(desk.field, Key.Key_Return)
    assert desk.opened == [Hit("Customer", "c1", "Keystone Ltd", "2 open")]
    assert desk.ran == []


def test_an_older_answer_never_replaces_a_newer_one(qtbot: QtBot, desk: Desk) -> None:
    desk.field.open()
    write(desk.field, "zz")
    qtbot.waitUntil(lambda: len(desk.searches) == 1)
    write(desk.field, "q")
    qtbot.waitUntil(lambda: len(desk.searches) == 2)
    desk.searches[1][1].set_result([Hit("Issue", "2", "newer")])
    qtbot.waitUntil(lambda: desk.titles() == ["newer"])
    desk.searches[0][1].set_result([Hit("Issue", "1", "older")])
    qtbot.wait(20)
    assert desk.titles() == ["newer"]


def test_a_search_that_fails_leaves_the_commands(qtbot: QtBot, desk: Desk, troubles: list[BatonError]) -> None:
    desk.field.open()
    write(desk.field, "keys")
    qtbot.waitUntil(lambda: bool(desk.searches))
    desk.searches[-1][1].set_exception(CompanyUnreachable("No search."))
    qtbot.waitUntil(lambda: bool(troubles))
    assert desk.titles() == ["Keys"]


def test_keys_go_round_the_list_and_escape_leaves(desk: Desk) -> None:
    desk.field.open()
    rows = []
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Up, Key.Key_Tab):
        press(desk.field, key)
        rows.append(desk.field.list.currentIndex().row())
    assert rows == [1, 2, 0, 2, 0]
    press(desk.field, Key.Key_Escape)
    assert desk.work.hasFocus()
    assert not desk.field.list.isVisible()


def test_nothing_found_says_so_and_does_nothing(desk: Desk) -> None:
    desk.field.open()
    write(desk.field, "qqqq")
    assert desk.titles() == []
    assert "Nothing found" in str(desk.field.list.model().index(0, 0).data())
    press(desk.field, Key.Key_Return)
    assert desk.ran == []


def test_the_list_stays_inside_the_window(desk: Desk) -> None:
    desk.field.open()
    assert desk.window.rect().contains(desk.field.list.geometry())


def test_going_elsewhere_closes_the_list(desk: Desk) -> None:
    desk.field.open()
    desk.work.setFocus()
    assert not desk.field.list.isVisible()


def test_fuzzy_prefers_word_starts_and_refuses_what_does_not_fit() -> None:
    assert best("esc", ["Describe", "Escalate", "Rescue"], str)[0] == "Escalate"
    assert best("lc", ["Welcome", "Log a call"], str)[0] == "Log a call"
    assert score("xyz", "Escalate") is None
    assert score("", "anything") == 0
    assert best("", ["b", "a"], str) == ["b", "a"]
