"""The first form of the protocol, on a real company database with real roles."""

from datetime import UTC, datetime

from app.company.connection import open_dsn
from app.domain.customer import Customer, CustomerAccess
from app.domain.entity import new_id
from app.domain.escalation import DecisionRequest, Escalation, Outcome
from app.domain.issue import Issue
from app.domain.person import Role
from app.domain.release import Release
from app.store.arrivals import ConflictKind
from app.store.edits import pending
from tests.stations import Station, TestCompany


def an_issue(station: Station, title: str = "Import fails", customer_id: str | None = None) -> Issue:
    with station.desk.edit() as edit:
        return edit.insert(Issue(id=new_id(), title=title, customer_id=customer_id, opened_at=datetime.now(UTC)))


def change(station: Station, issue: Issue, **fields: object) -> None:
    with station.desk.edit() as edit:
        edit.update(issue, **fields)


def test_an_edit_reaches_the_other_workstation_and_gets_its_number(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    issue = an_issue(anna)
    before = anna.cache.record(Issue, issue.id)
    assert before is not None
    assert before.label == "new"
    anna.sync()
    ben.sync()
    here, there = anna.cache.record(Issue, issue.id), ben.cache.record(Issue, issue.id)
    assert here is not None
    assert here == there
    assert here.number is not None
    assert here.rev == 1
    assert anna.unsent() == 0


def test_different_fields_merge_in_silence(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    issue = an_issue(anna)
    anna.sync()
    ben.sync()
    change(anna, issue, title="Import fails at night")
    change(ben, issue, topic="import")
    for station in (anna, ben, anna):
        station.sync()
    for station in (anna, ben):
        row = station.cache.record(Issue, issue.id)
        assert row is not None
        assert (row.title, row.topic) == ("Import fails at night", "import")
        assert not station.conflicts()


def test_the_same_field_is_a_conflict_that_names_all_three_values(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    issue = an_issue(anna)
    anna.sync()
    ben.sync()
    change(anna, issue, title="Anna's")
    change(ben, issue, title="Ben's", topic="import")
    anna.sync()
    ben.sync()
    (clash,) = ben.conflicts()
    assert (clash.kind, clash.field) == (ConflictKind.CLASH, "title")
    assert (clash.base, clash.mine, clash.theirs) == ("Import fails", "Ben's", "Anna's")
    assert clash.theirs_by == company.people["anna"]
    row = ben.cache.record(Issue, issue.id)
    assert row is not None
    assert row.title == "Anna's", "a value that did not go through does not stay on the screen"
    assert row.topic == "import", "a field that nobody else touched goes through"


def test_two_unsent_edits_of_one_field_make_one_conflict_with_the_last_value(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    issue = an_issue(anna)
    anna.sync()
    ben.sync()
    change(anna, issue, title="Anna's")
    anna.sync()
    change(ben, issue, title="Ben's first")
    change(ben, issue, title="Ben's second")
    ben.sync()
    (clash,) = ben.conflicts()
    assert clash.mine == "Ben's second"


def test_an_edit_stays_on_the_screen_while_others_arrive(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    issue = an_issue(anna)
    anna.sync()
    ben.sync()
    change(ben, issue, topic="import")
    change(anna, issue, title="Anna's")
    anna.sync()
    ben.engine.pull()
    row = ben.cache.record(Issue, issue.id)
    assert row is not None
    assert (row.title, row.topic) == ("Anna's", "import")
    assert ben.unsent() == 1


def test_an_op_whose_answer_was_lost_is_applied_once(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    an_issue(anna)
    ops = [op.as_wire() for op in pending(anna.cache)]
    first = anna.engine.link.push(anna.job.workstation_id, ops)
    again = anna.engine.link.push(anna.job.workstation_id, ops)
    assert first == again
    anna.sync()
    assert len(anna.cache.records(Issue)) == 1


def test_a_transaction_that_commits_late_is_neither_missed_nor_seen_early(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    late = new_id()
    with open_dsn(company.admin_dsn) as other:
        with other.transaction():
            other.execute(
                "INSERT INTO baton.customer (id, name, plan, is_vip, is_restricted, time_zone, support_hours, "
                "contract) VALUES (%s, 'Late', '', false, false, 'UTC', '', '')",
                (late,),
            )
            an_issue(anna, "committed while the other was open")
            anna.sync()
            ben.sync()
            assert ben.cache.record(Customer, late) is None
            assert [i.title for i in ben.cache.records(Issue)] == ["committed while the other was open"]
        ben.sync()
    assert ben.cache.record(Customer, late) is not None


def test_rights_that_shrink_take_the_rows_away_and_rights_that_grow_bring_them(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    with anna.desk.edit() as edit:
        bank = edit.insert(Customer(id=new_id(), name="A bank", is_restricted=True))
    issue = an_issue(anna, customer_id=bank.id)
    anna.sync()
    ben.sync()
    assert ben.cache.record(Issue, issue.id) is None
    with anna.desk.edit() as edit:
        access = edit.insert(CustomerAccess(id=new_id(), customer_id=bank.id, person_id=company.people["ben"]))
    anna.sync()
    ben.sync()
    assert ben.cache.record(Issue, issue.id) is not None
    with anna.desk.edit() as edit:
        edit.delete(access)
    anna.sync()
    ben.sync()
    assert ben.cache.record(Issue, issue.id) is None
    assert ben.cache.record(Customer, bank.id) is None


def test_what_a_role_may_not_do_is_refused_with_the_reason_and_leaves_the_screen(company: TestCompany) -> None:
    ben = company.station("ben", Role.SUPPORT)
    with ben.desk.edit() as edit:
        release = edit.insert(Release(id=new_id(), name="Build 40"))
    ben.sync()
    (clash,) = ben.conflicts()
    assert clash.kind is ConflictKind.REFUSED
    assert "support" in clash.reason
    assert clash.mine["name"] == "Build 40", "what was typed is kept"
    assert ben.cache.record(Release, release.id) is None
    assert ben.unsent() == 0


def test_an_outcome_never_merges_not_even_in_the_fields_that_only_one_of_two_filled(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    now = datetime.now(UTC)
    with anna.desk.edit() as edit:
        raised = edit.insert(Escalation(id=new_id(), raised_by=edit.by, raised_at=now, sentence="Decide"))
        asked = edit.insert(
            DecisionRequest(
                id=new_id(), escalation_id=raised.id, question="Fund it?", owed_by="CFO", asked_at=now, asked_by=edit.by
            )
        )
    anna.sync()
    ben.sync()
    with anna.desk.edit() as edit:
        edit.update(asked, outcome=Outcome.FUND, decided_by="CFO", heard_how="mail")
    with ben.desk.edit() as edit:
        edit.update(asked, outcome=Outcome.ACCEPT, decided_by="CFO", heard_how="call", review_at=now)
    anna.sync()
    ben.sync()
    here = ben.cache.record(DecisionRequest, asked.id)
    assert here is not None
    assert (here.outcome, here.heard_how, here.review_at) == (Outcome.FUND, "mail", None)
    assert {c.field for c in ben.conflicts()} == {"outcome", "heard_how", "review_at"}


def test_a_restored_company_takes_the_cache_back_to_its_past_and_leaves_the_outbox(company: TestCompany) -> None:
    ben = company.station("ben")
    issue = an_issue(ben, "Before the backup")
    ben.sync()
    change(ben, issue, title="After the backup")
    ben.sync()
    with open_dsn(company.admin_dsn) as connection:  # what restoring yesterday's dump leaves behind
        connection.execute("UPDATE baton.issue SET title = 'Before the backup', rev = 1")
        connection.execute("UPDATE sync.meta SET epoch = gen_random_uuid()")
    kept = an_issue(ben, "Typed meanwhile")
    ben.engine.disconnect()
    ben.person_id = ""
    ben.sync()
    here = ben.cache.record(Issue, issue.id)
    assert here is not None
    assert (here.title, here.rev) == ("Before the backup", 1)
    assert ben.unsent() == 0
    assert ben.cache.record(Issue, kept.id) is not None
