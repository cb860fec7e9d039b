"""What changed between two configurations: stretches of lines that are equal, gone, new or altered.

Lines are matched where they say the same in the same section first, so that " no shutdown" of one interface is never
taken for that of another; what lies between those is matched by its longest common subsequence. Lines gone and new at
the same place that begin alike are one altered line. Rows for a screen are made in config_diff_rows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from app.domain.alike_lines import alike
from app.domain.config_sections import is_closer, places
from app.domain.longest_common import Links, filled, longest_rising


class Change(StrEnum):
    """What became of a stretch of lines."""

    EQUAL = "equal"
    GONE = "gone"
    NEW = "new"
    ALTERED = "altered"  # line by line: as many on either side, each pair beginning alike


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines `left` to `left_end` became lines `right` to `right_end`, counted from 0, the ends excluded."""

    change: Change
    left: int
    left_end: int
    right: int
    right_end: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """All stretches in order; no two neighbours have the same change, and what is gone stands before what is new.

    `moved_left` and `moved_right` are lines, gone or new, that stand elsewhere in the same section.
    """

    stretches: tuple[Stretch, ...]
    moved_left: frozenset[int] = frozenset()
    moved_right: frozenset[int] = frozenset()

    @property
    def is_same(self) -> bool:
        """Whether nothing changed."""
        return all(one.change is Change.EQUAL for one in self.stretches)


def lines_of(text: str) -> list[str]:
    """Give the lines of a text; CR LF and CR end one as LF does, and a last line end begins none."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def compare(left: Sequence[str], right: Sequence[str], *, in_pairs: bool = True) -> Comparison:
    """Give what became of each line. The other way round it is the same, mirrored.

    Without `in_pairs` no line is altered: what changed is gone and new, as difflib has it.
    """
    # Which of two equally good matches is taken must not depend on who stands at the left.
    is_mirrored = (len(left), left) > (len(right), right)
    if is_mirrored:
        left, right = right, left
    links, moved = _matched(left, right)
    moved_left, moved_right = frozenset(i for i, _j in moved), frozenset(j for _i, j in moved)
    if in_pairs:
        # A line that only moved was not altered.
        links = _with_pairs(_blanked(left, moved_left), _blanked(right, moved_right), links)
    if is_mirrored:
        left, right, links = right, left, [(j, i) for i, j in links]
        moved_left, moved_right = moved_right, moved_left
    altered = {(i, j) for i, j in links if left[i] != right[j]} if in_pairs else frozenset[tuple[int, int]]()
    return Comparison(tuple(_stretches((len(left), len(right)), links, altered)), moved_left, moved_right)


def _matched(left: Sequence[str], right: Sequence[str]) -> tuple[Links, Links]:
    """Give the pairs of equal lines, rising, and those that crossed others."""
    if left == right:
        return [(at, at) for at in range(len(left))], []
    telling = {line for line in set(left).intersection(right) if not is_closer(line)}
    if not telling:
        return filled(left, right, [], telling), []
    anchors, moved = _anchors(*places(left, right))
    if not moved:
        return filled(left, right, anchors, telling), moved
    # What only moved matches nothing where it was, and nothing where it went.
    lefts, rights = _apart(left, (i for i, _j in moved), 0), _apart(right, (j for _i, j in moved), 1)
    return filled(lefts, rights, anchors, frozenset[str | int](telling)), moved


def _anchors(left: Sequence[int], right: Sequence[int]) -> tuple[Links, Links]:
    """Give the pairs of places that both sides have once: as many as stand in the same order, and the others."""
    left_at = {place: at for at, place in enumerate(left)}
    right_at = {place: at for at, place in enumerate(right)}
    repeated: set[int] = set()
    for ats, all_places in ((left_at, left), (right_at, right)):
        if len(ats) < len(all_places):
            repeated.update(place for place, count in Counter(all_places).items() if count > 1)
    both = [(at, right_at[place]) for place, at in left_at.items() if place in right_at and place not in repeated]
    anchors = [both[at] for at in longest_rising([j for _i, j in both])]
    return anchors, [] if len(anchors) == len(both) else sorted(set(both).difference(anchors))


def _apart(lines: Sequence[str], moved: Iterable[int], side: int) -> Sequence[str | int]:
    """Give the lines with those that moved replaced by what no line of the other side is."""
    found: list[str | int] = list(lines)
    for at in moved:
        found[at] = 2 * at + side
    return found


def _with_pairs(left: Sequence[str], right: Sequence[str], links: Links) -> Links:
    """Give the links and, between them, those of lines that begin alike."""
    found: Links = []
    i = j = 0
    for at_left, at_right in (*links, (len(left), len(right))):
        if i < at_left and j < at_right:
            found += [(i + a, j + b) for a, b in alike(left[i:at_left], right[j:at_right])]
        found.append((at_left, at_right))
        i, j = at_left + 1, at_right + 1
    found.pop()
    return filled(left, right, found, frozenset()) if len(found) > len(links) else links


def _blanked(lines: Sequence[str], moved: frozenset[int]) -> Sequence[str]:
    return ["" if at in moved else line for at, line in enumerate(lines)] if moved else lines


def _stretches(sizes: tuple[int, int], links: Links, altered: AbstractSet[tuple[int, int]]) -> Iterator[Stretch]:
    change, start, i, j = Change.EQUAL, 0, 0, 0  # the links under way, from `start` up to `i` on the left
    for link in (*links, sizes):
        at_left, at_right = link
        here = Change.ALTERED if link in altered else Change.EQUAL
        if at_left == i and at_right == j and here is change and link is not sizes:
            i += 1
            j += 1
            continue
        if start < i:
            yield Stretch(change, start, i, j - i + start, j)
        if i < at_left:
            yield Stretch(Change.GONE, i, at_left, j, j)
        if j < at_right:
            yield Stretch(Change.NEW, at_left, at_left, j, at_right)
        change, start, i, j = here, at_left, at_left + 1, at_right + 1
