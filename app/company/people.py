"""The company's people as its administrator keeps them: logins, roles, first passwords."""

import secrets
from dataclasses import dataclass

from psycopg import sql

from app.company.connection import Connection, said_plainly
from app.domain.entity import new_id
from app.domain.errors import Refused
from app.domain.person import Role, check_login


@dataclass(frozen=True, slots=True)
class Login:
    """One person as the administrator sees them."""

    person_id: str
    login: str
    name: str
    role: Role
    team: str
    is_active: bool


def add_person(
    connection: Connection,
    login: str,
    name: str,
    role: Role,
    team: str = "",
    email: str = "",
    *,
    person_id: str | None = None,
    password: str | None = None,
) -> tuple[Login, str]:
    """Make a person with a LOGIN role; gives them and the first password, which is kept nowhere.

    Raises BadInput for a login that PostgreSQL or Baton keeps for itself, Refused when it is taken.
    """
    check_login(login)
    first_password = password or secrets.token_urlsafe(12)
    verifier = connection.pgconn.encrypt_password(first_password.encode(), login.encode(), b"scram-sha-256").decode()
    with said_plainly(), connection.transaction():
        if connection.execute("SELECT FROM baton.person WHERE login = %s", (login,)).fetchone() is not None:
            raise Refused(f"There is a person with the login “{login}” already.", "Choose another login.")
        _make_role(connection, login, verifier, role)
        made_id = person_id or new_id()
        connection.execute(
            "INSERT INTO baton.person (id, login, name, role, team, email, phone, is_active) "
            "VALUES (%s, %s, %s, %s, %s, %s, '', true)",
            (made_id, login, name, role.value, team, email),
        )
        connection.execute(
            "INSERT INTO sync.first_password (login) VALUES (%s) ON CONFLICT (login) DO UPDATE SET made_at = now()",
            (login,),
        )
    return Login(made_id, login, name, role, team, is_active=True), first_password


def _make_role(connection: Connection, login: str, verifier: str, role: Role) -> None:
    name, secret = sql.Identifier(login), sql.Literal(verifier)
    exists = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", (login,)).fetchone()
    if exists and exists[0]:
        raise Refused(f"“{login}” is a superuser of this server.", "People work without such rights: choose another.")
    verb = sql.SQL("ALTER ROLE" if exists else "CREATE ROLE")
    connection.execute(sql.SQL("{} {} LOGIN PASSWORD {}").format(verb, name, secret))
    _put_into_group(connection, login, role)


def _put_into_group(connection: Connection, login: str, role: Role) -> None:
    """Make the login a member of its role's group and of no other; by the group it may call sync.push."""
    name = sql.Identifier(login)
    held = connection.execute(
        "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid "
        "JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = %s AND g.rolname = ANY (%s)",
        (login, [f"baton_{r}" for r in Role if r is not role]),
    ).fetchall()
    for (group,) in held:
        connection.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(group), name))
    connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(f"baton_{role}"), name))


def list_people(connection: Connection) -> list[Login]:
    """Give everybody, by name."""
    with said_plainly():
        rows = connection.execute(
            "SELECT id::text, login, name, role, team, is_active FROM baton.person WHERE NOT deleted ORDER BY name"
        ).fetchall()
    return [Login(i, login, name, Role(role), team, active) for i, login, name, role, team, active in rows]


def disable_person(connection: Connection, login: str) -> None:
    """Take the login away and end the person's connections; what they did stays. Refused when there is no such."""
    with said_plainly():
        with connection.transaction():
            found = connection.execute(
                "UPDATE baton.person SET is_active = false, rev = rev + 1 WHERE login = %s RETURNING id", (login,)
            ).fetchone()
            if found is None:
                raise Refused(f"Nobody has the login “{login}”.", "`main.py company person list` shows who there is.")
            connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(login)))
        # Only after the commit: otherwise the person could be back before the login is gone.
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (login,))


def change_role(connection: Connection, login: str, role: Role) -> None:
    """Give a person another role, at once and also on open connections. Refused when there is no such person."""
    with said_plainly(), connection.transaction():
        found = connection.execute(
            "UPDATE baton.person SET role = %s, rev = rev + 1, changed_at = now() "
            "WHERE login = %s AND NOT deleted RETURNING is_active",
            (role.value, login),
        ).fetchone()
        if found is None:
            raise Refused(f"Nobody has the login “{login}”.", "`main.py company person list` shows who there is.")
        _put_into_group(connection, login, role)


def set_password(connection: Connection, login: str, password: str) -> None:
    """Give a login another password; the server gets a SCRAM verifier."""
    verifier = connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
    with said_plainly():
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(login), sql.Literal(verifier)))
