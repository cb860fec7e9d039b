"""What each column of a CSV is: guessed, and to be said otherwise."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.domain.device_files.tables import FIELDS
from ui.kit.fields import Choice
from ui.kit.flow import FlowLayout, clear, row
from ui.kit.labels import Label
from ui.kit.theme import M, S, Tone

_MOST = 60
_HEIGHT = 116  # px, three rows
_TITLES = {"username": "user name", "jump": "jump host", "key": "key of the row"}


class Columns(QScrollArea):
    """One choice for each heading; `said` when the person has chosen otherwise."""

    said = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choices: dict[str, Choice] = {}
        self._holder = QWidget()
        self._layout = FlowLayout(self._holder, M, S)
        policy = self._holder.sizePolicy()
        policy.setHeightForWidth(True)
        self._holder.setSizePolicy(policy)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._holder)
        column.addStretch(1)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName("What each column is")
        self.hide()

    def show_columns(self, columns: Mapping[str, str]) -> None:
        """Ask about these headings; nothing to ask hides it."""
        self.setVisible(bool(columns))
        if list(columns)[:_MOST] == list(self.choices):
            for head, field in columns.items():
                if head in self.choices:
                    self._choose(self.choices[head], field)
            return
        clear(self._layout)
        self.choices = {}
        for head, field in list(columns.items())[:_MOST]:
            box = Choice(f"Column {head}")
            box.addItem("left out", "")
            for name in FIELDS:
                box.addItem(_TITLES.get(name, name), name)
            self._choose(box, field)
            box.currentIndexChanged.connect(lambda _at: self.said.emit())
            pair = QWidget()
            pair.setLayout(row(Label(head[:40], tone=Tone.DIM), box, gap=6))
            self._layout.addWidget(pair)
            self.choices[head] = box
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be as high as the choices ask for, up to three rows."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        asked = self._layout.heightForWidth(max(self.viewport().width(), 200))
        if (height := min(asked + S, _HEIGHT)) != self.height():
            self.setFixedHeight(height)

    def chosen(self) -> dict[str, str]:
        """Give what each heading is."""
        return {head: str(box.currentData() or "") for head, box in self.choices.items()}

    @staticmethod
    def _choose(box: Choice, field: str) -> None:
        with QSignalBlocker(box):
            box.setCurrentIndex(max(box.findData(field), 0))
