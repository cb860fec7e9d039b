"""The queue's sentences: how often they called, what was promised and whether it held, how an issue stands.

Pure functions of what the services gave and of the time; nothing here asks or paints.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from app.domain.interaction import PromiseState
from app.domain.issue import IssueState
from app.domain.phone import wanted_digits
from app.domain.plain_text import cut, isolated
from app.services.agreed_lines import Say
from app.services.callers import Caller
from app.services.calls import CallDraft, CardIssue
from app.services.issues import IssueDetail
from app.services.promises import PromiseLine
from ui.kit.said_values import counted
from ui.kit.theme import Kind
from ui.kit.timephrase import moment, span

PRIORITY_KINDS = {1: Kind.RED, 2: Kind.AMBER, 3: Kind.GREY}
MARK_KINDS = {
    "broken": Kind.RED,
    "open": Kind.BLUE,
    "kept": Kind.GREEN,
    "no answer": Kind.AMBER,
    "not taken": Kind.AMBER,
    "taken": Kind.BLUE,
    "asked": Kind.BLUE,
    "done": Kind.GREEN,
}


_LONGEST_SHOWN = 300  # characters of a title


def in_line(text: str, most: int = _LONGEST_SHOWN) -> str:
    """Give somebody's text as it may stand in a line of ours: cut, and with its directions closed in."""
    return isolated(cut(text, most))


def ordinal(number: int) -> str:
    """Give 1st, 2nd, 3rd, 4th, 11th ..."""
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def lasting(length: timedelta) -> str:
    """Give a length as people say it: "26 days", "1 day", else hours and minutes."""
    if length.days:
        return f"{length.days} day{'s' if length.days > 1 else ''}"
    return span(length.total_seconds())


def calls_so_far(calls: int, first_at: datetime | None, now: datetime) -> str:
    """Give "4th call in 26 days."; "" before the second."""
    if calls < 2 or first_at is None:
        return ""
    return f"{ordinal(calls)} call in {lasting(now - first_at)}."


def promised(promise: PromiseLine | None, now: datetime) -> str:
    """Give what was promised last and what became of it."""
    if promise is None:
        return ""
    said = (
        f"Promised {day_words(promise.made_at, now)}: {promise.what.rstrip('.')}, by {day_words(promise.due_at, now)}."
    )
    return f"{said} {_became(promise, now)}".strip()


def _became(promise: PromiseLine, now: datetime) -> str:
    match promise.state:
        case PromiseState.BROKEN:
            return "It slipped."
        case PromiseState.KEPT:
            return "It was kept."
        case PromiseState.WITHDRAWN:
            return "It was withdrawn."
        case PromiseState.RENEGOTIATED:
            return "It was moved."
        case _:
            return f"That is in {span((promise.due_at - now).total_seconds())}."


def day_words(at: datetime, now: datetime) -> str:
    """Give the instant as it stands inside a sentence: "today 16:00", "Fri 12:00"."""
    said = moment(at, now)
    near = ("Today", "Tomorrow", "Yesterday")
    return said[0].lower() + said[1:] if said.startswith(near) else said


def lead(detail: IssueDetail, now: datetime) -> str:
    """Give what to know before opening one's mouth; "" when there is nothing in particular."""
    parts = [calls_so_far(detail.calls, detail.first_call_at, now), promised(detail.last_promise, now)]
    if not detail.last_promise and detail.next_update_at and detail.next_update_at < now:
        parts.append(f"The next update is {span((now - detail.next_update_at).total_seconds())} over.")
    return " ".join(part for part in parts if part)


def card_lead(issue: CardIssue, now: datetime) -> str:
    """Give the same on the call card, where this call is one more."""
    calls = calls_so_far(issue.tally.calls + 1, issue.tally.first_call_at, now)
    return " ".join(part for part in (calls, promised(issue.last_promise, now)) if part)


def mood(promise: PromiseLine | None, calls: int, next_update_at: datetime | None, now: datetime) -> Kind:
    """Give how careful to be: red when we broke our word or are late, amber when it is soon or they pressed twice."""
    is_broken = promise is not None and promise.state is PromiseState.BROKEN
    if is_broken or (next_update_at is not None and next_update_at < now):
        return Kind.RED
    is_soon = next_update_at is not None and next_update_at - now < timedelta(hours=1)
    if is_soon or calls >= 3:
        return Kind.AMBER
    return Kind.GREEN if promise is not None and promise.state is PromiseState.KEPT else Kind.BLUE


