"""Macros: named sets of acts. What one would do is shown before it is done; it is done in one edit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.domain import macro_acts, reply_text
from app.domain.errors import BadInput, Refused
from app.domain.issue import SHARED_KINDS, Issue, IssueKind, IssueState
from app.domain.macro_acts import NOTHING, Act, ActVerb
from app.domain.person import Person
from app.domain.reply import Macro
from app.domain.when import instant
from app.services import followers, kept_by_name, later_words, promises, replies, sla, tags
from app.services.desk import Desk, Edit
from app.services.issues import note_in, state_fields
from app.services.people import people
from app.services.replies import ReplyLine

_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class MacroLine:
    """A macro as a list shows it."""

    id: str
    name: str
    is_mine: bool
    acts: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a macro would do to one issue, act by act; nothing where it is so already. `refusal` says why it cannot."""

    issue_id: str
    label: str
    title: str
    does: tuple[str, ...]
    refusal: str = ""


@dataclass
class _Plan:
    """What is to be done to one issue: its fields, and the rows beside it."""

    fields: dict[str, Any] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    untag: list[str] = field(default_factory=list)
    follow: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    promises: list[tuple[datetime, str]] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)
    does: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the acts of one macro name, looked up once for all issues."""

    people: Mapping[str, Person]
    replies: Mapping[str, ReplyLine]
    me: Person
    at: datetime


def all_of(desk: Desk) -> tuple[MacroLine, ...]:
    """Give my macros and everybody's, by name."""
    found = kept_by_name.all_of(desk, Macro)
    return tuple(MacroLine(m.id, m.name, m.person_id is not None, m.acts) for m in found)


def write(desk: Desk, name: str, acts: str, *, is_mine: bool = True, macro_id: str = "") -> str:
    """Write a macro, or other acts of the one with this id; gives its id.

    Raises BadInput for what does not parse or names somebody or a reply that does not exist, with the line.
    """
    if not name.strip():
        raise BadInput("A macro needs a name.", "Write a word or two.")
    _known(desk, macro_acts.parse(acts), desk.now)
    return kept_by_name.keep(desk, Macro, macro_id, is_mine=is_mine, name=" ".join(name.split()), acts=acts.strip("\n"))


def remove(desk: Desk, macro_id: str) -> None:
    """Take a macro away; raises Refused for somebody else's own."""
    kept_by_name.remove(desk, Macro, macro_id)


def preview(desk: Desk, issue_ids: Sequence[str], macro_id: str) -> tuple[Effect, ...]:
    """Give what the macro would do to the first two hundred of these issues; nothing is done."""
    return preview_of(desk, issue_ids, desk.need(Macro, macro_id).acts)


def preview_of(desk: Desk, issue_ids: Sequence[str], acts: str) -> tuple[Effect, ...]:
    """Give what acts would do that are being typed; raises BadInput for what does not parse."""
    parsed = macro_acts.parse(acts)
    known = _known(desk, parsed, desk.now)
    effects = []
    for issue_id in issue_ids[:_MOST_SHOWN]:
        issue = desk.cache.record(Issue, issue_id)
        if issue is None or issue.deleted:
            continue
        try:
            effects.append(Effect(issue.id, issue.label, issue.title, tuple(_plan(desk, issue, parsed, known).does)))
        except (BadInput, Refused) as e:
            effects.append(Effect(issue.id, issue.label, issue.title, (), e.what))
    return tuple(effects)


def apply(desk: Desk, issue_ids: Sequence[str], macro_id: str) -> int:
    """Do the macro to all these issues in one edit; gives to how many it did something.

    Raises BadInput or Refused, and then nothing is done.
    """
    acts = desk.need(Macro, macro_id).acts
    with desk.edit() as edit:
        return apply_in(desk, edit, issue_ids, acts)


def apply_in(desk: Desk, edit: Edit, issue_ids: Sequence[str], acts: str) -> int:
    """Do these acts inside an open edit; raises as `apply` does."""
    parsed = macro_acts.parse(acts)
    known = _known(desk, parsed, edit.at)
    changed = 0
    for issue_id in issue_ids:
        issue = desk.need(Issue, issue_id)
        plan = _plan(desk, issue, parsed, known)
        _do(desk, edit, issue, plan)
        changed += bool(plan.does)
    return changed


def _do(desk: Desk, edit: Edit, issue: Issue, plan: _Plan) -> None:
    if "state" in plan.fields:
        sla.pause_for_state(desk, edit, issue, plan.fields["state"], plan.fields["waiting_on"])
    if plan.fields:
        edit.update(issue, **plan.fields)
    for word in plan.tags:
        tags.add_in(desk, edit, issue, word)
    for word in plan.untag:
        tags.remove_in(desk, edit, issue, word)
    for person_id in plan.follow:
        followers.follow_in(desk, edit, issue, person_id)
    for note in plan.notes:
        note_in(edit, issue, note)
    for due_at, what in plan.promises:
        promises.add(desk, edit, issue, due_at, what)
    if plan.promises:
        promises.set_next_update(desk, edit, issue)
    for subject, body in plan.words:
        later_words.keep_in(edit, issue, body, edit.at, subject=subject)


# What an act means to an issue


