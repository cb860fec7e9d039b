"""A broadcast on simulated devices: who is left out and why, what each said, and what the audit log holds."""

import threading
from collections.abc import Iterator

import pytest

from app.devices.commands import Commands
from app.devices.messages import CancelCommand, RunCommand
from app.domain.customer import Customer, Environment
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.issue import Issue
from app.domain.person import Role
from app.domain.session import AuditLine, LineClass
from app.practice.device import Faults, SimulatedDevice
from app.practice.farm import Farm, new_host_key
from app.services import broadcast, change_windows, devices, host_keys
from app.services.broadcast import Answer, Broadcast, Plan, Standing
from app.services.terminals import Exchange
from tests.halden import HOUR, Clock
from tests.stations import Station, TestCompany
from tests.unit.company.test_embedded import KeptSecrets
from tests.unit.devices.mailbox import threads_end

NAMES = ("core-1", "core-2", "edge-1", "sw-1")
PASSWORD = "right horse"


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    before = set(threading.enumerate())
    with Farm([SimulatedDevice(n, username="ops", password=PASSWORD, host_key=new_host_key()) for n in NAMES]) as farm:
        yield farm
    threads_end(before)


@pytest.fixture
def anna(company: TestCompany, clock: Clock) -> Station:
    return company.station("anna", Role.MANAGER, clock)


@pytest.fixture
def boxes(anna: Station, farm: Farm) -> dict[str, Device]:
    """Three devices of one customer whose keys are accepted, and one of another that nobody has met."""
    with anna.desk.edit() as edit:
        rail = edit.insert(Customer(id=new_id(), name="Northgate Rail"))
        hotels = edit.insert(Customer(id=new_id(), name="Halden Hotels"))
    found = {
        name: devices.add(
            anna.desk, name=name, address="127.0.0.1", port=farm.ports[name], username="ops",
            customer_id=hotels.id if name == "sw-1" else rail.id,
            environment=Environment.LAB if name == "sw-1" else Environment.PRODUCTION,
        )
        for name in NAMES
    }  # fmt: skip
    for name in NAMES[:3]:
        host_keys.accept(anna.desk, found[name].id, "ssh-ed25519", farm.fingerprints[name])
    return found


@pytest.fixture
def secrets(boxes: dict[str, Device]) -> KeptSecrets:
    kept = KeptSecrets()
    for device in boxes.values():
        kept.put(device.secret_name, PASSWORD)
    return kept


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    def send(message: object) -> None:
        if isinstance(message, RunCommand):
            commands.run(message)
        elif isinstance(message, CancelCommand):
            commands.cancel(message.request_id)

    made = Exchange(send)
    commands = Commands(made.on_message)
    yield made
    commands.close(5)


def run(exchange: Exchange, plan: Plan) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    is_over = threading.Event()

    def take(answer: Answer) -> None:
        answers[answer.device_id] = answer
        if len(answers) == len(plan.ready):
            is_over.set()

    Broadcast(exchange, plan, take).start()
    assert is_over.wait(20), answers
    return answers


def ids(boxes: dict[str, Device], *names: str) -> list[str]:
    return [boxes[name].id for name in names or NAMES]


def test_everybody_who_can_be_asked_answers_and_who_is_left_out_is_told_why(
    anna: Station, boxes: dict[str, Device], secrets: KeptSecrets, exchange: Exchange
) -> None:
    plan = broadcast.plan(anna.desk, ids(boxes), "show users", secrets)
    assert plan.sentence == "Run “show users” on 3 devices of 1 customer, all of them production."
    assert {a.name: a.why_not for a in plan.aims if a.why_not} == {"sw-1": "nobody has accepted the key of sw-1 yet"}
    broadcast.record(anna.desk, plan)
    answers = run(exchange, plan)
    assert {a.standing for a in answers.values()} == {Standing.DONE}
    folds = broadcast.folded(answers.values())
    assert sorted(key for one in folds for key in one.keys) == sorted(ids(boxes, *NAMES[:3]))
    logged = anna.desk.cache.records(AuditLine)
    assert sorted((x.device_id, x.line) for x in logged) == sorted((i, "show users") for i in ids(boxes, *NAMES[:3]))


def test_tables_of_all_become_one_with_the_device_in_front(
    anna: Station, boxes: dict[str, Device], secrets: KeptSecrets, exchange: Exchange
) -> None:
    plan = broadcast.plan(anna.desk, ids(boxes, "core-1", "core-2"), "show version", secrets)
    answers = run(exchange, plan)
    lines = broadcast.as_csv(answers.values(), {d.id: d.name for d in boxes.values()}).splitlines()
    assert lines[0].startswith("device,")
    assert sorted(line.split(",")[0] for line in lines[1:]) == ["core-1", "core-2"]


