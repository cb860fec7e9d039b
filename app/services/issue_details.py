"""One issue with all that belongs to it: who, what was promised, what may be said, what happened, what clashes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from app.domain.customer import Contact, Customer, Installation
from app.domain.issue import SHARED_KINDS, Issue, IssueKind, IssueState
from app.domain.on_issue import ExternalRef
from app.domain.phone import shown
from app.services import (
    ask_first,
    attachments,
    deployments,
    external_refs,
    followers,
    issue_devices,
    later_words,
    links,
    problems,
    sla,
    tags,
)
from app.services.agreed_lines import Say, say, zone_of
from app.services.ask_first import AskLine
from app.services.attachments import AttachmentLine
from app.services.conflicts import ConflictLine, of_row
from app.services.deployments import Aftermath
from app.services.desk import Desk
from app.services.later_words import LaterLine
from app.services.links import LinkLine
from app.services.people import name_of
from app.services.problems import Affected, OwedWord
from app.services.promises import PromiseLine, of_issue
from app.services.sla import IssueTimers
from app.services.timeline import Happened, timeline
from app.store.interactions import tallies


@dataclass(frozen=True, slots=True)
class IssueDetail:
    """An issue as the panel on the right shows it. Names are "" where nobody is named."""

    id: str
    label: str
    title: str
    kind: IssueKind
    state: IssueState
    priority: int
    impact: int
    urgency: int
    waiting_on: str
    watch_until: datetime | None
    customer_id: str | None
    customer: str
    is_vip: bool
    plan: str
    zone: tzinfo | None
    contact_id: str | None
    contact: str
    contact_role: str
    phone: str
    installation: str
    owner_id: str | None
    owner: str
    opened_at: datetime | None
    next_update_at: datetime | None
    told_at: datetime | None
    calls: int
    first_call_at: datetime | None
    last_call_at: datetime | None
    say: Say
    agreed_line: str
    agreed_line_until: datetime | None
    workaround: str
    last_promise: PromiseLine | None
    open_promises: tuple[PromiseLine, ...]
    devices: int
    topic: str
    product: str
    build: str
    team: str
    level: int
    cause: str
    fixed_at: datetime | None
    installation_id: str | None
    tags: tuple[str, ...]
    followers: tuple[tuple[str, str], ...]
    is_followed: bool
    on_devices: tuple[tuple[str, str], ...]
    references: tuple[ExternalRef, ...]
    deployments: tuple[Aftermath, ...]
    links: tuple[LinkLine, ...]
    affected: tuple[Affected, ...]
    owed: tuple[OwedWord, ...]
    to_send: tuple[LaterLine, ...]
    ask_first: tuple[AskLine, ...]
    files: tuple[AttachmentLine, ...]
    timers: IssueTimers
    facts: Mapping[str, str]
    source: str
    happened: tuple[Happened, ...]
    conflicts: tuple[ConflictLine, ...]
    read_at: datetime

    @property
    def is_shared(self) -> bool:
        """Say whether it is a problem or a major incident."""
        return self.kind in SHARED_KINDS

    @property
    def offered(self) -> Aftermath | None:
        """The deployment that the issue may have come after and nobody has linked; None without one."""
        return next((one for one in self.deployments if not one.is_linked), None)

    @property
    def calling_for(self) -> timedelta | None:
        """How long they have been calling about this; None before the second call."""
        if self.calls < 2 or self.first_call_at is None:
            return None
        return self.read_at - self.first_call_at


def find(desk: Desk, issue_id: str) -> IssueDetail | None:
    """Give the issue, or None when it is not there any more."""
    issue = desk.cache.record(Issue, issue_id)
    return None if issue is None or issue.deleted else detail(desk, issue_id)


def detail(desk: Desk, issue_id: str) -> IssueDetail:
    """Give the issue; raises Refused when it is not there any more."""
    issue = desk.need(Issue, issue_id)
    customer = desk.cache.record(Customer, issue.customer_id)
    contact = desk.cache.record(Contact, issue.contact_id)
    zone = zone_of(customer.time_zone) if customer else None
    tally = tallies(desk.cache, [issue.id])[issue.id]
    promises = of_issue(desk, issue.id)
    following, is_shared = followers.of_issue(desk, issue.id), issue.kind in SHARED_KINDS
    devices = "SELECT count(*) FROM device WHERE deleted = 0 AND customer_id = ?"
    return IssueDetail(
        id=issue.id,
        label=issue.label,
        title=issue.title,
        kind=issue.kind,
        state=issue.state,
        priority=issue.priority,
        impact=issue.impact,
        urgency=issue.urgency,
        waiting_on=issue.waiting_on,
        watch_until=issue.watch_until,
        customer_id=issue.customer_id,
        customer=customer.name if customer else "",
        is_vip=bool(customer and customer.is_vip),
        plan=customer.plan if customer else "",
        zone=zone,
        contact_id=issue.contact_id,
        contact=contact.name if contact else "",
        contact_role=contact.role if contact else "",
        phone=shown(contact.phone) if contact and contact.phone else "",
        installation=installation_of(desk, issue.customer_id, issue.installation_id),
        owner_id=issue.owner_id,
        owner=name_of(desk, issue.owner_id),
        opened_at=issue.opened_at,
        next_update_at=issue.next_update_at,
        told_at=tally.told_at,
        calls=tally.calls,
        first_call_at=tally.first_call_at,
        last_call_at=tally.last_call_at,
        say=say(desk, issue, zone),
        agreed_line=issue.agreed_line,
        agreed_line_until=issue.agreed_line_until,
        workaround=issue.workaround,
        last_promise=promises[0] if promises else None,
        open_promises=tuple(sorted((p for p in promises if p.is_open), key=lambda p: p.due_at)),
        devices=int(desk.cache.read(devices, (issue.customer_id,))[0][0]),
        topic=issue.topic,
        product=issue.product,
        build=issue.build,
        team=issue.team,
        level=issue.level,
        cause=issue.cause,
        fixed_at=issue.fixed_at,
        installation_id=issue.installation_id,
        tags=tags.of_issue(desk, issue.id),
        followers=following,
        is_followed=desk.person_id in dict(following),
        on_devices=issue_devices.of_issue(desk, issue.id),
        references=external_refs.of_issue(desk, issue.id),
        deployments=deployments.around(desk, issue),
        links=links.of_issue(desk, issue.id),
        affected=problems.affected(desk, issue.id) if is_shared else (),
        owed=problems.owed(desk, issue.id) if is_shared else (),
        to_send=later_words.of_issue(desk, issue.id),
        ask_first=ask_first.of_topic(desk, issue.topic),
        files=attachments.of_issue(desk, issue.id),
        timers=sla.timers_of(desk, [issue.id])[issue.id],
        facts=issue.facts,
        source=issue.source,
        happened=timeline(desk, issue),
        conflicts=of_row(desk, "issue", issue.id),
        read_at=desk.now,
    )


def installation_of(desk: Desk, customer_id: str | None, installation_id: str | None = None) -> str:
    """Give what a customer runs in words: the one named, or their only production installation; "" when unclear."""
    where = "customer_id = ? AND (id = ? OR (? IS NULL AND environment = 'production')) LIMIT 2"
    found = desk.cache.records(Installation, where, (customer_id, installation_id, installation_id))
    if len(found) != 1:
        return ""
    one = found[0]
    build = f"build {one.build}" if one.build else one.product
    return ", ".join(p for p in (build, "hosted by us" if one.is_hosted_by_us else "hosted by them") if p)
