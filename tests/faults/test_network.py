"""Networks that break in the ways networks do: how soon it is noticed, and how soon everything is well again."""

import time

from app.domain.errors import CompanyUnreachable
from app.domain.issue import Issue
from app.domain.person import Role
from app.runtime.workstation import Contact
from tests.stations import TestCompany
from tests.workstations import Office, log, relayed, until


def test_a_black_hole_is_noticed_within_20_s_and_left_at_once_when_it_heals(
    company: TestCompany, office: Office
) -> None:
    company.add("ben", Role.MANAGER)
    with relayed(company.address("ben")) as (network, way):
        ben = office.sit_down(company.address("ben"), through=way)
        ben.reaches(Contact.SYNCED)
        network.stall()
        began = time.monotonic()
        state = ben.reaches(Contact.OFFLINE, 20)
        assert isinstance(state.trouble, CompanyUnreachable)
        noticed_s = time.monotonic() - began
        made = log(ben, "typed into the hole")
        network.heal()
        began = time.monotonic()
        ben.reaches(Contact.SYNCED, 15)
        until(lambda: ben.unsent() == 0, "the outbox to empty", 10)
        there = company.station("anna", Role.MANAGER)
        assert there.cache.record(Issue, made) is not None
        assert noticed_s < 20
        office.close()


def test_a_cable_that_is_plugged_in_again_is_noticed_long_before_the_back_off_ends(
    company: TestCompany, office: Office
) -> None:
    company.add("ben", Role.MANAGER)
    with relayed(company.address("ben")) as (network, way):
        ben = office.sit_down(company.address("ben"), through=way)
        ben.reaches(Contact.SYNCED)
        network.cut()
        ben.reaches(Contact.OFFLINE)
        log(ben, "typed without a cable")
        time.sleep(12)  # by now the next try is up to 16 s away
        network.heal()
        began = time.monotonic()
        ben.reaches(Contact.SYNCED, 20)
        until(lambda: ben.unsent() == 0, "the outbox to empty")
        assert time.monotonic() - began < 8
        office.close()
