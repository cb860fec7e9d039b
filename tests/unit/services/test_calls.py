from datetime import timedelta

import pytest

from app.domain.errors import BadInput, Refused
from app.domain.interaction import Interaction, Nature, Promise, PromiseState
from app.domain.issue import Issue, IssueState
from app.domain.person import Role
from app.services import callers, calls, issue_lists, issues, promises
from app.services.calls import CallDraft
from app.services.issue_lists import ListQuery
from tests.halden import DAY, HOUR, NOW, Clock, Sample
from tests.stations import Station, TestCompany

# Who is calling


@pytest.mark.parametrize("written", ["tel:+1-212-555-0147", "baton:call?number=+12125550147", "sip:+12125550147@pbx"])
def test_what_a_softphone_writes_is_understood(anna: Station, sample: Sample, written: str) -> None:
    (found, *_others) = callers.find(anna.desk, written)
    assert (found.contact_id, found.is_exact) == (sample.contacts["Dana Whitfield"], True)


@pytest.mark.usefixtures("sample")
def test_a_caller_is_found_by_the_beginnings_of_their_names(anna: Station) -> None:
    for text in ("dana", "whit", "DANA w", "dana north", "northgate dana"):
        first = callers.find(anna.desk, text)[0]
        assert (first.name, first.customer, first.is_vip) == ("Dana Whitfield", "Northgate Rail", True), text
        assert first.own_open_issues == 1
    assert callers.find(anna.desk, "asen")[0].name == "Ingrid Åsen"


@pytest.mark.usefixtures("sample")
def test_a_caller_is_found_by_phone_in_any_writing(anna: Station) -> None:
    for text in ("+1 (212) 555-0147", "212 555 0147", "0147", "001 212 5550147", "+1 212 555"):
        found = callers.find(anna.desk, text)
        assert "Dana Whitfield" in {c.name for c in found}, text
        assert found[0].phone.startswith("+1 212 555")


def test_a_caller_is_found_by_an_issues_number(anna: Station, sample: Sample) -> None:
    issue = anna.desk.need(Issue, sample.issues["slow"])
    first = callers.find(anna.desk, f"#{issue.number}")[0]
    assert (first.name, first.issue_id) == ("Jonas Weiß", issue.id)


@pytest.mark.usefixtures("sample")
def test_a_customers_people_come_before_the_customer_as_such_and_the_busy_ones_first(anna: Station) -> None:
    found = callers.find(anna.desk, "northgate")
    assert [c.name for c in found] == ["Dana Whitfield", "Luis Ortega", "Northgate Rail"]
    assert found[-1].contact_id is None


@pytest.mark.usefixtures("sample")
def test_what_finds_nobody_gives_an_empty_list(anna: Station) -> None:
    for text in ("", "  ", "zzz", '"', "*", "NEAR(", "'; DROP TABLE issue", "99999999999999999999", "\x00", "²"):
        assert callers.find(anna.desk, text) == [], text


# The card


def test_the_card_says_who_it_is_what_is_open_what_was_promised_and_what_may_be_said(
    anna: Station, sample: Sample
) -> None:
    card = calls.call_card(anna.desk, contact_id=sample.contacts["Dana Whitfield"])
    assert (card.name, card.role, card.customer, card.plan) == (
        "Dana Whitfield", "operations lead", "Northgate Rail", "Gold",
    )  # fmt: skip
    assert (card.phone, card.installation) == ("+1 212 555 0147", "build 39, hosted by us")
    assert card.zone is not None
    assert NOW.astimezone(card.zone).hour == 8
    (issue,) = card.issues
    assert (issue.tally.calls, issue.tally.first_call_at) == (4, NOW - 26 * DAY)
    assert issue.last_promise is not None
    assert issue.last_promise.state is PromiseState.BROKEN
    assert issue.say.is_agreed
    assert (issue.say.by, issue.say.workaround) == ("Anna", "import before 8:00")


