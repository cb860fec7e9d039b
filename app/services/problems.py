"""Problems and major incidents: what many issues share, who is affected, and who is owed a word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain import reply_text
from app.domain.customer import Contact
from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.interaction import Channel, Interaction
from app.domain.issue import SHARED_KINDS, Issue, IssueKind
from app.domain.on_issue import LinkKind
from app.domain.plain_text import with_article
from app.services.desk import Desk
from app.services.issue_refs import IssueRef, refs
from app.services.links import Relation, link_in
from app.services.people import need_right
from app.services.replies import Prepared, all_of, prepare, values, word_out
from app.store.codec import instant_cell, instant_of
from app.store.interactions import tallies
from app.store.issue_words import WORDS_OUT
from app.store.issues import open_of
from app.store.links import linked_to
from app.store.search import as_list

FIXED = "fixed"  # the canned reply of this name is the text for those who are owed a word
_SUBJECT = "{% if number %}[{{ number }}] {% endif %}{{ title }}"
_USUAL = (
    "Hello{% if contact %} {{ contact }}{% endif %},\n\n"
    "what you told us about{% if number %} in {{ number }}{% endif %}, “{{ title }}”, is fixed. "
    "Please try it and tell us if it is not.\n\n{{ me }}"
)
_OF_ONE_CUSTOMER = 500  # open issues that are linked at once


@dataclass(frozen=True, slots=True)
class Affected:
    """An issue behind which this problem is, or which is a part of this major incident; calls are those about it."""

    issue: IssueRef
    contact_id: str | None
    contact: str
    calls: int
    first_call_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwedWord:
    """Somebody who reported what is fixed now; `told_at` is our first word to them since, None: they are owed one.

    `issue_id` is their newest issue about it, on which the word is recorded.
    """

    issue_id: str
    label: str
    title: str
    contact_id: str | None
    contact: str
    customer: str
    email: str
    phone: str
    calls: int
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to whom the message about a major incident goes, and the issues on which it is recorded."""

    contact_id: str | None
    name: str
    customer: str
    email: str
    issue_ids: tuple[str, ...]


def raise_problem(
    desk: Desk, issue_id: str, title: str = "", *, kind: IssueKind = IssueKind.PROBLEM, cause: str = ""
) -> Issue:
    """Make a problem, or a major incident, beside an issue and link the issue to it; gives the new one.

    It belongs to no customer. Raises Refused for an issue that is one itself.
    """
    need_right(desk, Verb.INSERT, Issue)
    issue = desk.need(Issue, issue_id)
    if kind not in SHARED_KINDS:
        raise ValueError(kind)
    if issue.kind in SHARED_KINDS:
        raise Refused(f"{issue.label} is {with_article(issue.kind)} itself.", "Link the customers' issues to it.")
    relation = Relation.PART_OF if kind is IssueKind.MAJOR else Relation.CAUSED_BY
    with desk.edit() as edit:
        made = edit.insert(
            Issue(
                id=new_id(),
                title=title.strip() or issue.title,
                kind=kind,
                impact=issue.impact,
                urgency=issue.urgency,
                topic=issue.topic,
                product=issue.product,
                build=issue.build,
                owner_id=edit.by,
                opened_at=edit.at,
                cause=cause.strip(),
                workaround=issue.workaround,
            )
        )
        link_in(desk, edit, issue.id, relation, made.id)
    return made


def set_cause(desk: Desk, problem_id: str, cause: str) -> None:
    """Write what the cause is: from then on it is a known error. An empty one takes it away."""
    problem = _shared(desk, problem_id)
    with desk.edit() as edit:
        edit.update(problem, cause=cause.strip())


def mark_fixed(desk: Desk, problem_id: str, *, is_fixed: bool = True) -> None:
    """Say that it is fixed now, or that it is not after all. Who was told since then stays in the record."""
    problem = _shared(desk, problem_id)
    with desk.edit() as edit:
        edit.update(problem, fixed_at=(problem.fixed_at or edit.at) if is_fixed else None)


