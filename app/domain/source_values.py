"""Reads single cells of other systems' files: times, flags, levels, words. A refusal is a BadInput with the cell."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.errors import BadInput
from app.domain.import_map import LARGEST_LEVEL, folded
from app.domain.issue import IssueKind, IssueState
from app.domain.phone import e164

TRUE_WORDS = frozenset({"true", "t", "yes", "y", "1", "x"})
FALSE_WORDS = frozenset({"false", "f", "no", "n", "0", ""})

Words = Mapping[str, Any]


def read_flag(text: str, words: Words | None = None) -> bool:
    """Give what a yes-or-no cell says; an empty one says no."""
    word = folded(text)
    if words is not None and word in words:
        return bool(words[word])
    if (flag := flag_of(text)) is None:
        raise BadInput(f"{text!r} is neither yes nor no; give its words in [words.is_vip] of the map")
    return flag


def flag_of(text: str) -> bool | None:
    """Give what the usual words for yes and no say; None for others."""
    word = folded(text)
    return True if word in TRUE_WORDS else False if word in FALSE_WORDS else None


def read_third(text: str, words: Words | None) -> int:
    """Give impact or urgency, 1 (high) to 3 (low)."""
    word = folded(text)
    if words is not None:
        if word not in words:
            raise BadInput(f"{text!r} is not among the words of the map")
        return int(words[word])
    if word not in {"1", "2", "3"}:
        raise BadInput(f"{text!r} is not 1, 2 or 3; give its words in the map")
    return int(word)


def read_level(text: str, words: Words | None) -> int:
    """Give the level of support, such as 2 for the second; 0 when nobody said."""
    word = folded(text)
    if words is not None and word in words:
        return int(words[word])
    if not (word.isascii() and word.isdigit() and len(word) <= 2):
        hint = "is not among [words.level] of the map" if words is not None else "give its words in [words.level]"
        raise BadInput(f"{text!r} is no level of support from 0 to {LARGEST_LEVEL}; {hint}")
    return int(word)


def read_state(text: str, words: Words | None) -> tuple[IssueState, str]:
    """Give the state and on whom it waits ("" when that is not said)."""
    word = folded(text)
    if words is not None and word in words:
        state, waiting_on = words[word]
        return state, waiting_on
    if words is None and word in set(IssueState):
        return IssueState(word), ""
    raise BadInput(f"{text!r} is not among [words.state] of the map")


def read_kind(text: str, words: Words | None) -> IssueKind:
    """Give what the customer wants."""
    word = folded(text)
    ours = (words or {}).get(word, word)
    if ours not in set(IssueKind):
        raise BadInput(f"{text!r} is neither incident, request nor question; give it in [words.kind] of the map")
    return IssueKind(ours)


def read_phone(text: str, region: str | None) -> str:
    """Give the number in E.164."""
    if number := e164(text, region):
        return number
    hint = "" if region else "; for numbers without a country code set region in the map"
    raise BadInput(f"{text!r} is no telephone number{hint}")


def read_email(text: str) -> str:
    """Give an address that has a chance to be one."""
    name, at, host = text.strip().rpartition("@")
    if not (name and at and host) or any(c.isspace() or c in "<>," for c in text.strip()):
        raise BadInput(f"{text!r} is no e-mail address")
    return text.strip()


def read_zone(text: str) -> str:
    """Give the name of a time zone that exists."""
    try:
        return ZoneInfo(text.strip()).key
    except (KeyError, ValueError, OSError) as e:
        raise BadInput(f"{text!r} is no time zone") from e


def read_instant(text: str, times: tuple[str, ...], zone: ZoneInfo) -> datetime:
    """Give the aware UTC time, by the first of the writings that fits; a time without a zone is one in `zone`."""
    for written in times:
        try:
            at = _parsed(text.strip(), written)
            return at.astimezone(UTC) if at.tzinfo else in_zone(at, zone)
        except (ValueError, OverflowError, OSError):
            continue
    raise BadInput(f"{text!r} is no time written as {' or '.join(times)}")


def readings(text: str, times: tuple[str, ...], zone: ZoneInfo) -> dict[str, datetime]:
    """Give every way in which the map's writings read a time: the first is what `read_instant` gives.

    Writings that give the same instant count once. More than one entry: it could mean another day.
    """
    found: dict[str, datetime] = {}
    for written in times:
        try:
            at = read_instant(text, (written,), zone)
        except BadInput:
            continue
        if at not in found.values():
            found[written] = at
    return found


def _parsed(text: str, written: str) -> datetime:
    if written == "iso":
        return datetime.fromisoformat(text)
    if written in {"unix", "unix_ms"}:
        return datetime.fromtimestamp(float(text) / (1000 if written == "unix_ms" else 1), UTC)
    return datetime.strptime(text, written)  # noqa: DTZ007  the zone is given right after, also at its gaps


def in_zone(local: datetime, zone: ZoneInfo) -> datetime:
    """Give the UTC time of a clock on the wall.

    A time that comes twice means the first; one that the clocks skip means the first instant after the gap.
    """
    early = local.replace(tzinfo=zone, fold=0)
    at = early.astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == local:
        return at
    below, above = local.replace(tzinfo=zone, fold=1).astimezone(UTC), at
    offset = above.astimezone(zone).utcoffset()
    while above - below > timedelta(seconds=1):  # the gap ends in between, on a whole second
        middle = below + timedelta(seconds=int((above - below).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            above = middle
        else:
            below = middle
    return above.replace(microsecond=0)
