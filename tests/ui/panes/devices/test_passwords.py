"""Passwords: tried once, kept only if wanted, asked for again once refused, and found in no file."""

import pytest
from pytestqt.qtbot import QtBot

from app.domain.errors import SecretsUnavailable
from app.domain.person import Role
from app.practice.farm import Farm
from app.runtime.secrets import NO_KEYRING, MemorySecrets
from tests.ui.panes.conftest import OpenConsole
from tests.ui.panes.devices.conftest import PASSWORD, Stage, an_inventory, card, stage_for, texts_of
from ui.panes.devices.questions import PasswordQuestion


def test_a_wrong_password_is_tried_once_said_and_tried_again_by_the_person(stage: Stage) -> None:
    stage.accept("core-nyc-1")
    before = len(stage.farm.attempts("core-nyc-1"))
    stage.open("core-nyc-1")
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_password")
    stage.answer("wrong")
    stage.until(lambda: isinstance(q := card(stage), PasswordQuestion) and "refused the login" in q.refusal)
    stage.qtbot.wait(300)
    assert len(stage.farm.attempts("core-nyc-1")) == before + 1
    stage.answer(PASSWORD)
    stage.until(lambda: stage.pane.stage == "open")
    assert len(stage.farm.attempts("core-nyc-1")) == before + 2


def test_a_kept_password_is_used_without_asking_and_not_again_once_refused(stage: Stage) -> None:
    secrets, name = stage.console.workstation.secrets, stage.devices["core-nyc-1"].secret_name
    secrets.put(name, "old password")
    before = len(stage.farm.attempts("core-nyc-1"))
    stage.accept("core-nyc-1")
    stage.open("core-nyc-1")
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_password")
    stage.pane.run_command("show clock")
    stage.until(lambda: isinstance(card(stage), PasswordQuestion))
    assert len(stage.farm.attempts("core-nyc-1")) == before + 1
    stage.accept("edge-bos-1")
    secrets.put(stage.devices["edge-bos-1"].secret_name, PASSWORD)
    stage.open("edge-bos-1")
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "open")


@pytest.mark.parametrize("is_wanted", [True, False])
def test_a_typed_password_is_kept_once_the_device_took_it_and_only_if_wanted(stage: Stage, *, is_wanted: bool) -> None:
    secrets, name = stage.console.workstation.secrets, stage.devices["core-nyc-1"].secret_name
    stage.accept("core-nyc-1")
    stage.open("core-nyc-1")
    stage.pane.connect_terminal()
    for password in ("wrong", PASSWORD):
        stage.until(lambda: stage.pane.stage == "asking_password")
        question = card(stage)
        assert isinstance(question, PasswordQuestion)
        assert not question.keep.isChecked()
        question.keep.setChecked(is_wanted)
        assert secrets.get(name) is None
        stage.answer(password)
        stage.until(lambda: stage.pane.stage in {"asking_password", "open"})
    stage.until(lambda: stage.pane.stage == "open")
    stage.until(lambda: secrets.get(name) == (PASSWORD if is_wanted else None))


def test_without_a_keyring_nothing_is_offered_that_would_not_last(
    open_console: OpenConsole, farm: Farm, qtbot: QtBot
) -> None:
    class NoKeyring(MemorySecrets):
        def notice(self) -> SecretsUnavailable:
            return NO_KEYRING

    console = open_console("anna", Role.MANAGER, secrets=NoKeyring())
    stage = stage_for(console, farm, qtbot, console.workstation.write(lambda d: an_inventory(farm, d)).result(10))
    stage.accept("core-nyc-1")
    stage.open("core-nyc-1")
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_password")
    question = card(stage)
    assert isinstance(question, PasswordQuestion)
    stage.console.book.run("devices.edit")
    stage.until(lambda: stage.pane.form is not None)
    assert stage.pane.form is not None
    assert any("no keyring" in text for text in texts_of(stage.pane.form))
    stage.pane.form.left.emit()
    assert not question.keep.isVisible()
    assert any("no keyring" in text for text in texts_of(question))
    stage.answer(PASSWORD)
    stage.until(lambda: stage.pane.stage == "open")
    stage.run("show clock")
    assert "UTC" in (stage.pane.last_output or "")
