"""The fields of the queue's forms: a time as typed, somebody by name, the filter with its key written in it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import BadInput
from app.domain.when import instant
from app.services.people import PersonLine
from ui.kit.fields import Choice
from ui.kit.labels import Label
from ui.kit.paint import CAP_HEIGHT, cap_width, draw_cap
from ui.kit.theme import BUTTON_HEIGHT, FIELD_HEIGHT, Face, S, Tone, tokens
from ui.kit.timephrase import exact, moment


class WhenField(QWidget):
    """A time as people type it; below it, how it was understood."""

    edited = Signal()

    def __init__(self, name: str, hint: str = "16:00, in 2h, tomorrow 9") -> None:
        super().__init__()
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
        self.line.textChanged.connect(self._typed)

    def text(self) -> str:
        """Give what is typed."""
        return self.line.text()

    def set_text(self, text: str) -> None:
        """Put this in."""
        self.line.setText(text)

    def value(self) -> datetime | None:
        """Give the time, aware UTC; None when nothing is typed. Raises BadInput."""
        return instant(self.text(), datetime.now(UTC)) if self.text().strip() else None

    def _typed(self) -> None:
        text, tone = "", Tone.DIM
        try:
            at = self.value()
        except BadInput as e:
            text, tone = e.what, Tone.AMBER
        else:
            if at is not None:
                text = moment(at, datetime.now(UTC))
                self._meant.setToolTip(exact(at))
        self._meant.setText(text)
        self._meant.set_tone(tone)
        self._meant.setVisible(bool(text))
        self.edited.emit()


class WhomField(Choice):
    """A person or a team by the beginning of any of their names; nobody is chosen at first."""

    edited = Signal()

    def __init__(self, name: str, hint: str) -> None:
        super().__init__(name)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        line = QLineEdit()
        line.setPlaceholderText(hint)
        line.setAccessibleName(name)
        # The frame is the choice's own; a second one inside would cut the words.
        line.setStyleSheet("border: none; padding: 0; background: transparent;")
        self.setLineEdit(line)
        found = QCompleter(self.model(), self)
        found.setFilterMode(Qt.MatchFlag.MatchContains)
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(found)
        self.setCurrentIndex(-1)
        self.editTextChanged.connect(lambda _text: self.edited.emit())

    def offer(self, people: Sequence[PersonLine], teams: Sequence[str] = ()) -> None:
        """Offer these, managers first; what is typed stays."""
        typed = self.currentText()
        self.blockSignals(True)
        self.clear()
        for person in sorted(people, key=lambda p: not p.is_manager):
            self.addItem(person.name, (person.id, ""))
            self.setItemData(self.count() - 1, f"{person.role} {person.team}".strip(), Qt.ItemDataRole.ToolTipRole)
        for team in teams:
            self.addItem(team, (None, team))
        self.setCurrentIndex(-1)
        self.setEditText(typed)
        self.blockSignals(False)

    def set_text(self, text: str) -> None:
        """Put this in."""
        self.setEditText(text)

    def text(self) -> str:
        """Give what is typed."""
        return self.currentText().strip()

    def meant(self) -> tuple[str | None, str]:
        """Give the person's id or the team; (None, "") when nothing is typed. Raises BadInput for a stranger."""
        wanted = self.text().casefold()
        if not wanted:
            return None, ""
        named = [at for at in range(self.count()) if self.itemText(at).casefold() == wanted]
        begun = [at for at in range(self.count()) if self.itemText(at).casefold().startswith(wanted)]
        found = named[:1] or begun
        if len(found) != 1:
            many = "Several are" if found else "Nobody is"
            raise BadInput(f"{many} called “{self.text()}”.", "Choose somebody from the list.")
        person_id, team = self.itemData(found[0])
        return person_id, team


class FilterField(QLineEdit):
    """The field above the list, with the key that leads to it; Escape empties and leaves it."""

    left = Signal()

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self.setPlaceholderText("Filter by words")
        self.setAccessibleName("Filter by words")
        self.setFixedHeight(BUTTON_HEIGHT)
        self.setMinimumWidth(120)
        self.setMaximumWidth(250)
        self.setTextMargins(0, 0, cap_width(key) + S, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape, Enter and Down."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.clear()
        if key in {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down}:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field and its key."""
        super().paintEvent(event)
        used = tokens()
        painter = QPainter(self)
        width = cap_width(self._key)
        cap = QRect(self.width() - width - S, (self.height() - CAP_HEIGHT) // 2, width, CAP_HEIGHT)
        draw_cap(painter, cap, self._key, used.dim, used.cap_line, used.panel)
        painter.end()
