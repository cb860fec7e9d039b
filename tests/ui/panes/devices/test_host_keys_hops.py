"""Jump hosts at the doorstep: each hop's own key and passphrase are asked for, and it is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.domain.device import Device, LoginWith
from app.domain.entity import new_id
from app.services import host_keys
from app.services.desk import Desk
from tests.sshd import ME, Sshd, known_key, new_key, sshd
from tests.ui.hands import press, write
from tests.ui.panes.conftest import shoot
from tests.ui.panes.devices.conftest import CTRL, PASSWORD, Stage, card, texts_of
from ui.panes.devices.questions import FirstContact, HardStop, PasswordQuestion

PASSPHRASE = "open sesame"


@pytest.fixture(scope="module")
def hop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    folder = tmp_path_factory.mktemp("hop")
    with sshd(folder / "one") as running:
        key = new_key(folder, "locked", passphrase=PASSPHRASE)
        with (running.folder / "accounts").open("a", encoding="ascii") as accounts:
            accounts.write(key.with_name("locked.pub").read_text(encoding="ascii"))
        yield running


def behind(stage: Stage, hop: Sshd, name: str = "core-nyc-1") -> Device:
    """Put a jump host before the device and give it."""

    def verb(desk: Desk) -> Device:
        with desk.edit() as edit:
            jump = edit.insert(
                Device(
                    id=new_id(), name="jump-1", address="127.0.0.1", port=hop.port, username=ME,
                    login_with=LoginWith.KEY, key_file=str(hop.folder.parent / "locked"),
                )
            )  # fmt: skip
            edit.update(stage.devices[name], jump_id=jump.id)
        return jump

    made = stage.do(verb)
    assert isinstance(made, Device)
    return made


def test_the_hop_is_met_first_and_the_device_behind_it_then(stage: Stage, hop: Sshd) -> None:
    behind(stage, hop)
    before = len(stage.farm.attempts("core-nyc-1"))
    stage.open("core-nyc-1")
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_key")
    asked = card(stage)
    assert isinstance(asked, FirstContact)
    assert asked.fingerprint == known_key(hop.host_key).fingerprint
    assert "Is this jump-1?" in texts_of(asked)
    assert any("the jump host on the way to core-nyc-1" in text for text in texts_of(asked))
    shoot(stage.pane, "hop-key", stage.qtbot)
    press(asked, Qt.Key.Key_Return, CTRL)
    stage.until(lambda: stage.pane.stage == "asking_password")
    question = card(stage)
    assert isinstance(question, PasswordQuestion)
    assert "jump-1, on the way to core-nyc-1" in question.title.text()
    assert question.password.accessibleName() == "Passphrase"
    assert "is locked" in question.refusal
    write(question.password, "close sesame")
    press(question.password, Qt.Key.Key_Return)
    stage.until(lambda: isinstance(q := card(stage), PasswordQuestion) and "does not open" in q.refusal)
    shoot(stage.pane, "hop-passphrase", stage.qtbot)
    stage.answer(PASSPHRASE)
    stage.until(lambda: stage.pane.stage == "asking_key")
    asked = card(stage)
    assert isinstance(asked, FirstContact)
    assert "Is this core-nyc-1?" in texts_of(asked)
    assert len(stage.farm.attempts("core-nyc-1")) == before
    press(asked, Qt.Key.Key_Return, CTRL)
    stage.until(lambda: stage.pane.stage == "asking_password")
    stage.answer(PASSWORD)
    stage.until(lambda: stage.pane.stage == "open")
    stage.run("show clock")
    assert "UTC" in (stage.pane.last_output or "")


def test_a_hop_with_another_key_stops_everybody_and_is_named(stage: Stage, hop: Sshd, tmp_path: Path) -> None:
    jump = behind(stage, hop)
    old = known_key(new_key(tmp_path, "old"))
    stage.do(lambda desk: host_keys.accept(desk, jump.id, old.key_type, old.fingerprint))
    stage.accept("core-nyc-1")
    before = hop.logins(), len(stage.farm.attempts("core-nyc-1"))
    stage.open("core-nyc-1")
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_password")
    assert isinstance(question := card(stage), PasswordQuestion)
    assert "core-nyc-1" in question.title.text()  # the hop's key file may need nothing
    stage.answer(PASSWORD)
    stage.until(lambda: stage.pane.stage == "stopped")
    stop = card(stage)
    assert isinstance(stop, HardStop)
    assert stop.fingerprints == [old.fingerprint, known_key(hop.host_key).fingerprint]
    assert "This is not the jump-1 that we know" in texts_of(stop)
    assert any(text.startswith("It is on the way to core-nyc-1.") for text in texts_of(stop))
    assert any("You accepted what is in the book. Compare it" in text for text in texts_of(stop))
    assert (hop.logins(), len(stage.farm.attempts("core-nyc-1"))) == before
    assert "The device shows another key now." not in texts_of(stage.pane)  # it is the hop that does
    shoot(stage.pane, "hop-stop", stage.qtbot)
    stop.replace.click()
    form = card(stage)
    form.reason.setText("new virtual machine")  # type: ignore[attr-defined]  # the form that asks for the reason
    press(form, Qt.Key.Key_Return, CTRL)  # type: ignore[arg-type]  # a widget
    stage.until(lambda: stage.pane.stage == "asking_password")
    keys = stage.console.workstation.read(lambda desk: host_keys.book(desk, jump.id)).result(10)
    assert [(line.is_valid, line.reason) for line in keys] == [(True, ""), (False, "new virtual machine")]


def test_a_circle_of_jump_hosts_is_said_where_somebody_connects(stage: Stage, hop: Sshd) -> None:
    jump = behind(stage, hop)

    def circle(desk: Desk) -> None:
        with desk.edit() as edit:
            edit.update(desk.need(Device, jump.id), jump_id=stage.devices["core-nyc-1"].id)

    stage.do(circle)
    stage.open("core-nyc-1")
    stage.pane.connect_terminal()
    stage.until(lambda: any("lead in a circle" in text for text in texts_of(stage.pane)))
