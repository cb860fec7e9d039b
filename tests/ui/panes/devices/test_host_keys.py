"""The first contact asks for the key of a device, and a changed key stops everybody."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.device import Device
from app.domain.person import Role
from app.practice.farm import Farm, fingerprint
from app.services import host_keys
from tests.stations import TestCompany
from tests.ui.hands import press, write
from tests.ui.panes.conftest import OpenConsole
from tests.ui.panes.devices.conftest import CTRL, KEYS, PASSWORD, Stage, an_inventory, card, stage_for, texts_of
from ui.panes.devices.questions import FirstContact, HardStop, PasswordQuestion, ReplaceKey


def test_the_first_contact_asks_and_a_terminal_opens_after_key_and_password(stage: Stage) -> None:
    farm = stage.farm
    before = len(farm.attempts("core-nyc-1"))
    stage.open("core-nyc-1")
    assert stage.pane.stage == "idle"
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_key")
    asked = card(stage)
    assert isinstance(asked, FirstContact)
    assert asked.fingerprint == fingerprint(farm.host_key("core-nyc-1"))
    assert any("none of your colleagues has accepted one" in label for label in texts_of(asked)), "the company's book"
    assert len(farm.attempts("core-nyc-1")) == before
    press(asked, Qt.Key.Key_Return, CTRL)
    stage.until(lambda: stage.pane.stage == "asking_password")
    question = card(stage)
    assert isinstance(question, PasswordQuestion)
    write(question.password, PASSWORD)
    press(question.password, Qt.Key.Key_Return)
    stage.until(lambda: stage.pane.stage == "open")
    stage.until(lambda: "core-nyc-1>" in stage.pane.screen_text)
    stage.until(lambda: stage.pane.card is not None and stage.pane.card.keys)
    assert stage.pane.card is not None
    assert (stage.pane.card.keys[0].accepted_by, stage.pane.card.keys[0].fingerprint) == ("Anna", asked.fingerprint)


def test_leaving_the_question_writes_nothing_and_connecting_asks_again(stage: Stage) -> None:
    stage.open("core-nyc-1")
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_key")
    asked = card(stage)
    assert isinstance(asked, FirstContact)
    press(asked, Qt.Key.Key_Escape)
    assert stage.pane.stage == "idle"
    assert stage.console.workstation.read(lambda d: host_keys.book(d, stage.devices["core-nyc-1"].id)).result(10) == ()
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_key")


def test_a_changed_key_is_a_hard_stop_with_both_keys_and_no_way_past_it_for_support(
    open_console: OpenConsole, farm: Farm, qtbot: QtBot
) -> None:
    anna = open_console("anna", Role.MANAGER)
    made = anna.workstation.write(lambda desk: an_inventory(farm, desk)).result(10)
    device = made[0]["edge-bos-1"]
    old = fingerprint(farm.host_key("edge-bos-1"))
    anna.workstation.write(lambda d: host_keys.accept(d, device.id, "ssh-ed25519", old)).result(10)
    ben = open_console("ben", Role.SUPPORT)
    stage = stage_for(ben, farm, qtbot, made)
    stage.until(lambda: ben.workstation.read(lambda d: host_keys.book(d, device.id)).result(10))
    new = farm.change_host_key("edge-bos-1")
    before = len(farm.attempts("edge-bos-1"))
    try:
        stage.open("edge-bos-1")
        stage.pane.connect_terminal()
        stage.until(lambda: stage.pane.stage == "asking_password")
        stage.answer(PASSWORD)
        stage.until(lambda: stage.pane.stage == "stopped")
        stop = card(stage)
        assert isinstance(stop, HardStop)
        assert stop.fingerprints == [old, new]
        assert not hasattr(stop, "replace")
        assert any("Ask Anna" in label for label in texts_of(stop))
        assert len(farm.attempts("edge-bos-1")) == before
        stage.pane.run_command("show clock")
        stage.until(lambda: isinstance(card(stage), HardStop))
        assert stage.pane.last_output is None
        assert len(farm.attempts("edge-bos-1")) == before
    finally:
        farm.change_host_key("edge-bos-1", KEYS["edge-bos-1"])


def test_a_manager_replaces_the_key_with_a_reason_and_goes_on(stage: Stage) -> None:
    stage.accept("edge-bos-1")
    new = stage.farm.change_host_key("edge-bos-1")
    try:
        stage.open("edge-bos-1")
        stage.pane.connect_terminal()
        stage.until(lambda: stage.pane.stage == "asking_password")
        stage.answer(PASSWORD)
        stage.until(lambda: stage.pane.stage == "stopped")
        stop = card(stage)
        assert isinstance(stop, HardStop)
        assert not stage.pane.facts.note.is_primary, "nothing else is what most people do next"
        stop.replace.click()
        form = card(stage)
        assert isinstance(form, ReplaceKey)
        form.sent.emit()
        stage.until(lambda: "needs its reason" in form.refusal)
        write(form.reason, "RMA 77, new chassis")
        press(form, Qt.Key.Key_Return, CTRL)
        stage.until(lambda: stage.pane.stage == "open")
        stage.until(lambda: stage.pane.card is not None and len(stage.pane.card.keys) == 2)
        assert stage.pane.card is not None
        valid, retired = stage.pane.card.keys
        assert valid.fingerprint == new
        assert retired.reason == "RMA 77, new chassis"
    finally:
        stage.farm.change_host_key("edge-bos-1", KEYS["edge-bos-1"])


def test_two_keys_in_the_book_stop_everybody_until_one_is_chosen(stage: Stage, company: TestCompany) -> None:
    ben = company.station("ben")
    name = "edge-bos-1"
    device = stage.devices[name]

    def has_device() -> bool:
        ben.sync()
        return ben.cache.record(Device, device.id) is not None

    stage.until(has_device)
    host_keys.accept(ben.desk, device.id, "ssh-ed25519", "SHA256:somebodyinbetween")
    stage.accept(name)
    ben.sync()
    stage.until(lambda: len(stage.console.workstation.read(lambda d: host_keys.book(d, device.id)).result(10)) == 2)
    stage.open(name)
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "stopped")
    stop = card(stage)
    assert isinstance(stop, HardStop)
    assert len(stop.fingerprints) == 2
    stop.replace.click()
    form = card(stage)
    assert isinstance(form, ReplaceKey)
    form.sent.emit()
    assert "No key is chosen" in form.refusal
    right = fingerprint(stage.farm.host_key(name))
    next(c for c in form.choices if right in c.text()).setChecked(True)
    form.reason.setText("compared on the console port")
    form.sent.emit()
    stage.until(lambda: stage.pane.stage == "asking_password")
