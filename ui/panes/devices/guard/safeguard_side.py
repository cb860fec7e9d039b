"""The right side of the page Safeguards: the chosen window, emergency or line in full, and the form that is open."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout

from app.services.audit import Chain, LoggedLine
from app.services.change_windows import WindowLine
from app.services.emergencies import EmergencyLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, Panel
from ui.kit.facts import Fact, FactList
from ui.kit.flow import clear, row
from ui.kit.forms import InlineForm
from ui.kit.labels import Label
from ui.kit.theme import Face, L, M, S, Tone
from ui.kit.timephrase import moment
from ui.panes.devices.guard.window_form import WindowForm

Record = WindowLine | EmergencyLine | LoggedLine | Chain
_MOST = 200


class ReviewForm(InlineForm):
    """What came of an emergency, in words."""

    def __init__(self, line: EmergencyLine) -> None:
        super().__init__(f"Review {line.person}'s emergency on {line.device}", "Keep the review")
        self.said = QPlainTextEdit()
        self.said.setPlaceholderText("What came of it, and what is done differently next time")
        self.said.setFixedHeight(88)
        self.add("Review", self.said)

    @property
    def words(self) -> str:
        """What was typed."""
        return self.said.toPlainText()


class SafeguardSide(Panel):
    """Shows one record; `left` when a form was left."""

    left = Signal()

    def __init__(self, buttons: Sequence[KeyButton]) -> None:
        super().__init__(line=Qt.Edge.LeftEdge)
        self.form: InlineForm | None = None
        self._title = Label(face=Face.SUBHEADING, wrap=True)
        self._facts = FactList()
        self._lines = Label(face=Face.MONO, wrap=True).selectable()
        self._buttons = buttons
        self._forms = QVBoxLayout()
        self._nothing = EmptyState("Nothing chosen", "")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(L, L, L, L)
        layout.setSpacing(M)
        layout.addLayout(self._forms)
        layout.addWidget(self._title)
        layout.addWidget(self._facts)
        layout.addWidget(self._lines)
        layout.addLayout(row(*buttons, None, gap=S))
        layout.addWidget(self._nothing)
        layout.addStretch(1)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Show that nothing is chosen."""
        self.show_record(None)

    def show_record(self, record: Record | None) -> None:
        """Show this."""
        shown: tuple[str, list[Fact], Sequence[str]] = ("", [], ())
        match record:
            case WindowLine():
                shown = (record.what, _of_window(record), ())
            case EmergencyLine():
                shown = (record.reason, _of_emergency(record), record.lines)
            case LoggedLine():
                shown = (record.line or "(a password)", _of_logged(record), ())
            case Chain():
                shown = (f"{record.workstation}, {record.person}", _of_chain(record), ())
            case None:
                pass
        title, facts, lines = shown
        self._title.setText(title)
        self._facts.show_facts([fact for fact in facts if fact.value])
        self._lines.setText("\n".join(lines[:_MOST]))
        for widget, is_on in ((self._title, bool(title)), (self._facts, bool(facts)), (self._lines, bool(lines))):
            widget.setVisible(is_on)
        self._nothing.setVisible(record is None and self.form is None)
        waits = isinstance(record, EmergencyLine) and not record.is_reviewed
        is_on = isinstance(record, EmergencyLine) and record.is_on
        fits = (isinstance(record, WindowLine), is_on, waits and not is_on)
        for button, is_on in zip(self._buttons, fits, strict=True):
            button.setVisible(is_on)

    def ask_window(self, customers: Sequence[tuple[str, str]]) -> WindowForm:
        """Open the form for a window and give it."""
        form = WindowForm(None, "", (), customers=customers)
        self._open(form)
        form.ask()
        return form

    def ask_review(self, line: EmergencyLine) -> ReviewForm:
        """Open the form for a review and give it."""
        form = ReviewForm(line)
        self._open(form)
        form.said.setFocus()
        return form

    def leave_form(self) -> None:
        """Take the form away."""
        clear(self._forms)
        self.form = None
        self.left.emit()

    def _open(self, form: InlineForm) -> None:
        clear(self._forms)
        self.form = form
        self._forms.addWidget(form)
        form.left.connect(self.leave_form)
        self._nothing.hide()


def _said(at: datetime) -> str:
    return moment(at, datetime.now(UTC))


def _of_window(line: WindowLine) -> list[Fact]:
    return [
        Fact("Customer", line.customer or "devices of nobody's"),
        Fact("Opens", _said(line.opens_at)),
        Fact("Closes", _said(line.closes_at)),
        Fact("Kind", f"{line.kind} change"),
        Fact("Agreed with", line.agreed_with),
        Fact("Written by", line.by if line.is_ours else "the rollout"),
        Fact("Back-out", line.back_out),
    ]


def _of_emergency(line: EmergencyLine) -> list[Fact]:
    return [
        Fact("Device", line.device),
        Fact("Customer", line.customer),
        Fact("By", line.person),
        Fact("Began", _said(line.at)),
        Fact("Over", _said(line.over_at) if line.over_at is not None else "not yet: end it, then review it"),
        Fact("Reviewed", line.reviewed_by),
        Fact("Review", line.review),
        Fact("Lines", f"{len(line.lines)} that changed something:" if line.lines else "none changed anything"),
    ]


def _of_logged(line: LoggedLine) -> list[Fact]:
    red = Tone.RED if line.line_class == "destructive" else Tone.TEXT
    return [
        Fact("Device", line.device),
        Fact("By", line.person),
        Fact("At", f"{line.at:%Y-%m-%d %H:%M:%S} UTC"),
        Fact("Class", str(line.line_class), red),
        Fact("Passage", str(line.passage)),
        Fact("Reason", line.reason),
    ]


def _of_chain(chain: Chain) -> list[Fact]:
    found = [
        Fact(f"Line {finding.line.seq}", f"{finding.flaw}: {finding.line.line}", Tone.RED)
        for finding in chain.findings[:_MOST]
    ]
    told = "" if not chain.cannot_tell else "Only a manager's workstation sees every line and can tell a gap."
    return [
        Fact("Lines", f"{chain.lines:,}"),
        Fact("From", _said(chain.first_at)),
        Fact("To", _said(chain.last_at)),
        Fact("State", "whole" if chain.is_whole else "broken", Tone.TEXT if chain.is_whole else Tone.RED),
        *found,
        Fact("Note", told),
    ]
