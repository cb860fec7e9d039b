"""What is going on at the demo company: issues, calls, promises, escalations."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.entity import Entity
from app.domain.escalation import (
    Ask,
    AskKind,
    DecisionOption,
    DecisionRequest,
    Escalation,
    EscalationKind,
    EscalationState,
)
from app.domain.interaction import Channel, Direction, Interaction, Nature, Promise, PromiseState
from app.domain.issue import Issue, IssueKind, IssueState, Note
from app.practice.sample_around import around, problem
from app.practice.sample_company import Clock, demo_id, person

_IN, _OUT = Direction.IN, Direction.OUT
_CALL, _MAIL = Channel.CALL, Channel.EMAIL


@dataclass(frozen=True, slots=True)
class _Spoken:
    """One word exchanged, by the contact's key."""

    at: datetime
    body: str
    nature: Nature = Nature.FIRST
    channel: Channel = _CALL
    direction: Direction = _IN
    by: str = "ben"


def _issue(number: int, customer: str, contact: str, title: str, opened_at: datetime, **more: object) -> Issue:
    fields: dict[str, object] = {
        "state": IssueState.OPEN,
        "installation_id": demo_id("installation", customer),
        "customer_id": demo_id("customer", customer),
        "contact_id": demo_id("contact", contact),
        **more,
    }
    return Issue(id=demo_id("issue", str(number)), number=number, title=title, opened_at=opened_at, **fields)  # type: ignore[arg-type]


def _issues(t: Clock) -> Iterator[Issue]:
    yield _issue(
        4127,
        "northgate",
        "jane",
        "Import fails after the night deployment",
        t.ago(days=26),
        state=IssueState.WAITING,
        waiting_on="Engineering",
        impact=1,
        urgency=1,
        owner_id=person("erik"),
        topic="import",
        next_update_at=t.ago(hours=2, minutes=10),
        agreed_line="The fix is in build 40. It is being released now, and we call you today.",
        agreed_line_by=person("erik"),
        agreed_line_until=t.ahead(hours=6),
        workaround="import before 8:00",
    )
    yield _issue(
        4131,
        "halden",
        "sigrid",
        "Cannot open page “AB”",
        t.ago(days=3),
        impact=1,
        urgency=2,
        owner_id=person("ben"),
        topic="web",
        next_update_at=t.ahead(minutes=38),
    )
    yield _issue(
        4098,
        "corvus",
        "tobias",
        "Site slow between 9 and 9:20",
        t.ago(days=12),
        state=IssueState.WATCHING,
        watch_until=t.ahead(days=4),
        impact=2,
        urgency=1,
        owner_id=person("chloe"),
        topic="speed",
        next_update_at=t.ahead(hours=21),
    )
    yield _issue(
        4140,
        "halden",
        "pal",
        "Ticket bridge drops attachments",
        t.ago(days=1, hours=4),
        state=IssueState.WAITING,
        waiting_on="Halden IT",
        impact=2,
        urgency=2,
        owner_id=person("dana"),
        topic="bridge",
    )
    yield _issue(
        4136,
        "brightwater",
        "lucia",
        "New VLAN not in inventory",
        t.ago(days=2),
        impact=2,
        urgency=3,
        owner_id=person("ben"),
        topic="network",
        next_update_at=t.ahead(hours=5),
    )
    yield _issue(
        4122,
        "corvus",
        "tobias",
        "User export misses two columns",
        t.ago(days=9),
        impact=3,
        urgency=2,
        owner_id=person("ben"),
        topic="export",
        next_update_at=t.ahead(days=1, hours=2),
    )
    yield _issue(
        4119,
        "morrow",
        "graham",
        "Convert database to PostgreSQL",
        t.ago(days=10),
        kind=IssueKind.REQUEST,
        state=IssueState.SCHEDULED,
        impact=2,
        urgency=3,
        owner_id=person("mara"),
        topic="database",
        next_update_at=t.ahead(days=6),
    )
    yield _issue(
        4101,
        "brightwater",
        "lucia",
        "Login mail arrives late",
        t.ago(days=14),
        state=IssueState.WAITING,
        waiting_on="customer",
        impact=3,
        urgency=3,
        owner_id=person("chloe"),
        topic="mail",
    )
    yield _issue(
        4143,
        "tidewell",
        "yuki",
        "Wants the audit report as CSV",
        t.ago(hours=5),
        kind=IssueKind.REQUEST,
        topic="export",
    )
    yield _issue(
        4144,
        "northgate",
        "omar",
        "Interface counters stop at midnight",
        t.ago(hours=3),
        impact=2,
        urgency=2,
        topic="network",
    )
    yield _issue(
        4090,
        "morrow",
        "graham",
        "Report of last month is empty",
        t.ago(days=20),
        state=IssueState.SOLVED,
        impact=2,
        urgency=2,
        owner_id=person("erik"),
        topic="report",
    )


