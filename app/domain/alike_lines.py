"""Which lines are one line that was altered: those that begin alike, in the same order on both sides."""

from collections.abc import Sequence

from app.domain.config_sections import is_closer
from app.domain.longest_common import Gap, Links, longest_common

_WORDS = 3
_FAMILIES = frozenset(
    {"aaa", "access-list", "crypto", "ip", "ipv6", "logging", "neighbor", "no", "object", "policy-map"}
    | {"service", "set", "snmp-server", "spanning-tree", "switchport", "system"}
)
"""First words that many commands share: alike in no more than these, two lines have nothing to do with each other."""


def alike(left: Sequence[str], right: Sequence[str]) -> Links:
    """Give the pairs of places, rising on both sides, of lines that are one line altered.

    Three words alike at the beginning go before two, and two before one. A "no" in front does not count: "shutdown"
    and "no shutdown" are one line.
    """
    pairs: Links = []
    words_left, words_right = [_words(line) for line in left], [_words(line) for line in right]
    gaps: list[Gap] = [(0, len(left), 0, len(right))]
    for count in range(_WORDS, 0, -1):
        begin_left, begin_right = _beginnings(words_left, count), _beginnings(words_right, count)
        gaps = [inner for gap in gaps for inner in _pair(begin_left, begin_right, gap, pairs)]
    return sorted(pairs)


def _pair(left: Sequence[str], right: Sequence[str], gap: Gap, pairs: Links) -> list[Gap]:
    """Add the pairs of a gap and give the gaps that remain between them."""
    i, i_end, j, j_end = gap
    lefts = [at for at in range(i, i_end) if left[at]]
    rights = [at for at in range(j, j_end) if right[at]]
    found = [(lefts[a], rights[b]) for a, b in longest_common([left[at] for at in lefts], [right[at] for at in rights])]
    pairs += found
    gaps: list[Gap] = []
    for at_left, at_right in (*found, (i_end, j_end)):
        if i < at_left and j < at_right:
            gaps.append((i, at_left, j, at_right))
        i, j = at_left + 1, at_right + 1
    return gaps


def _words(line: str) -> list[str]:
    if is_closer(line):
        return []
    words = line.split(None, _WORDS + 1)
    return words[1:] if len(words) > 1 and words[0] == "no" else words


def _beginnings(lines: Sequence[list[str]], count: int) -> list[str]:
    """Give the first words of each line; nothing where there are too few of them or they say too little."""
    if count > 1:
        return [" ".join(words[:count]) if len(words) >= count else "" for words in lines]
    return [words[0] if words and words[0] not in _FAMILIES else "" for words in lines]
