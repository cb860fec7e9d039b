"""The inventory: which devices there are, by customer, what is known of one, and what one said, kept in an issue."""

import csv
import io
import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.devices.messages import Table
from app.domain.customer import Customer, Environment
from app.domain.device import Device
from app.domain.device_filter import parse
from app.domain.entities import Verb, table_of
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.issue import Issue, IssueState, Note, NoteKind
from app.domain.person import Person
from app.services import host_keys, people
from app.services.desk import Desk
from app.services.host_keys import KeyLine
from app.store import devices as rows
from app.store import imports as by_id

LISTED = 1000
"""More lines than anybody reads; who looks for one among more types a few letters."""
NOTE_CHARS = 100_000

PLATFORMS: tuple[tuple[str, str], ...] = (
    ("cisco_ios", "Cisco IOS"),
    ("cisco_xe", "Cisco IOS XE"),
    ("cisco_nxos", "Cisco NX-OS"),
    ("cisco_xr", "Cisco IOS XR"),
    ("cisco_asa", "Cisco ASA"),
    ("arista_eos", "Arista EOS"),
    ("juniper_junos", "Juniper Junos"),
    ("hp_procurve", "HPE ProCurve"),
    ("linux", "Linux"),
)
"""netmiko's names for the platforms most often met, and what people call them; others may be typed."""

_PLATFORM = re.compile(r"[a-z][a-z0-9_]{1,40}")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?)*\.?")
_USER = re.compile(r"[^\s\x00-\x1f\x7f]{0,64}")
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -/]*[0-~])"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A device in the tree; `open_issues` counts those of its customer."""

    id: str
    name: str
    platform: str
    environment: Environment
    address: str
    site: str
    customer_id: str | None
    customer: str
    is_vip: bool
    open_issues: int


