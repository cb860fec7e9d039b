"""Times in words: near ones relative, far ones absolute, the exact instant for the tooltip.

Pure functions on aware instants. A zone of None means the workstation's own. Days and months are written by
us: the C library's names follow a locale that the rest of the screen does not.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from ui.kit.theme import Tone

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HOUR_S = 3600
_DAY_S = 24 * _HOUR_S


@dataclass(frozen=True, slots=True)
class DuePhrase:
    """How a deadline reads and in which tone."""

    text: str
    tone: Tone


def span(seconds: float) -> str:
    """Give a length of time in at most two units: "2 h 10 min", "1 d 4 h", "38 min", "under 1 min"."""
    minutes = int(abs(seconds) // 60)
    if minutes < 1:
        return "under 1 min"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours and days < 7 else f"{days} d"


def short_span(seconds: float) -> str:
    """Give a length of time in one unit, for a narrow column: "6 d", "4 h", "38 min", "now"."""
    seconds = abs(seconds)
    if seconds < 60:
        return "now"
    if seconds < _HOUR_S:
        return f"{int(seconds // 60)} min"
    if seconds < _DAY_S:
        return f"{int(seconds // _HOUR_S)} h"
    return f"{int(seconds // _DAY_S)} d"


def ago(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Give how long ago something was; past 30 days the date."""
    passed_s = (now - at).total_seconds()
    if passed_s < 60:
        return "just now" if passed_s > -60 else until(at, now, zone)
    if passed_s > 30 * _DAY_S:
        return _date(at.astimezone(zone), now.astimezone(zone))
    return f"{short_span(passed_s)} ago"


def until(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Give when something will be: "in 38 min", "tomorrow 11:00", "Sat 20:00", "30 Nov"."""
    left_s = (at - now).total_seconds()
    if left_s < 0:
        return ago(at, now, zone)
    if left_s < 12 * _HOUR_S:
        return f"in {span(left_s)}"
    return moment(at, now, zone)


def moment(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Give the instant on the clock: "Today 7:45", "Yesterday 16:20", "Wed 11:30", "16 Nov", "3 Mar 2025"."""
    there, here = at.astimezone(zone), now.astimezone(zone)
    days = (there.date() - here.date()).days
    clock = f"{there.hour}:{there.minute:02}"
    near = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}.get(days)
    if near is not None:
        return f"{near} {clock}"
    if -7 < days < 7:
        return f"{_DAYS[there.weekday()]} {clock}"
    return _date(there, here)


def due_phrase(at: datetime, now: datetime, zone: tzinfo | None = None) -> DuePhrase:
    """Give how a deadline stands: "2 h 10 min over" in red, "38 min" in amber within the hour, else plain."""
    left_s = (at - now).total_seconds()
    if left_s < 0:
        return DuePhrase(f"{span(left_s)} over", Tone.RED)
    if left_s < _HOUR_S:
        return DuePhrase(span(left_s), Tone.AMBER)
    if left_s < 12 * _HOUR_S:
        return DuePhrase(span(left_s), Tone.TEXT)
    return DuePhrase(moment(at, now, zone), Tone.TEXT)


def exact(at: datetime, zone: tzinfo | None = None) -> str:
    """Give the exact instant for a tooltip: local clock with its offset, and UTC."""
    there = at.astimezone(zone)
    utc = at.astimezone(UTC)
    offset = there.utcoffset() or timedelta()
    if not offset:
        return f"{utc:%Y-%m-%d %H:%M:%S} UTC"
    return f"{there:%Y-%m-%d %H:%M:%S %z} · {utc:%Y-%m-%d %H:%M:%S} UTC"


def _date(there: datetime, here: datetime) -> str:
    day = f"{there.day} {_MONTHS[there.month - 1]}"
    return day if there.year == here.year else f"{day} {there.year}"
