"""A call card from anywhere: F2 in any pane, a number that was copied, and a softphone through the console's door."""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.domain.person import Role
from tests.ui.bootstrap.conftest import OpenSession
from tests.ui.bootstrap.test_session import fill
from tests.ui.hands import press
from ui.bootstrap.declared import DEVICES, ESCALATIONS, QUEUE
from ui.bootstrap.session import Session
from ui.shell.single_instance import SingleInstance

ROOT = Path(__file__).resolve().parents[3]
NUMBER = "+12125550147"
CALLS = ("queue.log_call", "queue.capture", "queue.paste_number")
OURS = ("queue.card.", "queue.page.", "queue.ledger.")
JANE = "Jane Whitlock · Northgate Rail"


def shown(session: Session, qtbot: QtBot) -> None:
    session.workstation.write(fill).result(10)
    session.show()
    session.window.activateWindow()
    qtbot.waitUntil(session.window.isActiveWindow)


def test_the_card_opens_from_any_pane(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session("ben", Role.SUPPORT)
    shown(session, qtbot)
    for pane in (ESCALATIONS, DEVICES):
        session.window.show_pane(pane)
        press(session.window, Qt.Key.Key_F2)
        assert session.window.current == QUEUE, pane
        assert session.queue().is_logging
        session.queue()._leave_call()
    session.window.show_pane(ESCALATIONS)
    press(session.window, Qt.Key.Key_F2, Qt.KeyboardModifier.ShiftModifier)
    assert session.queue().pages.shown == "capture"
    session.window.show_pane(ESCALATIONS)
    QGuiApplication.clipboard().setText("(212) 555-0147")
    press(session.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert session.queue().is_logging
    qtbot.waitUntil(lambda: "Jane Whitlock" in session.queue().call.highlighted, timeout=5_000)
    ours = [c for clash in session.book.clashes() for c in clash[1:] if c in CALLS or c.startswith(OURS)]
    assert ours == []


def test_a_softphones_url_opens_the_card_in_the_running_console(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session("ben", Role.SUPPORT)
    shown(session, qtbot)
    door = SingleInstance(session.profile.folder, session)
    assert door.take()
    door.asked.connect(session.asked)
    try:
        for asked in (["baton:call?number=%2B1%20212%20555%200147"], ["call", "+1", "212", "555", "0147"]):
            verb = subprocess.Popen(
                [sys.executable, str(ROOT / "main.py"), "--profile", str(session.profile.folder), *asked],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            )  # fmt: skip
            try:
                qtbot.waitUntil(lambda: session.queue().call.caller.text() == JANE, timeout=20_000)
                said, _ = verb.communicate(timeout=20)
            finally:
                verb.kill()
            assert verb.returncode == 0, said
            assert said == "Opened the call card for +1 212 555 0147.\n"
            session.queue().call.drop.click()
    finally:
        door.leave()
