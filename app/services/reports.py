"""Reports: figures over what is in the cache. Look-ups for a reader thread or a command-line process."""

from collections import Counter

from app.domain.incident_figures import MADE_SLA, REASSIGNMENTS, REOPENS, IncidentFigures, figures
from app.domain.source_values import flag_of
from app.services.desk import Desk
from app.store import reports

__all__ = ["IncidentFigures", "incidents"]


def incidents(desk: Desk, source: str | None = None) -> IncidentFigures:
    """Give the figures over all incidents, or over those imported from one source.

    Of a history that is the last event in file order: an import gives an issue what its last event says.
    """
    judged: Counter[bool] = Counter()
    for told, n in reports.incidents_by_fact(desk.cache, MADE_SLA, source):
        if (made := flag_of(told)) is not None:
            judged[made] += n
    return figures(
        reports.incident_count(desk.cache, source),
        reports.incidents_per_caller(desk.cache, source),
        judged,
        _counts(desk, REASSIGNMENTS, source),
        _counts(desk, REOPENS, source),
    )


def _counts(desk: Desk, fact: str, source: str | None) -> Counter[int]:
    """Give incidents by a counted fact; what is no number says nothing."""
    counted: Counter[int] = Counter()
    for told, n in reports.incidents_by_fact(desk.cache, fact, source):
        if told.isascii() and told.isdigit() and len(told) < 10:
            counted[int(told)] += n
    return counted
