"""The card tells whoever answers what only the ops manager knew."""

from dataclasses import replace

import pytest

from app.domain.customer import Contact, Customer, Site
from app.domain.deployment import Deployment
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.escalation import Escalation, EscalationKind
from app.domain.interaction import Channel, Direction, Interaction, Nature
from app.domain.issue import Issue, IssueKind, IssueState
from app.domain.on_issue import IssueLink, LinkKind
from app.domain.person import Role
from app.domain.topic import AskFirst
from app.services import call_cards, callers, calls, deployments
from app.services.calls import CallDraft
from app.services.route_arounds import waiting
from tests.halden import DAY, HOUR, NOW, Clock, Sample
from tests.stations import Station, TestCompany


def behind(anna: Station, sample: Sample, *keys: str) -> Issue:
    """Put one problem behind these issues."""
    with anna.desk.edit() as edit:
        problem = edit.insert(
            Issue(
                id=new_id(),
                title="Importer times out",
                kind=IssueKind.PROBLEM,
                state=IssueState.OPEN,
                cause="One query per line",
                workaround="in parts of 500",
                opened_at=edit.at,
            )
        )
        for key in keys:
            issue = anna.desk.need(Issue, sample.issues[key])
            edit.insert(
                IssueLink(
                    id=new_id(),
                    issue_id=issue.id,
                    customer_id=issue.customer_id,
                    other_id=problem.id,
                    kind=LinkKind.PROBLEM,
                )
            )
    return problem


def card_of(anna: Station, sample: Sample, name: str) -> call_cards.CallCard:
    return calls.call_card(anna.desk, contact_id=sample.contacts[name])


def test_the_problem_behind_an_issue_counts_the_calls_of_everybody(anna: Station, sample: Sample) -> None:
    problem = behind(anna, sample, "import", "export", "page")
    (issue,) = card_of(anna, sample, "Dana Whitfield").issues
    (one,) = issue.problems
    assert (one.id, one.cause, one.is_fixed, one.issues) == (problem.id, "One query per line", False, 3)
    assert one.calls == 4 + 2 + 2
    assert one.first_call_at == NOW - 26 * DAY
    assert issue.say.workaround == "import before 8:00", "its own comes first"
    export = next(i for i in card_of(anna, sample, "Jonas Weiß").issues if i.id == sample.issues["export"])
    assert export.say.workaround == "in parts of 500", "else what helps against the cause"


def test_whom_to_ask_first_is_in_order_and_without_those_who_left(
    anna: Station, company: TestCompany, sample: Sample
) -> None:
    ben, gone = company.add("ben"), company.add("gina")
    anna.sync()
    with anna.desk.edit() as edit:
        edit.update(anna.desk.need(Issue, sample.issues["import"]), topic="Import")
        for place, person, words in ((2, anna.person_id, ""), (1, ben, "wrote it"), (0, gone, "")):
            edit.insert(AskFirst(id=new_id(), topic="import", person_id=person, place=place, words=words))
    with anna.cache.transaction():
        anna.cache.write("UPDATE person SET is_active = 0 WHERE id = ?", (gone,))
    (issue,) = card_of(anna, sample, "Dana Whitfield").issues
    assert [(a.name, a.words) for a in issue.ask_first] == [("Ben", "wrote it"), ("Anna", "")]
    assert call_cards.ask_first(anna.desk, "") == ()


def test_the_last_mail_promise_and_deployment_are_on_it(anna: Station, sample: Sample) -> None:
    rail = sample.customers["Northgate Rail"]
    deployments.record(anna.desk, rail, to_build="39", what="at night", at=NOW - 9 * HOUR)
    deployments.record(anna.desk, rail, to_build="38", at=NOW - 40 * DAY)
    card = card_of(anna, sample, "Dana Whitfield")
    assert [d.what for d in card.deployments] == ["build 39: at night"]
    assert card.deployment == card.deployments[0] == card.issues[0].deployment
    assert card.last_mail is not None
    assert (card.last_mail.at, card.last_mail.by, card.last_mail.subject) == (NOW - 144 * HOUR, "Anna", "we are on it")
    assert card.last_promise is not None
    assert card.last_promise.what == "a fix in build 40"
    with anna.desk.edit() as edit:
        edit.insert(
            Interaction(id=new_id(), customer_id=rail, channel=Channel.EMAIL, direction=Direction.OUT, at=NOW,
                        person_id=edit.by, body="I am away", is_automatic=True)
        )  # fmt: skip
    again = card_of(anna, sample, "Dana Whitfield").last_mail
    assert again == card.last_mail, "an automatic reply is no word of ours"


