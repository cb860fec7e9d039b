"""How edits get to the company where something is in the way: a rule, a slow line, another's row, the past."""

import time
from datetime import timedelta

import pytest

from app.company import people
from app.company.connection import open_dsn
from app.company.link import Link
from app.domain.entity import Entity, new_id, source_id
from app.domain.errors import BadInput, CompanyUnreachable
from app.domain.issue import Issue
from app.domain.person import Role
from app.store import answers, edits
from app.store.arrivals import ConflictKind
from app.store.edits import Op, pending
from app.sync import batches, outgoing
from app.sync.engine import Engine
from tests.halden import NOW
from tests.stations import Station, TestCompany


def add(station: Station, *rows: Entity) -> None:
    with station.desk.edit() as edit:
        for row in rows:
            edit.insert(row)


def change(station: Station, row: Entity, **fields: object) -> None:
    with station.desk.edit() as edit:
        edit.update(row, **fields)


def from_file(**fields: str) -> Issue:
    return Issue(id=source_id("desk", "1"), source="desk", source_key="1", **fields)  # type: ignore[arg-type]


# The same row from two people


def test_of_a_row_that_two_people_bring_in_what_differs_is_a_conflict(company: TestCompany) -> None:
    anna, ben = company.station("anna"), company.station("ben")
    add(anna, from_file(title="of Monday", topic="import"))
    add(ben, from_file(title="of Friday", workaround="typed by hand"))
    anna.sync()
    ben.sync()
    found = {c.field: (c.base, c.mine, c.theirs, c.theirs_by) for c in ben.conflicts()}
    assert found == {
        "title": (None, "of Friday", "of Monday", anna.person_id),
        "workaround": (None, "typed by hand", "", anna.person_id),
    }
    here = ben.cache.record(Issue, source_id("desk", "1"))
    assert here is not None
    assert (here.title, here.topic, ben.unsent()) == ("of Monday", "import", 0)


def test_the_same_brought_in_twice_is_no_conflict(company: TestCompany) -> None:
    anna, ben = company.station("anna"), company.station("ben")
    for station in (anna, ben):
        add(station, from_file(title="of Monday"))
        station.sync()
    assert (ben.unsent(), ben.conflicts()) == (0, [])


def test_a_row_brought_in_again_after_its_removal_is_a_conflict(company: TestCompany) -> None:
    boss, ben = company.station("boss", Role.MANAGER), company.station("ben")
    issue = from_file(title="of Monday")
    add(boss, issue)
    boss.sync()
    with boss.desk.edit() as edit:
        edit.delete(issue)
    boss.sync()
    add(ben, from_file(title="of Friday"))
    ben.sync()
    (kept,) = ben.conflicts()
    assert (kept.kind, kept.mine["title"], ben.unsent()) == (ConflictKind.GONE, "of Friday", 0)


# What the company fails on, or takes from nobody


def test_a_row_with_more_edits_than_a_push_holds_up_nobody(
    company: TestCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "PUSH_OPS", 5)
    monkeypatch.setattr(batches, "PUSH_OPS", 5)
    anna = company.station("anna")
    with open_dsn(company.admin_dsn) as connection:
        connection.execute(
            "CREATE FUNCTION baton.break_down() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'broken inside' USING ERRCODE = 'XX000'; END $$; "
            "CREATE TRIGGER break_down BEFORE INSERT ON baton.issue FOR EACH ROW WHEN (NEW.title = 'cursed') "
            "EXECUTE FUNCTION baton.break_down()"
        )
    cursed, innocent = Issue(id=new_id(), title="cursed"), Issue(id=new_id(), title="innocent")
    add(anna, cursed)
    for n in range(23):
        change(anna, cursed, topic=f"try {n}")
    add(anna, innocent)
    anna.sync()
    assert {op.row_id for op in pending(anna.cache)} == {cursed.id}

    with open_dsn(company.admin_dsn) as connection:
        connection.execute("DROP TRIGGER break_down ON baton.issue")
    anna.engine.push()
    assert anna.unsent() == 24, "not tried again with each push"
    anna.engine.forgive()
    anna.engine.push()
    assert anna.unsent() == 0


def test_who_became_a_reader_sees_each_unsent_edit_refused(company: TestCompany) -> None:
    anna = company.station("anna")
    add(anna, *(Issue(id=new_id(), title=f"Issue {n}") for n in range(3)))
    with open_dsn(company.admin_dsn) as connection:
        people.change_role(connection, "anna", Role.READONLY)
    anna.sync()
    assert anna.unsent() == 0
    assert [c.kind for c in anna.conflicts()] == [ConflictKind.REFUSED] * 3
    assert "your role (readonly) may not insert" in anna.conflicts()[0].reason


