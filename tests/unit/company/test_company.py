"""Installing, upgrading and checking a company, and its people."""

import time

import psycopg
import pytest

from app.company import check, people, schema_steps, server_check
from app.company.connection import Connection, open_company, open_dsn
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
        ("CREATE TABLE baton.extra (id int)", "without row security: extra"),
        ("ALTER TABLE baton.note ADD COLUMN extra text", "Columns differ in note"),
        ("GRANT UPDATE ON baton.issue TO anna", "can write past the rules: anna"),
        ("GRANT baton_sync TO anna", "can write past the rules: anna"),
        ("ALTER ROLE anna BYPASSRLS", "can write past the rules: anna"),
        ("GRANT INSERT ON sync.op TO baton_person", "can write past the rules: anna"),
        ("GRANT SELECT ON sync.content_piece TO baton_person", "can read past the rules: content_piece"),
        ("GRANT SELECT (row_id) ON sync.presence TO anna", "can read past the rules: presence"),
        ("REVOKE EXECUTE ON FUNCTION sync.look(jsonb) FROM baton_person", "do not work: look"),
        ("DROP FUNCTION sync.history(text, uuid)", "do not work: history"),
        ("ALTER FUNCTION sync.get_piece(text, integer) OWNER TO baton_owner", "do not work: get_piece"),
        ("DELETE FROM sync.right WHERE tbl = 'note'", "Who may push what is not as declared: note"),
        ("INSERT INTO sync.right VALUES ('sign_off', 'delete', 'trainee')", "not as declared: sign_off"),
        ("UPDATE sync.field SET is_owner = false WHERE tbl = 'ask'", "not as declared: ask"),
        ("DROP POLICY reads ON baton.tag", "Who sees and changes rows is not as declared: tag"),
        ("DROP POLICY pushes ON baton.tag", "Who sees and changes rows is not as declared: tag"),
        ("CREATE POLICY more ON baton.issue FOR SELECT TO baton_person USING (true)", "is not as declared: issue"),
        ("ALTER POLICY reads ON baton.site USING (true)", "is not as declared: site"),
        ("ALTER POLICY pushes ON baton.site WITH CHECK (true)", "is not as declared: site"),
        ("ALTER POLICY reads ON baton.site TO PUBLIC", "is not as declared: site"),
        ("ALTER POLICY reads ON baton.macro USING ((SELECT baton.my_id()) IS NOT NULL)", "is not as declared: macro"),
        (
            "DROP TRIGGER feed_deletes ON baton.tag",
            "do not reach the workstations; triggers are missing or off: feed_d",
        ),
        ("ALTER TABLE baton.note DISABLE TRIGGER feed_inserts", "missing or off: feed_inserts of note"),
        ("ALTER TABLE sync.feed DISABLE TRIGGER note_crash", "hide changes from the workstations: sync.feed is"),
        ("DROP TRIGGER note_crash ON sync.workstation", "hide changes from the workstations: sync.workstation is"),
        ("ALTER TABLE sync.unbroken SET LOGGED", "hide changes from the workstations: sync.unbroken is"),
        ("DROP TRIGGER take_customer ON baton.note", "take_customer of note"),
        ("ALTER TABLE baton.issue DISABLE TRIGGER move_tags", "move_tags of issue"),
        ("DROP TRIGGER keep_person ON baton.saved_view", "keep_person of saved_view"),
        ("GRANT EXECUTE ON FUNCTION sync.apply(jsonb, uuid) TO PUBLIC", "may call sync.apply(jsonb,uuid)"),
        ("ALTER FUNCTION baton.my_id() SET search_path = pg_catalog", "code of their own in baton.my_id()"),
        ("ALTER FUNCTION baton.my_id() RESET ALL", "code of their own in baton.my_id()"),
        ("REVOKE baton_manager FROM anna", "do not fit each other for anna"),
        ("UPDATE baton.person SET role = 'readonly' WHERE login = 'anna'", "do not fit each other for anna"),
        ("ALTER ROLE anna NOLOGIN", "do not fit each other for anna"),
        ("SET synchronous_commit = off", "synchronous_commit is off"),
        ("ALTER ROLE anna SET synchronous_commit = off", "synchronous_commit is off for anna"),
        ("ALTER TABLE sync.feed SET (autovacuum_enabled = false)", "Autovacuum is off for sync.feed"),
        (
            "INSERT INTO sync.feed VALUES ('5', DEFAULT, 'issue', gen_random_uuid(), now() - interval '29 days')",
            "has not been maintained for long",
        ),
        (
            "INSERT INTO sync.workstation SELECT gen_random_uuid(), id, 'desk', now() "  # noqa: ISC004  one statement
            "FROM baton.person, generate_series(1, 60)",
            "60 workstations in 30 days, 0 more people, 10 in reserve",
        ),
    ],
)
def test_check_finds_what_somebody_changed_by_hand(company: TestCompany, damage: str, said: str) -> None:
    company.add("anna", Role.MANAGER)
    with open_dsn(company.admin_dsn) as connection:
        try:
            connection.execute(damage.encode())
            bad = [f for f in check.findings(connection) if not f.is_fine]
        finally:  # roles belong to the whole server
            connection.execute("REVOKE baton_sync FROM anna")
            connection.execute("ALTER ROLE anna LOGIN NOBYPASSRLS")
            connection.execute("ALTER ROLE anna RESET ALL")
    assert len(bad) == 1, bad
    assert said in bad[0].what
    assert bad[0].todo


