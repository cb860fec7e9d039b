"""Quantiles and forecasts: laws that hold for any durations."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.forecast import FEWEST, Forecast, forecast
from app.domain.quantiles import quantile

DURATIONS = st.lists(st.floats(0, 1e9), min_size=FEWEST, max_size=200)


@given(DURATIONS, st.randoms(use_true_random=False))
def test_it_lies_among_what_was_seen_and_the_order_does_not_matter(took: list[float], shuffle: "object") -> None:
    made = forecast(took, "x")
    assert made is not None
    assert made.n == len(took)
    assert min(took) <= made.p50_s <= made.p90_s <= max(took)
    assert made.p50_s == pytest.approx(statistics.median(took))
    again = list(took)
    shuffle.shuffle(again)  # type: ignore[attr-defined]
    assert forecast(again, "x") == made


@given(DURATIONS)
def test_half_and_nine_of_ten_were_over_by_then(took: list[float]) -> None:
    made = forecast(took, "x")
    assert made is not None
    assert sum(t <= made.p50_s + 1e-6 for t in took) >= len(took) / 2 - 1
    assert sum(t <= made.p90_s + 1e-6 for t in took) >= 0.9 * len(took) - 1


@given(st.lists(st.floats(0, 1e9), max_size=FEWEST - 1))
def test_below_twenty_it_is_silent(took: list[float]) -> None:
    assert forecast(took, "x") is None


@given(DURATIONS, st.floats(0, 1e6))
def test_everything_taking_longer_moves_it_as_much(took: list[float], more: float) -> None:
    one, other = forecast(took, "x"), forecast([t + more for t in took], "x")
    assert one is not None
    assert other is not None
    assert other.p50_s == pytest.approx(one.p50_s + more)
    assert other.p90_s == pytest.approx(one.p90_s + more)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_is_never_a_smaller_value(values: list[float], one: float, other: float) -> None:
    ordered = sorted(values)
    low, high = sorted((one, other))
    assert quantile(ordered, low) <= quantile(ordered, high) + 1e-3
    assert (quantile(ordered, 0), quantile(ordered, 1)) == (ordered[0], ordered[-1])


def test_it_says_where_an_issue_stands() -> None:
    made = Forecast(10, 90, 20, "x")
    assert made.share_within(5) == "within the usual time"
    assert made.share_within(50) == "longer than half"
    assert made.share_within(91) == "longer than nine of ten"
