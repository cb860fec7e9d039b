"""The page of what did not go through: every kind of it, resolved in place."""

from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from app.domain.entity import new_id
from app.domain.issue import Issue
from app.domain.person import Role
from app.domain.release import Release
from app.services import issues
from app.services.desk import Desk
from tests.stations import TestCompany
from tests.ui.panes.conftest import OpenConsole, console, open_console, until
from ui.kit.accessible import nameless
from ui.kit.clashes import ClashCard
from ui.kit.console import Console
from ui.shell.clash_page import ClashPage

__all__ = ["console", "open_console"]


def cards(page: ClashPage) -> list[ClashCard]:
    return [card for card in page.findChildren(ClashCard) if not card.isHidden()]


def add(desk: Desk, row: Issue | Release) -> None:
    with desk.edit() as edit:
        edit.insert(row)


def test_a_clash_and_a_refusal_are_shown_and_resolved(
    qtbot: QtBot, company: TestCompany, open_console: OpenConsole
) -> None:
    ben = open_console("ben", Role.SUPPORT)
    page = ClashPage(ben)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    assert nameless(page) == []
    issue = Issue(id=new_id(), title="Import fails", opened_at=datetime.now(UTC))
    ben.workstation.write(lambda desk: add(desk, issue)).result(10)
    anna = company.station("anna", Role.MANAGER)
    until(lambda: anna.sync() is not None and anna.cache.record(Issue, issue.id))
    # Anna's edit arrives while Ben's is made on the old value: both in one instant.
    with anna.desk.edit() as edit:
        edit.update(issue, title="Anna's")
    ben.workstation.write(lambda desk: issues.rename(desk, issue.id, "Ben's"))
    anna.engine.push()
    ben.workstation.write(lambda desk: add(desk, Release(id=new_id(), name="Build 41"))).result(10)
    qtbot.waitUntil(lambda: any(not c.clash.can_keep_mine for c in cards(page)), timeout=15_000)
    refused = next(c for c in cards(page) if not c.clash.can_keep_mine)
    assert "support" in refused.clash.reason
    assert "Build 41" in str(refused.clash.mine)
    refused.keep_theirs()
    qtbot.waitUntil(lambda: all(c.clash.can_keep_mine for c in cards(page)), timeout=15_000)
    for card in cards(page):  # whoever came second has the clash: it may be Ben
        card.keep_mine()
    qtbot.waitUntil(lambda: not cards(page), timeout=15_000)


@pytest.mark.usefixtures("company")
def test_nothing_waiting_says_so(qtbot: QtBot, console: Console) -> None:
    page = ClashPage(console)
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: not page._empty.isHidden(), timeout=5_000)
