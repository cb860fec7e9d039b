"""Telnet at the doorstep: that it is not encrypted is said before the first password; rules give accounts to many."""

import pytest
from PySide6.QtCore import Qt

from app.domain.device import Device, Protocol
from app.domain.entity import new_id
from app.services import credentials
from app.services.desk import Desk
from tests.ui.hands import press, write
from tests.ui.panes.conftest import shoot
from tests.ui.panes.devices.conftest import CTRL, PASSWORD, Stage, card, texts_of
from tests.unit.devices.plain_box import PlainBox, telnet
from ui.panes.devices.questions import PasswordQuestion, PlainLine


def by_telnet(stage: Stage, port: int, username: str = "ops") -> Device:
    def verb(desk: Desk) -> Device:
        with desk.edit() as edit:
            return edit.insert(
                Device(
                    id=new_id(), name="old-1", address="127.0.0.1", port=port, username=username,
                    protocol=Protocol.TELNET,
                )
            )  # fmt: skip

    made = stage.do(verb)
    assert isinstance(made, Device)
    stage.devices["old-1"] = made
    return made


def test_telnet_is_said_to_be_open_before_a_kept_password_goes_out_and_only_once(stage: Stage) -> None:
    box = PlainBox(password=PASSWORD)
    with telnet(box) as port:
        device = by_telnet(stage, port)
        stage.console.workstation.secrets.put(device.secret_name, PASSWORD)
        stage.open("old-1")
        stage.pane.connect_terminal()
        stage.until(lambda: isinstance(card(stage), PlainLine))
        asked = card(stage)
        assert isinstance(asked, PlainLine)
        assert "telnet: not encrypted" in asked.accessibleName()
        assert box.typed == []
        shoot(stage.pane, "telnet-kept", stage.qtbot)
        press(asked, Qt.Key.Key_Escape)
        assert box.typed == []
        stage.pane.connect_terminal()
        stage.until(lambda: isinstance(card(stage), PlainLine))
        again = card(stage)
        assert isinstance(again, PlainLine)
        press(again, Qt.Key.Key_Return, CTRL)
        stage.until(lambda: stage.pane.stage == "open")
        stage.until(lambda: stage.pane.screen_text.rstrip().endswith("sw-1>"))
        stage.console.book.run("devices.close_terminal")
        stage.until(lambda: stage.pane.stage == "closed")
        stage.pane.connect_terminal()
        stage.until(lambda: stage.pane.stage == "open")


def test_the_question_for_a_password_says_it_too(stage: Stage) -> None:
    box = PlainBox(password=PASSWORD)
    with telnet(box) as port:
        by_telnet(stage, port)
        stage.open("old-1")
        stage.pane.connect_terminal()
        stage.until(lambda: stage.pane.stage == "asking_password")
        question = card(stage)
        assert isinstance(question, PasswordQuestion)
        assert any(text.startswith("Everybody on the way can read") for text in texts_of(question))
        shoot(stage.pane, "telnet-asked", stage.qtbot)
        write(question.password, PASSWORD)
        press(question.password, Qt.Key.Key_Return)
        stage.until(lambda: stage.pane.stage == "open")
    assert box.attempts == 1


@pytest.mark.parametrize("is_to_keep", [False, True])
def test_a_password_typed_for_a_rule_serves_every_device_of_it(stage: Stage, *, is_to_keep: bool) -> None:
    def verb(desk: Desk) -> str:
        with desk.edit() as edit:
            for name in ("core-nyc-1", "edge-bos-1"):
                edit.update(stage.devices[name], username="")
        return credentials.add(desk, name="Rail", selector="customer:Northgate", username="ops").secret_name

    secret_name = str(stage.do(verb))
    for name in ("core-nyc-1", "edge-bos-1"):
        stage.accept(name)
    stage.open("core-nyc-1")
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_password")
    question = card(stage)
    assert isinstance(question, PasswordQuestion)
    assert question.username.text() == "ops"
    assert question.keep.text() == "Keep it in the keyring for every device of “Rail”"
    question.keep.setChecked(is_to_keep)
    write(question.password, PASSWORD)
    shoot(stage.pane, "rule-asked", stage.qtbot)
    press(question.password, Qt.Key.Key_Return)
    stage.until(lambda: stage.pane.stage == "open")
    secrets = stage.console.workstation.secrets
    stage.until(lambda: secrets.get(secret_name) == (PASSWORD if is_to_keep else None))
    assert secrets.get(stage.devices["core-nyc-1"].secret_name) is None
    stage.open("edge-bos-1")
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "open")
