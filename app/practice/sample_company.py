"""The people and customers of the demo company, all made up; times are told from the moment it is made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.calendar import Calendar
from app.domain.customer import Contact, Customer, Environment, Installation, Site
from app.domain.entity import Entity, source_id
from app.domain.person import Role
from app.domain.sla import SlaPolicy

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


_DAY = "Mon-Fri 8-18"
# key, name, plan, VIP, representative, time zone, support hours, contract, country
_CUSTOMERS = (
    (
        "northgate",
        "Northgate Rail",
        "Premium 24x7",
        True,
        "mara",
        "America/New_York",
        "24x7",
        "until 30 Jun 2028",
        "US",
    ),
    ("halden", "Halden Hotels", "Premium 24x7", True, "mara", "Europe/Oslo", "24x7", "until 31 Dec 2027", "NO"),
    ("corvus", "Corvus Logistics", "Business hours", False, "chloe", "Europe/Berlin", _DAY, "yearly", "DE"),
    ("brightwater", "Brightwater Labs", "Business hours", False, "ben", "America/Chicago", _DAY, "yearly", "US"),
    ("morrow", "Morrow Foods", "Business hours", False, "chloe", "Europe/London", _DAY, "yearly", "GB"),
    ("tidewell", "Tidewell Insurance", "Basic", False, "ben", "America/New_York", "Mon-Fri 9-17", "monthly", "US"),
)

_NOTES = {
    "northgate": "Trains run all night: never restart anything between 4 and 6 their time.",
    "halden": "Their own ticket system must hear of everything; quote its number.",
    "morrow": "The database moves to PostgreSQL this winter.",
}

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

# contact: mobile, site, note
_MORE_OF_CONTACTS = {
    "jane": ("+12125550175", "New York", "rings from the train; her mobile is best after 17:00"),
    "omar": ("", "Boston", ""),
    "sigrid": ("+4799912345", "Oslo lobby", ""),
    "tobias": ("+4915555501234", "Hamburg yard", "writes German, speaks English"),
    "graham": ("+447700900461", "Leeds", "database questions only"),
}

# customer, name, time zone, phone, address
_SITES = (
    ("northgate", "New York", "America/New_York", "+12125550100", "1 Northgate Plaza\nNew York"),
    ("northgate", "Boston", "America/New_York", "+16175550100", "South Yard 4\nBoston"),
    ("halden", "Oslo lobby", "Europe/Oslo", "+4755501200", "Lobbygata 3\nOslo"),
    ("halden", "Bergen", "Europe/Oslo", "+4755501260", ""),
    ("corvus", "Hamburg yard", "Europe/Berlin", "+494066969100", "Am Kai 12\nHamburg"),
    ("brightwater", "Chicago lab", "America/Chicago", "+13125550100", ""),
    ("morrow", "Leeds", "Europe/London", "+441134960100", "Mill Road\nLeeds"),
)

# key, name, time zone, periods, holidays of
_CALENDARS = (
    ("always", "Around the clock", "UTC", "always", ""),
    ("europe", "European office hours", "Europe/Oslo", "mon-fri 08:00-18:00", "NO"),
    ("america", "American office hours", "America/New_York", "mon-fri 09:00-17:00", "US"),
)

# key, name, plan, priority, calendar, minutes to: first response, next update, resolution
_POLICIES = (
    ("premium-1", "Premium, P1", "Premium 24x7", 1, "always", 15, 60, 240),
    ("premium-2", "Premium, P2", "Premium 24x7", 2, "always", 30, 240, 1440),
    ("premium", "Premium", "Premium 24x7", 0, "always", 240, 1440, 0),
    ("business-1", "Business hours, P1", "Business hours", 1, "europe", 60, 240, 960),
    ("business", "Business hours", "Business hours", 0, "europe", 240, 1200, 4800),
    ("basic", "Basic", "Basic", 0, "america", 480, 2400, 0),
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


def customers() -> Iterator[Entity]:
    """Give customers, sites, contacts and installations, and the service levels."""
    for key, name, plan, is_vip, rep, zone, hours, contract, region in _CUSTOMERS:
        yield Customer(
            id=demo_id("customer", key),
            name=name,
            plan=plan,
            is_vip=is_vip,
            account_rep_id=person(rep),
            time_zone=zone,
            support_hours=hours,
            contract=contract,
            region=region,
            note=_NOTES.get(key, ""),
        )
    for customer, name, zone, phone, address in _SITES:
        yield Site(
            id=demo_id("site", name),
            customer_id=demo_id("customer", customer),
            name=name,
            time_zone=zone,
            phone=phone,
            address=address,
        )
    for customer, key, name, role, phone, email in _CONTACTS:
        mobile, site, note = _MORE_OF_CONTACTS.get(key, ("", "", ""))
        yield Contact(
            id=demo_id("contact", key),
            customer_id=demo_id("customer", customer),
            name=name,
            role=role,
            phone=phone,
            email=email,
            mobile=mobile,
            site_id=demo_id("site", site) if site else None,
            note=note,
        )
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
    yield from _service_levels()


def _service_levels() -> Iterator[Entity]:
    for key, name, zone, periods, region in _CALENDARS:
        yield Calendar(id=demo_id("calendar", key), name=name, time_zone=zone, periods=periods, holiday_region=region)
    for key, name, plan, priority, calendar, response, update, resolution in _POLICIES:
        yield SlaPolicy(
            id=demo_id("sla_policy", key),
            name=name,
            plan=plan,
            priority=priority,
            calendar_id=demo_id("calendar", calendar),
            first_response_m=response,
            next_update_m=update,
            resolution_m=resolution,
        )
