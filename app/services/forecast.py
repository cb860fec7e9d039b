"""How long an issue may take, by what issues of the same kind took. A look-up for a reader thread."""

from app.domain.forecast import Forecast, forecast
from app.domain.issue import SHARED_KINDS, Issue, IssueKind
from app.services.desk import Desk
from app.store import durations

__all__ = ["Forecast", "resolution"]

_MANY = {
    IssueKind.INCIDENT: "incidents",
    IssueKind.REQUEST: "requests",
    IssueKind.QUESTION: "questions",
}


def resolution(desk: Desk, issue_id: str) -> Forecast | None:
    """Give the time to resolution of issues like this one, among the last ones that were over; None below 20.

    Like it are issues of its kind, priority and topic; where those are too few, of its kind and priority; then of its
    kind alone. `of` says which. Problems and major incidents have none. Raises Refused when the issue is gone.
    """
    issue = desk.need(Issue, issue_id)
    if issue.kind in SHARED_KINDS:
        return None
    what = _MANY.get(issue.kind, f"issues of kind {issue.kind}")
    likes: list[tuple[str, int | None, str | None]] = [
        (f"{what} of P{issue.priority}", issue.priority, None),
        (what, None, None),
    ]
    if issue.topic:
        likes.insert(0, (f"{what} of P{issue.priority} about {issue.topic}", issue.priority, issue.topic))
    for of, priority, topic in likes:
        took_s = durations.of_issues(desk.cache, issue.kind, issue.id, priority, topic)
        if (made := forecast(took_s, of)) is not None:
            return made
    return None