def test_the_clock_there_is_that_of_the_place_where_the_caller_is(anna: Station, sample: Sample) -> None:
    dana = anna.desk.need(Contact, sample.contacts["Dana Whitfield"])
    with anna.desk.edit() as edit:
        site = edit.insert(
            Site(
                id=new_id(),
                customer_id=dana.customer_id,
                name="Depot",
                time_zone="America/Denver",
                phone="+13035550100",
            )
        )
        edit.update(dana, site_id=site.id, mobile="+13035550199")
    card = card_of(anna, sample, "Dana Whitfield")
    assert card.zone is not None
    assert NOW.astimezone(card.zone).hour == 6
    assert (card.site, card.mobile) == ("Depot", "+1 303 555 0199")
    by_mobile = callers.find(anna.desk, "(303) 555-0199")[0]
    assert (by_mobile.name, by_mobile.is_exact) == ("Dana Whitfield", False), "no country was said"
    by_site = callers.find(anna.desk, "+1 303 555 0100")
    assert [(c.name, c.contact_id, c.site, c.is_exact) for c in by_site] == [("Northgate Rail", None, "Depot", True)]


def test_a_national_number_is_read_as_the_customers_country_writes_it(anna: Station, sample: Sample) -> None:
    with anna.desk.edit() as edit:
        for name, region in (("Northgate Rail", "US"), ("Morrow Foods", "GB")):
            edit.update(anna.desk.need(Customer, sample.customers[name]), region=region)
    (tom,) = callers.find(anna.desk, "020 7946 0018")
    assert (tom.name, tom.is_exact) == ("Tom Hale", True)
    assert callers.find(anna.desk, "212-555-0147")[0].is_exact


def test_two_with_one_number_are_both_offered_and_who_has_gone_is_not(anna: Station, sample: Sample) -> None:
    luis = anna.desk.need(Contact, sample.contacts["Luis Ortega"])
    with anna.desk.edit() as edit:
        edit.update(luis, phone="+12125550147")
    found = callers.find(anna.desk, "+1 212 555 0147")
    assert {c.name for c in found if c.is_exact} == {"Dana Whitfield", "Luis Ortega"}
    with anna.desk.edit() as edit:
        edit.update(luis, has_gone=True)
    assert [c.name for c in callers.find(anna.desk, "+1 212 555 0147")] == ["Dana Whitfield"]
    assert callers.find(anna.desk, "luis") == []


def test_a_number_that_is_none_is_said_and_kept_as_text(anna: Station) -> None:
    wrong = "+44 20 7946 0018 999 999"
    assert callers.no_number(anna.desk, wrong) == "too long for a phone number"
    logged = calls.log_call(anna.desk, CallDraft(caller=wrong))
    assert logged.interaction.body == f"Caller: {wrong}"


# VIPs who ring somebody directly


def test_the_rep_gets_the_line_when_a_vip_rings_somebody_else(
    anna: Station, company: TestCompany, sample: Sample, clock: Clock
) -> None:
    rail = sample.customers["Northgate Rail"]
    ben = company.station("ben", clock=clock)
    with anna.desk.edit() as edit:
        edit.update(anna.desk.need(Customer, rail), account_rep_id=anna.person_id)
    anna.sync()
    ben.sync()
    dana = sample.contacts["Dana Whitfield"]
    draft = CallDraft(contact_id=dana, issue_id=sample.issues["import"], body="Is it Sunday?", rang_id=ben.person_id)
    calls.log_call(ben.desk, draft)
    ben.sync()
    anna.sync()
    (one,) = calls.route_arounds(anna.desk)
    assert (one.rang, one.took, one.contact, one.said) == ("Ben", "Ben", "Dana Whitfield", "Is it Sunday?")
    assert not one.is_followed
    assert (waiting(anna.desk), waiting(ben.desk)) == (1, 0), "the rep's, nobody else's"
    assert card_of(anna, sample, "Dana Whitfield").route_arounds == 1
    clock.now += HOUR
    calls.called_back(anna.desk, sample.issues["import"], "Sunday it is")
    assert waiting(anna.desk) == 0
    assert calls.route_arounds(anna.desk)[0].is_followed


