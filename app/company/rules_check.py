"""Whether the company's tables, rights, policies, triggers and functions are as this program declares them.

What is missing here goes wrong in silence: a table without a policy is seen by all, one without its feed triggers
never reaches a workstation.
"""

import re
from collections.abc import Iterable

from app.company.connection import Connection
from app.company.finding import Finding, listed
from app.domain.entities import TABLES, Table, Verb
from app.domain.entity import SERVER_FIELDS, fields_of
from app.domain.person import Role

_FIND_OUT = "Run `main.py company upgrade`; if it stays, compare with app/company/schema and find out who changed it."
# Rows of a table with such a reference belong to the customer of what they point to, whatever the workstation says.
_BELONGS_TO = frozenset({"issue", "escalation", "decision_request", "device"})
_ASKED = frozenset({"look", "history", "content_size", "get_piece", "unbrought", "begin_content", "put_piece"})
_FEED_TRIGGERS = {"feed_inserts": 4, "feed_updates": 16, "feed_deletes": 8}  # AFTER, for each statement


def findings(connection: Connection) -> list[Finding]:
    """Give what was looked at."""
    return [
        _columns(connection),
        _rights(connection),
        _row_security(connection),
        _policies(connection),
        _feed(connection),
        _crashes(connection),
        _triggers(connection),
        _functions(connection),
        _search_paths(connection),
        _writers(connection),
        _on_demand(connection),
        _readers(connection),
        _groups(connection),
    ]


def _columns(connection: Connection) -> Finding:
    rows = connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'baton' "
        "ORDER BY table_name, ordinal_position"
    ).fetchall()
    have: dict[str, list[str]] = {}
    for table, column in rows:
        have.setdefault(table, []).append(column)
    wrong = [t.name for t in TABLES if have.get(t.name) != [f.name for f in fields_of(t.record)]]
    return Finding(
        f"Columns differ in {', '.join(wrong)}."
        if wrong
        else f"{len(have)} tables have the columns that this program expects.",
        not wrong,
        "Somebody changed tables by hand; compare them with app/company/schema.",
    )


def _rights(connection: Connection) -> Finding:
    have = set(connection.execute("SELECT tbl, verb, role FROM sync.right").fetchall())
    want = {(t.name, v.value, r.value) for t in TABLES for v in Verb for r in t.may(v)}
    fields = {
        tuple(r)
        for r in connection.execute("SELECT tbl, col, is_given, is_owner, is_together, ref FROM sync.field").fetchall()
    }
    wanted = {
        (t.name, f.name, f.name in t.given, f.name in t.owners, f.name in t.together, t.refs.get(f.name))
        for t in TABLES
        for f in fields_of(t.record)
        if f.name not in SERVER_FIELDS
    }
    wrong = {name for name, *_ in (have ^ want) | (fields ^ wanted)}
    return Finding(
        f"Who may push what is not as declared: {listed(sorted(wrong))}."
        if wrong
        else "Who may push what is as declared.",
        not wrong,
        f"Look at sync.right and sync.field. {_FIND_OUT}",
    )


def _row_security(connection: Connection) -> Finding:
    names = [
        name
        for (name,) in connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'baton'::regnamespace AND relkind IN ('r', 'p') "
            "AND NOT relrowsecurity ORDER BY 1"
        ).fetchall()
    ]
    return Finding(
        f"Tables without row security: {listed(names)}." if names else "Row security is on for every table.",
        not names,
        "ALTER TABLE ... ENABLE ROW LEVEL SECURITY, and find out who switched it off.",
    )


def _policies(connection: Connection) -> Finding:
    rows = connection.execute(
        "SELECT c.relname, p.polname, p.polcmd::text, p.polpermissive, p.polroles::regrole[]::text, "
        "coalesce(pg_get_expr(p.polqual, p.polrelid), ''), coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') "
        "FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = 'baton'::regnamespace"
    ).fetchall()
    have: dict[str, set[tuple[object, ...]]] = {}
    for table, *rule, shown, kept in rows:
        have.setdefault(table, set()).add((*rule, _bare(shown), _bare(kept)))
    wrong = sorted({t.name for t in TABLES if have.get(t.name) != _policies_of(t)})
    return Finding(
        f"Who sees and changes rows is not as declared: {listed(wrong)}." if wrong else "The policies are as declared.",
        not wrong,
        f"Each table needs its policies `reads` and `pushes`, and no other. {_FIND_OUT}",
    )


