"""Single cells of other systems: times above all."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import BadInput
from app.domain.issue import IssueKind, IssueState
from app.domain.source_values import (
    flag_of,
    in_zone,
    read_email,
    read_flag,
    read_instant,
    read_kind,
    read_phone,
    read_state,
    read_third,
    read_zone,
)

PRAGUE = ZoneInfo("Europe/Prague")
FOUR = ("%d-%m-%Y %H:%M", "%d.%m.%Y", "iso", "unix")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("29-02-2016 01:16", "2016-02-29T00:16+00:00"),
        ("1.7.2016", "2016-06-30T22:00+00:00"),
        ("2016-02-29T01:16:00-05:00", "2016-02-29T06:16+00:00"),
        ("2016-02-29 01:16", "2016-02-29T00:16+00:00"),
        ("1456704960", "2016-02-29T00:16+00:00"),
    ],
)
def test_four_writings_of_a_time(text: str, said: str) -> None:
    assert read_instant(text, FOUR, PRAGUE) == datetime.fromisoformat(said)


@pytest.mark.parametrize("text", ["31-02-2016 01:16", "yesterday", "nan", "1e300", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time_says_which_writings_were_tried(text: str) -> None:
    with pytest.raises(BadInput, match=r"no time written as %d-%m-%Y %H:%M or %d.%m.%Y or iso or unix"):
        read_instant(text, FOUR, PRAGUE)


def test_milliseconds() -> None:
    assert read_instant("1456704960500", ("unix_ms",), PRAGUE) == datetime(2016, 2, 29, 0, 16, 0, 500_000, UTC)


def test_a_time_that_the_clocks_skip_is_the_first_after_the_gap() -> None:
    gap_ends = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    for minute in (0, 1, 30, 59):
        assert in_zone(datetime(2026, 3, 29, 2, minute), PRAGUE) == gap_ends  # noqa: DTZ001  a clock on the wall
    assert in_zone(datetime(2026, 3, 29, 3, 0), PRAGUE) == gap_ends  # noqa: DTZ001  same


def test_a_time_that_comes_twice_is_the_first() -> None:
    assert in_zone(datetime(2026, 10, 25, 2, 30), PRAGUE) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # noqa: DTZ001


WALL = st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1))  # noqa: DTZ001  a clock on the wall


@given(WALL, st.sampled_from(["Europe/Prague", "America/St_Johns", "Australia/Lord_Howe"]))
def test_a_wall_time_is_never_earlier_than_its_instant_shows(local: datetime, zone: str) -> None:
    shown = in_zone(local, ZoneInfo(zone)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if shown != local:  # in a gap: less than an hour or so on, never back
        assert timedelta(0) < shown - local.replace(microsecond=0) <= timedelta(hours=1)


def test_levels_need_words_or_numbers() -> None:
    assert read_third("2", None) == 2
    assert read_third(" 2 - medium ", {"2 - medium": 2}) == 2
    for text, words in (("4", None), ("Medium", None), ("2", {"2 - medium": 2})):
        with pytest.raises(BadInput, match=repr(text)):
            read_third(text, words)


def test_states_and_kinds_are_never_guessed() -> None:
    assert read_state("Solved", None) == (IssueState.SOLVED, "")
    assert read_kind("BUG", {"bug": "incident"}) is IssueKind.INCIDENT
    with pytest.raises(BadInput, match="Frobbed"):
        read_state("Frobbed", {"active": (IssueState.OPEN, "")})
    with pytest.raises(BadInput, match="solved"):
        read_state("solved", {"active": (IssueState.OPEN, "")})
    with pytest.raises(BadInput, match="Bug"):
        read_kind("Bug", None)


def test_flags() -> None:
    assert [flag_of(t) for t in ("TRUE", "no", "0", "x", "", "maybe")] == [True, False, False, True, False, None]
    assert read_flag("VIP", {"vip": True})
    with pytest.raises(BadInput, match="maybe"):
        read_flag("maybe")


def test_phones_mails_zones() -> None:
    assert read_phone("020 7946 0018", "GB") == "+442079460018"
    with pytest.raises(BadInput, match="set region in the map"):
        read_phone("020 7946 0018", None)
    with pytest.raises(BadInput, match="no telephone number"):
        read_phone("extension 12", "GB")
    assert read_email(" a@b.example ") == "a@b.example"
    for text in ("a@", "@b", "a b@c", "A <a@b.example>", "none"):
        with pytest.raises(BadInput, match="no e-mail address"):
            read_email(text)
    assert read_zone("Europe/Prague") == "Europe/Prague"
    for text in ("Prague", "../etc/passwd", ""):
        with pytest.raises(BadInput, match="no time zone"):
            read_zone(text)
