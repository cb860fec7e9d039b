"""Programs and companies of different versions, and companies that have gone back in their history."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from app.company import people, schema_steps
from app.company.connection import open_dsn
from app.company.schema_steps import SchemaStep, known_steps
from app.domain.customer import Customer
from app.domain.entity import new_id
from app.domain.errors import SchemaMismatch
from app.domain.issue import Issue
from app.domain.person import Role
from app.domain.tag import Tag
from app.store import arrivals
from app.store.edits import pending
from app.sync import engine as sync_engine
from tests.stations import Station, TestCompany

OURS = known_steps()[-1].number
SEEN = "(SELECT baton.my_id()) IS NOT NULL"
NEXT_STEP = f"""
SET LOCAL ROLE baton_owner;
ALTER TABLE baton.issue ADD COLUMN mood text NOT NULL DEFAULT 'calm';
CREATE TABLE baton.gadget (id uuid PRIMARY KEY, rev bigint NOT NULL DEFAULT 1, deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(), changed_by uuid, name text NOT NULL);
ALTER TABLE baton.gadget ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON baton.gadget FOR SELECT TO baton_person USING ({SEEN});
CREATE POLICY pushes ON baton.gadget FOR ALL TO baton_sync USING ({SEEN}) WITH CHECK ({SEEN});
GRANT SELECT ON baton.gadget TO baton_person, baton_sync;
INSERT INTO sync.field
    VALUES ('gadget', 'name', false, false, false, NULL), ('issue', 'mood', false, false, false, NULL);
CREATE TRIGGER feed_inserts AFTER INSERT ON baton.gadget REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION sync.feed_rows();
INSERT INTO baton.gadget (id, name) VALUES (gen_random_uuid(), 'a gadget');
UPDATE baton.issue SET mood = 'cross', rev = rev + 1;
"""


def an_issue(station: Station, title: str) -> Issue:
    with station.desk.edit() as edit:
        return edit.insert(Issue(id=new_id(), title=title))


def change(station: Station, issue: Issue, **fields: object) -> None:
    with station.desk.edit() as edit:
        edit.update(issue, **fields)


def seen(station: Station, issue: Issue) -> Issue:
    row = station.cache.record(Issue, issue.id)
    assert row is not None
    return row


def come_back(station: Station) -> None:
    """Connect anew, as after a night, and sync."""
    station.engine.disconnect()
    station.engine.connect(None)
    station.sync()


def word(station: Station, name: str) -> str:
    found = arrivals.remembered(station.cache, name)
    assert found is not None
    return found


def set_word(station: Station, **words: str) -> None:
    with station.cache.transaction():
        arrivals.remember(station.cache, **words)


def upgraded(company: TestCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    """Upgrade the company with a program that is one step ahead of the workstations'."""
    with monkeypatch.context() as patch, open_dsn(company.admin_dsn) as admin:
        patch.setattr(schema_steps, "known_steps", lambda: [*known_steps(), SchemaStep(OURS + 1, "next", NEXT_STEP)])
        assert schema_steps.upgrade(admin) == OURS + 1


def knows_steps(monkeypatch: pytest.MonkeyPatch, last: int) -> None:
    """Let the workstations' program know the steps up to this one."""
    steps = [SchemaStep(n, "step", "") for n in range(1, last + 1)]
    monkeypatch.setattr(sync_engine, "known_steps", lambda: steps)


# Other versions


