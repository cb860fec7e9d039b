"""A call is logged with the keyboard alone, and nothing that is typed is lost."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.services import calls, issues, parked_calls
from app.services.calls import CallDraft
from app.services.issue_lists import View
from tests.halden import Sample
from tests.stations import Station, TestCompany
from tests.ui.panes.conftest import shoot
from tests.ui.panes.queue.conftest import ALT, CTRL, DOWN, ESCAPE, RETURN, WAIT_MS, Shown, count
from ui.kit.console import Console
from ui.panes.queue import QueuePane
from ui.panes.queue.about_list import SOMETHING_NEW
from ui.panes.queue.completing_page import CompletingPage


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
    assert shown.pane.list.listing.view is View.ALL_OPEN
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
    shown.wait(lambda: call.caller.text() == "Dana Whitfield · Northgate Rail")


def test_two_who_call_meanwhile_both_wait(shown: Shown) -> None:
    call = shown.pane.call
    shown.key(Qt.Key.Key_F2)
    shown.type("zzzz")
    shown.wait(lambda: call.finder.matches.ids() == ["somebody-else"])
    shown.key(RETURN)
    shown.type("wants a quote")
    shown.pane.log_call("+1 (212) 555-0147")
    shown.wait(lambda: shown.told)
    shown.pane.log_call("+1 (212) 555-0999")
    both = "Dana Whitfield of Northgate Rail is calling; +1 (212) 555-0999 is calling"
    shown.wait(lambda: shown.told[-1] == f"{both}.")
    assert [t for t in shown.told if "Dana" in t] == [f"{both}."], "one message, not two"
    assert call.sheet.waiting.text() == both
    shown.key(RETURN, CTRL)
    shown.wait_for_issue("wants a quote")
    shown.key(Qt.Key.Key_F2)
    shown.wait(lambda: call.caller.text() == "Dana Whitfield · Northgate Rail")
    assert shown.told[-1] == "+1 (212) 555-0999 is calling."
    assert not [t for t in shown.told if "Dana" in t], "nobody is said to wait over their own card"
    shown.type("still broken")
    shown.key(Qt.Key.Key_N, ALT)
    shown.wait(lambda: call.caller.text() == "+1 (212) 555-0999")
    assert not call.sheet.waiting.isVisible()
    assert not [t for t in shown.told if "calling" in t]


def test_a_call_that_was_left_says_whose_it_is_and_is_parked_for_a_new_one(shown: Shown) -> None:
    call = shown.pane.call
    shown.key(Qt.Key.Key_F2)
    shown.type("dana")
    shown.wait(lambda: call.panel.aloud)
    shown.key(RETURN)
    shown.type("still broken")
    assert not call.sheet.unfinished.isVisible(), "nobody left it yet"
    shown.key(ESCAPE)
    shown.key(Qt.Key.Key_F2)
    assert call.sheet.unfinished.isVisible()
    words = call.sheet.unfinished.words.text()
    assert words.startswith("Unfinished call of Dana Whitfield · Northgate Rail, today ")
    assert words.endswith(": it goes on here.")
    shown.key(Qt.Key.Key_N, ALT)
    assert call.draft == CallDraft()
    assert not call.sheet.unfinished.isVisible()
    assert call.caller.hasFocus()
    shown.type("zzzz")
    shown.wait(lambda: call.finder.matches.ids() == ["somebody-else"])
    shown.key(RETURN)
    shown.type("wants a quote")
    page = "complete"
    shown.pane.pages.show(page)
    completing = shown.pane.pages._pages[page][0]
    assert isinstance(completing, CompletingPage)
    shown.wait(lambda: completing.calls.ids() and completing.calls.ids()[0].startswith("call/"))
    completing.calls.choose(completing.calls.ids()[0])
    assert completing.save.text() == "Go on with it"
    completing.save.click()
    shown.wait(lambda: call.draft.body == "still broken")
    assert call.caller.text() == "Dana Whitfield · Northgate Rail"
    assert call.sheet.unfinished.isVisible()
    left = shown.console.workstation.read(parked_calls.parked).result(10)
    assert [one.draft.body for one in left] == ["wants a quote"], "what was typed meanwhile is parked for it"
    shown.key(RETURN, CTRL)
    shown.wait(lambda: not shown.pane.is_logging)
    assert count(shown.console, "SELECT count(*) FROM draft") == 1


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
    assert again.call.sheet.unfinished.words.text().startswith("Unfinished call of zzzz, today ")
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


def test_one_key_says_that_the_call_is_about_what_is_there(shown: Shown, sample: Sample) -> None:
    call = shown.pane.call
    shown.key(Qt.Key.Key_F2)
    shown.type("dana")
    shown.wait(lambda: call.panel.aloud)
    shown.key(RETURN)
    shown.wait(call.about.isVisible)
    shown.key(Qt.Key.Key_Up, ALT)
    assert call.about.current() == SOMETHING_NEW
    shown.type("import fails after a deployment")
    shown.wait(call.sheet.alike.isVisible)
    assert [ref.id for ref in call.sheet.alike.found.refs] == [sample.issues["import"]]
    shoot(shown.pane, "call-alike", shown.qtbot)
    shown.key(Qt.Key.Key_D, CTRL)
    shown.wait(lambda: call.about.current() == sample.issues["import"])
    assert call.draft.issue_id == sample.issues["import"]
    assert call.sheet.alike.isHidden()
    shown.key(RETURN, CTRL)
    shown.wait(lambda: shown.told and shown.told[-1] == "Logged.")
    assert count(shown.console, "SELECT count(*) FROM issue") == 9


def test_an_unknown_callers_name_stays_with_what_they_call_about(shown: Shown, sample: Sample) -> None:
    call = shown.pane.call
    shown.key(Qt.Key.Key_F2)
    shown.type("Jim of nowhere")
    shown.wait(lambda: call.finder.matches.ids() == ["somebody-else"])
    shown.key(RETURN)
    shown.type("ticket bridge drops attachments")
    shown.wait(call.sheet.alike.isVisible)
    shown.key(Qt.Key.Key_D, CTRL)
    assert call.draft.issue_id == sample.issues["bridge"]
    shown.wait(lambda: call.card is not None and call.card.customer == "Halden Hotels")
    assert call.draft.body == "ticket bridge drops attachments\nCaller: Jim of nowhere"


def test_nobody_elses_issue_is_offered_for_a_known_customer(shown: Shown) -> None:
    call = shown.pane.call
    shown.key(Qt.Key.Key_F2)
    shown.type("dana")
    shown.wait(lambda: call.panel.aloud)
    shown.key(RETURN)
    shown.wait(call.about.isVisible)
    shown.key(Qt.Key.Key_Up, ALT)
    shown.type("ticket bridge drops attachments")
    shown.qtbot.wait(600)
    assert call.sheet.alike.isHidden()
