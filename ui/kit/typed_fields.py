"""Fields in which people type what is meant: a time, somebody by name, one's own word. Each says how it understands."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import BadInput
from app.domain.when import instant
from app.services.people import PersonLine
from ui.kit.fields import Choice
from ui.kit.labels import Label
from ui.kit.theme import FIELD_HEIGHT, Face, Tone
from ui.kit.timephrase import exact, moment


class WhenField(QWidget):
    """A time as people type it; below, how it was understood, or that it was not."""

    edited = Signal()

    def __init__(self, name: str, hint: str = "16:00, in 2h, tomorrow 9") -> None:
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

    def text(self) -> str:
        """Give what is typed."""
        return self.line.text()

    def set_text(self, text: str) -> None:
        """Put this in."""
        self.line.setText(text)

    def value(self) -> datetime | None:
        """Give the time, aware UTC; None when nothing is typed. Raises BadInput."""
        return instant(self.text(), self.clock()) if self.text().strip() else None

    @property
    def meaning(self) -> str:
        """What is said below the field."""
        return self._meant.text()

    def _show_meaning(self) -> None:
        text, tip, tone = "", "", Tone.DIM
        try:
            at = self.value()
        except BadInput as e:
            text, tone = e.what, Tone.AMBER
        else:
            if at is not None:
                text, tip = f"{moment(at, self.clock())} · {at.astimezone():%Y-%m-%d %H:%M}", exact(at)
        self._meant.setText(text)
        self._meant.setToolTip(tip)
        self._meant.set_tone(tone)
        self._meant.setVisible(bool(text))
        self.edited.emit()


class OwnChoice(Choice):
    """A usual word from a list, or one's own; nothing is chosen at first."""

    edited = Signal()

    def __init__(self, name: str, hint: str, words: Sequence[str] = ()) -> None:
        super().__init__(name)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        # The line that the box made itself: one of ours would bring a frame of its own.
        if (line := self.lineEdit()) is not None:
            line.setPlaceholderText(hint)
            line.setAccessibleName(name)
        self.addItems(list(words))
        self.setCurrentIndex(-1)
        self.editTextChanged.connect(lambda _text: self.edited.emit())

    def text(self) -> str:
        """Give what is typed or chosen."""
        return self.currentText().strip()

    def set_text(self, text: str) -> None:
        """Put this in."""
        self.setEditText(text)


class WhomField(OwnChoice):
    """A person by any of their names, or a team where teams are offered; nobody is chosen at first."""

    def __init__(self, name: str, hint: str) -> None:
        super().__init__(name, hint)
        found = QCompleter(self.model(), self)
        found.setFilterMode(Qt.MatchFlag.MatchContains)
        found.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(found)

    def offer(self, people: Sequence[PersonLine], teams: Sequence[str] = ()) -> None:
        """Offer these, managers first; what is typed stays."""
        typed = self.currentText()
        self.blockSignals(True)
        self.clear()
        for person in sorted(people, key=lambda p: not p.is_manager):
            self.addItem(person.name, (person.id, ""))
            rest = " · ".join(part for part in (person.role.value, person.team) if part)
            self.setItemData(self.count() - 1, rest, Qt.ItemDataRole.ToolTipRole)
        for team in teams:
            self.addItem(f"Team {team}", (None, team))
        self.setCurrentIndex(-1)
        self.setEditText(typed)
        self.blockSignals(False)

    def meant(self) -> tuple[str | None, str]:
        """Give the person's id or the team; (None, "") when nothing is typed.

        The beginning of a name will do when only one has it. Raises BadInput for a stranger and for two of a name.
        """
        if not self.text():
            return None, ""
        found = self._named() or self._begun()
        if len(found) != 1:
            who = "Several are" if found else "Nobody is"
            raise BadInput(f"{who} called “{self.text()}”.", "Choose from the list.")
        return self._at(found[0])

    def person_id(self) -> str | None:
        """Give the person whose whole name is typed; None for anybody else, where a name of one's own will do."""
        found = self._named()
        return self._at(found[0])[0] if len(found) == 1 else None

    def _at(self, index: int) -> tuple[str | None, str]:
        person_id, team = self.itemData(index)
        return person_id, team

    def _named(self) -> list[int]:
        wanted, picked = self.text().casefold(), self.currentIndex()
        found = [at for at in range(self.count()) if wanted in self._names(at)]
        return [picked] if picked in found else found

    def _begun(self) -> list[int]:
        wanted = self.text().casefold()
        return [
            at
            for at in range(self.count())
            if any(name.startswith(wanted) for whole in self._names(at) for name in _ends(whole))
        ]

    def _names(self, index: int) -> set[str]:
        return {name.casefold() for name in (self.itemText(index), self._at(index)[1]) if name}


def _ends(name: str) -> list[str]:
    """Give the name from each of its words on: somebody is called by any of them."""
    words = name.split()
    return [" ".join(words[at:]) for at in range(len(words))]
