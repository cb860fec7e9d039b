"""The guard on a real company: what may go to which device, what is missing, and who is asked for it."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from app.domain.customer import Environment
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import Refused
from app.domain.guard import Mode
from app.domain.person import Role
from app.domain.release import Release, Rollout, RolloutState
from app.domain.session import AuditLine, ChangeKind, Passage
from app.services import change_windows, emergencies, guard
from app.services.guard import Way
from tests.halden import HOUR, NOW, Clock, Sample
from tests.stations import Station, TestCompany

RAIL = "Northgate Rail"


@dataclass
class Boxes:
    """One device in each environment, of Northgate Rail."""

    core: Device
    lab: Device
    practice: Device


@pytest.fixture
def boxes(anna: Station, sample: Sample) -> Boxes:
    made = []
    with anna.desk.edit() as edit:
        for name, environment in (
            ("core-nyc-1", Environment.PRODUCTION),
            ("lab-1", Environment.LAB),
            ("practice-1", Environment.PRACTICE),
        ):
            made.append(
                edit.insert(
                    Device(id=new_id(), customer_id=sample.customers[RAIL], name=name, address=f"{name}.example",
                           environment=environment)
                )
            )  # fmt: skip
    anna.sync()
    return Boxes(*made)


def log(station: Station) -> list[tuple[str, Passage]]:
    return [(row.line, row.passage) for row in station.cache.records(AuditLine, "1 ORDER BY seq")]


def a_window(station: Station, sample: Sample, **more: object) -> str:
    given = {"closes_at": NOW + HOUR, "agreed_with": "Dana", "issue_id": sample.issues["import"], **more}
    return change_windows.make(station.desk, sample.customers[RAIL], "New uplink", **given).id  # type: ignore[arg-type]


def test_a_question_passes_everywhere_and_is_logged(anna: Station, boxes: Boxes) -> None:
    for device in (boxes.core, boxes.lab):
        assert guard.give(anna.desk, device.id, "sh ver", Mode.EXEC).passes
    assert log(anna) == [("sh ver", Passage.SENT)] * 2


def test_production_is_changed_in_an_open_window_only(
    anna: Station, boxes: Boxes, sample: Sample, clock: Clock
) -> None:
    held = guard.give(anna.desk, boxes.core.id, "conf t", Mode.EXEC)
    assert held.way is Way.NEEDS_WINDOW
    assert held.words == "core-nyc-1 is production, and no change window is open for Northgate Rail."
    window_id = a_window(anna, sample)
    passed = guard.give(anna.desk, boxes.core.id, "conf t", Mode.EXEC)
    assert passed.passes
    (line,) = anna.cache.records(AuditLine)
    assert (line.window_id, line.issue_id, line.line) == (window_id, sample.issues["import"], "conf t")
    clock.now += HOUR
    assert guard.give(anna.desk, boxes.core.id, "hostname x", Mode.CONFIG).way is Way.NEEDS_WINDOW
    anna.sync()
    assert not anna.conflicts()
    assert not anna.unsent()


def test_a_window_of_another_customer_or_another_hour_opens_nothing(
    anna: Station, boxes: Boxes, sample: Sample
) -> None:
    hotels = sample.customers["Halden Hotels"]
    change_windows.make(anna.desk, hotels, "Theirs", NOW + HOUR, agreed_with="Ingrid", issue_id=sample.issues["page"])
    a_window(anna, sample, opens_at=NOW + HOUR, closes_at=NOW + 2 * HOUR)
    change_windows.close(anna.desk, a_window(anna, sample))
    assert guard.decide(anna.desk, boxes.core, "conf t", Mode.EXEC).way is Way.NEEDS_WINDOW


def test_a_window_without_issue_asks_what_the_change_is_for(anna: Station, boxes: Boxes, sample: Sample) -> None:
    a_window(anna, sample, issue_id=None)
    assert guard.give(anna.desk, boxes.core.id, "conf t", Mode.EXEC).way is Way.NEEDS_ISSUE
    issue_id = sample.issues["import"]
    theirs = sample.issues["page"]  # of another customer
    assert guard.give(anna.desk, boxes.core.id, "conf t", Mode.EXEC, issue_id=theirs).way is Way.NEEDS_ISSUE
    assert guard.give(anna.desk, boxes.core.id, "conf t", Mode.EXEC, issue_id=issue_id).passes


def test_a_rollout_with_an_agreed_window_counts_too(anna: Station, boxes: Boxes, sample: Sample) -> None:
    with anna.desk.edit() as edit:
        release = edit.insert(Release(id=new_id(), name="build 40"))
        edit.insert(
            Rollout(id=new_id(), release_id=release.id, customer_id=sample.customers[RAIL],
                    state=RolloutState.WINDOW_AGREED, window_from=NOW - HOUR, window_until=NOW + HOUR)
        )  # fmt: skip
    found = guard.give(anna.desk, boxes.core.id, "conf t", Mode.EXEC, issue_id=sample.issues["import"])
    assert found.passes
    assert found.window is not None
    assert found.window.what == "Rollout of build 40"
    assert [line.is_ours for line in change_windows.listed(anna.desk)] == [False]


def test_what_is_destructive_wants_the_device_s_name_typed(anna: Station, boxes: Boxes, sample: Sample) -> None:
    a_window(anna, sample)
    held = guard.give(anna.desk, boxes.core.id, "wr er", Mode.EXEC)
    assert held.way is Way.NEEDS_NAME
    assert held.verdict.expanded == "write erase"
    wrong = guard.give(anna.desk, boxes.core.id, "wr er", Mode.EXEC, name="core-nyc-2")
    assert wrong.words == "“core-nyc-2” is not this device."
    assert guard.give(anna.desk, boxes.core.id, "wr er", Mode.EXEC, name=" CORE-nyc-1 ").passes
    assert guard.give(anna.desk, boxes.lab.id, "conf t", Mode.EXEC).passes
    assert guard.give(anna.desk, boxes.lab.id, "rel", Mode.EXEC).way is Way.NEEDS_NAME
    assert guard.give(anna.desk, boxes.lab.id, "rel", Mode.EXEC, name="lab-1").passes
    assert log(anna) == [("wr er", Passage.CONFIRMED), ("conf t", Passage.SENT), ("rel", Passage.CONFIRMED)]


def test_practice_stops_nobody_and_records_nothing(anna: Station, boxes: Boxes) -> None:
    assert guard.give(anna.desk, boxes.practice.id, "wr er", Mode.EXEC).passes
    assert guard.give_up(anna.desk, boxes.practice.id, "wr er", Mode.EXEC, "left") is None
    assert log(anna) == []


def test_an_emergency_is_never_stopped_and_every_line_of_it_is_marked(anna: Station, boxes: Boxes) -> None:
    emergency = emergencies.declare(anna.desk, boxes.core.id, "The core is down")
    for line in ("sh ip bgp sum", "clear ip bgp *", "reload"):
        assert guard.give(anna.desk, boxes.core.id, line, Mode.EXEC, emergency_id=emergency.id).passes
    assert log(anna) == [(line, Passage.EMERGENCY) for line in ("sh ip bgp sum", "clear ip bgp *", "reload")]
    # It holds for its device and until it is over.
    assert not guard.give(anna.desk, boxes.lab.id, "reload", Mode.EXEC, emergency_id=emergency.id).passes
    emergencies.end(anna.desk, emergency.id)
    assert not guard.give(anna.desk, boxes.core.id, "reload", Mode.EXEC, emergency_id=emergency.id).passes


def test_a_password_is_noted_and_never_kept(anna: Station, boxes: Boxes) -> None:
    assert guard.give(anna.desk, boxes.core.id, "right horse", Mode.HIDDEN).passes
    assert log(anna) == [("", Passage.HIDDEN)]


def test_without_a_screen_a_held_line_is_refused_and_logged_as_such(anna: Station, boxes: Boxes) -> None:
    with pytest.raises(Refused, match=r"“reload” was not sent. core-nyc-1 is production") as caught:
        guard.need(anna.desk, boxes.core.id, "reload")
    assert caught.value.todo.startswith("Open a change window.")
    assert log(anna) == [("reload", Passage.REFUSED)]
    assert guard.need(anna.desk, boxes.core.id, "show clock").passes


def test_a_trainee_is_told_whom_to_ask_for_a_window_and_may_ask_the_device(company: TestCompany, boxes: Boxes) -> None:
    tim = company.station("tim", Role.TRAINEE)
    held = guard.give(tim.desk, boxes.core.id, "conf t", Mode.EXEC)
    assert held.todo == "Ask Anna to open a change window. In an emergency pass the guard and say why."
    with pytest.raises(Refused, match=r"As trainee you may not open a change window. Ask Anna\."):
        change_windows.make(tim.desk, boxes.core.customer_id, "x", NOW + HOUR, kind=ChangeKind.STANDARD)
    assert guard.give(tim.desk, boxes.core.id, "sh ver", Mode.EXEC).passes
    tim.sync()
    assert not tim.conflicts()
    assert not tim.unsent()


def test_whoever_may_only_look_gives_a_device_nothing(company: TestCompany, anna: Station, boxes: Boxes) -> None:
    rita = company.station("rita", Role.READONLY)
    assert guard.give(rita.desk, boxes.core.id, "sh ver", Mode.EXEC).way is Way.REFUSED
    assert guard.standing(rita.desk, boxes.core.id).trouble
    assert not guard.standing(anna.desk, boxes.core.id).trouble


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"what": " "}, "says what"),
        ({"closes_at": NOW - HOUR}, "closes after it opens"),
        ({"opens_at": NOW - 2 * HOUR, "closes_at": NOW - HOUR}, "over already"),
        ({"closes_at": NOW + timedelta(days=15)}, "at most 14 days"),
        ({"agreed_with": ""}, "agreed with somebody"),
    ],
)
def test_a_window_says_what_and_ends_in_time(
    anna: Station, sample: Sample, given: dict[str, object], said: str
) -> None:
    whole: dict[str, object] = {"what": "New uplink", "closes_at": NOW + HOUR, "agreed_with": "Dana", **given}
    with pytest.raises(Exception, match=said):
        change_windows.make(anna.desk, sample.customers[RAIL], **whole)  # type: ignore[arg-type]
