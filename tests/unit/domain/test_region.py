"""Countries, and numbers as their people write them."""

import pytest

from app.domain.errors import BadInput
from app.domain.region import example, phone_kept, region_named, split_extension


def test_a_country_is_known_by_its_letters() -> None:
    assert (region_named(" gb "), region_named("")) == ("GB", "")
    with pytest.raises(BadInput, match="no country"):
        region_named("England")


@pytest.mark.parametrize(
    ("text", "region", "kept"),
    [
        ("020 7946 0018", "GB", "+442079460018"),
        ("0044 20 7946 0018", "", "+442079460018"),
        ("+47 (0) 21 89 55 00".replace("(0) ", ""), "GB", "+4721895500"),
        ("(212) 555-0147", "US", "+12125550147"),
        ("", "GB", ""),
    ],
)
def test_a_number_in_any_writing_is_kept_as_e164(text: str, region: str, kept: str) -> None:
    assert phone_kept(text, region) == kept


def test_a_number_that_is_none_is_refused_with_an_example() -> None:
    with pytest.raises(BadInput, match=r"Write it like 21 23 45 67 or \+47 21 23 45 67"):
        phone_kept("call me", "NO")
    assert example("") == "+44 121 234 5678"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("020 7946 0018 ext. 12", ("020 7946 0018", "12")),
        ("020 7946 0018 x12", ("020 7946 0018", "12")),
        ("020 7946 0018;ext=12", ("020 7946 0018", "12")),
        ("020 7946 0018 #4", ("020 7946 0018", "4")),
        ("020 7946 0018", ("020 7946 0018", "")),
    ],
)
def test_an_extension_is_told_apart(text: str, parts: tuple[str, str]) -> None:
    assert split_extension(text) == parts
