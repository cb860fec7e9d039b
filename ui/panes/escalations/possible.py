"""What can be done with an escalation where it stands."""

from app.domain.escalation import EscalationKind, EscalationState
from app.services.escalation_lists import EscalationDetail


def is_open(detail: EscalationDetail | None) -> bool:
    """Say whether there is one and it still waits for something."""
    return detail is not None and detail.state is not EscalationState.DONE


def can_ask(detail: EscalationDetail | None) -> bool:
    """Say whether an ask, a word or the outcome can be recorded."""
    request = detail.request if detail is not None else None
    return is_open(detail) and request is not None and request.outcome is None


def can_prepare(detail: EscalationDetail | None) -> bool:
    """Say whether the question can be written or changed."""
    if detail is None or not is_open(detail) or detail.kind is not EscalationKind.HIERARCHICAL:
        return False
    return detail.request is None or detail.request.outcome is None


def can_take(detail: EscalationDetail | None) -> bool:
    """Say whether somebody can take it on."""
    is_free = detail is not None and detail.kind is EscalationKind.FUNCTIONAL and not detail.taken_by
    return is_open(detail) and is_free


def can_close(detail: EscalationDetail | None) -> bool:
    """Say whether it can end without a decision: it is done, or the manager has been told."""
    if detail is None or not is_open(detail) or detail.request is not None:
        return False
    return detail.kind is EscalationKind.HIERARCHICAL or bool(detail.taken_by)
