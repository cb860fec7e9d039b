"""The small forms below an issue's facts: call back, promise, note, tags, escalate, hand over, another system."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.errors import BadInput
from app.services import calls, escalations, external_refs, issues, people, promises, tags
from app.services.desk import Desk
from app.services.issues import IssueDetail
from app.services.people import PersonLine
from ui.kit.console import Console
from ui.kit.timephrase import moment
from ui.kit.typed_fields import WhenField, WhomField
from ui.panes.queue.card_promise import as_typed
from ui.panes.queue.issue_form import IssueForm, Verb, words

_HIGHEST_LEVEL = 3  # of support, as is usual; where there are more, the next one is offered


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
        self.body_field = words()
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
        self.told = words("What you told them")
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


class CalledAgainForm(IssueForm):
    """By when they hear from us, asked at once after they called again; Escape goes on without a promise."""

    kind = "called_again"

    def __init__(self, issue: IssueDetail, said: Sequence[str]) -> None:
        """`said` has the id of the call as soon as that is logged, which is before any promise is."""
        super().__init__(f"{issue.label} called again: they hear from us by", "Promise", "No promise")
        self._said = said
        self.by = WhenField("By")
        self.by.set_text(as_typed(issue.say.call_by, issue.read_at))
        self.by.line.selectAll()
        self.what = QLineEdit()
        self.what.setPlaceholderText(promises.USUAL)
        self.add("By", self.by, "16:00, 4pm, in 2h, tomorrow 9, fri 11:30")
        self.add("What", self.what)
        self._watch()

    def fields(self) -> dict[str, QWidget]:
        """Give the time and the words."""
        return {"by": self.by, "what": self.what}

    def restore(self, content: dict[str, Any]) -> None:
        """Put in the words that were kept; the time of an earlier call is not this one's."""
        super().restore({name: text for name, text in content.items() if name != "by"})

    def verb(self, issue: IssueDetail) -> Verb:
        """Promise in that call."""
        at, what, said = self.by.value(), self.what.text(), self._said
        if at is None:
            raise BadInput("A promise needs its time.", "Write by when, or press Esc to go on without one.")

        def promise(desk: Desk) -> str:
            calls.promise_update(desk, issue.id, at, what, interaction_id=next(iter(said), None))
            return f"Promised on {issue.label}: {moment(at, desk.now)}."

        return promise


class EscalateForm(IssueForm):
    """A recipient and one sentence; everything else is added later by whoever prepares it."""

    kind = "escalate"

    def __init__(self) -> None:
        super().__init__("Escalate", "Escalate")
        self.whom = WhomField("To", "A person, a team, or the next level")
        self.sentence = QLineEdit()
        self.sentence.setPlaceholderText("What you need, in one sentence")
        self.add("To", self.whom, "A manager decides; a team, a level or anybody else takes it on")
        self.add("Sentence", self.sentence)
        self._watch()

    def begin(self, console: Console, issue: IssueDetail) -> None:
        """Offer people, teams and the next levels."""
        levels = [f"Level {level}" for level in range(issue.level + 1, max(issue.level + 1, _HIGHEST_LEVEL) + 1)]

        def offer(found: tuple[tuple[PersonLine, ...], tuple[str, ...]]) -> None:
            self.whom.offer(found[0], [*found[1], *levels])
            for at in range(self.whom.count() - len(levels), self.whom.count()):
                self.whom.setItemText(at, self.whom.itemText(at).removeprefix("Team "))

        console.read(self, lambda desk: (people.people(desk), people.teams(desk)), offer)

    def fields(self) -> dict[str, QWidget]:
        """Give recipient and sentence."""
        return {"whom": self.whom, "sentence": self.sentence}

    def verb(self, issue: IssueDetail) -> Verb:
        """Raise the escalation."""
        person_id, team = self.whom.meant()
        sentence = self.sentence.text()
        level = int(team.removeprefix("Level ")) if team.startswith("Level ") and team[6:].isdecimal() else 0

        def escalate(desk: Desk) -> str:
            escalations.raise_escalation(
                desk, issue.id, to_person_id=person_id, to_team="" if level else team, to_level=level, sentence=sentence
            )
            return f"Escalated to {people.name_of(desk, person_id) or team}."

        return escalate


class HandOverForm(IssueForm):
    """Whose it is from now on, and a word for them."""

    kind = "hand_over"

    def __init__(self) -> None:
        super().__init__("Hand over", "Hand it over")
        self.whom = WhomField("To", "A person or a team")
        self.word = QLineEdit()
        self.word.setPlaceholderText("What they should know; may be empty")
        self.add("To", self.whom)
        self.add("Word", self.word)
        self._watch()

    def begin(self, console: Console, issue: IssueDetail) -> None:
        """Offer people and teams."""
        console.read(
            self, lambda desk: (people.people(desk), people.teams(desk)), lambda found: self.whom.offer(*found)
        )

    def fields(self) -> dict[str, QWidget]:
        """Give whom and the word."""
        return {"whom": self.whom, "word": self.word}

    def verb(self, issue: IssueDetail) -> Verb:
        """Hand it over."""
        person_id, team = self.whom.meant()
        word = self.word.text()

        def hand_over(desk: Desk) -> str:
            issues.hand_over(desk, issue.id, person_id=person_id, team=team, word=word)
            return f"{issue.label} is with {people.name_of(desk, person_id) or team} now."

        return hand_over


class ReferenceForm(IssueForm):
    """The same matter in another system."""

    kind = "reference"

    def __init__(self) -> None:
        super().__init__("In another system", "Note it")
        self.system, self.key, self.url, self.status = (QLineEdit() for _ in range(4))
        self.key.setPlaceholderText("OPS-12")
        self.url.setPlaceholderText("https://")
        self.status.setPlaceholderText("How it stands there, as you saw it")
        for name, field in (("System", self.system), ("Key", self.key), ("Address", self.url), ("Status", self.status)):
            self.add(name, field)
        self._watch()

    def fields(self) -> dict[str, QWidget]:
        """Give every field."""
        return {"system": self.system, "key": self.key, "url": self.url, "status": self.status}

    def verb(self, issue: IssueDetail) -> Verb:
        """Note it."""
        system, key, url, status = (field.text() for field in (self.system, self.key, self.url, self.status))

        def note(desk: Desk) -> str:
            made = external_refs.write(desk, issue.id, system, key, url=url, status=status)
            return f"{issue.label} is {made.key} in {made.system}."

        return note
