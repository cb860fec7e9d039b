"""Edits that wait: what they say, and what taking one back, putting it back or changing it leaves behind."""

import json
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app.company.connection import open_dsn
from app.domain.customer import Contact, Customer
from app.domain.entity import new_id
from app.domain.errors import BadInput, EnvironmentFault, Refused
from app.domain.interaction import Interaction, Promise
from app.domain.issue import Issue, Note
from app.domain.person import Role
from app.domain.run import StepEvent, StepEventKind
from app.services import calls, issues, outbox, promises
from app.services.calls import CallDraft
from app.services.desk import Desk
from app.services.outbox import OutboxLine
from app.store.codec import instant_cell
from app.store.edits import pending
from tests.halden import HOUR, NOW, Clock
from tests.stations import Station, TestCompany


@pytest.fixture
def ben(company: TestCompany, clock: Clock) -> Station:
    return company.station("ben", Role.SUPPORT, clock)


@pytest.fixture
def issue(ben: Station) -> Issue:
    """An issue that the company has."""
    with ben.desk.edit() as edit:
        made = edit.insert(Issue(id=new_id(), title="Import fails", opened_at=NOW))
    ben.sync()
    return ben.desk.need(Issue, made.id)


def lines(desk: Desk) -> tuple[OutboxLine, ...]:
    return outbox.lines(desk, outbox.ids(desk))


def title(station: Station, issue: Issue) -> str:
    return station.desk.need(Issue, issue.id).title


def wire(station: Station) -> list[object]:
    return [(op.seq, op.as_wire(), op.made_at) for op in pending(station.cache)]


def test_an_edit_says_what_it_changes_from_what_to_what(ben: Station, issue: Issue) -> None:
    issues.rename(ben.desk, issue.id, "Import fails at night")
    (line,) = lines(ben.desk)
    assert line.label == f"issue {issue.label} Import fails at night"
    assert line.did == "changed"
    assert [(f.name, f.old, f.new) for f in line.fields] == [("title", "Import fails", "Import fails at night")]
    assert (line.tries, line.last_error, line.in_place, line.seen_at) == (0, "", "title", ("issue", issue.id))


def test_a_new_row_says_what_is_in_it_and_where_it_is_seen(ben: Station, issue: Issue) -> None:
    with ben.desk.edit() as edit:
        edit.insert(Note(id=new_id(), issue_id=issue.id, at=edit.at, person_id=edit.by, body="Ask Erik\nabout it"))
    (line,) = lines(ben.desk)
    assert line.label == f"note “Ask Erik” on issue {issue.label}"
    assert (line.did, line.in_place, line.seen_at) == ("new", "body", ("issue", issue.id))
    assert ("body", "Ask Erik\nabout it") in [(f.name, f.new) for f in line.fields]


def test_a_removed_row_is_named(company: TestCompany, clock: Clock) -> None:
    anna = company.station("anna", Role.MANAGER, clock)
    with anna.desk.edit() as edit:
        made = edit.insert(Issue(id=new_id(), title="Twice"))
    anna.sync()
    with anna.desk.edit() as edit:
        edit.delete(made)
    (line,) = lines(anna.desk)
    assert (line.did, line.in_place, line.seen_at, line.fields) == ("removed", "", None, ())


def test_discarding_a_change_brings_back_what_the_company_has_and_undo_brings_back_the_change(
    ben: Station, issue: Issue
) -> None:
    issues.rename(ben.desk, issue.id, "B")
    before = wire(ben)
    ben.told.changes.clear()
    gone = outbox.discard(ben.desk, outbox.ids(ben.desk)[0])
    assert (title(ben, issue), ben.unsent(), gone.count) == ("Import fails", 0, 1)
    assert any(issue.id in change.ids for change in ben.told.changes)
    outbox.undo(ben.desk, gone)
    assert (title(ben, issue), wire(ben)) == ("B", before)
    outbox.undo(ben.desk, gone)
    assert wire(ben) == before, "a second undo adds nothing"
    ben.sync()
    assert not ben.conflicts()
    assert title(ben, issue) == "B"


