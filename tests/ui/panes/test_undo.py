"""Ctrl+Z over the whole window: what was done last is taken back."""

from collections.abc import Sequence

import pytest
from pytestqt.qtbot import QtBot

from app.domain.entity import new_id
from app.domain.issue import Issue
from app.services import issues
from app.services.desk import Desk
from tests.stations import TestCompany
from tests.ui.panes.conftest import House, OpenConsole, Went
from ui.kit.bulk import BulkChange


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


def test_many_rows_are_changed_in_parts_stopped_and_taken_back_as_one(house: House, qtbot: QtBot) -> None:
    console = house.console

    def add(desk: Desk) -> list[str]:
        with desk.edit() as edit:
            return [edit.insert(Issue(id=new_id(), title=f"Issue {n}")).id for n in range(450)]

    def rate(desk: Desk, some: Sequence[str]) -> None:
        for one in some:
            issues.rate(desk, one, 1, 1)

    def rated() -> int:
        found = console.workstation.read(
            lambda desk: desk.cache.read("SELECT count(*) FROM issue WHERE impact = 1 AND urgency = 1")
        )
        return int(found.result(10)[0][0])

    ids = house.act(add)
    bulk = BulkChange(console, ids, rate, "priority of 450 issues", console.undos)
    seen: list[tuple[int, int]] = []
    bulk.progressed.connect(lambda done, of: seen.append((done, of)))
    with qtbot.waitSignal(bulk.ended, timeout=20_000):
        bulk.start()
    assert seen == [(100, 450), (200, 450), (300, 450), (400, 450), (450, 450)]
    assert rated() == 450
    assert console.undos.last == "priority of 450 issues"
    console.book.run("edit.undo")
    qtbot.waitUntil(lambda: rated() == 0, timeout=20_000)
    qtbot.waitUntil(lambda: console.book.can("edit.redo"))

    stopped = BulkChange(console, ids, rate, "priority of 450 issues", console.undos)
    stopped.progressed.connect(lambda done, _of: stopped.stop() if done >= 200 else None)
    with qtbot.waitSignal(stopped.ended, timeout=20_000):
        stopped.start()
    assert (stopped.done, rated()) == (200, 200)
