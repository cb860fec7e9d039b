"""export all, import all, company export, company restore: the whole database, written down and brought back."""

from argparse import Namespace
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from app.cli import saying
from app.cli.profiles import headless, profile_of
from app.company import restoring
from app.company.connection import open_dsn
from app.company.server_settings import SUPERUSER
from app.company.setup import DATABASE
from app.domain.entities import Table
from app.domain.errors import CompanyUnreachable, Refused
from app.runtime.company_host import CompanyHost
from app.runtime.profile import CompanyKind
from app.services import exports
from app.services.exports import Wire

_WHOLE = "the whole company"
_HERE = "what this workstation has: without what its person may not see and what has gone to the archive"


def write(arguments: Namespace) -> int:
    """Write everything down: of a company on this machine all there is, else what this workstation has."""
    with headless(arguments) as workstation:
        try:
            unsent = workstation.sync()["unsent"]
        except CompanyUnreachable:
            saying.progress("The company cannot be reached; what is here is written down.")
            unsent = 1
        profile = profile_of(arguments)
        if profile.kind is CompanyKind.EMBEDDED and not unsent:
            with CompanyHost.attach(profile.company_home, profile.login, is_demo=False) as host:
                dsn = _administrator(host)
                if dsn:
                    return _write_company(arguments, dsn)
        counts = _written(arguments, exports.here(workstation.desk), _HERE)
    return _say(arguments, counts, _HERE)


def write_company(arguments: Namespace) -> int:
    """Write the whole company down, as its administrator."""
    return _write_company(arguments, arguments.dsn)


def _write_company(arguments: Namespace, dsn: str) -> int:
    with open_dsn(dsn) as connection:
        counts = _written(arguments, restoring.everything(connection), _WHOLE)
    return _say(arguments, counts, _WHOLE)


def _written(arguments: Namespace, rows: Iterable[tuple[Table, Iterable[Wire]]], scope: str) -> dict[str, int]:
    return exports.write(arguments.out, arguments.format, rows, scope, datetime.now(UTC))


def _say(arguments: Namespace, counts: dict[str, int], scope: str) -> int:
    total = sum(counts.values())
    said = {"ok": True, "rows": counts, "out": str(arguments.out), "scope": scope}
    return saying.result(arguments, said, f"{total:,} rows in {arguments.out}: {scope}.")


def restore(arguments: Namespace) -> int:
    """Fill an empty company with an export, as its administrator; prints the first passwords once."""
    return _restore(arguments, arguments.dsn)


def bring_in(arguments: Namespace) -> int:
    """Fill this profile's empty company of one with an export, and fetch it."""
    profile = profile_of(arguments)
    if profile.kind is not CompanyKind.EMBEDDED:
        raise Refused(
            "Numbers and other people's words are given by the company, so nobody can bring them in as a person.",
            "Its administrator fills an empty company with `main.py company restore FILE --dsn DSN`.",
        )
    with CompanyHost.attach(profile.company_home, profile.login, is_demo=False) as host:
        dsn = _administrator(host)
        if not dsn:
            raise Refused(
                "The company on this machine can be filled through its socket only, which this system does not have.",
                "Use a company on a server: `main.py company restore FILE --dsn DSN`.",
            )
        return _restore(arguments, dsn)


def _administrator(host: CompanyHost) -> str:
    """Give the DSN by which whoever runs the company on this machine sets it up; "" where there is no socket."""
    ready = host.ready
    if not ready.host.startswith("/"):
        return ""
    return f"host={_quoted(ready.host)} port={ready.port} dbname={DATABASE} user={SUPERUSER}"


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _restore(arguments: Namespace, dsn: str) -> int:
    saved = exports.read(arguments.file)
    with open_dsn(dsn) as connection:
        counts, passwords = restoring.restore(connection, saved.rows)
    if arguments.does == "everything:bring_in":
        with headless(arguments) as workstation:
            workstation.sync()
    said: dict[str, Any] = {"ok": True, "rows": counts, "first_passwords": passwords, "of": saved.about.get("scope")}
    lines = [f"{sum(counts.values()):,} rows are in."]
    if passwords:
        lines.append("First passwords; each works until its person joins, and is kept nowhere:")
        lines += [f"  {login:16} {password}" for login, password in passwords.items()]
    return saying.result(arguments, said, "\n".join(lines))
