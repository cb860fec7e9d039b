"""Escalations through the services, on a real company database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.customer import Customer
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.escalation import AskKind, Escalation, EscalationKind, EscalationState, Outcome
from app.domain.interaction import Channel, Direction, Interaction
from app.domain.issue import Issue
from app.domain.person import Role
from app.services import decisions, escalation_lists, escalations, people
from app.services.decisions import OptionDraft
from tests.stations import Station, TestCompany


def an_issue(station: Station, title: str = "Import fails after the night deployment") -> Issue:
    with station.desk.edit() as edit:
        customer = edit.insert(Customer(id=new_id(), name="Northgate Rail", is_vip=True))
        return edit.insert(Issue(id=new_id(), customer_id=customer.id, title=title, opened_at=datetime.now(UTC)))


def test_an_escalation_takes_a_recipient_and_one_sentence(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    anna.sync()
    ben.sync()
    issue = an_issue(ben)
    made = escalations.raise_escalation(
        ben.desk, issue.id, to_person_id=company.people["anna"], sentence="  Nobody answers. Please decide.  "
    )
    ben.sync()
    anna.sync()
    there = anna.cache.record(Escalation, made.id)
    assert there is not None
    assert there.sentence == "Nobody answers. Please decide."
    assert (there.kind, there.state) == (EscalationKind.HIERARCHICAL, EscalationState.RAISED)
    assert (there.raised_by, there.customer_id) == (company.people["ben"], issue.customer_id)
    assert not ben.conflicts()


def test_to_a_team_or_a_colleague_it_is_functional(company: TestCompany) -> None:
    company.add("carl", Role.ENGINEER, team="Integration")
    ben = company.station("ben")
    to_team = escalations.raise_escalation(ben.desk, None, to_team="Integration", sentence="Attachments get lost.")
    to_person = escalations.raise_escalation(
        ben.desk, None, to_person_id=company.people["carl"], sentence="Attachments get lost."
    )
    assert {to_team.kind, to_person.kind} == {EscalationKind.FUNCTIONAL}
    assert to_team.issue_id is None


@pytest.mark.parametrize(
    ("person", "team", "sentence"),
    [(False, "", "Help."), (False, "  ", "Help."), (True, "Network", "Help."), (True, "", " \n ")],
)
def test_without_one_recipient_and_a_sentence_nothing_is_raised(
    company: TestCompany, *, person: bool, team: str, sentence: str
) -> None:
    ben = company.station("ben")
    to = company.people["ben"] if person else None
    with pytest.raises(BadInput) as said:
        escalations.raise_escalation(ben.desk, None, to_person_id=to, to_team=team, sentence=sentence)
    assert said.value.todo
    assert ben.unsent() == 0


def test_people_and_teams_for_the_recipient_field(company: TestCompany) -> None:
    company.add("zoe", Role.ENGINEER, team="Network")
    company.add("carl", Role.ENGINEER, team="Integration")
    anna = company.station("anna", Role.MANAGER)
    assert [p.name for p in people.people(anna.desk)] == ["Anna", "Carl", "Zoe"]
    assert people.teams(anna.desk) == ("Integration", "Network")
    assert people.name_of(anna.desk, company.people["zoe"]) == "Zoe"
    assert people.name_of(anna.desk, None) == ""
    assert people.name_of(anna.desk, new_id()) == people.OUTSIDE


def test_an_issue_that_is_gone_is_refused(company: TestCompany) -> None:
    ben = company.station("ben")
    with pytest.raises(Refused):
        escalations.raise_escalation(ben.desk, new_id(), to_team="Network", sentence="Help.")


# Functional: handed on


def test_a_functional_one_is_taken_once_and_done_by_whoever_took_it(company: TestCompany) -> None:
    company.add("dora", Role.ENGINEER, team="Integration")
    ben, carl, dora = company.station("ben"), company.station("carl", Role.ENGINEER), company.station("dora")
    made = escalations.raise_escalation(
        ben.desk, an_issue(ben, "Ticket bridge drops attachments").id, to_team="Integration", sentence="They get lost."
    )
    for station in (ben, carl, dora):
        station.sync()
    with pytest.raises(Refused, match="Nobody has taken"):
        escalations.finish(dora.desk, made.id)
    escalations.take(dora.desk, made.id)
    assert escalations.take(dora.desk, made.id).taken_by == company.people["dora"]
    for station in (dora, carl):
        station.sync()
    (line,) = escalation_lists.handed_lines(carl.desk, escalation_lists.handed_on(carl.desk))
    assert (line.title, line.raised_by, line.to, line.taken_by, line.issue_label) == (
        "Ticket bridge drops attachments", "Ben", "Integration", "Dora", "1001",
    )  # fmt: skip
    with pytest.raises(Refused, match="Dora has taken"):
        escalations.take(carl.desk, made.id)
    escalations.finish(dora.desk, made.id)
    assert escalation_lists.handed_on(dora.desk) == []
    with pytest.raises(Refused, match="done already"):
        escalations.take(dora.desk, made.id)


def test_two_who_take_it_at_once_are_a_conflict_and_one_has_it(company: TestCompany) -> None:
    ben, carl, dora = (
        company.station("ben"), company.station("carl", Role.ENGINEER), company.station("dora", Role.ENGINEER),
    )  # fmt: skip
    made = escalations.raise_escalation(ben.desk, None, to_team="Integration", sentence="They get lost.")
    for station in (ben, carl, dora):
        station.sync()
    escalations.take(carl.desk, made.id)
    escalations.take(dora.desk, made.id)
    carl.sync()
    dora.sync()
    assert {c.field for c in dora.conflicts()} >= {"taken_by"}
    assert escalation_lists.detail(dora.desk, made.id).taken_by == "Carl"


def test_a_hierarchical_one_is_not_taken_but_may_end_as_told(company: TestCompany) -> None:
    anna, made = an_escalation(company)
    with pytest.raises(Refused):
        escalations.take(anna.desk, made.id)
    escalations.finish(anna.desk, made.id)
    (line,) = escalation_lists.owed_lines(anna.desk, escalation_lists.decisions_owed(anna.desk))
    assert line.outcome == "done"


# Hierarchical: the decision


def an_escalation(
    company: TestCompany, clock: Callable[[], datetime] | None = None, login: str = "anna"
) -> tuple[Station, Escalation]:
    """A manager's workstation and an escalation that support raised to her."""
    anna = company.station(login, Role.MANAGER, clock)
    ben = company.station("ben", clock=clock)
    made = escalations.raise_escalation(
        ben.desk, an_issue(ben).id, to_person_id=company.people[login], sentence="Nobody answers. Please decide."
    )
    ben.sync()
    anna.sync()
    return anna, made


