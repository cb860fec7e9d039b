"""Counts over runs and their step events that no single record gives."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.run import Run
from app.store.cache import Cache


@dataclass(frozen=True, slots=True)
class TimesDone:
    """In how many runs of a procedure, whatever the version, one person has done one step."""

    procedure_id: str
    stable_id: str
    person_id: str
    count: int


def run_ids(cache: Cache, limit: int) -> list[str]:
    """Give the runs: those not finished first, the newest on top."""
    found = cache.read(
        "SELECT id FROM run WHERE deleted = 0 ORDER BY finished_at IS NOT NULL,"
        " coalesce(finished_at, started_at) DESC, id LIMIT ?",
        (limit,),
    )
    return [row[0] for row in found]


def runs_of(cache: Cache, ids: Iterable[str]) -> list[Run]:
    """Give these runs in any order."""
    return cache.records(Run, "id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))


def step_counts(cache: Cache) -> dict[str, int]:
    """Give how many steps each version has."""
    return dict(cache.read("SELECT version_id, count(*) FROM step WHERE deleted = 0 GROUP BY version_id"))


def times_done(cache: Cache, procedure_id: str | None = None) -> list[TimesDone]:
    """Give who has done which step how often, ticked or signed, in one procedure or in all; most often first."""
    found = cache.read(
        "SELECT procedure_id, stable_id, person_id, count(DISTINCT run_id) AS times FROM ("
        " SELECT v.procedure_id, s.stable_id, e.person_id, e.run_id FROM step_event e"
        " JOIN step s ON s.id = e.step_id JOIN procedure_version v ON v.id = s.version_id"
        " WHERE e.deleted = 0 AND e.kind = 'done' AND s.sign_off_role = ''"
        " UNION ALL SELECT v.procedure_id, s.stable_id, o.person_id, o.run_id FROM sign_off o"
        " JOIN run r ON r.id = o.run_id JOIN procedure_version v ON v.id = r.version_id"
        " JOIN step s ON s.version_id = v.id AND s.sign_off_role = o.role WHERE o.deleted = 0"
        ") WHERE ? IS NULL OR procedure_id = ? GROUP BY procedure_id, stable_id, person_id"
        " ORDER BY times DESC, person_id",
        (procedure_id, procedure_id),
    )
    return [TimesDone(*row) for row in found]
