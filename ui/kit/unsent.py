"""The one mark of what has not reached the company yet: a ring, wherever the row is shown.

Every console has one `Unsent`; lists, cards and panels ask it by the ids of what they show, and hear when it changes.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.kit.paint import RING, draw_ring
from ui.kit.theme import tokens

NOT_SENT = "not sent to the company yet"
_PAUSE_WITH_MANY_MS = 2_000  # an import leaves a hundred thousand edits: their ids are not read at every batch
_MANY = 20_000


class Unsent(QObject):
    """Knows what is unsent; `changed` when that is something else. GUI thread only."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ask: Callable[[], None] = lambda: None  # reads the marks and gives them to `show`; set by the console
        self._marks: frozenset[str] = frozenset()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_WITH_MANY_MS)
        self._soon.timeout.connect(lambda: self.ask())  # noqa: PLW0108  set after this line

    def look(self) -> None:
        """Read the marks again: something changed."""
        if len(self._marks) < _MANY:
            self.ask()
        elif not self._soon.isActive():
            self._soon.start()

    def show(self, marks: frozenset[str]) -> None:
        """Mark these from now on."""
        if marks != self._marks:
            self._marks = marks
            self.changed.emit()

    def has(self, *rows: str) -> bool:
        """Say whether any of these rows has an edit that was not sent."""
        return not self._marks.isdisjoint(rows)


class UnsentMark(QWidget):
    """The ring beside what it belongs to; it comes and goes by itself."""

    def __init__(self, unsent: Unsent, *rows: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unsent, self._rows = unsent, rows
        self.setFixedSize(RING + 2, 16)
        self.setToolTip(NOT_SENT.capitalize())
        self.setAccessibleName(NOT_SENT)
        unsent.changed.connect(self._follow)
        self._follow()

    def stand_for(self, *rows: str) -> None:
        """Mark these rows instead."""
        self._rows = rows
        self._follow()

    def _follow(self) -> None:
        is_unsent = self._unsent.has(*self._rows)
        # One that has no place yet would come up as a window of its own; it shows with what it is put into.
        if self.parentWidget() is not None or not is_unsent:
            self.setVisible(is_unsent)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring."""
        painter = QPainter(self)
        draw_ring(painter, 1, self.height() // 2, tokens().dim)
        painter.end()
