"""What was said on issues, counted: how often they called, since when, and when we last gave word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.store.cache import Cache
from app.store.codec import instant_of
from app.store.issue_words import CALLS, WORDS_OUT
from app.store.search import as_list

__all__ = ["CALLS", "WORDS_OUT", "Tally", "next_due", "tallies"]


@dataclass(frozen=True, slots=True)
class Tally:
    """An issue's words exchanged, counted. `told_at` is our last outward word to the customer about it."""

    calls: int = 0
    first_call_at: datetime | None = None
    last_call_at: datetime | None = None
    told_at: datetime | None = None


def tallies(cache: Cache, issue_ids: Sequence[str]) -> dict[str, Tally]:
    """Give the tally of each of these issues."""
    statement = (
        f"SELECT issue_id, sum(CASE WHEN {CALLS} THEN 1 ELSE 0 END), min(CASE WHEN {CALLS} THEN at END), "
        f"max(CASE WHEN {CALLS} THEN at END), max(CASE WHEN {WORDS_OUT} THEN at END) "
        "FROM interaction WHERE issue_id IN (SELECT value FROM json_each(?)) GROUP BY issue_id"
    )
    found = {
        row[0]: Tally(row[1], *(None if cell is None else instant_of(cell) for cell in row[2:]))
        for row in cache.read(statement, (as_list(issue_ids),))
    }
    return {i: found.get(i, Tally()) for i in issue_ids}


def next_due(cache: Cache, issue_id: str) -> datetime | None:
    """Give when the earliest open promise on an issue is due."""
    statement = "SELECT min(due_at) FROM promise WHERE issue_id = ? AND state = 'open' AND deleted = 0"
    due = cache.read(statement, (issue_id,))[0][0]
    return None if due is None else instant_of(due)