def _policies_of(table: Table) -> set[tuple[object, ...]]:
    names = {f.name for f in fields_of(table.record)}
    hidden = "(SELECT baton.hidden_customers() AS hidden_customers)"
    seen = "true"
    if table.name == "customer":
        seen = f"NOT id IN {hidden}"
    elif "customer_id" in names:
        seen = f"customer_id IS NULL OR NOT customer_id IN {hidden}"
    elif table.is_personal:
        seen = "person_id IS NULL OR person_id = (SELECT baton.my_id() AS my_id)"
    rule = _bare(f"(SELECT baton.my_id() AS my_id) IS NOT NULL AND {seen}")
    return {
        ("reads", "r", True, "{baton_person}", rule, ""),
        ("pushes", "*", True, "{baton_sync}", rule, rule),
    }


def _bare(expression: str) -> str:
    """Give an expression without what servers of different versions write differently."""
    return re.sub(r"[\s()]+", " ", expression).strip()


def _feed(connection: Connection) -> Finding:
    rows = connection.execute(
        "SELECT c.relname, t.tgname, t.tgtype FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE c.relnamespace = 'baton'::regnamespace AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') "
        "AND t.tgfoid = 'sync.feed_rows()'::regprocedure AND t.tgqual IS NULL AND t.tgattr::text = '' "
        "AND coalesce(t.tgnewtable, t.tgoldtable) = 'changed'"
    ).fetchall()
    have = set(rows)
    missing = [
        f"{name} of {t.name}"
        for t in TABLES
        for name, kind in _FEED_TRIGGERS.items()
        if (t.name, name, kind) not in have
    ]
    return Finding(
        f"Changes do not reach the workstations; triggers are missing or off: {listed(missing)}."
        if missing
        else "Every table tells the feed of its changes.",
        not missing,
        "Put the triggers back (see app/company/schema), then give sync.meta another epoch: what changed meanwhile "
        "is in no feed, so that everybody has to read everything again.",
    )


def _crashes(connection: Connection) -> Finding:
    """Look whether a crash of the server would be found out: by a table that it empties, and before each new line."""
    have = {
        name
        for (name,) in connection.execute(
            "SELECT t.tgrelid::regclass::text FROM pg_trigger t WHERE t.tgfoid = 'sync.note_crash()'::regprocedure "
            "AND t.tgtype = 6 AND t.tgqual IS NULL AND t.tgenabled IN ('O', 'A') "  # BEFORE INSERT, for each statement
            "UNION ALL SELECT oid::regclass::text FROM pg_class "
            "WHERE oid = 'sync.unbroken'::regclass AND relpersistence = 'u'"
        ).fetchall()
    }
    missing = sorted({"sync.feed", "sync.workstation", "sync.unbroken"} - have)
    return Finding(
        f"A crash of the server would hide changes from the workstations: {listed(missing)} is not as declared."
        if missing
        else "A crash of the server hides nothing from the workstations.",
        not missing,
        "sync.feed and sync.workstation need their triggers note_crash, and sync.unbroken has to be UNLOGGED (see "
        "app/company/schema). Put that back, then give sync.meta another epoch.",
    )


def _triggers(connection: Connection) -> Finding:
    have = {
        tuple(r)
        for r in connection.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE c.relnamespace = 'baton'::regnamespace AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
        ).fetchall()
    }
    want = {(t.name, "take_customer") for t in TABLES if "customer_id" in t.refs and _BELONGS_TO & {*t.refs.values()}}
    want -= {("issue", "take_customer"), ("device", "take_customer")}
    want |= {("issue", "give_number"), ("device", "move_along"), ("device", "move_on_device")}
    want |= {("issue", name) for name in ("move_along", "move_tags", "move_hanging", "move_windows")}
    want |= {(t.name, "feed_moves") for t in TABLES if "customer_id" in t.refs}
    want |= {(t.name, "keep_person") for t in TABLES if t.is_personal}
    want |= {("emergency", "review_by_manager"), ("audit_line", "keep_log")}
    missing = sorted(f"{name} of {table}" for table, name in want - have)
    return Finding(
        f"Rows could come under the wrong customer or person; triggers are missing or off: {listed(missing)}."
        if missing
        else "Rows follow the customer of what they hang on, and stay whose they are.",
        not missing,
        _FIND_OUT,
    )


def _functions(connection: Connection) -> Finding:
    names = _names(
        connection.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p "
            "WHERE p.pronamespace IN ('baton'::regnamespace, 'sync'::regnamespace) "
            "AND has_function_privilege('public', p.oid, 'EXECUTE') ORDER BY 1"
        ).fetchall()
    )
    return Finding(
        f"Everybody on this server may call {listed(names)}." if names else "Functions are called by people only.",
        not names,
        "REVOKE EXECUTE ON FUNCTION ... FROM PUBLIC, and grant it to baton_person where people need it.",
    )


