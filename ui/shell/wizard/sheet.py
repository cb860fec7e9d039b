"""What the wizard's pages look like: a heading, one sentence, and what it takes, in a column in the middle."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app.domain.errors import BatonError
from ui.kit.buttons import KeyButton
from ui.kit.forms import InlineForm
from ui.kit.labels import Label
from ui.kit.theme import XL, Face, L, M, S, Tone
from ui.kit.waiting import Waiting
from ui.shell.ask_bar import PasswordField

COLUMN_WIDTH = 560


class _Inner(QWidget):
    """Its height follows from its width; a minimum made for a narrower one would scroll for nothing."""

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


class Sheet(QScrollArea):
    """One page; `body` takes its parts from top to bottom."""

    def __init__(self, title: str, sentence: str, width: int = COLUMN_WIDTH, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = Label(title, face=Face.HEADING, wrap=True)
        self.sentence = Label(sentence, tone=Tone.DIM, wrap=True)
        column = QWidget()
        column.setFixedWidth(width)
        self.body = QVBoxLayout(column)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(M)
        self.body.addWidget(self.heading)
        self.body.addWidget(self.sentence)
        self.body.addSpacing(S)
        inner = _Inner()
        middle = QHBoxLayout(inner)
        middle.setContentsMargins(XL, 3 * XL, XL, XL)
        middle.addStretch(1)
        middle.addWidget(column, 0, Qt.AlignmentFlag.AlignTop)
        middle.addStretch(1)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(title)

    def focus_first(self) -> None:
        """Put the focus where this page begins."""


def on_key(button: KeyButton, key: str, page: QWidget) -> KeyButton:
    """Let the key press the button while the page has the focus; gives the button."""
    shortcut = QShortcut(QKeySequence(key), page)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(lambda: button.click() if button.isVisible() else None)
    return button


class FormPage(Sheet):
    """A sheet with one form. While it works the fields rest and Escape cancels; afterwards everything typed is there.

    The page that is one connects `sent`, answers with `work`, then `rest` or `refuse`; `cancelled` asks to stop.
    """

    sent = Signal()
    left = Signal()
    cancelled = Signal()

    def __init__(self, title: str, sentence: str, form_title: str, send: str, parent: QWidget | None = None) -> None:
        super().__init__(title, sentence, parent=parent)
        self.form = InlineForm(form_title, send, leave="Back")
        self.form.body.setContentsMargins(L, L, L, L)
        self.waiting = Waiting()
        self.form.body.addWidget(self.waiting)
        self.body.addWidget(self.form)
        self._fields: list[QWidget] = []
        self._is_working = False
        self._can_cancel = True
        self.form.sent.connect(self._send)
        self.form.left.connect(self._leave)

    def add(self, name: str, field: QWidget, help_text: str = "") -> None:
        """Add a field; Enter in it sends the form."""
        self._fields.append(self.form.add(name, field, help_text))
        line = field.line if isinstance(field, PasswordField) else field
        if isinstance(line, QLineEdit):
            line.returnPressed.connect(self._send)
            line.textEdited.connect(self.form.clear_refusal)
        if isinstance(field, PasswordField):
            field.name(name)

    @property
    def is_working(self) -> bool:
        """Whether something is under way."""
        return self._is_working

    def work(self, what: str, *, can_cancel: bool = True) -> None:
        """Say what is under way; the fields rest until `rest`."""
        self._is_working, self._can_cancel = True, can_cancel
        self.form.clear_refusal()
        self.form.leave.setText("Cancel")
        self.form.leave.setEnabled(can_cancel)
        self.form.leave.setFocus()
        for field in self._fields:
            field.setEnabled(False)
        self.form.send.setEnabled(False)
        self.waiting.say(what)

    def say(self, what: str) -> None:
        """Say what is done just now, while it works."""
        if self._is_working:
            self.waiting.say(what)

    def rest(self) -> None:
        """Take the fields up again as they were."""
        self._is_working = False
        self.form.leave.setText("Back")
        self.form.leave.setEnabled(True)
        for field in self._fields:
            field.setEnabled(True)
        self.form.send.setEnabled(True)
        self.waiting.hide()

    def refuse(self, error: BatonError) -> None:
        """Say what is wrong and go to the field to be corrected."""
        self.rest()
        self.form.refuse(error)
        self.field_for(error).setFocus()

    def field_for(self, error: BatonError) -> QWidget:
        """Give the field that is most likely to be corrected."""
        return self._fields[0]

    def focus_first(self) -> None:
        """Go to the first field that is empty."""
        lines = [f.line if isinstance(f, PasswordField) else f for f in self._fields]
        empty = (line for line in lines if isinstance(line, QLineEdit) and not line.text())
        next(empty, lines[0]).setFocus()

    def _send(self) -> None:
        if not self._is_working:
            self.sent.emit()

    def _leave(self) -> None:
        if not self._is_working:
            self.left.emit()
        elif self._can_cancel:
            self.cancelled.emit()
