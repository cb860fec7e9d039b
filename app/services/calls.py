"""Calls: the card of who is calling, and logging what was said. No field is mandatory."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from app.domain.customer import Contact, Customer
from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.interaction import Channel, Direction, Interaction, Nature
from app.domain.issue import OPEN_STATES, Issue, IssueState
from app.domain.phone import shown
from app.domain.when import instant
from app.services import drafts
from app.services.agreed_lines import Say, say, zone_of
from app.services.desk import Desk, Edit
from app.services.issue_details import installation_of
from app.services.people import name_of, need_right
from app.services.promises import PromiseLine, add, of_issue, promise_update, set_next_update
from app.store.interactions import Tally, tallies
from app.store.issues import open_of
from app.store.search import as_list

__all__ = [
    "CallCard",
    "CallDraft",
    "CardIssue",
    "LoggedCall",
    "call_card",
    "called_again",
    "called_back",
    "drop_draft",
    "kept_draft",
    "log_call",
    "promise_update",
    "save_draft",
]

DRAFT = "call"
_TITLE = 80
_ONE_PRESS = timedelta(seconds=5)
_CARD_ISSUES = 20


@dataclass(frozen=True, slots=True)
class CardIssue:
    """An open issue on the card, with how often they called about it and what was promised last."""

    id: str
    label: str
    title: str
    priority: int
    state: IssueState
    waiting_on: str
    owner: str
    next_update_at: datetime | None
    tally: Tally
    last_promise: PromiseLine | None
    say: Say


@dataclass(frozen=True, slots=True)
class CallCard:
    """Who is calling and what they have open. `say` is for a caller about something new."""

    customer_id: str | None
    contact_id: str | None
    name: str
    role: str
    customer: str
    is_vip: bool
    plan: str
    phone: str
    zone: tzinfo | None
    installation: str
    account_rep: str
    issues: tuple[CardIssue, ...]
    say: Say
    read_at: datetime


@dataclass(frozen=True, slots=True)
class CallDraft:
    """What stands in the call form: nothing of it is mandatory. `caller` is what was typed to find them.

    `promise_by` is a time as typed. `begun_at` (aware UTC) is when the first key was pressed: when the call was.
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

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was typed or chosen yet."""
        chosen = self.contact_id or self.customer_id or self.issue_id
        return not (chosen or any(t.strip() for t in (self.caller, self.body, self.promise_by, self.promise_what)))


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """What came of logging: the interaction, its issue and the promise's id."""

    interaction: Interaction
    issue_id: str
    is_new_issue: bool
    promise_id: str | None


def call_card(desk: Desk, *, contact_id: str | None = None, customer_id: str | None = None) -> CallCard:
    """Give the card of a contact, or of a customer for a caller nobody knows; raises Refused when they are gone."""
    contact = desk.need(Contact, contact_id) if contact_id else None
    customer = desk.need(Customer, contact.customer_id if contact else customer_id or "")
    zone = zone_of(customer.time_zone)
    found = _open_issues(desk, customer.id, contact_id)
    counted = tallies(desk.cache, [i.id for i in found])
    return CallCard(
        customer_id=customer.id,
        contact_id=contact_id,
        name=contact.name if contact else "",
        role=contact.role if contact else "",
        customer=customer.name,
        is_vip=customer.is_vip,
        plan=customer.plan,
        phone=shown(contact.phone) if contact and contact.phone else "",
        zone=zone,
        installation=installation_of(desk, customer.id),
        account_rep=name_of(desk, customer.account_rep_id),
        issues=tuple(_card_issue(desk, issue, counted[issue.id], zone) for issue in found),
        say=say(desk, None, zone),
        read_at=desk.now,
    )


def _open_issues(desk: Desk, customer_id: str, contact_id: str | None) -> list[Issue]:
    """Give what is open, the caller's own first: that is what they call about."""
    ids = open_of(desk.cache, "contact_id", contact_id, _CARD_ISSUES) if contact_id else []
    ids = list(dict.fromkeys([*ids, *open_of(desk.cache, "customer_id", customer_id, _CARD_ISSUES)]))[:_CARD_ISSUES]
    by_id = {i.id: i for i in desk.cache.records(Issue, "id IN (SELECT value FROM json_each(?))", (as_list(ids),))}
    return [by_id[i] for i in ids if i in by_id]


def _card_issue(desk: Desk, issue: Issue, tally: Tally, zone: tzinfo | None) -> CardIssue:
    promises = of_issue(desk, issue.id)
    return CardIssue(
        id=issue.id,
        label=issue.label,
        title=issue.title,
        priority=issue.priority,
        state=issue.state,
        waiting_on=issue.waiting_on,
        owner=name_of(desk, issue.owner_id),
        next_update_at=issue.next_update_at,
        tally=tally,
        last_promise=promises[0] if promises else None,
        say=say(desk, issue, zone),
    )


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
    with desk.edit() as edit:
        at = min(draft.begun_at or edit.at, edit.at)
        issue, is_new = _issue_of(desk, edit, draft, contact, at)
        said = edit.insert(
            Interaction(
                id=new_id(),
                customer_id=issue.customer_id,
                contact_id=draft.contact_id,
                issue_id=issue.id,
                channel=draft.channel,
                nature=draft.nature or _nature(desk, issue, is_new=is_new),
                direction=Direction.IN,
                at=at,
                person_id=edit.by,
                body=_body(draft),
            )
        )
        promise = None
        if due_at is not None:
            promise = add(desk, edit, issue, due_at, draft.promise_what, interaction_id=said.id)
            set_next_update(desk, edit, issue)
        drafts.forget(desk, DRAFT)
    return LoggedCall(said, issue.id, is_new, promise.id if promise else None)


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


def _nature(desk: Desk, issue: Issue, *, is_new: bool) -> Nature:
    if is_new or issue.state not in OPEN_STATES:
        return Nature.FIRST
    return Nature.CHASER if tallies(desk.cache, [issue.id])[issue.id].calls else Nature.FIRST


# The draft


def save_draft(desk: Desk, draft: CallDraft) -> None:
    """Keep what stands in the call form; an empty one is forgotten."""
    if draft.is_empty:
        drafts.drop(desk, DRAFT)
        return
    content = dataclasses.asdict(draft)
    content["begun_at"] = draft.begun_at.isoformat() if draft.begun_at else None
    drafts.save(desk, DRAFT, content)


def kept_draft(desk: Desk) -> CallDraft | None:
    """Give the call that was being typed when the program ended; None when there is none."""
    content = drafts.load(desk, DRAFT)
    return None if content is None else _draft_of(content)


def drop_draft(desk: Desk) -> None:
    """Throw the kept call away."""
    drafts.drop(desk, DRAFT)


def _draft_of(content: dict[str, Any]) -> CallDraft | None:
    try:
        begun = content.get("begun_at")
        nature = content.get("nature")
        return CallDraft(
            **{
                **{f.name: content[f.name] for f in dataclasses.fields(CallDraft) if f.name in content},
                "begun_at": datetime.fromisoformat(begun) if begun else None,
                "channel": Channel(content.get("channel", Channel.CALL)),
                "nature": Nature(nature) if nature else None,
            }
        )
    except (TypeError, ValueError):
        return None
