"""What becomes of two people's edits of one thing."""

from collections.abc import Sequence

import pytest

from app.company.connection import open_dsn
from app.domain.customer import Customer, CustomerAccess, Installation
from app.domain.entity import Entity, new_id
from app.domain.errors import BadInput, EnvironmentFault
from app.domain.issue import Issue, Note
from app.domain.person import Role
from app.domain.tag import Tag
from app.store.arrivals import ConflictKind
from app.store.edits import pending
from tests.halden import NOW
from tests.stations import Station, TestCompany


class Two:
    """Two desks that both have one issue with two lines of workaround."""

    def __init__(self, company: TestCompany) -> None:
        self.company = company
        self.anna, self.ben = company.station("anna", Role.MANAGER), company.station("ben", Role.MANAGER)
        self.issue = Issue(
            id=new_id(), title="Import fails", workaround="stop the job\nimport by hand\nstart it again\n"
        )
        self.add(self.anna, self.issue)
        self.meet()

    def add(self, station: Station, *rows: Entity) -> None:
        with station.desk.edit() as edit:
            for row in rows:
                edit.insert(row)

    def change(self, station: Station, row: Entity, **fields: object) -> None:
        with station.desk.edit() as edit:
            edit.update(row, **fields)

    def remove(self, station: Station, row: Entity) -> None:
        with station.desk.edit() as edit:
            edit.delete(row)

    def meet(self) -> None:
        for _ in range(2):
            self.anna.sync()
            self.ben.sync()

    def here(self, station: Station) -> Issue:
        found = station.cache.record(Issue, self.issue.id)
        assert found is not None
        return found


@pytest.fixture
def two(company: TestCompany) -> Two:
    return Two(company)


def test_long_text_merges_line_by_line_and_nobody_is_asked(two: Two) -> None:
    two.change(two.anna, two.issue, workaround="stop the nightly job\nimport by hand\nstart it again\n")
    two.change(two.ben, two.issue, workaround="stop the job\nimport by hand\nstart it again\ntell the customer\n")
    two.meet()
    for station in (two.anna, two.ben):
        assert (
            two.here(station).workaround == "stop the nightly job\nimport by hand\nstart it again\ntell the customer\n"
        )
        assert not station.conflicts()
        assert station.unsent() == 0


def test_long_text_that_clashes_is_for_people_with_the_first_base_and_the_last_of_mine(two: Two) -> None:
    two.change(two.anna, two.issue, workaround="call them\n")
    two.change(two.ben, two.issue, workaround="write them\n")
    two.change(two.ben, two.issue, workaround="write them twice\n")
    two.meet()
    (clash,) = two.ben.conflicts()
    assert clash.base == "stop the job\nimport by hand\nstart it again\n"
    assert (clash.mine, clash.theirs) == ("write them twice\n", "call them\n")
    assert two.here(two.ben).workaround == "call them\n"


def test_several_edits_of_mine_merge_as_one(two: Two) -> None:
    two.change(two.anna, two.issue, workaround="stop the nightly job\nimport by hand\nstart it again\n")
    two.change(two.ben, two.issue, workaround="stop the job\nimport by hand\nstart it again\none\n")
    two.change(two.ben, two.issue, workaround="stop the job\nimport by hand\nstart it again\ntwo\n")
    two.meet()
    assert two.here(two.anna).workaround == "stop the nightly job\nimport by hand\nstart it again\ntwo\n"
    assert not two.ben.conflicts()


def test_a_title_is_one_value_and_never_merges(two: Two) -> None:
    two.change(two.anna, two.issue, title="Import fails\nat night")
    two.change(two.ben, two.issue, title="The import fails")
    two.meet()
    assert [c.field for c in two.ben.conflicts()] == ["title"]


def test_what_was_changed_and_changed_back_is_no_conflict(two: Two) -> None:
    two.change(two.anna, two.issue, title="Import fails at night")
    two.change(two.ben, two.issue, title="Import is broken")
    two.change(two.ben, two.here(two.ben), title="Import fails")
    two.meet()
    assert not two.ben.conflicts()
    assert two.here(two.ben).title == two.here(two.anna).title == "Import fails at night"
    link = two.ben.engine.link  # and an edit that says so itself
    ops = [
        {"op": new_id(), "tbl": "issue", "id": two.issue.id, "verb": "update", "fields": {"title": ["x", "x"]}}
        for _ in range(2)
    ]
    assert [r["status"] for r in link.push(new_id(), ops)] == ["ok", "ok"]
    two.meet()
    assert two.here(two.anna).title == "Import fails at night"


