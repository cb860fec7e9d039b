from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import BadInput
from app.domain.when import at_local, earlier, instant

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 13, 3, tzinfo=UTC)  # a Friday, 14:03 in Berlin


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("16:00", "2026-11-20 16:00"),
        ("by 16.30", "2026-11-20 16:30"),
        ("4pm", "2026-11-20 16:00"),
        ("4:30 PM", "2026-11-20 16:30"),
        ("in 2h", "2026-11-20 16:03"),
        ("1h 30m", "2026-11-20 15:33"),
        ("1.5 h", "2026-11-20 15:33"),
        ("30 min", "2026-11-20 14:33"),
        ("tomorrow 9", "2026-11-21 09:00"),
        ("tmw at 9:15", "2026-11-21 09:15"),
        ("16:00 tomorrow", "2026-11-21 16:00"),
        ("noon tomorrow", "2026-11-21 12:00"),
        ("fri 16", "2026-11-20 16:00"),
        ("fri 13:00", "2026-11-27 13:00"),
        ("9 on monday", "2026-11-23 09:00"),
        ("30 nov 16:00", "2026-11-30 16:00"),
        ("1 jan 9:00", "2027-01-01 09:00"),
        ("2026-12-24 10:00", "2026-12-24 10:00"),
        ("tomorrow", "2026-11-21 17:00"),
        ("by friday", "2026-11-20 17:00"),
        ("mon", "2026-11-23 17:00"),
        ("30 nov", "2026-11-30 17:00"),
        ("9 mar", "2027-03-09 17:00"),
        ("9 mon", "2026-11-23 09:00"),
        ("on 2026-12-24", "2026-12-24 17:00"),
    ],
)
def test_a_time_is_read_as_people_write_it(text: str, local: str) -> None:
    assert f"{instant(text, NOW, BERLIN).astimezone(BERLIN):%Y-%m-%d %H:%M}" == local


@pytest.mark.parametrize(
    "text",
    [
        "",
        "foo",
        "25:00",
        "13pm",
        "0 am",
        "31 feb",
        "31 feb 9",
        "1-1-1",
        "0001-1-1 0",
        "9999-12-31",
        "9999999w",
        "16:00 someday",
    ],
)
def test_what_is_no_time_says_how_to_write_one(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        instant(text, NOW, BERLIN)
    assert "tomorrow 9" in refused.value.todo


def test_a_time_that_is_over_says_what_to_write_for_the_next_day() -> None:
    with pytest.raises(BadInput) as refused:
        instant("13:00", NOW, BERLIN)
    assert refused.value.what == "“13:00” is over."
    assert "tomorrow 13:00" in refused.value.todo


def test_a_day_whose_working_hours_are_over_is_the_next_of_its_name_or_over() -> None:
    evening = NOW + timedelta(hours=6)
    assert f"{instant('fri', evening, BERLIN).astimezone(BERLIN):%Y-%m-%d %H:%M}" == "2026-11-27 17:00"
    with pytest.raises(BadInput) as refused:
        instant("today", evening, BERLIN)
    assert (refused.value.what, "tomorrow 17:00" in refused.value.todo) == ("“today” is over.", True)


def test_a_time_that_the_clocks_skip_is_the_first_that_exists() -> None:
    skipped = at_local(datetime(2026, 3, 29, 2, 30), BERLIN)  # noqa: DTZ001  a clock's reading has no zone yet
    assert skipped == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_time_that_comes_twice_is_the_first() -> None:
    twice = at_local(datetime(2026, 10, 25, 2, 30), BERLIN)  # noqa: DTZ001  see above
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_without_a_zone_it_is_this_machines_own() -> None:
    there = instant("in 2h", NOW)
    assert there - NOW == timedelta(hours=2)
    at = instant("tomorrow 9:00", NOW).astimezone()
    assert (at.hour, at.minute) == (9, 0)


@given(st.text(max_size=40))
def test_any_text_gives_a_time_to_come_or_says_what_is_wrong(text: str) -> None:
    try:
        at = instant(text, NOW, BERLIN)
    except BadInput as refused:
        assert refused.todo  # noqa: PT017  both ways out are right
    else:
        assert at > NOW


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("13:50", "2026-11-20 13:50"),
        ("23:40", "2026-11-19 23:40"),
        ("yesterday 22:00", "2026-11-19 22:00"),
        ("at 22:00 yesterday", "2026-11-19 22:00"),
        ("2h ago", "2026-11-20 12:03"),
        ("fri 9", "2026-11-20 09:00"),
        ("fri 23:00", "2026-11-13 23:00"),
        ("mon 22:30", "2026-11-16 22:30"),
        ("19 nov 23:00", "2026-11-19 23:00"),
        ("2026-11-01 4:00", "2026-11-01 04:00"),
        ("", "2026-11-20 14:03"),
        ("now", "2026-11-20 14:03"),
    ],
)
def test_a_time_that_is_over_is_understood(text: str, local: str) -> None:
    assert f"{earlier(text, NOW, BERLIN).astimezone(BERLIN):%Y-%m-%d %H:%M}" == local


@pytest.mark.parametrize("text", ["tomorrow 9", "2026-11-21 9:00", "2026-02-31 9:00", "soon", "in 2h"])
def test_a_time_to_come_is_not_when_it_was(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        earlier(text, NOW, BERLIN)
    assert refused.value.todo


@given(st.text(max_size=40))
def test_any_text_gives_a_time_that_is_over_or_says_what_is_wrong(text: str) -> None:
    try:
        at = earlier(text, NOW, BERLIN)
    except BadInput as refused:
        assert refused.todo  # noqa: PT017  both ways out are right
    else:
        assert at <= NOW
