"""Deployments: recorded, shown to whoever takes the calls after them, and tied to the issues that followed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.customer import Customer, Installation
from app.domain.deployment import AFTERMATH, Deployment, IssueDeployment
from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.issue import Issue
from app.services.desk import Desk, Edit
from app.services.people import OUTSIDE, names, need_right
from app.store import deployments as lists
from app.store.deployments import LATELY
from app.store.search import as_list

_QUARTER = timedelta(days=90)
_IN = "id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class DeploymentLine:
    """A deployment as a screen shows it; `what` says it in words, `contacts` counts the words linked to it.

    `is_fresh` while a word from the customer is asked about it.
    """

    id: str
    customer_id: str
    at: datetime
    what: str
    by: str
    contacts: int
    is_fresh: bool
    back_out_until: datetime | None


@dataclass(frozen=True, slots=True)
class ContactRate:
    """How many words came within a day after how many deployments."""

    deployments: int
    contacts: int
    lines: tuple[DeploymentLine, ...]

    @property
    def rate(self) -> float | None:
        """Words per deployment; None without any deployment."""
        return self.contacts / self.deployments if self.deployments else None


@dataclass(frozen=True, slots=True)
class Aftermath:
    """A deployment that an issue came after (`is_linked`), or may have come after.

    `word_at` is when the customer first said something about the issue after it, `interaction_id` that word; None
    where nothing was said within a day.
    """

    deployment: DeploymentLine
    is_linked: bool
    word_at: datetime | None = None
    interaction_id: str | None = None

    @property
    def before(self) -> timedelta | None:
        """How long before that word it was deployed."""
        return None if self.word_at is None else self.word_at - self.deployment.at


def record(
    desk: Desk,
    customer_id: str,
    *,
    what: str = "",
    installation_id: str | None = None,
    release_id: str | None = None,
    from_build: str = "",
    to_build: str = "",
    at: datetime | None = None,
    back_out: str = "",
    back_out_until: datetime | None = None,
) -> Deployment:
    """Record what was deployed to a customer, at a time (aware; default: now); the installation has the new build.

    Raises BadInput when nothing is said of it or its time is to come, Refused when the customer is gone.
    """
    if not (what.strip() or to_build.strip()):
        raise BadInput("A deployment says what changed.", "Write the build, or a few words.")
    when = at or desk.now
    if when > desk.now:
        raise BadInput("That is still to come.", "Record a deployment once it was made.")
    need_right(desk, Verb.INSERT, Deployment)
    customer = desk.need(Customer, customer_id)
    installation = desk.need(Installation, installation_id) if installation_id else None
    if installation is not None and installation.customer_id != customer.id:
        raise Refused(f"That is not an installation of {customer.name}.", "Choose one of theirs.")
    with desk.edit() as edit:
        if installation is not None and to_build.strip():
            edit.update(installation, build=to_build.strip())
        return edit.insert(
            Deployment(
                id=new_id(),
                customer_id=customer.id,
                installation_id=installation.id if installation else None,
                release_id=release_id,
                product=installation.product if installation else "",
                from_build=from_build.strip() or (installation.build if installation else ""),
                to_build=to_build.strip(),
                what=what.strip(),
                at=when,
                deployed_by=edit.by,
                back_out=back_out.strip(),
                back_out_until=back_out_until,
            )
        )


def lately(desk: Desk, customer_id: str, within: timedelta = LATELY) -> tuple[DeploymentLine, ...]:
    """Give what was deployed to a customer within that time, the newest first."""
    return lines(desk, lists.since(desk.cache, desk.now - within, customer_id))


def of_issue(desk: Desk, issue_id: str) -> tuple[DeploymentLine, ...]:
    """Give the deployments that an issue came after, the newest first."""
    links = desk.cache.records(IssueDeployment, "issue_id = ?", (issue_id,))
    found = lines(desk, list(dict.fromkeys(link.deployment_id for link in links)))
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def offer(desk: Desk, customer_id: str | None, issue_id: str | None = None) -> DeploymentLine | None:
    """Give the deployment after which a word comes now: the newest of the last 24 h; None when linked already."""
    if customer_id is None:
        return None
    fresh = [one for one in lately(desk, customer_id, AFTERMATH) if one.is_fresh]
    if not fresh or (issue_id and _links(desk, issue_id, fresh[0].id)):
        return None
    return fresh[0]


def around(desk: Desk, issue: Issue) -> tuple[Aftermath, ...]:
    """Give the deployments of an issue: first the one offered to be linked, if any, then the linked, newest first.

    Offered is the newest of late to its customer within a day before something they said about it, or its opening.
    """
    linked = of_issue(desk, issue.id)
    known = {one.id for one in linked}
    late = [one for one in lately(desk, issue.customer_id) if one.id not in known] if issue.customer_id else []
    offered = (_aftermath(desk, issue, one, is_linked=False) for one in late)
    # What is older than one that is linked already is no news.
    newest = max((one.at for one in linked), default=None)
    found = next((a for a in offered if a.word_at and (newest is None or a.deployment.at > newest)), None)
    return (*((found,) if found else ()), *(_aftermath(desk, issue, one, is_linked=True) for one in linked))


def _aftermath(desk: Desk, issue: Issue, one: DeploymentLine, *, is_linked: bool) -> Aftermath:
    said_id, word_at = lists.first_word_after(desk.cache, issue.id, one.at) or (None, None)
    opened = issue.opened_at
    if word_at is None and opened is not None and one.at <= opened < one.at + AFTERMATH:
        word_at = opened
    return Aftermath(one, is_linked, word_at, said_id)


def link(desk: Desk, issue_id: str, deployment_id: str, interaction_id: str | None = None) -> IssueDeployment:
    """Say that an issue came after a deployment; a link that is there already is given back.

    Raises Refused when either is gone or they are of two customers.
    """
    issue = desk.need(Issue, issue_id)
    deployment = desk.need(Deployment, deployment_id)
    check(issue, deployment)
    if found := _links(desk, issue.id, deployment.id):
        return found[0]
    with desk.edit() as edit:
        return add(edit, issue, deployment, interaction_id)


def check(issue: Issue, deployment: Deployment) -> None:
    """Raise Refused for a deployment to somebody else than the issue's customer."""
    if issue.customer_id not in {None, deployment.customer_id}:
        raise Refused("That was deployed to another customer.", "Choose one of theirs.")


