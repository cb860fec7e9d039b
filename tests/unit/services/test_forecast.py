"""The forecast: what issues like it took, how many they were, and nothing below twenty."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.entity import new_id
from app.domain.errors import Refused
from app.domain.issue import Issue, IssueKind, IssueState
from app.services import forecast
from app.services.desk import Desk
from tests.importing import a_desk, closed_desks

__all__ = ["closed_desks"]

OPENED = datetime(2026, 3, 1, tzinfo=UTC)


def over(desk: Desk, count: int, hours: float = 1, **more: object) -> None:
    with desk.edit() as edit:
        for at in range(count):
            took = timedelta(hours=hours * (at + 1))
            fields: dict[str, object] = {"opened_at": OPENED, "closed_at": OPENED + took, "state": IssueState.SOLVED}
            edit.insert(Issue(id=new_id(), **(fields | more)))  # type: ignore[arg-type]


def an_issue(desk: Desk, **more: object) -> str:
    with desk.edit() as edit:
        return edit.insert(Issue(id=new_id(), opened_at=OPENED, **more)).id  # type: ignore[arg-type]


def test_twenty_of_the_same_kind_priority_and_topic_say_it(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    issue = an_issue(desk, topic="import", impact=1, urgency=1)
    over(desk, 19, topic="Import", impact=1, urgency=1)
    assert forecast.resolution(desk, issue) is None
    over(desk, 1, 20, topic="import", impact=1, urgency=1)
    made = forecast.resolution(desk, issue)
    assert made is not None
    assert (made.n, made.of) == (20, "incidents of P1 about import")
    assert made.p50_s == pytest.approx(10.5 * 3600)
    assert made.p90_s == pytest.approx(18.1 * 3600)


def test_too_few_widen_to_priority_then_kind_and_no_further(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    issue = an_issue(desk, topic="import")
    over(desk, 30, kind=IssueKind.REQUEST)
    assert forecast.resolution(desk, issue) is None
    over(desk, 12, impact=1, urgency=1)
    over(desk, 10)
    made = forecast.resolution(desk, issue)
    assert made is not None
    assert (made.n, made.of) == (22, "incidents")
    over(desk, 10, topic="reports")
    made = forecast.resolution(desk, issue)
    assert made is not None
    assert (made.n, made.of) == (20, "incidents of P3")


def test_what_has_no_end_or_ends_before_it_begins_or_is_gone_does_not_count(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    issue = an_issue(desk)
    over(desk, 20)
    over(desk, 20, closed_at=None)
    over(desk, 20, opened_at=None)
    over(desk, 20, closed_at=OPENED - timedelta(days=1))
    over(desk, 20, state=IssueState.OPEN)
    with desk.edit() as edit:
        edit.delete(edit.insert(Issue(id=new_id(), opened_at=OPENED, closed_at=OPENED, state=IssueState.SOLVED)))
    made = forecast.resolution(desk, issue)
    assert made is not None
    assert made.n == 20


def test_an_issue_is_not_forecast_by_itself_and_problems_are_not_at_all(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    over(desk, 20)
    mine = desk.cache.records(Issue)[0].id
    assert forecast.resolution(desk, mine) is None
    over(desk, 30, kind=IssueKind.PROBLEM)
    assert forecast.resolution(desk, an_issue(desk, kind=IssueKind.PROBLEM)) is None
    with pytest.raises(Refused):
        forecast.resolution(desk, "none")
