"""A small made-up company for tests of the queue: five customers, their people, and issues in every state."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.domain.customer import Contact, Customer, Environment, Installation
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.interaction import Channel, Direction, Interaction, Nature, Promise, PromiseState
from app.domain.issue import Issue, IssueState
from app.services.desk import Desk, Edit

NOW = datetime(2026, 11, 20, 13, 3, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Sample:
    """The ids of what was made, by the names tests use."""

    customers: dict[str, str]
    contacts: dict[str, str]
    issues: dict[str, str]


@dataclass(frozen=True)
class Planned:
    """An issue to make; hours are from now, negative ones are over."""

    key: str
    title: str
    caller: str
    state: IssueState
    waiting_on: str = ""
    impact: int = 2
    urgency: int = 2
    due_h: float | None = None
    calls: int = 1
    told_h: float | None = None


_CUSTOMERS = (
    ("Northgate Rail", True, "America/New_York", "Gold"),
    ("Halden Hotels", True, "Europe/Oslo", "Gold"),
    ("Corvus Logistics", False, "Europe/Berlin", "Silver"),
    ("Brightwater Labs", False, "America/Los_Angeles", "Silver"),
    ("Morrow Foods", False, "Europe/London", "Bronze"),
)
_CONTACTS = (
    ("Dana Whitfield", "operations lead", "Northgate Rail", "+12125550147"),
    ("Luis Ortega", "network", "Northgate Rail", "+12125550188"),
    ("Ingrid Åsen", "IT", "Halden Hotels", "+4721895500"),
    ("Jonas Weiß", "dispatch", "Corvus Logistics", "+493090182001"),
    ("Priya Raman", "lab systems", "Brightwater Labs", "+14155550123"),
    ("Tom Hale", "plant IT", "Morrow Foods", "+442079460018"),
)
S = IssueState
_ISSUES = (
    Planned("import", "Import fails after the night deployment", "Dana Whitfield", S.WAITING, "Engineering",
            1, 1, -2.2, 4, -144),
    Planned("page", "Cannot open page “AB”", "Ingrid Åsen", S.OPEN, "", 1, 1, 0.63, 2, -1),
    Planned("slow", "Site slow between 9 and 9:20", "Jonas Weiß", S.WATCHING, "", 2, 1, 21, 3, -50),
    Planned("bridge", "Ticket bridge drops attachments", "Ingrid Åsen", S.WAITING, "Halden IT", 1, 2, None, 1, -4),
    Planned("vlan", "New VLAN not in inventory", "Priya Raman", S.NEW, "", 2, 2, 5, 1, -3),
    Planned("export", "User export misses two columns", "Jonas Weiß", S.OPEN, "", 2, 2, 26, 2, -9),
    Planned("database", "Convert database to PostgreSQL", "Tom Hale", S.SCHEDULED, "", 2, 2, 31, 0, -24),
    Planned("login", "Login mail arrives late", "Priya Raman", S.WAITING, "customer", 3, 3, None, 1, -60),
    Planned("old", "Printer list is empty", "Tom Hale", S.SOLVED, "", 3, 3, None, 1, -216),
)  # fmt: skip


def furnish(desk: Desk) -> Sample:
    """Make the sample through ordinary edits; its times are relative to the desk's clock."""
    with desk.edit() as edit:
        customers = {
            name: edit.insert(Customer(id=new_id(), name=name, is_vip=vip, time_zone=zone, plan=plan)).id
            for name, vip, zone, plan in _CUSTOMERS
        }
        contacts = {
            name: edit.insert(Contact(id=new_id(), customer_id=customers[of], name=name, role=role, phone=phone))
            for name, role, of, phone in _CONTACTS
        }
        for name, build, ours in (("Northgate Rail", "39", True), ("Halden Hotels", "38", False)):
            made = Installation(
                id=new_id(),
                customer_id=customers[name],
                product="Console",
                environment=Environment.PRODUCTION,
                build=build,
                is_hosted_by_us=ours,
            )
            edit.insert(made)
        issues = {plan.key: _issue(edit, plan, contacts[plan.caller]) for plan in _ISSUES}
        _story_of_the_import(edit, issues["import"])
        rail = customers["Northgate Rail"]
        edit.insert(Device(id=new_id(), customer_id=rail, name="ngr-core-1", address="192.0.2.10", site="Yard 4"))
    return Sample(customers, {n: c.id for n, c in contacts.items()}, {k: i.id for k, i in issues.items()})


def _issue(edit: Edit, plan: Planned, caller: Contact) -> Issue:
    issue = edit.insert(
        Issue(
            id=new_id(),
            customer_id=caller.customer_id,
            contact_id=caller.id,
            title=plan.title,
            state=plan.state,
            waiting_on=plan.waiting_on,
            impact=plan.impact,
            urgency=plan.urgency,
            opened_at=edit.at - 26 * DAY,
            next_update_at=None if plan.due_h is None else edit.at + plan.due_h * HOUR,
            watch_until=edit.at + 7 * DAY if plan.state is IssueState.WATCHING else None,
        )
    )
    for at in range(plan.calls):
        said = "still broken, critical" if at else "it does not work"
        _word(edit, issue, edit.at - (26 - at * 8) * DAY, Direction.IN, said, Nature.CHASER if at else Nature.FIRST)
    if plan.told_h is not None:
        _word(edit, issue, edit.at + plan.told_h * HOUR, Direction.OUT, "we are on it", Nature.NEWS, Channel.EMAIL)
    return issue


def _word(
    edit: Edit,
    issue: Issue,
    at: datetime,
    direction: Direction,
    body: str,
    nature: Nature,
    channel: Channel = Channel.CALL,
) -> None:
    edit.insert(
        Interaction(
            id=new_id(),
            customer_id=issue.customer_id,
            contact_id=issue.contact_id,
            issue_id=issue.id,
            channel=channel,
            nature=nature,
            direction=direction,
            at=at,
            person_id=edit.by,
            body=body,
        )
    )


def _story_of_the_import(edit: Edit, issue: Issue) -> None:
    """Give the first issue its agreed line and a promise that slipped."""
    edit.update(
        issue,
        agreed_line="The fix is in build 40. The release is at step 31 of 42, and we call you by 16:00 today.",
        agreed_line_by=edit.by,
        agreed_line_until=edit.at + 2 * HOUR,
        workaround="import before 8:00",
    )
    edit.insert(
        Promise(
            id=new_id(),
            customer_id=issue.customer_id,
            issue_id=issue.id,
            contact_id=issue.contact_id,
            what="a fix in build 40",
            made_at=edit.at - 3 * DAY,
            made_by=edit.by,
            due_at=edit.at - 2.2 * HOUR,
            state=PromiseState.OPEN,
        )
    )
