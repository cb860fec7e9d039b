"""Which devices there are: the tree with its filter and groups, and what a selector finds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.customer import Environment
from app.domain.device import Device, Protocol
from app.domain.device_filter import parse
from app.domain.issue import Issue
from app.services.desk import Desk
from app.store import devices as rows
from app.store import imports as by_id
from app.store.codec import instant_of

LISTED = 2_500
"""More lines than anybody reads; who looks for one among more types a few letters."""


class Grouping(StrEnum):
    """What the tree's headings are."""

    CUSTOMER = "customer"  # and, below it, site
    PLATFORM = "platform"
    ENVIRONMENT = "environment"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class LastLogin:
    """When somebody was last let in, aware UTC, and who; "" when this workstation does not know them."""

    at: datetime
    by: str


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
    software: str = ""
    tags: str = ""
    protocol: Protocol = Protocol.SSH
    allows_legacy: bool = False
    username: str = ""
    last_login: LastLogin | None = None


@dataclass(frozen=True, slots=True)
class DeviceTree:
    """The lines found, by customer, site and name, and how many there are in all."""

    lines: tuple[DeviceLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class DeviceGroup:
    """Devices under one heading. `key` is the platform, environment, tag or customer's id, "" for those without.

    `inner` is a heading below that one: the site, of a customer.
    """

    key: str
    inner: str
    lines: tuple[DeviceLine, ...]


def tree(desk: Desk, text: str = "") -> DeviceTree:
    """Give the devices that a filter finds; all of them for an empty one.

    Raises BadInput naming the word that cannot be understood.
    """
    wanted = parse(text)
    found = [row for row in rows.inventory(desk.cache) if wanted.matches(row.facts)]
    counts = rows.open_issue_counts(desk.cache)
    return DeviceTree(tuple(_line(row, counts) for row in found[:LISTED]), len(found))


def grouped(lines: Iterable[DeviceLine], by: Grouping) -> tuple[DeviceGroup, ...]:
    """Give the lines under their headings, in their order below each; those that have none come last.

    By tag a device stands under each of its tags.
    """
    found: dict[tuple[str, str], list[DeviceLine]] = {}
    for line in lines:
        for heading in _headings(line, by):
            found.setdefault(heading, []).append(line)
    if by is Grouping.CUSTOMER:
        order = list(found)  # as the lines are
    elif by is Grouping.ENVIRONMENT:
        ranks = {one.value: at for at, one in enumerate(Environment)}
        order = sorted(found, key=lambda heading: ranks[heading[0]])
    else:
        order = sorted(found, key=lambda heading: (not heading[0], heading))
    return tuple(DeviceGroup(key, inner, tuple(found[key, inner])) for key, inner in order)


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


def tags(desk: Desk) -> tuple[str, ...]:
    """Give every tag that a device has, by name."""
    return tuple(sorted({word for text in rows.tags(desk.cache) for word in text.split()}))


def _headings(line: DeviceLine, by: Grouping) -> list[tuple[str, str]]:
    match by:
        case Grouping.CUSTOMER:
            # Practice devices are nobody's, and stand apart from those whose customer is not written down.
            is_practice = line.environment is Environment.PRACTICE
            return [(line.customer_id or ("practice" if is_practice else ""), line.site if line.customer_id else "")]
        case Grouping.PLATFORM:
            return [(line.platform, "")]
        case Grouping.ENVIRONMENT:
            return [(line.environment.value, "")]
        case Grouping.TAG:
            return [(tag, "") for tag in line.tags.split() or [""]]


def _line(row: rows.InventoryRow, counts: dict[str, int]) -> DeviceLine:
    known = row.facts
    protocol = _protocol(row.protocol)
    return DeviceLine(
        id=row.id,
        name=known.name,
        platform=known.platform,
        environment=_environment(known.environment),
        address=shown_address(known.address, row.port, protocol),
        site=known.site,
        customer_id=row.customer_id,
        customer=known.customer,
        is_vip=bool(row.is_vip),
        open_issues=counts.get(row.customer_id or "", 0),
        software=known.software,
        tags=known.tags,
        protocol=protocol,
        allows_legacy=bool(row.allows_legacy),
        username=row.username,
        last_login=None if row.login_at is None else LastLogin(instant_of(row.login_at), row.login_by),
    )


def shown_address(address: str, port: int, protocol: Protocol) -> str:
    """Give the address, with its port where that is not the usual one; a serial line has none."""
    usual = {Protocol.SSH: 22, Protocol.TELNET: 23}
    if protocol is Protocol.SERIAL or port == usual[protocol]:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _environment(word: str) -> Environment:
    # What a newer version calls otherwise is handled with the most care.
    return Environment(word) if word in set(Environment) else Environment.PRODUCTION


def _protocol(word: str) -> Protocol:
    return Protocol(word) if word in set(Protocol) else Protocol.SSH
