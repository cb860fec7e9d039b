"""A page over the panes with keys of its own, such as the outbox: what the window knows of it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.kit.commands import Command
from ui.kit.flow import split


class Page(QWidget):
    """Its commands are alive while it is shown; `left` says that the person goes back to the pane behind."""

    left = Signal()

    def commands(self) -> tuple[Command, ...]:
        """Give the page's commands; the window sets their place."""
        return ()

    def focus_first(self) -> None:
        """Put the focus where work on this page begins."""
        self.setFocus()

    def lay_beside(
        self, lists: Sequence[tuple[QWidget, int]], side: QWidget, *, sizes: Sequence[int], least: tuple[int, int]
    ) -> None:
        """Fill the page: lists below each other, each with its stretch, and beside them what is told of one.

        `sizes` and `least` are the widths of the two parts in px, wanted and at least.
        """
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in lists:
            column.addWidget(widget, stretch)
        left.setMinimumWidth(least[0])
        side.setMinimumWidth(least[1])
        parts = split(left, side, sizes=sizes)
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(parts)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back on Escape, when nothing on the page has a use for it."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
