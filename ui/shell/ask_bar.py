"""Asks for the company's password in place, above the work that goes on without it. Keeps no password."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.kit.buttons import KeyButton
from ui.kit.labels import Dot, Label
from ui.kit.theme import FIELD_HEIGHT, XS, Face, Kind, L, M, S, Tone, colour, tokens

_FIELD_WIDTH = 280


class PasswordField(QWidget):
    """A line for a password, hidden until Show is pressed."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setMinimumHeight(FIELD_HEIGHT)
        self.line.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self.show_it = KeyButton("Show", run=self._turn)
        self.show_it.setFixedHeight(FIELD_HEIGHT)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.show_it)
        self.setFocusProxy(self.line)
        self.name(name)
        self.hide_it()

    def name(self, name: str) -> None:
        """Say to a screen reader whose password is asked for."""
        self.line.setAccessibleName(name)
        self.show_it.setAccessibleName(f"Show {name}")

    def text(self) -> str:
        """Give what was typed; it stays."""
        return self.line.text()

    def take(self) -> str:
        """Give what was typed and forget it, with what could be undone."""
        typed = self.line.text()
        self.clear()
        return typed

    def clear(self) -> None:
        """Forget what was typed."""
        self.line.setText("")
        self.hide_it()

    def hide_it(self) -> None:
        """Show dots from now on."""
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.show_it.setText("Show")

    def _turn(self) -> None:
        if self.line.echoMode() is QLineEdit.EchoMode.Normal:
            self.hide_it()
        else:
            self.line.setEchoMode(QLineEdit.EchoMode.Normal)
            self.show_it.setText("Hide")
        self.line.setFocus()


class AskBar(QWidget):
    """A bar over the whole width; `given` carries the password. It stays until its owner takes it away."""

    given = Signal(str)

    def __init__(self, whose: str, parent: QWidget | None = None) -> None:
        """`whose` reads like "Password for ben@db.example.com"."""
        super().__init__(parent)
        self._reason = Label(wrap=True)
        self.field = PasswordField(whose)
        self.field.setFixedWidth(_FIELD_WIDTH)
        self.connect_now = KeyButton("Connect", "Return", primary=True, run=self._give)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(Dot(Kind.AMBER))
        for widget in (Label(whose, face=Face.BOLD), self.field, self.connect_now):
            row.addWidget(widget)
        row.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(L, S, L, S)
        whole.setSpacing(XS)
        whole.addLayout(row)
        whole.addWidget(self._reason)
        self.field.line.returnPressed.connect(self._give)
        self.setAccessibleName(whose)
        self.setMinimumHeight(2 * M + 20)
        self._reason.hide()

    def set_reason(self, text: str) -> None:
        """Say why it is asked (again), such as a refusal; what is being typed stays."""
        self._say(text, Tone.RED)

    @property
    def reason(self) -> str:
        """What the bar says below the line, or nothing."""
        return self._reason.text()

    def focus_first(self) -> None:
        """Put the focus into the line."""
        self.field.line.setFocus()

    def _say(self, text: str, tone: Tone) -> None:
        self._reason.setText(text)
        self._reason.set_tone(tone)
        self._reason.setVisible(bool(text))

    def _give(self) -> None:
        if not self.field.text():
            self.set_reason("Type the password first.")
            self.focus_first()
            return
        password = self.field.take()
        self._say("Asking the company…", Tone.DIM)
        self.given.emit(password)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Forget what was typed on Escape; press the button with Enter (in the line, Enter was heard already)."""
        if event.key() == Qt.Key.Key_Escape:
            self.field.clear()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.connect_now.hasFocus():
            self._give()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line below."""
        used = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(used.amber_ground))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), colour(used.line))
        painter.end()
