"""Calendars: the hours in which business time passes, as the company keeps them."""

from dataclasses import dataclass

from app.domain.entity import Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar(Entity):
    """Open hours of a place.

    `periods` is text such as "mon-fri 09:00-12:30 13:30-17:30; sat 22:00-06:00" or "always"; `holiday_region` is a
    country with, if need be, a part of it ("GB-ENG"); `closed_days` has an ISO date a line, with words after it.
    """

    name: str
    time_zone: str = "UTC"
    periods: str = ""
    holiday_region: str = ""
    closed_days: str = ""