def test_with_a_newer_company_pulls_go_on_for_what_is_known_and_pushes_wait(
    company: TestCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    issue = an_issue(anna, "Import fails")
    for _ in range(8):  # often enough for plans to be kept
        anna.sync()
        ben.sync()
    upgraded(company, monkeypatch)
    kept = an_issue(ben, "Typed before Ben's Baton knew")
    ben.engine.pull()
    assert seen(ben, issue).rev == 2, "the step has changed the row; the column that is new is left out"
    assert not ben.engine.may_push
    assert isinstance(ben.engine.why_not_push, SchemaMismatch)
    assert "Install the newer version" in ben.engine.why_not_push.todo
    ben.sync()
    assert [op.row_id for op in pending(ben.cache)] == [kept.id]
    with open_dsn(company.admin_dsn) as admin:
        admin.execute("UPDATE baton.issue SET title = 'By a newer Baton', rev = rev + 1")
        admin.execute("INSERT INTO baton.gadget (id, name) VALUES (gen_random_uuid(), 'another')")
    come_back(ben)
    assert seen(ben, issue).title == "By a newer Baton"
    assert ben.unsent() == 1
    cleo = company.station("cleo")
    assert seen(cleo, issue).title == "By a newer Baton", "also a first fill"
    assert not cleo.engine.may_push


def test_after_its_own_upgrade_a_workstation_reads_what_it_did_not_know_before(
    company: TestCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = company.station("anna", Role.MANAGER)
    with monkeypatch.context() as older:
        knows_steps(older, OURS - 1)
        ben = company.station("ben")
        issue = an_issue(anna, "Import fails")
        with anna.desk.edit() as edit:
            tag = edit.insert(Tag(id=new_id(), issue_id=issue.id, word="import"))
        anna.sync()
        kept = an_issue(ben, "Typed with the older Baton")
        ben.sync()
        assert ben.unsent() == 1
        with ben.cache.transaction():  # the older Baton knew no tags, and pulled past them
            ben.cache.write("DELETE FROM tag")
    ben.filled.clear()
    come_back(ben)
    assert ben.filled, "everything was read again"
    assert [t.id for t in ben.cache.records(Tag)] == [tag.id]
    assert (ben.unsent(), ben.engine.may_push) == (0, True)
    assert seen(ben, kept).number is not None
    ben.filled.clear()
    come_back(ben)
    assert not ben.filled, "once"


@pytest.mark.parametrize("is_connected", [True, False])
def test_with_an_older_company_reading_goes_on_with_blanks_and_pushes_wait_for_its_upgrade(
    company: TestCompany, monkeypatch: pytest.MonkeyPatch, *, is_connected: bool
) -> None:
    """The workstations know a step more than the company, which gives customers a column of support hours."""
    with open_dsn(company.admin_dsn) as admin:
        admin.execute("ALTER TABLE baton.customer DROP COLUMN support_hours")
        admin.execute("DELETE FROM sync.field WHERE tbl = 'customer' AND col = 'support_hours'")
        admin.execute(
            "INSERT INTO baton.customer (id, name, plan, is_vip, is_restricted, time_zone, contract) "
            "VALUES (gen_random_uuid(), 'Northgate', 'Gold', true, false, 'UTC', '')"
        )
        knows_steps(monkeypatch, OURS + 1)
        ben = company.station("ben")
        (customer,) = ben.cache.records(Customer)
        assert (customer.name, customer.support_hours) == ("Northgate", "")
        assert isinstance(ben.engine.why_not_push, SchemaMismatch)
        assert "company upgrade" in ben.engine.why_not_push.todo
        issue = an_issue(ben, "Waits for the upgrade")
        admin.execute("UPDATE baton.customer SET plan = 'Silver', rev = rev + 1")
        ben.sync()
        (customer,) = ben.cache.records(Customer)
        assert (customer.plan, customer.support_hours) == ("Silver", "")
        assert ben.unsent() == 1
        # The upgrade. A column that comes with a default is in no feed.
        admin.execute("ALTER TABLE baton.customer ADD COLUMN support_hours text NOT NULL DEFAULT '9-17'")
        admin.execute("INSERT INTO sync.field VALUES ('customer', 'support_hours', false, false, false, NULL)")
        admin.execute("INSERT INTO sync.schema_step (number, name) VALUES (%s, 'hours')", (OURS + 1,))
        if is_connected:
            ben.engine.pull()
        else:
            ben.engine.disconnect()
            ben.engine.connect(None)
        (customer,) = ben.cache.records(Customer)
        assert customer.support_hours == "9-17"
        ben.sync()
        assert (ben.engine.may_push, ben.unsent()) == (True, 0)
        assert seen(ben, issue).number is not None


def test_an_upgrade_in_the_middle_of_a_first_fill_is_noticed(
    company: TestCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = company.station("anna", Role.MANAGER)
    with anna.desk.edit() as edit:
        customer = edit.insert(Customer(id=new_id(), name="Northgate", support_hours="9-17"))
    anna.sync()
    knows_steps(monkeypatch, OURS + 1)
    company.add("ben")
    ben = company.station("ben")
    ben.goes_on = False
    ben.engine.refill()
    with ben.cache.transaction():  # what it has read so far was read without a column that comes with the upgrade
        ben.cache.write("UPDATE customer SET support_hours = ''")
    with open_dsn(company.admin_dsn) as admin:
        admin.execute("INSERT INTO sync.schema_step (number, name) VALUES (%s, 'hours')", (OURS + 1,))
    ben.goes_on = True
    come_back(ben)
    ben.engine.fill()
    row = ben.cache.record(Customer, customer.id)
    assert row is not None
    assert row.support_hours == "9-17"
    assert ben.engine.is_whole


def test_a_company_that_takes_no_edits_from_this_version_loses_none(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    with open_dsn(company.admin_dsn) as admin:
        kept = an_issue(ben, "Typed")
        admin.execute("UPDATE sync.meta SET oldest_program = %s", (OURS + 1,))
        with pytest.raises(SchemaMismatch, match="no longer takes edits"):  # before it has heard of it
            ben.engine.push()
        (op,) = pending(ben.cache)
        assert (op.row_id, op.tries) == (kept.id, 1)
        assert "newer version" in op.last_error
        other = an_issue(anna, "From nobody")
        ben.engine.pull()
        assert isinstance(ben.engine.why_not_push, SchemaMismatch)
        assert ben.engine.push() == []
        come_back(ben)
        assert ben.unsent() == 1
        assert anna.unsent() == 1
        assert ben.cache.record(Issue, other.id) is None
        admin.execute("UPDATE sync.meta SET oldest_program = 1")
    come_back(ben)
    come_back(anna)
    ben.sync()
    assert (ben.unsent(), anna.unsent()) == (0, 0)
    assert seen(ben, kept).number is not None
    assert seen(ben, other).number is not None


# A company that has gone back


@dataclass
class Past:
    """Ben with something in every place: an open conflict, an unsent edit, and edits that only he remembers."""

    company: TestCompany
    ben: Station
    issue: Issue
    lost: Issue
    unsent: Issue
    clash_id: str
    edit_ids: list[str]

    def is_whole(self, *, has_lost: bool = True) -> None:
        """Assert that nothing is gone and what the company had lost has arrived there once."""
        ben = self.ben
        assert [c.id for c in ben.conflicts()] == [self.clash_id]
        assert ben.unsent() == 0
        with open_dsn(ben_dsn(self)) as admin:
            there = admin.execute("SELECT title FROM baton.issue ORDER BY title").fetchall()
            times = admin.execute("SELECT count(*) FROM sync.op WHERE id = ANY (%s)", (self.edit_ids,)).fetchone()
            topic = admin.execute("SELECT topic FROM baton.issue WHERE id = %s", (self.issue.id,)).fetchone()
        titles = ["Anna's", "Not yet sent", *(["After the backup"] if has_lost else [])]
        assert [t for (t,) in there] == sorted(titles)
        assert times == (len(self.edit_ids),)
        assert topic == ("import",), "the field of a clashing edit that went through was lost too"
        assert sorted(i.title for i in ben.cache.records(Issue)) == sorted(titles)
        ben.filled.clear()
        come_back(ben)
        assert not ben.filled, "it has arrived in this history and stays"


def ben_dsn(past: Past) -> str:
    return past.company.server.dsn("postgres", past.ben.job.address.database)


@pytest.fixture
def past(company: TestCompany) -> Iterator[Past]:
    """Make a company, take a copy of it, and let Ben work on; the copy is what is brought back."""
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    issue = an_issue(anna, "Import fails")
    anna.sync()
    ben.sync()
    change(anna, issue, title="Anna's")
    anna.sync()
    anna.engine.disconnect()
    ben.engine.disconnect()
    copy = f"{company.database}_copy"
    with open_dsn(company.server.dsn("postgres", "postgres")) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (company.database,))
        admin.execute(f"CREATE DATABASE {copy} TEMPLATE {company.database}".encode())
        try:
            change(ben, issue, title="Ben's", topic="import")
            ben.engine.connect(None)
            ben.engine.push()
            (clash,) = ben.conflicts()
            lost = an_issue(ben, "After the backup")
            ben.sync()
            ben.engine.heartbeat()
            assert ben.unsent() == 0
            unsent = an_issue(ben, "Not yet sent")
            edits = [i for (i,) in ben.cache.read("SELECT op FROM sent WHERE row_id IN (?, ?)", (issue.id, lost.id))]
            assert len(edits) == 2
            yield Past(company, ben, issue, lost, unsent, clash.id, edits)
        finally:
            ben.engine.disconnect()
            admin.execute(f"DROP DATABASE {copy} WITH (FORCE)".encode())


def brought_back(past: Past) -> None:
    """Let Ben's workstation find yesterday's copy where the company was."""
    past.ben.engine.disconnect()
    past.ben.job = replace(
        past.ben.job, address=replace(past.ben.job.address, database=f"{past.company.database}_copy")
    )
    past.ben.engine._job = past.ben.job


def rolled_back(past: Past) -> None:
    """Make this database what it was in the copy: as after the disk of the server was set back."""
    with open_dsn(past.company.admin_dsn) as admin:
        admin.execute("DELETE FROM sync.op WHERE id = ANY (%s)", (past.edit_ids,))
        admin.execute("DELETE FROM baton.issue WHERE id = %s", (past.lost.id,))
        admin.execute("UPDATE baton.issue SET topic = '', rev = 2 WHERE id = %s", (past.issue.id,))


def test_a_backup_in_another_database_is_found_out_and_gets_what_it_lacks(past: Past) -> None:
    brought_back(past)
    come_back(past.ben)
    assert past.ben.filled
    past.is_whole()


@pytest.mark.parametrize("how", ["connect", "pull"])
@pytest.mark.parametrize(
    "sign",
    [
        "epoch",  # set by the administrator
        "system",  # another cluster: pg_upgrade, a dump brought in
        "timeline",  # a promoted standby, point-in-time recovery
        "future",  # a cursor that the company has not come to yet
    ],
)
def test_each_sign_of_another_history_is_enough(past: Past, sign: str, how: str) -> None:
    ben = past.ben
    rolled_back(past)
    epoch, system, database, timeline = word(ben, "identity").split("/")
    match sign:
        case "epoch":
            with open_dsn(past.company.admin_dsn) as admin:
                admin.execute("UPDATE sync.meta SET epoch = gen_random_uuid()")
        case "system":
            set_word(ben, identity=f"{epoch}/{int(system) - 1}/{database}/{timeline}")
        case "timeline":
            set_word(ben, identity=f"{epoch}/{system}/{database}/000000FF")
        case "future":
            set_word(ben, cursor=f"{(1 << 40) + 5}:{(1 << 40) + 5}:")
    ben.filled.clear()
    if how == "pull":
        ben.engine.pull()
    else:
        ben.engine.disconnect()
        ben.engine.connect(None)
    assert ben.filled, "everything was read again"
    ben.sync()
    past.is_whole()


@pytest.mark.parametrize("reports", ["reports = 1", None])
def test_a_server_whose_disk_was_set_back_does_not_remember_what_it_said(past: Past, reports: str | None) -> None:
    ben = past.ben
    rolled_back(past)
    with open_dsn(past.company.admin_dsn) as admin:
        if reports:
            admin.execute(f"UPDATE sync.workstation SET {reports}".encode())
        else:
            admin.execute("DELETE FROM sync.workstation")
    ben.filled.clear()
    come_back(ben)
    assert ben.filled
    past.is_whole()


def test_a_company_that_lost_nothing_gets_nothing_twice(past: Past) -> None:
    """pg_upgrade and a switch to a standby that was up to date: another history with the same rows."""
    ben = past.ben
    with open_dsn(past.company.admin_dsn) as admin:
        admin.execute("UPDATE sync.meta SET epoch = gen_random_uuid()")
        before = admin.execute("SELECT id, rev FROM baton.issue ORDER BY id").fetchall()
        come_back(ben)
        after = admin.execute("SELECT id, rev FROM baton.issue ORDER BY id").fetchall()
    assert set(after) - set(before) == {(row[0], 1) for row in after if str(row[0]) == past.unsent.id}
    assert set(before) <= set(after)
    past.is_whole()


def test_everybody_offers_what_is_theirs(past: Past) -> None:
    """Two workstations remember different edits of one row; both come back to yesterday's copy."""
    company, ben = past.company, past.ben
    cleo = company.station("cleo")
    change(cleo, past.lost, workaround="Restart it")
    cleo.sync()
    ben.sync()
    cleo.engine.disconnect()
    with open_dsn(company.server.dsn("postgres", f"{company.database}_copy")) as admin:
        people.add_person(admin, "cleo", "Cleo", Role.SUPPORT, person_id=company.people["cleo"])
    brought_back(past)
    cleo.engine._job = replace(cleo.job, address=ben.job.address)
    come_back(ben)
    come_back(cleo)
    come_back(ben)
    for station in (ben, cleo):
        row = seen(station, past.lost)
        assert (row.title, row.workaround) == ("After the backup", "Restart it")
        assert station.unsent() == 0
    assert not cleo.conflicts()
