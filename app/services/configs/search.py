"""Looking for words in the newest redacted copy of every device."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.domain.config_text import headings
from app.domain.errors import EnvironmentFault
from app.services.configs import bundle
from app.services.desk import Desk
from app.store import config_backups as rows
from app.store import contents

LISTED = 1000
"""More lines than anybody reads; who finds as many adds a word."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A line with every word in it: `number` counts from 1, `below` are the lines it stands below, outermost first."""

    backup_id: str
    device_id: str
    device: str
    customer: str
    taken_at: datetime
    number: int
    line: str
    below: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotHere:
    """A newest copy whose content is not on this workstation, so that a search does not see it."""

    backup_id: str
    device_id: str
    device: str
    customer: str
    size_bytes: int


def search(desk: Desk, words: str, *, most: int = LISTED) -> tuple[Hit, ...]:
    """Give the lines in which every word occurs, by customer and device, at most so many.

    Capitals make no difference. Reads the copies that are here; some milliseconds for each.
    """
    sought = words.casefold().split()
    found: list[Hit] = []
    if not sought:
        return ()
    for copy in rows.newest(desk.cache):
        if len(found) >= most:
            break
        if contents.is_here(desk.cache, copy.sha256):
            found.extend(_hits(desk, copy, sought, most - len(found)))
    return tuple(found)


def not_here(desk: Desk) -> tuple[NotHere, ...]:
    """Give the newest copies that must be fetched before a search sees them."""
    return tuple(
        NotHere(one.id, one.device_id, one.device, one.customer, one.size_bytes)
        for one in rows.newest(desk.cache)
        if not contents.is_here(desk.cache, one.sha256)
    )


def _hits(desk: Desk, copy: rows.NewestCopy, sought: list[str], most: int) -> list[Hit]:
    try:
        text = bundle.read(desk.cache, copy.sha256).redacted
    except EnvironmentFault:
        return []  # a damaged one was dropped, so that `not_here` names it from now on
    found = list(_matching(text.casefold(), sought, most))
    lines = text.split("\n") if found else []
    return [
        Hit(
            *(copy.id, copy.device_id, copy.device, copy.customer, copy.taken_at),
            number=at + 1,
            line=lines[at],
            below=headings(lines, at),
        )
        for at in found
    ]


def _matching(folded: str, sought: list[str], most: int) -> Iterator[int]:
    """Give the numbers, from 0, of lines with every word in them: only where the rarest word stands is looked."""
    first = min(sought, key=folded.count)
    number = end = 0
    at = folded.find(first)
    while at >= 0 and most:
        number += folded.count("\n", end, at)
        start, end = folded.rfind("\n", 0, at) + 1, folded.find("\n", at)
        end = len(folded) if end < 0 else end
        if all(folded.find(word, start, end) >= 0 for word in sought):
            yield number
            most -= 1
        at = folded.find(first, end)
