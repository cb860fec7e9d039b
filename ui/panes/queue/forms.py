"""The small forms below an issue's facts: call back, promise, note, escalate, change. Each keeps its draft."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.domain.errors import BadInput
from app.domain.issue import IssueState
from app.services import agreed_lines, calls, escalations, issues, people, promises, tags
from app.services.desk import Desk
from app.services.issues import IssueDetail
from app.services.people import PersonLine
from ui.kit.fields import Choice
from ui.kit.forms import InlineForm
from ui.kit.timephrase import moment
from ui.kit.typed_fields import WhenField, WhomField

Verb = Callable[[Desk], str]
_TEXT_HEIGHT = 72


class IssueForm(InlineForm):
    """A form about one issue. `kind` names its draft; `verb` gives what to do and what to tell afterwards."""

    kind = ""
    edited = Signal()

    def fields(self) -> dict[str, QWidget]:
        """Give the fields by the names under which their texts are kept."""
        raise NotImplementedError

    def verb(self, issue: IssueDetail) -> Verb:
        """Give the verb; raises BadInput for what cannot be understood."""
        raise NotImplementedError

    def content(self) -> dict[str, str]:
        """Give what was typed, by field: what stood there when the form opened is not ours to keep or to send."""
        typed = {name: _text(field) for name, field in self.fields().items()}
        return {name: text for name, text in typed.items() if text != self._opened.get(name, "")}

    def restore(self, content: dict[str, Any]) -> None:
        """Put in what was kept."""
        for name, field in self.fields().items():
            if name in content:
                _set_text(field, str(content[name]))

    def _watch(self) -> None:
        self._opened = {name: _text(field) for name, field in self.fields().items()}
        lines = [f.line if isinstance(f, WhenField) else f for f in self.fields().values()]
        for line in lines:
            if isinstance(line, QLineEdit):
                line.returnPressed.connect(lambda: self.sent.emit() if self.send.isEnabled() else None)
        for field in self.fields().values():
            if isinstance(field, QLineEdit | QPlainTextEdit):
                field.textChanged.connect(self.edited)
            elif isinstance(field, WhenField | WhomField):
                field.edited.connect(self.edited)
            elif isinstance(field, Choice):
                field.currentIndexChanged.connect(self.edited)


def _text(field: QWidget) -> str:
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText()
    if isinstance(field, Choice) and not isinstance(field, WhomField):
        return str(field.currentData() or "")
    if isinstance(field, QLineEdit | WhenField | WhomField):
        return field.text()
    raise TypeError(f"{type(field).__name__} has no text")


def _set_text(field: QWidget, text: str) -> None:
    if isinstance(field, QPlainTextEdit):
        field.setPlainText(text)
    elif isinstance(field, WhenField | WhomField):
        field.set_text(text)
    elif isinstance(field, Choice):
        field.setCurrentIndex(field.findData(text))
    elif isinstance(field, QLineEdit):
        field.setText(text)


def _words(hint: str = "") -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setFixedHeight(_TEXT_HEIGHT)
    made.setPlaceholderText(hint)
    return made


class TagForm(IssueForm):
    """Words to put on the issue, or with a minus to take off it."""

    kind = "tag"

    def __init__(self) -> None:
        super().__init__("Tags", "Put on")
        self.words_field = QLineEdit()
        self.words_field.setPlaceholderText("vpn night-import, or -vpn to take one off")
        self.add("Words", self.words_field)
        self._watch()

    def fields(self) -> dict[str, QWidget]:
        """Give the words."""
        return {"words": self.words_field}

    def verb(self, issue: IssueDetail) -> Verb:
        """Put them on and take them off."""
        typed = self.words_field.text()

        def write(desk: Desk) -> str:
            words = tags.write(desk, issue.id, typed)
            return f"{issue.label} has: {', '.join(words)}." if words else f"{issue.label} has no tags."

        return write


class NoteForm(IssueForm):
    """An internal word; nothing of it reaches the customer."""

    kind = "note"

    def __init__(self) -> None:
        super().__init__("Note, for us only", "Write it")
        self.body_field = _words()
        self.add("Note", self.body_field)
        self._watch()

    def fields(self) -> dict[str, QWidget]:
        """Give the note."""
        return {"body": self.body_field}

    def verb(self, issue: IssueDetail) -> Verb:
        """Write the note."""
        body = self.body_field.toPlainText()

        def write(desk: Desk) -> str:
            issues.add_note(desk, issue.id, body)
            return f"Noted on {issue.label}."

        return write


class CallBackForm(IssueForm):
    """Our word to the customer, after it was said."""

    kind = "call_back"

    def __init__(self, phone: str) -> None:
        super().__init__(f"Call back {phone}".strip(), "Log it")
        self.told = _words("What you told them")
        self.add("Told", self.told)
        self._watch()

    def fields(self) -> dict[str, QWidget]:
        """Give what was told."""
        return {"told": self.told}

    def verb(self, issue: IssueDetail) -> Verb:
        """Log the outward call."""
        told = self.told.toPlainText()

        def log(desk: Desk) -> str:
            calls.called_back(desk, issue.id, told)
            return f"Logged on {issue.label}: the customer was told."

        return log


class PromiseForm(IssueForm):
    """What we will do and by when; with `moves`, another time for a promise that is not yet due."""

    kind = "promise"

    def __init__(self, moves: promises.PromiseLine | None, now: datetime) -> None:
        title = "Promise" if moves is None else f"Move the promise of {moment(moves.due_at, now)}"
        super().__init__(title, "Promise" if moves is None else "Move it")
        self._moves = moves
        self.by = WhenField("By")
        self.what = QLineEdit()
        self.what.setPlaceholderText(moves.what if moves else promises.USUAL)
        self.add("By", self.by, "16:00, 4pm, in 2h, tomorrow 9, fri 11:30")
        self.add("What", self.what)
        self._watch()

    def fields(self) -> dict[str, QWidget]:
        """Give the time and the words."""
        return {"by": self.by, "what": self.what}

    def verb(self, issue: IssueDetail) -> Verb:
        """Promise, or move."""
        at, what, moves = self.by.value(), self.what.text(), self._moves
        if at is None:
            raise BadInput("A promise needs its time.", "Write by when, such as 16:00 or tomorrow 9.")

        def promise(desk: Desk) -> str:
            if moves is None:
                calls.promise_update(desk, issue.id, at, what)
            else:
                promises.renegotiate(desk, moves.id, at, what)
            return f"Promised on {issue.label}: {moment(at, desk.now)}."

        return promise


class EscalateForm(IssueForm):
    """A recipient and one sentence; everything else is added later by whoever prepares it."""

    kind = "escalate"

    def __init__(self) -> None:
        super().__init__("Escalate", "Escalate")
        self.whom = WhomField("To", "A person or a team")
        self.sentence = QLineEdit()
        self.sentence.setPlaceholderText("What you need, in one sentence")
        self.add("To", self.whom)
        self.add("Sentence", self.sentence)
        self._watch()

    def offer(self, people: Sequence[PersonLine], teams: Sequence[str]) -> None:
        """Offer these recipients."""
        self.whom.offer(people, teams)

    def fields(self) -> dict[str, QWidget]:
        """Give recipient and sentence."""
        return {"whom": self.whom, "sentence": self.sentence}

    def verb(self, issue: IssueDetail) -> Verb:
        """Raise the escalation."""
        person_id, team = self.whom.meant()
        sentence = self.sentence.text()

        def escalate(desk: Desk) -> str:
            escalations.raise_escalation(desk, issue.id, to_person_id=person_id, to_team=team, sentence=sentence)
            return f"Escalated to {people.name_of(desk, person_id) or team}."

        return escalate


class ChangeForm(IssueForm):
    """The issue's own fields; only what differs is changed."""

    kind = "change"

    def __init__(self, issue: IssueDetail) -> None:
        super().__init__("Change", "Change it")
        self.issue_title = QLineEdit(issue.title)
        self.state = Choice()
        for state in IssueState:
            self.state.addItem(str(state), str(state))
        self.state.setCurrentIndex(self.state.findData(str(issue.state)))
        self.waiting_on = QLineEdit(issue.waiting_on)
        self.owner = WhomField("Owner", "nobody")
        self.owner.set_text(issue.owner)
        self.impact, self.urgency = _rating(issue.impact), _rating(issue.urgency)
        self.line = QLineEdit(issue.agreed_line)
        self.until = WhenField("Valid until")
        self.workaround = QLineEdit(issue.workaround)
        self.add("Title", self.issue_title)
        self.add("State", self.state)
        self.add("Waiting on", self.waiting_on, "A person, the customer or a vendor by name")
        self.add("Owner", self.owner)
        self.add("Impact", self.impact)
        self.add("Urgency", self.urgency)
        self.add("Agreed line", self.line, "One sentence that may be said to the customer")
        self.add("Valid until", self.until)
        self.add("Workaround", self.workaround)
        self._watch()

    def offer(self, people: Sequence[PersonLine]) -> None:
        """Offer these owners."""
        self.owner.offer(people)

    def fields(self) -> dict[str, QWidget]:
        """Give every field."""
        return {
            "title": self.issue_title,
            "state": self.state,
            "waiting_on": self.waiting_on,
            "owner": self.owner,
            "impact": self.impact,
            "urgency": self.urgency,
            "line": self.line,
            "until": self.until,
            "workaround": self.workaround,
        }

    def verb(self, issue: IssueDetail) -> Verb:
        """Change what was typed over, and nothing else: the rest may be newer by now than this form."""
        typed = self.content()
        until = self.until.value()
        owner_id, _team = self.owner.meant() if "owner" in typed else (None, "")
        state, whom = IssueState(str(self.state.currentData())), self.waiting_on.text()
        rating = int(self.impact.currentData()), int(self.urgency.currentData())
        said, workaround, title = self.line.text(), self.workaround.text(), self.issue_title.text()

        def change(desk: Desk) -> str:
            # What may be refused comes first.
            if {"line", "until"} & set(typed):
                agreed_lines.agree(desk, issue.id, said, until or issue.agreed_line_until)
            if {"state", "waiting_on"} & set(typed):
                issues.set_state(desk, issue.id, state, waiting_on=whom, watch_until=issue.watch_until)
            if "title" in typed:
                issues.rename(desk, issue.id, title)
            if "owner" in typed:
                issues.assign(desk, issue.id, owner_id)
            if {"impact", "urgency"} & set(typed):
                issues.rate(desk, issue.id, *rating)
            if "workaround" in typed:
                issues.set_workaround(desk, issue.id, workaround)
            return f"Changed {issue.label}."

        return change


def _rating(chosen: int) -> Choice:
    made = Choice()
    for value, word in ((1, "high"), (2, "medium"), (3, "low")):
        made.addItem(word, str(value))
    made.setCurrentIndex(made.findData(str(chosen)))
    return made
