"""Problems: one cause, who called about it, who is owed a word. Major incidents: one message."""

import pytest

from app.domain.customer import Contact
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.interaction import Channel, Direction, Interaction
from app.domain.issue import Issue, IssueKind, IssueState
from app.services import issues, links, problems, replies
from app.services.links import Relation
from tests.halden import HOUR, Clock, Sample
from tests.stations import Station


@pytest.fixture
def problem(anna: Station, sample: Sample) -> Issue:
    made = problems.raise_problem(anna.desk, sample.issues["import"], "Import locks the table")
    for name in ("slow", "export", "vlan"):
        links.link(anna.desk, sample.issues[name], Relation.CAUSED_BY, made.id)
    return made


def test_a_problem_is_made_beside_the_issue(anna: Station, sample: Sample, problem: Issue) -> None:
    assert (problem.kind, problem.customer_id, problem.owner_id) == (IssueKind.PROBLEM, None, anna.person_id)
    assert problem.workaround == "import before 8:00"
    before = anna.desk.need(Issue, sample.issues["import"])
    assert before.kind is IssueKind.INCIDENT
    with pytest.raises(Refused, match="is a problem itself"):
        problems.raise_problem(anna.desk, problem.id)
    with pytest.raises(Refused, match="does not become a problem"):
        issues.set_kind(anna.desk, before.id, IssueKind.PROBLEM)
    with pytest.raises(Refused, match="is no problem"):
        problems.mark_fixed(anna.desk, before.id)
    anna.sync()
    assert anna.conflicts() == []


def test_it_shows_who_is_affected_and_how_often_they_called(anna: Station, problem: Issue) -> None:
    got = [(a.issue.title[:11], a.issue.customer, a.contact, a.calls) for a in problems.affected(anna.desk, problem.id)]
    assert got == [
        ("Import fail", "Northgate Rail", "Dana Whitfield", 4),
        ("Site slow b", "Corvus Logistics", "Jonas Weiß", 3),
        ("User export", "Corvus Logistics", "Jonas Weiß", 2),
        ("New VLAN no", "Brightwater Labs", "Priya Raman", 1),
    ]
    problems.set_cause(anna.desk, problem.id, "a lock that is held too long")
    assert issues.detail(anna.desk, problem.id).cause == "a lock that is held too long"


def test_once_fixed_everybody_is_owed_a_word_until_they_are_told(
    anna: Station, sample: Sample, problem: Issue, clock: Clock
) -> None:
    assert problems.owed(anna.desk, problem.id) == ()
    problems.mark_fixed(anna.desk, problem.id)
    clock.now += HOUR
    assert [(o.contact, o.calls, o.told_at) for o in problems.owed(anna.desk, problem.id)] == [
        ("Jonas Weiß", 5, None), ("Dana Whitfield", 4, None), ("Priya Raman", 1, None),
    ]  # fmt: skip
    replies.record(anna.desk, sample.issues["export"], "It is fixed.", channel=Channel.CALL)
    got = problems.owed(anna.desk, problem.id)
    assert [(o.contact, o.told_at) for o in got] == [
        ("Dana Whitfield", None), ("Priya Raman", None), ("Jonas Weiß", clock.now),
    ]  # fmt: skip
    problems.mark_fixed(anna.desk, problem.id, is_fixed=False)
    assert problems.owed(anna.desk, problem.id) == ()


def test_automatic_words_notes_and_words_to_others_tick_nobody_off(
    anna: Station, sample: Sample, problem: Issue, clock: Clock
) -> None:
    problems.mark_fixed(anna.desk, problem.id)
    clock.now += HOUR
    issue = anna.desk.need(Issue, sample.issues["vlan"])
    issues.add_note(anna.desk, issue.id, "told nobody yet")
    with anna.desk.edit() as edit:
        for is_automatic, contact, way in (
            (True, issue.contact_id, Direction.OUT),
            (False, sample.contacts["Dana Whitfield"], Direction.OUT),
            (False, issue.contact_id, Direction.IN),
        ):
            edit.insert(
                Interaction(
                    id=new_id(), issue_id=issue.id, contact_id=contact, direction=way, is_automatic=is_automatic,
                    at=edit.at, person_id=edit.by, body="x",
                )
            )  # fmt: skip
    told = {o.contact: o.told_at for o in problems.owed(anna.desk, problem.id)}
    assert told["Priya Raman"] is None


