"""Business time in the plain working hours of a place: what a silence is measured in where no calendar was agreed."""

import time as clocks
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from app.domain.business_calendar import BusinessCalendar


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The hours of a working day, in a place (None: this machine's own); `days` counts from Monday, 0."""

    zone: tzinfo | None = None
    opens: time = time(9)
    closes: time = time(17)
    days: frozenset[int] = frozenset(range(5))

    @property
    def day(self) -> timedelta:
        """How long an ordinary working day is."""
        return datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)


def business_time(since: datetime, until: datetime, hours: WorkingHours) -> timedelta:
    """Give how much of `since`..`until` (aware) lies in the working hours; nothing when it runs backwards."""
    # This machine may be carried to another zone while Baton runs.
    place = (clocks.tzname, clocks.timezone) if hours.zone is None else None
    return _calendar(hours, place).elapsed(since, until)


@lru_cache(maxsize=16)
def _calendar(hours: WorkingHours, _place: object) -> BusinessCalendar:
    opens, closes = (at.hour * 3600 + at.minute * 60 + at.second for at in (hours.opens, hours.closes))
    spans = ((opens, closes),) if opens < closes else ()
    return BusinessCalendar(tuple(spans if day in hours.days else () for day in range(7)), hours.zone)
