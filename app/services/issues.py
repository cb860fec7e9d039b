"""Issues: the views of the queue, one line of a list, and the verbs that change an issue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.customer import Customer
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.issue import Issue, IssueState, Note, NoteKind
from app.domain.person import Person
from app.services.desk import Desk
from app.services.issue_details import IssueDetail, detail, find
from app.store import arrivals
from app.store import issues as lists
from app.store.interactions import tallies
from app.store.issues import Asker, Order, View
from app.store.search import as_list

__all__ = [
    "IssueDetail",
    "IssueLine",
    "Order",
    "View",
    "ViewCount",
    "add_note",
    "assign",
    "detail",
    "find",
    "ids",
    "lines",
    "rate",
    "rename",
    "set_next_update",
    "set_state",
    "set_workaround",
    "views",
]

_IN = "id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class ViewCount:
    """How many issues a view holds, and how many of them are over their time (the promises view only)."""

    view: View
    count: int
    over: int = 0


@dataclass(frozen=True, slots=True)
class IssueLine:
    """One issue as a list shows it. `calls` are calls that asked, `told_at` our last outward word."""

    id: str
    label: str
    title: str
    customer: str
    is_vip: bool
    priority: int
    state: IssueState
    waiting_on: str
    watch_until: datetime | None
    next_update_at: datetime | None
    calls: int
    last_call_at: datetime | None
    told_at: datetime | None
    opened_at: datetime | None
    has_conflict: bool


def views(desk: Desk) -> tuple[ViewCount, ...]:
    """Give every view with its count."""
    asker = _asker(desk)
    over = lists.over(desk.cache, asker.now)
    return tuple(
        ViewCount(view, lists.count(desk.cache, view, asker), over if view is View.PROMISES else 0) for view in View
    )


def ids(
    desk: Desk, view: View, text: str = "", order: Order = Order.USUAL, *, is_descending: bool = False
) -> list[str]:
    """Give the ids of the view's issues with these words, sorted."""
    return lists.ids(desk.cache, view, _asker(desk), text, order, is_descending=is_descending)


def lines(desk: Desk, issue_ids: Sequence[str]) -> list[IssueLine]:
    """Give the lines of these issues in this order; removed ones are left out."""
    issues = {i.id: i for i in desk.cache.records(Issue, _IN, (as_list(issue_ids),))}
    customer_ids = {i.customer_id for i in issues.values() if i.customer_id}
    customers = {c.id: c for c in desk.cache.records(Customer, _IN, (as_list(list(customer_ids)),))}
    counted = tallies(desk.cache, list(issues))
    clashing = {c.row_id for c in arrivals.open_conflicts(desk.cache) if c.table == "issue"}
    found = []
    for one in (issues[i] for i in issue_ids if i in issues):
        customer = customers.get(one.customer_id or "")
        tally = counted[one.id]
        found.append(
            IssueLine(
                id=one.id,
                label=one.label,
                title=one.title,
                customer=customer.name if customer else "",
                is_vip=bool(customer and customer.is_vip),
                priority=one.priority,
                state=one.state,
                waiting_on=one.waiting_on,
                watch_until=one.watch_until,
                next_update_at=one.next_update_at,
                calls=tally.calls,
                last_call_at=tally.last_call_at,
                told_at=tally.told_at,
                opened_at=one.opened_at,
                has_conflict=one.id in clashing,
            )
        )
    return found


def _asker(desk: Desk) -> Asker:
    me = desk.cache.record(Person, desk.person_id)
    return Asker(desk.person_id, me.name if me else "", desk.now)


# Verbs


def rename(desk: Desk, issue_id: str, title: str) -> None:
    """Give the issue another title; raises BadInput for an empty one."""
    if not title.strip():
        raise BadInput("An issue needs a title by which people find it.", "Write a few words.")
    with desk.edit() as edit:
        edit.update(desk.need(Issue, issue_id), title=title.strip())


def set_state(
    desk: Desk, issue_id: str, state: IssueState, *, waiting_on: str = "", watch_until: datetime | None = None
) -> None:
    """Say where the issue stands: waiting names on whom, watching may have its until-date.

    Raises BadInput for waiting on nobody. Solving or closing notes when; opening again takes that away.
    """
    issue = desk.need(Issue, issue_id)
    whom = waiting_on.strip() if state is IssueState.WAITING else ""
    if state is IssueState.WAITING and not whom:
        raise BadInput("Waiting is waiting on somebody.", "Name a person, the customer or a vendor.")
    is_over = state in {IssueState.SOLVED, IssueState.CLOSED}
    with desk.edit() as edit:
        edit.update(
            issue,
            state=state,
            waiting_on=whom,
            watch_until=watch_until if state is IssueState.WATCHING else None,
            closed_at=(issue.closed_at or edit.at) if is_over else None,
        )


def assign(desk: Desk, issue_id: str, person_id: str | None) -> None:
    """Give the issue an owner, or none; raises Refused when that person is not there any more."""
    issue = desk.need(Issue, issue_id)
    owner = desk.need(Person, person_id) if person_id else None
    with desk.edit() as edit:
        edit.update(issue, owner_id=owner.id if owner else None)


def rate(desk: Desk, issue_id: str, impact: int, urgency: int) -> None:
    """Set impact and urgency, 1 high to 3 low; together they give the priority. Raises BadInput outside of that."""
    if not {impact, urgency} <= {1, 2, 3}:
        raise BadInput("Impact and urgency are 1 (high), 2 or 3 (low).", "Choose one of the three.")
    with desk.edit() as edit:
        edit.update(desk.need(Issue, issue_id), impact=impact, urgency=urgency)


def set_workaround(desk: Desk, issue_id: str, workaround: str) -> None:
    """Write what helps until the fix; an empty one takes it away."""
    with desk.edit() as edit:
        edit.update(desk.need(Issue, issue_id), workaround=workaround.strip())


def set_next_update(desk: Desk, issue_id: str, at: datetime | None) -> None:
    """Say when the customer hears from us next without promising it; None: not planned."""
    with desk.edit() as edit:
        edit.update(desk.need(Issue, issue_id), next_update_at=at)


def add_note(desk: Desk, issue_id: str, body: str, *, device_id: str | None = None, command: str = "") -> Note:
    """Write an internal note; with a device and a command it is that command's output. Raises BadInput when empty."""
    if not body.strip():
        raise BadInput("There is nothing in this note.", "Write a word, or leave with Esc.")
    issue = desk.need(Issue, issue_id)
    with desk.edit() as edit:
        return edit.insert(
            Note(
                id=new_id(),
                issue_id=issue.id,
                customer_id=issue.customer_id,
                kind=NoteKind.DEVICE_OUTPUT if command else NoteKind.TEXT,
                at=edit.at,
                person_id=edit.by,
                body=body.strip("\n") if command else body.strip(),
                device_id=device_id,
                command=command,
            )
        )
