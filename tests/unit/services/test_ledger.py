"""The ledger: what is owed in the order of its time, what became of the rest, and whose figures are shown to whom."""

import inspect

from app.domain.entity import new_id
from app.domain.interaction import Channel, Direction, Interaction, Nature
from app.domain.issue import Issue, IssueState
from app.services import calls, ledger, promises
from app.services.ledger import Page, Promises
from tests.halden import DAY, HOUR, NOW, Clock, Sample
from tests.stations import Station, TestCompany
from tests.unit.services.test_call_cards import behind


def test_what_is_due_first_is_at_the_top_for_everybody(
    anna: Station, company: TestCompany, sample: Sample, clock: Clock
) -> None:
    far = calls.promise_update(anna.desk, sample.issues["page"], NOW + 5 * DAY)
    soon = calls.promise_update(anna.desk, sample.issues["vlan"], NOW + HOUR, "the list")
    anna.sync()
    ben = company.station("ben", clock=clock)
    mine = calls.promise_update(ben.desk, sample.issues["export"], NOW + 2 * DAY)
    found = ledger.ids(ben.desk, Page.DUE)
    assert found[1:] == [soon.id, mine.id, far.id]
    lines = ledger.lines(ben.desk, found)
    assert (lines[0].promise.what, lines[0].promise.state.value, lines[0].is_vip) == (
        "a fix in build 40",
        "broken",
        True,
    )
    assert (lines[1].customer, lines[1].title, lines[1].is_mine) == (
        "Brightwater Labs",
        "New VLAN not in inventory",
        False,
    )
    assert ledger.ids(ben.desk, Page.MINE) == [mine.id]
    assert ledger.late(ben.desk) == 1
    promises.keep(ben.desk, mine.id)
    assert ledger.ids(ben.desk, Page.SETTLED) == [mine.id]
    (settled,) = ledger.lines(ben.desk, [mine.id])
    assert settled.promise.by == "Ben"
    ben.sync()
    anna.sync()
    (settled,) = ledger.lines(anna.desk, [mine.id])
    assert settled.promise.by == "", "nobody sees whose promises were kept"


def test_what_became_of_promises_is_counted_per_customer_and_team(
    anna: Station, company: TestCompany, sample: Sample, clock: Clock
) -> None:
    issue_id, lab_id = sample.issues["vlan"], sample.customers["Brightwater Labs"]
    promises.keep(anna.desk, calls.promise_update(anna.desk, issue_id, NOW + HOUR).id)
    moved = calls.promise_update(anna.desk, issue_id, NOW + HOUR)
    again = promises.renegotiate(anna.desk, moved.id, NOW + 2 * HOUR)
    promises.withdraw(anna.desk, calls.promise_update(anna.desk, issue_id, NOW + 3 * HOUR).id)
    clock.now += 3 * HOUR
    promises.keep(anna.desk, again.id)
    anna.sync()
    for login in ("ben", "cora"):
        assert ledger.team_figures(anna.desk).promises is None, "of two people each could tell the other's"
        assert ledger.customer_figures(anna.desk, lab_id).promises is None
        other = company.station(login, clock=clock)
        calls.promise_update(other.desk, issue_id, NOW + DAY)
        other.sync()
        anna.sync()
    lab = ledger.customer_figures(anna.desk, lab_id).promises
    assert lab == Promises(kept=1, broken=1, renegotiated=1, withdrawn=1, open=2)
    assert lab.kept_share == 0.5
    team = ledger.team_figures(anna.desk).promises
    assert team is not None
    assert (team.kept, team.broken, team.open, team.late) == (1, 1, 3, 1)
    assert ledger.customer_figures(anna.desk, sample.customers["Morrow Foods"]).promises is None


def test_calls_per_problem_and_days_between_chasers(anna: Station, sample: Sample) -> None:
    behind(anna, sample, "import", "export")
    team = ledger.team_figures(anna.desk)
    assert (team.open_problems, team.problem_calls, team.calls_per_problem) == (1, 6, 6.0)
    assert (team.days_between_chasers, team.chasers) == (8.0, 7)
    assert team.told_at is None
    rail = ledger.customer_figures(anna.desk, sample.customers["Northgate Rail"])
    assert (rail.open_problems, rail.problem_calls, rail.chasers) == (1, 4, 3), "their own calls"
    foods = ledger.customer_figures(anna.desk, sample.customers["Morrow Foods"])
    assert (foods.calls_per_problem, foods.days_between_chasers) == (None, None)


def test_a_customer_was_updated_by_a_word_and_not_by_a_machine(anna: Station, sample: Sample) -> None:
    rail = sample.customers["Northgate Rail"]
    told = ledger.customer_figures(anna.desk, rail).told_at
    assert told == NOW - 144 * HOUR
    issue = anna.desk.need(Issue, sample.issues["import"])
    with anna.desk.edit() as edit:
        edit.insert(
            Interaction(id=new_id(), issue_id=issue.id, customer_id=rail, channel=Channel.EMAIL, nature=Nature.NEWS,
                        direction=Direction.OUT, is_automatic=True, at=NOW, person_id=edit.by)
        )  # fmt: skip
    assert ledger.customer_figures(anna.desk, rail).told_at == told
    calls.called_back(anna.desk, issue.id, "we are on it")
    assert ledger.customer_figures(anna.desk, rail).told_at == NOW


def test_a_persons_own_figures_are_given_to_that_person_only(
    anna: Station, company: TestCompany, sample: Sample, clock: Clock
) -> None:
    anna.sync()
    ben = company.station("ben", clock=clock)
    promises.keep(ben.desk, calls.promise_update(ben.desk, sample.issues["vlan"], NOW + HOUR).id)
    ben.sync()
    anna.sync()
    assert ledger.own_figures(ben.desk) == Promises(kept=1)
    hers = ledger.own_figures(anna.desk)
    assert (hers.kept, hers.late) == (0, 1), "a manager sees her own, not Ben's"
    assert ledger.team_figures(anna.desk).promises is None, "with two people hers would give his away"
    given = [f for name, f in vars(ledger).items() if inspect.isfunction(f) and name.endswith("figures")]
    wanted = {p for f in given for p in inspect.signature(f).parameters}
    assert wanted == {"desk", "customer_id"}, "there is no way to ask for a person's"


def test_a_promise_that_is_done_leaves_the_ledger(anna: Station, sample: Sample) -> None:
    (slipped,) = ledger.ids(anna.desk, Page.DUE)
    promises.keep(anna.desk, slipped)
    assert ledger.ids(anna.desk, Page.DUE) == []
    (line,) = ledger.lines(anna.desk, ledger.ids(anna.desk, Page.SETTLED))
    assert line.promise.state.value == "broken"
    assert anna.desk.need(Issue, sample.issues["import"]).state is IssueState.WAITING
