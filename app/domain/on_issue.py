"""What hangs on an issue besides words: links to other issues, followers, snoozes, files, devices, other systems."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.entity import Entity


class LinkKind(StrEnum):
    """How an issue stands to the other one. Taking a link away is all it needs to be as before."""

    PROBLEM = "problem"  # the other is the cause behind this one
    PARENT = "parent"  # this one is a part of the other
    BLOCKS = "blocks"  # the other cannot go on before this one is done
    DUPLICATE = "duplicate"  # this one is the other one, told again


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLink(Entity):
    """From an issue to another; it belongs to the customer of the first. Nothing is merged away."""

    issue_id: str
    customer_id: str | None = None
    other_id: str
    kind: LinkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower(Entity):
    """Somebody who wants to know what becomes of an issue."""

    issue_id: str
    customer_id: str | None = None
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze(Entity):
    """One person does not want to see an issue until then."""

    issue_id: str
    customer_id: str | None = None
    person_id: str
    until_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment(Entity):
    """A file on an issue: what is known of it. Its content is found by its SHA-256 and fetched on demand."""

    issue_id: str
    customer_id: str | None = None
    name: str
    size_bytes: int
    sha256: str
    media_type: str = ""
    person_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDevice(Entity):
    """A device that an issue is about."""

    issue_id: str
    customer_id: str | None = None
    device_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalRef(Entity):
    """The same matter in another system, and how it stood there when somebody last looked."""

    issue_id: str
    customer_id: str | None = None
    system: str
    key: str
    url: str = ""
    status: str = ""
    status_at: datetime | None = None
