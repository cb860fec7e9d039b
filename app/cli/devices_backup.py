"""devices backup and devices import-oxidized: copies of configurations, kept for the company."""

import threading
from argparse import Namespace
from typing import Any

from app.cli import saying
from app.cli.device_choice import chosen
from app.cli.profiles import headless
from app.domain.config_backup import BackupOutcome
from app.domain.errors import CompanyUnreachable
from app.runtime.device_line import DeviceLine
from app.runtime.headless import Headless
from app.services.configs import BackupRound, Result, keys, oxidized

_WORDS = {BackupOutcome.CHANGED: "changed", BackupOutcome.SAME: "unchanged", BackupOutcome.FAILED: "FAILED", None: "-"}


def back_up(arguments: Namespace) -> int:
    """Back up the devices chosen; gives 1 when one of them could not be."""
    with headless(arguments) as workstation:
        sync(workstation)
        keys.tend(workstation.desk, workstation.secrets)
        which = chosen(workstation.desk, arguments.which)
        results: list[Result] = []
        lock = threading.Lock()

        def take(result: Result) -> None:
            with lock:
                results.append(result)
                saying.progress(f"{len(results)}/{len(which)} {_line(result)}")

        confirmed = frozenset(one.id for one in which) if arguments.shorter else frozenset[str]()
        with DeviceLine(workstation) as line:
            going = BackupRound(line, line.exchange, workstation.secrets, take, confirmed=confirmed)
            done = going.start(which)
            try:
                done.result()
            except KeyboardInterrupt:
                going.cancel()
                raise
        for report in line.reports:
            saying.progress(report)
        sync(workstation)
    counts = {word: sum(one.outcome is outcome for one in results) for outcome, word in _COUNTED.items()}
    is_ok = not counts["failed"] and not counts["not_asked"]
    said = {"ok": is_ok, **counts, "devices": [_as_dict(one) for one in sorted(results, key=lambda r: r.device)]}
    text = "{changed} changed, {same} unchanged, {failed} failed, {not_asked} not asked".format(**counts)
    saying.result(arguments, said, text)
    return 0 if is_ok else 1


def bring_in(arguments: Namespace) -> int:
    """Bring in an Oxidized repository with its history, or say with --preview what would come of it."""
    with headless(arguments) as workstation:
        desk = workstation.desk
        seen = oxidized.preview(desk, arguments.repository)
        lines = [f"{one.path}: {one.reason}" for one in seen.left_out]
        if arguments.preview:
            text = "\n".join(
                [
                    *lines,
                    *(f"{oxidized.shown(one.path)} → {one.device}: {one.versions}" for one in seen.files),
                    seen.words,
                ]
            )
            return saying.result(arguments, {"ok": True, **seen.as_dict()}, text)
        for one in lines:
            saying.progress(one)
        brought = oxidized.bring_in(desk, seen, workstation.secrets, on_progress=saying.progress)
        sync(workstation)
    return saying.result(arguments, {"ok": True, **brought.as_dict()}, brought.words)


def sync(workstation: Headless) -> None:
    """Send and fetch when there is contact; what was made waits here without."""
    try:
        workstation.sync()
    except CompanyUnreachable:
        saying.progress("The company cannot be reached; what is kept waits on this workstation.")


_COUNTED = {
    BackupOutcome.CHANGED: "changed",
    BackupOutcome.SAME: "same",
    BackupOutcome.FAILED: "failed",
    None: "not_asked",
}


def _line(result: Result) -> str:
    return f"{_WORDS[result.outcome]:9} {result.device:24} {result.words}".rstrip()


def _as_dict(result: Result) -> dict[str, Any]:
    return {
        "id": result.device_id,
        "device": result.device,
        "outcome": None if result.outcome is None else result.outcome.value,
        "words": result.words,
        "copy": result.backup_id,
    }
