"""The pages about calls beside the list: a captured line, what is to be completed, the ledger, calls past the rep."""

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.customer import Contact, Customer
from app.domain.entity import new_id
from app.domain.interaction import Promise, PromiseState
from app.domain.issue import Issue
from app.services import calls, capture
from app.services.calls import CallDraft
from app.services.desk import Desk
from app.services.ledger import Page
from tests.halden import Sample
from tests.stations import TestCompany
from tests.ui.panes.queue.conftest import ALT, DOWN, ESCAPE, RETURN, Shown
from ui.kit.accessible import nameless
from ui.panes.queue.call_pages import CAPTURE, COMPLETE, LEDGER, RANG
from ui.panes.queue.capture_page import CapturePage
from ui.panes.queue.completing_page import CompletingPage
from ui.panes.queue.route_arounds_page import RouteAroundsPage

P = TypeVar("P", bound=QWidget)
SHIFT = Qt.KeyboardModifier.ShiftModifier


def page(shown: Shown, kind: type[P]) -> P:
    found = shown.pane.findChildren(kind)
    assert len(found) == 1
    return found[0]


def place(shown: Shown, one: str) -> str:
    """Give what is counted at a place on the left."""
    rows = shown.pane.places._places.rows
    return next(row.count for row in rows if row.id == one)


# One captured line


def captured(shown: Shown, line: str) -> CapturePage:
    shown.key(Qt.Key.Key_F2, SHIFT)
    found = page(shown, CapturePage)
    shown.type(line)
    shown.wait(lambda: found.reading is not None and found.reading.line == line)
    return found


def test_a_line_is_shown_as_what_it_would_record_and_recorded_with_enter(shown: Shown, sample: Sample) -> None:
    found = captured(shown, "dana called, import again, update in 3h")
    said = found.facts.said
    assert said["Who"] == "Dana Whitfield · Northgate Rail"
    assert said["How"] == "call, they to us, asks again"
    assert said["About"].endswith("Import fails after the night deployment")
    assert said["Promise"].startswith("We call with an update, by ")
    shown.wait(lambda: found.panel.aloud.startswith("“The fix is in build 40."))
    assert nameless(shown.pane) == []
    shown.key(RETURN)
    shown.wait(lambda: shown.pane.pages.shown == "")
    shown.wait(lambda: shown.pane.side.issue is not None and shown.pane.side.issue.calls == 5)
    assert shown.told[-1] == "Logged. The promise is noted."
    assert shown.pane.side.issue_id == sample.issues["import"]


def test_enter_faster_than_the_reading_records_what_was_typed(shown: Shown, sample: Sample) -> None:
    shown.key(Qt.Key.Key_F2, SHIFT)
    shown.type("ingrid called about the page")
    shown.key(RETURN)
    shown.wait(lambda: shown.pane.side.issue_id == sample.issues["page"])
    assert shown.told[-1] == "Logged."


def test_two_of_a_name_are_chosen_with_the_arrows(shown: Shown, sample: Sample) -> None:
    def add(desk: Desk) -> None:
        with desk.edit() as edit:
            edit.insert(Contact(id=new_id(), customer_id=sample.customers["Morrow Foods"], name="Dana Frost"))

    shown.console.workstation.write(add).result(10)
    found = captured(shown, "dana called, import again")
    assert found.facts.said["Who"].startswith("Dana Whitfield")
    assert len(found.callers.ids()) == 2
    shown.key(DOWN)
    shown.wait(lambda: found.facts.said["Who"] == "Dana Frost · Morrow Foods")
    assert found.facts.said["About"] == "something new: a new issue"
    shown.key(Qt.Key.Key_Down, ALT)
    shown.wait(lambda: found.facts.said["About"].endswith("Convert database to PostgreSQL"))
    assert found.line.hasFocus(), "one may go on typing"
    shown.key(DOWN)
    shown.wait(lambda: found.facts.said["Who"].startswith("Dana Whitfield"))
    assert found.facts.said["About"].endswith("Import fails after the night deployment"), "as the line says"


def test_a_time_that_is_over_is_said_and_the_line_stays(shown: Shown) -> None:
    found = captured(shown, "dana called, update 2020-01-01 9:00")
    assert "is over." in found.refusal
    shown.key(RETURN)
    shown.wait(lambda: found.refusal.startswith("Not recorded yet:"))
    assert found.line.text() == "dana called, update 2020-01-01 9:00"
    shown.key(ESCAPE)
    assert shown.pane.pages.shown == ""
    found.line.clear()
    shown.wait(lambda: shown.console.workstation.read(capture.kept_line).result(5).startswith("dana called"))
    shown.key(Qt.Key.Key_F2, SHIFT)
    shown.wait(lambda: found.line.text().startswith("dana called"))  # what was typed comes back


# What is to be completed


def test_what_is_missing_is_filled_in_with_keys(shown: Shown, sample: Sample) -> None:
    logged = shown.console.workstation.write(
        lambda desk: calls.log_call(desk, CallDraft(caller="dana", body="it is slow today"))
    ).result(10)
    shown.wait(lambda: place(shown, COMPLETE) not in {"", "4"})
    shown.key(Qt.Key.Key_F3, SHIFT)
    found = page(shown, CompletingPage)
    shown.wait(lambda: found.calls.current() == logged.issue_id)
    assert found.calls.hasFocus()
    shown.wait(lambda: found.finder.highlighted.startswith("Dana Whitfield"))  # the name that was typed is looked for
    shown.key(RETURN)
    assert found.finder.field.hasFocus()
    shown.key(RETURN)
    shown.wait(lambda: shown.console.workstation and not found.finder.field.hasFocus())
    shown.type("speed")
    shown.key(RETURN)
    shown.wait(lambda: shown.told and shown.told[-1].startswith("Filled in on "))

    def look(desk: Desk) -> Issue:
        return desk.need(Issue, logged.issue_id)

    issue = shown.console.workstation.read(look).result(5)
    assert (issue.contact_id, issue.topic) == (sample.contacts["Dana Whitfield"], "speed")
    shown.wait(lambda: logged.issue_id not in found.calls.ids())
    shown.key(ESCAPE)
    assert shown.pane.pages.shown == ""


