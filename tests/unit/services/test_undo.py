"""Taking back what a verb has changed: as it was, unless somebody else has changed it since."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.domain.customer import Customer, Installation
from app.domain.entity import new_id
from app.domain.issue import Issue, IssueState, Note
from app.domain.person import Role
from app.services import calls, deployments, escalations, issues, macros, promises, tags, undo
from app.services.calls import CallDraft
from app.services.desk import Desk
from app.services.undo import Undoable
from tests.halden import HOUR, NOW, Clock
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


# What is partly a record


def test_handing_over_with_a_word_takes_the_owner_back_and_the_note_stays(ben: Station, issue_id: str) -> None:
    _none, done = undo.recorded(
        ben.desk, lambda desk: issues.hand_over(desk, issue_id, person_id=ben.person_id, word="the log is attached")
    )
    assert done is not None
    assert done.label.endswith("Import fails; the note stays")
    assert done.label.startswith("owner of issue ")
    undo.revert(ben.desk, done)
    assert issue(ben, issue_id).owner_id is None
    assert len(ben.cache.records(Note, "issue_id = ?", (issue_id,))) == 1


def test_a_macro_with_records_is_taken_back_but_for_them(ben: Station, issue_id: str) -> None:
    acts = "state waiting on Vendor\nimpact high\ntag vpn\nnote asked them\npromise in 2h"
    one = macros.write(ben.desk, "To the vendor", acts)
    _count, done = undo.recorded(ben.desk, lambda desk: macros.apply(desk, [issue_id], one))
    assert done is not None
    assert done.label.endswith("; the note and the promise stay")
    due_at = issue(ben, issue_id).next_update_at
    assert due_at == NOW + 2 * HOUR
    reverted = undo.revert(ben.desk, done)
    present = issue(ben, issue_id)
    assert (present.state, present.waiting_on, present.impact) == (IssueState.NEW, "", 2)
    assert tags.of_issue(ben.desk, issue_id) == ()
    assert present.next_update_at == due_at, "the promise stays, and its time with it"
    assert reverted.redo is not None
    undo.revert(ben.desk, reverted.redo)
    assert (issue(ben, issue_id).impact, tags.of_issue(ben.desk, issue_id)) == (1, ("vpn",))
    ben.sync()
    assert ben.conflicts() == []


def test_many_at_once_say_what_stays_once(ben: Station, issue_id: str) -> None:
    with ben.desk.edit() as edit:
        other = edit.insert(Issue(id=new_id(), title="Another", opened_at=NOW)).id
    one = macros.write(ben.desk, "High", "impact high\nnote looked at")
    parts = [undo.recorded(ben.desk, lambda desk, i=i: macros.apply(desk, [i], one))[1] for i in (issue_id, other)]  # type: ignore[misc]
    assert parts[0] is not None
    assert parts[1] is not None
    whole = parts[0].with_more([parts[1]], "macro on 2 issues")
    assert whole.label == "macro on 2 issues; the notes stay"


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MANAGER])
def test_what_is_one_with_a_record_is_not_taken_back(
    company: TestCompany, clock: Clock, issue_id: str, role: Role
) -> None:
    who = company.station("eve", role, clock)
    who.sync()

    def undoable(verb: Callable[[Desk], object]) -> Undoable | None:
        return undo.recorded(who.desk, verb)[1]

    customer_id, run_id = new_id(), new_id()
    with who.desk.edit() as edit:
        edit.insert(Customer(id=customer_id, name="Northgate Rail"))
        edit.insert(Installation(id=run_id, customer_id=customer_id, product="Console", build="38"))
    assert undoable(lambda desk: promises.promise_update(desk, issue_id, NOW + HOUR)) is None
    assert undoable(lambda desk: calls.log_call(desk, CallDraft(body="it is slow"))) is None, "an issue and its call"
    issues.set_state(who.desk, issue_id, IssueState.SOLVED)
    assert undoable(lambda desk: calls.called_again(desk, issue_id)) is None, "it is open because they called"
    assert undoable(lambda desk: deployments.record(desk, customer_id, installation_id=run_id, to_build="39")) is None
    assert who.desk.need(Installation, run_id).build == "39"
    assert undoable(lambda desk: escalations.raise_escalation(desk, issue_id, to_level=2, sentence="help")) is None


def test_a_promise_that_is_open_again_has_its_next_update(ben: Station, issue_id: str) -> None:
    first = promises.promise_update(ben.desk, issue_id, NOW + HOUR)
    _state, kept = undo.recorded(ben.desk, lambda desk: promises.keep(desk, first.id))
    assert kept is not None
    assert issue(ben, issue_id).next_update_at is None
    promises.promise_update(ben.desk, issue_id, NOW + 3 * HOUR)
    undo.revert(ben.desk, kept)
    assert issue(ben, issue_id).next_update_at == NOW + HOUR, "the earliest of those that are open"
    moved, renegotiated = undo.recorded(ben.desk, lambda desk: promises.renegotiate(desk, first.id, NOW + 2 * HOUR))
    assert renegotiated is None, "the new promise stays, and so does what became of the old one"
    assert issue(ben, issue_id).next_update_at == moved.due_at
