"""A form for the fields of one row: only what was changed in it is sent, so that others' changes stay."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCompleter, QLineEdit, QPlainTextEdit, QWidget

from app.services.people import PersonLine
from ui.kit.buttons import KeyButton
from ui.kit.fields import Choice, Tick
from ui.kit.forms import InlineForm
from ui.kit.typed_fields import WhomField

_LINE = 19  # px
_YES = "yes"


class RecordForm(InlineForm):
    """Fields by the names that the verb knows; `edited` with every key. What was typed once comes back as a draft."""

    edited = Signal()
    started_over = Signal()

    def __init__(self, title: str, send: str = "Save") -> None:
        super().__init__(title, send)
        self._fields: dict[str, QWidget] = {}
        self._began: dict[str, str] = {}
        self._over = KeyButton("Start over", "Alt+R", run=self.start_over)
        self._over.setToolTip("Throw away what was typed before and begin from what is recorded")
        self._over.hide()
        self.body.addWidget(self._over)
        shortcut = QShortcut(QKeySequence("Alt+R"), self)  # a line would take the letter
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.start_over)

    def line(self, name: str, title: str, text: str = "", hint: str = "", help_text: str = "") -> QLineEdit:
        """Add a field of one line."""
        field = QLineEdit(text)
        field.setPlaceholderText(hint)
        field.textChanged.connect(self.edited)
        self._take(name, title, field, help_text)
        return field

    def completed(self, name: str, title: str, text: str, words: Sequence[str], hint: str = "") -> QLineEdit:
        """Add a field of one line that offers these words while somebody types."""
        field = self.line(name, title, text, hint)
        found = QCompleter(QStringListModel(list(words), field), field)
        found.setFilterMode(Qt.MatchFlag.MatchContains)
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        field.setCompleter(found)
        return field

    def text(self, name: str, title: str, text: str = "", hint: str = "", lines: int = 3) -> QPlainTextEdit:
        """Add a field of several lines."""
        field = QPlainTextEdit(text)
        field.setPlaceholderText(hint)
        field.setFixedHeight(lines * _LINE + 12)
        field.textChanged.connect(self.edited)
        self._take(name, title, field)
        return field

    def tick(self, name: str, words: str, *, is_on: bool) -> Tick:
        """Add a yes or no."""
        field = Tick(words)
        field.setChecked(is_on)
        field.toggled.connect(self.edited)
        self._take(name, "", field)
        field.setAccessibleName(words)
        return field

    def choice(self, name: str, title: str, options: Sequence[tuple[str, str]], chosen: str) -> Choice:
        """Add one of several, by value and words."""
        field = Choice(title)
        for value, words in options:
            field.addItem(words, value)
        field.setCurrentIndex(max(field.findData(chosen), 0))
        field.currentIndexChanged.connect(self.edited)
        self._take(name, title, field)
        return field

    def whom(self, name: str, title: str, people: Sequence[PersonLine], text: str = "", hint: str = "") -> WhomField:
        """Add a person by name; the value is their id, None for nobody."""
        field = WhomField(title, hint)
        field.offer(people)
        field.set_text(text)
        field.edited.connect(self.edited)
        self._take(name, title, field)
        return field

    def _take(self, name: str, title: str, field: QWidget, help_text: str = "") -> None:
        self.add(title, field, help_text)
        self._fields[name] = field
        self._began[name] = _text_of(field)

    def field(self, name: str) -> QWidget:
        """Give a field."""
        return self._fields[name]

    @property
    def first(self) -> QWidget:
        """The field where typing begins."""
        return next(iter(self._fields.values()))

    def typed(self) -> dict[str, str]:
        """Give the texts that differ from what the form began with, to be kept as a draft."""
        texts = {name: _text_of(field) for name, field in self._fields.items()}
        return {name: text for name, text in texts.items() if text != self._began[name]}

    def values(self) -> dict[str, Any]:
        """Give the fields that were changed, as the verb takes them; raises BadInput for a person nobody knows."""
        return {name: _value_of(self._fields[name]) for name in self.typed()}

    def restore(self, kept: Mapping[str, str]) -> None:
        """Put a draft back into the fields that nobody has touched since the form opened."""
        touched = self.typed()
        for name, text in kept.items():
            if name in self._fields and name not in touched:
                _put(self._fields[name], text)
        self._over.setVisible(bool(self.typed()))

    def start_over(self) -> None:
        """Show what is recorded again; the draft is thrown away."""
        if self._over.isHidden():
            return
        for name, text in self._began.items():
            _put(self._fields[name], text)
        self._over.hide()
        self.clear_refusal()
        self.first.setFocus()
        self.started_over.emit()


def _text_of(field: QWidget) -> str:
    if isinstance(field, QLineEdit):
        return field.text()
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText()
    if isinstance(field, Tick):
        return _YES if field.isChecked() else ""
    if isinstance(field, WhomField):
        return field.text()
    assert isinstance(field, Choice)
    return str(field.currentData())


def _value_of(field: QWidget) -> Any:
    if isinstance(field, Tick):
        return field.isChecked()
    if isinstance(field, WhomField):
        return field.meant()[0]
    return _text_of(field)


def _put(field: QWidget, text: str) -> None:
    if isinstance(field, QLineEdit):
        field.setText(text)
    elif isinstance(field, QPlainTextEdit):
        field.setPlainText(text)
    elif isinstance(field, Tick):
        field.setChecked(text == _YES)
    elif isinstance(field, WhomField):
        field.set_text(text)
    elif isinstance(field, Choice):
        field.setCurrentIndex(max(field.findData(text), 0))
