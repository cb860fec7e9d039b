from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.issue import Issue, IssueEvent, IssueState, Note
from app.services import agreed_lines, calls, issue_lists, issues, outbox, promises
from app.services.escalations import raise_escalation
from app.services.issue_lists import FilterError, ListQuery, Order, View
from app.services.timeline import Happening
from app.store import issues as lists
from app.store.issues import Asker, Wanted
from tests.halden import DAY, HOUR, NOW, Clock, Sample
from tests.stations import Station, TestCompany


def keys(sample: Sample, ids: Sequence[str] | None) -> list[str]:
    by_id = {one: key for key, one in sample.issues.items()}
    assert ids is not None
    return [by_id[i] for i in ids]


def test_each_view_holds_its_issues_in_its_order(anna: Station, sample: Sample) -> None:
    issues.assign(anna.desk, sample.issues["page"], anna.person_id)
    issues.set_state(anna.desk, sample.issues["vlan"], IssueState.WAITING, waiting_on="ANNA")
    got = {view: keys(sample, issue_lists.ids(anna.desk, ListQuery(view))) for view in View}
    assert got[View.PROMISES] == ["import", "page", "vlan", "slow"]
    assert got[View.CALLED_AGAIN] == ["import", "slow", "export", "page"]
    assert got[View.WAITING_ON_ME] == ["page", "vlan"]
    assert set(got[View.UNASSIGNED]) == set(sample.issues) - {"page", "old"}
    assert got[View.VIP] == ["import", "page", "bridge"]
    assert got[View.NOT_UPDATED] == ["import", "login", "slow"]
    assert set(got[View.ALL_OPEN]) == set(sample.issues) - {"old"}
    assert got[View.ALL_OPEN][:2] == ["import", "page"]
    counts = {c.view: c for c in issue_lists.views(anna.desk) or ()}
    assert {view: c.count for view, c in counts.items()} == {view: len(ids) for view, ids in got.items()}
    assert counts[View.PROMISES].over == 1


def test_a_list_is_sorted_by_any_column_both_ways(anna: Station, sample: Sample) -> None:
    def sorted_by(order: Order, *, down: bool = False) -> list[str]:
        return keys(sample, issue_lists.ids(anna.desk, ListQuery(order=order, is_descending=down)))

    assert sorted_by(Order.NUMBER)[0] == "import"
    assert sorted_by(Order.NUMBER, down=True)[0] == "login"
    assert sorted_by(Order.TITLE)[0] == "page"
    assert sorted_by(Order.CALLS, down=True)[:2] == ["import", "slow"]
    assert sorted_by(Order.DUE)[:2] == ["import", "page"]
    assert sorted_by(Order.UPDATED)[0] == "import"
    assert len(sorted_by(Order.WAITING)) == 8


def test_words_filter_by_issue_customer_and_caller(anna: Station, sample: Sample) -> None:
    def filtered(text: str) -> list[str]:
        return keys(sample, issue_lists.ids(anna.desk, ListQuery(text=text)))

    assert filtered("import") == ["import"]
    assert filtered("hald") == ["page", "bridge"]
    assert filtered("halden bridge") == ["bridge"]
    assert set(filtered("priya")) == {"vlan", "login"}
    assert filtered(anna.desk.need(Issue, sample.issues["vlan"]).label) == ["vlan"]
    assert filtered("nothing like it") == []
    with pytest.raises(FilterError, match="column 1"):
        filtered('"')


def test_a_line_says_what_the_list_shows(anna: Station, sample: Sample) -> None:
    wanted = [sample.issues["slow"], sample.issues["import"], new_id()]
    slow, broken = issue_lists.lines(anna.desk, wanted)
    assert (broken.title, broken.customer, broken.is_vip, broken.priority) == (
        "Import fails after the night deployment", "Northgate Rail", True, 1,
    )  # fmt: skip
    assert (broken.calls, broken.waiting_on, broken.told_at) == (4, "Engineering", NOW - 6 * DAY)
    assert broken.next_update_at == NOW - timedelta(hours=2.2)
    assert (slow.state, slow.watch_until, slow.calls) == (IssueState.WATCHING, NOW + 7 * DAY, 3)
    assert slow.id not in outbox.marks(anna.desk)
    issues.rename(anna.desk, slow.id, "Site slow at nine")
    assert slow.id in outbox.marks(anna.desk)


