"""What may be written into a calendar, and that every complaint says what is wrong and what to write instead."""

import subprocess
import sys
from datetime import date

import pytest

from app.domain.calendar import Calendar
from app.domain.errors import BadInput
from app.domain.opening_hours import business_calendar, check_calendar, days_of, week_of

H = 3600
OFFICE = (9 * H, 17 * H)


def calendar(periods: str = "always", zone: str = "UTC", region: str = "", closed: str = "") -> Calendar:
    return Calendar(id="c", name="Office", periods=periods, time_zone=zone, holiday_region=region, closed_days=closed)


def test_periods_are_read_as_people_write_them() -> None:
    weekdays = (((9 * H, 12 * H + 1800), (13 * H + 1800, 17 * H + 1800)),) * 5
    assert week_of("mon-fri 09:00-12:30 13:30-17:30; sat 22:00-06:00") == (
        *weekdays, ((22 * H, 24 * H),), ((0, 6 * H),),
    )  # fmt: skip
    assert week_of("always") == (((0, 24 * H),),) * 7
    assert week_of("Fri - Mon 9 \N{EN DASH} 17") == ((OFFICE,), (), (), (), (OFFICE,), (OFFICE,), (OFFICE,))
    assert week_of("monday 9-10\n tue 09:00-24:00")[1] == ((9 * H, 24 * H),)
    assert week_of("mon,wed 9-17")[:3] == ((OFFICE,), (), (OFFICE,))
    assert week_of("mon 13-17, 09:00-12:00")[0] == ((9 * H, 12 * H), (13 * H, 17 * H))
    assert week_of("sun 22:00-06:00")[0] == ((0, 6 * H),)
    assert week_of("every day 9-17") == week_of("daily 09:00-17:00") == ((OFFICE,),) * 7
    assert week_of("") == ((),) * 7


@pytest.mark.parametrize(
    ("periods", "said"),
    [
        ("mon-fri 09:00-17:00; fri 12-13", "Friday 12:00-13:00 overlaps Friday 09:00-17:00"),
        ("sun 22:00-06:00; mon 05:00-08:00", "Monday 05:00-08:00 overlaps Sunday 22:00-06:00"),
        ("always; mon 9-10", "Monday 09:00-10:00 overlaps Monday 00:00-24:00"),
        ("mon 9-9", "over at once"),
        ("mun 9-10", "“mun” in “mun 9-10” is no day"),
        ("mon-tue-wed 9-10", "is no day"),
        ("mon", "needs both days and hours"),
        ("9-17", "needs both days and hours"),
        ("tue 25-26", "“25-26” in “tue 25-26” names a time that no day has"),
        ("tue 9:75-10", "names a time that no day has"),
        ("tue 24:00-06:00", "names a time that no day has"),
        ("mon 9:00", "is no period"),
        ("mon 9am-5pm", "is no period"),
    ],
)
def test_periods_that_cannot_be_meant_are_refused_with_the_part(periods: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        business_calendar(calendar(periods))
    assert said in refused.value.what
    assert refused.value.todo


@pytest.mark.parametrize(
    ("made", "said", "todo"),
    [
        (calendar(""), "never open: it has no hours", "mon-fri"),
        (calendar(zone="Europe/Berln"), "“Europe/Berln” is no time zone", "Do you mean Europe/Berlin?"),
        (calendar(zone="new york"), "is no time zone", "America/New_York"),
        (calendar(zone=""), "is no time zone", "continent and city"),
        (calendar(zone="../../etc/passwd"), "is no time zone", "continent and city"),
        (calendar(region="Germany"), "region “Germany”", "DE-BY"),
        (calendar(region="XX"), "region “XX”", "ISO 3166"),
        (calendar(region="DE-ZZ"), "DE has no part “ZZ”", "DE-BB, DE-BE"),
        (calendar(region="GB-"), "GB has no part “”", "GB-ENG"),
        (calendar(closed="2026-12-24\n24.12.2026 x"), "Line 2 of the closed days begins with “24.12.2026”", "one day"),
        (calendar("sun 9-10").but(name=" "), "needs a name", "few words"),
    ],
)
def test_a_calendar_that_nobody_can_keep_is_refused(made: Calendar, said: str, todo: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_calendar(made, 2026)
    assert said in refused.value.what
    assert todo in refused.value.todo


def test_hours_only_on_days_that_are_closed_are_no_hours() -> None:
    sundays = "\n".join(str(date.fromordinal(d)) for d in range(date(2026, 1, 4).toordinal(), 740_500, 7))
    with pytest.raises(BadInput, match="each day with hours is a holiday or a closed day"):
        check_calendar(calendar("sun 10:00-16:00", closed=sundays), 2026)


def test_what_is_right_passes() -> None:
    check_calendar(calendar("mon-fri 9-17", "Europe/London", "gb-eng", "2026-12-24 early close\n\n# moved\n"), 2026)
    check_calendar(calendar("sat 22:00-06:00", "America/New_York", "US"), 2026)
    assert days_of("2026-12-24 Christmas Eve\n\n2026-12-31") == {date(2026, 12, 24), date(2026, 12, 31)}


def test_the_same_words_give_the_same_calendar_to_reckon_with() -> None:
    assert business_calendar(calendar("mon 9-17")) is business_calendar(calendar("mon 9-17").but(id="d", name="Other"))


def test_holidays_are_loaded_with_the_first_region() -> None:
    program = (
        "import sys\n"
        "from app.domain.calendar import Calendar\n"
        "from app.domain.opening_hours import check_calendar\n"
        "office = Calendar(id='c', name='c', periods='mon 9-17')\n"
        "check_calendar(office, 2026)\n"
        "assert 'holidays' not in sys.modules\n"
        "check_calendar(office.but(holiday_region='NO'), 2026)\n"
        "assert 'holidays' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
