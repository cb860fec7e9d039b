"""Counts for the reports, made by the database."""

from collections.abc import Sequence
from typing import Any

from app.store.cache import Cache

_INCIDENTS = "FROM issue WHERE deleted = 0 AND kind = 'incident'"


def incident_count(cache: Cache, source: str | None) -> int:
    """Give how many incidents there are, of one source or of all."""
    where, values = _of(source)
    return int(cache.read(f"SELECT count(*) {_INCIDENTS}{where}", values)[0][0])


def incidents_per_caller(cache: Cache, source: str | None) -> list[int]:
    """Give the number of incidents of each contact that has any."""
    where, values = _of(source)
    statement = f"SELECT count(*) {_INCIDENTS} AND contact_id IS NOT NULL{where} GROUP BY contact_id"
    return [n for (n,) in cache.read(statement, values)]


def incidents_by_fact(cache: Cache, fact: str, source: str | None) -> list[tuple[str, int]]:
    """Give what the sources said for a fact and of how many incidents; incidents without it are left out."""
    where, values = _of(source)
    told = f"SELECT json_extract(facts, ?) AS told {_INCIDENTS}{where}"
    statement = f"SELECT told, count(*) FROM ({told}) WHERE told IS NOT NULL GROUP BY told"
    return [(str(told), n) for told, n in cache.read(statement, (f'$."{fact}"', *values))]


def _of(source: str | None) -> tuple[str, Sequence[Any]]:
    return ("", ()) if source is None else (" AND source = ?", (source,))
