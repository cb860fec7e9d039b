"""Who is calling: found while somebody types a name, a customer, a phone in any writing, or an issue's number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.domain.customer import Contact, Customer, Site
from app.domain.issue import Issue
from app.domain.phone import (
    called_number,
    digits_of,
    looks_like_phone,
    numbers_meant,
    shown,
    wanted_digits,
    why_no_number,
)
from app.services.desk import Desk
from app.store.customers import (
    Standing,
    contacts_by_digits,
    contacts_by_numbers,
    contacts_by_words,
    of_customers,
    regions,
    sites_by_digits,
    sites_by_numbers,
    standings,
)
from app.store.search import as_list, matching, numbered

SHOWN = 12
_LOOKED_AT = 30
_IN = "id IN (SELECT value FROM json_each(?))"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who may be calling: a contact, or a customer of whom nobody is known (`contact_id` None).

    `issue_id` is set when they were found by an issue's number; `open_issues` counts their customer's. `is_exact`:
    the whole number that was looked for is theirs. `site` is the place whose phone it is.
    """

    customer_id: str
    contact_id: str | None
    name: str
    customer: str
    role: str = ""
    is_vip: bool = False
    phone: str = ""
    open_issues: int = 0
    own_open_issues: int = 0
    last_at: datetime | None = None
    issue_id: str | None = None
    issue: str = ""
    is_exact: bool = False
    site: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    contact: Contact | None
    customer_id: str
    rank: int
    issue: Issue | None = None
    is_exact: bool = False
    site: Site | None = None


def find(desk: Desk, text: str) -> list[Caller]:
    """Give who it may be, at most 12: by number or phone first, then most open, then the newest word.

    What a softphone writes (tel:, baton:) is understood too.
    """
    text = called_number(text)
    found = [*_by_number(desk, text), *_by_phone(desk, text), *_by_name(desk, text)]
    unique: dict[tuple[str | None, str], _Found] = {}
    for one in found:
        unique.setdefault((one.contact.id if one.contact else None, one.customer_id), one)
    return _ranked(desk, list(unique.values()))[:SHOWN]


def no_number(desk: Desk, text: str) -> str:
    """Give why what looks like a phone number is none, in words; "" when it may be one. It is kept as text."""
    return why_no_number(text, regions(desk.cache))


def _by_number(desk: Desk, text: str) -> list[_Found]:
    plain = text.lstrip("#")
    if not (plain.isdecimal() and len(plain) <= 9):
        return []
    issues = _records(desk, numbered(desk.cache, digits_of(plain), SHOWN))
    contacts = _contacts(desk, [i.contact_id for i in issues if i.contact_id])
    return [
        _Found(contacts.get(i.contact_id or ""), i.customer_id, 0 if str(i.number) == plain else 3, i)
        for i in issues
        if i.customer_id
    ]


def _by_phone(desk: Desk, text: str) -> list[_Found]:
    if not looks_like_phone(text):
        return []
    known = regions(desk.cache)
    whole = numbers_meant(text, known)
    exact = contacts_by_numbers(desk.cache, whole, _LOOKED_AT)
    digits = wanted_digits(text)
    rest = [i for i in contacts_by_digits(desk.cache, digits, _LOOKED_AT) if i not in exact]
    people = [_Found(c, c.customer_id, 1, is_exact=True) for c in _contacts(desk, exact).values()]
    places = sites_by_numbers(desk.cache, whole, SHOWN)
    by_id = {s.id: s for s in desk.cache.records(Site, _IN, (as_list(places),))}
    found = [*people, *(_Found(None, by_id[i].customer_id, 2, is_exact=True, site=by_id[i]) for i in places)]
    found += [_Found(c, c.customer_id, 2) for c in _contacts(desk, rest).values()]
    like = [i for i in sites_by_digits(desk.cache, digits, SHOWN) if i not in places]
    by_id = {s.id: s for s in desk.cache.records(Site, _IN, (as_list(like),))}
    return [*found, *(_Found(None, by_id[i].customer_id, 3, site=by_id[i]) for i in like if i in by_id)]


def _by_name(desk: Desk, text: str) -> list[_Found]:
    contacts = contacts_by_words(desk.cache, text, _LOOKED_AT)
    customers = matching(desk.cache, "customer", text, SHOWN)
    # A customer with many people must not crowd out the others: the words found them once, their people add to it.
    contacts = list(dict.fromkeys([*contacts, *of_customers(desk.cache, customers, _LOOKED_AT)]))
    people = [_Found(c, c.customer_id, 4) for c in _contacts(desk, contacts).values()]
    return [*people, *(_Found(None, customer_id, 4) for customer_id in customers)]


def _records(desk: Desk, ids: Sequence[str]) -> list[Issue]:
    by_id = {i.id: i for i in desk.cache.records(Issue, _IN, (as_list(ids),))}
    return [by_id[i] for i in ids if i in by_id]


def _contacts(desk: Desk, ids: Sequence[str]) -> dict[str, Contact]:
    by_id = {c.id: c for c in desk.cache.records(Contact, _IN, (as_list(ids),))}
    return {i: by_id[i] for i in ids if i in by_id}


def _ranked(desk: Desk, found: Iterable[_Found]) -> list[Caller]:
    known = list(found)
    customer_ids = list({f.customer_id for f in known})
    customers = {c.id: c for c in desk.cache.records(Customer, _IN, (as_list(customer_ids),))}
    of_customer = standings(desk.cache, "customer_id", customer_ids)
    of_contact = standings(desk.cache, "contact_id", [f.contact.id for f in known if f.contact])
    lines = []
    for one in known:
        customer = customers.get(one.customer_id)
        if customer is None:
            continue
        own = of_contact.get(one.contact.id, Standing()) if one.contact else Standing()
        line = _line(one, customer, of_customer[one.customer_id], own)
        seen = (line.last_at or _LONG_AGO).timestamp()
        # Somebody in particular before the customer as such, who is there for a caller nobody knows yet.
        lines.append(((one.rank, one.contact is None, -own.open_issues, -line.open_issues, -seen, line.name), line))
    return [line for _key, line in sorted(lines, key=lambda pair: pair[0])]


def _line(one: _Found, customer: Customer, of_customer: Standing, own: Standing) -> Caller:
    contact = one.contact
    return Caller(
        customer_id=customer.id,
        contact_id=contact.id if contact else None,
        name=contact.name if contact else customer.name,
        customer=customer.name,
        role=contact.role if contact else "",
        is_vip=customer.is_vip,
        phone=_phone(one),
        open_issues=of_customer.open_issues,
        own_open_issues=own.open_issues,
        last_at=own.last_at if contact else of_customer.last_at,
        issue_id=one.issue.id if one.issue else None,
        issue=f"{one.issue.label} {one.issue.title}".strip() if one.issue else "",
        is_exact=one.is_exact,
        site=one.site.name if one.site else "",
    )


def _phone(one: _Found) -> str:
    if one.site is not None:
        return shown(one.site.phone)
    number = (one.contact.phone or one.contact.mobile) if one.contact else ""
    return shown(number) if number else ""
