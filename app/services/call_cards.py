"""The call card: who is calling, what they have open, what was promised, what may be said, whom to ask first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from app.domain.customer import Contact, Customer, Site
from app.domain.interaction import Interaction, Promise
from app.domain.issue import Issue, IssueState
from app.domain.on_issue import IssueLink
from app.domain.person import Person
from app.domain.phone import shown
from app.domain.topic import AskFirst
from app.services import deployments
from app.services.agreed_lines import Say, say, zone_of
from app.services.deployments import DeploymentLine
from app.services.desk import Desk
from app.services.issue_details import installation_of
from app.services.people import name_of, names
from app.services.promises import PromiseLine, line, of_issue
from app.store.interactions import Tally, tallies
from app.store.issues import open_of
from app.store.search import as_list

ROUND_ABOUT = timedelta(days=90)  # within which route-arounds are counted
_CARD_ISSUES = 20
_IN = "id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class AskLine:
    """Somebody to ask about a topic, in the order in which to ask."""

    person_id: str
    name: str
    words: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class CardProblem:
    """The cause behind an issue; calls are those about it and about every issue linked to it."""

    id: str
    label: str
    title: str
    cause: str
    workaround: str
    is_fixed: bool
    issues: int
    calls: int
    first_call_at: datetime | None


@dataclass(frozen=True, slots=True)
class CardIssue:
    """An open issue on the card, with how often they called about it and what was promised last."""

    id: str
    label: str
    title: str
    priority: int
    state: IssueState
    waiting_on: str
    owner: str
    next_update_at: datetime | None
    tally: Tally
    last_promise: PromiseLine | None
    say: Say
    topic: str = ""
    installation: str = ""
    problems: tuple[CardProblem, ...] = ()
    ask_first: tuple[AskLine, ...] = ()
    deployment: DeploymentLine | None = None  # the one after which they call, when it can still be linked


@dataclass(frozen=True, slots=True)
class MailLine:
    """Our last mail to them."""

    at: datetime
    by: str
    subject: str
    to: str


@dataclass(frozen=True, slots=True)
class CallCard:
    """Who is calling and what they have open. `say` is for a caller about something new.

    `route_arounds` counts the times within 90 days that somebody there rang past the account rep.
    """

    customer_id: str | None
    contact_id: str | None
    name: str
    role: str
    customer: str
    is_vip: bool
    plan: str
    phone: str
    zone: tzinfo | None
    installation: str
    account_rep: str
    issues: tuple[CardIssue, ...]
    say: Say
    read_at: datetime
    mobile: str = ""
    email: str = ""
    site: str = ""
    account_rep_id: str | None = None
    last_promise: PromiseLine | None = None
    last_mail: MailLine | None = None
    deployments: tuple[DeploymentLine, ...] = ()
    deployment: DeploymentLine | None = None
    route_arounds: int = 0


def call_card(desk: Desk, *, contact_id: str | None = None, customer_id: str | None = None) -> CallCard:
    """Give the card of a contact, or of a customer for a caller nobody knows; raises Refused when they are gone."""
    contact = desk.need(Contact, contact_id) if contact_id else None
    customer = desk.need(Customer, contact.customer_id if contact else customer_id or "")
    site = desk.cache.record(Site, contact.site_id) if contact and contact.site_id else None
    zone = zone_of(site.time_zone if site else customer.time_zone)
    found = _open_issues(desk, customer.id, contact_id)
    counted = tallies(desk.cache, [i.id for i in found])
    behind = _problems(desk, [i.id for i in found])
    return CallCard(
        customer_id=customer.id,
        contact_id=contact_id,
        name=contact.name if contact else "",
        role=contact.role if contact else "",
        customer=customer.name,
        is_vip=customer.is_vip,
        plan=customer.plan,
        phone=shown(contact.phone) if contact and contact.phone else "",
        zone=zone,
        installation=installation_of(desk, customer.id),
        account_rep=name_of(desk, customer.account_rep_id),
        issues=tuple(_card_issue(desk, issue, counted[issue.id], zone, behind.get(issue.id, ())) for issue in found),
        say=say(desk, None, zone),
        read_at=desk.now,
        mobile=shown(contact.mobile) if contact and contact.mobile else "",
        email=contact.email if contact else "",
        site=site.name if site else "",
        account_rep_id=customer.account_rep_id,
        last_promise=_last_promise(desk, customer.id, contact_id),
        last_mail=_last_mail(desk, customer.id),
        deployments=deployments.lately(desk, customer.id),
        deployment=deployments.offer(desk, customer.id),
        route_arounds=route_around_count(desk, customer.id),
    )


def ask_first(desk: Desk, topic: str) -> tuple[AskLine, ...]:
    """Give whom to ask about a topic, in order; people who are no longer active are left out."""
    if not topic.strip():
        return ()
    order = desk.cache.records(AskFirst, "topic = ? COLLATE NOCASE ORDER BY place, id", (topic.strip(),))
    people = {p.id: p for p in desk.cache.records(Person, "is_active = 1")}
    return tuple(
        AskLine(one.person_id, people[one.person_id].name, one.words, people[one.person_id].team)
        for one in order
        if one.person_id in people
    )


def route_around_count(desk: Desk, customer_id: str) -> int:
    """Give how often, within 90 days, a customer's people rang somebody else than their account rep."""
    since = (Interaction, "customer_id = ? AND is_route_around = 1", (customer_id,))
    oldest = desk.now - ROUND_ABOUT
    return sum(1 for said in desk.cache.records(*since) if said.at >= oldest)


