"""The timers of real issues: policies and calendars are saved, people speak, wait, solve and reopen."""

from datetime import datetime, timedelta

import pytest

from app.domain.calendar import Calendar
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.interaction import Channel, Direction, Interaction, Nature
from app.domain.issue import Issue, IssueKind, IssueState
from app.domain.person import Role
from app.domain.report import ReportName
from app.domain.sla import SlaPause, SlaPolicy
from app.services import calls, issues, reports, sla
from app.services.desk import Desk
from app.services.sla import Goal, TimerReadout, TimerState
from tests.halden import HOUR, NOW, Clock, Sample
from tests.stations import Station, TestCompany

MINUTE = timedelta(minutes=1)


def always(desk: Desk, **limits: int) -> SlaPolicy:
    """A policy whose clock never sleeps, so that a test's arithmetic is plain."""
    calendar = Calendar(id=new_id(), name="Always", periods="always")
    sla.save_calendar(desk, calendar)
    policy = SlaPolicy(id=new_id(), name="All", calendar_id=calendar.id).but(**limits)
    sla.save_policy(desk, policy)
    return policy


def opened(desk: Desk, sample: Sample, **fields: object) -> Issue:
    with desk.edit() as edit:
        return edit.insert(
            Issue(
                id=new_id(),
                customer_id=sample.customers["Halden Hotels"],
                title="The lift",
                opened_at=edit.at,
                state=IssueState.OPEN,
            ).but(**fields)
        )


def said(
    desk: Desk,
    issue: Issue,
    direction: Direction,
    *,
    channel: Channel = Channel.EMAIL,
    is_automatic: bool = False,
) -> None:
    with desk.edit() as edit:
        edit.insert(
            Interaction(
                id=new_id(),
                customer_id=issue.customer_id,
                issue_id=issue.id,
                channel=channel,
                nature=Nature.NEWS,
                direction=direction,
                is_automatic=is_automatic,
                at=edit.at,
                person_id=edit.by,
            )
        )


def moved(desk: Desk, issue_id: str, state: IssueState, waiting_on: str = "") -> None:
    """Change the state as the queue does, with the timers following."""
    issue = desk.need(Issue, issue_id)
    with desk.edit() as edit:
        sla.pause_for_state(desk, edit, issue, state, waiting_on)
        is_over = state in {IssueState.SOLVED, IssueState.CLOSED}
        edit.update(
            issue, state=state, waiting_on=waiting_on, closed_at=(issue.closed_at or edit.at) if is_over else None
        )


def one(desk: Desk, issue_id: str, goal: Goal) -> TimerReadout:
    return next(t for t in sla.timers(desk, issue_id) if t.goal is goal)


def test_a_company_without_policies_has_no_timers_and_writes_no_pauses(anna: Station, sample: Sample) -> None:
    issue_id = sample.issues["page"]
    assert sla.timers(anna.desk, issue_id) == ()
    moved(anna.desk, issue_id, IssueState.SOLVED)
    assert anna.cache.records(SlaPause) == []
    assert sla.policies(anna.desk) == ()


def test_only_our_own_word_answers(anna: Station, sample: Sample, clock: Clock) -> None:
    always(anna.desk, first_response_m=60, next_update_m=120)
    issue = opened(anna.desk, sample)
    clock.now += 10 * MINUTE
    said(anna.desk, issue, Direction.OUT, is_automatic=True)
    issues.add_note(anna.desk, issue.id, "looked into it")
    for channel in (Channel.EMAIL, Channel.SMS, Channel.VOICEMAIL, Channel.MISSED_CALL):
        said(anna.desk, issue, Direction.IN, channel=channel)
    said(anna.desk, issue, Direction.IN, channel=Channel.CHAT, is_automatic=True)
    assert [t.goal for t in sla.timers(anna.desk, issue.id)] == [Goal.FIRST_RESPONSE]
    assert one(anna.desk, issue.id, Goal.FIRST_RESPONSE).state is TimerState.RUNNING
    clock.now += 10 * MINUTE
    said(anna.desk, issue, Direction.OUT)
    told_at = clock.now
    assert one(anna.desk, issue.id, Goal.FIRST_RESPONSE).state is TimerState.MET
    for _ in range(3):
        clock.now += 30 * MINUTE
        calls.called_again(anna.desk, issue.id)
        said(anna.desk, issue, Direction.IN)
        said(anna.desk, issue, Direction.OUT, is_automatic=True)
        issues.add_note(anna.desk, issue.id, "they ask")
    update = one(anna.desk, issue.id, Goal.NEXT_UPDATE)
    assert (update.started_at, update.left, update.cycles) == (told_at, 30 * MINUTE, 0)
    said(anna.desk, issue, Direction.OUT)
    update = one(anna.desk, issue.id, Goal.NEXT_UPDATE)
    assert (update.started_at, update.cycles, update.late_cycles) == (clock.now, 1, 0)


