"""The list of what is due: moved in, searched, and kept up while others work."""

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.issue import Issue
from app.domain.person import Role
from app.services import calls, issues
from app.services.desk import Desk
from tests.halden import Sample
from tests.stations import TestCompany
from tests.ui.panes.conftest import OpenConsole
from tests.ui.panes.queue.conftest import DOWN, ESCAPE, RETURN, WAIT_MS, Shown
from ui.kit.accessible import nameless, unreachable
from ui.panes.queue import QueuePane


def test_the_first_list_says_what_is_due_and_what_may_be_said(shown: Shown) -> None:
    pane = shown.pane
    assert shown.rows()[0] == "Import fails after the night deployment"
    assert pane.list.table.view.hasFocus()
    callout = pane.side.panel.findChildren(type(pane.side.panel._callout))[0]
    assert callout.accessibleName().startswith("4th call in 26 days. Promised ")
    assert "It slipped." in callout.accessibleName()
    assert callout.aloud.startswith("“The fix is in build 40.")
    shown.wait(lambda: shown.badges and shown.badges[-1] == ("1", "red"))
    assert nameless(pane) == []
    assert unreachable(pane) == []
    assert shown.console.book.clashes() == []


def test_keys_move_log_a_chaser_and_lead_to_the_device(shown: Shown, sample: Sample) -> None:
    shown.key(DOWN)
    shown.wait_for_issue("Cannot open page “AB”")
    shown.type("a")
    shown.wait(lambda: shown.pane.side.issue is not None and shown.pane.side.issue.calls == 3)
    assert "called again" in shown.told[-1]
    shown.key(ESCAPE)  # no promise
    shown.wait(lambda: shown.pane.list.table.chosen_row() is not None)
    shown.wait(lambda: (line := shown.pane.list.table.chosen_row()) is not None and line.calls == 3)
    shown.key(Qt.Key.Key_Up)
    shown.wait_for_issue("Import fails after the night deployment")
    shown.type("d")
    shown.wait(lambda: shown.went)
    assert shown.went[0][0] == "device"
    assert shown.went[0][2] == sample.issues["import"]


def test_one_of_several_devices_is_chosen_in_place(shown: Shown, sample: Sample) -> None:
    def add(desk: Desk) -> None:
        with desk.edit() as edit:
            rail = sample.customers["Northgate Rail"]
            edit.insert(Device(id=new_id(), customer_id=rail, name="ngr-edge-2", address="192.0.2.11"))

    shown.console.workstation.write(add).result(10)
    shown.wait(lambda: shown.pane.side.issue is not None and shown.pane.side.issue.devices == 2)
    shown.type("d")
    shown.wait(lambda: shown.pane.side._choice is not None)
    shown.key(DOWN)
    shown.key(RETURN)
    shown.wait(lambda: shown.went)
    assert shown.pane.side._choice is None


def test_others_work_shows_without_asking_and_what_is_looked_at_stays(
    shown: Shown, company: TestCompany, sample: Sample
) -> None:
    ben = company.station("ben")
    shown.key(DOWN)
    shown.wait_for_issue("Cannot open page “AB”")
    with ben.desk.edit() as edit:
        edit.update(ben.desk.need(Issue, sample.issues["page"]), next_update_at=None, title="Page AB opens")
        edit.update(ben.desk.need(Issue, sample.issues["vlan"]), next_update_at=None)
    ben.sync()
    shown.wait(lambda: len(shown.pane.list.table.model.ids) == 3)
    shown.wait_for_issue("Page AB opens")
    assert shown.pane.list.table.model.ids[1] == sample.issues["page"]
    shown.key(DOWN)
    shown.wait_for_issue("Site slow between 9 and 9:20")
    shown.console.workstation.write(lambda desk: issues.rename(desk, sample.issues["slow"], "Slow")).result(10)
    shown.wait(lambda: list(shown.pane.list.table.model.ids) == [sample.issues["import"], sample.issues["slow"]])


def test_views_words_and_any_issue_can_be_opened(shown: Shown, sample: Sample) -> None:
    pane = shown.pane
    shown.type("/")
    shown.type("bridge")
    shown.wait(lambda: not pane.list.table.model.ids)
    assert pane.list.table.empty.what.text() == "Nothing here has these words"
    pane.places.choose("all_open")
    shown.wait(lambda: list(pane.list.table.model.ids) == [sample.issues["bridge"]])
    pane.open_issue(sample.issues["old"])
    shown.wait_for_issue("Printer list is empty")
    assert pane.list.filter.text() == ""
    assert sample.issues["old"] in pane.list.table.model.ids
    pane.list.table.sort_asked.emit("title", False)
    shown.wait(lambda: shown.rows()[:2] == ["Printer list is empty", "Cannot open page “AB”"])  # the first is held
    state = pane.save_state()
    other = QueuePane(shown.console)
    shown.qtbot.addWidget(other)
    other.restore_state(state)
    shown.qtbot.waitUntil(lambda: other.side.issue_id == sample.issues["old"], timeout=WAIT_MS)
    assert other.save_state()["view"] == "all_open"
    for garbage in ({}, {"version": 2}, {"version": 1, "view": "moon"}, {"version": 1, "view": 3, "widths": None}):
        other.restore_state(garbage)


def test_an_empty_company_says_what_to_do(open_console: OpenConsole, qtbot: QtBot) -> None:
    shown = Shown(open_console("carla", Role.SUPPORT), qtbot)
    shown.wait(shown.pane.list.table.empty.isVisible)
    assert shown.pane.list.table.empty.what.text() == "No promise is due"
    assert shown.pane.side.issue is None
    shown.key(Qt.Key.Key_F2)
    assert shown.pane.is_logging
    assert not shown.console.book.can("queue.called_again")


def test_a_promise_that_falls_due_rises_as_time_passes(shown: Shown, sample: Sample) -> None:
    shown.pane.places.choose("all_open")
    shown.wait(lambda: len(shown.rows()) == 8)
    due_at = datetime.now(UTC) + timedelta(minutes=30, seconds=4)
    shown.console.workstation.write(lambda d: calls.promise_update(d, sample.issues["login"], due_at)).result(10)
    shown.qtbot.wait(500)
    assert "Login mail arrives late" not in shown.rows()[:2]
    shown.pane.look_at_clock()
    shown.qtbot.wait(4_000)
    shown.pane.look_at_clock()  # as its timer does
    shown.wait(lambda: shown.rows()[1] == "Login mail arrives late")
    assert shown.rows()[0] == "Import fails after the night deployment", "the one that is broken already"