def test_the_word_is_prefilled_and_ticks_one_off(anna: Station, sample: Sample, problem: Issue, clock: Clock) -> None:
    problems.mark_fixed(anna.desk, problem.id)
    clock.now += HOUR
    got = problems.word_for(anna.desk, sample.issues["vlan"])
    number = anna.desk.need(Issue, sample.issues["vlan"]).number
    assert got.subject == f"[{number}] New VLAN not in inventory"
    assert got.body.startswith(f"Hello Priya Raman,\n\nwhat you told us about in {number}")
    assert got.gaps == ()
    replies.write(anna.desk, "Fixed", "{{ first_name }}, build 40 has it.", is_mine=False)
    assert problems.word_for(anna.desk, sample.issues["vlan"]).body == "Priya, build 40 has it."
    unsent = anna.unsent()
    problems.tell(anna.desk, sample.issues["vlan"], "Priya, build 40 has it.", channel=Channel.SMS)
    assert anna.unsent() == unsent + 1
    assert [o.told_at is None for o in problems.owed(anna.desk, problem.id)] == [True, True, False]
    with pytest.raises(BadInput):
        problems.tell(anna.desk, sample.issues["slow"], " ")


def test_an_issue_without_a_contact_is_owed_a_word_too(anna: Station, problem: Issue) -> None:
    with anna.desk.edit() as edit:
        lone = edit.insert(Issue(id=new_id(), title="Nobody knows who rang", opened_at=edit.at))
    links.link(anna.desk, lone.id, Relation.CAUSED_BY, problem.id)
    problems.mark_fixed(anna.desk, problem.id)
    assert [(o.title, o.contact) for o in problems.owed(anna.desk, problem.id)][-1] == ("Nobody knows who rang", "")
    problems.tell(anna.desk, lone.id, "said so on the phone", channel=Channel.CALL)
    assert problems.owed(anna.desk, problem.id)[-1].told_at is not None


def test_one_message_is_recorded_on_each_affected_issue(anna: Station, sample: Sample, clock: Clock) -> None:
    with anna.desk.edit() as edit:
        for name in ("Ingrid Åsen", "Dana Whitfield"):
            contact = anna.desk.need(Contact, sample.contacts[name])
            edit.update(contact, email=f"{contact.name.split()[0].lower()}@example.com")
    major = problems.raise_problem(anna.desk, sample.issues["page"], "Hosting is down", kind=IssueKind.MAJOR)
    halden = problems.open_of_customer(anna.desk, sample.customers["Halden Hotels"])
    assert set(halden) == {sample.issues["page"], sample.issues["bridge"]}
    assert problems.affect(anna.desk, major.id, [*halden, sample.issues["import"], sample.issues["vlan"]]) == 3
    assert problems.affect(anna.desk, major.id, halden) == 0
    issues.set_state(anna.desk, sample.issues["vlan"], IssueState.SOLVED)
    got = problems.recipients(anna.desk, major.id)
    assert [(r.name, r.email, len(r.issue_ids)) for r in got] == [
        ("Ingrid Åsen", "ingrid@example.com", 2), ("Dana Whitfield", "dana@example.com", 1),
    ]  # fmt: skip
    wanted = [i for r in got for i in r.issue_ids]
    unsent = anna.unsent()
    clock.now += HOUR
    assert problems.tell_all(anna.desk, major.id, wanted, "We are on it.", subject="Hosting") == 3
    assert anna.unsent() == unsent + 3
    first = issues.detail(anna.desk, sample.issues["bridge"]).happened[0]
    assert first.text == "Mail out: Hosting · We are on it."
    for ids, body in (([], "x"), (wanted, " "), ([sample.issues["slow"]], "x"), (wanted, "⟨contact?⟩")):
        with pytest.raises(BadInput):
            problems.tell_all(anna.desk, major.id, ids, body)
    assert anna.unsent() == unsent + 3
    assert replies.mailto([r.email for r in got], "Down & out", "a\nb", is_blind=True) == (
        "mailto:?bcc=ingrid@example.com,dana@example.com&subject=Down%20%26%20out&body=a%0Ab"
    )
    assert "body" not in replies.mailto(["a@example.com"], "s", "x" * 5000)
