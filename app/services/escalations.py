"""Escalations: raising one, taking one, turning one into a decision request, and what came of it."""

from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.escalation import Escalation, EscalationKind
from app.domain.issue import Issue
from app.domain.person import Person, Role
from app.services.desk import Desk


def raise_escalation(
    desk: Desk, issue_id: str | None, *, to_person_id: str | None = None, to_team: str = "", sentence: str
) -> Escalation:
    """Escalate to a person or a team with one sentence; it is about an issue, or about none.

    To a manager it is hierarchical, to anybody else functional. Raises BadInput without a recipient or a sentence,
    Refused when the recipient has left or the issue is gone.
    """
    team, said = to_team.strip(), sentence.strip()
    if bool(to_person_id) == bool(team):
        raise BadInput("An escalation goes to one person or one team.", "Name one recipient.")
    if not said:
        raise BadInput("An escalation needs its sentence.", "Say in one sentence what you need.")
    with desk.edit() as edit:
        issue = desk.need(Issue, issue_id) if issue_id else None
        kind = _kind_for(desk, to_person_id) if to_person_id else EscalationKind.FUNCTIONAL
        return edit.insert(
            Escalation(
                id=new_id(),
                issue_id=issue.id if issue else None,
                customer_id=issue.customer_id if issue else None,
                kind=kind,
                raised_by=edit.by,
                raised_at=edit.at,
                to_person_id=to_person_id or None,
                to_team=team,
                sentence=said,
            )
        )


def _kind_for(desk: Desk, person_id: str) -> EscalationKind:
    person = desk.need(Person, person_id)
    if not person.is_active:
        raise Refused(f"{person.name} is no longer active.", "Escalate to somebody else.")
    return EscalationKind.HIERARCHICAL if person.role is Role.MANAGER else EscalationKind.FUNCTIONAL
