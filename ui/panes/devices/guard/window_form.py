"""A change window, written down in place: for whom, what, when, agreed with whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.domain.errors import BadInput
from app.domain.session import ChangeKind, ChangeWindow
from app.services import change_windows
from app.services.desk import Desk
from app.services.devices import OpenIssue
from ui.kit.fields import Choice
from ui.kit.forms import InlineForm
from ui.kit.typed_fields import WhenField

_KINDS = (
    (ChangeKind.NORMAL, "normal: agreed for this once"),
    (ChangeKind.STANDARD, "standard: agreed for good"),
    (ChangeKind.EMERGENCY, "emergency: agreed afterwards"),
)
_LENGTHS = (("30 minutes", 30), ("1 hour", 60), ("2 hours", 120), ("4 hours", 240), ("8 hours", 480))


@dataclass(frozen=True, slots=True)
class WindowDraft:
    """What somebody wants to write down as a change window; `opens_at` None is now."""

    customer_id: str | None
    what: str
    opens_at: datetime | None
    lasts: timedelta
    kind: ChangeKind
    agreed_with: str
    issue_id: str | None
    back_out: str

    def make(self, desk: Desk) -> ChangeWindow:
        """Write it down; raises what `change_windows.make` raises."""
        begins = self.opens_at or desk.now
        return change_windows.make(
            desk,
            self.customer_id,
            self.what,
            begins + self.lasts,
            opens_at=begins,
            kind=self.kind,
            agreed_with=self.agreed_with,
            issue_id=self.issue_id,
            back_out=self.back_out,
        )


class WindowForm(InlineForm):
    """A change window of one customer, or of one that is chosen first: `customer_chosen` carries its id."""

    customer_chosen = Signal(str)

    def __init__(
        self,
        customer_id: str | None,
        customer: str,
        issues: Sequence[OpenIssue],
        *,
        customers: Sequence[tuple[str, str]] = (),
        issue_id: str | None = None,
        needs_issue: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`issue_id` is what somebody works on; on production the guard `needs_issue`, and would only ask later."""
        title = "Open a change window" + (f" for {customer or 'this device'}" if not customers else "")
        super().__init__(title, "Open it", parent=parent)
        self._customer_id, self._needs_issue = customer_id, needs_issue
        self.customer = Choice()
        for row_id, name in customers:
            self.customer.addItem(name, row_id)
        self.customer.setCurrentIndex(-1)
        if customers:
            self.customer.setPlaceholderText("Choose the customer")
            self.customer.currentIndexChanged.connect(
                lambda _at: self.customer_chosen.emit(self.draft.customer_id or "")
            )
            self.add("Customer", self.customer)
        self.issue = issue_choice(issues)
        self.issue.setCurrentIndex(self.issue.findData(issue_id) if issue_id else -1)
        self.add("For issue", self.issue)
        self.what = QLineEdit()
        self.what.setPlaceholderText("New uplink on Gi0/1")
        self.add("What is changed", self.what)
        self.opens = WhenField("Opens", "now, or: tonight 22:00, in 2h")
        self.add("Opens", self.opens)
        self.lasts = Choice()
        for words, minutes in _LENGTHS:
            self.lasts.addItem(words, minutes)
        self.lasts.setCurrentIndex(1)
        self.add("Lasts", self.lasts)
        self.kind = Choice()
        for kind, words in _KINDS:
            self.kind.addItem(words, kind)
        self.add("Kind", self.kind)
        self.agreed_with = QLineEdit()
        self.agreed_with.setPlaceholderText("Who at the customer agreed")
        self.add("Agreed with", self.agreed_with)
        self.back_out = QLineEdit()
        self.back_out.setPlaceholderText("How it is taken back")
        self.add("Back-out", self.back_out)

    @property
    def draft(self) -> WindowDraft:
        """What was typed; raises BadInput for a time that cannot be read, and without an issue that is needed."""
        chosen = self.customer.currentData()
        if self._needs_issue and not self.issue.currentData():
            raise BadInput(
                "A change to production is for an issue.", "Choose it, or write one down in the Queue first."
            )
        return WindowDraft(
            str(chosen) if chosen else self._customer_id,
            self.what.text(),
            self.opens.value(),
            timedelta(minutes=int(self.lasts.currentData())),
            ChangeKind(self.kind.currentData()),
            self.agreed_with.text(),
            self.issue.currentData() or None,
            self.back_out.text(),
        )

    def show_issues(self, issues: Sequence[OpenIssue]) -> None:
        """Offer these issues."""
        fill_issues(self.issue, issues)

    def ask(self) -> None:
        """Take the focus where it begins."""
        has_issue = not self._needs_issue or self.issue.currentIndex() >= 0
        (self.customer if self.customer.count() else self.what if has_issue else self.issue).setFocus()


def issue_choice(issues: Sequence[OpenIssue]) -> Choice:
    """Give a choice among these issues; nothing is chosen beforehand."""
    choice = Choice("Issue")
    choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    choice.setMinimumContentsLength(24)
    fill_issues(choice, issues)
    return choice


def fill_issues(choice: QComboBox, issues: Sequence[OpenIssue]) -> None:
    """Put these issues into the choice."""
    choice.clear()
    choice.setPlaceholderText("Choose an open issue" if issues else "No issue is open here")
    for issue in issues:
        choice.addItem(f"{issue.label} {issue.title}".strip(), issue.id)
    choice.setCurrentIndex(-1)
