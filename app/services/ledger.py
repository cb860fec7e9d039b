"""The ledger of promises: what is owed and due, what became of the rest, and the figures per customer and team.

Nobody is watched: no function gives the figures of a person by name, also not those of a total of one or two people,
and what is settled names nobody else. `own_figures` gives those of whoever asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import TypeVar

from app.domain.customer import Customer
from app.domain.interaction import Promise, PromiseState
from app.domain.issue import Issue
from app.domain.report import FEWEST_PEOPLE
from app.services.desk import Desk
from app.services.people import names
from app.services.promises import PromiseLine, line
from app.store import promises as lists
from app.store.search import as_list

R = TypeVar("R", Issue, Customer)

WINDOW = timedelta(days=90)
_DAY_S = 24 * 3600
_IN = "id IN (SELECT value FROM json_each(?))"


class Page(StrEnum):
    """Which promises of the ledger."""

    DUE = "due"  # everybody's open ones, the first due at the top
    MINE = "mine"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A promise with what it is about and to whom it was made."""

    promise: PromiseLine
    issue: str
    title: str
    customer: str
    is_vip: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Promises:
    """What became of promises within 90 days; `open` and `late` are as of now."""

    kept: int = 0
    broken: int = 0
    renegotiated: int = 0
    withdrawn: int = 0
    open: int = 0
    late: int = 0

    @property
    def kept_share(self) -> float | None:
        """The share kept of those whose time has come, 0 to 1; None when there were none."""
        come = self.kept + self.broken + self.late
        return self.kept / come if come else None


@dataclass(frozen=True, slots=True)
class Figures:
    """How we keep our word and how often we are asked. `told_at` is a customer's last word from us, None for a team.

    `chasers` is how many chasers `days_between_chasers` is the middle of; without one it is None.
    """

    promises: Promises | None  # None where fewer than three people promised
    open_problems: int
    problem_calls: int
    days_between_chasers: float | None
    chasers: int
    told_at: datetime | None = None

    @property
    def calls_per_problem(self) -> float | None:
        """Calls for each open problem; None without one."""
        return self.problem_calls / self.open_problems if self.open_problems else None


def ids(desk: Desk, page: Page) -> list[str]:
    """Give the ids of the promises on this page of the ledger."""
    match page:
        case Page.DUE:
            return lists.open_ids(desk.cache)
        case Page.MINE:
            return lists.open_ids(desk.cache, desk.person_id)
        case Page.SETTLED:
            return lists.settled_ids(desk.cache, desk.now - WINDOW)


def lines(desk: Desk, promise_ids: Sequence[str]) -> list[LedgerLine]:
    """Give these promises in this order; removed ones are left out."""
    found = {p.id: p for p in desk.cache.records(Promise, _IN, (as_list(promise_ids),))}
    issues = _by_id(desk, Issue, {p.issue_id for p in found.values()})
    customers = _by_id(desk, Customer, {p.customer_id for p in found.values()})
    who, now = names(desk), desk.now
    made = []
    for promise in (found[i] for i in promise_ids if i in found):
        issue, customer = issues.get(promise.issue_id or ""), customers.get(promise.customer_id or "")
        is_mine = promise.made_by == desk.person_id
        made.append(
            LedgerLine(
                promise=line(
                    promise, now, who if promise.state is PromiseState.OPEN or is_mine else {promise.made_by: ""}
                ),
                issue=issue.label if issue else "",
                title=issue.title if issue else "",
                customer=customer.name if customer else "",
                is_vip=bool(customer and customer.is_vip),
                is_mine=is_mine,
            )
        )
    return made


def late(desk: Desk) -> int:
    """Give how many open promises are over their time."""
    return lists.late_count(desk.cache, desk.now)


def customer_figures(desk: Desk, customer_id: str) -> Figures:
    """Give the figures with one customer; those of promises are left out while fewer than three people promised."""
    return _figures(desk, customer_id)


def team_figures(desk: Desk) -> Figures:
    """Give the figures of everybody together; those of promises are left out while fewer than three promised."""
    return _figures(desk, None)


def own_figures(desk: Desk) -> Promises:
    """Give what became of the promises that the person at this desk made; there is no way to ask for another's."""
    return _promises(desk, lists.Whose(made_by=desk.me().id))


def _figures(desk: Desk, customer_id: str | None) -> Figures:
    problems, calls = lists.calls_about_problems(desk.cache, customer_id)
    gaps = lists.chaser_gaps(desk.cache, desk.now - WINDOW, customer_id)
    whose = lists.Whose(customer_id=customer_id)
    is_enough = lists.promisers(desk.cache, whose, desk.now - WINDOW) >= FEWEST_PEOPLE
    return Figures(
        promises=_promises(desk, whose) if is_enough else None,
        open_problems=problems,
        problem_calls=calls,
        days_between_chasers=median(g.total_seconds() for g in gaps) / _DAY_S if gaps else None,
        chasers=len(gaps),
        told_at=lists.told_at(desk.cache, customer_id) if customer_id else None,
    )


def _promises(desk: Desk, whose: lists.Whose) -> Promises:
    return Promises(**lists.by_state(desk.cache, whose, desk.now - WINDOW, desk.now))


def _by_id(desk: Desk, record: type[R], wanted: set[str | None]) -> dict[str, R]:
    return {one.id: one for one in desk.cache.records(record, _IN, (as_list([i for i in wanted if i]),))}
