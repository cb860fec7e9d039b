"""A page over the panes with keys of its own, such as the outbox: what the window knows of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.kit.commands import Command


class Page(QWidget):
    """Its commands are alive while it is shown; `left` says that the person goes back to the pane behind."""

    left = Signal()

    def commands(self) -> tuple[Command, ...]:
        """Give the page's commands; the window sets their place."""
        return ()

    def focus_first(self) -> None:
        """Put the focus where work on this page begins."""
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back on Escape, when nothing on the page has a use for it."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
