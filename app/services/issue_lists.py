"""The lists of the queue: its views with their counts, the issues of one in an order, and one line of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.customer import Customer
from app.domain.issue import Issue, IssueState
from app.domain.person import Person
from app.services.desk import Desk
from app.store import arrivals
from app.store import issues as lists
from app.store.interactions import tallies
from app.store.issues import Asker, Order, View
from app.store.search import as_list

__all__ = ["IssueLine", "Order", "View", "ViewCount", "ids", "lines", "views"]

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
