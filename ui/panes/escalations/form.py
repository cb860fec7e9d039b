"""What the forms of this pane have in common: they say when something was typed, and keep and take up a draft."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.services.desk import Desk
from app.services.people import PersonLine
from ui.kit.forms import InlineForm
from ui.kit.typed_fields import OwnChoice, WhenField, WhomField
from ui.panes.escalations.fields import WordField


class _HasText(Protocol):
    def text(self) -> str: ...


class DraftForm(InlineForm):
    """A form in place whose fields are kept as a draft under its name from the first key."""

    edited = Signal()

    def __init__(self, draft: str, title: str, send: str) -> None:
        super().__init__(title, send)
        self.draft = draft
        self._kept: dict[str, QWidget] = {}

    def keep(self, name: str, title: str, field: QWidget, help_text: str = "") -> None:
        """Add a field that belongs to the draft."""
        self._kept[name] = field
        if len(self._kept) == 1:
            self.setFocusProxy(field)
        self.add(title, field, help_text)
        if isinstance(field, OwnChoice | WhenField):
            field.edited.connect(self._changed)
        elif isinstance(field, WordField):
            field.currentIndexChanged.connect(self._changed)
        elif isinstance(field, QLineEdit | QPlainTextEdit):
            field.textChanged.connect(self._changed)

    def content(self) -> dict[str, Any]:
        """Give what is typed, as the draft keeps it."""
        return {name: _typed(field) for name, field in self._kept.items()}

    def take_up(self, content: dict[str, Any]) -> None:
        """Put a draft back into the fields."""
        for name, field in self._kept.items():
            if isinstance(content.get(name), str):
                _put(field, content[name])

    def verb(self) -> Callable[[Desk], Any]:
        """Give the verb for what is typed; raises a BatonError for what can be seen to be wrong here."""
        raise NotImplementedError

    def offer(self, people: Sequence[PersonLine], teams: Sequence[str]) -> None:
        """Offer these people wherever somebody is named; teams only where a team can be meant."""
        for field in self._kept.values():
            if isinstance(field, WhomField):
                field.offer(people)

    def _changed(self) -> None:
        self.clear_refusal()
        self.edited.emit()


def _typed(field: QWidget) -> str:
    if isinstance(field, WordField):
        return field.word()
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText()
    return cast("_HasText", field).text()


def _put(field: QWidget, text: str) -> None:
    if isinstance(field, WordField):
        field.choose(text)
    elif isinstance(field, QPlainTextEdit):
        field.setPlainText(text)
    elif isinstance(field, OwnChoice | WhenField):
        field.set_text(text)
    elif isinstance(field, QLineEdit):
        field.setText(text)