def test_theirs_is_whose_word_it_is_and_not_who_clashed_with_it_before(two: Two) -> None:
    two.change(two.anna, two.issue, title="Import fails at night")
    two.change(two.ben, two.issue, title="Import is broken")
    two.change(two.ben, two.here(two.ben), title="The import is broken")
    two.meet()
    (clash,) = two.ben.conflicts()
    assert (clash.mine, clash.theirs) == ("The import is broken", "Import fails at night")
    assert clash.theirs_by == two.company.people["anna"]


def test_a_removal_that_clashed_is_nobodys_word(two: Two) -> None:
    cara = two.company.station("cara", Role.MANAGER)
    cara.sync()
    two.change(two.anna, two.issue, title="Import fails at night")
    two.remove(two.ben, two.issue)
    two.change(cara, two.issue, title="Cara's")
    two.meet()
    cara.sync()
    (clash,) = cara.conflicts()
    assert clash.theirs_by == two.company.people["anna"]


def test_tags_of_two_people_never_clash(two: Two) -> None:
    tags = [Tag(id=new_id(), issue_id=two.issue.id, word="vpn") for _ in range(2)]
    two.add(two.anna, tags[0])
    two.add(two.ben, tags[1])
    two.meet()
    two.remove(two.anna, tags[0])
    two.meet()
    for station in (two.anna, two.ben):
        assert [t.word for t in station.cache.records(Tag)] == ["vpn"], "Ben's is still there"
        assert not station.conflicts()
    two.remove(two.anna, tags[1])
    two.remove(two.ben, tags[1])
    two.meet()
    for station in (two.anna, two.ben):
        assert not station.cache.records(Tag)
        assert not station.conflicts(), "both wanted it gone"


def test_removing_what_somebody_has_changed_meanwhile_is_a_conflict(two: Two) -> None:
    two.change(two.anna, two.issue, title="Import fails at night", topic="import")
    two.remove(two.ben, two.issue)
    assert two.here(two.ben).deleted
    two.meet()
    (clash,) = two.ben.conflicts()
    assert (clash.kind, clash.field, clash.base, clash.mine, clash.theirs) == (
        ConflictKind.CLASH, "deleted", False, True, False,
    )  # fmt: skip
    assert clash.reason == "title, topic"
    assert clash.theirs_by == two.company.people["anna"]
    assert not two.here(two.ben).deleted, "it is there until somebody decides"
    assert two.here(two.ben).title == "Import fails at night"


def test_changing_what_somebody_has_removed_meanwhile_is_a_conflict(two: Two) -> None:
    two.remove(two.anna, two.issue)
    two.change(two.ben, two.issue, title="Import fails at night")
    two.meet()
    (clash,) = two.ben.conflicts()
    assert clash.kind is ConflictKind.GONE
    assert clash.mine == {"title": "Import fails at night"}
    assert two.here(two.ben).deleted


def test_removing_what_i_have_changed_myself_is_none(two: Two) -> None:
    two.change(two.ben, two.issue, title="Import fails at night")
    two.remove(two.ben, two.issue)
    two.meet()
    assert not two.ben.conflicts()
    assert two.here(two.anna).deleted


def a_bank_of_carls(two: Two) -> tuple[Station, Customer, CustomerAccess, Issue]:
    """Give Carl's desk, and a restricted customer with an issue that only Carl and managers see."""
    carl = two.company.station("carl", Role.SUPPORT)
    bank = Customer(id=new_id(), name="A bank", is_restricted=True)
    access = CustomerAccess(id=new_id(), customer_id=bank.id, person_id=two.company.people["carl"])
    secret = Issue(id=new_id(), title="Vault", customer_id=bank.id)
    two.add(two.anna, bank, access, secret)
    two.anna.sync()
    carl.sync()
    return carl, bank, access, secret


