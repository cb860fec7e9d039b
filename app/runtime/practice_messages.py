"""What the console and the child with the practice devices say to each other. Imports nothing heavy."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class PracticeUp:
    """The devices stand as at first: where, and by which key each is known."""

    ports: dict[str, int]
    fingerprints: dict[str, str]


@dataclass(frozen=True, slots=True)
class LineTyped:
    """Somebody gave a device a line; passwords and answers are not told."""

    device: str
    platform: str
    line: str = field(repr=False)
    is_config: bool
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class PracticeFailed:
    """The devices cannot stand, for a reason of the machine."""

    reason: str


@dataclass(frozen=True, slots=True)
class Alive:
    """Nothing happened; the child is well."""


@dataclass(frozen=True, slots=True)
class Renew:
    """Make every device as it was at first."""


@dataclass(frozen=True, slots=True)
class Break:
    """Let something be wrong with a device: an app.practice.device.Faults."""

    device: str
    faults: Any


@dataclass(frozen=True, slots=True)
class StopPractice:
    """End."""
