"""What the SLA timers of issues are reckoned from: our words to the customers, and the pauses."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from app.domain.sla import SlaPause
from app.store.cache import Cache
from app.store.codec import instant_of
from app.store.issue_words import ANSWERS
from app.store.search import as_list


def words(cache: Cache, issue_ids: Sequence[str]) -> tuple[dict[str, list[datetime]], dict[str, list[datetime]]]:
    """Give when we gave word on each of these issues, and when a person of ours spoke with a customer who came to us.

    What a machine sent is neither, and neither is what the customer only left here: a missed call, a message, a mail.
    """
    statement = (
        f"SELECT issue_id, at, direction = 'out' FROM interaction WHERE {ANSWERS} "
        "AND issue_id IN (SELECT value FROM json_each(?)) ORDER BY at"
    )
    given: dict[str, list[datetime]] = defaultdict(list)
    spoken: dict[str, list[datetime]] = defaultdict(list)
    for issue_id, at, is_given in cache.read(statement, (as_list(issue_ids),)):
        (given if is_given else spoken)[issue_id].append(instant_of(at))
    return given, spoken


def pauses(cache: Cache, issue_ids: Sequence[str]) -> dict[str, list[SlaPause]]:
    """Give the pauses of each of these issues in the order in which they began."""
    where = "issue_id IN (SELECT value FROM json_each(?)) ORDER BY from_at, id"
    found: dict[str, list[SlaPause]] = defaultdict(list)
    for pause in cache.records(SlaPause, where, (as_list(issue_ids),)):
        found[pause.issue_id].append(pause)
    return found


def has_policies(cache: Cache) -> bool:
    """Say whether the company has promised anybody any time."""
    return bool(cache.read("SELECT 1 FROM sla_policy WHERE deleted = 0 LIMIT 1"))
