"""One line of what just happened, taken apart: "jane called, import again, update 4pm". Knows no names and no records.

Nothing is guessed away: what is understood as no part of it stays in the words that are recorded.
"""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from app.domain.errors import BadInput
from app.domain.interaction import Channel, Direction, Nature
from app.domain.when import instant

LONGEST = 2000  # letters; what is behind them is kept as words

_CLAUSES = re.compile(r"\s*[,;\n\r]+\s*|\s+[\u2013\u2014-]\s+|(?<=\S)[:.]\s+")
# What they did, and how: longest first, so that "left a message" is not "left".
_THEY: tuple[tuple[str, Channel], ...] = (
    (r"left (?:a |us a )?(?:voice ?mail|message)", Channel.VOICEMAIL),
    (r"tried to (?:call|ring|reach us)", Channel.MISSED_CALL),
    (r"missed call", Channel.MISSED_CALL),
    (r"e-?mail(?:ed|s)|wrote|writes|mailed", Channel.EMAIL),
    (r"chat(?:ted|s)", Channel.CHAT),
    (r"texted|sent a text|texts", Channel.SMS),
    (r"came by|visited|dropped in|was here", Channel.VISIT),
    (
        r"(?:is |was )?(?:calling|ringing)|call(?:ed|s)(?: in| back)?|rang(?: back)?|phoned|chased|asks|asked",
        Channel.CALL,
    ),
)
_WE: tuple[tuple[str, Channel], ...] = (
    (r"called|called back|rang|phoned|told|spoke (?:to|with)|talked (?:to|with)|reached", Channel.CALL),
    (r"e-?mailed|mailed|wrote(?: to)?|answered|replied to", Channel.EMAIL),
    (r"texted", Channel.SMS),
    (r"visited|went to", Channel.VISIT),
)
_MISSED = re.compile(r"missed (?:a )?call (?:from|of|by)\s+(?P<who>.+)", re.IGNORECASE)
_THEY_DID = [(re.compile(rf"(?P<who>.+?)\s+(?:{verb})\b(?P<rest>.*)", re.IGNORECASE), c) for verb, c in _THEY]
_WE_DID = [(re.compile(rf"(?:(?:i|we)\s+)?(?:{verb})\s+(?P<who>.+)", re.IGNORECASE), c) for verb, c in _WE]
_AGAIN = re.compile(r"\b(?:again|still|once more|another time|chas(?:ed|es|ing|er)|any news)\b", re.IGNORECASE)
_JUST_AGAIN = re.compile(r"\s*\b(?:again|once more|another time)\b", re.IGNORECASE)
_THANKS = re.compile(r"\b(?:thanks|thanked|thank you|says thanks)\b", re.IGNORECASE)
_LINKS = re.compile(
    r"^(?:\s*\b(?:us|me|in|back|again|once more|about|because of|regarding|re|that|to say|for)\b)+", re.IGNORECASE
)
_BACK = re.compile(r"\s+(?:back|again)$", re.IGNORECASE)
_WISH = re.compile(r"\b(?:needs?|wants?|ask(?:s|ed)|must|said|says|they|he|she|expects?)\b", re.IGNORECASE)
_ABOUT = re.compile(r"\s+(?:about|because of|regarding|re|on|with)\s+", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w+:.#])#?(\d{1,9})(?![\w:.])")
_HASHED = re.compile(r"#(\d{1,9})\b")
_LEADS_PROMISE = re.compile(
    r"(?:(?:i|we)\s+(?:will|'ll|promised?(?:\s+to)?)\s+|(?:i|we)'ll\s+|promised?(?:\s+to)?:?\s+|next\s+)?"
    r"(?P<what>update|call(?:ing|ed)?\s+back|callback|ring\s+back|call|answer|reply|mail|news|word|follow\s+up|"
    r"get\s+back(?:\s+to\s+\w+)?|tell\s+\w+|send(?:\s+\w+){0,4}|fix|deploy|visit|due|deadline|by|promised?)\b\s*(?P<when>.*)",
    re.IGNORECASE,
)
_BY = re.compile(r"(?P<what>.*?)\s*\bby\s+(?P<when>[^,;]+)", re.IGNORECASE)
_SAYS_TIME = re.compile(r"\d|noon|tomorrow|tmw|today|mon|tue|wed|thu|fri|sat|sun", re.IGNORECASE)
_USUAL = {"", "update", "by", "due", "deadline", "promise", "promised", "next"}  # words that only lead to the time
_FEW = 6  # words in which a promise is said before its "by"


@dataclass(frozen=True, slots=True)
class Captured:
    """What a line says. `who` is a name or a number as typed, `about` the words by which the issue is found.

    `body` is what is recorded as said. `promise_by` is the time as typed and `promise_at` what it means, aware UTC;
    `trouble` says why a time that was meant is none.
    """

    who: str = ""
    channel: Channel = Channel.CALL
    direction: Direction = Direction.IN
    nature: Nature | None = None
    number: int | None = None
    about: str = ""
    body: str = ""
    promise_what: str = ""
    promise_by: str = ""
    promise_at: datetime | None = None
    trouble: str = ""

    @property
    def is_empty(self) -> bool:
        """Say whether the line says nothing at all."""
        return not (self.who or self.body or self.promise_by)


def parse(line: str, now: datetime, zone: tzinfo | None = None) -> Captured:
    """Take a line apart at `now`; never raises, whatever the text. Times are of `zone`, None: this machine's own."""
    text, beyond = line[:LONGEST], line[LONGEST:]
    clauses = [part.strip() for part in _CLAUSES.split(text) if part and part.strip()]
    if not clauses:
        return Captured(body=beyond.strip())
    promise = _Promise()
    said = [clause for at, clause in enumerate(clauses) if not promise.take(clause, now, zone, is_first=at == 0)]
    who, channel, direction, rest = _who(said)
    words = ", ".join(part for part in rest if part)
    whole = " ".join(clauses)
    number = _number(who, words)
    nature = None
    if direction is Direction.OUT:
        nature = Nature.NEWS
    elif _AGAIN.search(whole):
        nature = Nature.CHASER
    elif _THANKS.search(whole):
        nature = Nature.THANKS
    return Captured(
        who=who,
        channel=channel,
        direction=direction,
        nature=nature,
        number=number,
        about=_bare(words),
        body=(_JUST_AGAIN.sub("", words).strip(" ,") or words) + beyond,
        promise_what=promise.what,
        promise_by=promise.by,
        promise_at=promise.at,
        trouble=promise.trouble,
    )


class _Promise:
    """The first clause that promises something is taken; what comes later stays in the words."""

    def __init__(self) -> None:
        self.what = self.by = self.trouble = ""
        self.at: datetime | None = None

    def take(self, clause: str, now: datetime, zone: tzinfo | None, *, is_first: bool) -> bool:
        if self.by:
            return False
        leads, by = _LEADS_PROMISE.fullmatch(clause), _BY.fullmatch(clause)
        meant: list[tuple[str, str]] = []
        if leads is not None:
            # "send the list by friday": the time is behind the "by", else all that follows.
            behind = _BY.fullmatch(leads["when"])
            if behind is not None:
                meant.append((f"{leads['what']} {behind['what']}".strip(), behind["when"]))
            meant.append((leads["what"], leads["when"]))
        # "needs it by friday" is what they wish, not what we promise.
        if by is not None and not is_first and len(by["what"].split()) <= _FEW and not _WISH.search(by["what"]):
            meant.append((by["what"], by["when"]))
        wrong = ""
        for what, when in meant:
            try:
                self.at = instant(when, now, zone)
            except (BadInput, OverflowError) as e:
                is_time = _SAYS_TIME.search(when) and len(when.split()) <= 4
                wrong = wrong or (getattr(e, "what", "") if is_time else "")
                continue
            self.what = "" if what.casefold() in _USUAL else what
            self.by = when
            return True
        if wrong and leads is not None and not is_first:
            self.by, self.trouble = leads["when"], wrong
            return True
        return False


def _who(clauses: list[str]) -> tuple[str, Channel, Direction, list[str]]:
    """Give who, how, which way and what is left to say."""
    if not clauses:
        return "", Channel.CALL, Direction.IN, []
    first, others = clauses[0], clauses[1:]
    if (missed := _MISSED.fullmatch(first)) is not None:
        who, about = _split_about(missed["who"])
        return who, Channel.MISSED_CALL, Direction.IN, [about, *others]
    for pattern, channel in _WE_DID:
        if (ours := pattern.fullmatch(first)) is not None:
            if _LINKS.match(ours["who"]):  # "called about 4127": nobody is named
                return "", channel, Direction.IN, [_LINKS.sub("", ours["who"]).strip(), *others]
            who, about = _split_about(ours["who"])
            return who, channel, Direction.OUT, [about, *others]
    for pattern, channel in _THEY_DID:
        theirs = pattern.fullmatch(first)
        if theirs is not None and len(theirs["who"].split()) <= _FEW:
            return theirs["who"].strip(), channel, Direction.IN, [_LINKS.sub("", theirs["rest"]).strip(), *others]
    return "", Channel.CALL, Direction.IN, clauses


def _split_about(text: str) -> tuple[str, str]:
    parts = _ABOUT.split(text, maxsplit=1)
    return _BACK.sub("", parts[0].strip()), parts[1].strip() if len(parts) > 1 else ""


def _number(who: str, words: str) -> int | None:
    found = _HASHED.search(f"{who} {words}") or _NUMBER.search(words)
    return int(found[1]) if found else None


def _bare(words: str) -> str:
    """Give the words by which an issue is looked for."""
    return " ".join(_AGAIN.sub(" ", words).replace(",", " ").split())
