"""The page of what stands out: added, tried while it is typed, changed, taken away and brought back."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.command_text import Highlight
from app.domain.entity import new_id
from app.services.desk import Desk
from app.services.highlights import HighlightKind
from tests.ui.hands import press, write
from ui.kit.accessible import nameless
from ui.kit.console import Console
from ui.panes.devices.terminal.highlights_page import HighlightsPage

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(console: Console, qtbot: QtBot) -> HighlightsPage:
    made = HighlightsPage(console)
    console.book.add(*(replace(command, place="highlights") for command in made.commands()))
    console.book.go("highlights")
    qtbot.addWidget(made)
    made.resize(1280, 730)
    made.show()
    qtbot.waitUntil(lambda: bool(made.list.ids()))
    return made


def add(page: HighlightsPage, console: Console, qtbot: QtBot, words: str) -> None:
    assert console.book.run("highlights.add")
    assert page.form is not None
    write(page.form.pattern, words)
    press(page.form.pattern, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: page.form is None or bool(page.form.refusal))


def test_adding_changing_removing_and_back(page: HighlightsPage, console: Console, qtbot: QtBot) -> None:
    add(page, console, qtbot, "camera")
    qtbot.waitUntil(lambda: [line.pattern for line in page.lines.values()] == ["camera"])
    (line,) = page.lines.values()
    assert (line.kind, line.platform, line.is_mine) == (HighlightKind.NOTED, "cisco_ios", True)
    assert page.sample.marked_words("camera is up") == ["camera", "up"]
    page.list.choose(line.id)
    assert console.book.run("highlights.change")
    assert page.form is not None
    page.form.pattern.setText("printer")
    assert page.sample.marked_words("printer") == ["printer"]  # tried while it is typed
    page.form.whose.setCurrentIndex(1)
    press(page.form.pattern, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: [(x.pattern, x.is_mine) for x in page.lines.values()] == [("printer", False)])
    page.list.choose(next(iter(page.lines)))
    assert console.book.run("highlights.remove")
    qtbot.waitUntil(lambda: not page.lines)
    assert console.book.run("edit.undo")
    qtbot.waitUntil(lambda: bool(page.lines))


def test_what_is_no_pattern_is_refused_where_it_stands(page: HighlightsPage, console: Console, qtbot: QtBot) -> None:
    add(page, console, qtbot, "(a+)+")
    assert page.form is not None
    assert "repeat" in page.form.refusal
    press(page.form, Qt.Key.Key_Escape)
    assert page.form is None


def test_batons_own_are_shown_and_cannot_be_changed(page: HighlightsPage, console: Console, qtbot: QtBot) -> None:
    assert page.list.current().startswith("own/")
    assert not console.book.can("highlights.change")
    assert page.sample.marked_words("Gi1/0/3 err-disabled") == ["err-disabled"]
    page.platform.setCurrentIndex(page.platform.findData("linux"))
    qtbot.waitUntil(lambda: page.sample.marked_words("unit failed") == ["failed"])
    assert nameless(page) == []


def test_one_that_could_take_too_long_is_marked(page: HighlightsPage, console: Console, qtbot: QtBot) -> None:
    row = Highlight(id=new_id(), pattern="(a+)+b")

    def insert(desk: Desk) -> None:
        with desk.edit() as edit:
            edit.insert(row)

    console.workstation.write(insert).result(10)
    qtbot.waitUntil(lambda: row.id in page.lines)
    assert not page.lines[row.id].is_used
