"""Empirical quantiles: what share of the cases seen took so long or less."""

from collections.abc import Sequence


def places(share: float, n: int) -> tuple[int, int, float]:
    """Give between which two of n sorted values (from 0) a quantile lies, and how far from the first to the second."""
    at = share * (n - 1)
    below = min(int(at), n - 1)
    return below, min(below + 1, n - 1), at - below


def quantile(sorted_values: Sequence[float], share: float) -> float:
    """Give the value that this share (0 to 1) of sorted values does not exceed, straight between two neighbours."""
    below, above, part = places(share, len(sorted_values))
    low, high = sorted_values[below], sorted_values[above]
    return min(max(low + (high - low) * part, low), high)
