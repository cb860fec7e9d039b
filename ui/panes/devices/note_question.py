"""Which issue an output goes into, asked in place when the device was not opened from one."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QWidget

from app.services.devices import OpenIssue
from ui.kit.forms import InlineForm


class NoteQuestion(InlineForm):
    """A choice among the customer's open issues; nothing is chosen beforehand."""

    def __init__(self, what: str, issues: Sequence[OpenIssue], parent: QWidget | None = None) -> None:
        super().__init__(f"Note {what} in which issue?", "Note to issue", parent=parent)
        self.issue = QComboBox()
        self.issue.setPlaceholderText("Choose an open issue")
        for issue in issues:
            self.issue.addItem(f"{issue.label} {issue.title}".strip(), issue.id)
        self.issue.setCurrentIndex(-1)
        self.issue.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.add("Issue", self.issue)

    @property
    def chosen(self) -> str:
        """The id of the issue, or nothing."""
        return str(self.issue.currentData() or "")

    def ask(self) -> None:
        """Take the focus."""
        self.issue.setFocus()
