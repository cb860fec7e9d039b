"""The step after "called again": the call is logged, and what is asked is by when they hear from us."""

from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import BadInput, BatonError
from app.services.calls import CardIssue, LoggedCall, promise_update
from ui.kit.buttons import KeyButton
from ui.kit.cards import PaneHeader
from ui.kit.console import Console
from ui.kit.flow import row
from ui.kit.labels import Label, SectionLabel
from ui.kit.theme import FIELD_HEIGHT, Face, L, M, S, Tone
from ui.kit.typed_fields import WhenField
from ui.panes.queue.words import ordinal

_QUARTER_S = 15 * 60
_TIME_TO_FIND_OUT_S = 2 * 3600


class PromiseStep(QWidget):
    """Enter promises what stands there, Escape goes on without; `done` says that either was pressed."""

    done = Signal(object)  # the LoggedCall, with the promise's id when one was made

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._logged: LoggedCall | None = None
        self.lead = Label(face=Face.SUBHEADING, wrap=True)
        self.by = WhenField("Promise by")
        self.what = QLineEdit()
        self.what.setAccessibleName("What is promised")
        self.what.setPlaceholderText("We call with an update")
        self.what.setMinimumHeight(FIELD_HEIGHT)
        self.promise = KeyButton("Promise", "Return", primary=True, run=self.send)
        self.skip = KeyButton("No promise", "Esc", run=self._leave)
        self._wrong = Label(tone=Tone.RED, wrap=True)
        self._wrong.hide()
        fields = row(self.by, self.what, gap=M)
        for at, (field, stretch) in enumerate(((self.by, 1), (self.what, 2))):
            fields.setAlignment(field, Qt.AlignmentFlag.AlignTop)
            fields.setStretch(at, stretch)
        column = QVBoxLayout()
        column.setContentsMargins(L, M, L, L)
        column.setSpacing(S)
        column.addWidget(self.lead)
        column.addWidget(SectionLabel("They hear from us by"))
        column.addLayout(fields)
        column.addWidget(self._wrong)
        column.addLayout(row(self.promise, self.skip, None))
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(PaneHeader("Called again"))
        whole.addLayout(column, 1)
        for line in (self.by.line, self.what):
            line.returnPressed.connect(self.send)

    def ask(self, logged: LoggedCall, issue: CardIssue) -> None:
        """Ask about this call; the time that the card said aloud stands there to be taken or written over."""
        self._logged = logged
        self._wrong.hide()
        many = issue.tally.calls + 1
        self.lead.setText(f"Logged: the {ordinal(many)} call about {issue.label} {issue.title}")
        self.what.clear()
        self.by.set_text(as_typed(issue.say.call_by, datetime.now(UTC)))
        self.by.setFocus()
        self.by.line.selectAll()

    def send(self) -> None:
        """Promise by the time that stands there; without a time nothing is promised."""
        logged = self._logged
        if logged is None or not self.promise.isEnabled():
            return
        try:
            at = self.by.value()
        except BadInput as e:
            self._refuse(e)
            return
        if at is None:
            self._leave()
            return
        what, issue_id, said = self.what.text(), logged.issue_id, logged.interaction.id
        self.promise.setEnabled(False)
        self._console.write(
            self,
            lambda desk: promise_update(desk, issue_id, at, what, interaction_id=said).id,
            lambda promise_id: self._end(LoggedCall(logged.interaction, issue_id, logged.is_new_issue, promise_id)),
            self._refuse,
        )

    def _leave(self) -> None:
        if self._logged is not None:
            self._end(self._logged)

    def _end(self, logged: LoggedCall) -> None:
        self._logged = None
        self.promise.setEnabled(True)
        self.done.emit(logged)

    def _refuse(self, error: BatonError) -> None:
        self.promise.setEnabled(True)
        self._wrong.setText(f"{error.what} {error.todo}".strip())
        self._wrong.show()
        self.by.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on without a promise on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)


def as_typed(at: datetime | None, now: datetime) -> str:
    """Give a time as people would type it: the one said aloud, or the quarter in about two hours."""
    if at is None:
        seconds = now.timestamp() + _TIME_TO_FIND_OUT_S
        at = datetime.fromtimestamp(seconds - seconds % -_QUARTER_S, UTC)
    there, here = at.astimezone(), now.astimezone()
    days = (there.date() - here.date()).days
    day = {0: "", 1: "tomorrow "}.get(days, f"{there:%Y-%m-%d} ")
    return f"{day}{there:%H:%M}"
