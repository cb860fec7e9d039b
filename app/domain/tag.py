"""Tags: words put on an issue.

Putting one on adds a row and taking it off removes that row, so two people's tags never clash: who adds a word while
another takes it off still has it.
"""

from dataclasses import dataclass

from app.domain.entity import Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag(Entity):
    """One word on one issue."""

    issue_id: str
    customer_id: str | None = None
    word: str
