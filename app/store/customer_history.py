"""The history of everything with a customer: keys of what happened, newest first, from several tables at once."""

from collections.abc import Collection

from app.store.cache import Cache

# How each kind of thing is found: its key begins with the kind, and `at` is when it happened.
_PARTS = {
    "interaction": "SELECT 'interaction:' || id AS key, at FROM interaction WHERE customer_id = :c AND deleted = 0",
    "promise": "SELECT 'promise:' || id AS key, made_at AS at FROM promise WHERE customer_id = :c AND deleted = 0",
    "opened": "SELECT 'opened:' || id AS key, opened_at AS at FROM issue "
    "WHERE customer_id = :c AND deleted = 0 AND opened_at IS NOT NULL",
    "closed": "SELECT 'closed:' || id AS key, closed_at AS at FROM issue "
    "WHERE customer_id = :c AND deleted = 0 AND closed_at IS NOT NULL",
    "deployment": "SELECT 'deployment:' || id AS key, at FROM deployment WHERE customer_id = :c AND deleted = 0",
    "escalation": "SELECT 'escalation:' || id AS key, raised_at AS at FROM escalation "
    "WHERE customer_id = :c AND deleted = 0",
    "decision": "SELECT 'decision:' || id AS key, asked_at AS at FROM decision_request "
    "WHERE customer_id = :c AND deleted = 0",
}
KINDS = tuple(_PARTS)


def keys(cache: Cache, customer_id: str, kinds: Collection[str]) -> list[str]:
    """Give "kind:id" of what happened, newest first."""
    wanted = [part for kind, part in _PARTS.items() if kind in kinds]
    if not wanted:
        return []
    statement = f"SELECT key FROM ({' UNION ALL '.join(wanted)}) ORDER BY at DESC, key DESC"
    return [key for (key,) in cache.read(statement, {"c": customer_id})]
