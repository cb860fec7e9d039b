"""Keys and mouse for the tests of screens, typed."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

NONE = Qt.KeyboardModifier.NoModifier


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(widget, key, modifier)


def write(widget: QWidget, text: str) -> None:
    QTest.keyClicks(widget, text)


def click(widget: QWidget, at: QPoint | None = None) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, NONE, at or widget.rect().center())


def double_click(widget: QWidget, at: QPoint) -> None:
    QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, NONE, at)


def drag(widget: QWidget, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, NONE, start)
    # Off screen, QTest's own move carries no pressed button.
    to = QPointF(end)
    widget.mouseMoveEvent(
        QMouseEvent(QEvent.Type.MouseMove, to, to, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, NONE)
    )
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, NONE, end)


def wheel(widget: QWidget, turn: int) -> None:
    where = QPointF(5, 5)
    phase = Qt.ScrollPhase.NoScrollPhase
    widget.wheelEvent(QWheelEvent(where, where, QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, NONE, phase, False))
