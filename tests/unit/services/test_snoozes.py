"""Out of one person's sight until a time, or until the customer says something."""

from datetime import timedelta

import pytest

from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.issue import Issue
from app.domain.person import Role
from app.services import calls, snoozes, undo
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


def test_it_sleeps_for_me_alone_and_wakes_by_itself(
    ben: Station, issue_id: str, company: TestCompany, clock: Clock
) -> None:
    until = clock.now + timedelta(hours=2)
    snoozes.snooze(ben.desk, [issue_id], until)
    assert snoozes.asleep_until(ben.desk, issue_id) == until
    ben.sync()
    anna = company.station("anna", clock=clock)
    assert snoozes.asleep_until(anna.desk, issue_id) is None
    later = until + timedelta(hours=1)
    snoozes.snooze(ben.desk, [issue_id], later)
    assert snoozes.asleep_until(ben.desk, issue_id) == later
    clock.now = later
    assert snoozes.asleep_until(ben.desk, issue_id) is None


def test_it_is_woken_by_hand_and_by_undo(ben: Station, issue_id: str, clock: Clock) -> None:
    until = clock.now + timedelta(hours=2)
    _none, done = undo.recorded(ben.desk, lambda desk: snoozes.snooze(desk, [issue_id], until))
    assert done is not None
    undo.revert(ben.desk, done)
    assert snoozes.asleep_until(ben.desk, issue_id) is None
    snoozes.snooze(ben.desk, [issue_id], until)
    assert snoozes.wake(ben.desk, [issue_id]) == 1
    assert snoozes.wake(ben.desk, [issue_id]) == 0
    assert snoozes.asleep_until(ben.desk, issue_id) is None


def test_a_customer_who_says_something_wakes_it(ben: Station, issue_id: str, clock: Clock) -> None:
    snoozes.snooze(ben.desk, [issue_id], clock.now + timedelta(hours=2))
    clock.now += timedelta(minutes=5)
    calls.called_again(ben.desk, issue_id)
    assert snoozes.asleep_until(ben.desk, issue_id) is None


def test_a_time_that_is_over_is_refused(ben: Station, issue_id: str, clock: Clock) -> None:
    with pytest.raises(BadInput, match="to come"):
        snoozes.snooze(ben.desk, [issue_id], clock.now)
