"""Joining a company: trying the way there before anything is kept, and replacing the first password.

Nothing here knows a profile or a keyring: whoever asks keeps what was tried. Blocks for as long as connecting may
take, so off the GUI thread; needs no desk, because there is no cache yet.
"""

from dataclasses import dataclass
from uuid import uuid4

from app.company.connection import CONNECT_TIMEOUT_S
from app.company.link import Hello, Link
from app.company.schema_steps import known_steps
from app.domain.company import CompanyAddress
from app.domain.errors import BadInput, CompanyUnreachable, LoginRefused, SchemaMismatch
from app.domain.person import Role
from app.services.desk import Desk

SHORTEST_PASSWORD = 12


@dataclass(frozen=True, slots=True)
class Tried:
    """What the company said when we came: who we are there, and whether the password has to be replaced first."""

    name: str
    role: Role
    must_replace_password: bool
    schema_version: int


def try_company(
    address: CompanyAddress, password: str, *, workstation_id: str = "", workstation: str = "workstation"
) -> Tried:
    """Connect, say who we are and go again; gives what the company answered.

    `workstation_id` is the one that the profile will have, so that trying several times leaves one workstation there.
    Raises CompanyUnreachable, LoginRefused, SchemaMismatch or EnvironmentFault (no such database, no company in it).
    """
    with _open(address, password) as link:
        hello = link.hello(workstation_id or str(uuid4()), workstation)
        _check_schema(hello)
        return Tried(link.name_of(hello.person_id), Role(hello.role), hello.must_replace_password, hello.schema_version)


def check_new_password(first: str, new: str) -> None:
    """Raise BadInput when this cannot follow the first password."""
    if len(new) < SHORTEST_PASSWORD:
        raise BadInput(
            f"The new password has {len(new)} characters; it takes at least {SHORTEST_PASSWORD}.",
            "Four words in a row are long enough and easy to keep in mind.",
        )
    if new == first:
        raise BadInput("The new password is the first one again.", "Whoever gave it to you knows it: choose another.")


def replace_first_password(address: CompanyAddress, old: str, new: str) -> None:
    """Make `new` the person's password and try it; the server never sees more than a verifier of it.

    May be called again after the connection broke in the middle. Raises BadInput, LoginRefused, CompanyUnreachable.
    """
    check_new_password(old, new)
    with _open_with_either(address, old, new) as link:
        link.replace_password(new)
    _open(address, new).close()


def name_myself(desk: Desk, name: str) -> None:
    """Give the person at this desk another name; raises Refused before the first contact with the company."""
    me = desk.me()
    if name and name != me.name:
        with desk.edit() as edit:
            edit.update(me, name=name)


def _open_with_either(address: CompanyAddress, old: str, new: str) -> Link:
    try:
        return _open(address, old)
    except LoginRefused:
        # An earlier try may have been cut off after the server took the new one.
        try:
            return _open(address, new)
        except LoginRefused:
            pass
        raise


def _open(address: CompanyAddress, password: str) -> Link:
    try:
        return Link.open(address, password or None)
    except CompanyUnreachable as e:
        raise _unreachable(address, e) from e


def _unreachable(address: CompanyAddress, error: CompanyUnreachable) -> CompanyUnreachable:
    """Say what is wrong with the address; there is no work yet that could go on without the company."""
    said = str(error.__cause__ or error.what).lower()
    host, port = address.host, address.port
    if "resolve host" in said or "host name" in said or "name or service" in said:
        return CompanyUnreachable(
            f"No machine named “{host}” is known here.", "Check the spelling; if it takes a VPN, connect that first."
        )
    if "refused" in said:
        return CompanyUnreachable(
            f"{host} is there, but no database answers on port {port}.",
            "Check the port with whoever runs the server; 5432 is usual.",
        )
    if "certificate" in said or "ssl" in said:
        return CompanyUnreachable(
            f"{host} could not prove that it is the company's server ({error.__cause__ or error.what}).",
            "It needs a certificate that this machine trusts: ask whoever runs the server.",
        )
    if "timeout" in said or "timed out" in said:
        return CompanyUnreachable(
            f"{host} did not answer within {CONNECT_TIMEOUT_S} s.",
            "Check host and port, and whether a VPN or a firewall stands between.",
        )
    return CompanyUnreachable(error.what, "Check host and port, then test again.")


def _check_schema(hello: Hello) -> None:
    ours = known_steps()[-1].number
    if hello.schema_version > ours:
        raise SchemaMismatch(
            f"The company database is at version {hello.schema_version}; this Baton knows {ours}.",
            "Install the newer Baton, then test again.",
        )
    if hello.schema_version < ours:
        raise SchemaMismatch(
            f"The company database is at version {hello.schema_version}; this Baton needs {ours}.",
            "Ask whoever runs the server for `main.py company upgrade`, then test again.",
        )
