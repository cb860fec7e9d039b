"""The lists of issues: which ids each view holds, in which order, and how many."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.domain.issue import OPEN_STATES
from app.store.cache import Cache
from app.store.codec import instant_cell
from app.store.interactions import CALLS, WORDS_OUT
from app.store.search import begins, words_of


class View(StrEnum):
    """A question asked of the queue; the answer is a list of open issues."""

    PROMISES = "promises"
    CALLED_AGAIN = "called_again"
    WAITING_ON_ME = "waiting_on_me"
    UNASSIGNED = "unassigned"
    VIP = "vip"
    NOT_UPDATED = "not_updated"
    ALL_OPEN = "all_open"


class Order(StrEnum):
    """By what a list is sorted; USUAL is the view's own order."""

    USUAL = "usual"
    NUMBER = "number"
    TITLE = "title"
    CALLS = "calls"
    WAITING = "waiting"
    DUE = "due"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and when: views depend on it."""

    person_id: str
    name: str
    now: datetime


SOON = timedelta(days=1)
STALE = timedelta(days=2)

_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN_STATES))
_CALLS = f"(SELECT count(*) FROM interaction WHERE issue_id = i.id AND {CALLS})"
_LAST_CALL = f"(SELECT max(at) FROM interaction WHERE issue_id = i.id AND {CALLS})"
_TOLD = f"(SELECT max(at) FROM interaction WHERE issue_id = i.id AND {WORDS_OUT})"
# The plus keeps SQLite from walking all open promises for each issue instead of the issue's own few.
_PROMISED = "(SELECT min(due_at) FROM promise WHERE issue_id = i.id AND +state = 'open' AND deleted = 0)"
_FAR = 2**62
_DUE = f"min(coalesce({_PROMISED}, {_FAR}), coalesce(i.next_update_at, {_FAR}))"
_PRIORITY = "max(1, min(4, i.impact + i.urgency - 1))"

_SORTED = {
    Order.NUMBER: "coalesce(i.number, 1 << 62)",
    Order.TITLE: "i.title COLLATE NOCASE",
    Order.CALLS: _CALLS,
    Order.WAITING: "i.state || i.waiting_on COLLATE NOCASE",
    Order.DUE: _DUE,
    Order.UPDATED: f"coalesce({_TOLD}, 0)",
}

_USUAL = {
    View.PROMISES: f"{_DUE}, {_PRIORITY}",
    View.CALLED_AGAIN: f"{_LAST_CALL} DESC",
    View.NOT_UPDATED: f"coalesce({_TOLD}, i.opened_at, 0), {_PRIORITY}",
}


def ids(
    cache: Cache,
    view: View,
    asker: Asker,
    text: str = "",
    order: Order = Order.USUAL,
    *,
    is_descending: bool = False,
) -> list[str]:
    """Give the ids of a view's issues that also have the words: in their own text, or their customer's or caller's."""
    where, values = _view(view, asker)
    more, words = _worded(text)
    if order is Order.USUAL:
        by = _USUAL.get(view, f"{_PRIORITY}, coalesce(i.next_update_at, {_FAR})")
    else:
        by = _SORTED[order] + (" DESC" if is_descending else "")
    statement = f"SELECT i.id FROM issue i WHERE {where}{more} ORDER BY {by}, i.pk DESC"
    return [i for (i,) in cache.read(statement, (*values, *words))]


def count(cache: Cache, view: View, asker: Asker) -> int:
    """Give how many issues are in the view."""
    where, values = _view(view, asker)
    return int(cache.read(f"SELECT count(*) FROM issue i WHERE {where}", values)[0][0])


def over(cache: Cache, now: datetime) -> int:
    """Give how many open issues have a promise or a next update that is over."""
    statement = f"SELECT count(*) FROM issue i WHERE {_IS_OPEN} AND {_DUE_BEFORE}"
    return int(cache.read(statement, (instant_cell(now),) * 2)[0][0])


_IS_OPEN = f"i.deleted = 0 AND i.state IN ({_OPEN})"
_PROMISED_BEFORE = "SELECT issue_id FROM promise WHERE state = 'open' AND due_at < ? AND deleted = 0"
_DUE_BEFORE = f"(i.next_update_at < ? OR i.id IN ({_PROMISED_BEFORE}))"


def _view(view: View, asker: Asker) -> tuple[str, tuple[Any, ...]]:
    """Give the SQL condition of a view and its values."""
    stale = instant_cell(asker.now - STALE)
    soon = instant_cell(asker.now + SOON)
    asked_again = f"SELECT issue_id FROM interaction WHERE {CALLS} AND nature = 'chaser'"
    is_mine = "i.owner_id = ? AND i.state IN ('new', 'open')"
    is_my_name = "i.state = 'waiting' AND i.waiting_on != '' AND i.waiting_on = ? COLLATE NOCASE"
    told = f"SELECT 1 FROM interaction WHERE issue_id = i.id AND {WORDS_OUT} AND at >= ?"
    extra: dict[View, tuple[str, tuple[Any, ...]]] = {
        View.PROMISES: (_DUE_BEFORE, (soon, soon)),
        View.CALLED_AGAIN: (f"i.id IN ({asked_again})", ()),
        View.WAITING_ON_ME: (f"(({is_mine}) OR ({is_my_name}))", (asker.person_id, asker.name)),
        View.UNASSIGNED: ("i.owner_id IS NULL", ()),
        View.VIP: ("i.customer_id IN (SELECT id FROM customer WHERE is_vip = 1 AND deleted = 0)", ()),
        View.NOT_UPDATED: (f"coalesce(i.opened_at, 0) < ? AND NOT EXISTS ({told})", (stale, stale)),
        View.ALL_OPEN: ("1", ()),
    }
    condition, values = extra[view]
    return f"{_IS_OPEN} AND {condition}", values


def _worded(text: str) -> tuple[str, tuple[str, ...]]:
    """Give the SQL that keeps issues in which each word begins a word somewhere, and its values."""
    words = words_of(text)
    clause = (
        " AND (i.pk IN (SELECT rowid FROM issue_search WHERE issue_search MATCH ?) "
        "OR i.customer_id IN (SELECT id FROM customer WHERE pk IN "
        "(SELECT rowid FROM customer_search WHERE customer_search MATCH ?)) "
        "OR i.contact_id IN (SELECT id FROM contact WHERE pk IN "
        "(SELECT rowid FROM contact_search WHERE contact_search MATCH ?)))"
    )
    return clause * len(words), tuple(begins([word]) for word in words for _ in range(3))


def open_of(cache: Cache, column: str, row_id: str, limit: int) -> list[str]:
    """Give the ids of what a customer (`column` customer_id) or a contact (contact_id) has open, most urgent first."""
    statement = f"SELECT i.id FROM issue i WHERE {_IS_OPEN} AND i.{column} = ? ORDER BY {_PRIORITY}, i.pk DESC LIMIT ?"
    return [i for (i,) in cache.read(statement, (row_id, limit))]
