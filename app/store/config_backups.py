"""Config backups in the cache: a device's copies, the newest of every device, and the attempts at them."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.config_backup import BackupOutcome, ConfigBackup
from app.store.cache import Cache
from app.store.codec import instant_of

_NEWEST = "taken_at DESC, id DESC"


@dataclass(frozen=True, slots=True)
class Attempted:
    """One attempt, as a history needs it."""

    at: datetime
    outcome: BackupOutcome
    words: str


@dataclass(frozen=True, slots=True)
class NewestCopy:
    """The newest copy of one device that is in the inventory."""

    id: str
    device_id: str
    device: str
    customer: str
    taken_at: datetime
    sha256: str
    size_bytes: int


def of_device(cache: Cache, device_id: str) -> list[ConfigBackup]:
    """Give a device's copies, the newest first."""
    return cache.records(ConfigBackup, f"device_id = ? ORDER BY {_NEWEST}", (device_id,))


def newest_of(cache: Cache, device_id: str) -> ConfigBackup | None:
    """Give a device's newest copy."""
    found = cache.records(ConfigBackup, f"device_id = ? ORDER BY {_NEWEST} LIMIT 1", (device_id,))
    return found[0] if found else None


def attempts(cache: Cache, device_id: str) -> list[Attempted]:
    """Give the attempts at a device, the oldest first."""
    statement = "SELECT at, outcome, words FROM backup_attempt WHERE deleted = 0 AND device_id = ? ORDER BY at, id"
    return [Attempted(instant_of(at), _outcome(word), words) for at, word, words in cache.read(statement, (device_id,))]


def newest(cache: Cache) -> list[NewestCopy]:
    """Give the newest copy of every device, by customer and name."""
    # SQLite takes the bare columns from the row that has the maximum; of one instant the copy that was made later.
    statement = (
        "SELECT b.id, b.device_id, d.name, coalesce(c.name, ''), b.taken_at, b.sha256, b.size_bytes, "
        "max(printf('%020d', b.taken_at) || b.id) "
        "FROM config_backup b JOIN device d ON d.id = b.device_id AND d.deleted = 0 "
        "LEFT JOIN customer c ON c.id = d.customer_id AND c.deleted = 0 WHERE b.deleted = 0 GROUP BY b.device_id "
        "ORDER BY c.name IS NULL, c.name COLLATE NOCASE, d.name COLLATE NOCASE, b.device_id"
    )
    return [
        NewestCopy(copy, device_id, device, customer, instant_of(at), sha256, size)
        for copy, device_id, device, customer, at, sha256, size, _newest in cache.read(statement)
    ]


def _outcome(word: str) -> BackupOutcome:
    # What a newer version calls otherwise is at least no good copy that this one knows.
    return BackupOutcome(word) if word in set(BackupOutcome) else BackupOutcome.FAILED
