"""The outbox as people work with it: every edit in words, and what can be done about it, by keys."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.domain.entity import new_id
from app.domain.issue import Issue
from app.services import calls, issues, outbox
from app.services.desk import Desk
from app.store.codec import instant_cell
from tests.stations import TestCompany
from tests.ui.hands import press, write
from tests.ui.panes.conftest import Went, come_back, console, go_off_line, open_console, until
from ui.kit.accessible import nameless, unreachable
from ui.kit.console import Console
from ui.kit.labels import Label
from ui.shell.outbox_page import OutboxPage

__all__ = ["console", "open_console"]

T = TypeVar("T")
Key, Modifier = Qt.Key, Qt.KeyboardModifier


class Desktop:
    """Anna's console off line with the outbox open in a window of its own."""

    def __init__(self, qtbot: QtBot, console: Console) -> None:
        self.qtbot, self.console = qtbot, console
        self.issue_id = self.do(_add)
        until(lambda: not self.look(outbox.ids))
        go_off_line(console)
        self.page = OutboxPage(console)
        qtbot.addWidget(self.page)
        console.book.add(*self.page.commands())
        console.book.attach(self.page)
        self.page.resize(1280, 730)
        self.page.show()
        self.page.activateWindow()
        qtbot.waitUntil(self.page.isActiveWindow)
        self.page.focus_first()

    def do(self, verb: Callable[[Desk], T]) -> T:
        return self.console.workstation.write(verb).result(10)

    def look(self, look_up: Callable[[Desk], T]) -> T:
        return self.console.workstation.read(look_up).result(10)

    def title(self) -> str:
        return self.look(lambda desk: desk.need(Issue, self.issue_id).title)

    def waits_for(self, count: int) -> None:
        self.qtbot.waitUntil(lambda: len(self.page.table.model.ids) == count, timeout=5_000)
        if count:
            self.qtbot.waitUntil(lambda: self.page._line() is not None, timeout=5_000)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        press(self.page.window().focusWidget() or self.page, key, modifier)

    @property
    def went(self) -> Went:
        assert isinstance(self.console.navigator, Went)
        return self.console.navigator


def _add(desk: Desk) -> str:
    with desk.edit() as edit:
        return edit.insert(Issue(id=new_id(), title="Import fails", opened_at=edit.at)).id


def words(widget: QWidget) -> str:
    """Give all words in sight."""
    return " ".join(label.text() for label in widget.findChildren(Label) if label.isVisible())


@pytest.fixture
def desktop(qtbot: QtBot, console: Console) -> Desktop:
    return Desktop(qtbot, console)


def test_an_edit_is_shown_in_words_and_everything_has_a_name(desktop: Desktop) -> None:
    desktop.do(lambda desk: issues.rename(desk, desktop.issue_id, "Import fails at night"))
    desktop.waits_for(1)
    cells = desktop.page.table.model.cells(0)
    assert cells is not None
    assert cells[0].text.endswith("Import fails at night, changed")
    assert cells[0].second == "title: Import fails → Import fails at night"
    desktop.qtbot.waitUntil(lambda: "→ Import fails at night" in words(desktop.page.panel), timeout=5_000)
    assert "1 edit" in words(desktop.page.header)
    assert nameless(desktop.page) == []
    assert unreachable(desktop.page) == []


def test_nothing_unsent_says_so(desktop: Desktop) -> None:
    assert desktop.page.table.empty.what.text() == "Everything has reached the company"
    assert not desktop.console.book.can("outbox.discard")
    assert not desktop.console.book.can("outbox.export")


def test_discard_and_undo_by_keys(desktop: Desktop) -> None:
    desktop.do(lambda desk: issues.rename(desk, desktop.issue_id, "B"))
    desktop.waits_for(1)
    desktop.press(Key.Key_Delete)
    desktop.waits_for(0)
    desktop.qtbot.waitUntil(lambda: "Discarded: changed issue" in desktop.page.undo_bar.what, timeout=5_000)
    assert desktop.title() == "Import fails"
    desktop.press(Key.Key_Z, Modifier.ControlModifier)
    desktop.waits_for(1)
    assert desktop.title() == "B"
    assert desktop.page.undo_bar.what == ""


def test_what_goes_along_is_said_before_it_goes(desktop: Desktop) -> None:
    desktop.do(lambda desk: calls.log_call(desk, calls.CallDraft(body="Printer is empty", promise_by="in 2h")))
    desktop.qtbot.waitUntil(lambda: len(desktop.page.table.model.ids) >= 3, timeout=5_000)
    count = len(desktop.page.table.model.ids)
    desktop.qtbot.waitUntil(lambda: f"takes {count - 1} more with it" in words(desktop.page.panel), timeout=5_000)
    assert desktop.page._buttons["discard"].text() == f"Discard {count}"
    desktop.press(Key.Key_Delete)
    desktop.waits_for(0)
    assert f"and {count - 1} with it" in desktop.page.undo_bar.what
    desktop.press(Key.Key_Z, Modifier.ControlModifier)
    desktop.waits_for(count)


