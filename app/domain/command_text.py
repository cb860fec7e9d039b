"""What is kept for typing and reading on devices: snippets, and words to highlight."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.entity import Entity


class HighlightKind(StrEnum):
    """How a highlighted word is meant."""

    BAD = "bad"
    ODD = "odd"
    GOOD = "good"
    NOTED = "noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet(Entity):
    """Lines for a device, with variables in double braces. Without a person it is everybody's.

    `platform` is netmiko's name, "" for all.
    """

    name: str
    person_id: str | None = None
    platform: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight(Entity):
    """What stands out in a terminal of a platform ("" for all): a regular expression. Without a person everybody's."""

    person_id: str | None = None
    platform: str = ""
    pattern: str
    kind: HighlightKind = HighlightKind.NOTED
