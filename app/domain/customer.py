"""Customers, their contacts, sites and installations."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.entity import Entity


class Environment(StrEnum):
    """What a mistake would hit."""

    PRODUCTION = "production"
    STAGING = "staging"
    LAB = "lab"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer(Entity):
    """An organisation. A restricted one is seen by managers and by people named in CustomerAccess only.

    `region` is its country ("GB"): how its people write phone numbers.
    """

    name: str
    plan: str = ""
    is_vip: bool = False
    is_restricted: bool = False
    account_rep_id: str | None = None
    time_zone: str = "UTC"
    support_hours: str = ""
    contract: str = ""
    region: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAccess(Entity):
    """Lets one person see one restricted customer."""

    customer_id: str
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Entity):
    """A person at a customer. `phone` and `mobile` are E.164; who has gone is kept for the history only."""

    customer_id: str
    name: str
    role: str = ""
    phone: str = ""
    email: str = ""
    mobile: str = ""
    site_id: str | None = None
    has_gone: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Entity):
    """A place of a customer."""

    customer_id: str
    name: str
    time_zone: str = "UTC"
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation(Entity):
    """What a customer runs: a product in an environment. `database` is its kind and version."""

    customer_id: str
    product: str
    environment: Environment = Environment.PRODUCTION
    build: str = ""
    database: str = ""
    hosts: str = ""
    is_hosted_by_us: bool = False
    hosted_by: str = ""
    url: str = ""
    note: str = ""
