"""How silences, sums and asks are said: pure, so that every word on the screen can be tested."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from app.domain.business_time import WorkingHours, business_time
from app.domain.errors import BadInput
from app.domain.escalation import AskKind
from app.services.escalation_lists import AskedLine
from ui.kit.theme import Kind, Tone
from ui.kit.timephrase import exact, moment, span

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Silence:
    """How long nobody has answered, in working days and hours, and how bad that is."""

    text: str
    tone: Tone
    tip: str


def silence(since: datetime, now: datetime, hours: WorkingHours) -> Silence:
    """Give the silence since then: red from two working days on, amber from one."""
    business = business_time(since, now, hours)
    tone = Tone.RED if business >= 2 * hours.day else Tone.AMBER if business >= hours.day else Tone.TEXT
    days, rest = divmod(business, hours.day)
    whole_hours = rest // _HOUR
    if not days:
        text = span(rest.total_seconds()) if rest >= timedelta(minutes=1) else "0 min"
    else:
        text = f"{days} d {whole_hours} h" if whole_hours else f"{days} d"
    calendar = span((now - since).total_seconds())
    return Silence(text, tone, f"{calendar} by the calendar, since {exact(since)}")


def kind_of(tone: Tone) -> Kind:
    """Give the ground that goes with a tone."""
    return {Tone.RED: Kind.RED, Tone.AMBER: Kind.AMBER}.get(tone, Kind.GREY)


def money(amount: Decimal, currency: str) -> str:
    """Give a sum as people write it: "$15,600", "CHF 400.50"."""
    figure = f"{abs(amount):,.2f}".removesuffix(".00")
    sign = _SIGNS.get(currency)
    return ("-" if amount < 0 else "") + (f"{sign}{figure}" if sign else f"{currency} {figure}")


def sum_typed(text: str) -> Decimal:
    """Give the sum that was typed: "6000", "$6,000", "48k"; nothing typed is nothing. Raises BadInput."""
    said = re.sub(r"[\s,_$€£]", "", text)
    if not said:
        return Decimal(0)
    factor = 1000 if said[-1] in "kK" else 1
    try:
        amount = Decimal(said.removesuffix("k").removesuffix("K")) * factor
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise BadInput(f"“{text.strip()}” is no sum.", "Type it like 6000, 6,000.50 or 48k.")
    return amount


def asked_phrase(asked: AskedLine) -> tuple[str, Kind]:
    """Give where somebody who was asked stands, and its colour."""
    by = f" by {asked.last.channel}" if asked.last.channel else ""
    match asked.last.kind:
        case AskKind.SAID:
            return f"said{by}: {asked.last.words}", Kind.GREEN
        case AskKind.ACKNOWLEDGED:
            return "acknowledged" + (", expired" if asked.is_expired else by), Kind.AMBER
        case AskKind.SEEN:
            return f"asked{_times(asked.times_asked)}, seen", Kind.AMBER
        case _:
            is_silent = asked.times_asked > 1
            return f"asked{_times(asked.times_asked)}{by}{', silent' * is_silent}", Kind.RED if is_silent else Kind.GREY


def _times(count: int) -> str:
    return {0: "", 1: "", 2: " twice"}.get(count, f" {count} times")


def within(at: datetime, now: datetime) -> str:
    """Give the instant as it stands inside a sentence: "tomorrow 11:00", "Wed 11:30"."""
    return re.sub("^(Today|Yesterday|Tomorrow)", lambda found: found[0].lower(), moment(at, now))


def calls(count: int) -> str:
    """Give a number of calls in words."""
    return "no call" if not count else "1 call" if count == 1 else f"{count} calls"
