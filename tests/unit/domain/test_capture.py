"""One line taken apart: what it says, and that no text whatever breaks it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.capture import LONGEST, Captured, parse
from app.domain.interaction import Channel, Direction, Nature

NOW = datetime(2026, 11, 20, 13, 3, tzinfo=UTC)  # a Friday


def read(line: str) -> Captured:
    return parse(line, NOW, UTC)


def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
    return NOW.replace(hour=hour, minute=minute) + timedelta(days=days)


def test_a_line_says_who_what_and_by_when() -> None:
    said = read("jane called, import again, update 4pm")
    assert (said.who, said.about, said.body) == ("jane", "import", "import")
    assert (said.channel, said.direction, said.nature) == (Channel.CALL, Direction.IN, Nature.CHASER)
    assert (said.promise_by, said.promise_at, said.promise_what) == ("4pm", at(16), "")


@pytest.mark.parametrize(
    ("line", "who", "channel", "direction"),
    [
        ("omar rang", "omar", Channel.CALL, Direction.IN),
        ("yuki is calling about the audit report", "yuki", Channel.CALL, Direction.IN),
        ("tobias mailed: export misses two columns", "tobias", Channel.EMAIL, Direction.IN),
        ("sigrid left a voicemail, page AB", "sigrid", Channel.VOICEMAIL, Direction.IN),
        ("missed call from graham", "graham", Channel.MISSED_CALL, Direction.IN),
        ("lucia came by", "lucia", Channel.VISIT, Direction.IN),
        ("told sigrid about page AB", "sigrid", Channel.CALL, Direction.OUT),
        ("called jane back about 4127", "jane", Channel.CALL, Direction.OUT),
        ("we mailed tobias, it is fixed", "tobias", Channel.EMAIL, Direction.OUT),
        ("+44 20 7946 0018 called 4127", "+44 20 7946 0018", Channel.CALL, Direction.IN),
        ("Jane Whitlock of Northgate called", "Jane Whitlock of Northgate", Channel.CALL, Direction.IN),
    ],
)
def test_who_and_how(line: str, who: str, channel: Channel, direction: Direction) -> None:
    said = read(line)
    assert (said.who, said.channel, said.direction) == (who, channel, direction)


@pytest.mark.parametrize(
    ("line", "what", "promised_at"),
    [
        ("jane called, call back tomorrow 9", "call back", at(9, days=1)),
        ("jane called, promise call back in 2h", "call back", NOW + timedelta(hours=2)),
        ("jane called; we will update 16:30", "", at(16, 30)),
        ("jane called, send the list by mon 9", "send the list", at(9, days=3)),
        ("jane called, fix by friday", "fix", at(17)),
        ("jane called, by 15:00", "", at(15)),
        ("import broken - next update noon tomorrow", "", at(12, days=1)),
    ],
)
def test_what_is_promised(line: str, what: str, promised_at: datetime) -> None:
    said = read(line)
    assert (said.promise_at, said.promise_what) == (promised_at, what)


def test_what_they_wish_is_no_promise() -> None:
    said = read("omar called, needs it by friday")
    assert (said.promise_by, said.body) == ("", "needs it by friday")


def test_a_promise_for_the_past_is_said_and_not_dropped() -> None:
    said = read("graham rang, update 9am")
    assert said.promise_at is None
    assert said.trouble == "“9am” is over."
    assert said.promise_by == "9am"


def test_numbers_thanks_and_lines_without_a_verb() -> None:
    assert read("jane called, #4127 still broken").number == 4127
    assert read("jane called about 4127").number == 4127
    assert read("jane called at 9:20").number is None
    assert read("jane called, thanks for the fix").nature is Nature.THANKS
    alone = read("jane import again")
    assert (alone.who, alone.body, alone.nature) == ("", "jane import", Nature.CHASER)
    assert read("").is_empty
    assert read(" ,;, ").is_empty


@given(st.text(max_size=300))
@example("jane called, update \u0664pm")
@example("\u202eenaj called\u202c, import")
@example("x" * 5000)
@example("a called " * 400)
@example("jane called, update " + "9" * 400)
@example("jane called, in 99999999999999999999 days by 9999-12-31 23:59")
def test_no_text_breaks_it_and_no_word_is_lost(line: str) -> None:
    said = read(line)
    assert said.promise_at is None or (said.promise_at > NOW and said.promise_at.tzinfo is not None)
    assert (said.promise_at is not None or bool(said.trouble)) == bool(said.promise_by)
    if not said.who and not said.promise_by and said.nature is None:
        kept = "".join(said.body.split())
        assert all(word in line for word in said.body.split(", ")[:1]) or not kept
    assert line[LONGEST:] in said.body


@given(
    st.sampled_from(["jane", "jane whitlock", "+44 20 7946 0018", "Pål Aas"]),
    st.sampled_from(["called", "rang", "phoned"]),
    st.sampled_from(["import", "page AB white", "the export"]),
    st.integers(14, 23),
)
def test_what_was_composed_is_read_back(who: str, verb: str, about: str, hour: int) -> None:
    said = read(f"{who} {verb}, {about} again, update {hour}:15")
    assert (said.who, said.about, said.nature) == (who, about, Nature.CHASER)
    assert said.promise_at == at(hour, 15)
