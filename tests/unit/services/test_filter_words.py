"""What can be typed next into a filter."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.customer import Customer
from app.domain.entity import new_id
from app.domain.issue import Issue
from app.domain.issue_filter_text import parse
from app.domain.person import Role
from app.services import tags
from app.services.filter_words import completions
from tests.stations import Station, TestCompany


@pytest.fixture
def ben(company: TestCompany) -> Station:
    ben = company.station("ben", Role.SUPPORT)
    with ben.desk.edit() as edit:
        edit.insert(Customer(id=new_id(), name="Northgate Rail"))
        edit.insert(Customer(id=new_id(), name="Halden"))
        for topic in ("import", "import", "login"):
            issue = edit.insert(Issue(id=new_id(), title="x", topic=topic))
    tags.add(ben.desk, issue.id, "vpn")
    return ben


CASES = [
    ("", ()),
    ("cust", ("customer:",)),
    ("vip:yes -to", ("-topic:",)),
    ("vip:", ("vip:yes", "vip:no")),
    ("state:w", ("state:waiting", "state:watching")),
    ("customer:nor", ('customer:"Northgate Rail"',)),
    ('customer:"nor', ('customer:"Northgate Rail"',)),
    ("(topic:", ("topic:none", "topic:import", "topic:login")),
    ("tag:v", ("tag:vpn",)),
    ("updated>2", ("updated>2d", "updated>2bd")),
    ("nothing:x", ()),
    ("owner:m", ("owner:me",)),
]


def test_what_is_offered(ben: Station) -> None:
    for typed, offered in CASES:
        assert completions(ben.desk, typed) == offered, typed


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_whatever_is_typed_nothing_breaks(ben: Station, text: str) -> None:
    completions(ben.desk, text)


def test_what_is_offered_can_be_read(ben: Station) -> None:
    for typed in ("updated>", "state:", "customer:", "p:", "promise:", "due<", "has:", "kind:"):
        for one in completions(ben.desk, typed):
            parse(one)