TWO = (
    OptionDraft("A second importer", Decimal(6000), Decimal(400), term_months=24),
    OptionDraft("Night imports only", risk="A failed night costs a day", term_months=24),
)


def a_request(anna: Station, made: Escalation) -> str:
    request = decisions.prepare(
        anna.desk,
        made.id,
        question="Fund a second importer for Northgate?",
        owed_by="CFO",
        options=TWO,
        decide_by=anna.clock() + timedelta(days=2),
        without_answer="We tell Northgate that imports stay at night.",
        channel="mail",
    )
    return request.id


def test_a_question_has_options_with_their_totals_and_reaches_everybody(company: TestCompany) -> None:
    anna, made = an_escalation(company)
    a_request(anna, made)
    anna.sync()
    carl = company.station("carl", Role.ENGINEER)
    shown = escalation_lists.detail(carl.desk, made.id)
    assert (shown.customer, shown.is_vip, shown.raised_by, shown.to) == ("Northgate Rail", True, "Ben", "Anna")
    assert shown.state is EscalationState.ASKED
    request = shown.request
    assert request is not None
    assert [(o.label, o.total, o.currency) for o in request.options] == [
        ("A second importer", Decimal(15600), "USD"),
        ("Night imports only", Decimal(0), "USD"),
    ]
    assert [(a.whom, a.last.kind, a.last.channel, a.is_owing) for a in request.asked] == [
        ("CFO", AskKind.ASKED, "mail", True)
    ]
    assert not anna.conflicts()