def _spoken(t: Clock) -> Iterator[tuple[int, str, str, _Spoken]]:
    first, chaser, news = Nature.FIRST, Nature.CHASER, Nature.NEWS
    yield 4127, "northgate", "jane", _Spoken(t.ago(days=26), "The nightly import stopped with an error", first)
    yield 4127, "northgate", "jane", _Spoken(t.ago(days=12), "Any news? The morning report is empty again", chaser)
    yield 4127, "northgate", "jane", _Spoken(t.ago(days=6, hours=4), "We are on it", news, _MAIL, _OUT, "erik")
    yield 4127, "northgate", "jane", _Spoken(t.ago(days=5), "You said Friday", chaser, by="chloe")
    yield (
        4127,
        "northgate",
        "jane",
        _Spoken(t.ago(hours=1, minutes=20), "Still broken, and it is critical to us", chaser),
    )
    yield 4131, "halden", "sigrid", _Spoken(t.ago(days=3), "Page AB gives a white screen", first)
    yield 4131, "halden", "sigrid", _Spoken(t.ago(hours=1), "The night auditor needs it today", chaser)
    yield 4098, "corvus", "tobias", _Spoken(t.ago(days=12), "Every morning at nine it crawls", first)
    yield 4098, "corvus", "tobias", _Spoken(t.ago(days=8), "Slow again", chaser, by="chloe")
    yield 4098, "corvus", "tobias", _Spoken(t.ago(days=2), "Better since Tuesday; nobody knows why", news, by="chloe")
    yield 4140, "halden", "pal", _Spoken(t.ago(days=1, hours=4), "Attachments do not arrive in our system", first)
    yield 4136, "brightwater", "lucia", _Spoken(t.ago(days=2), "VLAN 310 is missing", first)
    yield 4122, "corvus", "tobias", _Spoken(t.ago(days=9), "Two columns are missing in the user export", first)
    yield 4122, "corvus", "tobias", _Spoken(t.ago(hours=9), "We need it for Monday", chaser)
    yield 4101, "brightwater", "lucia", _Spoken(t.ago(days=14), "Login mails take an hour", first, by="chloe")
    yield 4144, "northgate", "omar", _Spoken(t.ago(hours=3), "Counters are flat since the deployment", first)


def _talk(t: Clock) -> Iterator[Entity]:
    for place, (number, customer, contact, said) in enumerate(_spoken(t)):
        yield Interaction(
            id=demo_id("interaction", str(place)),
            issue_id=demo_id("issue", str(number)),
            customer_id=demo_id("customer", customer),
            contact_id=demo_id("contact", contact),
            channel=said.channel,
            nature=said.nature,
            direction=said.direction,
            at=said.at,
            person_id=person(said.by),
            body=said.body,
        )
    yield Note(
        id=demo_id("note", "4127"),
        issue_id=demo_id("issue", "4127"),
        at=t.ago(hours=9),
        person_id=person("erik"),
        body="Build 39 went in at 0:12. The importer times out on orders since then.",
    )
    for number, customer, contact, what, made_at, due_at, state in (
        (4127, "northgate", "jane", "A fix in build 40", t.ago(days=5), t.ago(days=2), PromiseState.BROKEN),
        (4131, "halden", "sigrid", "Tell her what we found", t.ago(hours=1), t.ahead(minutes=38), PromiseState.OPEN),
        (4136, "brightwater", "lucia", "Add the VLAN by hand", t.ago(days=1), t.ahead(hours=5), PromiseState.OPEN),
    ):
        yield Promise(
            id=demo_id("promise", str(number)),
            issue_id=demo_id("issue", str(number)),
            customer_id=demo_id("customer", customer),
            contact_id=demo_id("contact", contact),
            what=what,
            made_at=made_at,
            made_by=person("chloe"),
            due_at=due_at,
            state=state,
            settled_at=due_at if state is PromiseState.BROKEN else None,
        )


