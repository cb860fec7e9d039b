"""The files of releases, also those that were taken out: what a sign-off may have become void by."""

from collections.abc import Sequence
from datetime import datetime

from app.domain.release import Artefact
from app.store.cache import Cache
from app.store.codec import instant_cell


def artefacts_of(cache: Cache, release_id: str | None) -> Sequence[Artefact]:
    """Give the files of a release by name."""
    return cache.records(Artefact, "release_id = ? ORDER BY name, id", (release_id,))


def changed_after(cache: Cache, release_id: str | None, at: datetime) -> list[str]:
    """Give the names of files that were added, replaced or taken out after that."""
    found = cache.read(
        "SELECT DISTINCT name FROM artefact WHERE release_id = ? AND changed_at > ? ORDER BY name",
        (release_id, instant_cell(at)),
    )
    return [row[0] for row in found]
