"""Which profile a verb works on."""

from argparse import Namespace

from app.domain.errors import Refused
from app.runtime.headless import Headless
from app.runtime.profile import Profile, default_folder, named_profile
from app.runtime.secrets import desktop_secrets


def profile_of(arguments: Namespace) -> Profile:
    """Give the profile: the one named, made as a company of one when missing, or the usual one.

    Raises Refused when there is no profile yet and none was named.
    """
    if arguments.profile is not None:
        return named_profile(arguments.profile)
    found = Profile.load(default_folder())
    if found is None:
        raise Refused("This machine has no Baton profile yet.", "Start the console once, or name one: --profile DIR.")
    return found


def headless(arguments: Namespace) -> Headless:
    """Open the profile without a screen; close it, or use it as a context."""
    secrets, _told = desktop_secrets()
    return Headless(profile_of(arguments), secrets)
