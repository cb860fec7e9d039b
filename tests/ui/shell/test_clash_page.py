"""The page of what did not go through: every kind of it, resolved by keys."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.domain.entity import new_id
from app.domain.issue import Issue
from app.domain.person import Role
from app.domain.release import Release
from app.services import conflicts, issues
from app.services.desk import Desk
from app.store.codec import instant_cell
from tests.stations import Station, TestCompany
from tests.ui.hands import press, write
from tests.ui.panes.conftest import OpenConsole, console, open_console, until
from ui.kit.accessible import nameless, unreachable
from ui.kit.compared import ComparedText, differing
from ui.kit.console import Console
from ui.kit.labels import Label
from ui.shell.clash_page import ClashPage

__all__ = ["console", "open_console"]

Key = Qt.Key


class Pair:
    """Ben's page, and Anna who gives the same things other values."""

    def __init__(self, qtbot: QtBot, company: TestCompany, ben: Console) -> None:
        self.qtbot, self.ben = qtbot, ben
        self.page = show(qtbot, ben)
        self.issue_id = self.do(_add)
        self.anna: Station = company.station("anna", Role.MANAGER)
        until(lambda: self.anna.sync() is not None and self.anna.cache.record(Issue, self.issue_id))

    def do(self, verb: Callable[[Desk], Any]) -> Any:
        return self.ben.workstation.write(verb).result(10)

    def clash(self, field: str, base: str, mine: str, theirs: str, **more: Any) -> None:
        """Let Ben have a conflict on a field of the issue, as the company's answer leaves it."""

        def keep(desk: Desk) -> None:
            values = {"id": new_id(), "kind": "clash", "tbl": "issue", "row_id": self.issue_id, "field": field}
            values |= {"base": json.dumps(base), "mine": json.dumps(mine), "theirs": json.dumps(theirs)}
            values |= {"theirs_by": self.anna.person_id, "theirs_at": instant_cell(desk.now)}
            with desk.cache.transaction():
                desk.cache.local["conflict"].insert(**values, made_at=instant_cell(desk.now), **more).execute()

        if field != "deleted":  # what the company has: an answer to anything else would clash anew
            with self.anna.desk.edit() as edit:
                edit.update(self.anna.desk.need(Issue, self.issue_id), **{field: theirs})
            self.anna.sync()
            until(lambda: self.value(field) == theirs)
        self.do(keep)
        self.page.refresh()

    def shows(self, count: int) -> None:
        def is_so() -> bool:
            card = self.page.card
            return len(self.page.table.model.ids) == count and (card is not None) == bool(count)

        self.qtbot.waitUntil(is_so, timeout=15_000)

    def field(self) -> str:
        return "" if self.page.card is None else self.page.card.clash.field

    def press(self, key: Qt.Key) -> None:
        press(self.page.window().focusWidget() or self.page, key)

    def value(self, field: str) -> Any:
        return self.ben.workstation.read(lambda desk: getattr(desk.need(Issue, self.issue_id), field)).result(10)


def _add(desk: Desk) -> str:
    with desk.edit() as edit:
        return edit.insert(Issue(id=new_id(), title="Import fails", opened_at=datetime.now(UTC))).id


def show(qtbot: QtBot, console: Console) -> ClashPage:
    page = ClashPage(console)
    qtbot.addWidget(page)
    console.book.add(*page.commands())
    console.book.attach(page)
    page.resize(1280, 730)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.focus_first()
    return page


def words(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(Label) if label.isVisible())


@pytest.fixture
def pair(qtbot: QtBot, company: TestCompany, open_console: OpenConsole) -> Pair:
    return Pair(qtbot, company, open_console("ben", Role.SUPPORT))


def test_a_real_clash_is_shown_with_who_and_resolved_with_a_key(pair: Pair) -> None:
    with pair.anna.desk.edit() as edit:  # Anna's edit arrives while Ben's is made on the old value
        edit.update(pair.anna.desk.need(Issue, pair.issue_id), title="Anna's")
    pair.ben.workstation.write(lambda desk: issues.rename(desk, pair.issue_id, "Ben's"))
    pair.anna.engine.push()
    pair.anna.engine.pull()
    here = conflicts.open_conflicts(pair.anna.desk)
    if here:  # whoever came second has the clash
        conflicts.keep_mine(pair.anna.desk, here[0].id)
        pair.anna.sync()
        return
    pair.shows(1)
    assert "Two people changed the title" in words(pair.page)
    for told in ("Import fails", "Ben's", "Anna's", "Anna, just now"):
        assert told in words(pair.page)
    assert nameless(pair.page) == []
    assert unreachable(pair.page) == []
    pair.press(Key.Key_M)
    pair.shows(0)
    assert pair.value("title") == "Ben's"


