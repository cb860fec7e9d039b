"""The whole host-key book: every line that anybody accepted, searched, and as a file to take along."""

import contextlib
import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.domain.customer import Customer
from app.domain.device import Device, HostKey
from app.domain.errors import EnvironmentFault
from app.services import people
from app.services.desk import Desk
from app.services.host_keys import KeyLine, line_of

_HEADINGS = (
    *("customer", "device", "address", "type", "fingerprint", "accepted by", "accepted at", "workstation"),
    *("retired by", "retired at", "reason"),
)


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line with the device that it is about; `is_contradicted`: another valid line of its type says otherwise."""

    key: KeyLine
    device_id: str
    device: str
    customer: str
    is_removed: bool = False
    is_contradicted: bool = False

    @property
    def id(self) -> str:
        """The line's id."""
        return self.key.id

    @property
    def words(self) -> str:
        """All that is searched, in small letters."""
        key = self.key
        state = "retired" if key.retired_at else "contradicted" if self.is_contradicted else "valid"
        removed = "removed" if self.is_removed else ""
        said = (
            self.customer,
            self.device,
            key.address,
            key.key_type,
            key.fingerprint,
            key.accepted_by,
            key.workstation,
        )
        return " ".join((*said, key.retired_by, key.reason, state, removed)).casefold()


def lines(desk: Desk, text: str = "") -> tuple[BookLine, ...]:
    """Give the lines in which every word of the text occurs: contradictions first, then by customer and device.

    Of a device the valid ones come first, each group newest first. The words "valid", "retired" and "contradicted" ask
    for those.
    """
    sought = text.casefold().split()
    return tuple(one for one in sorted(_all(desk), key=_place) if all(word in one.words for word in sought))


def export(desk: Desk, path: Path, text: str = "") -> int:
    """Write what `lines` gives as CSV (RFC 4180, UTF-8, times in UTC); gives how many.

    Raises EnvironmentFault when it cannot be written; a file that was there stays.
    """
    found = lines(desk, text)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_HEADINGS)
            writer.writerows(_cells(one) for one in found)
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise EnvironmentFault(f"{path} cannot be written ({error.strerror}).", "Choose another folder.") from error
    return len(found)


def _all(desk: Desk) -> list[BookLine]:
    names = people.names(desk)
    devices = {one.id: one for one in desk.cache.records(Device)}
    customers = {one.id: one.name for one in desk.cache.records(Customer)}
    rows = desk.cache.records(HostKey, "1 ORDER BY accepted_at DESC, id DESC")
    valid: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row.retired_at is None:
            valid.setdefault((row.device_id, row.key_type), set()).add(row.fingerprint)
    found = []
    for row in rows:
        device = devices.get(row.device_id) or desk.cache.record(Device, row.device_id)
        is_contradicted = row.retired_at is None and len(valid[row.device_id, row.key_type]) > 1
        name = "a device that is not known here" if device is None else device.name
        is_removed = row.device_id not in devices
        customer = customers.get(row.customer_id or "", "")
        found.append(BookLine(line_of(row, names), row.device_id, name, customer, is_removed, is_contradicted))
    return found


def _place(one: BookLine) -> tuple[bool, str, str, str, bool]:
    names = (one.customer.casefold(), one.device.casefold(), one.device_id)
    return (not one.is_contradicted, *names, not one.key.is_valid)


def _cells(one: BookLine) -> tuple[str, ...]:
    key = one.key
    met = (one.customer, one.device, key.address, key.key_type, key.fingerprint)
    accepted = (key.accepted_by, _at(key.accepted_at), key.workstation)
    return (*met, *accepted, key.retired_by, _at(key.retired_at), key.reason)


def _at(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M:%S}Z"