def test_what_was_changed_later_keeps_its_value_and_does_not_clash_with_the_one_discarded(
    ben: Station, issue: Issue, company: TestCompany, clock: Clock
) -> None:
    issues.rename(ben.desk, issue.id, "B")
    issues.rename(ben.desk, issue.id, "C")
    before = wire(ben)
    first, _second = outbox.ids(ben.desk)
    gone = outbox.discard(ben.desk, first)
    assert title(ben, issue) == "C"
    outbox.undo(ben.desk, gone)
    assert wire(ben) == before
    outbox.discard(ben.desk, first)
    ben.sync()
    assert not ben.conflicts()
    anna = company.station("anna", Role.MANAGER, clock)
    assert title(anna, issue) == "C"


def test_a_removal_goes_with_what_the_row_holds_once_a_change_before_it_is_discarded(
    company: TestCompany, clock: Clock
) -> None:
    anna = company.station("anna", Role.MANAGER, clock)
    with anna.desk.edit() as edit:
        made = edit.insert(Issue(id=new_id(), title="A", opened_at=NOW))
    anna.sync()
    issues.rename(anna.desk, made.id, "B")
    with anna.desk.edit() as edit:
        edit.delete(made)
    before = wire(anna)
    gone = outbox.discard(anna.desk, outbox.ids(anna.desk)[0])
    assert pending(anna.cache)[0].fields["title"] == "A"
    outbox.undo(anna.desk, gone)
    assert wire(anna) == before
    outbox.discard(anna.desk, outbox.ids(anna.desk)[0])
    anna.sync()
    assert (anna.unsent(), anna.conflicts()) == (0, [])
    found = anna.cache.record(Issue, made.id)
    assert found is None or found.deleted


def test_an_undo_goes_before_what_was_written_meanwhile(ben: Station, issue: Issue) -> None:
    issues.rename(ben.desk, issue.id, "B")
    first = outbox.discard(ben.desk, outbox.ids(ben.desk)[0])
    issues.rename(ben.desk, issue.id, "C")  # SQLite gives this edit the number that the first one had
    issues.rename(ben.desk, issue.id, "D")
    outbox.undo(ben.desk, first)
    assert [f.new for line in lines(ben.desk) for f in line.fields] == ["B", "C", "D"]
    assert [f.old for line in lines(ben.desk) for f in line.fields] == ["Import fails", "B", "C"]
    ben.sync()
    assert (ben.unsent(), ben.conflicts(), title(ben, issue)) == (0, [], "D")


def test_discarding_what_creates_a_row_takes_what_hangs_on_it(ben: Station) -> None:
    logged = calls.log_call(ben.desk, CallDraft(body="It is broken", promise_what="a fix", promise_by="in 2h"))
    issues.rename(ben.desk, logged.issue_id, "Broken")
    before = wire(ben)
    creating = next(line for line in lines(ben.desk) if line.table == "issue" and line.did == "new")
    count, along = outbox.taken_along(ben.desk, creating.op)
    assert {line.table for line in along} == {"interaction", "promise", "issue"}
    gone = outbox.discard(ben.desk, creating.op)
    assert gone.count == len(before) == count + 1
    assert ben.unsent() == 0
    for record in (Issue, Interaction, Promise):
        assert ben.cache.records(record) == []
    outbox.undo(ben.desk, gone)
    assert wire(ben) == before
    assert ben.desk.need(Issue, logged.issue_id).title == "Broken"
    ben.sync()
    assert (ben.unsent(), ben.conflicts()) == (0, [])


def test_an_edit_that_points_at_a_discarded_row_goes_with_it(ben: Station, issue: Issue) -> None:
    with ben.desk.edit() as edit:
        firm = edit.insert(Customer(id=new_id(), name="Northgate"))
        jane = edit.insert(Contact(id=new_id(), customer_id=firm.id, name="Jane"))
        edit.update(issue, contact_id=jane.id)
        edit.update(issue, title="Stays")
    creating = next(line for line in lines(ben.desk) if line.table == "customer")
    assert outbox.taken_along(ben.desk, creating.op)[1][0].label.startswith("contact Jane")
    outbox.discard(ben.desk, creating.op)
    assert ben.desk.need(Issue, issue.id).contact_id is None
    assert title(ben, issue) == "Stays"
    ben.sync()
    assert (ben.unsent(), ben.conflicts()) == (0, [])


