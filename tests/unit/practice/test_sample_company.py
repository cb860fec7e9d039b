"""The demo's customers, service levels and topics hold what people could have typed."""

from datetime import UTC, datetime

import phonenumbers

from app.domain.calendar import Calendar
from app.domain.customer import Contact, Customer, Site
from app.domain.entities import table_of
from app.domain.opening_hours import business_calendar, check_calendar
from app.domain.region import phone_kept, region_named
from app.domain.sla import SlaPolicy
from app.domain.sla_timer import check_policy
from app.practice.sample_company import Clock, customers
from app.practice.sample_releases import releases
from app.practice.sample_work import work
from app.services.customers import time_zone_named

ROWS = list(customers())


def test_every_row_points_to_one_that_came_before() -> None:
    seen: set[str] = set()
    for row in ROWS:
        for column, target in table_of(type(row)).refs.items():
            there = getattr(row, column)
            assert there is None or target == "person" or there in seen, row
        assert row.id not in seen
        seen.add(row.id)


def test_no_row_of_the_whole_demo_is_there_twice() -> None:
    clock = Clock(datetime(2026, 11, 20, tzinfo=UTC))
    rows = [(type(row), row.id) for part in (ROWS, work(clock), releases(clock)) for row in part]
    assert len(set(rows)) == len(rows)


def test_numbers_countries_and_zones_are_as_they_are_kept() -> None:
    for row in ROWS:
        if isinstance(row, Contact | Site):
            numbers = [row.phone, row.mobile] if isinstance(row, Contact) else [row.phone]
            for number in filter(None, numbers):
                assert phone_kept(number, "") == number
                assert phonenumbers.is_possible_number(phonenumbers.parse(number, None))
        if isinstance(row, Customer | Site):
            assert time_zone_named(row.time_zone) == row.time_zone
        if isinstance(row, Customer):
            assert region_named(row.region) == row.region


def test_policies_and_calendars_would_be_taken() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    calendars = {row.id: row for row in ROWS if isinstance(row, Calendar)}
    for calendar in calendars.values():
        check_calendar(calendar, now.year)
    for row in ROWS:
        if isinstance(row, SlaPolicy):
            check_policy(row, business_calendar(calendars[row.calendar_id]), now)
