"""The language of macros: one act a line, a verb and its words. "#" begins a remark."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from app.domain.errors import BadInput
from app.domain.issue import SHARED_KINDS, IssueKind, IssueState
from app.domain.when import instant

RATINGS = {"high": 1, "medium": 2, "low": 3, "1": 1, "2": 2, "3": 3}
MOST_ACTS = 30


class ActVerb(StrEnum):
    """What a line does."""

    STATE = "state"
    KIND = "kind"
    OWNER = "owner"
    FOLLOW = "follow"
    TAG = "tag"
    UNTAG = "untag"
    TOPIC = "topic"
    PRODUCT = "product"
    BUILD = "build"
    TEAM = "team"
    LEVEL = "level"
    IMPACT = "impact"
    URGENCY = "urgency"
    WORKAROUND = "workaround"
    NOTE = "note"
    PROMISE = "promise"
    REPLY = "reply"


HELP = {
    ActVerb.STATE: "state solved · state waiting on Vendor · state watching until in 7d",
    ActVerb.KIND: "kind request",
    ActVerb.OWNER: "owner me · owner nobody · owner Ben",
    ActVerb.FOLLOW: "follow me · follow Ben",
    ActVerb.TAG: "tag vpn night-import",
    ActVerb.UNTAG: "untag vpn",
    ActVerb.TOPIC: "topic import · topic nothing",
    ActVerb.PRODUCT: "product Portal",
    ActVerb.BUILD: "build 39",
    ActVerb.TEAM: "team Engineering",
    ActVerb.LEVEL: "level 2",
    ActVerb.IMPACT: "impact high",
    ActVerb.URGENCY: "urgency low",
    ActVerb.WORKAROUND: "workaround import before 7:00",
    ActVerb.NOTE: "note asked for the log",
    ActVerb.PROMISE: "promise in 2h: we call with an update",
    ActVerb.REPLY: "reply Asked for the log",
}
NOTHING = "nothing"
_SOME_DAY = datetime(2001, 1, 1, tzinfo=UTC)  # a time is checked when it is written and understood when it is used


@dataclass(frozen=True, slots=True)
class Act:
    """One line: `words` is what stands behind the verb. The other fields are what the words mean to that verb.

    `by` is a time as people type it (promise, watching), to be understood when the macro is used.
    """

    verb: ActVerb
    words: str
    line: int
    state: IssueState | None = None
    whom: str = ""
    by: str = ""
    number: int = 0


def parse(text: str) -> tuple[Act, ...]:
    """Give the acts in order; raises BadInput with the number of the first line that is none."""
    acts = []
    for number, row in enumerate(text.splitlines(), 1):
        line = row.strip()
        if line and not line.startswith("#"):
            acts.append(_act(line, number))
    if not acts:
        raise BadInput("This macro does nothing yet.", "Write one act a line, such as: state solved")
    if len(acts) > MOST_ACTS:
        raise BadInput(f"A macro has at most {MOST_ACTS} acts.", "Make two of it.")
    return tuple(acts)


def _act(line: str, number: int) -> Act:
    first, _blank, rest = line.partition(" ")
    words = rest.strip()
    try:
        verb = ActVerb(first.lower().rstrip(":"))
    except ValueError:
        known = ", ".join(ActVerb)
        raise BadInput(f"Line {number}: a macro does no “{first[:40]}”.", f"Begin with: {known}.") from None
    if not words:
        raise _wrong(number, verb, "it says nothing")
    match verb:
        case ActVerb.STATE:
            return _state(words, number)
        case ActVerb.PROMISE:
            return _promise(words, number)
        case ActVerb.KIND:
            return Act(verb, _kind(words, number), number)
        case ActVerb.IMPACT | ActVerb.URGENCY:
            if words.lower() not in RATINGS:
                raise _wrong(number, verb, f"“{words[:40]}” is not high, medium or low")
            return Act(verb, words.lower(), number, number=RATINGS[words.lower()])
        case ActVerb.LEVEL:
            if not (words.isascii() and words.isdecimal() and len(words) < 3):
                raise _wrong(number, verb, f"“{words[:40]}” is no level")
            return Act(verb, words, number, number=int(words))
        case _:
            return Act(verb, words, number)


def _state(words: str, number: int) -> Act:
    name, _blank, rest = words.partition(" ")
    try:
        state = IssueState(name.lower())
    except ValueError:
        raise _wrong(number, ActVerb.STATE, f"“{name[:40]}” is none of {', '.join(IssueState)}") from None
    rest = rest.strip()
    whom = by = ""
    if state is IssueState.WAITING:
        whom = rest.removeprefix("on ").strip() if rest != "on" else ""
        if not whom:
            raise _wrong(number, ActVerb.STATE, "waiting is waiting on somebody")
    elif state is IssueState.WATCHING and rest:
        by = _time(rest.removeprefix("until "), number, ActVerb.STATE)
    elif rest:
        raise _wrong(number, ActVerb.STATE, f"“{rest[:40]}” is too much")
    return Act(ActVerb.STATE, words, number, state=state, whom=whom, by=by)


def _promise(words: str, number: int) -> Act:
    # A clock has a colon too: the words begin behind the last one that a blank or the end follows.
    when, colon, what = words.partition(": ")
    if not colon:
        when, what = words.removesuffix(":"), ""
    return Act(ActVerb.PROMISE, what.strip(), number, by=_time(when, number, ActVerb.PROMISE))


def _time(words: str, number: int, verb: ActVerb) -> str:
    try:
        instant(words, _SOME_DAY)
    except BadInput as e:
        raise _wrong(number, verb, e.what.rstrip(".")) from e
    return words.strip()


def _kind(words: str, number: int) -> str:
    kinds = [str(kind) for kind in IssueKind if kind not in SHARED_KINDS]
    if words.lower() not in kinds:
        raise _wrong(number, ActVerb.KIND, f"“{words[:40]}” is none of {', '.join(kinds)}")
    return words.lower()


def _wrong(number: int, verb: ActVerb, why: str) -> BadInput:
    return BadInput(f"Line {number}: {why}.", f"Write it like: {HELP[verb]}")
