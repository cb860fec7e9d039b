import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import longest_common as module
from app.domain.longest_common import longest_common, longest_rising

LINES = st.lists(st.sampled_from("abcdef"), max_size=40)


def length_by_table(left: Sequence[str], right: Sequence[str]) -> int:
    """The textbook's way, in time and room of both lengths multiplied."""
    row = [0] * (len(right) + 1)
    for one in left:
        before = row
        row = [0]
        for at, other in enumerate(right):
            row.append(before[at] + 1 if one == other else max(before[at + 1], row[at]))
    return row[-1]


def is_common(pairs: list[tuple[int, int]], left: Sequence[str], right: Sequence[str]) -> bool:
    rises = all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
    return rises and all(left[a] == right[b] for a, b in pairs)


@given(LINES, LINES)
def test_what_is_common_is_as_long_as_the_textbook_has_it(left: list[str], right: list[str]) -> None:
    pairs = longest_common(left, right)
    assert is_common(pairs, left, right)
    assert len(pairs) == length_by_table(left, right)


@given(LINES, LINES)
def test_cut_in_halves_it_is_as_long(left: list[str], right: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_KEPT_BITS", 30)
        pairs = longest_common(left, right)
    assert is_common(pairs, left, right)
    assert len(pairs) == length_by_table(left, right)


@given(LINES, LINES)
def test_too_much_to_compare_is_still_common(left: list[str], right: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_KEPT_BITS", 20)
        patch.setattr(module, "_MOST_BITS", 60)
        assert is_common(longest_common(left, right), left, right)


def test_nothing_in_common() -> None:
    assert longest_common("abc", "def") == []
    assert longest_common("", "def") == []


def test_thousands_of_lines_that_are_mostly_alike() -> None:
    chance = random.Random(5)
    left = [chance.choice("abc") for _ in range(4000)]
    right = [one for one in left if chance.random() < 0.9]
    pairs = longest_common(left, right)
    assert is_common(pairs, left, right)
    assert len(pairs) == len(right)


@given(st.lists(st.integers(0, 50), max_size=30))
def test_the_longest_rising_part(numbers: list[int]) -> None:
    found = [numbers[at] for at in longest_rising(numbers)]
    assert all(one < two for one, two in pairwise(found))
    best = [1] * len(numbers)
    for at, number in enumerate(numbers):
        best[at] = max((best[b] + 1 for b in range(at) if numbers[b] < number), default=1)
    assert len(found) == max(best, default=0)
