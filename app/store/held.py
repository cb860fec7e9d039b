"""The end of an issue's stay on this workstation: what was closed long ago is left to the company's archive."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from app.domain.entities import HANGING_ON_ISSUES
from app.domain.issue import IssueState
from app.store.cache import Cache
from app.store.codec import instant_cell

_AT_ONCE = 2000


def hold(cache: Cache, issue_ids: Iterable[str], now: datetime) -> None:
    """Keep these issues here however old they are; inside a transaction."""
    cache.write_many(
        "INSERT OR IGNORE INTO held (issue_id, held_at) VALUES (?, ?)", [(i, instant_cell(now)) for i in issue_ids]
    )


def held(cache: Cache) -> list[str]:
    """Give the issues that are kept here however old they are."""
    return [i for (i,) in cache.read("SELECT issue_id FROM held")]


def leave_to_archive(cache: Cache, closed_before: datetime) -> int:
    """Remove issues closed before then with what hangs on them, but for what is held, unsent or to be resolved."""
    old = cache.read(
        "SELECT id FROM issue WHERE state = ? AND closed_at < ? AND id NOT IN (SELECT issue_id FROM held) "
        "AND id NOT IN (SELECT row_id FROM outbox) "
        "AND id NOT IN (SELECT row_id FROM conflict WHERE resolved_at IS NULL)",
        (IssueState.CLOSED.value, instant_cell(closed_before)),
    )
    ids = [i for (i,) in old]
    for start in range(0, len(ids), _AT_ONCE):
        some = json.dumps(ids[start : start + _AT_ONCE])
        for table in HANGING_ON_ISSUES:
            found = cache.read(
                f"SELECT id FROM {table} WHERE issue_id IN (SELECT value FROM json_each(?)) "
                "AND id NOT IN (SELECT row_id FROM outbox)",
                (some,),
            )
            delete_rows(cache, table, [i for (i,) in found])
    delete_rows(cache, "issue", ids)
    return len(ids)


def delete_rows(cache: Cache, table: str, ids: Sequence[str]) -> None:
    """Remove rows from this workstation, some at a time, each time in a transaction of its own."""
    for start in range(0, len(ids), _AT_ONCE):
        with cache.transaction():
            some = ids[start : start + _AT_ONCE]
            cache.write_many(f"DELETE FROM {table} WHERE id = ?", [(i,) for i in some])