def test_what_a_person_may_no_longer_see_leaves_also_their_conflicts(two: Two) -> None:
    carl, bank, access, secret = a_bank_of_carls(two)
    two.change(two.anna, secret, title="The vault is open")
    two.change(carl, secret, title="My word", topic="vault")
    two.anna.sync()
    carl.sync()
    two.change(carl, secret, topic="doors")
    two.remove(two.anna, access)
    two.anna.sync()
    carl.engine.pull()
    assert carl.cache.record(Issue, secret.id) is None
    assert carl.cache.record(Customer, bank.id) is None
    (clash,) = carl.conflicts()
    assert (clash.theirs, clash.mine) == (None, "My word")
    assert "open" not in str(carl.cache.read("SELECT * FROM shadow")) + str(carl.cache.read("SELECT * FROM conflict"))
    assert not carl.cache.read("SELECT rowid FROM issue_search WHERE issue_search MATCH 'vault'")
    assert carl.unsent() == 1, "what was typed is kept"
    carl.sync()
    assert {c.kind for c in carl.conflicts()} == {ConflictKind.GONE}
    assert carl.cache.record(Issue, secret.id) is None


def test_what_moves_to_a_customer_who_may_not_be_seen_goes_with_all_that_hangs_on_it(two: Two) -> None:
    ed = two.company.station("ed", Role.SUPPORT)
    bank = Customer(id=new_id(), name="A bank", is_restricted=True)
    call = Issue(id=new_id(), title="Unknown caller")
    note = Note(id=new_id(), issue_id=call.id, at=NOW, person_id=two.company.people["anna"], body="it was the bank")
    two.add(two.anna, bank, call, note)
    two.anna.sync()
    ed.sync()
    assert ed.cache.record(Note, note.id) is not None
    two.change(ed, call, topic="unsent")
    two.change(two.anna, call, customer_id=bank.id)
    two.anna.sync()
    ed.engine.pull()
    assert ed.cache.record(Issue, call.id) is None
    assert ed.cache.record(Note, note.id) is None
    ed.sync()
    assert [c.kind for c in ed.conflicts()] == [ConflictKind.GONE]
    two.change(two.anna, call, customer_id=None)
    two.anna.sync()
    ed.sync()
    assert ed.cache.record(Issue, call.id) is not None
    assert ed.cache.record(Note, note.id) is not None


def test_nobody_hears_of_what_moves_between_customers_they_never_saw(two: Two) -> None:
    ed = two.company.station("ed", Role.SUPPORT)
    banks = [Customer(id=new_id(), name=f"Bank {n}", is_restricted=True) for n in range(2)]
    secret = Issue(id=new_id(), title="Vault", customer_id=banks[0].id)
    two.add(two.anna, *banks, secret)
    two.anna.sync()
    ed.sync()
    cursor = ed.engine._cursor
    assert cursor is not None
    two.change(two.anna, secret, customer_id=banks[1].id)
    two.anna.sync()
    assert ed.engine.link.pull(cursor).moved_away == {}


def test_an_unsent_note_shows_again_when_its_issue_does(two: Two) -> None:
    carl, bank, access, secret = a_bank_of_carls(two)
    note = Note(id=new_id(), issue_id=secret.id, at=NOW, person_id=two.company.people["carl"], body="typed")
    two.add(carl, note)
    two.remove(two.anna, access)
    two.anna.sync()
    carl.engine.pull()
    assert carl.cache.record(Note, note.id) is None
    two.add(two.anna, CustomerAccess(id=new_id(), customer_id=bank.id, person_id=two.company.people["carl"]))
    two.anna.sync()
    carl.engine.pull()
    assert carl.cache.record(Note, note.id) is not None
    carl.sync()
    assert carl.unsent() == 0
    assert not carl.conflicts()


def test_a_clash_about_a_row_that_the_answer_takes_away_keeps_only_what_is_mine(two: Two) -> None:
    carl, _bank, access, secret = a_bank_of_carls(two)
    two.change(two.anna, secret, title="The vault is open")
    two.change(carl, secret, title="My word")
    two.anna.sync()
    carl.sync()
    two.change(carl, secret, topic="doors")
    two.remove(two.anna, access)
    two.anna.sync()
    carl.sync()
    assert {c.kind for c in carl.conflicts()} == {ConflictKind.GONE}
    assert "open" not in str(carl.cache.read("SELECT * FROM conflict"))
    assert {str(c.mine) for c in carl.conflicts()} == {"My word", "{'topic': 'doors'}"}


