"""The search box: issues, customers, contacts and devices by the beginnings of words, newest first."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from app.domain.customer import Contact, Customer
from app.domain.device import Device
from app.domain.entity import Entity
from app.domain.issue import Issue
from app.domain.phone import digits_of, shown, wanted_digits
from app.services.desk import Desk
from app.store.customers import contacts_by_digits, names
from app.store.search import as_list, matching, numbered
from app.store.search import ranked as best

R = TypeVar("R", bound=Entity)

_EACH = 5
_ISSUES = 8


class HitKind(StrEnum):
    """What was found."""

    ISSUE = "issue"
    CUSTOMER = "customer"
    CONTACT = "contact"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found: how it reads, and the customer whose it is ("" for none)."""

    kind: HitKind
    id: str
    title: str
    subtitle: str = ""
    customer_id: str = ""


def search(desk: Desk, text: str) -> list[Hit]:
    """Give what the words or digits find: issues by number first, then a few of each kind; [] for no words."""
    return [*issues(desk, text, _ISSUES), *_customers(desk, text), *_contacts(desk, text), *_devices(desk, text)]


def issues(desk: Desk, text: str, limit: int = 20) -> list[Hit]:
    """Give issues by number, or with all the words: whole words before beginnings, and the newest first."""
    number = digits_of(text) if text.strip().lstrip("#").isdecimal() else ""
    found = numbered(desk.cache, number, limit) if number else []
    if len(found) < limit:
        found = list(dict.fromkeys([*found, *matching(desk.cache, "issue", text, limit)]))[:limit]
    return _issue_hits(desk, found)


def ranked(desk: Desk, text: str, limit: int = 20) -> list[Hit]:
    """Give issues with all the words, the best match of the newest thousand first."""
    return _issue_hits(desk, best(desk.cache, text, limit))


def _issue_hits(desk: Desk, found: list[str]) -> list[Hit]:
    records = _in_order(found, desk.cache.records(Issue, "id IN (SELECT value FROM json_each(?))", (as_list(found),)))
    of = names(desk.cache, "customer", [r.customer_id for r in records])
    return [
        Hit(HitKind.ISSUE, r.id, f"{r.label} {r.title}".strip(), of.get(r.customer_id, ""), r.customer_id or "")
        for r in records
    ]


def _customers(desk: Desk, text: str) -> list[Hit]:
    found = matching(desk.cache, "customer", text, _EACH)
    records = desk.cache.records(Customer, "id IN (SELECT value FROM json_each(?))", (as_list(found),))
    return [
        Hit(HitKind.CUSTOMER, r.id, r.name, " · ".join(p for p in ("VIP" if r.is_vip else "", r.plan) if p), r.id)
        for r in _in_order(found, records)
    ]


def _contacts(desk: Desk, text: str) -> list[Hit]:
    found = matching(desk.cache, "contact", text, _EACH)
    found += contacts_by_digits(desk.cache, wanted_digits(text), _EACH)
    found = list(dict.fromkeys(found))[:_EACH]
    records = desk.cache.records(Contact, "id IN (SELECT value FROM json_each(?))", (as_list(found),))
    of = names(desk.cache, "customer", [r.customer_id for r in records])
    return [
        Hit(
            HitKind.CONTACT,
            r.id,
            r.name,
            " · ".join(p for p in (of.get(r.customer_id, ""), shown(r.phone) if r.phone else "") if p),
            r.customer_id,
        )
        for r in _in_order(found, records)
    ]


def _devices(desk: Desk, text: str) -> list[Hit]:
    found = matching(desk.cache, "device", text, _EACH)
    records = desk.cache.records(Device, "id IN (SELECT value FROM json_each(?))", (as_list(found),))
    of = names(desk.cache, "customer", [r.customer_id for r in records])
    return [
        Hit(
            HitKind.DEVICE,
            r.id,
            r.name,
            " · ".join(p for p in (of.get(r.customer_id, ""), str(r.environment)) if p),
            r.customer_id or "",
        )
        for r in _in_order(found, records)
    ]


def _in_order(ids: list[str], records: list[R]) -> list[R]:
    by_id = {r.id: r for r in records}
    return [by_id[i] for i in ids if i in by_id]