def _shared(desk: Desk, problem_id: str) -> Issue:
    problem = desk.need(Issue, problem_id)
    if problem.kind not in SHARED_KINDS:
        raise Refused(
            f"{problem.label} is no problem but {with_article(problem.kind)}.", "Make a problem of it with U."
        )
    return problem


def affected(desk: Desk, problem_id: str) -> tuple[Affected, ...]:
    """Give the issues linked to a problem or a major incident, those with most calls first."""
    found = _linked(desk, problem_id)
    counted = tallies(desk.cache, [ref.id for ref in found])
    whose = _contacts(desk, [ref.id for ref in found])
    lines = [
        Affected(
            ref,
            whose[ref.id].id if ref.id in whose else None,
            whose[ref.id].name if ref.id in whose else "",
            counted[ref.id].calls,
            counted[ref.id].first_call_at,
        )
        for ref in found
    ]
    return tuple(sorted(lines, key=lambda line: (-line.calls, line.issue.id)))


def _linked(desk: Desk, problem_id: str) -> tuple[IssueRef, ...]:
    ids = [i for kind in (LinkKind.PROBLEM, LinkKind.PARENT) for i in linked_to(desk.cache, kind, problem_id)]
    return tuple(ref for ref in refs(desk, ids) if not ref.is_shared)


def _contacts(desk: Desk, issue_ids: Sequence[str]) -> dict[str, Contact]:
    """Give each issue's contact, where it has one."""
    statement = (
        "SELECT id, contact_id FROM issue WHERE id IN (SELECT value FROM json_each(?)) AND contact_id IS NOT NULL"
    )
    pairs = desk.cache.read(statement, (as_list(issue_ids),))
    where = "id IN (SELECT value FROM json_each(?))"
    known = {c.id: c for c in desk.cache.records(Contact, where, (as_list([c for _i, c in pairs]),))}
    return {issue_id: known[contact_id] for issue_id, contact_id in pairs if contact_id in known}


def owed(desk: Desk, problem_id: str) -> tuple[OwedWord, ...]:
    """Give everybody who reported it, those still owed a word first; () before it is fixed.

    A word is one of a person to them, outward, on an issue of this problem, since it was fixed. An automatic reply or
    a note is none.
    """
    problem = _shared(desk, problem_id)
    if problem.fixed_at is None:
        return ()
    found = _linked(desk, problem_id)
    whose = _contacts(desk, [ref.id for ref in found])
    counted = tallies(desk.cache, [ref.id for ref in found])
    told = _told_since(desk, [ref.id for ref in found], problem.fixed_at)
    groups: dict[str, list[IssueRef]] = {}
    for ref in found:
        groups.setdefault(whose[ref.id].id if ref.id in whose else ref.id, []).append(ref)
    lines = []
    for refs_of_one in groups.values():
        newest = max(refs_of_one, key=lambda ref: ref.id)
        contact = whose.get(newest.id)
        at = [when for ref in refs_of_one for to, when in told.get(ref.id, []) if to in {None, contact and contact.id}]
        lines.append(
            OwedWord(
                issue_id=newest.id,
                label=newest.label,
                title=newest.title,
                contact_id=contact.id if contact else None,
                contact=contact.name if contact else "",
                customer=newest.customer,
                email=contact.email if contact else "",
                phone=contact.phone if contact else "",
                calls=sum(counted[ref.id].calls for ref in refs_of_one),
                told_at=min(at, default=None),
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.told_at is not None, -line.calls, line.issue_id)))


def _told_since(desk: Desk, issue_ids: Sequence[str], since: datetime) -> dict[str, list[tuple[str | None, datetime]]]:
    """Give to whom we gave word since then, and when first, by issue."""
    statement = (
        f"SELECT issue_id, contact_id, min(at) FROM interaction WHERE {WORDS_OUT} AND at >= ? "  # noqa: S608  our own words
        "AND issue_id IN (SELECT value FROM json_each(?)) GROUP BY issue_id, contact_id"
    )
    found: dict[str, list[tuple[str | None, datetime]]] = {}
    for issue_id, contact_id, at in desk.cache.read(statement, (instant_cell(since), as_list(issue_ids))):
        found.setdefault(issue_id, []).append((contact_id, instant_of(at)))
    return found


