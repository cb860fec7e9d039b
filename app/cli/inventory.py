"""device list, show, add and import: the inventory for scripts."""

from argparse import Namespace
from typing import Any

from app.cli import saying
from app.cli.profiles import headless
from app.domain.customer import Customer, Environment
from app.domain.device import Device, LoginWith, Protocol
from app.domain.device_files import FileKind
from app.domain.errors import BadInput, CompanyUnreachable
from app.domain.import_map import folded
from app.runtime.headless import Headless
from app.services import device_imports, devices
from app.services.desk import Desk
from app.services.device_imports import Doing, Line, Options, Preview

_AT_ONCE = 100


def show_list(arguments: Namespace) -> int:
    """List the devices that a selector finds."""
    with headless(arguments) as workstation:
        desk = workstation.desk
        found, names = devices.select(desk, arguments.on), dict(devices.customers(desk))
    said = [_brief(device, names.get(device.customer_id or "", "")) for device in found]
    lines = [f"{s['name']:28} {s['address']:24} {s['platform']:14} {s['environment']:10} {s['customer']}" for s in said]
    return saying.result(arguments, {"ok": True, "devices": said}, "\n".join(lines) or "No device.")


def show(arguments: Namespace) -> int:
    """Show one device by its name or id."""
    with headless(arguments) as workstation:
        card = devices.detail(workstation.desk, _find(workstation.desk, arguments.name).id)
    device, login, backup = card.device, card.last_login, card.backup
    said = {
        "ok": True,
        **_brief(device, card.customer),
        "username": device.username,
        "login_with": device.login_with,
        "through": list(card.jumps),
        "tags": device.tags.split(),
        "allows_legacy": device.allows_legacy,
        "model": device.model,
        "serial": device.serial,
        "note": device.note,
        "host_keys": [k.fingerprint for k in card.keys if k.is_valid],
        "last_login": {"at": login.at, "by": login.by} if login else None,
        "last_good_backup": backup.taken_at if backup else None,
        "open_issues": [f"{issue.label} {issue.title}" for issue in card.issues],
    }
    return saying.result(arguments, said, "\n".join(f"{n:16} {_words(v)}" for n, v in said.items() if n != "ok" and v))


def add(arguments: Namespace) -> int:
    """Add a device; it goes to the company when there is contact."""
    with headless(arguments) as workstation:
        desk = workstation.desk
        protocol, jump = Protocol(arguments.protocol), arguments.jump
        device = devices.add(
            desk,
            address=arguments.address,
            port=arguments.port,
            name=arguments.name,
            customer_id=_customer(desk, arguments.customer),
            platform=arguments.platform,
            environment=Environment(arguments.env),
            site=arguments.site,
            username=arguments.user,
            protocol=protocol,
            login_with=LoginWith.KEY if arguments.key else LoginWith.AGENT if arguments.agent else LoginWith.PASSWORD,
            key_file=arguments.key,
            jump_id=_find(desk, jump).id if jump else None,
            tags=arguments.tags,
            allows_legacy=arguments.legacy,
        )
        _send(workstation)
    return saying.result(arguments, {"ok": True, "id": device.id, "name": device.name}, f"Added {device.name}.")


def bring_in(arguments: Namespace) -> int:
    """Bring the devices of a file in, or with --dry-run say what would come of it; what is left out is said."""
    with headless(arguments) as workstation:
        desk = workstation.desk
        kind = FileKind(arguments.kind) if arguments.kind else device_imports.guess_kind(arguments.file)
        options = Options(
            kind,
            source=arguments.source,
            customer_id=_customer(desk, arguments.customer),
            platform=arguments.platform,
            columns=dict(_column(one) for one in arguments.column),
        )
        found = device_imports.preview(desk, arguments.file, options)
        for note in found.notes:
            saying.progress(note)
        for line in found.lines:
            for words in (line.reason, *line.remarks):
                if words:
                    saying.progress(f"{_place(line)}{line.label}: {words}")
        said: dict[str, Any] = {"ok": True, "kind": kind, **_preview(found)}
        if arguments.dry_run:
            changes = [f"{_place(line)}{line.label}: {what}" for line in found.lines for what in _changes(line)]
            return saying.result(arguments, said, "\n".join([*changes, f"{device_imports.summary(found)}."]))
        keys = found.to_write
        for at in range(0, len(keys), _AT_ONCE):
            device_imports.write(desk, found, keys[at : at + _AT_ONCE])
        if (sync := _send(workstation)) is not None:
            said["sync"] = sync
    return saying.result(arguments, said, f"{device_imports.summary(found)}.")


def _brief(device: Device, customer: str) -> dict[str, Any]:
    return {
        "id": device.id,
        "name": device.name,
        "address": devices.shown_address(device.address, device.port, device.protocol),
        "protocol": device.protocol,
        "platform": device.platform,
        "environment": device.environment,
        "customer": customer,
        "site": device.site,
        "software": device.software,
    }


def _preview(found: Preview) -> dict[str, Any]:
    counts = {str(doing).replace(" ", "_"): found.count(doing) for doing in Doing}
    lines = [
        {
            "line": line.line,
            "what": str(line.doing),
            "name": line.label,
            "customer": line.customer,
            "changes": _changes(line),
            "kept": {name: str(value) for name, value in line.kept.items()},
            "reason": line.reason,
            "remarks": list(line.remarks),
        }
        for line in found.lines
    ]
    return {
        **counts,
        "source": found.source,
        "columns": dict(found.columns),
        "notes": list(found.notes),
        "lines": lines,
    }


def _changes(line: Line) -> list[str]:
    """Give what is written, field by field: "site: nothing -> New York"."""
    if line.doing not in {Doing.CHANGE, Doing.MERGE}:
        return []
    shown = [name for name in line.values if name not in {"source", "source_key"}]
    return [f"{name}: {line.before[name] or 'nothing'} -> {line.values[name]}" for name in shown]


def _place(line: Line) -> str:
    return f"line {line.line}, " if line.line else ""


def _words(value: object) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _column(text: str) -> tuple[str, str]:
    head, is_one, field = text.rpartition("=")
    if not is_one or not head:
        raise BadInput(f"“{text}” says of no column what it is.", "Write it as HEADING=FIELD, such as Box=name.")
    return head, field


def _find(desk: Desk, name: str) -> Device:
    found = desk.cache.records(Device, "id = ? OR name = ? COLLATE NOCASE LIMIT 2", (name, name.strip()))
    if len(found) != 1:
        many = "several devices" if found else "no device"
        raise BadInput(f"There is {many} called “{name}” here.", "`device list` shows them with their ids.")
    return found[0]


def _customer(desk: Desk, name: str | None) -> str | None:
    if name is None:
        return None
    found = [one for one in desk.cache.records(Customer) if folded(one.name) == folded(name)]
    if len(found) != 1:
        raise BadInput(f"There is no one customer called “{name}” here.", "Write the whole name.")
    return found[0].id


def _send(workstation: Headless) -> dict[str, Any] | None:
    try:
        return dict(workstation.sync())
    except CompanyUnreachable:
        saying.progress("The company cannot be reached; what is new waits on this workstation.")
        return None