def test_discarding_in_a_large_outbox_takes_no_time(ben: Station) -> None:
    with ben.desk.edit() as edit:
        firm = edit.insert(Customer(id=new_id(), name="Northgate"))
        for at in range(1500):
            made = edit.insert(Issue(id=new_id(), customer_id=firm.id, title=f"Issue {at}"))
            edit.insert(Note(id=new_id(), issue_id=made.id, at=edit.at, person_id=edit.by, body="x"))
    first, *_rest, last = outbox.ids(ben.desk)
    began = time.monotonic()
    assert outbox.taken_along(ben.desk, last) == (0, ())
    assert outbox.taken_along(ben.desk, first)[0] == 3000
    gone = outbox.discard(ben.desk, first)
    assert (gone.count, ben.unsent()) == (3001, 0)
    outbox.undo(ben.desk, gone)
    assert len(outbox.ids(ben.desk)) == 3001
    assert time.monotonic() - began < 5


def test_a_discarded_edit_of_a_row_that_changed_meanwhile_shows_the_newest(
    ben: Station, issue: Issue, company: TestCompany, clock: Clock
) -> None:
    anna = company.station("anna", Role.MANAGER, clock)
    issues.rename(ben.desk, issue.id, "Ben's")
    issues.rename(anna.desk, issue.id, "Anna's")
    anna.sync()
    ben.engine.pull()
    assert title(ben, issue) == "Ben's"
    gone = outbox.discard(ben.desk, outbox.ids(ben.desk)[0])
    assert title(ben, issue) == "Anna's"
    outbox.undo(ben.desk, gone)
    ben.sync()
    assert len(ben.conflicts()) == 1, "the undone edit is as old as it was, and says so"


def test_what_was_on_its_way_is_neither_discarded_nor_changed(ben: Station, issue: Issue) -> None:
    issues.rename(ben.desk, issue.id, "B")
    with ben.cache.transaction():
        ben.cache.write("UPDATE outbox SET sent_at = ?", (instant_cell(NOW),))
    (line,) = lines(ben.desk)
    assert not line.is_open
    assert "may have it already" in line.why_not
    for verb in (lambda: outbox.discard(ben.desk, line.op), lambda: outbox.change(ben.desk, line.op, "C")):
        with pytest.raises(Refused):
            verb()
    assert title(ben, issue) == "B"
    ben.sync()
    with pytest.raises(Refused, match="reached the company"):
        outbox.discard(ben.desk, line.op)


def test_a_value_is_written_anew_in_place(ben: Station, issue: Issue) -> None:
    issues.rename(ben.desk, issue.id, "B")
    issues.rename(ben.desk, issue.id, "C")
    first, _second = outbox.ids(ben.desk)
    changed = outbox.change(ben.desk, first, "Better")
    assert changed not in {"", first}, "a copy of this profile may have sent it as it was"
    first = changed
    assert [(f.old, f.new) for line in lines(ben.desk) for f in line.fields] == [
        ("Import fails", "Better"),
        ("Better", "C"),
    ]
    with pytest.raises(BadInput):
        outbox.change(ben.desk, first, "  ")
    assert not outbox.change(ben.desk, first, "Import fails")  # what it was before: no edit any more
    assert [(f.old, f.new) for line in lines(ben.desk) for f in line.fields] == [("Import fails", "C")]
    ben.sync()
    assert (title(ben, issue), ben.conflicts()) == ("C", [])


def test_a_date_is_written_as_people_write_it_and_what_follows_a_rule_is_left_alone(ben: Station, issue: Issue) -> None:
    with ben.desk.edit() as edit:
        edit.update(issue, watch_until=NOW + HOUR)
    outbox.change(ben.desk, outbox.ids(ben.desk)[0], "in 3h")
    assert ben.desk.need(Issue, issue.id).watch_until == NOW + 3 * HOUR
    promises.promise_update(ben.desk, issue.id, NOW + HOUR)
    due = next(line for line in lines(ben.desk) if line.table == "promise")
    assert due.in_place == "what"
    with ben.desk.edit() as edit:
        edit.update(ben.desk.need(Promise, due.row_id), due_at=NOW + 2 * HOUR)
    moved = lines(ben.desk)[-1]
    with pytest.raises(Refused, match="by itself"):
        outbox.change(ben.desk, moved.op, "in 3h")


