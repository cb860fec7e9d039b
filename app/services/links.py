"""Links between issues: the cause behind one, its parts, what it blocks, what it repeats. Nothing is merged away."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import Refused
from app.domain.issue import SHARED_KINDS, Issue
from app.domain.on_issue import IssueLink, LinkKind
from app.domain.plain_text import cut, with_article
from app.services.desk import Desk, Edit
from app.services.issue_refs import IssueRef, refs
from app.services.people import need_right
from app.store.links import onward

_FARTHEST = 10_000  # issues looked at for a cycle


class Relation(StrEnum):
    """How the issue that is looked at stands to the other one, in words: a link read from either of its ends."""

    CAUSED_BY = "caused by"
    CAUSES = "causes"
    PART_OF = "part of"
    PARTS = "has the part"
    BLOCKS = "blocks"
    BLOCKED_BY = "blocked by"
    DUPLICATE_OF = "duplicate of"
    DUPLICATES = "has the duplicate"


_ENDS = {
    LinkKind.PROBLEM: (Relation.CAUSED_BY, Relation.CAUSES),
    LinkKind.PARENT: (Relation.PART_OF, Relation.PARTS),
    LinkKind.BLOCKS: (Relation.BLOCKS, Relation.BLOCKED_BY),
    LinkKind.DUPLICATE: (Relation.DUPLICATE_OF, Relation.DUPLICATES),
}
_KINDS = {relation: (kind, at == 0) for kind, ends in _ENDS.items() for at, relation in enumerate(ends)}
_CHAINED = {
    LinkKind.PROBLEM: "is caused by",
    LinkKind.PARENT: "is part of",
    LinkKind.BLOCKS: "blocks",
    LinkKind.DUPLICATE: "is a duplicate of",
}


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link as one of its issues shows it: how it stands to the other one."""

    id: str
    relation: Relation
    other: IssueRef


def of_issue(desk: Desk, issue_id: str) -> tuple[LinkLine, ...]:
    """Give the issue's links, both those that lead on from it and those that lead to it, by relation."""
    found = desk.cache.records(IssueLink, "(issue_id = ? OR other_id = ?) ORDER BY id", (issue_id, issue_id))
    others = {r.id: r for r in refs(desk, [_other(link, issue_id) for link in found])}
    lines = []
    seen = set()
    for link in found:
        other = others.get(_other(link, issue_id))
        relation = _relation(link, issue_id)
        if other is not None and (relation, other.id) not in seen:
            seen.add((relation, other.id))
            lines.append(LinkLine(link.id, relation, other))
    order = list(Relation)
    return tuple(sorted(lines, key=lambda line: order.index(line.relation)))


def _other(link: IssueLink, issue_id: str) -> str:
    return link.other_id if link.issue_id == issue_id else link.issue_id


def _relation(link: IssueLink, issue_id: str) -> Relation:
    forward, backward = _ENDS[link.kind]
    return forward if link.issue_id == issue_id else backward


def link(desk: Desk, issue_id: str, relation: Relation, other_id: str) -> IssueLink:
    """Link two issues; one that is there already is given back and no edit.

    Raises Refused for a link to itself, for one that closes a cycle (with the chain named), and for a cause that is
    neither a problem nor a major incident.
    """
    need_right(desk, Verb.INSERT, IssueLink)
    with desk.edit() as edit:
        return link_in(desk, edit, issue_id, relation, other_id)


def link_in(desk: Desk, edit: Edit, issue_id: str, relation: Relation, other_id: str) -> IssueLink:
    """Link inside an open edit; raises as `link` does."""
    kind, is_forward = _KINDS[relation]
    one, other = (desk.need(Issue, i) for i in ((issue_id, other_id) if is_forward else (other_id, issue_id)))
    if one.id == other.id:
        raise Refused(f"{_named(one)} cannot be linked to itself.", "Choose another issue.")
    if kind is LinkKind.PROBLEM and other.kind not in SHARED_KINDS:
        raise Refused(
            f"{_named(other)} is {with_article(other.kind)}, not a problem, so it is not known as a cause.",
            "Make a problem of it with U there, and link to that.",
        )
    there = desk.cache.records(
        IssueLink, "issue_id = ? AND other_id = ? AND kind = ? LIMIT 1", (one.id, other.id, kind.value)
    )
    if there:
        return there[0]
    if chain := _chain(desk, kind, other.id, one.id):
        raise Refused(_told(desk, kind, [one.id, *chain]), "Take one of these links away first.")
    return edit.insert(
        IssueLink(id=new_id(), issue_id=one.id, customer_id=one.customer_id, other_id=other.id, kind=kind)
    )


def unlink(desk: Desk, link_id: str) -> IssueLink:
    """Take a link away and give it, for `relink`. Whoever has made the same one again elsewhere: theirs goes too."""
    need_right(desk, Verb.DELETE, IssueLink)
    gone = desk.need(IssueLink, link_id)
    same = desk.cache.records(
        IssueLink, "issue_id = ? AND other_id = ? AND kind = ?", (gone.issue_id, gone.other_id, gone.kind.value)
    )
    with desk.edit() as edit:
        for one in same:
            edit.delete(one)
    return gone


def relink(desk: Desk, gone: IssueLink) -> IssueLink:
    """Put back a link that was taken away; raises as `link` does."""
    return link(desk, gone.issue_id, _ENDS[gone.kind][0], gone.other_id)


def _chain(desk: Desk, kind: LinkKind, start: str, end: str) -> list[str]:
    """Give the way along links of a kind from one issue to another, both named; [] when there is none.

    Two workstations may have closed a cycle without knowing of each other: nothing is walked through twice.
    """
    came_from: dict[str, str] = {}
    seen, edge = {start}, [start]
    while edge and len(seen) < _FARTHEST:
        following = []
        for one, other in onward(desk.cache, kind, edge):
            if other in seen:
                continue
            seen.add(other)
            came_from[other] = one
            following.append(other)
        if end in came_from:
            way = [end]
            while way[-1] != start:
                way.append(came_from[way[-1]])
            return way[::-1]
        edge = following
    return []


def _told(desk: Desk, kind: LinkKind, way: list[str]) -> str:
    """Say the cycle that would be: "4127 is part of 4130, which is part of 4127"."""
    by_id = {r.id: r for r in refs(desk, way)}
    said = [_named(by_id[i]) if i in by_id else "a removed issue" for i in way]
    verb = _CHAINED[kind]
    return (
        f"That would be a cycle: {said[0]} {verb} {said[1]}, " + ", ".join(f"which {verb} {w}" for w in said[2:]) + "."
    )


def _named(issue: Issue | IssueRef) -> str:
    return issue.label if issue.label != "new" else f"“{cut(issue.title, 40)}”"
