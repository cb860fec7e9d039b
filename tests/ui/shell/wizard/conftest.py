"""The start wizard on the screen, worked by keys, and what came of it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.domain.errors import BatonError
from app.domain.ports import Secrets
from app.runtime.opening import OpenedProfile
from app.runtime.profile import Profile
from app.runtime.secrets import MemorySecrets
from tests.ui.hands import NONE, press
from ui.kit.mailbox import Mailbox
from ui.shell.wizard import StartWizard
from ui.shell.wizard.sheet import FormPage

LONG = 30_000  # ms


class Started:
    """A wizard on the screen, and what came of it."""

    def __init__(self, mailbox: Mailbox, folder: Path, secrets: Secrets, notice: BatonError | None) -> None:
        self.folder, self.secrets = folder, secrets
        self.wizard = StartWizard(mailbox, secrets, lambda: notice, folder, suggested_login="mara")
        self.finished: list[tuple[Profile, OpenedProfile]] = []
        self.demo: list[bool] = []
        self.left: list[bool] = []
        self.wizard.finished.connect(lambda profile, opened: self.finished.append((profile, opened)))
        self.wizard.demo_chosen.connect(lambda: self.demo.append(True))
        self.wizard.left.connect(lambda: self.left.append(True))
        self.wizard.show()
        self.wizard.activateWindow()
        self.wizard.choose.focus_first()

    def type_address(self, host: str, port: int, login: str, password: str, database: str = "baton") -> None:
        join = self.wizard.join
        self.wizard.show_page(join)
        fields = {join.host: host, join.port: str(port), join.database: database, join.login: login}
        for field, text in (fields | {join.password.line: password}).items():
            field.setText(text)

    def files_with(self, *texts: str) -> list[Path]:
        return [
            path
            for path in self.folder.parent.rglob("*")
            if path.is_file() and any(text.encode() in path.read_bytes() for text in texts)
        ]


StartOne = Callable[..., Started]


@pytest.fixture
def start(qtbot: QtBot, mailbox: Mailbox, tmp_path: Path) -> Iterator[StartOne]:
    made: list[Started] = []

    def one(secrets: Secrets | None = None, notice: BatonError | None = None) -> Started:
        started = Started(mailbox, tmp_path / "home" / "profile", secrets or MemorySecrets(), notice)
        qtbot.waitUntil(started.wizard.isActiveWindow)
        made.append(started)
        return started

    yield one
    for started in made:
        started.wizard.close()
        for _profile, opened in started.finished:
            opened.close()
        started.wizard.deleteLater()
    for thread in threading.enumerate():
        if thread.name in {"joining", "opening", "closing", "new-password", "secrets", "import"}:
            thread.join(20)
            assert not thread.is_alive()


def keys(key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None
    press(widget, key, modifier)


def refused(qtbot: QtBot, page: FormPage) -> str:
    qtbot.waitUntil(lambda: bool(page.form.refusal) and not page.is_working, timeout=LONG)
    return page.form.refusal


def focused(line: QLineEdit) -> bool:
    return QApplication.focusWidget() is line
