"""The lists of issues: which ids each view and filter holds, in which order, the first page at once, and how many."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import accumulate
from sqlite3 import OperationalError
from threading import Event
from typing import Any, TypeVar

from app.domain.id_array import IdArray, packed_ids
from app.domain.issue import OPEN_STATES
from app.domain.issue_filter import All, Node, mentions
from app.store.cache import Cache
from app.store.codec import instant_cell
from app.store.faults import said_plainly
from app.store.issue_filters import EVERYTHING, Asker, Condition, after_deployment, condition, joined
from app.store.issue_words import FAR
from app.store.search import as_list

__all__ = ["Asker", "Group", "Grouping", "Order", "View", "Wanted"]

T = TypeVar("T")
Line = tuple[Any, ...]  # the cells of what a list shows of an issue, the id first


class View(StrEnum):
    """A question asked of the queue; the answer is a list of open issues."""

    PROMISES = "promises"
    CALLED_AGAIN = "called_again"
    WAITING_ON_ME = "waiting_on_me"
    UNASSIGNED = "unassigned"
    VIP = "vip"
    NOT_UPDATED = "not_updated"
    AFTER_DEPLOYMENTS = "after_deployments"
    ALL_OPEN = "all_open"


class Order(StrEnum):
    """By what a list is sorted; USUAL is the view's own order."""

    USUAL = "usual"
    NUMBER = "number"
    TITLE = "title"
    CALLS = "calls"
    CALLED = "called"
    WAITING = "waiting"
    DUE = "due"
    UPDATED = "updated"
    PRIORITY = "priority"
    CUSTOMER = "customer"
    OWNER = "owner"
    STATE = "state"
    TOPIC = "topic"
    OPENED = "opened"


class Grouping(StrEnum):
    """By what the rows of a list stand together."""

    CUSTOMER = "customer"
    OWNER = "owner"
    STATE = "state"
    PRIORITY = "priority"
    TOPIC = "topic"


EVERY_ISSUE = All()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list that is asked for: a view (None: of all issues) narrowed by a filter, in an order, in groups."""

    view: View | None = View.ALL_OPEN
    filter: Node = EVERY_ISSUE
    order: Order = Order.USUAL
    is_descending: bool = False
    group_by: Grouping | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that stand together: what they have in common ("" for none), where the first one is and how many."""

    name: str
    first: int
    count: int


PRESSING = timedelta(minutes=30)  # a promise due within this time stands before everything else
SOON = timedelta(days=1)
STALE = timedelta(days=2)
PAGE = 200

_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN_STATES))
_WALKED = 5_000  # rows along an order before a filter is asked for everything it holds
_SCREEN = 60  # rows that fill any screen: when so many were found on the way, nobody has to wait for more
_AT_ONCE = 4_096
_CACHE_KIB = 4_000
_STEPS = 100_000  # of SQLite's machine between two looks at whether anybody still waits, some milliseconds

_COLUMNS = {
    Order.NUMBER: ("number",),
    Order.TITLE: ("title",),
    Order.CALLS: ("calls",),
    Order.CALLED: ("last_call_at",),
    Order.WAITING: ("waiting",),
    Order.DUE: ("due_at", "priority"),
    Order.UPDATED: ("told_at",),
    Order.PRIORITY: ("priority", "due_at"),
    Order.CUSTOMER: ("customer",),
    Order.OWNER: ("owner",),
    Order.STATE: ("state",),
    Order.TOPIC: ("topic",),
    Order.OPENED: ("opened_at",),
}

_USUAL = {View.PROMISES: ("due_at", "priority"), View.NOT_UPDATED: ("quiet_at", "priority")}


