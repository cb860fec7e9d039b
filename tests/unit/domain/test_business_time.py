"""Business time against a minute-by-minute oracle, over clock changes of many places."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.business_time import WorkingHours, business_time

ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]
places = st.sampled_from(ZONES).map(ZoneInfo)
instants = st.integers(0, 16 * 366 * 24 * 60).map(lambda m: datetime(2011, 12, 1, tzinfo=UTC) + timedelta(minutes=m))
lengths = st.integers(0, 9 * 24 * 60).map(lambda m: timedelta(minutes=m))


def minutes_counted(since: datetime, until: datetime, hours: WorkingHours) -> timedelta:
    counted = 0
    at = since
    while at < until:
        local = at.astimezone(hours.zone)
        counted += local.weekday() in hours.days and hours.opens <= local.time() < hours.closes
        at += timedelta(minutes=1)
    return timedelta(minutes=counted)


@settings(max_examples=60, deadline=None)
@given(instants, lengths, places)
def test_it_is_what_counting_minutes_gives(since: datetime, length: timedelta, zone: ZoneInfo) -> None:
    hours = WorkingHours(zone)
    assert business_time(since, since + length, hours) == minutes_counted(since, since + length, hours)


@settings(max_examples=150, deadline=None)
@given(instants, lengths, lengths, places)
def test_stretches_add_up_and_never_exceed_the_calendar(
    since: datetime, first: timedelta, second: timedelta, zone: ZoneInfo
) -> None:
    hours = WorkingHours(zone)
    middle, end = since + first, since + first + second
    whole = business_time(since, end, hours)
    assert whole == business_time(since, middle, hours) + business_time(middle, end, hours)
    assert timedelta() <= whole <= end - since
    assert business_time(end, since, hours) == timedelta()


@settings(max_examples=100, deadline=None)
@given(instants, lengths, places, places)
def test_the_zone_in_which_an_instant_is_written_does_not_matter(
    since: datetime, length: timedelta, zone: ZoneInfo, written: ZoneInfo
) -> None:
    hours, until = WorkingHours(zone), since + length
    assert business_time(since, until, hours) == business_time(
        since.astimezone(written), until.astimezone(written), hours
    )


def test_a_night_and_a_weekend_cost_nothing() -> None:
    hours = WorkingHours(ZoneInfo("Europe/Berlin"))
    friday = datetime(2025, 11, 21, 16, tzinfo=hours.zone)
    monday = datetime(2025, 11, 24, 10, tzinfo=hours.zone)
    assert business_time(friday, monday, hours) == timedelta(hours=2)
    assert hours.day == timedelta(hours=8)


@pytest.mark.parametrize("day", [date(2025, 3, 30), date(2025, 10, 26)])
def test_a_day_on_which_the_clock_changes_outside_working_hours_is_as_long_as_any(day: date) -> None:
    hours = WorkingHours(ZoneInfo("Europe/Berlin"), days=frozenset({6}))
    since = datetime.combine(day, time(), UTC) - timedelta(hours=12)
    assert business_time(since, since + timedelta(days=2), hours) == timedelta(hours=8)


def test_a_date_that_a_place_skipped_has_no_business_time() -> None:
    hours = WorkingHours(ZoneInfo("Pacific/Apia"))  # there was no Friday 30 December 2011
    thursday = datetime(2011, 12, 29, 17, tzinfo=hours.zone)
    monday = datetime(2012, 1, 2, 9, tzinfo=hours.zone)
    assert business_time(thursday, monday, hours) == timedelta()


def test_night_shifts_over_a_clock_change_have_the_length_they_had() -> None:
    hours = WorkingHours(ZoneInfo("America/New_York"), time(1), time(4), frozenset({6}))
    spring = datetime(2025, 3, 9, tzinfo=UTC)
    autumn = datetime(2025, 11, 2, tzinfo=UTC)
    assert business_time(spring, spring + timedelta(days=1), hours) == timedelta(hours=2)
    assert business_time(autumn, autumn + timedelta(days=1), hours) == timedelta(hours=4)
