"""A company on a server that asks for passwords: TCP on the loopback with SCRAM, as in an office network."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import make_conninfo

from app.company import people, schema_steps
from app.company.connection import open_dsn
from app.company.embedded import EmbeddedServer
from app.domain.company import CompanyAddress
from app.domain.person import Role


class ScramCompany:
    """One company database on such a server; people in it have passwords."""

    def __init__(self, server: EmbeddedServer, database: str) -> None:
        self.server, self.database = server, database
        self.admin_dsn = make_conninfo(server.address.superuser_dsn, dbname=database)

    def address(self, login: str) -> CompanyAddress:
        return CompanyAddress("127.0.0.1", self.server.address.port, self.database, login)

    def add(self, role: Role = Role.SUPPORT, *, is_first: bool = True) -> tuple[CompanyAddress, str]:
        """Make somebody with a login that nobody had; gives their address and (first) password."""
        login = f"ben{uuid.uuid4().hex[:8]}"
        with open_dsn(self.admin_dsn) as connection:
            _person, password = people.add_person(connection, login, "Ben Okafor", role)
            if not is_first:
                connection.execute("DELETE FROM sync.first_password WHERE login = %s", (login,))
        return self.address(login), password

    def disable(self, login: str) -> None:
        with open_dsn(self.admin_dsn) as connection:
            people.disable_person(connection, login)

    def run(self, statement: str) -> None:
        with open_dsn(self.admin_dsn) as connection:
            connection.execute(statement.encode())

    def workstations(self, login: str) -> int:
        """How many workstations the company knows of a person."""
        with open_dsn(self.admin_dsn) as connection:
            found = connection.execute(
                "SELECT count(*) FROM sync.workstation w JOIN baton.person p ON p.id = w.person_id WHERE p.login = %s",
                (login,),
            ).fetchone()
        return int(found[0]) if found else 0


@contextmanager
def scram_company(folder: Path) -> Iterator[ScramCompany]:
    """Start the server with an empty company; removes everything at the end."""
    server = EmbeddedServer(folder / f"scram-{os.getpid()}", on_socket=False)
    server.start()
    try:
        with open_dsn(server.address.superuser_dsn) as connection:
            connection.execute(b"CREATE DATABASE baton")
        company = ScramCompany(server, "baton")
        with open_dsn(company.admin_dsn) as connection:
            schema_steps.init(connection)
        yield company
    finally:
        server.remove()