def _search_paths(connection: Connection) -> Finding:
    names = _names(
        connection.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p "
            "WHERE p.pronamespace IN ('baton'::regnamespace, 'sync'::regnamespace) AND p.prosecdef "
            "AND NOT coalesce(p.proconfig, '{}') @> ARRAY['search_path=pg_catalog, pg_temp'] ORDER BY 1"
        ).fetchall()
    )
    return Finding(
        f"People could run code of their own in {listed(names)}." if names else "Functions look up names safely.",
        not names,
        "ALTER FUNCTION ... SET search_path = pg_catalog, pg_temp.",
    )


def _writers(connection: Connection) -> Finding:
    names = _names(
        connection.execute(
            "SELECT DISTINCT p.login FROM baton.person p JOIN pg_roles r ON r.rolname = p.login, "
            "pg_class c WHERE c.relnamespace IN ('baton'::regnamespace, 'sync'::regnamespace) AND c.relkind = 'r' "
            "AND (r.rolsuper OR r.rolbypassrls OR pg_has_role(r.oid, c.relowner, 'MEMBER') "
            "  OR pg_has_role(r.oid, 'baton_sync', 'MEMBER') "
            "  OR has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) ORDER BY 1"
        ).fetchall()
    )
    return Finding(
        f"These people can write past the rules: {listed(names)}." if names else "Nobody can write past the rules.",
        not names,
        "Take the rights away: people work through sync.push only.",
    )


def _on_demand(connection: Connection) -> Finding:
    """Compare what people may ask for: each function runs as baton_sync, under row security, and people may call it."""
    have = set(
        _names(
            connection.execute(
                "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'sync'::regnamespace AND p.prosecdef "
                "AND p.proowner = 'baton_sync'::regrole AND has_function_privilege('baton_person', p.oid, 'EXECUTE')"
            ).fetchall()
        )
    )
    missing = sorted(_ASKED - have)
    return Finding(
        f"Presence, histories or files do not work: {listed(missing)} is missing or may not be called by people."
        if missing
        else "People may ask for presence, histories and files.",
        not missing,
        _FIND_OUT,
    )


def _readers(connection: Connection) -> Finding:
    """Look for what people can read past the functions: the trail, others' presence, files of hidden customers."""
    names = _names(
        connection.execute(
            "SELECT DISTINCT c.relname FROM pg_class c LEFT JOIN baton.person p ON NOT p.deleted "
            "LEFT JOIN pg_roles r ON r.rolname = p.login AND NOT r.rolsuper "  # who is in those roles writes as well
            "  AND NOT pg_has_role(r.oid, 'baton_sync', 'MEMBER') AND NOT pg_has_role(r.oid, 'baton_owner', 'MEMBER') "
            "WHERE c.relnamespace = 'sync'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') "
            "AND c.relname <> 'schema_step' AND (has_table_privilege('baton_person', c.oid, 'SELECT') "
            "  OR has_any_column_privilege(r.oid, c.oid, 'SELECT')) ORDER BY 1"
        ).fetchall()
    )
    return Finding(
        f"People can read past the rules: {listed(names)} of the schema sync."
        if names
        else "Nobody can read past the rules.",
        not names,
        "REVOKE SELECT ON ... FROM baton_person, and from the person who has it.",
    )


def _groups(connection: Connection) -> Finding:
    """Compare logins with people: by a login's group the server lets it push, by the person's role our rules do."""
    names = _names(
        connection.execute(
            "SELECT p.login FROM baton.person p LEFT JOIN pg_roles r ON r.rolname = p.login "
            "WHERE NOT p.deleted AND (p.is_active IS DISTINCT FROM coalesce(r.rolcanlogin, false) "
            "  OR (p.is_active AND ARRAY['baton_' || p.role] IS DISTINCT FROM (SELECT array_agg(g.rolname::text) "
            "    FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid "
            "    WHERE m.member = r.oid AND g.rolname = ANY (%s)))) ORDER BY 1",
            ([f"baton_{role}" for role in Role],),
        ).fetchall()
    )
    return Finding(
        f"Login and role do not fit each other for {listed(names)}."
        if names
        else "Everybody's login has the rights of their role.",
        not names,
        "Run `main.py company person role LOGIN ROLE`, or `main.py company person disable LOGIN`.",
    )


def _names(rows: Iterable[tuple[str]]) -> list[str]:
    return [name for (name,) in rows]
