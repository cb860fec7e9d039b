"""How long issues of one kind take: empirical quantiles of those that are over, and how many they were."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.quantiles import quantile

FEWEST = 20  # below it nothing is said


@dataclass(frozen=True, slots=True)
class Forecast:
    """Half of `n` issues like it were over within `p50_s` of being opened, nine of ten within `p90_s`; calendar time.

    `of` says which they are, such as "incidents of P2 about import".
    """

    p50_s: float
    p90_s: float
    n: int
    of: str

    def share_within(self, passed_s: float) -> str:
        """Say in a word where a time since opening stands among them."""
        if passed_s > self.p90_s:
            return "longer than nine of ten"
        return "longer than half" if passed_s > self.p50_s else "within the usual time"


def forecast(durations_s: Sequence[float], of: str) -> Forecast | None:
    """Give the forecast from how long issues took, in any order; None when they are too few to say anything."""
    if len(durations_s) < FEWEST:
        return None
    ordered = sorted(durations_s)
    return Forecast(quantile(ordered, 0.5), quantile(ordered, 0.9), len(ordered), of)