# The ledger


def test_promises_are_kept_moved_and_withdrawn_with_keys(shown: Shown, sample: Sample) -> None:
    def promise(desk: Desk) -> tuple[str, str]:
        hour = desk.now.replace(microsecond=0)
        return (
            calls.promise_update(desk, sample.issues["page"], hour.replace(year=hour.year + 1), "a list").id,
            calls.promise_update(desk, sample.issues["vlan"], hour.replace(year=hour.year + 2), "a visit").id,
        )

    first, second = shown.console.workstation.write(promise).result(10)
    shown.wait(lambda: place(shown, LEDGER) == "1 late")
    shown.key(Qt.Key.Key_F3)
    ledger = shown.pane.pages.ledger
    shown.wait(lambda: len(ledger.table.model.ids) == 3 and ledger.table.chosen_row() is not None)
    assert ledger.table.model.ids[1:] == [first, second]
    row = ledger.table.chosen_row()
    assert row is not None
    assert row.promise.state is PromiseState.BROKEN
    shown.wait(lambda: ledger.own.said["Open"] == "3")
    assert ledger.team.said["Promises"] == "not shown", "one person's total is that person's"
    assert not shown.console.book.can("queue.ledger.withdraw"), "what is late is broken"
    shown.key(Qt.Key.Key_K, ALT)
    shown.wait(lambda: len(ledger.table.model.ids) == 2)
    assert shown.told[-1] == "Done, after its time: broken."
    shown.wait(lambda: shown.console.book.can("queue.ledger.later"))
    shown.key(Qt.Key.Key_L, ALT)
    assert ledger.form is not None
    shown.type("in 2h")
    shown.key(RETURN)
    shown.wait(lambda: shown.told[-1].startswith("Moved to "))
    shown.wait(lambda: first not in ledger.table.model.ids and ledger.table.chosen_row() is not None)
    ledger.table.choose(second)
    shown.wait(lambda: shown.console.book.can("queue.ledger.withdraw"))
    shown.key(Qt.Key.Key_W, ALT)
    shown.wait(lambda: shown.told[-1] == "The promise is withdrawn.")
    shown.key(Qt.Key.Key_Right, ALT)
    shown.key(Qt.Key.Key_Right, ALT)
    assert ledger.page is Page.SETTLED
    shown.wait(lambda: len(ledger.table.model.ids) == 3)
    states = shown.console.workstation.read(lambda desk: {p.id: p.state for p in desk.cache.records(Promise)}).result(5)
    assert (states[first], states[second]) == (PromiseState.RENEGOTIATED, PromiseState.WITHDRAWN)
    assert nameless(shown.pane) == []
    shown.key(RETURN)
    assert shown.went[-1][0] == "issue"


def test_the_lists_keys_are_dead_beside_a_page(shown: Shown) -> None:
    shown.key(Qt.Key.Key_F3)
    for command in ("called_again", "promise", "done", "filter"):
        assert not shown.console.book.can(f"queue.{command}"), command
    shown.pane.places.choose("vip")
    assert shown.pane.pages.shown == ""
    assert shown.console.book.can("queue.filter")


# Calls past the rep


def test_the_rep_sees_who_rang_past_them_until_they_gave_a_word(
    shown: Shown, sample: Sample, company: TestCompany
) -> None:
    me, ben = shown.console.workstation.person_id, company.station("ben")

    def mine(desk: Desk) -> None:
        with desk.edit() as edit:
            edit.update(desk.need(Customer, sample.customers["Northgate Rail"]), account_rep_id=me)

    shown.console.workstation.write(mine).result(10)
    rail = sample.customers["Northgate Rail"]
    shown.wait(lambda: ben.sync() is not None and ben.desk.need(Customer, rail).account_rep_id == me)
    draft = CallDraft(contact_id=sample.contacts["Dana Whitfield"], issue_id=sample.issues["import"],
                      body="Is it Sunday?", rang_id=ben.person_id)  # fmt: skip
    calls.log_call(ben.desk, draft)
    ben.sync()
    shown.wait(lambda: place(shown, RANG) == "1")
    shown.key(Qt.Key.Key_F4, SHIFT)
    found = page(shown, RouteAroundsPage)
    shown.wait(lambda: found.table.chosen_row() is not None)
    row = found.table.chosen_row()
    assert row is not None
    assert (row.said, row.rang, row.is_followed) == ("Is it Sunday?", "Ben", False)
    shown.wait(lambda: shown.pane.side.issue_id == sample.issues["import"])
    shown.console.workstation.write(lambda d: calls.called_back(d, sample.issues["import"], "Sunday")).result(10)
    shown.wait(lambda: place(shown, RANG) == "")
    shown.key(RETURN)
    assert shown.went[-1] == ("issue", sample.issues["import"])
    assert CAPTURE not in shown.pane.places.ids()
