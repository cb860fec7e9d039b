"""What `company maintain` lets go of, and what it never may."""

from datetime import UTC, datetime
from itertools import count

import pytest

from app.company import maintenance
from app.company.connection import Connection, open_dsn
from app.domain.entity import new_id
from app.domain.errors import BadInput, EnvironmentFault
from app.domain.issue import Issue
from app.domain.person import Role
from tests.stations import Station, TestCompany

_TITLES = count()


def an_issue(station: Station, title: str = "") -> Issue:
    with station.desk.edit() as edit:
        return edit.insert(Issue(id=new_id(), title=title or f"Issue {next(_TITLES)}", opened_at=datetime.now(UTC)))


def age(connection: Connection, days: int) -> None:
    """Let everything that stands in the feed be so old."""
    connection.execute("UPDATE sync.feed SET at = at - make_interval(days => %s)", (days,))


def unseen(connection: Connection, station: Station, days: int) -> None:
    connection.execute(
        "UPDATE sync.workstation SET seen_at = now() - make_interval(days => %s) WHERE id = %s",
        (days, station.job.workstation_id),
    )


def lines(connection: Connection) -> int:
    row = connection.execute("SELECT count(*) FROM sync.feed").fetchone()
    assert row is not None
    return int(row[0])


def back(station: Station) -> None:
    """Come back as after a long sleep: another connection, a push and a pull."""
    station.engine.disconnect()
    station.person_id = ""
    station.sync()


def same(one: Station, other: Station) -> bool:
    return one.cache.records(Issue, "1 ORDER BY id") == other.cache.records(Issue, "1 ORDER BY id")


