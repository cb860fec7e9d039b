"""Taking back what a verb has changed: as it was, unless somebody else has changed it since."""

from dataclasses import replace

import pytest

from app.domain.entity import new_id
from app.domain.issue import Issue, IssueState
from app.domain.person import Role
from app.services import calls, issues, tags, undo
from app.services.desk import Desk
from tests.halden import NOW, Clock
from tests.stations import Station, TestCompany


@pytest.fixture
def ben(company: TestCompany, clock: Clock) -> Station:
    return company.station("ben", Role.SUPPORT, clock)


def issue(station: Station, issue_id: str) -> Issue:
    row = station.cache.record(Issue, issue_id)
    assert row is not None
    return row


@pytest.fixture
def issue_id(ben: Station) -> str:
    with ben.desk.edit() as edit:
        made = edit.insert(Issue(id=new_id(), title="Import fails", opened_at=NOW))
    ben.sync()
    return made.id


def test_an_edit_is_taken_back_and_given_again_and_both_reach_the_company(
    ben: Station, issue_id: str, company: TestCompany
) -> None:
    _none, done = undo.recorded(ben.desk, lambda desk: issues.set_state(desk, issue_id, IssueState.SOLVED))
    assert done is not None
    number = issue(ben, issue_id).number
    assert done.label == f"issue {number} Import fails", "state and the time of it"
    reverted = undo.revert(ben.desk, done)
    assert (reverted.count, reverted.stayed) == (1, 0)
    assert (issue(ben, issue_id).state, issue(ben, issue_id).closed_at) == (IssueState.NEW, None)
    assert reverted.redo is not None
    again = undo.revert(ben.desk, reverted.redo)
    assert issue(ben, issue_id).state is IssueState.SOLVED
    assert again.redo is not None
    undo.revert(ben.desk, again.redo)
    ben.sync()
    anna = company.station("anna")
    anna.sync()
    assert issue(anna, issue_id).state is IssueState.NEW


def test_a_tag_is_taken_off_and_put_on_again(ben: Station, issue_id: str) -> None:
    _word, added = undo.recorded(ben.desk, lambda desk: tags.add(desk, issue_id, "vpn"))
    assert added is not None
    reverted = undo.revert(ben.desk, added)
    assert tags.of_issue(ben.desk, issue_id) == ()
    assert reverted.redo is not None
    undo.revert(ben.desk, reverted.redo)
    assert tags.of_issue(ben.desk, issue_id) == ("vpn",)
    ben.sync()
    assert tags.of_issue(ben.desk, issue_id) == ("vpn",)


def test_what_somebody_else_has_changed_since_stays(ben: Station, issue_id: str, company: TestCompany) -> None:
    anna = company.station("anna")
    anna.sync()

    def rate_and_rename(desk: Desk) -> None:
        issues.rate(desk, issue_id, 1, 1)
        issues.rename(desk, issue_id, "Ben's title")

    _none, done = undo.recorded(ben.desk, rate_and_rename)
    assert done is not None
    ben.sync()
    anna.sync()
    issues.rename(anna.desk, issue_id, "Anna's title")
    anna.sync()
    ben.sync()
    reverted = undo.revert(ben.desk, done)
    assert reverted.stayed == 1
    assert issue(ben, issue_id).title == "Anna's title"
    assert (issue(ben, issue_id).impact, issue(ben, issue_id).urgency) == (2, 2)


def test_what_happened_is_not_taken_back(ben: Station, issue_id: str) -> None:
    _call, done = undo.recorded(ben.desk, lambda desk: calls.called_again(desk, issue_id))
    assert done is None
    _none, nothing = undo.recorded(ben.desk, lambda desk: issues.rate(desk, issue_id, 2, 2))
    assert nothing is None


def test_without_recording_nothing_is_kept(ben: Station, issue_id: str) -> None:
    assert ben.desk.changes is None
    issues.rename(ben.desk, issue_id, "Another")
    kept: list[object] = []
    issues.rename(replace(ben.desk, changes=kept), issue_id, "A third")  # type: ignore[arg-type]
    assert len(kept) == 1
