"""Backing up over real SSH: a selection of simulated devices, what each said, and what went wrong with the others."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import TypeVar

import pytest

from app.devices.messages import Stop
from app.domain.config_backup import BackupOutcome
from app.domain.device import Device
from app.domain.errors import Refused
from app.domain.person import Role
from app.practice.device import Faults, SimulatedDevice
from app.practice.farm import Farm, new_host_key
from app.runtime.children import devices as devices_child
from app.runtime.children.supervisor import Child
from app.runtime.lanes import Lane
from app.runtime.secrets import MemorySecrets
from app.services import configs, devices, host_keys
from app.services.configs.backing_up import BackupRound, Result
from app.services.desk import Desk
from app.services.terminals import Exchange
from tests.stations import Station, TestCompany
from tests.workstations import until

T = TypeVar("T")
NAMES = ("core", "edge", "dist", "lab", "wan")
WAIT_S = 60
BOXES = [
    SimulatedDevice(name, username="ops", password="right horse", is_privileged=True, host_key=new_host_key())
    for name in NAMES
]


class Network:
    """A station with lanes, a devices child, and a round over some of the farm."""

    def __init__(self, station: Station, farm: Farm, exchange: Exchange) -> None:
        self.station, self.farm, self.exchange = station, farm, exchange
        self.secrets = MemorySecrets(lasts=True)
        self.results: dict[str, Result] = {}
        self._writer = Lane("writer", 1, station.cache.close)
        self._readers = Lane("reader", 2, station.cache.close)

    def read(self, look_up: Callable[[Desk], T]) -> "Future[T]":
        return self._readers.submit(lambda: look_up(self.station.desk))

    def write(self, verb: Callable[[Desk], T]) -> "Future[T]":
        return self._writer.submit(lambda: verb(self.station.desk))

    def add(self, name: str, password: str = "right horse", *, is_known: bool = True) -> Device:
        device = devices.add(
            self.station.desk, name=name, address="127.0.0.1", port=self.farm.ports[name], username="ops"
        )
        self.secrets.put(device.secret_name, password)
        if is_known:
            host_keys.accept(self.station.desk, device.id, "ssh-ed25519", self.farm.fingerprints[name])
        return device

    def round(self) -> BackupRound:
        return BackupRound(self, self.exchange, self.secrets, self._take, at_once=3)

    def back_up(self, *chosen: Device) -> dict[str, Result]:
        self.results = {}
        self.round().start(chosen).result(WAIT_S)
        return self.results

    def _take(self, result: Result) -> None:
        self.results[result.device] = result

    def close(self) -> None:
        self._readers.close()
        self._writer.close()


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    with Farm(BOXES) as standing:
        yield standing


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    crashes: list[str] = []
    made = Exchange(lambda message: child.send(message), crashes.append)  # noqa: PLW0108  each needs the other
    child = Child("devices", devices_child.main, (), made.on_message)
    child.start()
    yield made
    child.stop(Stop())
    assert not crashes


@pytest.fixture
def network(company: TestCompany, farm: Farm, exchange: Exchange) -> Iterator[Network]:
    made = Network(company.station("anna", Role.MANAGER), farm, exchange)
    yield made
    made.close()


def test_a_selection_is_backed_up_and_what_failed_says_why(network: Network, farm: Farm) -> None:
    chosen = [network.add(name) for name in ("core", "edge", "dist")]
    unmet = network.add("lab", is_known=False)
    farm.set_faults("edge", Faults(is_unplugged=True))
    try:
        results = network.back_up(*chosen, unmet)
    finally:
        farm.set_faults("edge", Faults())
    assert {name: one.outcome for name, one in results.items()} == {
        "core": BackupOutcome.CHANGED,
        "dist": BackupOutcome.CHANGED,
        "edge": BackupOutcome.FAILED,
        "lab": BackupOutcome.FAILED,
    }
    assert "accepted its host key" in results["lab"].words
    assert farm.attempts("lab") == ()
    (copy,) = configs.history(network.station.desk, chosen[0].id)
    assert copy.id == results["core"].backup_id
    text = configs.text(network.station.desk, copy.id)
    assert "hostname core" in text
    assert text.endswith("\nend\n")
    last = configs.last_attempt(network.station.desk, chosen[1].id)
    assert last is not None
    assert (last.outcome, last.words) == (BackupOutcome.FAILED, results["edge"].words)
    again = network.back_up(*chosen)
    assert [again[name].outcome for name in ("core", "edge", "dist")] == [
        BackupOutcome.SAME,
        BackupOutcome.CHANGED,
        BackupOutcome.SAME,
    ]


def test_a_changed_key_is_a_stop_and_is_said_as_one(network: Network, farm: Farm) -> None:
    device = network.add("wan")
    before = len(farm.attempts("wan"))
    old = farm.host_key("wan")
    farm.change_host_key("wan")
    try:
        results = network.back_up(device)
    finally:
        farm.change_host_key("wan", old)
    assert results["wan"].outcome is BackupOutcome.FAILED
    assert "key" in results["wan"].words
    assert len(farm.attempts("wan")) == before


def test_one_refused_login_stops_its_account(network: Network, farm: Farm) -> None:
    before = {name: len(farm.attempts(name)) for name in NAMES}
    chosen = [network.add(name, "wrong pony") for name in NAMES]
    results = network.back_up(*chosen)
    tried = [name for name in NAMES if len(farm.attempts(name)) > before[name]]
    assert len(tried) == 1
    assert results[tried[0]].outcome is BackupOutcome.FAILED
    others = [results[name] for name in NAMES if name not in tried]
    assert all(one.outcome is None and "may lock the account" in one.words for one in others)


def test_what_is_cut_off_never_replaces_a_good_copy(network: Network, farm: Farm) -> None:
    device = network.add("core")
    good = network.back_up(device)["core"]
    farm.set_faults("core", Faults(drop_after_bytes=900))
    try:
        failed = network.back_up(device)["core"]
    finally:
        farm.set_faults("core", Faults())
    assert failed.outcome is BackupOutcome.FAILED
    (copy,) = configs.history(network.station.desk, device.id)
    assert copy.id == good.backup_id


def test_a_round_that_is_cancelled_leaves_the_others_in_peace(network: Network, farm: Farm) -> None:
    chosen = [network.add(name) for name in NAMES]
    for name in NAMES:
        farm.set_faults(name, Faults(latency_s=30))
    try:
        going = network.round()
        done = going.start(chosen)
        until(lambda: network.exchange.open_count, "the first to be asked")
        going.cancel()
        done.result(WAIT_S)
    finally:
        for name in NAMES:
            farm.set_faults(name, Faults())
            farm.drop(name)
    assert {one.outcome for one in network.results.values()} == {None}
    assert len(network.results) == len(NAMES)
    assert all(configs.last_attempt(network.station.desk, one.id) is None for one in chosen)
    until(lambda: not network.exchange.open_count, "the cancelled commands to end")


def test_who_may_not_back_up_asks_no_device(network: Network, company: TestCompany, farm: Farm) -> None:
    device = network.add("core")
    network.station.sync()
    tim = Network(company.station("tim", Role.TRAINEE), farm, network.exchange)
    before = farm.connections("core")
    try:
        with pytest.raises(Refused):
            tim.back_up(device)
    finally:
        tim.close()
    assert farm.connections("core") == before


def test_a_platform_without_a_known_command_is_said(network: Network) -> None:
    device = network.add("core")
    devices.change(network.station.desk, device.id, platform="linux")
    results = network.back_up(network.station.desk.need(Device, device.id))
    assert "No command is known" in results["core"].words
