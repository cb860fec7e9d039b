"""What changed within a line: the words that one side has and the other has not."""

import re
from collections.abc import Sequence

from app.domain.longest_common import filled

Spans = tuple[tuple[int, int], ...]
"""Characters from and to, counted from 0, the end excluded; rising."""

_WORD = re.compile(r"<[^<>\s]+ [^<>\s]+>|[^\s,;=\"'()\[\]{}]+|\s+|.", re.DOTALL)
_LONG = 4_000  # characters; no person compares longer lines word by word


def altered_words(left: str, right: str) -> tuple[Spans, Spans]:
    """Give what changed in the left line and in the right one.

    A mark of a redacted secret is one word. Of very long lines it is all between what is alike at both ends.
    """
    if max(len(left), len(right)) > _LONG:
        return _between_ends(left, right)
    words_left, words_right = _WORD.findall(left), _WORD.findall(right)
    telling = {word for word in words_left if word[0] == "<" or any(map(str.isalnum, word))}
    both = filled(words_left, words_right, [], telling)
    return _spans(words_left, {i for i, _j in both}), _spans(words_right, {j for _i, j in both})


def _spans(words: Sequence[str], same: set[int]) -> Spans:
    # A blank alone between two words that changed is no reason to see two changes.
    for at in range(1, len(words) - 1):
        if at in same and words[at].isspace() and at - 1 not in same and at + 1 not in same:
            same.discard(at)
    found: list[tuple[int, int]] = []
    start = 0
    for at, word in enumerate(words):
        end = start + len(word)
        if at not in same:
            if found and found[-1][1] == start:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        start = end
    return tuple(_trimmed("".join(words), *span) for span in found)


def _trimmed(line: str, start: int, end: int) -> tuple[int, int]:
    """Give a span without the blanks at its ends, unless it is nothing but blanks."""
    body = line[start:end].strip()
    first = line.index(body, start) if body else start
    return first, first + len(body) if body else end


def _between_ends(left: str, right: str) -> tuple[Spans, Spans]:
    head = _alike(left, right)
    rest_left, rest_right = left[head:], right[head:]
    tail = _alike(rest_left[::-1], rest_right[::-1])
    return _one(head, len(left) - tail), _one(head, len(right) - tail)


def _one(start: int, end: int) -> Spans:
    return ((start, end),) if start < end else ()


def _alike(one: str, other: str) -> int:
    """Give how many characters are the same at the beginning, by halving: a million of them take no time."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