def _known(desk: Desk, acts: tuple[Act, ...], at: datetime) -> _Known:
    """Look up whom and what the acts name; raises BadInput with the line for what there is not."""
    named: dict[str, Person] = {}
    texts: dict[str, ReplyLine] = {}
    me = desk.me()
    for act in acts:
        word = act.words.casefold()
        if act.verb in {ActVerb.OWNER, ActVerb.FOLLOW} and word not in {"me", "nobody"}:
            fitting = [p for p in people(desk) if p.name.casefold() == word] or [
                p for p in people(desk) if p.name.casefold().startswith(word)
            ]
            if len(fitting) != 1:
                who = "Several are" if fitting else "Nobody is"
                raise BadInput(f"Line {act.line}: {who} called “{act.words}”.", "Write the whole name, or: me.")
            named[word] = desk.need(Person, fitting[0].id)
        elif act.verb is ActVerb.REPLY:
            fits = [line for line in replies.all_of(desk) if line.name.casefold() == word]
            if not fits:
                raise BadInput(f"Line {act.line}: there is no canned reply “{act.words}”.", "Write its whole name.")
            texts[word] = next((line for line in fits if line.is_mine), fits[0])
        elif act.verb in {ActVerb.TAG, ActVerb.UNTAG}:
            for tag in act.words.replace(",", " ").split():
                tags.normal(tag)
    return _Known(named, texts, me, at)


def _plan(desk: Desk, issue: Issue, acts: tuple[Act, ...], known: _Known) -> _Plan:
    plan = _Plan()
    for act in acts:
        match act.verb:
            case ActVerb.STATE:
                _plan_state(issue, act, known, plan)
            case ActVerb.TAG | ActVerb.UNTAG:
                _plan_tags(desk, issue, act, plan)
            case ActVerb.NOTE:
                plan.notes.append(act.words)
                plan.does.append(f"note: {act.words}")
            case ActVerb.PROMISE:
                plan.promises.append((instant(act.by, known.at), act.words))
                plan.does.append(f"promise by {act.by}: {act.words or promises.USUAL}")
            case ActVerb.REPLY:
                _plan_reply(desk, issue, act, known, plan)
            case ActVerb.FOLLOW:
                _plan_follow(desk, issue, act, known, plan)
            case _:
                _plan_field(issue, act, known, plan)
    return plan


def _plan_state(issue: Issue, act: Act, known: _Known, plan: _Plan) -> None:
    until = instant(act.by, known.at) if act.by else None
    state = act.state or IssueState.OPEN
    fields = state_fields(issue, state, known.at, waiting_on=act.whom, watch_until=until)
    if any(getattr(issue, name) != value for name, value in fields.items()):
        plan.fields |= fields
        plan.does.append(f"state: {issue.state} → {state}{f' on {act.whom}' if act.whom else ''}")


def _plan_tags(desk: Desk, issue: Issue, act: Act, plan: _Plan) -> None:
    has = set(tags.of_issue(desk, issue.id))
    is_put = act.verb is ActVerb.TAG
    words = [tags.normal(word) for word in act.words.replace(",", " ").split()]
    wanted = [word for word in dict.fromkeys(words) if (word in has) is not is_put]
    (plan.tags if is_put else plan.untag).extend(wanted)
    plan.does += [f"{'tag' if is_put else 'untag'} #{word}" for word in wanted]


def _plan_reply(desk: Desk, issue: Issue, act: Act, known: _Known, plan: _Plan) -> None:
    line = known.replies[act.words.casefold()]
    given = replies.values(desk, issue)
    subject, body = reply_text.fill(line.subject, given), reply_text.fill(line.body, given)
    plan.words.append((subject.text, body.text))
    missing = replies.said_gaps((*subject.gaps, *body.gaps))
    plan.does.append(f"a reply for you to send: {line.name}" + (f", missing {missing}" if missing else ""))


def _plan_follow(desk: Desk, issue: Issue, act: Act, known: _Known, plan: _Plan) -> None:
    if act.words.casefold() == "nobody":
        raise BadInput(f"Line {act.line}: nobody cannot follow.", "Write me, or a name.")
    person = _person(act, known)
    if person is not None and person.id not in dict(followers.of_issue(desk, issue.id)):
        plan.follow.append(person.id)
        plan.does.append(f"{person.name} follows")


def _person(act: Act, known: _Known) -> Person | None:
    word = act.words.casefold()
    return known.me if word == "me" else None if word == "nobody" else known.people[word]


def _plan_field(issue: Issue, act: Act, known: _Known, plan: _Plan) -> None:
    """Plan a plain field; what the issue has already is no act."""
    name, value, shown = str(act.verb), act.words, act.words
    new: Any = "" if value.casefold() == NOTHING else value
    match act.verb:
        case ActVerb.OWNER:
            person = _person(act, known)
            name, new, shown = "owner_id", person.id if person else None, person.name if person else "nobody"
        case ActVerb.IMPACT | ActVerb.URGENCY | ActVerb.LEVEL:
            new = act.number
        case ActVerb.KIND:
            new = IssueKind(value)
            if issue.kind in SHARED_KINDS:
                raise Refused(f"A {issue.kind} does not become a customer's {new}.", "Leave it out.")
        case _:
            pass
    if plan.fields.get(name, getattr(issue, name)) != new:
        plan.fields[name] = new
        plan.does.append(f"{act.verb}: {shown}")
