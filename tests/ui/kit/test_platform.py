import sys

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot


def test_void_calls_leave_none_alone(qtbot: QtBot) -> None:
    """PySide6 6.12.0 drops a reference to None at each void call on Python up to 3.11, and aborts in the end."""
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for number in range(1000):
        label.setText(str(number))
    assert abs(sys.getrefcount(None) - before) < 500
