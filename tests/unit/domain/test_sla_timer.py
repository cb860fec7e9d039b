"""Which policy holds, and where the three timers of an issue stand."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.business_calendar import BusinessCalendar
from app.domain.errors import BadInput
from app.domain.opening_hours import week_of
from app.domain.sla import SlaPause, SlaPolicy
from app.domain.sla_timer import Goal, Matter, TimerReadout, TimerState, check_policy, policy_for, timers

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OFFICE = BusinessCalendar(week_of("mon-fri 09:00-17:00"), UTC)
ALWAYS = BusinessCalendar(week_of("always"), UTC)
GOLD = SlaPolicy(
    id="p", name="Gold", calendar_id="c", first_response_m=60, next_update_m=120, resolution_m=480
)  # fmt: skip


def thu(hour: float) -> datetime:
    """Thursday 19 November 2026; hours beyond 24 are of the days after."""
    return datetime(2026, 11, 19, tzinfo=UTC) + hour * HOUR


def paused(from_h: float, until_h: float | None, reason: str = "Waiting on customer") -> SlaPause:
    until_at = None if until_h is None else thu(until_h)
    return SlaPause(id=f"{from_h}", issue_id="i", from_at=thu(from_h), until_at=until_at, reason=reason, person_id="a")


def read(goal: Goal, matter: Matter, now: datetime, calendar: BusinessCalendar = OFFICE) -> TimerReadout:
    return next(t for t in timers(GOLD, calendar, matter, now) if t.goal is goal)


def test_a_timer_says_all_that_is_known_of_it() -> None:
    response, resolution = timers(GOLD, OFFICE, Matter(thu(9)), thu(9.5))
    assert (response.goal, resolution.goal) == (Goal.FIRST_RESPONSE, Goal.RESOLUTION)
    assert response == TimerReadout(Goal.FIRST_RESPONSE, TimerState.RUNNING, thu(9), HOUR, 30 * MINUTE, thu(10))
    assert response.left == 30 * MINUTE
    assert (resolution.due_at, resolution.left) == (thu(17), 7.5 * HOUR)


def test_late_is_after_the_deadline_though_the_office_was_closed_since() -> None:
    friday_evening = thu(24 + 16)  # an hour of business is left before the weekend
    matter = Matter(friday_evening)
    assert read(Goal.FIRST_RESPONSE, matter, thu(24 + 17)).state is TimerState.RUNNING
    saturday = read(Goal.FIRST_RESPONSE, matter, thu(48 + 12))
    assert (saturday.state, saturday.left, saturday.due_at) == (TimerState.BREACHED, timedelta(), thu(24 + 17))
    answered = Matter(friday_evening, [thu(48 + 12)])
    assert read(Goal.FIRST_RESPONSE, answered, thu(96 + 10)).state is TimerState.BREACHED


def test_a_first_response_is_met_once_and_for_all() -> None:
    matter = Matter(thu(9), [thu(9.75), thu(15)])
    met = read(Goal.FIRST_RESPONSE, matter, thu(16))
    assert (met.state, met.ended_at, met.elapsed, met.due_at) == (TimerState.MET, thu(9.75), 45 * MINUTE, thu(10))
    late = read(Goal.FIRST_RESPONSE, Matter(thu(9), [thu(10.5)]), thu(16))
    assert (late.state, late.ended_at, late.left) == (TimerState.BREACHED, thu(10.5), -30 * MINUTE)


def test_speaking_with_who_came_to_us_is_a_first_response_and_no_update() -> None:
    matter = Matter(thu(9), [thu(11)], spoken_at=[thu(9.25), thu(10.5), thu(12)])
    met = read(Goal.FIRST_RESPONSE, matter, thu(9.5))
    assert (met.state, met.ended_at) == (TimerState.MET, thu(9.25))
    before = read(Goal.NEXT_UPDATE, matter, thu(10.75))
    assert (before.started_at, before.cycles) == (thu(9.25), 0), "updates are owed from it on, and it is none"
    after = read(Goal.NEXT_UPDATE, matter, thu(12.5))
    assert (after.started_at, after.cycles, after.late_cycles) == (thu(11), 1, 0)
    written = Matter(thu(9), [thu(9.5)], spoken_at=[thu(9.75)])
    assert read(Goal.FIRST_RESPONSE, written, thu(10)).ended_at == thu(9.5)
    assert read(Goal.NEXT_UPDATE, written, thu(10)).started_at == thu(9.5)
    plain = GOLD.but(first_response_m=0, resolution_m=0)
    assert timers(plain, OFFICE, Matter(thu(9), spoken_at=[thu(9.5)]), thu(10))[0].started_at == thu(9)


def test_each_word_starts_the_next_update_again_and_is_counted() -> None:
    matter = Matter(thu(9), [thu(9.5), thu(11), thu(14), thu(14.5)])  # 14:00 came an hour late
    update = read(Goal.NEXT_UPDATE, matter, thu(15))
    assert (update.started_at, update.due_at, update.elapsed) == (thu(14.5), thu(16.5), 30 * MINUTE)
    assert (update.cycles, update.late_cycles, update.state) == (3, 1, TimerState.RUNNING)
    assert read(Goal.NEXT_UPDATE, matter, thu(16.6)).state is TimerState.BREACHED


def test_updates_are_owed_from_the_first_response_or_from_the_start_where_there_is_none() -> None:
    assert [t.goal for t in timers(GOLD, OFFICE, Matter(thu(9)), thu(16))] == [Goal.FIRST_RESPONSE, Goal.RESOLUTION]
    plain = GOLD.but(first_response_m=0, resolution_m=0)
    (only,) = timers(plain, OFFICE, Matter(thu(9), [thu(10)]), thu(11))
    assert (only.goal, only.started_at, only.cycles) == (Goal.NEXT_UPDATE, thu(10), 1)
    assert timers(plain, OFFICE, Matter(thu(9)), thu(10))[0].started_at == thu(9)


def test_a_word_from_before_the_issue_was_written_down_is_an_answer_to_it() -> None:
    met = read(Goal.FIRST_RESPONSE, Matter(thu(9), [thu(8.9)]), thu(12))
    assert (met.state, met.ended_at, met.elapsed) == (TimerState.MET, thu(9), timedelta())


def test_a_pause_that_is_on_says_why_and_leaves_the_deadline_open() -> None:
    on = paused(10, None)
    resolution = read(Goal.RESOLUTION, Matter(thu(9), [thu(9.5)], [on]), thu(15))
    assert (resolution.state, resolution.paused_because) == (TimerState.PAUSED, "Waiting on customer")
    assert (resolution.elapsed, resolution.left, resolution.due_at) == (HOUR, 7 * HOUR, None)
    response = read(Goal.FIRST_RESPONSE, Matter(thu(9), [thu(9.5)], [on]), thu(15))
    assert (response.state, response.paused_because, response.due_at) == (TimerState.MET, "", thu(10))


def test_a_pause_that_is_over_moves_the_deadline_by_its_business_time() -> None:
    matter = Matter(thu(9), [], [paused(9.5, 12.5), paused(12, 13, "told to wait"), paused(16, 24 + 10)])
    assert read(Goal.FIRST_RESPONSE, matter, thu(13)).due_at == thu(13.5)
    resolution = read(Goal.RESOLUTION, matter, thu(24 + 12))
    assert (resolution.state, resolution.elapsed) == (TimerState.RUNNING, 5.5 * HOUR)
    assert resolution.due_at == thu(24 + 14.5)


def test_a_pause_after_the_time_was_up_forgives_nothing() -> None:
    late = read(Goal.FIRST_RESPONSE, Matter(thu(9), [], [paused(11, None)]), thu(12))
    assert (late.state, late.paused_because, late.due_at) == (TimerState.BREACHED, "Waiting on customer", thu(10))


def test_the_end_stops_all_timers_and_a_reopened_issue_goes_on_where_it_was() -> None:
    solved = Matter(thu(9), [thu(9.5)], [paused(12, None, "Solved")], over_at=thu(12))
    response, update, resolution = timers(GOLD, OFFICE, solved, thu(40))
    assert (response.state, update.state, resolution.state) == (TimerState.MET, TimerState.BREACHED, TimerState.MET)
    assert (resolution.elapsed, resolution.ended_at, resolution.due_at) == (3 * HOUR, thu(12), thu(17))
    assert resolution.paused_because == ""
    in_time = Matter(thu(9), [thu(9.5), thu(11.5)], over_at=thu(12))
    assert read(Goal.NEXT_UPDATE, in_time, thu(40)).state is TimerState.STOPPED
    again = Matter(thu(9), [thu(9.5)], [paused(12, 16, "Solved")])
    resolution = read(Goal.RESOLUTION, again, thu(16.5))
    assert (resolution.state, resolution.elapsed, resolution.due_at) == (TimerState.RUNNING, 3.5 * HOUR, thu(24 + 13))


def test_an_issue_that_is_over_without_a_word_stopped_its_first_response() -> None:
    stopped = read(Goal.FIRST_RESPONSE, Matter(thu(9), over_at=thu(9.5)), thu(12))
    assert (stopped.state, stopped.ended_at) == (TimerState.STOPPED, thu(9.5))
    late = read(Goal.FIRST_RESPONSE, Matter(thu(9), over_at=thu(10.5)), thu(12))
    assert late.state is TimerState.BREACHED
    parting_word = Matter(thu(9), [thu(9.2), thu(10.5)], over_at=thu(10))
    assert read(Goal.NEXT_UPDATE, parting_word, thu(12)).ended_at == thu(10.5)


def test_at_an_earlier_time_only_what_had_happened_counts() -> None:
    matter = Matter(thu(9), [thu(9.5), thu(11)], [paused(9.6, 9.9), paused(12, 13)], over_at=thu(16))
    response, resolution = timers(GOLD, OFFICE, matter, thu(9.25))
    assert (response.state, resolution.state) == (TimerState.RUNNING, TimerState.RUNNING)
    assert read(Goal.RESOLUTION, matter, thu(9.7)).paused_because == "Waiting on customer"
    assert read(Goal.NEXT_UPDATE, matter, thu(10)).cycles == 0


hours = st.floats(0, 60, allow_nan=False).map(lambda h: round(h * 60) / 60)


@settings(max_examples=150, deadline=None)
@given(st.lists(hours, max_size=4), st.lists(st.tuples(hours, hours), max_size=3), hours)
def test_the_figures_of_a_readout_agree(words: list[float], stretches: list[tuple[float, float]], now: float) -> None:
    pauses = [paused(9 + at, 9 + at + length) for at, length in stretches]
    matter = Matter(thu(9), [thu(9 + w) for w in words], pauses)
    for each in timers(GOLD, OFFICE, matter, thu(9 + now)):
        assert timedelta() <= each.elapsed <= (each.ended_at or thu(9 + now)) - each.started_at
        assert each.left == each.allowed - each.elapsed
        if each.state in {TimerState.MET, TimerState.RUNNING, TimerState.PAUSED}:
            assert each.left >= timedelta()
        if each.left < timedelta():
            assert each.state is TimerState.BREACHED
        unpaused = next(
            t for t in timers(GOLD, OFFICE, Matter(thu(9), matter.words_at), thu(9 + now)) if t.goal is each.goal
        )
        assert each.elapsed <= unpaused.elapsed


def test_the_most_specific_policy_holds_then_the_lowest_rank() -> None:
    def of(name: str, plan: str = "", priority: int = 0, rank: int = 0) -> SlaPolicy:
        return SlaPolicy(id=name, name=name, calendar_id="c", plan=plan, priority=priority, rank=rank)

    both, plan, first, anything = of("both", "Gold", 1), of("plan", "Gold"), of("first", "", 1), of("any")
    every = [anything, first, plan, both]
    assert policy_for(every, " gold", 1) == both
    assert policy_for(every, "Gold", 2) == plan
    assert policy_for(every, "Silver", 1) == first
    assert policy_for(every, "", 3) == anything
    assert policy_for([first, plan, both], "Silver", 4) is None
    assert policy_for([of("b", rank=2), of("a", rank=3), of("c", rank=2)], "", 1) == of("b", rank=2)
    assert policy_for([both.but(deleted=True), anything], "Gold", 1) == anything


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "needs a name"),
        ({"priority": 5}, "1 to 4, or 0"),
        ({"first_response_m": 0, "next_update_m": 0, "resolution_m": 0}, "no timer"),
        ({"next_update_m": -1}, "1 to 527,040 business minutes"),
        ({"resolution_m": 600_000}, "1 to 527,040 business minutes"),
        ({"resolution_m": 500_000}, "not over in ten years"),
    ],
)
def test_a_policy_that_promises_nothing_is_refused(changes: dict[str, object], said: str) -> None:
    weekly = BusinessCalendar(week_of("mon 09:00-10:00"), UTC)
    with pytest.raises(BadInput, match=said) as refused:
        check_policy(GOLD.but(**changes), weekly, thu(9))
    assert refused.value.todo
    check_policy(GOLD, weekly, thu(9))
    assert ALWAYS.due(thu(9), timedelta(minutes=527_040)) is not None
