"""What stands above the list: its name and count."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from ui.kit.cards import Panel
from ui.kit.labels import ElidedLabel
from ui.kit.theme import Face, M, S, Tone

_HEADER_HEIGHT = 49


class ListHeader(Panel):
    """The line above the list; where it is narrow its name and count are cut, and never a button."""

    def __init__(self, title: str) -> None:
        super().__init__(is_raised=False, line=Qt.Edge.BottomEdge)
        self._title = ElidedLabel(title, face=Face.SUBHEADING)
        self._count = ElidedLabel(tone=Tone.DIM)
        self.right = QHBoxLayout()
        self.right.setSpacing(S)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(M, 0, M, 0)
        layout.setSpacing(S)
        for label in (self._title, self._count):
            label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            layout.addWidget(label)
        layout.addStretch(1)
        layout.addLayout(self.right)
        self.setFixedHeight(_HEADER_HEIGHT)

    def say(self, title: str, count: str = "") -> None:
        """Name the list and say how many are in it."""
        for label, text in ((self._title, title), (self._count, count)):
            label.set_whole(text)
            label.updateGeometry()
