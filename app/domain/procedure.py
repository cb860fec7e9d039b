"""Procedures: a runbook, its published versions and their steps."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.domain.entity import Entity


class EvidenceKind(StrEnum):
    """The proof that a step asks for."""

    NONE = "none"
    TEXT = "text"
    NUMBER = "number"
    FILE = "file"
    OUTPUT = "output"
    CHECKSUM = "checksum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure(Entity):
    """A runbook."""

    name: str
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureVersion(Entity):
    """An immutable published text of a procedure; `number` counts from 1."""

    procedure_id: str
    number: int
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Entity):
    """One step of a version. `stable_id` names it across versions; a number as evidence lies in low..high.

    A critical step cannot be ticked without its evidence. A step with a sign-off role is done by that role's sign-off.
    """

    version_id: str
    stable_id: str
    position: int
    title: str
    body: str = ""
    is_critical: bool = False
    evidence: EvidenceKind = EvidenceKind.NONE
    low: Decimal | None = None
    high: Decimal | None = None
    sign_off_role: str = ""
    minutes: int = 0
