"""Triage on the keyboard: the filter language, views kept by name, groups, columns, many at once, sleep, undo."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.services.issue_lists import Grouping, Order, View
from tests.halden import Sample
from tests.ui.panes.conftest import shoot
from tests.ui.panes.queue.conftest import CTRL, DOWN, ESCAPE, RETURN, Shown, count
from ui.kit.accessible import nameless, unreachable
from ui.panes.queue import QueuePane

SHIFT = Qt.KeyboardModifier.ShiftModifier


def all_open(shown: Shown) -> None:
    shown.pane.places.choose(View.ALL_OPEN)
    shown.wait(lambda: len(shown.rows()) >= 6)
    shown.pane.list.table.setFocus()


def test_the_filter_is_completed_and_says_where_it_cannot_be_read(shown: Shown, qtbot: QtBot) -> None:
    all_open(shown)
    field = shown.pane.list.filter
    shown.type("/")
    assert field.hasFocus()
    shown.type("vi")
    shown.wait(lambda: field.offered == ["vip:"])
    for key in (DOWN, RETURN):
        popup = QApplication.activePopupWidget()
        assert popup is not None
        QTest.keyClick(popup, key)
    shown.wait(lambda: field.text() == "vip:")
    shown.wait(lambda: field.offered == ["vip:yes", "vip:no"])
    shown.type("yes waiting:Engineering")
    shown.wait(lambda: shown.rows() == ["Import fails after the night deployment"])
    assert field.wrong_at == -1
    shown.type(" and (")
    shown.wait(lambda: field.wrong_at >= 0)
    assert "column" in field.toolTip()
    assert shown.rows() == ["Import fails after the night deployment"], "what was found before stays"
    shoot(shown.pane, "filter-wrong", qtbot)
    shown.key(ESCAPE)
    if field.text():
        shown.key(ESCAPE)
    shown.wait(lambda: len(shown.rows()) >= 6)


def test_letters_typed_over_an_empty_list_never_become_commands(shown: Shown) -> None:
    field = shown.pane.list.filter
    shown.type("/")
    shown.type("zzzz")
    shown.wait(lambda: not shown.pane.list.table.model.ids)
    shown.key(RETURN)
    assert field.hasFocus()
    calls = count(shown.console, "SELECT count(*) FROM interaction")
    shown.key(Qt.Key.Key_A, CTRL)
    shown.type("import again")
    shown.wait(lambda: field.text() == "import again")
    assert field.hasFocus()
    assert count(shown.console, "SELECT count(*) FROM interaction") == calls
    assert shown.pane.side.form is None


def test_a_view_is_kept_shown_changed_taken_away_and_brought_back(shown: Shown, qtbot: QtBot) -> None:
    all_open(shown)
    shown.pane.list.filter.setText("vip:yes")
    shown.pane.list.change(order=Order.CALLS, is_descending=True)
    shown.pane.list.table.setFocus()
    shown.key(Qt.Key.Key_V, SHIFT)
    shown.type("VIPs who call")
    shown.key(RETURN)
    shown.wait(lambda: shown.pane.list.listing.saved is not None)
    assert shown.told[-1] == "“VIPs who call” is kept for you."
    shown.wait(lambda: any(one.startswith("saved:") for one in shown.pane.places.ids()))
    assert shown.pane.places.current().startswith("saved:")
    assert shown.pane.list.header.isVisible()
    shoot(shown.pane, "saved-view", qtbot)
    shown.pane.places.choose(View.ALL_OPEN)
    shown.wait(lambda: shown.pane.list.listing.saved is None)
    shown.pane.places.choose(next(one for one in shown.pane.places.ids() if one.startswith("saved:")))
    shown.wait(lambda: shown.pane.list.listing.saved is not None)
    assert shown.pane.list.filter.text() == "state:open vip:yes"
    assert shown.pane.list.listing.order is Order.CALLS
    shown.pane.list.filter.setText("state:open vip:no")
    shown.wait(shown.pane.list.changed_mark.isVisible)
    shown.console.book.run("queue.drop_view")
    shown.wait(lambda: not any(one.startswith("saved:") for one in shown.pane.places.ids()))
    assert shown.pane.list.listing.view is View.ALL_OPEN
    shown.wait(lambda: shown.console.book.can("edit.undo"))
    shown.console.book.run("edit.undo")
    shown.wait(lambda: any(one.startswith("saved:") for one in shown.pane.places.ids()))


def test_rows_stand_together_under_headings_that_the_keys_pass_over(shown: Shown, qtbot: QtBot) -> None:
    all_open(shown)
    shown.pane.list.change(group_by=Grouping.CUSTOMER)
    model = shown.pane.list.table.model
    shown.wait(lambda: any(model.is_heading(at) for at in range(len(model.ids))))
    headings = [at for at in range(len(model.ids)) if model.is_heading(at)]
    assert headings[0] == 0
    first = model.cells(0)
    assert first is not None
    assert first[1].text.endswith(("issue", "issues"))
    shown.pane.list.table.setFocus()
    shown.key(Qt.Key.Key_Home)
    for _row in range(len(model.ids)):
        assert shown.pane.list.table.chosen_id() not in {model.ids[at] for at in headings}
        shown.key(DOWN)
    shoot(shown.pane, "grouped", qtbot)


def test_columns_are_chosen_and_kept(shown: Shown, qtbot: QtBot) -> None:
    shown.key(Qt.Key.Key_C, SHIFT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    owner = next(action for action in menu.actions() if action.text() == "Owner")
    assert not owner.isChecked()
    owner.trigger()
    menu.close()
    assert [c.id for c in shown.pane.list.table.model.columns][-1] == "owner"
    shown.wait(lambda: len(shown.rows()) == 4)
    kept = shown.pane.save_state()
    assert kept["columns"][-1] == "owner"
    another = QueuePane(shown.console)
    qtbot.addWidget(another)
    another.restore_state(kept)
    assert [c.id for c in another.list.table.model.columns][-1] == "owner"


def test_many_issues_are_changed_at_once_as_it_was_said_before(shown: Shown, qtbot: QtBot) -> None:
    all_open(shown)
    shown.key(Qt.Key.Key_Home)
    shown.key(Qt.Key.Key_Space)
    shown.key(DOWN, SHIFT)
    bar = shown.pane.list_acts.bulk
    shown.wait(bar.isVisible)
    assert bar.what.text() == "3 issues chosen"
    shown.key(Qt.Key.Key_A, CTRL)
    every = len(shown.pane.list.table.model.ids)
    assert bar.what.text() == f"{every} issues chosen"
    shown.key(Qt.Key.Key_B, CTRL)
    shown.type("topic import; tag night; nonsense")
    assert "nonsense" in bar.says.text()
    assert not bar.do.isEnabled()
    for _letter in "; nonsense":
        shown.key(Qt.Key.Key_Backspace)
    shown.wait(bar.do.isEnabled)
    shoot(shown.pane, "bulk", qtbot)
    assert nameless(shown.pane) == []
    assert unreachable(shown.pane) == []
    shown.key(RETURN)
    tagged = "SELECT count(*) FROM issue i JOIN tag t ON t.issue_id = i.id AND t.deleted = 0 WHERE i.topic = 'import'"
    shown.wait(lambda: count(shown.console, tagged) == every)
    shown.wait(lambda: shown.told and shown.told[-1] == f"{every} issues changed. Ctrl+Z takes it back.")
    shown.console.book.run("edit.undo")
    shown.wait(lambda: count(shown.console, tagged) == 0)
    shown.key(ESCAPE)
    shown.wait(lambda: not bar.isVisible())


def test_an_issue_sleeps_and_wakes(shown: Shown) -> None:
    all_open(shown)
    many = len(shown.rows())
    shown.key(Qt.Key.Key_Home)
    shown.type("z")
    shown.type("tomorrow 9")
    shown.key(RETURN)
    shown.wait(lambda: shown.told and "out of your sight until" in shown.told[-1])
    shown.pane.places.choose(View.UNASSIGNED)
    shown.pane.places.choose(View.ALL_OPEN)
    shown.wait(lambda: len(shown.pane.list.table.model.ids) == many - 1)
    shown.pane.list.filter.setText("snoozed:yes")
    shown.wait(lambda: len(shown.pane.list.table.model.ids) == 1)
    shown.pane.list.table.setFocus()
    shown.wait(shown.pane.list.table.chosen_id)
    shown.key(Qt.Key.Key_Z, SHIFT)
    shown.wait(lambda: shown.told[-1] == "1 issue back in your sight.")


def test_issues_named_by_something_else_are_a_list_too(shown: Shown, sample: Sample) -> None:
    shown.pane.show_issues("Calls on Monday", [sample.issues["vlan"], sample.issues["import"]])
    shown.wait(lambda: len(shown.rows()) == 2)
    assert shown.pane.places.current() == "these"
    assert list(shown.pane.list.table.model.ids) == [sample.issues["vlan"], sample.issues["import"]]
    shown.pane.list.filter.setText("VLAN")
    shown.wait(lambda: len(shown.pane.list.table.model.ids) == 1)
