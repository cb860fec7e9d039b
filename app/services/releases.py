"""Releases and their artefacts: what a sign-off is bound to."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput, EnvironmentFault
from app.domain.release import Artefact, Release, digest_of
from app.services import people
from app.services.desk import Desk
from app.store import releases

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """A release as a choice; `digest` is over its artefacts as they are now."""

    id: str
    name: str
    product: str
    build: str
    artefact_count: int
    digest: str


@dataclass(frozen=True, slots=True)
class FileSum:
    """A file on this machine: its name, size and SHA-256."""

    name: str
    size_bytes: int
    sha256: str


def add_release(desk: Desk, name: str, *, product: str = "", build: str = "") -> Release:
    """Add a release; raises BadInput without a name."""
    if not name.strip():
        raise BadInput("A release needs a name.", "Say what people call it, such as Build 40.")
    people.need_right(desk, Verb.INSERT, Release)
    with desk.edit() as edit:
        return edit.insert(Release(id=new_id(), name=name.strip(), product=product.strip(), build=build.strip()))


def releases_known(desk: Desk) -> tuple[ReleaseLine, ...]:
    """Give the releases, the newest first."""
    found = desk.cache.records(Release, "1 ORDER BY id DESC")
    by_release: dict[str, list[Artefact]] = {}
    for artefact in desk.cache.records(Artefact):
        by_release.setdefault(artefact.release_id, []).append(artefact)
    return tuple(
        ReleaseLine(
            id=r.id,
            name=r.name,
            product=r.product,
            build=r.build,
            artefact_count=len(by_release.get(r.id, ())),
            digest=digest_of(by_release.get(r.id, ())),
        )
        for r in found
    )


def put_artefact(desk: Desk, release_id: str, *, name: str, size_bytes: int, sha256: str) -> Artefact:
    """Add a file to a release, or replace the one of the same name; a replaced one voids what was signed.

    Raises BadInput for a name, size or checksum that is none.
    """
    checksum = sha256.strip().lower()
    if not name.strip() or size_bytes < 0 or not re.fullmatch(r"[0-9a-f]{64}", checksum):
        raise BadInput("That is no file with its checksum.", "Give its name, size and the 64 digits of its SHA-256.")
    release = desk.need(Release, release_id)
    people.need_right(desk, Verb.INSERT, Artefact)
    with desk.edit() as edit:
        same = [a for a in releases.artefacts_of(desk.cache, release.id) if a.name == name.strip()]
        if same:
            edit.update(same[0], size_bytes=size_bytes, sha256=checksum)
            return same[0].but(size_bytes=size_bytes, sha256=checksum)
        return edit.insert(
            Artefact(id=new_id(), release_id=release.id, name=name.strip(), size_bytes=size_bytes, sha256=checksum)
        )


def remove_artefact(desk: Desk, artefact_id: str) -> None:
    """Take a file out of its release; it voids what was signed."""
    artefact = desk.need(Artefact, artefact_id)
    people.need_right(desk, Verb.DELETE, Artefact)
    with desk.edit() as edit:
        edit.delete(artefact)


def sum_of(path: Path) -> FileSum:
    """Give name, size and SHA-256 of a file; takes as long as reading it. Raises EnvironmentFault when it cannot."""
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
    except OSError as e:
        raise EnvironmentFault(f"{path.name or path} cannot be read ({e.strerror}).", "Choose another file.") from e
    return FileSum(path.name, size, digest.hexdigest())
