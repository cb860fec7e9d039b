"""A word within a day after a deployment is tied to it, and counted."""

from datetime import timedelta

import pytest

from app.domain.customer import Installation
from app.domain.deployment import IssueDeployment
from app.domain.errors import BadInput, Refused
from app.domain.issue import Issue, IssueState
from app.domain.person import Role
from app.services import calls, deployments, issue_lists, issues
from app.services.calls import CallDraft
from app.services.issue_lists import ListQuery, View
from tests.halden import DAY, HOUR, NOW, Clock, Sample
from tests.stations import Station, TestCompany


def test_a_deployment_is_recorded_and_the_installation_has_its_build(anna: Station, sample: Sample) -> None:
    rail = sample.customers["Northgate Rail"]
    (installation,) = anna.cache.records(Installation, "customer_id = ?", (rail,))
    put = deployments.record(anna.desk, rail, installation_id=installation.id, to_build="40", back_out="restore")
    assert (put.from_build, put.to_build, put.product, put.deployed_by) == ("39", "40", "Console", anna.person_id)
    assert anna.desk.need(Installation, installation.id).build == "40"
    (line,) = deployments.lately(anna.desk, rail)
    assert (line.what, line.by, line.is_fresh, line.contacts) == ("build 39 → 40", "Anna", True, 0)
    anna.sync()
    assert anna.unsent() == 0


def test_what_cannot_have_been_deployed_is_refused(
    anna: Station, company: TestCompany, sample: Sample, clock: Clock
) -> None:
    rail = sample.customers["Northgate Rail"]
    with pytest.raises(BadInput, match="what changed"):
        deployments.record(anna.desk, rail)
    with pytest.raises(BadInput, match="to come"):
        deployments.record(anna.desk, rail, to_build="40", at=NOW + HOUR)
    (theirs,) = anna.cache.records(Installation, "customer_id = ?", (sample.customers["Halden Hotels"],))
    with pytest.raises(Refused, match="Northgate Rail"):
        deployments.record(anna.desk, rail, installation_id=theirs.id, to_build="40")
    noor = company.station("noor", Role.TRAINEE, clock)
    with pytest.raises(Refused, match="trainee"):
        deployments.record(noor.desk, rail, to_build="40")


def test_the_link_is_offered_for_a_day_and_until_it_is_there(anna: Station, sample: Sample, clock: Clock) -> None:
    rail, issue_id = sample.customers["Northgate Rail"], sample.issues["import"]
    assert deployments.offer(anna.desk, rail, issue_id) is None
    deployments.record(anna.desk, rail, to_build="38", at=NOW - 20 * HOUR)
    put = deployments.record(anna.desk, rail, to_build="39", at=NOW - 2 * HOUR)
    offered = deployments.offer(anna.desk, rail, issue_id)
    assert offered is not None
    assert offered.id == put.id, "the newest"
    assert deployments.offer(anna.desk, sample.customers["Halden Hotels"]) is None
    assert deployments.offer(anna.desk, None) is None
    deployments.link(anna.desk, issue_id, put.id)
    assert deployments.offer(anna.desk, rail, issue_id) is None
    deployments.unlink(anna.desk, issue_id, put.id)
    deployments.unlink(anna.desk, issue_id, put.id)
    assert deployments.offer(anna.desk, rail, issue_id) is not None
    clock.now = put.at + 24 * HOUR
    assert deployments.offer(anna.desk, rail, issue_id) is None, "a day is over"
    with pytest.raises(Refused, match="another customer"):
        deployments.link(anna.desk, sample.issues["page"], put.id)


def test_linking_twice_is_one_link(anna: Station, sample: Sample) -> None:
    put = deployments.record(anna.desk, sample.customers["Northgate Rail"], to_build="39")
    first = deployments.link(anna.desk, sample.issues["import"], put.id)
    assert deployments.link(anna.desk, sample.issues["import"], put.id).id == first.id
    assert len(anna.cache.records(IssueDeployment)) == 1


def test_the_contact_rate_counts_words_of_the_day_after(anna: Station, sample: Sample, clock: Clock) -> None:
    assert deployments.contact_rate(anna.desk).rate is None
    rail, halden = sample.customers["Northgate Rail"], sample.customers["Halden Hotels"]
    first = deployments.record(anna.desk, rail, to_build="39", at=NOW - 2 * HOUR)
    deployments.record(anna.desk, halden, to_build="39", at=NOW - 3 * DAY)
    deployments.record(anna.desk, halden, to_build="30", at=NOW - 200 * DAY)
    for words in ("flat", "still flat"):
        draft = CallDraft(issue_id=sample.issues["import"], body=words, deployment_id=first.id)
        calls.log_call(anna.desk, draft)
    clock.now += 2 * DAY
    late = CallDraft(issue_id=sample.issues["import"], body="too late", deployment_id=first.id)
    calls.log_call(anna.desk, late)
    found = deployments.contact_rate(anna.desk)
    assert (found.deployments, found.contacts, found.rate) == (2, 2, 1.0)
    assert [one.contacts for one in found.lines] == [2, 0]


def test_an_issue_shows_what_it_came_after_and_what_it_may_have(anna: Station, sample: Sample, clock: Clock) -> None:
    rail, issue_id = sample.customers["Northgate Rail"], sample.issues["import"]

    def around() -> list[tuple[str, bool, timedelta | None]]:
        found = deployments.around(anna.desk, anna.desk.need(Issue, issue_id))
        return [(one.deployment.what, one.is_linked, one.before) for one in found]

    deployments.record(anna.desk, rail, from_build="37", to_build="38", at=NOW - 40 * HOUR)
    night = deployments.record(anna.desk, rail, from_build="38", to_build="39", at=NOW - 9 * HOUR)
    assert around() == [], "nobody has said anything about it since"
    said = calls.called_again(anna.desk, issue_id)
    clock.now += 2 * DAY
    assert around() == [("build 38 → 39", False, 9 * HOUR)], "offered later too: what counts is when they called"
    deployments.link(anna.desk, issue_id, night.id, said.id)
    assert around() == [("build 38 → 39", True, 9 * HOUR)], "what came before the linked one is no news"
    assert issues.detail(anna.desk, issue_id).offered is None
    clock.now += 30 * DAY
    assert [is_linked for _what, is_linked, _before in around()] == [True]


def test_the_view_has_issues_after_deployments(anna: Station, sample: Sample, clock: Clock) -> None:
    def listed() -> set[str]:
        query = ListQuery(View.AFTER_DEPLOYMENTS)
        found = set(issue_lists.ids(anna.desk, query) or ())
        by_filter = set(issue_lists.ids(anna.desk, ListQuery(text="state:open has:deployment")) or ())
        first = {line.id for line in issue_lists.first_page(anna.desk, query).lines}
        assert found == by_filter == first
        return {key for key, issue_id in sample.issues.items() if issue_id in found}

    assert listed() == set()
    halden = sample.customers["Halden Hotels"]
    put = deployments.record(anna.desk, halden, to_build="39", at=NOW - 2 * HOUR)
    assert listed() == set(), "they have said nothing since"
    calls.called_again(anna.desk, sample.issues["page"])
    calls.called_again(anna.desk, sample.issues["import"])
    assert listed() == {"page"}, "the other is another customer's"
    deployments.link(anna.desk, sample.issues["bridge"], put.id)
    assert listed() == {"page", "bridge"}
    clock.now += 20 * DAY
    assert listed() == {"bridge"}, "what nobody has linked in two weeks is asked about no more"
    issues.set_state(anna.desk, sample.issues["bridge"], IssueState.SOLVED)
    assert listed() == set()