def test_a_detail_has_the_whole_story_newest_first(anna: Station, sample: Sample, clock: Clock) -> None:
    issue_id = sample.issues["import"]
    clock.now += HOUR
    note = issues.add_note(anna.desk, issue_id, "looked at the log\nnothing there")
    clock.now += HOUR
    raise_escalation(anna.desk, issue_id, to_team="Engineering", sentence="They call every week.")
    clock.now += HOUR
    output = issues.add_note(anna.desk, issue_id, "Version 15.2\n", device_id=None, command="show version")
    got = issues.detail(anna.desk, issue_id)
    told = [h for h in got.happened if h.kind is not Happening.CHANGE]
    assert [h.kind for h in told][:4] == [
        Happening.OUTPUT, Happening.ESCALATION, Happening.NOTE, Happening.INTERACTION,
    ]  # fmt: skip
    texts = [h.text for h in told]
    assert "Team: nothing → Engineering" in [h.text for h in got.happened if h.kind is Happening.CHANGE]
    assert texts[0] == "show version"
    assert "Note: looked at the log" in texts
    assert "Escalated to Engineering: They call every week." in texts
    assert "Promise: a fix in build 40" in texts
    assert "Mail out: we are on it" in texts
    assert texts[-1] == "Opened"
    assert texts[-2] == "Call: it does not work"
    marks = {h.row_id: h.mark for h in got.happened}
    assert "broken" in marks.values()
    assert {h.row_id for h in got.happened} & outbox.marks(anna.desk) >= {note.id, output.id}
    assert (got.calls, got.calling_for, got.devices) == (4, 26 * DAY + 3 * HOUR, 1)
    assert (got.installation, got.phone, got.contact_role) == (
        "build 39, hosted by us", "+1 212 555 0147", "operations lead",
    )  # fmt: skip


def test_imported_history_is_shown_in_its_files_order(anna: Station, sample: Sample) -> None:
    issue_id = sample.issues["old"]
    with anna.desk.edit() as edit:
        for seq, state in enumerate(("New", "Active", "Resolved")):
            edit.insert(
                IssueEvent(id=new_id(), issue_id=issue_id, seq=seq, at=NOW, state=state, team="Team 3", person="P 9")
            )
    told = [h.text for h in issues.detail(anna.desk, issue_id).happened if h.kind is Happening.EVENT]
    assert told == ["Resolved · Team 3 · P 9", "Active · Team 3 · P 9", "New · Team 3 · P 9"]


def test_states_name_on_whom_and_when(anna: Station, sample: Sample, clock: Clock) -> None:
    issue_id = sample.issues["page"]
    with pytest.raises(BadInput, match="waiting on somebody"):
        issues.set_state(anna.desk, issue_id, IssueState.WAITING)
    issues.set_state(anna.desk, issue_id, IssueState.WAITING, waiting_on=" Vendor ")
    assert anna.desk.need(Issue, issue_id).waiting_on == "Vendor"
    issues.set_state(anna.desk, issue_id, IssueState.SOLVED)
    clock.now += HOUR
    issues.set_state(anna.desk, issue_id, IssueState.CLOSED)
    closed = anna.desk.need(Issue, issue_id)
    assert (closed.waiting_on, closed.closed_at) == ("", NOW)
    issues.set_state(anna.desk, issue_id, IssueState.OPEN)
    assert anna.desk.need(Issue, issue_id).closed_at is None


def test_an_agreed_line_is_valid_until_its_time(anna: Station, sample: Sample, clock: Clock) -> None:
    issue_id = sample.issues["page"]
    with pytest.raises(BadInput, match="until a time"):
        agreed_lines.agree(anna.desk, issue_id, "We found it.", None)
    agreed_lines.agree(anna.desk, issue_id, "We found it.", NOW + HOUR)
    say = issues.detail(anna.desk, issue_id).say
    assert (say.sentence, say.by, say.until) == ("We found it.", "Anna", NOW + HOUR)
    clock.now += HOUR
    assert issues.detail(anna.desk, issue_id).say.sentence.startswith("I will find out")
    agreed_lines.agree(anna.desk, issue_id, "", None)
    assert anna.desk.need(Issue, issue_id).agreed_line_by is None


def test_the_agreed_line_is_written_by_the_owner_or_a_manager(
    anna: Station, company: TestCompany, sample: Sample, clock: Clock
) -> None:
    issue_id, until = sample.issues["page"], NOW + HOUR
    anna.sync()
    ben, cora = company.station("ben", clock=clock), company.station("cora", clock=clock)
    agreed_lines.agree(ben.desk, issue_id, "We found it.", until)  # nobody owns it
    issues.assign(ben.desk, issue_id, ben.desk.person_id)
    agreed_lines.agree(ben.desk, issue_id, "It is found.", until)
    assert agreed_lines.why_not(ben.desk, issue_id) == ""
    ben.sync()
    cora.sync()
    anna.sync()
    with pytest.raises(Refused, match="written by who owns the issue: Ben") as refused:
        agreed_lines.agree(cora.desk, issue_id, "All is well.", until)
    assert refused.value.todo == "Ask Ben or a manager for it, or take the issue over first: make yourself its owner."
    assert agreed_lines.why_not(cora.desk, issue_id).startswith("Ben owns it and writes its line.")
    assert cora.desk.need(Issue, issue_id).agreed_line == "It is found."
    agreed_lines.agree(anna.desk, issue_id, "A manager may.", until)
    issues.assign(cora.desk, issue_id, cora.desk.person_id)
    agreed_lines.agree(cora.desk, issue_id, "It is mine now.", until)


