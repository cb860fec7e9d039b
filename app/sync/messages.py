"""What the sync child and its parent say to each other."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from app.domain.company import CompanyAddress
from app.domain.errors import BatonError
from app.domain.ports import Touched


@dataclass(frozen=True, slots=True)
class SyncJob:
    """What the child is started with."""

    cache_path: Path
    address: CompanyAddress
    workstation_id: str
    workstation_name: str


@dataclass(frozen=True, slots=True)
class Unlock:
    """To the child: the password (None where the operating system vouches for us)."""

    password: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wake:
    """To the child: there is a new edit in the outbox."""


@dataclass(frozen=True, slots=True)
class Retry:
    """To the child: try to connect now, whatever the back-off says."""


@dataclass(frozen=True, slots=True)
class Stop:
    """To the child: send what can be sent in a moment and end."""


class Contact(StrEnum):
    """How it stands between the workstation and the company."""

    CONNECTING = "connecting"
    FILLING = "filling"
    LOCKED = "locked"  # waits for a password
    SYNCED = "synced"
    OFFLINE = "offline"
    REFUSED = "refused"  # wrong password, disabled: trying again by itself would lock somebody out
    TOO_OLD = "too_old"  # the company's schema is newer than this program: pull goes on, push waits


@dataclass(frozen=True, slots=True)
class SyncState:
    """From the child: how it stands. `as_of` is the company's time of the last pull."""

    contact: Contact
    as_of: datetime | None = None
    unsent: int = 0
    oldest_unsent_at: datetime | None = None
    conflicts: int = 0
    rows_filled: int = 0
    trouble: BatonError | None = None


@dataclass(frozen=True, slots=True)
class PersonKnown:
    """From the child: who the company says we are."""

    person_id: str
    must_replace_password: bool


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """From the child: rows that a screen may have to show anew."""

    changes: tuple[Touched, ...]


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """From the child: alive, also when nothing happens."""
