"""Issues: the verbs that change one."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

from app.domain.customer import Contact, Customer, Installation
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.issue import OPEN_STATES, SHARED_KINDS, Issue, IssueKind, IssueState, Note, NoteKind
from app.domain.person import Person
from app.services import sla
from app.services.desk import Desk, Edit
from app.services.issue_details import IssueDetail, detail, find
from app.services.issue_refs import alike
from app.services.people import people
from app.store.links import words_used

__all__ = [
    "IssueDetail",
    "add_note",
    "alike",
    "assign",
    "describe",
    "detail",
    "find",
    "hand_over",
    "installations",
    "note_in",
    "rate",
    "rename",
    "set_kind",
    "set_next_update",
    "set_state",
    "set_workaround",
    "state_fields",
    "used",
    "waited_on",
]

WATCH = timedelta(days=7)  # how long something is watched when nobody says
_RECENT = 20_000  # issues among which words are completed
_LONGEST_WORD = 200  # characters of a topic, product, build or team


class Described(TypedDict, total=False):
    """What an issue is about; None and "" and 0 take a value away."""

    topic: str
    product: str
    build: str
    team: str
    level: int
    installation_id: str | None
    contact_id: str | None
    customer_id: str | None


def rename(desk: Desk, issue_id: str, title: str) -> None:
    """Give the issue another title; raises BadInput for an empty one."""
    if not title.strip():
        raise BadInput("An issue needs a title by which people find it.", "Write a few words.")
    with desk.edit() as edit:
        edit.update(desk.need(Issue, issue_id), title=title.strip())


def set_state(
    desk: Desk, issue_id: str, state: IssueState, *, waiting_on: str = "", watch_until: datetime | None = None
) -> None:
    """Say where the issue stands: waiting names on whom, watching has its until-date (a week, when nobody says).

    Raises BadInput for waiting on nobody. Solving or closing notes when; opening again takes that away.
    """
    issue = desk.need(Issue, issue_id)
    with desk.edit() as edit:
        fields = state_fields(issue, state, edit.at, waiting_on=waiting_on, watch_until=watch_until)
        sla.pause_for_state(desk, edit, issue, state, fields["waiting_on"])
        edit.update(issue, **fields)


def state_fields(
    issue: Issue, state: IssueState, at: datetime, *, waiting_on: str = "", watch_until: datetime | None = None
) -> Mapping[str, Any]:
    """Give the fields of an issue that is in this state from `at` on; raises BadInput for waiting on nobody."""
    whom = waiting_on.strip() if state is IssueState.WAITING else ""
    if state is IssueState.WAITING and not whom:
        raise BadInput("Waiting is waiting on somebody.", "Name a person, the customer or a vendor.")
    until = None
    if state is IssueState.WATCHING:
        until = watch_until or (issue.watch_until if issue.state is IssueState.WATCHING else None) or at + WATCH
    return {
        "state": state,
        "waiting_on": whom,
        "watch_until": until,
        "closed_at": None if state in OPEN_STATES else issue.closed_at or at,
    }


def set_kind(desk: Desk, issue_id: str, kind: IssueKind) -> None:
    """Say what the customer wants. Raises Refused where an issue would become a problem, or a problem an issue.

    A problem belongs to no customer: it is made beside the issue, and linked to it.
    """
    issue = desk.need(Issue, issue_id)
    if issue.kind is not kind and (issue.kind in SHARED_KINDS) is not (kind in SHARED_KINDS):
        raise Refused(
            f"A customer's {issue.kind} does not become a {kind}." if kind in SHARED_KINDS
            else f"A {issue.kind} does not become a customer's {kind}.",
            "Make a problem or a major incident of it with U: it is a new one, linked to this.",
        )  # fmt: skip
    with desk.edit() as edit:
        edit.update(issue, kind=kind)


def assign(desk: Desk, issue_id: str, person_id: str | None) -> None:
    """Give the issue an owner, or none; raises Refused when that person is not there any more."""
    issue = desk.need(Issue, issue_id)
    owner = desk.need(Person, person_id) if person_id else None
    with desk.edit() as edit:
        edit.update(issue, owner_id=owner.id if owner else None)


def hand_over(desk: Desk, issue_id: str, *, person_id: str | None = None, team: str = "", word: str = "") -> None:
    """Give the issue to a person, or to a team for one of them to take, with a word for them as a note.

    Raises BadInput for nobody, Refused for somebody who has left.
    """
    issue = desk.need(Issue, issue_id)
    if bool(person_id) == bool(team.strip()):
        raise BadInput("It is handed over to one person or one team.", "Name one.")
    person = desk.need(Person, person_id) if person_id else None
    if person is not None and not person.is_active:
        raise Refused(f"{person.name} is no longer active.", "Hand it over to somebody else.")
    with desk.edit() as edit:
        if person is not None:
            edit.update(issue, owner_id=person.id, **({"team": person.team} if person.team else {}))
        else:
            edit.update(issue, owner_id=None, team=_word(team))
        if word.strip():
            note_in(edit, issue, word)


def rate(desk: Desk, issue_id: str, impact: int, urgency: int) -> None:
    """Set impact and urgency, 1 high to 3 low; together they give the priority. Raises BadInput outside of that."""
    if not {impact, urgency} <= {1, 2, 3}:
        raise BadInput("Impact and urgency are 1 (high), 2 or 3 (low).", "Choose one of the three.")
    with desk.edit() as edit:
        edit.update(desk.need(Issue, issue_id), impact=impact, urgency=urgency)


def describe(desk: Desk, issue_id: str, **said: Unpack[Described]) -> None:
    """Say what the issue is about. With an installation come its product and build, unless they are said too.

    Raises BadInput for what belongs to another customer, Refused for what is gone.
    """
    issue = desk.need(Issue, issue_id)
    fields: dict[str, Any] = {name: _word(value) if isinstance(value, str) and name in _WORDS else value
                              for name, value in said.items()}  # fmt: skip
    customer_id = fields.get("customer_id", issue.customer_id)
    if fields.get("customer_id"):
        desk.need(Customer, fields["customer_id"])
    if "customer_id" in fields and issue.kind in SHARED_KINDS and customer_id:
        raise Refused(f"A {issue.kind} belongs to no customer.", "Link the customer's issues to it.")
    runs = desk.need(Installation, fields["installation_id"]) if fields.get("installation_id") else None
    contact = desk.need(Contact, fields["contact_id"]) if fields.get("contact_id") else None
    if any(one is not None and one.customer_id != customer_id for one in (runs, contact)):
        raise BadInput("That belongs to another customer.", "Choose one of this customer's.")
    if runs is not None:
        fields = {"product": runs.product, "build": runs.build, **fields}
    if "customer_id" in fields and customer_id != issue.customer_id:
        fields = {"contact_id": None, "installation_id": None, **fields}
    if not 0 <= int(fields.get("level", 0)) <= 99:
        raise BadInput("A level of support is a number, 1 is the first.", "Write 1, 2 or 3; 0 for none.")
    with desk.edit() as edit:
        edit.update(issue, **fields)


_WORDS = frozenset({"topic", "product", "build", "team"})


def _word(text: str) -> str:
    said = " ".join(text.split())
    if len(said) > _LONGEST_WORD:
        raise BadInput(f"“{said[:40]}…” is too long for a name.", f"Use at most {_LONGEST_WORD} characters.")
    return said


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
        return note_in(edit, issue, body, device_id=device_id, command=command)


def note_in(edit: Edit, issue: Issue, body: str, *, device_id: str | None = None, command: str = "") -> Note:
    """Write an internal note inside an open edit."""
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


# What is offered while somebody types


def used(desk: Desk, field: str) -> tuple[str, ...]:
    """Give the words that stand in the newest issues' `topic`, `product`, `build` or `team`, the most usual first."""
    if field not in _WORDS:
        raise ValueError(field)
    found = words_used(desk.cache, field, _RECENT)
    more = {
        "topic": "SELECT DISTINCT topic FROM ask_first WHERE deleted = 0 ORDER BY topic",
        "product": "SELECT DISTINCT product FROM installation WHERE deleted = 0 AND product <> '' ORDER BY product",
        "team": "SELECT DISTINCT team FROM person WHERE is_active = 1 AND team <> '' ORDER BY team",
    }
    others = [str(word) for (word,) in desk.cache.read(more[field])] if field in more else []
    return tuple(dict.fromkeys([*found, *others]))


def installations(desk: Desk, issue_id: str) -> tuple[Installation, ...]:
    """Give what the issue's customer runs, by product."""
    customer_id = desk.need(Issue, issue_id).customer_id
    return tuple(desk.cache.records(Installation, "customer_id = ? ORDER BY product, environment, id", (customer_id,)))


def waited_on(desk: Desk, issue_id: str) -> tuple[str, ...]:
    """Give the names that somebody waiting may mean: the issue's people there, ours, and who was waited on before."""
    issue = desk.need(Issue, issue_id)
    theirs = desk.cache.read(
        "SELECT name FROM contact WHERE customer_id = ? AND deleted = 0 AND has_gone = 0 "
        "ORDER BY id <> ?, name LIMIT 50",
        (issue.customer_id, issue.contact_id or ""),
    )
    house = desk.cache.record(Customer, issue.customer_id)
    before = words_used(desk.cache, "waiting_on", _RECENT)
    ours = [person.name for person in people(desk)]
    names = [*(str(name) for (name,) in theirs), *([house.name] if house else []), *before, *ours]
    return tuple(dict.fromkeys(names))