def test_an_expired_line_leaves_only_finding_out(anna: Station, sample: Sample, clock: Clock) -> None:
    clock.now += 3 * HOUR
    (issue,) = calls.call_card(anna.desk, contact_id=sample.contacts["Dana Whitfield"]).issues
    assert not issue.say.is_agreed
    assert issue.say.sentence.startswith("I will find out and call you by ")
    assert issue.say.call_by == NOW.replace(hour=18, minute=15)
    assert "your time" in issue.say.sentence or issue.say.call_by.astimezone().utcoffset() == timedelta(hours=-5)


def test_what_is_said_never_contradicts_a_promise(anna: Station, sample: Sample, clock: Clock) -> None:
    issue_id = sample.issues["page"]
    for promise in promises.of_issue(anna.desk, issue_id):
        promises.keep(anna.desk, promise.id)
    assert not issues.detail(anna.desk, issue_id).say.is_promised
    calls.promise_update(anna.desk, issue_id, NOW + 5 * HOUR)
    calls.promise_update(anna.desk, issue_id, NOW + HOUR)
    say = issues.detail(anna.desk, issue_id).say
    assert (say.call_by, say.is_promised) == (NOW + HOUR, True)
    card = calls.call_card(anna.desk, customer_id=sample.customers["Halden Hotels"])
    assert next(i.say for i in card.issues if i.id == issue_id) == say
    clock.now = NOW + 2 * HOUR
    assert issues.detail(anna.desk, issue_id).say.call_by == NOW + 5 * HOUR, "the one that slipped is not said again"
    clock.now = NOW + 6 * HOUR
    late = issues.detail(anna.desk, issue_id).say
    assert (late.call_by, late.is_promised) == (NOW.replace(hour=21, minute=15), False)


def test_a_customer_without_a_known_caller_has_a_card_too(anna: Station, sample: Sample) -> None:
    card = calls.call_card(anna.desk, customer_id=sample.customers["Halden Hotels"])
    assert (card.name, card.customer, len(card.issues)) == ("", "Halden Hotels", 2)
    assert card.say.sentence.startswith("I will find out")


def test_a_solved_issue_is_not_on_the_card(anna: Station, sample: Sample) -> None:
    card = calls.call_card(anna.desk, contact_id=sample.contacts["Tom Hale"])
    assert [i.title for i in card.issues] == ["Convert database to PostgreSQL"]


# Logging


def test_a_logged_call_with_a_promise_reaches_the_other_workstation(
    anna: Station, company: TestCompany, sample: Sample, clock: Clock
) -> None:
    ben = company.station("ben", clock=clock)
    logged = calls.log_call(
        anna.desk,
        CallDraft(
            contact_id=sample.contacts["Dana Whitfield"],
            issue_id=sample.issues["import"],
            body="still broken",
            promise_by="in 2h",
            promise_what="call with news",
        ),
    )
    assert not logged.is_new_issue
    assert logged.interaction.nature is Nature.CHASER
    anna.sync()
    ben.sync()
    there = issues.detail(ben.desk, sample.issues["import"])
    assert there.calls == 5
    assert there.next_update_at == NOW + 2 * HOUR
    assert there.last_promise is not None
    assert (there.last_promise.what, there.last_promise.by) == ("call with news", "Anna")
    assert there.happened[0].text == "Promise: call with news"
    assert there.happened[1].text == "Call, chaser: still broken"


def test_words_without_an_issue_become_one(anna: Station, sample: Sample) -> None:
    words = (
        "VPN drops every night at two and then it stays away until somebody restarts the box, they say\nsince Monday"
    )
    logged = calls.log_call(anna.desk, CallDraft(contact_id=sample.contacts["Tom Hale"], body=words))
    assert logged.is_new_issue
    issue = anna.desk.need(Issue, logged.issue_id)
    assert issue.title == "VPN drops every night at two and then it stays away until somebody restarts the…"
    assert (issue.state, issue.label, issue.customer_id) == (IssueState.NEW, "new", sample.customers["Morrow Foods"])
    assert logged.interaction.nature is Nature.FIRST
    anna.sync()
    assert anna.desk.need(Issue, issue.id).number is not None


