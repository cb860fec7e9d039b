"""Macros: shown before they are done, done in one edit or not at all."""

import pytest

from app.domain.errors import BadInput, Refused
from app.domain.issue import Issue, IssueState
from app.services import followers, issues, later_words, macros, replies, tags
from tests.halden import DAY, HOUR, NOW, Clock, Sample
from tests.stations import Station, TestCompany

ACTS = """
state waiting on Vendor
owner me
impact high
tag vpn night
untag old
topic import
note asked the vendor
promise in 2h
reply Vendor has it
follow me
"""


@pytest.fixture
def macro(anna: Station) -> str:
    replies.write(anna.desk, "Vendor has it", "Hello {{ contact }}, {{ product }}", is_mine=False)
    return macros.write(anna.desk, "To the vendor", ACTS)


def test_what_it_would_do_is_shown_and_nothing_done(anna: Station, sample: Sample, macro: str) -> None:
    unsent = anna.unsent()
    tags.add(anna.desk, sample.issues["page"], "vpn")
    (got,) = macros.preview(anna.desk, [sample.issues["page"]], macro)
    assert got.does == (
        "state: open → waiting on Vendor",
        "owner: Anna",
        "tag #night",
        "topic: import",
        "note: asked the vendor",
        "promise by in 2h: We call with an update",
        "a reply for you to send: Vendor has it, missing product (line 1, column 25)",
        "Anna follows",
    )
    assert anna.unsent() == unsent + 1


def test_it_is_done_in_one_edit(anna: Station, sample: Sample, macro: str) -> None:
    issue_id = sample.issues["page"]
    tags.add(anna.desk, issue_id, "old")
    told = len(anna.told.changes)
    assert macros.apply(anna.desk, [issue_id, sample.issues["vlan"]], macro) == 2
    assert len({c.table for c in anna.told.changes[told:]}) == len(anna.told.changes[told:])
    issue = anna.desk.need(Issue, issue_id)
    assert (issue.state, issue.waiting_on, issue.owner_id, issue.impact, issue.topic) == (
        IssueState.WAITING, "Vendor", anna.person_id, 1, "import",
    )  # fmt: skip
    assert issue.next_update_at == NOW + 0.63 * HOUR or issue.next_update_at == NOW + 2 * HOUR
    assert tags.of_issue(anna.desk, issue_id) == ("night", "vpn")
    assert followers.follows(anna.desk, issue_id)
    assert [w.body for w in later_words.due(anna.desk)] == [
        "Hello Ingrid Åsen, ⟨product?⟩", "Hello Priya Raman, ⟨product?⟩",
    ]  # fmt: skip
    anna.sync()
    assert (anna.unsent(), anna.conflicts()) == (0, [])


def test_what_is_so_already_is_no_edit(anna: Station, sample: Sample) -> None:
    macro = macros.write(anna.desk, "Mine", "state open\nimpact high\nowner nobody\nuntag nothing-here")
    unsent = anna.unsent()
    assert macros.preview(anna.desk, [sample.issues["page"]], macro)[0].does == ()
    assert macros.apply(anna.desk, [sample.issues["page"]], macro) == 0
    assert anna.unsent() == unsent


def test_one_that_cannot_be_done_to_one_issue_is_done_to_none(anna: Station, sample: Sample) -> None:
    macro = macros.write(anna.desk, "Solve", "state solved")
    unsent = anna.unsent()
    with pytest.raises(Refused):
        macros.apply(anna.desk, [sample.issues["page"], "gone"], macro)
    assert anna.unsent() == unsent
    assert anna.desk.need(Issue, sample.issues["page"]).state is IssueState.OPEN


def test_times_are_understood_when_it_is_used(anna: Station, sample: Sample, clock: Clock) -> None:
    macro = macros.write(anna.desk, "Watch", "state watching until in 3d")
    clock.now += 5 * DAY
    macros.apply(anna.desk, [sample.issues["page"]], macro)
    assert anna.desk.need(Issue, sample.issues["page"]).watch_until == NOW + 8 * DAY


def test_watching_has_its_date_when_nobody_says_one(anna: Station, sample: Sample) -> None:
    issues.set_state(anna.desk, sample.issues["page"], IssueState.WATCHING)
    assert anna.desk.need(Issue, sample.issues["page"]).watch_until == NOW + 7 * DAY
    issues.set_state(anna.desk, sample.issues["slow"], IssueState.WATCHING)
    assert anna.desk.need(Issue, sample.issues["slow"]).watch_until == NOW + 7 * DAY


def test_what_does_not_parse_or_exist_is_refused_with_its_line(
    anna: Station, sample: Sample, company: TestCompany, clock: Clock
) -> None:
    for acts, said in (
        ("", "does nothing"),
        ("note a\nowner Zed", "Line 2: Nobody is called “Zed”"),
        ("reply No such", "Line 1: there is no canned reply"),
        (f"tag {'x' * 41}", "too long for a tag"),
    ):
        with pytest.raises(BadInput, match=said):
            macros.write(anna.desk, "m", acts)
        with pytest.raises(BadInput, match=said):
            macros.preview_of(anna.desk, [sample.issues["page"]], acts)
    with pytest.raises(BadInput):
        macros.write(anna.desk, " ", "state solved")
    ben = company.station("ben", clock=clock)
    mine = macros.write(anna.desk, "Mine", "state solved")
    ours = macros.write(anna.desk, "Ours", "state solved", is_mine=False)
    anna.sync()
    ben.sync()
    assert [m.name for m in macros.all_of(ben.desk)] == ["Ours"]
    with pytest.raises(Refused):
        macros.remove(ben.desk, mine)
    macros.write(ben.desk, "Ours", "state closed", is_mine=False, macro_id=ours)
    macros.remove(ben.desk, ours)
    assert macros.all_of(ben.desk) == ()
