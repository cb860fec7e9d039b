"""The guard: whether a line may go to a device now, and what is missing when it may not.

On production, whatever changes something needs a change window of the customer that is open and an issue or a run that
it is for; what is destructive needs the device's name typed, too. Elsewhere only what is destructive asks for the name.
An emergency is never stopped. Every line that goes, or is given up, stands in the audit log.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain.customer import Environment
from app.domain.device import Device
from app.domain.entities import Verb, table_of
from app.domain.errors import Refused
from app.domain.guard import Mode, Verdict, classify
from app.domain.issue import Issue
from app.domain.session import AuditLine, ChangeWindow, LineClass, Passage
from app.services import audit, change_windows, emergencies
from app.services.change_windows import OpenWindow
from app.services.desk import Desk, Edit


class Way(StrEnum):
    """Whether a line goes, or what it waits for."""

    PASSES = "passes"
    NEEDS_WINDOW = "needs_window"
    NEEDS_ISSUE = "needs_issue"
    NEEDS_NAME = "needs_name"
    NEEDS_LOG = "needs_log"  # it may go, but could not be written down
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a line: the way, the verdict, why in words and what to do, and the window that lets it pass.

    `may_open` says that this person may open the window that is missing.
    """

    way: Way
    verdict: Verdict
    words: str = ""
    todo: str = ""
    window: OpenWindow | None = None
    passage: Passage = Passage.SENT
    issue_id: str | None = None
    run_id: str | None = None
    may_open: bool = False

    @property
    def passes(self) -> bool:
        """Say whether the line may go."""
        return self.way is Way.PASSES


@dataclass(frozen=True, slots=True)
class Standing:
    """What has to be known of a device before anything is typed there, so that its screen can be read."""

    device_id: str
    name: str
    platform: str
    environment: Environment
    customer_id: str | None
    customer: str
    me: str
    trouble: str = ""  # why this person may give the device nothing at all
    note: str = ""  # what was written down about the device


def standing(desk: Desk, device_id: str) -> Standing:
    """Look up what a terminal's gate has to know; raises Refused when the device was removed."""
    device, me = desk.need(Device, device_id), desk.me()
    customer = change_windows.customer_name(desk, device.customer_id)
    trouble = _may_not(desk)
    return Standing(
        device.id,
        device.name,
        device.platform,
        _environment(device),
        device.customer_id,
        customer,
        me.name,
        trouble,
        device.note.strip(),
    )


def decide(
    desk: Desk,
    device: Device,
    line: str,
    mode: Mode,
    *,
    issue_id: str | None = None,
    run_id: str | None = None,
    name: str = "",
    emergency_id: str | None = None,
) -> Decision:
    """Decide on one line. `name` is what was typed as the device's name, `emergency_id` an emergency that is on."""
    verdict = classify(device.platform, line, mode)
    trouble = _may_not(desk)
    if trouble:
        return Decision(Way.REFUSED, verdict, trouble, "Ask somebody who may, or watch them do it.")
    passed = Decision(
        Way.PASSES,
        verdict,
        passage=_passage(mode, Passage.SENT),
        issue_id=_fitting(desk, device, issue_id),
        run_id=run_id,
    )
    if emergencies.is_on(desk, emergency_id, device.id):
        return replace(passed, passage=_passage(mode, Passage.EMERGENCY))
    environment = _environment(device)
    if environment is Environment.PRODUCTION and verdict.line_class is not LineClass.READ:
        passed = _on_production(desk, device, passed)
    asks_name = verdict.line_class is LineClass.DESTRUCTIVE and environment is not Environment.PRACTICE
    if not passed.passes or not asks_name:
        return passed
    if name.strip().casefold() == device.name.casefold():
        return replace(passed, passage=Passage.CONFIRMED)
    wrong = f"“{name.strip()}” is not this device." if name.strip() else verdict.reason
    return replace(passed, way=Way.NEEDS_NAME, words=wrong, todo=f"Type {device.name} to send it.")


