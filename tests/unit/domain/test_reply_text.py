"""Replies with variables: strict, and unable to run away."""

import time

import pytest

from app.domain import reply_text
from app.domain.errors import BadInput
from app.domain.reply_text import Gap

KNOWN = {"contact": "", "number": "", "title": ""}


def test_values_are_put_in_and_filters_work() -> None:
    got = reply_text.fill("Hello {{ contact }},\n{{ title | upper }}\n", {"contact": "Dana", "title": "vpn"})
    assert (got.text, got.gaps) == ("Hello Dana,\nVPN\n", ())


def test_what_is_missing_is_said_by_name_and_place_and_marked_in_the_text() -> None:
    got = reply_text.fill("Hello {{ contact }},\n\nabout {{number}} and {{ contact }}", {"contact": "", "number": ""})
    assert got.text == "Hello ⟨contact?⟩,\n\nabout ⟨number?⟩ and ⟨contact?⟩"
    assert got.gaps == (Gap("contact", 1, 10), Gap("number", 3, 9))
    assert reply_text.gaps(got.text) == (Gap("contact", 1, 7), Gap("number", 3, 7), Gap("contact", 3, 21))


def test_what_may_be_missing_is_asked_for() -> None:
    text = "Hello{% if contact %} {{ contact }}{% endif %} {{ title | default('there') }}"
    assert reply_text.fill(text, {}).text == "Hello there"
    assert reply_text.fill(text, {}).gaps == ()
    assert reply_text.fill("{% if contact is defined %}a{% else %}b{% endif %}", {}).text == "b"


def test_places_are_right_in_a_text_with_other_line_ends() -> None:
    assert reply_text.fill("a\r\nb {{ title }}", {}).gaps == (Gap("title", 2, 6),)


def test_a_name_that_nobody_knows_is_refused_when_the_reply_is_written() -> None:
    with pytest.raises(BadInput, match="“contcat” on line 2, column 4"):
        reply_text.check("Hello\n{{ contcat }}", KNOWN)
    reply_text.check("{{ contact }} {{ number }}", KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in range(1000000000) %}x{% endfor %}",
        "{{ range(10) }}",
        "{{ title * 1000000000 }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ title.__class__.__mro__ }}",
        "{{ title['x'] }}",
        "{{ title.format(1) }}",
        "{{ title | center(1000000000) }}",
        "{{ lipsum() }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% set a = 1 %}",
        "{% include 'x' %}",
        "{% extends 'x' %}",
        "{{ title ~ title }}",
        "{{ title",
        "{% if title %}",
        "{{ }}",
        "{{ (((" + "(" * 5000 + "title" + ")" * 5000 + "))) }}",
        "{{ " + "not " * 4000 + "title }}",
        "{% if title %}" * 500 + "{% endif %}" * 500,
        "x" * 20_001,
    ],
)
def test_what_is_not_of_the_language_is_refused_at_once(text: str) -> None:
    begun = time.monotonic()
    for verb in (lambda: reply_text.check(text, KNOWN), lambda: reply_text.fill(text, {"title": "t"})):
        with pytest.raises(BadInput):
            verb()
    assert time.monotonic() - begun < 5


def test_a_text_that_grows_too_long_is_refused() -> None:
    with pytest.raises(BadInput, match="longer than"):
        reply_text.fill("{{ title }}" * 1500, {"title": "x" * 2_000})


def test_markup_and_every_plane_stay_as_they_are() -> None:
    odd = "<b>ß</b> & \U0001f468\u200d\U0001f469 \u202e abc \U0010fffd {{"
    assert reply_text.fill("{{ title }}", {"title": odd}).text == odd
