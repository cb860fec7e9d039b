"""Calendars against a minute-by-minute oracle: clock changes, nights, holidays and pauses."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.business_calendar import BusinessCalendar, Span, Week
from app.domain.calendar import Calendar
from app.domain.opening_hours import business_calendar, week_of

ZONES = [
    "UTC",
    "America/New_York",
    "America/Havana",  # its clocks change at midnight
    "America/Sao_Paulo",  # did so too, until 2019
    "Europe/Berlin",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",  # left out a day
]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Pause = tuple[datetime, datetime | None]
Plan = list[tuple[timedelta, timedelta | None]]  # when each pause begins, counted from the start, and how long it is

zones = st.sampled_from(ZONES).map(ZoneInfo)
instants = st.integers(0, 10 * 366 * 24 * 60).map(lambda m: datetime(2011, 6, 1, tzinfo=UTC) + m * MINUTE)
# Where the rules are hard: around a clock change and the day that Apia left out.
changes = st.sampled_from(
    [datetime(2025, 3, 9, tzinfo=UTC), datetime(2025, 3, 30, tzinfo=UTC), datetime(2025, 10, 26, tzinfo=UTC),
     datetime(2025, 11, 2, tzinfo=UTC), datetime(2011, 12, 29, 20, tzinfo=UTC), datetime(2018, 11, 4, tzinfo=UTC)]
)  # fmt: skip
near = st.tuples(changes, st.integers(-2000, 2000)).map(lambda pair: pair[0] + pair[1] * MINUTE)
starts = instants | near
lengths = st.integers(0, 6 * 24 * 60).map(lambda m: m * MINUTE)
positive = st.integers(1, 40 * 60).map(lambda m: m * MINUTE)


@st.composite
def pauses(draw: st.DrawFn, *, has_open: bool = False) -> Plan:
    """Pauses from a start on; they may overlap, and begin before the start."""
    each = st.tuples(st.integers(-600, 7 * 24 * 60).map(lambda m: m * MINUTE), lengths)
    found: Plan = [*draw(st.lists(each, max_size=4))]
    if has_open and draw(st.booleans()):
        found.append((draw(lengths), None))
    return found


def placed(start: datetime, relative: Plan) -> list[Pause]:
    return [(start + at, None if length is None else start + at + length) for at, length in relative]


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    """Some spans on some days, to the minute; with at least one hour somewhere."""
    week: list[tuple[Span, ...]] = []
    for _ in range(7):
        bounds = sorted(draw(st.sets(st.integers(0, 1440), max_size=4)))
        week.append(tuple((a * 60, b * 60) for a, b in zip(bounds[::2], bounds[1::2], strict=False)))
    at = draw(st.integers(0, 6))
    week[at] = draw(st.sampled_from([((0, 86_400),), ((79_200, 86_400),), ((3_600, 10_800), (32_400, 61_200))]))
    return tuple(week)


@st.composite
def made_up(draw: st.DrawFn) -> BusinessCalendar:
    day = draw(st.sampled_from([date(2011, 12, 30), date(2025, 3, 30), date(2018, 11, 4), date(2015, 5, 1)]))
    closed = frozenset(day + at * DAY for at in draw(st.sets(st.integers(-2, 2), max_size=3)))
    return BusinessCalendar(draw(weeks()), draw(zones), lambda _year: closed)


def of(periods: str, zone: str = "UTC", region: str = "", closed: str = "") -> BusinessCalendar:
    return business_calendar(
        Calendar(id="c", name="c", periods=periods, time_zone=zone, holiday_region=region, closed_days=closed)
    )


agreed = st.sampled_from(
    [
        ("mon-fri 09:00-12:30 13:30-17:30", "Europe/London", "GB-ENG"),
        ("sat 22:00-06:00; mon-thu 23:30-00:30", "Europe/Berlin", "DE-BY"),
        ("daily 22:00-06:00", "America/Havana", ""),
        ("always", "America/New_York", "US"),
        ("mon-fri 00:00-24:00", "Pacific/Apia", "WS"),
    ]
).map(lambda words: of(*words))
calendars = made_up() | agreed


def counted(
    since: datetime, until: datetime, week: Week, zone: tzinfo, closed: frozenset[date], paused: Sequence[Pause]
) -> timedelta:
    """Look at each minute on the wall clock of the place."""
    total = 0
    for minute in range((until - since) // MINUTE):
        at = since + minute * MINUTE
        local = at.astimezone(zone)
        reads = local.hour * 3600 + local.minute * 60
        is_open = local.date() not in closed and any(a <= reads < b for a, b in week[local.weekday()])
        total += is_open and not any(a <= at and (b is None or at < b) for a, b in paused)
    return total * MINUTE


# On whole hours, so that no opening or closing falls into an hour that a clock change makes twice: there the wall
# clock alone does not say which of the two is meant, and the calendar means the first.
clean = st.tuples(st.integers(4, 11), st.integers(12, 21)).map(lambda h: ((h[0] * 3600, h[1] * 3600),))
clean_weeks = st.lists(st.sampled_from([(), ((0, 86_400),)]) | clean, min_size=7, max_size=7).map(tuple)


@settings(max_examples=40, deadline=None)
@given(starts, lengths, clean_weeks, zones, st.sets(st.integers(-3, 6), max_size=3), pauses(has_open=True))
def test_it_is_what_counting_minutes_gives(
    since: datetime, length: timedelta, week: Week, zone: ZoneInfo, days: set[int], relative: Plan
) -> None:
    closed = frozenset((since + at * DAY).date() for at in days)
    paused = placed(since, relative)
    got = BusinessCalendar(week, zone, lambda _year: closed).elapsed(since, since + length, paused)
    assert got == counted(since, since + length, week, zone, closed, paused)


@settings(max_examples=75, deadline=None)
@given(calendars, starts, positive, pauses())
def test_due_and_elapsed_are_inverse_and_due_is_the_earliest(
    calendar: BusinessCalendar, since: datetime, length: timedelta, relative: Plan
) -> None:
    paused = placed(since, relative)
    due = calendar.due(since, length, paused)
    assert due is not None
    assert calendar.elapsed(since, due, paused) == length
    assert calendar.elapsed(since, due - timedelta(microseconds=1), paused) < length


@settings(max_examples=50, deadline=None)
@given(calendars, starts, lengths, pauses(has_open=True))
def test_what_elapsed_is_due_no_later(
    calendar: BusinessCalendar, since: datetime, length: timedelta, relative: Plan
) -> None:
    paused, until = placed(since, relative), since + length
    elapsed = calendar.elapsed(since, until, paused)
    due = calendar.due(since, elapsed, paused)
    assert due is not None
    assert due <= max(until, since)
    assert calendar.elapsed(due, until, paused) == timedelta()


@settings(max_examples=50, deadline=None)
@given(calendars, starts, lengths, positive, pauses(has_open=True), pauses(has_open=True))
def test_pausing_never_shortens(
    calendar: BusinessCalendar,
    since: datetime,
    length: timedelta,
    allowed: timedelta,
    few: Plan,
    more: Plan,
) -> None:
    some = placed(since, few)
    all_of_them = some + placed(since, more)
    until = since + length
    assert calendar.elapsed(since, until, all_of_them) <= calendar.elapsed(since, until, some)
    sooner, later = calendar.due(since, allowed, some), calendar.due(since, allowed, all_of_them)
    assert later is None or (sooner is not None and sooner <= later)


@settings(max_examples=40, deadline=None)
@given(zones, starts, lengths, positive, pauses())
def test_a_calendar_open_all_the_time_is_plain_arithmetic(
    zone: ZoneInfo, since: datetime, length: timedelta, allowed: timedelta, relative: Plan
) -> None:
    always = BusinessCalendar(week_of("always"), zone)
    assert always.elapsed(since, since + length) == length
    assert always.due(since, allowed) == since + allowed
    paused = placed(since, relative)
    still = counted(since, since + length, week_of("always"), UTC, frozenset(), paused)
    assert always.elapsed(since, since + length, paused) == still


@settings(max_examples=40, deadline=None)
@given(calendars, starts, lengths, lengths, pauses(has_open=True))
def test_stretches_add_up(
    calendar: BusinessCalendar, since: datetime, first: timedelta, second: timedelta, relative: Plan
) -> None:
    middle, end = since + first, since + first + second
    paused = placed(since, relative)
    whole = calendar.elapsed(since, end, paused)
    assert whole == calendar.elapsed(since, middle, paused) + calendar.elapsed(middle, end, paused)
    assert timedelta() <= whole <= end - since


def at(zone: str, *clock: int) -> datetime:
    return datetime(*clock, tzinfo=ZoneInfo(zone))  # type: ignore[arg-type, misc]


def test_a_deadline_is_the_evening_and_not_the_next_morning() -> None:
    office = of("mon-fri 09:00-12:30 13:30-17:30", "Europe/London")
    thursday = at("Europe/London", 2026, 11, 19, 9)
    assert office.due(thursday, timedelta(hours=7.5)) == at("Europe/London", 2026, 11, 19, 17, 30)
    assert office.due(thursday, timedelta(hours=3.5)) == at("Europe/London", 2026, 11, 19, 12, 30)
    assert office.due(thursday, timedelta(hours=7.5, microseconds=1)) == at(
        "Europe/London", 2026, 11, 20, 9
    ) + timedelta(microseconds=1)
    assert office.due(thursday, timedelta()) == thursday


def test_an_overnight_period_goes_on_after_midnight_and_stops_on_a_closed_day() -> None:
    night = of("sat 22:00-06:00", "Europe/Berlin")
    saturday = at("Europe/Berlin", 2026, 11, 21, 12)
    assert night.due(saturday, timedelta(hours=5)) == at("Europe/Berlin", 2026, 11, 22, 3)
    cut = of("sat 22:00-06:00", "Europe/Berlin", closed="2026-11-22 stocktaking")
    assert cut.elapsed(saturday, saturday + 2 * DAY) == timedelta(hours=2)


def test_holidays_of_a_region_are_closed_and_so_is_the_day_that_stands_in() -> None:
    christmas = at("Europe/London", 2026, 12, 24, 16)  # the 26th is a Saturday: Monday the 28th stands in
    assert of("mon-fri 09:00-17:00", "Europe/London", "GB-ENG").due(christmas, timedelta(hours=2)) == at(
        "Europe/London", 2026, 12, 29, 10
    )
    epiphany = at("Europe/Berlin", 2027, 1, 6, 9)
    assert of("mon-fri 09:00-17:00", "Europe/Berlin", "DE-BY").elapsed(epiphany, epiphany + DAY) == timedelta()
    assert of("mon-fri 09:00-17:00", "Europe/Berlin", "DE").elapsed(epiphany, epiphany + DAY) == timedelta(hours=8)


@pytest.mark.parametrize(
    ("periods", "day", "hours"),
    [
        ("sun 01:00-04:00", date(2026, 3, 29), 2),  # 02:00 to 03:00 is not there
        ("sun 02:30-04:00", date(2026, 3, 29), 1),  # opens at 03:00, the first instant there is
        ("sun 02:10-02:50", date(2026, 3, 29), 0),
        ("sun 01:00-04:00", date(2026, 10, 25), 4),  # 02:00 to 03:00 comes twice
        ("sun 01:00-02:30", date(2026, 10, 25), 1.5),  # closes at the first 02:30
        ("sun 02:30-04:00", date(2026, 10, 25), 2.5),  # opens at the first 02:30
        ("always", date(2026, 3, 29), 23),
        ("always", date(2026, 10, 25), 25),
    ],
)
def test_clock_changes(periods: str, day: date, hours: float) -> None:
    zone = ZoneInfo("Europe/Berlin")
    since, until = (datetime.combine(each, time(), zone) for each in (day, day + DAY))
    assert of(periods, "Europe/Berlin").elapsed(since, until) == timedelta(hours=hours)


def test_a_pause_without_an_end_stops_the_clock_unless_time_was_up_before() -> None:
    always = of("always")
    start = at("UTC", 2026, 11, 20, 9)
    on = (start + timedelta(hours=2), None)
    assert always.due(start, timedelta(hours=3), [on]) is None
    assert always.due(start, timedelta(hours=2), [on]) == start + timedelta(hours=2)
    assert always.elapsed(start, start + 9 * DAY, [on]) == timedelta(hours=2)


def test_times_far_away_cost_little_and_hours_that_never_come_are_no_date() -> None:
    office = of("mon-fri 09:00-17:00", "Asia/Tokyo")
    assert office.elapsed(datetime.min.replace(tzinfo=UTC), at("UTC", 1970, 1, 2)) == timedelta(hours=8)
    assert office.elapsed(at("UTC", 2200, 1, 2), datetime.max.replace(tzinfo=UTC)) == timedelta()
    assert office.due(datetime.max.replace(tzinfo=UTC), timedelta(hours=1)) is None
    assert of("").due(at("UTC", 2026, 1, 1), timedelta(hours=1)) is None
    weekly = of("mon 09:00-09:01", "Asia/Tokyo")
    due = weekly.due(at("UTC", 2026, 11, 20), timedelta(minutes=1000))
    assert due is not None
    assert due.year == 2046
