"""Installs and upgrades the company database by numbered SQL files, each in a transaction of its own."""

import re
from dataclasses import dataclass
from importlib import resources

from app.company.connection import Connection, said_plainly
from app.domain.errors import Refused, SchemaMismatch

_LOCK = 0x6261746F6E  # "baton": two upgrades at once wait for each other


@dataclass(frozen=True, slots=True)
class SchemaStep:
    """One numbered file."""

    number: int
    name: str
    text: str


def known_steps() -> list[SchemaStep]:
    """Give the files of this program in order."""
    files = (resources.files("app.company") / "schema").iterdir()
    named = ((re.fullmatch(r"(\d{4})_(\w+)\.sql", f.name), f) for f in files)
    steps = [SchemaStep(int(m[1]), m[2], f.read_text(encoding="utf-8")) for m, f in named if m]
    return sorted(steps, key=lambda s: s.number)


def installed_version(connection: Connection) -> int:
    """Give the number of the last step that this database has had; 0 when it is no company."""
    with said_plainly():
        there = connection.execute("SELECT to_regclass('sync.schema_step') IS NOT NULL").fetchone()
        if not there or not there[0]:
            return 0
        row = connection.execute("SELECT coalesce(max(number), 0) FROM sync.schema_step").fetchone()
    return int(row[0]) if row else 0


def init(connection: Connection) -> int:
    """Make this database a company; gives the version. Refused when it is one already."""
    if installed_version(connection):
        raise Refused("This database is a Baton company already.", "Use `main.py company upgrade`.")
    return upgrade(connection)


def upgrade(connection: Connection) -> int:
    """Bring the database to this program's version; gives it. A step that fails leaves the ones before it."""
    with said_plainly():
        connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
    try:
        have, steps = installed_version(connection), known_steps()
        if have > steps[-1].number:
            raise SchemaMismatch(
                f"The company database is at version {have}, this program knows {steps[-1].number}.",
                "Install the newer Baton first.",
            )
        for step in steps:
            if step.number > have:
                _install(connection, step)
        return steps[-1].number
    finally:
        with said_plainly():
            connection.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


def _install(connection: Connection, step: SchemaStep) -> None:
    with said_plainly(), connection.transaction():
        connection.execute(step.text.encode())
        connection.execute("RESET ROLE")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS sync.schema_step "
            "(number integer PRIMARY KEY, name text NOT NULL, at timestamptz NOT NULL DEFAULT now())"
        )
        connection.execute("GRANT SELECT ON sync.schema_step TO baton_person, baton_sync")
        connection.execute("INSERT INTO sync.schema_step (number, name) VALUES (%s, %s)", (step.number, step.name))