@pytest.mark.parametrize("channel", [Channel.CALL, Channel.VISIT, Channel.CHAT])
def test_who_reached_a_person_of_ours_was_answered(
    anna: Station, sample: Sample, clock: Clock, channel: Channel
) -> None:
    always(anna.desk, first_response_m=60, next_update_m=120)
    issue = opened(anna.desk, sample)
    said(anna.desk, issue, Direction.IN, channel=channel)
    clock.now += 90 * MINUTE
    said(anna.desk, issue, Direction.IN, channel=channel)
    assert one(anna.desk, issue.id, Goal.FIRST_RESPONSE).state is TimerState.MET
    assert one(anna.desk, issue.id, Goal.NEXT_UPDATE).left == 30 * MINUTE
    report = reports.make(anna.desk, ReportName.BREACHES)
    assert report is not None
    assert issue.id not in reports.issues_behind(anna.desk, report, "first_response", "missed")
    assert issue.id in reports.issues_behind(anna.desk, report, "first_response", "met")


def test_waiting_for_the_customer_pauses_and_waiting_for_ourselves_does_not(
    anna: Station, sample: Sample, clock: Clock
) -> None:
    always(anna.desk, resolution_m=600)
    issue = opened(anna.desk, sample)

    def because() -> str:
        return one(anna.desk, issue.id, Goal.RESOLUTION).paused_because

    for name in ("customer", "The Customer", "Halden Hotels", "halden hotels IT", "ingrid  åsen"):
        moved(anna.desk, issue.id, IssueState.WAITING, name)
        assert because() == f"Waiting on {name}"
        moved(anna.desk, issue.id, IssueState.OPEN)
        assert because() == ""
    for name in ("Engineering", "Halden", "Anna", "Dana Whitfield"):  # the last one is at another customer
        moved(anna.desk, issue.id, IssueState.WAITING, name)
        assert because() == ""
    moved(anna.desk, issue.id, IssueState.WAITING, "customer")
    clock.now += 5 * HOUR
    moved(anna.desk, issue.id, IssueState.WAITING, "Engineering")
    clock.now += HOUR
    resolution = one(anna.desk, issue.id, Goal.RESOLUTION)
    assert (resolution.state, resolution.elapsed) == (TimerState.RUNNING, HOUR)
    assert resolution.due_at == NOW + 15 * HOUR


def test_solved_stops_and_opening_again_goes_on(anna: Station, sample: Sample, clock: Clock) -> None:
    always(anna.desk, resolution_m=600)
    issue = opened(anna.desk, sample)
    clock.now += HOUR
    moved(anna.desk, issue.id, IssueState.SOLVED)
    clock.now += 4 * HOUR
    moved(anna.desk, issue.id, IssueState.CLOSED)
    clock.now += 20 * HOUR
    met = one(anna.desk, issue.id, Goal.RESOLUTION)
    assert (met.state, met.elapsed, met.due_at) == (TimerState.MET, HOUR, NOW + 10 * HOUR)
    moved(anna.desk, issue.id, IssueState.OPEN)
    clock.now += HOUR
    again = one(anna.desk, issue.id, Goal.RESOLUTION)
    assert (again.state, again.elapsed, again.due_at) == (TimerState.RUNNING, 2 * HOUR, clock.now + 8 * HOUR)
    assert [p.reason for p in anna.cache.records(SlaPause)] == ["Solved"]


