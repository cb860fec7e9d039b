"""What consoles and the host of an embedded company say to each other, over a socket that only this user opens."""

from dataclasses import dataclass, field
from typing import Any

from app.domain.errors import BatonError


@dataclass(frozen=True, slots=True)
class Attach:
    """From a console: I need the company, as this person. The open connection is the reference."""

    login: str


@dataclass(frozen=True, slots=True)
class Progress:
    """To a console: what takes time just now."""

    what: str


@dataclass(frozen=True, slots=True)
class HostReady:
    """To a console: the company runs. `password` is set where the operating system cannot vouch for the person."""

    host: str
    port: int
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HostFailed:
    """To a console: why there is no company."""

    error: BatonError


@dataclass(frozen=True, slots=True)
class SetFaults:
    """From a console: break or mend a simulated device (`faults` is app.practice's Faults)."""

    device: str
    faults: Any


@dataclass(frozen=True, slots=True)
class ChangeHostKey:
    """From a console: let a simulated device come back with another identity."""

    device: str


@dataclass(frozen=True, slots=True)
class EndIfUnneeded:
    """From somebody about to remove the company: do not linger when nobody is attached."""


@dataclass(frozen=True, slots=True)
class Done:
    """To a console: what was asked has been done."""
