"""A part of the facts that folds away under its heading; folded, the heading says in a few words what is in it."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.kit.paint import draw_elided
from ui.kit.theme import Face, S, colour, font, tokens
from ui.kit.tips import tip_of

_HEIGHT = 22
_MARK = 14


class _Heading(QPushButton):
    """The heading: a mark of whether it is open, its name, and at the right what is in it."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title, self.summary, self.is_open = title, "", True
        self.setFlat(True)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press it with Enter as with the space bar."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw mark, name and words."""
        used = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_lit = self.underMouse() or self.hasFocus()
        painter.setPen(QPen(colour(used.accent if is_lit else used.faint), 1.4))
        x, y = 4.0, self.height() / 2
        ends = (-3, -1.5, 0, 1.5, 3, -1.5) if self.is_open else (-1.5, -3, 1.5, 0, -1.5, 3)
        painter.drawPolyline([QPointF(x + ends[i], y + ends[i + 1]) for i in (0, 2, 4)])
        painter.setFont(font(Face.SMALL_BOLD))
        painter.setPen(colour(used.accent if is_lit else used.faint))
        name = self.title.upper()
        width = painter.fontMetrics().horizontalAdvance(name)
        painter.drawText(self.rect().adjusted(_MARK, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)
        if self.summary:
            painter.setFont(font(Face.SMALL))
            painter.setPen(colour(used.dim))
            rest = self.rect().adjusted(_MARK + width + S, 0, 0, 0)
            draw_elided(painter, rest, self.summary, Qt.AlignmentFlag.AlignRight)
        painter.end()


class FoldSection(QWidget):
    """A heading and the body below it; `folded` says that the person opened or closed it."""

    folded = Signal()

    def __init__(self, title: str, *, is_open: bool = True) -> None:
        super().__init__()
        self._heading = _Heading(title)
        self.holder = QWidget()
        self.body = QVBoxLayout(self.holder)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(S)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addWidget(self._heading)
        whole.addWidget(self.holder)
        self._heading.clicked.connect(self._toggle)
        self.set_open(is_open=is_open)
        self.say("")

    @property
    def title(self) -> str:
        """Its name."""
        return self._heading.title

    @property
    def summary(self) -> str:
        """What the heading says of what is in it."""
        return self._heading.summary

    @property
    def is_open(self) -> bool:
        """Say whether the body is shown."""
        return self._heading.is_open

    def set_open(self, *, is_open: bool) -> None:
        """Open or close it."""
        self._heading.is_open = is_open
        self.holder.setVisible(is_open)
        self._say()

    def say(self, summary: str) -> None:
        """Say in a few words what is in it."""
        self._heading.summary = summary
        self._say()

    def _say(self) -> None:
        heading = self._heading
        state = "open" if heading.is_open else "closed"
        heading.setAccessibleName(", ".join(part for part in (heading.title, heading.summary, state) if part))
        heading.setToolTip(tip_of(heading.summary))
        heading.update()

    def _toggle(self) -> None:
        self.set_open(is_open=not self.is_open)
        self.folded.emit()
