"""Forms in place: named fields, what is wrong said beside them, Ctrl+Enter sends, Escape leaves."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFormLayout, QLineEdit, QPlainTextEdit, QWidget

from app.domain.errors import BatonError
from ui.kit.buttons import KeyButton
from ui.kit.cards import Card
from ui.kit.flow import flow
from ui.kit.labels import Label
from ui.kit.theme import FIELD_HEIGHT, Face, Kind, M, S, Tone


class InlineForm(Card):
    """A card with a heading, fields and two buttons; `sent` and `left` say which was pressed.

    Nothing in it is mandatory by itself: the owner decides at `sent` and says what is wrong with `refuse`.
    """

    sent = Signal()
    left = Signal()

    def __init__(self, title: str, send: str, leave: str = "Leave it", parent: QWidget | None = None) -> None:
        super().__init__(Kind.BLUE, parent)
        self.title = Label(title, face=Face.SUBHEADING, wrap=True)
        self.body.addWidget(self.title)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(M)
        self._form.setVerticalSpacing(S)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.body.addLayout(self._form)
        self._wrong = Label(tone=Tone.RED, wrap=True)
        self._wrong.hide()
        self.body.addWidget(self._wrong)
        self.send = KeyButton(send, "Ctrl+Return", primary=True, run=self.sent.emit)
        self.leave = KeyButton(leave, "Esc", run=self.left.emit)
        self.body.addWidget(flow(self.send, self.leave))  # in a narrow column they stand one below the other
        self.setAccessibleName(title)

    def add(self, name: str, field: QWidget, help_text: str = "") -> QWidget:
        """Add a field under its name; give it back."""
        label = Label(name, tone=Tone.DIM)
        label.setBuddy(field)
        field.setAccessibleName(name)
        field.setToolTip(help_text)
        if isinstance(field, QPlainTextEdit):
            field.setTabChangesFocus(True)
        elif isinstance(field, QLineEdit):
            field.setMinimumHeight(FIELD_HEIGHT)
        self._form.addRow(label, field)
        label.setMinimumHeight(FIELD_HEIGHT)
        return field

    def refuse(self, error: BatonError | str) -> None:
        """Say what is wrong; what was typed stays."""
        text = error if isinstance(error, str) else f"{error.what} {error.todo}".strip()
        self._wrong.setText(text)
        self._wrong.setVisible(bool(text))
        self.send.setEnabled(True)

    def clear_refusal(self) -> None:
        """Take the message away."""
        self._wrong.hide()

    @property
    def refusal(self) -> str:
        """What is said to be wrong, or nothing."""
        return "" if self._wrong.isHidden() else self._wrong.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send on Ctrl+Enter, leave on Escape."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self.send.isEnabled():
                self.sent.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