def add(edit: Edit, issue: Issue, deployment: Deployment, interaction_id: str | None) -> IssueDeployment:
    """Add the link inside an open edit."""
    return edit.insert(
        IssueDeployment(
            id=new_id(),
            issue_id=issue.id,
            customer_id=issue.customer_id,
            deployment_id=deployment.id,
            interaction_id=interaction_id,
        )
    )


def unlink(desk: Desk, issue_id: str, deployment_id: str) -> None:
    """Take the link away; nothing happens when there is none."""
    found = _links(desk, issue_id, deployment_id)
    if found:
        with desk.edit() as edit:
            for one in found:
                edit.delete(one)


def contact_rate(desk: Desk, since: datetime | None = None) -> ContactRate:
    """Give how many words came within a day after each deployment since then (default: 90 days)."""
    found = lines(desk, lists.since(desk.cache, since or desk.now - _QUARTER))
    return ContactRate(len(found), sum(one.contacts for one in found), found)


def lines(desk: Desk, ids: Sequence[str]) -> tuple[DeploymentLine, ...]:
    """Give these deployments as a screen shows them, in this order."""
    if not ids:
        return ()
    by_id = {d.id: d for d in desk.cache.records(Deployment, _IN, (as_list(ids),))}
    who, counted, now = names(desk), lists.contacts(desk.cache, ids), desk.now
    return tuple(
        DeploymentLine(
            id=one.id,
            customer_id=one.customer_id,
            at=one.at,
            what=_words(one),
            by=who.get(one.deployed_by, OUTSIDE),
            contacts=counted[one.id],
            is_fresh=one.at <= now < one.at + AFTERMATH,
            back_out_until=one.back_out_until,
        )
        for one in (by_id[i] for i in ids if i in by_id)
    )


def _words(one: Deployment) -> str:
    build = f"build {one.to_build}" if one.to_build else ""
    if build and one.from_build and one.from_build != one.to_build:
        build = f"build {one.from_build} → {one.to_build}"
    return ": ".join(part for part in (build, one.what) if part) or one.product or "something"


def _links(desk: Desk, issue_id: str, deployment_id: str) -> list[IssueDeployment]:
    return desk.cache.records(IssueDeployment, "issue_id = ? AND deployment_id = ?", (issue_id, deployment_id))
