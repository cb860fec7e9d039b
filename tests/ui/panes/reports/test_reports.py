"""The reports as people look at them: what is said, the issues behind each number by mouse and key, and on paper."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.domain.entity import new_id
from app.domain.errors import BadInput, EnvironmentFault
from app.domain.issue import Issue, IssueState
from app.domain.report import ReportName
from app.services.desk import Desk
from tests.stations import TestCompany
from tests.ui.hands import click, press, write
from tests.ui.panes.conftest import House, Went, console, open_console, shoot
from ui.kit.accessible import nameless, unreachable
from ui.kit.console import Console
from ui.kit.theme import DARK, LIGHT, Scheme, theme
from ui.panes.reports import ReportsPane, paper
from ui.panes.reports.chart import Chart

__all__ = ["console", "open_console"]

T = TypeVar("T")
Key = Qt.Key


@dataclass
class Desktop:
    """Anna's console with the reports in a window of its own."""

    qtbot: QtBot
    console: Console
    pane: ReportsPane

    def wait(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=8_000)

    def shows(self, name: ReportName) -> None:
        self.wait(lambda: self.pane.report and self.pane.report.name is name and not self.pane.is_counting)

    def press(self, key: Qt.Key) -> None:
        press(self.pane.window().focusWidget() or self.pane, key)

    @property
    def went(self) -> Went:
        assert isinstance(self.console.navigator, Went)
        return self.console.navigator

    @property
    def behind(self) -> list[str]:
        return list(self.pane.behind.table.model.ids)


@pytest.fixture
def house(company: TestCompany, console: Console) -> House:
    return House(company, console)


def an_issue(house: House, ago: timedelta, **more: object) -> str:
    def add(desk: Desk) -> str:
        with desk.edit() as edit:
            fields = {"opened_at": datetime.now(UTC) - ago, "state": IssueState.OPEN, **more}
            return edit.insert(Issue(id=new_id(), **fields)).id  # type: ignore[arg-type]

    return house.act(add)


@pytest.fixture
def ids(house: House) -> list[str]:
    """An urgent issue of an hour, and two of ten days."""
    return [
        an_issue(house, timedelta(hours=1), title="Burning", impact=1, urgency=1),
        an_issue(house, timedelta(days=10), title="Old"),
        an_issue(house, timedelta(days=9), title="Less old"),
    ]


@pytest.fixture
def desktop(qtbot: QtBot, house: House, ids: list[str]) -> Desktop:
    assert ids, "there is something to report"
    pane = ReportsPane(house.console)
    made = Desktop(qtbot, house.console, pane)
    qtbot.addWidget(pane)
    house.console.book.add(*pane.commands())
    house.console.book.attach(pane)
    pane.resize(1280, 730)
    pane.show()
    pane.activateWindow()
    qtbot.waitUntil(pane.isActiveWindow)
    pane.focus_first()
    made.shows(ReportName.BACKLOG)
    return made


def test_the_sentence_comes_first_and_everything_has_a_name(desktop: Desktop, qtbot: QtBot) -> None:
    pane = desktop.pane
    assert pane.sentence.text().startswith("3 issues are open, 0 of them for more than 30 days")
    assert [(p.row.key, p.column.id, p.value) for p in pane.chart.pieces] == [("day", "p1", 1), ("2w", "p3", 2)]
    assert pane.limits.text()
    assert nameless(pane) == []
    assert unreachable(pane) == []
    shoot(pane, "reports", qtbot)


def test_a_number_on_the_chart_opens_its_issues_by_key(desktop: Desktop, ids: list[str]) -> None:
    desktop.press(Key.Key_G)
    assert desktop.pane.chart.hasFocus()
    assert desktop.pane.chart.accessibleDescription() == "Less than a day, P1: 1"
    desktop.press(Key.Key_Down)
    assert desktop.pane.chart.accessibleDescription() == "1 to 2 weeks, P3: 2"
    desktop.press(Key.Key_Return)
    desktop.wait(lambda: desktop.behind == [ids[1], ids[2]])
    assert desktop.pane.behind.title.text() == "1 to 2 weeks · P3 (2 issues)"
    desktop.wait(desktop.pane.behind.table.chosen_row)
    desktop.press(Key.Key_Return)
    assert desktop.went.to == [("issue", ids[1])]
    desktop.press(Key.Key_O)
    assert desktop.went.to[-1] == ("issues", "Backlog by age: 1 to 2 weeks · P3", ids[1], ids[2])
    desktop.press(Key.Key_Escape)
    assert desktop.pane.table is not None
    assert desktop.pane.table.isVisible()
    assert not desktop.console.book.can("reports.list")


