"""Emergencies on a real company: told to the managers, reviewed by another one, also when the server is asked."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.customer import Environment
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.guard import Mode
from app.domain.person import Role
from app.domain.session import Emergency
from app.services import emergencies, guard
from tests.halden import Sample
from tests.stations import Station, TestCompany


@pytest.fixture
def core(anna: Station, sample: Sample) -> Device:
    with anna.desk.edit() as edit:
        device = edit.insert(
            Device(id=new_id(), customer_id=sample.customers["Northgate Rail"], name="core-nyc-1", address="10.0.0.1",
                   environment=Environment.PRODUCTION)
        )  # fmt: skip
    anna.sync()
    return device


def test_a_manager_is_told_of_it_and_reviews_it_with_words(company: TestCompany, anna: Station, core: Device) -> None:
    ben, mara = company.station("ben", Role.SUPPORT), replace(anna.desk, clock=lambda: datetime.now(UTC))
    emergency = emergencies.declare(ben.desk, core.id, " Core is down ")
    guard.give(ben.desk, core.id, "sh ver", Mode.EXEC, emergency_id=emergency.id)
    guard.give(ben.desk, core.id, "clear ip bgp *", Mode.EXEC, emergency_id=emergency.id)
    ben.sync()
    anna.sync()
    (told,) = emergencies.for_manager(mara)
    assert (told.person, told.device, told.reason, told.lines) == (
        "Ben",
        core.name,
        "Core is down",
        ("clear ip bgp *",),
    )
    assert emergencies.for_manager(ben.desk) == ()
    with pytest.raises(BadInput):
        emergencies.review(mara, emergency.id, "  ")
    with pytest.raises(Refused, match=r"still on\. End it first"):
        emergencies.review(mara, emergency.id, "Too early")
    emergencies.end(mara, emergency.id)
    emergencies.review(mara, emergency.id, "Right: the session hung.")
    assert emergencies.to_review(mara) == ()
    # Ben has not heard of the end: what he gave the device meanwhile is reviewed too.
    guard.give(ben.desk, core.id, "reload", Mode.EXEC, emergency_id=emergency.id)
    anna.sync()
    ben.sync()
    assert emergencies.lately(ben.desk) == ()
    anna.sync()
    (again,) = emergencies.to_review(mara)
    assert (again.lines, again.is_reviewed) == (("clear ip bgp *", "reload"), False)
    emergencies.review(mara, emergency.id, "Next time ask Dana first.")
    assert not guard.give(ben.desk, core.id, "reload", Mode.EXEC, emergency_id=emergency.id).passes
    anna.sync()
    ben.sync()
    (seen,) = emergencies.lately(ben.desk)
    assert (seen.reviewed_by, seen.review) == ("Anna", "Right: the session hung.\nNext time ask Dana first.")


def test_only_a_manager_reviews_here_and_on_the_server(company: TestCompany, anna: Station, core: Device) -> None:
    ben, eva = company.station("ben", Role.SUPPORT), company.station("eva", Role.ENGINEER)
    emergency = emergencies.declare(ben.desk, core.id, "Core is down")
    ben.sync()
    eva.sync()
    with pytest.raises(Refused, match="Only a manager ends somebody else's emergency"):
        emergencies.end(eva.desk, emergency.id)
    with pytest.raises(Refused, match=r"Only a manager reviews an emergency. Anna reviews it\."):
        emergencies.review(eva.desk, emergency.id, "fine")
    with eva.desk.edit() as edit:  # as a changed program would
        edit.update(emergency, reviewed_by=edit.by, reviewed_at=edit.at, review="fine")
    eva.sync()
    anna.sync()
    row = anna.cache.record(Emergency, emergency.id)
    assert row is not None
    assert row.reviewed_at is None


def test_one_s_own_is_reviewed_by_another_manager_if_there_is_one(
    company: TestCompany, anna: Station, core: Device
) -> None:
    alone = emergencies.declare(anna.desk, core.id, "Core is down")
    emergencies.end(anna.desk, alone.id)
    emergencies.review(anna.desk, alone.id, "It was.")
    another = emergencies.declare(anna.desk, core.id, "Down again")
    company.station("mia", Role.MANAGER)
    anna.sync()
    with pytest.raises(Refused, match=r"of their own. Mia reviews it\."):
        emergencies.review(anna.desk, another.id, "It was.")


def test_an_emergency_needs_a_reason_and_nothing_else(anna: Station, core: Device) -> None:
    with pytest.raises(BadInput):
        emergencies.declare(anna.desk, core.id, "")
    assert emergencies.declare(anna.desk, core.id, "x").issue_id is None
