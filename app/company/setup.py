"""Makes a company on an embedded server: database, schema, the first person."""

from app.company import maintenance, people, schema_steps
from app.company.connection import open_dsn, said_plainly
from app.company.embedded import EmbeddedServer
from app.company.server_settings import SUPERUSER
from app.domain.person import Role

DATABASE = "baton"
_HALF_MADE = "baton_new"  # renamed once whole, so that a start that was cut off is begun again


def exists(server: EmbeddedServer) -> bool:
    """Say whether the running server holds a whole company."""
    with open_dsn(server.dsn(SUPERUSER, "postgres")) as connection, said_plainly():
        return connection.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone() is not None


def begin(server: EmbeddedServer) -> str:
    """Make the database with its schema; gives the administrator's DSN. It counts only after `finish`."""
    with open_dsn(server.dsn(SUPERUSER, "postgres")) as connection, said_plainly():
        connection.execute(f"DROP DATABASE IF EXISTS {_HALF_MADE}".encode())
        connection.execute(f"CREATE DATABASE {_HALF_MADE}".encode())
    dsn = server.dsn(SUPERUSER, _HALF_MADE)
    with open_dsn(dsn) as connection:
        schema_steps.init(connection)
    return dsn


def finish(server: EmbeddedServer) -> None:
    """Let the company that was begun count."""
    with open_dsn(server.dsn(SUPERUSER, "postgres")) as connection, said_plainly():
        connection.execute(f"ALTER DATABASE {_HALF_MADE} RENAME TO {DATABASE}".encode())


def bring_up(server: EmbeddedServer) -> None:
    """Bring a company that an older Baton made to this version, and let go of what nobody asks for any more."""
    with open_dsn(server.dsn(SUPERUSER, DATABASE)) as connection:
        schema_steps.upgrade(connection)
        maintenance.maintain(connection)


def ensure_person(server: EmbeddedServer, database: str, login: str, name: str, role: Role) -> None:
    """Make the person when the company does not know them."""
    with open_dsn(server.dsn(SUPERUSER, database)) as connection:
        if login not in {p.login for p in people.list_people(connection)}:
            people.add_person(connection, login, name, role)
            with said_plainly():
                # Nobody has to replace a password that nobody was ever told.
                connection.execute("DELETE FROM sync.first_password WHERE login = %s", (login,))
