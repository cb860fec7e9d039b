"""The end of an issue's stay on this workstation: what was closed long ago is left to the company's archive."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.domain.entities import HANGING_ON_ISSUES
from app.domain.issue import IssueState
from app.store.arrivals import rebase
from app.store.cache import Cache
from app.store.codec import instant_cell
from app.store.edits import Wire

_AT_ONCE = 2000
_BUSY = "SELECT row_id FROM outbox UNION SELECT row_id FROM conflict WHERE resolved_at IS NULL"


def hold(cache: Cache, issue_ids: Iterable[str], now: datetime) -> None:
    """Keep these issues here however old they are; inside a transaction."""
    cache.write_many(
        "INSERT OR IGNORE INTO held (issue_id, held_at) VALUES (?, ?)", [(i, instant_cell(now)) for i in issue_ids]
    )


def held(cache: Cache) -> list[str]:
    """Give the issues that are kept here however old they are."""
    return [i for (i,) in cache.read("SELECT issue_id FROM held")]


def leave_to_archive(cache: Cache, closed_before: datetime) -> int:
    """Remove issues closed before then with what hangs on them, but for what is held, unsent or to be resolved.

    What is unsent or to be resolved also keeps the issue on which it hangs.
    """
    busy = f"AND id NOT IN ({_BUSY}) " + "".join(
        f"AND id NOT IN (SELECT issue_id FROM {table} WHERE issue_id IS NOT NULL AND id IN ({_BUSY})) "
        for table in HANGING_ON_ISSUES
    )
    old = cache.read(
        f"SELECT id FROM issue WHERE state = ? AND closed_at < ? AND id NOT IN (SELECT issue_id FROM held) {busy}",
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


def remove_orphans(cache: Cache) -> None:
    """Remove what hangs on issues that are not here, but for what is unsent."""
    for table in HANGING_ON_ISSUES:
        found = cache.read(
            f"SELECT id FROM {table} WHERE issue_id IS NOT NULL AND issue_id NOT IN (SELECT id FROM issue) "
            f"AND id NOT IN ({_BUSY})"
        )
        delete_rows(cache, table, [i for (i,) in found])


def put_as_is(cache: Cache, issue_ids: Sequence[str], rows: Mapping[str, Sequence[Wire]]) -> None:
    """Have these issues, with what hangs on them, be as the company has them, with unsent edits on top.

    After a restored backup that may be an older `rev`, or nothing any more.
    """
    for table in ("issue", *HANGING_ON_ISSUES):
        key = "id" if table == "issue" else "issue_id"
        found = cache.read(
            f"SELECT id FROM {table} WHERE {key} IN (SELECT value FROM json_each(?)) "
            "AND id NOT IN (SELECT row_id FROM outbox)",
            (json.dumps(list(issue_ids)),),
        )
        there = {row["id"]: row for row in rows.get(table, ())}
        delete_rows(cache, table, [i for (i,) in found if i not in there])
        with cache.transaction():
            rebase(cache, table, there)


def delete_rows(cache: Cache, table: str, ids: Sequence[str]) -> None:
    """Remove rows from this workstation, some at a time, each time in a transaction of its own."""
    for start in range(0, len(ids), _AT_ONCE):
        with cache.transaction():
            some = ids[start : start + _AT_ONCE]
            cache.write_many(f"DELETE FROM {table} WHERE id = ?", [(i,) for i in some])
