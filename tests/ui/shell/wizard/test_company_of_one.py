"""A company of one is started with its own embedded database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.company.embedded import EmbeddedServer
from app.domain.person import Role
from app.runtime import program
from app.runtime.profile import CompanyKind, Profile
from tests.ui.hands import write
from tests.ui.shell.wizard.conftest import LONG, StartOne, focused, keys, refused


@pytest.fixture
def own_company(tmp_path: Path) -> Iterator[Path]:
    """Give the folder of the embedded company, and take the company away at the end."""
    home = tmp_path / "home" / "profile" / "company"
    yield home
    for process in program._started:
        process.wait(30)  # the host ends by itself
    if home.exists():
        EmbeddedServer(home / "pg").remove()
        shutil.rmtree(home)


def test_a_company_of_one_is_started_by_name_and_login(qtbot: QtBot, own_company: Path, start: StartOne) -> None:
    started = start()
    wizard = started.wizard
    keys(Qt.Key.Key_S)
    assert wizard.start.login.text() == "mara"
    keys(Qt.Key.Key_Return)
    assert "name is missing" in wizard.start.form.refusal
    write(wizard.start.name, "Mara Lindholm")
    wizard.start.login.setText("Mara L")
    wizard.start.form.send.click()
    assert "cannot be a login" in refused(qtbot, wizard.start)
    assert focused(wizard.start.login)
    assert Profile.load(started.folder) is None
    wizard.start.login.setText("mara")
    wizard.start.form.send.click()
    qtbot.waitUntil(lambda: wizard.bring is not None, timeout=LONG)
    keys(Qt.Key.Key_Escape)
    [(profile, opened)] = started.finished
    assert (profile.kind, profile.login) == (CompanyKind.EMBEDDED, "mara")
    assert Profile.load(started.folder) == profile
    me = opened.workstation.read(lambda desk: desk.me()).result(10)
    assert (me.name, me.role) == ("Mara Lindholm", Role.MANAGER)
    assert own_company.is_dir()
    opened.close()
