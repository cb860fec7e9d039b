"""Devices with copies of their configurations, made up, and the page that shows them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pytestqt.qtbot import QtBot

from app.domain.customer import Customer, Environment
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.issue import Issue, IssueState
from app.runtime.secrets import MemorySecrets
from app.services import configs, deployments
from app.services.desk import Desk
from tests.ui.panes.conftest import Went
from ui.kit.console import Console
from ui.panes.devices.configs import ConfigsPage

NOW = datetime.now(UTC)
KEYRING = MemorySecrets(lasts=True)


def a_configuration(
    name: str = "core-nyc-1", secret: str = "n1ghtOwl", changes: tuple[tuple[str, str], ...] = (), interfaces: int = 12
) -> str:
    """Give a configuration as a device shows it, with lines replaced."""
    lines = ["version 15.2", "service timestamps log datetime msec", "!", f"hostname {name}", "!"]
    for at in range(interfaces):
        lines += [
            f"interface GigabitEthernet0/{at}",
            f" description link {at} to the floor above",
            f" ip address 10.20.{at}.1 255.255.255.0",
            " no ip redirects",
            " duplex auto",
            " no shutdown",
            "!",
        ]
    lines += ["router ospf 1", " network 10.20.0.0 0.0.255.255 area 0", "!"]
    lines += ["ip access-list extended GATE", " permit tcp any host 10.20.0.5 eq 443", " deny ip any any log", "!"]
    lines += [f"snmp-server community {secret} RO", "ntp server 10.20.0.9", "!", "end"]
    text = "\n".join(lines) + "\n"
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return text


NIGHT = (
    (" ip address 10.20.1.1 255.255.255.0", " ip address 10.20.1.2 255.255.255.0"),
    (" description link 4 to the floor above", " description uplink to core-nyc-2, after the move"),
    (" ip address 10.20.4.1 255.255.255.0\n", " ip address 10.20.4.1 255.255.255.0\n ip mtu 1400\n"),
    (" ip address 10.20.7.1 255.255.255.0\n no ip redirects\n duplex auto\n no shutdown\n",
     " ip address 10.20.7.1 255.255.255.0\n no ip redirects\n duplex auto\n shutdown\n"),
    (" deny ip any any log", " permit udp any host 10.20.0.9 eq 123\n deny ip any any log"),
)  # fmt: skip


@dataclass
class Stage:
    """A console, the page, and what was made for it."""

    console: Console
    page: ConfigsPage
    qtbot: QtBot
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

    def keep(self, name: str, text: str, ago: timedelta) -> None:
        """Keep a copy as if it were taken some time ago."""
        device_id = self.devices[name].id
        self.do(lambda desk: configs.keep(desk, device_id, text, KEYRING, at=NOW - ago))

    def lead(self) -> str:
        """Give the sentence above the lines."""
        return self.page.area.head_words

    def shows(self, words: str) -> None:
        """Wait until the sentence has these words."""
        self.until(lambda: self.page.area.is_change and words in self.lead())


def devices_of(desk: Desk) -> tuple[dict[str, Device], Issue]:
    with desk.edit() as edit:
        rail = edit.insert(Customer(id=new_id(), name="Northgate Rail", is_vip=True))
        hotels = edit.insert(Customer(id=new_id(), name="Halden Hotels"))
        issue = edit.insert(
            Issue(id=new_id(), customer_id=rail.id, title="Import fails", state=IssueState.OPEN, opened_at=desk.now)
        )
        owners = {"core-nyc-1": rail, "core-nyc-2": rail, "sw-lobby-3": hotels, "edge-bos-1": rail}
        found = {
            name: edit.insert(
                Device(
                    id=new_id(),
                    customer_id=owner.id,
                    name=name,
                    address=f"{name}.example",
                    site="New York",
                    environment=Environment.LAB if owner is hotels else Environment.PRODUCTION,
                )
            )
            for name, owner in owners.items()
        }
    deployments.record(
        replace(desk, clock=lambda: NOW), rail.id, to_build="40", at=NOW - timedelta(hours=34), from_build="39"
    )
    return found, issue


def stage_for(console: Console, qtbot: QtBot) -> Stage:
    """Give the page on a console with four devices, one of them with a history of five copies."""
    devices, issue = console.workstation.write(devices_of).result(10)
    page = ConfigsPage(console)
    console.book.add(*(replace(c, place="configs") for c in page.commands()))
    console.book.go("configs")
    qtbot.addWidget(page)
    console.book.attach(page)
    page.resize(1280, 730)
    page.show()
    qtbot.waitExposed(page)
    stage = Stage(console, page, qtbot, devices, issue)
    stage.keep("core-nyc-1", a_configuration(changes=NIGHT[:1]), timedelta(days=40))
    stage.keep("core-nyc-1", a_configuration(secret="older"), timedelta(days=9))
    stage.keep("core-nyc-1", a_configuration(), timedelta(days=2))
    stage.keep("core-nyc-1", a_configuration(secret="freshSecret", changes=NIGHT), timedelta(hours=7))
    stage.keep("core-nyc-2", a_configuration("core-nyc-2", changes=NIGHT[1:3]), timedelta(hours=7))
    stage.keep("sw-lobby-3", a_configuration("sw-lobby-3", interfaces=4), timedelta(hours=6))
    return stage
