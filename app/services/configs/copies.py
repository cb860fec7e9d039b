"""Copies of configurations: a device's history, their texts, and what changed since the last deployment."""

import bisect
import zlib
from dataclasses import dataclass
from datetime import datetime

from app.domain.config_backup import BackupOutcome, ConfigBackup
from app.domain.config_text import settled
from app.domain.customer import Customer
from app.domain.device import Device
from app.domain.errors import EnvironmentFault, Refused
from app.domain.ports import Secrets
from app.domain.redaction import without_hashes
from app.services import deployments
from app.services.configs import bundle, keys
from app.services.deployments import DeploymentLine
from app.services.desk import Desk
from app.services.people import OUTSIDE, name_of, names
from app.store import config_backups as rows
from app.store import contents
from app.store.config_backups import Attempted
from app.store.deployments import since

_EVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Copy:
    """One good copy of a device's configuration. `by` is who took it; of an imported one who changed the device.

    `deployment` is the last one to the customer before it was taken. `checked` is the last attempt before the next copy
    was taken: when it was found unchanged, or what went wrong. `lines` counts those of the text, `size_bytes` those of
    its content, which is fetched on demand (Workstation.fetch_content) unless it `is_here`. `has_full_text` says that
    the full text was sealed with it.
    """

    id: str
    device_id: str
    device: str
    customer: str
    platform: str
    taken_at: datetime
    by: str
    workstation: str
    source: str
    lines: int
    size_bytes: int
    is_here: bool
    has_full_text: bool
    deployment: DeploymentLine | None
    checked: Attempted | None
    is_newest: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two redacted texts to be compared, without the lines that change by themselves.

    Not `has_marks`: all marks are bare, so that a secret that changed does not show.
    """

    before: str
    now: str
    has_marks: bool


class NotBackedUpSince(Refused):
    """The device was not looked at since the deployment: a copy taken now would tell."""


def history(desk: Desk, device_id: str) -> tuple[Copy, ...]:
    """Give a device's copies, the newest first; raises Refused when the device was removed."""
    device = desk.need(Device, device_id)
    found = rows.of_device(desk.cache, device_id)
    attempts = rows.attempts(desk.cache, device_id)
    attempted_at = [one.at for one in attempts]
    deployed = _deployments(desk, device.customer_id)
    deployed_at = [one.at for one in deployed]
    customer = desk.cache.record(Customer, device.customer_id)
    who = names(desk)
    copies = []
    before_next: datetime | None = None
    for one in found:
        # One attempt makes the copy itself at the same time; what stands before the next copy's is its last check.
        last = bisect.bisect_left(attempted_at, before_next) if before_next else len(attempts)
        checked = attempts[last - 1] if last and attempts[last - 1].at > one.taken_at else None
        at = bisect.bisect_right(deployed_at, one.taken_at)
        copies.append(
            Copy(
                id=one.id,
                device_id=device.id,
                device=device.name,
                customer="" if customer is None else customer.name,
                platform=device.platform,
                taken_at=one.taken_at,
                by=one.by_words or who.get(one.person_id, OUTSIDE),
                workstation=one.workstation,
                source=one.source,
                lines=one.lines,
                size_bytes=one.size_bytes,
                is_here=contents.is_here(desk.cache, one.sha256),
                has_full_text=one.key_id is not None,
                deployment=deployed[at - 1] if at else None,
                checked=checked,
                is_newest=before_next is None,
            )
        )
        before_next = one.taken_at
    return tuple(copies)


def last_attempt(desk: Desk, device_id: str) -> Attempted | None:
    """Give the last attempt to back a device up, also where none has succeeded yet."""
    found = rows.attempts(desk.cache, device_id)
    return found[-1] if found else None


def text(desk: Desk, backup_id: str) -> str:
    """Give a copy's redacted text; raises Refused while its content is not here, EnvironmentFault when damaged."""
    return _read(desk, _need(desk, backup_id)).redacted


def pair(desk: Desk, before_id: str, now_id: str) -> Pair:
    """Give two copies' redacted texts such that they can be compared; raises as `text` does.

    Marks that were made with two different keys say nothing about each other: then they are all bare.
    """
    before, now = (_read(desk, _need(desk, one)) for one in (before_id, now_id))
    one, other = settled(before.redacted), settled(now.redacted)
    if before.marks_id and before.marks_id == now.marks_id:
        return Pair(one, other, has_marks=True)
    return Pair(without_hashes(one), without_hashes(other), has_marks=False)


def since_deployment(desk: Desk, device_id: str) -> tuple[Copy, Copy, DeploymentLine]:
    """Give the last copy before the customer's last deployment, the newest one, and that deployment.

    Both are one copy where the device was found unchanged after it. Raises Refused, with what to do, where nothing was
    deployed, no copy is from before it, or the device was not looked at since.
    """
    device = desk.need(Device, device_id)
    deployed = _deployments(desk, device.customer_id)
    if not deployed:
        raise Refused(
            f"Nothing that was deployed at {device.name}'s customer is written down.",
            "Choose two copies of the history instead.",
        )
    deployment = deployed[-1]
    found = history(desk, device_id)
    before = next((copy for copy in found if copy.taken_at <= deployment.at), None)
    if before is None:
        raise Refused(
            f"There is no copy of {device.name} from before {deployment.what}.",
            "Compare the oldest copy of the history, or another device's.",
        )
    now = found[0]
    was_looked_at = now.checked is not None and now.checked.at > deployment.at
    if now.id == before.id and not (was_looked_at and now.checked and now.checked.outcome is BackupOutcome.SAME):
        raise NotBackedUpSince(
            f"{device.name} was not backed up since {deployment.what}.", "Back it up now, then look again."
        )
    return before, now, deployment


def full_text(desk: Desk, backup_id: str, secrets: Secrets) -> str:
    """Give a copy's full text, secrets and all. May wait for the keyring.

    Raises Refused for a role that may not read it, where the key is not open here, and where none was sealed;
    EnvironmentFault when the content is damaged.
    """
    backup = _need(desk, backup_id)
    if not keys.may_open(desk):
        raise Refused("Full texts are for managers and engineers.", "Work with the redacted text, or ask one of them.")
    if backup.key_id is None:
        raise Refused(
            f"{name_of(desk, backup.person_id)} took this copy without the company's key, so it has no full text.",
            "Take a new copy.",
        )
    content = _read(desk, backup)
    key = keys.opened(desk, secrets, backup.key_id)
    if key is None:
        raise keys.why_not_here(desk)
    from app.devices import sealing  # noqa: PLC0415  loads libsodium

    try:
        return bundle.inflated(sealing.unseal(key, backup.device_id, content.sealed))
    except zlib.error as e:
        raise EnvironmentFault("The full text of this copy is damaged.", "Take a new copy.") from e


def _need(desk: Desk, backup_id: str) -> ConfigBackup:
    return desk.need(ConfigBackup, backup_id)


def _read(desk: Desk, backup: ConfigBackup) -> bundle.Bundle:
    if not contents.is_here(desk.cache, backup.sha256):
        raise Refused("The text of this copy is not on this workstation yet.", "Fetch it first.")
    return bundle.read(desk.cache, backup.sha256)


def _deployments(desk: Desk, customer_id: str | None) -> tuple[DeploymentLine, ...]:
    """Give a customer's deployments, the oldest first."""
    if customer_id is None:
        return ()
    return deployments.lines(desk, list(reversed(since(desk.cache, _EVER, customer_id))))
