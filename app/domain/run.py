"""Runs: one execution of a procedure version, what happened in it and who signed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from app.domain.entity import Entity
from app.domain.errors import BadInput, Refused
from app.domain.procedure import EvidenceKind, Step


class StepEventKind(StrEnum):
    """What happened at a step. The last event of a step is where it stands."""

    DONE = "done"
    FAILED = "failed"
    REOPENED = "reopened"
    NOTED = "noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Entity):
    """One execution, pinned to a version for ever."""

    version_id: str
    release_id: str | None = None
    title: str
    started_by: str
    started_at: datetime
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEvent(Entity):
    """Append-only record of what happened at a step, with its evidence."""

    run_id: str
    step_id: str
    kind: StepEventKind
    at: datetime
    person_id: str
    evidence: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff(Entity):
    """A named role's approval, bound to the digest of what was signed. Append-only; void when the digest changes."""

    run_id: str
    release_id: str | None = None
    role: str
    person_id: str
    at: datetime
    digest: str

    def is_void(self, digest: str) -> bool:
        """Say whether what was signed is no longer what there is."""
        return self.digest != digest


_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")


def checked_evidence(step: Step, evidence: str) -> str:
    """Give the evidence in its kept form, or refuse: a critical step without it, a number out of range ...

    Raises Refused when it is missing and BadInput when it does not fit what the step asks for.
    """
    text = evidence.strip()
    if not text:
        if step.is_critical and step.evidence is not EvidenceKind.NONE:
            raise Refused(
                f"Step {step.position} is critical and needs its evidence ({step.evidence}).",
                "Add the evidence, or fail the step with a note.",
            )
        return ""
    match step.evidence:
        case EvidenceKind.NUMBER:
            return _number_in_range(step, text)
        case EvidenceKind.CHECKSUM if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
            raise BadInput("That is no SHA-256 checksum.", "Paste the 64 hexadecimal digits.")
        case _:
            return text


def _number_in_range(step: Step, text: str) -> str:
    number = _number(text)
    if (step.low is not None and number < step.low) or (step.high is not None and number > step.high):
        raise Refused(
            f"The number of step {step.position} must be {_bounds(step)}, and {number} is not.",
            "Fail the step with a note if that is what was measured.",
        )
    return str(number)


def _number(text: str) -> Decimal:
    # A comma is taken out only where it can be nothing but a separator: "1,5" is one and a half to half of the world.
    try:
        number = Decimal(text.replace(",", "") if _GROUPED.fullmatch(text) else text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or "_" in text:
        raise BadInput(f"“{text}” is not a number.", "Type the number only, like 1234, 1,234 or 1.5.")
    return number


def _bounds(step: Step) -> str:
    if step.low is None or step.high is None:
        return f"at most {step.high}" if step.low is None else f"at least {step.low}"
    return str(step.low) if step.low == step.high else f"from {step.low} to {step.high}"


def state_of(step: Step, events: Iterable[StepEvent]) -> StepEventKind | None:
    """Give where the step stands: its last event that is more than a note, or None when nothing happened yet."""
    last = max(
        (e for e in events if e.step_id == step.id and e.kind is not StepEventKind.NOTED),
        key=lambda e: (e.at, e.id),
        default=None,
    )
    return None if last is None or last.kind is StepEventKind.REOPENED else last.kind


def next_step(steps: Sequence[Step], events: Sequence[StepEvent]) -> Step | None:
    """Give the first step that is not done, or None when all are."""
    in_order = sorted(steps, key=lambda s: s.position)
    return next((s for s in in_order if state_of(s, events) is not StepEventKind.DONE), None)