def test_what_is_young_stays_and_what_is_old_goes_with_the_second_time_doing_nothing(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    with open_dsn(company.admin_dsn) as admin:
        for _ in range(3):
            an_issue(anna)
        anna.sync()
        young = maintenance.maintain(admin)
        assert (young.feed_lines, young.edits, young.held_by) == (0, 0, None)
        before = lines(admin)
        assert before >= 3
        age(admin, 15)
        anna.engine.heartbeat()
        old = maintenance.maintain(admin)
        assert (old.feed_lines, old.edits, old.held_by) == (before, 0, None)
        again = maintenance.maintain(admin)
        assert (again.feed_lines, again.edits, again.held_by) == (0, 0, None)
        assert int(again.floor) >= int(old.floor)
    an_issue(anna)
    anna.sync()
    ben = company.station("ben")
    assert same(anna, ben)


def test_a_live_workstation_that_slept_keeps_its_lines_and_is_named(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    ben.engine.heartbeat()
    ben.engine.disconnect()
    titles = [an_issue(anna).title for _ in range(3)]
    anna.sync()
    anna.engine.heartbeat()
    with open_dsn(company.admin_dsn) as admin:
        age(admin, 20)
        unseen(admin, ben, 29)
        done = maintenance.maintain(admin)
        assert done.held_by is not None
        assert (done.held_by.is_workstation, done.held_by.name, done.held_by.person) == (True, "ben's desk", "Ben")
        assert done.held_by.lines == lines(admin) >= 3
        assert done.held_by.seen_at is not None
        assert (datetime.now(UTC) - done.held_by.seen_at).days == 29
        floor = int(done.floor)
        assert ben.engine._cursor is not None
        assert floor <= int(ben.engine._cursor.rpartition("/")[2].split(":")[0])
    ben.filled.clear()
    back(ben)
    assert not ben.filled, "what it missed was still in the feed: nothing was read anew"
    assert {i.title for i in ben.cache.records(Issue)} == set(titles)
    ben.engine.heartbeat()
    with open_dsn(company.admin_dsn) as admin:
        assert maintenance.maintain(admin).held_by is None
        assert lines(admin) == 0


def test_one_that_was_not_seen_for_long_holds_nothing_and_reads_everything_into_place(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    issue = an_issue(anna, "Import fails")
    anna.sync()
    ben.sync()
    with anna.desk.edit() as edit:
        edit.update(issue, title="Anna's")
    anna.sync()
    with ben.desk.edit() as edit:
        edit.update(issue, title="Ben's")
    ben.sync()
    (clash,) = ben.conflicts()
    ben.engine.heartbeat()
    ben.engine.disconnect()
    kept = an_issue(ben, "Typed in the tunnel")
    with ben.desk.edit() as edit:
        edit.update(issue, topic="import")
    while_away = an_issue(anna, "While Ben was away")
    anna.sync()
    anna.engine.heartbeat()
    with open_dsn(company.admin_dsn) as admin:
        age(admin, 40)
        unseen(admin, ben, 31)
        done = maintenance.maintain(admin)
        assert (done.feed_lines > 0, done.held_by, lines(admin)) == (True, None, 0)
        assert ben.engine._cursor is not None
        with open_dsn(company.admin_dsn) as other:
            other.execute("SET SESSION AUTHORIZATION ben")
            head = other.execute("SELECT data FROM sync.pull(%s, 500)", (ben.engine._cursor,)).fetchall()
        assert [row["is_known"] for (row,) in head] == [False], "it is told, not shown half of it"
    ben.filled.clear()
    back(ben)
    assert ben.filled, "everything was read anew"
    assert ben.unsent() == 0
    assert [c.id for c in ben.conflicts()] == [clash.id]
    anna.sync()
    assert {i.id for i in ben.cache.records(Issue)} == {issue.id, kept.id, while_away.id}
    assert same(anna, ben)


def test_nobody_is_told_not_known_while_their_lines_are_there(company: TestCompany) -> None:
    """A workstation that was away too long, but before anybody purged, simply catches up."""
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    ben.engine.heartbeat()
    ben.engine.disconnect()
    an_issue(anna)
    anna.sync()
    with open_dsn(company.admin_dsn) as admin:
        age(admin, 40)
        unseen(admin, ben, 40)
    ben.filled.clear()
    back(ben)
    assert not ben.filled
    assert same(anna, ben)


def test_a_long_transaction_keeps_its_lines_and_is_named(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    with open_dsn(company.admin_dsn) as admin, open_dsn(company.admin_dsn) as other:
        with other.transaction():
            late = new_id()
            other.execute(
                "INSERT INTO baton.customer (id, name, plan, is_vip, is_restricted, time_zone, support_hours, "
                "contract) VALUES (%s, 'Late', '', false, false, 'UTC', '', '')",
                (late,),
            )
            an_issue(anna)
            anna.sync()
            anna.engine.heartbeat()
            age(admin, 20)
            done = maintenance.maintain(admin)
            assert done.held_by is not None
            assert (done.held_by.is_workstation, done.held_by.name) == (False, "baton-company")
            assert done.held_by.person == "postgres"
            assert lines(admin) == done.held_by.lines >= 1
            floor = int(done.floor)
        anna.sync()
        assert anna.cache.read("SELECT name FROM customer WHERE id = ?", (late,)) == [("Late",)]
        anna.engine.heartbeat()
        age(admin, 20)
        after = maintenance.maintain(admin)
        assert after.held_by is None
        assert int(after.floor) > floor


def test_edits_go_by_age_and_one_that_is_kept_is_still_known(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    for _ in range(4):
        an_issue(anna)
    anna.sync()
    with open_dsn(company.admin_dsn) as admin:
        ids = [str(i) for (i,) in admin.execute("SELECT id FROM sync.op ORDER BY id").fetchall()]
        assert len(ids) == 4
        admin.execute("UPDATE sync.op SET at = now() - interval '731 days' WHERE id = ANY (%s)", (ids[:3],))
        admin.execute("UPDATE sync.op SET at = now() - interval '729 days' WHERE id = %s", (ids[3],))
        assert maintenance.maintain(admin).edits == 3
        assert maintenance.maintain(admin).edits == 0
    assert anna.engine.link.unknown_ops(ids) == set(ids[:3])


def test_a_workstation_that_never_pulled_holds_nothing(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    an_issue(anna)
    anna.sync()
    with open_dsn(company.admin_dsn) as admin:
        age(admin, 20)
        admin.execute("UPDATE sync.workstation SET cursor = NULL")
        done = maintenance.maintain(admin)
        assert done.held_by is None
        assert lines(admin) == 0


@pytest.mark.parametrize(("feed", "ops", "live"), [(0, 730, 30), (14, 730, 0), (14, 29, 30), (14, 59, 60), (-1, 1, 1)])
def test_days_that_would_lose_something_are_refused(company: TestCompany, feed: int, ops: int, live: int) -> None:
    with open_dsn(company.admin_dsn) as admin, pytest.raises(BadInput) as caught:
        maintenance.maintain(admin, feed, ops, live)
    assert "at least" in caught.value.todo


def test_people_cannot_maintain(company: TestCompany) -> None:
    company.add("anna", Role.MANAGER)
    with (
        open_dsn(company.server.dsn("anna", company.database)) as theirs,
        pytest.raises(EnvironmentFault, match="permission"),
    ):
        maintenance.maintain(theirs)
