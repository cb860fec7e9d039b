"""The demo's customers, service levels and topics hold what people could have typed."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

import phonenumbers

from app.domain.calendar import Calendar
from app.domain.command_text import Highlight
from app.domain.customer import Contact, Customer, Site
from app.domain.device import CredentialRule
from app.domain.device_filter import facts_of, parse
from app.domain.entities import table_of
from app.domain.entity import Entity
from app.domain.highlight_pattern import checked
from app.domain.opening_hours import business_calendar, check_calendar
from app.domain.region import phone_kept, region_named
from app.domain.session import ChangeWindow
from app.domain.sla import SlaPolicy
from app.domain.sla_timer import check_policy
from app.practice.platform import platform_named
from app.practice.sample_company import Clock, customers
from app.practice.sample_devices import DEVICES, around_devices
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


def everything(clock: Clock) -> tuple[Iterable[Entity], ...]:
    return ROWS, work(clock), releases(clock), [one.as_record(22) for one in DEVICES], around_devices(clock)


def test_no_row_of_the_whole_demo_is_there_twice() -> None:
    clock = Clock(datetime(2026, 11, 20, tzinfo=UTC))
    rows = [(type(row), row.id) for part in everything(clock) for row in part]
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


def test_devices_are_of_every_platform_and_stand_below_what_they_are_reached_through() -> None:
    assert [one.name for one in DEVICES[:2]] == ["core-nyc-1", "core-nyc-2"]
    assert {one.platform for one in DEVICES} == {"cisco_ios", "cisco_nxos", "cisco_asa", "arista_eos"}
    seen: set[str | None] = {None}
    for one in DEVICES:
        record = one.as_record(2222)
        assert record.jump_id in seen
        assert record.tags == " ".join(record.tags.lower().split())
        assert platform_named(record.platform)
        seen.add(record.id)
    assert any(one.behind for one in DEVICES)


def test_what_stands_around_the_devices_would_be_taken() -> None:
    clock = Clock(datetime(2026, 11, 20, 14, tzinfo=UTC))
    rows = list(around_devices(clock))
    names = {"Corvus Logistics": "corvus"}
    rules = [row for row in rows if isinstance(row, CredentialRule)]
    found = [
        one.name
        for one in DEVICES
        for name, key in names.items()
        if one.customer == key and parse(rules[0].selector).matches(facts_of(one.as_record(22), name))
    ]
    assert found == ["yard-sw-1", "yard-sw-2"]
    window = next(row for row in rows if isinstance(row, ChangeWindow))
    assert not window.is_open(clock.now)
    assert window.is_open(clock.ahead(hours=10))
    for row in rows:
        if isinstance(row, Highlight):
            assert re.search(checked(row.pattern), "Gi0/3 is up, line protocol is down, 3 input errors")