def _handed_on(t: Clock) -> Iterator[Entity]:
    for number, by, team, hours, taker, words in (
        (4140, "ben", "Integration", 3, "dana", "The bridge drops attachments over 2 MB"),
        (4136, "chloe", "Network", 5, None, "VLAN 310 is on the switch but not in the inventory"),
        (4098, "ben", "Hosting", 26, "erik", "Slow every morning at nine; nothing in our logs"),
    ):
        raised_at = t.ago(hours=hours)
        yield Escalation(
            id=demo_id("escalation", str(number)),
            issue_id=demo_id("issue", str(number)),
            kind=EscalationKind.FUNCTIONAL,
            raised_by=person(by),
            raised_at=raised_at,
            to_team=team,
            sentence=words,
            state=EscalationState.TAKEN if taker else EscalationState.RAISED,
            taken_by=person(taker) if taker else None,
            taken_at=t.ago(hours=hours - 1) if taker else None,
        )


def _decisions(t: Clock) -> Iterator[Entity]:
    for key, number, words, question, owed_by, asked_at, decide_by, without in (
        (
            "importer",
            4127,
            "Northgate's import needs a second machine",
            "Fund a second importer for Northgate?",
            "CFO",
            t.ago(days=6, hours=5),
            t.ahead(days=1),
            "We tell Northgate that imports stay at night.",
        ),
        (
            "hosting",
            None,
            "The hosting offer has to be weighed",
            "Move hosting to a provider: $96k or $1,005k over 24 months?",
            "CEO",
            t.ago(days=2, hours=1),
            t.ahead(days=9),
            "We stay where we are for another year.",
        ),
        (
            "report",
            4098,
            "The slow report needs a rebuild",
            "Accept the slow report until build 42?",
            "Product",
            t.ago(hours=7),
            t.ahead(days=2),
            "",
        ),
    ):
        escalation = Escalation(
            id=demo_id("escalation", key),
            issue_id=demo_id("issue", str(number)) if number else None,
            raised_by=person("ben"),
            raised_at=asked_at,
            to_person_id=person("mara"),
            sentence=words,
            state=EscalationState.ASKED,
            taken_by=person("mara"),
            taken_at=asked_at,
        )
        yield escalation
        yield DecisionRequest(
            id=demo_id("decision", key),
            escalation_id=escalation.id,
            issue_id=escalation.issue_id,
            question=question,
            owed_by=owed_by,
            asked_at=asked_at,
            asked_by=person("mara"),
            decide_by=decide_by,
            without_answer=without,
        )
    for key, place, label, one_off, monthly, risk in (
        ("importer", 1, "A second importer", 6000, 400, ""),
        ("importer", 2, "Night imports only", 0, 0, "the morning report stays empty"),
        ("hosting", 1, "Stay where we are", 0, 4000, ""),
        ("hosting", 2, "The provider's offer", 45000, 40000, ""),
        ("report", 1, "Accept until build 42", 0, 0, "two chasers a week"),
    ):
        yield DecisionOption(
            id=demo_id("option", f"{key}/{place}"),
            request_id=demo_id("decision", key),
            position=place,
            label=label,
            one_off=Decimal(one_off),
            monthly=Decimal(monthly),
            term_months=24,
            risk=risk,
        )
    for place, (key, kind, whom, channel, at) in enumerate(
        (
            ("importer", AskKind.ASKED, "Engineering", "mail", t.ago(days=6, hours=5)),
            ("importer", AskKind.SEEN, "Engineering", "mail", t.ago(days=6, hours=3)),
            ("importer", AskKind.ASKED, "VP", "call", t.ago(days=5)),
            ("importer", AskKind.ACKNOWLEDGED, "VP", "call", t.ago(days=5)),
            ("importer", AskKind.ASKED, "CFO", "mail", t.ago(days=4)),
            ("importer", AskKind.ASKED, "CFO", "call", t.ago(days=2, hours=7)),
            ("hosting", AskKind.ASKED, "CEO", "mail", t.ago(days=2, hours=1)),
        )
    ):
        yield Ask(
            id=demo_id("ask", str(place)),
            request_id=demo_id("decision", key),
            kind=kind,
            whom=whom,
            channel=channel,
            at=at,
            recorded_by=person("mara"),
        )


def work(t: Clock) -> Iterator[Entity]:
    """Give everything that is open at the demo company."""
    yield from _issues(t)
    yield from problem(t)
    yield from _talk(t)
    yield from around(t)
    yield from _handed_on(t)
    yield from _decisions(t)
