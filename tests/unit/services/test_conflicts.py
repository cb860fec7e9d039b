import json
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.issue import Issue, IssueState
from app.domain.person import Role
from app.services import conflicts, issue_lists, issues, outbox
from app.services.conflicts import ConflictKind, ConflictLine
from app.store.edits import pending
from tests.halden import DAY, HOUR, NOW, Clock
from tests.stations import Station, TestCompany


class Pair:
    """Two desks that have both changed one issue while apart."""

    def __init__(self, company: TestCompany) -> None:
        self.clock = Clock()
        self.anna = company.station("anna", Role.MANAGER, self.clock)
        self.ben = company.station("ben", clock=self.clock)
        with self.anna.desk.edit() as edit:
            made = edit.insert(Issue(id=new_id(), title="Import fails", opened_at=NOW))
        self.issue_id = made.id
        self.sync()

    def sync(self) -> None:
        for station in (self.anna, self.ben, self.anna):
            station.sync()

    def clash(self, field: str, first: object, second: object) -> ConflictLine:
        """Anna's value arrives first, so that Ben has the conflict."""
        for station, value in ((self.anna, first), (self.ben, second)):
            with station.desk.edit() as edit:
                edit.update(station.desk.need(Issue, self.issue_id), **{field: value})
        self.sync()
        (line,) = conflicts.open_conflicts(self.ben.desk)
        return line

    def both(self, field: str) -> object:
        """Give the value, which must be the same on both desks, with nothing left to send or to resolve."""
        self.sync()
        assert not self.ben.conflicts()
        assert not self.anna.conflicts()
        assert self.ben.unsent() == 0
        here, there = (getattr(s.desk.need(Issue, self.issue_id), field) for s in (self.anna, self.ben))
        assert here == there
        return here


@pytest.fixture
def pair(company: TestCompany) -> Pair:
    return Pair(company)


def test_a_conflict_names_the_issue_the_field_the_values_and_the_person(pair: Pair) -> None:
    line = pair.clash("title", "Import fails at night", "Import fails on Fridays")
    assert (line.kind, line.name, line.base, line.mine, line.theirs, line.theirs_by) == (
        ConflictKind.CLASH, "title", "Import fails", "Import fails on Fridays", "Import fails at night", "Anna",
    )  # fmt: skip
    assert line.label == f"issue {pair.ben.desk.need(Issue, pair.issue_id).label} Import fails at night"
    assert issue_lists.lines(pair.ben.desk, [pair.issue_id])[0].has_conflict
    assert issues.detail(pair.ben.desk, pair.issue_id).conflicts == (line,)


def test_mine_is_kept_on_top_of_theirs(pair: Pair) -> None:
    line = pair.clash("title", "A", "B")
    conflicts.keep_mine(pair.ben.desk, line.id)
    assert not issue_lists.lines(pair.ben.desk, [pair.issue_id])[0].has_conflict
    assert pair.both("title") == "B"


def test_theirs_is_kept_by_leaving_it(pair: Pair) -> None:
    line = pair.clash("title", "A", "B")
    pair.ben.told.changes.clear()
    conflicts.keep_theirs(pair.ben.desk, line.id)
    assert any(pair.issue_id in change.ids for change in pair.ben.told.changes)
    assert pair.both("title") == "A"


def test_theirs_takes_back_a_newer_unsent_edit_of_mine(pair: Pair) -> None:
    line = pair.clash("title", "A", "B")
    issues.rename(pair.ben.desk, pair.issue_id, "B again")
    conflicts.keep_theirs(pair.ben.desk, line.id)
    assert pair.both("title") == "A"


def test_a_third_value_is_written_as_it_is_typed(pair: Pair) -> None:
    line = pair.clash("title", "A", "B")
    conflicts.write_third(pair.ben.desk, line.id, " C ")
    assert pair.both("title") == "C"


