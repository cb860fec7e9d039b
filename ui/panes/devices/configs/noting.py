"""Noting what changed in an issue of the device's customer; which one is asked below the lines."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services import config_diffs, devices
from app.services.desk import Desk
from app.services.devices import DeviceCard
from ui.kit.console import Console
from ui.kit.theme import S
from ui.panes.devices.note_question import NoteQuestion


class Noting(QWidget):
    """Hidden until something is to be noted."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.question: NoteQuestion | None = None
        self.issue_id: str | None = None  # the issue from which the page was opened
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(S, 0, S, S)
        self.hide()

    def ask(self, device_ids: Sequence[str], words: str, card: DeviceCard) -> None:
        """Write these words into the issue the page was opened from, else ask which of the customer's open ones."""
        self.drop()
        if self.issue_id in {issue.id for issue in card.issues}:
            self._write(device_ids, words, self.issue_id or "")
            return
        if not card.issues:
            name = card.customer or card.device.name
            self._console.navigator.tell(
                f"No issue is open at {name}.", "Log a call or open an issue in the Queue, then note it there."
            )
            return
        question = self.question = NoteQuestion(config_diffs.WHAT, card.issues)

        def send() -> None:
            if question.chosen:
                self._write(device_ids, words, question.chosen)
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

    def _write(self, device_ids: Sequence[str], words: str, issue_id: str) -> None:
        def verb(desk: Desk) -> str:
            config_diffs.note(desk, issue_id, device_ids, words)
            return devices.issue_label(desk, issue_id)

        def done(label: str) -> None:
            self.drop()
            self._console.navigator.tell(f"Noted {config_diffs.WHAT} in issue {label}.")

        self._console.write(self, verb, done, self.question.refuse if self.question is not None else None)