def test_preparing_again_changes_the_question_and_its_options(company: TestCompany) -> None:
    anna, made = an_escalation(company)
    first = a_request(anna, made)
    again = decisions.prepare(
        anna.desk, made.id, question="Fund it?", owed_by="", owed_by_id=company.people["anna"], options=TWO[:1]
    )
    assert again.id == first
    request = escalation_lists.detail(anna.desk, made.id).request
    assert request is not None
    assert (request.question, request.owed_by, len(request.options)) == ("Fund it?", "Anna", 1)
    anna.sync()
    assert not anna.conflicts()


@pytest.mark.parametrize(
    ("question", "owed_by", "option"),
    [
        (" ", "CFO", TWO[0]),
        ("Fund it?", " ", TWO[0]),
        ("Fund it?", "CFO", OptionDraft(" ")),
        ("Fund it?", "CFO", OptionDraft("A", Decimal("NaN"))),
        ("Fund it?", "CFO", OptionDraft("A", term_months=0)),
        ("Fund it?", "CFO", OptionDraft("A", currency="dollars")),
    ],
)
def test_what_makes_no_question_is_refused_whole(
    company: TestCompany, question: str, owed_by: str, option: OptionDraft
) -> None:
    anna, made = an_escalation(company)
    with pytest.raises(BadInput) as said:
        decisions.prepare(anna.desk, made.id, question=question, owed_by=owed_by, options=(TWO[0], option))
    assert said.value.todo
    assert anna.unsent() == 0
    assert decisions.request_of(anna.desk, made.id) is None


def test_a_trainee_may_raise_but_not_prepare(company: TestCompany) -> None:
    _anna, made = an_escalation(company)
    tom = company.station("tom", Role.TRAINEE)
    escalations.raise_escalation(tom.desk, None, to_team="Network", sentence="I do not know what to do.")
    with pytest.raises(Refused, match="As trainee"):
        decisions.prepare(tom.desk, made.id, question="Fund it?", owed_by="CFO")
    tom.sync()
    assert not tom.conflicts()


def test_no_answer_for_runs_until_they_say_something_and_silence_is_not_a_word(company: TestCompany) -> None:
    clock = Clock()
    anna, made = an_escalation(company, clock)
    escalated = clock.now
    assert owed(anna).silent_since == escalated
    clock.pass_by(hours=2)
    request_id = a_request(anna, made)
    asked = clock.now
    clock.pass_by(days=1)
    decisions.record_ask(anna.desk, request_id, kind=AskKind.ASKED, channel="call")
    decisions.record_ask(anna.desk, request_id, kind=AskKind.SEEN)
    decisions.record_ask(anna.desk, request_id, kind=AskKind.SAID, whom="VP", words="Not my money.")
    assert owed(anna).silent_since == asked, "asked, seen and other people's words leave the silence running"
    clock.pass_by(minutes=1)
    decisions.record_ask(anna.desk, request_id, kind=AskKind.ACKNOWLEDGED, channel="call")
    assert owed(anna).silent_since == clock.now
    detail = escalation_lists.detail(anna.desk, made.id).request
    assert detail is not None
    assert detail.silent_since == clock.now
    clock.pass_by(days=2)
    detail = escalation_lists.detail(anna.desk, made.id).request
    assert detail is not None
    cfo, vp = detail.asked
    assert (cfo.whom, cfo.is_expired, cfo.times_asked) == ("CFO", True, 0)
    assert (vp.whom, vp.is_owing) == ("VP", False)
    assert owed(anna).outcome == "", "acknowledged is no outcome"
    assert escalation_lists.late_decisions(anna.desk) == 1


