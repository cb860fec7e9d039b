"""Look-ups of customers and their contacts in the cache: by words, by digits of a phone, and what they have open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.issue import OPEN_STATES
from app.store.cache import Cache
from app.store.codec import instant_of
from app.store.search import as_list, begins, words_of

_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN_STATES))
_IN = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a customer, or a contact, has open and when a word was last exchanged."""

    open_issues: int = 0
    last_at: datetime | None = None


def contacts_by_words(cache: Cache, text: str, limit: int) -> list[str]:
    """Give the ids of contacts, newest first: each word begins one of theirs or one of their customer's name."""
    words = words_of(text)
    if not words:
        return []
    clause = (
        "(pk IN (SELECT rowid FROM contact_search WHERE contact_search MATCH ?) OR customer_id IN "
        "(SELECT id FROM customer WHERE deleted = 0 AND pk IN "
        "(SELECT rowid FROM customer_search WHERE customer_search MATCH ?)))"
    )
    where = " AND ".join(clause for _ in words)
    values = [begins([word]) for word in words for _ in range(2)]
    statement = f"SELECT id FROM contact WHERE deleted = 0 AND {where} ORDER BY pk DESC LIMIT ?"
    return [i for (i,) in cache.read(statement, (*values, limit))]


def contacts_by_digits(cache: Cache, digits: Sequence[str], limit: int) -> list[str]:
    """Give the ids of contacts whose phone has one of these runs of digits, those that end with one first."""
    if not digits:
        return []
    found: dict[str, None] = {}
    for run in digits:
        statement = (
            "SELECT id FROM contact WHERE deleted = 0 AND phone LIKE ? ORDER BY phone NOT LIKE ?, pk DESC LIMIT ?"
        )
        found |= {i: None for (i,) in cache.read(statement, (f"%{run}%", f"%{run}", limit))}
    return list(found)[:limit]


def of_customers(cache: Cache, customer_ids: Sequence[str], limit: int) -> list[str]:
    """Give the ids of these customers' contacts, newest first."""
    statement = f"SELECT id FROM contact WHERE deleted = 0 AND customer_id {_IN} ORDER BY pk DESC LIMIT ?"
    return [i for (i,) in cache.read(statement, (as_list(customer_ids), limit))]


def standings(cache: Cache, column: str, ids: Sequence[str]) -> dict[str, Standing]:
    """Give what each of these has open; `column` says of what the ids are: customer_id or contact_id."""
    wanted = as_list(ids)
    issues = dict(
        cache.read(
            f"SELECT {column}, count(*) FROM issue WHERE deleted = 0 AND state IN ({_OPEN}) AND {column} {_IN} "
            f"GROUP BY {column}",
            (wanted,),
        )
    )
    # One step back along the index for each, rather than all the words they ever said.
    newest = f"SELECT at FROM interaction WHERE {column} = j.value AND deleted = 0 ORDER BY at DESC LIMIT 1"
    words = dict(cache.read(f"SELECT j.value, ({newest}) FROM json_each(?) j", (wanted,)))
    return {i: Standing(issues.get(i, 0), None if words[i] is None else instant_of(words[i])) for i in ids}


def names(cache: Cache, table: str, ids: Sequence[str | None]) -> dict[str | None, str]:
    """Give the names of people, customers, contacts or devices by id; also of removed ones."""
    wanted = as_list([i for i in ids if i])
    found = cache.read(f"SELECT id, name FROM {table} WHERE id {_IN}", (wanted,))
    return dict(found)
