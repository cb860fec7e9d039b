"""Evidence, and where a step stands."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.errors import BadInput, Refused
from app.domain.procedure import EvidenceKind, Step
from app.domain.run import SignOff, StepEvent, StepEventKind, checked_evidence, next_step, state_of

AT = datetime(2025, 11, 20, 9, tzinfo=UTC)


def a_step(position: int = 1, **more: object) -> Step:
    return Step(id=f"s{position}", version_id="v", stable_id=f"s{position}", position=position, title="Do it", **more)  # type: ignore[arg-type]


def an_event(kind: StepEventKind, minute: int, step_id: str = "s1") -> StepEvent:
    at = AT + timedelta(minutes=minute)
    return StepEvent(id=f"{minute}", run_id="r", step_id=step_id, kind=kind, at=at, person_id="p")


@pytest.mark.parametrize("kind", [k for k in EvidenceKind if k is not EvidenceKind.NONE])
def test_a_critical_step_needs_its_evidence_and_another_does_not(kind: EvidenceKind) -> None:
    with pytest.raises(Refused) as said:
        checked_evidence(a_step(7, is_critical=True, evidence=kind), " \n ")
    assert "Step 7" in said.value.what
    assert said.value.todo
    assert checked_evidence(a_step(evidence=kind), " ") == ""


def test_a_critical_step_that_asks_for_nothing_is_ticked_without() -> None:
    assert checked_evidence(a_step(is_critical=True), "") == ""


@pytest.mark.parametrize(
    ("text", "kept"), [("0", "0"), (" 9,402 ", "9402"), ("-1.50", "-1.50"), ("1,234,567.50", "1234567.50"), ("+7", "7")]
)
def test_numbers_are_kept_as_numbers(text: str, kept: str) -> None:
    assert checked_evidence(a_step(evidence=EvidenceKind.NUMBER), text) == kept


@pytest.mark.parametrize(
    "text",
    ["two", "1,5", "0,500", "12,34", "1234,567", "1,234,5", "1.234,5", ",5", "1_5", "NaN", "sNaN", "-inf", "1 2"],
)
def test_what_may_be_two_numbers_or_none_is_no_evidence(text: str) -> None:
    for step in (
        a_step(evidence=EvidenceKind.NUMBER),
        a_step(evidence=EvidenceKind.NUMBER, low=Decimal(0), high=Decimal(99)),
    ):
        with pytest.raises(BadInput, match="is not a number") as said:
            checked_evidence(step, text)
        assert "1.5" in said.value.todo


@pytest.mark.parametrize(
    ("text", "is_fine"), [("1", True), ("2.5", True), ("3", True), ("0.99", False), ("3.01", False)]
)
def test_a_range_includes_its_ends(text: str, *, is_fine: bool) -> None:
    step = a_step(evidence=EvidenceKind.NUMBER, low=Decimal(1), high=Decimal(3))
    if is_fine:
        assert checked_evidence(step, text) == text
    else:
        with pytest.raises(Refused, match=f"step 1 must be from 1 to 3, and {text} is not"):
            checked_evidence(step, text)


@pytest.mark.parametrize(
    ("low", "high", "words"), [(0, 0, "must be 0,"), (3, None, "must be at least 3,"), (None, 1, "must be at most 1,")]
)
def test_a_number_that_does_not_do_hears_what_would(low: int | None, high: int | None, words: str) -> None:
    step = a_step(
        evidence=EvidenceKind.NUMBER,
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
    )
    with pytest.raises(Refused, match=words):
        checked_evidence(step, "2")


def test_a_checksum_is_sixty_four_digits() -> None:
    step = a_step(evidence=EvidenceKind.CHECKSUM)
    assert checked_evidence(step, "Ab" * 32) == "Ab" * 32
    for wrong in ("ab", "g" * 64, "a" * 65):
        with pytest.raises(BadInput):
            checked_evidence(step, wrong)


def test_the_last_event_that_is_more_than_a_note_says_where_a_step_stands() -> None:
    done, failed, noted = StepEventKind.DONE, StepEventKind.FAILED, StepEventKind.NOTED
    step = a_step()
    assert state_of(step, []) is None
    assert state_of(step, [an_event(done, 2), an_event(failed, 1), an_event(noted, 3)]) is done
    assert state_of(step, [an_event(done, 1), an_event(StepEventKind.REOPENED, 2)]) is None
    assert state_of(step, [an_event(done, 1, "s2")]) is None


def test_the_next_step_is_the_first_that_is_not_done() -> None:
    steps = [a_step(2), a_step(1)]
    assert next_step(steps, []) == steps[1]
    assert next_step(steps, [an_event(StepEventKind.DONE, 1, "s1")]) == steps[0]
    assert next_step(steps, [an_event(StepEventKind.FAILED, 1, "s1")]) == steps[1]
    assert next_step(steps, [an_event(StepEventKind.DONE, 1, f"s{n}") for n in (1, 2)]) is None


def test_a_sign_off_is_void_for_any_other_digest() -> None:
    signed = SignOff(id="1", run_id="r", role="QA", person_id="p", at=AT, digest="ab")
    assert not signed.is_void("ab")
    assert signed.is_void("ac")
