"""Canned replies, and words that are sent later: prepared by the program, sent by a person."""

from datetime import timedelta

import pytest

from app.domain.errors import BadInput, Refused
from app.domain.interaction import Channel, Direction, Interaction
from app.domain.issue import Issue
from app.domain.reply import LaterState, LaterWord
from app.services import issues, later_words, replies
from tests.halden import DAY, HOUR, NOW, Clock, Sample
from tests.stations import Station, TestCompany


def test_a_reply_is_filled_in_for_the_issue_and_says_what_is_missing(anna: Station, sample: Sample) -> None:
    number = anna.desk.need(Issue, sample.issues["import"]).number
    got = replies.prepare(
        anna.desk, sample.issues["import"], "[{{ number }}]", "Hello {{ first_name }},\n{{ workaround }}\n{{ product }}"
    )
    assert (got.subject, got.to) == (f"[{number}]", "Dana Whitfield")
    assert got.body == "Hello Dana,\nimport before 8:00\n⟨product?⟩"
    assert replies.said_gaps(got.gaps) == "product (line 3, column 4)"
    with pytest.raises(BadInput, match=r"In the text is missing: product \(line 3, column 1\)"):
        replies.record(anna.desk, sample.issues["import"], got.body)


def test_every_variable_has_its_place(anna: Station, sample: Sample) -> None:
    issue = anna.desk.need(Issue, sample.issues["import"])
    assert set(replies.values(anna.desk, issue)) == set(replies.VARIABLES)


def test_mine_are_mine_and_everybodys_are_everybodys(anna: Station, company: TestCompany, clock: Clock) -> None:
    ben = company.station("ben", clock=clock)
    mine = replies.write(anna.desk, " My  own ", "Hi {{ contact }}", topic="vpn")
    ours = replies.write(anna.desk, "Asked for the log", "Please send the log.", is_mine=False)
    anna.sync()
    ben.sync()
    assert [r.name for r in replies.all_of(anna.desk)] == ["Asked for the log", "My own"]
    assert [r.name for r in replies.all_of(anna.desk, "VPN")] == ["My own", "Asked for the log"]
    assert [r.id for r in replies.all_of(ben.desk)] == [ours]
    assert replies.write(ben.desk, "Log", "The log, please.", is_mine=False, reply_id=ours) == ours
    with pytest.raises(Refused, match="not there"):
        replies.remove(ben.desk, mine)
    replies.remove(ben.desk, ours)
    assert replies.all_of(ben.desk) == ()


def test_a_reply_that_does_not_parse_is_not_kept(anna: Station) -> None:
    for name, body in (("", "x"), ("a", " "), ("a", "{{ contcat }}"), ("a", "{% for x in y %}{% endfor %}")):
        with pytest.raises(BadInput):
            replies.write(anna.desk, name, body)
    assert anna.unsent() == 0


def test_a_name_in_single_braces_is_refused_and_not_sent(anna: Station, sample: Sample) -> None:
    for text in ("Dear {contact}, we ...", "Dear { first_name },", "Dear {{ contact }},"):
        with pytest.raises(BadInput, match="would be sent as it stands") as refused:
            replies.record(anna.desk, sample.issues["slow"], text)
        assert "with two braces: {{ " in refused.value.todo
    with pytest.raises(BadInput, match="as it stands") as refused:
        replies.write(anna.desk, "slow", "Dear {contact}, we look at {{ title }}.")
    assert refused.value.todo == "Write it with two braces: {{ contact }}."
    replies.write(anna.desk, "slow", "Dear {{ contact }}, write {name} and {}.")
    replies.record(anna.desk, sample.issues["slow"], "Set {name} to {} there.")


def test_recording_a_reply_is_our_word_to_the_customer(anna: Station, sample: Sample) -> None:
    said = replies.record(anna.desk, sample.issues["slow"], "It is better.\n", subject="Re: slow", channel=Channel.CHAT)
    assert (said.direction, said.channel, said.subject, said.body) == (
        Direction.OUT, Channel.CHAT, "Re: slow", "It is better.",
    )  # fmt: skip
    assert issues.detail(anna.desk, sample.issues["slow"]).told_at == NOW


def test_a_word_for_later_is_a_draft_until_its_time_and_then_a_person_sends_it(
    anna: Station, sample: Sample, clock: Clock
) -> None:
    issue_id = sample.issues["slow"]
    words_before = len(anna.desk.cache.records(Interaction))
    kept = later_words.keep(anna.desk, issue_id, "Still good?", NOW + HOUR, subject="How is it")
    assert later_words.due(anna.desk) == ()
    assert later_words.count_due(anna.desk) == 0
    assert [(w.to, w.is_due) for w in later_words.of_issue(anna.desk, issue_id)] == [("Jonas Weiß", False)]
    clock.now += 2 * HOUR
    assert [(w.body, w.is_due, w.by) for w in later_words.due(anna.desk)] == [("Still good?", True, "Anna")]
    assert later_words.count_due(anna.desk) == 1
    assert len(anna.desk.cache.records(Interaction)) == words_before
    said = later_words.sent(anna.desk, kept.id)
    assert (said.body, said.at) == ("Still good?", clock.now)
    word = anna.desk.need(LaterWord, kept.id)
    assert (word.state, word.interaction_id) == (LaterState.SENT, said.id)
    assert later_words.due(anna.desk) == later_words.of_issue(anna.desk, issue_id) == ()
    for verb in (later_words.sent, later_words.drop):
        with pytest.raises(Refused, match="sent already"):
            verb(anna.desk, kept.id)
    anna.sync()
    assert anna.conflicts() == []


def test_a_word_for_later_is_changed_or_dropped(
    anna: Station, sample: Sample, clock: Clock, company: TestCompany
) -> None:
    issue_id = sample.issues["slow"]
    kept = later_words.keep(anna.desk, issue_id, "Hello ⟨contact?⟩", NOW + HOUR)
    clock.now += DAY
    with pytest.raises(BadInput, match="contact"):
        later_words.sent(anna.desk, kept.id)
    assert not later_words.is_sendable(later_words.due(anna.desk)[0])
    later_words.change(anna.desk, kept.id, subject="", body="Hello Jonas", due_at=clock.now + timedelta(minutes=5))
    assert later_words.due(anna.desk) == ()
    ben = company.station("ben", clock=clock)
    anna.sync()
    ben.sync()
    assert [w.by for w in later_words.of_issue(ben.desk, issue_id)] == ["Anna"]
    assert later_words.count_due(ben.desk) == 0
    later_words.drop(anna.desk, kept.id)
    assert later_words.of_issue(anna.desk, issue_id) == ()
    for body, at in ((" ", NOW + 9 * DAY), ("x", NOW)):
        with pytest.raises(BadInput):
            later_words.keep(anna.desk, issue_id, body, at)


def test_a_colleague_may_send_it_for_the_writer(
    anna: Station, sample: Sample, clock: Clock, company: TestCompany
) -> None:
    ben = company.station("ben", clock=clock)
    kept = later_words.keep(anna.desk, sample.issues["slow"], "Still good?", NOW + HOUR)
    anna.sync()
    ben.sync()
    clock.now += DAY
    later_words.sent(ben.desk, kept.id)
    ben.sync()
    anna.sync()
    assert (ben.unsent(), ben.conflicts()) == (0, [])
    assert later_words.due(anna.desk) == ()
