"""A change of one device's configuration: what it would do, whether it may go, and what the device said to it.

Three steps in this order: `plan` says everything and sends nothing; `record` has the guard pass all lines and writes
them into the audit log, or refuses all of them; only what it gives can be applied. What is applied is read back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.devices.config_ways import steps_of, way_for
from app.devices.messages import CommandFailed, ConfigApplied, HostKeyMismatch, HostKeyUnknown, Target
from app.domain.config_backup import BackupOutcome
from app.domain.config_text import commands_for
from app.domain.customer import Environment
from app.domain.device import Device
from app.domain.errors import BadInput, BatonError, Refused
from app.domain.issue import Issue
from app.domain.ports import Secrets
from app.domain.session import LineClass, Passage
from app.services import guard, planned_lines
from app.services.configs import keeping, keys
from app.services.desk import Desk
from app.services.guard import Decision, Standing, Way
from app.services.planned_lines import PlannedLine
from app.services.terminals import ConfigAnswer, Exchange

MOST_LINES = 2000
"""More is a new configuration, not a change of one."""
TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """What a change would do and what is missing for it; nothing has been sent.

    `missing` is the guard's first objection and `missing_for` the line that it is about; None when all may go.
    `needs_name` says that the device's name is to be typed. `left_out` are lines around the change that Baton types
    itself. `is_lasting` says that a restart keeps it: with `is_saved` by a line of its own, else because the platform
    keeps what was committed.
    """

    where: Standing
    lines: tuple[PlannedLine, ...] = field(repr=False)
    steps: tuple[str, ...] = field(repr=False)
    left_out: tuple[str, ...]
    has_timer: bool
    takes_all_or_none: bool
    is_saved: bool
    is_lasting: bool
    revert_minutes: int
    missing: Decision | None
    missing_for: PlannedLine | None
    needs_name: bool
    issue_id: str | None = None
    run_id: str | None = None
    emergency_id: str | None = None

    @property
    def device_id(self) -> str:
        """The device that it is for."""
        return self.where.device_id

    @property
    def wanted(self) -> tuple[PlannedLine, ...]:
        """Give the lines that somebody wrote, without those that Baton types around them."""
        return tuple(line for line in self.lines if line.is_wanted)

    @property
    def sentence(self) -> str:
        """Give what would happen in one sentence."""
        count, where = len(self.wanted), self.where
        whose = f" of {where.customer}" if where.customer else ""
        saved = ", then save" if self.is_saved else "" if self.is_lasting else ", not saved"
        return f"Apply {count} line{'s' * (count != 1)} to {where.name}{whose} ({where.environment}){saved}."

    @property
    def way_back(self) -> str:
        """Say what becomes of the change when it cuts us off, and what of it when a line is refused."""
        stops = (
            "The device takes all lines or none."
            if self.takes_all_or_none
            else "The first line that the device refuses stops the change; the lines before it stay."
        )
        if self.revert_minutes:
            count = "a minute" if self.revert_minutes == 1 else f"{self.revert_minutes} minutes"
            return f"{stops} It goes back by itself after {count} unless Baton can read the configuration back."
        if self.has_timer:
            return f"{stops} Without a revert timer nothing goes back by itself if the change cuts you off."
        return f"{stops} This platform has no revert timer: have somebody at the console if it may cut you off."


@dataclass(frozen=True, slots=True)
class Cleared:
    """A change that passed the guard and stands in the audit log since `at` (aware UTC); `record` makes it."""

    plan: ChangePlan
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """The copies of the configuration around a change, and what is to be said of them; ids are None where none is."""

    before_id: str | None
    after_id: str | None
    words: str

    @property
    def has_diff(self) -> bool:
        """Whether there are two different copies to be compared."""
        return bool(self.before_id and self.after_id and self.before_id != self.after_id)


def plan(
    desk: Desk,
    device_id: str,
    lines: Sequence[str],
    *,
    issue_id: str | None = None,
    run_id: str | None = None,
    revert_minutes: int = 0,
    is_saved: bool = True,
    name: str = "",
    emergency_id: str | None = None,
) -> ChangePlan:
    """Give what applying the lines would do. Looks only at the cache and writes nothing; `name` as in `record`.

    Raises BadInput for lines that cannot be typed, a platform that Baton cannot configure or a timer that it has not,
    Refused when the device was removed or the issue is another customer's.
    """
    device = desk.need(Device, device_id)
    way = way_for(device.platform, revert_minutes)
    inner, left_out = planned_lines.without_frame(lines)
    steps = tuple(steps_of(inner))
    if not steps:
        raise BadInput("There is no line to apply.", "Write at least one.")
    if len(steps) > MOST_LINES:
        raise BadInput(f"A change has at most {MOST_LINES:,} lines, not {len(steps):,}.", "Apply it in parts.")
    _need_issue(desk, device, issue_id)
    saves = is_saved and bool(way.save)
    planned = (
        *planned_lines.own(device.platform, *planned_lines.before(way, revert_minutes)),
        *planned_lines.judged(device.platform, steps),
        *planned_lines.own(device.platform, *planned_lines.after(way, revert_minutes, saves=saves)),
    )
    decisions = guard.decide_all(
        desk,
        device,
        [(line.text, line.mode) for line in planned],
        issue_id=issue_id,
        run_id=run_id,
        name=name,
        emergency_id=emergency_id,
    )
    where = guard.standing(desk, device_id)
    missing_for, missing = _first_objection(planned, decisions)
    return ChangePlan(
        where=where,
        lines=planned,
        steps=steps,
        left_out=left_out,
        has_timer=way.has_timer,
        takes_all_or_none=bool(way.commit),
        is_saved=saves,
        is_lasting=saves or not way.save,
        revert_minutes=revert_minutes,
        missing=missing,
        missing_for=missing_for,
        needs_name=where.environment is not Environment.PRACTICE and any(map(_asks_name, decisions)),
        issue_id=issue_id,
        run_id=run_id,
        emergency_id=emergency_id,
    )


def record(desk: Desk, wanted: ChangePlan, *, name: str = "") -> Cleared:
    """Have the guard pass every line and write all of them into the audit log, in one edit; then they may be sent.

    `name` is what was typed as the device's name. Raises Refused when one line may not go: none of them may then, and
    that line is written down as refused.
    """
    guard.need_all(
        desk,
        wanted.device_id,
        [(line.text, line.mode) for line in wanted.lines],
        issue_id=wanted.issue_id,
        run_id=wanted.run_id,
        name=name,
        emergency_id=wanted.emergency_id,
    )
    return Cleared(wanted, desk.now)


def apply(
    exchange: Exchange,
    cleared: Cleared,
    to: Target,
    on_answer: Callable[[ConfigAnswer], None],
    *,
    timeout_s: float = TIMEOUT_S,
) -> str:
    """Send the change and give the request's id; `timeout_s` is for each line. One answer comes, on any thread.

    Raises BadInput when the target is another device than the one that was cleared.
    """
    wanted = cleared.plan
    if to.device_id != wanted.device_id:
        raise BadInput("The change was cleared for another device.", "Look at the preview again.")
    return exchange.apply_config(
        to,
        wanted.steps,
        on_answer,
        revert_minutes=wanted.revert_minutes,
        is_saved=wanted.is_saved,
        timeout_s=timeout_s,
    )


def error_of(answer: ConfigAnswer) -> BatonError | None:
    """Give why the change was not made whole, or not saved; None when it was."""
    match answer:
        case ConfigApplied():
            return None
        case HostKeyUnknown():
            return Refused(
                "Nobody has accepted this device's key.", "Connect to it, compare the key, and accept it there."
            )
        case CommandFailed(error=error) | HostKeyMismatch(error=error):
            return error


@dataclass(frozen=True, slots=True)
class Judged:
    """The configurations around a change, looked at and ready to be written down; `trouble` says why they are not."""

    before: keeping.Judged | None = None
    after: keeping.Judged | None = None
    trouble: str = ""


def judge_copies(desk: Desk, cleared: Cleared, applied: ConfigApplied, secrets: Secrets) -> Judged:
    """Look at the configuration from before and after the change, and write nothing. May wait for the keyring."""
    where = cleared.plan.where
    if way_for(where.platform, 0).read_back != next(iter(commands_for(where.platform)), ""):
        return Judged(trouble="Take a copy now: copies of this platform are made with another command.")
    # Never at the same moment: the later copy is the newest one.
    later = max(desk.now, cleared.at + timedelta(milliseconds=1))
    try:
        key = keys.sealing_key(desk, secrets)
        before = keeping.judge(desk, where.device_id, applied.before, key, at=cleared.at)
        return Judged(before, keeping.judge(desk, where.device_id, applied.after, key, at=later))
    except BatonError as error:
        return Judged(trouble=f"No copy was kept: {error.what} {error.todo}".strip())


def put_copies(desk: Desk, judged: Judged) -> Kept:
    """Keep what was looked at, so that the history shows the change; why there is no copy is said in the words."""
    if judged.before is None or judged.after is None:
        return Kept(None, None, judged.trouble)
    try:
        before, after = keeping.put(desk, judged.before), keeping.put(desk, judged.after)
    except BatonError as error:
        return Kept(None, None, f"No copy was kept: {error.what} {error.todo}".strip())
    if after.outcome is BackupOutcome.FAILED:
        return Kept(before.backup_id, None, f"No copy was kept: {after.words}")
    if before.backup_id == after.backup_id:
        return Kept(before.backup_id, after.backup_id, "The configuration is the same as before.")
    more = f", {after.words}" if after.words else ""
    return Kept(before.backup_id, after.backup_id, f"Copies from before and after it were kept{more}.")


def _first_objection(
    planned: Sequence[PlannedLine], decisions: Sequence[Decision]
) -> tuple[PlannedLine, Decision] | tuple[None, None]:
    """Give what stands in the way of all, and of which line; a name is asked for last."""
    held = [one for one in zip(planned, decisions, strict=True) if not one[1].passes]
    held.sort(key=lambda one: one[1].way is Way.NEEDS_NAME)
    return held[0] if held else (None, None)


def _asks_name(decision: Decision) -> bool:
    is_destructive = decision.verdict.line_class is LineClass.DESTRUCTIVE
    return is_destructive and decision.passage is not Passage.EMERGENCY


def _need_issue(desk: Desk, device: Device, issue_id: str | None) -> None:
    issue = desk.need(Issue, issue_id) if issue_id else None
    if issue is not None and issue.customer_id not in {None, device.customer_id}:
        raise Refused(
            f"Issue {issue.label} is another customer's than {device.name}.", "Choose one of this customer's."
        )


__all__ = [
    "ChangePlan",
    "Cleared",
    "Judged",
    "Kept",
    "PlannedLine",
    "apply",
    "error_of",
    "judge_copies",
    "plan",
    "put_copies",
    "record",
]
