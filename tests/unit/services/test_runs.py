"""Runs, steps and sign-offs through the services, on a real company database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.person import Role
from app.domain.procedure import EvidenceKind
from app.domain.run import StepEventKind
from app.services import procedures, releases, run_lists, runs
from app.services.procedures import StepDraft
from app.services.run_lists import RunDetail, SignOffLine
from tests.stations import Station, TestCompany

SUM = "9f2c" * 16
STEPS = (
    StepDraft("Freeze the build", body="No commit after this one.", minutes=2),
    StepDraft("Compare row counts", is_critical=True, evidence=EvidenceKind.NUMBER, low=Decimal(0), high=Decimal(0)),
    StepDraft("QA signs", sign_off_role="QA"),
    StepDraft("Engineering signs", sign_off_role="Engineering"),
)


class House:
    """A manager, an engineer and a supporter, a procedure, a release with a file, and a run."""

    def __init__(self, company: TestCompany) -> None:
        self.anna = company.station("anna", Role.MANAGER)
        self.carl = company.station("carl", Role.ENGINEER)
        self.version = procedures.publish(self.anna.desk, "Release a build", STEPS, topic="release")
        self.release = releases.add_release(self.anna.desk, "Build 40", product="Switchboard", build="40")
        releases.put_artefact(self.anna.desk, self.release.id, name="app-40.tar.gz", size_bytes=212, sha256=SUM)
        self.run = runs.start_run(self.anna.desk, self.version.id, self.release.id, "Build 40 is the release")
        self.sync()
        self.steps = procedures.steps(self.anna.desk, self.version.id)

    def sync(self) -> None:
        for station in (self.anna, self.carl, self.anna):
            station.sync()
        assert not self.anna.conflicts()
        assert not self.carl.conflicts()

    def tick(self, station: Station, number: int, evidence: str = "") -> None:
        runs.tick(station.desk, self.run.id, self.steps[number - 1].id, evidence)

    def sign(self, station: Station, role: str) -> None:
        runs.sign_off(station.desk, self.run.id, role)

    def seen_by(self, station: Station) -> RunDetail:
        return run_lists.run_detail(station.desk, self.run.id)

    def states(self, station: Station) -> list[StepEventKind | None]:
        return [s.state for s in self.seen_by(station).steps]


@pytest.fixture
def house(company: TestCompany) -> House:
    return House(company)


DONE, FAILED = StepEventKind.DONE, StepEventKind.FAILED


def test_a_run_shows_its_steps_everywhere(house: House) -> None:
    house.tick(house.carl, 1)
    house.sync()
    detail = house.seen_by(house.anna)
    assert (detail.title, detail.procedure, detail.version, detail.release, detail.started_by) == (
        "Build 40 is the release", "Release a build", 1, "Build 40", "Anna",
    )  # fmt: skip
    assert (detail.done, detail.total, detail.current_id) == (1, 4, house.steps[1].id)
    (happening,) = detail.steps[0].happenings
    assert (happening.kind, happening.who) == (DONE, "Carl")
    (line,) = run_lists.runs_known(house.carl.desk)
    assert (line.done, line.total, line.is_finished, line.procedure) == (1, 4, False, "Release a build")


@pytest.mark.parametrize(
    ("evidence", "error", "words"),
    [
        ("", Refused, "needs its evidence"),
        ("   ", Refused, "needs its evidence"),
        ("2", Refused, "must be 0, and 2 is not"),
        ("two", BadInput, "not a number"),
        ("NaN", BadInput, "not a number"),
        ("-inf", BadInput, "not a number"),
    ],
)
def test_a_critical_step_is_not_ticked_without_its_evidence(
    house: House, evidence: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        house.tick(house.anna, 2, evidence)
    assert house.states(house.anna) == [None] * 4
    assert house.anna.unsent() == 0
    house.tick(house.anna, 2, " 0 ")
    assert house.seen_by(house.anna).steps[1].happenings[0].evidence == "0"


def test_a_done_step_is_done_once_until_it_is_opened_again(house: House) -> None:
    house.tick(house.carl, 1)
    house.sync()
    with pytest.raises(Refused, match="done already, by Carl"):
        house.tick(house.anna, 1)
    runs.reopen(house.anna.desk, house.run.id, house.steps[0].id, "Another commit went in")
    assert house.states(house.anna)[0] is None
    with pytest.raises(Refused, match="is open"):
        runs.reopen(house.anna.desk, house.run.id, house.steps[0].id)
    house.tick(house.anna, 1)
    assert house.states(house.anna)[0] is DONE


def test_failing_needs_a_note_and_keeps_what_was_measured(house: House) -> None:
    step = house.steps[1].id
    with pytest.raises(Refused, match="needs a note"):
        runs.fail(house.anna.desk, house.run.id, step, "  ")
    runs.fail(house.anna.desk, house.run.id, step, "devices 9,402 and 9,400", evidence="2")
    detail = house.seen_by(house.anna)
    assert detail.steps[1].state is FAILED
    assert detail.steps[1].happenings[0].words == "devices 9,402 and 9,400"
    assert run_lists.runs_known(house.anna.desk)[0].has_failed
    house.tick(house.anna, 2, "0")
    assert house.states(house.anna)[1] is DONE


def test_what_was_seen_comes_before_what_is_done_whatever_the_clocks_say(company: TestCompany) -> None:
    house = House(company)
    slow: Callable[[], datetime] = lambda: datetime.now(UTC) - timedelta(hours=1)  # noqa: E731  a clock in one line
    ben = company.station("ben", clock=slow)
    house.tick(house.anna, 1)
    house.sync()
    ben.sync()
    runs.reopen(ben.desk, house.run.id, house.steps[0].id)
    ben.sync()
    house.sync()
    assert house.states(house.anna)[0] is None


# Sign-offs


def test_a_step_with_a_role_is_done_by_its_sign_off_only(house: House) -> None:
    with pytest.raises(Refused, match="by the sign-off of QA"):
        house.tick(house.anna, 3)
    house.sign(house.anna, "QA")
    assert house.states(house.anna)[2] is DONE
    with pytest.raises(Refused, match="No step of this run asks for Legal"):
        house.sign(house.anna, "Legal")


def test_two_roles_need_two_persons_and_a_role_is_signed_once(house: House) -> None:
    house.sign(house.anna, "QA")
    with pytest.raises(Refused, match="second person"):
        house.sign(house.anna, "Engineering")
    with pytest.raises(Refused, match="You have signed for QA already"):
        house.sign(house.anna, "QA")
    house.sync()
    with pytest.raises(Refused, match="Anna has signed for QA already"):
        house.sign(house.carl, "QA")
    house.sign(house.carl, "Engineering")
    house.sync()
    assert [(s.role, s.who, s.is_valid) for s in house.seen_by(house.anna).sign_offs] == [
        ("QA", "Anna", True),
        ("Engineering", "Carl", True),
    ]


def test_a_changed_artefact_voids_the_sign_off_for_everybody_and_says_why(house: House) -> None:
    house.sign(house.anna, "QA")
    house.sync()
    releases.put_artefact(house.carl.desk, house.release.id, name="db-40.sql", size_bytes=14, sha256="03bd" * 16)
    house.sync()
    for station in (house.anna, house.carl):
        qa, engineering = house.seen_by(station).sign_offs
        assert (qa.is_valid, qa.who, qa.void) == (False, "Anna", "db-40.sql changed")
        assert engineering == SignOffLine("Engineering", "", None, "")
        assert house.states(station)[2] is None
    house.sign(house.anna, "QA")
    assert house.seen_by(house.anna).sign_offs[0].is_valid


def test_what_is_put_back_as_it_was_is_what_was_signed(house: House) -> None:
    house.sign(house.anna, "QA")
    house.sync()
    put = {"name": "app-40.tar.gz", "size_bytes": 212}
    releases.put_artefact(house.anna.desk, house.release.id, **put, sha256="0" * 64)  # type: ignore[arg-type]
    assert not house.seen_by(house.anna).sign_offs[0].is_valid
    releases.put_artefact(house.anna.desk, house.release.id, **put, sha256=SUM.upper())  # type: ignore[arg-type]
    assert house.seen_by(house.anna).sign_offs[0].is_valid


def test_a_removed_artefact_voids_too(house: House) -> None:
    house.sign(house.anna, "QA")
    house.sync()
    releases.remove_artefact(house.anna.desk, house.seen_by(house.anna).artefacts[0].id)
    assert house.seen_by(house.anna).sign_offs[0].void == "app-40.tar.gz changed"
    with pytest.raises(Refused, match="no artefacts"):
        house.sign(house.anna, "Engineering")


def test_a_signed_step_that_is_opened_again_is_signed_again(house: House) -> None:
    house.sign(house.anna, "QA")
    runs.reopen(house.anna.desk, house.run.id, house.steps[2].id, "QA found a second bug")
    assert house.states(house.anna)[2] is None
    assert house.seen_by(house.anna).sign_offs[0].void == "step opened again"
    house.sign(house.anna, "QA")
    assert house.states(house.anna)[2] is DONE


def test_a_failed_sign_off_step_waits_for_a_new_sign_off(house: House) -> None:
    runs.fail(house.carl.desk, house.run.id, house.steps[2].id, "The report is slow")
    assert house.states(house.carl)[2] is FAILED
    house.sign(house.carl, "QA")
    assert house.states(house.carl)[2] is DONE


def test_a_trainee_ticks_but_does_not_sign(company: TestCompany) -> None:
    house = House(company)
    tom = company.station("tom", Role.TRAINEE)
    house.tick(tom, 1)
    with pytest.raises(Refused, match="As trainee"):
        house.sign(tom, "QA")
    tom.sync()
    assert not tom.conflicts()


def test_a_role_named_like_a_right_is_signed_by_who_has_it(company: TestCompany) -> None:
    house = House(company)
    version = procedures.publish(
        house.anna.desk, "Small release", (StepDraft("Manager signs", sign_off_role="manager"),)
    )
    run = runs.start_run(house.anna.desk, version.id, house.release.id, "Small one")
    house.sync()
    with pytest.raises(Refused, match="You do not sign for manager: Anna may"):
        runs.sign_off(house.carl.desk, run.id, "manager")
    runs.sign_off(house.anna.desk, run.id, "manager")
    assert run_lists.run_detail(house.anna.desk, run.id).finished_at is not None


def test_a_team_s_sign_off_is_given_by_its_people_only(company: TestCompany) -> None:
    company.add("dora", Role.SUPPORT, team="qa")
    company.add("tom", Role.TRAINEE, team="Engineering")
    house = House(company)
    with pytest.raises(Refused, match="You do not sign for QA: Dora may"):
        house.sign(house.anna, "QA")
    assert [s.may_sign for s in house.seen_by(house.anna).sign_offs] == [("Dora",), ()]
    dora = company.station("dora")
    dora.sync()
    house.sign(dora, "QA")
    house.sign(house.carl, "Engineering")  # a trainee signs nothing: it is as if nobody were in that team
    dora.sync()
    house.sync()
    assert all(s.is_valid for s in house.seen_by(house.anna).sign_offs)


def test_who_alone_signs_for_one_role_is_told_how_to_go_on(company: TestCompany) -> None:
    company.add("anna", Role.MANAGER, team="Engineering")
    house = House(company)
    house.sign(house.anna, "QA")
    with pytest.raises(Refused, match="second person") as told:
        house.sign(house.anna, "Engineering")
    assert "Open the step of QA again" in told.value.todo


def test_a_checksum_as_evidence_is_one_of_the_release_s_files(house: House) -> None:
    draft = StepDraft("Record the checksum", is_critical=True, evidence=EvidenceKind.CHECKSUM)
    version = procedures.publish(house.anna.desk, "Package", (draft,))
    (step,) = procedures.steps(house.anna.desk, version.id)
    empty = releases.add_release(house.anna.desk, "Build 41")
    for release_id, known in ((house.release.id, "app-40.tar.gz 9f2c…9f2c"), (empty.id, "no file yet")):
        run = runs.start_run(house.anna.desk, version.id, release_id, "Package of a build")
        with pytest.raises(Refused, match=known) as told:
            runs.tick(house.anna.desk, run.id, step.id, "0" * 64)
        assert "Add the file first" in told.value.todo
    run = runs.start_run(house.anna.desk, version.id, house.release.id, "Package of build 40")
    runs.tick(house.anna.desk, run.id, step.id, SUM.upper())
    about_none = runs.start_run(house.anna.desk, version.id, None, "Package of something")
    runs.tick(house.anna.desk, about_none.id, step.id, "0" * 64)


# The whole run


def test_it_is_finished_when_all_is_done_and_open_again_when_something_is(house: House) -> None:
    house.tick(house.anna, 1)
    house.tick(house.anna, 2, "0")
    house.sign(house.anna, "QA")
    assert house.seen_by(house.anna).finished_at is None
    house.sync()
    house.sign(house.carl, "Engineering")
    house.sync()
    detail = house.seen_by(house.anna)
    assert detail.finished_at is not None
    assert (detail.current_id, detail.done) == ("", 4)
    assert run_lists.runs_known(house.anna.desk)[0].is_finished
    runs.reopen(house.anna.desk, house.run.id, house.steps[0].id)
    assert house.seen_by(house.anna).finished_at is None


def test_two_who_do_the_last_steps_apart_find_it_done(house: House) -> None:
    house.tick(house.anna, 1)
    house.tick(house.anna, 2, "0")
    house.sync()
    house.sign(house.anna, "QA")
    house.sign(house.carl, "Engineering")
    house.sync()
    assert house.seen_by(house.anna).current_id == ""
    assert run_lists.runs_known(house.carl.desk)[0].is_finished


def test_who_has_done_a_step_is_counted_across_runs_and_versions(house: House) -> None:
    house.tick(house.anna, 1)
    house.sign(house.carl, "QA")
    second = procedures.publish(
        house.anna.desk,
        "Release a build",
        (replace(STEPS[0], title="Freeze the build, tell everybody", stable_id=STEPS[0].name),),
        procedure_id=house.version.procedure_id,
    )
    house.sync()
    again = runs.start_run(house.anna.desk, second.id, None, "Build 41 is the release")
    (freeze,) = run_lists.run_detail(house.anna.desk, again.id).steps
    assert [(d.name, d.times) for d in freeze.doers] == [("Anna", 1)]
    assert freeze.only_one
    runs.tick(house.anna.desk, again.id, freeze.step.id)
    house.sync()
    house.tick(house.carl, 2, "0")
    by_title = {s.step.title: s for s in house.seen_by(house.carl).steps}
    assert [(d.name, d.times) for d in by_title["Freeze the build"].doers] == [("Anna", 2)]
    assert [(d.name, d.times) for d in by_title["QA signs"].doers] == [("Carl", 1)]
    assert by_title["Engineering signs"].doers == ()
    assert not by_title["Engineering signs"].only_one
    (line,) = procedures.procedures(house.carl.desk)
    assert [v.number for v in line.versions] == [2, 1]
    assert [v.step_count for v in line.versions] == [1, 4]
    assert line.only_one == ("Anna", "Carl")


def test_a_run_that_would_be_signed_needs_its_release(house: House) -> None:
    with pytest.raises(Refused, match="bound to a release"):
        runs.start_run(house.anna.desk, house.version.id, None, "Build 41 is the release")
    with pytest.raises(BadInput, match="needs a title"):
        runs.start_run(house.anna.desk, house.version.id, house.release.id, " ")
    with pytest.raises(Refused):
        runs.start_run(house.anna.desk, new_id(), house.release.id, "Build 41 is the release")


def test_a_step_of_another_version_is_refused(house: House) -> None:
    other = procedures.publish(house.anna.desk, "Rotate certificates", (StepDraft("Ask for one"),))
    step = procedures.steps(house.anna.desk, other.id)[0]
    with pytest.raises(Refused, match="not part of this run"):
        runs.tick(house.anna.desk, house.run.id, step.id)


# Procedures


@pytest.mark.parametrize(
    ("name", "steps", "words"),
    [
        (" ", STEPS, "needs a name"),
        ("Release", (), "needs steps"),
        ("Release", (StepDraft(" "),), "Step 1 has no title"),
        ("Release", (StepDraft("Freeze it"), StepDraft("freeze  it")), "Steps 1 and 2"),
        ("Release", (StepDraft("Count", low=Decimal(2), high=Decimal(1)),), "range of step 1"),
        ("Release", (StepDraft("Sign", sign_off_role="QA", evidence=EvidenceKind.TEXT),), "is signed off"),
    ],
)
def test_what_makes_no_procedure_is_refused(
    company: TestCompany, name: str, steps: tuple[StepDraft, ...], words: str
) -> None:
    anna = company.station("anna", Role.MANAGER)
    with pytest.raises(BadInput, match=words):
        procedures.publish(anna.desk, name, steps)
    assert anna.unsent() == 0


def test_support_may_not_publish(company: TestCompany) -> None:
    ben = company.station("ben")
    with pytest.raises(Refused, match="As support"):
        procedures.publish(ben.desk, "Release", STEPS)


def test_a_step_without_a_name_is_named_by_its_title() -> None:
    assert StepDraft("Compare  row Counts").name == "compare-row-counts"
    assert StepDraft("Compare row counts", stable_id="counts").name == "counts"