def test_a_person_pauses_with_a_reason_and_everybody_sees_it(
    anna: Station, company: TestCompany, sample: Sample, clock: Clock
) -> None:
    always(anna.desk, resolution_m=600)
    issue = opened(anna.desk, sample)
    with pytest.raises(BadInput, match="needs its reason"):
        sla.pause(anna.desk, issue.id, " ")
    with pytest.raises(Refused, match="not paused"):
        sla.resume(anna.desk, issue.id)
    sla.pause(anna.desk, issue.id, "They asked us to wait until Monday ")
    with pytest.raises(Refused, match="paused already: They asked"):
        sla.pause(anna.desk, issue.id, "again")
    anna.sync()
    ben = company.station("ben", clock=clock)
    shown = one(ben.desk, issue.id, Goal.RESOLUTION)
    assert (shown.state, shown.paused_because) == (TimerState.PAUSED, "They asked us to wait until Monday")
    clock.now += HOUR
    sla.resume(ben.desk, issue.id)
    ben.sync()
    anna.sync()
    resolution = one(anna.desk, issue.id, Goal.RESOLUTION)
    assert (resolution.state, resolution.elapsed) == (TimerState.RUNNING, timedelta())
    moved(anna.desk, issue.id, IssueState.SOLVED)
    with pytest.raises(Refused, match="over stand still already"):
        sla.pause(anna.desk, issue.id, "x")
    with pytest.raises(Refused, match="not paused"):
        sla.resume(anna.desk, issue.id)


def test_any_change_of_state_ends_a_pause_and_none_does_not(anna: Station, sample: Sample) -> None:
    always(anna.desk, resolution_m=600)
    issue = opened(anna.desk, sample)
    sla.pause(anna.desk, issue.id, "Strike")
    moved(anna.desk, issue.id, IssueState.OPEN)
    assert one(anna.desk, issue.id, Goal.RESOLUTION).state is TimerState.PAUSED
    moved(anna.desk, issue.id, IssueState.WATCHING)
    assert one(anna.desk, issue.id, Goal.RESOLUTION).state is TimerState.RUNNING


def test_a_page_is_read_at_once_and_each_issue_follows_its_own_policy(anna: Station, sample: Sample) -> None:
    policy = always(anna.desk, resolution_m=600)
    gold = policy.but(id=new_id(), name="Gold", plan="gold")
    urgent = policy.but(id=new_id(), name="Gold P1", plan="Gold", priority=1)
    for each in (gold, urgent):
        sla.save_policy(anna.desk, each)
    shared = opened(anna.desk, sample, kind=IssueKind.PROBLEM, customer_id=None)
    undated = opened(anna.desk, sample, opened_at=None)
    unended = opened(anna.desk, sample, state=IssueState.CLOSED)
    ids = [*sample.issues.values(), shared.id, undated.id, unended.id, new_id()]
    got = sla.timers_of(anna.desk, ids)
    assert list(got) == ids
    assert {key: got[i].policy for key, i in sample.issues.items() if key != "old"} == {
        "import": "Gold P1", "page": "Gold P1", "slow": "All", "bridge": "Gold", "vlan": "All", "export": "All",
        "database": "All", "login": "All",
    }  # fmt: skip
    assert all(got[i] == sla.IssueTimers() for i in ids[-4:])
    assert [line.policy.name for line in sla.policies(anna.desk)] == ["Gold P1", "Gold", "All"]
    earlier = sla.timers_of(anna.desk, ids, NOW - timedelta(days=27))
    assert all(found.timers == () for found in earlier.values())


