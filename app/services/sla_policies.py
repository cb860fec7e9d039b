"""SLA policies and the calendars they follow: what the company has promised, and in which hours."""

from dataclasses import dataclass

from app.domain.business_calendar import BusinessCalendar
from app.domain.calendar import Calendar
from app.domain.entities import Verb
from app.domain.entity import SERVER_FIELDS, Entity, fields_of, new_id
from app.domain.errors import BadInput, Refused
from app.domain.opening_hours import business_calendar, check_calendar
from app.domain.sla import SlaPolicy
from app.domain.sla_timer import check_policy
from app.services.desk import Desk
from app.services.people import need_right

# Business minutes to the first response, between updates and to the resolution, by priority: to begin with.
_FIRST = {1: (30, 60, 480), 2: (60, 240, 960), 3: (240, 960, 2400), 4: (480, 2400, 4800)}


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A policy as a list shows it, with its calendar's name; `fault` says why that cannot be reckoned with."""

    policy: SlaPolicy
    calendar: str
    fault: str


class Book:
    """The company's policies and calendars, read once for a look-up."""

    def __init__(self, desk: Desk) -> None:
        order = "1 ORDER BY plan = '', priority = 0, rank, name COLLATE NOCASE, id"
        self.policies = desk.cache.records(SlaPolicy, order)
        self.calendars = {c.id: c for c in calendars(desk)} if self.policies else {}

    def calendar(self, policy: SlaPolicy) -> tuple[BusinessCalendar | None, str]:
        """Give what to reckon a policy with, or why there is nothing."""
        calendar = self.calendars.get(policy.calendar_id)
        if calendar is None:
            return None, f"The calendar of the policy “{policy.name}” is not there any more."
        try:
            return business_calendar(calendar), ""
        except BadInput as e:  # saved by another version, which knows more regions or zones
            return None, f"The calendar “{calendar.name}” cannot be read here: {e.what}"


def policies(desk: Desk) -> tuple[PolicyLine, ...]:
    """Give the policies in the order in which they are looked at."""
    book = Book(desk)
    lines = []
    for each in book.policies:
        known = book.calendars.get(each.calendar_id)
        lines.append(PolicyLine(each, known.name if known else "", book.calendar(each)[1]))
    return tuple(lines)


def calendars(desk: Desk) -> tuple[Calendar, ...]:
    """Give the company's calendars by name."""
    return tuple(desk.cache.records(Calendar, "1 ORDER BY name COLLATE NOCASE, id"))


def save_calendar(desk: Desk, calendar: Calendar) -> None:
    """Add or change a calendar. Raises BadInput, with the reason, for one that cannot be kept or is never open.

    One that would leave a policy of today without enough hours is refused in the same way.
    """
    check_calendar(calendar, desk.now.year)
    for policy in desk.cache.records(SlaPolicy, "calendar_id = ?", (calendar.id,)):
        check_policy(policy, business_calendar(calendar), desk.now)
    _save(desk, calendar)


def save_policy(desk: Desk, policy: SlaPolicy) -> None:
    """Add or change a policy. Raises BadInput, with the reason, for one that nobody can keep or that never ends."""
    calendar = desk.cache.record(Calendar, policy.calendar_id)
    if calendar is None or calendar.deleted:
        raise BadInput(
            "A policy needs a calendar: without open hours its time never passes.", "Choose a calendar, or add one."
        )
    check_calendar(calendar, desk.now.year)
    check_policy(policy, business_calendar(calendar), desk.now)
    _save(desk, policy)


def remove_policy(desk: Desk, policy_id: str) -> None:
    """Take a policy away; issues go on under the next one that fits, or without timers."""
    need_right(desk, Verb.DELETE, SlaPolicy)
    with desk.edit() as edit:
        edit.delete(desk.need(SlaPolicy, policy_id))


def remove_calendar(desk: Desk, calendar_id: str) -> None:
    """Take a calendar away; raises Refused while a policy follows it."""
    need_right(desk, Verb.DELETE, Calendar)
    calendar = desk.need(Calendar, calendar_id)
    following = desk.cache.records(SlaPolicy, "calendar_id = ? ORDER BY name LIMIT 1", (calendar_id,))
    if following:
        raise Refused(
            f"The policy “{following[0].name}” follows the calendar “{calendar.name}”.",
            "Give that policy another calendar first.",
        )
    with desk.edit() as edit:
        edit.delete(calendar)


def add_first(desk: Desk, time_zone: str = "UTC") -> None:
    """Add office hours and a policy for each priority, to be changed; a company gets none without being asked.

    Raises Refused where there are policies already.
    """
    if Book(desk).policies:
        raise Refused("There are policies already.", "Change them, or add another.")
    need_right(desk, Verb.INSERT, Calendar, SlaPolicy)
    office = Calendar(id=new_id(), name="Office hours", time_zone=time_zone, periods="mon-fri 09:00-17:00")
    check_calendar(office, desk.now.year)
    with desk.edit() as edit:
        edit.insert(office)
        for priority, (response, update, resolution) in _FIRST.items():
            edit.insert(
                SlaPolicy(
                    id=new_id(),
                    name=f"P{priority}",
                    priority=priority,
                    calendar_id=office.id,
                    first_response_m=response,
                    next_update_m=update,
                    resolution_m=resolution,
                )
            )


def _save(desk: Desk, row: Entity) -> None:
    present = desk.cache.record(type(row), row.id)
    need_right(desk, Verb.UPDATE if present else Verb.INSERT, type(row))
    with desk.edit() as edit:
        if present is None:
            edit.insert(row)
        else:
            names = (f.name for f in fields_of(type(row)) if f.name not in SERVER_FIELDS)
            edit.update(present, **{name: getattr(row, name) for name in names})
