"""An issue's history as a person reads it: from the company's trail, from this workstation's outbox, and off line."""

from datetime import UTC, datetime

import pytest

from app.company.connection import open_dsn
from app.domain.customer import Customer
from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import CompanyUnreachable
from app.domain.interaction import Promise, PromiseState
from app.domain.issue import Issue, IssueState
from app.domain.person import Role
from app.services import history, tags
from app.services.history import Change
from app.store import histories
from tests.stations import Station, TestCompany


def an_issue(station: Station) -> Issue:
    with station.desk.edit() as edit:
        made = edit.insert(Issue(id=new_id(), title="Import fails"))
    station.sync()
    return made


def told(changes: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    return [(change.by, change.workstation, change.text) for change in changes]


def test_it_reads_as_people_say_it_and_own_edits_stand_on_top(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    anna.sync()
    issue = an_issue(anna)
    ben.sync()
    with ben.desk.edit() as edit:
        edit.update(issue, state=IssueState.OPEN, owner_id=ben.person_id)
    ben.sync()
    anna.sync()
    assert history.as_of(anna.desk, issue.id) is None
    assert history.changes(anna.desk, issue.id) == ()
    anna.engine.fetch_history("issue", issue.id)
    assert told(history.changes(anna.desk, issue.id)) == [
        ("Ben", "ben's desk", "owner: nothing → Ben, state: new → open"),
        ("Anna", "anna's desk", "opened"),
    ]
    at = history.as_of(anna.desk, issue.id)
    assert at is not None
    assert abs((datetime.now(UTC) - at).total_seconds()) < 60
    anna.engine.disconnect()
    with pytest.raises(CompanyUnreachable):
        anna.engine.fetch_history("issue", issue.id)
    with anna.desk.edit() as edit:
        edit.update(issue, owner_id=anna.person_id, title="x" * 200)
        edit.update(issue, next_update_at=datetime(2026, 11, 21, 12, tzinfo=UTC))
    tags.add(anna.desk, issue.id, "import")
    tagged, timed, owned, *rest = history.changes(anna.desk, issue.id)
    assert (tagged.text, tagged.table, tagged.verb, tagged.is_unsent) == (
        "tag “import” added",
        "tag",
        Verb.INSERT,
        True,
    )
    assert timed.text.startswith("next update: nothing → 2026-11-2")
    assert owned.text == f"owner: Ben → Anna, title: Import fails → {'x' * 59}…"
    assert [(f.field, f.old) for f in owned.fields] == [("owner_id", "Ben"), ("title", "Import fails")]
    assert [change.is_unsent for change in rest] == [False, False]
    anna.person_id = ""
    anna.sync()
    anna.engine.fetch_history("issue", issue.id)
    after = history.changes(anna.desk, issue.id)
    assert [c.text for c in after] == [c.text for c in (tagged, timed, owned, *rest)], "as before they were sent"
    assert not any(c.is_unsent for c in after)
    assert all(c.at.tzinfo is not None for c in after)


def test_what_hangs_on_the_issue_tells_too_also_what_was_taken_off(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    issue = an_issue(anna)
    tags.add(anna.desk, issue.id, "import")
    now = datetime.now(UTC)
    with anna.desk.edit() as edit:
        promise = edit.insert(
            Promise(id=new_id(), issue_id=issue.id, what="call back", made_at=now, made_by=anna.person_id, due_at=now)
        )
    anna.sync()
    with anna.desk.edit() as edit:
        edit.update(promise, state=PromiseState.KEPT)
    tags.remove(anna.desk, issue.id, "import")
    anna.sync()
    anna.engine.fetch_history("issue", issue.id)
    texts = [change.text for change in history.changes(anna.desk, issue.id)]
    assert sorted(texts[:2]) == ["promise “call back”: state: open → kept", "tag “import” removed"]
    assert sorted(texts[2:]) == ["opened", "promise “call back” added", "tag “import” added"]


def test_what_another_program_says_does_not_stop_the_reading(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    issue = an_issue(anna)
    with open_dsn(company.admin_dsn) as admin:  # as a newer program pushes it
        admin.execute(
            "INSERT INTO sync.field VALUES ('issue', 'mood', false, false, false, NULL)",
        )
        admin.execute(
            "INSERT INTO sync.op (id, person_id, workstation_id, tbl, row_id, verb, fields, result) "
            "VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'issue', %s, 'update', "
            '\'{"mood": [1, 2], "state": ["new", "dreaming"]}\', \'{"status": "ok"}\')',
            (issue.id,),
        )
    anna.engine.fetch_history("issue", issue.id)
    assert told(history.changes(anna.desk, issue.id))[0] == ("somebody", "", "state: new → dreaming")


def test_a_row_that_two_brought_in_is_new_once(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    row = Customer(id=new_id(), name="Halden")
    issue = Issue(id=new_id(), title="Same", source="uci", source_key="1")
    for station in (anna, ben):
        with station.desk.edit() as edit:
            edit.insert(row)
            edit.insert(issue)
    anna.sync()
    ben.sync()
    ben.engine.fetch_history("issue", issue.id)
    assert told(history.changes(ben.desk, issue.id)) == [("Anna", "anna's desk", "opened")]


def test_only_the_latest_are_kept(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    first = new_id()
    for day in range(1, 30):
        for hour in range(12):
            at = datetime(2026, 1, day, hour, tzinfo=UTC)
            histories.keep(anna.cache, "issue", first if (day, hour) == (1, 0) else new_id(), "[]", at)
    assert histories.kept(anna.cache, "issue", first) is None
    assert anna.cache.read("SELECT count(*) FROM sync_meta WHERE name GLOB 'history:*'") == [(300,)]
