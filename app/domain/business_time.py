"""Business time: how much of a stretch lies in the working hours of a place.

Instants are compared in UTC only; the zone says where a day's hours begin and end. A local time that a clock change
skips means the first instant that there is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The hours of a working day, in a place; `days` counts from Monday, 0."""

    zone: tzinfo
    opens: time = time(9)
    closes: time = time(17)
    days: frozenset[int] = frozenset(range(5))

    @property
    def day(self) -> timedelta:
        """How long an ordinary working day is."""
        return datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)


def business_time(since: datetime, until: datetime, hours: WorkingHours) -> timedelta:
    """Give how much of `since`..`until` (aware) lies in the working hours; nothing when it runs backwards."""
    total = timedelta()
    for opens, closes in _periods(since, until, hours):
        total += max(min(closes, until) - max(opens, since), timedelta())
    return total


def _periods(since: datetime, until: datetime, hours: WorkingHours) -> Iterator[tuple[datetime, datetime]]:
    # A day to either side: a place's date may differ from the one that the instant was written in.
    day = (since.astimezone(UTC) - _DAY).date()
    last = (until.astimezone(UTC) + _DAY).date()
    while day <= last:
        if day.weekday() in hours.days:
            yield instant_at(day, hours.opens, hours.zone), instant_at(day, hours.closes, hours.zone)
        day += _DAY


def instant_at(day: date, clock: time, zone: tzinfo) -> datetime:
    """Give the UTC instant of a local time: the first of two, and for one that is skipped the first there is after."""
    wall = datetime.combine(day, clock, zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    # Inside a gap the two readings of the wall clock lie on either side of the change.
    before, after = wall.replace(fold=1).astimezone(UTC), instant
    offset_after = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset_after:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
