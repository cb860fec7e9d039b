"""Devices are added and corrected in place, by whom that is allowed."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.customer import Customer, Environment
from app.domain.device import Protocol
from app.domain.entity import new_id
from app.domain.person import Role
from app.practice.farm import Farm
from app.services import devices
from app.services.desk import Desk
from tests.ui.hands import press, write
from tests.ui.panes.conftest import OpenConsole
from tests.ui.panes.devices.conftest import CTRL, PASSWORD, Stage, an_inventory, card, stage_for, texts_of
from ui.kit.fields import Choice, Tick
from ui.panes.devices.device_form import DeviceForm, FormPage
from ui.panes.devices.questions import PasswordQuestion


def test_a_device_is_added_in_place_and_what_is_wrong_is_said_beside_it(stage: Stage) -> None:
    stage.console.book.run("devices.add")
    stage.until(lambda: stage.pane.form is not None)
    assert stage.pane.form is not None
    form = stage.pane.form.form
    assert isinstance(form, DeviceForm)
    write(form.address, "10.20.0.77")
    form.port.setText("ssh")
    form.sent.emit()
    stage.until(lambda: "is no port" in form.refusal)
    assert form.address.text() == "10.20.0.77"
    form.port.setText("2222")
    form.name.setText("sw-new-1")
    form.customer.setCurrentIndex(form.customer.findText("Northgate Rail"))
    form.environment.setCurrentIndex(form.environment.findText("Lab"))
    form.platform.setEditText("Cisco NX-OS")
    press(form, Qt.Key.Key_Return, CTRL)
    stage.until(lambda: stage.pane.card is not None and stage.pane.card.device.name == "sw-new-1")
    assert stage.pane.card is not None
    made = stage.pane.card.device
    assert (made.port, made.platform, made.environment) == (2222, "cisco_nxos", Environment.LAB)
    stage.until(lambda: stage.pane.inventory.list.current() == made.id)
    assert not stage.pane.findChildren(FormPage)


def test_a_device_is_corrected_in_place(stage: Stage) -> None:
    stage.open("core-nyc-1")
    stage.console.book.run("devices.edit")
    stage.until(lambda: stage.pane.form is not None)
    assert stage.pane.form is not None
    form = stage.pane.form.form
    form.site.setText("New York")
    form.allows_legacy.setChecked(True)
    form.sent.emit()
    stage.until(lambda: stage.pane.card is not None and stage.pane.card.device.allows_legacy)
    assert stage.pane.card is not None
    assert (stage.pane.card.device.site, stage.pane.card.device.name) == ("New York", "core-nyc-1")


def test_the_form_fits_its_column_in_a_small_window(stage: Stage) -> None:
    stage.do(lambda d: name_customer(d, "The Very Long Name of a Customer Who Insists on Being Called Like That Ltd"))
    stage.pane.resize(982, 600)
    stage.open("core-nyc-1")
    stage.console.book.run("devices.edit")
    stage.until(lambda: stage.pane.form is not None)
    page = stage.pane.form
    assert page is not None
    stage.qtbot.wait(50)
    assert page.horizontalScrollBar().maximum() == 0
    assert isinstance(page.form.allows_legacy, Tick)
    for choice in (page.form.customer, page.form.environment, page.form.platform):
        assert isinstance(choice, Choice)
    assert any("the keyring keeps it if you want" in text for text in texts_of(page))


def name_customer(desk: Desk, name: str) -> None:
    with desk.edit() as edit:
        edit.insert(Customer(id=new_id(), name=name))


def test_what_a_device_said_is_forgotten_once_it_was_moved(stage: Stage) -> None:
    device = stage.devices["core-nyc-1"]
    stage.do(lambda d: devices.change(d, device.id, port=1))
    stage.accept("core-nyc-1")
    stage.open("core-nyc-1")
    stage.until(lambda: stage.pane.card is not None and stage.pane.card.device.port == 1)
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_password")
    stage.answer(PASSWORD)
    stage.until(lambda: stage.pane.stage == "closed")
    bench = stage.pane.bench
    assert bench is not None
    assert "refuses" in bench.terminal.ended.what
    stage.run("show clock")
    assert bench.commands.failure.isVisible()
    stage.do(lambda d: devices.change(d, device.id, port=device.port))
    stage.until(lambda: "refuses" not in bench.terminal.ended.what)
    assert (bench.commands.failure.isVisible(), stage.pane.failure) == (False, None)
    bench.show_page(bench.terminal)
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_password")  # what was typed for port 1 goes nowhere else
    stage.answer("wrong")
    stage.until(lambda: isinstance(q := card(stage), PasswordQuestion) and "refused the login" in q.refusal)
    stage.do(lambda d: devices.change(d, device.id, username="operator"))
    stage.until(lambda: stage.pane.stage != "asking_password")
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_password")
    question = card(stage)
    assert isinstance(question, PasswordQuestion)
    assert (question.refusal, question.username.text()) == ("", "operator")


def test_support_sees_no_button_to_add_or_edit(open_console: OpenConsole, farm: Farm, qtbot: QtBot) -> None:
    anna = open_console("anna", Role.MANAGER)
    made = anna.workstation.write(lambda desk: an_inventory(farm, desk)).result(10)
    stage = stage_for(open_console("ben", Role.SUPPORT), farm, qtbot, made)
    stage.open("core-nyc-1")
    assert not stage.pane.inventory.add.isVisible()
    assert not stage.pane.facts.edit.isVisible()
    assert not stage.console.book.can("devices.add")
    assert not stage.console.book.can("devices.edit")


def open_form(stage: Stage, command: str) -> DeviceForm:
    stage.console.book.run(command)
    stage.until(lambda: stage.pane.form is not None)
    assert stage.pane.form is not None
    return stage.pane.form.form


def choose(box: Choice, title: str) -> None:
    at = box.findText(title)
    assert at >= 0, title
    box.setCurrentIndex(at)


def test_the_way_in_is_asked_for_as_far_as_it_applies(stage: Stage) -> None:
    form = open_form(stage, "devices.add")
    shown = [form.baud, form.key_file, form.open_hint]
    assert not any(field.isVisible() for field in shown)
    choose(form.login_with, "A key of mine")
    assert form.key_file.isVisible()
    choose(form.protocol, "Telnet, not encrypted")
    assert form.port.text() == "23"
    assert form.open_hint.isVisible()
    assert not any(field.isVisible() for field in (form.login_with, form.key_file, form.jump, form.allows_legacy))
    choose(form.protocol, "Serial line, not encrypted")
    assert form.baud.isVisible()
    assert not form.port.isVisible()
    form.address.setText("/dev/ttyUSB7")
    form.baud.setText("115200")
    form.tags.setText("Console, lab")
    form.sent.emit()
    stage.until(lambda: stage.pane.card is not None and stage.pane.card.device.address == "/dev/ttyUSB7")
    assert stage.pane.card is not None
    made = stage.pane.card.device
    assert (made.protocol, made.baud, made.tags) == (Protocol.SERIAL, 115200, "console lab")


def test_a_jump_host_is_found_by_a_part_of_its_name(stage: Stage) -> None:
    stage.open("core-nyc-1")
    form = open_form(stage, "devices.edit")
    form.jump.setEditText("bos")
    form.note.setPlainText("Second rack.")
    form.sent.emit()
    stage.until(lambda: stage.pane.card is not None and bool(stage.pane.card.jumps))
    assert stage.pane.card is not None
    assert stage.pane.card.jumps == ("edge-bos-1",)
    assert stage.pane.card.device.note == "Second rack."
    assert any("through edge-bos-1" in text for text in texts_of(stage.pane.facts))
    form = open_form(stage, "devices.edit")
    form.jump.setEditText("nowhere")
    form.sent.emit()
    assert "No device is called" in form.refusal


def test_the_enable_password_goes_into_the_keyring_and_nowhere_else(stage: Stage) -> None:
    stage.open("core-nyc-1")
    form = open_form(stage, "devices.edit")
    write(form.enable_password, "s3cret-enable")
    form.sent.emit()
    stage.until(lambda: stage.pane.form is None)
    workstation, device = stage.console.workstation, stage.devices["core-nyc-1"]
    assert workstation.secrets.get(device.enable_secret_name) == "s3cret-enable"
    said = workstation.read(lambda desk: desk.cache.read("SELECT group_concat(fields) FROM outbox")).result(10)
    assert "s3cret-enable" not in str(said)
