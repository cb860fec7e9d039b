"""Runs: starting one, and what happens at its steps, up to the sign-offs that are bound to a release's artefacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.procedure import EvidenceKind, ProcedureVersion, Step
from app.domain.release import Release, digest_of
from app.domain.run import Run, SignOff, StepEvent, StepEventKind, checked_evidence, state_of
from app.services import people, procedures, signing
from app.services.desk import Desk, Edit
from app.store import releases


@dataclass(frozen=True, slots=True)
class RunFile:
    """Everything recorded about one run, read together."""

    run: Run
    steps: tuple[Step, ...]
    events: tuple[StepEvent, ...]
    sign_offs: tuple[SignOff, ...]
    digest: str

    def state(self, step: Step) -> StepEventKind | None:
        """Give where a step stands. A valid sign-off does its step, whatever was ticked; the last word counts."""
        if not step.sign_off_role:
            return state_of(step, self.events)
        signed = self.signed(step.sign_off_role)
        events = [e for e in self.events if e.step_id == step.id and e.kind is not StepEventKind.DONE]
        if signed is None:
            return state_of(step, events)
        since = [e for e in events if e.at > signed.at]
        return state_of(step, since) if since and any(e.kind is not StepEventKind.NOTED for e in since) else _DONE

    def signed(self, role: str) -> SignOff | None:
        """Give the last sign-off of a role that holds for the artefacts as they are now."""
        return next((s for s in reversed(self.sign_offs) if s.role == role and not s.is_void(self.digest)), None)

    def counting(self, role: str) -> SignOff | None:
        """Give the sign-off that does its step now: valid, and the step was not opened again after it."""
        step = next((s for s in self.steps if s.sign_off_role == role), None)
        return self.signed(role) if step is not None and self.state(step) is _DONE else None

    @property
    def is_done(self) -> bool:
        """Say whether every step is done."""
        return bool(self.steps) and all(self.state(s) is _DONE for s in self.steps)

    def step(self, step_id: str) -> Step:
        """Give a step of this run; raises Refused when it belongs to another version."""
        found = next((s for s in self.steps if s.id == step_id), None)
        if found is None:
            raise Refused("That step is not part of this run.", "A run keeps the version it was started with.")
        return found


_DONE = StepEventKind.DONE
_MICROSECOND = timedelta(microseconds=1)


def run_file(desk: Desk, run_id: str) -> RunFile:
    """Read a run with all that was recorded; raises Refused when it is not there."""
    run = desk.need(Run, run_id)
    return RunFile(
        run=run,
        steps=procedures.steps(desk, run.version_id),
        events=tuple(desk.cache.records(StepEvent, "run_id = ? ORDER BY at, id", (run.id,))),
        sign_offs=tuple(desk.cache.records(SignOff, "run_id = ? ORDER BY at, id", (run.id,))),
        digest=digest_of(releases.artefacts_of(desk.cache, run.release_id)),
    )


def start_run(desk: Desk, version_id: str, release_id: str | None, title: str) -> Run:
    """Start a run of a published version, pinned to it for ever; it is about a release, or about none.

    Raises BadInput without a title, Refused when steps are to be signed and there is no release to sign.
    """
    if not title.strip():
        raise BadInput("A run needs a title.", "Say what will be true when it is done.")
    version = desk.need(ProcedureVersion, version_id)
    release = desk.need(Release, release_id) if release_id else None
    signed = [s for s in procedures.steps(desk, version.id) if s.sign_off_role]
    if signed and release is None:
        raise Refused(
            f"Step {signed[0].position} is signed off, and a sign-off is bound to a release.", "Choose the release."
        )
    people.need_right(desk, Verb.INSERT, Run)
    with desk.edit() as edit:
        return edit.insert(
            Run(
                id=new_id(),
                version_id=version.id,
                release_id=release.id if release else None,
                title=title.strip(),
                started_by=edit.by,
                started_at=edit.at,
            )
        )


def tick(desk: Desk, run_id: str, step_id: str, evidence: str = "") -> StepEvent:
    """Record that a step is done, with its evidence.

    A checksum is one of the release's files. Raises Refused for a critical step without evidence, a step that waits
    for a sign-off or is done already, and BadInput or Refused for evidence that does not fit.
    """
    file = run_file(desk, run_id)
    step = file.step(step_id)
    if step.sign_off_role:
        raise Refused(
            f"Step {step.position} is done by the sign-off of {step.sign_off_role}.", "Sign it, or ask who may."
        )
    _refuse_done(desk, file, step)
    proof = checked_evidence(step, evidence)
    if proof and step.evidence is EvidenceKind.CHECKSUM:
        _refuse_strange_sum(desk, file, proof)
    with desk.edit() as edit:
        return _happened(desk, edit, file, step, _DONE, evidence=proof)


def _refuse_strange_sum(desk: Desk, file: RunFile, checksum: str) -> None:
    """Refuse a checksum that belongs to none of the release's files; without a release there is nothing to compare."""
    if file.run.release_id is None:
        return
    known = releases.artefacts_of(desk.cache, file.run.release_id)
    if checksum.casefold() in {a.sha256.casefold() for a in known}:
        return
    files = ", ".join(f"{a.name} {a.sha256[:4]}…{a.sha256[-4:]}" for a in known)
    told = f"Its files are: {files}." if files else "It has no file yet."
    raise Refused(f"No file of the release has that checksum. {told}", "Add the file first, or compare again.")


