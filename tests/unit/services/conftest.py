"""Halden's day for the services: Anna, who is a manager, at a workstation whose clock the test sets."""

import pytest

from app.domain.person import Role
from tests.halden import Clock, Sample, furnish
from tests.stations import Station, TestCompany


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def anna(company: TestCompany, clock: Clock) -> Station:
    return company.station("anna", Role.MANAGER, clock)


@pytest.fixture
def sample(anna: Station) -> Sample:
    made = furnish(anna.desk)
    anna.sync()
    return made
