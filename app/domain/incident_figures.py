"""The figures of the incident report. What a source system counted or judged itself is reported as it said it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

# Facts of an issue that the report reads; an import map gives them from whatever columns its system has.
MADE_SLA = "made_sla"  # yes or no
REASSIGNMENTS = "reassignment_count"
REOPENS = "reopen_count"


@dataclass(frozen=True, slots=True)
class IncidentFigures:
    """Figures over incidents; a caller is a contact. None where no incident carries the fact that it needs.

    Percentages have one decimal, means two.
    """

    incidents: int
    callers: int
    callers_with_more_than_one: int
    most_per_caller: int
    sla_missed_pct: float | None
    reassignments_mean: float | None
    reassignments_max: int | None
    reopened: int | None

    def as_dict(self) -> dict[str, Any]:
        """Give the figures by name, as the command line prints them."""
        return asdict(self)


def figures(
    incidents: int,
    per_caller: Sequence[int],
    made_sla: Mapping[bool, int],
    reassignments: Mapping[int, int],
    reopens: Mapping[int, int],
) -> IncidentFigures:
    """Give the figures from counts: incidents of each caller, and incidents by what each fact says."""
    judged, counted = sum(made_sla.values()), sum(reassignments.values())
    handed_on = sum(times * n for times, n in reassignments.items())
    return IncidentFigures(
        incidents=incidents,
        callers=len(per_caller),
        callers_with_more_than_one=sum(n > 1 for n in per_caller),
        most_per_caller=max(per_caller, default=0),
        sla_missed_pct=_share(100 * made_sla.get(False, 0), judged, "0.1"),
        reassignments_mean=_share(handed_on, counted, "0.01"),
        reassignments_max=max(reassignments, default=None),
        reopened=sum(n for times, n in reopens.items() if times > 0) if reopens else None,
    )


def _share(part: int, whole: int, step: str) -> float | None:
    if not whole:
        return None
    return float((Decimal(part) / whole).quantize(Decimal(step), ROUND_HALF_UP))
