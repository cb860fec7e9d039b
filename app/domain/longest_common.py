"""The longest common subsequence of two sequences, by arithmetic on integers as long as one of them.

Hyyrö's bit-parallel recurrence ("Bit-parallel LCS-length computation revisited", 2004): one addition works on all
lines of the left at once, which makes it quick in pure Python, and it does not mind lines that are repeated often.
"""

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import TypeVar

H = TypeVar("H", bound=Hashable)

Links = list[tuple[int, int]]
Gap = tuple[int, int, int, int]  # from and to on the left, from and to on the right

_KEPT_BITS = 2 * 10**8
"""What the rows of one table may take, 25 MB; larger ones are cut in two by Hirschberg's rule."""
_MOST_BITS = 2 * 10**9
"""About a second of work. Above it both are cut alike into parts, and what is common is no longer the longest."""


def longest_common(left: Sequence[H], right: Sequence[H]) -> Links:
    """Give the pairs of places of a longest common subsequence, rising on both sides."""
    shared = set(left) & set(right)
    if not shared:
        return []
    # What only one side has matches nothing; without it the integers are shorter.
    lefts = [at for at, one in enumerate(left) if one in shared]
    rights = [at for at, one in enumerate(right) if one in shared]
    pairs: Links = []
    _match([left[at] for at in lefts], [right[at] for at in rights], 0, 0, pairs)
    return [(lefts[i], rights[j]) for i, j in pairs]


def longest_rising(numbers: Sequence[int]) -> list[int]:
    """Give the places of a longest strictly rising subsequence; patience sorting."""
    if all(one < two for one, two in pairwise(numbers)):
        return list(range(len(numbers)))
    tops: list[int] = []
    top_at: list[int] = []
    before: list[int] = []
    for at, number in enumerate(numbers):
        pile = bisect_left(tops, number)
        before.append(top_at[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(number)
            top_at.append(at)
        else:
            tops[pile], top_at[pile] = number, at
    found: list[int] = []
    at = top_at[-1] if top_at else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]


def filled(left: Sequence[H], right: Sequence[H], anchors: Links, telling: AbstractSet[H]) -> Links:
    """Give the anchors and what else is equal between them.

    Only what is `telling` is looked for; the rest, such as blanks, matches beside a match, never alone.
    """
    links: Links = []
    i = j = 0
    for anchor in (*anchors, (len(left), len(right))):
        at_left, at_right = anchor
        if i < at_left and j < at_right:
            _fill(left, right, (i, at_left, j, at_right), telling, links)
        links.append(anchor)
        i, j = at_left + 1, at_right + 1
    links.pop()
    return links


def _fill(left: Sequence[H], right: Sequence[H], gap: Gap, telling: AbstractSet[H], links: Links) -> None:
    i, i_end, j, j_end = gap
    while i < i_end and j < j_end and left[i] == right[j]:
        links.append((i, j))
        i, j = i + 1, j + 1
    tail: Links = []
    while i < i_end and j < j_end and left[i_end - 1] == right[j_end - 1]:
        i_end, j_end = i_end - 1, j_end - 1
        tail.append((i_end, j_end))
    if telling and i < i_end and j < j_end:
        lefts = [at for at in range(i, i_end) if left[at] in telling]
        rights = [at for at in range(j, j_end) if right[at] in telling]
        for a, b in longest_common([left[at] for at in lefts], [right[at] for at in rights]):
            _fill(left, right, (i, lefts[a], j, rights[b]), frozenset(), links)
            links.append((lefts[a], rights[b]))
            i, j = lefts[a] + 1, rights[b] + 1
        _fill(left, right, (i, i_end, j, j_end), frozenset(), links)
    links += reversed(tail)


def _match(left: list[H], right: list[H], i0: int, j0: int, pairs: Links) -> None:
    """Add the pairs of these parts, which begin at `i0` and `j0`."""
    start, end = _same_ends(left, right)
    pairs += [(i0 + at, j0 + at) for at in range(start)]
    inner_left, inner_right = left[start : len(left) - end], right[start : len(right) - end]
    bits = len(inner_left) * len(inner_right)
    if bits > _KEPT_BITS:
        _match_halves(inner_left, inner_right, i0 + start, j0 + start, pairs)
    elif bits:
        pairs += [(i0 + start + i, j0 + start + j) for i, j in _trace(inner_left, inner_right)]
    pairs += [(i0 + len(left) - at, j0 + len(right) - at) for at in range(end, 0, -1)]


def _match_halves(left: list[H], right: list[H], i0: int, j0: int, pairs: Links) -> None:
    middle = len(right) // 2
    is_too_much = len(left) * len(right) > _MOST_BITS
    cut = len(left) * middle // len(right) if is_too_much else _best_cut(left, right, middle)
    _match(left[:cut], right[:middle], i0, j0, pairs)
    _match(left[cut:], right[middle:], i0 + cut, j0 + middle, pairs)


def _best_cut(left: list[H], right: list[H], middle: int) -> int:
    """Give where the left is to be cut so that both halves together have most in common (Hirschberg)."""
    size = len(left)
    ahead = _rows(left, right[:middle])[-1]
    behind = _rows(left[::-1], right[middle:][::-1])[-1]
    # A cleared bit is one more line in common up to there.
    best = common = size - behind.bit_count()
    cut = 0
    backward = format(behind, f"0{size}b")  # from the last of the reversed left, which is the first of the left
    forward = format(ahead, f"0{size}b")[::-1]
    for at in range(size):
        common += (forward[at] == "0") - (backward[at] == "0")
        if common > best:
            best, cut = common, at + 1
    return cut


def _rows(left: Sequence[H], right: Sequence[H], *, is_kept: bool = False) -> list[int]:
    """Give the last row of the table, or all of them: in row j, bit i is clear where line i adds one in common."""
    masks: dict[H, int] = {}
    for at, one in enumerate(left):
        masks[one] = masks.get(one, 0) | 1 << at
    whole = (1 << len(left)) - 1
    row = whole
    rows = [row]
    for one in right:
        mask = masks.get(one, 0)
        if mask:
            hit = row & mask
            row = ((row + hit) | (row - hit)) & whole
        if is_kept:
            rows.append(row)
    return rows if is_kept else [row]


def _trace(left: Sequence[H], right: Sequence[H]) -> Links:
    rows = _rows(left, right, is_kept=True)
    found: Links = []
    i, j = len(left) - 1, len(right)
    while i >= 0 and j > 0:
        bit = 1 << i
        if rows[j] & bit:
            i -= 1
        elif not rows[j - 1] & bit:
            j -= 1
        else:
            found.append((i, j - 1))
            i -= 1
            j -= 1
    return found[::-1]


def _same_ends(left: Sequence[H], right: Sequence[H]) -> tuple[int, int]:
    """Give how many are the same at the start, and then at the end."""
    most = min(len(left), len(right))
    start = next((at for at in range(most) if left[at] != right[at]), most)
    most -= start
    end = next((at for at in range(most) if left[-1 - at] != right[-1 - at]), most)
    return start, end
