"""Changes of a configuration on simulated devices: what the guard wants, what stands in the log, what was kept."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from app.devices.commands import Commands
from app.devices.messages import ApplyConfig, CancelCommand, CommandDone, RunCommand
from app.domain.customer import Customer, Environment
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.issue import Issue, IssueState
from app.domain.person import Role
from app.domain.session import AuditLine, LineClass, Passage
from app.practice.device import Faults, SimulatedDevice
from app.practice.farm import Farm, new_host_key
from app.services import change_windows, config_changes, configs, devices, emergencies, host_keys, terminals
from app.services.config_changes import ChangePlan, Cleared
from app.services.guard import Way
from app.services.terminals import ConfigApplied, Exchange
from tests.halden import HOUR, Clock
from tests.stations import Station, TestCompany
from tests.unit.company.test_embedded import KeptSecrets
from tests.unit.devices.mailbox import threads_end

PASSWORD = "right horse"
PLATFORMS = {"core-1": "cisco_ios", "leaf-1": "arista_eos"}
LINES = ("interface GigabitEthernet0/1", " description to the core")
WAIT_S = 20


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    before = set(threading.enumerate())
    boxes = [
        SimulatedDevice(name, username="ops", password=PASSWORD, platform=platform, is_privileged=True,
                        host_key=new_host_key(), minute_s=1.0)
        for name, platform in PLATFORMS.items()
    ]  # fmt: skip
    with Farm(boxes) as farm:
        yield farm
    threads_end(before)


@dataclass
class Place:
    """Anna with her devices, and a wire on which one sees what the log held when something was sent."""

    anna: Station
    farm: Farm
    devices: dict[str, Device]
    issues: dict[str, Issue]
    secrets: KeptSecrets
    logged_when_sent: list[int] = field(default_factory=list)
    exchange: Exchange = field(init=False)
    commands: Commands = field(init=False)

    def __post_init__(self) -> None:
        self.exchange = Exchange(self._send)
        self.commands = Commands(self.exchange.on_message)

    def _send(self, message: object) -> None:
        self.logged_when_sent.append(len(self.log()))
        if isinstance(message, ApplyConfig):
            self.commands.apply(message)
        elif isinstance(message, CancelCommand):
            self.commands.cancel(message.request_id)
        elif isinstance(message, RunCommand):
            self.commands.run(message)

    def log(self) -> list[AuditLine]:
        return self.anna.desk.cache.records(AuditLine, "1 ORDER BY seq")

    def window(self, issue: str | None = "uplink") -> str:
        issue_id = None if issue is None else self.issues[issue].id
        rail = self.devices["core-1"].customer_id
        ends = self.anna.desk.now + HOUR
        return change_windows.make(self.anna.desk, rail, "Uplink", ends, agreed_with="Dana", issue_id=issue_id).id

    def plan(self, *lines: str, device: str = "core-1", **how: Any) -> ChangePlan:
        return config_changes.plan(self.anna.desk, self.devices[device].id, lines or LINES, **how)

    def apply(self, cleared: Cleared) -> Any:
        to = terminals.unattended(self.anna.desk, cleared.plan.device_id, self.secrets)
        return self._wait(lambda take: config_changes.apply(self.exchange, cleared, to, take, timeout_s=5))

    def asks(self, command: str, device: str = "core-1") -> str:
        to = terminals.unattended(self.anna.desk, self.devices[device].id, self.secrets)
        answer = self._wait(lambda take: self.exchange.run(to, command, take))
        assert isinstance(answer, CommandDone), answer
        return answer.raw

    @staticmethod
    def _wait(begin: Callable[[Callable[[Any], None]], str]) -> Any:
        answers: list[Any] = []
        is_there = threading.Event()

        def take(answer: Any) -> None:
            answers.append(answer)
            is_there.set()

        begin(take)
        assert is_there.wait(WAIT_S)
        return answers[0]


@pytest.fixture
def place(company: TestCompany, clock: Clock, farm: Farm) -> Iterator[Place]:
    anna = company.station("anna", Role.MANAGER, clock)
    with anna.desk.edit() as edit:
        rail = edit.insert(Customer(id=new_id(), name="Northgate Rail"))
        hotels = edit.insert(Customer(id=new_id(), name="Halden Hotels"))
        issues = {
            what: edit.insert(
                Issue(id=new_id(), customer_id=owner.id, title=what, state=IssueState.OPEN, opened_at=edit.at)
            )
            for what, owner in (("uplink", rail), ("other", hotels))
        }
    made = {
        name: devices.add(
            anna.desk, name=name, address="127.0.0.1", port=farm.ports[name], username="ops", platform=platform,
            customer_id=rail.id, environment=Environment.PRODUCTION,
        )
        for name, platform in PLATFORMS.items()
    }  # fmt: skip
    secrets = KeptSecrets()
    for name, device in made.items():
        host_keys.accept(anna.desk, device.id, "ssh-ed25519", farm.fingerprints[name])
        secrets.put(device.secret_name, PASSWORD)
    place = Place(anna, farm, made, issues, secrets)
    yield place
    place.commands.close(5)
    for name in PLATFORMS:
        farm.set_faults(name, Faults())


def test_without_a_window_nothing_is_sent_and_the_line_is_written_down_as_refused(place: Place) -> None:
    plan = place.plan()
    assert plan.missing is not None
    assert plan.missing.way is Way.NEEDS_WINDOW
    with pytest.raises(Refused, match=r"configure terminal.*not sent.*no change window is open"):
        config_changes.record(place.anna.desk, plan)
    assert [(row.line, row.passage) for row in place.log()] == [("configure terminal", Passage.REFUSED)]
    assert place.logged_when_sent == []
    assert place.farm.attempts("core-1") == ()


def test_in_a_window_with_its_issue_it_is_logged_sent_read_back_saved_and_kept(place: Place) -> None:
    window_id = place.window(issue=None)
    asking = place.plan().missing
    assert asking is not None
    assert asking.way is Way.NEEDS_ISSUE
    issue_id = place.issues["uplink"].id
    plan = place.plan("conf t", *LINES, "end", issue_id=issue_id)
    assert plan.missing is None
    assert plan.left_out == ("conf t", "end")
    assert [line.text for line in plan.wanted] == list(LINES)
    assert plan.wanted[1].section == LINES[0]
    assert plan.sentence == "Apply 2 lines to core-1 of Northgate Rail (production), then save."
    cleared = config_changes.record(place.anna.desk, plan)
    done = place.apply(cleared)
    assert isinstance(done, ConfigApplied), done
    typed = ["configure terminal", LINES[0], LINES[1].strip(), "write memory"]
    rows = place.log()
    assert [row.line for row in rows] == typed
    assert {(row.issue_id, row.window_id, row.passage) for row in rows} == {(issue_id, window_id, Passage.SENT)}
    assert place.logged_when_sent == [len(typed)]
    assert "description to the core" in place.asks("show startup-config")
    judged = config_changes.judge_copies(place.anna.desk, cleared, done, place.secrets)
    kept = config_changes.put_copies(place.anna.desk, judged)
    assert kept.has_diff, kept
    newest, older = configs.history(place.anna.desk, plan.device_id)
    assert (older.id, newest.id) == (kept.before_id, kept.after_id)
    assert newest.by == "Anna"
    assert "description to the core" in configs.text(place.anna.desk, newest.id)
    assert "description to the core" not in configs.text(place.anna.desk, older.id)


def test_a_line_that_destroys_wants_the_name_typed_and_holds_all_of_them(place: Place) -> None:
    place.window()
    plan = place.plan(*LINES, " shutdown")
    assert plan.needs_name
    assert plan.missing is not None
    assert plan.missing.way is Way.NEEDS_NAME
    for wrong in ("", "core-2"):
        with pytest.raises(Refused, match="shutdown"):
            config_changes.record(place.anna.desk, plan, name=wrong)
    assert {row.passage for row in place.log()} == {Passage.REFUSED}
    config_changes.record(place.anna.desk, plan, name="CORE-1")
    assert [row.passage for row in place.log() if row.line == "shutdown"][-1] is Passage.CONFIRMED


def test_the_window_that_closed_after_the_preview_stops_it(place: Place, clock: Clock) -> None:
    place.window()
    plan = place.plan()
    assert plan.missing is None
    clock.now += HOUR + timedelta(seconds=1)
    with pytest.raises(Refused, match="no change window"):
        config_changes.record(place.anna.desk, plan)


def test_an_emergency_is_never_stopped(place: Place) -> None:
    emergency = emergencies.declare(place.anna.desk, place.devices["core-1"].id, "Building is on fire")
    plan = place.plan(*LINES, " shutdown", emergency_id=emergency.id)
    assert (plan.missing, plan.needs_name) == (None, False)
    config_changes.record(place.anna.desk, plan)
    assert {row.passage for row in place.log()} == {Passage.EMERGENCY}


def test_a_refused_line_stops_it_and_the_session_is_out_of_config_mode(place: Place) -> None:
    place.window()
    failed = place.apply(config_changes.record(place.anna.desk, place.plan("frobnicate", "hostname never")))
    error = config_changes.error_of(failed)
    assert error is not None
    assert "refused “frobnicate”" in error.what
    assert "never" not in failed.transcript
    assert "Current configuration" in place.asks("show running-config")  # which config mode would refuse


def test_a_save_that_says_error_is_an_error(place: Place) -> None:
    place.window()
    place.farm.set_faults("core-1", Faults(is_disk_full=True))
    error = config_changes.error_of(place.apply(config_changes.record(place.anna.desk, place.plan("ip domain-name x"))))
    assert error is not None
    assert "did not save them" in error.what


@pytest.mark.parametrize(("device", "timed"), [
    ("core-1", "configure terminal revert timer 1"),
    ("leaf-1", "commit timer 00:01:00"),
])  # fmt: skip
def test_a_timer_is_set_in_the_platforms_way_and_confirmed_once_it_was_read_back(
    place: Place, device: str, timed: str
) -> None:
    place.window()
    plan = place.plan("ip domain-name example.net", device=device, revert_minutes=1)
    assert plan.has_timer
    assert "goes back by itself after a minute" in plan.way_back
    assert timed in [line.text for line in plan.lines]
    done = place.apply(config_changes.record(place.anna.desk, plan, name=device))
    assert isinstance(done, ConfigApplied), done
    assert f"> {timed}" in done.transcript
    assert "example.net" in place.asks("show running-config", device)


def test_with_a_timer_a_refused_line_takes_the_ones_before_it_back(place: Place) -> None:
    place.window()
    plan = place.plan("ip route 10.99.0.0 255.255.0.0 10.0.0.1", "frobnicate", revert_minutes=1)
    failed = place.apply(config_changes.record(place.anna.desk, plan))
    error = config_changes.error_of(failed)
    assert error is not None
    assert "told to go back at once" in error.todo
    assert "10.99.0.0" not in place.asks("show running-config")


def test_behind_what_may_leave_config_mode_a_line_is_judged_as_a_command_too(place: Place) -> None:
    for leaving in ("end", "exit", "ex"):
        reload = place.plan("interface Vlan1", leaving, "reload").wanted[-1]
        assert reload.verdict.line_class is LineClass.DESTRUCTIVE, leaving
    assert place.plan("reload").wanted[-1].verdict.line_class is LineClass.CONFIG, "no such line in config mode"


def test_each_line_of_a_banner_is_judged_and_logged(place: Place) -> None:
    place.window()
    plan = place.plan("banner motd #", "reload", "#")
    assert [line.text for line in plan.wanted] == ["banner motd #", "reload", "#"]
    assert plan.steps == ("banner motd #\nreload\n#",)
    config_changes.record(place.anna.desk, plan, name="core-1")
    assert "reload" in [row.line for row in place.log()]


def test_what_cannot_be_applied_is_said_before_anything_is_asked(place: Place) -> None:
    with pytest.raises(BadInput, match="no line"):
        place.plan("conf t", "", "end")
    with pytest.raises(BadInput, match="control character"):
        place.plan("hostname a\x1a")
    with pytest.raises(BadInput, match="1 to 120 minutes"):
        place.plan(revert_minutes=500)
    with pytest.raises(Refused, match="another customer"):
        place.plan(issue_id=place.issues["other"].id)
    place.window()
    cleared = config_changes.record(place.anna.desk, place.plan())
    to = terminals.unattended(place.anna.desk, place.devices["leaf-1"].id, place.secrets)
    with pytest.raises(BadInput, match="another device"):
        config_changes.apply(place.exchange, cleared, to, lambda _answer: None)
    assert place.logged_when_sent == []
