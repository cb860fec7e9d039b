"""Installing, upgrading and checking a company, and its people."""

import psycopg
import pytest

from app.company import check, people, schema_steps
from app.company.connection import open_company, open_dsn
from app.company.link import Link
from app.domain.company import CompanyAddress
from app.domain.entity import new_id
from app.domain.errors import BadInput, CompanyUnreachable, EnvironmentFault, LoginRefused, Refused, SchemaMismatch
from app.domain.person import Role
from tests.stations import TestCompany


def test_a_new_company_passes_its_check(company: TestCompany) -> None:
    company.add("anna", Role.MANAGER)
    with open_dsn(company.admin_dsn) as connection:
        assert [f.what for f in check.findings(connection) if not f.is_fine] == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("ALTER TABLE baton.note DISABLE ROW LEVEL SECURITY", "without row security: note"),
        ("ALTER TABLE baton.note ADD COLUMN extra text", "Columns differ in note"),
        ("GRANT UPDATE ON baton.issue TO anna", "can write past the rules: anna"),
        ("DELETE FROM sync.right WHERE tbl = 'note'", "Who may push what"),
    ],
)
def test_check_finds_what_somebody_changed_by_hand(company: TestCompany, damage: str, said: str) -> None:
    company.add("anna", Role.MANAGER)
    with open_dsn(company.admin_dsn) as connection:
        connection.execute(damage.encode())
        bad = [f for f in check.findings(connection) if not f.is_fine]
    assert len(bad) == 1
    assert said in bad[0].what
    assert bad[0].todo


def test_init_refuses_a_company_and_upgrade_changes_nothing_twice(company: TestCompany) -> None:
    with open_dsn(company.admin_dsn) as connection:
        with pytest.raises(Refused, match="company already"):
            schema_steps.init(connection)
        assert schema_steps.upgrade(connection) == schema_steps.known_steps()[-1].number


def test_a_step_that_fails_leaves_the_ones_before_it(company: TestCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    known = schema_steps.known_steps()
    last = known[-1].number
    broken = [
        *known,
        schema_steps.SchemaStep(last + 1, "fine", "CREATE TABLE baton.extra (id int)"),
        schema_steps.SchemaStep(last + 2, "broken", "CREATE TABLE baton.more (id int); SELECT 1/0"),
    ]
    monkeypatch.setattr(schema_steps, "known_steps", lambda: broken)
    with open_dsn(company.admin_dsn) as connection:
        with pytest.raises(EnvironmentFault):
            schema_steps.upgrade(connection)
        assert schema_steps.installed_version(connection) == last + 1
        found = connection.execute("SELECT to_regclass('baton.extra'), to_regclass('baton.more')").fetchone()
        assert found is not None
        assert found[0] is not None
        assert found[1] is None


def test_a_newer_company_is_not_touched(company: TestCompany) -> None:
    with open_dsn(company.admin_dsn) as connection:
        connection.execute("INSERT INTO sync.schema_step (number, name) VALUES (9999, 'of the future')")
        with pytest.raises(SchemaMismatch, match="9999"):
            schema_steps.upgrade(connection)


def test_a_disabled_person_is_thrown_out_and_stays_out(company: TestCompany) -> None:
    company.add("ben", Role.SUPPORT)
    with open_dsn(company.admin_dsn) as admin:
        with open_company(company.address("ben"), None) as theirs:
            people.disable_person(admin, "ben")
            with pytest.raises(psycopg.OperationalError):
                theirs.execute("SELECT 1")
        with pytest.raises(LoginRefused, match="disabled"):
            Link.open(company.address("ben"), None)
        assert [p.is_active for p in people.list_people(admin)] == [False]


@pytest.mark.parametrize("login", ["", "Anna", "1st", "pg_anna", "baton_owner", "postgres", "a b", "x" * 64, "o'neil"])
def test_logins_that_cannot_be(company: TestCompany, login: str) -> None:
    with open_dsn(company.admin_dsn) as admin, pytest.raises(BadInput):
        people.add_person(admin, login, "Anna", Role.SUPPORT)


def test_a_taken_login_is_refused(company: TestCompany) -> None:
    company.add("anna")
    with open_dsn(company.admin_dsn) as admin, pytest.raises(Refused, match="already"):
        people.add_person(admin, "anna", "Another Anna", Role.SUPPORT)


def test_hello_says_who_we_are_and_that_the_first_password_is_to_be_replaced(company: TestCompany) -> None:
    ben = company.add("ben", Role.SUPPORT)
    with Link.open(company.address("ben"), None) as link:
        hello = link.hello(new_id(), "ben's desk")
        assert (hello.person_id, hello.role, hello.must_replace_password) == (ben, "support", True)
        link.replace_password("correct horse battery staple")
        assert not link.hello(new_id(), "ben's desk").must_replace_password


def test_an_unreachable_database_says_so() -> None:
    with pytest.raises(CompanyUnreachable, match="cannot be reached"):
        Link.open(CompanyAddress("127.0.0.1", 1, "baton", "ben"), "x")


def test_a_database_that_is_no_company_says_what_to_do(company: TestCompany) -> None:
    company.add("ben")
    address = company.address("ben")
    with (
        Link.open(CompanyAddress(address.host, address.port, "postgres", "ben"), None) as link,
        pytest.raises(EnvironmentFault, match="company init"),
    ):
        link.hello(new_id(), "desk")
