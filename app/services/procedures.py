"""Procedures: publishing a version, and the list of runbooks with what only one person has done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.procedure import EvidenceKind, Procedure, ProcedureVersion, Step
from app.services import people
from app.services.desk import Desk
from app.store import runs


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step as it is written. `stable_id` names it across versions; left empty the title does."""

    title: str
    body: str = ""
    is_critical: bool = False
    evidence: EvidenceKind = EvidenceKind.NONE
    low: Decimal | None = None
    high: Decimal | None = None
    sign_off_role: str = ""
    minutes: int = 0
    stable_id: str = ""

    @property
    def name(self) -> str:
        """What names the step across versions."""
        return self.stable_id.strip() or "-".join(self.title.casefold().split())


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A published version."""

    id: str
    number: int
    published_at: datetime
    published_by: str
    step_count: int


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    """A runbook with its versions, the newest first; `only_one` names whoever alone has done one of its steps."""

    id: str
    name: str
    topic: str
    versions: tuple[VersionLine, ...]
    only_one: tuple[str, ...]


def publish(
    desk: Desk, name: str, steps: Sequence[StepDraft], *, topic: str = "", procedure_id: str | None = None
) -> ProcedureVersion:
    """Publish the steps as the next version of a procedure; without `procedure_id` of a new one.

    A published version never changes. Raises BadInput for a procedure without name or steps, for steps that cannot be
    told apart or whose range is none; Refused when the role may not publish.
    """
    _check(name, steps)
    people.need_right(desk, Verb.INSERT, ProcedureVersion, Step)
    with desk.edit() as edit:
        if procedure_id is None:
            procedure = edit.insert(Procedure(id=new_id(), name=name.strip(), topic=topic.strip()))
        else:
            procedure = desk.need(Procedure, procedure_id)
        known = desk.cache.records(ProcedureVersion, "procedure_id = ? ORDER BY number DESC LIMIT 1", (procedure.id,))
        version = edit.insert(
            ProcedureVersion(
                id=new_id(),
                procedure_id=procedure.id,
                number=known[0].number + 1 if known else 1,
                published_at=edit.at,
                published_by=edit.by,
            )
        )
        for position, draft in enumerate(steps, 1):
            edit.insert(_step(version.id, position, draft))
    return version


def _step(version_id: str, position: int, draft: StepDraft) -> Step:
    return Step(
        id=new_id(),
        version_id=version_id,
        stable_id=draft.name,
        position=position,
        title=draft.title.strip(),
        body=draft.body.strip(),
        is_critical=draft.is_critical,
        evidence=draft.evidence,
        low=draft.low,
        high=draft.high,
        sign_off_role=draft.sign_off_role.strip(),
        minutes=draft.minutes,
    )


def _check(name: str, steps: Sequence[StepDraft]) -> None:
    if not name.strip():
        raise BadInput("A procedure needs a name.", "Name what it brings about.")
    if not steps:
        raise BadInput("A procedure needs steps.", "Write at least one.")
    seen: dict[str, int] = {}
    for number, draft in enumerate(steps, 1):
        if not draft.title.strip():
            raise BadInput(f"Step {number} has no title.", "Say in a few words what is done.")
        if draft.name in seen:
            raise BadInput(f"Steps {seen[draft.name]} and {number} have the same name.", "Give each its own.")
        if draft.low is not None and draft.high is not None and draft.low > draft.high:
            raise BadInput(f"The range of step {number} is empty.", "Give the lower number first.")
        if draft.sign_off_role.strip() and draft.evidence is not EvidenceKind.NONE:
            raise BadInput(f"Step {number} is signed off, which is its evidence.", "Ask for evidence in a step before.")
        seen[draft.name] = number


def procedures(desk: Desk) -> tuple[ProcedureLine, ...]:
    """Give the procedures by name."""
    names = people.names(desk)
    counts = runs.step_counts(desk.cache)
    versions: dict[str, list[VersionLine]] = {}
    for v in desk.cache.records(ProcedureVersion, "1 ORDER BY number DESC, id"):
        who = names.get(v.published_by, people.OUTSIDE)
        line = VersionLine(v.id, v.number, v.published_at, who, counts.get(v.id, 0))
        versions.setdefault(v.procedure_id, []).append(line)
    alone = _alone(desk, names)
    return tuple(
        ProcedureLine(p.id, p.name, p.topic, tuple(versions.get(p.id, ())), alone.get(p.id, ()))
        for p in desk.cache.records(Procedure, "1 ORDER BY name COLLATE NOCASE, id")
    )


def _alone(desk: Desk, names: dict[str, str]) -> dict[str, tuple[str, ...]]:
    doers: dict[tuple[str, str], set[str]] = {}
    for done in runs.times_done(desk.cache):
        doers.setdefault((done.procedure_id, done.stable_id), set()).add(done.person_id)
    alone: dict[str, set[str]] = {}
    for (procedure_id, _step_name), who in doers.items():
        if len(who) == 1:
            alone.setdefault(procedure_id, set()).add(names.get(next(iter(who)), people.OUTSIDE))
    return {procedure_id: tuple(sorted(who, key=str.casefold)) for procedure_id, who in alone.items()}


def steps(desk: Desk, version_id: str) -> tuple[Step, ...]:
    """Give the steps of a version in order."""
    return tuple(desk.cache.records(Step, "version_id = ? ORDER BY position, id", (version_id,)))
