"""Writes what a preview has shown, some devices at a time, as edits like any."""

from collections.abc import Sequence

from app.domain.device import Device
from app.domain.entities import Verb, table_of
from app.domain.errors import Refused
from app.services.desk import Desk, Edit
from app.services.device_imports.previewing import Doing, Line, Preview
from app.services.devices.changing import check_jumps
from app.services.people import need_right
from app.store import imports


def may_take_back(desk: Desk) -> bool:
    """Say whether this person may remove devices, so that an undo can take back what an import added."""
    return desk.me().role in table_of(Device).may(Verb.DELETE)


def write(desk: Desk, shown: Preview, keys: Sequence[str]) -> int:
    """Write these of the preview's lines in one transaction, in its order; gives how many were written.

    What somebody has changed since it was shown stays. Raises Refused when this person may not add or change devices.
    """
    wanted = set(keys)
    lines = [line for line in shown.lines if line.key in wanted and line.is_written]
    if any(line.doing is Doing.ADD for line in lines):
        need_right(desk, Verb.INSERT, Device)
    if any(line.doing is not Doing.ADD for line in lines):
        need_right(desk, Verb.UPDATE, Device)
    with desk.edit() as edit:
        written = [line for line in lines if _write(desk, edit, line)]
        # What the file said: the next one changes only what it says anew and nobody has changed here.
        imports.keep_said(desk.cache, {line.device_id: dict(line.says) for line in written})
    return len(written)


def _write(desk: Desk, edit: Edit, line: Line) -> bool:
    present = desk.cache.record(Device, line.device_id)
    if line.doing is Doing.ADD:
        if present is not None:
            return False  # the same file was brought in meanwhile, maybe by another console
        edit.insert(Device(id=line.device_id, **line.values))
        return True
    if present is None or present.deleted:
        return False
    untouched = {n: v for n, v in line.values.items() if getattr(present, n) == line.before[n]}
    if "jump_id" in untouched and _leads_in_a_circle(desk, present.but(**untouched)):
        del untouched["jump_id"]  # somebody has turned the way around here
    edit.update(present, **untouched)
    return True


def _leads_in_a_circle(desk: Desk, device: Device) -> bool:
    try:
        check_jumps(desk, device)
    except Refused:
        return True
    return False