def test_a_word_to_come_and_an_empty_word_are_refused(company: TestCompany) -> None:
    anna, made = an_escalation(company)
    request_id = a_request(anna, made)
    with pytest.raises(BadInput, match="still to come"):
        decisions.record_ask(anna.desk, request_id, kind=AskKind.ASKED, at=datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(BadInput, match="What did they say"):
        decisions.record_ask(anna.desk, request_id, kind=AskKind.SAID)


def test_waiting_costs_the_calls_since_the_question_was_asked(company: TestCompany) -> None:
    clock = Clock()
    anna, made = an_escalation(company, clock)
    a_call(anna, made)
    clock.pass_by(minutes=5)
    a_request(anna, made)
    clock.pass_by(minutes=5)
    a_call(anna, made)
    a_call(anna, made, Direction.OUT)
    a_call(anna, made, channel=Channel.EMAIL)
    a_call(anna, made, channel=Channel.MISSED_CALL)
    assert owed(anna).waiting_calls == 2
    assert escalation_lists.detail(anna.desk, made.id).waiting_calls == 2


def test_the_longest_silence_comes_first_and_what_is_decided_last(company: TestCompany) -> None:
    clock = Clock()
    anna = company.station("anna", Role.MANAGER, clock)
    made = []
    for word in ("first", "second", "third"):
        me = company.people["anna"]
        made.append(escalations.raise_escalation(anna.desk, None, to_person_id=me, sentence=word))
        clock.pass_by(hours=1)
    request_id = a_request(anna, made[0])
    assert escalation_lists.decisions_owed(anna.desk) == [made[1].id, made[2].id, made[0].id]
    outcome(anna, request_id)
    clock.pass_by(hours=1)
    assert escalation_lists.decisions_owed(anna.desk) == [made[1].id, made[2].id, made[0].id]
    assert [line.outcome for line in escalation_lists.owed_lines(anna.desk, [made[0].id])] == ["fund"]
    clock.pass_by(days=8)
    assert escalation_lists.decisions_owed(anna.desk) == [made[1].id, made[2].id]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"decided_by": "  "}, "needs who decided"),
        ({"heard_how": ""}, "how we heard"),
        ({"outcome": Outcome.ACCEPT}, "looked at again"),
        ({"outcome": Outcome.ACCEPT, "review_at": datetime(2020, 1, 1, tzinfo=UTC)}, "looked at again"),
    ],
)
def test_an_outcome_needs_who_decided_and_how_we_heard(
    company: TestCompany, changes: dict[str, object], words: str
) -> None:
    anna, made = an_escalation(company)
    request_id = a_request(anna, made)
    with pytest.raises(Refused, match=words) as said:
        outcome(anna, request_id, **changes)
    assert said.value.todo
    request = escalation_lists.detail(anna.desk, made.id).request
    assert request is not None
    assert request.outcome is None


def test_an_outcome_ends_the_silence_for_everybody(company: TestCompany) -> None:
    anna, made = an_escalation(company)
    request_id = a_request(anna, made)
    option = escalation_lists.detail(anna.desk, made.id).request.options[0]  # type: ignore[union-attr]
    outcome(anna, request_id, chosen_option_id=option.id)
    anna.sync()
    carl = company.station("carl", Role.ENGINEER)
    shown = escalation_lists.detail(carl.desk, made.id)
    request = shown.request
    assert request is not None
    assert shown.state is EscalationState.DONE
    assert request.silent_since is None
    assert request.outcome is not None
    assert (request.outcome.outcome, request.outcome.decided_by, request.outcome.heard_how) == (
        Outcome.FUND, "M. Lindqvist", "call on Friday",
    )  # fmt: skip
    assert request.outcome.recorded_by == "Anna"
    assert [o.is_chosen for o in request.options] == [True, False]
    for verb in (
        lambda: outcome(carl, request_id, outcome=Outcome.DECLINE),
        lambda: decisions.record_ask(carl.desk, request_id, kind=AskKind.ASKED),
        lambda: decisions.prepare(carl.desk, made.id, question="Again?", owed_by="CFO"),
    ):
        with pytest.raises(Refused, match=r"decided: fund, by M\. Lindqvist \(recorded by Anna\)"):
            verb()


