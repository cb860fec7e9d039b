"""Notes of what a device said: which issue they go into is asked here, below the output, when it is not known."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.issue import Note
from app.services import devices
from app.services.desk import Desk
from app.services.devices import OpenIssue
from app.services.terminals import Table
from ui.kit.console import Console
from ui.kit.theme import S
from ui.panes.devices.note_question import NoteQuestion


@dataclass(frozen=True, slots=True)
class Notable:
    """What can be noted: the command ("" for what a terminal shows), the text, and the table when it is in sight."""

    command: str
    text: str
    table: Table | None

    @property
    def what(self) -> str:
        """Name it in a sentence."""
        return f"“{self.command}”" if self.command else "what the terminal shows"


class Notes(QWidget):
    """Writes notes into issues; `noted` carries the Note once it is written."""

    noted = Signal(object)

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.question: NoteQuestion | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(S, 0, S, S)
        self.hide()

    def write(self, device_id: str, found: Notable, issue_id: str) -> None:
        """Write it into this issue."""

        def verb(desk: Desk) -> tuple[Note, str]:
            note = devices.note_output(desk, issue_id, device_id, found.command, found.text, found.table)
            return note, devices.issue_label(desk, issue_id)

        def done(result: tuple[Note, str]) -> None:
            note, label = result
            self.drop()
            self._console.navigator.tell(f"Noted {found.what} in issue {label}.")
            self.noted.emit(note)

        self._console.write(self, verb, done, self.question.refuse if self.question is not None else None)

    def ask(self, device_id: str, found: Notable, issues: tuple[OpenIssue, ...]) -> None:
        """Ask which of these issues it goes into."""
        self.drop()
        question = self.question = NoteQuestion(found.what, issues)

        def send() -> None:
            if question.chosen:
                self.write(device_id, found, question.chosen)
            else:
                question.refuse("No issue is chosen.")

        question.sent.connect(send)
        question.left.connect(self.drop)
        self._layout.addWidget(question)
        self.show()
        question.ask()

    def drop(self) -> None:
        """Take the question away."""
        if self.question is not None:
            self.question.hide()
            self._layout.removeWidget(self.question)
            self.question.deleteLater()
            self.question = None
        self.hide()