def test_small_edits_and_their_refusals(anna: Station, sample: Sample) -> None:
    issue_id = sample.issues["page"]
    issues.rename(anna.desk, issue_id, "Page AB")
    issues.rate(anna.desk, issue_id, 3, 3)
    issues.set_workaround(anna.desk, issue_id, "use AC")
    issues.set_next_update(anna.desk, issue_id, NOW + DAY)
    got = issues.detail(anna.desk, issue_id)
    assert (got.title, got.priority, got.workaround, got.next_update_at) == ("Page AB", 4, "use AC", NOW + DAY)
    with pytest.raises(BadInput):
        issues.rename(anna.desk, issue_id, " ")
    with pytest.raises(BadInput):
        issues.rate(anna.desk, issue_id, 0, 3)
    with pytest.raises(BadInput):
        issues.add_note(anna.desk, issue_id, "\n")
    with pytest.raises(Refused):
        issues.assign(anna.desk, issue_id, new_id())
    with pytest.raises(Refused):
        issues.detail(anna.desk, new_id())


def test_both_workstations_see_the_same_lists(
    anna: Station, company: TestCompany, sample: Sample, clock: Clock
) -> None:
    ben = company.station("ben", clock=clock)
    calls.called_again(ben.desk, sample.issues["vlan"])
    ben.sync()
    anna.sync()
    for view in (View.CALLED_AGAIN, View.PROMISES, View.ALL_OPEN):
        assert issue_lists.ids(anna.desk, ListQuery(view)) == issue_lists.ids(ben.desk, ListQuery(view))
    assert "vlan" in keys(sample, issue_lists.ids(anna.desk, ListQuery(View.CALLED_AGAIN)))


def test_a_note_names_who_wrote_it(anna: Station, sample: Sample) -> None:
    note = issues.add_note(anna.desk, sample.issues["page"], "x")
    assert anna.desk.need(Note, note.id).person_id == anna.person_id


def test_promises_that_fall_due_stand_first_in_every_list(anna: Station, sample: Sample, clock: Clock) -> None:
    def listed(query: ListQuery) -> list[str]:
        got = keys(sample, issue_lists.ids(anna.desk, query))
        page = issue_lists.first_page(anna.desk, query)
        assert keys(sample, page.ids) == got, "the first page begins as the whole list does"
        assert page.is_whole
        counted = issue_lists.count(anna.desk, query)
        assert counted == len(got) == len(set(got))
        return got

    assert listed(ListQuery())[:2] == ["import", "page"]
    # Low in every order: P4, and promised by somebody else.
    calls.promise_update(anna.desk, sample.issues["login"], NOW + HOUR)
    assert "login" not in listed(ListQuery())[:2], "in an hour"
    clock.now = NOW + 0.6 * HOUR
    assert listed(ListQuery())[:3] == ["import", "login", "page"], "by due time: the broken one first"
    assert listed(ListQuery(View.UNASSIGNED))[:2] == ["import", "login"]
    assert listed(ListQuery(View.NOT_UPDATED))[:2] == ["import", "login"]
    assert listed(ListQuery(View.CALLED_AGAIN))[0] == "import"
    assert listed(ListQuery(View.VIP))[0] == "import"
    assert listed(ListQuery(View.PROMISES))[:2] == ["import", "login"]
    assert listed(ListQuery(text="priya"))[0] == "login"
    assert listed(ListQuery(None))[:2] == ["import", "login"]
    assert listed(ListQuery(order=Order.TITLE))[0] == "page", "an order that somebody asked for is that order"
    clock.now = NOW + 2 * HOUR
    assert listed(ListQuery())[:2] == ["import", "login"], "broken and still open"
    issues.set_state(anna.desk, sample.issues["login"], IssueState.SOLVED)
    assert "login" not in listed(ListQuery(None))[:2], "a solved one presses nobody"
    issues.set_state(anna.desk, sample.issues["login"], IssueState.OPEN)
    assert listed(ListQuery())[1] == "login"
    promises.withdraw(replace(anna.desk, clock=lambda: NOW), promises.of_issue(anna.desk, sample.issues["login"])[0].id)
    assert "login" not in listed(ListQuery())[:2]


def test_a_page_is_cut_where_more_press_than_fit(anna: Station, sample: Sample) -> None:
    for key in ("page", "vlan", "login", "bridge"):
        calls.promise_update(anna.desk, sample.issues[key], NOW + 0.1 * HOUR)
    asker = Asker(anna.person_id, "Anna", NOW)
    whole = list(lists.ids(anna.cache, Wanted(), asker) or ())
    for limit in range(1, 9):
        got, is_whole = lists.first_page(anna.cache, Wanted(), asker, limit)
        assert [line[0] for line in got] == whole[:limit]
        assert is_whole is (limit == 8)
