"""Looks at a company database and says what is not as it should be: its schema, its rules, its server."""

from app.company import rules_check, server_check
from app.company.connection import Connection, said_plainly
from app.company.finding import Finding
from app.company.schema_steps import installed_version, known_steps

__all__ = ["Finding", "findings"]


def findings(connection: Connection) -> list[Finding]:
    """Give everything that was looked at, good and bad, on an administrator's connection. Changes nothing."""
    with said_plainly():
        version = _version(connection)
        found = [server_check.version(connection), version]
        if version.is_fine:
            found += rules_check.findings(connection)
            found += server_check.findings(connection)
    return found


def _version(connection: Connection) -> Finding:
    have, want = installed_version(connection), known_steps()[-1].number
    todo = "Run `main.py company upgrade`."
    if have == 0:
        todo = "Run `main.py company init`."
    elif have > want:
        todo = "Install the newer Baton: this one is older than the company."
    return Finding(f"Schema version {have} of {want}.", have == want, todo)
