"""What stands in the inventory, how a few letters find it, and what Enter connects to."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from app.domain.customer import Environment
from app.domain.device import Device, Protocol
from app.domain.entity import new_id
from app.domain.person import Role
from app.domain.session import Session
from app.services import devices
from app.services.desk import Desk
from tests.stations import TestCompany
from tests.ui.hands import press, write
from tests.ui.panes.devices.conftest import CTRL, Stage
from ui.kit.console import Console
from ui.kit.labels import Pill
from ui.kit.paint import pill_width
from ui.kit.side_list import SideList
from ui.kit.theme import Face, font
from ui.panes.devices import DevicesPane


def said(listed: SideList) -> list[str]:
    """Give what each line says to a screen reader, without the mark of what was not sent yet."""
    texts = [str(listed.model().index(row, 0).data(11)) for row in range(listed.model().rowCount())]
    return [text.removesuffix(" not sent to the company yet") for text in texts]


def test_devices_are_grouped_by_customer_and_production_is_a_bar(stage: Stage) -> None:
    listed = stage.pane.inventory.list
    texts = said(listed)
    ports = stage.farm.ports
    assert texts == [
        "Halden Hotels 1",
        f"sw-lobby-3 lab 127.0.0.1:{ports['sw-lobby-3']} · Cisco IOS",
        "Northgate Rail · VIP · 1 open 2",
        f"core-nyc-1 prod 127.0.0.1:{ports['core-nyc-1']} · Cisco IOS",
        f"edge-bos-1 prod 127.0.0.1:{ports['edge-bos-1']} · Cisco IOS",
    ]
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
    assert [text.split(" ·")[0] for text in said(listed)[1:]] == [
        "dist-frankfurt-east-1 prod rt-east-1.example.com",
        "distribution-frankfurt-east-building-12-floor-3 2-floor-3.example.com",
    ]
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


def test_devices_stand_in_groups_by_site_platform_environment_and_tag(stage: Stage) -> None:
    core, edge = stage.devices["core-nyc-1"], stage.devices["edge-bos-1"]
    stage.do(lambda d: devices.change(d, core.id, site="New York", tags="core"))
    stage.do(lambda d: devices.change(d, edge.id, platform="cisco_nxos"))
    listed, book = stage.pane.inventory.list, stage.console.book

    def headings() -> list[str]:
        return [text for row, text in enumerate(said(listed)) if not listed.model().index(row, 0).flags().value]

    stage.until(lambda: "New York 1" in headings())
    assert headings() == ["Halden Hotels 1", "Northgate Rail · VIP · 1 open 2", "New York 1", "No site 1"]
    book.run("devices.group")
    assert headings() == ["Cisco IOS 2", "Cisco NX-OS 1"]
    book.run("devices.group")
    assert headings() == ["Production 2", "Lab 1"]
    book.run("devices.group")
    assert headings() == ["core 1", "No tag 2"]
    assert stage.pane.inventory.group.text() == "By tag"
    kept = stage.pane.save_state()
    book.run("devices.group")
    stage.pane.restore_state(kept)
    assert headings() == ["core 1", "No tag 2"]


def test_the_field_filters_by_what_devices_are_and_says_what_it_does_not_understand(stage: Stage) -> None:
    inventory = stage.pane.inventory
    write(inventory.field, "customer:northgate -edge")
    stage.until(lambda: inventory.list.ids() == [stage.devices["core-nyc-1"].id])
    assert inventory.count.text() == "1 device found"
    inventory.field.setText("colour:red")
    stage.until(inventory.wrong.isVisible)
    assert "colour:" in inventory.wrong.text()
    assert inventory.list.ids() == [stage.devices["core-nyc-1"].id], "what was found stays in sight"
    press(inventory.field, Qt.Key.Key_Return)
    assert stage.pane.device_id == ""
    press(inventory.field, Qt.Key.Key_Escape)
    stage.until(lambda: not inventory.wrong.isVisible() and len(inventory.list.ids()) == 3)


def test_what_is_not_encrypted_or_weak_has_a_sign_and_the_last_login_is_told(stage: Stage) -> None:
    core, edge = stage.devices["core-nyc-1"], stage.devices["edge-bos-1"]
    stage.do(lambda d: devices.change(d, core.id, allows_legacy=True))
    stage.do(lambda d: devices.change(d, edge.id, protocol=Protocol.TELNET, port=23))
    stage.do(lambda d: let_in(d, core))
    listed = stage.pane.inventory.list
    stage.until(lambda: "old SSH" in said(listed)[3] and "Anna 2 h" in said(listed)[3])
    assert "telnet 127.0.0.1 · Cisco IOS" in said(listed)[4]
    tip = str(listed.model().index(4, 0).data(3))
    assert "not encrypted" in tip
    assert "nobody was in yet" in tip
    stage.open("edge-bos-1")
    stage.until(lambda: "telnet, not encrypted" in [pill.text for pill in stage.pane.facts.findChildren(Pill)])


def let_in(desk: Desk, device: Device) -> None:
    at = desk.now - timedelta(hours=2)
    with desk.edit() as edit:
        edit.insert(Session(id=new_id(), device_id=device.id, person_id=desk.person_id, opened_at=at))


def test_show_version_teaches_the_inventory_quietly(stage: Stage) -> None:
    stage.log_in()
    stage.run("show version")
    stage.until(lambda: stage.pane.card is not None and bool(stage.pane.card.device.software))
    assert stage.pane.card is not None
    device = stage.pane.card.device
    assert device.software.startswith("IOS 1")
    assert (bool(device.model), bool(device.serial)) == (True, True)
    assert stage.console.undos.last == "", "nobody did anything but look"
    stage.until(lambda: device.software in said(stage.pane.inventory.list)[3])
