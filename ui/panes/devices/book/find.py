"""The field above a list that finds by a few letters of anything."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from ui.kit.theme import BUTTON_HEIGHT


class FindField(QLineEdit):
    """Down goes into the list, Escape empties it, and leaves when it is empty."""

    down = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Device, fingerprint, person, retired …")
        self.setAccessibleName("Find a key")
        self.setClearButtonEnabled(True)
        self.setFixedHeight(BUTTON_HEIGHT)
        self.setMinimumWidth(270)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave downwards, empty on Escape."""
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)
