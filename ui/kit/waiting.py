"""What a page shows while something takes time: a sentence and a line that moves, or fills when the size is known."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from ui.kit.facts import ProgressLine
from ui.kit.labels import Label
from ui.kit.theme import S, Tone, colour, tokens

_STEP_MS = 40
_ROUND_STEPS = 45
_SHARE = 0.28
_HEIGHT = 6


class _MovingLine(QWidget):
    """A piece that goes round: something happens, nobody knows how long it takes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(_HEIGHT)
        self._step = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._move)

    def sizeHint(self) -> QSize:
        return QSize(100, _HEIGHT)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _move(self) -> None:
        self._step = (self._step + 1) % _ROUND_STEPS
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(tokens().line))
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)
        wide = self.width() * _SHARE
        left = (self.width() + wide) * self._step / _ROUND_STEPS - wide
        piece = QRectF(left, 0, wide, self.height()).intersected(QRectF(self.rect()))
        painter.setBrush(colour(tokens().accent))
        painter.drawRoundedRect(piece, 3, 3)
        painter.end()


class Waiting(QWidget):
    """Hidden until `say`; takes its room only then."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = Label(tone=Tone.DIM, wrap=True)
        self._moving = _MovingLine()
        self._filling = ProgressLine("Done")
        holder = QWidget()
        holder.setFixedHeight(_HEIGHT)
        self._lines = QStackedLayout(holder)
        self._lines.addWidget(self._moving)
        self._lines.addWidget(self._filling)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S)
        layout.addWidget(self._words)
        layout.addWidget(holder)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def say(self, what: str, done: int = 0, total: int = 0) -> None:
        """Show what takes time; with a total, how much of it is done."""
        self._words.setText(what)
        self._filling.show_progress(done, total)
        self._lines.setCurrentWidget(self._filling if total else self._moving)
        self.setAccessibleName(what)
        self.show()

    @property
    def what(self) -> str:
        """What takes time, or nothing."""
        return "" if self.isHidden() else self._words.text()
