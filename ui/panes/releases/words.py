"""How steps, files and progress are said: pure."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.procedure import EvidenceKind, Step
from app.domain.run import StepEventKind
from app.services.releases import FileSum
from app.services.run_lists import RunDetail, SignOffLine, StepLine
from ui.kit.theme import Kind, Tone
from ui.kit.timephrase import moment, span

_UNITS = ("B", "kB", "MB", "GB", "TB")


def size(size_bytes: int) -> str:
    """Give a size in one unit: "212 MB", "1.4 MB", "812 B"."""
    amount, unit = float(size_bytes), 0
    while amount >= 999.5 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    figure = f"{amount:.1f}" if unit and amount < 9.95 else f"{amount:.0f}"
    return f"{figure.removesuffix('.0')} {_UNITS[unit]}"


def short_sum(sha256: str) -> str:
    """Give both ends of a checksum."""
    return f"{sha256[:4]}…{sha256[-4:]}"


def file_evidence(found: FileSum) -> str:
    """Give what is kept about a file as evidence."""
    return f"{found.name} · {found.size_bytes} bytes · sha256 {found.sha256}"


def evidence_hint(step: Step) -> str:
    """Say which proof the step asks for."""
    match step.evidence:
        case EvidenceKind.NUMBER:
            return _number_hint(step.low, step.high)
        case EvidenceKind.CHECKSUM:
            return "the SHA-256, 64 hexadecimal digits"
        case EvidenceKind.FILE:
            return "a file: choose it, its size and checksum are kept"
        case EvidenceKind.OUTPUT:
            return "paste what the command said"
        case EvidenceKind.TEXT:
            return "what shows that it is done"
        case _:
            return ""


def _number_hint(low: Decimal | None, high: Decimal | None) -> str:
    if low is not None and high is not None:
        return f"the number, {low}" if low == high else f"a number, {low} to {high}"
    bound = f", at least {low}" if low is not None else f", at most {high}" if high is not None else ""
    return f"a number{bound}"


def state_word(step: StepLine) -> str:
    """Say in a word where the step stands."""
    return {StepEventKind.DONE: "done", StepEventKind.FAILED: "failed"}.get(step.state or StepEventKind.NOTED, "open")


def marks(step: StepLine) -> tuple[tuple[str, Kind], ...]:
    """Give the pills beside a step's title."""
    found = [("failed", Kind.RED)] if step.state is StepEventKind.FAILED else []
    if not step.is_done:
        found += [("critical", Kind.RED)] if step.step.is_critical else []
        found += [(f"sign-off: {step.step.sign_off_role}", Kind.AMBER)] if step.step.sign_off_role else []
    return tuple(found)


def signed(line: SignOffLine, now: datetime) -> tuple[str, Tone]:
    """Say where a role's sign-off stands."""
    if line.void:
        return f"void: {line.void}", Tone.RED
    if not line.who:
        return f"waits for {' or '.join(line.may_sign)}" if line.may_sign else "waits", Tone.DIM
    return f"{line.who}, {within(line.at, now)}" if line.at else line.who, Tone.GREEN


def who_signs(role: str, may_sign: Sequence[str]) -> str:
    """Say who may sign for a role; nothing where no role signs."""
    if not role:
        return ""
    if may_sign:
        return f"Signed for {role} by {' or '.join(may_sign)}."
    return f"Nobody here is in {role}, so any of the staff may sign."


def within(at: datetime, now: datetime) -> str:
    """Give the instant as it stands inside a sentence: "today 7:45", "Wed 11:30"."""
    return re.sub("^(Today|Yesterday|Tomorrow)", lambda found: found[0].lower(), moment(at, now))


def alone(names: Sequence[str]) -> str:
    """Say that steps have been done by one person only: each of these has some that nobody else has done."""
    return f"Some steps: {'; '.join(f'only {name}' for name in names)}." if names else ""


def took(run: RunDetail, now: datetime) -> str:
    """Say who runs it and how long it takes, against what its steps are meant to take."""
    end = run.finished_at or now
    spent = span(max((end - run.started_at).total_seconds(), 0))
    meant = timedelta(minutes=sum(s.step.minutes for s in run.steps))
    of = f" of {span(meant.total_seconds())}" if meant else ""
    return f"{run.started_by} · {spent}{of}"
