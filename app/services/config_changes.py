"""A change of one device's configuration: what it would do, whether it may go, and what the device said to it.

Three steps in this order: `plan` says everything and sends nothing; `record` has the guard pass all lines and writes
them into the audit log, or refuses all of them; only what it gives can be applied. What is applied is read back.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.devices.config_ways import MOST_MINUTES, ConfigWay, steps_of, way_for
from app.devices.messages import CommandFailed, ConfigApplied, HostKeyMismatch, HostKeyUnknown, Target
from app.domain.config_backup import BackupAttempt, BackupOutcome
from app.domain.config_text import commands_for
from app.domain.customer import Environment
from app.domain.device import Device
from app.domain.errors import BadInput, BatonError, Refused
from app.domain.guard import Mode, Verdict, classify, explain, worst
from app.domain.issue import Issue
from app.domain.ports import Secrets
from app.domain.session import LineClass, Passage
from app.services import guard
from app.services.configs import keep
from app.services.desk import Desk
from app.services.guard import Decision, Standing, Way
from app.services.terminals import ConfigAnswer, Exchange

MOST_LINES = 2000
"""More is a new configuration, not a change of one."""
TIMEOUT_S = 30.0
_LEAVES = ("end", "exit", "quit", "return", "abort", "commit", "logout", "disconnect")
_ENTERS = re.compile(
    r"\s*(?:configure(?: (?:terminal|exclusive|private))?|conf(?:ig)?(?: t(?:erminal)?)?)\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line that would be typed: how it is judged, what it means, and the line above that it belongs to, if any.

    Not `is_wanted`: Baton types it to get in, to put the lines in force, or to save.
    """

    text: str
    mode: Mode
    verdict: Verdict
    meaning: str
    section: str = ""
    is_wanted: bool = True


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """What a change would do and what is missing for it; nothing has been sent.

    `missing` is the guard's first objection, None when all may go. `needs_name` says that the device's name is to be
    typed. `left_out` are lines around the change that Baton types itself. `is_lasting` says that a restart keeps it:
    with `is_saved` by a line of its own, else because the platform keeps what was committed.
    """

    where: Standing
    lines: tuple[PlannedLine, ...]
    steps: tuple[str, ...] = field(repr=False)
    left_out: tuple[str, ...]
    has_timer: bool
    takes_all_or_none: bool
    is_saved: bool
    is_lasting: bool
    revert_minutes: int
    missing: Decision | None
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
    inner, left_out = _without_frame(lines)
    steps = tuple(steps_of(inner))
    if not steps:
        raise BadInput("There is no line to apply.", "Write at least one.")
    if len(steps) > MOST_LINES:
        raise BadInput(f"A change has at most {MOST_LINES:,} lines, not {len(steps):,}.", "Apply it in parts.")
    _need_issue(desk, device, issue_id)
    saves = is_saved and bool(way.save)
    planned = (
        *_own(device.platform, *_before(way, revert_minutes)),
        *_judged(device.platform, steps),
        *_own(device.platform, *_after(way, revert_minutes, saves=saves)),
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
        missing=_first_objection(decisions),
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


def keep_copies(desk: Desk, cleared: Cleared, applied: ConfigApplied, secrets: Secrets) -> Kept:
    """Keep the configuration from before and after the change as copies, so that the history shows it. Writer thread.

    May wait for the keyring. That no copy could be kept is said in the words: the change itself was made.
    """
    where = cleared.plan.where
    if way_for(where.platform, 0).read_back != next(iter(commands_for(where.platform)), ""):
        return Kept(None, None, "Take a copy now: copies of this platform are made with another command.")
    try:
        before = keep(desk, where.device_id, applied.before, secrets, at=cleared.at)
        # Never at the same moment: the later copy is the newest one.
        later = max(desk.now, cleared.at + timedelta(milliseconds=1))
        after = keep(desk, where.device_id, applied.after, secrets, at=later)
    except BatonError as error:
        return Kept(None, None, f"No copy was kept: {error.what} {error.todo}".strip())
    if after.outcome is BackupOutcome.FAILED:
        return Kept(before.backup_id, None, f"No copy was kept: {after.words}")
    is_same = before.backup_id == after.backup_id
    words = "The configuration is the same as before." if is_same else "Copies from before and after it were kept."
    return Kept(before.backup_id, after.backup_id, f"{words} {_more(after)}".strip())


def _more(attempt: BackupAttempt) -> str:
    return f"The last one is {attempt.words}." if attempt.words.startswith("without") else attempt.words


def has_timer(platform: str) -> bool:
    """Say whether a platform can go back by itself; never where Baton cannot configure it."""
    try:
        return way_for(platform, 0).has_timer
    except BadInput:
        return False


def _without_frame(lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part the lines from those around them that get into config mode and out again, as in a pasted session."""
    inner, before, behind = [line.rstrip() for line in lines], list[str](), list[str]()
    while inner and (not inner[0].strip() or _ENTERS.fullmatch(inner[0])):
        before.append(inner.pop(0))
    while inner and inner[-1].strip().casefold() in {"", "end"}:
        behind.insert(0, inner.pop())
    return tuple(inner), tuple(line.strip() for line in (*before, *behind) if line.strip())


def _judged(platform: str, steps: Sequence[str]) -> Iterator[PlannedLine]:
    """Judge each line; behind one that may have left config mode also as what it would do outside."""
    parents: list[tuple[int, str]] = []
    may_be_out = False
    for step in steps:
        first, *more = step.split("\n")
        depth = len(first) - len(first.lstrip())
        while parents and parents[-1][0] >= depth:
            parents.pop()
        section = parents[-1][1] if parents else ""
        parents.append((depth, first.strip()))
        modes = (Mode.CONFIG, Mode.EXEC) if may_be_out else (Mode.CONFIG,)
        yield _worst_of(platform, first, modes, section)
        for text in more:
            yield _worst_of(platform, text, (Mode.TEXT,), first.strip())
        word = first.split(maxsplit=1)[0].casefold()
        may_be_out = may_be_out or any(leaving.startswith(word) for leaving in _LEAVES)


def _worst_of(platform: str, text: str, modes: Sequence[Mode], section: str) -> PlannedLine:
    judged = {mode: classify(platform, text, mode) for mode in modes}
    verdict = worst(judged.values())
    mode = next(mode for mode, one in judged.items() if one is verdict)
    return PlannedLine(text, mode, verdict, explain(verdict, text), section)


def _own(platform: str, *typed: tuple[str, Mode]) -> Iterator[PlannedLine]:
    for text, mode in typed:
        verdict = classify(platform, text, mode)
        yield PlannedLine(text, mode, verdict, explain(verdict, text), is_wanted=False)


def _before(way: ConfigWay, minutes: int) -> Iterator[tuple[str, Mode]]:
    yield _filled(way.enter_timed if minutes and way.enter_timed else way.enter, minutes), Mode.EXEC


def _after(way: ConfigWay, minutes: int, *, saves: bool) -> Iterator[tuple[str, Mode]]:
    if way.commit:
        yield _filled(way.commit_timed if minutes else way.commit, minutes), Mode.CONFIG
    if minutes and way.confirm:
        yield _filled(way.confirm, minutes), Mode.CONFIG if way.read_inside else Mode.EXEC
    if saves:
        yield way.save, Mode.EXEC


def _filled(line: str, minutes: int) -> str:
    """Give a line of the way as it is typed; the session's own name is made up only then."""
    clock = f"{minutes // 60:02d}:{minutes % 60:02d}:00"
    return line.format(minutes=minutes, seconds=minutes * 60, clock=clock, name="baton")


def _first_objection(decisions: Sequence[Decision]) -> Decision | None:
    """Give what stands in the way of all; a name is asked for last."""
    held = [one for one in decisions if not one.passes]
    return next((one for one in held if one.way is not Way.NEEDS_NAME), held[0] if held else None)


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
    "MOST_MINUTES",
    "ChangePlan",
    "Cleared",
    "Kept",
    "PlannedLine",
    "apply",
    "error_of",
    "has_timer",
    "keep_copies",
    "plan",
    "record",
]
