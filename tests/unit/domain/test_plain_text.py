"""Text from outside inside our own lines."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.plain_text import cut, isolated, noun_of, with_article

MARKS = st.sampled_from("\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e")


@pytest.mark.parametrize("text", ["plain", "Straße “ok”", "日本語", "\U0001f468\u200d\U0001f469", ""])
def test_text_of_one_direction_stays_as_it_is(text: str) -> None:
    assert isolated(text) == text


def test_text_of_the_other_direction_and_marks_are_closed_in() -> None:
    assert isolated("\u05d0\u05d1\u05d2") == "\u2068\u05d0\u05d1\u05d2\u2069"
    assert isolated("\u202eevil") == "\u2068\u202eevil\u2069"
    assert isolated("a\u2069 out") == "\u2068a out\u2069"
    assert isolated("\u2067open") == "\u2068\u2067open\u2069\u2069"


@given(st.text(st.one_of(MARKS, st.characters())))
def test_isolation_always_ends_with_the_text(text: str) -> None:
    depth = 0
    got = isolated(text)
    for at, c in enumerate(got):
        depth += c in "\u2066\u2067\u2068"
        depth -= c == "\u2069"
        assert depth >= 0
        if got != text and at < len(got) - 1:
            assert depth > 0
    assert depth == 0 or got == text
    if got == text:
        assert not any(unicodedata.bidirectional(c) in {"R", "AL"} for c in text)


def test_a_text_is_cut_to_one_line() -> None:
    assert cut("a\nb   c", 10) == "a b c"
    assert cut("x" * 100_000, 300) == "x" * 299 + "…"
    assert cut("word " * 100, 12) == "word word w…"


@pytest.mark.parametrize(
    ("table", "said"),
    [("sla_policy", "an SLA policy"), ("incident", "an incident"), ("escalation", "an escalation"), ("note", "a note")],
)
def test_a_record_is_named_with_its_article(table: str, said: str) -> None:
    assert with_article(noun_of(table)) == said
