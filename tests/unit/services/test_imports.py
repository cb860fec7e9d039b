"""Imports through their public seam: what comes in, what a second import changes, what undo leaves."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.customer import Contact, Customer
from app.domain.entity import new_id, source_id
from app.domain.errors import BadInput, Refused
from app.domain.import_map import parse_map
from app.domain.interaction import Interaction
from app.domain.issue import Issue, IssueEvent, IssueKind, IssueState
from app.domain.person import Role
from app.services import imports, reports
from app.services.imports import ImportProgress
from tests.importing import (
    EVENTS_HEADER,
    EVENTS_MAP,
    ISSUES_MAP,
    RESOURCES,
    a_desk,
    a_file,
    closed_desks,
    event_line,
    everything,
    history_of,
    issues_of,
)
from tests.stations import TestCompany

__all__ = ["closed_desks"]

ISSUES, EVENTS = parse_map(ISSUES_MAP), parse_map(EVENTS_MAP)
ISSUES_HEADER = "id,title,state,opened,company,caller"
THREE = [
    ISSUES_HEADER,
    "1,Import fails,open,2026-03-02T07:45,Northgate Rail,Priya Nair",
    "2,Slow reports,solved,2026-03-02T08:00,Northgate Rail,Priya Nair",
    "3,No Wi-Fi,new,,Halden Hotels,",
]


def test_every_sample_comes_in_by_its_map(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    maps = imports.own_maps()
    assert {p.stem for p in maps} >= {"customers", "issues", "history", "incidents-uci"}
    for stem in ("customers", "issues", "history"):
        by = maps[next(p for p in maps if p.stem == stem)]
        sample = a_file(tmp_path, (RESOURCES / "samples" / f"{stem}.csv").read_bytes(), f"{stem}.csv")
        seen = imports.preview(desk, sample, by)
        result = imports.run(desk, sample, by)
        assert (result.rejected, result.rejected_file, result.trouble) == (0, None, "")
        assert (seen.bad, seen.good, seen.is_whole) == (0, result.rows, True)
    names = {c.name: c for c in desk.cache.records(Customer)}
    assert len(names) == 5  # the three samples speak of the same customers
    assert names["Northgate Rail"].is_vip
    assert not names["Halden Hotels"].is_vip
    assert names["Halden Hotels"].time_zone == "Europe/Oslo"
    people = {c.name: c for c in desk.cache.records(Contact)}
    assert len(people) == 6
    assert people["Priya Nair"].phone == "+442079460018"
    issues = issues_of(desk)
    assert issues["T-1041"].opened_at == datetime(2026, 11, 18, 6, 45, tzinfo=UTC)  # written as in Prague
    assert issues["T-1042"].waiting_on == "the customer"
    assert (issues["T-1043"].kind, issues["T-1029"].impact) == (IssueKind.REQUEST, 1)
    assert issues["T-1031"].title == 'How do we export a "golden" configuration?'


def test_a_history_becomes_an_issue_that_looks_like_its_last_event(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    lines = [
        EVENTS_HEADER,
        event_line("A", 0, "New", title="First words", caller="?"),
        event_line("B", 1, "New", made_sla="FALSE"),
        event_line("A", 2, "Active", person="Resolver 3", team="Systems"),
        event_line("B", 3, "Active"),
        event_line("A", 4, "Done", title="Last words", made_sla="FALSE", handed="2", reopened="1"),
    ]
    result = imports.run(desk, a_file(tmp_path, lines), EVENTS)
    assert result.by_table == {"customer": 1, "contact": 1, "issue": 2, "issue_event": 5}
    assert (result.rows, result.inserted, result.updated, result.unchanged, result.rejected) == (5, 9, 0, 0, 0)
    issues = issues_of(desk)
    a = issues["A"]
    assert a.id == source_id("log", "A")
    assert (a.title, a.state) == ("Last words", IssueState.SOLVED)
    assert a.facts == {"made_sla": "FALSE", "reassignment_count": "2", "reopen_count": "1"}
    assert issues["B"].state is IssueState.OPEN
    assert [(e.seq, e.state, e.team, e.person) for e in history_of(desk, a)] == [
        (2, "New", "Network", "Opener 7"),
        (4, "Active", "Systems", "Resolver 3"),
        (6, "Done", "Network", "Opener 7"),
    ]
    assert [e.facts for e in history_of(desk, a)] == [{"made_sla": t} for t in ("TRUE", "TRUE", "FALSE")]


def test_an_import_is_edits_like_any_and_parents_are_sent_first(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    imports.run(desk, a_file(tmp_path, [EVENTS_HEADER, event_line("A", 0, "New")]), EVENTS)
    sent = [(t, v) for t, v in desk.cache.read("SELECT tbl, verb FROM outbox ORDER BY seq")]
    assert sent == [(t, "insert") for t in ("customer", "contact", "issue", "issue_event")]
    assert desk.cache.read("SELECT count(*) FROM issue_search WHERE issue_search MATCH 'title'") == [(1,)]


def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    file = a_file(tmp_path, [EVENTS_HEADER, *(event_line(f"K{n % 7}", n, "Active") for n in range(400))])
    first = imports.run(desk, file, EVENTS)
    before = everything(desk)
    again = imports.run(desk, file, EVENTS)
    assert everything(desk) == before
    assert (again.inserted, again.updated, again.unchanged) == (0, 0, first.inserted)


def test_a_second_import_does_not_take_back_what_people_did_since(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    file = a_file(tmp_path, THREE)
    imports.run(desk, file, ISSUES)
    with desk.edit() as edit:
        edit.update(issues_of(desk)["1"], title="Import fails at night", state=IssueState.SOLVED)
        edit.delete(issues_of(desk)["2"])
    before = everything(desk)
    again = imports.run(desk, file, ISSUES)
    assert everything(desk) == before
    assert (again.inserted, again.updated, again.rejected) == (0, 0, 0)


def test_what_the_source_changes_becomes_an_edit_of_that_field_alone(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    imports.run(desk, a_file(tmp_path, THREE), ISSUES)
    with desk.edit() as edit:
        edit.update(issues_of(desk)["1"], title="Import fails at night")
    changed = [THREE[0], THREE[1].replace("open,", "solved,"), *THREE[2:], "4,New one,new,,Halden Hotels,Lars Moe"]
    result = imports.run(desk, a_file(tmp_path, changed), ISSUES)
    assert (result.updated, result.by_table, result.rejected) == (1, {"contact": 1, "issue": 1}, 0)
    assert (issues_of(desk)["1"].title, issues_of(desk)["1"].state) == ("Import fails at night", IssueState.SOLVED)
    fields = desk.cache.read("SELECT fields FROM outbox WHERE verb = 'update' ORDER BY seq DESC LIMIT 1")
    assert fields == [('{"state": ["open", "solved"]}',)]


def test_what_both_sides_have_changed_stays_and_is_listed_once(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    imports.run(desk, a_file(tmp_path, THREE), ISSUES)
    with desk.edit() as edit:
        edit.update(issues_of(desk)["1"], title="Ours")
    changed = a_file(tmp_path, [THREE[0], THREE[1].replace("Import fails", "Theirs")])
    result = imports.run(desk, changed, ISSUES)
    assert issues_of(desk)["1"].title == "Ours"
    assert (result.updated, result.rejected) == (0, 1)
    assert result.reasons[0].line == 2
    assert "title is 'Ours' here and 'Theirs' in the source" in result.reasons[0].reason
    assert imports.run(desk, changed, ISSUES).rejected == 0


def test_history_goes_on_and_is_never_rewritten(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    lines = [EVENTS_HEADER, event_line("A", 0, "New"), event_line("A", 1, "Active")]
    imports.run(desk, a_file(tmp_path, lines), EVENTS)
    lines[1] = event_line("A", 0, "New", team="Rewritten")
    lines.append(event_line("A", 2, "Done"))
    result = imports.run(desk, a_file(tmp_path, lines), EVENTS)
    assert (result.by_table, result.updated, result.rejected) == ({"issue_event": 1}, 1, 1)
    assert "differs in team" in result.reasons[0].reason
    assert issues_of(desk)["A"].state is IssueState.SOLVED
    assert [e.team for e in history_of(desk, issues_of(desk)["A"])] == ["Network"] * 3


def test_events_with_a_key_may_begin_anywhere(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    by = parse_map(EVENTS_MAP.replace('at = "at"', 'at = "at"\nkey = "at"'))
    lines = [event_line("A", n, "Active", team=f"T{n}") for n in range(6)]
    imports.run(desk, a_file(tmp_path, [EVENTS_HEADER, *["\n"] * 50, *lines[:4]]), by)
    later = imports.run(desk, a_file(tmp_path, [EVENTS_HEADER, *lines[3:], lines[5]]), by)
    assert (later.by_table, later.rejected) == ({"issue_event": 2}, 1)  # and the last line stands twice
    history = history_of(desk, issues_of(desk)["A"])
    assert [e.team for e in history] == [f"T{n}" for n in range(6)]
    assert len({e.seq for e in history}) == 6


def test_who_is_here_already_is_not_made_again(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    with desk.edit() as edit:
        rail = edit.insert(Customer(id=new_id(), name="NORTHGATE rail", plan="Platinum"))
        priya = edit.insert(Contact(id=new_id(), customer_id=rail.id, name="Priya Nair", phone="+442079460018"))
    imports.run(desk, a_file(tmp_path, THREE), ISSUES)
    assert (issues_of(desk)["1"].customer_id, issues_of(desk)["1"].contact_id) == (rail.id, priya.id)
    assert sorted(c.name for c in desk.cache.records(Customer)) == ["Halden Hotels", "NORTHGATE rail"]
    by = parse_map(
        'kind = "customers"\nsource = "crm"\n[customer]\nname = "company"\nplan = "plan"\ncontract = "contract"\n'
        '[contact]\nname = "who"\nphone = "phone"\nemail = "mail"\n'
    )
    lines = [
        "company,plan,contract,who,phone,mail",
        "Northgate Rail,Gold,C-7,Priya Nair,+442079460018,priya@northgate.example",
    ]
    result = imports.run(desk, a_file(tmp_path, lines), by)
    found = desk.cache.record(Customer, rail.id)
    assert found is not None
    assert (found.name, found.contract, found.plan) == ("NORTHGATE rail", "C-7", "Platinum")  # blanks only
    assert "plan is 'Platinum' here and 'Gold' in the source" in result.reasons[0].reason
    assert desk.cache.records(Contact, "id = ?", (priya.id,))[0].email == "priya@northgate.example"
    assert (result.inserted, result.updated) == (0, 2)


def test_contacts_with_a_key_may_share_a_name(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    by = parse_map(ISSUES_MAP.replace('name = "caller"', 'name = "caller"\nkey = "id"'))
    imports.run(desk, a_file(tmp_path, THREE), by)
    assert len(desk.cache.records(Contact)) == 2


def test_customers_that_contradict_themselves_or_come_twice_are_listed(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    by = imports.read_map(RESOURCES / "maps" / "customers.toml")
    lines = [
        "customer,plan,vip,time zone,contact,role,phone,email",
        "Corvus,Gold,yes,,Marta,,,",
        "corvus,Silver,yes,,Jan,,,",
        "Corvus,Gold,yes,,Marta,,,",
        "Corvus,Gold,maybe,,Eva,,,",
        ",Gold,yes,,Nobody,,,",
        "Corvus,Gold,yes,,Ota,,12,",
        "Corvus,Gold,yes,,Ivo,,020 7946 0018,",
    ]
    result = imports.run(desk, a_file(tmp_path, lines), by)
    assert [(r.line, r.reason) for r in result.reasons] == [
        (3, "says something else of the same customer than line 2: plan"),
        (4, "has the same customer and contact as line 2"),
        (5, "customer.is_vip: 'maybe' is neither yes nor no; give its words in [words.is_vip] of the map"),
        (6, "names a contact but no customer"),
        (7, "contact.phone: '12' is no telephone number"),
    ]
    assert sorted(c.name for c in desk.cache.records(Contact)) == ["Ivo", "Marta"]


def test_bad_rows_are_listed_beside_the_input_and_stop_nothing(tmp_path: Path) -> None:
    desk = a_desk(tmp_path / "profile")
    lines = [*THREE, "1,Again,open,,Halden Hotels,", "5,Odd,frobbed,,Halden Hotels,", "6,Short", "7,When,open,soon,,"]
    lines += ["8,Nobody's,open,,,Lars", "9,Fine,open,2026-03-02,,"]
    result = imports.run(desk, a_file(tmp_path, lines, "march.csv"), ISSUES)
    assert (result.rows, result.rejected, sorted(issues_of(desk))) == (9, 5, ["1", "2", "3", "9"])
    assert result.rejected_file == tmp_path / "march.rejected.csv"
    with result.rejected_file.open(encoding="utf-8-sig", newline="") as listed:
        rows = list(csv.DictReader(listed))
    assert [(r["line"], r["reason"]) for r in rows] == [
        ("5", "has the same key as line 2"),
        ("6", "issue.state: 'frobbed' is not among [words.state] of the map"),
        ("7", "has 2 cells where the header has 6"),
        ("8", "issue.opened_at: 'soon' is no time written as iso"),
        ("9", "names a contact but no customer"),
    ]
    assert rows[2]["text"] == "6,Short"
    imports.run(desk, a_file(tmp_path, THREE, "march.csv"), ISSUES)
    assert not result.rejected_file.exists()  # what it lists is not true any more


def test_progress_is_told_and_an_import_can_be_cancelled_and_goes_on(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    file = a_file(tmp_path, [EVENTS_HEADER, *(event_line(f"K{n // 3}", n, "Active") for n in range(1000))])
    told: list[ImportProgress] = []
    half = file.stat().st_size * 3 // 2
    stopped = imports.run(desk, file, EVENTS, told.append, lambda: bool(told) and told[-1].done_bytes > half)
    assert stopped.is_cancelled
    assert 0 < stopped.by_table["issue_event"] < 1000
    told.clear()
    rest = imports.run(desk, file, EVENTS, told.append)
    assert not rest.is_cancelled
    assert stopped.inserted + rest.inserted == 1 + 1 + 334 + 1000
    done = [p.done_bytes for p in told]
    assert done == sorted(done)
    assert (told[-1].done_bytes, told[-1].rows) == (told[-1].total_bytes, 1000)
    assert told[-1].rows_per_s > 0
    before = everything(desk)
    imports.run(desk, file, EVENTS)
    assert everything(desk) == before


def test_preview_shows_what_would_come_and_writes_nothing(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    header = ISSUES_HEADER + ",colour"
    lines = [
        header,
        *(f"{n},Title {n},{'open' if n % 10 else 'lost'},,Northgate Rail,Priya,red" for n in range(1, 10_101)),
    ]
    before = everything(desk)
    seen = imports.preview(desk, a_file(tmp_path, lines), ISSUES)
    assert everything(desk) == before
    assert seen.fields == (
        "customer.name",
        "contact.name",
        "issue.key",
        "issue.title",
        "issue.state",
        "issue.opened_at",
    )
    assert len(seen.rows) == 20
    assert seen.rows[0].cells == ("Northgate Rail", "Priya", "1", "Title 1", "open", "")
    assert seen.left_out == ("colour",)
    assert (seen.good, seen.bad, len(seen.bad_rows), seen.is_whole) == (9000, 1000, 20, False)
    assert [one.as_dict() for one in seen.unmapped] == [
        {"field": "state", "cells": 1000, "words": {"lost": 1000}, "becomes": "rejected"}
    ]


def test_whom_the_rules_do_not_let_is_refused_up_front(tmp_path: Path) -> None:
    file = a_file(tmp_path, THREE)
    trainee = a_desk(tmp_path / "t", Role.TRAINEE)
    before = everything(trainee)
    for verb in (imports.preview, imports.run):
        with pytest.raises(Refused, match=r"trainee.* may not add customers"):
            verb(trainee, file, ISSUES)
    assert everything(trainee) == before
    bare = parse_map('kind = "issues"\nsource = "x"\n[issue]\nkey = "id"\ntitle = "title"\n')
    assert imports.run(trainee, file, bare).inserted == 3
    with pytest.raises(Refused, match="readonly"):
        imports.run(a_desk(tmp_path / "r", Role.READONLY), file, bare)


def test_undo_takes_back_what_came_in_and_the_file_can_come_again(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    file = a_file(tmp_path, [EVENTS_HEADER, *(event_line(f"K{n // 3}", n, "Active") for n in range(90))])
    first = imports.run(desk, file, EVENTS)
    told: list[tuple[int, int]] = []
    done = imports.undo(desk, first.import_id, lambda n, total: told.append((n, total)))
    assert (done.removed, done.kept, told[-1]) == (32, 0, (32, 32))
    assert not any(desk.cache.records(r) for r in (Issue, Contact, Customer))
    assert imports.past(desk)[0].is_taken_back
    again = imports.run(desk, file, EVENTS)
    assert again.by_table == first.by_table
    assert len(history_of(desk, issues_of(desk)["K0"])) == 3
    before = everything(desk)
    assert imports.run(desk, file, EVENTS).inserted == 0
    assert everything(desk) == before
    assert [(p.file, p.source, p.kind, p.added["issue"], p.is_taken_back) for p in imports.past(desk)] == [
        ("export.csv", "log", "events", 30, False),
        ("export.csv", "log", "events", 30, True),
    ]


def test_undo_keeps_what_people_have_worked_with(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    result = imports.run(desk, a_file(tmp_path, [*THREE, "4,Alone,new,,Morrow Foods,Ada"]), ISSUES)
    issues = issues_of(desk)
    with desk.edit() as edit:
        edit.update(issues["2"], workaround="Restart it")
        edit.insert(Interaction(id=new_id(), issue_id=issues["3"].id, at=desk.now, person_id=desk.person_id))
    done = imports.undo(desk, result.import_id)
    assert sorted(issues_of(desk)) == ["2", "3"]
    assert sorted(c.name for c in desk.cache.records(Customer)) == ["Halden Hotels", "Northgate Rail"]
    assert (done.removed, done.kept) == (4, 5)  # 1, 4, Ada and Morrow Foods went


def test_undo_is_for_managers_and_for_imports_made_here(tmp_path: Path) -> None:
    desk = a_desk(tmp_path, Role.SUPPORT)
    result = imports.run(desk, a_file(tmp_path, THREE), ISSUES)
    with pytest.raises(Refused, match="Ask a manager"):
        imports.undo(desk, result.import_id)
    assert len(issues_of(desk)) == 3
    with pytest.raises(BadInput, match="not made on this workstation"):
        imports.undo(desk, new_id())


def test_a_cancelled_undo_can_be_finished(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    lines = [ISSUES_HEADER, *(f"{n},T,open,,," for n in range(60))]
    result = imports.run(desk, a_file(tmp_path, lines), ISSUES)
    part = imports.undo(desk, result.import_id, is_cancelled=lambda: len(issues_of(desk)) < 60)
    assert part.is_cancelled
    assert 0 < part.removed < 60
    rest = imports.undo(desk, result.import_id)
    assert (part.removed + rest.removed, rest.kept) == (60, 0)


def test_an_import_reaches_the_other_workstation_whole(company: TestCompany, tmp_path: Path) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben", Role.SUPPORT)
    states = ("New", "Active", "Active", "Done")
    lines = [
        event_line(f"K{n // 4}", n, states[n % 4], caller=f"Caller {n // 12}", handed=str(n % 3)) for n in range(300)
    ]
    file = a_file(tmp_path, [EVENTS_HEADER, *lines])
    result = imports.run(anna.desk, file, EVENTS)
    assert result.by_table == {"customer": 1, "contact": 25, "issue": 75, "issue_event": 300}
    anna.sync()
    ben.sync()
    assert (anna.unsent(), anna.conflicts()) == (0, [])
    for record in (Customer, Contact, Issue, IssueEvent):
        here, there = (s.cache.records(record, "1 ORDER BY id") for s in (anna, ben))
        assert here == there
        assert all(row.rev == 1 for row in here)
    assert all(issue.number for issue in issues_of(ben.desk).values())
    assert reports.incidents(ben.desk) == reports.incidents(anna.desk)

    # The same file from the other workstation, which knows nothing of the first import, changes nothing either.
    again = imports.run(ben.desk, file, EVENTS)
    assert (again.inserted, again.updated, again.rejected, ben.unsent()) == (0, 0, 0, 0)

    # Nor does it take back what somebody has done in the meantime.
    with anna.desk.edit() as edit:
        edit.update(issues_of(anna.desk)["K1"], title="Said better")
    anna.sync()
    ben.sync()
    assert imports.run(ben.desk, file, EVENTS).updated == 0
    assert ben.unsent() == 0

    # Undo goes the same way as any edit, and the file can come again.
    undone = imports.undo(anna.desk, result.import_id)
    assert undone.kept == 3  # K1, who called for it and where
    anna.sync()
    ben.sync()
    assert (anna.unsent(), anna.conflicts()) == (0, [])
    assert list(issues_of(ben.desk)) == ["K1"]
    assert imports.run(ben.desk, file, EVENTS).by_table == {"contact": 24, "issue": 74, "issue_event": 296}
    ben.sync()
    anna.sync()
    assert (ben.unsent(), ben.conflicts()) == (0, [])
    assert len(issues_of(anna.desk)) == 75
    assert all(len(history_of(anna.desk, issue)) == 4 for issue in issues_of(anna.desk).values())


RICH_MAP = """
kind = "events"
source = "rich"
times = ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "iso", "unix"]
zone = "Europe/London"
[issue]
key = "id"
state = "state"
opened_at = "opened"
owner = "owner"
[event]
at = "at"
team = "team"
level = "level"
product = "product"
[words.state]
New = "new"
Done = "solved"
[words.level]
"Second line" = 2
[words.owner]
"A. Nna" = "anna"
"""
RICH_HEADER = "id,state,opened,owner,at,team,level,product,colour"


def test_owner_team_level_and_product_are_those_of_the_last_event(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    lines = [
        RICH_HEADER,
        "A,New,2026-03-01T08:00,Anna,2026-03-01T08:00,First,1,Portal,red",
        "A,Done,2026-03-01T08:00,a. nna,2026-03-02T08:00,Second,second line,,red",
        "B,New,2026-03-01T08:00,Somebody Else,2026-03-01T08:00,,,Netview,red",
    ]
    result = imports.run(desk, a_file(tmp_path, lines), parse_map(RICH_MAP))
    assert (result.rejected, result.ambiguous) == (0, None)
    issues = issues_of(desk)
    a, b = issues["A"], issues["B"]
    assert (a.owner_id, a.team, a.level, a.product) == (desk.person_id, "Second", 2, "")
    assert (b.owner_id, b.team, b.level, b.product) == (None, "", 0, "Netview")
    assert [(e.team, e.level, e.product) for e in history_of(desk, a)] == [("First", 1, "Portal"), ("Second", 2, "")]
    assert [one.as_dict() for one in result.unmapped] == [
        {"field": "owner", "cells": 1, "words": {"Somebody Else": 1}, "becomes": "nobody"}
    ]
    assert imports.run(desk, a_file(tmp_path, lines), parse_map(RICH_MAP)).unchanged == 5


def test_dates_in_four_formats_in_one_file_are_read_and_the_doubtful_ones_told(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    lines = [
        RICH_HEADER,
        "A,New,28/03/2026 12:00,,2026-03-28T12:00+02:00,,,,",  # the day before the clocks change
        "B,New,03/28/2026 12:00,,1774699200,,,,",
        "C,New,29/03/2026 01:30,,2026-04-03T12:00,,,,",  # an hour that London skips: the first instant after it
        "D,New,03/04/2026 12:00,,03/04/2026 12:00,,,,",
        "E,New,04/04/2026 12:00,,31/02/2026 12:00,,,,",
    ]
    file = a_file(tmp_path, lines)
    seen = imports.preview(desk, file, parse_map(RICH_MAP))
    result = imports.run(desk, file, parse_map(RICH_MAP))
    issues = issues_of(desk)
    assert issues["A"].opened_at == issues["B"].opened_at == datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert issues["C"].opened_at == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert issues["D"].opened_at == datetime(2026, 4, 3, 11, tzinfo=UTC)
    assert history_of(desk, issues["A"])[0].at == datetime(2026, 3, 28, 10, tzinfo=UTC)
    assert history_of(desk, issues["B"])[0].at == datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert [(row.line, "is no time written as" in row.reason) for row in result.reasons] == [(6, True)]
    assert seen.ambiguous == result.ambiguous
    assert result.ambiguous is not None
    assert (result.ambiguous.cells, result.ambiguous.example) == (2, "03/04/2026 12:00")
    assert result.ambiguous.taken == "2026-04-03 11:00 UTC by %d/%m/%Y %H:%M"
    assert result.ambiguous.other == "2026-03-04 12:00 UTC by %m/%d/%Y %H:%M"


def test_a_preview_says_what_the_map_leaves_out(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    lines = [
        RICH_HEADER,
        *(
            f"{n},{'Lost' if n % 2 else 'New'},,Anna,2026-03-01T08:00,,{'Third' if n == 4 else ''},,red"
            for n in range(9)
        ),
    ]
    seen = imports.preview(desk, a_file(tmp_path, lines), parse_map(RICH_MAP))
    assert seen.left_out == ("colour",)
    assert [(u.field, u.cells, u.words, u.becomes) for u in seen.unmapped] == [
        ("level", 1, (("Third", 1),), "rejected"),
        ("state", 4, (("Lost", 4),), "rejected"),
    ]
    assert (seen.good, seen.bad) == (4, 5)
    assert seen.rows[0].cells[seen.fields.index("issue.owner")] == "Anna"


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=60) | st.sampled_from([b",", b'"', b"\r", b"\n", b"\0", b"A,New"]), max_size=40))
def test_arbitrary_bytes_are_rows_or_reasons_with_their_line(tmp_path: Path, parts: list[bytes]) -> None:
    desk = a_desk(tmp_path / "profile")
    body = b"".join(parts)
    file = a_file(tmp_path, RICH_HEADER.encode() + b"\n" + body)
    for seen in (imports.preview(desk, file, parse_map(RICH_MAP)),):
        lines = body.count(b"\n") + body.count(b"\r") + 2
        assert all(2 <= row.line <= lines and row.reason for row in seen.bad_rows)
        assert seen.good + seen.bad <= lines
    desk.cache.close()