@dataclass(frozen=True, slots=True)
class DeviceTree:
    """The lines found, by customer and name, and how many there are in all."""

    lines: tuple[DeviceLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class OpenIssue:
    """An open issue of the device's customer."""

    id: str
    label: str
    title: str
    state: IssueState
    priority: int


@dataclass(frozen=True, slots=True)
class LastOutput:
    """What was last noted of the device, where and by whom."""

    issue_id: str
    command: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class DeviceCard:
    """All that the pane shows of one device, and what the person at this desk may do with it."""

    device: Device
    customer: str
    is_vip: bool
    keys: tuple[KeyLine, ...]
    issues: tuple[OpenIssue, ...]
    last_output: LastOutput | None
    me: str
    may_edit: bool


def tree(desk: Desk, text: str = "") -> DeviceTree:
    """Give the devices in which every word of the text occurs; all of them for an empty text."""
    words = text.split()
    counts = rows.open_issue_counts(desk.cache)
    found = tuple(_line(row, counts) for row in rows.inventory(desk.cache, words, LISTED))
    total = len(found) if len(found) < LISTED else rows.inventory_size(desk.cache, words)
    return DeviceTree(found, total)


def select(desk: Desk, selector: str) -> tuple[Device, ...]:
    """Give the devices that a selector finds, by customer and name; an empty one finds all.

    Raises BadInput naming the word that cannot be understood.
    """
    wanted = parse(selector)
    ids = [device_id for device_id, known in rows.facts(desk.cache) if wanted.matches(known)]
    found = by_id.rows_by_id(desk.cache, Device, ids)
    return tuple(found[device_id] for device_id in ids)


def of_issue(desk: Desk, issue_id: str) -> tuple[DeviceLine, ...]:
    """Give the devices of the issue's customer by name; none for an issue without a customer."""
    issue = desk.need(Issue, issue_id)
    if issue.customer_id is None:
        return ()
    counts = rows.open_issue_counts(desk.cache)
    return tuple(_line(row, counts) for row in rows.of_customer(desk.cache, issue.customer_id))


def detail(desk: Desk, device_id: str) -> DeviceCard:
    """Give one device with its keys and its customer's open issues; raises Refused when it was removed."""
    device = desk.need(Device, device_id)
    customer = desk.cache.record(Customer, device.customer_id)
    me = desk.me()
    return DeviceCard(
        device=device,
        customer="" if customer is None else customer.name,
        is_vip=customer is not None and customer.is_vip,
        keys=host_keys.book(desk, device_id),
        issues=open_issues(desk, device.customer_id),
        last_output=_last_output(desk, device_id),
        me=me.name,
        may_edit=me.role in table_of(Device).may(Verb.UPDATE),
    )


def open_issues(desk: Desk, customer_id: str | None) -> tuple[OpenIssue, ...]:
    """Give the customer's open issues, most urgent first."""
    if customer_id is None:
        return ()
    found = desk.cache.records(Issue, rows.open_issues_where(), (customer_id,))
    return tuple(OpenIssue(i.id, i.label, i.title, i.state, i.priority) for i in found)


def issue_label(desk: Desk, issue_id: str) -> str:
    """Give the issue's number as people say it."""
    return desk.need(Issue, issue_id).label


def may_add(desk: Desk) -> bool:
    """Say whether this person may add devices; nobody may before the workstation knows who they are."""
    me = desk.cache.record(Person, desk.person_id)
    return me is not None and me.role in table_of(Device).may(Verb.INSERT)


def customers(desk: Desk) -> tuple[tuple[str, str], ...]:
    """Give id and name of each customer that a device can belong to, by name."""
    found = desk.cache.records(Customer, "1 ORDER BY name COLLATE NOCASE, id")
    return tuple((customer.id, customer.name) for customer in found)


def add(
    desk: Desk,
    *,
    address: str,
    port: int | str = 22,
    platform: str = "cisco_ios",
    username: str = "",
    name: str = "",
    customer_id: str | None = None,
    environment: Environment = Environment.PRODUCTION,
    site: str = "",
    allows_legacy: bool = False,
) -> Device:
    """Add a device by hand; without a name it is called by its address.

    Raises BadInput for what cannot be an address, port, platform or user name, Refused when the customer has this
    address or name already or when this person may not add devices.
    """
    people.need_right(desk, Verb.INSERT, Device)
    device = _checked(
        Device(
            id=new_id(),
            customer_id=customer_id or None,
            name=name,
            address=address,
            port=_port(port),
            platform=platform,
            environment=environment,
            username=username,
            site=site,
            allows_legacy=allows_legacy,
        )
    )
    with desk.edit() as edit:
        _refuse_twin(desk, device)
        return edit.insert(device)


def change(desk: Desk, device_id: str, **fields: Any) -> Device:
    """Change what is known of a device; takes the fields of `add`, raises as `add` does."""
    people.need_right(desk, Verb.UPDATE, Device)
    if "port" in fields:
        fields["port"] = _port(fields["port"])
    with desk.edit() as edit:
        before = desk.need(Device, device_id)
        after = _checked(before.but(**fields))
        _refuse_twin(desk, after)
        edit.update(before, **{field: getattr(after, field) for field in fields})
        return after


def note_output(desk: Desk, issue_id: str, device_id: str, command: str, raw: str, table: Table | None = None) -> Note:
    """Keep what a device said as a note on the issue, with the table below it when one is given.

    Escape sequences are left out, and of a very long output all but its beginning, which the note says. Raises Refused
    when the issue is another customer's: what one customer's device said is nobody else's business.
    """
    with desk.edit() as edit:
        issue, device = desk.need(Issue, issue_id), desk.need(Device, device_id)
        if device.customer_id and issue.customer_id and device.customer_id != issue.customer_id:
            raise Refused(
                f"Issue {issue.label} is another customer's than {device.name}.", "Choose an issue of its customer."
            )
        return edit.insert(
            Note(
                id=new_id(),
                issue_id=issue.id,
                customer_id=issue.customer_id,
                kind=NoteKind.DEVICE_OUTPUT,
                at=edit.at,
                person_id=edit.by,
                body=_body(raw, table),
                device_id=device.id,
                command=command.strip(),
            )
        )


def plain(raw: str) -> str:
    """Give a device's output without escape sequences and control characters, which no note and no screen needs."""
    lines = raw.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", _ESCAPES.sub("", lines))


def as_csv(table: Table) -> str:
    """Give the table as RFC 4180 has it, with a line of headings."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.headers)
    writer.writerows(table.rows)
    return text.getvalue()


def as_text(table: Table) -> str:
    """Give the table in columns that line up in a fixed face."""
    widths = [max(len(row[at]) for row in (table.headers, *table.rows)) for at in range(len(table.headers))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
             for row in (table.headers, *table.rows)]  # fmt: skip
    return "\n".join(lines)


def _body(raw: str, table: Table | None) -> str:
    parts = [plain(raw).strip("\n"), *([as_text(table)] if table is not None else [])]
    text = "\n\n".join(parts)
    if len(text) <= NOTE_CHARS:
        return text
    return f"{text[:NOTE_CHARS]}\n[{len(text) - NOTE_CHARS} more characters are not in this note.]"


def _line(row: rows.InventoryRow, counts: dict[str, int]) -> DeviceLine:
    return DeviceLine(
        id=row.id,
        name=row.name,
        platform=row.platform,
        environment=_environment(row.environment),
        address=row.address if row.port == 22 else f"{row.address}:{row.port}",
        site=row.site,
        customer_id=row.customer_id,
        customer=row.customer,
        is_vip=bool(row.is_vip),
        open_issues=counts.get(row.customer_id or "", 0),
    )


def _environment(word: str) -> Environment:
    # What a newer version calls otherwise is handled with the most care.
    return Environment(word) if word in set(Environment) else Environment.PRODUCTION


def _last_output(desk: Desk, device_id: str) -> LastOutput | None:
    found = desk.cache.records(Note, "device_id = ? ORDER BY at DESC, id DESC LIMIT 1", (device_id,))
    return (
        LastOutput(n.issue_id, n.command, n.at, people.name_of(desk, n.person_id))
        if (n := next(iter(found), None))
        else None
    )


def _checked(device: Device) -> Device:
    address, platform = device.address.strip(), device.platform.strip()
    if not _is_address(address):
        raise BadInput(f"“{address}” cannot be a device's address.", "Write a host name or an IP address.")
    if not _PLATFORM.fullmatch(platform):
        raise BadInput(f"“{platform}” is no platform.", "Write netmiko's name for it, such as cisco_ios.")
    username = device.username.strip()
    if not _USER.fullmatch(username):
        raise BadInput("A user name has no blanks and at most 64 characters.", "Correct it.")
    return device.but(
        address=address,
        platform=platform,
        username=username,
        name=" ".join(device.name.split()) or address,
        site=" ".join(device.site.split()),
        environment=Environment(device.environment),
    )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        # Digits and dots that are no address would be looked up as a name and never found.
        return len(text) <= 253 and bool(_HOST.fullmatch(text)) and not text.replace(".", "").isdigit()
    return True


def _port(given: int | str) -> int:
    text = str(given).strip()
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise BadInput(f"“{text}” is no port.", "A port is a number from 1 to 65535; SSH is usually 22.")
    return int(text)


def _refuse_twin(desk: Desk, device: Device) -> None:
    for other in desk.cache.records(Device, "customer_id IS ? AND id <> ?", (device.customer_id, device.id)):
        if (other.address, other.port) == (device.address, device.port):
            raise Refused(f"{other.name} has this address already.", "Open it instead, or correct the address.")
        if other.name.casefold() == device.name.casefold():
            raise Refused(f"There is a {other.name} already at {other.address}.", "Give this one another name.")
