"""Keys parted into single ones, and what is known of a device that answers late."""

from hypothesis import given
from hypothesis import strategies as st

from ui.panes.devices.guard.keys import Typed, first_key
from ui.panes.devices.guard.pace import GIVE_UP_S, Clock, Pace


@given(st.binary(min_size=1, max_size=30))
def test_a_first_key_is_never_empty_and_nothing_is_lost(data: bytes) -> None:
    key, others = first_key(data)
    assert key
    assert key + others == data


def test_a_key_of_several_bytes_is_one() -> None:
    assert first_key(b"\x1b[Awr") == (b"\x1b[A", b"wr")
    assert first_key("äq".encode()) == ("ä".encode(), b"q")
    assert first_key(b"qwr") == (b"q", b"wr")


def test_what_is_shown_is_old_until_the_device_speaks() -> None:
    pace = Pace()
    assert pace.clock(0).has_spoken
    pace.gave()
    assert not pace.clock(0).has_spoken
    pace.heard()
    assert pace.clock(0).has_spoken


def test_a_slow_line_is_given_its_time_and_no_more() -> None:
    assert not Clock(0.3, 0.3, 0.3, echo_s=0.4).is_answered
    assert Clock(0.7, 0.7, 0.7, echo_s=0.4).is_answered
    assert Clock(GIVE_UP_S, GIVE_UP_S, GIVE_UP_S, echo_s=0.9).is_silent
    assert Clock(0.03, 0.03, 0.03).is_answered


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=20), st.integers(0, 25))
def test_a_line_that_was_erased_is_not_taken_for_empty_before_the_device_said_so(text: str, erased: int) -> None:
    typed = Typed()
    typed.press(text.encode() + b"\x7f" * erased)
    assert typed.is_empty == (not text)