def calling(caller: str, found: Sequence[Caller]) -> str:
    """Give who is calling, by name where only one has that number; a name alone is somebody looked for."""
    if not wanted_digits(caller):
        return f"You were going to {caller}"
    named = [one for one in found if one.phone and one.issue_id is None]
    houses = {one.customer for one in named}
    if len(named) == 1:
        return f"{named[0].name} of {named[0].customer} is calling"
    return f"{houses.pop()} is calling" if len(houses) == 1 else f"{caller} is calling"


def unfinished(draft: CallDraft) -> str:
    """Give whose call was left and when it began: "Unfinished call of Dana, today 10:02"."""
    who = in_line(" ".join(draft.caller.split())) or "somebody not named yet"
    begun = f", {day_words(draft.begun_at, datetime.now(UTC))}" if draft.begun_at else ""
    return f"Unfinished call of {who}{begun}"


def aloud(say: Say) -> str:
    """Give the sentence to read aloud, in quotation marks."""
    return f"“{say.sentence}”"


def source(say: Say, now: datetime) -> str:
    """Give where the sentence comes from and what helps until the fix."""
    parts = []
    if say.is_agreed and say.until is not None:
        parts.append(f"Agreed line by {say.by or 'somebody'}, valid until {_clock(say.until, now)}")
    elif say.is_promised:
        parts.append("No agreed line is valid; this call is promised")
    else:
        parts.append("No agreed line is valid: promise a call, with P")
    if say.workaround:
        parts.append(f"workaround: {say.workaround}")
    return " · ".join(parts)


def _clock(at: datetime, now: datetime) -> str:
    return day_words(at, now).removeprefix("today ")


def waiting_on(state: IssueState, whom: str, watch_until: datetime | None, now: datetime) -> str:
    """Give who has to do something next, as the list says it."""
    match state:
        case IssueState.WAITING:
            return whom or "somebody"
        case IssueState.WATCHING:
            return f"watch to {_date(watch_until, now)}" if watch_until else "watching"
        case IssueState.SCHEDULED | IssueState.SOLVED | IssueState.CLOSED:
            return str(state)
        case _:
            return "us"


def _date(at: datetime, now: datetime) -> str:
    """Give the day without the clock: "Fri", "tomorrow", "28 Nov"."""
    day, _space, clock = day_words(at, now).rpartition(" ")
    return day if ":" in clock else f"{day} {clock}"


def state_words(state: IssueState, whom: str, watch_until: datetime | None, now: datetime) -> str:
    """Give the state as a pill says it."""
    if state is IssueState.WAITING:
        return f"waiting on {whom or 'somebody'}"
    if state is IssueState.WATCHING:
        return waiting_on(state, whom, watch_until, now)
    return str(state)


def shared_lead(detail: IssueDetail) -> str:
    """Give what to know first of a problem or a major incident: what it costs, and who waits for a word."""
    calls = sum(one.calls for one in detail.affected)
    houses = len({one.issue.customer for one in detail.affected if one.issue.customer})
    if not detail.affected:
        return "No issue is linked to it yet."
    affected = f"{counted(len(detail.affected), 'issue')} of {counted(houses, 'customer')}"
    waiting = owed_words(detail)
    if detail.fixed_at is not None:
        return f"Fixed. {waiting[:1].upper()}{waiting[1:]}."
    return f"Behind {affected}, with {counted(calls, 'call')}." + (" The cause is known." if detail.cause else "")


def shared_source(detail: IssueDetail) -> str:
    """Give what is known of the cause, and what helps until the fix."""
    parts = [
        f"cause: {in_line(detail.cause)}" if detail.cause else "The cause is not known yet: write it with C",
        f"workaround: {in_line(detail.workaround)}" if detail.workaround else "",
    ]
    return " · ".join(part for part in parts if part)


def owed_words(detail: IssueDetail) -> str:
    """Give how many are still owed a word since it was fixed."""
    left = sum(1 for one in detail.owed if one.told_at is None)
    return f"{left} of {len(detail.owed)} still owed a word" if left else "everybody was told"
