"""Opens connections to the company database and says its refusals in Baton's words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors

from app.domain.company import CompanyAddress
from app.domain.errors import (
    BatonError,
    CompanyBusy,
    CompanyUnreachable,
    EnvironmentFault,
    LoginDisabled,
    LoginRefused,
    SchemaMismatch,
)

CONNECT_TIMEOUT_S = 5
# A dead network is noticed within about 15 s: idle 5 s, then three probes 3 s apart. With gssencmode libpq would try
# an encryption of its own first, which costs a round trip.
_SETTINGS = (
    "keepalives_idle=5 keepalives_interval=3 keepalives_count=3 tcp_user_timeout=15000 gssencmode=disable "
    f"connect_timeout={CONNECT_TIMEOUT_S}"
)

Connection = psycopg.Connection[Any]


def open_company(address: CompanyAddress, password: str | None) -> Connection:
    """Open an autocommit connection as a person; off this machine TLS is checked in full.

    Raises LoginRefused, CompanyUnreachable or EnvironmentFault.
    """
    with said_plainly():
        return psycopg.connect(
            _SETTINGS + (" sslmode=prefer" if address.is_local else " sslmode=verify-full sslrootcert=system"),
            host=address.host,
            port=address.port,
            dbname=address.database,
            user=address.login,
            password=password,
            autocommit=True,
            application_name="baton",
        )


def open_dsn(dsn: str) -> Connection:
    """Open an autocommit connection for the company's administrator."""
    try:
        return _administrator(dsn)
    except CompanyUnreachable as e:
        raise EnvironmentFault(e.what, "Check host, port and database in the DSN, and that the server runs.") from e


def _administrator(dsn: str) -> Connection:
    with said_plainly():
        return psycopg.connect(
            dsn, autocommit=True, application_name="baton-company", connect_timeout=CONNECT_TIMEOUT_S
        )


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn psycopg's errors into Baton's; everything else passes."""
    try:
        yield
    except psycopg.Error as e:
        raise in_our_words(e) from e


def in_our_words(error: psycopg.Error) -> BatonError:  # noqa: PLR0911  one line a refusal
    """Give the error that tells the person what happened and what to do."""
    # A DSN that libpq cannot read is repeated in its message, with the password in it.
    said = re.sub(r"(password=)\S+|(://[^:@/\s]*:)[^@\s]*@", r"\1\2***@", str(error).strip())
    text = said.splitlines()[0] if said else type(error).__name__
    lower = str(error).lower()
    if "response to ssl negotiation" in lower or "unexpected response from server" in lower:
        return EnvironmentFault("Something else than PostgreSQL answers there.", "Check host and port.")
    if (refusal := _login_refused(error, text, lower)) is not None:
        return refusal
    if 'database "' in lower and "does not exist" in lower:
        return EnvironmentFault(f"There is no such database ({text}).", "Check its name with whoever runs the server.")
    if isinstance(error, errors.InvalidSchemaName | errors.UndefinedTable | errors.UndefinedFunction):
        return EnvironmentFault(
            f"This database is not a Baton company, or an older one ({text}).",
            "Run `main.py company init` or `main.py company upgrade` with an administrator's DSN.",
        )
    if isinstance(error, errors.InsufficientPrivilege):
        return EnvironmentFault(
            f"The company database refused: {text}.", "Ask your manager for the right to do this; Baton tries again."
        )
    if isinstance(error, errors.FeatureNotSupported) and "too old" in lower:
        return SchemaMismatch(
            "The company no longer takes edits from this version of Baton.",
            "Install the newer version: your edits wait until then.",
        )
    if isinstance(error, errors.TransactionRollback):
        return CompanyBusy("Somebody else is changing the same things.", "Baton tries again by itself.")
    if isinstance(error, errors.DiskFull):
        return EnvironmentFault("The company database's disk is full.", "Tell whoever runs the server.")
    if isinstance(error, psycopg.OperationalError):
        return CompanyUnreachable(
            f"The company database cannot be reached ({text}).", "Work goes on here; Baton tries again by itself."
        )
    return EnvironmentFault(f"The company database answered: {text}.", "Try again; if it stays, report it.")


def _login_refused(error: psycopg.Error, text: str, lower: str) -> LoginRefused | None:
    # A refusal while connecting has no SQLSTATE in libpq, only the server's words.
    if isinstance(error, errors.InvalidPassword) or "password authentication failed" in lower:
        return LoginRefused(
            "The company database did not accept this login and password.",
            "Type the password again; if it has expired, ask your manager for a new first password.",
        )
    if "not permitted to log in" in lower or "no active person" in lower:
        return LoginDisabled(
            "This login is disabled in the company database.",
            "Ask your manager. What you typed stays on this workstation.",
        )
    if isinstance(error, errors.InvalidAuthorizationSpecification):
        return LoginRefused("This login is unknown in the company database.", "Check the login, or ask your manager.")
    if "peer authentication failed" in lower or "no pg_hba.conf entry" in lower or "no password supplied" in lower:
        return LoginRefused(
            f"The company database does not let this login in from here ({text}).", "Check login, password and host."
        )
    return None
