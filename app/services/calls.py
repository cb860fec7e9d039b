"""Calls: logging what was said, in either direction. No field is mandatory; the card is in call_cards."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.customer import Contact, Customer
from app.domain.deployment import Deployment
from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.escalation import Escalation
from app.domain.interaction import Channel, Direction, Interaction, Nature
from app.domain.issue import OPEN_STATES, Issue, IssueState
from app.domain.person import Person
from app.domain.when import instant
from app.services import deployments, drafts, escalations
from app.services.call_cards import CallCard, CardIssue, call_card
from app.services.desk import Desk, Edit
from app.services.people import need_right
from app.services.promises import add, promise_update, set_next_update
from app.services.route_arounds import RouteAround, route_arounds
from app.store.interactions import tallies

__all__ = [
    "CallCard",
    "CallDraft",
    "CardIssue",
    "LoggedCall",
    "RouteAround",
    "call_card",
    "called_again",
    "called_back",
    "drop_draft",
    "kept_draft",
    "log_call",
    "promise_update",
    "route_arounds",
    "save_draft",
]

DRAFT = "call"
_TITLE = 80
_ONE_PRESS = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class CallDraft:
    """What stands in the call form: nothing of it is mandatory. `caller` is what was typed to find them.

    `promise_by` is a time as typed. `begun_at` (aware UTC) is when the first key was pressed: when the call was.
    `rang_id` is whom a VIP rang instead of their account rep. With `hand_words` the issue is escalated to whom it is
    handed, without them they own it from then on.
    """

    caller: str = ""
    contact_id: str | None = None
    customer_id: str | None = None
    issue_id: str | None = None
    body: str = ""
    promise_by: str = ""
    promise_what: str = ""
    channel: Channel = Channel.CALL
    nature: Nature | None = None
    begun_at: datetime | None = None
    direction: Direction = Direction.IN
    subject: str = ""
    lasted_s: int = 0
    rang_id: str | None = None
    deployment_id: str | None = None
    hand_to_id: str | None = None
    hand_to_team: str = ""
    hand_words: str = ""

    @property
    def is_outward(self) -> bool:
        """Say whether it is our word to them."""
        return self.direction is Direction.OUT

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was typed or chosen yet."""
        chosen = self.contact_id or self.customer_id or self.issue_id or self.hand_to_id or self.hand_to_team
        typed = (self.caller, self.body, self.promise_by, self.promise_what, self.subject, self.hand_words)
        return not (chosen or any(t.strip() for t in typed))


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """What came of logging: the interaction, its issue and the promise's id."""

    interaction: Interaction
    issue_id: str
    is_new_issue: bool
    promise_id: str | None


# Logging


def log_call(desk: Desk, draft: CallDraft) -> LoggedCall:
    """Record the call; without a chosen issue a new one is made, so that no call is lost. The kept draft goes with it.

    Raises BadInput when there is nothing at all, or the promise's time does not parse or is over; Refused when what
    was chosen is gone. Then nothing was recorded and the draft stays.
    """
    if draft.is_empty:
        raise BadInput("There is nothing to log yet.", "Type a word or choose who is calling; nothing else is needed.")
    need_right(desk, Verb.INSERT, Interaction)
    due_at = instant(draft.promise_by, desk.now) if draft.promise_by.strip() else None
    if due_at is None and draft.promise_what.strip():
        raise BadInput("A promise needs its time.", "Write by when, such as 16:00 or tomorrow 9.")
    contact = desk.need(Contact, draft.contact_id) if draft.contact_id else None
    deployment = desk.need(Deployment, draft.deployment_id) if draft.deployment_id else None
    _check_hand_over(desk, draft)
    with desk.edit() as edit:
        at = min(draft.begun_at or edit.at, edit.at)
        issue, is_new = _issue_of(desk, edit, draft, contact, at)
        rang_id = _rang_past_rep(desk, issue, draft.rang_id)
        said = edit.insert(
            Interaction(
                id=new_id(),
                customer_id=issue.customer_id,
                contact_id=draft.contact_id,
                issue_id=issue.id,
                channel=draft.channel,
                nature=_nature(desk, issue, draft, is_new=is_new),
                direction=draft.direction,
                at=at,
                person_id=edit.by,
                body=_body(draft),
                subject=draft.subject.strip(),
                lasted_s=max(draft.lasted_s, 0),
                is_route_around=rang_id is not None,
                rang_id=rang_id,
            )
        )
        _open_again(edit, issue, said)
        if deployment is not None:
            deployments.check(issue, deployment)
            deployments.add(edit, issue, deployment, said.id)
        promise = None
        if due_at is not None:
            promise = add(desk, edit, issue, due_at, draft.promise_what, interaction_id=said.id)
            set_next_update(desk, edit, issue)
        if draft.hand_to_id and not draft.hand_words.strip():
            edit.update(issue, owner_id=draft.hand_to_id)
        drafts.forget(desk, DRAFT)
    if draft.hand_words.strip():
        escalations.raise_escalation(
            desk,
            issue.id,
            to_person_id=draft.hand_to_id,
            to_team=draft.hand_to_team,
            sentence=draft.hand_words,
        )
    return LoggedCall(said, issue.id, is_new, promise.id if promise else None)


