"""Nothing is cut where the window is narrow or words are long."""

from dataclasses import replace

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.ui.panes.queue.conftest import Shown, count
from ui.kit.buttons import KeyButton
from ui.kit.facts import Figure, FigureRow
from ui.kit.labels import Label
from ui.kit.unsent import UnsentMark
from ui.panes.queue.facts_panel import IssuePanel


def test_a_narrow_window_cuts_no_button_and_keeps_titles_readable(shown: Shown) -> None:
    pane = shown.pane
    header, table = pane.list.header, pane.list.table
    pane.list.unfinished.show()
    for width in (1024, 950):
        pane.resize(width, 700)
        shown.qtbot.wait(20)
        assert pane.width() == width
        assert table.view.columnWidth(1) >= 180, width
        assert table.view.isColumnHidden(5), "when it was updated yields first"
        for button in header.findChildren(KeyButton):
            assert button.width() >= button.sizeHint().width(), width
            assert header.rect().contains(button.geometry()), width
        assert table.view.header.length() <= table.view.viewport().width(), width
    pane.resize(1280, 730)
    shown.wait(lambda: not table.view.isColumnHidden(3))
    pane.resize(1500, 730)
    shown.wait(lambda: not table.view.isColumnHidden(5))


def test_the_facts_are_never_wider_than_their_view(shown: Shown) -> None:
    panel = IssuePanel(shown.console, shown.pane._button)
    shown.qtbot.addWidget(panel)
    panel.show()
    inner = panel.body.parentWidget()
    assert inner is not None
    view = inner.parentWidget()
    assert view is not None
    detail = shown.pane.side.issue
    assert detail is not None
    long = replace(
        detail,
        waiting_on="the vendor of the vendor's vendor in another country",
        contact="Maximiliane von Hohenstein-Schwarzenberg",
        contact_role="deputy head of network operations",
        customer="Northgate Rail and Harbour Holding Company of the North East",
        facts={"a very long name of a field in the other system": "x", "made_sla": "false"},
    )
    shown.wait(lambda: count(shown.console, "SELECT count(*) FROM outbox") == 0)
    shown.qtbot.wait(300)  # no mark comes or goes from here on but ours
    shown.console.unsent.show(frozenset({detail.id}))
    for width in (360, 391, 600):
        panel.resize(width, 700)
        panel.show_issue(long)
        shown.qtbot.wait(20)
        assert panel.width() == width
        assert inner.width() == view.width(), width
        assert inner.minimumSizeHint().width() <= view.width(), width
        unsent = next(mark for mark in inner.findChildren(UnsentMark) if mark.isVisible())
        for label in inner.findChildren(Label):
            if label.wordWrap() and label.isVisible():
                assert label.height() >= label.heightForWidth(label.width()), (width, label.text())
        assert unsent.mapTo(view, unsent.rect().bottomRight()).x() <= view.width(), width


def test_figures_wrap_where_letters_are_wide(qtbot: QtBot) -> None:
    row = FigureRow([Figure(title, "6 d ago") for title in ("Next update", "Opened", "Customer last updated")])
    qtbot.addWidget(row)
    row.show()
    layout = row.layout()
    assert layout is not None
    one_row = row.sizeHint().width()
    assert layout.heightForWidth(one_row - 1) > layout.heightForWidth(one_row)
    assert row.minimumSizeHint().width() < one_row
    row.resize(one_row + 100, 60)
    qtbot.wait(1)
    last = row.findChildren(QLabel)[-1].parentWidget()
    assert last is not None
    assert last.geometry().right() >= row.width() - 3, "spread over the width there is"
