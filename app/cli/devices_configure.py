"""devices configure: lines of configuration for one device, in its change window, read back afterwards."""

import queue
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from app.cli import device_choice, saying
from app.cli.devices_backup import sync
from app.cli.profiles import headless
from app.domain.errors import BadInput, Refused
from app.domain.issue import Issue
from app.runtime.device_line import DeviceLine
from app.services import config_changes, terminals
from app.services.config_changes import ChangePlan, Cleared, Kept, PlannedLine
from app.services.desk import Desk
from app.services.terminals import ConfigAnswer, ConfigApplied, Target


def run(arguments: Namespace) -> int:
    """Apply the lines and print what the device said; 1 when it was not made whole, or not saved.

    The guard asks here for what it asks on a screen: an open change window, the issue, the name of the device. With
    --dry-run it is only said what would be sent, and 1 when something is missing for it.
    """
    with headless(arguments) as workstation:
        sync(workstation)
        desk = workstation.desk
        wanted = config_changes.plan(
            desk,
            device_choice.one(desk, arguments.device).id,
            _lines(arguments.file),
            issue_id=_issue(desk, arguments.issue),
            revert_minutes=arguments.revert,
            is_saved=not arguments.no_save,
            name=arguments.name,
        )
        if arguments.dry_run:
            return _preview(arguments, wanted)
        saying.progress("\n".join(_previewed(wanted)))
        # First, so that nothing is written down as sent that could not even be tried.
        to = terminals.unattended(desk, wanted.device_id, workstation.secrets)
        cleared = config_changes.record(desk, wanted, name=arguments.name)
        with DeviceLine(workstation) as line:
            answer = _apply(line, cleared, to)
        kept = None
        if isinstance(answer, ConfigApplied):
            kept = config_changes.put_copies(
                desk, config_changes.judge_copies(desk, cleared, answer, workstation.secrets)
            )
        sync(workstation)
    return _print(arguments, wanted, answer, kept)


def _lines(file: str) -> list[str]:
    """Read the lines; "-" is what is piped in. Raises BadInput when the file cannot be read."""
    if file == "-":
        return sys.stdin.read().splitlines()
    try:
        return Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{file} cannot be read: {error}.", "Name a text file with a line of configuration each."
        ) from error


def _issue(desk: Desk, number: int | None) -> str | None:
    if number is None:
        return None
    found = desk.cache.records(Issue, "number = ? AND deleted = 0", (number,))
    if not found:
        raise Refused(f"There is no issue {number} here.", "`sync --once` fetches what is new.")
    return found[0].id


def _apply(line: DeviceLine, cleared: Cleared, to: Target) -> ConfigAnswer:
    """Wait for the one answer; with Ctrl+C the change stops before its next line, and gets out of config mode."""
    answers: queue.SimpleQueue[ConfigAnswer] = queue.SimpleQueue()
    request_id = config_changes.apply(line.exchange, cleared, to, answers.put)
    try:
        return answers.get()
    except KeyboardInterrupt:
        saying.progress("Stopping before the next line.")
        line.exchange.cancel(request_id)
        return answers.get()


def _preview(arguments: Namespace, wanted: ChangePlan) -> int:
    missing = wanted.missing
    said = {"ok": missing is None, **_as_dict(wanted)}
    saying.result(arguments, said, "\n".join(_previewed(wanted)))
    return 0 if missing is None else 1


def _previewed(wanted: ChangePlan) -> list[str]:
    missing = wanted.missing
    lines = [f"{line.verdict.line_class:11} {line.text}" for line in wanted.lines]
    lines += [f"left out, Baton types it itself: {line}" for line in wanted.left_out]
    lines += [wanted.sentence, wanted.way_back]
    return lines if missing is None else [*lines, f"{missing.words} {missing.todo}".strip()]


def _print(arguments: Namespace, wanted: ChangePlan, answer: ConfigAnswer, kept: Kept | None) -> int:
    error = config_changes.error_of(answer)
    if isinstance(answer, ConfigApplied):
        transcript, saved, unseen = answer.transcript, answer.save_output, list(answer.unseen)
    else:
        transcript, saved, unseen = getattr(answer, "transcript", ""), "", []
    said: dict[str, Any] = {
        "ok": error is None,
        **_as_dict(wanted),
        "error": "" if error is None else error.what,
        "todo": "" if error is None else error.todo,
        "transcript": transcript,
        "save_output": saved,
        "unseen": unseen,
        "copies": None if kept is None else {"before": kept.before_id, "after": kept.after_id, "words": kept.words},
    }
    words = [transcript] if transcript else []
    words += [f"The configuration does not show it as typed, look at it: {line}" for line in unseen]
    words += [] if kept is None else [kept.words]
    saying.result(arguments, said, "\n".join(words))
    if error is not None:
        saying.progress(f"{error.what}\n{error.todo}".rstrip())
    return 0 if error is None else 1


def _as_dict(wanted: ChangePlan) -> dict[str, Any]:
    missing = wanted.missing
    return {
        "device": wanted.where.name,
        "lines": [_line(line) for line in wanted.lines],
        "left_out": list(wanted.left_out),
        "way_back": wanted.way_back,
        "missing": None if missing is None else {"way": missing.way, "words": missing.words, "todo": missing.todo},
    }


def _line(line: PlannedLine) -> dict[str, Any]:
    return {
        "line": line.text,
        "class": line.verdict.line_class,
        "reason": line.meaning,
        "section": line.section,
        "is_wanted": line.is_wanted,
    }
