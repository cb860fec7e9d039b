"""Snippets: kept for oneself or for all, filled in whole or not at all."""

import pytest

from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.person import Role
from app.services import snippets
from tests.halden import Clock, Sample
from tests.stations import Station, TestCompany

BODY = "interface {{ port }}\n description {{customer}} {{ port }}\n\n"


@pytest.fixture
def ben(company: TestCompany, clock: Clock) -> Station:
    return company.station("ben", Role.SUPPORT, clock)


def test_mine_is_mine_and_one_for_everybody_everybodys(anna: Station, ben: Station) -> None:
    mine = snippets.write(ben.desk, "  Port  words ", BODY, platform="cisco_ios")
    ours = snippets.write(ben.desk, "Clock", "show clock", is_mine=False)
    ben.sync()
    anna.sync()
    assert [s.id for s in snippets.all_of(ben.desk)] == [ours, mine]
    assert [s.id for s in snippets.all_of(anna.desk)] == [ours]
    assert [s.id for s in snippets.all_of(ben.desk, "cisco_nxos")] == [ours]
    line = snippets.all_of(ben.desk, "cisco_ios")[1]
    assert (line.name, line.variables) == ("Port words", ("port",))
    with pytest.raises(Refused):
        snippets.remove(anna.desk, mine)
    snippets.remove(ben.desk, mine)
    assert [s.id for s in snippets.all_of(ben.desk)] == [ours]


def test_it_is_filled_by_the_device_and_by_what_is_typed(anna: Station, sample: Sample) -> None:
    device = Device(
        id=new_id(), name="sw-1", address="10.0.0.1", customer_id=sample.customers["Halden Hotels"], site="Oslo"
    )
    values = snippets.values_of(anna.desk, device)
    assert set(values) == set(snippets.OF_DEVICE)
    lines = snippets.fill(BODY, {**values, "port": " Gi0/1 "})
    assert lines == ("interface Gi0/1", f" description {values['customer']} Gi0/1")
    assert snippets.fill("show {", {}) == ("show {",)


@pytest.mark.parametrize("value", ["", "  ", "x\ny", "x\ry", "\x1b[A", "x" * 501])
def test_a_value_that_is_no_part_of_a_line_fills_nothing(value: str) -> None:
    with pytest.raises(BadInput, match="port"):
        snippets.fill(BODY, {"customer": "Halden", "port": value})


@pytest.mark.parametrize(("name", "body"), [("", "show"), ("x", " \n"), ("x", "a\x1bb"), ("x", "y" * 20_001)])
def test_what_is_no_snippet_is_refused(anna: Station, name: str, body: str) -> None:
    with pytest.raises(BadInput):
        snippets.write(anna.desk, name, body)