def give(
    desk: Desk,
    device_id: str,
    line: str,
    mode: Mode,
    *,
    issue_id: str | None = None,
    run_id: str | None = None,
    name: str = "",
    emergency_id: str | None = None,
) -> Decision:
    """Decide on a line and, when it passes, write it into the audit log; only then may it be sent."""
    device = desk.need(Device, device_id)
    found = decide(desk, device, line, mode, issue_id=issue_id, run_id=run_id, name=name, emergency_id=emergency_id)
    if found.passes and _environment(device) is not Environment.PRACTICE:
        _record(desk, device, line, found, found.passage, "")
    return found


def give_up(
    desk: Desk, device_id: str, line: str, mode: Mode, reason: str, issue_id: str | None = None
) -> AuditLine | None:
    """Write down that a line was held and not sent, with the reason; nothing for a practice device."""
    device = desk.need(Device, device_id)
    if _environment(device) is Environment.PRACTICE:
        return None
    verdict = classify(device.platform, line, mode)
    return _record(
        desk,
        device,
        line,
        Decision(Way.REFUSED, verdict, issue_id=_fitting(desk, device, issue_id)),
        Passage.REFUSED,
        reason,
    )


def need(
    desk: Desk,
    device_id: str,
    line: str,
    mode: Mode = Mode.EXEC,
    *,
    issue_id: str | None = None,
    run_id: str | None = None,
    name: str = "",
    emergency_id: str | None = None,
) -> Decision:
    """Like `give`, for whoever has no screen to ask on: raises Refused, written down as such, when it may not go."""
    found = give(desk, device_id, line, mode, issue_id=issue_id, run_id=run_id, name=name, emergency_id=emergency_id)
    if not found.passes:
        give_up(desk, device_id, line, mode, found.words, issue_id)
        raise Refused(f"“{line.strip()}” was not sent. {found.words}", found.todo)
    return found


def need_role(desk: Desk) -> None:
    """Raise Refused for whoever may give no device a line at all."""
    trouble = _may_not(desk)
    if trouble:
        raise Refused(trouble, "Ask somebody who may, or watch them do it.")


def decide_all(
    desk: Desk,
    device: Device,
    lines: Sequence[tuple[str, Mode]],
    *,
    issue_id: str | None = None,
    run_id: str | None = None,
    name: str = "",
    emergency_id: str | None = None,
) -> tuple[Decision, ...]:
    """Decide on lines that are to go together."""
    return tuple(
        decide(desk, device, line, mode, issue_id=issue_id, run_id=run_id, name=name, emergency_id=emergency_id)
        for line, mode in lines
    )


def need_all(
    desk: Desk,
    device_id: str,
    lines: Sequence[tuple[str, Mode]],
    *,
    issue_id: str | None = None,
    run_id: str | None = None,
    name: str = "",
    emergency_id: str | None = None,
) -> None:
    """Like `need` for lines that go together or not at all; they are written down in one edit."""
    device = desk.need(Device, device_id)
    found = decide_all(desk, device, lines, issue_id=issue_id, run_id=run_id, name=name, emergency_id=emergency_id)
    for (line, mode), decision in zip(lines, found, strict=True):
        if not decision.passes:
            give_up(desk, device_id, line, mode, decision.words, issue_id)
            raise Refused(f"“{line.strip()}” and the lines with it were not sent. {decision.words}", decision.todo)
    if _environment(device) is Environment.PRACTICE:
        return
    with desk.edit() as edit:
        for (line, _mode), decision in zip(lines, found, strict=True):
            _write(desk, edit, device, line, decision, decision.passage, "")


