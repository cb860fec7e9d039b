"""What a length of time in a filter means: the instant so far from now, on the calendar or in business time."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from app.domain.business_time import WorkingHours, business_time
from app.domain.issue_filter import Span, Unit
from app.domain.when import at_local

# Gives the instant that lies a business span from an instant, before it when the flag is set.
Business = Callable[[datetime, Span, bool], datetime]

_CALENDAR = {
    Unit.MINUTES: timedelta(minutes=1),
    Unit.HOURS: timedelta(hours=1),
    Unit.DAYS: timedelta(days=1),
    Unit.WEEKS: timedelta(weeks=1),
}


def working_week(at: datetime, span: Span, is_back: bool, hours: WorkingHours | None = None) -> datetime:  # noqa: FBT001
    """Move by business time: days from Monday to Friday, hours from 9 to 17, of this machine's zone by default.

    A business day keeps the clock's reading; one that would end on a day off goes on to the next working day.
    """
    week = hours or WorkingHours()
    if span.unit is Unit.BUSINESS_HOURS:
        return _by_hours(at, timedelta(hours=span.amount), week, is_back=is_back)
    local = at.astimezone(week.zone).replace(tzinfo=None)
    left, step = span.amount, timedelta(days=-1 if is_back else 1)
    whole_weeks, left = divmod(left, len(week.days))
    local += whole_weeks * 7 * step
    while left or local.weekday() not in week.days:
        local += step
        left -= left > 0 and local.weekday() in week.days
    return at_local(local, week.zone)


def _by_hours(at: datetime, wanted: timedelta, week: WorkingHours, *, is_back: bool) -> datetime:
    """Find the instant by halving: business time only grows."""
    reach = timedelta(days=7 * (wanted / (week.day * len(week.days)) + 2))
    near, far = timedelta(), reach
    while far - near > timedelta(seconds=1):
        middle = (near + far) / 2
        passed = business_time(at - middle, at, week) if is_back else business_time(at, at + middle, week)
        near, far = (middle, far) if passed < wanted else (near, middle)
    return at - far if is_back else at + far


def moved(now: datetime, span: Span, business: Business, *, is_back: bool) -> datetime:
    """Give the instant that lies a span before (`is_back`) or after now."""
    if span.unit in _CALENDAR:
        length = span.amount * _CALENDAR[span.unit]
        return now - length if is_back else now + length
    return business(now, span, is_back)


def day_begins(day: date) -> datetime:
    """Give the first instant of a day in this machine's zone, UTC."""
    return at_local(datetime.combine(day, time()))