def first_page(cache: Cache, wanted: Wanted, asker: Asker, limit: int = PAGE) -> tuple[list[Line], bool]:
    """Give what the first rows of a list show, and whether there are no more.

    Where an index has the order, its first rows are looked at before the filter is asked for all it holds; there may
    then be fewer than `limit`, though more than a screen shows.
    """
    what = _condition(cache, wanted, asker)
    order = _ordered(wanted)
    keys = pressing(cache, asker) if _raises(wanted) else []
    first, raised = _raised(keys)
    if _is_open_only(wanted):
        if what.sql == _IS_OPEN.sql or wanted.view is View.PROMISES:
            statements = _in_two(what, keys, order, "s.pk")
            found = [row for one, values in statements for row in cache.read(f"{one} LIMIT ?", (*values, limit + 1))]
            return _lines_at(cache, found[:limit]), len(found) <= limit
        walked = f"SELECT pk FROM (SELECT s.pk FROM issue_sum s WHERE s.is_open = 1 ORDER BY {order} LIMIT {_WALKED})"
        if keys:
            walked = f"SELECT value AS pk FROM json_each(?) UNION {walked}"
        near = _statement(
            _near(what), "walked w CROSS JOIN issue_sum s ON s.pk = w.pk", f"ORDER BY {first}{order} LIMIT ?", "s.pk"
        )
        found = cache.read(
            f"WITH walked AS MATERIALIZED ({walked}) {near}", (*raised, *what.values, *raised, limit + 1)
        )
        if len(found) > min(limit, _SCREEN):
            return _lines_at(cache, found[:limit]), False
    statement = _statement(_sought(what), "issue_sum s", f"ORDER BY {first}{_apart(order)} LIMIT ?", "s.pk")
    found = cache.read(statement, (*what.values, *raised, limit + 1))
    return _lines_at(cache, found[:limit]), len(found) <= limit


def ids(cache: Cache, wanted: Wanted, asker: Asker, stop: Event | None = None) -> IdArray | None:
    """Give the ids of a list; None when it was stopped."""
    what = _condition(cache, wanted, asker)
    order = _ordered(wanted)
    keys = pressing(cache, asker) if _raises(wanted) else []
    first, raised = _raised(keys)
    if what.sql == _IS_OPEN.sql and _is_open_only(wanted):
        statements = _in_two(what, keys, order, "s.id")
    else:
        by = f"ORDER BY {first}{_apart(order)}"
        statements = [(_statement(_sought(what), "issue_sum s", by), (*what.values, *raised))]

    def parts() -> Iterator[bytes]:
        for statement, values in statements:
            cursor = cache.connection.execute(statement, values)
            while some := cursor.fetchmany(_AT_ONCE):
                yield packed_ids(i for (i,) in some)
                if stop is not None and stop.is_set():
                    return

    return _unless_stopped(cache, stop, lambda: IdArray.joined(parts()))


def pressing(cache: Cache, asker: Asker) -> list[int]:
    """Give the keys of open issues with a promise of anybody that is due soon or over, and still open; first due first.

    They rise to the top of every list that stands in its usual order.
    """
    statement = (
        "SELECT s.pk FROM promise p CROSS JOIN issue i ON i.id = p.issue_id CROSS JOIN issue_sum s ON s.pk = i.pk "
        "WHERE p.state = 'open' AND p.due_at < ? AND p.deleted = 0 AND s.is_open = 1 "
        "GROUP BY s.pk ORDER BY min(p.due_at), s.pk"
    )
    return [pk for (pk,) in cache.read(statement, (instant_cell(asker.now + PRESSING),))]


def _raises(wanted: Wanted) -> bool:
    """Say whether what presses stands first: not where a person has asked for an order or groups of their own."""
    return wanted.order is Order.USUAL and not wanted.is_descending and wanted.group_by is None


_THESE = "(SELECT value FROM json_each(?))"


def _raised(keys: Sequence[int]) -> tuple[str, tuple[str, ...]]:
    """Give the first thing to sort by so that these come first, by due time, with its value; nothing without any."""
    if not keys:
        return "", ()
    return f"CASE WHEN s.pk IN {_THESE} THEN s.promise_due_at ELSE {FAR} END, ", (json.dumps(keys),)


def _in_two(what: Condition, keys: Sequence[int], order: str, cells: str) -> list[tuple[str, tuple[Any, ...]]]:
    """Give the statements of those that press and of the others, with their values: an index has the others' order."""
    if not keys:
        return [(_statement(what, "issue_sum s", f"ORDER BY {order}", cells), what.values)]
    these, listed = Condition(f"s.pk IN {_THESE} AND {what.sql}"), json.dumps(keys)
    others = Condition(f"{what.sql} AND +s.pk NOT IN {_THESE}")
    return [
        (
            _statement(_sought(these), "issue_sum s", "ORDER BY s.promise_due_at, s.pk", cells),
            (listed, *what.values),
        ),
        (_statement(others, "issue_sum s", f"ORDER BY {order}", cells), (*what.values, listed)),
    ]


def count(cache: Cache, wanted: Wanted, asker: Asker, stop: Event | None = None) -> int | None:
    """Give how many issues a list has; None when it was stopped."""
    what = _condition(cache, wanted, asker)
    statement = _statement(_sought(what), "issue_sum s", cells="count(*)")
    return _unless_stopped(cache, stop, lambda: int(cache.connection.execute(statement, what.values).fetchone()[0]))


