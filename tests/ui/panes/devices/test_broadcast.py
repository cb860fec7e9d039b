"""The broadcast page: whom it goes to is in sight before anything is sent, and equal answers are one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from app.domain.session import AuditLine
from app.services.broadcast import Standing
from tests.ui.panes.devices.conftest import PASSWORD, Stage
from ui.panes.devices.broadcast import BroadcastPage

SHOTS = os.environ.get("BATON_SHOTS")


@pytest.fixture
def page(stage: Stage) -> Iterator[BroadcastPage]:
    for name in stage.devices:
        stage.accept(name)
    page = BroadcastPage(stage.console)
    stage.qtbot.addWidget(page)
    page.resize(1280, 760)
    page.show()
    stage.qtbot.waitExposed(page)
    yield page
    page.cancel()


def chosen(stage: Stage, page: BroadcastPage, selector: str, command: str) -> None:
    page.selector.setText(selector)
    page.command.setText(command)
    stage.until(lambda: page.plan is not None and page.plan.command == command)


def with_password(stage: Stage, page: BroadcastPage) -> None:
    page.password.setText(PASSWORD)
    page.password.editingFinished.emit()
    stage.until(lambda: page.can_ask)


def shot(page: BroadcastPage, name: str) -> None:
    if SHOTS:
        page.grab().save(str(Path(SHOTS) / f"{name}.png"))


def test_devices_are_chosen_by_words_asked_once_and_answers_folded(stage: Stage, page: BroadcastPage) -> None:
    chosen(stage, page, "env:prod", "show users")
    assert {line.aim.name for line in page.targets.lines.values()} == {"core-nyc-1", "edge-bos-1"}
    assert page.password.isVisible()
    assert not page.can_ask
    with_password(stage, page)
    assert page.plan is not None
    assert page.plan.sentence == "Run “show users” on 2 devices of 1 customer, all of them production."
    shot(page, "broadcast-plan")
    page.ask()
    stage.until(lambda: page.targets.count(Standing.DONE) == 2)
    stage.until(lambda: page.view.columns)
    shot(page, "broadcast-answers")
    assert sum(len(column.fold.keys) for column in page.view.columns) == 2
    logged = stage.do(lambda desk: [line.line for line in desk.cache.records(AuditLine)])
    assert logged == ["show users", "show users"]


def test_tables_go_to_the_clipboard_as_one(stage: Stage, page: BroadcastPage) -> None:
    chosen(stage, page, "", "show version")
    assert not page.can_ask, "an empty filter chooses nobody"
    assert page.says.accessibleName().startswith("No device is chosen.")
    page.selector.setText("nosuch")
    stage.until(lambda: page.says.accessibleName().startswith("No device matches “nosuch”."))
    page.selector.setText("core-nyc-1")
    stage.until(page.password.isVisible)
    with_password(stage, page)
    page.ask()
    stage.until(lambda: page.targets.count(Standing.DONE) == 1)
    page.copy_csv()
    assert QGuiApplication.clipboard().text().splitlines()[1].startswith("core-nyc-1,")


def test_what_changes_or_destroys_is_not_asked(stage: Stage, page: BroadcastPage) -> None:
    page.selector.setText("env:prod")
    page.command.setText("rel")
    stage.until(lambda: "many devices" in page.says.accessibleName())
    assert not page.can_ask
    assert len(page.targets.lines) == 2, "whom it would have gone to stays in sight"
    shot(page, "broadcast-refused")
    page.command.setText("clear counters")
    stage.until(lambda: "window" in page.says.accessibleName())
    assert not page.can_ask