def test_what_cannot_be_kept_is_refused_when_saved(anna: Station) -> None:
    desk = anna.desk
    with pytest.raises(BadInput, match="never open"):
        sla.save_calendar(desk, Calendar(id=new_id(), name="Nothing"))
    with pytest.raises(BadInput, match="region “Atlantis”"):
        sla.save_calendar(desk, Calendar(id=new_id(), name="A", periods="always", holiday_region="Atlantis"))
    with pytest.raises(BadInput, match="needs a calendar"):
        sla.save_policy(desk, SlaPolicy(id=new_id(), name="P", calendar_id=new_id(), resolution_m=60))
    assert sla.calendars(desk) == ()
    policy = always(desk, resolution_m=500_000)
    with pytest.raises(BadInput, match="no timer"):
        sla.save_policy(desk, policy.but(resolution_m=0))
    calendar = desk.need(Calendar, policy.calendar_id)
    with pytest.raises(BadInput, match="not over in ten years"):
        sla.save_calendar(desk, calendar.but(periods="mon 9-10"))
    sla.save_calendar(desk, calendar.but(periods="mon-fri 9-17", time_zone="Europe/Oslo", holiday_region="NO"))
    assert desk.need(Calendar, calendar.id).holiday_region == "NO"


def test_a_policy_whose_calendar_came_empty_from_elsewhere_says_so(anna: Station, sample: Sample) -> None:
    policy = always(anna.desk, resolution_m=60)
    with anna.desk.edit() as edit:  # as another version would save it
        edit.update(anna.desk.need(Calendar, policy.calendar_id), holiday_region="ZZ-9")
    (line,) = sla.policies(anna.desk)
    assert (line.calendar, line.policy.name) == ("Always", "All")
    assert "cannot be read here" in line.fault
    got = sla.timers_of(anna.desk, [sample.issues["page"]])[sample.issues["page"]]
    assert (got.timers, got.policy) == ((), "All")
    assert "ZZ-9" in got.fault


def test_policies_and_calendars_are_taken_away_in_order(anna: Station, sample: Sample) -> None:
    policy = always(anna.desk, resolution_m=60)
    with pytest.raises(Refused, match="“All” follows the calendar “Always”"):
        sla.remove_calendar(anna.desk, policy.calendar_id)
    sla.remove_policy(anna.desk, policy.id)
    sla.remove_calendar(anna.desk, policy.calendar_id)
    assert sla.timers(anna.desk, sample.issues["page"]) == ()
    anna.sync()
    assert anna.unsent() == 0
    assert anna.conflicts() == []


def test_the_first_policies_come_when_asked_for_and_by_managers_only(
    anna: Station, company: TestCompany, sample: Sample, clock: Clock
) -> None:
    ben = company.station("ben", Role.SUPPORT, clock)
    with pytest.raises(Refused):
        sla.add_first(ben.desk)
    with pytest.raises(Refused):
        sla.save_calendar(ben.desk, Calendar(id=new_id(), name="A", periods="always"))
    sla.add_first(anna.desk, "Europe/Oslo")
    with pytest.raises(Refused, match="policies already"):
        sla.add_first(anna.desk)
    assert [line.policy.name for line in sla.policies(anna.desk)] == ["P1", "P2", "P3", "P4"]
    assert {t.goal for t in sla.timers(anna.desk, sample.issues["page"])} == set(Goal)
    anna.sync()
    assert anna.unsent() == 0
    ben.sync()
    assert len(sla.policies(ben.desk)) == 4


def test_times_are_reckoned_in_the_hours_of_the_calendar(anna: Station, sample: Sample) -> None:
    calendar = Calendar(id=new_id(), name="Oslo", periods="mon-fri 09:00-16:00", time_zone="Europe/Oslo")
    sla.save_calendar(anna.desk, calendar)
    sla.save_policy(anna.desk, SlaPolicy(id=new_id(), name="O", calendar_id=calendar.id, resolution_m=180))
    issue = opened(anna.desk, sample)  # Friday 13:03 UTC is 14:03 in Oslo
    assert one(anna.desk, issue.id, Goal.RESOLUTION).due_at == datetime.fromisoformat("2026-11-23T09:03Z")
