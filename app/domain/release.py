"""Releases, their artefacts and who gets them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.entity import Entity


class RolloutState(StrEnum):
    """How far one customer is with a release."""

    NOT_OFFERED = "not_offered"
    TOLD = "told"
    WINDOW_AGREED = "window_agreed"
    DEPLOYED = "deployed"
    VERIFIED = "verified"
    HELD = "held"
    BACKED_OUT = "backed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Entity):
    """A build that is meant for customers."""

    name: str
    product: str = ""
    build: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact(Entity):
    """One file of a release."""

    release_id: str
    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout(Entity):
    """Where one customer stands with one release."""

    release_id: str
    customer_id: str
    state: RolloutState = RolloutState.NOT_OFFERED
    window_from: datetime | None = None
    window_until: datetime | None = None


def digest_of(artefacts: Iterable[Artefact]) -> str:
    """Give the SHA-256 over name, size and checksum of every artefact: what a sign-off is bound to.

    The order in which the files were added does not matter; any other difference does.
    """
    lines = sorted(f"{a.name}\x1f{a.size_bytes}\x1f{a.sha256.lower()}\n" for a in artefacts if not a.deleted)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