def test_a_push_that_is_refused_as_a_whole_is_not_cut_into_single_edits(
    company: TestCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = company.station("anna")
    add(anna, *(Issue(id=new_id(), title=f"Issue {n}") for n in range(30)))
    with open_dsn(company.admin_dsn) as connection:
        connection.execute("REVOKE EXECUTE ON FUNCTION sync.push(uuid, jsonb) FROM baton_support")
    sizes: list[int] = []
    push = Link.push

    def counted(link: Link, workstation_id: str, ops: list[edits.Wire]) -> list[edits.Wire]:
        sizes.append(len(ops))
        return push(link, workstation_id, ops)

    monkeypatch.setattr(Link, "push", counted)
    anna.sync()
    assert sizes == [30]
    assert all("takes no edits from you" in op.last_error for op in pending(anna.cache))


# A slow line


def test_a_push_that_broke_is_sent_in_smaller_parts_until_the_line_carries_them(
    company: TestCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = company.station("anna")
    add(anna, *(Issue(id=new_id(), title=f"Issue {n}", workaround="x" * 20_000) for n in range(40)))
    out: list[int] = []
    push = Link.push

    def narrow(link: Link, workstation_id: str, ops: list[edits.Wire]) -> list[edits.Wire]:
        out.append(anna.engine.bytes_out)
        if len(ops) > 12:
            link.close()
            raise CompanyUnreachable("It took too long.", "")
        return push(link, workstation_id, ops)

    monkeypatch.setattr(Link, "push", narrow)
    for _ in range(2):
        anna.engine.connect(None)
        with pytest.raises(CompanyUnreachable):
            anna.engine.push()
    assert out == [pytest.approx(808_000, rel=0.05), pytest.approx(404_000, rel=0.1)]
    monkeypatch.setattr(Link, "push", push)
    anna.engine.connect(None)
    anna.engine.push()
    assert (anna.unsent(), anna.engine.bytes_out) == (0, 0)


# The past


def test_what_the_company_lost_is_offered_in_the_order_it_was_sent(company: TestCompany) -> None:
    now = [NOW]
    anna = company.station("anna", clock=lambda: now[0])
    issue = Issue(id=new_id(), title="first")
    add(anna, issue)
    now[0] -= timedelta(hours=1)  # somebody sets the clock right
    change(anna, issue, title="second")
    anna.sync()
    sent: list[Op] = answers.sent_since(anna.cache, NOW - timedelta(days=1))
    assert [op.fields["title"] for op in sent] == ["first", ["first", "second"]]


def test_a_late_answer_does_not_put_back_what_was_pulled_meanwhile(
    company: TestCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ben = company.station("anna"), company.station("ben")
    issue = Issue(id=new_id(), title="first", topic="import")
    add(anna, issue)
    anna.sync()
    ben.sync()
    other = Engine(anna.cache, anna.job, clock=anna.clock)  # `sync --once` beside the console
    other.connect(None)
    change(anna, issue, title="second")
    push = Link.push

    def late(link: Link, workstation_id: str, ops: list[edits.Wire]) -> list[edits.Wire]:
        results = push(link, workstation_id, ops)
        monkeypatch.setattr(Link, "push", push)
        change(ben, issue, topic="export")
        ben.sync()
        other.pull()
        return results

    monkeypatch.setattr(Link, "push", late)
    anna.engine.push()
    other.disconnect()
    here = anna.cache.record(Issue, issue.id)
    assert here is not None
    assert (here.title, here.topic, here.rev) == ("second", "export", 3)


# How much is typed


def test_a_text_that_was_taken_can_be_changed(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    issue = Issue(id=new_id(), title="long", workaround="x" * 399_000, topic="y" * 399_000)
    add(anna, issue)
    anna.sync()
    change(anna, issue, workaround="z" * 399_000)
    with pytest.raises(BadInput, match="more than one text holds"):
        change(anna, issue, workaround="z" * 401_000)
    anna.sync()
    with anna.desk.edit() as edit:
        edit.delete(issue)
    anna.sync()
    assert (anna.unsent(), anna.conflicts()) == (0, [])


def test_two_changes_of_texts_that_are_too_long_together_are_for_a_person(company: TestCompany) -> None:
    anna, ben = company.station("anna"), company.station("ben")
    issue = Issue(id=new_id(), title="long", workaround="a line of it\n" * 15_400)
    add(anna, issue)
    anna.sync()
    ben.sync()
    change(anna, issue, workaround="head " * 24_000 + "\n" + issue.workaround)
    change(ben, issue, workaround=issue.workaround + "tail " * 24_000)
    anna.sync()
    ben.sync()
    assert [c.field for c in ben.conflicts()] == ["workaround"]
    assert ben.unsent() == 0


def test_an_edit_costs_the_same_however_many_are_unsent(company: TestCompany) -> None:
    anna = company.station("anna")
    issue = Issue(id=new_id(), title="first")
    add(anna, issue)
    anna.engine.disconnect()

    def taken_s(n: int) -> float:
        began = time.perf_counter()
        with anna.desk.edit() as edit:
            for k in range(n):
                edit.update(issue, topic=f"{n} {k}")
        return time.perf_counter() - began

    first = taken_s(200)
    taken_s(2000)
    assert taken_s(201) < 5 * first + 0.2
