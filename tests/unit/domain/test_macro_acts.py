"""The language of macros: what each line means, and which line is wrong."""

import pytest

from app.domain.errors import BadInput
from app.domain.issue import IssueState
from app.domain.macro_acts import HELP, Act, ActVerb, parse


def test_each_line_is_an_act() -> None:
    got = parse(
        """
        # what we do when it is the vendor
        state waiting on Vendor Ltd
        State: watching until in 3d
        owner me
        tag vpn, night
        impact high
        level 2
        promise tomorrow 9:30: we call with an update
        promise 16:00
        note asked for: the log
        """
    )
    assert [(a.verb, a.words, a.line) for a in got][3:5] == [("tag", "vpn, night", 6), ("impact", "high", 7)]
    assert (got[0].state, got[0].whom) == (IssueState.WAITING, "Vendor Ltd")
    assert (got[1].state, got[1].by) == (IssueState.WATCHING, "in 3d")
    assert (got[4].number, got[5].number) == (1, 2)
    assert (got[6].by, got[6].words) == ("tomorrow 9:30", "we call with an update")
    assert (got[7].by, got[7].words) == ("16:00", "")
    assert got[8] == Act(ActVerb.NOTE, "asked for: the log", 11)


def test_every_example_of_the_help_parses() -> None:
    for verb, example in HELP.items():
        assert {a.verb for a in parse(example.replace(" · ", "\n"))} == {verb}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "does nothing"),
        ("# only a remark", "does nothing"),
        ("note a\n\nexplode now", "Line 3: a macro does no “explode”"),
        ("state", "Line 1: it says nothing"),
        ("state lost", "“lost” is none of"),
        ("state waiting", "waiting on somebody"),
        ("state waiting on", "waiting on somebody"),
        ("state solved today", "“today” is too much"),
        ("state watching until yestermorrow", "no time that Baton understands"),
        ("promise soon: a fix", "no time that Baton understands"),
        ("impact huge", "not high, medium or low"),
        ("level two", "no level"),
        ("level 100", "no level"),
        ("kind problem", "none of incident"),
        ("note a\n" * 31, "at most 30"),
    ],
)
def test_a_line_that_is_none_is_named(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        parse(text)
