"""Asks for the company's password in place, above the work that goes on without it. Keeps no password."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.company import CompanyAddress
from app.domain.errors import BatonError
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
        """What was typed."""
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
    """A bar over the whole width, hidden until `ask`; `given` carries the password, `left` says: not now."""

    given = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whose = Label(face=Face.BOLD)
        self._reason = Label(tone=Tone.RED, wrap=True)
        self.field = PasswordField("Password")
        self.field.setFixedWidth(_FIELD_WIDTH)
        self.connect_now = KeyButton("Connect", "Return", primary=True, run=self._give)
        self.later = KeyButton("Later", "Esc", run=self._leave)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(Dot(Kind.AMBER))
        for widget in (self._whose, self.field, self.connect_now, self.later):
            row.addWidget(widget)
        row.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(L, S, L, S)
        whole.setSpacing(XS)
        whole.addLayout(row)
        whole.addWidget(self._reason)
        self.field.line.returnPressed.connect(self._give)
        self.setMinimumHeight(2 * M + 20)
        self._reason.hide()
        self.hide()

    def ask(self, address: CompanyAddress, reason: BatonError | str = "") -> None:
        """Show the bar, asking for this login's password; the reason says why, such as a refusal.

        What is being typed stays, and the focus goes to the field only when the bar was not there before: somebody
        may be typing elsewhere.
        """
        whose = f"Password for {address.login}@{address.host}"
        self._whose.setText(whose)
        self.field.name(whose)
        self.refuse(reason)
        self.setAccessibleName(f"{whose}. {self.reason}".strip())
        self.show()

    def refuse(self, reason: BatonError | str) -> None:
        """Say why it is asked (again); nothing takes the line away."""
        text = reason if isinstance(reason, str) else f"{reason.what} {reason.todo}".strip()
        self._reason.setText(text)
        self._reason.setVisible(bool(text))

    @property
    def whose(self) -> str:
        """Whose password is asked for, as it is shown."""
        return self._whose.text()

    @property
    def reason(self) -> str:
        """Why it is asked, or nothing."""
        return self._reason.text()

    def done(self) -> None:
        """Take the bar away, with whatever was typed."""
        self.field.clear()
        self.hide()

    def _give(self) -> None:
        if not self.field.text():
            self.refuse("Type the password first.")
            self.field.setFocus()
            return
        password = self.field.take()
        self.done()
        self.given.emit(password)

    def _leave(self) -> None:
        self.done()
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line below."""
        used = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(used.amber_ground))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), colour(used.line))
        painter.end()