def test_what_changes_needs_a_window_and_reaches_only_its_customer(
    anna: Station, boxes: dict[str, Device], secrets: KeptSecrets
) -> None:
    with pytest.raises(Refused, match="reads"):
        broadcast.plan(anna.desk, ids(boxes), "clear counters", secrets)
    rail = boxes["core-1"].customer_id
    aimless = change_windows.make(anna.desk, rail, "Anything", anna.desk.now + HOUR, agreed_with="Jane")
    with pytest.raises(Refused, match="no issue or run"):
        broadcast.plan(anna.desk, ids(boxes), "clear counters", secrets, window_id=aimless.id)
    with anna.desk.edit() as edit:
        issue = edit.insert(Issue(id=new_id(), customer_id=rail, title="Counters", opened_at=anna.desk.now))
    made = change_windows.make(anna.desk, rail, "Counters", anna.desk.now + HOUR, agreed_with="Jane", issue_id=issue.id)
    window_id = made.id
    with pytest.raises(Refused, match="opens a mode"):
        broadcast.plan(anna.desk, ids(boxes), "conf t", secrets, window_id=window_id)
    plan = broadcast.plan(anna.desk, ids(boxes), "clear counters", secrets, window_id=window_id)
    assert plan.verdict.line_class is LineClass.CONFIG
    assert [a.name for a in plan.ready] == ["core-1", "core-2", "edge-1"]
    assert plan.sentence.endswith("in the window “Counters”.")
    broadcast.record(anna.desk, plan)
    assert {x.window_id for x in anna.desk.cache.records(AuditLine)} == {window_id}
    change_windows.close(anna.desk, window_id)
    with pytest.raises(Refused, match="not open any more"):
        broadcast.record(anna.desk, plan)
    with pytest.raises(Refused, match="not open"):
        broadcast.plan(anna.desk, ids(boxes), "clear counters", secrets, window_id=window_id)


def test_who_may_give_no_line_may_not_broadcast_one(
    company: TestCompany, anna: Station, boxes: dict[str, Device], secrets: KeptSecrets
) -> None:
    anna.sync()
    reader = company.station("reader", Role.READONLY)
    reader.sync()
    with pytest.raises(Refused, match="give a device nothing"):
        broadcast.plan(reader.desk, ids(boxes), "show clock", secrets)


def test_a_practice_device_leaves_nothing_in_the_log(
    anna: Station, boxes: dict[str, Device], secrets: KeptSecrets
) -> None:
    device = devices.change(anna.desk, boxes["core-1"].id, environment=Environment.PRACTICE)
    plan = broadcast.plan(anna.desk, [device.id], "show users", secrets)
    assert len(plan.ready) == 1
    broadcast.record(anna.desk, plan)
    assert not anna.desk.cache.records(AuditLine)


@pytest.mark.parametrize("line", ["reload", "rel", "wr er", "write erase"])
def test_what_destroys_is_for_one_device_at_a_time(
    anna: Station, boxes: dict[str, Device], secrets: KeptSecrets, line: str
) -> None:
    with pytest.raises(Refused, match="many devices"):
        broadcast.plan(anna.desk, ids(boxes), line, secrets, window_id=new_id())


@pytest.mark.parametrize("line", ["", "  ", "show version\nreload", "show\x03"])
def test_what_is_no_line_is_refused(anna: Station, boxes: dict[str, Device], secrets: KeptSecrets, line: str) -> None:
    with pytest.raises(BadInput):
        broadcast.plan(anna.desk, ids(boxes), line, secrets)


def test_a_password_that_is_not_kept_is_asked_for_once(anna: Station, boxes: dict[str, Device]) -> None:
    empty = KeptSecrets()
    plan = broadcast.plan(anna.desk, ids(boxes), "show users", empty)
    assert (plan.ready, plan.passwords_wanted) == ((), ("ops",))
    plan = broadcast.plan(anna.desk, ids(boxes), "show users", empty, typed={"ops": PASSWORD})
    assert len(plan.ready) == 3


def test_a_wrong_password_is_tried_once_in_all(
    anna: Station, boxes: dict[str, Device], exchange: Exchange, farm: Farm
) -> None:
    before = sum(len(farm.attempts(name)) for name in NAMES)
    plan = broadcast.plan(anna.desk, ids(boxes), "show users", KeptSecrets(), typed={"ops": "wrong horse"})
    answers = run(exchange, plan)
    assert {a.standing for a in answers.values()} == {Standing.FAILED}
    assert sum(len(farm.attempts(name)) for name in NAMES) - before == 1


def test_a_round_can_be_cancelled(
    anna: Station, boxes: dict[str, Device], secrets: KeptSecrets, exchange: Exchange, farm: Farm
) -> None:
    farm.set_faults("core-2", Faults(latency_s=30))
    try:
        plan = broadcast.plan(anna.desk, ids(boxes, "core-1", "core-2"), "show users", secrets)
        answers: dict[str, Answer] = {}
        heard = threading.Condition()

        def take(answer: Answer) -> None:
            with heard:
                answers[answer.device_id] = answer
                heard.notify_all()

        one = Broadcast(exchange, plan, take)
        one.start()
        with heard:
            assert heard.wait_for(lambda: len(answers) == 1, 15)
        one.cancel()
        with heard:
            assert heard.wait_for(lambda: len(answers) == 2, 15)
        assert answers[boxes["core-2"].id].standing is Standing.CANCELLED
        assert one.is_over
    finally:
        farm.set_faults("core-2", Faults())
