"""What is missing is asked for afterwards, of whoever logged it, and only while it is missing."""

import pytest

from app.domain.customer import Environment, Installation
from app.domain.entity import new_id
from app.domain.errors import Refused
from app.domain.issue import Issue
from app.services import calls, completing
from app.services.calls import CallDraft
from app.services.completing import Part
from tests.halden import DAY, Clock, Sample
from tests.stations import Station, TestCompany


def missing(anna: Station, issue_id: str) -> tuple[Part, ...] | None:
    return next((one.missing for one in completing.to_complete(anna.desk) if one.issue_id == issue_id), None)


def test_a_bare_call_lacks_everything_and_is_filled_in_part_by_part(anna: Station, sample: Sample) -> None:
    logged = calls.log_call(anna.desk, CallDraft(caller="Dana somebody", body="it is slow"))
    first = completing.to_complete(anna.desk)[0]
    assert (first.issue_id, first.caller) == (logged.issue_id, "Dana somebody")
    assert first.missing == (Part.CUSTOMER, Part.CALLER, Part.TOPIC)
    completing.complete(anna.desk, logged.issue_id, contact_id=sample.contacts["Dana Whitfield"])
    assert missing(anna, logged.issue_id) == (Part.TOPIC,), "a contact brings the customer"
    completing.complete(anna.desk, logged.issue_id, topic=" speed ")
    assert missing(anna, logged.issue_id) is None
    issue = anna.desk.need(Issue, logged.issue_id)
    assert (issue.customer_id, issue.topic) == (sample.customers["Northgate Rail"], "speed")
    assert "speed" in completing.topics(anna.desk)


def test_an_installation_is_asked_for_where_it_is_not_clear(anna: Station, sample: Sample) -> None:
    rail = sample.customers["Northgate Rail"]
    draft = CallDraft(contact_id=sample.contacts["Dana Whitfield"], issue_id=sample.issues["import"], body="x")
    logged = calls.log_call(anna.desk, draft)
    assert missing(anna, logged.issue_id) == (Part.TOPIC,), "they have one: that is it"
    with anna.desk.edit() as edit:
        second = edit.insert(
            Installation(
                id=new_id(), customer_id=rail, product="Console", environment=Environment.PRODUCTION, build="40"
            )
        )
        lab = edit.insert(Installation(id=new_id(), customer_id=sample.customers["Morrow Foods"], product="Lab"))
    assert missing(anna, logged.issue_id) == (Part.TOPIC, Part.INSTALLATION)
    assert "Console · production · build 40" in [one.words for one in completing.installations(anna.desk, rail)]
    with pytest.raises(Refused, match="another customer"):
        completing.complete(anna.desk, logged.issue_id, installation_id=lab.id)
    completing.complete(anna.desk, logged.issue_id, installation_id=second.id)
    assert missing(anna, logged.issue_id) == (Part.TOPIC,)


def test_it_is_asked_of_who_logged_it_and_today_only(
    anna: Station, company: TestCompany, sample: Sample, clock: Clock
) -> None:
    logged = calls.log_call(anna.desk, CallDraft(contact_id=sample.contacts["Dana Whitfield"], body="new"))
    anna.sync()
    ben = company.station("ben", clock=clock)
    assert completing.to_complete(ben.desk) == ()
    clock.now += 2 * DAY
    assert missing(anna, logged.issue_id) is None
