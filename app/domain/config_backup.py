"""Config backups, and the company's key under which their full text is sealed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.entity import Entity


class BackupOutcome(StrEnum):
    """What one attempt at a backup brought."""

    CHANGED = "changed"  # a new good copy
    SAME = "same"  # as the last good copy, but for lines that change by themselves
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigBackup(Entity):
    """One good copy of a device's configuration, stored once however often it was found unchanged.

    The content under `sha256` holds the redacted text and the sealed full text. `mark` is a keyed hash of the text
    without the lines that change by themselves: equal marks are equal configurations. `by_words` and
    `source` tell where an imported copy came from.
    """

    device_id: str
    customer_id: str | None = None
    taken_at: datetime
    person_id: str
    workstation: str = ""
    size_bytes: int
    sha256: str
    lines: int
    mark: str
    key_id: str | None = None
    by_words: str = ""
    source: str = ""
    source_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupAttempt(Entity):
    """One attempt to back a device up, good or not. `backup_id` is the copy that it made or found unchanged."""

    device_id: str
    customer_id: str | None = None
    at: datetime
    person_id: str
    workstation: str = ""
    outcome: BackupOutcome
    backup_id: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyKey(Entity):
    """A key of the company's, known here by name only. The newest that is not retired seals what is sealed now."""

    made_at: datetime
    made_by: str
    retired_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonKey(Entity):
    """A person's public key on one workstation; the private one stands in the keyring there. Base64 of 32 bytes."""

    person_id: str
    workstation: str
    public_key: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedKey(Entity):
    """A company key that one person's key opens: the sealed box, in base64."""

    key_id: str
    person_key_id: str
    person_id: str
    wrapped: str
    wrapped_by: str
    wrapped_at: datetime
