"""Changing an issue's own fields in place; a title that sounds like another issue's says so."""

from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.issue import IssueState
from app.services import agreed_lines, issues, links, people, problems
from app.services.desk import Desk
from app.services.issue_refs import IssueRef
from app.services.issues import IssueDetail
from app.services.links import Relation
from ui.kit.console import Console
from ui.kit.fields import Choice
from ui.kit.labels import Label
from ui.kit.theme import Tone
from ui.kit.typed_fields import WhenField, WhomField
from ui.panes.queue.alike_list import AlikeList
from ui.panes.queue.completed_field import CompletedField
from ui.panes.queue.issue_form import IssueForm, Verb


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
        self.waiting_on = CompletedField("Waiting on", "A person, the customer or a vendor")
        self.waiting_on.set_text(issue.waiting_on)
        self.watch_until = WhenField("Watch until", "in 7d")
        self.owner = WhomField("Owner", "nobody")
        self.owner.set_text(issue.owner)
        self.impact, self.urgency = _rating(issue.impact), _rating(issue.urgency)
        self.line = QLineEdit(issue.agreed_line)
        self.until = WhenField("Valid until")
        self.workaround = QLineEdit(issue.workaround)
        self.add("Title", self.issue_title)
        self.add("State", self.state)
        self.add("Waiting on", self.waiting_on, "A person, the customer or a vendor by name")
        self.add("Watch until", self.watch_until, "Better, cause unknown: until when somebody looks; a week when empty")
        self.add("Owner", self.owner)
        self.add("Impact", self.impact)
        self.add("Urgency", self.urgency)
        self.add("Agreed line", self.line, "One sentence that may be said to the customer")
        self.add("Valid until", self.until)
        self.whose_line = Label(tone=Tone.DIM, wrap=True)
        self._form.addRow("", self.whose_line)
        self._form.setRowVisible(self.whose_line, False)
        self.add("Workaround", self.workaround)
        self.cause = QLineEdit(issue.cause)
        self.cause.setPlaceholderText("Once it is known: a known error")
        if issue.is_shared:
            self.add("Cause", self.cause)
        self.alike = AlikeList("a duplicate of it")
        self.alike.chosen.connect(self._duplicates)
        self.body.insertWidget(self.body.count() - 1, self.alike)
        self._issue = issue
        self._console: Console | None = None
        self._watch()
        self.state.currentIndexChanged.connect(self._show_fitting)
        self.issue_title.textChanged.connect(self._look_for_alike)
        self._key("Ctrl+D", self.alike.choose_first)
        self._show_fitting()

    def begin(self, console: Console, issue: IssueDetail) -> None:
        """Offer owners and names to wait on."""
        self._console = console
        console.read(self, people.people, self.owner.offer)
        console.read(self, lambda desk: agreed_lines.why_not(desk, issue.id), self._say_whose_line)
        console.read(self, lambda desk: issues.waited_on(desk, issue.id), self.waiting_on.offer_words)

    def _say_whose_line(self, why_not: str) -> None:
        """Say in place that somebody else writes the line."""
        self.whose_line.setText(why_not)
        self._form.setRowVisible(self.whose_line, bool(why_not))

    def _show_fitting(self) -> None:
        """Ask on whom and until when only where it is asked for."""
        state = self.state.currentData()
        self._form.setRowVisible(self.waiting_on, state == str(IssueState.WAITING))
        self._form.setRowVisible(self.watch_until, state == str(IssueState.WATCHING))

    def _look_for_alike(self, title: str) -> None:
        issue, console = self._issue, self._console
        if console is not None:
            self.alike.look(console, lambda desk: issues.alike(desk, title, issue.customer_id, but=issue.id))

    def _duplicates(self, other: IssueRef) -> None:
        """Link as a duplicate of one that sounds alike."""
        issue, console = self._issue, self._console
        if console is None:
            return

        def done(_link: object) -> None:
            console.navigator.tell(f"{issue.label} is a duplicate of {other.label}; Ctrl+Z takes that back.")
            self.left.emit()

        console.write(self, lambda desk: links.link(desk, issue.id, Relation.DUPLICATE_OF, other.id), done, self.refuse)

    def fields(self) -> dict[str, QWidget]:
        """Give every field."""
        return {
            "title": self.issue_title,
            "state": self.state,
            "waiting_on": self.waiting_on,
            "watch_until": self.watch_until,
            "owner": self.owner,
            "impact": self.impact,
            "urgency": self.urgency,
            "line": self.line,
            "until": self.until,
            "workaround": self.workaround,
            "cause": self.cause,
        }

    def verb(self, issue: IssueDetail) -> Verb:
        """Change what was typed over, and nothing else: the rest may be newer by now than this form."""
        typed = self.content()
        until = self.until.value()
        owner_id, _team = self.owner.meant() if "owner" in typed else (None, "")
        state, whom = IssueState(str(self.state.currentData())), self.waiting_on.text()
        rating = int(self.impact.currentData()), int(self.urgency.currentData())
        said, workaround, title = self.line.text(), self.workaround.text(), self.issue_title.text()
        watch_until, cause = self.watch_until.value(), self.cause.text()

        def change(desk: Desk) -> str:
            # What may be refused comes first, but for taking it over: who does so may write its line.
            if "owner" in typed:
                issues.assign(desk, issue.id, owner_id)
            if {"line", "until"} & set(typed):
                agreed_lines.agree(desk, issue.id, said, until or issue.agreed_line_until)
            if {"state", "waiting_on", "watch_until"} & set(typed):
                issues.set_state(desk, issue.id, state, waiting_on=whom, watch_until=watch_until)
            if "title" in typed:
                issues.rename(desk, issue.id, title)
            if {"impact", "urgency"} & set(typed):
                issues.rate(desk, issue.id, *rating)
            if "workaround" in typed:
                issues.set_workaround(desk, issue.id, workaround)
            if "cause" in typed:
                problems.set_cause(desk, issue.id, cause)
            return f"Changed {issue.label}."

        return change


def _rating(chosen: int) -> Choice:
    made = Choice()
    for value, word in ((1, "high"), (2, "medium"), (3, "low")):
        made.addItem(word, str(value))
    made.setCurrentIndex(made.findData(str(chosen)))
    return made
