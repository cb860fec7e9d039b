"""The key help page, made from the command book: every command that has a key, by group, and what it does."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from ui.kit.commands import CommandBook, native
from ui.kit.flow import clear, row
from ui.kit.labels import Label, SectionLabel
from ui.kit.paint import CAP_HEIGHT, cap_width, draw_cap
from ui.kit.theme import XL, Face, M, S, Tone, tokens


class KeyCap(QWidget):
    """A key cap by itself."""

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys = native(keys)
        self.setFixedSize(QSize(cap_width(self.keys), CAP_HEIGHT + 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cap."""
        used = tokens()
        painter = QPainter(self)
        box = QRect(0, 1, self.width(), CAP_HEIGHT)
        draw_cap(painter, box, self.keys, used.dim, used.cap_line, used.panel)
        painter.end()


class KeysPage(QScrollArea):
    """Every key that works, kept right when keys change."""

    def __init__(self, book: CommandBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book = book
        inner = QWidget()
        self._layout = QVBoxLayout(inner)
        self._layout.setContentsMargins(XL, XL, XL, XL)
        self._layout.setSpacing(S)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Keys")
        book.changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        clear(self._layout)
        self._layout.addWidget(Label("Keys", face=Face.HEADING))
        self._layout.addWidget(
            Label(
                "Single letters rest while you type in a field. In a terminal, Ctrl with a letter goes to the device: "
                "where two keys stand, the second works there too. Change any key under Settings.",
                tone=Tone.DIM,
                wrap=True,
            )
        )
        for group, commands in self._book.groups().items():
            with_keys = [c for c in commands if self._book.keys(c.id)]
            if not with_keys:
                continue
            self._layout.addSpacing(M)
            self._layout.addWidget(SectionLabel(group))
            grid = QGridLayout()
            grid.setHorizontalSpacing(XL)
            grid.setVerticalSpacing(S)
            grid.setColumnStretch(2, 1)
            for at, command in enumerate(with_keys):
                grid.addLayout(row(*(KeyCap(key) for key in self._book.keys(command.id)), None), at, 0)
                grid.addWidget(Label(command.title), at, 1)
                grid.addWidget(Label(command.help, tone=Tone.DIM), at, 2)
            grid.setColumnMinimumWidth(0, 90)
            grid.setColumnMinimumWidth(1, 180)
            self._layout.addLayout(grid)
        self._layout.addStretch(1)
