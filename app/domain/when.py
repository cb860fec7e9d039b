"""Times as people type them: "16:00", "4pm", "in 2h", "tomorrow 9", "fri 11:30", "28 nov", "2026-11-30 16:00"."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from app.domain.errors import BadInput

EXAMPLES = "Write it like 16:00, 4pm, in 2h, tomorrow 9 or fri 11:30."
EARLIER_EXAMPLES = "Write it like 23:40, 2h ago, yesterday 22:00 or 2026-11-20 23:40."

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_END_OF_WORK = time(17)
_UNITS_S = {"m": 60, "h": 3600, "d": 86400, "w": 604800}

_CLOCK = r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?\s*(?P<half>am|pm|h|o'clock)?|(?P<noon>noon)"
_DAY_THEN_CLOCK = re.compile(rf"(?:(?P<day>.+?)[\s,]+(?:at\s+)?)?(?:{_CLOCK})")
_CLOCK_THEN_DAY = re.compile(rf"(?:{_CLOCK})[\s,]+(?:on\s+)?(?P<day>\D.*|\d{{4}}-.*|\d+\s*[.a-z].*)")
_PART = r"(\d+(?:[.,]\d+)?)\s*(m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)\b"
_SPAN = re.compile(rf"(?:in\s+)?{_PART}(?:\s*(?:and\s+)?{_PART})?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})t?")
_NAMED = re.compile(r"(\d{1,2})\.?\s*([a-z]{3,})\.?(?:\s+(\d{4}))?")


def instant(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Give the future instant meant, aware UTC. Clock times are of `zone`, None: this machine's own.

    A day alone means the end of its working hours. Raises BadInput for what cannot be understood and for what is over.
    """
    said = re.sub(r"^(by|at|on|until|till)\s+", "", " ".join(text.lower().split()))
    if (length := _span(said)) is not None:
        return now + length
    today = now.astimezone(zone).date()
    try:
        understood = _understood(said, today)
    except ValueError as e:
        raise BadInput(f"“{text.strip()}” names a day that does not exist.", EXAMPLES) from e
    if understood is None:
        raise BadInput(f"“{text.strip()}” is no time that Baton understands.", EXAMPLES)
    named, day, clock = understood
    at = at_local(datetime.combine(day, clock), zone)
    if at <= now and named in {*_DAYS, *(d[:3] for d in _DAYS)}:
        at = at_local(datetime.combine(day + timedelta(days=7), clock), zone)
    if at <= now:
        hint = f"For the next day write: tomorrow {clock:%H:%M}." if day == today else "Write a time that is to come."
        raise BadInput(f"“{text.strip()}” is over.", hint)
    return at


def earlier(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Give the instant meant, aware UTC, of something that has happened: "23:40" is the last one, "" is now.

    Also "2h ago", "yesterday 22:00" and "mon 9". Raises BadInput for what cannot be understood or is still to come.
    """
    said = re.sub(r"^(at|on|since)\s+", "", " ".join(text.lower().split()))
    if said in {"", "now"}:
        return now
    if said.endswith(" ago") and (length := _span(said.removesuffix(" ago"))) is not None:
        return now - length
    today = now.astimezone(zone).date()
    try:
        if (understood := _understood(said.replace("yesterday", "today"), today)) is None:
            raise BadInput(f"“{text.strip()}” is no time that Baton understands.", EARLIER_EXAMPLES)
        named, day, clock = understood
        if "yesterday" in said:
            day -= timedelta(days=1)
        for meant in (day, *_before(named, day)):
            if (at := at_local(datetime.combine(meant, clock), zone)) <= now:
                return at
    except ValueError as e:
        raise BadInput(f"“{text.strip()}” names a day that does not exist.", EARLIER_EXAMPLES) from e
    raise BadInput(f"“{text.strip()}” is still to come.", "Write when it was.")


def _before(named: str, day: date) -> list[date]:
    """Give the day before it that may be meant as well: no day was named, a weekday, or a day of a month."""
    if not named:
        return [day - timedelta(days=1)]
    if len(named) >= 3 and any(name.startswith(named) for name in _DAYS):
        return [day - timedelta(days=7)]
    found = _NAMED.fullmatch(named)
    return [_date(day.year - 1, day.month, day.day)] if found and not found[3] else []


def at_local(clock: datetime, zone: tzinfo | None = None) -> datetime:
    """Give the instant, UTC, of a local clock time; one that the clocks skip means the first instant that exists."""
    early = _utc(clock.replace(fold=0), zone)
    if early.astimezone(zone).replace(tzinfo=None, fold=0) == clock.replace(fold=0):
        return early
    before, after = _utc(clock.replace(fold=1), zone), early
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _utc(clock: datetime, zone: tzinfo | None) -> datetime:
    # A naive time is taken as this machine's own by astimezone: that is what a zone of None means.
    return (clock if zone is None else clock.replace(tzinfo=zone)).astimezone(UTC)


def _understood(said: str, today: date) -> tuple[str, date, time] | None:
    """Give how the day was named, the day and the clock's reading; raises ValueError for a day that is none."""
    if said and (alone := _day(said, today)):
        return said, alone, _END_OF_WORK
    found = _DAY_THEN_CLOCK.fullmatch(said) or _CLOCK_THEN_DAY.fullmatch(said)
    if found is None or (clock := _clock(found)) is None:
        return None
    named = found["day"] or ""
    day = _day(named, today)
    return None if day is None else (named, day, clock)


def _span(said: str) -> timedelta | None:
    found = _SPAN.fullmatch(said)
    if found is None:
        return None
    one, unit, other, other_unit = found.groups()
    seconds = float(one.replace(",", ".")) * _UNITS_S[unit[0]]
    if other:
        seconds += float(other.replace(",", ".")) * _UNITS_S[other_unit[0]]
    return timedelta(seconds=seconds) if 0 < seconds <= 366 * _UNITS_S["d"] else None


def _clock(found: re.Match[str]) -> time | None:
    if found["noon"]:
        return time(12)
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half in {"am", "pm"}:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day(said: str, today: date) -> date | None:
    said = said.strip(" ,")
    if said in {"", "today"}:
        return today
    if said in {"tomorrow", "tmw", "tmrw", "tom"}:
        return today + timedelta(days=1)
    for at, name in enumerate(_DAYS):
        if len(said) >= 3 and name.startswith(said):
            return today + timedelta(days=(at - today.weekday()) % 7)
    if found := _ISO.fullmatch(said):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if (found := _NAMED.fullmatch(said)) and found[2][:3] in _MONTHS:
        month, day = _MONTHS.index(found[2][:3]) + 1, int(found[1])
        meant = _date(int(found[3] or today.year), month, day)
        return meant if found[3] or meant >= today else _date(today.year + 1, month, day)
    return None


def _date(year: int, month: int, day: int) -> date:
    # The first and the last year that a date can have are out of range in some zone.
    if not 1 < year < 9999:
        raise ValueError(year)
    return date(year, month, day)
