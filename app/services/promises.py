"""Promises: made by a time, and settled as kept, moved before their time, withdrawn, or broken.

An issue's next update is always the earliest of its open promises.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.interaction import Promise, PromiseState
from app.domain.issue import Issue
from app.services.desk import Desk, Edit
from app.services.people import OUTSIDE, names
from app.store.interactions import next_due

USUAL = "We call with an update"


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A promise as a screen shows it; one that is open after its time is shown as broken and `is_open` still."""

    id: str
    issue_id: str | None
    what: str
    made_at: datetime
    by: str
    due_at: datetime
    state: PromiseState
    is_open: bool
    settled_at: datetime | None


def promise_update(
    desk: Desk, issue_id: str, due_at: datetime, what: str = "", *, interaction_id: str | None = None
) -> Promise:
    """Promise on an issue, by a time (aware), in an interaction; open ones whose time is over are settled as broken.

    Raises BadInput for a time that is over, Refused when the issue is gone.
    """
    issue = desk.need(Issue, issue_id)
    with desk.edit() as edit:
        made = add(desk, edit, issue, due_at, what, interaction_id=interaction_id)
        set_next_update(desk, edit, issue)
    return made


def add(
    desk: Desk, edit: Edit, issue: Issue, due_at: datetime, what: str = "", *, interaction_id: str | None = None
) -> Promise:
    """Add a promise inside an open edit; the caller then sets the issue's next update."""
    if due_at <= edit.at:
        raise BadInput("A promise is for a time that is to come.", "Write a later time.")
    for old in _open(desk, issue.id):
        if old.is_late(edit.at):
            edit.update(old, state=PromiseState.BROKEN, settled_at=edit.at)
    return edit.insert(
        Promise(
            id=new_id(),
            customer_id=issue.customer_id,
            issue_id=issue.id,
            interaction_id=interaction_id,
            contact_id=issue.contact_id,
            what=what.strip() or USUAL,
            made_at=edit.at,
            made_by=edit.by,
            due_at=due_at,
        )
    )


def keep(desk: Desk, promise_id: str, done_at: datetime | None = None) -> PromiseState:
    """Record that it was done, at `done_at` (default: now); after its time that is broken. Gives what it became."""
    promise = _still_open(desk, promise_id)
    done = done_at or desk.now
    state = PromiseState.KEPT if done <= promise.due_at else PromiseState.BROKEN
    _settle(desk, promise, state, done)
    return state


def withdraw(desk: Desk, promise_id: str) -> None:
    """Take a promise back: the customer does not want it any more. One whose time is over is broken, and refused."""
    promise = _still_open(desk, promise_id)
    if promise.is_late(desk.now):
        raise Refused("Its time is over, so it is broken.", "Record when it was done, or promise anew.")
    _settle(desk, promise, PromiseState.WITHDRAWN, desk.now)


def renegotiate(desk: Desk, promise_id: str, due_at: datetime, what: str = "") -> Promise:
    """Agree on another time before the promise is due; gives the new one. Afterwards it is broken, and refused."""
    promise = _still_open(desk, promise_id)
    if promise.is_late(desk.now):
        raise Refused("Its time is over, so it is broken and cannot be moved.", "Promise anew.")
    with desk.edit() as edit:
        edit.update(promise, state=PromiseState.RENEGOTIATED, settled_at=edit.at)
        issue = desk.need(Issue, promise.issue_id or "")
        made = add(desk, edit, issue, due_at, what or promise.what)
        set_next_update(desk, edit, issue)
    return made


def of_issue(desk: Desk, issue_id: str) -> tuple[PromiseLine, ...]:
    """Give an issue's promises, the newest first."""
    who = names(desk)
    found = desk.cache.records(Promise, "issue_id = ? ORDER BY made_at DESC, id DESC", (issue_id,))
    return tuple(line(p, desk.now, who) for p in found)


def line(promise: Promise, now: datetime, who: dict[str, str]) -> PromiseLine:
    """Give the promise as a screen shows it at this time."""
    return PromiseLine(
        id=promise.id,
        issue_id=promise.issue_id,
        what=promise.what,
        made_at=promise.made_at,
        by=who.get(promise.made_by, OUTSIDE),
        due_at=promise.due_at,
        state=PromiseState.BROKEN if promise.is_late(now) else promise.state,
        is_open=promise.state is PromiseState.OPEN,
        settled_at=promise.settled_at,
    )


def set_next_update(desk: Desk, edit: Edit, issue: Issue) -> None:
    """Bring the issue's next update to its earliest open promise, inside an open edit."""
    edit.update(issue, next_update_at=next_due(desk.cache, issue.id))


def _open(desk: Desk, issue_id: str) -> list[Promise]:
    return desk.cache.records(Promise, "issue_id = ? AND state = 'open' ORDER BY due_at", (issue_id,))


def _still_open(desk: Desk, promise_id: str) -> Promise:
    promise = desk.need(Promise, promise_id)
    if promise.state is not PromiseState.OPEN:
        raise Refused(f"This promise is settled already: {promise.state}.", "")
    return promise


def _settle(desk: Desk, promise: Promise, state: PromiseState, at: datetime) -> None:
    with desk.edit() as edit:
        edit.update(promise, state=state, settled_at=at)
        issue = desk.cache.record(Issue, promise.issue_id)
        if issue is not None and not issue.deleted:
            set_next_update(desk, edit, issue)
