"""Promises in the cache: which are open in the order of their time, what became of the others, and how often asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.issue import OPEN_STATES
from app.store.cache import Cache
from app.store.codec import MICROSECOND, instant_cell, instant_of
from app.store.issue_words import CALLS, WORDS_OUT

_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN_STATES))
_GAPS = 5000  # of the newest chasers: enough for a middle that does not move


def open_ids(cache: Cache, made_by: str | None = None) -> list[str]:
    """Give the ids of open promises, the one due first at the top; `made_by` leaves out everybody else's."""
    mine = "" if made_by is None else " AND made_by = ?"
    statement = f"SELECT id FROM promise WHERE state = 'open' AND deleted = 0{mine} ORDER BY due_at, id"
    return [i for (i,) in cache.read(statement, () if made_by is None else (made_by,))]


def settled_ids(cache: Cache, since: datetime) -> list[str]:
    """Give the ids of promises that were settled since then, the newest first."""
    statement = (
        "SELECT id FROM promise WHERE state IN ('kept', 'broken', 'renegotiated', 'withdrawn') AND settled_at >= ? "
        "AND deleted = 0 ORDER BY settled_at DESC, id DESC"
    )
    return [i for (i,) in cache.read(statement, (instant_cell(since),))]


def late_count(cache: Cache, now: datetime) -> int:
    """Give how many open promises are over their time."""
    statement = "SELECT count(*) FROM promise WHERE state = 'open' AND due_at < ? AND deleted = 0"
    return int(cache.read(statement, (instant_cell(now),))[0][0])


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose promises are counted: a customer's, one person's own, or, with neither, everybody's."""

    customer_id: str | None = None
    made_by: str | None = None

    def clause(self, table: str) -> tuple[str, tuple[Any, ...]]:
        """Give the SQL condition on a table with these columns, and its values."""
        pairs: Mapping[str, str | None] = {"customer_id": self.customer_id, "made_by": self.made_by}
        found = {f"{table}.{column}": value for column, value in pairs.items() if value is not None}
        return "".join(f" AND {column} = ?" for column in found), tuple(found.values())


def by_state(cache: Cache, whose: Whose, since: datetime, now: datetime) -> dict[str, int]:
    """Give how many promises are open, and were settled since then, by state; "late" are open ones that are over."""
    more, values = whose.clause("promise")
    settled = (
        "SELECT state, count(*) FROM promise WHERE state IN ('kept', 'broken', 'renegotiated', 'withdrawn') "
        f"AND coalesce(settled_at, due_at) >= ? AND deleted = 0{more} GROUP BY state"
    )
    still = f"SELECT count(*), sum(due_at < ?) FROM promise WHERE state = 'open' AND deleted = 0{more}"
    found: dict[str, int] = dict(cache.read(settled, (instant_cell(since), *values)))
    many, late = cache.read(still, (instant_cell(now), *values))[0]
    return {**found, "open": many, "late": late or 0}


def promisers(cache: Cache, whose: Whose, since: datetime) -> int:
    """Give how many people made the promises that `by_state` counts."""
    more, values = whose.clause("promise")
    statement = (
        "SELECT count(DISTINCT made_by) FROM promise WHERE deleted = 0 AND (state = 'open' OR (state IN "
        f"('kept', 'broken', 'renegotiated', 'withdrawn') AND coalesce(settled_at, due_at) >= ?)){more}"
    )
    return int(cache.read(statement, (instant_cell(since), *values))[0][0])


def calls_about_problems(cache: Cache, customer_id: str | None = None) -> tuple[int, int]:
    """Give how many problems are open, and how many calls asked about them and the issues linked to them.

    Of a customer: the problems behind their issues, and their own calls.
    """
    linked = "SELECT issue_id FROM issue_link WHERE deleted = 0 AND kind = 'problem' AND other_id IN (SELECT id FROM p)"
    is_open = f"i.deleted = 0 AND i.kind = 'problem' AND i.state IN ({_OPEN})"
    if customer_id is None:
        problems, theirs, values = f"SELECT i.id FROM issue i WHERE {is_open}", "", ()
    else:
        behind = (
            "SELECT l.other_id FROM issue_link l JOIN issue o ON o.id = l.issue_id "
            "WHERE l.deleted = 0 AND l.kind = 'problem' AND o.customer_id = :customer"
        )
        problems = f"SELECT i.id FROM issue i WHERE {is_open} AND (i.customer_id = :customer OR i.id IN ({behind}))"
        theirs = " AND issue_id IN (SELECT id FROM issue WHERE customer_id = :customer)"
    statement = (
        f"WITH p AS MATERIALIZED ({problems}) SELECT (SELECT count(*) FROM p), (SELECT count(*) FROM interaction "
        f"WHERE {CALLS} AND issue_id IN (SELECT id FROM p UNION {linked}){theirs})"
    )
    many, calls = cache.read(statement, values if customer_id is None else {"customer": customer_id})[0]
    return many, calls


def chaser_gaps(cache: Cache, since: datetime, customer_id: str | None = None) -> list[timedelta]:
    """Give how long after the word before it each chaser came, those of issues that were asked about before."""
    before = (
        f"SELECT max(b.at) FROM interaction b WHERE b.issue_id = c.issue_id AND b.direction = 'in' AND b.at < c.at "
        f"AND {CALLS.replace('deleted', 'b.deleted')}"
    )
    theirs = "" if customer_id is None else " AND c.customer_id = ?"
    statement = (
        f"SELECT c.at - ({before}) FROM interaction c WHERE c.nature = 'chaser' AND c.deleted = 0 "
        f"AND c.is_automatic = 0 AND c.direction = 'in' AND c.at >= ?{theirs} ORDER BY c.pk DESC LIMIT {_GAPS}"
    )
    found = cache.read(statement, (instant_cell(since), *(() if customer_id is None else (customer_id,))))
    return [cell * MICROSECOND for (cell,) in found if cell is not None]


def told_at(cache: Cache, customer_id: str) -> datetime | None:
    """Give when a customer last heard from us; automatic replies and internal notes are no word of ours."""
    statement = f"SELECT max(at) FROM interaction WHERE customer_id = ? AND {WORDS_OUT}"
    cell = cache.read(statement, (customer_id,))[0][0]
    return None if cell is None else instant_of(cell)
