"""Business time: how much of a stretch lies in a calendar's open hours, and when so much of it is used up.

Reckoned in whole microseconds since 1970 UTC; the zone says only where a local day begins and ends. A local time that a
clock change skips means the first instant that there is, and one that comes twice means the first time it comes. A
closed day is closed from its first instant to its last, also the end of a night that began the day before.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from app.domain.when import at_local

# Nothing is open before or after: nothing was promised then, and a wrong date costs no thousand years of work.
FIRST_YEAR, LAST_YEAR = 1970, 2199

Span = tuple[int, int]  # seconds from midnight in a day, microseconds since 1970 elsewhere
ClosedDays = Callable[[int], frozenset[date]]  # of a year
Week = tuple[tuple[Span, ...], ...]  # from Monday; the spans of a day are in order and apart
Pause = tuple[datetime, datetime | None]  # None: it is still on

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_DAY_S = 86_400
_SECOND = 1_000_000


def _cell(at: datetime) -> int:
    since = at - _EPOCH
    return (since.days * _DAY_S + since.seconds) * _SECOND + since.microseconds


def _instant(cell: int) -> datetime:
    return _EPOCH + timedelta(microseconds=cell)


_LOW, _HIGH = (_cell(datetime(year, 7, 1, tzinfo=UTC)) for year in (FIRST_YEAR, LAST_YEAR))  # of that year anywhere


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The open spans of some years in a row, and how much is open before each, counted from where they begin."""

    first: int
    last: int
    begins: int
    ends: int
    opens: list[int]
    closes: list[int]
    before: list[int]

    def used(self, cell: int) -> int:
        """Give how much is open until then."""
        at = bisect_right(self.opens, cell) - 1
        return 0 if at < 0 else self.before[at] + min(cell, self.closes[at]) - self.opens[at]

    def earliest(self, used: int) -> int | None:
        """Give the first instant until which so much, more than nothing, is open; None: it comes after these years."""
        at = bisect_left(self.before, used) - 1
        if at < 0:
            return None
        cell = self.opens[at] + used - self.before[at]
        return cell if cell <= self.closes[at] else None


class BusinessCalendar:
    """The open hours of a place (zone None: this machine's), by weekday, without the closed days of each year.

    From any thread: what is worked out for more years takes the place of what there was as a whole.
    """

    def __init__(self, week: Week, zone: tzinfo | None = UTC, closed: ClosedDays = lambda _year: frozenset()) -> None:
        self._week, self._zone, self._closed = week, zone, closed
        self._years: dict[int, list[Span]] = {}
        self._known: _Stretch | None = None

    def elapsed(self, from_at: datetime, until_at: datetime, pauses: Iterable[Pause] = ()) -> timedelta:
        """Give the business time between two instants outside of the pauses; nothing when they run backwards."""
        since, until = _cell(from_at), _cell(until_at)
        if until <= since:
            return timedelta()
        known = self._over(since, until)
        total = known.used(until) - known.used(since)
        for begins, ends in _apart(pauses, since):
            if begins >= until:
                break
            total -= known.used(until if ends is None else min(ends, until)) - known.used(begins)
        return timedelta(microseconds=total)

    def due(self, from_at: datetime, length: timedelta, pauses: Iterable[Pause] = ()) -> datetime | None:
        """Give the earliest instant at which so much business time is used up.

        None: a pause that has no end comes before, or the hours of this calendar never suffice.
        """
        since = _cell(from_at)
        left = (length.days * _DAY_S + length.seconds) * _SECOND + length.microseconds
        if left <= 0:
            return from_at
        apart = _apart(pauses, since)
        known = self._over(since, max([since, *(begins if ends is None else ends for begins, ends in apart)]))
        wanted = known.used(since) + left
        for begins, ends in apart:
            if wanted <= known.used(begins):
                break
            if ends is None:
                return None
            wanted += known.used(ends) - known.used(begins)
        found = known.earliest(wanted)
        while found is None and known.last < LAST_YEAR:
            known = self._compiled(known.first, known.last + 1 + known.last - known.first)
            found = known.earliest(wanted)
        return None if found is None else _instant(found)

    def is_open_in(self, year: int) -> bool:
        """Say whether there is an open moment in that local year."""
        return bool(self._spans(year))

    def _over(self, since: int, until: int) -> _Stretch:
        """Give the open spans of years that hold both."""
        known = self._known
        if known is not None and known.begins <= since and until < known.ends:
            return known
        first, last = (_instant(min(max(cell, _LOW), _HIGH)).astimezone(self._zone).year for cell in (since, until))
        return self._compiled(min(first, known.first), max(last, known.last)) if known else self._compiled(first, last)

    def _compiled(self, first: int, last: int) -> _Stretch:
        first, last = (min(max(year, FIRST_YEAR), LAST_YEAR) for year in (first, last))
        opens: list[int] = []
        closes: list[int] = []
        before: list[int] = []
        total = 0
        for year in range(first, last + 1):
            for begins, ends in self._spans(year):
                if closes and closes[-1] == begins:
                    closes[-1] = ends
                else:
                    opens.append(begins)
                    closes.append(ends)
                    before.append(total)
                total += ends - begins
        edges = (date(first, 1, 1), date(last + 1, 1, 1))
        begins, ends = (_cell(at_local(datetime.combine(day, time()), self._zone)) for day in edges)
        self._known = _Stretch(first, last, begins, ends, opens, closes, before)
        return self._known

    def _spans(self, year: int) -> list[Span]:
        """Give what is open in a local year; spans that meet at midnight stay two."""
        if year not in self._years:
            closed = self._closed(year)
            found: list[Span] = []
            day, midnight = date(year, 1, 1), at_local(datetime(year, 1, 1), self._zone)  # noqa: DTZ001  a local clock
            while day.year == year:
                following = at_local(datetime.combine(day + _DAY, time()), self._zone)
                if day not in closed:
                    found += self._on(day, midnight, is_plain=following - midnight == _DAY)
                day, midnight = day + _DAY, following
            self._years[year] = found
        return self._years[year]

    def _on(self, day: date, midnight: datetime, *, is_plain: bool) -> list[Span]:
        hours = self._week[day.weekday()]
        if is_plain:
            start = _cell(midnight)
            return [(start + opens * _SECOND, start + closes * _SECOND) for opens, closes in hours]
        clock = datetime.combine(day, time())
        bounds = [tuple(_cell(at_local(clock + timedelta(seconds=s), self._zone)) for s in span) for span in hours]
        return [(opens, closes) for opens, closes in bounds if opens < closes]


def _apart(pauses: Iterable[Pause], since: int) -> list[tuple[int, int | None]]:
    """Give the pauses from then on in order, without what an earlier one holds already."""
    cells = sorted(((_cell(begins), None if ends is None else _cell(ends)) for begins, ends in pauses), key=_begin)
    apart: list[tuple[int, int | None]] = []
    reached = since
    for begins, ends in cells:
        if ends is None:
            apart.append((max(begins, reached), None))
            break
        if ends > max(begins, reached):
            apart.append((max(begins, reached), ends))
            reached = ends
    return apart


def _begin(pause: tuple[int, int | None]) -> int:
    return pause[0]
