"""What the Devices pane reads of the cache: the inventory by customer and a customer's open issues."""

from dataclasses import dataclass

from app.domain.device_filter import DeviceFacts
from app.domain.issue import OPEN_STATES
from app.store.cache import Cache

_OPEN = ", ".join(f"'{state.value}'" for state in sorted(OPEN_STATES))
_COLUMNS = (
    "d.id, d.name, d.platform, d.environment, d.address, d.port, d.site, d.customer_id, "
    "coalesce(c.name, ''), coalesce(c.is_vip, 0)"
)
_FROM = "FROM device d LEFT JOIN customer c ON c.id = d.customer_id AND c.deleted = 0 WHERE d.deleted = 0"
_FOUND_IN = ("d.name", "d.address", "d.site", "d.platform", "d.environment", "c.name")


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """One device as the inventory lists it."""

    id: str
    name: str
    platform: str
    environment: str
    address: str
    port: int
    site: str
    customer_id: str | None
    customer: str
    is_vip: int


def inventory(cache: Cache, words: list[str], limit: int) -> list[InventoryRow]:
    """Give devices by customer and name in which every word occurs somewhere."""
    conditions, values = _conditions(words)
    order = "ORDER BY c.name IS NULL, c.name COLLATE NOCASE, d.customer_id, d.name COLLATE NOCASE, d.id LIMIT ?"
    return _rows(cache, f"{conditions} {order}", (*values, limit))


def inventory_size(cache: Cache, words: list[str]) -> int:
    """Give how many devices `inventory` would list without its limit."""
    conditions, values = _conditions(words)
    return int(cache.read(f"SELECT count(*) {_FROM}{conditions}", values)[0][0])


def of_customer(cache: Cache, customer_id: str) -> list[InventoryRow]:
    """Give one customer's devices by name."""
    return _rows(cache, " AND d.customer_id = ? ORDER BY d.name COLLATE NOCASE, d.id", (customer_id,))


def facts(cache: Cache) -> list[tuple[str, DeviceFacts]]:
    """Give what filters ask of every device, with its id, in the order of customers' and devices' names."""
    statement = (
        "SELECT d.id, d.name, d.address, coalesce(c.name, ''), d.site, d.platform, d.environment, d.tags, d.model, "
        f"d.software {_FROM} ORDER BY c.name COLLATE NOCASE, d.name COLLATE NOCASE, d.id"
    )
    return [
        (
            device_id,
            DeviceFacts(
                name=name,
                address=address,
                customer=customer,
                site=site,
                platform=platform,
                environment=environment,
                tags=tags,
                model=model,
                software=software,
            ),
        )
        for device_id, name, address, customer, site, platform, environment, tags, model, software in cache.read(
            statement
        )
    ]


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


def _conditions(words: list[str]) -> tuple[str, list[str]]:
    one = " OR ".join(rf"{column} LIKE ? ESCAPE '\'" for column in _FOUND_IN)
    values = [_pattern(word) for word in words for _column in _FOUND_IN]
    return f" AND ({one})" * len(words), values


def _pattern(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


def _rows(cache: Cache, rest: str, values: tuple[object, ...]) -> list[InventoryRow]:
    found = cache.read(f"SELECT {_COLUMNS} {_FROM}{rest}", values)
    return [InventoryRow(*cells) for cells in found]