def test_no_field_is_mandatory(anna: Station, sample: Sample) -> None:
    assert calls.log_call(anna.desk, CallDraft(body="somebody wants a quote")).is_new_issue
    only_caller = calls.log_call(anna.desk, CallDraft(contact_id=sample.contacts["Luis Ortega"]))
    assert anna.desk.need(Issue, only_caller.issue_id).title == "Call from Luis Ortega"
    assert anna.desk.need(Issue, only_caller.issue_id).customer_id == sample.customers["Northgate Rail"]
    only_customer = calls.log_call(anna.desk, CallDraft(customer_id=sample.customers["Halden Hotels"]))
    assert anna.desk.need(Issue, only_customer.issue_id).title == "Call from Halden Hotels"
    only_name = calls.log_call(anna.desk, CallDraft(caller="a Mr Smith of nowhere"))
    assert only_name.is_new_issue
    assert anna.desk.need(Issue, only_name.issue_id).title == "Call from a Mr Smith of nowhere"
    assert {only_caller.issue_id, only_name.issue_id} <= set(issue_lists.ids(anna.desk, ListQuery()) or ()), (
        "seen in a list"
    )
    assert only_name.interaction.body == "Caller: a Mr Smith of nowhere"
    only_promise = calls.log_call(anna.desk, CallDraft(contact_id=sample.contacts["Luis Ortega"], promise_by="in 1h"))
    made = anna.desk.need(Issue, only_promise.issue_id)
    assert (made.title, made.next_update_at) == ("Call from Luis Ortega", NOW + HOUR)


def test_a_call_of_nothing_at_all_says_what_is_needed(anna: Station) -> None:
    with pytest.raises(BadInput, match="nothing to log"):
        calls.log_call(anna.desk, CallDraft(body="  "))


def test_a_promise_that_does_not_parse_records_nothing(anna: Station, sample: Sample) -> None:
    before = anna.unsent()
    for by in ("yesterday 9", "foo", "13:00 sharp"):
        with pytest.raises(BadInput):
            calls.log_call(anna.desk, CallDraft(issue_id=sample.issues["import"], body="x", promise_by=by))
    assert anna.unsent() == before


def test_a_promise_without_a_time_is_asked_for_it(anna: Station, sample: Sample) -> None:
    with pytest.raises(BadInput, match="needs its time"):
        calls.log_call(anna.desk, CallDraft(issue_id=sample.issues["import"], promise_what="a fix"))


def test_called_again_is_one_chaser_even_when_the_key_is_held(anna: Station, sample: Sample, clock: Clock) -> None:
    first = calls.called_again(anna.desk, sample.issues["page"])
    clock.now += timedelta(seconds=1)
    assert calls.called_again(anna.desk, sample.issues["page"]).id == first.id
    clock.now += timedelta(minutes=5)
    assert calls.called_again(anna.desk, sample.issues["page"]).id != first.id
    assert first.nature is Nature.CHASER
    assert issues.detail(anna.desk, sample.issues["page"]).calls == 4


def test_a_chaser_on_a_solved_issue_opens_it_again(anna: Station, sample: Sample) -> None:
    calls.called_again(anna.desk, sample.issues["old"])
    assert anna.desk.need(Issue, sample.issues["old"]).state is IssueState.OPEN


def test_who_may_only_read_is_told_at_once(company: TestCompany, sample: Sample, clock: Clock) -> None:
    rita = company.station("rita", Role.READONLY, clock)
    with pytest.raises(Refused, match="readonly"):
        calls.called_again(rita.desk, sample.issues["page"])
    with pytest.raises(Refused):
        calls.log_call(rita.desk, CallDraft(body="x"))
    assert rita.unsent() == 0


