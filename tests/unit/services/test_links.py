"""Links between issues: found by number or words, seen from both ends, reversible, never a cycle."""

import pytest

from app.domain.entity import new_id
from app.domain.errors import Refused
from app.domain.issue import Issue, IssueKind
from app.domain.on_issue import IssueLink, LinkKind
from app.services import issues, links, problems
from app.services.issue_refs import alike, find
from app.services.links import Relation
from tests.halden import Clock, Sample
from tests.stations import Station, TestCompany


def shown(station: Station, issue_id: str) -> list[tuple[str, str]]:
    return [(str(line.relation), line.other.title) for line in links.of_issue(station.desk, issue_id)]


def test_a_link_is_seen_from_both_ends(anna: Station, sample: Sample) -> None:
    one, other = sample.issues["slow"], sample.issues["page"]
    links.link(anna.desk, one, Relation.BLOCKS, other)
    links.link(anna.desk, one, Relation.DUPLICATES, other)
    links.link(anna.desk, one, Relation.PART_OF, other)
    assert shown(anna, one) == [
        ("part of", "Cannot open page “AB”"),
        ("blocks", "Cannot open page “AB”"),
        ("has the duplicate", "Cannot open page “AB”"),
    ]
    slow = "Site slow between 9 and 9:20"
    assert shown(anna, other) == [("has the part", slow), ("blocked by", slow), ("duplicate of", slow)]


def test_linking_twice_is_one_link_and_unlinking_is_reversible(anna: Station, sample: Sample) -> None:
    one, other = sample.issues["slow"], sample.issues["page"]
    made = links.link(anna.desk, one, Relation.BLOCKS, other)
    unsent = anna.unsent()
    assert links.link(anna.desk, other, Relation.BLOCKED_BY, one).id == made.id
    assert anna.unsent() == unsent
    gone = links.unlink(anna.desk, made.id)
    assert shown(anna, one) == shown(anna, other) == []
    links.relink(anna.desk, gone)
    assert shown(anna, other) == [("blocked by", "Site slow between 9 and 9:20")]


def test_a_cause_is_a_problem(anna: Station, sample: Sample) -> None:
    with pytest.raises(Refused, match="not a problem"):
        links.link(anna.desk, sample.issues["slow"], Relation.CAUSED_BY, sample.issues["page"])
    problem = problems.raise_problem(anna.desk, sample.issues["slow"], "The pool is too small")
    links.link(anna.desk, problem.id, Relation.CAUSES, sample.issues["page"])
    assert shown(anna, sample.issues["page"]) == [("caused by", "The pool is too small")]
    assert [word for word, _title in shown(anna, problem.id)] == ["causes", "causes"]


def test_no_issue_is_linked_to_itself(anna: Station, sample: Sample) -> None:
    for relation in Relation:
        with pytest.raises(Refused, match="linked to itself"):
            links.link(anna.desk, sample.issues["slow"], relation, sample.issues["slow"])


@pytest.mark.parametrize("relation", [Relation.PART_OF, Relation.BLOCKS, Relation.DUPLICATE_OF])
def test_a_cycle_is_refused_and_its_chain_named(anna: Station, sample: Sample, relation: Relation) -> None:
    a, b, c = (sample.issues[name] for name in ("slow", "page", "vlan"))
    links.link(anna.desk, a, relation, b)
    links.link(anna.desk, b, relation, c)
    labels = [anna.desk.need(Issue, i).label for i in (c, a, b)]
    with pytest.raises(Refused) as refused:
        links.link(anna.desk, c, relation, a)
    said = refused.value.what
    at = [said.index(label) for label in labels]
    assert at == sorted(at)
    assert said.rstrip(".").endswith(labels[0])
    assert said.startswith("That would be a cycle: ")


def test_a_cycle_that_two_workstations_closed_is_walked_once(
    anna: Station, sample: Sample, company: TestCompany, clock: Clock
) -> None:
    ben = company.station("ben", clock=clock)
    a, b, c = (sample.issues[name] for name in ("slow", "page", "vlan"))
    links.link(anna.desk, a, Relation.BLOCKS, b)
    links.link(ben.desk, b, Relation.BLOCKS, a)
    anna.sync()
    ben.sync()
    anna.sync()
    assert sorted(word for word, _ in shown(anna, a)) == ["blocked by", "blocks"]
    links.link(anna.desk, c, Relation.BLOCKS, a)
    with pytest.raises(Refused, match="cycle"):
        links.link(anna.desk, b, Relation.BLOCKS, c)


def test_the_same_link_of_two_people_goes_away_at_once(
    anna: Station, sample: Sample, company: TestCompany, clock: Clock
) -> None:
    ben = company.station("ben", clock=clock)
    a, b = sample.issues["slow"], sample.issues["page"]
    made = links.link(anna.desk, a, Relation.BLOCKS, b)
    links.link(ben.desk, a, Relation.BLOCKS, b)
    ben.sync()
    anna.sync()
    assert len(anna.desk.cache.records(IssueLink)) == 2
    assert len(shown(anna, a)) == 1
    links.unlink(anna.desk, made.id)
    assert shown(anna, a) == []


def test_a_link_to_what_is_not_here_can_be_taken_away(anna: Station, sample: Sample) -> None:
    with anna.desk.edit() as edit:
        link = IssueLink(id=new_id(), issue_id=sample.issues["slow"], other_id=new_id(), kind=LinkKind.BLOCKS)
        edit.insert(link)
    assert shown(anna, sample.issues["slow"]) == [("blocks", "an issue that is not on this workstation")]
    links.unlink(anna.desk, link.id)
    assert shown(anna, sample.issues["slow"]) == []


def test_issues_are_found_by_number_or_words(anna: Station, sample: Sample) -> None:
    page = anna.desk.need(Issue, sample.issues["page"])
    assert find(anna.desk, f"#{page.number}")[0].id == page.id
    assert [r.id for r in find(anna.desk, "cannot op")] == [page.id]
    assert find(anna.desk, "cannot op", but=[page.id]) == ()
    assert find(anna.desk, "") == ()
    problem = problems.raise_problem(anna.desk, page.id)
    assert [r.id for r in find(anna.desk, "cannot op", kinds=[IssueKind.PROBLEM])] == [problem.id]


def test_titles_that_sound_alike_are_found(anna: Station, sample: Sample) -> None:
    rail = sample.customers["Northgate Rail"]
    got = issues.alike(anna.desk, "the import FAILS again at night", rail)
    assert [r.id for r in got] == [sample.issues["import"]]
    assert [r.id for r in alike(anna.desk, "Bridge drops attachments")] == [sample.issues["bridge"]]
    assert alike(anna.desk, "Bridge drops attachments", but=sample.issues["bridge"]) == ()
    assert alike(anna.desk, "of it") == alike(anna.desk, "") == alike(anna.desk, "something else entirely") == ()
    assert alike(anna.desk, "x" * 100_000 + " import fails", rail) == ()


def test_links_stand_in_the_timeline(anna: Station, sample: Sample) -> None:
    links.link(anna.desk, sample.issues["slow"], Relation.BLOCKS, sample.issues["page"])
    label = anna.desk.need(Issue, sample.issues["page"]).label
    first = issues.detail(anna.desk, sample.issues["slow"]).happened[0]
    assert (first.text, first.by) == (f"Linked: blocks {label} Cannot open page “AB”", "Anna")
