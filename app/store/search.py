"""The full-text indexes: words as they are typed, made into what SQLite matches, and the rows that match."""

import json
import re
from collections.abc import Sequence

from app.store.cache import Cache

_COMPARED = 1_000
_WORDS = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """Give the words that the index knows too: letters and digits, at most eight of them."""
    return _WORDS.findall(text)[:8]


def begins(words: Sequence[str]) -> str:
    """Give the FTS5 expression for rows that have a word beginning with each of these."""
    return " ".join(f'"{word}"*' for word in words)


def matching(cache: Cache, table: str, text: str, limit: int) -> list[str]:
    """Give the ids of the newest rows of one table that have all the words; [] when there is no word.

    Rows that have the words as they were typed come before those that have longer ones: a word that was typed to its
    end is found at once, however many rows have it.
    """
    words = words_of(text)
    if not words:
        return []
    whole = _newest(cache, table, " ".join(f'"{word}"' for word in words), limit)
    if len(whole) >= limit:
        return whole
    return list(dict.fromkeys([*whole, *_newest(cache, table, begins(words), limit)]))[:limit]


def _newest(cache: Cache, table: str, asked: str, limit: int) -> list[str]:
    # A removed row stays in the index until the company's purge: look at a few more than are wanted.
    statement = (
        f"SELECT id FROM {table} WHERE deleted = 0 AND pk IN (SELECT rowid FROM {table}_search "
        f"WHERE {table}_search MATCH ? ORDER BY rowid DESC LIMIT ?) ORDER BY pk DESC LIMIT ?"
    )
    return [i for (i,) in cache.read(statement, (asked, 2 * limit + 20, limit))]


def ranked(cache: Cache, text: str, limit: int) -> list[str]:
    """Give the ids of issues that have all the words, the best match first; [] when there is no word.

    Only the newest thousand that match are compared: a rank over a million hits takes seconds, and what is old is
    seldom what somebody means.
    """
    words = words_of(text)
    if not words:
        return []
    asked = begins(words)
    oldest = cache.read(
        "SELECT min(rowid) FROM (SELECT rowid FROM issue_search WHERE issue_search MATCH ? "
        "ORDER BY rowid DESC LIMIT ?)",
        (asked, _COMPARED),
    )[0][0]
    if oldest is None:
        return []
    # In the title it counts most; workarounds are long and say much in passing.
    statement = (
        "SELECT i.id FROM issue_search x CROSS JOIN issue i ON i.pk = x.rowid WHERE issue_search MATCH ? "
        "AND x.rowid >= ? AND i.deleted = 0 ORDER BY bm25(issue_search, 5, 10, 5, 1), x.rowid DESC LIMIT ?"
    )
    return [i for (i,) in cache.read(statement, (asked, oldest, limit))]


def numbered(cache: Cache, digits: str, limit: int) -> list[str]:
    """Give the ids of issues with this number, then of the newest whose number begins so."""
    exact = [i for (i,) in cache.read("SELECT id FROM issue WHERE deleted = 0 AND number = ?", (int(digits[:18]),))]
    statement = (
        "SELECT id FROM issue WHERE deleted = 0 AND pk IN (SELECT rowid FROM issue_search "
        "WHERE issue_search MATCH ? ORDER BY rowid DESC LIMIT ?) ORDER BY pk DESC"
    )
    like = [i for (i,) in cache.read(statement, (f'number : "{digits}"*', limit))]
    return list(dict.fromkeys([*exact, *like]))[:limit]


def as_list(ids: Sequence[str]) -> str:
    """Give ids as the one value that `IN (SELECT value FROM json_each(?))` reads."""
    return json.dumps(list(ids))
