"""What can go wrong in Baton, as one tree.

BatonError                     shown to the person as a message; each says what happened and what to do
├── EnvironmentFault           something outside Baton is missing, full, unreachable or too new
│   ├── CompanyUnreachable     the company database cannot be reached: work goes on with the cache
│   ├── CompanyBusy            two pushes stood in each other's way: tried again at once
│   ├── LoginRefused           the company database refused this person
│   │   └── LoginDisabled      ... because the login was taken away: the workstation locks itself
│   ├── SchemaMismatch         the company database or a cache file is newer or older than this program
│   ├── DiskFull               the workstation could not write
│   ├── SecretsUnavailable     no keyring backend: secrets are asked for at each start
│   └── DeviceFault            a device could not be reached, refused us or answered nonsense
│       └── HostKeyChanged     a hard stop: the device is not the one in the book
├── Refused                    a rule says no (critical step without evidence, right missing ...)
├── Conflict                   two people gave different values; a person resolves it
└── BadInput                   what was typed or read does not parse

Anything else that escapes is a bug and goes to the crash dialog.
"""


class BatonError(Exception):
    """A message for the person at the screen: `what` happened and `todo`, what to do about it."""

    def __init__(self, what: str, todo: str = "") -> None:
        super().__init__(what if not todo else f"{what} {todo}")
        self.what = what
        self.todo = todo

    def __reduce__(self) -> tuple[type["BatonError"], tuple[str, str]]:
        """Pickle by the two texts: errors travel between processes."""
        return type(self), (self.what, self.todo)


class EnvironmentFault(BatonError):
    """Something outside Baton is missing, full, unreachable or too new."""


class CompanyUnreachable(EnvironmentFault):
    """The company database cannot be reached; work goes on with the cache."""


class CompanyBusy(EnvironmentFault):
    """The company undid what was sent because something else wanted the same rows; it may be sent again."""


class LoginRefused(EnvironmentFault):
    """The company database refused this person: wrong password, expired or disabled role."""


class LoginDisabled(LoginRefused):
    """The company has taken this person's login away."""


class SchemaMismatch(EnvironmentFault):
    """The company database or a cache file has a schema that this program does not know."""


class DiskFull(EnvironmentFault):
    """The workstation could not write; what was typed is still on the screen."""


class SecretsUnavailable(EnvironmentFault):
    """This machine has no keyring backend, or it is locked."""


class DeviceFault(EnvironmentFault):
    """A device could not be reached, refused us, or answered what cannot be understood."""


class HostKeyChanged(DeviceFault):
    """The device shows another host key than the book: a hard stop."""


class Refused(BatonError):
    """A rule says no."""


class Conflict(BatonError):
    """Two people gave one field different values."""


class BadInput(BatonError):
    """What was typed or read does not parse."""
