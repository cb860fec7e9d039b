"""Ctrl+Z over the whole window: what was done last is taken back."""

import pytest
from pytestqt.qtbot import QtBot

from app.domain.entity import new_id
from app.domain.issue import Issue
from app.services import issues
from app.services.desk import Desk
from tests.stations import TestCompany
from tests.ui.panes.conftest import House, OpenConsole, Went


@pytest.fixture
def house(company: TestCompany, open_console: OpenConsole) -> House:
    return House(company, open_console())


def title(house: House, issue_id: str) -> str:
    row = house.console.workstation.read(lambda desk: desk.cache.record(Issue, issue_id)).result(10)
    assert row is not None
    return row.title


def test_undo_and_redo_say_what_they_did(house: House, qtbot: QtBot) -> None:
    console = house.console

    def add(desk: Desk) -> str:
        with desk.edit() as edit:
            return edit.insert(Issue(id=new_id(), title="Import fails")).id

    issue_id = house.act(add)
    assert not console.book.can("edit.undo")
    console.write(console.undos, lambda desk: issues.rename(desk, issue_id, "Import is slow"))
    qtbot.waitUntil(lambda: console.book.can("edit.undo"))
    assert console.undos.last.startswith("title of issue")
    console.book.run("edit.undo")
    qtbot.waitUntil(lambda: title(house, issue_id) == "Import fails")
    qtbot.waitUntil(lambda: console.book.can("edit.redo"))
    console.book.run("edit.redo")
    qtbot.waitUntil(lambda: title(house, issue_id) == "Import is slow")
    navigator = console.navigator
    assert isinstance(navigator, Went)
    qtbot.waitUntil(lambda: len(navigator.told) == 2)
    assert navigator.told[0][0].startswith("Undone: title of issue")
    assert navigator.told[1][0].startswith("Done again: title of issue")