def test_a_third_value_fits_its_kind(pair: Pair) -> None:
    line = pair.clash("next_update_at", NOW + HOUR, NOW + DAY)
    assert (line.mine, line.theirs, line.base) == (NOW + DAY, NOW + HOUR, None)
    with pytest.raises(BadInput):
        conflicts.write_third(pair.ben.desk, line.id, "whenever")
    conflicts.write_third(pair.ben.desk, line.id, "in 3h")
    assert pair.both("next_update_at") == NOW + timedelta(hours=3)
    line = pair.clash("impact", 1, 3)
    with pytest.raises(BadInput, match="whole number"):
        conflicts.write_third(pair.ben.desk, line.id, "high")
    conflicts.write_third(pair.ben.desk, line.id, "2")
    assert pair.both("impact") == 2
    line = pair.clash("state", IssueState.OPEN, IssueState.SCHEDULED)
    with pytest.raises(BadInput, match="one of the words"):
        conflicts.write_third(pair.ben.desk, line.id, "lost")
    conflicts.write_third(pair.ben.desk, line.id, "Solved")
    assert pair.both("state") is IssueState.SOLVED


def test_people_are_shown_and_written_by_name(pair: Pair) -> None:
    line = pair.clash("owner_id", pair.anna.person_id, pair.ben.person_id)
    assert (line.name, line.mine, line.theirs, line.base) == ("owner", "Ben", "Anna", None)
    with pytest.raises(BadInput, match="named"):
        conflicts.write_third(pair.ben.desk, line.id, "Nobody")
    conflicts.write_third(pair.ben.desk, line.id, "")
    assert pair.both("owner_id") is None


def test_a_conflict_is_resolved_once(pair: Pair) -> None:
    line = pair.clash("title", "A", "B")
    conflicts.keep_mine(pair.ben.desk, line.id)
    for again in (conflicts.keep_mine, conflicts.keep_theirs):
        with pytest.raises(Refused, match="resolved already"):
            again(pair.ben.desk, line.id)


def test_a_row_that_is_gone_can_only_be_dropped(pair: Pair) -> None:
    with pair.anna.desk.edit() as edit:
        edit.delete(pair.anna.desk.need(Issue, pair.issue_id))
    issues.rename(pair.ben.desk, pair.issue_id, "Mine")
    pair.sync()
    (line,) = conflicts.open_conflicts(pair.ben.desk)
    assert (line.kind, line.mine, line.can_keep_mine) == (ConflictKind.GONE, "title: Mine", False)
    assert line.typed == (("title", "Mine"),)
    with pytest.raises(Refused, match="cannot be given again"):
        conflicts.keep_mine(pair.ben.desk, line.id)
    conflicts.keep_theirs(pair.ben.desk, line.id)
    assert not conflicts.open_conflicts(pair.ben.desk)


def removal(pair: Pair) -> ConflictLine:
    """Anna removed the issue and Ben changed it meanwhile: the company kept it, and Anna has the conflict."""
    with pair.anna.desk.edit() as edit:
        edit.delete(pair.anna.desk.need(Issue, pair.issue_id))
    issues.rename(pair.ben.desk, pair.issue_id, "Import fails on Fridays")
    pair.ben.sync()
    pair.anna.sync()
    (line,) = conflicts.open_conflicts(pair.anna.desk)
    return line


def test_a_removal_that_met_a_change_is_done_anyway(pair: Pair) -> None:
    line = removal(pair)
    assert (line.is_removal, line.can_keep_mine, line.can_write_third) == (True, True, False)
    assert line.theirs_by == "Ben"
    assert "title" in line.reason
    with pytest.raises(Refused, match="removed or it stays"):
        conflicts.write_third(pair.anna.desk, line.id, "yes")
    conflicts.keep_mine(pair.anna.desk, line.id)
    pair.sync()
    for station in (pair.anna, pair.ben):
        found = station.cache.record(Issue, pair.issue_id)
        assert found is None or found.deleted
    assert not pair.anna.conflicts()


def test_a_removal_that_met_a_change_is_left(pair: Pair) -> None:
    conflicts.keep_theirs(pair.anna.desk, removal(pair).id)
    assert pair.both("title") == "Import fails on Fridays"