def test_an_option_of_another_question_cannot_be_chosen(company: TestCompany) -> None:
    anna, made = an_escalation(company)
    request_id = a_request(anna, made)
    other = escalations.raise_escalation(
        anna.desk, None, to_person_id=company.people["anna"], sentence="Something else."
    )
    a_request(anna, other)
    option = escalation_lists.detail(anna.desk, other.id).request.options[0]  # type: ignore[union-attr]
    with pytest.raises(Refused, match="another question"):
        outcome(anna, request_id, chosen_option_id=option.id)


def test_two_outcomes_recorded_apart_do_not_merge(company: TestCompany) -> None:
    anna, made = an_escalation(company)
    request_id = a_request(anna, made)
    anna.sync()
    carl = company.station("carl", Role.ENGINEER)
    outcome(anna, request_id)
    outcome(carl, request_id, outcome=Outcome.DECLINE, decided_by="P. Okafor", heard_how="mail")
    anna.sync()
    carl.sync()
    assert {c.field for c in carl.conflicts()} >= {"outcome", "decided_by", "heard_how"}
    request = escalation_lists.detail(carl.desk, made.id).request
    assert request is not None
    assert request.outcome is not None
    assert (request.outcome.outcome, request.outcome.decided_by) == (Outcome.FUND, "M. Lindqvist")
    assert "outcome: here “decline”, Anna recorded “fund”" in request.clashes
    assert "recorded by: here “Carl”, Anna recorded “Anna”" in request.clashes


def test_two_who_prepare_it_at_once_lose_no_question(company: TestCompany) -> None:
    anna, made = an_escalation(company)
    carl = company.station("carl", Role.ENGINEER)
    a_request(anna, made)
    decisions.prepare(carl.desk, made.id, question="Or only at night?", owed_by="Product")
    for station in (anna, carl, anna):
        station.sync()
    for station in (anna, carl):
        request = escalation_lists.detail(station.desk, made.id).request
        assert request is not None
        assert request.question == "Fund a second importer for Northgate?"
        assert request.asked_elsewhere == ("Or only at night? (Carl)",)


def test_an_issue_is_found_by_its_number(company: TestCompany) -> None:
    ben = company.station("ben")
    issue = an_issue(ben)
    ben.sync()
    for text in ("1001", " #1001 "):
        found = escalation_lists.issue_numbered(ben.desk, text)
        assert found is not None
        assert found.id == issue.id
    for text in ("", "x", "1002", "\u00b2", "9" * 40, "-1"):
        assert escalation_lists.issue_numbered(ben.desk, text) is None


class Clock:
    """A workstation's clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2025, 11, 20, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **length: float) -> None:
        self.now += timedelta(**length)


def owed(station: Station) -> escalation_lists.OwedLine:
    (line,) = escalation_lists.owed_lines(station.desk, escalation_lists.decisions_owed(station.desk))
    return line


def outcome(station: Station, request_id: str, **changes: object) -> None:
    given: dict[str, Any] = {
        "outcome": Outcome.FUND, "decided_by": "M. Lindqvist", "heard_how": "call on Friday", **changes,
    }  # fmt: skip
    decisions.record_outcome(station.desk, request_id, **given)


def a_call(
    station: Station, made: Escalation, direction: Direction = Direction.IN, channel: Channel = Channel.CALL
) -> None:
    with station.desk.edit() as edit:
        edit.insert(
            Interaction(
                id=new_id(), issue_id=made.issue_id, channel=channel, direction=direction, at=edit.at, person_id=edit.by
            )
        )