def test_a_person_who_may_see_more_gets_all_of_it_in_one_pull(two: Two) -> None:
    carl = two.company.station("carl", Role.SUPPORT)
    bank = Customer(id=new_id(), name="A bank", is_restricted=True)
    secret = Issue(id=new_id(), title="Vault", customer_id=bank.id)
    note = Note(id=new_id(), issue_id=secret.id, at=NOW, person_id=two.company.people["anna"], body="left open")
    home = Installation(id=new_id(), customer_id=bank.id, product="web")
    two.add(two.anna, bank, secret, note, home)
    two.anna.sync()
    carl.sync()
    assert carl.cache.record(Customer, bank.id) is None
    two.add(two.anna, CustomerAccess(id=new_id(), customer_id=bank.id, person_id=two.company.people["carl"]))
    two.anna.sync()
    told = carl.sync()
    for row in (bank, secret, note, home):
        assert carl.cache.record(type(row), row.id) is not None
    assert {"customer", "issue", "note", "installation"} <= {t.table for t in told}


def test_an_edit_on_which_the_company_fails_stays_behind_and_holds_nobody_else_up(two: Two) -> None:
    with open_dsn(two.company.admin_dsn) as connection:
        connection.execute(
            "CREATE FUNCTION baton.break_down() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF NEW.title = 'cursed' THEN RAISE EXCEPTION 'broken inside' USING ERRCODE = 'XX000'; END IF; "
            "RETURN NEW; END $$; GRANT EXECUTE ON FUNCTION baton.break_down() TO PUBLIC; "
            "CREATE TRIGGER break_down BEFORE INSERT ON baton.issue FOR EACH ROW EXECUTE FUNCTION baton.break_down()"
        )
    cursed = Issue(id=new_id(), title="cursed")
    rows: Sequence[Entity] = [Issue(id=new_id(), title=f"good {n}") for n in range(7)]
    hanging = Note(id=new_id(), issue_id=cursed.id, at=NOW, person_id=two.company.people["ben"], body="on it")
    two.add(two.ben, *rows[:4], cursed, hanging, *rows[4:])
    two.meet()
    assert {i.title for i in two.anna.cache.records(Issue)} >= {f"good {n}" for n in range(7)}
    left = pending(two.ben.cache)
    assert [op.row_id for op in left] == [cursed.id, hanging.id], "the note waits for its issue"
    assert "broken inside" in left[0].last_error
    assert not two.ben.conflicts()
    with open_dsn(two.company.admin_dsn) as connection:
        connection.execute("DROP TRIGGER break_down ON baton.issue")
    two.ben.engine.disconnect()
    two.ben.person_id = ""
    two.meet()
    assert two.ben.unsent() == 0
    assert two.anna.cache.record(Note, hanging.id) is not None


def test_what_the_company_refuses_among_many_is_alone_in_it(two: Two) -> None:
    good = [Issue(id=new_id(), title=f"good {n}") for n in range(20)]
    twin = Issue(id=new_id(), title="twin", source="other", source_key="7")
    two.add(two.anna, twin)
    two.anna.sync()
    two.add(two.ben, *good[:11], Issue(id=new_id(), title="again", source="other", source_key="7"), *good[11:])
    two.ben.sync()
    (clash,) = two.ben.conflicts()
    assert clash.kind is ConflictKind.REFUSED
    assert clash.mine["title"] == "again"
    assert two.ben.unsent() == 0
    with open_dsn(two.company.admin_dsn) as connection:
        numbers = connection.execute(
            "SELECT title FROM baton.issue WHERE title LIKE 'good%' ORDER BY number"
        ).fetchall()
    assert [t for (t,) in numbers] == [f"good {n}" for n in range(20)], "numbers are given in the order of the edits"


def test_text_that_no_database_keeps_is_kept_as_near_as_can_be(two: Two) -> None:
    two.change(two.ben, two.issue, title="before\0after \ud800 end")
    shown = two.here(two.ben).title
    assert shown == "before\ufffdafter \ufffd end"
    two.meet()
    assert two.here(two.anna).title == shown
    assert two.ben.unsent() == 0


def test_more_text_than_an_edit_holds_is_refused_where_it_is_typed(two: Two) -> None:
    with pytest.raises(BadInput, match="more than one text holds"):
        two.change(two.ben, two.issue, workaround="x" * 1_000_000)
    assert two.ben.unsent() == 0
    assert two.here(two.ben).workaround.startswith("stop the job")


def test_an_error_that_is_not_the_network_is_told(two: Two) -> None:
    with open_dsn(two.company.admin_dsn) as connection:
        connection.execute("DROP FUNCTION sync.pull(text, integer)")
    with pytest.raises(EnvironmentFault, match="older one"):
        two.ben.engine.pull()
