"""The people and customers of the demo company, all made up; times are told from the moment it is made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.customer import Contact, Customer, Environment, Installation, Site
from app.domain.device import Device
from app.domain.entity import Entity, source_id
from app.domain.person import Role

SOURCE = "demo"


def demo_id(kind: str, key: str) -> str:
    """Give the id of a sample row: the same in every demo company."""
    return source_id(SOURCE, f"{kind}/{key}")


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """Somebody who works at the demo company."""

    login: str
    name: str
    role: Role
    team: str

    @property
    def id(self) -> str:
        """The person's id."""
        return demo_id("person", self.login)


PEOPLE = (
    SamplePerson("mara", "Mara Voss", Role.MANAGER, "Operations"),
    SamplePerson("ben", "Ben Achterberg", Role.SUPPORT, "Support"),
    SamplePerson("chloe", "Chloe Park", Role.SUPPORT, "Support"),
    SamplePerson("erik", "Erik Solheim", Role.ENGINEER, "Engineering"),
    SamplePerson("dana", "Dana Ito", Role.ENGINEER, "Network"),
    SamplePerson("noor", "Noor Haddad", Role.TRAINEE, "Support"),
)


def person(login: str) -> str:
    """Give the id of a person of the demo."""
    return demo_id("person", login)


@dataclass(frozen=True, slots=True)
class Clock:
    """The demo's now, and times told from it."""

    now: datetime

    def ago(self, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
        """Give the time that long before now."""
        return self.now - timedelta(days=days, hours=hours, minutes=minutes)

    def ahead(self, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
        """Give the time that long after now."""
        return self.now + timedelta(days=days, hours=hours, minutes=minutes)


# key, name, plan, VIP, representative, time zone, support hours, contract
_CUSTOMERS = (
    ("northgate", "Northgate Rail", "Premium 24x7", True, "mara", "America/New_York", "24x7", "until 30 Jun 2028"),
    ("halden", "Halden Hotels", "Premium 24x7", True, "mara", "Europe/Oslo", "24x7", "until 31 Dec 2027"),
    ("corvus", "Corvus Logistics", "Business hours", False, "chloe", "Europe/Berlin", "Mon-Fri 8-18", "yearly"),
    ("brightwater", "Brightwater Labs", "Business hours", False, "ben", "America/Chicago", "Mon-Fri 8-18", "yearly"),
    ("morrow", "Morrow Foods", "Business hours", False, "chloe", "Europe/London", "Mon-Fri 8-18", "yearly"),
    ("tidewell", "Tidewell Insurance", "Basic", False, "ben", "America/New_York", "Mon-Fri 9-17", "monthly"),
)

# customer, key, name, role, phone, e-mail; the numbers are from ranges kept for fiction
_CONTACTS = (
    ("northgate", "jane", "Jane Whitlock", "operations lead", "+12125550147", "jane.whitlock@northgate.example"),
    ("northgate", "omar", "Omar Reyes", "network engineer", "+12125550148", "omar.reyes@northgate.example"),
    ("halden", "sigrid", "Sigrid Moen", "IT manager", "+4755501234", "sigrid.moen@halden.example"),
    ("halden", "pal", "Pål Aas", "service desk", "+4755501240", "pal.aas@halden.example"),
    ("corvus", "tobias", "Tobias Kern", "head of IT", "+493023125901", "tobias.kern@corvus.example"),
    ("brightwater", "lucia", "Lucia Ferreira", "lab systems", "+13125550162", "lucia@brightwater.example"),
    ("morrow", "graham", "Graham Peel", "database administrator", "+442079460018", "graham.peel@morrow.example"),
    ("tidewell", "yuki", "Yuki Tanabe", "administrator", "+12125550191", "yuki.tanabe@tidewell.example"),
)

_SITES = (
    ("northgate", "New York", "America/New_York"),
    ("northgate", "Boston", "America/New_York"),
    ("halden", "Oslo lobby", "Europe/Oslo"),
    ("halden", "Bergen", "Europe/Oslo"),
    ("corvus", "Hamburg yard", "Europe/Berlin"),
    ("brightwater", "Chicago lab", "America/Chicago"),
    ("morrow", "Leeds", "Europe/London"),
)

# customer, environment, build, database, hosts, hosted by us
_INSTALLATIONS = (
    ("northgate", Environment.PRODUCTION, "39", "PostgreSQL 16", "ng-app-1, ng-app-2", True),
    ("halden", Environment.PRODUCTION, "39", "PostgreSQL 16", "hh-app-1", True),
    ("corvus", Environment.PRODUCTION, "38", "MariaDB 10.6", "their own", False),
    ("brightwater", Environment.PRODUCTION, "39", "PostgreSQL 15", "bw-app-1", True),
    ("morrow", Environment.PRODUCTION, "37", "MariaDB 10.5", "their own", False),
    ("tidewell", Environment.PRODUCTION, "38", "PostgreSQL 15", "tw-app-1", True),
)


@dataclass(frozen=True, slots=True)
class SampleDevice:
    """A simulated device of the demo; the port is known once it stands."""

    name: str
    customer: str
    site: str
    environment: Environment
    address: str
    version: str = "15.2(7)E8"

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
            address="127.0.0.1",
            port=port,
            environment=self.environment,
            username="support",
            software=f"IOS {self.version}",
        )


DEVICE_LOGIN = "support"
DEVICE_PASSWORD = "practice"  # noqa: S105  of simulated devices on this machine only
STRANGER = "core-nyc-1"  # not in the host-key book yet: the demo day's first contact

_P, _L = Environment.PRODUCTION, Environment.LAB
DEVICES = (
    SampleDevice("core-nyc-1", "northgate", "New York", _P, "10.20.0.1", "15.2(4)M11"),
    SampleDevice("core-nyc-2", "northgate", "New York", _P, "10.20.0.2", "15.2(4)M11"),
    SampleDevice("edge-bos-1", "northgate", "Boston", _P, "10.21.0.1"),
    SampleDevice("sw-lobby-3", "halden", "Oslo lobby", _P, "10.30.3.3"),
    SampleDevice("sw-bergen-1", "halden", "Bergen", _P, "10.31.0.11"),
    SampleDevice("rtr-lab-1", "halden", "Oslo lobby", _L, "10.39.0.1"),
    SampleDevice("yard-sw-1", "corvus", "Hamburg yard", _P, "10.40.0.1"),
    SampleDevice("yard-sw-2", "corvus", "Hamburg yard", Environment.STAGING, "10.40.0.2"),
    SampleDevice("lab-core", "brightwater", "Chicago lab", _P, "10.50.0.1"),
    SampleDevice("lab-test", "brightwater", "Chicago lab", _L, "10.59.0.1"),
    SampleDevice("leeds-edge", "morrow", "Leeds", _P, "10.60.0.1"),
    SampleDevice("practice-ios-1", "", "", Environment.PRACTICE, "10.99.0.1"),
)


def customers() -> Iterator[Entity]:
    """Give customers, contacts, sites and installations."""
    for key, name, plan, is_vip, rep, zone, hours, contract in _CUSTOMERS:
        yield Customer(
            id=demo_id("customer", key),
            name=name,
            plan=plan,
            is_vip=is_vip,
            account_rep_id=person(rep),
            time_zone=zone,
            support_hours=hours,
            contract=contract,
        )
    for customer, key, name, role, phone, email in _CONTACTS:
        customer_id = demo_id("customer", customer)
        yield Contact(
            id=demo_id("contact", key), customer_id=customer_id, name=name, role=role, phone=phone, email=email
        )
    for customer, name, zone in _SITES:
        yield Site(id=demo_id("site", name), customer_id=demo_id("customer", customer), name=name, time_zone=zone)
    for customer, environment, build, database, hosts, ours in _INSTALLATIONS:
        yield Installation(
            id=demo_id("installation", customer),
            customer_id=demo_id("customer", customer),
            product="Device Manager",
            environment=environment,
            build=build,
            database=database,
            hosts=hosts,
            is_hosted_by_us=ours,
        )
