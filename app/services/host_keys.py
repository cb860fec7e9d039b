"""The host-key book: which key a device is known by, who accepted it, and what happens when it shows another.

A first key is accepted by a person who has compared it; after that only a manager or an engineer replaces it, with the
reason. A line is never deleted.
"""

from dataclasses import dataclass
from datetime import datetime

from app.devices.messages import KnownKey
from app.domain.device import Device, HostKey
from app.domain.entities import Verb, table_of
from app.domain.entity import new_id
from app.domain.errors import BadInput, HostKeyChanged, Refused
from app.services import people
from app.services.desk import Desk, Edit


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One line of the book. The names are of people; times are aware UTC.

    `address` is where the key was shown, with the port unless it is the usual one; "" where that was not kept yet.
    """

    id: str
    key_type: str
    fingerprint: str
    accepted_by: str
    accepted_at: datetime
    workstation: str
    retired_by: str
    retired_at: datetime | None
    reason: str
    address: str = ""

    @property
    def is_valid(self) -> bool:
        """Say whether the device is known by this key today."""
        return self.retired_at is None


def book(desk: Desk, device_id: str) -> tuple[KeyLine, ...]:
    """Give the device's lines, those that are valid first, each group newest first."""
    names = people.names(desk)
    lines = [line_of(row, names) for row in _rows(desk, device_id)]
    return tuple(sorted(lines, key=lambda line: not line.is_valid))


def known(desk: Desk, device_id: str) -> tuple[KnownKey, ...]:
    """Give the keys by which the device is known; empty: nobody has met it yet.

    Raises HostKeyChanged when the book contradicts itself: two people, each out of reach of the other, accepted
    different keys, so one of them may have met somebody else.
    """
    valid = _valid(desk, device_id)
    if contradiction(desk, device_id):
        said = " and ".join(f"{k.fingerprint} ({people.name_of(desk, k.accepted_by)})" for k in valid)
        raise HostKeyChanged(
            f"Two different keys were accepted for this device: {said}. Nothing was sent to it.",
            f"{whom_to_ask(desk)} compares them with the device itself and retires the wrong one.",
        )
    return tuple({KnownKey(k.key_type, k.fingerprint): None for k in valid})


def contradiction(desk: Desk, device_id: str) -> bool:
    """Say whether the book has two valid keys for the device: accepting and replacing leave one, of whatever type."""
    return len({(k.key_type, k.fingerprint) for k in _valid(desk, device_id)}) > 1


def accept(desk: Desk, device_id: str, key_type: str, fingerprint: str) -> HostKey:
    """Write the first key of a device into the book: who accepted it, when, at which workstation.

    A key that stands there already is given back. Raises Refused when the book knows the device by another key,
    or when this person may not accept keys.
    """
    shown = _given(key_type, fingerprint)
    people.need_right(desk, Verb.INSERT, HostKey)
    with desk.edit() as edit:
        device = desk.need(Device, device_id)
        valid = _valid(desk, device_id)
        for line in valid:
            if (line.key_type, line.fingerprint) == shown:
                return line
        if valid:
            raise Refused(
                f"The book has another key for {device.name}: {valid[0].key_type} {valid[0].fingerprint}.",
                f"If the device was really replaced, {whom_to_ask(desk)} replaces its key with the reason.",
            )
        return _insert(edit, desk, device, shown)


def replace(desk: Desk, device_id: str, key_type: str, fingerprint: str, reason: str) -> HostKey:
    """Make this the device's only valid key; the lines before it are retired with the reason.

    Raises BadInput without a reason, Refused for whoever is neither manager nor engineer.
    """
    shown = _given(key_type, fingerprint)
    why = reason.strip()
    if not why:
        raise BadInput("A replaced key needs its reason.", "Say how you know that the new key is the right one.")
    people.need_right(desk, Verb.UPDATE, HostKey)
    with desk.edit() as edit:
        device = desk.need(Device, device_id)
        kept = None
        for line in _valid(desk, device_id):
            if kept is None and (line.key_type, line.fingerprint) == shown:
                kept = line
            else:
                edit.update(line, retired_at=edit.at, retired_by=edit.by, reason=why)
        return kept or _insert(edit, desk, device, shown)


def may_replace(desk: Desk) -> bool:
    """Say whether this person may replace a key."""
    return desk.me().role in table_of(HostKey).may(Verb.UPDATE)


def whom_to_ask(desk: Desk) -> str:
    """Name others who may replace a key."""
    return people.whom_to_ask(desk, Verb.UPDATE, HostKey)


def line_of(row: HostKey, names: dict[str, str]) -> KeyLine:
    """Give a row as people read it; `names` are those of people by id."""
    return KeyLine(
        id=row.id,
        key_type=row.key_type,
        fingerprint=row.fingerprint,
        accepted_by=names.get(row.accepted_by, people.OUTSIDE),
        accepted_at=row.accepted_at,
        workstation=row.workstation,
        retired_by=names.get(row.retired_by or "", ""),
        retired_at=row.retired_at,
        reason=row.reason,
        address=row.address if row.port in {0, 22} else f"{row.address}:{row.port}",
    )


def _given(key_type: str, fingerprint: str) -> tuple[str, str]:
    shown = key_type.strip(), fingerprint.strip()
    if not shown[0] or not shown[1].startswith("SHA256:"):
        raise BadInput(f"“{fingerprint}” is no fingerprint.", "Write it as OpenSSH does: SHA256:…")
    return shown


def _insert(edit: Edit, desk: Desk, device: Device, shown: tuple[str, str]) -> HostKey:
    return edit.insert(
        HostKey(
            id=new_id(),
            device_id=device.id,
            customer_id=device.customer_id,
            key_type=shown[0],
            fingerprint=shown[1],
            accepted_by=edit.by,
            accepted_at=edit.at,
            workstation=desk.workstation,
            address=device.address,
            port=device.port,
        )
    )


def _rows(desk: Desk, device_id: str) -> list[HostKey]:
    return desk.cache.records(HostKey, "device_id = ? ORDER BY accepted_at DESC, id DESC", (device_id,))


def _valid(desk: Desk, device_id: str) -> list[HostKey]:
    return [row for row in _rows(desk, device_id) if row.retired_at is None]
