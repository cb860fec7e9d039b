"""What the two lists and their headers need, looked up together."""

from dataclasses import dataclass

from app.services import escalation_lists, people
from app.services.desk import Desk
from app.services.people import PersonLine


@dataclass(frozen=True, slots=True)
class Lists:
    """The ids of both lists, what is late or untaken, and who can be named."""

    owed: list[str]
    handed: list[str]
    open_count: int
    late: int
    untaken: int
    people: tuple[PersonLine, ...]
    teams: tuple[str, ...]


def look_up(desk: Desk) -> Lists:
    """Look all of it up at once; on a reader thread."""
    owed, handed = escalation_lists.decisions_owed(desk), escalation_lists.handed_on(desk)
    return Lists(
        owed=owed,
        handed=handed,
        open_count=sum(not line.outcome for line in escalation_lists.owed_lines(desk, owed)),
        late=escalation_lists.late_decisions(desk),
        untaken=sum(not line.taken_by for line in escalation_lists.handed_lines(desk, handed)),
        people=people.people(desk),
        teams=people.teams(desk),
    )
