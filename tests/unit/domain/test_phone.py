import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.phone import called_number, e164, numbers_meant, shown, wanted_digits, why_no_number


@pytest.mark.parametrize(
    "text", ["+44 (0)20 7946 0018", "+44-20-7946-0018", "0044 20 7946 0018", "020 7946 0018", "(020) 7946.0018"]
)
def test_any_writing_finds_the_kept_number(text: str) -> None:
    assert any(run in "+442079460018" for run in wanted_digits(text))


@pytest.mark.parametrize("text", ["anna", "41", "", "4127 printer"])
def test_what_is_no_phone_looks_for_none(text: str) -> None:
    assert wanted_digits(text) == ()


def test_a_number_is_kept_and_shown_in_one_form() -> None:
    assert e164("(212) 555-0147", "US") == "+12125550147"
    assert e164("no number") == ""
    assert shown("+12125550147") == "+1 212 555 0147"
    assert shown("ext. 12") == "ext. 12"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("baton:call?number=%2B442079460018", "+442079460018"),
        ("baton:call?number=+44 20 7946 0018", "+44 20 7946 0018"),
        ("BATON://call?x=1&number=%2B4420", "+4420"),
        ("tel:+1-212-555-0147;ext=3", "+1-212-555-0147"),
        ("sip:+442079460018@pbx.example", "+442079460018"),
        ("(020) 7946 0018", "(020) 7946 0018"),
        ("baton:call", ""),
        ("baton:call?other=1", ""),
    ],
)
def test_what_a_softphone_hands_over_is_a_number(text: str, number: str) -> None:
    assert called_number(text) == number


def test_a_national_writing_is_a_number_of_each_region_that_has_it() -> None:
    assert numbers_meant("020 7946 0018", ["GB", "NO"])[0] == "+442079460018"
    assert numbers_meant("06 698 1234 5", ["IT"]) == ("+390669812345",), "an Italian number keeps its nought"
    assert numbers_meant("8 (495) 123-45-67", ["RU"]) == ("+74951234567",)
    assert numbers_meant("+44 (0)20 7946 0018", ["US"]) == ("+442079460018",), "its own country counts"
    assert numbers_meant("jane", ["GB"]) == ()


def test_why_a_number_is_none() -> None:
    assert why_no_number("+44 20 7946 0018 999 999 9") == "too long for a phone number"
    assert why_no_number("+999 123 456 789") == "no country has this code"
    assert why_no_number("+44 20") == "too short for a phone number"
    assert why_no_number("1234567890123456789") == "too long for a phone number"
    assert why_no_number("4127") == "", "it may be an issue's"
    assert why_no_number("+44 20 7946 0018") == ""


@given(st.text(max_size=60))
def test_no_text_breaks_the_numbers(text: str) -> None:
    for meant in (called_number(text), text):
        numbers_meant(meant, ["GB"])
        why_no_number(meant, ["GB"])
        assert all(run.isascii() and run.isdecimal() for run in wanted_digits(meant))
    shown(text)


def test_digits_of_any_script_are_digits() -> None:
    assert "2125550147" in wanted_digits("\u0662\u0661\u0662 \u0665\u0665\u0665 \u0660\u0661\u0664\u0667")[0]
    assert wanted_digits("212 555 0147 ext. 12") == ("2125550147",)
