"""The demo's devices, and what stands around them: who may log in where, tonight's window, snippets and highlights."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command_text import Highlight, HighlightKind, Snippet
from app.domain.customer import Environment
from app.domain.device import CredentialRule, Device
from app.domain.entity import Entity
from app.domain.session import ChangeKind, ChangeWindow
from app.practice.device import SimulatedDevice
from app.practice.sample_company import Clock, demo_id, person

DEVICE_LOGIN = "support"
DEVICE_PASSWORD = "practice"  # noqa: S105  of simulated devices on this machine only
STRANGER = "core-nyc-1"  # not in the host-key book yet: the demo day's first contact

_SYSTEMS = {"cisco_ios": "IOS", "cisco_nxos": "NX-OS", "cisco_asa": "ASA", "arista_eos": "EOS"}


@dataclass(frozen=True, slots=True)
class SampleDevice:
    """A simulated device of the demo; the port is known once it stands."""

    name: str
    customer: str
    site: str
    environment: Environment
    address: str
    version: str
    model: str
    tags: str
    platform: str = "cisco_ios"
    behind: str = ""
    note: str = ""

    @property
    def id(self) -> str:
        """The device's id."""
        return demo_id("device", self.name)

    def as_record(self, port: int) -> Device:
        """Give its line in the inventory."""
        return Device(
            id=self.id,
            customer_id=demo_id("customer", self.customer) if self.customer else None,
            site=self.site,
            name=self.name,
            # What stands behind another is reached by the address that one knows it by.
            address=self.address if self.behind else "127.0.0.1",
            port=22 if self.behind else port,
            platform=self.platform,
            environment=self.environment,
            username=DEVICE_LOGIN,
            software=f"{_SYSTEMS[self.platform]} {self.version}",
            model=self.model,
            tags=self.tags,
            note=self.note,
            jump_id=demo_id("device", self.behind) if self.behind else None,
        )

    def as_simulated(self, port: int, host_key: str) -> SimulatedDevice:
        """Give it as a farm takes it."""
        return SimulatedDevice(
            name=self.name,
            username=DEVICE_LOGIN,
            password=DEVICE_PASSWORD,
            port=port,
            platform=self.platform,
            host_key=host_key,
            address=self.address,
            version=self.version,
            model=self.model,
            behind=self.behind,
            is_privileged=True,
        )


_P, _L = Environment.PRODUCTION, Environment.LAB
_IOS_15, _ACCESS = "15.2(7)E8", "WS-C2960X-24TS-L"
# A device stands below the one that it is reached through.
DEVICES = (
    SampleDevice("core-nyc-1", "northgate", "New York", _P, "10.20.0.1", "15.2(4)M11", "CISCO2951/K9", "core router"),
    SampleDevice("core-nyc-2", "northgate", "New York", _P, "10.20.0.2", "15.2(4)M11", "CISCO2951/K9", "core router"),
    SampleDevice("edge-bos-1", "northgate", "Boston", _P, "10.21.0.1", "9.16(4)", "ASA5516", "edge firewall",
                 "cisco_asa", note="The failover partner is on order; a reload takes Boston off the network."),
    SampleDevice("sw-lobby-3", "halden", "Oslo lobby", _P, "10.30.3.3", _IOS_15, _ACCESS, "access switch guests"),
    SampleDevice("sw-bergen-1", "halden", "Bergen", _P, "10.31.0.11", _IOS_15, _ACCESS, "access switch"),
    SampleDevice("rtr-lab-1", "halden", "Oslo lobby", _L, "10.39.0.1", "15.2(4)M11", "CISCO2951/K9", "lab router"),
    SampleDevice("yard-sw-1", "corvus", "Hamburg yard", _P, "10.40.0.1", _IOS_15, _ACCESS, "core jump switch",
                 note="The way to whatever else stands in the yard."),
    SampleDevice("yard-sw-2", "corvus", "Hamburg yard", Environment.STAGING, "10.40.0.2", _IOS_15, _ACCESS,
                 "access switch", behind="yard-sw-1"),
    SampleDevice("lab-core", "brightwater", "Chicago lab", _P, "10.50.0.1", "9.3(10)", "N9K-C93180YC-EX", "core switch",
                 "cisco_nxos"),
    SampleDevice("lab-test", "brightwater", "Chicago lab", _L, "10.59.0.1", "9.3(10)", "N9K-C93180YC-EX", "lab switch",
                 "cisco_nxos"),
    SampleDevice("leeds-edge", "morrow", "Leeds", _P, "10.60.0.1", "4.28.3M", "DCS-7050TX-64", "edge switch",
                 "arista_eos"),
    SampleDevice("practice-ios-1", "", "", Environment.PRACTICE, "10.99.0.1", _IOS_15, _ACCESS, "access switch"),
)  # fmt: skip


def around_devices(t: Clock) -> Iterator[Entity]:
    """Give tonight's window, who may log in where, and texts for typing and reading; issues and devices are there."""
    yield ChangeWindow(
        id=demo_id("change_window", "northgate/tonight"),
        customer_id=demo_id("customer", "northgate"),
        issue_id=demo_id("issue", "4127"),
        kind=ChangeKind.NORMAL,
        what="Move the importer's uplink to core-nyc-2",
        opens_at=t.ahead(hours=9),
        closes_at=t.ahead(hours=12),
        agreed_with="Jane Whitlock",
        back_out="Put the uplink back on core-nyc-1; the old lines are in the issue.",
        person_id=person("dana"),
    )
    yield CredentialRule(
        id=demo_id("credential_rule", "corvus"),
        name="Everything at Corvus",
        selector="customer:Corvus",
        username=DEVICE_LOGIN,
        rank=10,
    )
    for key, name, platform, body in (
        ("find-mac", "Where is this address?", "", "show mac address-table | include {{mac}}"),
        (
            "port-to-vlan",
            "Port into a VLAN",
            "cisco_ios",
            "configure terminal\ninterface {{port}}\n switchport mode access\n switchport access vlan {{vlan}}\nend",
        ),
    ):
        yield Snippet(id=demo_id("snippet", key), name=name, platform=platform, body=body)
    for key, platform, pattern, kind in (
        ("down", "", r"\b(administratively )?down\b", HighlightKind.BAD),
        ("errors", "", r"\b[1-9]\d* (input errors|CRC)\b", HighlightKind.ODD),
        ("up", "cisco_ios", r"\bup\b", HighlightKind.GOOD),
    ):
        yield Highlight(id=demo_id("highlight", key), platform=platform, pattern=pattern, kind=kind)
