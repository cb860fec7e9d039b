from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.issue import Issue
from app.domain.person import Role
from app.runtime.profile import CompanyKind, Profile
from app.runtime.secrets import MemorySecrets
from app.runtime.workstation import Workstation
from app.services import calls, issues
from app.services.calls import CallDraft
from app.services.desk import Desk
from app.services.issues import View
from app.services.promises import USUAL
from tests.halden import Sample, furnish
from tests.stations import Station, TestCompany
from tests.ui.panes.conftest import OpenConsole, Went
from ui.kit.accessible import nameless, unreachable
from ui.kit.buttons import KeyButton
from ui.kit.commands import CommandBook
from ui.kit.console import Console
from ui.kit.facts import Figure, FigureRow
from ui.kit.labels import Label
from ui.kit.mailbox import Mailbox
from ui.kit.unsent import UnsentMark
from ui.panes.queue import QueuePane
from ui.panes.queue.about_list import SOMETHING_NEW
from ui.panes.queue.facts_panel import IssuePanel

WAIT_MS = 15_000
RETURN, ESCAPE, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class Shown:
    """A pane on the screen, worked with keys."""

    def __init__(self, console: Console, qtbot: QtBot) -> None:
        self.console, self.qtbot = console, qtbot
        self.pane = QueuePane(console, lambda text, kind: self.badges.append((text, str(kind))))
        self.badges: list[tuple[str, str]] = []
        qtbot.addWidget(self.pane)
        console.book.add(*(replace(c, place="queue") for c in self.pane.commands()))
        console.book.attach(self.pane)
        console.book.go("queue")
        self.pane.resize(1280, 730)
        self.pane.show()
        qtbot.waitExposed(self.pane)
        self.pane.activateWindow()
        self.wait(self.pane.isActiveWindow)
        self.pane.focus_first()

    @property
    def told(self) -> list[str]:
        navigator = self.console.navigator
        assert isinstance(navigator, Went)
        return [what for what, _todo in navigator.told]

    @property
    def went(self) -> list[tuple[str, ...]]:
        navigator = self.console.navigator
        assert isinstance(navigator, Went)
        return navigator.to

    def wait(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    def wait_for_issue(self, title: str) -> None:
        self.wait(lambda: self.pane.side.issue is not None and self.pane.side.issue.title == title)

    def type(self, text: str) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClicks(widget, text)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClick(widget, key, modifier)

    def rows(self) -> list[str]:
        model = self.pane.list.table.model
        found = [model.row(at) for at in range(len(model.ids))]
        return [line.title for line in found if line is not None]


@pytest.fixture
def sample(console: Console) -> Sample:
    return console.workstation.write(furnish).result(20)


@pytest.fixture
def shown(console: Console, sample: Sample, qtbot: QtBot) -> Shown:
    assert sample.issues
    made = Shown(console, qtbot)
    made.wait_for_issue("Import fails after the night deployment")
    made.wait(lambda: len(made.rows()) == 4)
    return made


def count(console: Console, statement: str) -> int:
    found = console.workstation.read(lambda desk: desk.cache.read(statement)).result(10)
    return int(found[0][0])


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


def test_a_call_is_logged_with_the_keyboard_alone_and_seen_elsewhere(
    shown: Shown, sample: Sample, company: TestCompany
) -> None:
    pane = shown.pane
    shown.key(Qt.Key.Key_F2)
    assert pane.is_logging
    shown.type("0147")
    shown.wait(lambda: pane.call.panel.aloud)
    assert pane.call.highlighted.startswith("Dana Whitfield")
    shown.key(RETURN)
    assert pane.call.body.hasFocus(), "what is typed next is never lost"
    shown.type("still broken")
    assert pane.call.draft.issue_id == sample.issues["import"], "what the card spoke of"
    assert pane.call.panel.aloud.startswith("“The fix is in build 40.")
    pane.call.by.setFocus()
    shown.type("in 2h")
    shown.key(RETURN, CTRL)
    shown.wait(lambda: not pane.is_logging)
    shown.wait(lambda: pane.side.issue is not None and pane.side.issue.calls == 5)
    assert pane.side.issue is not None
    assert pane.side.issue.open_promises[0].what == "We call with an update"
    assert pane.call.draft == CallDraft()
    assert count(shown.console, "SELECT count(*) FROM draft") == 0
    ben = company.station("ben")
    shown.wait(lambda: ben.sync() is not None and _calls_there(ben, sample) == 5)


def test_keys_faster_than_the_look_up_are_not_lost(shown: Shown, sample: Sample) -> None:
    call = shown.pane.call
    shown.key(Qt.Key.Key_F2)
    shown.type("whitf")
    shown.key(RETURN)
    shown.type("still broken")
    shown.wait(lambda: call.draft.contact_id == sample.contacts["Dana Whitfield"])
    shown.wait(lambda: call.draft.issue_id == sample.issues["import"])
    assert call.draft.body == "still broken"
    assert call.body.hasFocus()


def test_what_it_is_about_is_chosen_while_typing(shown: Shown, sample: Sample) -> None:
    call = shown.pane.call
    shown.key(Qt.Key.Key_F2)
    shown.type("dana")
    shown.wait(lambda: call.panel.aloud)
    shown.key(RETURN)
    shown.wait(call.about.isVisible)
    assert call.draft.issue_id == sample.issues["import"]
    shown.type("st")
    shown.key(Qt.Key.Key_Up, ALT)
    assert call.about.current() == SOMETHING_NEW
    shown.key(DOWN, ALT)
    assert call.draft.issue_id == sample.issues["import"]
    shown.key(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert call.about.hasFocus()
    shown.key(Qt.Key.Key_Up)
    assert call.about.current() == SOMETHING_NEW
    for letter in "ill a":  # some of them are commands of the list
        shown.type(letter)
    assert call.body.hasFocus()
    assert call.draft.body == "still a"
    shown.console.workstation.write(lambda desk: issues.rename(desk, sample.issues["import"], "Import")).result(10)
    shown.wait(lambda: any(i.title == "Import" for i in (call._card.issues if call._card else ())))
    assert call.draft.issue_id is None, "what was chosen stays when others change something"


def _calls_there(station: Station, sample: Sample) -> int:
    found = issues.find(station.desk, sample.issues["import"])
    return found.calls if found else 0


def test_somebody_unknown_is_logged_as_typed(shown: Shown) -> None:
    shown.key(Qt.Key.Key_F2)
    shown.type("Jim of nowhere")
    shown.wait(lambda: not shown.pane.call.finder.matches.isHidden())
    shown.wait(lambda: shown.pane.call.finder.matches.ids() == ["somebody-else"])
    shown.key(RETURN)
    assert shown.pane.call.body.hasFocus()
    shown.type("wants a quote")
    shown.key(RETURN, CTRL)
    shown.wait_for_issue("wants a quote")
    assert shown.pane.list.view is View.ALL_OPEN
    assert shown.told[-1] == "Logged as a new issue."
    assert shown.pane.side.issue is not None
    assert "Caller: Jim of nowhere" in shown.pane.side.issue.happened[0].body


def test_a_refused_call_says_why_and_loses_nothing(shown: Shown) -> None:
    pane = shown.pane
    shown.key(Qt.Key.Key_F2)
    shown.key(RETURN, CTRL)
    shown.wait(lambda: pane.call.refusal.startswith("There is nothing to log yet."))
    pane.call.body.setFocus()
    shown.type("x")
    pane.call.by.setFocus()
    shown.type("whenever")
    shown.key(RETURN)
    assert pane.call.refusal == "Not logged yet: correct the promise's time, or empty it."
    assert "whenever" in pane.call.by.meaning, "what is wrong is said once, at the field"
    assert pane.is_logging
    assert (pane.call.body.toPlainText(), pane.call.by.text()) == ("x", "whenever")
    pane.call.by.line.selectAll()
    shown.type("in 2h")
    assert not pane.call.refusal
    shown.key(RETURN)
    shown.wait_for_issue("x")
    assert shown.told[-1] == "Logged as a new issue. The promise is noted."


def test_who_calls_meanwhile_is_told_and_comes_next(shown: Shown) -> None:
    call = shown.pane.call
    shown.key(Qt.Key.Key_F2)
    shown.type("zzzz")
    shown.wait(lambda: call.finder.matches.ids() == ["somebody-else"])
    shown.key(RETURN)
    shown.type("wants a q")
    shown.pane.focus_first()
    shown.pane.log_call("+1 (212) 555-0147")
    shown.wait(lambda: shown.told)
    assert shown.told[-1].startswith("Dana Whitfield of Northgate Rail is calling")
    assert call.body.hasFocus()
    shown.type("uote")
    assert call.draft.body == "wants a quote"
    shown.key(RETURN, CTRL)
    shown.wait_for_issue("wants a quote")
    shown.key(Qt.Key.Key_F2)
    shown.wait(lambda: call.highlighted.startswith("Dana Whitfield"))


def test_a_call_of_a_name_alone_is_seen_in_the_list(shown: Shown, qtbot: QtBot) -> None:
    shown.key(Qt.Key.Key_F2)
    shown.type("zzzz")
    shown.wait(lambda: shown.pane.call.finder.matches.ids() == ["somebody-else"])
    shown.wait(lambda: count(shown.console, "SELECT count(*) FROM draft WHERE content LIKE '%zzzz%'") == 1)
    again = QueuePane(shown.console)
    qtbot.addWidget(again)
    again.show()
    qtbot.waitUntil(lambda: again.call.draft.caller == "zzzz", timeout=WAIT_MS)
    assert again.call.panel._empty.what.text() == "Somebody we do not know"
    assert again.call._kept.text().startswith("unfinished call of today ")
    QTest.keyClick(shown.pane.call.caller, RETURN, CTRL)
    shown.wait_for_issue("Call from zzzz")
    shown.wait(lambda: "Call from zzzz" in shown.rows())


def test_a_call_being_typed_comes_back_after_a_restart(shown: Shown, qtbot: QtBot) -> None:
    shown.key(Qt.Key.Key_F2)
    shown.type("dana")
    shown.wait(lambda: shown.pane.call.panel.aloud)
    shown.key(RETURN)
    shown.type("the import ag")
    shown.wait(lambda: _kept_body(shown.console) == "the import ag")
    shown.key(ESCAPE)
    assert not shown.pane.is_logging
    assert shown.pane.list.unfinished.isVisible()
    again = QueuePane(shown.console)
    qtbot.addWidget(again)
    again.show()
    qtbot.waitUntil(lambda: again.is_logging and again.call.body.toPlainText() == "the import ag", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: bool(again.call.panel.aloud), timeout=WAIT_MS)
    assert again.call.caller.text() == "Dana Whitfield · Northgate Rail"
    again.call.drop.click()
    qtbot.waitUntil(lambda: count(shown.console, "SELECT count(*) FROM draft") == 0, timeout=WAIT_MS)


def _kept_body(console: Console) -> str:
    kept = console.workstation.read(calls.kept_draft).result(10)
    return kept.body if kept else ""


def test_forms_record_below_the_facts_and_keep_what_is_typed(shown: Shown) -> None:
    side = shown.pane.side
    shown.type("n")
    shown.wait(lambda: side.form is not None)
    shown.type("half a no")
    shown.wait(lambda: count(shown.console, "SELECT count(*) FROM draft") == 1)
    shown.key(ESCAPE)
    assert side.form is None
    assert shown.pane.list.table.view.hasFocus()
    shown.type("n")
    shown.wait(lambda: side.form is not None and side.form.content() == {"body": "half a no"})
    shown.key(Qt.Key.Key_End)
    shown.type("te")
    shown.key(RETURN, CTRL)
    shown.wait(lambda: side.form is None)
    shown.wait(lambda: side.issue is not None and side.issue.happened[0].text == "Note: half a note")
    assert count(shown.console, "SELECT count(*) FROM draft") == 0
    shown.type("p")
    shown.type("tomorrow 9")
    shown.key(RETURN)
    shown.wait(lambda: side.issue is not None and [p.what for p in side.issue.open_promises] == [USUAL])
    shown.wait(lambda: side.form is None)
    shown.type("b")
    shown.type("it is fixed tomorrow")
    shown.key(RETURN, CTRL)
    shown.wait(lambda: side.issue is not None and side.issue.told_at is not None and side.form is None)
    shown.type("k")
    shown.wait(lambda: side.issue is not None and not side.issue.open_promises)
    assert shown.told[-1] == "Kept."


def test_a_form_left_and_opened_again_at_once_has_every_key(shown: Shown) -> None:
    side = shown.pane.side
    begun, go_on = Event(), Event()

    def hold(_desk: Desk) -> None:
        begun.set()
        go_on.wait(10)

    shown.console.workstation.write(hold)
    assert begun.wait(10)
    shown.type("n")
    shown.type("half a note")
    shown.key(ESCAPE)
    shown.type("n")
    shown.qtbot.wait(50)
    go_on.set()
    shown.wait(lambda: side.form is not None and side.form.content() == {"body": "half a note"})


def test_an_escalation_takes_a_recipient_and_a_sentence(shown: Shown, company: TestCompany) -> None:
    side = shown.pane.side
    company.add("maria", Role.MANAGER, "Board")
    shown.wait(lambda: count(shown.console, "SELECT count(*) FROM person") == 2)
    shown.type("e")
    shown.wait(lambda: side.form is not None and side.form.fields()["whom"].count() == 3)  # type: ignore[attr-defined]
    shown.type("nobody")
    shown.key(RETURN, CTRL)
    assert side.form is not None
    assert "Nobody is called “nobody”" in side.form.refusal
    side.form.restore({"whom": "mar", "sentence": "They call every week."})
    shown.key(RETURN, CTRL)
    shown.wait(lambda: side.form is None)
    shown.wait(lambda: side.issue is not None and side.issue.happened[0].text.startswith("Escalated to Maria"))


def test_only_what_was_typed_over_is_changed(shown: Shown, company: TestCompany, sample: Sample) -> None:
    side = shown.pane.side
    shown.type("c")
    shown.wait(lambda: side.form is not None)
    ben = company.station("ben")
    with ben.desk.edit() as edit:
        edit.update(ben.desk.need(Issue, sample.issues["import"]), title="Import fails every night")
    ben.sync()
    shown.wait_for_issue("Import fails every night")
    assert side.form is not None
    side.form.restore({"workaround": "import before 7:00", "state": "watching"})
    shown.key(RETURN, CTRL)
    shown.wait(lambda: side.issue is not None and side.issue.workaround == "import before 7:00")
    assert side.issue is not None
    assert (side.issue.title, str(side.issue.state)) == ("Import fails every night", "watching")


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


@pytest.fixture
def apart(company: TestCompany, mailbox: Mailbox) -> Iterator[tuple[Console, Station]]:
    """Ben's desk without its sync child, after he and Anna gave one title two values while apart."""
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    sample = furnish(anna.desk)
    for station in (anna, ben):
        station.sync()
    for station, title in ((anna, "Import fails at night"), (ben, "Import fails on Fridays")):
        issues.rename(station.desk, sample.issues["import"], title)
    for station in (anna, ben):
        station.sync()
    folder: Path = ben.job.cache_path.parent
    profile = Profile(folder, ben.job.workstation_id, "ben", CompanyKind.SERVER, "ben", database=company.database)
    workstation = Workstation(profile, MemorySecrets())
    yield Console(workstation, mailbox, CommandBook(parent=mailbox.parent()), Went()), ben
    workstation.close()


def _title_everywhere(ben: Station) -> str:
    ben.sync()
    assert not ben.conflicts()
    return str(ben.cache.read("SELECT title FROM issue WHERE title LIKE 'Import%'")[0][0])


def test_a_conflict_is_shown_and_mine_kept_with_one_key(apart: tuple[Console, Station], qtbot: QtBot) -> None:
    console, ben = apart
    shown = Shown(console, qtbot)
    shown.wait_for_issue("Import fails at night")
    clash = shown.pane.side.panel.clashes.first
    assert clash is not None
    texts = [label.text() for label in clash.findChildren(type(clash._wrong))]
    assert {"Import fails after the night deployment", "Import fails on Fridays", "Import fails at night"} <= set(texts)
    assert any(text.startswith("Anna") for text in texts)
    shown.type("m")
    shown.wait_for_issue("Import fails on Fridays")
    shown.wait(lambda: shown.pane.side.panel.clashes.first is None)
    assert _title_everywhere(ben) == "Import fails on Fridays"


def test_a_third_value_is_written_in_the_card(apart: tuple[Console, Station], qtbot: QtBot) -> None:
    console, ben = apart
    shown = Shown(console, qtbot)
    shown.wait_for_issue("Import fails at night")
    shown.type("3")
    clash = shown.pane.side.panel.clashes.first
    assert clash is not None
    assert clash.is_writing
    shown.type("Import fails on Friday nights")
    shown.key(RETURN)
    shown.wait(lambda: shown.pane.side.panel.clashes.first is None)
    assert _title_everywhere(ben) == "Import fails on Friday nights"


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


def test_an_empty_company_says_what_to_do(open_console: OpenConsole, qtbot: QtBot) -> None:
    shown = Shown(open_console("carla", Role.SUPPORT), qtbot)
    shown.wait(shown.pane.list.table.empty.isVisible)
    assert shown.pane.list.table.empty.what.text() == "No promise is due"
    assert shown.pane.side.issue is None
    shown.key(Qt.Key.Key_F2)
    assert shown.pane.is_logging
    assert not shown.console.book.can("queue.called_again")
