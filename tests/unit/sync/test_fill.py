"""Reading everything: in parts, stopped, cut off, gone on with, and always one snapshot in the end."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.company import link as company_link
from app.company import reading
from app.company.connection import open_company, open_dsn
from app.domain.customer import Customer
from app.domain.entities import TABLES
from app.domain.entity import Entity, fields_of, from_wire, new_id
from app.domain.errors import CompanyUnreachable
from app.domain.issue import Issue, IssueState, Note
from app.domain.person import Role
from app.domain.ports import Touched
from app.services import search
from app.store import bulk, held
from app.store.cache import Cache
from app.store.edits import pending
from app.store.rows import SEARCHED
from app.sync import engine as sync_engine
from app.sync import fill
from app.sync.messages import FillProgress
from tests.halden import NOW
from tests.stations import Station, TestCompany


def make_issues(company: TestCompany, count: int, state: str = "open") -> None:
    """Put issues with a note each into the company, past push."""
    with open_dsn(company.admin_dsn) as connection:
        connection.execute(
            "INSERT INTO baton.issue (id, title, kind, state, waiting_on, impact, urgency, topic, opened_at, "
            "closed_at, agreed_line, workaround, source, source_key, facts) "
            "SELECT gen_random_uuid(), 'Issue ' || n, 'incident', "
            "%s, '', 2, 2, 'import', now() - n * interval '1 hour', now() - interval '3 years', '', repeat('x', 200), "
            "'', '', jsonb_build_object('n', n::text) FROM generate_series(1, %s) n",
            (state, count),
        )
        connection.execute(
            "INSERT INTO baton.note (id, issue_id, kind, at, person_id, body, command) "
            "SELECT gen_random_uuid(), i.id, 'text', now(), (SELECT id FROM baton.person LIMIT 1), 'note', '' "
            "FROM baton.issue i WHERE i.title LIKE 'Issue %'"
        )


def as_selected(company: TestCompany, login: str, record: type[Entity], table: str) -> dict[str, Entity]:
    """Give what SELECT gives this person."""
    with open_company(company.address(login), None) as connection:
        rows = connection.execute(f"SELECT to_jsonb(r) FROM baton.{table} r".encode()).fetchall()
    fields = fields_of(record)
    return {row["id"]: record(**{f.name: from_wire(f, row[f.name]) for f in fields}) for (row,) in rows}


def pending_fill(station: Station) -> bool:
    """Say whether not everything has been read."""
    return not station.engine.is_whole


def is_equal(company: TestCompany, station: Station, login: str) -> None:
    """Assert that a cache holds what its person sees."""
    for table in TABLES:
        here = {r.id: r for r in station.cache.records(table.record)}
        there = {i: r for i, r in as_selected(company, login, table.record, table.name).items() if not r.deleted}
        assert here == there, table.name
    is_in_order(station)


def is_in_order(station: Station) -> None:
    """Assert that the cache has its indexes, and that what search knows is what the rows say."""
    fresh = Cache(station.job.cache_path.with_name(f"{new_id()}.sqlite3"))
    names = "SELECT name FROM sqlite_master WHERE type IN ('index', 'trigger') ORDER BY name"
    assert station.cache.read(names) == fresh.read(names)
    fresh.close()
    for table in SEARCHED:
        with station.cache.transaction():
            station.cache.write(f"INSERT INTO {table}_search({table}_search, rank) VALUES ('integrity-check', 1)")


@pytest.fixture
def busy(company: TestCompany, monkeypatch: pytest.MonkeyPatch) -> TestCompany:
    """A company with 300 issues, which are read in many small parts."""
    monkeypatch.setattr(reading, "_PAGES", 2)
    monkeypatch.setattr(reading, "_FIRST_ISSUES", 20)
    monkeypatch.setattr(fill, "_WORTH_BULK", 50)
    monkeypatch.setattr(bulk, "_ROWS_AT_ONCE", 70)
    company.add("anna", Role.MANAGER)
    company.add("ben")
    make_issues(company, 300)
    return company


def test_everything_is_here_and_as_it_is_there(busy: TestCompany) -> None:
    ben = busy.station("ben")
    assert len(ben.cache.records(Issue)) == 300
    is_equal(busy, ben, "ben")
    assert search.search(ben.desk, "Issue 299")
    last = ben.filled[-1]
    assert last.rows == last.expected >= 600
    assert last.left_s in {None, 0}


def test_the_newest_issues_come_first_with_what_hangs_on_them(busy: TestCompany) -> None:
    with open_dsn(busy.admin_dsn) as connection:
        connection.execute("UPDATE baton.issue SET changed_at = now() - interval '1 day' * substr(title, 7)::int")
    ben = Station(busy.folder, busy.address("ben"), lambda: NOW)
    seen: list[tuple[int, int]] = []
    on_fill: Callable[..., bool] = ben.engine._on_fill

    def look(*told: Any) -> bool:
        titles = {i.title for i in ben.cache.records(Issue)}
        if titles and not seen:
            assert titles == {f"Issue {n}" for n in range(1, 21)}
            assert search.search(ben.desk, "Issue 17"), "found while the rest arrives"
        seen.append((len(titles), len(ben.cache.records(Note))))
        return on_fill(*told)

    ben.engine._on_fill = look
    ben.sync()
    assert (20, 20) in seen, "the newest, with their notes, before the rest"
    assert [h.title for h in search.search(ben.desk, "Issue")][:1] != ["Issue 300"], "the newest are found first"
    is_in_order(ben)
    ben.close()


def test_a_fill_that_was_stopped_goes_on_and_edits_go_out_meanwhile(busy: TestCompany) -> None:
    ben = Station(busy.folder, busy.address("ben"), lambda: datetime.now(UTC))
    ben.goes_on = False
    ben.sync()
    assert pending_fill(ben)
    assert ben.engine.pull() == [], "a pull would move past what was not read"
    steps = 1
    ben.goes_on = True
    original: Callable[..., bool] = ben.engine._on_fill

    def stop_after_five(*told: Any) -> bool:
        nonlocal steps
        steps += 1
        original(*told)
        return steps % 5 != 0

    ben.engine._on_fill = stop_after_five
    rounds = 0
    while pending_fill(ben):
        rounds += 1
        ben.engine.fill()
        with ben.desk.edit() as edit:
            edit.insert(Issue(id=new_id(), title=f"typed in round {rounds}"))
        ben.engine.push()
        with open_dsn(busy.admin_dsn) as connection:
            connection.execute(
                "UPDATE baton.issue SET topic = %s, rev = rev + 1 WHERE title = 'Issue 7'", (str(rounds),)
            )
    ben.engine.pull()
    assert rounds > 3
    assert ben.unsent() == 0
    is_equal(busy, ben, "ben")
    ben.close()


def test_a_fill_that_the_network_cut_off_goes_on_with_the_next_connection(busy: TestCompany) -> None:
    ben = Station(busy.folder, busy.address("ben"), lambda: datetime.now(UTC))
    original: Callable[..., bool] = ben.engine._on_fill
    parts = 0

    def cut(*told: Any) -> bool:
        nonlocal parts
        parts += 1
        if parts in {4, 9, 15}:
            ben.engine.abort()
        return original(*told)

    ben.engine._on_fill = cut
    cuts = 0
    while not ben.person_id or not ben.engine.is_whole:
        try:
            ben.person_id = ""
            ben.sync()
        except CompanyUnreachable:
            cuts += 1
            ben.engine.disconnect()
            is_in_order(ben)
    assert cuts == 3
    assert parts == len(ben.filled)
    plan_parts = len({(p.rows) for p in ben.filled})
    assert plan_parts > 5
    is_equal(busy, ben, "ben")
    ben.close()


def test_a_crash_while_the_indexes_are_made_leaves_search_as_it_should_be(busy: TestCompany) -> None:
    ben = busy.station("ben")
    bulk.enter(ben.cache)
    with ben.desk.edit() as edit:
        edit.insert(Customer(id=new_id(), name="Typed meanwhile"))
    words = "SELECT count(*) FROM sync_meta WHERE name GLOB 'searchable:*'"
    before = ben.cache.read(words)

    def crash_after_the_first_table() -> None:
        if ben.cache.read(words) != before:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bulk.leave(ben.cache, crash_after_the_first_table)
    bulk.leave(ben.cache)
    is_in_order(ben)
    assert len(search.search(ben.desk, "Typed meanwhile")) == 1


def test_stopping_what_is_whole_stops_no_later_fill(busy: TestCompany) -> None:
    ben = busy.station("ben")
    ben.engine.pause(is_paused=True)
    assert not ben.engine.is_paused


def test_rows_that_moved_to_other_pages_are_read_from_the_start(busy: TestCompany) -> None:
    ben = Station(busy.folder, busy.address("ben"), lambda: datetime.now(UTC))
    ben.goes_on = False
    for _ in range(25):
        ben.sync() if not ben.person_id else ben.engine.fill()
    with open_dsn(busy.admin_dsn) as connection:
        connection.execute("UPDATE baton.issue SET rev = rev + 1 WHERE title < 'Issue 2'")
        connection.execute("VACUUM FULL baton.issue")
    ben.goes_on = True
    ben.engine.fill()
    is_equal(busy, ben, "ben")
    ben.close()


def test_a_long_way_to_catch_up_is_read_in_bulk(busy: TestCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = busy.station("ben")
    for module in (company_link, sync_engine):
        monkeypatch.setattr(module, "MOST_PULLED", 50)
    monkeypatch.setattr(ben.engine, "_pull_rows", 10)
    kept = Issue(id=new_id(), title="typed here")
    with ben.desk.edit() as edit:
        edit.insert(kept)
        edit.update(next(i for i in ben.cache.records(Issue) if i.title == "Issue 3"), title="Mine")
    with open_dsn(busy.admin_dsn) as connection:
        connection.execute("UPDATE baton.issue SET topic = 'moved', rev = rev + 1 WHERE title < 'Issue 2'")
    before = len(ben.filled)
    ben.engine.pull()
    assert len(ben.filled) > before
    assert {i.title for i in ben.cache.records(Issue)} >= {"typed here", "Mine"}
    ben.sync()
    is_equal(busy, ben, "ben")
    with open_dsn(busy.admin_dsn) as connection:
        connection.execute(
            "UPDATE baton.issue SET topic = 'again', rev = rev + 1 WHERE title IN (SELECT 'Issue ' || n FROM "
            "generate_series(1, 40) n)"
        )
    before = len(ben.filled)
    ben.engine.pull()
    assert len(ben.filled) == before, "some batches, and still one snapshot"
    is_equal(busy, ben, "ben")


def test_a_cursor_that_was_purged_reads_everything_again(busy: TestCompany) -> None:
    ben = busy.station("ben")
    with open_dsn(busy.admin_dsn) as connection:
        connection.execute("UPDATE baton.issue SET topic = 'while away', rev = rev + 1 WHERE title = 'Issue 5'")
        connection.execute("UPDATE sync.workstation SET seen_at = now() - interval '1 year'")
        connection.execute("UPDATE sync.feed SET at = now() - interval '1 year'")
        connection.execute("SELECT sync.maintain('1 day', '1 year', '30 days')")
        assert connection.execute("SELECT count(*) FROM sync.feed").fetchone() == (0,)
        connection.execute("UPDATE baton.issue SET topic = 'later', rev = rev + 1 WHERE title = 'Issue 6'")
    with ben.desk.edit() as edit:
        edit.insert(Issue(id=new_id(), title="typed while away"))
    ben.sync()
    is_equal(busy, ben, "ben")
    assert pending(ben.cache) == []


def test_rows_that_move_while_they_are_read_are_read_from_the_start(busy: TestCompany) -> None:
    with open_dsn(busy.admin_dsn) as connection:
        connection.execute("UPDATE baton.note SET body = body || 'y'")  # each now stands behind its dead one
    ben = Station(busy.folder, busy.address("ben"), lambda: datetime.now(UTC))
    seen = 0

    def vacuum(_progress: FillProgress, changes: list[Touched]) -> bool:
        nonlocal seen
        seen += any(change.table == "note" for change in changes)
        if seen == 3:
            seen += 1
            with open_dsn(busy.admin_dsn) as connection:
                connection.execute("VACUUM FULL baton.note")
        return True

    ben.engine._on_fill = vacuum
    ben.sync()
    assert seen > 4
    is_equal(busy, ben, "ben")
    ben.close()


def restrict(company: TestCompany, *, is_restricted: bool) -> None:
    with open_dsn(company.admin_dsn) as connection:
        connection.execute("UPDATE baton.customer SET is_restricted = %s, rev = rev + 1", (is_restricted,))


def with_customer(company: TestCompany) -> Station:
    """Give the workstation, not connected yet, of somebody who sees a customer with an issue."""
    boss = company.station("boss", Role.MANAGER)
    with boss.desk.edit() as edit:
        acme = edit.insert(Customer(id=new_id(), name="Acme"))
        edit.insert(Issue(id=new_id(), title="secret", customer_id=acme.id))
    boss.sync()
    company.add("sue")
    return Station(company.folder, company.address("sue"), lambda: datetime.now(UTC))


def test_what_is_hidden_while_a_fill_is_stopped_goes_and_comes_back_with_the_rest(company: TestCompany) -> None:
    sue = with_customer(company)
    sue.engine._on_fill = lambda *_told: not sue.cache.records(Issue)
    sue.sync()
    assert pending_fill(sue)
    assert [i.title for i in sue.cache.records(Issue)] == ["secret"]
    restrict(company, is_restricted=True)
    changes = sue.engine.heartbeat()
    assert sue.cache.records(Issue) == []
    assert sue.cache.records(Customer) == []
    assert {change.table for change in changes} >= {"customer", "issue"}
    restrict(company, is_restricted=False)
    sue.engine._on_fill = lambda *_told: True
    sue.engine.fill()
    is_equal(company, sue, "sue")
    assert sue.cache.records(Issue)
    sue.close()


@pytest.mark.parametrize("is_hidden_in_the_end", [False, True])
def test_what_is_hidden_and_shown_again_during_a_fill_is_here_or_not(
    company: TestCompany, *, is_hidden_in_the_end: bool
) -> None:
    sue = with_customer(company)
    seen: list[str] = []

    def hide(_progress: FillProgress, changes: list[Touched]) -> bool:
        tables = [change.table for change in changes]
        seen.extend(tables)
        if tables == ["device"]:
            restrict(company, is_restricted=True)
        if seen.count("issue") == 1 and tables != ["issue"] and "shown" not in seen:
            seen.append("shown")
            restrict(company, is_restricted=False)
        if seen.count("promise") == 2 and is_hidden_in_the_end:
            restrict(company, is_restricted=True)
        return True

    sue.engine._on_fill = hide
    sue.sync()
    assert "shown" in seen
    is_equal(company, sue, "sue")
    assert len(sue.cache.records(Issue)) == (0 if is_hidden_in_the_end else 1)
    sue.close()


def test_a_fill_that_a_person_stopped_goes_on_only_when_told_to(busy: TestCompany) -> None:
    ben = Station(busy.folder, busy.address("ben"), lambda: datetime.now(UTC))
    ben.goes_on = False
    ben.sync()
    ben.engine.pause(is_paused=True)
    ben.goes_on = True
    ben.engine.connect(None)
    assert ben.engine.is_paused
    assert pending_fill(ben)
    assert ben.cache.records(Issue) == []
    ben.engine.pause(is_paused=False)
    ben.engine.connect(None)
    assert not pending_fill(ben)
    is_equal(busy, ben, "ben")
    ben.close()


# The archive


def old_and_young(company: TestCompany) -> Station:
    company.add("ben")
    make_issues(company, 30, "closed")
    with open_dsn(company.admin_dsn) as connection:
        connection.execute("UPDATE baton.issue SET closed_at = now() - interval '1 month' WHERE title > 'Issue 2'")
    return company.station("ben")


def old_titles() -> set[str]:
    return {f"Issue {n}" for n in range(1, 31) if f"Issue {n}" <= "Issue 2"}


def test_what_was_closed_long_ago_is_not_kept_here_but_found_and_fetched(company: TestCompany) -> None:
    ben = old_and_young(company)
    here = {i.title for i in ben.cache.records(Issue)}
    assert here == {f"Issue {n}" for n in range(1, 31)} - old_titles()
    assert len(ben.cache.records(Note)) == len(here)
    found = ben.engine.look_in_archive("issue 17")
    assert [f.title for f in found] == ["Issue 17"]
    assert found[0].closed_at is not None
    assert ben.engine.look_in_archive("issue 25") == (), "what is here is not in the archive"
    assert ben.engine.look_in_archive("'; DROP TABLE x; -- & | ! ( \\") == ()
    ben.engine.fetch_issue(found[0].issue_id)
    fetched = ben.cache.record(Issue, found[0].issue_id)
    assert fetched is not None
    assert len(ben.cache.records(Note, "issue_id = ?", (fetched.id,))) == 1
    with open_dsn(company.admin_dsn) as connection:
        connection.execute("UPDATE baton.issue SET topic = 'read again', rev = rev + 1 WHERE title < 'Issue 2'")
    ben.sync()
    assert {i.title for i in ben.cache.records(Issue)} == {*here, "Issue 17"}
    assert ben.desk.need(Issue, fetched.id).topic == "read again", "what is here is kept up"
    ben.engine.refill()
    assert {i.title for i in ben.cache.records(Issue)} == {*here, "Issue 17"}


def test_what_comes_back_from_the_archive_comes_whole(company: TestCompany) -> None:
    ben = old_and_young(company)
    with open_dsn(company.admin_dsn) as connection:
        connection.execute(
            "UPDATE baton.issue SET state = 'open', closed_at = NULL, opened_at = now() - interval '4 years', "
            "rev = rev + 1 WHERE title = 'Issue 11'"
        )
    ben.sync()
    (again,) = (i for i in ben.cache.records(Issue) if i.title == "Issue 11")
    assert len(ben.cache.records(Note, "issue_id = ?", (again.id,))) == 1


def test_what_becomes_old_leaves_once_a_day_unless_something_is_unsent_or_held(company: TestCompany) -> None:
    ben = old_and_young(company)
    young = {i.title: i for i in ben.cache.records(Issue)}
    with ben.desk.edit() as edit:
        edit.update(young["Issue 25"], topic="unsent")
    with ben.cache.transaction():
        held.hold(ben.cache, [young["Issue 26"].id], NOW)
    ben.engine._job = replace(ben.job, keep_closed_days=7)
    ben.engine.heartbeat()
    assert {i.title for i in ben.cache.records(Issue)} == {"Issue 25", "Issue 26"}
    assert len(ben.cache.records(Note)) == 2
    assert all(i.state is IssueState.CLOSED for i in ben.cache.records(Issue))


def test_a_workstation_may_keep_everything(company: TestCompany) -> None:
    company.add("ben")
    make_issues(company, 10, "closed")
    ben = Station(company.folder, company.address("ben"), lambda: datetime.now(UTC))
    ben.engine._job = replace(ben.job, keep_closed_days=0)
    ben.sync()
    assert len(ben.cache.records(Issue)) == 10
    ben.close()


def test_the_plan_of_a_fill_holds_nothing_that_is_secret(busy: TestCompany) -> None:
    ben = Station(busy.folder, busy.address("ben"), lambda: datetime.now(UTC))
    ben.goes_on = False
    ben.sync()
    plan = json.loads(ben.cache.read("SELECT value FROM sync_meta WHERE name = 'fill'")[0][0])
    assert set(plan) == {
        "cursor", "rights", "identity", "hidden", "is_again", "expected", "left", "whole", "since", "rows", "swept",
        "is_mixed", "kept_since", "back",
    }  # fmt: skip
    ben.close()
