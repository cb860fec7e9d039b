"""Buttons with their key written on them."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui.kit.commands import Command, CommandBook, native
from ui.kit.paint import CAP_HEIGHT, cap_width, draw_cap, draw_elided
from ui.kit.theme import BUTTON_HEIGHT, Face, Tone, colour, font, tokens

_PADDING = 11
_GAP = 9


class KeyButton(QPushButton):
    """A button that shows the key doing the same; the primary one is what most people do next."""

    def __init__(
        self,
        text: str,
        key: str = "",
        *,
        primary: bool = False,
        parent: QWidget | None = None,
        run: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._keys = native(key) if key else ""
        self.is_primary = primary
        self.setText(text)
        self.setAccessibleName(text)
        self.setFixedHeight(BUTTON_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if run is not None:
            self.clicked.connect(lambda: run())  # noqa: PLW0108 clicked carries a bool that run does not take

    @classmethod
    def of(
        cls, book: CommandBook, command: Command, *, primary: bool = False, parent: QWidget | None = None
    ) -> "KeyButton":
        """Give the button of a command: its title, its key, its help, enabled when it can be given.

        The command may come into the book later: a pane makes its buttons before the window takes its commands.
        """
        key = command.keys[0] if command.keys else ""
        button = cls(command.title, key, primary=primary, parent=parent, run=lambda: _run(book, command.id))
        button.setToolTip(command.help)
        button.setAccessibleDescription(command.help)
        button.bind(book, command.id)
        return button

    def bind(self, book: CommandBook, command_id: str) -> None:
        """Follow the command's keys and whether it can be given; the book's signals end with this button."""
        self._book, self._command_id = book, command_id
        book.changed.connect(self._follow)
        book.refreshed.connect(self._follow)
        self._follow()

    @property
    def keys(self) -> str:
        """What is written on the key cap."""
        return self._keys

    def set_primary(self, *, primary: bool) -> None:
        """Make this the button that most people press next, or an ordinary one."""
        self.is_primary = primary
        self.update()

    def _follow(self) -> None:
        if any(c.id == self._command_id for c in self._book.all()):
            key = self._book.shown_key(self._command_id)
            self._keys = native(key) if key else ""
            self.setEnabled(self._book.can(self._command_id))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Ask for the room of text and cap."""
        width = QFontMetrics(font(Face.TEXT)).horizontalAdvance(self.text()) + 2 * _PADDING
        if self._keys:
            width += _GAP + cap_width(self._keys) - 1
        return QSize(width, BUTTON_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Never cut a button's words."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press it with Enter as with the space bar: the ring of the focus promises it."""
        is_plain = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and is_plain:
            if not event.isAutoRepeat():
                self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be pressed."""
        super().enterEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, words, cap and focus."""
        used = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_primary = self.is_primary and self.isEnabled()
        ground = colour(used.accent if is_primary else used.panel)
        if self.isEnabled() and (self.isDown() or self.underMouse()):
            ground = _pressed(ground, used.accent_ground) if not is_primary else ground.darker(110)
        painter.setPen(QPen(ground if is_primary else colour(used.line), 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        ink = used.on_accent if is_primary else used.text if self.isEnabled() else used.faint
        painter.setPen(colour(ink))
        painter.setFont(font(Face.TEXT))
        words = self.rect().adjusted(_PADDING, 0, -_PADDING, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._keys:
            width = cap_width(self._keys)
            cap = QRect(self.width() - _PADDING + 1 - width, (self.height() - CAP_HEIGHT) // 2, width, CAP_HEIGHT)
            edge = used.on_accent if is_primary else used.cap_line if self.isEnabled() else used.line
            dim = used.on_accent if is_primary else used.dim if self.isEnabled() else used.faint
            draw_cap(painter, cap, self._keys, dim, edge, ground.name())
        if self.hasFocus():
            painter.setPen(QPen(colour(used.on_accent if is_primary else used.accent), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inset = 2.5 if is_primary else 0.7
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 5, 5)
        painter.end()


def _run(book: CommandBook, command_id: str) -> None:
    book.run(command_id)


def _pressed(ground: QColor, towards: str) -> QColor:
    other = colour(towards)
    mixed = [(a + b) // 2 for a, b in zip(ground.getRgb()[:3], other.getRgb()[:3], strict=True)]  # type: ignore[index]
    return QColor(*mixed)


class TextButton(QPushButton):
    """A line of words that can be pressed; underlined under the mouse and with the focus, cut where it does not fit."""

    def __init__(
        self, text: str = "", run: Callable[[], None] | None = None, *, tone: Tone = Tone.TEXT, height: int = 22
    ) -> None:
        super().__init__(text)
        self._tone = tone
        self.setFlat(True)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(height)
        if run is not None:
            self.clicked.connect(lambda: run())  # noqa: PLW0108  clicked carries a bool that run does not take

    def say(self, text: str, tone: Tone) -> None:
        """Say this instead, in this tone."""
        if (text, tone) != (self.text(), self._tone):
            self._tone = tone
            self.setText(text)
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Ask for the room of the words."""
        return QSize(QFontMetrics(font(Face.TEXT)).horizontalAdvance(self.text()) + 2, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press it with Enter as with the space bar."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the words."""
        is_lit = self.isEnabled() and (self.underMouse() or self.hasFocus())
        painter = QPainter(self)
        face = font(Face.TEXT)
        face.setUnderline(is_lit)
        painter.setFont(face)
        lit = Tone.ACCENT if self._tone is Tone.TEXT else self._tone
        painter.setPen(colour(tokens().tone(lit if is_lit else self._tone)))
        draw_elided(painter, self.rect(), self.text(), Qt.AlignmentFlag.AlignLeft)
        painter.end()


class TabButton(QPushButton):
    """A word that chooses a view inside a pane: bold when chosen, dim otherwise."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAccessibleName(text)
        self.setFlat(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Ask for the room of the bold word, so that choosing moves nothing."""
        return QSize(QFontMetrics(font(Face.BOLD)).horizontalAdvance(self.text()) + 8, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the word."""
        used = tokens()
        painter = QPainter(self)
        painter.setFont(font(Face.BOLD if self.isChecked() else Face.TEXT))
        painter.setPen(colour(used.text if self.isChecked() else used.dim))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.hasFocus():
            painter.setPen(QPen(colour(used.accent), 1.4))
            low = self.height() - 1.5
            painter.drawLine(QPointF(4, low), QPointF(self.width() - 4, low))
        painter.end()