def test_a_number_on_the_chart_opens_its_issues_by_mouse(desktop: Desktop, ids: list[str]) -> None:
    chart = desktop.pane.chart
    urgent = chart.pieces[0]
    viewport = chart.plot.viewport()  # type: ignore[attr-defined]  # a graphics view, which its library does not type
    click(viewport, chart.place_of(urgent).toPoint())
    desktop.wait(lambda: desktop.behind == [ids[0]])
    beyond = chart.place_of(chart.pieces[1]).toPoint() + QPoint(viewport.width() // 2 - 10, 0)
    click(viewport, QPoint(min(beyond.x(), viewport.width() - 4), beyond.y()))
    desktop.wait(lambda: desktop.behind == [ids[1], ids[2]])
    assert desktop.pane.behind.title.text() == "1 to 2 weeks · All (2 issues)"


def test_the_table_opens_the_number_under_its_cursor(desktop: Desktop, ids: list[str]) -> None:
    table = desktop.pane.table
    assert table is not None
    table.setFocus()
    desktop.press(Key.Key_Home)
    desktop.press(Key.Key_Return)
    desktop.wait(lambda: desktop.behind == [ids[0]])
    assert desktop.pane.behind.title.text() == "Less than a day · All (1 issue)"
    desktop.press(Key.Key_B)
    for _ in range(2):
        desktop.press(Key.Key_Right)
    desktop.press(Key.Key_Return)
    desktop.wait(lambda: "P2 (0" in desktop.pane.behind.title.text())
    assert desktop.pane.behind.table.empty.isVisible()


def test_figures_as_of_a_time(desktop: Desktop) -> None:
    desktop.press(Key.Key_T)
    assert desktop.pane.time.hasFocus()
    write(desktop.pane.time, "soon")
    desktop.press(Key.Key_Return)
    assert desktop.went.told[-1][0] == "“soon” is no time that figures can be asked for."
    desktop.pane.time.setText((datetime.now(UTC) - timedelta(days=9, hours=6)).isoformat())
    desktop.press(Key.Key_Return)
    desktop.wait(lambda: desktop.pane.sentence.text().startswith("1 issue is open"))
    desktop.pane.time.clear()
    desktop.press(Key.Key_Return)
    desktop.wait(lambda: desktop.pane.sentence.text().startswith("3 issues"))


def test_where_nothing_is_it_says_what_to_do(desktop: Desktop) -> None:
    desktop.pane.show_report(ReportName.DEPLOYMENTS)
    desktop.shows(ReportName.DEPLOYMENTS)
    assert desktop.pane.nothing.isVisible()
    assert "Record deployments" in desktop.pane.nothing.todo.text()
    assert not desktop.console.book.can("reports.chart")


def test_every_report_is_shown_in_both_themes(desktop: Desktop) -> None:
    for name in ReportName:
        desktop.pane.show_report(name)
        desktop.shows(name)
        for scheme in (Scheme.DARK, Scheme.LIGHT):
            theme().use(scheme)
            assert not desktop.pane.grab().isNull()


def test_counting_can_be_stopped_and_keeps_what_was_shown(desktop: Desktop) -> None:
    pane = desktop.pane
    before = pane.report
    pane.refresh()
    assert pane.is_counting
    assert pane.cancel.isVisible()
    desktop.console.book.run("reports.cancel")
    desktop.wait(lambda: not pane.is_counting)
    desktop.qtbot.wait(200)
    assert pane.report is before


def test_a_report_on_paper(desktop: Desktop, tmp_path: Path) -> None:
    pane = desktop.pane
    for suffix in paper.SUFFIXES:
        pane.export_to(tmp_path / f"report{suffix}")
        assert desktop.went.told[-1] == (f"“Backlog by age” is in {tmp_path / f'report{suffix}'}.", "")
    assert (tmp_path / "report.csv").read_text(encoding="utf-8-sig").splitlines()[1] == "Less than a day,1,0,0,0,1"
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    image = QImage(str(tmp_path / "report.png"))
    assert image.width() == 1800
    pane.export_to(tmp_path / "no" / "report.csv")
    assert "cannot be written" in desktop.went.told[-1][0]
    pane.export_to(tmp_path / "report.doc")
    assert "none of PNG, CSV and PDF" in desktop.went.told[-1][0]
    assert pane.report is not None
    with pytest.raises(EnvironmentFault):
        paper.save(pane.report, tmp_path / "no" / "report.png")
    with pytest.raises(BadInput):
        paper.save(pane.report, tmp_path / "report")


def test_paper_is_white_whatever_the_screen(desktop: Desktop) -> None:
    assert desktop.pane.report is not None
    theme().use(Scheme.DARK)
    try:
        on_screen, on_paper = (
            paper.picture(desktop.pane.report, is_for_paper=is_for_paper) for is_for_paper in (False, True)
        )
    finally:
        theme().use(Scheme.LIGHT)
    assert on_screen.pixelColor(2, 2).name() == DARK.panel
    assert on_paper.pixelColor(2, 2).name() == LIGHT.panel


def test_a_chart_without_numbers_leaves_keys_alone(qtbot: QtBot) -> None:
    chart = Chart()
    qtbot.addWidget(chart)
    chart.show()
    for key in (Key.Key_Down, Key.Key_Return, Key.Key_Right):
        press(chart, key)
    assert chart.chosen is None


def test_escape_leads_back_to_the_pane(desktop: Desktop, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desktop.pane.left, timeout=2_000):
        desktop.press(Key.Key_Escape)
