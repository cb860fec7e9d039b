"""Merges two changes of one long text line by line, where that is clean."""

from difflib import SequenceMatcher
from itertools import pairwise


def merge_lines(base: str, mine: str, theirs: str) -> str | None:
    """Give the text with both changes; None where they touch the same lines or lines next to each other.

    A change of neighbouring lines counts as one of the same: "rack 3, / slot 7" belongs together though it is two
    lines. Equal changes on both sides are one.
    """
    if mine == theirs:
        return mine
    was = base.splitlines(keepends=True)
    ours, others = _changes(was, mine), _changes(was, theirs)
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


def _changes(was: list[str], text: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """Give what a side changed: lines [start, end) of the base became these."""
    now = text.splitlines(keepends=True)
    steps = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    return [(a, b, tuple(now[c:d])) for what, a, b, c, d in steps if what != "equal"]
