"""The Queue pane on a real workstation with Halden's day in it, worked with keys."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.halden import Sample, furnish
from tests.ui.panes.conftest import Went
from ui.bootstrap.calling import call_commands
from ui.kit.console import Console
from ui.panes.queue import QueuePane

WAIT_MS = 15_000
RETURN, ESCAPE, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class Shown:
    """A pane on the screen, worked with keys."""

    def __init__(self, console: Console, qtbot: QtBot) -> None:
        self.console, self.qtbot = console, qtbot
        self.pane = QueuePane(console, lambda text, kind: self.badges.append((text, str(kind))))
        self.badges: list[tuple[str, str]] = []
        qtbot.addWidget(self.pane)
        console.book.add(*call_commands(lambda: self.pane, console.navigator.tell))
        console.book.add(*(replace(c, place="queue") for c in self.pane.commands()))
        console.book.attach(self.pane)
        console.book.go("queue")
        self.pane.resize(1280, 730)
        self.pane.show()
        qtbot.waitExposed(self.pane)
        self.pane.activateWindow()
        self.wait(self.pane.isActiveWindow)
        self.pane.focus_first()

    @property
    def told(self) -> list[str]:
        navigator = self.console.navigator
        assert isinstance(navigator, Went)
        return [what for what, _todo in navigator.told]

    @property
    def went(self) -> list[tuple[str, ...]]:
        navigator = self.console.navigator
        assert isinstance(navigator, Went)
        return navigator.to

    def wait(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    def wait_for_issue(self, title: str) -> None:
        self.wait(lambda: self.pane.side.issue is not None and self.pane.side.issue.title == title)

    def type(self, text: str) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClicks(widget, text)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClick(widget, key, modifier)

    def rows(self) -> list[str]:
        model = self.pane.list.table.model
        found = [model.row(at) for at in range(len(model.ids))]
        return [line.title for line in found if line is not None]


@pytest.fixture
def sample(console: Console) -> Sample:
    return console.workstation.write(furnish).result(20)


@pytest.fixture
def shown(console: Console, sample: Sample, qtbot: QtBot) -> Shown:
    assert sample.issues
    made = Shown(console, qtbot)
    made.wait_for_issue("Import fails after the night deployment")
    made.wait(lambda: len(made.rows()) == 4)
    return made


def count(console: Console, statement: str) -> int:
    found = console.workstation.read(lambda desk: desk.cache.read(statement)).result(10)
    return int(found[0][0])
