"""Escalations: raising one, taking one that was handed on, closing one. Decisions have their own module."""

from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.escalation import Escalation, EscalationKind, EscalationState
from app.domain.issue import Issue
from app.domain.person import Person, Role
from app.services import decisions, people
from app.services.desk import Desk


def raise_escalation(
    desk: Desk,
    issue_id: str | None,
    *,
    to_person_id: str | None = None,
    to_team: str = "",
    to_level: int = 0,
    sentence: str,
) -> Escalation:
    """Escalate to a person, a team or a level of support with one sentence; it is about an issue, or about none.

    To a manager it is hierarchical, to anybody else functional: then the issue is with that team and level from now on.
    Raises BadInput without a recipient or a sentence, Refused when the recipient has left or the issue is gone.
    """
    is_level = not to_team.strip() and to_level > 0
    team, said = f"Level {to_level}" if is_level else to_team.strip(), sentence.strip()
    if bool(to_person_id) == bool(team):
        raise BadInput("An escalation goes to one person or one team.", "Name one recipient.")
    if not said:
        raise BadInput("An escalation needs its sentence.", "Say in one sentence what you need.")
    with desk.edit() as edit:
        issue = desk.need(Issue, issue_id) if issue_id else None
        kind = _kind_for(desk, to_person_id) if to_person_id else EscalationKind.FUNCTIONAL
        if issue is not None and kind is EscalationKind.FUNCTIONAL:
            with_team = desk.need(Person, to_person_id).team if to_person_id else "" if is_level else team
            handed = {"team": with_team, "level": to_level}
            edit.update(issue, **{name: value for name, value in handed.items() if value})
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


def take(desk: Desk, escalation_id: str) -> Escalation:
    """Take on a functional escalation; taking one's own again changes nothing. Raises Refused when it cannot be."""
    escalation = desk.need(Escalation, escalation_id)
    if escalation.kind is not EscalationKind.FUNCTIONAL:
        raise Refused("This one asks for a decision, not for hands.", "Prepare the decision instead.")
    if escalation.state is EscalationState.DONE:
        raise Refused("This one is done already.", "Escalate anew if it came back.")
    me = desk.me()
    if escalation.taken_by not in {None, me.id}:
        raise Refused(
            f"{people.name_of(desk, escalation.taken_by)} has taken this already.", "Ask them to hand it over."
        )
    people.need_right(desk, Verb.UPDATE, Escalation)
    if escalation.taken_by is None:
        with desk.edit() as edit:
            edit.update(escalation, state=EscalationState.TAKEN, taken_by=edit.by, taken_at=edit.at)
    return desk.need(Escalation, escalation.id)


def finish(desk: Desk, escalation_id: str) -> Escalation:
    """Close an escalation that needs no decision: what was handed on is done, or the manager has been told.

    Raises Refused while a decision is asked for, and before somebody has taken what was handed on.
    """
    escalation = desk.need(Escalation, escalation_id)
    people.need_right(desk, Verb.UPDATE, Escalation)
    if decisions.request_of(desk, escalation.id) is not None and escalation.state is not EscalationState.DONE:
        raise Refused("A decision is asked for here.", "Record its outcome, which may be that it is withdrawn.")
    if escalation.kind is EscalationKind.FUNCTIONAL and escalation.taken_by is None:
        raise Refused("Nobody has taken this yet.", "Take it first, so that it is known who did it.")
    with desk.edit() as edit:
        edit.update(escalation, state=EscalationState.DONE)
    return desk.need(Escalation, escalation.id)
