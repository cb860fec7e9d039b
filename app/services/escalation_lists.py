"""What the Escalations pane shows: decisions owed, what was handed on, and one escalation in full."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.customer import Customer
from app.domain.escalation import (
    Ask,
    AskKind,
    DecisionOption,
    DecisionRequest,
    Escalation,
    EscalationKind,
    EscalationState,
    Outcome,
    no_answer_for,
)
from app.domain.issue import Issue
from app.services import conflicts, decisions, people
from app.services.conflicts import ConflictLine
from app.services.desk import Desk
from app.store import escalations

SHOWN_AFTER = timedelta(days=7)  # how long a decided question stays in the list
ACKNOWLEDGED_FOR = timedelta(days=1)  # an acknowledgement is no answer, and it expires


@dataclass(frozen=True, slots=True)
class OwedLine:
    """A question and who owes its answer; unprepared, the sentence that was escalated.

    Nobody who owes the answer has said anything since `silent_since`. `waiting_calls` counts the calls since it was
    asked. `outcome` is "" while it waits.
    """

    id: str
    is_prepared: bool
    issue_id: str | None
    issue_label: str
    customer: str
    question: str
    owed_by: str
    silent_since: datetime
    decide_by: datetime | None
    waiting_calls: int
    outcome: str


@dataclass(frozen=True, slots=True)
class HandedLine:
    """Something handed on to a team or a colleague; `taken_by` is "" while nobody has it."""

    id: str
    issue_id: str | None
    issue_label: str
    title: str
    customer: str
    sentence: str
    raised_by: str
    to: str
    raised_at: datetime
    taken_by: str


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One way to decide; `total` is over the whole term."""

    id: str
    label: str
    one_off: Decimal
    monthly: Decimal
    yearly: Decimal
    currency: str
    term_months: int
    total: Decimal
    risk: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class AskLine:
    """One ask or word."""

    whom: str
    kind: AskKind
    channel: str
    words: str
    at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class AskedLine:
    """Where somebody who was asked stands: the last thing that happened, and how often they were asked since."""

    whom: str
    last: AskLine
    times_asked: int
    is_owing: bool
    is_expired: bool  # they acknowledged, and have said nothing since


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """How it ended, who decided, how we heard and who wrote it down."""

    outcome: Outcome
    words: str
    decided_by: str
    heard_how: str
    decided_at: datetime | None
    recorded_by: str
    review_at: datetime | None


@dataclass(frozen=True, slots=True)
class RequestDetail:
    """The question in full. `clashes` says in words which of this workstation's values did not go through."""

    id: str
    question: str
    owed_by: str
    owed_by_id: str | None
    asked_at: datetime
    asked_by: str
    decide_by: datetime | None
    without_answer: str
    silent_since: datetime | None
    options: tuple[OptionLine, ...]
    asked: tuple[AskedLine, ...]
    said: tuple[AskLine, ...]
    outcome: OutcomeLine | None
    clashes: tuple[str, ...]
    asked_elsewhere: tuple[str, ...]  # questions that somebody else prepared for the same escalation


@dataclass(frozen=True, slots=True)
class EscalationDetail:
    """One escalation as the panel on the right shows it."""

    id: str
    kind: EscalationKind
    state: EscalationState
    sentence: str
    raised_by: str
    raised_at: datetime
    to: str
    taken_by: str
    taken_at: datetime | None
    issue_id: str | None
    issue_label: str
    issue_title: str
    customer: str
    is_vip: bool
    waiting_calls: int
    request: RequestDetail | None


def decisions_owed(desk: Desk) -> list[str]:
    """Give the ids of escalations that wait for a decision, the longest silence first, then those decided lately."""
    return escalations.owed_ids(desk.cache, desk.now - SHOWN_AFTER)


def owed_lines(desk: Desk, ids: Sequence[str]) -> list[OwedLine]:
    """Give the lines of these decisions, in any order."""
    return [
        OwedLine(
            id=row.id,
            is_prepared=row.request_id is not None,
            issue_id=row.issue_id,
            issue_label=_label(row.issue_id, row.issue_number),
            customer=row.customer,
            question=row.question,
            owed_by=row.owed_by,
            silent_since=row.silent_since,
            decide_by=row.decide_by,
            waiting_calls=row.calls,
            outcome=row.outcome or "",
        )
        for row in escalations.owed_rows(desk.cache, ids)
    ]


def handed_on(desk: Desk) -> list[str]:
    """Give the ids of what was handed on and is not done: what nobody has taken first, the oldest on top."""
    return escalations.handed_ids(desk.cache)


def handed_lines(desk: Desk, ids: Sequence[str]) -> list[HandedLine]:
    """Give the lines of what was handed on, in any order."""
    return [
        HandedLine(
            id=row.id,
            issue_id=row.issue_id,
            issue_label=_label(row.issue_id, row.issue_number),
            title=row.title,
            customer=row.customer,
            sentence=row.sentence,
            raised_by=row.raised_by,
            to=row.to,
            raised_at=row.raised_at,
            taken_by=row.taken_by or "",
        )
        for row in escalations.handed_rows(desk.cache, ids)
    ]


def late_decisions(desk: Desk) -> int:
    """Give how many decisions are past their time."""
    return escalations.late_count(desk.cache, desk.now)


