"""Business time: how much of a stretch lies in the working hours of a place.

Instants are compared in UTC only; the zone says where a day's hours begin and end. A local time that a clock change
skips means the first instant that there is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from app.domain.when import at_local

_DAY = timedelta(days=1)


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
            opens, closes = (datetime.combine(day, clock) for clock in (hours.opens, hours.closes))
            yield at_local(opens, hours.zone), at_local(closes, hours.zone)
        day += _DAY
