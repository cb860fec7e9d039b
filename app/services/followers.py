"""Followers: who wants to know what becomes of an issue, besides its owner."""

from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.issue import Issue
from app.domain.on_issue import Follower
from app.domain.person import Person
from app.services.desk import Desk, Edit
from app.services.people import need_right


def of_issue(desk: Desk, issue_id: str) -> tuple[tuple[str, str], ...]:
    """Give the followers as (person's id, name), by name."""
    found = desk.cache.read(
        "SELECT DISTINCT p.id, p.name FROM follower f JOIN person p ON p.id = f.person_id "
        "WHERE f.issue_id = ? AND f.deleted = 0 ORDER BY p.name COLLATE NOCASE, p.id",
        (issue_id,),
    )
    return tuple((str(person_id), str(name)) for person_id, name in found)


def follow(desk: Desk, issue_id: str, person_id: str = "") -> None:
    """Let somebody follow the issue, "" is me; who follows it already does so no more than once."""
    need_right(desk, Verb.INSERT, Follower)
    with desk.edit() as edit:
        follow_in(desk, edit, desk.need(Issue, issue_id), person_id or edit.by)


def follow_in(desk: Desk, edit: Edit, issue: Issue, person_id: str) -> None:
    """Let somebody follow the issue inside an open edit."""
    person = desk.need(Person, person_id)
    if not _rows(desk, issue.id, person.id):
        edit.insert(Follower(id=new_id(), issue_id=issue.id, customer_id=issue.customer_id, person_id=person.id))


def unfollow(desk: Desk, issue_id: str, person_id: str = "") -> None:
    """Let somebody follow the issue no more, "" is me."""
    need_right(desk, Verb.DELETE, Follower)
    with desk.edit() as edit:
        for row in _rows(desk, issue_id, person_id or edit.by):
            edit.delete(row)


def follows(desk: Desk, issue_id: str) -> bool:
    """Say whether I follow the issue."""
    return bool(_rows(desk, issue_id, desk.person_id))


def _rows(desk: Desk, issue_id: str, person_id: str) -> list[Follower]:
    return desk.cache.records(Follower, "issue_id = ? AND person_id = ?", (issue_id, person_id))
