"""All that is known of one device, as its facts show it."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.config_backup import BackupAttempt, BackupOutcome, ConfigBackup
from app.domain.customer import Customer
from app.domain.device import Device
from app.domain.entities import Verb, table_of
from app.domain.issue import Issue, IssueState, Note
from app.domain.session import Session
from app.services import host_keys, people
from app.services.desk import Desk
from app.services.devices.tree import LastLogin
from app.services.host_keys import KeyLine
from app.store import devices as rows


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
class BackupState:
    """The newest good copy of a device's configuration, and how the last attempt ended, with its words."""

    taken_at: datetime | None
    lines: int
    tried_at: datetime | None
    outcome: BackupOutcome | None
    words: str

    @property
    def has_failed(self) -> bool:
        """Say whether the last attempt brought no good copy."""
        return self.outcome is BackupOutcome.FAILED


@dataclass(frozen=True, slots=True)
class DeviceCard:
    """All that the pane shows of one device, and what the person at this desk may do with it.

    `jumps` are the names of what one goes through, the nearest to us first.
    """

    device: Device
    customer: str
    is_vip: bool
    keys: tuple[KeyLine, ...]
    issues: tuple[OpenIssue, ...]
    last_output: LastOutput | None
    me: str
    may_edit: bool
    last_login: LastLogin | None = None
    jumps: tuple[str, ...] = ()
    backup: BackupState | None = None


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
        last_login=_last_login(desk, device_id),
        jumps=jumps(desk, device),
        backup=backup_state(desk, device_id),
    )


def jumps(desk: Desk, device: Device) -> tuple[str, ...]:
    """Give the names of the devices that one goes through, the nearest to us first."""
    names: list[str] = []
    seen, jump_id = {device.id}, device.jump_id
    while jump_id is not None and jump_id not in seen:
        seen.add(jump_id)
        jump = desk.cache.record(Device, jump_id)
        names.insert(0, jump.name if jump is not None else "one that is not here")
        jump_id = jump.jump_id if jump is not None else None
    return tuple(names)


def jump_hosts(desk: Desk) -> tuple[tuple[str, str], ...]:
    """Give id and "name (address)" of every device that others can be reached through, by name."""
    found = desk.cache.records(Device, "protocol = 'ssh' ORDER BY name COLLATE NOCASE, id")
    return tuple((one.id, f"{one.name} ({one.address})") for one in found)


def backup_state(desk: Desk, device_id: str) -> BackupState | None:
    """Give what is known of the device's config backups; None when nobody has tried yet."""
    newest = "device_id = ? ORDER BY {} DESC, id DESC LIMIT 1"
    copy = next(iter(desk.cache.records(ConfigBackup, newest.format("taken_at"), (device_id,))), None)
    attempt = next(iter(desk.cache.records(BackupAttempt, newest.format("at"), (device_id,))), None)
    if copy is None and attempt is None:
        return None
    return BackupState(
        taken_at=copy.taken_at if copy else None,
        lines=copy.lines if copy else 0,
        tried_at=attempt.at if attempt else None,
        outcome=attempt.outcome if attempt else None,
        words=attempt.words if attempt else "",
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


def customers(desk: Desk) -> tuple[tuple[str, str], ...]:
    """Give id and name of each customer that a device can belong to, by name."""
    found = desk.cache.records(Customer, "1 ORDER BY name COLLATE NOCASE, id")
    return tuple((customer.id, customer.name) for customer in found)


def _last_login(desk: Desk, device_id: str) -> LastLogin | None:
    found = desk.cache.records(Session, "device_id = ? ORDER BY opened_at DESC LIMIT 1", (device_id,))
    return LastLogin(found[0].opened_at, people.name_of(desk, found[0].person_id)) if found else None


def _last_output(desk: Desk, device_id: str) -> LastOutput | None:
    found = desk.cache.records(Note, "device_id = ? ORDER BY at DESC, id DESC LIMIT 1", (device_id,))
    return (
        LastOutput(n.issue_id, n.command, n.at, people.name_of(desk, n.person_id))
        if (n := next(iter(found), None))
        else None
    )