def groups(cache: Cache, wanted: Wanted, asker: Asker, stop: Event | None = None) -> tuple[Group, ...] | None:
    """Give the groups of a list in their order, as `ids` has them; None when it was stopped, () without grouping."""
    if wanted.group_by is None:
        return ()
    what, column = _condition(cache, wanted, asker), f"s.{wanted.group_by.value}"
    statement = _statement(
        _sought(what), "issue_sum s", f"GROUP BY {column} ORDER BY {column}", f"min({column}), count(*)"
    )
    rows = _unless_stopped(cache, stop, lambda: cache.connection.execute(statement, what.values).fetchall())
    if rows is None:
        return None
    ends = list(accumulate(size for _name, size in rows))
    return tuple(Group(str(name), end - size, size) for (name, size), end in zip(rows, ends, strict=True))


def over(cache: Cache, asker: Asker) -> int:
    """Give how many open issues have a promise or a next update that is over."""
    statement = "SELECT count(*) FROM issue_sum WHERE is_open = 1 AND due_at < ?"
    return int(cache.read(statement, (instant_cell(asker.now),))[0][0])


def open_of(cache: Cache, column: str, row_id: str, limit: int) -> list[str]:
    """Give the ids of what a customer (`column` customer_id) or a contact (contact_id) has open, most urgent first."""
    urgent = "max(1, min(4, i.impact + i.urgency - 1))"
    is_open = f"i.deleted = 0 AND i.state IN ({_OPEN})"
    statement = f"SELECT i.id FROM issue i WHERE {is_open} AND i.{column} = ? ORDER BY {urgent}, i.pk DESC LIMIT ?"
    return [i for (i,) in cache.read(statement, (row_id, limit))]


_IS_OPEN = Condition("s.is_open = 1")


def _statement(what: Condition, source: str, end: str = "", cells: str = "s.id") -> str:
    issue = " JOIN issue i ON i.pk = s.pk" if what.needs_issue else ""
    return f"SELECT {cells} FROM {source}{issue} WHERE {what.sql} {end}"


def _sought(what: Condition) -> Condition:
    """Give the condition so that SQLite begins with the rows that were found, where there are such.

    The plus keeps it from going through an index of all open ones and asking for each whether it was found.
    """
    if "s.pk IN" not in what.sql:
        return what
    return Condition(what.sql.replace("s.is_open = 1", "+s.is_open = 1"), what.values, what.needs_issue)


def _near(what: Condition) -> Condition:
    """Give the condition for the rows that were walked: of what words find, only these are kept.

    A plus keeps SQLite from asking the words for each of them, or from going through all that was found for each.
    """
    sql = what.sql.replace("s.pk IN", "+s.pk IN")
    sql = sql.replace("issue_search MATCH ?", "issue_search MATCH ? AND +rowid IN (SELECT pk FROM walked)")
    # Of a name there may be a hundred thousand issues, and then more are looked at than were walked.
    for begun in ("(", "customer_id IN (SELECT id FROM customer ", "contact_id IN (SELECT id FROM contact "):
        kept = f"SELECT pk FROM issue WHERE pk IN (SELECT pk FROM walked) AND {'' if begun == '(' else '+'}{begun}"
        sql = sql.replace(f"SELECT pk FROM issue WHERE {begun}", kept)
    return Condition(sql, what.values, what.needs_issue)


def _is_open_only(wanted: Wanted) -> bool:
    """Say whether the list has open issues only; a filter that names states itself looks beyond All open."""
    return wanted.view not in {None, View.ALL_OPEN} or (
        wanted.view is View.ALL_OPEN and not mentions(wanted.filter, "state")
    )


def _condition(cache: Cache, wanted: Wanted, asker: Asker) -> Condition:
    parts = [_IS_OPEN if _is_open_only(wanted) else Condition("s.state != 'deleted'")]
    if wanted.view is not None:
        parts.append(_VIEWS[wanted.view](asker))
    parts.append(condition(wanted.filter, asker))
    if wanted.view not in {None, View.PROMISES} and not mentions(wanted.filter, "snoozed"):
        parts.append(_not_snoozed(cache, asker))
    return joined("AND", [_bracketed(part) for part in parts])


def _bracketed(one: Condition) -> Condition:
    return Condition(f"({one.sql})", one.values, one.needs_issue) if " OR " in one.sql else one


