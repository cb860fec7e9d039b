"""SLA policies, and the pauses of an issue's timers."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.entity import Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaPolicy(Entity):
    """How much business time there is for issues of a plan ("": any) and a priority (0: any).

    Times are business minutes of the calendar; 0 means that there is no such timer. Of those that fit, the most
    specific one holds, then the lowest `rank`.
    """

    name: str
    plan: str = ""
    priority: int = 0
    calendar_id: str
    first_response_m: int = 0
    next_update_m: int = 0
    resolution_m: int = 0
    rank: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaPause(Entity):
    """A stretch in which an issue's timers stand still, and why; without an end it still lasts."""

    issue_id: str
    customer_id: str | None = None
    from_at: datetime
    until_at: datetime | None = None
    reason: str
    person_id: str
