"""What the Releases pane shows: runs with their progress, and one run with steps, sign-offs and artefacts."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.procedure import Procedure, ProcedureVersion, Step
from app.domain.release import Release
from app.domain.run import SignOff, StepEvent, StepEventKind
from app.services import people, signing
from app.services.desk import Desk
from app.services.runs import RunFile, run_file
from app.store import releases, runs

SHOWN = 40  # runs at the left


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run and how far it is."""

    id: str
    title: str
    procedure: str
    done: int
    total: int
    has_failed: bool
    is_finished: bool


@dataclass(frozen=True, slots=True)
class Doer:
    """Somebody who has done a step, and in how many runs."""

    name: str
    times: int


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened at a step."""

    kind: StepEventKind
    who: str
    at: datetime
    evidence: str
    words: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step and where it stands; `state` None is open. `doers` have done it in any run of the procedure."""

    step: Step
    state: StepEventKind | None
    happenings: tuple[Happening, ...]
    doers: tuple[Doer, ...]

    @property
    def is_done(self) -> bool:
        """Say whether it is done."""
        return self.state is StepEventKind.DONE

    @property
    def only_one(self) -> bool:
        """Say whether exactly one person has ever done it."""
        return len(self.doers) == 1


@dataclass(frozen=True, slots=True)
class SignOffLine:
    """A role that signs: by whom, or "" while it waits; `void` says why a signature no longer holds."""

    role: str
    who: str
    at: datetime | None
    void: str
    may_sign: tuple[str, ...] = ()  # who signs for the role; nobody means any of the staff

    @property
    def is_valid(self) -> bool:
        """Say whether it is signed, and holds."""
        return bool(self.who) and not self.void


@dataclass(frozen=True, slots=True)
class ArtefactLine:
    """A file of the release."""

    id: str
    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RunDetail:
    """A run in full. `current_id` is the first step that is not done, "" when all are."""

    id: str
    title: str
    procedure: str
    version: int
    release_id: str | None
    release: str
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    steps: tuple[StepLine, ...]
    current_id: str
    sign_offs: tuple[SignOffLine, ...]
    artefacts: tuple[ArtefactLine, ...]
    digest: str

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(s.is_done for s in self.steps)

    @property
    def total(self) -> int:
        """How many steps there are."""
        return len(self.steps)


def runs_known(desk: Desk) -> tuple[RunLine, ...]:
    """Give the runs, those under way first; at most 40."""
    return tuple(_line(desk, run_file(desk, one)) for one in runs.run_ids(desk.cache, SHOWN))


def _line(desk: Desk, file: RunFile) -> RunLine:
    states = [file.state(s) for s in file.steps]
    done = states.count(StepEventKind.DONE)
    return RunLine(
        id=file.run.id,
        title=file.run.title,
        procedure=_procedure(desk, file)[0],
        done=done,
        total=len(states),
        has_failed=StepEventKind.FAILED in states,
        is_finished=done == len(states) and bool(states),
    )


def run_detail(desk: Desk, run_id: str) -> RunDetail:
    """Give a run in full; raises Refused when it is not there."""
    file = run_file(desk, run_id)
    names = people.names(desk)
    name, number, procedure_id = _procedure(desk, file)
    release = desk.cache.record(Release, file.run.release_id)
    doers = _doers(desk, procedure_id, names)
    return RunDetail(
        id=file.run.id,
        title=file.run.title,
        procedure=name,
        version=number,
        release_id=file.run.release_id,
        release=release.name if release else "",
        started_by=names.get(file.run.started_by, people.OUTSIDE),
        started_at=file.run.started_at,
        finished_at=file.run.finished_at,
        steps=tuple(
            StepLine(s, file.state(s), _happenings(file, s, names), doers.get(s.stable_id, ())) for s in file.steps
        ),
        current_id=next((s.id for s in file.steps if file.state(s) is not StepEventKind.DONE), ""),
        sign_offs=_sign_offs(desk, file, names),
        artefacts=tuple(
            ArtefactLine(a.id, a.name, a.size_bytes, a.sha256)
            for a in releases.artefacts_of(desk.cache, file.run.release_id)
        ),
        digest=file.digest,
    )


def _procedure(desk: Desk, file: RunFile) -> tuple[str, int, str]:
    version = desk.cache.record(ProcedureVersion, file.run.version_id)
    procedure = desk.cache.record(Procedure, version.procedure_id) if version else None
    return procedure.name if procedure else "", version.number if version else 0, procedure.id if procedure else ""


def _doers(desk: Desk, procedure_id: str, names: dict[str, str]) -> dict[str, tuple[Doer, ...]]:
    found: dict[str, tuple[Doer, ...]] = {}
    for done in runs.times_done(desk.cache, procedure_id):
        doer = Doer(names.get(done.person_id, people.OUTSIDE), done.count)
        found[done.stable_id] = (*found.get(done.stable_id, ()), doer)
    return found


def _happenings(file: RunFile, step: Step, names: dict[str, str]) -> tuple[Happening, ...]:
    def who(record: StepEvent | SignOff) -> str:
        return names.get(record.person_id, people.OUTSIDE)

    made = [Happening(e.kind, who(e), e.at, e.evidence, e.words) for e in file.events if e.step_id == step.id]
    made += [
        Happening(StepEventKind.DONE, who(s), s.at, "", f"signed for {s.role}")
        for s in file.sign_offs
        if step.sign_off_role and s.role == step.sign_off_role
    ]
    return tuple(sorted(made, key=lambda h: h.at))


def _sign_offs(desk: Desk, file: RunFile, names: dict[str, str]) -> tuple[SignOffLine, ...]:
    roles = dict.fromkeys(s.sign_off_role for s in file.steps if s.sign_off_role)
    return tuple(
        replace(_sign_off(desk, file, role, names), may_sign=tuple(p.name for p in signing.signers(desk, role)))
        for role in roles
    )


def _sign_off(desk: Desk, file: RunFile, role: str, names: dict[str, str]) -> SignOffLine:
    counting = file.counting(role)
    last = counting or next((s for s in reversed(file.sign_offs) if s.role == role), None)
    if last is None:
        return SignOffLine(role, "", None, "")
    void = "" if counting else "step opened again"
    if last.is_void(file.digest):
        # Both times are of the company's clock once they have been there, so that they can be compared.
        changed = releases.changed_after(desk.cache, file.run.release_id, last.changed_at or last.at)
        void = f"{', '.join(changed)} changed" if changed else "artefacts changed"
    return SignOffLine(role, names.get(last.person_id, people.OUTSIDE), last.at, void)
