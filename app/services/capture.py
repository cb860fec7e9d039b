"""One captured line with its names found: who may be meant, which issue, and the call it would record."""

from dataclasses import dataclass, replace

from app.domain.capture import Captured, parse
from app.domain.errors import BadInput
from app.domain.interaction import Direction, Nature
from app.domain.issue import Issue
from app.domain.phone import digits_of
from app.services import callers, drafts
from app.services.call_cards import CardIssue, call_card
from app.services.callers import Caller
from app.services.calls import CallDraft, LoggedCall, log_call
from app.services.desk import Desk
from app.store.search import numbered, words_of

DRAFT = "capture"
_MOST = 8
_LEAST_LETTERS = 3  # of a word by which an issue is recognised
_EMPTY_WORDS = frozenset({"the", "and", "for", "with", "that", "this", "about", "was", "has", "have", "not", "problem"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line would record. `callers` and `issues` are all that may be meant, the likeliest first.

    `caller` and `issue` are the chosen ones; `issue` None is something new. `is_likely` says whether the line itself
    points at that issue. `trouble` says why the line cannot be recorded as it stands.
    """

    line: str
    said: Captured
    callers: tuple[Caller, ...] = ()
    caller: Caller | None = None
    issues: tuple[CardIssue, ...] = ()
    issue: CardIssue | None = None
    nature: Nature = Nature.FIRST
    trouble: str = ""

    @property
    def is_ambiguous(self) -> bool:
        """Say whether several people may be meant."""
        return len(self.callers) > 1

    @property
    def draft(self) -> CallDraft:
        """The call that Enter records."""
        caller, issue, said = self.caller, self.issue, self.said
        return CallDraft(
            caller="" if caller else said.who,
            contact_id=caller.contact_id if caller else None,
            customer_id=caller.customer_id if caller else None,
            issue_id=issue.id if issue else None,
            body=said.body,
            promise_by=said.promise_by,
            promise_what=said.promise_what,
            channel=said.channel,
            direction=said.direction,
            nature=said.nature and self.nature,
        )


def read(desk: Desk, line: str, caller: int = 0, issue: int | None = None) -> Reading:
    """Read a line as of now. `caller` and `issue` choose among the candidates of the same line; -1 is something new.

    Never raises for a text; what is wrong with it is in `trouble`.
    """
    said = parse(line, desk.now)
    if said.is_empty:
        return Reading(line, said)
    said, found = _who(desk, said)
    by_number = _numbered(desk, said)
    if not found and by_number is not None:
        found = _of_issue(desk, by_number)
    chosen = found[caller % len(found)] if found else None
    issues = _issues(desk, chosen)
    ranked, likely = _ranked(issues, said, by_number)
    about = _chosen(ranked, likely, issue)
    nature = said.nature or (Nature.CHASER if about and about.tally.calls else Nature.FIRST)
    if said.direction is Direction.OUT:
        nature = Nature.NEWS
    elif about is None and nature is Nature.CHASER:
        nature = Nature.FIRST  # nothing is known that they could ask about again
    return Reading(line, said, tuple(found), chosen, tuple(ranked), about, nature, said.trouble)


def record(desk: Desk, reading: Reading) -> LoggedCall:
    """Record what was read and shown; the kept line goes with it. Raises BadInput for a line with a trouble."""
    if reading.trouble:
        raise BadInput(f"Not recorded yet: {reading.trouble}", "Correct the time, or leave it out.")
    logged = log_call(desk, reading.draft)
    drafts.drop(desk, DRAFT)
    return logged


def save_line(desk: Desk, line: str) -> None:
    """Keep the line that is being typed; an empty one is forgotten."""
    if line.strip():
        drafts.save(desk, DRAFT, {"line": line})
    else:
        drafts.drop(desk, DRAFT)


def kept_line(desk: Desk) -> str:
    """Give the line that was being typed when the program ended; "" when there is none."""
    kept = drafts.load(desk, DRAFT)
    return str(kept.get("line", "")) if kept else ""


def _who(desk: Desk, said: Captured) -> tuple[Captured, list[Caller]]:
    """Give who may be meant; a line that names nobody may begin with a name all the same."""
    if said.who:
        return said, _people(desk, said.who)
    words = said.body.split()
    for many in (3, 2, 1):
        name = " ".join(words[:many]).rstrip(",")
        if len(words) >= many and any(c.isalpha() for c in name) and (found := _named(desk, name)):
            rest = " ".join(words[many:]).lstrip(", ")
            about = " ".join(said.about.split()[many:]) if said.about.startswith(name) else rest
            return replace(said, who=name, body=rest, about=about), found
    return said, []


def _named(desk: Desk, name: str) -> list[Caller]:
    """Give the people of whom each word of the name begins one of their own, the house itself by its whole name."""
    wanted = [w.casefold() for w in words_of(name)]
    found = []
    for one in callers.find(desk, name):
        own = [w.casefold() for w in words_of(one.name)]
        is_whole = one.contact_id is not None or len(wanted) >= len(own) or len(wanted[0]) > _LEAST_LETTERS
        if wanted and is_whole and one.issue_id is None and all(any(o.startswith(w) for o in own) for w in wanted):
            found.append(one)
    return found[:_MOST]


def _people(desk: Desk, who: str) -> list[Caller]:
    found = callers.find(desk, who)
    if any(one.is_exact for one in found):
        return [one for one in found if one.is_exact][:_MOST]
    named = _named(desk, who)
    # The house was named, not one of its people: then it is the house until somebody is chosen.
    return (named or sorted(found, key=lambda one: one.contact_id is not None))[:_MOST]


def _numbered(desk: Desk, said: Captured) -> Issue | None:
    digits = str(said.number) if said.number is not None else digits_of(said.who) if said.who.isdecimal() else ""
    if not digits:
        return None
    ids = numbered(desk.cache, digits, 1)
    issue = desk.cache.record(Issue, ids[0]) if ids else None
    return issue if issue is not None and str(issue.number) == digits.lstrip("0") else None


def _of_issue(desk: Desk, issue: Issue) -> list[Caller]:
    return [one for one in callers.find(desk, issue.label) if one.issue_id == issue.id][:1]


def _issues(desk: Desk, caller: Caller | None) -> tuple[CardIssue, ...]:
    if caller is None:
        return ()
    return call_card(desk, contact_id=caller.contact_id, customer_id=caller.customer_id).issues


def _ranked(
    issues: tuple[CardIssue, ...], said: Captured, by_number: Issue | None
) -> tuple[list[CardIssue], CardIssue | None]:
    """Give the issues with those the words point at first, and the one that they point at."""
    words = [w.casefold() for w in words_of(said.about) if len(w) >= _LEAST_LETTERS]
    telling = [w for w in words if w not in _EMPTY_WORDS]

    def points(issue: CardIssue) -> int:
        if by_number is not None and issue.id == by_number.id:
            return 100
        own = [w.casefold() for w in words_of(issue.title)] + [w.casefold() for w in words_of(issue.topic)]
        return sum(any(o.startswith(w) or (len(o) > _LEAST_LETTERS and w.startswith(o)) for o in own) for w in telling)

    ranked = sorted(issues, key=points, reverse=True)
    if ranked and points(ranked[0]):
        return ranked, ranked[0]
    # "again" without another word: what they have asked about before, the newest.
    if said.nature is Nature.CHASER and not telling:
        asked = [one for one in ranked if one.tally.last_call_at is not None]
        asked.sort(key=lambda one: one.tally.last_call_at.timestamp() if one.tally.last_call_at else 0, reverse=True)
        if asked:
            return [*asked, *(one for one in ranked if one not in asked)], asked[0]
    return ranked, None


def _chosen(ranked: list[CardIssue], likely: CardIssue | None, issue: int | None) -> CardIssue | None:
    if issue is None:
        return likely
    return ranked[issue] if 0 <= issue < len(ranked) else None
