"""Contacts: the people at a customer, with their numbers in E.164 however they were written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.customer import Contact, Customer, Site
from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.phone import shown
from app.domain.region import phone_kept
from app.services.conflicts import ConflictLine, of_row
from app.services.desk import Desk
from app.services.people import need_right
from app.services.rights import why_not
from app.store import customer_lists as lists
from app.store.customers import names
from app.store.search import as_list

_IN = "id IN (SELECT value FROM json_each(?))"
PHONES = ("phone", "mobile")


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One contact as a list shows it; the numbers as people read them."""

    id: str
    name: str
    role: str
    phone: str
    mobile: str
    email: str
    site: str
    note: str
    has_gone: bool


@dataclass(frozen=True, slots=True)
class ContactDetail:
    """A contact, the site's name, and whoever else has one of the numbers."""

    contact: Contact
    site: str
    also: tuple[str, ...]
    conflicts: tuple[ConflictLine, ...]


@dataclass(frozen=True, slots=True)
class Rights:
    """Why somebody may not add, or change, a contact here; "" when they may."""

    why_not_add: str
    why_not_change: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A contact as it was recorded. `also` names the others who have one of the numbers: both are kept."""

    contact: Contact
    also: tuple[str, ...]


def ids(desk: Desk, customer_id: str) -> list[str]:
    """Give the customer's contacts by name, those who have gone last."""
    return lists.contact_ids(desk.cache, customer_id)


def lines(desk: Desk, contact_ids: Sequence[str]) -> list[ContactLine]:
    """Give the lines of these contacts in this order; removed ones are left out."""
    found = {c.id: c for c in desk.cache.records(Contact, _IN, (as_list(contact_ids),))}
    of = names(desk.cache, "site", [c.site_id for c in found.values()])
    return [
        ContactLine(
            id=one.id,
            name=one.name,
            role=one.role,
            phone=shown(one.phone) if one.phone else "",
            mobile=shown(one.mobile) if one.mobile else "",
            email=one.email,
            site=of.get(one.site_id, ""),
            note=one.note,
            has_gone=one.has_gone,
        )
        for one in (found[i] for i in contact_ids if i in found)
    ]


def detail(desk: Desk, contact_id: str) -> ContactDetail | None:
    """Give the contact, or None when it is not there any more."""
    contact = desk.cache.record(Contact, contact_id)
    if contact is None or contact.deleted:
        return None
    site = names(desk.cache, "site", [contact.site_id]).get(contact.site_id, "")
    return ContactDetail(contact, site, sharing(desk, contact), of_row(desk, "contact", contact.id))


def rights(desk: Desk) -> Rights:
    """Give what may be done to contacts here."""
    return Rights(why_not(desk, Verb.INSERT, Contact), why_not(desk, Verb.UPDATE, Contact))


def add(desk: Desk, customer_id: str, **facts: Any) -> Recorded:
    """Add somebody to a customer; a name, a number or an address will do. Raises BadInput or Refused."""
    need_right(desk, Verb.INSERT, Contact)
    customer = desk.need(Customer, customer_id)
    checked = _checked(desk, customer, facts)
    if not any(checked.get(name) for name in ("name", "email", *PHONES)):
        raise BadInput("Nothing says who this is.", "Write a name, a number or an e-mail address.")
    with desk.edit() as edit:
        made = edit.insert(Contact(id=new_id(), customer_id=customer.id, **({"name": ""} | checked)))
    return Recorded(made, sharing(desk, made))


def change(desk: Desk, contact_id: str, **facts: Any) -> Recorded:
    """Give a contact's facts other values; `site` is a site's name. Raises BadInput or Refused."""
    need_right(desk, Verb.UPDATE, Contact)
    contact = desk.need(Contact, contact_id)
    checked = _checked(desk, desk.need(Customer, contact.customer_id), facts)
    with desk.edit() as edit:
        edit.update(contact, **checked)
    changed = desk.need(Contact, contact_id)
    return Recorded(changed, sharing(desk, changed))


def set_gone(desk: Desk, contact_id: str, *, has_gone: bool) -> Contact:
    """Say that somebody has gone, or is back; the history keeps them either way."""
    return change(desk, contact_id, has_gone=has_gone).contact


def sharing(desk: Desk, contact: Contact) -> tuple[str, ...]:
    """Give who else has one of the contact's numbers, with number and customer."""
    found = {
        f"{name} of {customer} has {shown(number)} too": None
        for number in dict.fromkeys((contact.phone, contact.mobile))
        if number
        for name, customer in lists.with_number(desk.cache, number, contact.id)
    }
    return tuple(found)


def _checked(desk: Desk, customer: Customer, facts: dict[str, Any]) -> dict[str, Any]:
    made = {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
    for name in PHONES:
        if name in made:
            made[name] = phone_kept(made[name], customer.region)
    if "site" in made:
        made["site_id"] = _site_named(desk, customer, made.pop("site"))
    email = made.get("email", "")
    if email:
        check_email(email)
    return made


def check_email(email: str) -> None:
    """Raise BadInput for what is no e-mail address."""
    if "@" not in email.strip("@") or " " in email:
        raise BadInput(f"“{email}” is no e-mail address.", "Write it like jane@northgate.example.")


def _site_named(desk: Desk, customer: Customer, name: str) -> str | None:
    if not name:
        return None
    found = desk.cache.records(Site, "customer_id = ? AND name = ? COLLATE NOCASE LIMIT 1", (customer.id, name))
    if not found:
        raise BadInput(f"{customer.name} has no site called “{name}”.", "Choose one of the list, or add it to Sites.")
    return found[0].id
