"""The lists of the queue: its views with their counts, the issues of one in an order, and one line of a list."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import cast

from app.domain.id_array import IdArray
from app.domain.issue import IssueState
from app.domain.issue_filter_text import FilterError, parse
from app.domain.person import Person
from app.services.desk import Desk
from app.store import issues as lists
from app.store.codec import instant_of
from app.store.issues import PAGE, Asker, Group, Grouping, Order, View, Wanted

__all__ = [
    "PAGE",
    "FilterError",
    "Group",
    "Grouping",
    "IdArray",
    "IssueLine",
    "ListQuery",
    "Order",
    "Page",
    "View",
    "ViewCount",
    "count",
    "first_page",
    "groups",
    "ids",
    "lines",
    "pressing",
    "views",
]


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A list that is asked for: a view (None: of all issues, closed ones too) narrowed by a filter's text.

    In All open a filter that names states itself is not kept to open ones. `stop` ends a look-up that nobody waits for
    any more: what it gives then is None.
    """

    view: View | None = View.ALL_OPEN
    text: str = ""
    order: Order = Order.USUAL
    is_descending: bool = False
    group_by: Grouping | None = None
    stop: Event = field(default_factory=Event, compare=False, repr=False)

    def wanted(self) -> Wanted:
        """Give it as the store knows it; raises FilterError, which says where the text cannot be read."""
        return Wanted(self.view, parse(self.text), self.order, self.is_descending, self.group_by)


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
    kind: str = "incident"
    topic: str = ""
    owner: str = ""
    promise_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The beginning of a list, ready to be shown: ids in order with their lines. `is_whole`: there is no more."""

    ids: IdArray
    lines: tuple[IssueLine, ...]
    is_whole: bool


def views(desk: Desk, stop: Event | None = None) -> tuple[ViewCount, ...] | None:
    """Give every view with its count; None when it was stopped."""
    asker = _asker(desk)
    found = []
    for view in View:
        many = lists.count(desk.cache, Wanted(view), asker, stop)
        if many is None:
            return None
        found.append(ViewCount(view, many, lists.over(desk.cache, asker) if view is View.PROMISES else 0))
    return tuple(found)


def pressing(desk: Desk) -> tuple[int, ...]:
    """Give the cache's keys of the issues that stand first in every usual order now: their promise is due soon or over.

    With time alone others join them; a list that is shown is read anew then.
    """
    return tuple(lists.pressing(desk.cache, _asker(desk)))


def first_page(desk: Desk, query: ListQuery) -> Page:
    """Give the first rows of a list with what they show; raises FilterError."""
    found, is_whole = lists.first_page(desk.cache, query.wanted(), _asker(desk))
    return Page(IdArray.of(cells[0] for cells in found), tuple(_line(*cells) for cells in found), is_whole)


def ids(desk: Desk, query: ListQuery) -> IdArray | None:
    """Give the ids of a whole list in order; None when it was stopped; raises FilterError."""
    return lists.ids(desk.cache, query.wanted(), _asker(desk), query.stop)


def count(desk: Desk, query: ListQuery) -> int | None:
    """Give how many issues a list has; None when it was stopped; raises FilterError."""
    return lists.count(desk.cache, query.wanted(), _asker(desk), query.stop)


def groups(desk: Desk, query: ListQuery) -> tuple[Group, ...] | None:
    """Give the groups of a list in the order of its ids; None when it was stopped; raises FilterError."""
    return lists.groups(desk.cache, query.wanted(), _asker(desk), query.stop)


def lines(desk: Desk, issue_ids: Sequence[str]) -> list[IssueLine]:
    """Give the lines of these issues in this order; removed ones are left out."""
    return [_line(*cells) for cells in lists.lines(desk.cache, list(issue_ids))]


def _line(
    id_: str,
    number: int | None,
    title: str,
    customer: str,
    is_vip: int,
    priority: int,
    state: str,
    waiting_on: str,
    watch_until: int | None,
    next_update_at: int | None,
    calls: int,
    last_call_at: int | None,
    told_at: int | None,
    opened_at: int | None,
    has_conflict: int,
    kind: str,
    topic: str,
    owner: str,
    promise_due_at: int | None,
) -> IssueLine:
    return IssueLine(
        id_,
        "new" if number is None else str(number),
        title,
        customer,
        bool(is_vip),
        priority,
        _STATES.get(state) or cast("IssueState", state),  # a word that only a newer version knows stays as it came
        waiting_on,
        _instant(watch_until),
        _instant(next_update_at),
        calls,
        _instant(last_call_at),
        _instant(told_at),
        _instant(opened_at),
        bool(has_conflict),
        kind,
        topic,
        owner,
        _instant(promise_due_at),
    )


_STATES = {state.value: state for state in IssueState}


def _instant(cell: int | None) -> datetime | None:
    return None if cell is None else instant_of(cell)


def _asker(desk: Desk) -> Asker:
    me = desk.cache.record(Person, desk.person_id)
    return Asker(desk.person_id, me.name if me else "", desk.now)