def _check_hand_over(desk: Desk, draft: CallDraft) -> None:
    """Refuse before anything is recorded what handing over would refuse after it."""
    words = draft.hand_words.strip()
    if words:
        need_right(desk, Verb.INSERT, Escalation)
        if not (draft.hand_to_id or draft.hand_to_team):
            raise BadInput("An escalation goes to one person or one team.", "Name one recipient.")
    elif draft.hand_to_team:
        raise BadInput(f"Nobody in particular owns it in {draft.hand_to_team}.", "Write what you need of that team.")
    if draft.hand_to_id:
        person = desk.need(Person, draft.hand_to_id)
        if not person.is_active:
            raise Refused(f"{person.name} is no longer active.", "Hand it to somebody else.")


def _rang_past_rep(desk: Desk, issue: Issue, rang_id: str | None) -> str | None:
    """Give whom a VIP rang instead of their account rep; None when it was the rep, or nobody in particular."""
    customer = desk.cache.record(Customer, issue.customer_id)
    is_vip = customer is not None and customer.is_vip
    return rang_id if is_vip and customer is not None and rang_id != customer.account_rep_id else None


def _open_again(edit: Edit, issue: Issue, said: Interaction) -> None:
    """Open a solved issue about which they ask again."""
    is_asking = said.direction is Direction.IN and said.nature is Nature.CHASER
    if is_asking and issue.state not in OPEN_STATES:
        edit.update(issue, state=IssueState.OPEN, closed_at=None)


def called_again(desk: Desk, issue_id: str, body: str = "", channel: Channel = Channel.CALL) -> Interaction:
    """Log that they asked again; a solved issue about which they ask is open again.

    A second press within five seconds, such as a key held down, is the same call.
    """
    need_right(desk, Verb.INSERT, Interaction)
    issue = desk.need(Issue, issue_id)
    recent = _just_logged(desk, issue)
    if recent is not None and not body:
        return recent
    with desk.edit() as edit:
        if issue.state not in OPEN_STATES:
            edit.update(issue, state=IssueState.OPEN, closed_at=None)
        return edit.insert(_word(issue, edit, Direction.IN, Nature.CHASER, body, channel))


def called_back(desk: Desk, issue_id: str, body: str, channel: Channel = Channel.CALL) -> Interaction:
    """Log our own word to the customer about an issue; raises BadInput when there is none in it."""
    if not body.strip():
        raise BadInput("There is nothing in it yet.", "Write what you told them.")
    need_right(desk, Verb.INSERT, Interaction)
    issue = desk.need(Issue, issue_id)
    with desk.edit() as edit:
        return edit.insert(_word(issue, edit, Direction.OUT, Nature.NEWS, body, channel))


def _word(issue: Issue, edit: Edit, direction: Direction, nature: Nature, body: str, channel: Channel) -> Interaction:
    return Interaction(
        id=new_id(),
        customer_id=issue.customer_id,
        contact_id=issue.contact_id,
        issue_id=issue.id,
        channel=channel,
        nature=nature,
        direction=direction,
        at=edit.at,
        person_id=edit.by,
        body=body.strip(),
    )


