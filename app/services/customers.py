"""Customers: the list of them, one with what belongs to it, and the verbs that change its facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from app.domain.customer import Customer, Installation, Site
from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.person import Person
from app.domain.region import region_named, regions
from app.services import people
from app.services.agreed_lines import zone_of
from app.services.conflicts import ConflictLine, of_row
from app.services.desk import Desk
from app.services.ledger import Figures, customer_figures
from app.services.people import name_of, need_right
from app.services.rights import why_not
from app.store import customer_lists as lists
from app.store.customer_lists import Which
from app.store.customers import standings
from app.store.search import as_list

__all__ = [
    "CustomerDetail",
    "CustomerLine",
    "Which",
    "Words",
    "add",
    "change",
    "counts",
    "detail",
    "ids",
    "issue_ids",
    "lines",
    "time_zone_named",
    "words",
]

_IN = "id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One customer as the list shows it. `last_at` is the last word exchanged."""

    id: str
    name: str
    plan: str
    is_vip: bool
    account_rep: str
    zone: tzinfo | None
    open_issues: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class CustomerDetail:
    """A customer's own facts and how much belongs to it. `why_not_*` say why that may not be done here, or ""."""

    customer: Customer
    zone: tzinfo | None
    account_rep: str
    contacts: int
    sites: tuple[Site, ...]
    installations: tuple[Installation, ...]
    open_issues: int
    issues: int
    deployments: int
    route_arounds: int
    figures: Figures
    last_at: datetime | None
    conflicts: tuple[ConflictLine, ...]
    why_not_change: str
    why_not_remove: str
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Words:
    """What the form's fields offer: time zones, countries with their calling code, plans in use, people."""

    time_zones: tuple[str, ...]
    regions: tuple[str, ...]
    plans: tuple[str, ...]
    people: tuple[people.PersonLine, ...]


def ids(desk: Desk, text: str = "", which: Which = Which.ALL) -> list[str]:
    """Give the customers whose name, plan or contact has these words, by name."""
    return lists.customer_ids(desk.cache, text, which, desk.person_id)


def counts(desk: Desk) -> dict[Which, int]:
    """Give how many customers each list holds."""
    return lists.counts(desk.cache, desk.person_id)


def lines(desk: Desk, customer_ids: Sequence[str]) -> list[CustomerLine]:
    """Give the lines of these customers in this order; removed ones are left out."""
    found = {c.id: c for c in desk.cache.records(Customer, _IN, (as_list(customer_ids),))}
    known = standings(desk.cache, "customer_id", list(found))
    who = people.names(desk)
    return [
        CustomerLine(
            id=one.id,
            name=one.name,
            plan=one.plan,
            is_vip=one.is_vip,
            account_rep=who.get(one.account_rep_id or "", ""),
            zone=zone_of(one.time_zone),
            open_issues=known[one.id].open_issues,
            last_at=known[one.id].last_at,
        )
        for one in (found[i] for i in customer_ids if i in found)
    ]


def detail(desk: Desk, customer_id: str) -> CustomerDetail | None:
    """Give the customer, or None when it is not there any more."""
    customer = desk.cache.record(Customer, customer_id)
    if customer is None or customer.deleted:
        return None
    cache, one = desk.cache, (customer_id,)
    places = cache.records(Site, "customer_id = ? ORDER BY name COLLATE NOCASE, id", one)
    runs = cache.records(Installation, "customer_id = ? ORDER BY environment, product COLLATE NOCASE, id", one)
    rows = (("customer", customer_id), *(("site", s.id) for s in places), *(("installation", r.id) for r in runs))
    conflicts = tuple(clash for table, row_id in rows for clash in of_row(desk, table, row_id))
    return CustomerDetail(
        customer=customer,
        zone=zone_of(customer.time_zone),
        account_rep=name_of(desk, customer.account_rep_id),
        contacts=lists.count_of(cache, "contact", customer_id),
        sites=tuple(places),
        installations=tuple(runs),
        open_issues=lists.open_issue_count(cache, customer_id),
        issues=lists.count_of(cache, "issue", customer_id),
        deployments=lists.count_of(cache, "deployment", customer_id),
        route_arounds=lists.count_of(cache, "interaction", customer_id, "is_route_around = 1"),
        figures=customer_figures(desk, customer_id),
        last_at=standings(cache, "customer_id", [customer_id])[customer_id].last_at,
        conflicts=conflicts,
        why_not_change=why_not(desk, Verb.UPDATE, Customer),
        why_not_remove=why_not(desk, Verb.DELETE, Site),
        read_at=desk.now,
    )


