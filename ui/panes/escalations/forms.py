"""The short forms: escalate, record an ask or a word, record the outcome."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from app.domain.errors import BadInput, Refused
from app.domain.escalation import Ask, AskKind, DecisionRequest, Escalation, Outcome
from app.services import decisions, escalation_lists, escalations
from app.services.desk import Desk
from app.services.escalation_lists import RequestDetail
from app.services.people import PersonLine
from ui.kit.typed_fields import WhenField, WhomField
from ui.panes.escalations.fields import WordField, channel_field
from ui.panes.escalations.form import DraftForm
from ui.panes.escalations.words import money

_ASKS = (
    (AskKind.ASKED, "we asked"),
    (AskKind.SEEN, "they have seen it"),
    (AskKind.ACKNOWLEDGED, "they acknowledged it"),
    (AskKind.SAID, "they said something"),
)
_OUTCOMES = (
    (Outcome.FIX, "Fix it"),
    (Outcome.FUND, "Fund it"),
    (Outcome.ACCEPT, "Accept it, look again later"),
    (Outcome.DECLINE, "Decline"),
    (Outcome.DELEGATE, "Delegate it"),
    (Outcome.WITHDRAWN, "Withdrawn"),
)


def _small_text(hint: str, lines: int = 3) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setPlaceholderText(hint)
    made.setFixedHeight(14 + 18 * lines)
    return made


class EscalateForm(DraftForm):
    """A recipient and one sentence; the issue may be named by its number."""

    def __init__(self) -> None:
        super().__init__("escalate", "Escalate", "Escalate")
        self.to = WhomField("To", "a person, or a team")
        self.sentence = _small_text("What you need, in one sentence", 2)
        self.issue = QLineEdit()
        self.issue.setPlaceholderText("its number, if it is about one")
        self.keep("to", "To", self.to, "A manager is asked for a decision; anybody else takes it over")
        self.keep("sentence", "Sentence", self.sentence)
        self.keep("issue", "Issue", self.issue)

    def offer(self, people: Sequence[PersonLine], teams: Sequence[str]) -> None:
        """Offer these as recipients."""
        self.to.offer(people, teams)

    def verb(self) -> Callable[[Desk], Escalation]:
        """Give the verb for what is typed."""
        person, team = self.to.meant()
        sentence, issue = self.sentence.toPlainText(), self.issue.text().strip()

        def escalate(desk: Desk) -> Escalation:
            found = escalation_lists.issue_numbered(desk, issue) if issue else None
            if issue and found is None:
                raise BadInput(f"There is no issue {issue}.", "Correct the number, or leave it out.")
            return escalations.raise_escalation(
                desk, found.id if found else None, to_person_id=person, to_team=team, sentence=sentence
            )

        return escalate


class WordForm(DraftForm):
    """An ask, or what somebody said; it only records, nothing is sent."""

    def __init__(self, request: RequestDetail, kind: AskKind) -> None:
        is_ask = kind is AskKind.ASKED
        title = f"Chase {request.owed_by}" if is_ask else f"A word from {request.owed_by}"
        super().__init__(f"ask/{request.id}/{kind}", title, "Record")
        self._request = request
        self.kind = WordField([(str(k), text) for k, text in _ASKS], kind)
        self.whom = WhomField("Whom", "who")
        self.whom.set_text(request.owed_by)
        self.channel = channel_field()
        self.words = _small_text("What was said, in their words" if not is_ask else "What you asked, if it matters")
        self.keep("kind", "What", self.kind)
        self.keep("whom", "Whom", self.whom, "Only a word of whoever owes the answer ends the silence")
        self.keep("channel", "How", self.channel)
        self.keep("words", "Words", self.words)

    def verb(self) -> Callable[[Desk], Ask]:
        """Give the verb for what is typed."""
        kind, whom, whom_id = AskKind(self.kind.word()), self.whom.text(), self.whom.person_id()
        channel, words = self.channel.text(), self.words.toPlainText()
        return lambda desk: decisions.record_ask(
            desk, self._request.id, kind=kind, whom=whom, whom_id=whom_id, channel=channel, words=words
        )


class OutcomeForm(DraftForm):
    """How the question ended, who decided and how we heard. Nothing is chosen beforehand."""

    def __init__(self, request: RequestDetail) -> None:
        super().__init__(f"outcome/{request.id}", "Record the outcome", "Record outcome")
        self._request = request
        self.outcome = WordField([(str(k), text) for k, text in _OUTCOMES])
        self.decided_by = WhomField("Decided by", "the person, not the department")
        self.heard_how = QLineEdit()
        self.heard_how.setPlaceholderText("mail of 9:12, call, minutes")
        self.option = WordField([("", "none of them"), *((o.id, _option(o)) for o in request.options)])
        self.review = WhenField("Review", "1 mar, in 30 d")
        self.words = _small_text("In their words", 2)
        self.keep("outcome", "Outcome", self.outcome)
        self.keep("decided_by", "Decided by", self.decided_by)
        self.keep("heard_how", "Heard how", self.heard_how, "Where it can be checked")
        if request.options:
            self.keep("option", "Option", self.option)
        self.keep("review", "Review", self.review, "When what is accepted is looked at again")
        self.keep("words", "Words", self.words)

    def verb(self) -> Callable[[Desk], DecisionRequest]:
        """Give the verb for what is typed; raises Refused or BadInput for what can be seen here already."""
        if not self.outcome.word():
            raise Refused("Choose the outcome.", "Acknowledged is none of them.")
        outcome, who, how = Outcome(self.outcome.word()), self.decided_by.text(), self.heard_how.text()
        option = self.option.word() or None
        words, review = self.words.toPlainText(), self.review.value()
        return lambda desk: decisions.record_outcome(
            desk,
            self._request.id,
            outcome=outcome,
            decided_by=who,
            heard_how=how,
            words=words,
            chosen_option_id=option,
            review_at=review,
        )


def _option(option: escalation_lists.OptionLine) -> str:
    return f"{option.label} · {money(option.total, option.currency)}"
