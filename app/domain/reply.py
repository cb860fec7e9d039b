"""Words prepared for customers: canned replies, words to be sent later, and macros. A person sends each of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.entity import Entity
from app.domain.interaction import Channel


class LaterState(StrEnum):
    """What became of a word that was to be sent later."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply(Entity):
    """A text with variables. Without a person it is everybody's."""

    name: str
    person_id: str | None = None
    topic: str = ""
    subject: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro(Entity):
    """Changes to an issue under one name, one a line. Without a person it is everybody's."""

    name: str
    person_id: str | None = None
    acts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterWord(Entity):
    """A word to a customer that is to be sent at a time: a draft until then, and a task for its writer from then on."""

    issue_id: str
    customer_id: str | None = None
    contact_id: str | None = None
    channel: Channel = Channel.EMAIL
    subject: str = ""
    body: str
    due_at: datetime
    person_id: str
    state: LaterState = LaterState.WAITING
    interaction_id: str | None = None
