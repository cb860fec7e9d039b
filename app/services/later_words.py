"""Words to be sent later: a draft until its time, then in its writer's list to send. A person sends or drops it."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.customer import Contact
from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.interaction import Channel, Interaction
from app.domain.issue import Issue
from app.domain.reply import LaterState, LaterWord
from app.services.desk import Desk, Edit
from app.services.people import name_of, need_right
from app.services.replies import sendable, word_out
from app.store.codec import instant_cell

_MOST = 200


@dataclass(frozen=True, slots=True)
class LaterLine:
    """A word to be sent, as lists show it; `is_due` says that its time has come."""

    id: str
    issue_id: str
    label: str
    title: str
    to: str
    email: str
    phone: str
    channel: Channel
    subject: str
    body: str
    due_at: datetime
    is_due: bool
    by: str
    is_mine: bool


def keep(
    desk: Desk, issue_id: str, body: str, due_at: datetime, *, subject: str = "", channel: Channel = Channel.EMAIL
) -> LaterWord:
    """Keep a word to be sent at a time to come; raises BadInput for an empty one and a time that is over."""
    need_right(desk, Verb.INSERT, LaterWord)
    issue = desk.need(Issue, issue_id)
    if due_at <= desk.now:
        raise BadInput("It is sent later at a time that is to come.", "Write a later time, or record it as sent.")
    with desk.edit() as edit:
        return keep_in(edit, issue, body, due_at, subject=subject, channel=channel)


def keep_in(
    edit: Edit, issue: Issue, body: str, due_at: datetime, *, subject: str = "", channel: Channel = Channel.EMAIL
) -> LaterWord:
    """Keep a word to be sent inside an open edit; what is missing in it may be written in until it is sent."""
    if not body.strip():
        raise BadInput("There is nothing in it yet.", "Write what they are told.")
    return edit.insert(
        LaterWord(
            id=new_id(),
            issue_id=issue.id,
            customer_id=issue.customer_id,
            contact_id=issue.contact_id,
            channel=channel,
            subject=" ".join(subject.split()),
            body=body.strip(),
            due_at=due_at,
            person_id=edit.by,
        )
    )


def due(desk: Desk) -> tuple[LaterLine, ...]:
    """Give my words whose time has come, the one that waits longest first."""
    where = f"person_id = ? AND state = 'waiting' AND due_at <= ? ORDER BY due_at, id LIMIT {_MOST}"
    return _lines(desk, desk.cache.records(LaterWord, where, (desk.person_id, instant_cell(desk.now))))


def count_due(desk: Desk) -> int:
    """Give how many of my words are to be sent now."""
    statement = (
        "SELECT count(*) FROM later_word WHERE deleted = 0 AND person_id = ? AND state = 'waiting' AND due_at <= ?"
    )
    return int(desk.cache.read(statement, (desk.person_id, instant_cell(desk.now)))[0][0])


def of_issue(desk: Desk, issue_id: str) -> tuple[LaterLine, ...]:
    """Give what is still to be sent on the issue, by anybody, the earliest first."""
    where = f"issue_id = ? AND state = 'waiting' ORDER BY due_at, id LIMIT {_MOST}"
    return _lines(desk, desk.cache.records(LaterWord, where, (issue_id,)))


def sent(desk: Desk, later_id: str) -> Interaction:
    """Record that the word was sent just now; raises BadInput while something is missing in it."""
    word = _waiting(desk, later_id)
    need_right(desk, Verb.INSERT, Interaction)
    issue = desk.need(Issue, word.issue_id)
    with desk.edit() as edit:
        said = word_out(edit, issue, word.body, subject=word.subject, channel=word.channel, contact_id=word.contact_id)
        edit.update(word, state=LaterState.SENT, interaction_id=said.id)
    return said


def drop(desk: Desk, later_id: str) -> None:
    """Send the word never; it stays in the record."""
    word = _waiting(desk, later_id)
    with desk.edit() as edit:
        edit.update(word, state=LaterState.DROPPED)


def change(desk: Desk, later_id: str, *, subject: str, body: str, due_at: datetime | None = None) -> None:
    """Write the word anew, or for another time (None: the same); raises BadInput for an empty one."""
    word = _waiting(desk, later_id)
    if not body.strip():
        raise BadInput("There is nothing in it yet.", "Write what they are told, or drop it.")
    with desk.edit() as edit:
        edit.update(word, subject=" ".join(subject.split()), body=body.strip(), due_at=due_at or word.due_at)


def is_sendable(line: LaterLine) -> bool:
    """Say whether nothing is missing in it."""
    try:
        sendable(line.subject, line.body)
    except BadInput:
        return False
    return True


def _waiting(desk: Desk, later_id: str) -> LaterWord:
    need_right(desk, Verb.UPDATE, LaterWord)
    word = desk.need(LaterWord, later_id)
    if word.state is not LaterState.WAITING:
        raise Refused(f"This word is {word.state} already.", "")
    return word


def _lines(desk: Desk, words: list[LaterWord]) -> tuple[LaterLine, ...]:
    lines = []
    for word in words:
        issue = desk.cache.record(Issue, word.issue_id)
        contact = desk.cache.record(Contact, word.contact_id)
        lines.append(
            LaterLine(
                id=word.id,
                issue_id=word.issue_id,
                label=issue.label if issue else "?",
                title=issue.title if issue else "",
                to=contact.name if contact else "",
                email=contact.email if contact else "",
                phone=contact.phone if contact else "",
                channel=word.channel,
                subject=word.subject,
                body=word.body,
                due_at=word.due_at,
                is_due=word.due_at <= desk.now,
                by=name_of(desk, word.person_id),
                is_mine=word.person_id == desk.person_id,
            )
        )
    return tuple(lines)
