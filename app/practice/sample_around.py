"""What stands around the demo's issues: the cause behind two, deployments, whom to ask first, who rang past a rep."""

from collections.abc import Iterator

from app.domain.deployment import Deployment, IssueDeployment
from app.domain.entity import Entity
from app.domain.interaction import Interaction, Nature
from app.domain.issue import Issue, IssueKind, IssueState
from app.domain.on_issue import IssueLink, LinkKind
from app.domain.topic import AskFirst
from app.practice.sample_company import Clock, demo_id, person


def problem(t: Clock) -> Iterator[Entity]:
    """Give the cause behind two customers' issues, known and not yet fixed."""
    problem = Issue(
        id=demo_id("issue", "4129"),
        number=4129,
        title="Importer times out on large orders",
        kind=IssueKind.PROBLEM,
        state=IssueState.OPEN,
        opened_at=t.ago(days=11),
        impact=1,
        urgency=2,
        owner_id=person("erik"),
        topic="import",
        cause="One query per order line since build 39",
        workaround="import before 8:00, or in parts of 500 orders",
        next_update_at=t.ahead(hours=26),
    )
    yield problem
    for number, customer in (("4127", "northgate"), ("4122", "corvus")):
        yield IssueLink(
            id=demo_id("issue_link", number),
            issue_id=demo_id("issue", number),
            customer_id=demo_id("customer", customer),
            other_id=problem.id,
            kind=LinkKind.PROBLEM,
        )


def _deployments(t: Clock) -> Iterator[Entity]:
    for key, customer, from_build, to_build, at, what in (
        ("northgate/39", "northgate", "38", "39", t.ago(hours=9), "night deployment"),
        ("halden/39", "halden", "38", "39", t.ago(days=3, hours=2), ""),
        ("brightwater/39", "brightwater", "38", "39", t.ago(days=8), "with the new inventory"),
    ):
        yield Deployment(
            id=demo_id("deployment", key),
            customer_id=demo_id("customer", customer),
            installation_id=demo_id("installation", customer),
            product="Device Manager",
            from_build=from_build,
            to_build=to_build,
            what=what,
            at=at,
            deployed_by=person("erik"),
            back_out="Stop the application, restore the dump of the evening before, start build 38.",
            back_out_until=t.ahead(hours=15) if customer == "northgate" else None,
        )
    yield IssueDeployment(
        id=demo_id("issue_deployment", "4131"),
        issue_id=demo_id("issue", "4131"),
        customer_id=demo_id("customer", "halden"),
        deployment_id=demo_id("deployment", "halden/39"),
        interaction_id=demo_id("interaction", "5"),  # Sigrid's first call
    )


def _ask_first() -> Iterator[Entity]:
    for topic, order in (
        ("import", (("erik", "knows the importer"), ("dana", ""))),
        ("network", (("dana", "knows the switches"), ("erik", ""))),
        ("web", (("chloe", "has seen page AB"), ("erik", ""))),
        ("bridge", (("dana", "built the bridge"), ("chloe", "knows Halden IT"))),
        ("export", (("ben", ""), ("erik", ""))),
        ("speed", (("chloe", ""), ("erik", "reads the logs"))),
    ):
        for place, (login, words) in enumerate(order, 1):
            yield AskFirst(
                id=demo_id("ask_first", f"{topic}/{login}"),
                topic=topic,
                person_id=person(login),
                place=place,
                words=words,
            )


def _rang_past_the_rep(t: Clock) -> Iterator[Entity]:
    """Give one call of a VIP who rang an engineer instead of Mara."""
    yield Interaction(
        id=demo_id("interaction", "route-around"),
        issue_id=demo_id("issue", "4127"),
        customer_id=demo_id("customer", "northgate"),
        contact_id=demo_id("contact", "jane"),
        nature=Nature.THANKS,  # no pressure counted: she was told on 4127 already
        at=t.ago(days=1, hours=3),
        person_id=person("erik"),
        body="Thanks for the word on build 40; she asked whether it can come on Sunday",
        lasted_s=240,
        is_route_around=True,
        rang_id=person("erik"),
    )


def around(t: Clock) -> Iterator[Entity]:
    """Give deployments, whom to ask first, and a call past the account rep; the issues and words are there."""
    yield from _rang_past_the_rep(t)
    yield from _deployments(t)
    yield from _ask_first()
