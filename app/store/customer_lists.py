"""The lists of the customers page: customers by words and kind, and what belongs to one of them."""

from enum import StrEnum

from app.domain.issue import OPEN_STATES
from app.store.cache import Cache
from app.store.search import begins, words_of

_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN_STATES))


class Which(StrEnum):
    """Which customers a list holds."""

    ALL = "all"
    MINE = "mine"  # whose account rep asks
    VIP = "vip"
    OPEN = "open"  # with open issues


_WHICH = {
    Which.ALL: "1",
    Which.MINE: "account_rep_id = :me",
    Which.VIP: "is_vip = 1",
    Which.OPEN: f"id IN (SELECT customer_id FROM issue WHERE deleted = 0 AND state IN ({_OPEN}))",
}


def customer_ids(cache: Cache, text: str, which: Which, person_id: str) -> list[str]:
    """Give the customers with all the words in their name, their plan, or the name of one of their contacts."""
    values: dict[str, str] = {"me": person_id}
    clauses = []
    for at, word in enumerate(words_of(text)):
        values |= {f"w{at}": begins([word]), f"p{at}": f"%{word}%"}
        clauses.append(
            f"AND (pk IN (SELECT rowid FROM customer_search WHERE customer_search MATCH :w{at}) OR plan LIKE :p{at} "
            f"OR id IN (SELECT customer_id FROM contact WHERE deleted = 0 AND pk IN "
            f"(SELECT rowid FROM contact_search WHERE contact_search MATCH :w{at})))"
        )
    statement = (
        f"SELECT id FROM customer WHERE deleted = 0 AND {_WHICH[which]} {' '.join(clauses)} "
        "ORDER BY name COLLATE NOCASE, id"
    )
    return [i for (i,) in cache.read(statement, values)]


def counts(cache: Cache, person_id: str) -> dict[Which, int]:
    """Give how many customers each list holds."""
    return {
        which: int(cache.read(f"SELECT count(*) FROM customer WHERE deleted = 0 AND {where}", {"me": person_id})[0][0])
        for which, where in _WHICH.items()
    }


def contact_ids(cache: Cache, customer_id: str) -> list[str]:
    """Give a customer's contacts by name, those who have gone last."""
    statement = (
        "SELECT id FROM contact WHERE customer_id = ? AND deleted = 0 ORDER BY has_gone, name COLLATE NOCASE, id"
    )
    return [i for (i,) in cache.read(statement, (customer_id,))]


def issue_ids(cache: Cache, customer_id: str, *, is_open: bool) -> list[str]:
    """Give a customer's open issues, the most pressing first, or all of them, the newest first."""
    where, order = (
        (f"AND state IN ({_OPEN})", "impact + urgency, coalesce(next_update_at, 1 << 62), opened_at DESC")
        if is_open
        else ("", "coalesce(opened_at, changed_at) DESC, pk DESC")
    )
    statement = f"SELECT id FROM issue WHERE customer_id = ? AND deleted = 0 {where} ORDER BY {order}"
    return [i for (i,) in cache.read(statement, (customer_id,))]


def count_of(cache: Cache, table: str, customer_id: str, where: str = "1") -> int:
    """Give how many rows of a table are a customer's."""
    statement = f"SELECT count(*) FROM {table} WHERE customer_id = ? AND deleted = 0 AND {where}"
    return int(cache.read(statement, (customer_id,))[0][0])


def open_issue_count(cache: Cache, customer_id: str) -> int:
    """Give how many open issues a customer has."""
    return count_of(cache, "issue", customer_id, f"state IN ({_OPEN})")


def with_number(cache: Cache, number: str, but: str) -> list[tuple[str, str]]:
    """Give name and customer of the other contacts with this number as phone or mobile."""
    found = cache.read(
        "SELECT contact.name, coalesce(customer.name, '') FROM contact "
        "LEFT JOIN customer ON customer.id = contact.customer_id "
        "WHERE contact.deleted = 0 AND ? IN (contact.phone, contact.mobile) AND contact.id <> ? LIMIT 5",
        (number, but),
    )
    return [(str(name), str(customer)) for name, customer in found]
