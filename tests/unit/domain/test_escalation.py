"""What decisions cost and how long nobody has answered."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.domain.escalation import Ask, AskKind, DecisionOption, DecisionRequest, Outcome, no_answer_for

ASKED = datetime(2025, 11, 18, 9, tzinfo=UTC)
REQUEST = DecisionRequest(
    id="r", escalation_id="e", question="Fund a second importer?", owed_by="CFO", asked_at=ASKED, asked_by="p"
)
sums = st.decimals(0, 10**6, places=2)


def an_ask(kind: AskKind, hours: int, whom: str = "CFO", request_id: str = "r") -> Ask:
    at = ASKED + timedelta(hours=hours)
    return Ask(id=f"{kind}{hours}", request_id=request_id, kind=kind, whom=whom, at=at, recorded_by="p")


def an_option(one_off: Decimal, monthly: Decimal, yearly: Decimal, term_months: int) -> DecisionOption:
    return DecisionOption(
        id="o", request_id="r", position=1, label="A", one_off=one_off, monthly=monthly, yearly=yearly,
        term_months=term_months,
    )  # fmt: skip


def test_the_total_is_over_the_term_and_each_begun_year_counts() -> None:
    zero = Decimal(0)
    assert an_option(Decimal(6000), Decimal(400), zero, 24).total() == Decimal(15600)
    assert an_option(zero, zero, Decimal(48000), 24).total() == Decimal(96000)
    assert an_option(zero, zero, Decimal(48000), 25).total() == Decimal(144000)
    assert an_option(Decimal("0.10"), Decimal("0.20"), zero, 1).total() == Decimal("0.30")


@given(sums, sums, sums, st.integers(1, 120))
def test_a_longer_term_never_costs_less(one_off: Decimal, monthly: Decimal, yearly: Decimal, months: int) -> None:
    shorter = an_option(one_off, monthly, yearly, months).total()
    assert one_off <= shorter <= an_option(one_off, monthly, yearly, months + 1).total()


def test_only_a_word_of_whoever_owes_the_answer_ends_a_silence() -> None:
    now = ASKED + timedelta(hours=30)
    silent = [
        an_ask(AskKind.ASKED, 5),
        an_ask(AskKind.SEEN, 6),
        an_ask(AskKind.SAID, 7, whom="VP"),
        an_ask(AskKind.SAID, 8, request_id="another"),
    ]
    assert no_answer_for(REQUEST, silent, now) == timedelta(hours=30)
    assert no_answer_for(REQUEST, [*silent, an_ask(AskKind.ACKNOWLEDGED, 10)], now) == timedelta(hours=20)
    assert no_answer_for(REQUEST, [an_ask(AskKind.SAID, 12), an_ask(AskKind.ACKNOWLEDGED, 10)], now) == timedelta(
        hours=18
    )


def test_a_decided_question_has_no_silence_and_acknowledged_is_no_outcome() -> None:
    assert no_answer_for(REQUEST.but(outcome=Outcome.FUND), [], ASKED + timedelta(days=3)) is None
    assert "acknowledged" not in {o.value for o in Outcome}
