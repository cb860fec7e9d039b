"""SLA timers of issues: where they stand, and what makes them stand still."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.customer import Contact, Customer
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.issue import OPEN_STATES, SHARED_KINDS, Issue, IssueState
from app.domain.sla import SlaPause
from app.domain.sla_timer import Goal, Matter, TimerReadout, TimerState, policy_for
from app.domain.sla_timer import timers as reckon
from app.services.desk import Desk, Edit
from app.services.sla_policies import (
    Book,
    PolicyLine,
    add_first,
    calendars,
    policies,
    remove_calendar,
    remove_policy,
    save_calendar,
    save_policy,
)
from app.store import sla as kept
from app.store.search import as_list

__all__ = [
    "Goal",
    "IssueTimers",
    "PolicyLine",
    "TimerReadout",
    "TimerState",
    "add_first",
    "calendars",
    "pause",
    "pause_for_state",
    "policies",
    "remove_calendar",
    "remove_policy",
    "resume",
    "save_calendar",
    "save_policy",
    "timers",
    "timers_of",
]

_IN = "id IN (SELECT value FROM json_each(?))"
_THE_CUSTOMER = frozenset({"customer", "the customer"})


@dataclass(frozen=True, slots=True)
class IssueTimers:
    """The timers of one issue under the policy of this name; `fault` says why its calendar cannot be reckoned with."""

    policy: str = ""
    timers: tuple[TimerReadout, ...] = ()
    fault: str = ""


def timers(desk: Desk, issue_id: str) -> tuple[TimerReadout, ...]:
    """Give the timers of an issue as they stand; none where no policy holds. Raises Refused when the issue is gone."""
    issue = desk.need(Issue, issue_id)
    return timers_of(desk, [issue.id])[issue.id].timers


def timers_of(desk: Desk, issue_ids: Sequence[str], at: datetime | None = None) -> dict[str, IssueTimers]:
    """Give the timers of each of these issues (a page of a list) as they stand `at` a time, or now.

    There are none for issues that no policy holds for, that are shared by customers, of which nobody has said when they
    began or were over, or that are not there any more.
    """
    book = Book(desk)
    blank = IssueTimers()
    if not book.policies:
        return dict.fromkeys(issue_ids, blank)
    issues = {i.id: i for i in desk.cache.records(Issue, _IN, (as_list(issue_ids),))}
    customer_ids = list({i.customer_id for i in issues.values() if i.customer_id})
    plans = {c.id: c.plan for c in desk.cache.records(Customer, _IN, (as_list(customer_ids),))}
    given, spoken = kept.words(desk.cache, issue_ids)
    pauses = kept.pauses(desk.cache, issue_ids)
    now = at or desk.now
    found = dict.fromkeys(issue_ids, blank)
    for issue in issues.values():
        policy = policy_for(book.policies, plans.get(issue.customer_id or "", ""), issue.priority)
        matter = _matter(issue, given.get(issue.id, ()), spoken.get(issue.id, ()), pauses.get(issue.id, ()))
        if policy is None or matter is None or matter.opened_at > now:
            continue
        calendar, fault = book.calendar(policy)
        read = reckon(policy, calendar, matter, now) if calendar else ()
        found[issue.id] = IssueTimers(policy.name, read, fault)
    return found


def _matter(
    issue: Issue, given: Sequence[datetime], spoken: Sequence[datetime], pauses: Sequence[SlaPause]
) -> Matter | None:
    is_over = issue.state not in OPEN_STATES
    if issue.opened_at is None or (is_over and issue.closed_at is None) or issue.kind in SHARED_KINDS:
        return None
    return Matter(issue.opened_at, given, pauses, issue.closed_at if is_over else None, spoken)


def pause(desk: Desk, issue_id: str, reason: str) -> SlaPause:
    """Make an issue's timers stand still from now on, and say why.

    Raises BadInput without a reason, Refused when they stand still already or the issue is over.
    """
    issue = desk.need(Issue, issue_id)
    if not reason.strip():
        raise BadInput("A pause needs its reason: it is what the customer will ask for.", "Write a few words.")
    if issue.state not in OPEN_STATES:
        raise Refused("The timers of an issue that is over stand still already.", "Open it again first.")
    on = _on(desk, issue.id)
    if on:
        raise Refused(f"The timers are paused already: {on[0].reason}.", "Let them go on first.")
    with desk.edit() as edit:
        return _begin(edit, issue, reason.strip())


def resume(desk: Desk, issue_id: str) -> None:
    """Let an issue's timers go on; raises Refused when they do."""
    issue = desk.need(Issue, issue_id)
    on = _on(desk, issue.id)
    if not on or issue.state not in OPEN_STATES:
        raise Refused("The timers are not paused.", "" if on else "They go on.")
    with desk.edit() as edit:
        _end(edit, on)


def pause_for_state(desk: Desk, edit: Edit, issue: Issue, state: IssueState, waiting_on: str = "") -> None:
    """Let the timers follow a change of state, inside an open edit; `issue` is as it was before.

    Time in which we wait for the customer, and in which the issue is over, does not count; waiting on ourselves or on a
    vendor does. Any other state ends the pause that is on, whoever began it: no clock is forgotten standing still.
    """
    if (state, waiting_on.casefold()) == (issue.state, issue.waiting_on.casefold()):
        return
    if state not in OPEN_STATES and issue.state not in OPEN_STATES:
        return  # solved, and now closed: over as before
    on = _on(desk, issue.id)
    _end(edit, on)
    if not kept.has_policies(desk.cache):
        return
    if state not in OPEN_STATES:
        _begin(edit, issue, str(state).capitalize())
    elif state is IssueState.WAITING and _is_customer(desk, issue, waiting_on):
        _begin(edit, issue, f"Waiting on {waiting_on}")


def _is_customer(desk: Desk, issue: Issue, name: str) -> bool:
    """Say whether that names the issue's customer, or one of the people there."""
    said = " ".join(name.casefold().split())
    if said in _THE_CUSTOMER:
        return True
    customer = desk.cache.record(Customer, issue.customer_id)
    if not said or customer is None:
        return False
    if f"{said} ".startswith(f"{customer.name.casefold()} "):
        return True
    people = desk.cache.records(Contact, "customer_id = ?", (customer.id,))
    return any(each.name.casefold() == said for each in people)


def _on(desk: Desk, issue_id: str) -> list[SlaPause]:
    return desk.cache.records(SlaPause, "issue_id = ? AND until_at IS NULL ORDER BY from_at, id", (issue_id,))


def _begin(edit: Edit, issue: Issue, reason: str) -> SlaPause:
    return edit.insert(
        SlaPause(
            id=new_id(),
            issue_id=issue.id,
            customer_id=issue.customer_id,
            from_at=edit.at,
            reason=reason,
            person_id=edit.by,
        )
    )


def _end(edit: Edit, on: Sequence[SlaPause]) -> None:
    for each in on:
        edit.update(each, until_at=max(edit.at, each.from_at))