def test_marks_name_the_rows_and_what_stands_for_them(ben: Station, issue: Issue) -> None:
    issues.rename(ben.desk, issue.id, "B")
    step = StepEvent(id=new_id(), run_id="r1", step_id="s1", kind=StepEventKind.NOTED, at=NOW, person_id=ben.person_id)
    with ben.desk.edit() as edit:
        edit.insert(step)
    assert outbox.marks(ben.desk) == {issue.id, step.id, "r1/s1"}


def test_everything_is_exported_readable_and_for_its_owner_only(ben: Station, issue: Issue, tmp_path: Path) -> None:
    issues.rename(ben.desk, issue.id, "Übel “quoted”")
    calls.log_call(ben.desk, CallDraft(issue_id=issue.id, body="Again"))
    file = tmp_path / "unsent.json"
    count = outbox.export(ben.desk, file)
    said = json.loads(file.read_text(encoding="utf-8"))
    assert (said["edits"], len(said["list"])) == (count, count)
    first = said["list"][0]
    assert first["fields"] == {"title": {"from": "Import fails", "to": "Übel “quoted”"}}
    assert first["edit"] == pending(ben.cache)[0].as_wire()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(EnvironmentFault):
        outbox.export(ben.desk, tmp_path / "nowhere" / "unsent.json")


def test_nothing_unsent_exports_an_empty_list(ben: Station, tmp_path: Path) -> None:
    assert outbox.export(ben.desk, tmp_path / "unsent.json") == 0
    assert json.loads((tmp_path / "unsent.json").read_text())["list"] == []


def test_a_discard_that_fails_halfway_changes_nothing(
    ben: Station, issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    issues.rename(ben.desk, issue.id, "B")
    before = wire(ben)

    def full(*_any: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("app.store.outbox.rebase", full)
    with pytest.raises(OSError, match="disk full"):
        outbox.discard(ben.desk, outbox.ids(ben.desk)[0])
    assert (wire(ben), title(ben, issue)) == (before, "B")


def test_the_issue_is_marked_until_it_is_discarded(ben: Station, issue: Issue) -> None:
    issues.rename(ben.desk, issue.id, "B")
    assert outbox.marks(ben.desk) == {issue.id}
    outbox.discard(ben.desk, outbox.ids(ben.desk)[0])
    assert not outbox.marks(ben.desk)
    assert replace(ben.desk.need(Issue, issue.id)) == issue


def break_down(company: TestCompany) -> None:
    """Let the company fail on every new issue, rather than answer."""
    with open_dsn(company.admin_dsn) as connection:
        connection.execute(
            "CREATE FUNCTION baton.break_down() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'broken inside' USING ERRCODE = 'XX000'; END $$; "
            "GRANT EXECUTE ON FUNCTION baton.break_down() TO PUBLIC; "
            "CREATE TRIGGER break_down BEFORE INSERT ON baton.issue FOR EACH ROW EXECUTE FUNCTION baton.break_down()"
        )


def test_what_the_company_failed_on_can_be_changed_and_discarded(ben: Station, company: TestCompany) -> None:
    with ben.desk.edit() as edit:
        edit.insert(Issue(id=new_id(), title="Typed while the company is broken"))
    break_down(company)
    ben.engine.push()
    (line,) = lines(ben.desk)
    assert (line.tries, line.is_open) == (1, True), line
    assert "broken inside" in line.last_error
    changed = outbox.change(ben.desk, line.op, "Better")
    assert outbox.discard(ben.desk, changed).count == 1
    assert ben.unsent() == 0


def test_an_edit_that_was_sent_before_the_error_may_still_be_at_the_company(ben: Station, company: TestCompany) -> None:
    with ben.desk.edit() as edit:
        edit.insert(Issue(id=new_id(), title="Its first answer was lost"))
    with ben.cache.transaction():
        ben.cache.write("UPDATE outbox SET sent_at = ?", (instant_cell(NOW - HOUR),))
    break_down(company)
    ben.engine.push()
    assert not any(line.is_open for line in lines(ben.desk))
