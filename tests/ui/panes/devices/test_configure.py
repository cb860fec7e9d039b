"""The page Configure on simulated devices: looked at, held by the guard, applied, read back, and shown afterwards."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.domain.session import AuditLine
from app.practice.device import Faults, SimulatedDevice
from app.practice.farm import Farm
from app.services import change_windows, configs
from app.services.desk import Desk
from app.services.terminals import ConfigApplied
from tests.ui.hands import press
from tests.ui.panes.devices.conftest import CTRL, KEYS, PASSWORD, Stage
from ui.panes.devices.configure import ConfigurePage
from ui.panes.devices.guard.cards import NameCard, WindowCard
from ui.panes.devices.guard.window_form import WindowForm
from ui.panes.devices.questions import PasswordQuestion

SHOTS = os.environ.get("BATON_SHOTS")
LINES = ("interface GigabitEthernet0/1", " description Uplink to the import server")
BOX = "core-nyc-1"


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    boxes = [
        SimulatedDevice(n, username="ops", password=PASSWORD, host_key=key, is_privileged=True)
        for n, key in KEYS.items()
    ]
    with Farm(boxes) as standing:
        yield standing


@pytest.fixture
def history() -> list[tuple[str, str | None]]:
    return []


@pytest.fixture
def page(stage: Stage, history: list[tuple[str, str | None]]) -> Iterator[ConfigurePage]:
    stage.accept(BOX)
    page = ConfigurePage(stage.console, lambda device_id, issue_id: history.append((device_id, issue_id)))
    stage.console.book.add(*(replace(command, place="configure") for command in page.commands()))
    stage.qtbot.addWidget(page)
    page.resize(1280, 760)
    page.show()
    stage.qtbot.waitExposed(page)
    stage.console.book.attach(page)
    stage.console.book.go("configure")
    page.open_device(stage.devices[BOX].id)
    yield page
    page.cancel()
    stage.farm.set_faults(BOX, Faults())


def open_window(stage: Stage) -> None:
    def make(desk: Desk) -> None:
        ends = desk.now + timedelta(hours=1)
        rail = stage.devices[BOX].customer_id
        change_windows.make(desk, rail, "Uplink", ends, agreed_with="Dana", issue_id=stage.issue.id)

    stage.do(make)


def planned(stage: Stage, page: ConfigurePage, *lines: str) -> None:
    page.put(lines)
    stage.until(lambda: page.plan is not None and page.plan.steps == lines and page.can_apply)


def log_in(stage: Stage, page: ConfigurePage) -> None:
    assert page.doorstep is not None
    doorstep = page.doorstep
    stage.until(lambda: isinstance(doorstep.card, PasswordQuestion))
    doorstep.give_password(PASSWORD)


def shot(page: ConfigurePage, name: str) -> None:
    if SHOTS:
        page.resize(1280, 760)
        QTest.qWait(300)
        page.grab().save(str(Path(SHOTS) / f"{name}.png"))


def test_it_is_looked_at_applied_read_back_saved_and_kept(
    stage: Stage, page: ConfigurePage, history: list[tuple[str, str | None]]
) -> None:
    open_window(stage)
    planned(stage, page, *LINES)
    stage.until(lambda: page.plan is not None and page.plan.missing is None)
    assert page.place.production.isVisible()
    assert page._buttons["apply"].text() == f"Apply 2 lines to {BOX}"
    assert (LINES[0], "changes it") in page.planned.words()
    assert page.planned.words()[-1][0] == "write memory"
    shot(page, "configure-plan")
    press(page.form.text, Qt.Key.Key_Return, CTRL)
    log_in(stage, page)
    stage.until(lambda: page.kept is not None)
    assert isinstance(page.answer, ConfigApplied)
    assert "took every line, and it was read back" in page.outcome.says.accessibleName()
    assert "[OK]" in page.outcome.says.accessibleName()
    assert "> write memory" in page.outcome.transcript.toPlainText()
    shot(page, "configure-done")
    page.show_change()
    assert history == [(stage.devices[BOX].id, None)]
    copies = stage.do(lambda desk: configs.history(desk, stage.devices[BOX].id))
    assert isinstance(copies, tuple)
    assert len(copies) == 2
    logged = stage.do(lambda desk: [row.line for row in desk.cache.records(AuditLine, "1 ORDER BY seq")])
    assert logged == ["configure terminal", LINES[0], LINES[1].strip(), "write memory"]
    page.edit()
    stage.until(lambda: page.can_apply)


def test_without_a_window_the_guard_asks_in_place_and_goes_on_when_one_is_open(
    stage: Stage, page: ConfigurePage
) -> None:
    planned(stage, page, *LINES, " shutdown")
    assert "no change window is open for Northgate Rail" in page.says.accessibleName()
    page.apply()
    assert page.guard is not None
    guard = page.guard
    stage.until(lambda: isinstance(guard.asking, WindowCard))
    shot(page, "configure-held")
    card = guard.asking
    assert card is not None
    assert not page.can_apply
    assert not page.says.isVisible(), "the card says it"
    press(card, Qt.Key.Key_Return, CTRL)
    stage.until(lambda: isinstance(guard.asking, WindowForm))
    form = guard.asking
    assert isinstance(form, WindowForm)
    form.what.setText("Uplink")
    form.agreed_with.setText("Dana")
    form.issue.setCurrentIndex(0)
    form.sent.emit()
    stage.until(lambda: isinstance(guard.asking, NameCard))
    asked = guard.asking
    assert isinstance(asked, NameCard)
    assert asked.held.line == "shutdown"
    shot(page, "configure-name")
    asked.given.emit("core")
    stage.until(lambda: guard.asking is not asked)
    assert stage.do(lambda desk: desk.cache.records(AuditLine)) == []
    named = guard.asking
    assert isinstance(named, NameCard)
    assert "is not this device" in named.why.text()
    named.left.emit()
    stage.until(lambda: not page.is_running)
    assert page.answer is None
    lines = stage.do(lambda desk: [(r.line, r.passage) for r in desk.cache.records(AuditLine)])
    assert lines == [("shutdown", "refused")]


def test_a_save_that_says_error_and_a_refused_line_are_said_in_red(stage: Stage, page: ConfigurePage) -> None:
    open_window(stage)
    stage.farm.set_faults(BOX, Faults(is_disk_full=True))
    planned(stage, page, "ip domain-name example.net")
    stage.until(lambda: page.plan is not None and page.plan.missing is None)
    page.apply()
    log_in(stage, page)
    stage.until(lambda: page.answer is not None)
    assert "did not save them" in page.outcome.says.accessibleName()
    shot(page, "configure-unsaved")
    assert page.kept is None
    page.form.text.clear()
    page.put(("frobnicate",))
    assert page.answer is None
    stage.until(lambda: page.plan is not None and page.plan.steps == ("frobnicate",) and page.can_apply)
    page.apply()
    stage.until(lambda: page.answer is not None)
    assert "refused “frobnicate”" in page.outcome.says.accessibleName()


def test_the_timer_is_offered_where_the_platform_has_one_and_another_device_starts_over(
    stage: Stage, page: ConfigurePage
) -> None:
    open_window(stage)
    planned(stage, page, *LINES)
    assert page.form.revert.isVisible()
    page.form.revert.setCurrentIndex(page.form.revert.findData(5))
    stage.until(lambda: page.plan is not None and page.plan.revert_minutes == 5)
    assert "goes back by itself after 5 minutes" in page.says.accessibleName()
    assert page.planned.words()[0][0] == "configure terminal revert timer 5"
    page.open_device(stage.devices["sw-lobby-3"].id)
    stage.until(lambda: page.plan is not None and page.plan.where.name == "sw-lobby-3")
    assert page.plan is not None
    assert page.plan.revert_minutes == 0
    assert not page.place.production.isVisible()
