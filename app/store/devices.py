"""What the Devices pane reads of the cache: the inventory, and a customer's open issues."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.device_filter import DeviceFacts
from app.domain.issue import OPEN_STATES
from app.store.cache import Cache

_OPEN = ", ".join(f"'{state.value}'" for state in sorted(OPEN_STATES))
# As DeviceFacts has them.
_FACTS = "d.name, d.address, coalesce(c.name, ''), d.site, d.platform, d.environment, d.tags, d.model, d.software"
_COLUMNS = (
    "d.id, d.port, d.username, d.protocol, d.allows_legacy, d.customer_id, coalesce(c.is_vip, 0), s.opened_at, "
    f"coalesce(p.name, ''), {_FACTS}"
)
_DEVICES = "FROM device d LEFT JOIN customer c ON c.id = d.customer_id AND c.deleted = 0"
# The newest session of each, found by its index: a group over all of them would read every login there ever was.
_LOGINS = (
    "LEFT JOIN session s ON s.pk = (SELECT pk FROM session WHERE device_id = d.id AND deleted = 0 "
    "ORDER BY opened_at DESC LIMIT 1) LEFT JOIN person p ON p.id = s.person_id"
)
_ORDER = (
    "ORDER BY c.name IS NULL, c.name COLLATE NOCASE, d.customer_id, d.site = '', d.site COLLATE NOCASE, "
    "d.name COLLATE NOCASE, d.id"
)


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """One device as the inventory lists it. `login_at` is the cell of the newest session's time, if there was one."""

    facts: DeviceFacts
    id: str
    port: int
    username: str
    protocol: str
    allows_legacy: int
    customer_id: str | None
    is_vip: int
    login_at: int | None
    login_by: str


def inventory(cache: Cache) -> list[InventoryRow]:
    """Give every device with its last login, by customer, site and name; what has none of these comes last."""
    return _rows(cache, "d.deleted = 0", _ORDER)


def of_customer(cache: Cache, customer_id: str) -> list[InventoryRow]:
    """Give one customer's devices by name."""
    return _rows(cache, "d.deleted = 0 AND d.customer_id = ?", "ORDER BY d.name COLLATE NOCASE, d.id", (customer_id,))


def facts(cache: Cache) -> list[tuple[str, DeviceFacts]]:
    """Give what filters ask of every device, with its id, by customer and name."""
    found = cache.read(
        f"SELECT d.id, {_FACTS} {_DEVICES} WHERE d.deleted = 0 "
        "ORDER BY c.name IS NULL, c.name COLLATE NOCASE, d.name COLLATE NOCASE, d.id"
    )
    return [(cells[0], _facts(cells[1:])) for cells in found]


def open_issue_counts(cache: Cache) -> dict[str, int]:
    """Give how many issues are open, by customer's id."""
    statement = (
        f"SELECT customer_id, count(*) FROM issue WHERE deleted = 0 AND state IN ({_OPEN}) "
        "AND customer_id IN (SELECT customer_id FROM device WHERE deleted = 0) GROUP BY customer_id"
    )
    return dict(cache.read(statement))


def open_issues_where() -> str:
    """Give the condition and order of one customer's open issues, most urgent first; binds the customer's id."""
    return f"customer_id = ? AND state IN ({_OPEN}) ORDER BY impact + urgency, opened_at, id"


def tags(cache: Cache) -> list[str]:
    """Give the texts of tags that devices have, each once."""
    return [text for (text,) in cache.read("SELECT DISTINCT tags FROM device WHERE deleted = 0 AND tags <> ''")]


def _rows(cache: Cache, where: str, order: str, values: tuple[object, ...] = ()) -> list[InventoryRow]:
    found = cache.read(f"SELECT {_COLUMNS} {_DEVICES} {_LOGINS} WHERE {where} {order}", values)
    return [InventoryRow(_facts(cells[9:]), *cells[:9]) for cells in found]


def _facts(cells: Sequence[str]) -> DeviceFacts:
    name, address, customer, site, platform, environment, words, model, software = cells
    return DeviceFacts(
        name=name,
        address=address,
        customer=customer,
        site=site,
        platform=platform,
        environment=environment,
        tags=words,
        model=model,
        software=software,
    )
