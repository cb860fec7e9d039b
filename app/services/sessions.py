"""Sessions on devices: who was on which box, from when to when, and what is kept of one in an issue."""

from pathlib import Path

from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.issue import Issue
from app.domain.session import Session, SessionKind
from app.services import attachments, transcripts
from app.services.desk import Desk
from app.services.issues import note_in
from app.services.people import name_of


def opened(
    desk: Desk, device_id: str, kind: SessionKind = SessionKind.TERMINAL, *, issue_id: str | None = None
) -> Session:
    """Write down that the person at this desk was let in; the newest is the device's last login."""
    device = desk.need(Device, device_id)
    with desk.edit() as edit:
        return edit.insert(
            Session(
                id=new_id(),
                device_id=device.id,
                customer_id=device.customer_id,
                issue_id=issue_id,
                person_id=edit.by,
                workstation=desk.workstation,
                kind=kind,
                opened_at=edit.at,
            )
        )


def closed(desk: Desk, session_id: str, words: str = "") -> None:
    """Write down that the session ended, in a few words why; nothing when it had ended before."""
    session = desk.cache.record(Session, session_id)
    if session is not None and session.closed_at is None:
        with desk.edit() as edit:
            edit.update(session, closed_at=edit.at, words=words)


def keep(desk: Desk, session_id: str, issue_id: str, words: str = "", transcript: Path | None = None) -> str:
    """Keep what was done in a session in an issue: a note of these words, the transcript as a file; gives its label.

    Raises BadInput when there is nothing to keep, Refused when the issue is another customer's than the device, and
    what attaching a file raises.
    """
    session, issue = desk.need(Session, session_id), desk.need(Issue, issue_id)
    if session.customer_id and issue.customer_id and session.customer_id != issue.customer_id:
        raise Refused(f"Issue {issue.label} is another customer's.", "Choose an issue of the device's customer.")
    if not words.strip() and transcript is None:
        raise BadInput("There is nothing to keep.", "Write a line, or take the transcript.")
    device = desk.cache.record(Device, session.device_id)
    name = device.name if device is not None else "a removed device"
    if transcript is not None:
        with transcripts.to_hand_on(
            desk, transcript, name, session.opened_at, name_of(desk, session.person_id)
        ) as file:
            attachments.add(desk, issue.id, file)
    with desk.edit() as edit:
        if words.strip():
            note_in(edit, issue, f"On {name}: {words.strip()}", device_id=session.device_id)
        if session.issue_id is None:
            edit.update(session, issue_id=issue.id)
    return issue.label
