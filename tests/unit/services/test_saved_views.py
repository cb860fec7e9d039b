"""Views kept by name: mine and everybody's, changed, put in order and taken away."""

from dataclasses import replace

import pytest

from app.domain.errors import BadInput, Refused
from app.domain.issue_filter_text import FilterError
from app.domain.person import Role
from app.domain.view import SavedView
from app.services import saved_views, undo
from app.services.saved_views import ViewLine
from tests.halden import Clock
from tests.stations import Station, TestCompany

HALDEN = ViewLine("", "Halden  bridge", True, "customer:halden", ("number", "title"), "due", False, "owner")


@pytest.fixture
def ben(company: TestCompany, clock: Clock) -> Station:
    return company.station("ben", Role.SUPPORT, clock)


def test_a_view_of_mine_is_mine_and_one_for_everybody_everybodys(ben: Station, company: TestCompany) -> None:
    anna = company.station("anna")
    mine = saved_views.keep(ben.desk, HALDEN)
    ours = saved_views.keep(ben.desk, replace(HALDEN, name="Imports", is_mine=False, filter="topic:import"))
    ben.sync()
    anna.sync()
    assert [v.id for v in saved_views.views(ben.desk)] == [mine, ours]
    assert [v.id for v in saved_views.views(anna.desk)] == [ours]
    first = saved_views.views(ben.desk)[0]
    assert first == replace(HALDEN, id=mine, name="Halden bridge")


def test_a_view_is_changed_by_whoever_has_it_and_put_in_order(ben: Station) -> None:
    one = saved_views.keep(ben.desk, HALDEN)
    other = saved_views.keep(ben.desk, replace(HALDEN, name="Another"))
    assert [v.id for v in saved_views.views(ben.desk)] == [other, one]
    saved_views.put_in_order(ben.desk, [one, other])
    saved_views.keep(ben.desk, replace(HALDEN, id=one, filter="vip:yes"))
    assert [(v.id, v.filter) for v in saved_views.views(ben.desk)] == [(one, "vip:yes"), (other, "customer:halden")]


def test_a_view_of_everybodys_is_copied_and_not_taken(ben: Station, company: TestCompany) -> None:
    anna = company.station("anna")
    ours = saved_views.keep(anna.desk, replace(HALDEN, is_mine=False))
    anna.sync()
    ben.sync()
    mine = saved_views.keep(ben.desk, replace(HALDEN, id=ours, filter="vip:yes"))
    ben.sync()
    anna.sync()
    assert [(v.id, v.is_mine, v.filter) for v in saved_views.views(ben.desk)] == [
        (mine, True, "vip:yes"),
        (ours, False, "customer:halden"),
    ]
    assert [v.id for v in saved_views.views(anna.desk)] == [ours]


def test_a_view_of_ones_own_is_given_to_everybody(ben: Station, company: TestCompany) -> None:
    anna = company.station("anna")
    mine = saved_views.keep(ben.desk, HALDEN)
    ben.sync()
    anna.sync()
    assert not anna.cache.records(SavedView), "what is Ben's own is on his workstations only"
    ours = saved_views.keep(ben.desk, replace(HALDEN, id=mine, is_mine=False))
    assert ours != mine
    ben.sync()
    anna.sync()
    for station in (ben, anna):
        assert [(v.id, v.is_mine) for v in saved_views.views(station.desk)] == [(ours, False)]
        assert not station.conflicts()


@pytest.mark.parametrize(
    ("name", "says"), [("  ", "needs a name"), ("x" * 61, "too long"), ("HALDEN bridge", "is a view")]
)
def test_a_name_must_be_one_that_can_be_found(ben: Station, name: str, says: str) -> None:
    saved_views.keep(ben.desk, HALDEN)
    with pytest.raises(BadInput, match=says):
        saved_views.keep(ben.desk, replace(HALDEN, name=name))


@pytest.mark.parametrize(("text", "column"), [('state:open "lift', 12), ("vip:perhaps", 5), ("(vip:yes", 1)])
def test_a_filter_that_cannot_be_read_is_not_kept(ben: Station, text: str, column: int) -> None:
    with pytest.raises(FilterError, match=rf"\(column {column}\)"):
        saved_views.keep(ben.desk, replace(HALDEN, filter=text))
    assert saved_views.views(ben.desk) == ()


def test_a_view_taken_away_comes_back_with_undo(ben: Station) -> None:
    one = saved_views.keep(ben.desk, HALDEN)
    name, done = undo.recorded(ben.desk, lambda desk: saved_views.remove(desk, one))
    assert name == "Halden bridge"
    assert saved_views.views(ben.desk) == ()
    assert done is not None
    undo.revert(ben.desk, done)
    assert [v.name for v in saved_views.views(ben.desk)] == ["Halden bridge"]


def test_a_reader_keeps_none(company: TestCompany, clock: Clock) -> None:
    rita = company.station("rita", Role.READONLY, clock)
    with pytest.raises(Refused):
        saved_views.keep(rita.desk, HALDEN)
