"""What today's calls left open: their issues that lack a customer, a caller, a topic or an installation."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from app.domain.customer import Contact, Customer, Installation
from app.domain.errors import Refused
from app.domain.interaction import Interaction
from app.domain.issue import Issue
from app.domain.when import at_local
from app.services.desk import Desk
from app.services.issue_details import installation_of
from app.store.codec import instant_cell


class Part(StrEnum):
    """What may be missing, in the order in which it is asked for."""

    CUSTOMER = "customer"
    CALLER = "caller"
    TOPIC = "topic"
    INSTALLATION = "installation"


@dataclass(frozen=True, slots=True)
class Incomplete:
    """An issue with missing parts, as it was logged. `caller` is the name that was typed, where one was."""

    issue_id: str
    label: str
    title: str
    logged_at: datetime
    customer_id: str | None
    customer: str
    contact: str
    topic: str
    caller: str
    missing: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class InstallationLine:
    """An installation to choose."""

    id: str
    words: str


def to_complete(desk: Desk) -> tuple[Incomplete, ...]:
    """Give what the person at this desk logged since midnight that lacks something, the newest first."""
    today = at_local(datetime.combine(desk.now.astimezone().date(), time()))
    where = "person_id = ? AND at >= ? AND is_automatic = 0 AND issue_id IS NOT NULL ORDER BY at DESC"
    found: dict[str, Incomplete] = {}
    for said in desk.cache.records(Interaction, where, (desk.person_id, instant_cell(today))):
        if said.issue_id and said.issue_id not in found:
            one = _of(desk, said)
            if one is not None:
                found[said.issue_id] = one
    return tuple(one for one in found.values() if one.missing)


def complete(
    desk: Desk,
    issue_id: str,
    *,
    customer_id: str | None = None,
    contact_id: str | None = None,
    topic: str = "",
    installation_id: str | None = None,
) -> None:
    """Fill in what is given; what is left out stays as it is.

    A contact brings their customer. Raises Refused when something is gone or of another customer.
    """
    issue = desk.need(Issue, issue_id)
    contact = desk.need(Contact, contact_id) if contact_id else None
    named = contact.customer_id if contact else customer_id
    customer = desk.need(Customer, named) if named else None
    whose = customer.id if customer else issue.customer_id
    installation = desk.need(Installation, installation_id) if installation_id else None
    if installation is not None and installation.customer_id != whose:
        raise Refused("That installation is another customer's.", "Choose one of theirs.")
    changes: dict[str, object] = {}
    if customer is not None:
        changes["customer_id"] = customer.id
    if contact is not None:
        changes["contact_id"] = contact.id
    if topic.strip():
        changes["topic"] = topic.strip()
    if installation is not None:
        changes["installation_id"] = installation.id
    with desk.edit() as edit:
        edit.update(issue, **changes)


def topics(desk: Desk) -> tuple[str, ...]:
    """Give the topics in use: those with an order of whom to ask, and those of open issues."""
    found = desk.cache.read(
        "SELECT topic FROM ask_first WHERE deleted = 0 AND topic <> '' UNION SELECT topic FROM issue "
        "WHERE deleted = 0 AND topic <> '' AND state IN ('new', 'open', 'waiting', 'scheduled', 'watching')"
    )
    return tuple(sorted((topic for (topic,) in found), key=str.casefold))


def installations(desk: Desk, customer_id: str | None) -> tuple[InstallationLine, ...]:
    """Give a customer's installations in words, production first."""
    found = desk.cache.records(Installation, "customer_id = ? ORDER BY environment <> 'production', id", (customer_id,))
    return tuple(
        InstallationLine(
            one.id, " · ".join(p for p in (one.product, str(one.environment), one.build and f"build {one.build}") if p)
        )
        for one in found
    )


def _of(desk: Desk, said: Interaction) -> Incomplete | None:
    issue = desk.cache.record(Issue, said.issue_id)
    if issue is None or issue.deleted:
        return None
    customer = desk.cache.record(Customer, issue.customer_id)
    contact = desk.cache.record(Contact, issue.contact_id)
    lacks = {
        Part.CUSTOMER: issue.customer_id is None,
        Part.CALLER: issue.contact_id is None,
        Part.TOPIC: not issue.topic,
        Part.INSTALLATION: issue.installation_id is None and _must_choose(desk, issue.customer_id),
    }
    named = [row.removeprefix("Caller: ") for row in said.body.splitlines() if row.startswith("Caller: ")]
    return Incomplete(
        issue_id=issue.id,
        label=issue.label,
        title=issue.title,
        logged_at=said.at,
        customer_id=issue.customer_id,
        customer=customer.name if customer else "",
        contact=contact.name if contact else "",
        topic=issue.topic,
        caller=named[-1] if named else "",
        missing=tuple(part for part in Part if lacks[part]),
    )


def _must_choose(desk: Desk, customer_id: str | None) -> bool:
    """Say whether it is not clear without being said: where nothing is installed there is nothing to choose."""
    return bool(installations(desk, customer_id)) and not installation_of(desk, customer_id)
