"""The fields of this pane's forms: somebody, a time, one of a few words."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import BadInput
from app.services.people import PersonLine
from ui.kit.labels import Label
from ui.kit.theme import FIELD_HEIGHT, Face, Tone
from ui.kit.timephrase import moment
from ui.panes.escalations.words import time_typed


class WhoField(QComboBox):
    """Somebody by the first letters of any of their names; teams too where asked. Nothing is chosen at first."""

    edited = Signal()

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumHeight(FIELD_HEIGHT)
        _hint(self, hint)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self.editTextChanged.connect(lambda _text: self.edited.emit())

    def offer(self, people: Sequence[PersonLine], teams: Sequence[str] = ()) -> None:
        """Offer these; what is typed stays."""
        typed = self.currentText()
        self.blockSignals(True)
        self.clear()
        for person in people:
            rest = " · ".join(p for p in (person.role.value, person.team) if p)
            self.addItem(person.name, ("person", person.id))
            self.setItemData(self.count() - 1, rest, Qt.ItemDataRole.ToolTipRole)
        for team in teams:
            self.addItem(f"Team {team}", ("team", team))
        self.setCurrentIndex(-1)
        self.setEditText(typed)
        self.blockSignals(False)

    def text(self) -> str:
        """Give what is typed."""
        return self.currentText().strip()

    def person_id(self) -> str | None:
        """Give the person meant, or None."""
        return self._meant("person")

    def team(self) -> str | None:
        """Give the team meant, or None."""
        return self._meant("team")

    def _meant(self, kind: str) -> str | None:
        wanted = self.text().casefold()
        for at in range(self.count()):
            found = self.itemData(at)
            if found[0] == kind and wanted in {self.itemText(at).casefold(), str(found[1]).casefold()}:
                return str(found[1])
        return None


class WhenField(QWidget):
    """A time as people type it; below, how it was understood."""

    edited = Signal()

    def __init__(self, name: str, hint: str = "fri 12:00, 28 nov, in 3 d") -> None:
        super().__init__()
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.line = QLineEdit()
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(name)
        self.line.setMinimumHeight(FIELD_HEIGHT)
        self._meant = Label(face=Face.SMALL, tone=Tone.DIM, wrap=True)
        self._meant.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.line)
        layout.addWidget(self._meant)
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self._show_meaning)

    def value(self) -> datetime | None:
        """Give the time, or None when nothing is typed; raises BadInput."""
        return time_typed(self.line.text(), self.clock())

    def text(self) -> str:
        """Give what is typed."""
        return self.line.text()

    def set_text(self, text: str) -> None:
        """Put this in."""
        self.line.setText(text)

    def _show_meaning(self) -> None:
        now = self.clock()
        try:
            at = self.value()
            text, tone = ("" if at is None else f"{moment(at, now)} · {at.astimezone():%Y-%m-%d %H:%M}"), Tone.DIM
        except BadInput as e:
            text, tone = e.what, Tone.AMBER
        self._meant.setText(text)
        self._meant.set_tone(tone)
        self._meant.setVisible(bool(text))
        self.edited.emit()


class WordField(QComboBox):
    """One of a few words; nothing is chosen at first unless one is named."""

    def __init__(self, words: Sequence[tuple[str, str]], chosen: str = "") -> None:
        super().__init__()
        self.setMinimumHeight(FIELD_HEIGHT)
        self.setPlaceholderText("choose")
        for word, text in words:
            self.addItem(text, word)
        self.choose(chosen)

    def word(self) -> str:
        """Give the word chosen, or nothing."""
        found = self.currentData()
        return "" if found is None else str(found)

    def choose(self, word: str) -> None:
        """Choose this word; an unknown one chooses nothing."""
        self.setCurrentIndex(self.findData(word))


def channel_field() -> QComboBox:
    """Give the field for how somebody was asked or said something: a usual word, or one's own."""
    made = QComboBox()
    made.setEditable(True)
    _hint(made, "mail, call, in person ...")
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    made.setMinimumHeight(FIELD_HEIGHT)
    made.addItems(["mail", "call", "chat", "in person", "meeting"])
    made.setCurrentIndex(-1)
    return made


def _hint(field: QComboBox, text: str) -> None:
    # The line that the box made itself: one of ours would bring a frame of its own.
    if (line := field.lineEdit()) is not None:
        line.setPlaceholderText(text)
