from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.kit.theme import Tone
from ui.kit.timephrase import ago, due_phrase, exact, moment, short_span, span, until

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # a Friday


def at(**back: float) -> datetime:
    return NOW - timedelta(**back)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (5, "under 1 min"),
        (38 * 60, "38 min"),
        (7800, "2 h 10 min"),
        (7200, "2 h"),
        (100_800, "1 d 4 h"),
        (864_000, "10 d"),
    ],
)
def test_span(seconds: float, text: str) -> None:
    assert span(seconds) == text


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (at(seconds=20), "just now"),
        (at(minutes=5), "5 min ago"),
        (at(hours=3, minutes=59), "3 h ago"),
        (at(days=6, hours=2), "6 d ago"),
        (at(days=40), "11 Oct"),
        (at(days=400), "16 Oct 2025"),
        (at(hours=-2), "in 2 h"),
    ],
)
def test_ago_is_near_relative_far_absolute(when: datetime, text: str) -> None:
    assert ago(when, NOW, UTC) == text


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (at(minutes=-38), "in 38 min"),
        (at(hours=-2, minutes=-10), "in 2 h 10 min"),
        (at(hours=-21), "Tomorrow 11:00"),
        (at(days=-1, hours=-6), "Tomorrow 20:00"),
        (at(days=-3), "Mon 14:00"),
        (at(days=-10), "30 Nov"),
        (at(minutes=5), "5 min ago"),
    ],
)
def test_until(when: datetime, text: str) -> None:
    assert until(when, NOW, UTC) == text


@pytest.mark.parametrize(
    ("when", "text", "tone"),
    [
        (at(hours=2, minutes=10), "2 h 10 min over", Tone.RED),
        (at(minutes=-38), "38 min", Tone.AMBER),
        (at(hours=-5), "5 h", Tone.TEXT),
        (at(hours=-21), "Tomorrow 11:00", Tone.TEXT),
    ],
)
def test_a_deadline_says_in_words_and_tone_how_it_stands(when: datetime, text: str, tone: Tone) -> None:
    assert (due_phrase(when, NOW, UTC).text, due_phrase(when, NOW, UTC).tone) == (text, tone)


def test_the_clock_is_the_zones_and_so_is_the_day() -> None:
    new_york = ZoneInfo("America/New_York")
    late = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)  # still the evening of the 20th there
    assert moment(late, NOW, new_york) == "Today 22:30"
    assert moment(late, NOW, UTC) == "Tomorrow 3:30"


def test_the_exact_instant_names_offset_and_utc() -> None:
    assert exact(NOW, ZoneInfo("America/New_York")) == "2026-11-20 09:00:00 -0500 · 2026-11-20 14:00:00 UTC"
    assert exact(NOW, UTC) == "2026-11-20 14:00:00 UTC"


@given(st.integers(-(10**9), 10**9))
def test_every_distance_has_a_phrase(seconds: int) -> None:
    when = NOW + timedelta(seconds=seconds)
    for phrase in (ago(when, NOW, UTC), until(when, NOW, UTC), due_phrase(when, NOW, UTC).text, short_span(seconds)):
        assert phrase
        assert "-" not in phrase
