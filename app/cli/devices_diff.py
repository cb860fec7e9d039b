"""devices diff: what changed in a device's configuration between two copies, with every secret marked."""

import difflib
from argparse import Namespace
from datetime import datetime

from app.cli import saying
from app.cli.device_choice import one
from app.cli.devices_backup import sync
from app.cli.profiles import headless
from app.domain.as_of import as_of
from app.domain.errors import BadInput, Refused
from app.services import configs
from app.services.configs import Copy
from app.services.desk import Desk


def show(arguments: Namespace) -> int:
    """Print the difference as a unified diff."""
    with headless(arguments) as workstation:
        sync(workstation)
        desk = workstation.desk
        before, now = _pair(desk, arguments)
        for copy in (before, now):
            if not copy.is_here:
                workstation.fetch_content(copy.id)
        texts = configs.pair(desk, before.id, now.id)
    lines = list(
        difflib.unified_diff(
            texts.before.split("\n"), texts.now.split("\n"), _name(before), _name(now), lineterm="", n=3
        )
    )
    if lines and not texts.has_marks:
        saying.progress("The marks of these two copies cannot be compared: a secret that changed does not show.")
    said = {
        "ok": True,
        "device": now.device,
        "from": {"id": before.id, "taken_at": before.taken_at.isoformat(), "by": before.by},
        "to": {"id": now.id, "taken_at": now.taken_at.isoformat(), "by": now.by},
        "has_marks": texts.has_marks,
        "lines": lines,
    }
    unchanged = f"{now.device} is as it was {before.taken_at:%Y-%m-%d %H:%M}Z."
    return saying.result(arguments, said, "\n".join(lines) or unchanged)


def _pair(desk: Desk, arguments: Namespace) -> tuple[Copy, Copy]:
    device = one(desk, arguments.device)
    if arguments.since_deployment:
        if arguments.from_at or arguments.to_at:
            raise BadInput("A deployment says from when already.", "Leave --from and --to out.")
        before, now, deployment = configs.since_deployment(desk, device.id)
        saying.progress(f"Since {deployment.what} ({deployment.at:%Y-%m-%d %H:%M}Z by {deployment.by}).")
        return before, now
    history = configs.history(desk, device.id)
    if not history:
        raise Refused(f"There is no copy of {device.name} yet.", f"`devices backup {device.name}` takes one.")
    now = _held_at(history, as_of(arguments.to_at)) if arguments.to_at else history[0]
    if arguments.from_at:
        return _held_at(history, as_of(arguments.from_at)), now
    older = history[history.index(now) + 1 :]
    if not older:
        raise Refused(f"There is one copy of {device.name} only.", "Nothing changed since it was taken.")
    return older[0], now


def _held_at(history: tuple[Copy, ...], at: datetime) -> Copy:
    for copy in history:
        if copy.taken_at <= at:
            return copy
    oldest = history[-1]
    raise Refused(
        f"No copy of {oldest.device} is from before {at:%Y-%m-%d %H:%M}Z.",
        f"The oldest is of {oldest.taken_at:%Y-%m-%d %H:%M}Z.",
    )


def _name(copy: Copy) -> str:
    return f"{copy.device} {copy.taken_at:%Y-%m-%d %H:%M:%S}Z by {copy.by}"
