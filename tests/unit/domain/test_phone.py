import pytest

from app.domain.phone import e164, shown, wanted_digits


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
