"""Who changed which row, as the company told it the last time somebody asked from here."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.store.arrivals import remember, remembered
from app.store.cache import Cache

_MOST = 300
_WORD = "history:"  # among the words that the sync remembers; then the table and the id


@dataclass(frozen=True, slots=True)
class Kept:
    """A history as it was then: changes as the wire writes them, the newest first."""

    as_of: datetime
    changes: list[dict[str, Any]]


def keep(cache: Cache, table: str, row_id: str, changes: str, as_of: datetime) -> None:
    """Keep a row's history instead of what was kept of it, and no more than the latest 300 in all."""
    with cache.transaction():
        # The time stands first, so that the words themselves can be put in their order.
        text = f'{{"as_of": "{as_of.isoformat()}", "changes": {changes}}}'
        remember(cache, **{f"{_WORD}{table}:{row_id}": text})
        cache.write(
            "DELETE FROM sync_meta WHERE name IN (SELECT name FROM sync_meta WHERE name GLOB ? "
            "ORDER BY substr(value, 1, 40) DESC LIMIT -1 OFFSET ?)",
            (f"{_WORD}*", _MOST),
        )


def kept(cache: Cache, table: str, row_id: str) -> Kept | None:
    """Give what is kept of a row's history; None when it was never fetched."""
    text = remembered(cache, f"{_WORD}{table}:{row_id}")
    if text is None:
        return None
    said = json.loads(text)
    return Kept(datetime.fromisoformat(said["as_of"]), said["changes"])


def forget_unseen(cache: Cache, table: str = "issue") -> None:
    """Let go of the histories of rows that are not here any more: they may not be for this person's eyes."""
    start = f"{_WORD}{table}:"
    with cache.transaction():
        cache.write(
            f"DELETE FROM sync_meta WHERE name GLOB ? AND substr(name, ?) NOT IN (SELECT id FROM {table})",
            (f"{start}*", len(start) + 1),
        )