def test_who_is_no_vip_or_rang_the_rep_went_around_nobody(anna: Station, sample: Sample) -> None:
    with anna.desk.edit() as edit:
        edit.update(anna.desk.need(Customer, sample.customers["Northgate Rail"]), account_rep_id=anna.person_id)
    for name in ("Dana Whitfield", "Tom Hale"):
        draft = CallDraft(contact_id=sample.contacts[name], body="x", rang_id=anna.person_id)
        said = calls.log_call(anna.desk, draft).interaction
        assert (said.is_route_around, said.rang_id) == (False, None), name


# What may be added to a call


def test_a_call_is_timed_linked_and_handed_over(anna: Station, company: TestCompany, sample: Sample) -> None:
    ben = company.add("ben", team="Network")
    anna.sync()
    put = deployments.record(anna.desk, sample.customers["Northgate Rail"], to_build="39", at=NOW - 9 * HOUR)
    draft = CallDraft(
        contact_id=sample.contacts["Dana Whitfield"],
        issue_id=sample.issues["import"],
        body="flat since the deployment",
        lasted_s=95,
        deployment_id=put.id,
        hand_to_id=ben,
    )
    logged = calls.log_call(anna.desk, draft)
    assert logged.interaction.lasted_s == 95
    assert anna.desk.need(Issue, logged.issue_id).owner_id == ben
    (line,) = deployments.of_issue(anna.desk, logged.issue_id)
    assert (line.id, line.contacts) == (put.id, 1)
    calls.log_call(
        anna.desk, replace(draft, deployment_id=None, hand_to_id=None, hand_to_team="Network", hand_words="Look")
    )
    (raised,) = anna.cache.records(Escalation, "issue_id = ?", (logged.issue_id,))
    assert (raised.kind, raised.to_team, raised.sentence) == (EscalationKind.FUNCTIONAL, "Network", "Look")
    anna.sync()
    assert anna.unsent() == 0
    assert anna.conflicts() == []


def test_what_cannot_be_handed_over_records_nothing(anna: Station, company: TestCompany, sample: Sample) -> None:
    gone = company.add("gina")
    anna.sync()
    with anna.cache.transaction():
        anna.cache.write("UPDATE person SET is_active = 0 WHERE id = ?", (gone,))
    before = anna.unsent()
    issue_id = sample.issues["import"]
    for draft, error in (
        (CallDraft(issue_id=issue_id, body="x", hand_words="help"), BadInput),
        (CallDraft(issue_id=issue_id, body="x", hand_to_team="Network"), BadInput),
        (CallDraft(issue_id=issue_id, body="x", hand_to_id=gone), Refused),
        (CallDraft(issue_id=issue_id, body="x", hand_to_id=gone, hand_words="help"), Refused),
    ):
        with pytest.raises(error):
            calls.log_call(anna.desk, draft)
    other = deployments.record(anna.desk, sample.customers["Halden Hotels"], to_build="39", at=NOW - HOUR)
    with pytest.raises(Refused, match="another customer"):
        calls.log_call(anna.desk, CallDraft(issue_id=issue_id, body="x", deployment_id=other.id))
    assert anna.unsent() == before + 1, "the deployment only"
    assert len(anna.cache.records(Deployment)) == 1


def test_our_own_word_is_news_and_a_question_about_what_was_solved_opens_it(anna: Station, sample: Sample) -> None:
    out = calls.log_call(
        anna.desk,
        CallDraft(
            issue_id=sample.issues["page"], body="It is found", direction=Direction.OUT, channel=Channel.EMAIL,
            subject="[4131] Page",
        ),
    ).interaction  # fmt: skip
    assert (out.nature, out.direction, out.subject) == (Nature.NEWS, Direction.OUT, "[4131] Page")
    calls.log_call(anna.desk, CallDraft(issue_id=sample.issues["old"], body="again", nature=Nature.CHASER))
    assert anna.desk.need(Issue, sample.issues["old"]).state is IssueState.OPEN


def test_a_trainee_may_log_with_all_that_is_on_the_card(
    anna: Station, company: TestCompany, sample: Sample, clock: Clock
) -> None:
    put = deployments.record(anna.desk, sample.customers["Northgate Rail"], to_build="39", at=NOW - 9 * HOUR)
    anna.sync()
    noor = company.station("noor", Role.TRAINEE, clock)
    calls.log_call(
        noor.desk,
        CallDraft(contact_id=sample.contacts["Dana Whitfield"], issue_id=sample.issues["import"], body="still broken",
                  promise_by="in 2h", deployment_id=put.id, hand_to_id=anna.person_id, hand_words="Help"),
    )  # fmt: skip
    noor.sync()
    assert (noor.unsent(), noor.conflicts()) == (0, [])