def _just_logged(desk: Desk, issue: Issue) -> Interaction | None:
    where = "issue_id = ? AND person_id = ? AND nature = 'chaser' AND body = '' ORDER BY at DESC LIMIT 1"
    found = desk.cache.records(Interaction, where, (issue.id, desk.person_id))
    return found[0] if found and timedelta(0) <= desk.now - found[0].at < _ONE_PRESS else None


def _issue_of(desk: Desk, edit: Edit, draft: CallDraft, contact: Contact | None, at: datetime) -> tuple[Issue, bool]:
    """Give the issue that the call is about, a new one when none was chosen: lists show issues, not calls."""
    if draft.issue_id:
        return desk.need(Issue, draft.issue_id), False
    need_right(desk, Verb.INSERT, Issue)
    customer_id = _customer_of(draft, contact)
    issue = Issue(
        id=new_id(),
        customer_id=customer_id,
        contact_id=contact.id if contact else None,
        title=_title(desk, draft, contact),
        opened_at=at,
    )
    return edit.insert(issue), True


def _customer_of(draft: CallDraft, contact: Contact | None) -> str | None:
    return contact.customer_id if contact else draft.customer_id


def _title(desk: Desk, draft: CallDraft, contact: Contact | None) -> str:
    """Give the first line of what was typed, cut at a word; without words, who called."""
    for row in draft.body.splitlines():
        if row.strip():
            return _cut(row.strip())
    customer = desk.cache.record(Customer, draft.customer_id)
    names = (contact.name if contact else "", customer.name if customer else "", " ".join(draft.caller.split()))
    return _cut(f"Call from {next((name for name in names if name), 'somebody')}")


def _cut(words: str) -> str:
    return words if len(words) <= _TITLE else words[:_TITLE].rsplit(" ", 1)[0].rstrip(",;: ") + "…"


def _body(draft: CallDraft) -> str:
    """Give what was said; a caller whom nobody chose from the list is named in it, so that they are not lost."""
    is_known = draft.contact_id or draft.issue_id
    name = "" if is_known else draft.caller.strip()
    return "\n".join(part for part in (draft.body.strip(), f"Caller: {name}" if name else "") if part)


def _nature(desk: Desk, issue: Issue, draft: CallDraft, *, is_new: bool) -> Nature:
    if draft.nature is not None:
        return draft.nature
    if draft.direction is Direction.OUT:
        return Nature.NEWS
    if is_new or issue.state not in OPEN_STATES:
        return Nature.FIRST
    return Nature.CHASER if tallies(desk.cache, [issue.id])[issue.id].calls else Nature.FIRST


# The draft


def save_draft(desk: Desk, draft: CallDraft) -> None:
    """Keep what stands in the call form; an empty one is forgotten."""
    if draft.is_empty:
        drafts.drop(desk, DRAFT)
        return
    drafts.save(desk, DRAFT, draft_content(draft))


def kept_draft(desk: Desk) -> CallDraft | None:
    """Give the call that was being typed when the program ended; None when there is none."""
    content = drafts.load(desk, DRAFT)
    return None if content is None else draft_of(content)


def drop_draft(desk: Desk) -> None:
    """Throw the kept call away."""
    drafts.drop(desk, DRAFT)


def draft_content(draft: CallDraft) -> dict[str, Any]:
    """Give the draft as JSON values."""
    begun_at = draft.begun_at.isoformat() if draft.begun_at else None
    return {**dataclasses.asdict(draft), "begun_at": begun_at}


def draft_of(content: dict[str, Any]) -> CallDraft | None:
    """Give the draft of such values; None for what this version cannot read."""
    try:
        begun = content.get("begun_at")
        nature = content.get("nature")
        return CallDraft(
            **{
                **{f.name: content[f.name] for f in dataclasses.fields(CallDraft) if f.name in content},
                "begun_at": datetime.fromisoformat(begun) if begun else None,
                "channel": Channel(content.get("channel", Channel.CALL)),
                "direction": Direction(content.get("direction", Direction.IN)),
                "nature": Nature(nature) if nature else None,
            }
        )
    except (TypeError, ValueError):
        return None
