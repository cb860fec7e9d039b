"""What the two lists and their headers need, looked up together."""

from dataclasses import dataclass

from app.domain.entities import Verb
from app.domain.escalation import Ask, DecisionOption, DecisionRequest, Escalation
from app.services import escalation_lists, people, rights
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
    denied: dict[str, str]  # why this person may not give a command of the pane


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
        denied=_denied(desk),
    )


def _denied(desk: Desk) -> dict[str, str]:
    insert, update = Verb.INSERT, Verb.UPDATE
    return {
        "escalations.new": rights.why_not(desk, insert, Escalation),
        "escalations.chase": rights.why_not(desk, insert, Ask),
        "escalations.word": rights.why_not(desk, insert, Ask),
        "escalations.outcome": rights.why_not(desk, update, DecisionRequest),
        "escalations.prepare": rights.why_not(desk, insert, DecisionRequest, DecisionOption),
        "escalations.take": rights.why_not(desk, update, Escalation),
        "escalations.close": rights.why_not(desk, update, Escalation),
    }