def word_for(desk: Desk, issue_id: str) -> Prepared:
    """Give the word for somebody who is owed one, from the canned reply named “Fixed” or a usual one; not sent."""
    line = next((reply for reply in all_of(desk) if reply.name.casefold() == FIXED), None)
    if line is None:
        return prepare(desk, issue_id, _SUBJECT, _USUAL)
    return prepare(desk, issue_id, line.subject or _SUBJECT, line.body)


def tell(desk: Desk, issue_id: str, body: str, *, subject: str = "", channel: Channel = Channel.EMAIL) -> Interaction:
    """Record the word that was given to one of them: that ticks them off. Raises BadInput for an empty one."""
    need_right(desk, Verb.INSERT, Interaction)
    issue = desk.need(Issue, issue_id)
    with desk.edit() as edit:
        return word_out(edit, issue, body, subject=subject, channel=channel)


# Major incidents: one event, one message


def open_of_customer(desk: Desk, customer_id: str) -> tuple[str, ...]:
    """Give the ids of what a customer has open, without problems and major incidents."""
    ids = open_of(desk.cache, "customer_id", customer_id, _OF_ONE_CUSTOMER)
    return tuple(ref.id for ref in refs(desk, ids) if not ref.is_shared)


def affect(desk: Desk, major_id: str, issue_ids: Sequence[str]) -> int:
    """Link issues to a problem, or to a major incident as its parts, in one edit; gives how many were not before."""
    major = _shared(desk, major_id)
    is_major = major.kind is IssueKind.MAJOR
    relation = Relation.PART_OF if is_major else Relation.CAUSED_BY
    known = set(linked_to(desk.cache, LinkKind.PARENT if is_major else LinkKind.PROBLEM, major.id))
    fresh = [i for i in dict.fromkeys(issue_ids) if i not in known]
    with desk.edit() as edit:
        for issue_id in fresh:
            link_in(desk, edit, issue_id, relation, major.id)
    return len(fresh)


def recipients(desk: Desk, major_id: str) -> tuple[Recipient, ...]:
    """Give to whom the one message goes: the contacts of the open issues, each once, then issues without a contact."""
    found = [ref for ref in _linked(desk, major_id) if ref.is_open]
    whose = _contacts(desk, [ref.id for ref in found])
    groups: dict[str, list[IssueRef]] = {}
    for ref in found:
        groups.setdefault(whose[ref.id].id if ref.id in whose else ref.id, []).append(ref)
    lines = []
    for key, of_one in groups.items():
        contact = whose.get(of_one[0].id)
        name = contact.name if contact else f"whoever reported {of_one[0].label}"
        email = contact.email if contact else ""
        ids = tuple(ref.id for ref in of_one)
        lines.append(Recipient(key if contact else None, name, of_one[0].customer, email, ids))
    return tuple(sorted(lines, key=lambda line: (not line.email, line.customer.casefold(), line.name.casefold())))


def tell_all(
    desk: Desk,
    major_id: str,
    issue_ids: Sequence[str],
    body: str,
    *,
    subject: str = "",
    channel: Channel = Channel.EMAIL,
) -> int:
    """Record the one message, after it was sent, as our word on each of these issues; gives on how many.

    Raises BadInput for an empty message, for nobody, and for an issue that is not affected.
    """
    major = _shared(desk, major_id)
    need_right(desk, Verb.INSERT, Interaction)
    affected_ids = {ref.id for ref in _linked(desk, major.id)}
    wanted = list(dict.fromkeys(issue_ids))
    if not wanted:
        raise BadInput("Nobody is left to be told.", "Link affected issues first, or keep a recipient.")
    if not affected_ids.issuperset(wanted):
        raise BadInput("One of these issues is not affected.", "Link it first.")
    with desk.edit() as edit:
        for issue_id in wanted:
            word_out(edit, desk.need(Issue, issue_id), body, subject=subject, channel=channel)
    return len(wanted)


def subject_of(desk: Desk, major_id: str) -> str:
    """Give the subject with which the message about it begins."""
    return reply_text.fill(_SUBJECT, values(desk, _shared(desk, major_id))).text