def issue_numbered(desk: Desk, text: str) -> Issue | None:
    """Give the issue with this number, as people type it: "4127" or "#4127"."""
    digits = text.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        return None
    found = desk.cache.records(Issue, "number = ?", (int(digits),))
    return found[0] if found else None


def detail(desk: Desk, escalation_id: str) -> EscalationDetail:
    """Give one escalation in full; raises Refused when it is not there."""
    escalation = desk.need(Escalation, escalation_id)
    issue = desk.cache.record(Issue, escalation.issue_id)
    customer = desk.cache.record(Customer, escalation.customer_id)
    names = people.names(desk)
    request = decisions.request_of(desk, escalation.id)
    since = request.asked_at if request else escalation.raised_at
    return EscalationDetail(
        id=escalation.id,
        kind=escalation.kind,
        state=escalation.state,
        sentence=escalation.sentence,
        raised_by=names.get(escalation.raised_by, people.OUTSIDE),
        raised_at=escalation.raised_at,
        to=_name(names, escalation.to_person_id) or escalation.to_team,
        taken_by=_name(names, escalation.taken_by),
        taken_at=escalation.taken_at,
        issue_id=escalation.issue_id,
        issue_label=issue.label if issue else "",
        issue_title=issue.title if issue else "",
        customer=customer.name if customer else "",
        is_vip=customer.is_vip if customer else False,
        waiting_calls=escalations.calls_since(desk.cache, escalation.issue_id, since),
        request=_request(desk, request, names) if request else None,
    )


def _request(desk: Desk, request: DecisionRequest, names: dict[str, str]) -> RequestDetail:
    asks = desk.cache.records(Ask, "request_id = ? ORDER BY at, id", (request.id,))
    options = desk.cache.records(DecisionOption, "request_id = ? ORDER BY position, id", (request.id,))
    others = desk.cache.records(
        DecisionRequest, "escalation_id = ? AND id <> ? ORDER BY asked_at, id", (request.escalation_id, request.id)
    )
    now = desk.now
    silence = no_answer_for(request, asks, now)
    said = tuple(
        AskLine(a.whom, a.kind, a.channel, a.words, a.at, names.get(a.recorded_by, people.OUTSIDE)) for a in asks
    )
    return RequestDetail(
        id=request.id,
        question=request.question,
        owed_by=request.owed_by,
        owed_by_id=request.owed_by_id,
        asked_at=request.asked_at,
        asked_by=names.get(request.asked_by, people.OUTSIDE),
        decide_by=request.decide_by,
        without_answer=request.without_answer,
        silent_since=None if silence is None else now - silence,
        options=tuple(_option(o, request.chosen_option_id) for o in options),
        asked=_asked(said, request.owed_by, now),
        said=said,
        outcome=_outcome(request, names),
        clashes=tuple(_clash_words(c) for c in conflicts.of_row(desk, "decision_request", request.id)),
        asked_elsewhere=tuple(f"{o.question} ({names.get(o.asked_by, people.OUTSIDE)})" for o in others),
    )


def _option(option: DecisionOption, chosen_id: str | None) -> OptionLine:
    return OptionLine(
        id=option.id,
        label=option.label,
        one_off=option.one_off,
        monthly=option.monthly,
        yearly=option.yearly,
        currency=option.currency,
        term_months=option.term_months,
        total=option.total(),
        risk=option.risk,
        is_chosen=option.id == chosen_id,
    )


def _asked(said: Iterable[AskLine], owed_by: str, now: datetime) -> tuple[AskedLine, ...]:
    by_whom: dict[str, list[AskLine]] = {}
    for line in said:
        by_whom.setdefault(line.whom, []).append(line)
    return tuple(
        AskedLine(
            whom=whom,
            last=lines[-1],
            times_asked=_asked_in_vain(lines),
            is_owing=whom == owed_by,
            is_expired=lines[-1].kind is AskKind.ACKNOWLEDGED and now - lines[-1].at >= ACKNOWLEDGED_FOR,
        )
        for whom, lines in by_whom.items()
    )


def _asked_in_vain(lines: Sequence[AskLine]) -> int:
    count = 0
    for line in lines:
        count = count + 1 if line.kind is AskKind.ASKED else count if line.kind is AskKind.SEEN else 0
    return count


def _outcome(request: DecisionRequest, names: dict[str, str]) -> OutcomeLine | None:
    if request.outcome is None:
        return None
    return OutcomeLine(
        outcome=request.outcome,
        words=request.outcome_words,
        decided_by=request.decided_by,
        heard_how=request.heard_how,
        decided_at=request.decided_at,
        recorded_by=_name(names, request.recorded_by),
        review_at=request.review_at,
    )


def _clash_words(line: ConflictLine) -> str:
    if not line.field:
        return line.reason
    who = line.theirs_by or people.OUTSIDE
    return f"{line.name}: here “{line.mine or 'nothing'}”, {who} recorded “{line.theirs or 'nothing'}”"


def _label(issue_id: str | None, number: int | None) -> str:
    if issue_id is None:
        return ""
    return "new" if number is None else str(number)


def _name(names: dict[str, str], person_id: str | None) -> str:
    return names.get(person_id, people.OUTSIDE) if person_id else ""
