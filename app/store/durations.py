"""How long issues took from being opened to being over."""

from app.domain.issue import IssueKind
from app.store.cache import Cache

# How far back: what took years ago is no forecast, and a list of a million is not walked for one line on a screen.
_LAST = 20_000


def of_issues(
    cache: Cache, kind: IssueKind, but_for: str, priority: int | None = None, topic: str | None = None
) -> list[float]:
    """Give the seconds that issues of a kind took (and, where given, of a priority and topic), the last ones over."""
    statement = (
        "SELECT (closed_at - opened_at) / 1e6 FROM (SELECT id, kind, topic, impact, urgency, opened_at, closed_at "
        "FROM issue WHERE state IN ('solved', 'closed') AND deleted = 0 ORDER BY changed_at DESC LIMIT :last) "
        "WHERE kind = :kind AND id <> :but_for AND closed_at >= opened_at "
        "AND (:priority IS NULL OR max(1, min(4, impact + urgency - 1)) = :priority) "
        "AND (:topic IS NULL OR topic = :topic COLLATE NOCASE)"
    )
    bound = {"last": _LAST, "kind": kind.value, "but_for": but_for, "priority": priority, "topic": topic}
    return [seconds for (seconds,) in cache.read(statement, bound)]