def _not_snoozed(cache: Cache, asker: Asker) -> Condition:
    """Leave out what somebody does not want to see now; promises that fall due are seen all the same."""
    mine = "SELECT issue_id FROM snooze WHERE deleted = 0 AND person_id = ? AND until_at > ?"
    values = (asker.person_id, instant_cell(asker.now))
    if not cache.read(f"{mine} LIMIT 1", values):
        return EVERYTHING
    return Condition(f"s.id NOT IN ({mine})", values)


def _waiting_on_me(asker: Asker) -> Condition:
    mine = "SELECT pk FROM issue WHERE owner_id = ? AND state IN ('new', 'open')"
    by_name = "SELECT pk FROM issue WHERE state = 'waiting' AND waiting_on != '' AND waiting_on = ? COLLATE NOCASE"
    return Condition(f"s.pk IN ({mine} UNION ALL {by_name})", (asker.person_id, asker.name))


def _not_updated(asker: Asker) -> Condition:
    stale = instant_cell(asker.now - STALE)
    return Condition("s.quiet_at < ? AND s.opened_at < ?", (stale, stale))


_VIEWS: dict[View, Callable[[Asker], Condition]] = {
    View.PROMISES: lambda asker: Condition("s.due_at < ?", (instant_cell(asker.now + SOON),)),
    View.CALLED_AGAIN: lambda _asker: Condition("s.chasers > 0"),
    View.WAITING_ON_ME: _waiting_on_me,
    View.UNASSIGNED: lambda _asker: Condition("s.owner = ''"),
    View.VIP: lambda _asker: Condition("s.is_vip = 1"),
    View.NOT_UPDATED: _not_updated,
    View.AFTER_DEPLOYMENTS: after_deployment,
    View.ALL_OPEN: lambda _asker: EVERYTHING,
}


def _ordered(wanted: Wanted) -> str:
    """Give the columns to sort by; rows that are alike stand in the order in which they came, or against it."""
    is_descending = wanted.is_descending
    if wanted.order is not Order.USUAL:
        columns = _COLUMNS[wanted.order]
    elif wanted.view is View.CALLED_AGAIN:
        columns, is_descending = ("last_call_at",), True
    else:
        columns = _USUAL.get(wanted.view or View.ALL_OPEN, ("priority", "due_at"))
    by = [f"s.{column}" + (" DESC" if is_descending else "") for column in (*columns, "pk")]
    group = [f"s.{wanted.group_by.value}"] if wanted.group_by else []
    return ", ".join([*group, *by])


def _apart(order: str) -> str:
    """Give the order in a form that no index has, so that the filter decides how to look."""
    return "+" + order.replace(", ", ", +")


def _unless_stopped(cache: Cache, stop: Event | None, look_up: Callable[[], T]) -> T | None:
    """Give what is looked up; None soon after the event was set."""
    is_stopped = (lambda: False) if stop is None else stop.is_set
    connection = cache.connection
    # So many rows are read once each: a large page cache would only be memory that is never given back.
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.set_progress_handler(is_stopped, _STEPS)
    try:
        with said_plainly():
            found = look_up()
    except OperationalError:
        if not is_stopped():
            raise
        return None
    finally:
        connection.set_progress_handler(None, 0)
    return None if is_stopped() else found


_LINE = (
    "SELECT i.id, i.number, i.title, coalesce(c.name, ''), coalesce(c.is_vip, 0), s.priority, i.state, i.waiting_on, "
    "i.watch_until, i.next_update_at, s.calls, s.last_call_at, s.told_at, i.opened_at, "
    "EXISTS (SELECT 1 FROM conflict WHERE tbl = 'issue' AND row_id = i.id AND resolved_at IS NULL), "
    "i.kind, i.topic, s.owner, s.promise_due_at "
    "FROM json_each(?) j CROSS JOIN issue i ON i.{} = j.value JOIN issue_sum s ON s.pk = i.pk "
    "LEFT JOIN customer c ON c.id = i.customer_id AND c.deleted = 0 WHERE i.deleted = 0"
)


def lines(cache: Cache, issue_ids: Sequence[str]) -> list[Line]:
    """Give what a list shows of these issues in this order; removed ones are left out."""
    return cache.read(f"{_LINE.format('id')} ORDER BY j.key", (as_list(issue_ids),))


def _lines_at(cache: Cache, keys: Sequence[tuple[int]]) -> list[Line]:
    return cache.read(f"{_LINE.format('pk')} ORDER BY j.key", (json.dumps([key for (key,) in keys]),))
