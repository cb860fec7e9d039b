"""The Devices pane on a real workstation, its devices child, and simulated devices that answer over SSH."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.domain.customer import Customer, Environment
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.issue import Issue, IssueState
from app.practice.device import SimulatedDevice
from app.practice.farm import Farm, fingerprint, new_host_key
from app.services import devices, host_keys
from app.services.desk import Desk
from tests.ui.panes.conftest import Went
from ui.kit.console import Console
from ui.panes.devices import DevicesPane

PASSWORD = "right horse"
BOXES = ("core-nyc-1", "edge-bos-1", "sw-lobby-3")
KEYS = {name: new_host_key() for name in BOXES}
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    boxes = [SimulatedDevice(n, username="ops", password=PASSWORD, host_key=KEYS[n]) for n in BOXES]
    with Farm(boxes) as standing:
        yield standing


@dataclass
class Stage:
    """A console, its pane and what stands in the inventory."""

    console: Console
    pane: DevicesPane
    qtbot: QtBot
    farm: Farm
    devices: dict[str, Device]
    issue: Issue

    @property
    def went(self) -> Went:
        assert isinstance(self.console.navigator, Went)
        return self.console.navigator

    def until(self, condition: Callable[[], object], timeout_s: float = 15) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=int(timeout_s * 1000))

    def do(self, verb: Callable[[Desk], object]) -> object:
        return self.console.workstation.write(verb).result(10)

    def accept(self, name: str) -> None:
        """Write the key that the device has into the book."""
        shown = fingerprint(self.farm.host_key(name))
        self.do(lambda desk: host_keys.accept(desk, self.devices[name].id, "ssh-ed25519", shown))

    def open(self, name: str, issue_id: str | None = None) -> None:
        self.pane.open_device(self.devices[name].id, issue_id)
        self.until(lambda: self.pane.card is not None)

    def log_in(self, name: str = "core-nyc-1") -> None:
        """Open the device with an accepted key and log in with a typed password."""
        self.accept(name)
        self.open(name)
        self.pane.connect_terminal()
        self.until(lambda: self.pane.stage == "asking_password")
        self.answer(PASSWORD)
        self.until(lambda: self.pane.screen_text.endswith(">"))

    def answer(self, password: str) -> None:
        assert self.pane.doorstep is not None
        self.pane.doorstep.give_password(password)

    def run(self, command: str) -> None:
        self.pane.run_command(command)
        self.until(lambda: not self.pane.is_running)


def an_inventory(farm: Farm, desk: Desk) -> tuple[dict[str, Device], Issue]:
    with desk.edit() as edit:
        rail = edit.insert(Customer(id=new_id(), name="Northgate Rail", is_vip=True))
        hotels = edit.insert(Customer(id=new_id(), name="Halden Hotels"))
        issue = edit.insert(
            Issue(id=new_id(), customer_id=rail.id, title="Import fails", state=IssueState.OPEN, opened_at=desk.now)
        )
    owners = {"core-nyc-1": rail, "edge-bos-1": rail, "sw-lobby-3": hotels}
    found = {
        name: devices.add(
            desk,
            name=name,
            address="127.0.0.1",
            port=farm.ports[name],
            username="ops",
            customer_id=owner.id,
            environment=Environment.LAB if name == "sw-lobby-3" else Environment.PRODUCTION,
        )
        for name, owner in owners.items()
    }
    return found, issue


def stage_for(console: Console, farm: Farm, qtbot: QtBot, made: tuple[dict[str, Device], Issue]) -> Stage:
    pane = DevicesPane(console)
    console.book.add(*(replace(command, place="devices") for command in pane.commands()))
    console.book.go("devices")
    qtbot.addWidget(pane)
    console.book.attach(pane)
    pane.resize(1280, 730)
    pane.show()
    qtbot.waitExposed(pane)
    assert made[0]
    qtbot.waitUntil(lambda: len(pane.inventory.list.ids()) == len(made[0]), timeout=15_000)
    return Stage(console, pane, qtbot, farm, *made)


@pytest.fixture
def stage(console: Console, farm: Farm, qtbot: QtBot) -> Stage:
    made = console.workstation.write(lambda desk: an_inventory(farm, desk)).result(10)
    return stage_for(console, farm, qtbot, made)


def card(stage: Stage) -> object:
    assert stage.pane.doorstep is not None
    return stage.pane.doorstep.card


def texts_of(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]
