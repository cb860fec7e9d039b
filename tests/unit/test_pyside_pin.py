"""Why PySide6 is pinned: 6.12.0 drops a reference to None at every void call on CPython 3.11, and aborts."""

import sys

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot


def test_a_thousand_void_calls_leave_none_alone(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    label.setText("warm")
    before = sys.getrefcount(None)
    for number in range(1000):
        label.setText(f"{number}")
    assert abs(sys.getrefcount(None) - before) < 100
