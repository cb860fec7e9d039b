"""Words on an issue: how they are kept, and that two people's never clash."""

import pytest

from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.issue import Issue
from app.domain.person import Role
from app.domain.tag import Tag
from app.services import tags
from tests.halden import NOW, Clock
from tests.stations import Station, TestCompany


@pytest.fixture
def ben(company: TestCompany, clock: Clock) -> Station:
    return company.station("ben", Role.SUPPORT, clock)


@pytest.fixture
def issue_id(ben: Station) -> str:
    with ben.desk.edit() as edit:
        made = edit.insert(Issue(id=new_id(), title="Import fails", opened_at=NOW))
    ben.sync()
    return made.id


def test_a_word_is_kept_in_one_way_of_writing(ben: Station, issue_id: str) -> None:
    assert tags.add(ben.desk, issue_id, "  Needs   Build 40 ") == "needs-build-40"
    tags.add(ben.desk, issue_id, "VPN")
    assert tags.of_issue(ben.desk, issue_id) == ("needs-build-40", "vpn")


def test_a_word_that_is_there_is_no_edit_and_one_that_is_not_there_goes_without_one(
    ben: Station, issue_id: str
) -> None:
    tags.add(ben.desk, issue_id, "vpn")
    unsent = ben.unsent()
    tags.add(ben.desk, issue_id, "Vpn")
    tags.remove(ben.desk, issue_id, "other")
    assert ben.unsent() == unsent


def test_words_that_are_none_are_refused(ben: Station, issue_id: str) -> None:
    for word in ("", "   ", "x" * 41):
        with pytest.raises(BadInput):
            tags.add(ben.desk, issue_id, word)
    with pytest.raises(Refused):
        tags.add(ben.desk, new_id(), "vpn")
    with pytest.raises(BadInput):
        tags.write(ben.desk, issue_id, " ")
    with pytest.raises(BadInput):
        tags.write(ben.desk, issue_id, "fine -")
    assert tags.of_issue(ben.desk, issue_id) == ()


def test_typed_words_go_on_and_words_with_a_minus_go_off(ben: Station, issue_id: str) -> None:
    assert tags.write(ben.desk, issue_id, "vpn, night") == ("night", "vpn")
    assert tags.write(ben.desk, issue_id, "-VPN urgent") == ("night", "urgent")


def test_two_people_put_on_and_take_off_and_nothing_clashes(
    company: TestCompany, clock: Clock, ben: Station, issue_id: str
) -> None:
    anna = company.station("anna", Role.MANAGER, clock)
    tags.add(ben.desk, issue_id, "vpn")
    tags.add(anna.desk, issue_id, "vpn")  # apart: two rows, one word
    for station in (ben, anna, ben):
        station.sync()
    assert len(ben.cache.records(Tag)) == 2
    assert tags.of_issue(ben.desk, issue_id) == ("vpn",)
    tags.remove(ben.desk, issue_id, "vpn")
    tags.add(anna.desk, issue_id, "night")
    for station in (ben, anna, ben):
        station.sync()
    for station in (ben, anna):
        assert tags.of_issue(station.desk, issue_id) == ("night",)
        assert (station.conflicts(), station.unsent()) == ([], 0)
