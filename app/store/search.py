"""The full-text indexes: words as they are typed, made into what SQLite matches, and the rows that match."""

import json
import re
from collections.abc import Sequence

from app.store.cache import Cache

_WORDS = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """Give the words that the index knows too: letters and digits, at most eight of them."""
    return _WORDS.findall(text)[:8]


def begins(words: Sequence[str]) -> str:
    """Give the FTS5 expression for rows that have a word beginning with each of these."""
    return " ".join(f'"{word}"*' for word in words)


def matching(cache: Cache, table: str, text: str, limit: int) -> list[str]:
    """Give the ids of the newest rows of one table that have all the words; [] when there is no word."""
    words = words_of(text)
    if not words:
        return []
    # A removed row stays in the index until the company's purge: look at a few more than are wanted.
    statement = (
        f"SELECT id FROM {table} WHERE deleted = 0 AND pk IN (SELECT rowid FROM {table}_search "
        f"WHERE {table}_search MATCH ? ORDER BY rowid DESC LIMIT ?) ORDER BY pk DESC LIMIT ?"
    )
    return [i for (i,) in cache.read(statement, (begins(words), 2 * limit + 20, limit))]


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
