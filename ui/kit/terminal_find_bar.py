"""The field in which one searches a terminal, at its upper edge."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.kit.buttons import KeyButton
from ui.kit.cards import Card
from ui.kit.fields import Tick
from ui.kit.flow import flow
from ui.kit.labels import Label
from ui.kit.theme import FIELD_HEIGHT, Kind, S, Tone

_FIELD_WIDTH = 170
_COUNT_WIDTH = 88


class FindBar(Card):
    """A field, how many hits there are, and the ways to the older and the newer one. Escape leaves."""

    changed = Signal()  # what is searched
    stepped = Signal(int)  # -1: older, 1: newer
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Kind.BLUE, parent)
        self.setAccessibleName("Find in the terminal")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.field = QLineEdit()
        self.field.setPlaceholderText("Find in the terminal")
        self.field.setAccessibleName("Find in the terminal")
        self.field.setFixedSize(_FIELD_WIDTH, FIELD_HEIGHT)
        self.field.textChanged.connect(self.changed)
        self.case = Tick("Match case")
        self.case.toggled.connect(self.changed)
        self.count = Label(tone=Tone.DIM)
        self.count.setFixedWidth(_COUNT_WIDTH)
        older = KeyButton("Older", "Return", run=lambda: self.stepped.emit(-1))
        newer = KeyButton("Newer", "Shift+Return", run=lambda: self.stepped.emit(1))
        leave = KeyButton("Leave", "Esc", run=self.left.emit)
        self.body.setContentsMargins(S, S, S, S)
        self.body.addWidget(flow(self.field, self.count, older, newer, self.case, leave))

    def place(self, room: QRect) -> None:
        """Stand along this room's upper edge, on as many lines as it takes."""
        self.setGeometry(room.left(), room.top(), room.width(), self.body.totalHeightForWidth(room.width()))

    def say(self, position: int, count: int, most: int) -> None:
        """Say which of how many hits is the current one."""
        if not self.field.text():
            self.count.setText("")
        elif not count:
            self.count.setText("Not found")
        else:
            self.count.setText(f"{position:,} of {count:,}{'+' if count >= most else ''}")
        self.count.setAccessibleName(self.count.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the older hit, Shift+Enter to the newer one, as the arrows do."""
        key = event.key()
        is_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.stepped.emit(1 if is_shift else -1)
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.stepped.emit(-1 if key == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)
