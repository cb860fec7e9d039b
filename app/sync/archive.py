"""Issues that were closed too long ago to be kept on this workstation: found, fetched, and back by themselves."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from app.company.link import Link
from app.domain.entities import HANGING_ON_ISSUES
from app.store import arrivals, held
from app.store.cache import Cache
from app.store.edits import Wire
from app.sync import telling
from app.sync.messages import ArchivedIssue

_FETCHED_AT_ONCE = 500
_SAME = timedelta(days=1)  # clocks that are set by the network jump a little


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


def wants_older(kept_since: str | None, closed_since: datetime | None) -> bool:
    """Say whether issues are wanted that were left out; `kept_since` is "" where none were, None where nobody knows."""
    if not kept_since:
        return False
    return closed_since is None or closed_since < datetime.fromisoformat(kept_since) - _SAME


def fetch(cache: Cache, link: Link, ids: Sequence[str]) -> dict[str, set[str]]:
    """Bring issues with what hangs on them, however old; gives the ids that came, by table."""
    touched: dict[str, set[str]] = {}
    for start in range(0, len(ids), _FETCHED_AT_ONCE):
        rows = link.fetch_issues(ids[start : start + _FETCHED_AT_ONCE], HANGING_ON_ISSUES)
        telling.add(touched, arrivals.take_rows(cache, rows, {}))
    return touched


def fetch_held(cache: Cache, link: Link, on_progress: Callable[[], None]) -> None:
    """Have what is held here be as the company has it, also where that is older: a fill leaves it out."""
    ids = held.held(cache)
    for start in range(0, len(ids), _FETCHED_AT_ONCE):
        some = ids[start : start + _FETCHED_AT_ONCE]
        held.put_as_is(cache, some, link.fetch_issues(some, HANGING_ON_ISSUES))
        on_progress()


def came_back(
    cache: Cache, rows: Sequence[Wire], closed_since: datetime | None, whole: Collection[str] = ()
) -> list[str]:
    """Give pulled issues that may return from the archive: what hangs on them was not changed and would be missing.

    That is every issue that was here before us and now is kept, but for those of customers that come `whole`.
    """
    if closed_since is None:
        return []
    known = [row for row in rows if row["rev"] > 1 and row["customer_id"] not in whole]
    kept = [row["id"] for row in known if not arrivals.closed_before(row, closed_since)]
    here = arrivals.revs(cache, "issue", kept) if kept else {}
    return [i for i in kept if i not in here]


def tidy(cache: Cache, link: Link, back: Sequence[str], closed_since: datetime | None) -> None:
    """After a long way was caught up with in bulk: leave out what is old, and bring what returns from the archive."""
    if closed_since is None:
        return
    held.leave_to_archive(cache, closed_since)
    held.remove_orphans(cache)
    here = arrivals.revs(cache, "issue", back)
    fetch(cache, link, [i for i in back if here.get(i, 0) > 1])