def issue_ids(desk: Desk, customer_id: str, *, is_open: bool) -> list[str]:
    """Give a customer's open issues, the most pressing first, or all of them, the newest first."""
    return lists.issue_ids(desk.cache, customer_id, is_open=is_open)


def words(desk: Desk) -> Words:
    """Give what a form's fields offer; takes some 20 ms the first time."""
    plans = desk.cache.read("SELECT DISTINCT plan FROM customer WHERE plan <> '' ORDER BY plan COLLATE NOCASE")
    return Words(
        time_zones=_time_zones(),
        regions=tuple(f"{letters} +{code}" for letters, code in regions().items()),
        plans=tuple(str(plan) for (plan,) in plans),
        people=people.people(desk),
    )


@lru_cache(maxsize=1)
def _time_zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


def time_zone_named(text: str) -> str:
    """Give the zone as it is kept, whatever its capitals; a city alone will do. Raises BadInput."""
    typed = text.strip().replace(" ", "_").casefold()
    if not typed:
        return "UTC"
    known = _time_zones()
    found = [zone for zone in known if zone.casefold() == typed]
    found = found or [zone for zone in known if zone.casefold().rpartition("/")[2] == typed and "/" in zone]
    if len(found) != 1:
        near = [zone for zone in known if typed in zone.casefold()][:3]
        hint = f"Do you mean {' or '.join(near)}?" if near else "Write it like Europe/Oslo; the list completes it."
        raise BadInput(f"“{text.strip()}” is no time zone.", hint)
    return found[0]


def add(desk: Desk, **facts: Any) -> Customer:
    """Make a customer; only the name is needed. Raises BadInput, and Refused for a role that may not."""
    need_right(desk, Verb.INSERT, Customer)
    checked = _checked(desk, facts, None)
    if "name" not in checked:
        raise BadInput("A customer needs a name.", "Write how people call them.")
    with desk.edit() as edit:
        return edit.insert(Customer(id=new_id(), **checked))


def change(desk: Desk, customer_id: str, **facts: Any) -> Customer:
    """Give a customer's facts other values: any field but `is_restricted`, as text where it is one.

    `account_rep_id` is a person's id. Raises BadInput with what to write, and Refused for a role that may not.
    """
    need_right(desk, Verb.UPDATE, Customer)
    customer = desk.need(Customer, customer_id)
    checked = _checked(desk, facts, customer)
    with desk.edit() as edit:
        edit.update(customer, **checked)
    return desk.need(Customer, customer_id)


def _checked(desk: Desk, facts: dict[str, Any], present: Customer | None) -> dict[str, Any]:
    made = {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
    if "name" in made:
        if not made["name"]:
            raise BadInput("A customer needs a name.", "Write how people call them.")
        same = desk.cache.records(Customer, "name = ? COLLATE NOCASE", (made["name"],))
        if any(present is None or one.id != present.id for one in same):
            raise BadInput(f"There is a customer called {made['name']} already.", "Add what tells the two apart.")
    if "time_zone" in made:
        made["time_zone"] = time_zone_named(made["time_zone"])
    if "region" in made:
        made["region"] = region_named(made["region"].partition(" ")[0])
    if made.get("account_rep_id"):
        made["account_rep_id"] = desk.need(Person, made["account_rep_id"]).id
    return made
