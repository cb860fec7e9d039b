"""Searching the configurations of all devices, and fetching those that are not here."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.config_backup import ConfigBackup
from app.domain.person import Role
from tests.ui.hands import press, write
from tests.ui.panes.conftest import OpenConsole, shoot, until
from tests.ui.panes.devices.configs_stage import Stage, stage_for
from ui.kit.console import Console
from ui.panes.devices.configs import ConfigSearchPage, ConfigsPage


@pytest.fixture
def stage(console: Console, qtbot: QtBot) -> Stage:
    return stage_for(console, qtbot)


def search_page(console: Console, qtbot: QtBot) -> ConfigSearchPage:
    page = ConfigSearchPage(console)
    console.book.add(*(replace(c, place="config_search") for c in page.commands()))
    console.book.go("config_search")
    qtbot.addWidget(page)
    console.book.attach(page)
    page.resize(1280, 730)
    page.show()
    qtbot.waitExposed(page)
    return page


def test_lines_are_found_in_the_newest_copy_of_every_device(stage: Stage) -> None:
    page = search_page(stage.console, stage.qtbot)
    stage.until(lambda: "Find a line" in page.table.empty.what.text())
    write(page.field, "description uplink")
    stage.until(lambda: len(page.table.model.ids) == 2)
    assert page.count.text() == "2 lines on 2 devices"
    write(page.field, " moon")
    stage.until(lambda: "No line" in page.table.empty.what.text())
    page.search("no shutdown")
    stage.until(lambda: len(page.table.model.ids) > 20)
    stage.qtbot.wait(100)
    shoot(page, "config-search", stage.qtbot)


def test_enter_opens_the_copy_at_its_line(stage: Stage) -> None:
    page = search_page(stage.console, stage.qtbot)
    page.search("move")
    stage.until(lambda: page.table.model.ids)
    page.opened.connect(stage.page.open_copy)
    press(page.field, Qt.Key.Key_Return)
    press(page.table.view, Qt.Key.Key_Return)
    stage.shows("as it was")
    view = stage.page.area.view
    stage.until(lambda: view.current > 0)
    assert "after the move" in view.selected_text()


def test_copies_of_other_workstations_are_fetched_when_they_are_wanted(
    stage: Stage, open_console: OpenConsole, qtbot: QtBot
) -> None:
    ben = open_console("ben", Role.SUPPORT)
    wanted = {"core-nyc-1", "core-nyc-2", "sw-lobby-3"}
    until(lambda: len(ben.workstation.read(lambda desk: desk.cache.records(ConfigBackup)).result(10)) == 6)
    page = search_page(ben, qtbot)
    qtbot.waitUntil(lambda: len(page._not_here) == len(wanted), timeout=15_000)
    assert "3 devices not searched" in page.missing.text()
    shoot(page, "config-search-missing", qtbot)
    page.search("GATE")
    ben.book.run("config_search.fetch")
    qtbot.waitUntil(lambda: len(page.table.model.ids) == 3, timeout=15_000)
    assert not page._missing_card.isVisible()
    device = stage.devices["core-nyc-1"]
    configs = ConfigsPage(ben)
    qtbot.addWidget(configs)
    configs.open_device(device.id)
    qtbot.waitUntil(lambda: configs.area.is_change, timeout=15_000)
    assert "6 lines changed" in configs.area.head_words
