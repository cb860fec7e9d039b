"""Canned replies: texts with variables, filled in for one issue. Nothing is sent by itself: a person sends it."""

from dataclasses import dataclass
from urllib.parse import quote

from app.domain import reply_text
from app.domain.customer import Contact, Customer
from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.interaction import Channel, Direction, Interaction, Nature
from app.domain.issue import Issue
from app.domain.person import Person
from app.domain.reply import CannedReply
from app.domain.reply_text import Gap
from app.services import kept_by_name
from app.services.agreed_lines import find_out, find_out_by, zone_of
from app.services.desk import Desk, Edit
from app.services.people import name_of, need_right

VARIABLES = {
    "contact": "the contact's name",
    "first_name": "the contact's first name",
    "customer": "the customer's name",
    "number": "the issue's number",
    "title": "the issue's title",
    "product": "the product it is about",
    "build": "the build it is about",
    "workaround": "what helps until the fix",
    "agreed_line": "the agreed line, while it is valid",
    "owner": "the owner's name",
    "me": "your name",
    "my_phone": "your phone",
    "call_by": "the sentence by when you call",
}
_LONGEST_VALUE = 2_000  # characters: a title of 100 kB is no reply
_LONGEST_LINK = 1_900  # characters of a mailto: address that every system still opens


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """A canned reply as a list shows it."""

    id: str
    name: str
    is_mine: bool
    topic: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A reply filled in, and to whom it would go; `gaps` are names without a value, of subject and body."""

    subject: str
    body: str
    gaps: tuple[Gap, ...]
    to: str
    email: str
    phone: str


def all_of(desk: Desk, topic: str = "") -> tuple[ReplyLine, ...]:
    """Give my replies and everybody's by name; those of this topic stand before the others."""
    found = kept_by_name.all_of(desk, CannedReply)
    lines = [ReplyLine(r.id, r.name, r.person_id is not None, r.topic, r.subject, r.body) for r in found]
    return tuple(sorted(lines, key=lambda line: not topic or line.topic.casefold() != topic.casefold()))


def write(
    desk: Desk, name: str, body: str, *, subject: str = "", topic: str = "", is_mine: bool = True, reply_id: str = ""
) -> str:
    """Write a canned reply, or another text of the one with this id; gives its id.

    Raises BadInput without a name or text and for one that does not parse; Refused for somebody else's own.
    """
    if not name.strip() or not body.strip():
        raise BadInput("A canned reply has a name and a text.", "Write both.")
    for text in (subject, body):
        reply_text.check(text, VARIABLES)
        if written := reply_text.unfilled(text, VARIABLES, braces=1):
            raise BadInput(
                f"“{written}” is sent as it stands: no value is put in for it.",
                f"Write it with two braces: {{{{ {written.strip('{} ')} }}}}.",
            )
    return kept_by_name.keep(
        desk,
        CannedReply,
        reply_id,
        is_mine=is_mine,
        name=" ".join(name.split()),
        topic=" ".join(topic.split()),
        subject=" ".join(subject.split()),
        body=body.strip("\n"),
    )


def remove(desk: Desk, reply_id: str) -> None:
    """Take a canned reply away; raises Refused for somebody else's own."""
    kept_by_name.remove(desk, CannedReply, reply_id)


def values(desk: Desk, issue: Issue, contact_id: str | None = None) -> dict[str, str]:
    """Give the variables of one issue; "" where there is nothing."""
    contact = desk.cache.record(Contact, contact_id or issue.contact_id)
    customer = desk.cache.record(Customer, issue.customer_id)
    me = desk.cache.record(Person, desk.person_id)
    zone = zone_of(customer.time_zone) if customer else None
    found = {
        "contact": contact.name if contact else "",
        "first_name": (contact.name.split() or [""])[0] if contact else "",
        "customer": customer.name if customer else "",
        "number": "" if issue.number is None else str(issue.number),
        "title": issue.title,
        "product": issue.product,
        "build": issue.build,
        "workaround": issue.workaround,
        "agreed_line": issue.line_to_say(desk.now),
        "owner": name_of(desk, issue.owner_id),
        "me": me.name if me else "",
        "my_phone": me.phone if me else "",
        "call_by": find_out(find_out_by(desk.now), desk.now, zone),
    }
    return {name: value[:_LONGEST_VALUE] for name, value in found.items()}


def prepare(desk: Desk, issue_id: str, subject: str, body: str) -> Prepared:
    """Fill in a text for the issue's contact; raises BadInput for one that does not parse."""
    issue = desk.need(Issue, issue_id)
    contact = desk.cache.record(Contact, issue.contact_id)
    given = values(desk, issue)
    about, said = reply_text.fill(subject, given), reply_text.fill(body, given)
    return Prepared(
        subject=" ".join(about.text.split()),
        body=said.text,
        gaps=(*about.gaps, *said.gaps),
        to=contact.name if contact else "",
        email=contact.email if contact else "",
        phone=contact.phone if contact else "",
    )


def record(desk: Desk, issue_id: str, body: str, *, subject: str = "", channel: Channel = Channel.EMAIL) -> Interaction:
    """Record a word that was sent to the customer; raises BadInput for an empty one and while something is missing."""
    need_right(desk, Verb.INSERT, Interaction)
    issue = desk.need(Issue, issue_id)
    with desk.edit() as edit:
        return word_out(edit, issue, body, subject=subject, channel=channel)


def word_out(
    edit: Edit,
    issue: Issue,
    body: str,
    *,
    subject: str = "",
    channel: Channel = Channel.EMAIL,
    contact_id: str | None = None,
) -> Interaction:
    """Record our word on an issue inside an open edit; raises BadInput as `record` does."""
    sendable(subject, body)
    return edit.insert(
        Interaction(
            id=new_id(),
            customer_id=issue.customer_id,
            contact_id=contact_id or issue.contact_id,
            issue_id=issue.id,
            channel=channel,
            nature=Nature.NEWS,
            direction=Direction.OUT,
            at=edit.at,
            person_id=edit.by,
            body=body.strip(),
            subject=" ".join(subject.split()),
        )
    )


def sendable(subject: str, body: str) -> None:
    """Raise BadInput for a word that nobody should get: an empty one, or one in which something is missing."""
    if not body.strip():
        raise BadInput("There is nothing in it yet.", "Write what they are told.")
    for where, text in (("subject", subject), ("text", body)):
        if missing := reply_text.gaps(text):
            raise BadInput(f"In the {where} is missing: {said_gaps(missing)}.", "Write it in, or take it out.")
        if name := reply_text.unfilled(text, VARIABLES):
            raise BadInput(
                f"“{name}” in the {where} would be sent as it stands.",
                "Write the value itself. In a canned reply write it with two braces: "
                f"{{{{ {name.strip('{} ')} }}}}, so that Baton fills it in.",
            )


def said_gaps(missing: tuple[Gap, ...]) -> str:
    """Say what is missing by name and place: "contact (line 1, column 7)"."""
    return ", ".join(f"{gap.name} (line {gap.line}, column {gap.column})" for gap in missing[:5]) + (
        f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    )


def mailto(emails: list[str], subject: str, body: str, *, is_blind: bool = False) -> str:
    """Give the address that opens the person's own mail program; a long text is left out, to be pasted."""
    people = ",".join(quote(email, safe="@") for email in emails)
    start = f"mailto:?bcc={people}&" if is_blind else f"mailto:{people}?"
    short = f"{start}subject={quote(subject)}"
    whole = f"{short}&body={quote(body, safe='')}"
    return whole if len(whole) <= _LONGEST_LINK else short
