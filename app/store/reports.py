"""Figures for the reports, counted by the database."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any

from app.domain.quantiles import places
from app.store.cache import Cache

Bound = Mapping[str, Any]

_STEPS = 50_000  # of SQLite's machine between two looks at whether somebody still wants the answer: some milliseconds


@contextmanager
def while_wanted(cache: Cache, is_cancelled: Callable[[], bool]) -> Iterator[None]:
    """Break off this thread's reading soon after `is_cancelled` says so, with CancelledError."""
    connection = cache.connection
    connection.set_progress_handler(lambda: int(is_cancelled()), _STEPS)
    try:
        yield
    except sqlite3.OperationalError as e:
        if is_cancelled():
            raise CancelledError from e
        raise
    finally:
        connection.set_progress_handler(None, 0)


def counted(cache: Cache, sorting: str, bound: Bound) -> dict[tuple[str, str], int]:
    """Give how many lines of a sorting are in each cell, by row and column."""
    found = cache.read(f"SELECT row, col, count(*) FROM ({sorting}) GROUP BY row, col", bound)
    return {(row, col): n for row, col, n in found}


def summed(cache: Cache, sorting: str, bound: Bound) -> dict[tuple[str, str], int]:
    """Give the sum of the sizes in each cell, by row and column."""
    found = cache.read(f"SELECT row, col, sum(size) FROM ({sorting}) GROUP BY row, col", bound)
    return {(row, col): n for row, col, n in found}


def behind(cache: Cache, sorting: str, bound: Bound, rows: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Give the issues in these cells, the largest size first."""
    marks = {f"row_{n}": key for n, key in enumerate(rows)} | {f"col_{n}": key for n, key in enumerate(columns)}
    statement = (
        f"SELECT issue_id FROM ({sorting}) WHERE row IN ({_marks('row', rows)}) AND col IN ({_marks('col', columns)}) "
        "AND issue_id IS NOT NULL GROUP BY issue_id ORDER BY max(size) DESC, issue_id"
    )
    return [i for (i,) in cache.read(statement, {**bound, **marks})]


def _marks(name: str, values: Sequence[str]) -> str:
    return ", ".join(f":{name}_{n}" for n in range(len(values)))


def spread(cache: Cache, sizes: str, bound: Bound, shares: Sequence[float]) -> tuple[int, list[float]]:
    """Give how many sizes a SELECT gives (those that are not null) and their quantiles, in its unit."""
    (n,) = cache.read(f"SELECT count(size) FROM ({sizes})", bound)[0]
    if not n:
        return 0, []
    wanted = {at for share in shares for at in places(share, n)[:2]}
    statement = (
        f"SELECT at, size FROM (SELECT size, row_number() OVER (ORDER BY size) - 1 AS at FROM ({sizes}) "
        f"WHERE size IS NOT NULL) WHERE at IN ({', '.join(map(str, wanted))})"
    )
    found = dict(cache.read(statement, bound))
    made = []
    for share in shares:
        below, above, part = places(share, n)
        made.append(found[below] + (found[above] - found[below]) * part)
    return n, made


def lines(cache: Cache, statement: str, bound: Bound) -> list[tuple[Any, ...]]:
    """Give the rows of one of the statements that stand beside the sortings."""
    return cache.read(statement, bound)


def count(cache: Cache, statement: str, bound: Bound) -> int:
    """Give how many rows a SELECT has."""
    return int(cache.read(f"SELECT count(*) FROM ({statement})", bound)[0][0])


def total(cache: Cache, sizes: str, bound: Bound) -> int:
    """Give the sum of the sizes that a SELECT gives."""
    return int(cache.read(f"SELECT coalesce(sum(size), 0) FROM ({sizes})", bound)[0][0])
