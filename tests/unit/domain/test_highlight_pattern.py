import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import BadInput
from app.domain.highlight_pattern import LONGEST, checked, is_fine


@pytest.mark.parametrize(
    "pattern",
    [
        "down",
        r"err-disabled",
        r"%[A-Z]+-[0-3]-",
        r"\b(?:up|down)\b",
        r"vlan ?\d{1,4}",
        r"(a|b)c",
        r"[*+(]",
        r"x\+",
        "xa?b?c?",
    ],
)
def test_what_people_write_is_taken(pattern: str) -> None:
    assert checked(pattern) == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        *("", "  ", "(", "[", "a*", "x|", "x" * (LONGEST + 1), r"(a+)+b", r"(a|aa)+b", r"(?:x*)*y", r"((ab)*c)*"),
        *(r"(a)\1", r"(?=a)b", r"(?<!a)b", r"a+b+c+", r"(?i)down", r"(a+){20}b", r"((a|b){3}){4}", "[[a]", "[a--b]"),
    ],
)
def test_what_could_take_for_ever_or_means_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked(pattern)
    assert refused.value.todo
    assert not is_fine(pattern)


@settings(max_examples=50, deadline=None)
@given(st.text(st.sampled_from("ab()|*+?{}[]\\.^$12,"), max_size=24), st.text(st.sampled_from("ab"), max_size=60))
def test_whatever_is_taken_is_soon_done(pattern: str, text: str) -> None:
    if is_fine(pattern):
        began = time.process_time()
        list(re.compile(pattern, re.IGNORECASE).finditer(text * 2 + "!"))
        assert time.process_time() - began < 2  # not a measure: what is refused would take years
