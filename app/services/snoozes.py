"""Snoozes: an issue that one person does not want to see until a time. Others see it as ever.

A snooze ends by itself, and at once when the customer says something.
"""

from collections.abc import Sequence
from datetime import datetime

from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.issue import Issue
from app.domain.on_issue import Snooze
from app.services.desk import Desk
from app.services.people import need_right
from app.store.codec import instant_cell, instant_of
from app.store.search import as_list


def snooze(desk: Desk, issue_ids: Sequence[str], until_at: datetime) -> None:
    """Let these be out of my sight until then; raises BadInput for a time that is over."""
    if until_at <= desk.now:
        raise BadInput("A snooze ends at a time that is to come.", "Write a later time, such as: tomorrow 9.")
    need_right(desk, Verb.INSERT, Snooze)
    mine = {one.issue_id: one for one in _mine(desk, issue_ids)}
    with desk.edit() as edit:
        for issue_id in issue_ids:
            if issue_id in mine:
                edit.update(mine[issue_id], until_at=until_at)
                continue
            issue = desk.need(Issue, issue_id)
            edit.insert(
                Snooze(
                    id=new_id(),
                    issue_id=issue_id,
                    customer_id=issue.customer_id,
                    person_id=edit.by,
                    until_at=until_at,
                )
            )


def wake(desk: Desk, issue_ids: Sequence[str]) -> int:
    """See these again now; gives how many were asleep."""
    found = [one for one in _mine(desk, issue_ids) if one.until_at > desk.now]
    if found:
        with desk.edit() as edit:
            for one in found:
                edit.delete(one)
    return len(found)


def asleep_until(desk: Desk, issue_id: str) -> datetime | None:
    """Give until when the issue is out of my sight; None when it is in it."""
    found = desk.cache.read(
        "SELECT max(s.until_at) FROM snooze s WHERE s.deleted = 0 AND s.person_id = ? AND s.issue_id = ? "
        "AND s.until_at > ? AND NOT EXISTS (SELECT 1 FROM interaction n WHERE n.issue_id = s.issue_id "
        "AND n.deleted = 0 AND n.direction = 'in' AND n.at > s.changed_at)",
        (desk.person_id, issue_id, instant_cell(desk.now)),
    )
    return None if found[0][0] is None else instant_of(found[0][0])


def _mine(desk: Desk, issue_ids: Sequence[str]) -> list[Snooze]:
    where = "person_id = ? AND issue_id IN (SELECT value FROM json_each(?))"
    return desk.cache.records(Snooze, where, (desk.person_id, as_list(list(issue_ids))))
