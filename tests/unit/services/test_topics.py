"""Whom to ask first about a topic: the order is set, and set back."""

import pytest

from app.domain.errors import BadInput, Refused
from app.domain.person import Role
from app.services import topics, undo
from tests.halden import Clock
from tests.stations import Station, TestCompany


def test_an_order_is_made_moved_and_put_back(anna: Station, company: TestCompany, clock: Clock) -> None:
    ben = company.station("ben", Role.SUPPORT, clock)
    dana = company.station("dana", Role.ENGINEER, clock)
    anna.sync()
    desk = anna.desk
    for person in (anna, ben, dana):
        topics.add(desk, "Import", person.person_id)

    def order() -> list[str]:
        return [line.person for line in topics.topics(desk)["Import"]]

    assert order() == ["Anna", "Ben", "Dana"]
    with pytest.raises(BadInput, match="already"):
        topics.add(desk, "import", ben.person_id)
    last = topics.topics(desk)["Import"][2]
    topics.move(desk, last.id, -1)
    assert order() == ["Anna", "Dana", "Ben"]
    topics.move(desk, last.id, -9)
    assert order() == ["Dana", "Anna", "Ben"]
    middle = topics.topics(desk)["Import"][1].id
    _none, undoable = undo.recorded(desk, lambda recording: topics.remove(recording, middle))
    assert order() == ["Dana", "Ben"]
    assert undoable is not None
    undo.revert(desk, undoable)
    assert order() == ["Dana", "Anna", "Ben"]
    topics.say(desk, last.id, "mornings only")
    assert topics.topics(desk)["Import"][0].words == "mornings only"
    anna.sync()
    ben.sync()
    assert [line.person for line in topics.topics(ben.desk)["Import"]] == ["Dana", "Anna", "Ben"]


def test_what_is_missing_is_said(anna: Station) -> None:
    with pytest.raises(BadInput, match="Which topic"):
        topics.add(anna.desk, " ", anna.person_id)
    with pytest.raises(BadInput, match="Whom"):
        topics.add(anna.desk, "import", None)


def test_a_trainee_sees_why_not(company: TestCompany, clock: Clock) -> None:
    noor = company.station("noor", Role.TRAINEE, clock)
    assert "trainee" in topics.why_not_set(noor.desk)
    with pytest.raises(Refused):
        topics.add(noor.desk, "import", noor.person_id)
