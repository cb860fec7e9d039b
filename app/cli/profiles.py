"""Which profile a verb works on."""

from argparse import Namespace
from getpass import getuser

from app.domain.errors import Refused
from app.runtime.headless import Headless
from app.runtime.profile import CompanyKind, Profile, default_folder
from app.runtime.secrets import desktop_secrets


def profile_of(arguments: Namespace) -> Profile:
    """Give the profile: the one named, made as a company of one when missing, or the usual one.

    Raises Refused when there is no profile yet and none was named.
    """
    folder = arguments.profile or default_folder()
    found = Profile.load(folder)
    if found is not None:
        return found
    if arguments.profile is None:
        raise Refused("This machine has no Baton profile yet.", "Start the console once, or name one: --profile DIR.")
    made = Profile.new(folder, CompanyKind.EMBEDDED, login_of_user())
    made.save()
    return made


def login_of_user() -> str:
    """Give a login for whoever runs this, as PostgreSQL and Baton take it."""
    letters = "".join(c for c in getuser().lower() if c.isascii() and (c.isalnum() or c in "._-"))
    login = letters.lstrip("0123456789._-") or "owner"
    return "owner" if login in {"postgres", "public", "none"} or login.startswith(("pg_", "baton_")) else login[:63]


def headless(arguments: Namespace) -> Headless:
    """Open the profile without a screen; close it, or use it as a context."""
    secrets, _told = desktop_secrets()
    return Headless(profile_of(arguments), secrets)
