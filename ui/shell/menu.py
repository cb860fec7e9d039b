"""The menu button: every command by group, its key written on it; opens on a click or Alt+M."""

import shiboken6
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from ui.kit.commands import CommandBook
from ui.kit.theme import BUTTON_HEIGHT, colour, tokens


class MenuButton(QPushButton):
    """Three lines that open the menu; the menu is made anew at each opening, so it never lies."""

    def __init__(self, book: CommandBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self._shown: QMenu | None = None
        self.setFixedSize(QSize(BUTTON_HEIGHT, BUTTON_HEIGHT))
        self.setAccessibleName("Menu")
        self.setToolTip("All commands (Alt+M)")
        self.clicked.connect(self.open)

    def menu_of_now(self) -> QMenu:
        """Give the menu as it is right now: groups as submenus, commands that cannot be given greyed."""
        menu = QMenu(self)
        for group, commands in self._book.groups(self._book.here()).items():
            inner = menu.addMenu(group)
            inner.setToolTipsVisible(True)
            for command in commands:
                inner.addAction(self._book.action(command.id, inner))
        return menu

    def open(self) -> None:
        """Open the menu below the button."""
        self._shown = self.menu_of_now()
        self._shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._shown.popup(self.mapToGlobal(self.rect().bottomLeft()))

    @property
    def shown(self) -> QMenu | None:
        """The menu that is open now."""
        return self._shown if self._shown is not None and shiboken6.isValid(self._shown) else None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw three lines."""
        used = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(colour(used.accent if self.hasFocus() else used.line), 1))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)
        painter.setPen(QPen(colour(used.dim), 1.4))
        middle = self.height() / 2
        for y in (middle - 4, middle, middle + 4):
            painter.drawLine(QPointF(8, y), QPointF(self.width() - 8, y))
        painter.end()
