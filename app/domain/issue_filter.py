"""The filter language of the queue: `state:open vip:yes updated>2d topic:import -tag:vpn "exact words" wor`.

A text becomes a tree and the tree a text again. What is meant by a word is somebody else's matter: this module knows
the fields, what may stand behind each, and the tree.
"""

import dataclasses
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.issue import IssueKind, IssueState


class Relation(StrEnum):
    """How a field stands to its value."""

    IS = ":"
    OVER = ">"
    FROM = ">="
    UNDER = "<"
    TO = "<="


class Sort(StrEnum):
    """What stands behind a field."""

    CHOICE = "choice"
    NAME = "name"
    NUMBER = "number"
    TIME = "time"


class Unit(StrEnum):
    """In what a length of time is told; business days and hours begin with b."""

    MINUTES = "m"
    HOURS = "h"
    DAYS = "d"
    WEEKS = "w"
    BUSINESS_HOURS = "bh"
    BUSINESS_DAYS = "bd"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: what stands behind it, and the words that mean something of their own there."""

    name: str
    sort: Sort
    words: tuple[str, ...] = ()
    about: str = ""


_YES_NO = ("yes", "no")
ANY, JUST_OPEN, ME, NONE, NEVER, LATE = "any", "just_open", "me", "none", "never", "over"
_STATES = ("open", JUST_OPEN, *(s.value for s in IssueState if s is not IssueState.OPEN), ANY)

FIELDS: dict[str, Field] = {
    f.name: f
    for f in (
        Field("state", Sort.CHOICE, _STATES, "open: whatever is not solved or closed"),
        Field("kind", Sort.CHOICE, tuple(k.value for k in IssueKind)),
        Field("vip", Sort.CHOICE, _YES_NO),
        Field("snoozed", Sort.CHOICE, _YES_NO, "by you"),
        Field(
            "has",
            Sort.CHOICE,
            ("conflict", "promise", "tag", "note", "workaround", "problem", "follower", "file", "cause", "deployment"),
        ),
        Field("p", Sort.NUMBER, about="the priority, 1 to 4"),
        Field("calls", Sort.NUMBER, about="calls that asked about it"),
        Field("chasers", Sort.NUMBER, about="calls that asked again"),
        Field("number", Sort.NUMBER),
        Field("level", Sort.NUMBER, about="the level of support that has it"),
        Field("customer", Sort.NAME, (NONE,)),
        Field("contact", Sort.NAME, (NONE,)),
        Field("owner", Sort.NAME, (ME, NONE)),
        Field("follower", Sort.NAME, (ME, NONE)),
        Field("waiting", Sort.NAME, (ME, NONE), "on whom"),
        Field("topic", Sort.NAME, (NONE,)),
        Field("tag", Sort.NAME, (NONE,)),
        Field("product", Sort.NAME, (NONE,)),
        Field("build", Sort.NAME, (NONE,)),
        Field("team", Sort.NAME, (NONE,)),
        Field("source", Sort.NAME, (NONE,)),
        Field("updated", Sort.TIME, (NEVER,), "since the customer last heard from us"),
        Field("heard", Sort.TIME, (NEVER,), "since we last heard from the customer"),
        Field("called", Sort.TIME, (NEVER,), "since the last call about it"),
        Field("opened", Sort.TIME),
        Field("closed", Sort.TIME, (NEVER,)),
        Field("changed", Sort.TIME),
        Field("promise", Sort.TIME, (NONE, LATE), "until the next promise is due"),
        Field("due", Sort.TIME, (NONE, LATE), "until a promise or the next update is due"),
    )
}
ALSO = {
    "priority": "p",
    "prio": "p",
    "waiting_on": "waiting",
    "note": "has",
    "tags": "tag",
    "type": "kind",
    "created": "opened",
}
AHEAD = frozenset({"promise", "due"})  # times that lie ahead: a length of time is counted from now on


@dataclass(frozen=True, slots=True)
class Name:
    """A name: all of it, or its beginning."""

    text: str
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the field's own, such as `yes`, `me` or `none`."""

    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time."""

    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Range:
    """From one number or day to another, both with it."""

    low: int | date
    high: int | date


Value = Name | Word | int | Span | date | Range


@dataclass(frozen=True, slots=True)
class Term:
    """One field with what it is compared with; several values are alternatives. `at` is where it stands."""

    field: str
    relation: Relation
    values: tuple[Value, ...]
    at: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the issue, its customer or its caller: one that begins so, or several exactly so."""

    text: str
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """What does not hold for the part."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class All:
    """All of the parts hold; without parts: everything."""

    parts: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the parts holds."""

    parts: tuple["Node", ...]


Node = Term | Words | Not | All | Either


def mentions(node: Node, name: str) -> bool:
    """Say whether a field stands anywhere in the tree."""
    match node:
        case Term():
            return node.field == name
        case Words():
            return False
        case Not():
            return mentions(node.part, name)
        case _:
            return any(mentions(part, name) for part in node.parts)