def test_arrows_go_between_conflicts_and_keys_answer_the_one_in_sight(pair: Pair) -> None:
    pair.clash("title", "Import fails", "Mine", "Theirs")
    pair.shows(1)
    pair.clash("topic", "", "network", "import")
    pair.shows(2)
    assert pair.field() == "title"
    pair.press(Key.Key_Down)
    assert pair.field() == "topic"
    pair.press(Key.Key_M)
    pair.shows(1)
    assert pair.value("topic") == "network"
    assert pair.field() == "title"
    pair.press(Key.Key_T)
    pair.shows(0)
    assert pair.value("title") == "Theirs", "theirs is what stands in the row"


def test_a_third_value_by_keys_and_escape_leaves_it(pair: Pair) -> None:
    pair.clash("title", "Import fails", "Mine", "Theirs")
    pair.shows(1)
    pair.press(Key.Key_3)
    card = pair.page.card
    assert card is not None
    assert card.is_writing
    pair.press(Key.Key_Escape)
    assert card.findChildren(QPlainTextEdit)[0].isHidden()
    assert pair.page.table.view.hasFocus()
    pair.press(Key.Key_3)
    (field,) = card.findChildren(QPlainTextEdit)
    assert field.toPlainText() == "Mine"
    write(field, "Both")
    pair.page.refresh()
    pair.qtbot.wait(100)
    assert pair.page.card is card, "what is being typed is left in peace"
    press(field, Key.Key_Return)
    pair.shows(0)
    assert pair.value("title") == "Both"


def test_a_third_value_that_does_not_parse_says_so_and_stays(pair: Pair) -> None:
    pair.clash("state", "open", "scheduled", "waiting")
    pair.shows(1)
    pair.press(Key.Key_3)
    card = pair.page.card
    assert card is not None
    (field,) = card.findChildren(QPlainTextEdit)
    write(field, "lost")
    press(field, Key.Key_Return)
    pair.qtbot.waitUntil(lambda: "not one of the words" in words(card), timeout=5_000)
    assert card.is_writing


def test_long_text_is_shown_in_full_with_the_lines_that_differ(pair: Pair) -> None:
    theirs = "one\ntwo\nthree\nfour"
    with pair.anna.desk.edit() as edit:  # the company has it: an answer to anything else would clash anew
        edit.update(pair.anna.desk.need(Issue, pair.issue_id), workaround=theirs)
    pair.anna.engine.push()
    pair.qtbot.waitUntil(lambda: pair.value("workaround") == theirs, timeout=15_000)
    pair.clash("workaround", "one\ntwo\nthree", "one\n2\nthree", theirs)
    pair.shows(1)
    card = pair.page.card
    assert card is not None
    told = {text.accessibleName() for text in card.findChildren(ComparedText)}
    assert told == {
        "It was: one\ndiffers: two\nthree",
        "Mine: one\ndiffers: 2\nthree",
        "Theirs: one\ntwo\nthree\ndiffers: four",
    }
    pair.press(Key.Key_3)
    (field,) = card.findChildren(QPlainTextEdit)
    write(field, "one")
    press(field, Key.Key_Return)
    write(field, "two")
    press(field, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    pair.shows(0)
    assert pair.value("workaround") == "one\ntwo"


def test_lines_that_differ() -> None:
    assert differing("a\nb", "a\nb") == [("a", False), ("b", False)]
    assert differing("a\nb", "a") == [("a", False), ("b", True)]
    assert differing("", "a") == [("", True)]


def test_a_removal_that_met_a_change(pair: Pair) -> None:
    pair.clash("deleted", False, True, False, reason="title")  # type: ignore[arg-type]
    pair.shows(1)
    card = pair.page.card
    assert card is not None
    assert "You removed issue" in words(card)
    assert "Anna changed it meanwhile" in words(card)
    assert not pair.ben.book.can("clash.write_third")
    pair.press(Key.Key_3)
    assert not card.is_writing
    pair.press(Key.Key_T)
    pair.shows(0)
    assert pair.value("deleted") is False


def test_what_was_refused_is_copied_and_dropped(pair: Pair) -> None:
    def add(desk: Desk) -> None:
        with desk.edit() as edit:
            edit.insert(Release(id=new_id(), name="Build 41"))

    pair.do(add)
    pair.shows(1)
    assert "This did not reach the company: release “Build 41”" in words(pair.page)
    assert "support" in words(pair.page)
    assert not pair.ben.book.can("clash.keep_mine")
    pair.press(Key.Key_C)
    assert "Build 41" in QGuiApplication.clipboard().text()
    pair.press(Key.Key_D)
    pair.shows(0)


@pytest.mark.usefixtures("company")
def test_nothing_waiting_says_so(qtbot: QtBot, console: Console) -> None:
    page = show(qtbot, console)
    qtbot.waitUntil(page.empty.isVisible, timeout=5_000)
    assert page.empty.what.text() == "Nothing waits"
