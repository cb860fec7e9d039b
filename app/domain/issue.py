"""Issues: one customer's incident, request or question, and what is written on it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.entity import Entity, Facts


class IssueKind(StrEnum):
    """What the customer wants; or what many customers' issues have in common: a cause, or one event."""

    INCIDENT = "incident"
    REQUEST = "request"
    QUESTION = "question"
    PROBLEM = "problem"
    MAJOR = "major"


# These belong to no customer; issues are linked to them.
SHARED_KINDS = frozenset({IssueKind.PROBLEM, IssueKind.MAJOR})


class IssueState(StrEnum):
    """Where an issue stands. Waiting names on whom; watching has its until-date."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    SCHEDULED = "scheduled"
    WATCHING = "watching"
    SOLVED = "solved"
    CLOSED = "closed"


OPEN_STATES = frozenset(IssueState) - {IssueState.SOLVED, IssueState.CLOSED}


class NoteKind(StrEnum):
    """What a note holds."""

    TEXT = "text"
    DEVICE_OUTPUT = "device_output"


def priority(impact: int, urgency: int) -> int:
    """Give P1..P4 from impact and urgency (each 1 high .. 3 low), by the usual ITIL matrix.

    High and high is 1; each step down on either side lowers it by one; 4 is the floor.
    """
    return max(1, min(4, impact + urgency - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(Entity):
    """One customer's matter. `number` is given by the company database at the first push; until then it is None.

    `source` and `source_key` name the system an issue was imported from; `facts` is what that system counted or judged
    itself, kept and reported as said there. `level` is the level of support that has it, 0 when nobody said. A problem
    with a `cause` is a known error; from `fixed_at` on, everybody linked to it is owed a word.
    """

    number: int | None = None
    customer_id: str | None = None
    contact_id: str | None = None
    installation_id: str | None = None
    title: str = ""
    kind: IssueKind = IssueKind.INCIDENT
    state: IssueState = IssueState.NEW
    waiting_on: str = ""
    impact: int = 2
    urgency: int = 2
    owner_id: str | None = None
    topic: str = ""
    opened_at: datetime | None = None
    next_update_at: datetime | None = None
    watch_until: datetime | None = None
    closed_at: datetime | None = None
    agreed_line: str = ""
    agreed_line_by: str | None = None
    agreed_line_until: datetime | None = None
    workaround: str = ""
    source: str = ""
    source_key: str = ""
    facts: Facts = field(default_factory=dict)
    product: str = ""
    build: str = ""
    team: str = ""
    level: int = 0
    cause: str = ""
    fixed_at: datetime | None = None

    @property
    def priority(self) -> int:
        """P1..P4 as a number."""
        return priority(self.impact, self.urgency)

    @property
    def label(self) -> str:
        """The number as people say it; "new" until the company database has given one."""
        return "new" if self.number is None else str(self.number)

    def line_to_say(self, now: datetime) -> str:
        """Give the sentence that may be said to the customer now, or "" when none is valid."""
        if not self.agreed_line or self.agreed_line_until is None or now >= self.agreed_line_until:
            return ""
        return self.agreed_line


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueEvent(Entity):
    """One line of an imported history. `seq` is the line's place in its file: the last event is the last by it."""

    issue_id: str
    customer_id: str | None = None
    seq: int
    at: datetime | None = None
    state: str = ""
    team: str = ""
    person: str = ""
    facts: Facts = field(default_factory=dict)
    level: int = 0
    product: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Entity):
    """An internal word on an issue. Append-only. Output of a device names it and the command."""

    issue_id: str
    customer_id: str | None = None
    kind: NoteKind = NoteKind.TEXT
    at: datetime
    person_id: str
    body: str
    device_id: str | None = None
    command: str = ""
