"""Escalations through the services, on a real company database."""

from datetime import UTC, datetime

import pytest

from app.domain.customer import Customer
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.escalation import Escalation, EscalationKind, EscalationState
from app.domain.issue import Issue
from app.domain.person import Role
from app.services import escalations, people
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
