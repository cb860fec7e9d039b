"""A verb's workstation: rounds of sync in this process, beside a console or alone."""

from pathlib import Path

import pytest

from app.company import people
from app.company.connection import open_dsn
from app.domain.errors import CompanyUnreachable, LoginDisabled, LoginRefused
from app.domain.issue import Issue
from app.domain.person import Role
from app.runtime.headless import Headless
from app.runtime.profile import CompanyKind, Profile
from app.runtime.secrets import MemorySecrets
from app.services import calls, outbox
from app.services.desk import Desk
from tests.stations import TestCompany
from tests.workstations import Office


def log(desk: Desk, body: str) -> None:
    calls.log_call(desk, calls.CallDraft(body=body))


def test_it_sends_what_waits_and_counts(company: TestCompany, office: Office) -> None:
    company.add("anna", Role.MANAGER)
    profile = office.profile(company.address("anna"))
    with Headless(profile, MemorySecrets()) as first:
        log(first.desk, "one")
        said = first.sync()
        assert said["unsent"] == said["conflicts"] == 0
        assert said["sent"] >= 2, "the issue and the interaction"
        assert first.sync() == {"sent": 0, "unsent": 0, "tables_changed": 0, "conflicts": 0}
    with Headless(profile, MemorySecrets()) as second:
        assert [i.title for i in second.cache.records(Issue)] == ["one"]


def test_beside_a_console_both_work_on_one_cache(company: TestCompany, office: Office) -> None:
    anna = office.at_work(company, "anna", Role.MANAGER)
    with Headless(office.profile(company.address("anna")), MemorySecrets()) as verb:
        log(verb.desk, "by a verb")
        anna.do(lambda d: log(d, "by the console"))
        verb.sync()
    anna.sees(lambda d: {"by a verb", "by the console"} <= {i.title for i in d.cache.records(Issue)}, "both")
    anna.sees(lambda d: all(i.number for i in d.cache.records(Issue)), "their numbers")


def test_a_server_without_a_known_password_says_where_to_type_it(tmp_path: Path) -> None:
    profile = Profile.new(tmp_path / "desk", CompanyKind.SERVER, "anna", host="127.0.0.1", port=1)
    with Headless(profile, MemorySecrets()) as verb, pytest.raises(LoginRefused, match="no password for anna") as told:
        _ = verb.desk
    assert "console" in told.value.todo


def test_a_company_that_is_away_is_said_and_the_cache_still_works(company: TestCompany, office: Office) -> None:
    company.add("anna", Role.MANAGER)
    address = company.address("anna")
    with Headless(office.profile(address), MemorySecrets()) as verb:
        verb.sync()
    away = Profile.new(
        office.profile(address).folder, CompanyKind.SERVER, "anna", host=str(company.folder / "nowhere"), port=5432
    )
    with Headless(away, MemorySecrets()) as verb:
        log(verb.desk, "while away")
        with pytest.raises(CompanyUnreachable):
            verb.sync()
        assert [i.title for i in verb.cache.records(Issue)] == ["while away"]
    with Headless(office.profile(address), MemorySecrets()) as verb:
        assert verb.sync()["sent"] >= 2


def test_a_disabled_login_locks_the_verbs_until_it_is_let_in_again(company: TestCompany, office: Office) -> None:
    company.add("anna", Role.MANAGER)
    profile = office.profile(company.address("anna"))
    with Headless(profile, MemorySecrets()) as verb:
        verb.sync()
        log(verb.desk, "not sent")
    with open_dsn(company.admin_dsn) as connection:
        people.disable_person(connection, "anna")
    with Headless(profile, MemorySecrets()) as verb:
        assert verb.desk.person_id, "nobody has told this workstation yet"
        with pytest.raises(LoginDisabled):
            verb.sync()
    with Headless(profile, MemorySecrets()) as verb:
        with pytest.raises(LoginDisabled, match="nothing can be read or written"):
            _ = verb.desk
        assert len(outbox.as_dicts(verb.desk_for_outbox)) >= 1
    with open_dsn(company.admin_dsn) as connection:
        connection.execute(b"UPDATE baton.person SET is_active = true, rev = rev + 1 WHERE login = 'anna'")
        connection.execute(b'ALTER ROLE "anna" LOGIN')
    with Headless(profile, MemorySecrets()) as verb:
        assert verb.sync()["unsent"] == 0
        assert verb.desk.person_id