def fail(desk: Desk, run_id: str, step_id: str, words: str, evidence: str = "") -> StepEvent:
    """Record that a step failed and why; what was measured may be given too. Raises Refused without words."""
    file = run_file(desk, run_id)
    step = file.step(step_id)
    if not words.strip():
        raise Refused("A step that failed needs a note.", "Write what happened, for whoever goes on.")
    _refuse_done(desk, file, step)
    with desk.edit() as edit:
        return _happened(desk, edit, file, step, StepEventKind.FAILED, words=words.strip(), evidence=evidence.strip())


def reopen(desk: Desk, run_id: str, step_id: str, words: str = "") -> StepEvent:
    """Open a step again that was done or failed, also when it was signed; raises Refused when it is open."""
    file = run_file(desk, run_id)
    step = file.step(step_id)
    if file.state(step) is None:
        raise Refused(f"Step {step.position} is open.", "Do it, or fail it with a note.")
    with desk.edit() as edit:
        return _happened(desk, edit, file, step, StepEventKind.REOPENED, words=words.strip())


def sign_off(desk: Desk, run_id: str, role: str) -> SignOff:
    """Approve what the release consists of now, in a role that a step of the run names.

    A person signs a run in one role only, and a role is signed once, by whom `signing.signers` names. Raises Refused.
    """
    file = run_file(desk, run_id)
    step = next((s for s in file.steps if s.sign_off_role == role), None)
    if step is None:
        raise Refused(f"No step of this run asks for {role}.", "Look at the steps that ask for a sign-off.")
    artefacts = releases.artefacts_of(desk.cache, file.run.release_id)
    if not artefacts:
        raise Refused("There is nothing to sign: the release has no artefacts.", "Add the files of the release first.")
    people.need_right(desk, Verb.INSERT, SignOff)
    _refuse_signer(desk, file, role)
    with desk.edit() as edit:
        made = edit.insert(
            SignOff(
                id=new_id(),
                run_id=file.run.id,
                release_id=file.run.release_id,
                role=role,
                person_id=edit.by,
                at=edit.at,
                digest=file.digest,
            )
        )
        _finish_or_reopen(desk, edit, file.run)
    return made


def _refuse_signer(desk: Desk, file: RunFile, role: str) -> None:
    me = desk.me()
    signing.need_signer(desk, role)
    done = file.counting(role)
    if done is not None:
        who = "You have" if done.person_id == me.id else f"{people.name_of(desk, done.person_id)} has"
        raise Refused(f"{who} signed for {role} already.", "A role is signed once, until the artefacts change.")
    for other in {s.sign_off_role for s in file.steps if s.sign_off_role} - {role}:
        signed = file.counting(other)
        if signed is not None and signed.person_id == me.id:
            only_me = [p.id for p in signing.signers(desk, role)] == [me.id]
            raise Refused(
                f"You have signed for {other}; {role} is signed by a second person.",
                f"Open the step of {other} again and let somebody else sign it: only you sign for {role}."
                if only_me
                else "Ask somebody else to look.",
            )


def _refuse_done(desk: Desk, file: RunFile, step: Step) -> None:
    if file.state(step) is not _DONE:
        return
    signed = file.signed(step.sign_off_role) if step.sign_off_role else None
    event = next((e for e in reversed(file.events) if e.step_id == step.id and e.kind is _DONE), None)
    by = people.name_of(desk, signed.person_id if signed else event.person_id if event else None)
    raise Refused(f"Step {step.position} is done already, by {by}.", "Open it again first if it has to be redone.")


def _happened(
    desk: Desk, edit: Edit, file: RunFile, step: Step, kind: StepEventKind, *, evidence: str = "", words: str = ""
) -> StepEvent:
    made = edit.insert(
        StepEvent(
            id=new_id(),
            run_id=file.run.id,
            step_id=step.id,
            kind=kind,
            at=_after(file, step, edit.at),
            person_id=edit.by,
            evidence=evidence,
            words=words,
        )
    )
    _finish_or_reopen(desk, edit, file.run)
    return made


def _after(file: RunFile, step: Step, at: datetime) -> datetime:
    """Give a time after everything that is recorded at the step: what a person has seen comes before what they do.

    The clocks of two workstations differ, and the last event of a step is where it stands.
    """
    known: Sequence[datetime] = [e.at for e in file.events if e.step_id == step.id]
    if step.sign_off_role:
        known = [*known, *(s.at for s in file.sign_offs if s.role == step.sign_off_role)]
    latest = max(known, default=at)
    return at if not known or at > latest else latest + _MICROSECOND


def _finish_or_reopen(desk: Desk, edit: Edit, run: Run) -> None:
    is_done = run_file(desk, run.id).is_done
    if is_done and run.finished_at is None:
        edit.update(run, finished_at=edit.at)
    elif not is_done and run.finished_at is not None:
        edit.update(run, finished_at=None)
