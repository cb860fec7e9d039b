"""Business minutes are read as people write them, and written as they are read."""

import pytest

from app.domain.business_minutes import minutes_of, minutes_shown
from app.domain.errors import BadInput


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("", 0), ("90", 90), ("30 min", 30), ("4h", 240), ("1 h 30 min", 90), ("1.5 hours", 90), ("2h15m", 135)],
)
def test_a_length_is_understood(text: str, minutes: int) -> None:
    assert minutes_of(text) == minutes
    assert minutes_of(minutes_shown(minutes)) == minutes


@pytest.mark.parametrize("text", ["soon", "2 d", "-5", "1 h and a half"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="no length of business time"):
        minutes_of(text)
