"""What every form about one issue has in common: its fields by name, its draft, and the verb that it asks for."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.services.desk import Desk
from app.services.issues import IssueDetail
from ui.kit.console import Console
from ui.kit.fields import Choice
from ui.kit.forms import InlineForm
from ui.kit.typed_fields import OwnChoice, WhenField

Verb = Callable[[Desk], str]
_TEXT_HEIGHT = 72


class IssueForm(InlineForm):
    """A form about one issue. `kind` names its draft; `verb` gives what to do and what to tell afterwards."""

    kind = ""
    edited = Signal()

    def fields(self) -> dict[str, QWidget]:
        """Give the fields by the names under which their texts are kept."""
        raise NotImplementedError

    def verb(self, issue: IssueDetail) -> Verb:
        """Give the verb; raises BadInput for what cannot be understood."""
        raise NotImplementedError

    def begin(self, console: Console, issue: IssueDetail) -> None:
        """Ask for what the form offers; it stands below the facts from now on."""

    def first_field(self) -> QWidget:
        """Give the field in which typing begins."""
        return next(iter(self.fields().values()))

    def content(self) -> dict[str, str]:
        """Give what was typed, by field: what stood there when the form opened is not ours to keep or to send."""
        typed = {name: _text(field) for name, field in self.fields().items()}
        return {name: text for name, text in typed.items() if text != self._opened.get(name, "")}

    def restore(self, content: dict[str, Any]) -> None:
        """Put in what was kept."""
        for name, field in self.fields().items():
            if name in content:
                _set_text(field, str(content[name]))

    def _watch(self) -> None:
        self._opened = {name: _text(field) for name, field in self.fields().items()}
        lines = [f.line if isinstance(f, WhenField) else f for f in self.fields().values()]
        for line in lines:
            if isinstance(line, QLineEdit) and not line.property("picks"):
                line.returnPressed.connect(lambda: self.sent.emit() if self.send.isEnabled() else None)
        for field in self.fields().values():
            if isinstance(field, QLineEdit | QPlainTextEdit):
                field.textChanged.connect(self.edited)
            elif isinstance(field, WhenField | OwnChoice):
                field.edited.connect(self.edited)
            elif isinstance(field, Choice):
                field.currentIndexChanged.connect(self.edited)

    def _key(self, key: str, run: Callable[[], None]) -> None:
        """Give a key that works in this form."""
        made = QShortcut(QKeySequence(key), self)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.activated.connect(run)


def _text(field: QWidget) -> str:
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText()
    if isinstance(field, QLineEdit | WhenField | OwnChoice):
        return field.text()
    if isinstance(field, Choice):
        return str(field.currentData() or "")
    raise TypeError(f"{type(field).__name__} has no text")


def _set_text(field: QWidget, text: str) -> None:
    if isinstance(field, QPlainTextEdit):
        field.setPlainText(text)
    elif isinstance(field, WhenField | OwnChoice):
        field.set_text(text)
    elif isinstance(field, Choice):
        field.setCurrentIndex(field.findData(text))
    elif isinstance(field, QLineEdit):
        field.setText(text)


def words(hint: str = "", height: int = _TEXT_HEIGHT) -> QPlainTextEdit:
    """Give a field for some lines of text, so many px high."""
    made = QPlainTextEdit()
    made.setFixedHeight(height)
    made.setPlaceholderText(hint)
    return made
