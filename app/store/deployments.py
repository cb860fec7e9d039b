"""Deployments in the cache: a customer's latest, and how many words came after each."""

from collections.abc import Sequence
from datetime import datetime

from app.domain.deployment import AFTERMATH
from app.store.cache import Cache
from app.store.codec import MICROSECOND, instant_cell
from app.store.search import as_list

_AFTER = AFTERMATH // MICROSECOND


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
