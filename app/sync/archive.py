"""Issues that were closed too long ago to be kept on this workstation: found, fetched, and back by themselves."""

from collections.abc import Callable, Sequence
from datetime import datetime

from app.company.link import Link, Pulled
from app.domain.entities import HANGING_ON_ISSUES
from app.domain.issue import IssueState
from app.store import arrivals, held
from app.store.cache import Cache
from app.sync.messages import ArchivedIssue

_FETCHED_AT_ONCE = 500


def look(link: Link, words: str, closed_before: datetime) -> tuple[ArchivedIssue, ...]:
    """Give issues with all these words that were closed before then, newest first."""
    return tuple(
        ArchivedIssue(
            row["id"],
            row["number"],
            row["title"],
            row["customer_id"],
            row["closed_at"] and datetime.fromisoformat(row["closed_at"]),
        )
        for row in link.look_in_archive(words, closed_before)
    )


def fetch(cache: Cache, link: Link, ids: Sequence[str]) -> dict[str, set[str]]:
    """Bring issues with what hangs on them, however old; gives the ids that came, by table."""
    return arrivals.take_rows(cache, link.fetch_issues(ids, HANGING_ON_ISSUES), {})


def fetch_held(cache: Cache, link: Link, on_progress: Callable[[], None]) -> None:
    """Bring what is held here up to date after everything was read anew: a fill leaves it out."""
    ids = held.held(cache)
    for start in range(0, len(ids), _FETCHED_AT_ONCE):
        fetch(cache, link, ids[start : start + _FETCHED_AT_ONCE])
        on_progress()


def came_back(cache: Cache, pulled: Pulled, closed_since: datetime | None) -> list[str]:
    """Give pulled issues that return from the archive: what hangs on them was not changed and would be missing."""
    if closed_since is None:
        return []
    old = [
        row
        for row in pulled.rows.get("issue", ())
        if row["rev"] > 1
        and row["state"] != IssueState.CLOSED
        and row["opened_at"]
        and datetime.fromisoformat(row["opened_at"]) < closed_since
    ]
    here = arrivals.revs(cache, "issue", [row["id"] for row in old]) if old else {}
    return [row["id"] for row in old if row["id"] not in here]
