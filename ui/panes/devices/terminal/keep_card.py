"""What was done in a session that is over goes into an issue or nowhere: asked in place, nothing ticked before."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.services.devices import OpenIssue
from ui.kit.fields import Choice, Tick
from ui.kit.forms import InlineForm


def said_size(size_bytes: int) -> str:
    """Give a file's size as people say it."""
    if size_bytes < 1000:
        return f"{size_bytes} bytes"
    return f"{size_bytes / 1000:.0f} kB" if size_bytes < 1_000_000 else f"{size_bytes / 1_000_000:.1f} MB"


class KeepCard(InlineForm):
    """The issue, a line of text, and whether the transcript goes along. Enter keeps, Escape leaves."""

    def __init__(
        self,
        name: str,
        issues: Sequence[OpenIssue],
        issue_id: str | None,
        transcript: Path | None,
        size_bytes: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(f"Keep what was done on {name}?", "Keep it", parent=parent)
        self._transcript = transcript
        self.issue = Choice()
        self.issue.setPlaceholderText("Choose an open issue")
        for issue in issues:
            self.issue.addItem(f"{issue.label} {issue.title}".strip(), issue.id)
        self.issue.setCurrentIndex(self.issue.findData(issue_id) if issue_id else -1)
        self.issue.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.words = QLineEdit()
        self.words.setPlaceholderText("What you did, in a line")
        self.takes_transcript = Tick(f"Attach the transcript ({said_size(size_bytes)})")
        self.takes_transcript.setEnabled(transcript is not None and size_bytes > 0)
        self.add("Issue", self.issue)
        self.add("Note", self.words)
        self.add("", self.takes_transcript)
        self.takes_transcript.setAccessibleName(self.takes_transcript.text())

    @property
    def chosen(self) -> str:
        """The issue's id, or nothing."""
        return str(self.issue.currentData() or "")

    @property
    def transcript(self) -> Path | None:
        """The transcript, when it goes along."""
        return self._transcript if self.takes_transcript.isChecked() else None

    def ask(self) -> None:
        """Take the focus."""
        self.words.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep on a plain Enter too: there is but one line to write."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.sent.emit()
        else:
            super().keyPressEvent(event)
