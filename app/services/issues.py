"""Issues: the verbs that change one."""

from datetime import datetime

from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.issue import Issue, IssueState, Note, NoteKind
from app.domain.person import Person
from app.services.desk import Desk
from app.services.issue_details import IssueDetail, detail, find

__all__ = [
    "IssueDetail",
    "add_note",
    "assign",
    "detail",
    "find",
    "rate",
    "rename",
    "set_next_update",
    "set_state",
    "set_workaround",
]


def rename(desk: Desk, issue_id: str, title: str) -> None:
    """Give the issue another title; raises BadInput for an empty one."""
    if not title.strip():
        raise BadInput("An issue needs a title by which people find it.", "Write a few words.")
    with desk.edit() as edit:
        edit.update(desk.need(Issue, issue_id), title=title.strip())


def set_state(
    desk: Desk, issue_id: str, state: IssueState, *, waiting_on: str = "", watch_until: datetime | None = None
) -> None:
    """Say where the issue stands: waiting names on whom, watching may have its until-date.

    Raises BadInput for waiting on nobody. Solving or closing notes when; opening again takes that away.
    """
    issue = desk.need(Issue, issue_id)
    whom = waiting_on.strip() if state is IssueState.WAITING else ""
    if state is IssueState.WAITING and not whom:
        raise BadInput("Waiting is waiting on somebody.", "Name a person, the customer or a vendor.")
    is_over = state in {IssueState.SOLVED, IssueState.CLOSED}
    with desk.edit() as edit:
        edit.update(
            issue,
            state=state,
            waiting_on=whom,
            watch_until=watch_until if state is IssueState.WATCHING else None,
            closed_at=(issue.closed_at or edit.at) if is_over else None,
        )


def assign(desk: Desk, issue_id: str, person_id: str | None) -> None:
    """Give the issue an owner, or none; raises Refused when that person is not there any more."""
    issue = desk.need(Issue, issue_id)
    owner = desk.need(Person, person_id) if person_id else None
    with desk.edit() as edit:
        edit.update(issue, owner_id=owner.id if owner else None)


def rate(desk: Desk, issue_id: str, impact: int, urgency: int) -> None:
    """Set impact and urgency, 1 high to 3 low; together they give the priority. Raises BadInput outside of that."""
    if not {impact, urgency} <= {1, 2, 3}:
        raise BadInput("Impact and urgency are 1 (high), 2 or 3 (low).", "Choose one of the three.")
    with desk.edit() as edit:
        edit.update(desk.need(Issue, issue_id), impact=impact, urgency=urgency)


def set_workaround(desk: Desk, issue_id: str, workaround: str) -> None:
    """Write what helps until the fix; an empty one takes it away."""
    with desk.edit() as edit:
        edit.update(desk.need(Issue, issue_id), workaround=workaround.strip())


def set_next_update(desk: Desk, issue_id: str, at: datetime | None) -> None:
    """Say when the customer hears from us next without promising it; None: not planned."""
    with desk.edit() as edit:
        edit.update(desk.need(Issue, issue_id), next_update_at=at)


def add_note(desk: Desk, issue_id: str, body: str, *, device_id: str | None = None, command: str = "") -> Note:
    """Write an internal note; with a device and a command it is that command's output. Raises BadInput when empty."""
    if not body.strip():
        raise BadInput("There is nothing in this note.", "Write a word, or leave with Esc.")
    issue = desk.need(Issue, issue_id)
    with desk.edit() as edit:
        return edit.insert(
            Note(
                id=new_id(),
                issue_id=issue.id,
                customer_id=issue.customer_id,
                kind=NoteKind.DEVICE_OUTPUT if command else NoteKind.TEXT,
                at=edit.at,
                person_id=edit.by,
                body=body.strip("\n") if command else body.strip(),
                device_id=device_id,
                command=command,
            )
        )
