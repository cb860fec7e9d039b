"""What happened on an issue, newest first: words, promises, notes, escalations, decisions and imported history."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from app.domain.entities import Verb
from app.domain.escalation import Ask, DecisionRequest, Escalation, EscalationState, no_answer_for
from app.domain.interaction import Channel, Direction, Interaction, Nature, Promise
from app.domain.issue import Issue, IssueEvent, Note, NoteKind
from app.domain.on_issue import Attachment, IssueLink
from app.domain.plain_text import cut
from app.services.desk import Desk
from app.services.history import Change, changes
from app.services.links import of_issue as links_of
from app.services.people import OUTSIDE, names
from app.services.promises import line as promise_line

MOST = 400
_TOLD_ELSEWHERE = frozenset(
    {"issue", "interaction", "note", "promise", "escalation", "decision_request", "issue_link", "attachment"}
)
_LONGEST_TITLE = 120  # characters of another issue's title
_CHANNELS = {
    Channel.CALL: "Call",
    Channel.MISSED_CALL: "Missed call",
    Channel.VOICEMAIL: "Voicemail",
    Channel.EMAIL: "Mail",
    Channel.VISIT: "Visit",
    Channel.CHAT: "Chat",
    Channel.SMS: "SMS",
}
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Happening(StrEnum):
    """What kind of thing happened."""

    INTERACTION = "interaction"
    PROMISE = "promise"
    NOTE = "note"
    OUTPUT = "output"
    ESCALATION = "escalation"
    DECISION = "decision"
    EVENT = "event"
    LINK = "link"
    FILE = "file"
    CHANGE = "change"
    OPENED = "opened"


class Lens(StrEnum):
    """What of the timeline is looked at."""

    ALL = "everything"
    WORDS = "words with the customer"
    NOTES = "notes and output"
    OWED = "promises, escalations and decisions"
    CHANGES = "changes and history"


_SEEN = {
    Lens.WORDS: {Happening.INTERACTION},
    Lens.NOTES: {Happening.NOTE, Happening.OUTPUT, Happening.FILE},
    Lens.OWED: {Happening.PROMISE, Happening.ESCALATION, Happening.DECISION},
    Lens.CHANGES: {Happening.EVENT, Happening.LINK, Happening.CHANGE, Happening.OPENED},
}


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened. `mark` is a word on its state; `due_at` belongs to a promise, `silence` to a decision.

    `body` is the whole text where `text` is only its first line. `row_id` is the row of that kind. `where` names the
    workstation from which a change came.
    """

    at: datetime
    kind: Happening
    row_id: str
    text: str
    by: str = ""
    mark: str = ""
    body: str = ""
    due_at: datetime | None = None
    silence: timedelta | None = None
    where: str = ""


def through(lens: Lens, happened: Sequence[Happened]) -> tuple[Happened, ...]:
    """Give what of a timeline is seen through the lens."""
    return tuple(one for one in happened if lens is Lens.ALL or one.kind in _SEEN[lens])


def as_text(happened: Sequence[Happened], zone: tzinfo | None = None) -> str:
    """Give a timeline as text to be pasted, oldest first; times in `zone`, None: this machine's."""
    rows = []
    for one in reversed(happened):
        told = " · ".join(part for part in (one.text, one.mark, one.by, one.where) if part)
        rest = "".join(f"\n    {row}" for row in one.body.strip().splitlines()) if one.body else ""
        rows.append(f"{one.at.astimezone(zone):%Y-%m-%d %H:%M} {told}{rest}")
    return "\n".join(rows)


def timeline(desk: Desk, issue: Issue) -> tuple[Happened, ...]:
    """Give the newest 400 things that happened on the issue."""
    who = names(desk)
    found = [
        *_interactions(desk, issue, who),
        *_promises(desk, issue, who),
        *_notes(desk, issue, who),
        *_escalations(desk, issue, who),
        *_decisions(desk, issue, who),
        *_events(desk, issue),
        *_links(desk, issue, who),
        *_files(desk, issue, who),
    ]
    changed = changes(desk, issue.id)
    found += _changes(changed)
    if issue.opened_at is not None and len(found) < MOST:
        made = next((one for one in changed if (one.table, one.verb) == ("issue", Verb.INSERT)), None)
        by, where = (made.by, made.workstation) if made else ("", "")
        found.append(Happened(issue.opened_at, Happening.OPENED, issue.id, "Opened", by, where=where))
    # At one instant the consequence stands above what led to it: opened, said, promised. Among equals the order in
    # which each kind was read holds, the newest first: an imported history is in its file's order.
    rank = {Happening.OPENED: 0, Happening.INTERACTION: 1}
    found.sort(key=lambda h: (h.at, rank.get(h.kind, 2)), reverse=True)
    return tuple(found[:MOST])


def _of(order: str) -> str:
    return f"issue_id = ? ORDER BY {order} DESC LIMIT {MOST}"


