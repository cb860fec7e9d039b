"""VIP customers whose people rang somebody directly: the line that their account rep gets."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.customer import Contact, Customer
from app.domain.interaction import Interaction
from app.domain.issue import Issue
from app.services.desk import Desk
from app.services.people import OUTSIDE, names
from app.store.customers import has_told, rang_past
from app.store.search import as_list

SHOWN_FOR = timedelta(days=30)
_MOST = 200


@dataclass(frozen=True, slots=True)
class RouteAround:
    """One call past the account rep. `is_followed` once the rep has given that customer a word after it."""

    interaction_id: str
    at: datetime
    customer_id: str
    customer: str
    contact: str
    rang: str
    took: str
    said: str
    issue_id: str | None
    issue: str
    title: str
    is_followed: bool


def route_arounds(desk: Desk) -> tuple[RouteAround, ...]:
    """Give the calls of the last 30 days past the person at this desk, whose customers they are, the newest first."""
    ids = rang_past(desk.cache, desk.person_id, desk.now - SHOWN_FOR, _MOST)
    found = desk.cache.records(Interaction, "id IN (SELECT value FROM json_each(?)) ORDER BY at DESC", (as_list(ids),))
    who = names(desk)
    return tuple(_line(desk, said, who) for said in found)


def waiting(desk: Desk) -> int:
    """Give how many of them the person at this desk has not followed up."""
    return sum(not one.is_followed for one in route_arounds(desk))


def _line(desk: Desk, said: Interaction, who: dict[str, str]) -> RouteAround:
    customer = desk.cache.record(Customer, said.customer_id)
    contact = desk.cache.record(Contact, said.contact_id)
    issue = desk.cache.record(Issue, said.issue_id)
    return RouteAround(
        interaction_id=said.id,
        at=said.at,
        customer_id=said.customer_id or "",
        customer=customer.name if customer else "",
        contact=contact.name if contact else "",
        rang=who.get(said.rang_id or "", OUTSIDE),
        took=who.get(said.person_id, OUTSIDE),
        said=next((row.strip() for row in said.body.splitlines() if row.strip()), ""),
        issue_id=said.issue_id,
        issue=issue.label if issue else "",
        title=issue.title if issue else "",
        is_followed=has_told(desk.cache, said.customer_id or "", desk.person_id, said.at),
    )
