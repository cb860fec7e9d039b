"""Quick connect: what is typed finds a device, or asks about a new one before anything is written."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.person import Role
from app.practice.farm import Farm
from app.services import devices
from tests.ui.hands import press, write
from tests.ui.panes.conftest import OpenConsole
from tests.ui.panes.devices.conftest import CTRL, Stage, an_inventory, stage_for
from ui.panes.devices.quick_connect import QuickConnect


def asked(stage: Stage) -> QuickConnect:
    assert stage.console.book.run("devices.quick")
    stage.until(lambda: stage.pane.questions.quick is not None)
    found = stage.pane.questions.quick
    assert found is not None
    return found


def names(stage: Stage) -> list[str]:
    return [line.name for line in stage.console.workstation.read(devices.tree).result(10).lines]


def test_a_part_of_a_name_connects_to_the_first_match(stage: Stage) -> None:
    quick = asked(stage)
    write(quick.form.where, "edge")
    press(quick.form.where, Qt.Key.Key_Return)  # before the answer can be there
    stage.until(lambda: stage.pane.device_id == stage.devices["edge-bos-1"].id)
    stage.until(lambda: stage.pane.stage == "asking_key")
    assert stage.pane.questions.quick is None


def test_an_address_with_its_port_is_the_very_device(stage: Stage) -> None:
    quick = asked(stage)
    write(quick.form.where, f"root@127.0.0.1:{stage.farm.ports['sw-lobby-3']}")
    stage.until(lambda: quick.form.matches.current() == stage.devices["sw-lobby-3"].id)
    assert not quick.form.platform.isVisible()
    assert quick.form.said.text().startswith("sw-lobby-3 logs in as ops, not as root")
    press(quick.form.where, Qt.Key.Key_Return)
    stage.until(lambda: stage.pane.device_id == stage.devices["sw-lobby-3"].id)


def test_down_goes_to_the_next_match_and_escape_leaves(stage: Stage) -> None:
    quick = asked(stage)
    write(quick.form.where, "-1")
    stage.until(lambda: len(quick.form.matches.ids()) == 2)
    press(quick.form.where, Qt.Key.Key_Down)
    assert quick.form.matches.current() == quick.form.matches.ids()[1]
    press(quick.form.where, Qt.Key.Key_Escape)
    assert stage.pane.questions.quick is None
    assert stage.pane.device_id == ""


def test_what_is_not_in_the_inventory_is_added_only_when_it_is_said_so(stage: Stage) -> None:
    stage.do(lambda d: devices.change(d, stage.devices["sw-lobby-3"].id, port=9))
    before, quick = names(stage), asked(stage)
    write(quick.form.where, f"ops@127.0.0.1:{stage.farm.ports['sw-lobby-3']}")
    stage.until(quick.form.platform.isVisible)
    assert "is not in the inventory" in quick.form.said.text()
    assert quick.form.send.text() == "Add it and connect"
    press(quick.form.where, Qt.Key.Key_Return)
    assert names(stage) == before, "Enter asks what it is"
    quick.form.customer.setCurrentIndex(quick.form.customer.findText("Halden Hotels"))
    quick.form.platform.setFocus()
    press(quick.form.platform, Qt.Key.Key_Return, CTRL)
    stage.until(lambda: stage.pane.stage == "asking_key")
    assert stage.pane.card is not None
    made = stage.pane.card.device
    assert (made.username, made.port, stage.pane.card.customer) == (
        "ops", stage.farm.ports["sw-lobby-3"], "Halden Hotels",
    )  # fmt: skip
    assert stage.console.undos.last == "adding device 127.0.0.1"


def test_what_cannot_be_meant_is_said(stage: Stage) -> None:
    quick = asked(stage)
    write(quick.form.where, "core:ssh")
    stage.until(lambda: "no port" in quick.form.refusal)
    quick.form.where.setText("two words")
    press(quick.form.where, Qt.Key.Key_Return)
    stage.until(lambda: "Nothing in the inventory" in quick.form.refusal)


def test_support_connects_to_what_is_there_and_adds_nothing(
    open_console: OpenConsole, farm: Farm, qtbot: QtBot
) -> None:
    anna = open_console("anna", Role.MANAGER)
    made = anna.workstation.write(lambda desk: an_inventory(farm, desk)).result(10)
    stage = stage_for(open_console("ben", Role.SUPPORT), farm, qtbot, made)
    quick = asked(stage)
    write(quick.form.where, "10.99.0.1")
    stage.until(lambda: bool(quick.form.said.text()))
    assert not quick.form.platform.isVisible()
    press(quick.form.where, Qt.Key.Key_Return)
    assert "A manager or an engineer adds it" in quick.form.refusal
