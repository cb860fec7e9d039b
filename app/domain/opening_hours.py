"""What a person writes into a calendar: periods, time zone, holiday region, closed days; read, checked and compiled."""

import difflib
import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from app.domain.business_calendar import BusinessCalendar, Span, Week
from app.domain.calendar import Calendar
from app.domain.errors import BadInput

HOW = "Write it like “mon-fri 09:00-12:30 13:30-17:30; sat 22:00-06:00”, or “always”."

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_S = 24 * 60 * 60
_CLOCK = r"(\d{1,2})(?::(\d{2}))?"
_PERIOD = re.compile(rf"{_CLOCK}-{_CLOCK}")


def business_calendar(calendar: Calendar) -> BusinessCalendar:
    """Give the calendar to reckon with; the same words give the same one. Raises BadInput for what cannot be read."""
    return _compiled(calendar.periods, calendar.time_zone, calendar.holiday_region, calendar.closed_days)


def check_calendar(calendar: Calendar, year: int) -> None:
    """Raise BadInput, with the reason, for a calendar that cannot be read or is not open in the year nor the next."""
    if not calendar.name.strip():
        raise BadInput("A calendar needs a name by which a policy finds it.", "Write a few words.")
    compiled = business_calendar(calendar)
    if any(compiled.is_open_in(each) for each in (year, year + 1)):
        return
    if not any(week_of(calendar.periods)):
        raise BadInput(f"The calendar “{calendar.name}” is never open: it has no hours.", HOW)
    raise BadInput(
        f"The calendar “{calendar.name}” is never open: each day with hours is a holiday or a closed day.",
        "Give it hours on other days, or take the closed days out.",
    )


@lru_cache(maxsize=64)
def _compiled(periods: str, time_zone: str, region: str, closed_days: str) -> BusinessCalendar:
    week, zone, days, place = week_of(periods), zone_named(time_zone), days_of(closed_days), _region(region)

    def closed(year: int) -> frozenset[date]:
        return days | _holidays(*place, year) if place else days

    return BusinessCalendar(week, zone, closed)


def zone_named(name: str) -> ZoneInfo:
    """Give the time zone; raises BadInput for a name that is none."""
    try:
        return ZoneInfo(name.strip())
    except (LookupError, ValueError, OSError) as e:
        cities = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(available_timezones())}
        said = name.strip().replace(" ", "_").casefold().rpartition("/")[2]
        meant = difflib.get_close_matches(said, cities, n=1, cutoff=0.75)
        todo = f"Do you mean {cities[meant[0]]}?" if meant else "Write continent and city, like Europe/Berlin, or UTC."
        raise BadInput(f"“{name.strip()}” is no time zone.", todo) from e


def days_of(text: str) -> frozenset[date]:
    """Give the closed days: an ISO date at the start of each line, with words after it. Raises BadInput with the line.

    Empty lines and lines that begin with # are no days.
    """
    found = set()
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if words and not words[0].startswith("#"):
            try:
                found.add(date.fromisoformat(words[0]))
            except ValueError as e:
                raise BadInput(
                    f"Line {number} of the closed days begins with “{words[0][:40]}”, which is no date.",
                    "Write one day a line, like “2026-12-24 Christmas Eve”.",
                ) from e
    return frozenset(found)


# Periods


def week_of(text: str) -> Week:
    """Give the open spans of each weekday; a period over midnight goes on the next day. Raises BadInput with the part.

    Periods of one day that overlap are refused: one of the two is a slip.
    """
    week: list[list[tuple[Span, str]]] = [[] for _ in _DAYS]
    for part in re.split(r"[;\n]", text):
        tight = re.sub(r"\s*[-\N{EN DASH}\N{EM DASH}]\s*", "-", part.strip().casefold())
        words = [word for word in re.split(r"[\s,]+", tight) if word]
        if words == ["always"]:
            words = ["mon-sun", "00:00-24:00"]
        days = [day for word in words if not word[0].isdigit() for day in _days(word, part.strip())]
        periods = [_period(word, part.strip()) for word in words if word[0].isdigit()]
        if words and not (days and periods):
            raise BadInput(f"“{part.strip()}” needs both days and hours.", HOW)
        for day in dict.fromkeys(days):
            for opens, closes in periods:
                said = f"{_DAYS[day].capitalize()} {_clock(opens)}-{_clock(closes % _DAY_S or _DAY_S)}"
                week[day].append(((opens, min(closes, _DAY_S)), said))
                if closes > _DAY_S:
                    week[(day + 1) % 7].append(((0, closes - _DAY_S), said))
    return tuple(tuple(_apart(spans)) for spans in week)


def _apart(spans: list[tuple[Span, str]]) -> Iterator[Span]:
    spans.sort()
    for (one, first), (other, second) in pairwise(spans):
        if other[0] < one[1]:
            raise BadInput(f"{second} overlaps {first}.", "Write each open hour once.")
    yield from (span for span, _ in spans)


def _days(word: str, part: str) -> Iterator[int]:
    if word in {"daily", "every", "day"}:
        return iter(range(7))
    ends = [
        next((at for at, name in enumerate(_DAYS) if len(end) >= 2 and name.startswith(end)), None)
        for end in word.split("-")
    ]
    if None in ends or len(ends) > 2:
        raise BadInput(f"“{word}” in “{part}” is no day of the week.", HOW)
    first, last = (int(end or 0) for end in (ends[0], ends[-1]))
    return (at % 7 for at in range(first, last + (8 if last < first else 1)))


def _period(word: str, part: str) -> Span:
    found = _PERIOD.fullmatch(word)
    if found is None:
        raise BadInput(f"“{word}” in “{part}” is no period of the day.", HOW)
    hours, minutes = [int(h) for h in found.groups()[::2]], [int(m or 0) for m in found.groups()[1::2]]
    opens, closes = (h * 3600 + m * 60 for h, m in zip(hours, minutes, strict=True))
    if max(minutes) > 59 or opens >= _DAY_S or closes > _DAY_S:
        raise BadInput(f"“{word}” in “{part}” names a time that no day has.", "A day is from 00:00 to 24:00.")
    if opens == closes:
        raise BadInput(f"“{word}” in “{part}” is over at once.", "For a whole day write 00:00-24:00.")
    return opens, closes if closes > opens else closes + _DAY_S


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


# Holidays: the library is loaded when the first region is named


def _region(text: str) -> tuple[str, str] | None:
    """Give country and part of a holiday region, None for none; raises BadInput for one that nobody knows."""
    said = text.strip()
    if not said:
        return None
    import holidays  # noqa: PLC0415  most consoles start without it

    known = holidays.list_supported_countries(include_aliases=False)
    country, dash, part = said.partition("-")
    country = country.upper()
    if country not in known:
        raise BadInput(
            f"No holidays are known for the region “{said}”.",
            "Write the two capital letters of the country (ISO 3166), like DE or US, and its part if need be: DE-BY.",
        )
    parts = {name.casefold(): name for name in holidays.list_supported_countries(include_aliases=True)[country]}
    if dash and part.casefold() not in parts:
        first = f" or with one of its parts: {', '.join(f'{country}-{name}' for name in known[country])}"
        raise BadInput(
            f"{country} has no part “{part}” whose holidays are known.",
            f"Write {country} alone{first if known[country] else ''}.",
        )
    return country, parts.get(part.casefold(), "")


@lru_cache(maxsize=512)
def _holidays(country: str, part: str, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415  most consoles start without it

    # With `observed`, a holiday that falls on a weekend closes the working day that stands in for it.
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))