def _open_issues(desk: Desk, customer_id: str, contact_id: str | None) -> list[Issue]:
    """Give what is open, the caller's own first: that is what they call about."""
    ids = open_of(desk.cache, "contact_id", contact_id, _CARD_ISSUES) if contact_id else []
    ids = list(dict.fromkeys([*ids, *open_of(desk.cache, "customer_id", customer_id, _CARD_ISSUES)]))[:_CARD_ISSUES]
    by_id = {i.id: i for i in desk.cache.records(Issue, _IN, (as_list(ids),))}
    return [by_id[i] for i in ids if i in by_id]


def _card_issue(
    desk: Desk, issue: Issue, tally: Tally, zone: tzinfo | None, problems: Sequence[CardProblem]
) -> CardIssue:
    promises = of_issue(desk, issue.id)
    return CardIssue(
        id=issue.id,
        label=issue.label,
        title=issue.title,
        priority=issue.priority,
        state=issue.state,
        waiting_on=issue.waiting_on,
        owner=name_of(desk, issue.owner_id),
        next_update_at=issue.next_update_at,
        tally=tally,
        last_promise=promises[0] if promises else None,
        say=say(desk, issue, zone),
        topic=issue.topic,
        installation=installation_of(desk, issue.customer_id, issue.installation_id),
        problems=tuple(problems),
        ask_first=ask_first(desk, issue.topic),
        deployment=deployments.offer(desk, issue.customer_id, issue.id),
    )


def _problems(desk: Desk, issue_ids: Sequence[str]) -> dict[str, tuple[CardProblem, ...]]:
    """Give the problems behind each of these issues, by the issue's id."""
    of_these = "kind = 'problem' AND issue_id IN (SELECT value FROM json_each(?))"
    links = desk.cache.records(IssueLink, of_these, (as_list(issue_ids),))
    wanted = list({one.other_id for one in links})
    problems = {p.id: p for p in desk.cache.records(Issue, _IN, (as_list(wanted),))}
    same = "kind = 'problem' AND other_id IN (SELECT value FROM json_each(?))"
    sharing: dict[str, set[str]] = {}
    for one in desk.cache.records(IssueLink, same, (as_list(list(problems)),)):
        sharing.setdefault(one.other_id, set()).add(one.issue_id)
    counted = tallies(desk.cache, list({i for ids in sharing.values() for i in ids} | set(problems)))
    found = {p.id: _problem(p, sharing.get(p.id, set()), counted) for p in problems.values()}
    given: dict[str, tuple[CardProblem, ...]] = {}
    for one in links:
        if one.other_id in found and found[one.other_id] not in given.get(one.issue_id, ()):
            given[one.issue_id] = (*given.get(one.issue_id, ()), found[one.other_id])
    return given


def _problem(problem: Issue, sharing: set[str], counted: dict[str, Tally]) -> CardProblem:
    all_calls = [counted[i] for i in {*sharing, problem.id}]
    firsts = [t.first_call_at for t in all_calls if t.first_call_at is not None]
    return CardProblem(
        id=problem.id,
        label=problem.label,
        title=problem.title,
        cause=problem.cause,
        workaround=problem.workaround,
        is_fixed=problem.fixed_at is not None,
        issues=len(sharing),
        calls=sum(t.calls for t in all_calls),
        first_call_at=min(firsts, default=None),
    )


def _last_promise(desk: Desk, customer_id: str, contact_id: str | None) -> PromiseLine | None:
    """Give what was promised last: to the caller, else to their house."""
    for where, one in (("contact_id = ?", contact_id), ("customer_id = ?", customer_id)):
        found = desk.cache.records(Promise, f"{where} ORDER BY made_at DESC, id DESC LIMIT 1", (one,)) if one else []
        if found:
            return line(found[0], desk.now, names(desk))
    return None


def _last_mail(desk: Desk, customer_id: str) -> MailLine | None:
    where = (
        "customer_id = ? AND channel = 'email' AND direction = 'out' AND is_automatic = 0 ORDER BY at DESC, id DESC "
        "LIMIT 1"
    )
    found = desk.cache.records(Interaction, where, (customer_id,))
    if not found:
        return None
    said = found[0]
    contact = desk.cache.record(Contact, said.contact_id)
    first = next((row.strip() for row in said.body.splitlines() if row.strip()), "")
    return MailLine(said.at, name_of(desk, said.person_id), said.subject or first, contact.name if contact else "")