def _interactions(desk: Desk, issue: Issue, who: dict[str, str]) -> Iterator[Happened]:
    for said in desk.cache.records(Interaction, _of("at"), (issue.id,)):
        way = "" if said.direction is Direction.IN else " out"
        nature = "" if said.nature is Nature.FIRST or way else f", {said.nature}"
        first, rest = _first_line(said.body)
        first = " · ".join(part for part in (said.subject, first) if part)
        text = f"{_CHANNELS.get(said.channel, str(said.channel))}{way}{nature}" + (f": {first}" if first else "")
        yield Happened(
            said.at,
            Happening.INTERACTION,
            said.id,
            text,
            who.get(said.person_id, OUTSIDE),
            body=said.body if rest else "",
        )


def _promises(desk: Desk, issue: Issue, who: dict[str, str]) -> Iterator[Happened]:
    for promise in desk.cache.records(Promise, _of("made_at"), (issue.id,)):
        shown = promise_line(promise, desk.now, who)
        yield Happened(
            promise.made_at,
            Happening.PROMISE,
            promise.id,
            f"Promise: {promise.what}",
            shown.by,
            str(shown.state),
            due_at=promise.due_at,
        )


def _notes(desk: Desk, issue: Issue, who: dict[str, str]) -> Iterator[Happened]:
    for note in desk.cache.records(Note, _of("at"), (issue.id,)):
        is_output = note.kind is NoteKind.DEVICE_OUTPUT
        first, rest = _first_line(note.body)
        yield Happened(
            note.at,
            Happening.OUTPUT if is_output else Happening.NOTE,
            note.id,
            f"{_device(desk, note)}{note.command}" if is_output else f"Note: {first}",
            who.get(note.person_id, OUTSIDE),
            body=note.body if rest or is_output else "",
        )


def _device(desk: Desk, note: Note) -> str:
    found = desk.cache.read("SELECT name FROM device WHERE id = ?", (note.device_id,))
    return f"{found[0][0]}> " if found else ""


def _escalations(desk: Desk, issue: Issue, who: dict[str, str]) -> Iterator[Happened]:
    for one in desk.cache.records(Escalation, _of("raised_at"), (issue.id,)):
        whom = one.to_team or who.get(one.to_person_id or "", OUTSIDE)
        mark = "" if one.state is EscalationState.RAISED else str(one.state)
        text = f"Escalated to {whom}: {one.sentence}"
        by = who.get(one.raised_by, OUTSIDE)
        yield Happened(one.raised_at, Happening.ESCALATION, one.id, text, by, mark or "not taken")


def _decisions(desk: Desk, issue: Issue, who: dict[str, str]) -> Iterator[Happened]:
    for request in desk.cache.records(DecisionRequest, _of("asked_at"), (issue.id,)):
        asks = desk.cache.records(Ask, "request_id = ?", (request.id,))
        yield Happened(
            request.asked_at,
            Happening.DECISION,
            request.id,
            f"Decision asked of {request.owed_by}: {request.question}",
            who.get(request.asked_by, OUTSIDE),
            str(request.outcome) if request.outcome else "no answer",
            silence=no_answer_for(request, asks, desk.now),
        )


def _events(desk: Desk, issue: Issue) -> Iterator[Happened]:
    where = f"issue_id = ? ORDER BY seq DESC LIMIT {MOST}"
    for event in desk.cache.records(IssueEvent, where, (issue.id,)):
        told = " · ".join(part for part in (event.state, event.team, event.person) if part)
        yield Happened(
            event.at or issue.opened_at or _BEGINNING, Happening.EVENT, event.id, told or "History", mark="imported"
        )


def _links(desk: Desk, issue: Issue, who: dict[str, str]) -> Iterator[Happened]:
    """Give when the issue's links were made, by the change that each one is: a link is never changed afterwards."""
    made = desk.cache.records(IssueLink, "(issue_id = ? OR other_id = ?)", (issue.id, issue.id))
    at = {link.id: link for link in made}
    for line in links_of(desk, issue.id):
        link = at[line.id]
        text = f"Linked: {line.relation} {line.other.label} {cut(line.other.title, _LONGEST_TITLE)}"
        when = link.changed_at or issue.opened_at or _BEGINNING
        yield Happened(when, Happening.LINK, link.id, text, who.get(link.changed_by or "", OUTSIDE))


def _files(desk: Desk, issue: Issue, who: dict[str, str]) -> Iterator[Happened]:
    for file in desk.cache.records(Attachment, _of("at"), (issue.id,)):
        yield Happened(file.at, Happening.FILE, file.id, f"File: {file.name}", who.get(file.person_id, OUTSIDE))


def _changes(changed: Iterable[Change]) -> Iterator[Happened]:
    """Give who changed what; a new row that has a line of its own here is told there."""
    for one in changed:
        if one.verb is Verb.INSERT and one.table in _TOLD_ELSEWHERE:
            continue
        text = one.text[:1].upper() + one.text[1:]
        yield Happened(one.at, Happening.CHANGE, one.row_id, text, one.by, where=one.workstation)


def _first_line(body: str) -> tuple[str, bool]:
    """Give the first line with words, and whether there is more."""
    rows = [row.strip() for row in body.splitlines() if row.strip()]
    return (rows[0], len(rows) > 1) if rows else ("", False)
