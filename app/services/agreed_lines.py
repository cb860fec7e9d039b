"""What may be said to a customer now: the agreed line while it is valid, else when we call with an answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.errors import BadInput, Refused
from app.domain.interaction import Promise
from app.domain.issue import Issue
from app.domain.person import Role
from app.services.desk import Desk
from app.services.people import name_of

_QUARTER_S = 15 * 60
_TIME_TO_FIND_OUT = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Say:
    """The sentence to read aloud. `call_by` is the time in it when there is no agreed line, to be promised as such.

    With `is_promised` that time is promised already.
    """

    sentence: str
    is_agreed: bool
    by: str = ""
    until: datetime | None = None
    workaround: str = ""
    call_by: datetime | None = None
    is_promised: bool = False


def say(desk: Desk, issue: Issue | None, customer_zone: tzinfo | None = None) -> Say:
    """Give what may be said now. An agreed line that has expired, or nothing known, leaves finding out.

    A time that was promised and is still to come is said again: another one would take our word back.
    """
    workaround = (issue.workaround or _workaround_of_problem(desk, issue)) if issue else ""
    sentence = issue.line_to_say(desk.now) if issue else ""
    if issue and sentence:
        by = name_of(desk, issue.agreed_line_by)
        return Say(sentence, is_agreed=True, by=by, until=issue.agreed_line_until, workaround=workaround)
    promised = _promised(desk, issue) if issue else None
    call_by = promised or find_out_by(desk.now)
    return Say(
        find_out(call_by, desk.now, customer_zone),
        is_agreed=False,
        workaround=workaround,
        call_by=call_by,
        is_promised=promised is not None,
    )


def _workaround_of_problem(desk: Desk, issue: Issue) -> str:
    """Give what helps against the cause behind an issue."""
    behind = "SELECT other_id FROM issue_link WHERE issue_id = ? AND kind = 'problem' AND deleted = 0"
    found = desk.cache.records(Issue, f"id IN ({behind}) AND workaround <> '' LIMIT 1", (issue.id,))
    return found[0].workaround if found else ""


def _promised(desk: Desk, issue: Issue) -> datetime | None:
    """Give the earliest time promised that is still to come."""
    found = desk.cache.records(Promise, "issue_id = ? AND state = 'open'", (issue.id,))
    return min((p.due_at for p in found if p.due_at > desk.now), default=None)


def find_out_by(now: datetime) -> datetime:
    """Give a time that leaves two hours to find out, on the next quarter of an hour."""
    wanted = (now + _TIME_TO_FIND_OUT).timestamp()
    return datetime.fromtimestamp(-(-wanted // _QUARTER_S) * _QUARTER_S, tz=now.tzinfo)


def find_out(call_by: datetime, now: datetime, customer_zone: tzinfo | None = None) -> str:
    """Give the sentence; in the customer's own time where their clock shows another one than ours."""
    here, there = call_by.astimezone(), call_by.astimezone(customer_zone)
    is_far = here.utcoffset() != there.utcoffset()
    shown, today = (there, now.astimezone(customer_zone)) if is_far else (here, now.astimezone())
    days = (shown.date() - today.date()).days
    day = {0: "", 1: " tomorrow"}.get(days, f" on {shown:%Y-%m-%d}")
    return f"I will find out and call you by {shown:%H:%M}{' your time' if is_far else ''}{day}."


def agree(desk: Desk, issue_id: str, sentence: str, until: datetime | None) -> None:
    """Write the sentence that may be said to the customer until a time (aware); an empty one takes it away.

    Raises BadInput for a sentence without a time to come: a line that never ends is one that is wrong some day. Raises
    Refused when somebody else owns the issue, but for managers.
    """
    issue = desk.need(Issue, issue_id)
    if owner := _other_owner(desk, issue):
        raise Refused(f"The agreed line is written by who owns the issue: {owner}.", _todo(owner))
    said = sentence.strip()
    if said and (until is None or until <= desk.now):
        raise BadInput("An agreed line is valid until a time that is to come.", "Write until when it may be said.")
    with desk.edit() as edit:
        by = edit.by if said else None
        edit.update(issue, agreed_line=said, agreed_line_by=by, agreed_line_until=until if said else None)


def why_not(desk: Desk, issue_id: str) -> str:
    """Give why the person at this desk may not write the line, and what to do instead; "" when they may."""
    owner = _other_owner(desk, desk.need(Issue, issue_id))
    return f"{owner} owns it and writes its line. {_todo(owner)}" if owner else ""


def _other_owner(desk: Desk, issue: Issue) -> str:
    """Give who else owns the issue and so writes its line; "" for nobody else, and for managers."""
    is_mine = issue.owner_id in {None, desk.person_id} or desk.me().role is Role.MANAGER
    return "" if is_mine else name_of(desk, issue.owner_id)


def _todo(owner: str) -> str:
    return f"Ask {owner} or a manager for it, or take the issue over first: make yourself its owner."


def zone_of(name: str) -> tzinfo | None:
    """Give the time zone of a customer; None for a name that is no zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
