"""Words exchanged with customers, and what we promised in them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.entity import Entity


class Channel(StrEnum):
    """How a word was exchanged."""

    CALL = "call"
    MISSED_CALL = "missed_call"
    VOICEMAIL = "voicemail"
    EMAIL = "email"
    VISIT = "visit"
    CHAT = "chat"
    SMS = "sms"


class Nature(StrEnum):
    """What the word was for. A chaser asks again about something that is still open."""

    FIRST = "first"
    CHASER = "chaser"
    NEWS = "news"
    THANKS = "thanks"


class Direction(StrEnum):
    """In: the customer to us. Out: we to the customer."""

    IN = "in"
    OUT = "out"


class PromiseState(StrEnum):
    """What became of a promise."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    RENEGOTIATED = "renegotiated"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction(Entity):
    """One word exchanged with a customer. Append-only. An automatic one never satisfies an update timer.

    A VIP who rang somebody (`rang_id`) instead of their account rep went around them (`is_route_around`).
    """

    customer_id: str | None = None
    contact_id: str | None = None
    issue_id: str | None = None
    channel: Channel = Channel.CALL
    nature: Nature = Nature.FIRST
    direction: Direction = Direction.IN
    is_automatic: bool = False
    at: datetime
    person_id: str
    body: str = ""
    subject: str = ""
    lasted_s: int = 0
    is_route_around: bool = False
    rang_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise(Entity):
    """What we said we would do, to whom, by when, in which interaction."""

    customer_id: str | None = None
    issue_id: str | None = None
    interaction_id: str | None = None
    contact_id: str | None = None
    what: str
    made_at: datetime
    made_by: str
    due_at: datetime
    state: PromiseState = PromiseState.OPEN
    settled_at: datetime | None = None

    def is_late(self, now: datetime) -> bool:
        """Say whether it is still open after its time."""
        return self.state is PromiseState.OPEN and now > self.due_at
