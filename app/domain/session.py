"""What happened on devices: sessions, every line given to one, emergencies, and windows in which one may change."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.entity import Entity


class SessionKind(StrEnum):
    """What a connection was opened for."""

    TERMINAL = "terminal"
    COMMANDS = "commands"
    CONFIG = "config"


class LineClass(StrEnum):
    """What a line does to a device, as the guard sees it."""

    READ = "read"
    CONFIG = "config"
    DESTRUCTIVE = "destructive"


class Passage(StrEnum):
    """What became of a line at the guard."""

    SENT = "sent"
    CONFIRMED = "confirmed"  # destructive, and the device's name was typed
    EMERGENCY = "emergency"  # let through for a reason that is reviewed the next day
    REFUSED = "refused"
    HIDDEN = "hidden"  # a password: that something was typed, never what


class ChangeKind(StrEnum):
    """How a change was agreed."""

    STANDARD = "standard"
    NORMAL = "normal"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Entity):
    """One open connection to a device, from the login to its end. The newest tells the device's last login."""

    device_id: str
    customer_id: str | None = None
    issue_id: str | None = None
    person_id: str
    workstation: str = ""
    kind: SessionKind = SessionKind.TERMINAL
    opened_at: datetime
    closed_at: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine(Entity):
    """One line that somebody gave to a device, or wanted to. Never changed, never removed.

    The lines of one workstation are a chain: `seq` counts from 1 without a gap, `hash` covers the line and the hash of
    the one before (`before`, empty for the first). Secrets in `line` are redacted before it is hashed. `window_id` and
    `run_id` are what allowed a change; `reason` is that of an emergency or of a refusal.
    """

    device_id: str
    customer_id: str | None = None
    issue_id: str | None = None
    person_id: str
    workstation: str
    seq: int
    at: datetime
    line: str
    line_class: LineClass
    passage: Passage
    reason: str = ""
    window_id: str | None = None
    run_id: str | None = None
    before: str = ""
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency(Entity):
    """Somebody passed the guard for a reason. A manager is told at once and reviews it the next day."""

    device_id: str
    customer_id: str | None = None
    issue_id: str | None = None
    person_id: str
    workstation: str = ""
    at: datetime
    reason: str
    over_at: datetime | None = None
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    review: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWindow(Entity):
    """When a customer lets us change something. It is open between its two times unless it was closed before.

    `agreed_with` names who at the customer agreed; `person_id` is who wrote it down.
    """

    customer_id: str | None = None
    issue_id: str | None = None
    run_id: str | None = None
    kind: ChangeKind = ChangeKind.NORMAL
    what: str
    opens_at: datetime
    closes_at: datetime
    agreed_with: str = ""
    back_out: str = ""
    person_id: str
    closed_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Say whether changes may be made at this instant."""
        return self.opens_at <= now < (self.closed_at or self.closes_at) and now < self.closes_at and not self.deleted
