"""Forms record below the facts, and keep what is typed."""

from datetime import UTC, datetime, timedelta
from threading import Event

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.interaction import Promise
from app.domain.issue import Issue
from app.domain.person import Role
from app.services import issues
from app.services.desk import Desk
from app.services.promises import USUAL
from tests.halden import Sample, furnish
from tests.stations import TestCompany
from tests.ui.panes.conftest import OpenConsole
from tests.ui.panes.queue.conftest import CTRL, ESCAPE, RETURN, Shown, count
from ui.kit.typed_fields import WhenField
from ui.panes.queue.change_form import ChangeForm


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
    shown.wait(lambda: side.form is not None and side.form.fields()["whom"].count() == 6)  # type: ignore[attr-defined]
    shown.type("nobody")
    shown.key(RETURN, CTRL)
    assert side.form is not None
    assert "Nobody is called “nobody”" in side.form.refusal
    side.form.restore({"whom": "mar", "sentence": "They call every week."})
    shown.key(RETURN, CTRL)
    shown.wait(lambda: side.form is None)
    shown.wait(lambda: side.issue is not None and side.issue.happened[0].text.startswith("Escalated to Maria"))


def test_whose_the_agreed_line_is_is_said_in_place(
    open_console: OpenConsole, company: TestCompany, qtbot: QtBot
) -> None:
    console = open_console("cora", Role.SUPPORT)
    sample = console.workstation.write(furnish).result(20)
    shown = Shown(console, qtbot)
    side = shown.pane.side
    shown.wait_for_issue("Import fails after the night deployment")
    ben = company.station("ben")
    shown.wait(lambda: ben.sync() is not None and ben.cache.record(Issue, sample.issues["import"]) is not None)
    issues.assign(ben.desk, sample.issues["import"], ben.desk.person_id)
    ben.sync()
    shown.wait(lambda: side.issue is not None and side.issue.owner == "Ben")
    shown.type("c")
    shown.wait(lambda: isinstance(side.form, ChangeForm))
    form = side.form
    assert isinstance(form, ChangeForm)
    shown.wait(lambda: form.whose_line.text() != "")
    assert form.whose_line.text().startswith("Ben owns it and writes its line. Ask Ben or a manager")
    form.restore({"line": "All is well.", "until": "in 2h"})
    shown.key(RETURN, CTRL)
    shown.wait(lambda: form.refusal.startswith("The agreed line is written by who owns the issue: Ben."))
    form.restore({"owner": "Cora"})
    shown.key(RETURN, CTRL)
    shown.wait(lambda: side.issue is not None and side.issue.say.sentence == "All is well.")


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


def chasers(shown: Shown, issue_id: str) -> list[str]:
    found = shown.console.workstation.read(
        lambda desk: desk.cache.read(
            "SELECT id FROM interaction WHERE issue_id = ? AND nature = 'chaser' ORDER BY at, id", (issue_id,)
        )
    )
    return [i for (i,) in found.result(10)]


def promised(shown: Shown, issue_id: str) -> list[Promise]:
    where = "issue_id = ? AND state = 'open' ORDER BY due_at"
    return shown.console.workstation.read(lambda desk: desk.cache.records(Promise, where, (issue_id,))).result(10)


def test_called_again_in_the_list_and_the_next_promise_take_two_keys(shown: Shown, sample: Sample) -> None:
    issue_id, side = sample.issues["import"], shown.pane.side
    before, pressed = chasers(shown, issue_id), 0
    for key in (Qt.Key.Key_A, RETURN):
        shown.key(key)  # as fast as fingers are: nothing is waited for between the two
        pressed += 1
    shown.wait(lambda: side.form is None and len(promised(shown, issue_id)) == 1)
    now = chasers(shown, issue_id)
    assert len(now) == len(before) + 1
    made = promised(shown, issue_id)[0]
    assert made.interaction_id == now[-1], "the promise was made in that call"
    assert timedelta(minutes=30) < made.due_at - datetime.now(UTC) < timedelta(hours=3)
    assert pressed < 5
    shown.wait(lambda: (shown.told or [""])[-1].startswith("Promised on "))
    assert shown.pane.list.table.view.hasFocus()


def test_escape_leaves_the_call_logged_without_a_promise(shown: Shown, sample: Sample) -> None:
    issue_id, side = sample.issues["import"], shown.pane.side
    before, owed = chasers(shown, issue_id), promised(shown, issue_id)
    shown.type("a")
    shown.type("tomorrow 9")
    shown.key(ESCAPE)
    shown.wait(lambda: side.form is None)
    shown.wait(lambda: (shown.told or [""])[-1].endswith("called again."))
    assert len(chasers(shown, issue_id)) == len(before) + 1
    assert promised(shown, issue_id) == owed
    assert shown.pane.list.table.view.hasFocus()
    shown.type("a")
    by = side.form.fields()["by"] if side.form is not None else None
    assert isinstance(by, WhenField)
    shown.qtbot.wait(150)
    assert "tomorrow 9" not in by.text(), "the time of an earlier call is not this one's"


def test_called_again_is_not_asked_about_a_promise_when_it_is_refused(shown: Shown, sample: Sample) -> None:
    issue_id, side = sample.issues["import"], shown.pane.side

    def remove(desk: Desk) -> None:
        desk.cache.connection.execute("UPDATE issue SET deleted = 1 WHERE id = ?", (issue_id,))

    shown.console.workstation.write(remove).result(10)  # unheard of by the screen
    shown.type("a")
    shown.wait(lambda: side.form is None and "not there any more" in (shown.told or [""])[-1])