def test_check_says_when_the_feed_is_too_long(company: TestCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_check, "MOST_FEED_LINES", 99)
    with open_dsn(company.admin_dsn) as connection:
        connection.execute(
            "INSERT INTO sync.feed (xid, tbl, row_id) SELECT pg_current_xact_id(), 'issue', gen_random_uuid() "
            "FROM generate_series(1, 100)"
        )
        connection.execute("ANALYZE sync.feed")
        (bad,) = [f for f in check.findings(connection) if not f.is_fine]
    assert "about 100 lines" in bad.what
    assert "company maintain" in bad.todo


def test_check_names_the_workstation_that_holds_the_feed_back(company: TestCompany) -> None:
    ben = company.station("ben")
    ben.engine.heartbeat()
    with open_dsn(company.admin_dsn) as connection:
        connection.execute(
            "INSERT INTO sync.feed (xid, tbl, row_id) VALUES (pg_current_xact_id(), 'issue', gen_random_uuid())"
        )
        connection.execute("UPDATE sync.feed SET at = at - interval '20 days'")
        (bad,) = [f for f in check.findings(connection) if not f.is_fine]
    assert "“ben's desk” (Ben), last seen" in bad.what
    assert "Ask Ben to connect" in bad.todo


def test_check_counts_people_whose_workstation_was_not_seen_yet(company: TestCompany) -> None:
    with open_dsn(company.admin_dsn) as connection:
        connection.execute(f"ALTER DATABASE {company.database} CONNECTION LIMIT 12".encode())
        for n in range(2):
            company.add(f"p{n}")
        assert all(f.is_fine for f in check.findings(connection))
        company.add("p2")
        (bad,) = [f for f in check.findings(connection) if not f.is_fine]
    assert "Room for 12 connections; 13 may be needed: 0 workstations in 30 days, 3 more people" in bad.what
    assert "max_connections" in bad.todo


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "autovacuum", "track_counts"])
def test_check_says_when_the_server_is_set_to_lose_or_to_grow(company: TestCompany, setting: str) -> None:
    with open_dsn(company.admin_dsn) as connection:
        connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        try:
            _reloaded(connection, setting, "off")
            (bad,) = [f for f in check.findings(connection) if not f.is_fine]
        finally:
            connection.execute(f"ALTER SYSTEM RESET {setting}".encode())
            _reloaded(connection, setting, "on")
    assert f"{setting} is off" in bad.what or "Autovacuum is off for the whole server" in bad.what
    assert bad.todo


def _reloaded(connection: Connection, setting: str, wanted: str) -> None:
    connection.execute("SELECT pg_reload_conf()")
    deadline = time.monotonic() + 10
    while (row := connection.execute("SELECT current_setting(%s)", (setting,)).fetchone()) != (wanted,):
        assert time.monotonic() < deadline, row
        time.sleep(0.02)


def test_a_role_changes_at_once_also_on_an_open_connection(company: TestCompany) -> None:
    company.add("ben", Role.SUPPORT)
    with open_dsn(company.admin_dsn) as admin, Link.open(company.address("ben"), None) as link:
        rights = link.hello(new_id(), "desk").rights
        people.change_role(admin, "ben", Role.READONLY)
        assert link.state().rights != rights
        (answer,) = link.push(
            new_id(),
            [{"op": new_id(), "tbl": "note", "id": new_id(), "verb": "insert", "fields": {"body": "typed before"}}],
        )
        assert "your role (readonly)" in answer["reason"], "each edit is answered, so none is stuck"
        people.change_role(admin, "ben", Role.MANAGER)
        assert link.push(new_id(), []) == []
        assert all(f.is_fine for f in check.findings(admin))
        assert [p.role for p in people.list_people(admin)] == [Role.MANAGER]
        with pytest.raises(Refused, match="Nobody has the login"):
            people.change_role(admin, "eve", Role.MANAGER)


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
