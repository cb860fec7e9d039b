"""Looks at a company database and says what is not as it should be."""

from dataclasses import asdict, dataclass
from typing import Any

from app.company import schema_steps
from app.company.connection import Connection, said_plainly
from app.domain.entities import TABLES, Verb
from app.domain.entity import SERVER_FIELDS, fields_of

OLDEST_SERVER = 140_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    is_fine: bool
    todo: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Give it for JSON."""
        return asdict(self)


def findings(connection: Connection) -> list[Finding]:
    """Give everything that was looked at, good and bad. Changes nothing."""
    with said_plainly():
        found = [_server(connection), _version(connection)]
        if found[-1].is_fine:
            found += [_columns(connection), _rights(connection), _security(connection), _writers(connection)]
            found.append(_room(connection))
    return found


def _server(connection: Connection) -> Finding:
    version = connection.info.server_version
    return Finding(
        f"PostgreSQL {version // 10_000}.{version % 10_000}.",
        version >= OLDEST_SERVER,
        "Baton needs PostgreSQL 14 or newer: upgrade the server.",
    )


def _version(connection: Connection) -> Finding:
    have, want = schema_steps.installed_version(connection), schema_steps.known_steps()[-1].number
    todo = "Run `main.py company init`." if have == 0 else "Run `main.py company upgrade`."
    return Finding(f"Schema version {have} of {want}.", have == want, todo)


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
        f"{len(have)} tables have the columns that this program expects."
        if not wrong
        else f"Columns differ in {', '.join(wrong)}.",
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
    is_fine = have == want and fields == wanted
    return Finding(
        "Who may push what is as declared.", is_fine, "Run `main.py company upgrade`, or look at sync.right."
    )


def _security(connection: Connection) -> Finding:
    rows = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'baton'::regnamespace AND relkind = 'r' "
        "AND (NOT relrowsecurity OR NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid))"
    ).fetchall()
    names = ", ".join(r[0] for r in rows)
    return Finding(
        f"Tables without row security: {names}." if rows else "Row security is on for every table.",
        not rows,
        "ALTER TABLE ... ENABLE ROW LEVEL SECURITY, and find out who switched it off.",
    )


def _writers(connection: Connection) -> Finding:
    rows = connection.execute(
        "SELECT DISTINCT p.login FROM baton.person p JOIN pg_roles r ON r.rolname = p.login, "
        "pg_class c WHERE c.relnamespace = 'baton'::regnamespace AND c.relkind = 'r' "
        "AND (r.rolsuper OR r.rolbypassrls OR has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))"
    ).fetchall()
    names = ", ".join(r[0] for r in rows)
    return Finding(
        f"These people can write past the rules: {names}." if rows else "Nobody can write past the rules.",
        not rows,
        "Take the rights away: people work through sync.push only.",
    )


def _room(connection: Connection) -> Finding:
    row = connection.execute(
        "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int, "
        "(SELECT count(*) FROM sync.workstation WHERE seen_at > now() - interval '30 days')"
    ).fetchone()
    room, workstations = row or (0, 0)
    return Finding(
        f"{workstations} workstations in 30 days, room for {room} connections.",
        workstations <= room,
        "Raise max_connections: each workstation keeps one.",
    )
