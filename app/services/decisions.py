"""Decision requests: preparing the question, every ask and word about it, and the outcome.

Nothing here reaches anybody by itself: an ask is the record of what a person has said or sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.escalation import (
    Ask,
    AskKind,
    DecisionOption,
    DecisionRequest,
    Escalation,
    EscalationKind,
    EscalationState,
    Outcome,
)
from app.domain.person import Person
from app.services.desk import Desk, Edit
from app.services.people import name_of, need_right

_CLOCK_SLACK = timedelta(minutes=5)  # two clocks of one office differ


@dataclass(frozen=True, slots=True)
class OptionDraft:
    """One way to decide, as it is typed; money is in `currency` (ISO 4217)."""

    label: str
    one_off: Decimal = Decimal(0)
    monthly: Decimal = Decimal(0)
    yearly: Decimal = Decimal(0)
    currency: str = "USD"
    term_months: int = 12
    risk: str = ""


def prepare(
    desk: Desk,
    escalation_id: str,
    *,
    question: str,
    owed_by: str,
    owed_by_id: str | None = None,
    options: Sequence[OptionDraft] = (),
    decide_by: datetime | None = None,
    without_answer: str = "",
    channel: str = "",
) -> DecisionRequest:
    """Turn a hierarchical escalation into a question that somebody owes an answer to, and record the first ask.

    `owed_by` is a name such as "CFO"; `owed_by_id` names a person in Baton instead. Preparing again changes the
    question until its outcome is recorded. Raises BadInput for what is missing or senseless, Refused otherwise.
    """
    escalation = desk.need(Escalation, escalation_id)
    if escalation.kind is not EscalationKind.HIERARCHICAL:
        raise Refused("This one was handed on to be done, not to be decided.", "Take it, or escalate to a manager.")
    person = desk.need(Person, owed_by_id) if owed_by_id else None
    asked, owes = question.strip(), person.name if person else owed_by.strip()
    _check_question(asked, owes, options)
    facts: dict[str, Any] = {
        "question": asked,
        "owed_by": owes,
        "owed_by_id": person.id if person else None,
        "decide_by": decide_by,
        "without_answer": without_answer.strip(),
    }
    request = request_of(desk, escalation.id)
    need_right(desk, Verb.UPDATE if request else Verb.INSERT, DecisionRequest)
    if request is not None:
        _refuse_decided(desk, request)
    with desk.edit() as edit:
        if request is None:
            request = edit.insert(
                DecisionRequest(
                    id=new_id(),
                    escalation_id=escalation.id,
                    issue_id=escalation.issue_id,
                    customer_id=escalation.customer_id,
                    asked_at=edit.at,
                    asked_by=edit.by,
                    **facts,
                )
            )
            edit.insert(_ask(request, AskKind.ASKED, edit, channel.strip()))
        else:
            edit.update(request, **facts)
        _keep_options(desk, edit, request, options)
        edit.update(escalation, state=EscalationState.ASKED)
    return desk.need(DecisionRequest, request.id)


def request_of(desk: Desk, escalation_id: str) -> DecisionRequest | None:
    """Give the decision request of an escalation; the one asked first when two people prepared it at once."""
    found = desk.cache.records(DecisionRequest, "escalation_id = ? ORDER BY asked_at, id LIMIT 1", (escalation_id,))
    return found[0] if found else None


def _check_question(question: str, owes: str, options: Sequence[OptionDraft]) -> None:
    if not question:
        raise BadInput("A decision request needs its question.", "Write it so that yes, no or an option answers it.")
    if not owes:
        raise BadInput("Somebody must owe the answer.", "Name a person, or whom you ask outside Baton, such as CFO.")
    for number, option in enumerate(options, 1):
        sums = (option.one_off, option.monthly, option.yearly)
        if not option.label.strip():
            raise BadInput(f"Option {number} has no name.", "Name it, or take it out.")
        if not all(s.is_finite() for s in sums) or option.term_months < 1:
            raise BadInput(f"The costs of “{option.label}” are no sums over a term.", "Type numbers and whole months.")
        if len(option.currency.strip()) != 3 or not option.currency.strip().isalpha():
            raise BadInput(f"“{option.currency}” is no currency.", "Use its three letters, such as USD.")


def _keep_options(desk: Desk, edit: Edit, request: DecisionRequest, drafts: Sequence[OptionDraft]) -> None:
    before = desk.cache.records(DecisionOption, "request_id = ? ORDER BY position, id", (request.id,))
    for position, draft in enumerate(drafts, 1):
        facts: dict[str, Any] = {
            "position": position,
            "label": draft.label.strip(),
            "one_off": draft.one_off,
            "monthly": draft.monthly,
            "yearly": draft.yearly,
            "currency": draft.currency.strip().upper(),
            "term_months": draft.term_months,
            "risk": draft.risk.strip(),
        }
        if position <= len(before):
            edit.update(before[position - 1], **facts)
        else:
            edit.insert(DecisionOption(id=new_id(), request_id=request.id, customer_id=request.customer_id, **facts))
    for left in before[len(drafts) :]:
        edit.delete(left)


def record_ask(
    desk: Desk,
    request_id: str,
    *,
    kind: AskKind,
    whom: str = "",
    whom_id: str | None = None,
    channel: str = "",
    words: str = "",
    at: datetime | None = None,
) -> Ask:
    """Keep that somebody was asked, has seen it, acknowledged it or said something; without `whom`, who owes it.

    Only a word of whoever owes the answer ends a silence, and none of them is an outcome. Raises Refused once the
    outcome is recorded, BadInput for a time to come.
    """
    request = desk.need(DecisionRequest, request_id)
    _refuse_decided(desk, request)
    need_right(desk, Verb.INSERT, Ask)
    person = desk.need(Person, whom_id) if whom_id else None
    if kind is AskKind.SAID and not words.strip():
        raise BadInput("What did they say?", "Write it in their words.")
    with desk.edit() as edit:
        if at is not None and at > edit.at + _CLOCK_SLACK:
            raise BadInput("That time is still to come.", "Record it when it has happened.")
        name = person.name if person else whom.strip()
        made = _ask(request, kind, edit, channel.strip(), words.strip(), at)
        if name and name != request.owed_by:
            made = made.but(whom=name, whom_id=person.id if person else None)
        return edit.insert(made)


def _ask(
    request: DecisionRequest, kind: AskKind, edit: Edit, channel: str, words: str = "", at: datetime | None = None
) -> Ask:
    return Ask(
        id=new_id(),
        request_id=request.id,
        customer_id=request.customer_id,
        kind=kind,
        whom=request.owed_by,
        whom_id=request.owed_by_id,
        channel=channel,
        at=at or edit.at,
        recorded_by=edit.by,
        words=words,
    )


def record_outcome(
    desk: Desk,
    request_id: str,
    *,
    outcome: Outcome,
    decided_by: str,
    heard_how: str,
    words: str = "",
    chosen_option_id: str | None = None,
    review_at: datetime | None = None,
    decided_at: datetime | None = None,
) -> DecisionRequest:
    """End a decision request: what was decided, by whom, and how we heard.

    Raises Refused without who and how, when accepting without a review date to come, when another outcome is there
    already, or for an option of another question. `decided_at` is now when it is not known.
    """
    request = desk.need(DecisionRequest, request_id)
    _refuse_decided(desk, request)
    need_right(desk, Verb.UPDATE, DecisionRequest)
    who, how = decided_by.strip(), heard_how.strip()
    if not who:
        raise Refused("An outcome needs who decided.", "Name the person, not the department.")
    if not how:
        raise Refused(
            "An outcome needs how we heard of it.", "Say where it can be checked: mail of 9:12, call, minutes."
        )
    if chosen_option_id and desk.need(DecisionOption, chosen_option_id).request_id != request.id:
        raise Refused("That option belongs to another question.", "Choose one of this question's options.")
    with desk.edit() as edit:
        if outcome is Outcome.ACCEPT and (review_at is None or review_at <= edit.at):
            raise Refused("What is accepted is looked at again.", "Give a review date that is still to come.")
        if decided_at is not None and decided_at > edit.at + _CLOCK_SLACK:
            raise BadInput("That time is still to come.", "Record the outcome when it is decided.")
        edit.update(
            request,
            outcome=outcome,
            outcome_words=words.strip(),
            chosen_option_id=chosen_option_id,
            decided_by=who,
            heard_how=how,
            decided_at=decided_at or edit.at,
            recorded_by=edit.by,
            review_at=review_at if outcome is Outcome.ACCEPT else None,
        )
        escalation = desk.cache.record(Escalation, request.escalation_id)
        if escalation is not None and not escalation.deleted:
            edit.update(escalation, state=EscalationState.DONE)
    return desk.need(DecisionRequest, request.id)


def _refuse_decided(desk: Desk, request: DecisionRequest) -> None:
    if request.outcome is not None:
        recorder = name_of(desk, request.recorded_by) or "somebody"
        raise Refused(
            f"This is decided: {request.outcome}, by {request.decided_by} (recorded by {recorder}).",
            "Escalate anew if the question is open again.",
        )