def test_several_discards_are_undone_one_by_one(desktop: Desktop) -> None:
    for title in ("B", "C"):
        desktop.do(lambda desk, title=title: issues.rename(desk, desktop.issue_id, title))  # type: ignore[misc]
    desktop.waits_for(2)
    for left in (1, 0):
        desktop.press(Key.Key_Delete)
        desktop.waits_for(left)
    assert desktop.title() == "Import fails"
    for left in (1, 2):
        desktop.press(Key.Key_Z, Modifier.ControlModifier)
        desktop.waits_for(left)
    assert desktop.title() == "C"


def test_a_value_is_changed_in_place(desktop: Desktop) -> None:
    desktop.do(lambda desk: issues.rename(desk, desktop.issue_id, "B"))
    desktop.waits_for(1)
    desktop.press(Key.Key_E)
    form = desktop.page.panel.form
    assert form is not None
    (field,) = form.findChildren(QLineEdit)
    assert field.text() == "B"
    press(field, Key.Key_Backspace)
    press(field, Key.Key_Return)
    desktop.qtbot.waitUntil(lambda: "nothing left" in form.refusal, timeout=5_000)
    write(field, "Better")
    press(field, Key.Key_Return)
    desktop.qtbot.waitUntil(lambda: desktop.page.panel.form is None, timeout=5_000)
    assert desktop.title() == "Better"
    assert desktop.page.table.view.hasFocus()


def test_a_value_being_written_is_left_in_peace_and_escape_leaves_it(desktop: Desktop) -> None:
    desktop.do(lambda desk: issues.rename(desk, desktop.issue_id, "B"))
    desktop.waits_for(1)
    desktop.press(Key.Key_E)
    form = desktop.page.panel.form
    assert form is not None
    write(form.findChildren(QLineEdit)[0], "Something els")
    desktop.do(lambda desk: issues.rename(desk, desktop.issue_id, "C"))
    desktop.qtbot.wait(300)
    assert desktop.page.panel.form is form
    desktop.press(Key.Key_Escape)
    assert not desktop.page.panel.is_writing
    desktop.page.refresh()
    desktop.waits_for(2)


def test_what_was_on_its_way_says_why_it_stays(desktop: Desktop) -> None:
    desktop.do(lambda desk: issues.rename(desk, desktop.issue_id, "B"))
    desktop.waits_for(1)

    def send(desk: Desk) -> None:
        with desk.cache.transaction():
            desk.cache.write("UPDATE outbox SET sent_at = ?", (instant_cell(desk.now),))

    desktop.do(send)
    desktop.page.refresh()
    desktop.qtbot.waitUntil(lambda: "may be at the company already" in words(desktop.page.panel), timeout=5_000)
    assert not desktop.console.book.can("outbox.discard")
    assert not desktop.console.book.can("outbox.edit")


def test_open_leads_to_the_thing(desktop: Desktop) -> None:
    desktop.do(lambda desk: issues.rename(desk, desktop.issue_id, "B"))
    desktop.waits_for(1)
    desktop.press(Key.Key_O)
    assert desktop.went.to == [("issue", desktop.issue_id)]


def test_export_writes_all_of_them_and_says_where(desktop: Desktop, tmp_path: Path) -> None:
    desktop.do(lambda desk: issues.rename(desk, desktop.issue_id, "B"))
    desktop.waits_for(1)
    file = tmp_path / "unsent.json"
    desktop.page.export_to(file)
    desktop.qtbot.waitUntil(lambda: bool(desktop.went.told), timeout=5_000)
    assert desktop.went.told == [(f"1 edit in {file}.", "")]
    assert len(json.loads(file.read_text())["list"]) == 1
    desktop.page.export_to(tmp_path / "no" / "such.json")
    desktop.qtbot.waitUntil(lambda: len(desktop.went.told) == 2, timeout=5_000)
    assert "cannot be written" in desktop.went.told[1][0]


def test_what_is_sent_leaves_the_page(desktop: Desktop, company: TestCompany) -> None:
    desktop.do(lambda desk: issues.rename(desk, desktop.issue_id, "B"))
    desktop.waits_for(1)
    come_back(desktop.console)
    desktop.qtbot.waitUntil(lambda: not desktop.page.table.model.ids, timeout=15_000)
    anna = company.station("anna")
    assert anna.desk.need(Issue, desktop.issue_id).title == "B"


def test_a_long_text_is_compared_line_by_line(desktop: Desktop) -> None:
    def tell(desk: Desk) -> None:
        with desk.edit() as edit:
            edit.update(desk.need(Issue, desktop.issue_id), workaround="Restart it\nThen call Erik")

    desktop.do(tell)
    desktop.waits_for(1)
    desktop.qtbot.waitUntil(lambda: "Then call Erik" in words(desktop.page.panel), timeout=5_000)
    desktop.press(Key.Key_E)
    form = desktop.page.panel.form
    assert form is not None
    (field,) = form.findChildren(QPlainTextEdit)
    write(field, "Wait")
    press(field, Key.Key_Return, Modifier.ControlModifier)
    desktop.qtbot.waitUntil(lambda: desktop.page.panel.form is None, timeout=5_000)
    assert desktop.look(lambda desk: desk.need(Issue, desktop.issue_id).workaround) == "Wait"
