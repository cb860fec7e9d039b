"""devices audit as scripts see it: my lines, and exit code 1 with the very line when the log was touched."""

import json
from pathlib import Path

import pytest

from app.domain.customer import Environment
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.guard import Mode
from app.domain.person import Role
from app.runtime.profile import Profile
from app.services import guard
from app.services.desk import Desk
from app.store.cache import Cache
from tests.stations import TestCompany
from tests.unit.cli.answers import said
from tests.workstations import Office, run_main


@pytest.fixture
def profile(company: TestCompany, tmp_path: Path) -> Profile:
    """Anna's profile, closed again, after three lines on a device."""
    office = Office(tmp_path)
    anna = office.at_work(company, "anna", Role.MANAGER)

    def work(desk: Desk) -> None:
        with desk.edit() as edit:
            lab = edit.insert(Device(id=new_id(), name="lab-1", address="10.0.0.1", environment=Environment.LAB))
        for line in ("sh ver", "conf t", "enable secret hush"):
            guard.give(desk, lab.id, line, Mode.EXEC if line != "enable secret hush" else Mode.CONFIG)

    anna.do(work)
    kept = anna.workstation.profile
    office.close()
    return kept


def test_the_log_is_listed_and_checked_and_a_touched_line_is_named(profile: Profile, tmp_path: Path) -> None:
    verb = ("--profile", profile.folder, "devices", "audit")
    listed = said(run_main(*verb, "--json", home=tmp_path))
    assert [line["line"] for line in listed["lines"]] == ["enable secret <secret>", "conf t", "sh ver"]
    whole = run_main(*verb, "--verify", home=tmp_path)
    assert whole.returncode == 0, whole
    assert ", Anna: whole, 3 lines, " in whole.stdout
    cache = Cache(profile.cache_path)
    with cache.transaction():
        cache.write("UPDATE audit_line SET line = 'sh clock' WHERE seq = 2")
    cache.close()
    broken = run_main(*verb, "--verify", "--json", home=tmp_path)
    assert broken.returncode == 1, broken
    (chain,) = json.loads(broken.stdout)["chains"]
    (finding,) = chain["findings"]
    assert (finding["flaw"], finding["seq"], finding["line"]) == ("altered", 2, "sh clock")
    text = run_main(*verb, "--verify", home=tmp_path)
    assert "BROKEN" in text.stdout
    assert "“sh clock”, was altered" in text.stdout
