"""Deployments in the cache: a customer's latest, and how many words came after each."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.domain.deployment import AFTERMATH
from app.store.cache import Cache
from app.store.codec import MICROSECOND, instant_cell, instant_of
from app.store.search import as_list

LATELY = timedelta(days=14)  # a word after an older one that nobody has linked is asked about no more

_AFTER = AFTERMATH // MICROSECOND
# A word of the customer on `d`, a deployment to them, within a day of it.
_SAID_AFTER = (
    "s.customer_id = d.customer_id AND s.deleted = 0 AND s.is_automatic = 0 AND s.direction = 'in' "
    f"AND s.at >= d.at AND s.at < d.at + {_AFTER}"
)


def since(cache: Cache, at: datetime, customer_id: str | None = None) -> list[str]:
    """Give the ids of deployments since then, the newest first; everybody's when no customer is named."""
    theirs = "" if customer_id is None else " AND customer_id = ?"
    statement = f"SELECT id FROM deployment WHERE deleted = 0 AND at >= ?{theirs} ORDER BY at DESC, id DESC"
    return [i for (i,) in cache.read(statement, (instant_cell(at), *(() if customer_id is None else (customer_id,))))]


def contacts(cache: Cache, deployment_ids: Sequence[str]) -> dict[str, int]:
    """Give how many words of the customer within a day after each were linked to it."""
    statement = (
        "SELECT d.id, count(DISTINCT s.id) FROM deployment d "
        "JOIN issue_deployment l ON l.deployment_id = d.id AND l.deleted = 0 "
        "JOIN interaction s ON s.id = l.interaction_id AND s.deleted = 0 AND s.direction = 'in' "
        f"AND s.at >= d.at AND s.at < d.at + {_AFTER} "
        "WHERE d.id IN (SELECT value FROM json_each(?)) GROUP BY d.id"
    )
    found = dict(cache.read(statement, (as_list(deployment_ids),)))
    return {i: found.get(i, 0) for i in deployment_ids}


def after_one(now: datetime) -> tuple[str, tuple[int, ...]]:
    """Give the SELECT, and its values, of the issues linked to a deployment or talked about soon after a late one."""
    linked = "SELECT issue_id FROM issue_deployment WHERE deleted = 0"
    talked = (
        f"SELECT s.issue_id FROM deployment d CROSS JOIN interaction s ON {_SAID_AFTER} "
        "WHERE d.deleted = 0 AND d.at >= ?"
    )
    return f"{linked} UNION ALL {talked}", (instant_cell(now - LATELY),)


def first_word_after(cache: Cache, issue_id: str, at: datetime) -> tuple[str, datetime] | None:
    """Give the customer's first word on an issue within a day after a time: its id and when it was said."""
    statement = (
        "SELECT id, at FROM interaction WHERE issue_id = ? AND deleted = 0 AND is_automatic = 0 AND direction = 'in' "
        "AND at >= ? AND at < ? ORDER BY at LIMIT 1"
    )
    found = cache.read(statement, (issue_id, instant_cell(at), instant_cell(at + AFTERMATH)))
    return (found[0][0], instant_of(found[0][1])) if found else None
