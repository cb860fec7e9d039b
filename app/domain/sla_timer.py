"""The three timers of an issue: which policy holds, and where each timer stands.

A timer counts from its start to the word or the end that it waits for, in business time and without pauses. Our own
word to the customer answers it. The first response is given, too, when a person speaks with a customer who rings, comes
by or chats; that answers and restarts no next update. What the customer only leaves here (a missed call, a voicemail, a
mail, a text message), what a machine sends and what is noted inside answers nothing. Late is after the deadline, also
by a word that comes before the office opens again.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from app.domain.business_calendar import BusinessCalendar, Pause
from app.domain.errors import BadInput
from app.domain.sla import SlaPause, SlaPolicy

LONGEST_M = 366 * 24 * 60


class Goal(StrEnum):
    """What a timer waits for."""

    FIRST_RESPONSE = "first_response"
    NEXT_UPDATE = "next_update"
    RESOLUTION = "resolution"


class TimerState(StrEnum):
    """Where a timer stands. Breached: after its time, whether the word has come since or not.

    Stopped: the issue was over in time, and nobody waits for this word any more.
    """

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class TimerReadout:
    """One timer as it stands; `elapsed` and `left` are business time, `left` below nothing when too much has gone by.

    `due_at` is None while a pause that is on keeps it open, `ended_at` while the timer goes on; `paused_because` is the
    reason of that pause. `cycles` counts the words that answered a next update so far, each of which started it again,
    and `late_cycles` those of them that came late.
    """

    goal: Goal
    state: TimerState
    started_at: datetime
    allowed: timedelta
    elapsed: timedelta
    due_at: datetime | None
    ended_at: datetime | None = None
    paused_because: str = ""
    cycles: int = 0
    late_cycles: int = 0

    @property
    def left(self) -> timedelta:
        """The business time that is left."""
        return self.allowed - self.elapsed


@dataclass(frozen=True, slots=True)
class Matter:
    """What the timers need to know of an issue: our words to the customer, its pauses, and when it was over.

    `spoken_at` is when a person of ours spoke with the customer who had come to us.
    """

    opened_at: datetime
    words_at: Sequence[datetime] = ()
    pauses: Sequence[SlaPause] = ()
    over_at: datetime | None = None
    spoken_at: Sequence[datetime] = ()


def policy_for(policies: Iterable[SlaPolicy], plan: str, priority: int) -> SlaPolicy | None:
    """Give the policy that holds: of plan and priority, else of the plan, else of the priority, else of any."""
    named = plan.strip().casefold()
    fitting = [
        each
        for each in policies
        if each.plan.strip().casefold() in {"", named} and each.priority in {0, priority} and not each.deleted
    ]
    return min(fitting, key=lambda p: (not p.plan.strip(), p.priority == 0, p.rank, p.name, p.id), default=None)


def check_policy(policy: SlaPolicy, calendar: BusinessCalendar, now: datetime) -> None:
    """Raise BadInput for a policy that promises nothing, or nothing that its hours could ever use up."""
    promised = (policy.first_response_m, policy.next_update_m, policy.resolution_m)
    if not policy.name.strip():
        raise BadInput("A policy needs a name.", "Write a few words, like “Gold, P1”.")
    if policy.priority not in range(5):
        raise BadInput("The priority of a policy is 1 to 4, or 0 for any.", "Choose one of them.")
    if not any(promised):
        raise BadInput("This policy has no timer.", "Give it minutes for at least one of the three.")
    if min(promised) < 0 or max(promised) > LONGEST_M:
        raise BadInput(
            f"A timer has 1 to {LONGEST_M:,} business minutes, or 0 for none.", "Write the minutes, like 240."
        )
    due = calendar.due(now, timedelta(minutes=max(promised)))
    if due is None or due - now > timedelta(days=3660):
        raise BadInput(
            f"With the open hours of its calendar, {max(promised):,} minutes are not over in ten years.",
            "Give the calendar more hours, or the policy fewer minutes.",
        )


def timers(policy: SlaPolicy, calendar: BusinessCalendar, matter: Matter, now: datetime) -> tuple[TimerReadout, ...]:
    """Give where the timers of an issue stand at a time, from what had happened until then.

    A timer that the policy does not have, or that has not begun, is left out: where there is a time for the first
    response, updates are owed from that response on.
    """
    reckoned = _Reckoning(calendar, matter, now)
    words, spoken = (
        sorted(max(at, matter.opened_at) for at in given if at <= now) for given in (matter.words_at, matter.spoken_at)
    )
    answered_at = min([*words[:1], *spoken[:1]], default=None)
    found = []
    if policy.first_response_m:
        found.append(reckoned.timer(Goal.FIRST_RESPONSE, policy.first_response_m, matter.opened_at, answered_at))
    if policy.next_update_m:
        starts = [matter.opened_at, *words]
        if policy.first_response_m:
            starts = words if answered_at is None or answered_at in words[:1] else [answered_at, *words]
        if starts:
            found.append(reckoned.updates(policy.next_update_m, starts))
    if policy.resolution_m:
        found.append(reckoned.timer(Goal.RESOLUTION, policy.resolution_m, matter.opened_at, reckoned.over_at))
    return tuple(found)


class _Reckoning:
    """One issue under one calendar at one time."""

    def __init__(self, calendar: BusinessCalendar, matter: Matter, now: datetime) -> None:
        pauses = [p for p in matter.pauses if not p.deleted and p.from_at <= now]
        on = [p for p in pauses if p.until_at is None or p.until_at > now]
        self._calendar, self._now = calendar, now
        self._pauses: list[Pause] = [(p.from_at, None if p in on else p.until_at) for p in pauses]
        self._because = max(on, key=lambda p: p.from_at).reason if on else None
        self.over_at = matter.over_at if matter.over_at and matter.over_at <= now else None

    def timer(self, goal: Goal, minutes: int, started_at: datetime, answered_at: datetime | None) -> TimerReadout:
        """Give a timer that is answered by one word, or by the end of the issue."""
        ended_at = answered_at or (max(self.over_at, started_at) if self.over_at else None)
        until, allowed = ended_at or self._now, timedelta(minutes=minutes)
        pauses = self._pauses if ended_at is None else _cut(self._pauses, ended_at)
        due_at = self._calendar.due(started_at, allowed, pauses)
        if due_at is not None and until > due_at:
            state = TimerState.BREACHED
        elif ended_at is not None:
            state = TimerState.MET if answered_at else TimerState.STOPPED
        else:
            state = TimerState.RUNNING if self._because is None else TimerState.PAUSED
        return TimerReadout(
            goal=goal,
            state=state,
            started_at=started_at,
            allowed=allowed,
            elapsed=self._calendar.elapsed(started_at, until, pauses),
            due_at=due_at,
            ended_at=ended_at,
            paused_because=self._because or "" if ended_at is None else "",
        )

    def updates(self, minutes: int, starts: Sequence[datetime]) -> TimerReadout:
        """Give the timer that each word answers and starts again."""
        late = 0
        for started_at, word_at in pairwise(starts):
            due_at = self._calendar.due(started_at, timedelta(minutes=minutes), self._pauses)
            late += due_at is not None and word_at > due_at
        last = self.timer(Goal.NEXT_UPDATE, minutes, starts[-1], None)
        return dataclasses.replace(last, cycles=len(starts) - 1, late_cycles=late)


def _cut(pauses: Iterable[Pause], ended_at: datetime) -> list[Pause]:
    """Give the pauses as they were when a timer ended: what comes later moves its deadline no more."""
    return [(begins, min(ends or ended_at, ended_at)) for begins, ends in pauses if begins < ended_at]