def test_a_removal_tried_again_before_it_is_left_is_taken_back(pair: Pair) -> None:
    line = removal(pair)
    with pair.anna.desk.edit() as edit:
        edit.delete(pair.anna.desk.need(Issue, pair.issue_id))
    conflicts.keep_theirs(pair.anna.desk, line.id)
    assert pair.anna.unsent() == 0
    assert pair.both("title") == "Import fails on Fridays"


def test_long_text_is_marked_as_such(pair: Pair) -> None:
    line = pair.clash("agreed_line", "one\ntwo", "one\nthree")
    assert line.is_long


def _three(pair: Pair, company: TestCompany) -> Station:
    """Dora sees the title that Anna gave, gives it another, and Ben's open conflict hears of it."""
    dora = company.station("dora", Role.MANAGER, pair.clock)
    with dora.desk.edit() as edit:
        edit.update(dora.desk.need(Issue, pair.issue_id), title="Dora's")
    dora.sync()
    return dora


def test_an_open_conflict_shows_what_a_third_person_wrote_meanwhile(pair: Pair, company: TestCompany) -> None:
    pair.clash("title", "A", "B")
    _three(pair, company)
    pair.ben.sync()
    (line,) = conflicts.open_conflicts(pair.ben.desk)
    assert (line.base, line.mine, line.theirs, line.theirs_by) == ("Import fails", "B", "Dora's", "Dora")
    conflicts.keep_mine(pair.ben.desk, line.id, line)
    assert pair.both("title") == "B"


@pytest.mark.parametrize("is_third", [False, True])
def test_an_answer_never_overwrites_what_its_person_has_not_seen(
    pair: Pair, company: TestCompany, *, is_third: bool
) -> None:
    seen = pair.clash("title", "A", "B")
    _three(pair, company)
    pair.ben.sync()  # the screen still shows A
    if is_third:
        conflicts.write_third(pair.ben.desk, seen.id, "C", seen)
    else:
        conflicts.keep_mine(pair.ben.desk, seen.id, seen)
    pair.sync()
    (line,) = conflicts.open_conflicts(pair.ben.desk)
    assert (line.base, line.mine, line.theirs) == ("A", "C" if is_third else "B", "Dora's")
    assert pair.anna.desk.need(Issue, pair.issue_id).title == "Dora's"


def test_an_answer_takes_the_place_of_what_is_unsent_for_the_field(pair: Pair) -> None:
    line = pair.clash("title", "A", "B")
    with pair.ben.desk.edit() as edit:
        edit.update(pair.ben.desk.need(Issue, pair.issue_id), title="B again", workaround="Restart")
    conflicts.write_third(pair.ben.desk, line.id, "C", line)
    fields = [op.fields for op in pending(pair.ben.cache)]
    assert fields == [{"workaround": ["", "Restart"]}, {"title": ["A", "C"]}]
    assert pair.both("title") == "C"
    assert pair.both("workaround") == "Restart"


def test_theirs_is_kept_as_the_company_has_it_now(pair: Pair, company: TestCompany) -> None:
    line = pair.clash("title", "A", "B")
    _three(pair, company)
    issues.rename(pair.ben.desk, pair.issue_id, "B again")
    conflicts.keep_theirs(pair.ben.desk, line.id)
    assert pair.ben.unsent() == 0
    assert pair.both("title") == "Dora's"


def test_what_did_not_go_through_is_exported_with_what_was_not_sent(pair: Pair, tmp_path: Path) -> None:
    pair.clash("title", "A", "B")
    file = tmp_path / "unsent.json"
    assert outbox.export(pair.ben.desk, file) == 1
    told = json.loads(file.read_text(encoding="utf-8"))
    assert told["list"] == []
    ((what, mine),) = [(one["what"], one["mine"]) for one in told["to_resolve"]]
    assert (what.split(":")[0], mine) == ("clash", "B")
