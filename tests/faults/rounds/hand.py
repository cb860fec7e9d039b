"""What somebody does at a desk, by a seeded die: new rows, shared fields that others change too, removals, answers."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.domain.customer import Customer
from app.domain.entities import table_of
from app.domain.entity import Entity, new_id
from app.domain.interaction import Channel, Interaction, Nature, Promise, PromiseState
from app.domain.issue import Issue, IssueState, Note
from app.domain.tag import Tag
from app.services import conflicts
from app.services.desk import Desk, Edit
from app.store.arrivals import ConflictKind, open_conflicts
from app.store.edits import Op, pending_of

_HOT = 5  # so few issues are worked on that people meet on them
_STATES = (IssueState.OPEN, IssueState.WAITING, IssueState.WATCHING)


@dataclass
class Hand:
    """Does one thing after the other; each call is one transaction and gives the edits that it queued."""

    die: random.Random
    login: str
    round_no: int
    done: int = 0

    def do_something(self, desk: Desk) -> list[Op]:
        """Make one random edit; nothing when there is nothing to edit."""
        self.done += 1
        acts: list[tuple[int, Callable[[Desk], list[Op]]]] = [
            (4, self._take_call),
            (4, self._write_note),
            (3, self._log_interaction),
            (9, self._change_issue),
            (4, self._write_workaround),
            (2, self._put_tag),
            (2, self._take_tag_off),
            (2, self._settle_promise),
            (1, self._remove_issue),
            (1, self._add_customer),
            (2, self._answer_conflict),
        ]
        (act,) = self.die.choices([a for _, a in acts], [w for w, _ in acts])
        return act(desk)

    def burst(self, desk: Desk, count: int) -> list[Op]:
        """Write many notes in one transaction, as an import does."""
        issue = self._issue(desk)
        if issue is None:
            return []
        with desk.edit() as edit:
            notes = [edit.insert(self._note(edit, issue, f"{n} of many")) for n in range(count)]
            return _queued(desk, notes, set())

    def _word(self, what: str) -> str:
        return f"{what} {self.login} {self.round_no}.{self.done}"

    def _issue(self, desk: Desk) -> Issue | None:
        found = desk.cache.records(Issue, f"1 ORDER BY id DESC LIMIT {_HOT}")
        return self.die.choice(found) if found else None

    def _take_call(self, desk: Desk) -> list[Op]:
        customers = desk.cache.records(Customer)
        customer_id = self.die.choice(customers).id if customers and self.die.random() < 0.8 else None
        with desk.edit() as edit:
            issue = edit.insert(
                Issue(id=new_id(), customer_id=customer_id, title=self._word("call of"), opened_at=edit.at)
            )
            said = edit.insert(self._said(edit, issue))
            promise = edit.insert(
                Promise(
                    id=new_id(),
                    issue_id=issue.id,
                    customer_id=customer_id,
                    interaction_id=said.id,
                    what=self._word("promise of"),
                    made_at=edit.at,
                    made_by=edit.by,
                    due_at=edit.at + timedelta(hours=2),
                )
            )
            return _queued(desk, [issue, said, promise], set())

    def _said(self, edit: Edit, issue: Issue) -> Interaction:
        return Interaction(
            id=new_id(),
            issue_id=issue.id,
            customer_id=issue.customer_id,
            channel=self.die.choice(list(Channel)),
            nature=Nature.CHASER,
            at=edit.at,
            person_id=edit.by,
            body=self._word("said to"),
        )

    def _note(self, edit: Edit, issue: Issue, more: str = "") -> Note:
        return Note(
            id=new_id(),
            issue_id=issue.id,
            customer_id=issue.customer_id,
            at=edit.at,
            person_id=edit.by,
            body=f"{self._word('note of')} {more}".strip(),
        )

    def _write_note(self, desk: Desk) -> list[Op]:
        issue = self._issue(desk)
        return [] if issue is None else self._insert(desk, lambda edit: self._note(edit, issue))

    def _log_interaction(self, desk: Desk) -> list[Op]:
        issue = self._issue(desk)
        return [] if issue is None else self._insert(desk, lambda edit: self._said(edit, issue))

    def _put_tag(self, desk: Desk) -> list[Op]:
        issue = self._issue(desk)
        if issue is None:
            return []
        word = self._word("tag")
        return self._insert(
            desk, lambda _edit: Tag(id=new_id(), issue_id=issue.id, customer_id=issue.customer_id, word=word)
        )

    def _add_customer(self, desk: Desk) -> list[Op]:
        return self._insert(desk, lambda _edit: Customer(id=new_id(), name=self._word("customer of")))

    def _insert(self, desk: Desk, make: Callable[[Edit], Entity]) -> list[Op]:
        with desk.edit() as edit:
            return _queued(desk, [edit.insert(make(edit))], set())

    def _change_issue(self, desk: Desk) -> list[Op]:
        issue = self._issue(desk)
        if issue is None:
            return []
        every: dict[str, object] = {
            "title": self._word("title by"),
            "topic": self.die.choice(["printing", "network", "licence"]),
            "state": self.die.choice(_STATES),
            "impact": self.die.randint(1, 3),
            "urgency": self.die.randint(1, 3),
            "waiting_on": self._word("word of"),
        }
        chosen = self.die.sample(sorted(every), self.die.randint(1, 3))
        return self._update(desk, issue, **{name: every[name] for name in chosen})

    def _write_workaround(self, desk: Desk) -> list[Op]:
        issue = self._issue(desk)
        if issue is None:
            return []
        lines = issue.workaround.splitlines(keepends=True)
        lines.insert(self.die.randint(0, len(lines)), self._word("line of") + "\n")
        return self._update(desk, issue, workaround="".join(lines[-12:]))

    def _settle_promise(self, desk: Desk) -> list[Op]:
        found = desk.cache.records(Promise, "1 ORDER BY id DESC LIMIT 4")
        if not found:
            return []
        return self._update(desk, self.die.choice(found), state=self.die.choice(list(PromiseState)))

    def _update(self, desk: Desk, row: Entity, **changes: object) -> list[Op]:
        with desk.edit() as edit:
            before = _ops_of(desk, row)
            edit.update(row, **changes)
            return _queued(desk, [row], before)

    def _take_tag_off(self, desk: Desk) -> list[Op]:
        found = desk.cache.records(Tag, "1 ORDER BY id DESC LIMIT 4")
        return self._remove(desk, self.die.choice(found)) if found else []

    def _remove_issue(self, desk: Desk) -> list[Op]:
        issue = self._issue(desk)
        return [] if issue is None else self._remove(desk, issue)

    def _remove(self, desk: Desk, row: Entity) -> list[Op]:
        with desk.edit() as edit:
            before = _ops_of(desk, row)
            edit.delete(row)
            return _queued(desk, [row], before)

    def _answer_conflict(self, desk: Desk) -> list[Op]:
        for clash in open_conflicts(desk.cache):
            if pending_of(desk.cache, clash.table, (clash.row_id,)):
                continue  # an answer takes back what is unsent for the same field, and that was promised to hold
            # keep_mine is for values; what was removed is removed again from where it stands.
            if clash.kind is ConflictKind.CLASH and clash.field != "deleted" and self.die.random() < 0.5:
                conflicts.keep_mine(desk, clash.id)
            else:
                conflicts.keep_theirs(desk, clash.id)
        return []  # the answers are edits like others, but nobody was told that they hold


def _ops_of(desk: Desk, row: Entity) -> set[str]:
    return {op.op for op in pending_of(desk.cache, table_of(type(row)).name, (row.id,))}


def _queued(desk: Desk, rows: list[Entity] | list[Note], before: set[str]) -> list[Op]:
    """Give the edits of these rows that were not in the outbox before; inside the transaction, so nobody takes them."""
    made: list[Op] = []
    by_table: dict[str, list[str]] = {}
    for row in rows:
        by_table.setdefault(table_of(type(row)).name, []).append(row.id)
    for table, ids in by_table.items():
        made += [op for op in pending_of(desk.cache, table, ids) if op.op not in before]
    return made
