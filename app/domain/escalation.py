"""Escalations and the decisions they ask for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from app.domain.entity import Entity


class EscalationKind(StrEnum):
    """Functional: hand it to the next team or level. Hierarchical: tell a manager or ask for a decision."""

    FUNCTIONAL = "functional"
    HIERARCHICAL = "hierarchical"


class EscalationState(StrEnum):
    """Where an escalation stands; it is never deleted."""

    RAISED = "raised"
    TAKEN = "taken"
    ASKED = "asked"  # a decision request hangs on it
    DONE = "done"


class Outcome(StrEnum):
    """How a decision request ends. Acknowledged is not among them."""

    FIX = "fix"
    FUND = "fund"
    ACCEPT = "accept"
    DECLINE = "decline"
    DELEGATE = "delegate"
    WITHDRAWN = "withdrawn"


class AskKind(StrEnum):
    """What happened between us and somebody who owes an answer. Everything but ASKED is a word from them."""

    ASKED = "asked"
    SEEN = "seen"
    ACKNOWLEDGED = "acknowledged"
    SAID = "said"


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation(Entity):
    """A recipient (a person or a team) and one sentence; everything else is added by whoever prepares it."""

    issue_id: str | None = None
    customer_id: str | None = None
    kind: EscalationKind = EscalationKind.HIERARCHICAL
    raised_by: str
    raised_at: datetime
    to_person_id: str | None = None
    to_team: str = ""
    sentence: str
    state: EscalationState = EscalationState.RAISED
    taken_by: str | None = None
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRequest(Entity):
    """The question of a hierarchical escalation. `owed_by` is a person or, outside Baton, a name such as "CFO".

    The outcome, who decided and how we heard are recorded together and never merge by themselves.
    """

    escalation_id: str
    issue_id: str | None = None
    customer_id: str | None = None
    question: str
    owed_by: str
    owed_by_id: str | None = None
    asked_at: datetime
    asked_by: str
    decide_by: datetime | None = None
    without_answer: str = ""
    outcome: Outcome | None = None
    outcome_words: str = ""
    chosen_option_id: str | None = None
    decided_by: str = ""
    heard_how: str = ""
    decided_at: datetime | None = None
    recorded_by: str | None = None
    review_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOption(Entity):
    """One way to decide, with what it costs. Money is in `currency` (ISO 4217); the term is in months."""

    request_id: str
    customer_id: str | None = None
    position: int
    label: str
    one_off: Decimal = Decimal(0)
    monthly: Decimal = Decimal(0)
    yearly: Decimal = Decimal(0)
    currency: str = "USD"
    term_months: int = 12
    risk: str = ""

    def total(self) -> Decimal:
        """Give the cost over the whole term; a yearly sum counts for each begun year."""
        years = -(-self.term_months // 12)
        return self.one_off + self.monthly * self.term_months + self.yearly * years


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Entity):
    """One line between us and somebody who owes an answer. Append-only."""

    request_id: str
    customer_id: str | None = None
    kind: AskKind
    whom: str
    whom_id: str | None = None
    channel: str = ""
    at: datetime
    recorded_by: str
    words: str = ""


def no_answer_for(request: DecisionRequest, asks: Iterable[Ask], now: datetime) -> timedelta | None:
    """Give the calendar time since anyone who owes the answer last said anything; None once it is decided.

    Only words of somebody who owes the answer count; being asked or having opened it is silence.
    """
    if request.outcome is not None:
        return None
    words = [
        a.at
        for a in asks
        if a.kind in {AskKind.ACKNOWLEDGED, AskKind.SAID} and a.request_id == request.id and a.whom == request.owed_by
    ]
    return now - max([request.asked_at, *words])
