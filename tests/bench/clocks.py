"""When issues are due under calendars with lunch breaks, nights, holidays and pauses: ours, and businesstimedelta.

Both get the same calendars and issues. The reference knows no pauses, so it is asked for the business time of each
pause, which is then added; it gets a part of the issues, since all of them take minutes. Both have to find the same
deadlines, but for nights: opened after midnight, an issue gets nothing of that night from the reference.
"""

import random
import time as clocks
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from app.domain import opening_hours
from app.domain.business_calendar import BusinessCalendar
from app.domain.calendar import Calendar
from app.domain.opening_hours import business_calendar
from tests.bench.result import Reach, Result, percentile
from tests.bench.wish import Wish

ISSUES, PART = 100_000, 2_000
START = datetime(2025, 1, 1, tzinfo=UTC)
DAYS_S = 600 * 86_400
MINUTES = (60, 240, 480, 960, 2400)
NIGHT = 2  # the calendar of which both make something else
WEEKDAYS = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Due:
    """An issue's question: when is it due?"""

    calendar: int
    opened_at: datetime
    length: timedelta
    pauses: tuple[tuple[datetime, datetime], ...]


CALENDARS = (
    ("mon-fri 09:00-12:30 13:30-17:30", "Europe/London", "GB-ENG"),
    ("mon-fri 08:00-18:00", "America/New_York", "US"),
    ("mon-fri 22:00-06:00", "Europe/Berlin", ""),
    ("mon-sun 07:00-21:00", "Australia/Sydney", "AU-NSW"),
)


def ours() -> list[BusinessCalendar]:
    return [
        business_calendar(Calendar(id="c", name=zone, periods=periods, time_zone=zone, holiday_region=region))
        for periods, zone, region in CALENDARS
    ]


def theirs() -> list[Any]:
    """Give the same calendars as rules of businesstimedelta; ends the program when it is not there."""
    try:
        import businesstimedelta as theirs  # noqa: PLC0415  only this bench needs it
        import holidays  # noqa: PLC0415
        import pytz  # type: ignore[import-untyped]  # noqa: PLC0415  it comes with it, without types
    except ModuleNotFoundError as e:
        raise SystemExit("The reference is missing: pip install businesstimedelta (it is in the group “test”).") from e

    def rules(spans: Sequence[tuple[time, time]], days: Sequence[int], zone: str, region: str) -> Any:
        tz = pytz.timezone(zone)
        made = [theirs.WorkDayRule(start, end, list(days), tz=tz) for start, end in spans]
        if region:
            country, _, part = region.partition("-")
            closed = holidays.country_holidays(country, subdiv=part or None, years=range(2024, 2033))
            made.append(theirs.HolidayRule(closed, tz=tz))
        return theirs.Rules(made)

    (_, london, gb), (_, york, us), (_, berlin, _), (_, sydney, nsw) = CALENDARS
    return [
        rules([(time(9), time(12, 30)), (time(13, 30), time(17, 30))], WEEKDAYS, london, gb),
        rules([(time(8), time(18))], WEEKDAYS, york, us),
        rules([(time(22), time(6))], WEEKDAYS, berlin, ""),
        rules([(time(7), time(21))], range(7), sydney, nsw),
    ]


def questions(count: int, seed: int = 1) -> list[Due]:
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        opened_at = START + timedelta(seconds=chance.randrange(DAYS_S))
        pauses, at = [], opened_at
        for _ in range(chance.choice((0, 0, 1, 2))):
            at += timedelta(minutes=chance.randrange(1, 2000))
            begins, at = at, at + timedelta(minutes=chance.randrange(1, 4000))
            pauses.append((begins, at))
        length = timedelta(minutes=chance.choice(MINUTES))
        made.append(Due(chance.randrange(len(CALENDARS)), opened_at, length, tuple(pauses)))
    return made


def by_ours(calendars: list[BusinessCalendar], asked: list[Due]) -> list[datetime | None]:
    return [calendars[q.calendar].due(q.opened_at, q.length, q.pauses) for q in asked]


def by_theirs(rules: list[Any], asked: list[Due]) -> list[datetime | None]:
    import businesstimedelta as theirs  # noqa: PLC0415  only this bench needs it

    found: list[datetime | None] = []
    for q in asked:
        rule = rules[q.calendar]
        due = q.opened_at + theirs.BusinessTimeDelta(rule, timedelta=q.length)
        for begins, ends in q.pauses:
            if due <= begins:
                break
            lost = rule.difference(begins, ends).timedelta
            due = due + theirs.BusinessTimeDelta(rule, timedelta=lost) if lost else due
        found.append(due.astimezone(UTC))
    return found


def bench(wish: Wish) -> Result:
    count, part = wish.size((ISSUES, PART), (2_000, 100))
    asked = questions(count)
    rules, some = theirs(), asked[:part]
    runs = [_run(asked, some, rules) for _ in range(wish.runs(5))]
    per_issue = {name: percentile([run[name] for run in runs], 0.5) for name in runs[0]}
    ratio = percentile([run["theirs"] / run["cold"] for run in runs], 0.5)
    by_day, by_night = (_agreed(some, rules, is_night=is_night) for is_night in (False, True))
    return Result(
        "clocks",
        len(runs),
        {
            "issues": count,
            "issues_of_the_reference": part,
            "ours_all_from_cold_ms": round(per_issue["cold"] * count * 1000, 1),
            "ours_us_per_issue_from_cold": round(per_issue["cold"] * 1e6, 2),
            "ours_us_per_issue_warm": round(per_issue["warm"] * 1e6, 2),
            "businesstimedelta_us_per_issue": round(per_issue["theirs"] * 1e6, 1),
            "times_as_fast": round(ratio, 1),
            "same_deadlines_by_day": f"{by_day:.1%}",
            "same_deadlines_by_night": f"{by_night:.1%}",
        },
        (
            Reach("times as fast as businesstimedelta", ">= 10x", f"{ratio:.0f}x", ratio >= 10),
            Reach("the same deadlines where there are no nights", "all", f"{by_day:.1%}", by_day == 1),
        ),
    )


def _run(asked: list[Due], some: list[Due], rules: list[Any]) -> dict[str, float]:
    """Give the seconds per issue: ours for all with the calendars read anew and then once more, theirs for some."""
    opening_hours._compiled.cache_clear()
    opening_hours._holidays.cache_clear()
    cold = _timed(lambda: by_ours(ours(), asked)) / len(asked)
    warm = _timed(lambda: by_ours(ours(), asked)) / len(asked)
    return {"cold": cold, "warm": warm, "theirs": _timed(lambda: by_theirs(rules, some)) / len(some)}


def _agreed(asked: list[Due], rules: list[Any], *, is_night: bool) -> float:
    """Give the share of deadlines on which both agree, of the calendars with nights or of the others."""
    mine = [q for q in asked if (q.calendar == NIGHT) is is_night]
    same = [one == other for one, other in zip(by_ours(ours(), mine), by_theirs(rules, mine), strict=True)]
    return sum(same) / len(same)


def _timed(act: Callable[[], object]) -> float:
    before = clocks.perf_counter()
    act()
    return clocks.perf_counter() - before