# Promises


def one_promise(station: Station, issue_id: str) -> Promise:
    return station.cache.records(Promise, "issue_id = ? ORDER BY made_at DESC, id DESC", (issue_id,))[0]


def test_a_promise_is_kept_in_time_and_broken_after_it(anna: Station, sample: Sample, clock: Clock) -> None:
    issue_id = sample.issues["vlan"]
    kept = calls.promise_update(anna.desk, issue_id, NOW + HOUR)
    assert promises.keep(anna.desk, kept.id) is PromiseState.KEPT
    assert anna.desk.need(Issue, issue_id).next_update_at is None
    late = calls.promise_update(anna.desk, issue_id, NOW + HOUR)
    clock.now += 2 * HOUR
    assert promises.of_issue(anna.desk, issue_id)[0].state is PromiseState.BROKEN
    assert anna.desk.need(Promise, late.id).state is PromiseState.OPEN
    assert promises.keep(anna.desk, late.id) is PromiseState.BROKEN
    in_time = calls.promise_update(anna.desk, issue_id, clock.now + HOUR)
    clock.now += 2 * HOUR
    assert promises.keep(anna.desk, in_time.id, clock.now - HOUR) is PromiseState.KEPT


def test_a_promise_is_moved_before_its_time_only(anna: Station, sample: Sample, clock: Clock) -> None:
    issue_id = sample.issues["vlan"]
    first = calls.promise_update(anna.desk, issue_id, NOW + HOUR, "new list")
    moved = promises.renegotiate(anna.desk, first.id, NOW + 4 * HOUR)
    assert anna.desk.need(Promise, first.id).state is PromiseState.RENEGOTIATED
    assert moved.what == "new list"
    assert anna.desk.need(Issue, issue_id).next_update_at == NOW + 4 * HOUR
    clock.now += DAY
    with pytest.raises(Refused, match="broken"):
        promises.renegotiate(anna.desk, moved.id, clock.now + HOUR)
    with pytest.raises(Refused, match="broken"):
        promises.withdraw(anna.desk, moved.id)


def test_a_new_promise_settles_the_one_that_slipped(anna: Station, sample: Sample) -> None:
    issue_id = sample.issues["import"]
    slipped = one_promise(anna, issue_id)
    calls.promise_update(anna.desk, issue_id, NOW + HOUR)
    assert anna.desk.need(Promise, slipped.id).state is PromiseState.BROKEN
    assert anna.desk.need(Issue, issue_id).next_update_at == NOW + HOUR


def test_a_withdrawn_promise_leaves_the_next_one_as_next_update(anna: Station, sample: Sample) -> None:
    issue_id = sample.issues["vlan"]
    soon = calls.promise_update(anna.desk, issue_id, NOW + HOUR)
    calls.promise_update(anna.desk, issue_id, NOW + 3 * HOUR)
    promises.withdraw(anna.desk, soon.id)
    assert anna.desk.need(Issue, issue_id).next_update_at == NOW + 3 * HOUR
    with pytest.raises(Refused, match="settled"):
        promises.withdraw(anna.desk, soon.id)


def test_a_promise_for_the_past_is_refused(anna: Station, sample: Sample) -> None:
    with pytest.raises(BadInput, match="to come"):
        calls.promise_update(anna.desk, sample.issues["vlan"], NOW)


def test_a_call_is_dated_by_its_first_key(anna: Station, sample: Sample) -> None:
    logged = calls.log_call(anna.desk, CallDraft(issue_id=sample.issues["page"], body="x", begun_at=NOW - HOUR))
    assert anna.desk.need(Interaction, logged.interaction.id).at == NOW - HOUR
    ahead = calls.log_call(anna.desk, CallDraft(issue_id=sample.issues["page"], body="x", begun_at=NOW + HOUR))
    assert ahead.interaction.at == NOW
