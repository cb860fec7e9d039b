"""Merges two changes of one long text line by line, where that is clean."""

from difflib import SequenceMatcher
from itertools import pairwise

_MOST_COMPARED = 250_000  # pairs of lines; what would take longer is left to a person


def merge_lines(base: str, mine: str, theirs: str) -> str | None:
    """Give the text with both changes; None where they touch the same lines or lines next to each other.

    None too where so many lines have changed that comparing them would take long.
    A change of neighbouring lines counts as one of the same: "rack 3, / slot 7" belongs together though it is two
    lines. Equal changes on both sides are one.
    """
    if theirs in {mine, base}:
        return mine
    if mine == base:
        return theirs
    was = base.splitlines(keepends=True)
    ours, others = _changes(was, mine), _changes(was, theirs)
    if ours is None or others is None:
        return None
    both = sorted({*ours, *others})
    for (_, end, _), (start, _, _) in pairwise(both):
        if start <= end:
            return None
    made: list[str] = []
    at = 0
    for start, end, lines in both:
        made += was[at:start]
        made += lines
        at = end
    return "".join(made + was[at:])


def _changes(was: list[str], text: str) -> list[tuple[int, int, tuple[str, ...]]] | None:
    """Give what a side changed: lines [start, end) of the base became these; None where that is too much to compare."""
    now = text.splitlines(keepends=True)
    head = _equal(was, now)
    tail = _equal(was[head:][::-1], now[head:][::-1])
    was, now = was[head : len(was) - tail], now[head : len(now) - tail]
    if len(was) * len(now) > _MOST_COMPARED:
        return None
    steps = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    return [(head + a, head + b, tuple(now[c:d])) for what, a, b, c, d in steps if what != "equal"]


def _equal(one: list[str], other: list[str]) -> int:
    """Give how many of the first lines are the same."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
