"""A week's work of one person: calls with promises, notes, issues that move on, new ones; many rows more than once."""

import random
from collections.abc import Callable
from datetime import timedelta

from app.domain.customer import Contact
from app.domain.entity import new_id
from app.domain.interaction import Channel, Direction, Interaction, Nature, Promise, PromiseState
from app.domain.issue import Issue, IssueState, Note
from app.services.desk import Desk
from app.store.edits import pending_count

BODY = "They ask when the import will be mended; the morning report was empty again, and the board meets on Thursday."
STATES = (IssueState.OPEN, IssueState.WAITING, IssueState.WATCHING, IssueState.SOLVED)
BUSY = 500  # issues that a person has to do with in a week


class Week:
    """Makes edits at a desk, the same kinds in the same order for the same seed."""

    def __init__(self, desk: Desk, seed: int = 1) -> None:
        self._desk = desk
        self._random = random.Random(seed)
        self._issues = desk.cache.records(Issue, "1 ORDER BY id DESC LIMIT ?", (BUSY,))
        self._contacts = desk.cache.records(Contact, "1 ORDER BY id LIMIT ?", (BUSY,))
        self._promises: list[Promise] = []

    def work(self, edits: int) -> int:
        """Go on until so many edits are unsent; gives how many there are."""
        acts: tuple[Callable[[], None], ...] = (self._call, self._move, self._note, self._begin, self._keep, self._ring)
        while (made := pending_count(self._desk.cache)[0]) < edits:
            self._random.choices(acts, (35, 25, 15, 10, 10, 5))[0]()
        return made

    def _call(self) -> None:
        """Somebody calls: what was said, what was promised, and until when."""
        issue, at = self._random.choice(self._issues), self._desk.now
        said = Interaction(
            id=new_id(),
            customer_id=issue.customer_id,
            contact_id=issue.contact_id,
            issue_id=issue.id,
            channel=self._random.choice((Channel.CALL, Channel.EMAIL)),
            nature=self._random.choice((Nature.FIRST, Nature.CHASER)),
            direction=Direction.IN,
            at=at,
            person_id=self._desk.person_id,
            body=BODY,
        )
        promise = Promise(
            id=new_id(),
            customer_id=issue.customer_id,
            issue_id=issue.id,
            interaction_id=said.id,
            contact_id=issue.contact_id,
            what="Tell them when it will be mended",
            made_at=at,
            made_by=self._desk.person_id,
            due_at=at + timedelta(hours=self._random.randint(1, 48)),
        )
        with self._desk.edit() as edit:
            edit.insert(said)
            edit.insert(promise)
            edit.update(issue, next_update_at=promise.due_at)
        self._promises.append(promise)

    def _move(self) -> None:
        issue = self._random.choice(self._issues)
        with self._desk.edit() as edit:
            edit.update(issue, state=self._random.choice(STATES), impact=self._random.randint(1, 3))

    def _note(self) -> None:
        issue = self._random.choice(self._issues)
        with self._desk.edit() as edit:
            edit.insert(
                Note(id=new_id(), issue_id=issue.id, at=self._desk.now, person_id=self._desk.person_id, body=BODY)
            )

    def _begin(self) -> None:
        """Write a new issue, then say on whom it waits."""
        contact = self._random.choice(self._contacts)
        issue = Issue(
            id=new_id(),
            customer_id=contact.customer_id,
            contact_id=contact.id,
            title=f"Import stays empty at {contact.name}",
            owner_id=self._desk.person_id,
            opened_at=self._desk.now,
        )
        with self._desk.edit() as edit:
            edit.insert(issue)
        with self._desk.edit() as edit:
            edit.update(issue, state=IssueState.WAITING, waiting_on="the vendor")

    def _keep(self) -> None:
        """Keep a promise; before the first one there is nothing to keep."""
        if self._promises:
            promise = self._promises.pop(self._random.randrange(len(self._promises)))
            with self._desk.edit() as edit:
                edit.update(promise, state=PromiseState.KEPT, settled_at=self._desk.now)

    def _ring(self) -> None:
        contact = self._random.choice(self._contacts)
        with self._desk.edit() as edit:
            edit.update(contact, phone=f"+1555{self._random.randrange(10**7):07d}")
