"""Each report on issues whose story is known: its figures, at any time, and the issues behind every number."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.calendar import Calendar
from app.domain.customer import Customer
from app.domain.deployment import Deployment, IssueDeployment
from app.domain.entity import fields_of, new_id, to_wire
from app.domain.interaction import Channel, Direction, Interaction, Nature, Promise, PromiseState
from app.domain.issue import Issue, IssueEvent, IssueKind, IssueState
from app.domain.on_issue import IssueLink, LinkKind
from app.domain.person import Person
from app.domain.report import Report, ReportName, Unit
from app.domain.sla import SlaPolicy
from app.services import reports
from app.services.desk import Desk
from app.store.arrivals import take_rows
from tests.importing import a_desk, closed_desks

__all__ = ["closed_desks"]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return replace(a_desk(tmp_path), clock=lambda: NOW)


def issue(desk: Desk, ago: timedelta | None = DAY, **more: object) -> str:
    fields: dict[str, object] = {"opened_at": None if ago is None else NOW - ago, "state": IssueState.OPEN}
    with desk.edit() as edit:
        return edit.insert(Issue(id=new_id(), **({"title": "x"} | fields | more))).id  # type: ignore[arg-type]


def word(desk: Desk, issue_id: str | None, ago: timedelta, **more: object) -> str:
    fields: dict[str, object] = {"direction": Direction.OUT, "nature": Nature.NEWS, "channel": Channel.CALL}
    with desk.edit() as edit:
        said = Interaction(id=new_id(), issue_id=issue_id, at=NOW - ago, person_id=desk.person_id, **(fields | more))  # type: ignore[arg-type]
        return edit.insert(said).id


def called(desk: Desk, issue_id: str | None, ago: timedelta, **more: object) -> str:
    return word(desk, issue_id, ago, direction=Direction.IN, nature=Nature.CHASER, **more)


def person(desk: Desk, name: str, team: str) -> str:
    one = Person(id=new_id(), rev=1, login=name.lower(), name=name, team=team, changed_at=NOW)
    take_rows(desk.cache, {"person": [{f.name: to_wire(f, getattr(one, f.name)) for f in fields_of(Person)}]}, {})
    return one.id


def promise(
    desk: Desk, state: PromiseState, due_ago: timedelta, by: str = "", settled_at: datetime | None = None
) -> str:
    settled = None if state is PromiseState.OPEN else settled_at or NOW - due_ago
    with desk.edit() as edit:
        on = edit.insert(Issue(id=new_id(), title="x", opened_at=NOW - 9 * DAY, state=IssueState.OPEN))
        made = Promise(
            id=new_id(),
            issue_id=on.id,
            what="x",
            made_at=NOW - due_ago - DAY,
            made_by=by or desk.person_id,
            due_at=NOW - due_ago,
            state=state,
            settled_at=settled,
        )
        edit.insert(made)
    return on.id


def made(desk: Desk, name: ReportName, as_of: datetime | None = None) -> Report:
    report = reports.make(desk, name, as_of)
    assert report is not None
    assert report.sentence
    assert report.limits
    assert report.todo
    for row in report.rows:  # the issues behind a number are as many as it says, at whatever time
        for column, value in zip(report.columns, row.values, strict=True):
            ids = reports.issues_behind(desk, report, row.key, column.id)
            assert len(set(ids)) == len(ids)
            if column.unit is Unit.COUNT and name not in {ReportName.CALLS, ReportName.DEPLOYMENTS}:
                assert len(ids) == value, (row, column)
    return report


def numbers(report: Report) -> dict[str, tuple[float | None, ...]]:
    return {row.key: row.values for row in report.rows if any(row.values)}


def test_the_backlog_by_age_now_and_then(desk: Desk) -> None:
    issue(desk, HOUR, impact=1, urgency=1)
    issue(desk, 3 * DAY)
    issue(desk, 3 * DAY + MINUTE, impact=3, urgency=3)
    issue(desk, 40 * DAY, state=IssueState.SOLVED, closed_at=NOW - 2 * DAY)
    issue(desk, 400 * DAY, state=IssueState.CLOSED)  # nobody knows since when
    issue(desk, None)
    issue(desk, 50 * DAY, kind=IssueKind.PROBLEM)
    report = made(desk, ReportName.BACKLOG)
    assert numbers(report) == {
        "day": (1, 0, 0, 0, 1), "3d": (0, 0, 1, 0, 1), "week": (0, 0, 0, 1, 1), "unknown": (0, 0, 1, 0, 1),
    }  # fmt: skip
    assert report.figures["open"] == 4
    assert report.figures["oldest_days"] == 3.0
    assert report.sentence == "4 issues are open, 0 of them for more than 30 days; the oldest is 3 days old."
    then = made(desk, ReportName.BACKLOG, NOW - 2 * DAY - MINUTE)
    assert numbers(then) == {"day": (0, 0, 1, 1, 2), "quarter": (0, 0, 1, 0, 1), "unknown": (0, 0, 1, 0, 1)}
    assert then.figures["over_30_days_pct"] == 25.0


def test_the_load_by_owner(desk: Desk) -> None:
    ben = person(desk, "Ben", "Support")
    for _ in range(2):
        issue(desk, owner_id=ben)
    issue(desk, owner_id=desk.person_id, impact=1, urgency=1)
    issue(desk)
    report = made(desk, ReportName.LOAD)
    assert [(row.label, row.values[-1]) for row in report.rows] == [("Ben", 2), ("Anna", 1), ("Nobody", 1)]
    assert report.figures == {"open": 4, "people": 2, "without_owner": 1, "without_owner_pct": 25.0}


def test_the_first_response_is_ours_and_no_machine_s(desk: Desk) -> None:
    quick, slow, none, brought = issue(desk), issue(desk, 5 * DAY), issue(desk), issue(desk, source="log")
    word(desk, quick, DAY - 15 * MINUTE)
    word(desk, quick, HOUR)
    word(desk, slow, 5 * DAY - MINUTE, is_automatic=True)
    called(desk, slow, 5 * DAY - MINUTE, channel=Channel.EMAIL)
    called(desk, slow, 5 * DAY - MINUTE, channel=Channel.MISSED_CALL)
    word(desk, slow, DAY)
    word(desk, none, DAY - MINUTE, is_automatic=True)
    assert brought
    report = made(desk, ReportName.FIRST_RESPONSE)
    assert numbers(report) == {"15m": (1,), "later": (1,), "none": (1,)}
    assert report.figures == {
        "issues": 3, "answered": 2, "unanswered": 1, "within_1h_pct": 50.0, "median_h": 48.13, "p90_h": 86.43,
    }  # fmt: skip
    assert report.sentence == "2 of 3 issues got a first word from us; 1 have had none."
    assert numbers(made(desk, ReportName.FIRST_RESPONSE, NOW - 2 * DAY)) == {"none": (1,)}


def test_who_spoke_with_the_customer_that_rang_gave_the_first_word(desk: Desk) -> None:
    rang = issue(desk)
    called(desk, rang, DAY)
    assert numbers(made(desk, ReportName.FIRST_RESPONSE)) == {"15m": (1,)}
    assert numbers(made(desk, ReportName.SILENCE)) == {"day": (1,)}, "it was no update"


def test_of_a_few_no_percentage_is_told(desk: Desk) -> None:
    promise(desk, PromiseState.KEPT, HOUR)
    one = made(desk, ReportName.PROMISES)
    row = one.rows[-1]
    assert (row.values[-1], row.share) == (100.0, (1, 1))
    assert ">1 of 1<" in reports.as_html(one)
    assert "100.0" not in reports.as_html(one)
    for _ in range(4):
        promise(desk, PromiseState.KEPT, HOUR)
    assert ">100.0<" in reports.as_html(made(desk, ReportName.PROMISES))


def test_the_longest_silence_lasts_until_the_end_or_now(desk: Desk) -> None:
    one, over = issue(desk, 10 * DAY), issue(desk, 20 * DAY, state=IssueState.SOLVED, closed_at=NOW - 19 * DAY)
    for ago in (9, 3, 2):
        word(desk, one, ago * DAY)
    word(desk, over, DAY)  # after the end
    report = made(desk, ReportName.SILENCE)
    assert numbers(report) == {"day": (1,), "week": (1,)}
    assert report.figures["longest_days"] == 6.0
    assert "6 days" in report.sentence


def test_calls_about_each_problem_and_about_none(desk: Desk) -> None:
    problem = issue(desk, 30 * DAY, kind=IssueKind.PROBLEM, title="Import slow")
    first, second, other = issue(desk), issue(desk), issue(desk)
    with desk.edit() as edit:
        for one in (first, second):
            edit.insert(IssueLink(id=new_id(), issue_id=one, other_id=problem, kind=LinkKind.PROBLEM))
    for one, times in ((first, 3), (second, 1), (other, 1), (problem, 1)):
        for _ in range(times):
            called(desk, one, HOUR)
    called(desk, first, HOUR, channel=Channel.EMAIL)
    word(desk, first, HOUR)
    report = made(desk, ReportName.CALLS)
    assert [(row.label, row.values) for row in report.rows] == [
        ("new Import slow", (5, 3)), ("No problem named", (1, 1)),
    ]  # fmt: skip
    assert (report.figures["calls"], report.figures["calls_about_problems_pct"]) == (6, 83.3)
    assert reports.issues_behind(desk, report, problem, "calls")[0] == first, "who called most stands first"
    assert made(desk, ReportName.CALLS, NOW - 2 * HOUR).figures["calls"] == 0


def test_a_person_s_promises_are_shown_to_that_person_only(desk: Desk) -> None:
    promise(desk, PromiseState.KEPT, DAY)
    promise(desk, PromiseState.OPEN, HOUR)
    ben = person(desk, "Ben", "Support")
    promise(desk, PromiseState.BROKEN, DAY, ben)
    alone = made(desk, ReportName.PROMISES)
    assert [row.label for row in alone.rows] == ["You"], "of two, each could tell what the other did"
    assert alone.figures["of"] == "you"
    assert numbers(alone) == {"you": (1, 0, 1, 0, 0, 0, 50.0)}
    for name, team in (("Cy", "Support"), ("Di", "Support"), ("Ed", "Network")):
        promise(desk, PromiseState.KEPT, DAY, person(desk, name, team))
    report = made(desk, ReportName.PROMISES)
    assert [row.label for row in report.rows] == ["Everybody", "You"]
    assert numbers(report)["everybody"] == (4, 1, 1, 0, 0, 0, 66.7)
    for name in ("Fi", "Gus", "Hal"):
        promise(desk, PromiseState.WITHDRAWN, DAY, person(desk, name, "Network"))
    report = made(desk, ReportName.PROMISES)
    assert [row.label for row in report.rows] == ["Everybody", "Network", "Support, No team", "You"]
    assert numbers(report)["team/Network"] == (1, 0, 0, 0, 3, 0, 100.0)


def test_promises_as_they_stood(desk: Desk) -> None:
    promise(desk, PromiseState.KEPT, 2 * DAY, settled_at=NOW - 2 * DAY - HOUR)
    promise(desk, PromiseState.BROKEN, 2 * DAY, settled_at=NOW - DAY)
    assert numbers(made(desk, ReportName.PROMISES))["you"] == (1, 1, 0, 0, 0, 0, 50.0)
    before = made(desk, ReportName.PROMISES, NOW - 2 * DAY - 2 * HOUR)
    assert numbers(before)["you"] == (0, 0, 0, 0, 0, 2, None)
    assert numbers(made(desk, ReportName.PROMISES, NOW - 2 * DAY + HOUR))["you"] == (1, 0, 1, 0, 0, 0, 50.0)
    assert numbers(made(desk, ReportName.PROMISES, NOW - 9 * DAY)) == {}


def test_who_came_back_within_a_day_after_a_deployment(desk: Desk) -> None:
    with desk.edit() as edit:
        north, south = (edit.insert(Customer(id=new_id(), name=name)).id for name in ("North", "South"))
        went = [
            edit.insert(Deployment(id=new_id(), customer_id=c, to_build=b, at=NOW - ago, deployed_by=desk.person_id)).id
            for c, b, ago in ((north, "40", 3 * DAY), (north, "41", 10 * DAY), (south, "40", 2 * DAY))
        ]
    on = issue(desk, 2 * DAY, customer_id=north)
    called(desk, on, 2 * DAY, customer_id=north)  # 24 h after, and not a moment later
    called(desk, None, 3 * DAY - HOUR, customer_id=north)
    called(desk, on, 2 * DAY - MINUTE, customer_id=north)
    called(desk, on, 3 * DAY, customer_id=north)  # before anything was changed
    word(desk, on, 2 * DAY + HOUR, customer_id=north)
    with desk.edit() as edit:
        edit.insert(IssueDeployment(id=new_id(), issue_id=on, deployment_id=went[1]))
    report = made(desk, ReportName.DEPLOYMENTS)
    assert numbers(report) == {went[0]: (2, 0), went[1]: (0, 1)}
    assert report.rows[0].label == "South · 40 · 20 Nov 2026"
    assert report.figures == {
        "deployments": 3, "with_contact": 1, "contact_rate_pct": 33.3, "contacts": 2, "contacts_mean": 0.67,
    }  # fmt: skip
    assert reports.issues_behind(desk, report, went[0], "contacts") == [on]


def test_what_was_over_and_came_back(desk: Desk) -> None:
    for count in ("0", "1", "2", "7", "many"):
        issue(desk, facts={"reopen_count": count})
    over = issue(desk, 9 * DAY, state=IssueState.SOLVED, closed_at=NOW - 2 * DAY)
    called(desk, over, DAY)
    word(desk, over, DAY, direction=Direction.IN, nature=Nature.THANKS)
    report = made(desk, ReportName.REOPENED)
    assert numbers(report) == {"once": (1,), "twice": (1,), "often": (1,), "asked": (1,)}
    assert (report.figures["reopened"], report.figures["reopened_pct"]) == (3, 75.0)
    assert made(desk, ReportName.REOPENED, NOW - DAY - HOUR).figures["asked_again_after_the_end"] == 0


def test_breaches_of_promises_of_sources_and_of_the_sla(desk: Desk) -> None:
    promise(desk, PromiseState.KEPT, DAY)
    promise(desk, PromiseState.BROKEN, DAY)
    for told in ("FALSE", "no", "true", "perhaps"):
        issue(desk, facts={"made_sla": told}, source="log", source_key=told)
    report = made(desk, ReportName.BREACHES)
    assert numbers(report) == {"source": (2, 1, 0, 66.7), "promise": (1, 1, 0, 50.0)}
    with desk.edit() as edit:
        hours = edit.insert(Calendar(id=new_id(), name="Always", periods="always"))
        edit.insert(
            SlaPolicy(id=new_id(), name="All", calendar_id=hours.id, first_response_m=60, resolution_m=3 * 24 * 60)
        )
    quick = issue(desk, DAY)
    word(desk, quick, DAY - 30 * MINUTE)
    report = made(desk, ReportName.BREACHES)
    assert numbers(report)["first_response"] == (6, 1, 0, 85.7)
    assert numbers(report)["resolution"] == (2, 0, 5, 100.0)
    assert reports.issues_behind(desk, report, "first_response", "met") == [quick]
    early = made(desk, ReportName.BREACHES, NOW - DAY + 45 * MINUTE)
    assert numbers(early)["first_response"] == (2, 1, 4, 66.7)


@pytest.fixture
def history(desk: Desk) -> Desk:
    told = {
        "A": [(0, "Net", 1), (10, "Sys", 2), (20, "Net", 3)],
        "B": [(0, "Net", 1), (1, "Net", 1), (200, "", 0)],
        "C": [(5, "Sys", 0)],
        "D": [(50, "Net", 2), (40, "Sys", 2)],  # later in the file, earlier by its clock
    }
    for key, events in told.items():
        one = issue(desk, None, source="log", source_key=key)
        with desk.edit() as edit:
            for seq, (hour, team, level) in enumerate(events):
                at = NOW - 10 * DAY + hour * HOUR
                edit.insert(IssueEvent(id=new_id(), issue_id=one, seq=seq, at=at, team=team, level=level))
    return desk


def test_the_history_of_imported_issues(history: Desk) -> None:
    report = made(history, ReportName.HISTORY)
    assert report.figures == {
        "issues": 4, "events": 9, "events_per_issue_mean": 2.25, "teams": 2,
        "longest_gap_median_h": 10.0, "longest_gap_p90_h": 161.2, "longest_gap_p99_h": 195.22,
        "reached_level_pct": {"1": 75.0, "2": 50.0, "3": 25.0},
        "returned_to_earlier_team": 1, "returned_to_earlier_team_pct": 25.0,
    }  # fmt: skip
    assert numbers(report)["gap-month"] == (1,)
    early = made(history, ReportName.HISTORY, NOW - 10 * DAY + 2 * HOUR)
    assert (early.figures["issues"], early.figures["events"], early.figures["returned_to_earlier_team"]) == (2, 3, 0)
    other = reports.make(history, ReportName.HISTORY, source="elsewhere")
    assert other is not None
    assert other.figures["issues"] == 0


@pytest.mark.parametrize("name", list(ReportName))
def test_every_report_has_something_to_say_where_nothing_is(desk: Desk, name: ReportName) -> None:
    report = made(desk, name)
    assert report.is_empty
    assert reports.as_csv(report)
    assert report.sentence in reports.as_html(report).replace("&#x27;", "'")


def test_a_report_is_given_up_when_nobody_waits(desk: Desk) -> None:
    with desk.cache.transaction():
        for table in ("issue",):
            columns = [c[1] for c in desk.cache.read(f"PRAGMA table_info({table})") if c[1] != "pk"]
            issue_id = new_id()
            row = dict.fromkeys(columns, 0) | {"state": "open", "kind": "incident", "facts": "{}", "opened_at": 1}
            desk.cache.write_many(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' for _ in columns)})",
                [tuple((row | {"id": f"{issue_id}{n}"}).values()) for n in range(30_000)],
            )
    asked = iter([False] * 2 + [True] * 1_000_000)
    assert reports.make(desk, ReportName.SILENCE, is_cancelled=lambda: next(asked)) is None
    assert reports.make(desk, ReportName.BACKLOG) is not None


def test_a_csv_for_spreadsheets_computes_nothing(desk: Desk) -> None:
    problem = issue(desk, kind=IssueKind.PROBLEM)
    with desk.edit() as edit:
        edit.update(desk.need(Issue, problem), title="=1+1")
    called(desk, problem, HOUR)
    report = made(desk, ReportName.CALLS)
    report = replace(report, rows=(replace(report.rows[0], label="=1+1"),))
    assert reports.as_csv(report).splitlines()[1] == "'=1+1,1,1"
    assert "<b>" in reports.as_html(report)
