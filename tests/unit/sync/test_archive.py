"""What was closed long ago: it comes back whole by every way, and goes by the company's clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.company import link as company_link
from app.company.connection import open_dsn
from app.company.link import Link
from app.domain.customer import Customer
from app.domain.entity import new_id
from app.domain.errors import CompanyUnreachable
from app.domain.issue import Issue, IssueState, Note
from app.domain.person import Role
from app.sync import engine as sync_engine
from tests.stations import Station, TestCompany

OLD = datetime.now(UTC) - timedelta(days=900)


def closed(title: str, closed_at: datetime = OLD) -> Issue:
    return Issue(id=new_id(), title=title, state=IssueState.CLOSED, closed_at=closed_at)


def note_on(issue: Issue, by: Station, body: str = "old note") -> Note:
    return Note(id=new_id(), issue_id=issue.id, at=OLD, person_id=by.person_id, body=body)


def archived(company: TestCompany) -> tuple[Station, Station, Issue]:
    """Give who made an old issue with a note, who never kept it, and the issue."""
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    issue = closed("old one")
    with anna.desk.edit() as edit:
        edit.insert(issue)
        edit.insert(note_on(issue, anna))
    anna.sync()
    ben.sync()
    assert titles(ben) == set()
    return anna, ben, issue


def titles(station: Station) -> set[str]:
    return {i.title for i in station.cache.records(Issue)}


def bodies(station: Station) -> set[str]:
    return {n.body for n in station.cache.records(Note)}


def reopen(station: Station, issue: Issue) -> None:
    with station.desk.edit() as edit:
        edit.update(station.desk.need(Issue, issue.id), state=IssueState.OPEN, closed_at=None)
    station.sync()


def test_opened_and_closed_again_between_two_pulls_it_comes_whole(company: TestCompany) -> None:
    anna, ben, issue = archived(company)
    reopen(anna, issue)
    with anna.desk.edit() as edit:
        edit.update(anna.desk.need(Issue, issue.id), state=IssueState.CLOSED, closed_at=datetime.now(UTC))
    anna.sync()
    ben.sync()
    assert (titles(ben), bodies(ben)) == ({"old one"}, {"old note"})


def test_cut_off_on_its_way_it_comes_whole_with_the_next_pull(
    company: TestCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ben, issue = archived(company)
    reopen(anna, issue)
    original = Link.fetch_issues

    def cut(link: Link, *what: Any) -> Any:
        link.abort()
        return original(link, *what)

    with monkeypatch.context() as once:
        once.setattr(Link, "fetch_issues", cut)
        with pytest.raises(CompanyUnreachable):
            ben.engine.pull()
    ben.engine.connect(None)
    assert (titles(ben), bodies(ben)) == ({"old one"}, {"old note"})


def test_together_with_other_rights_it_comes_whole(company: TestCompany) -> None:
    anna, ben, issue = archived(company)
    with anna.desk.edit() as edit:
        edit.insert(Customer(id=new_id(), name="Acme", is_restricted=True))
    reopen(anna, issue)
    ben.sync()
    assert (titles(ben), bodies(ben)) == ({"old one"}, {"old note"})


def test_a_long_way_to_catch_up_brings_it_whole_and_nothing_else_of_the_archive(
    company: TestCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ben, issue = archived(company)
    other = closed("other old one")
    with anna.desk.edit() as edit:
        edit.insert(other)
        edit.insert(note_on(other, anna, "on what is archived"))
    reopen(anna, issue)
    for module in (company_link, sync_engine):
        monkeypatch.setattr(module, "MOST_PULLED", 2)
    monkeypatch.setattr(sync_engine, "PULLED_AT_ONCE", 1)
    before = len(ben.filled)
    ben.sync()
    assert len(ben.filled) > before
    assert (titles(ben), bodies(ben)) == ({"old one"}, {"old note"})


def test_what_is_held_is_as_the_restored_company_has_it(company: TestCompany) -> None:
    anna, ben, issue = archived(company)
    lost = closed("made after the backup")
    with anna.desk.edit() as edit:
        edit.insert(lost)
        edit.insert(note_on(lost, anna, "on what is lost"))
    anna.sync()
    with open_dsn(company.admin_dsn) as connection:
        connection.execute("UPDATE baton.issue SET title = 'after it', rev = rev + 5 WHERE id = %s", (issue.id,))
        for row in (issue, lost):
            ben.engine.fetch_issue(row.id)
        assert titles(ben) == {"after it", "made after the backup"}
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE baton.issue SET title = 'old one', rev = 1 WHERE id = %s", (issue.id,))
        connection.execute("DELETE FROM baton.note WHERE issue_id = %s", (lost.id,))
        connection.execute("DELETE FROM baton.issue WHERE id = %s", (lost.id,))
    ben.engine.refill()
    assert (titles(ben), bodies(ben)) == ({"old one"}, {"old note"})


def test_a_wrong_clock_of_a_workstation_lets_nothing_go(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    with anna.desk.edit() as edit:
        edit.insert(closed("of yesterday", datetime.now(UTC) - timedelta(days=1)))
    anna.sync()
    taken = anna.cache.read("SELECT count(*) FROM sent")
    anna.engine._clock = lambda: datetime.now(UTC) + timedelta(days=4000)
    anna.engine.heartbeat()
    assert titles(anna) == {"of yesterday"}
    assert anna.cache.read("SELECT count(*) FROM sent") == taken != [(0,)]


@pytest.mark.parametrize("days", [0, 1000])
def test_who_keeps_longer_than_before_gets_what_was_left_out(company: TestCompany, days: int) -> None:
    _anna, ben, _issue = archived(company)
    ben.engine._job = replace(ben.job, keep_closed_days=days)
    ben.engine.connect(None)
    assert (titles(ben), bodies(ben)) == ({"old one"}, {"old note"})
    before = len(ben.filled)
    ben.engine.connect(None)
    ben.engine.heartbeat()
    assert len(ben.filled) == before, "read again once"


def test_what_went_in_the_meantime_comes_back_when_the_companys_clock_is_set_right(
    company: TestCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = company.station("anna", Role.MANAGER)
    with anna.desk.edit() as edit:
        edit.insert(closed("of yesterday", datetime.now(UTC) - timedelta(days=1)))
    anna.sync()
    original = Link.pull
    with monkeypatch.context() as ahead:
        ahead.setattr(Link, "pull", lambda *told: replace(original(*told), at=datetime.now(UTC) + timedelta(days=4000)))
        anna.engine.heartbeat()
    assert titles(anna) == set()
    anna.engine.pull()
    assert titles(anna) == {"of yesterday"}


def test_an_issue_stays_while_something_unsent_hangs_on_it(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    issue = closed("soon old", datetime.now(UTC) - timedelta(days=30))
    with anna.desk.edit() as edit:
        edit.insert(issue)
    anna.sync()
    with anna.desk.edit() as edit:
        edit.insert(note_on(issue, anna, "unsent"))
    anna.engine._job = replace(anna.job, keep_closed_days=7)
    anna.engine.heartbeat()
    assert (titles(anna), bodies(anna)) == ({"soon old"}, {"unsent"})
    anna.sync()
    with anna.cache.transaction():
        anna.cache.write("DELETE FROM sync_meta WHERE name = 'let_go'")  # the next day
    anna.engine.heartbeat()
    assert (titles(anna), bodies(anna)) == (set(), set())
