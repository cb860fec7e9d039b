"""What stands in the inventory, how a few letters find it, and what Enter connects to."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from app.domain.customer import Environment
from app.domain.device import Device
from app.domain.person import Role
from app.services import devices
from tests.stations import TestCompany
from tests.ui.hands import press, write
from tests.ui.panes.devices.conftest import CTRL, Stage
from ui.kit.console import Console
from ui.kit.paint import pill_width
from ui.kit.theme import Face, font
from ui.panes.devices import DevicesPane


def test_devices_are_grouped_by_customer_and_production_is_a_bar(stage: Stage) -> None:
    listed = stage.pane.inventory.list
    said = [str(listed.model().index(row, 0).data(11)) for row in range(listed.model().rowCount())]
    texts = [text.removesuffix(" not sent to the company yet") for text in said]
    assert texts == [
        "Halden Hotels", "sw-lobby-3 lab", "Northgate Rail · VIP · 1 open", "core-nyc-1 prod", "edge-bos-1 prod",
    ]  # fmt: skip
    stage.open("core-nyc-1")
    assert stage.pane.bench is not None
    bar = stage.pane.bench.bar.production
    assert bar.isVisible()
    assert bar.accessibleName().startswith("PRODUCTION · core-nyc-1 · Northgate Rail · you are Anna")
    stage.open("sw-lobby-3")
    assert not stage.pane.bench.bar.production.isVisible()


def test_a_few_letters_find_a_device_and_enter_connects_to_it(stage: Stage) -> None:
    field, listed = stage.pane.inventory.field, stage.pane.inventory.list
    field.setFocus()
    write(field, "halden")
    stage.until(lambda: listed.ids() == [stage.devices["sw-lobby-3"].id])
    press(field, Qt.Key.Key_Return)
    assert stage.pane.device_id == stage.devices["sw-lobby-3"].id
    press(listed, Qt.Key.Key_Return)
    stage.until(lambda: stage.pane.stage == "asking_key")
    field.setText("nowhere")
    stage.until(lambda: not listed.ids())
    assert stage.pane.inventory.empty.what.text() == "Nothing found"
    assert stage.pane.stage == "asking_key"
    stage.open("core-nyc-1")
    stage.until(lambda: listed.current() == stage.devices["core-nyc-1"].id)


@pytest.mark.parametrize("typed", ["edge-bos-1", "EDGE-bos-1 "])
def test_enter_waits_for_what_was_typed_and_never_opens_another_box(stage: Stage, typed: str) -> None:
    stage.open("core-nyc-1")
    stage.until(lambda: stage.pane.inventory.list.current() == stage.devices["core-nyc-1"].id)
    field = stage.pane.inventory.field
    stage.pane.find_device()
    write(field, typed)
    press(field, Qt.Key.Key_Return)  # before the list can have the answer
    press(field, Qt.Key.Key_D, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert stage.pane.stage == "idle"
    stage.until(lambda: stage.pane.device_id == stage.devices["edge-bos-1"].id)
    assert stage.pane.bench is not None
    assert stage.pane.stage == "idle"
    stage.until(lambda: "edge-bos-1" in stage.pane.bench.bar.production.accessibleName() if stage.pane.bench else 0)
    assert stage.pane.inventory.list.hasFocus()
    press(stage.pane.inventory.list, Qt.Key.Key_D, CTRL | Qt.KeyboardModifier.ShiftModifier)
    stage.until(lambda: stage.pane.stage == "asking_key")
    stage.open("core-nyc-1")
    assert stage.pane.stage == "idle"


def test_the_very_name_wins_over_what_only_holds_it(stage: Stage) -> None:
    hotels = stage.devices["sw-lobby-3"].customer_id
    longer = stage.do(lambda d: devices.add(d, name="a-sw-lobby-3", address="10.9.9.9", customer_id=hotels))
    assert isinstance(longer, Device)
    field = stage.pane.inventory.field
    write(field, "sw-lobby-3")
    stage.until(lambda: longer.id in stage.pane.inventory.list.ids() and len(stage.pane.inventory.list.ids()) == 2)
    assert stage.pane.inventory.list.ids()[0] == longer.id
    press(field, Qt.Key.Key_Return)
    assert stage.pane.device_id == stage.devices["sw-lobby-3"].id


def test_a_name_is_never_cut_for_the_word_beside_it(stage: Stage) -> None:
    listed = stage.pane.inventory.list
    for name in ("dist-frankfurt-east-1", "distribution-frankfurt-east-building-12-floor-3"):
        stage.do(lambda d, n=name: devices.add(d, name=n, address=f"{n[-9:]}.example.com"))  # type: ignore[misc]
    stage.pane.resize(982, 600)
    stage.until(lambda: len(listed.ids()) == 5)
    write(stage.pane.inventory.field, "frankfurt")
    stage.until(lambda: len(listed.ids()) == 2)
    texts = [str(listed.model().index(row, 0).data(11)) for row in range(listed.model().rowCount())]
    assert texts[1:] == ["dist-frankfurt-east-1 prod", "distribution-frankfurt-east-building-12-floor-3"]
    tip = str(listed.model().index(2, 0).data(3))
    assert tip.startswith("distribution-frankfurt-east-building-12-floor-3 (prod)")
    metrics = QFontMetrics(font(Face.BOLD))
    assert listed.width() - 32 - 15 > metrics.horizontalAdvance("dist-frankfurt-east-1") + pill_width("prod")


def test_nothing_is_connected_to_while_what_enter_asked_for_is_not_found(stage: Stage) -> None:
    stage.open("core-nyc-1")
    field = stage.pane.inventory.field
    write(field, "core-nyx-1")
    press(field, Qt.Key.Key_Return)
    stage.until(lambda: not stage.pane.inventory.list.ids())
    for order in ("devices.connect", "devices.new_terminal"):
        assert not stage.console.book.run(order)
    stage.pane.connect_terminal()
    assert stage.pane.stage == "idle"
    press(field, Qt.Key.Key_Escape)
    assert stage.console.book.can("devices.connect")


def test_another_workstations_device_appears_by_itself(stage: Stage, company: TestCompany) -> None:
    erik = company.station("erik", Role.ENGINEER)
    device = devices.add(erik.desk, name="from-afar", address="10.1.1.1", environment=Environment.PRACTICE)
    erik.sync()
    stage.until(lambda: device.id in stage.pane.inventory.list.ids())


def test_an_empty_inventory_says_what_to_do(console: Console, qtbot: QtBot) -> None:
    pane = DevicesPane(console)
    console.book.add(*pane.commands())
    qtbot.addWidget(pane)
    pane.show()
    qtbot.waitUntil(lambda: pane.inventory.empty.todo.text() == "Add one below.", timeout=5000)
    assert pane.inventory.add.isVisible()