def need_on_each(desk: Desk, device_ids: Iterable[str], line: str, window_id: str | None = None) -> None:
    """Like `need` for one command to many devices, to all of them or to none; it is written down in one edit.

    `window_id` names the change window that it is for, which has to be open still.
    """
    named = None if window_id is None else desk.need(ChangeWindow, window_id)
    if named is not None and not named.is_open(desk.now):
        raise Refused(f"The change window “{named.what}” is not open any more.", "Choose one that is, or open one.")
    issue_id, run_id = (None, None) if named is None else (named.issue_id, named.run_id)
    devices = [desk.need(Device, device_id) for device_id in device_ids]
    found = [decide(desk, device, line, Mode.EXEC, issue_id=issue_id, run_id=run_id) for device in devices]
    for device, decision in zip(devices, found, strict=True):
        if not decision.passes:
            give_up(desk, device.id, line, Mode.EXEC, decision.words, issue_id)
            raise Refused(f"“{line.strip()}” was sent to nobody. {device.name}: {decision.words}", decision.todo)
    window = None if named is None else change_windows.open_window(named)
    with desk.edit() as edit:
        for device, decision in zip(devices, found, strict=True):
            if _environment(device) is not Environment.PRACTICE:
                _write(desk, edit, device, line, replace(decision, window=window), decision.passage, "")


def _on_production(desk: Desk, device: Device, passed: Decision) -> Decision:
    open_windows = change_windows.open_now(desk, device.customer_id)
    whose = change_windows.customer_name(desk, device.customer_id) or "this device"
    if not open_windows:
        may_open = desk.me().role in table_of(ChangeWindow).may(Verb.INSERT)
        todo = "Open a change window" if may_open else f"Ask {change_windows.whom_to_ask(desk)} to open a change window"
        return replace(
            passed,
            way=Way.NEEDS_WINDOW,
            words=f"{device.name} is production, and no change window is open for {whose}.",
            todo=f"{todo}. In an emergency pass the guard and say why.",
            may_open=may_open,
        )
    same = [one for one in open_windows if passed.issue_id and one.issue_id == passed.issue_id]
    window = (same or list(open_windows))[0]
    issue_id, run_id = passed.issue_id or window.issue_id, passed.run_id or window.run_id
    found = replace(passed, window=window, issue_id=issue_id, run_id=run_id)
    if issue_id or run_id:
        return found
    return replace(
        found,
        way=Way.NEEDS_ISSUE,
        words="The change window is open, but no issue or run says what this change is for.",
        todo="Choose the issue it is for.",
    )


def _record(desk: Desk, device: Device, line: str, found: Decision, passage: Passage, reason: str) -> AuditLine:
    with desk.edit() as edit:
        return _write(desk, edit, device, line, found, passage, reason)


def _write(
    desk: Desk, edit: Edit, device: Device, line: str, found: Decision, passage: Passage, reason: str
) -> AuditLine:
    return audit.record(
        desk,
        edit,
        device,
        line,
        found.verdict.line_class,
        passage,
        reason=reason,
        issue_id=found.issue_id,
        window_id=found.window.window_id if found.window is not None else None,
        run_id=found.run_id,
    )


def _fitting(desk: Desk, device: Device, issue_id: str | None) -> str | None:
    """Give the issue unless it is another customer's: a change there is not for what this customer wants."""
    issue = desk.cache.record(Issue, issue_id) if issue_id else None
    is_theirs = issue is not None and not issue.deleted and issue.customer_id in {None, device.customer_id}
    return issue_id if is_theirs else None


def _passage(mode: Mode, otherwise: Passage) -> Passage:
    return Passage.HIDDEN if mode is Mode.HIDDEN else otherwise


def _environment(device: Device) -> Environment:
    # What a newer version calls otherwise is handled with the most care.
    return device.environment if device.environment in set(Environment) else Environment.PRODUCTION


def _may_not(desk: Desk) -> str:
    role = desk.me().role
    if role in table_of(AuditLine).may(Verb.INSERT):
        return ""
    return f"As {role} you may look, but give a device nothing."
