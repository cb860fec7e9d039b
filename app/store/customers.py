"""Look-ups of customers and their contacts in the cache: by words, by digits of a phone, and what they have open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.store.cache import Cache
from app.store.codec import instant_cell, instant_of
from app.store.issue_words import WORDS_OUT
from app.store.search import as_list, begins, words_of

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
    statement = f"SELECT id FROM contact WHERE deleted = 0 AND has_gone = 0 AND {where} ORDER BY pk DESC LIMIT ?"
    return [i for (i,) in cache.read(statement, (*values, limit))]


def regions(cache: Cache) -> tuple[str, ...]:
    """Give the countries of customers, whose people write numbers as is usual there."""
    found = cache.read("SELECT DISTINCT region FROM customer WHERE region <> '' AND deleted = 0 ORDER BY region")
    return tuple(region for (region,) in found)


def contacts_by_numbers(cache: Cache, numbers: Sequence[str], limit: int) -> list[str]:
    """Give the ids of contacts whose phone or mobile is one of these kept numbers."""
    statement = (
        f"SELECT id FROM contact WHERE deleted = 0 AND has_gone = 0 AND (phone {_IN} OR mobile {_IN}) "
        "ORDER BY pk DESC LIMIT ?"
    )
    wanted = as_list(numbers)
    return [i for (i,) in cache.read(statement, (wanted, wanted, limit))] if numbers else []


def sites_by_numbers(cache: Cache, numbers: Sequence[str], limit: int) -> list[str]:
    """Give the ids of sites whose phone is one of these kept numbers."""
    statement = f"SELECT id FROM site WHERE deleted = 0 AND phone {_IN} ORDER BY pk DESC LIMIT ?"
    return [i for (i,) in cache.read(statement, (as_list(numbers), limit))] if numbers else []


def contacts_by_digits(cache: Cache, digits: Sequence[str], limit: int) -> list[str]:
    """Give the ids of contacts whose phone or mobile has one of these runs of digits, those that end with one first."""
    if not digits:
        return []
    found: dict[str, None] = {}
    for run in digits:
        statement = (
            "SELECT id FROM contact WHERE deleted = 0 AND has_gone = 0 AND (phone LIKE :in OR mobile LIKE :in) "
            "ORDER BY phone NOT LIKE :end AND mobile NOT LIKE :end, pk DESC LIMIT :limit"
        )
        values = {"in": f"%{run}%", "end": f"%{run}", "limit": limit}
        found |= {i: None for (i,) in cache.read(statement, values)}
    return list(found)[:limit]


def sites_by_digits(cache: Cache, digits: Sequence[str], limit: int) -> list[str]:
    """Give the ids of sites whose phone has one of these runs of digits."""
    found: dict[str, None] = {}
    for run in digits:
        statement = "SELECT id FROM site WHERE deleted = 0 AND phone LIKE ? ORDER BY pk DESC LIMIT ?"
        found |= {i: None for (i,) in cache.read(statement, (f"%{run}%", limit))}
    return list(found)[:limit]


def of_customers(cache: Cache, customer_ids: Sequence[str], limit: int) -> list[str]:
    """Give the ids of these customers' contacts, newest first."""
    statement = (
        f"SELECT id FROM contact WHERE deleted = 0 AND has_gone = 0 AND customer_id {_IN} ORDER BY pk DESC LIMIT ?"
    )
    return [i for (i,) in cache.read(statement, (as_list(customer_ids), limit))]


def standings(cache: Cache, column: str, ids: Sequence[str]) -> dict[str, Standing]:
    """Give what each of these has open; `column` says of what the ids are: customer_id or contact_id."""
    wanted = as_list(ids)
    # Through the index of the column, and of each only the narrow row that says whether it is open: the index of states
    # would bring every open issue that there is.
    is_open = f"SELECT count(*) FROM issue i CROSS JOIN issue_sum s ON s.pk = i.pk WHERE s.is_open = 1 AND i.{column} ="
    issues = dict(cache.read(f"SELECT j.value, ({is_open} j.value) FROM json_each(?) j", (wanted,)))
    # One step back along the index for each, rather than all the words they ever said.
    newest = f"SELECT at FROM interaction WHERE {column} = j.value AND deleted = 0 ORDER BY at DESC LIMIT 1"
    words = dict(cache.read(f"SELECT j.value, ({newest}) FROM json_each(?) j", (wanted,)))
    return {i: Standing(issues[i], None if words[i] is None else instant_of(words[i])) for i in ids}


def rang_past(cache: Cache, rep_id: str, since: datetime, limit: int) -> list[str]:
    """Give the ids of words of this person's customers to somebody else instead of them, the newest first."""
    # `rang_id` is indexed and set with every route-around.
    statement = (
        "SELECT id FROM interaction WHERE rang_id > '' AND is_route_around = 1 AND at >= ? AND rang_id <> ? "
        "AND deleted = 0 AND customer_id IN (SELECT id FROM customer WHERE account_rep_id = ? AND deleted = 0) "
        "ORDER BY at DESC LIMIT ?"
    )
    return [i for (i,) in cache.read(statement, (instant_cell(since), rep_id, rep_id, limit))]


def has_told(cache: Cache, customer_id: str, person_id: str, after: datetime) -> bool:
    """Say whether this person has given a customer a word after that time."""
    statement = f"SELECT 1 FROM interaction WHERE customer_id = ? AND at > ? AND person_id = ? AND {WORDS_OUT} LIMIT 1"
    return bool(cache.read(statement, (customer_id, instant_cell(after), person_id)))


def names(cache: Cache, table: str, ids: Sequence[str | None]) -> dict[str | None, str]:
    """Give the names of people, customers, contacts or devices by id; also of removed ones."""
    wanted = as_list([i for i in ids if i])
    found = cache.read(f"SELECT id, name FROM {table} WHERE id {_IN}", (wanted,))
    return dict(found)
