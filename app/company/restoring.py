"""Fills an empty company with an export, as its administrator, and reads a company whole for one.

Push keeps its rules for people: nobody gives an issue its number or writes in another's name. Whoever sets up a company
may, as with `load`: so a restored company holds the same rows, with their ids, versions and who changed them when.
"""

import secrets
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from psycopg import errors, sql
from psycopg.types.json import Jsonb

from app.company.connection import Connection, said_plainly
from app.domain.entities import BY_NAME, TABLES, Table
from app.domain.entity import FieldKind, fields_of, to_wire
from app.domain.errors import BadInput, Refused
from app.domain.person import Person, Role, check_login

Wire = dict[str, Any]

_BATCH = 500


def everything(connection: Connection) -> Iterator[tuple[Table, Iterable[Wire]]]:
    """Give each table with its rows as the wire writes them, also removed ones, as of one moment."""
    with said_plainly(), connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for table in TABLES:
            yield table, _rows(connection, table)


def _rows(connection: Connection, table: Table) -> Iterator[Wire]:
    fields = fields_of(table.record)
    columns = sql.SQL(", ").join(
        sql.SQL("{}::text" if f.kind is FieldKind.TEXT else "{}").format(sql.Identifier(f.name)) for f in fields
    )
    with connection.cursor(f"export_{table.name}") as cursor:
        cursor.itersize = _BATCH
        cursor.execute(sql.SQL("SELECT {} FROM baton.{} ORDER BY id").format(columns, sql.Identifier(table.name)))
        for cells in cursor:
            yield {f.name: to_wire(f, cell) for f, cell in zip(fields, cells, strict=True)}


def restore(
    connection: Connection, rows: Iterable[tuple[Table, Iterable[Wire]]]
) -> tuple[dict[str, int], dict[str, str]]:
    """Fill the empty company, whole or not at all; gives the rows of each table and the first passwords by login.

    A person whose login the server knows already keeps it with its password; one who is here already becomes the one of
    the export. Workstations read everything anew. Raises Refused when the company holds anything but people, BadInput
    for rows that do not fit together.
    """
    counts: dict[str, int] = {}
    passwords: dict[str, str] = {}
    with said_plainly(), connection.transaction():
        _need_empty(connection)
        for table, of_table in rows:
            if table.record is Person:
                people = list(of_table)
                for person in people:
                    _take_person(connection, person, passwords)
                counts[table.name] = len(people)
            else:
                counts[table.name] = _take(connection, table, of_table)
        # The numbers that come go on after those that were given, and no workstation trusts what it has seen here.
        connection.execute(
            "SELECT setval('baton.issue_number', greatest((SELECT max(number) FROM baton.issue), "
            "(SELECT last_value FROM baton.issue_number)))"
        )
        connection.execute("UPDATE sync.meta SET epoch = gen_random_uuid()")
    return counts, passwords


def _need_empty(connection: Connection) -> None:
    for table in TABLES:
        query = sql.SQL("SELECT EXISTS (SELECT FROM baton.{})").format(sql.Identifier(table.name))
        found = connection.execute(query).fetchone()
        if table.record is not Person and found and found[0]:
            raise Refused(
                f"This company is not empty: it has rows of {table.name.replace('_', ' ')}.",
                "Restore into a company that was just made, so that nothing of either is lost.",
            )


def _take(connection: Connection, table: Table, rows: Iterable[Wire]) -> int:
    names = [f.name for f in fields_of(table.record)]
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    name = sql.Identifier(table.name)
    query = sql.SQL("INSERT INTO baton.{} ({}) SELECT {} FROM jsonb_populate_recordset(NULL::baton.{}, %s)").format(
        name, columns, columns, name
    )
    waiting, count = iter(rows), 0
    while batch := list(islice(waiting, _BATCH)):
        try:
            connection.execute(query, (Jsonb([row | {"rev": max(row["rev"], 1)} for row in batch]),))
        except errors.IntegrityError as e:
            said = str(e).splitlines()[-1].removeprefix("DETAIL:").strip()
            raise BadInput(
                f"Rows {count + 1} to {count + len(batch)} of {table.name} do not fit: {said}",
                "An export of a workstation lacks what has gone to the archive; `company export --dsn DSN` has it all.",
            ) from e
        count += len(batch)
    return count


def _take_person(connection: Connection, person: Wire, passwords: dict[str, str]) -> None:
    login, role = person["login"], Role(person["role"])
    check_login(login)
    here = connection.execute("SELECT id::text FROM baton.person WHERE login = %s", (login,)).fetchone()
    if here is not None:
        connection.execute("DELETE FROM sync.workstation WHERE person_id = %s", (here[0],))
        connection.execute("DELETE FROM baton.person WHERE id = %s", (here[0],))
    _take(connection, BY_NAME["person"], [person])
    name = sql.Identifier(login)
    known = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", (login,)).fetchone()
    if known and known[0]:
        raise Refused(f"“{login}” is a superuser of this server.", "Restore on a server where it is not.")
    is_active = person["is_active"] and not person["deleted"]
    if not known:
        password = secrets.token_urlsafe(12)
        verifier = connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
        login_word = sql.SQL("LOGIN" if is_active else "NOLOGIN")
        connection.execute(sql.SQL("CREATE ROLE {} {} PASSWORD {}").format(name, login_word, sql.Literal(verifier)))
        if is_active:
            passwords[login] = password
            connection.execute("INSERT INTO sync.first_password (login) VALUES (%s) ON CONFLICT DO NOTHING", (login,))
    connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(f"baton_{role}"), name))
