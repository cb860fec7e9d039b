"""The solid green bar with the word PRACTICE, and below it what the last line would do on a real device."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.guard import Verdict, explain
from app.domain.session import LineClass
from ui.kit.cards import Panel
from ui.kit.flow import row
from ui.kit.labels import Label, Pill
from ui.kit.theme import Face, Kind, M, colour, font, tokens

HEIGHT = 28
_EXPLAINED_HEIGHT = 48  # two lines: whatever is said, the terminal below keeps its size
SENTENCE = "Nothing here is real, nothing is recorded. Break what you like."

_CLASSES = {
    LineClass.READ: ("reads", Kind.GREEN, "It would go at once, on production too."),
    LineClass.CONFIG: (
        "changes",
        Kind.AMBER,
        "On production it would need an open change window, and the issue or run it is for.",
    ),
    LineClass.DESTRUCTIVE: (
        "destroys",
        Kind.RED,
        "On production it would need an open change window with its issue or run, and the device's name typed.",
    ),
}


class PracticeBar(QWidget):
    """Where one is: as unmistakable as the red bar of production, and in no way like it."""

    def __init__(self, right: str, parent: QWidget | None = None) -> None:
        """`right` is said at the right: how to log in."""
        super().__init__(parent)
        self._right = right
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"PRACTICE: {SENTENCE} {right}")

    def sizeHint(self) -> QSize:
        """Take the width there is."""
        return QSize(200, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar."""
        used = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(used.green))
        painter.setPen(colour(used.panel))
        box = self.rect().adjusted(M, 0, -M, 0)
        painter.setFont(font(Face.TEXT))
        taken = painter.fontMetrics().horizontalAdvance(self._right)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._right)
        box.adjust(0, 0, -taken - M, 0)
        for text, face in (("PRACTICE", Face.BOLD), (SENTENCE, Face.TEXT)):
            painter.setFont(font(face))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(box.width(), 0))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
            box.setLeft(box.left() + painter.fontMetrics().horizontalAdvance(shown) + M)
        painter.end()


class Explained(Panel):
    """What can be tried on the chosen device; once something was typed, what that would do on a real one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, line=Qt.Edge.BottomEdge)
        self._pill = Pill("")
        self._what = Label(face=Face.TEXT, wrap=True)
        self._row = row(self._pill, gap=M, margins=(M, 0, M, 1))
        self._row.addWidget(self._what, 1)
        self.setLayout(self._row)
        self.setFixedHeight(_EXPLAINED_HEIGHT)

    @property
    def said(self) -> str:
        """What is said, in one line."""
        return self._what.text()

    def add(self, widget: QWidget) -> None:
        """Put a button at the right end."""
        self._row.addWidget(widget)

    def say_exercise(self, words: str) -> None:
        """Say what can be tried here."""
        self._say("try it", Kind.BLUE, words or "Choose a device at the left: each has something to try.")

    def say_waiting(self, words: str) -> None:
        """Say that one has to wait."""
        self._say("wait", Kind.GREY, words)

    def say_failed(self, words: str) -> None:
        """Say that it did not work, and why."""
        self._say("failed", Kind.RED, words)

    def say_refused(self, line: str) -> None:
        """Say that the device did not take the line."""
        self._say("refused", Kind.GREY, f"“{line}”: the device did not take this here; nothing happened.")

    def say_line(self, line: str, verdict: Verdict) -> None:
        """Say what the line would do on a real device."""
        word, kind, needs = _CLASSES[verdict.line_class]
        what = explain(verdict, line)
        what = what if what.startswith("“") else f"“{line}”: {what}"
        self._say(word, kind, f"{what} {needs}")

    def _say(self, word: str, kind: Kind, what: str) -> None:
        self._pill.show_as(word, kind)
        self._what.setText(what)
        self.setAccessibleName(f"{word}: {what}")
