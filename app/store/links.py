"""What issues have to do with each other: the edges of links, and titles that may mean the same."""

from collections.abc import Sequence

from app.domain.on_issue import LinkKind
from app.store.cache import Cache
from app.store.search import as_list, begins

_WINDOW = 50_000  # of the newest keys: words that every title has would otherwise be walked through to the first


def onward(cache: Cache, kind: LinkKind, issue_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Give the links of a kind that lead on from these issues, as (from, to)."""
    statement = (
        "SELECT issue_id, other_id FROM issue_link WHERE deleted = 0 AND kind = ? "
        "AND issue_id IN (SELECT value FROM json_each(?)) ORDER BY id"
    )
    return [(one, other) for one, other in cache.read(statement, (kind.value, as_list(issue_ids)))]


def linked_to(cache: Cache, kind: LinkKind, other_id: str) -> list[str]:
    """Give the issues that a link of this kind leads from to that one, each once, oldest link first."""
    statement = "SELECT issue_id FROM issue_link WHERE deleted = 0 AND kind = ? AND other_id = ? ORDER BY id"
    return list(dict.fromkeys(i for (i,) in cache.read(statement, (kind.value, other_id))))


def newest_of_customer(cache: Cache, customer_id: str, limit: int) -> list[tuple[str, str, str]]:
    """Give the customer's newest issues as (id, title, state)."""
    statement = (
        "SELECT id, substr(title, 1, 300), state FROM issue WHERE customer_id = ? AND deleted = 0 "
        "ORDER BY pk DESC LIMIT ?"
    )
    return [(one, title, state) for one, title, state in cache.read(statement, (customer_id, limit))]


def with_words(cache: Cache, words: Sequence[str], limit: int) -> list[tuple[str, str, str]]:
    """Give the newest issues with all these words in their titles, as (id, title, state)."""
    top = cache.read("SELECT max(pk) FROM issue")[0][0] or 0
    statement = (
        "SELECT id, substr(title, 1, 300), state FROM issue WHERE deleted = 0 AND pk IN (SELECT rowid "
        "FROM issue_search WHERE issue_search MATCH ? AND rowid > ? ORDER BY rowid DESC LIMIT ?) ORDER BY pk DESC"
    )
    match = f"title : ({begins(words)})"
    return [(one, title, state) for one, title, state in cache.read(statement, (match, top - _WINDOW, limit))]


def words_used(cache: Cache, column: str, recent: int) -> list[str]:
    """Give what stands in a text column of the newest issues, the most usual first; "" is left out."""
    statement = (
        f"SELECT word FROM (SELECT {column} AS word FROM issue WHERE deleted = 0 ORDER BY pk DESC LIMIT ?) "
        "WHERE word <> '' GROUP BY word ORDER BY count(*) DESC, word LIMIT 200"
    )
    return [str(word) for (word,) in cache.read(statement, (recent,))]
