"""What is done with an issue besides the everyday, on the keyboard: replies, links, problems, macros, files."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from app.domain.customer import Contact
from app.domain.entity import new_id
from app.domain.issue import Issue, IssueKind
from app.services import attachments, calls, deployments, links, macros, problems, replies
from app.services.issues import IssueDetail
from app.services.links import Relation
from tests.halden import Sample
from tests.ui.panes.conftest import shoot
from tests.ui.panes.queue.conftest import CTRL, DOWN, ESCAPE, RETURN, Shown, count
from ui.panes.queue.issue_form import IssueForm
from ui.panes.queue.issue_picker import IssuePicker

SHIFT = Qt.KeyboardModifier.ShiftModifier


def form(shown: Shown) -> Any:
    shown.wait(lambda: shown.pane.side.form is not None)
    made = shown.pane.side.form
    assert isinstance(made, IssueForm)
    return made


def issue(shown: Shown) -> IssueDetail:
    assert shown.pane.side.issue is not None
    return shown.pane.side.issue


def look(shown: Shown, what: Any) -> Any:
    return shown.console.workstation.read(what).result(10)


def do(shown: Shown, what: Any) -> Any:
    return shown.console.workstation.write(what).result(10)


def go(shown: Shown, sample: Sample, key: str) -> None:
    wanted = sample.issues.get(key, key)
    shown.pane.open_issue(wanted)
    shown.wait(lambda: shown.pane.side.issue is not None and shown.pane.side.issue.id == wanted)


def sections(shown: Shown) -> dict[str, str]:
    return {s.title: s.summary for s in shown.pane.side.panel.sections.all() if not s.isHidden()}


def test_a_reply_is_prepared_with_a_canned_text_and_recorded_when_it_was_sent(shown: Shown) -> None:
    do(shown, lambda d: replies.write(d, "Log", "Hello {{ contact }}, {{ product }}", subject="{{ title }}"))
    shown.type("r")
    made = form(shown)
    shown.wait(lambda: made.canned.count() == 2)
    shown.key(DOWN)
    shown.wait(lambda: made.text.toPlainText() == "Hello Dana Whitfield, ⟨product?⟩")
    assert made.subject.text() == "Import fails after the night deployment"
    assert made.missing == "Missing: product (line 1, column 23)"
    shoot(shown.pane, "issue-reply", shown.qtbot)
    shown.key(RETURN, CTRL)
    shown.wait(lambda: "missing: product" in made.refusal)
    made.text.setPlainText("Hello Dana, please send the log.")
    assert made.missing == ""
    made.copy()
    assert QGuiApplication.clipboard().text() == "Hello Dana, please send the log."
    before = count(shown.console, "SELECT count(*) FROM interaction")
    shown.key(RETURN, CTRL)
    shown.wait(lambda: shown.pane.side.form is None)
    assert count(shown.console, "SELECT count(*) FROM interaction") == before + 1
    shown.wait(lambda: issue(shown).told_at is not None)


def test_a_reply_for_later_waits_to_be_sent_by_its_writer(shown: Shown) -> None:
    before = count(shown.console, "SELECT count(*) FROM interaction")
    shown.type("r")
    made = form(shown)
    made.text.setPlainText("How is it today?")
    made.at.set_text("in 2h")
    assert made.send.text() == "Keep until then"
    made.text.setFocus()
    shown.key(RETURN, CTRL)
    shown.wait(lambda: len(issue(shown).to_send) == 1 and shown.pane.side.form is None)
    assert count(shown.console, "SELECT count(*) FROM interaction") == before
    assert sections(shown)["To send"] == "1 word"
    shown.key(Qt.Key.Key_S, SHIFT)
    later = form(shown)
    assert later.text.toPlainText() == "How is it today?"
    shown.key(RETURN, CTRL)
    shown.wait(lambda: not issue(shown).to_send and shown.pane.side.form is None)
    assert count(shown.console, "SELECT count(*) FROM interaction") == before + 1


def test_canned_replies_are_written_changed_and_removed_in_place(shown: Shown) -> None:
    shown.key(Qt.Key.Key_R, SHIFT)
    made = form(shown)
    made.name.setText("Log")
    made.text.setPlainText("Hello {{ contcat }}")
    shown.key(RETURN, CTRL)
    shown.wait(lambda: "“contcat” on line 1" in made.refusal)
    made.text.setPlainText("Hello {{ contact }}")
    shoot(shown.pane, "issue-replies", shown.qtbot)
    shown.key(RETURN, CTRL)
    shown.wait(lambda: shown.pane.side.form is None)
    shown.key(Qt.Key.Key_R, SHIFT)
    made = form(shown)
    shown.wait(lambda: made.which.count() == 2)
    made.which.setCurrentIndex(1)
    assert (made.name.text(), made.text.toPlainText()) == ("Log", "Hello {{ contact }}")
    made.remove()
    shown.wait(lambda: shown.pane.side.form is None)
    assert look(shown, replies.all_of) == ()


def test_a_link_is_found_by_typing_made_and_taken_away(shown: Shown, sample: Sample) -> None:
    shown.type("x")
    made = form(shown)
    assert isinstance(QApplication.focusWidget(), type(made.picker.line))
    shown.type("cannot op")
    shown.key(RETURN)  # faster than the look-up
    shown.wait(lambda: shown.pane.side.form is None and len(issue(shown).links) == 1)
    (one,) = issue(shown).links
    assert (one.relation, one.other.id) == (Relation.DUPLICATE_OF, sample.issues["page"])
    assert sections(shown)["Links"] == "1 link"
    assert shown.pane.side.panel.sections.links[1].said[0].startswith("duplicate of ")
    shoot(shown.pane, "issue-links", shown.qtbot)
    shown.key(Qt.Key.Key_X, SHIFT)
    shown.wait(lambda: shown.pane.side._choice is not None)
    shown.key(Qt.Key.Key_Delete)
    shown.wait(lambda: not issue(shown).links)
    assert "Links" not in sections(shown)
    shown.wait(lambda: shown.console.book.run("edit.undo"))
    shown.wait(lambda: len(issue(shown).links) == 1)


def test_a_cycle_is_refused_in_the_form_with_its_chain(shown: Shown, sample: Sample) -> None:
    do(shown, lambda d: links.link(d, sample.issues["page"], Relation.BLOCKS, sample.issues["import"]))
    shown.type("x")
    made = form(shown)
    made.relation.setCurrentIndex(made.relation.findData(str(Relation.BLOCKS)))
    shown.type("cannot op")
    shown.key(RETURN)
    shown.wait(lambda: "That would be a cycle" in made.refusal)
    shown.key(ESCAPE)
    assert shown.pane.list.table.view.hasFocus()


def test_a_title_that_sounds_like_another_is_linked_with_one_key(shown: Shown, sample: Sample) -> None:
    do(shown, lambda d: _another(d, sample))
    shown.type("c")
    made = form(shown)
    made.issue_title.setText("Import fails at night, every night")
    shown.wait(made.alike.isVisible)
    assert [r.title for r in made.alike.found.refs] == ["Import fails for user Ole at night"]
    shoot(shown.pane, "issue-alike", shown.qtbot)
    made.issue_title.setFocus()
    shown.key(Qt.Key.Key_D, CTRL)
    shown.wait(lambda: [str(one.relation) for one in issue(shown).links] == ["duplicate of"])


def _another(desk: Any, sample: Sample) -> None:
    with desk.edit() as edit:
        rail = sample.customers["Northgate Rail"]
        edit.insert(Issue(id=new_id(), title="Import fails for user Ole at night", customer_id=rail, opened_at=edit.at))


def test_a_problem_from_the_first_call_to_the_last_word(shown: Shown, sample: Sample) -> None:
    shown.type("u")
    made = form(shown)
    made.new_title.setText("Import locks the table")
    made.new_title.setFocus()
    shown.key(RETURN, CTRL)
    shown.wait(lambda: shown.pane.side.form is None and len(issue(shown).links) == 1)
    problem_id = issue(shown).links[0].other.id
    go(shown, sample, problem_id)
    assert "Affected" in sections(shown)
    shown.key(Qt.Key.Key_L, SHIFT)
    made = form(shown)
    shown.type("site slow")
    shown.key(RETURN)
    shown.wait(lambda: len(made._chosen) == 1)
    shown.wait(lambda: made.customer.count() == 5)
    made.customer.set_text("Halden Hotels")
    made.customer.lineEdit().returnPressed.emit()
    shown.wait(lambda: len(made._chosen) == 3)
    shoot(shown.pane, "problem-affect", shown.qtbot)
    made.take_out()
    shown.key(RETURN, CTRL)
    shown.wait(lambda: shown.pane.side.form is None and len(issue(shown).affected) == 3)
    shoot(shown.pane, "problem", shown.qtbot)
    shown.key(Qt.Key.Key_U, SHIFT)
    shown.wait(lambda: len(issue(shown).owed) > 1)
    owed = len(issue(shown).owed)
    assert sections(shown)["Owed a word"] == f"{owed} of {owed} still owed a word"
    shown.key(Qt.Key.Key_T, SHIFT)
    tell = form(shown)
    shown.wait(lambda: "is fixed" in tell.text.toPlainText())
    shoot(shown.pane, "problem-tell", shown.qtbot)
    shown.key(RETURN, CTRL)
    shown.wait(lambda: sum(1 for one in issue(shown).owed if one.told_at) == 1)
    assert sections(shown)["Owed a word"] == f"{owed - 1} of {owed} still owed a word"


def test_one_message_about_a_major_incident(shown: Shown, sample: Sample) -> None:
    def prepare(desk: Any) -> str:
        with desk.edit() as edit:
            edit.update(desk.need(Contact, sample.contacts["Dana Whitfield"]), email="dana@example.com")
        major = problems.raise_problem(desk, sample.issues["page"], "Hosting is down", kind=IssueKind.MAJOR)
        problems.affect(desk, major.id, [sample.issues["import"], sample.issues["vlan"]])
        return str(major.id)

    go(shown, sample, do(shown, prepare))
    shown.key(Qt.Key.Key_M, SHIFT)
    made = form(shown)
    shown.wait(lambda: len(made.recipients) == 3)
    assert made.subject.text().endswith("Hosting is down")
    made.text.setPlainText("We are on it; the next word is at 16:00.")
    shoot(shown.pane, "major-message", shown.qtbot)
    made.list.setFocus()
    made.list.choose(sample.issues["vlan"])
    shown.key(Qt.Key.Key_Delete)
    assert len(made.recipients) == 2
    made.copy()
    assert QGuiApplication.clipboard().text() == "dana@example.com"
    before = count(shown.console, "SELECT count(*) FROM interaction")
    shown.key(RETURN, CTRL)
    shown.wait(lambda: shown.pane.side.form is None)
    assert count(shown.console, "SELECT count(*) FROM interaction") == before + 2


def test_a_macro_is_shown_and_done(shown: Shown) -> None:
    shown.type("o")
    made = form(shown)
    shown.wait(lambda: "no macro yet" in made.effect.text())
    shown.key(ESCAPE)
    do(shown, lambda d: macros.write(d, "To the vendor", "state waiting on Vendor\ntag vendor\nowner me"))
    shown.type("o")
    made = form(shown)
    shown.wait(lambda: made.which.count() == 1)
    shown.wait(lambda: "tag #vendor" in made.effect.text())
    shoot(shown.pane, "issue-macro", shown.qtbot)
    shown.wait(made.send.isEnabled)
    shown.key(RETURN, CTRL)
    shown.wait(lambda: issue(shown).tags == ("vendor",) and issue(shown).waiting_on == "Vendor")
    shown.wait(lambda: shown.console.book.run("edit.undo"))
    shown.wait(lambda: issue(shown).tags == () and issue(shown).waiting_on == "Engineering")


def test_what_it_is_about_is_written_in_place(shown: Shown) -> None:
    shown.type("i")
    made = form(shown)
    shown.wait(lambda: made.installation.count() == 2 and made.device.count() == 1)
    made.restore({"topic": "night import", "level": "2", "device": "ngr-core-1", "follower": "Anna"})
    made.installation.setCurrentIndex(1)
    shoot(shown.pane, "issue-about", shown.qtbot)
    shown.key(RETURN, CTRL)
    shown.wait(lambda: shown.pane.side.form is None and issue(shown).build == "39")
    got = issue(shown)
    assert (got.topic, got.product, got.level, got.is_followed) == ("night import", "Console", 2, True)
    assert [name for _id, name in got.on_devices] == ["ngr-core-1"]
    assert sections(shown)["About"] == "incident · night import · build 39 · level 2"
    for section in shown.pane.side.panel.sections.all():
        section.set_open(is_open=True)
    shoot(shown.pane, "issue-about-shown", shown.qtbot)
    shown.key(Qt.Key.Key_I, SHIFT)
    shown.wait(lambda: not issue(shown).is_followed)


def test_watching_asks_for_its_date_and_waiting_for_its_name(shown: Shown) -> None:
    shown.type("c")
    made = form(shown)
    shown.wait(lambda: made.waiting_on.count() > 3)
    assert made.waiting_on.isVisible()
    assert not made.watch_until.isVisible()
    made.state.setCurrentIndex(made.state.findData("watching"))
    assert made.watch_until.isVisible()
    assert not made.waiting_on.isVisible()
    made.watch_until.set_text("in 3d")
    shown.key(RETURN, CTRL)
    shown.wait(lambda: str(issue(shown).state) == "watching")
    assert issue(shown).watch_until is not None


def test_the_story_is_filtered_and_copied(shown: Shown) -> None:
    panel = shown.pane.side.panel
    shown.type("f")
    assert panel._story_part.summary == "words with the customer"
    shown.type("y")
    text = QGuiApplication.clipboard().text()
    assert "Call: it does not work" in text
    assert "Promise" not in text
    for _ in range(4):
        shown.type("f")
    assert panel._story_part.summary == ""


def test_files_are_dropped_shown_and_taken_off(shown: Shown, tmp_path: Path) -> None:
    file = tmp_path / "log <b>.txt"
    file.write_text("nothing there")
    side = shown.pane.side
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(file))])
    event = QDropEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, dropped, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    side.dropEvent(event)
    shown.wait(lambda: len(issue(shown).files) == 1)
    assert sections(shown)["Files"] == "1 file"
    shoot(shown.pane, "issue-files", shown.qtbot)
    wanted = tmp_path / "copy.txt"
    side.files.save_to(issue(shown).files[0].id, wanted)
    shown.wait(wanted.exists)
    assert wanted.read_text() == "nothing there"
    shown.key(Qt.Key.Key_D, SHIFT)
    shown.wait(lambda: side._choice is not None)
    shown.key(Qt.Key.Key_Delete)
    shown.wait(lambda: not issue(shown).files)
    assert look(shown, lambda d: attachments.of_issue(d, issue(shown).id)) == ()


def test_a_picker_picks_nothing_that_was_not_looked_up(shown: Shown, sample: Sample) -> None:
    shown.type("x")
    picker = form(shown).picker
    assert isinstance(picker, IssuePicker)
    picker.line.setText("cannot op")
    shown.wait(lambda: picker.chosen_ref() is not None)
    picker.line.setText("site slow")
    assert picker.chosen_ref() is None
    shown.wait(lambda: picker.chosen_ref() is not None)
    chosen = picker.chosen_ref()
    assert chosen is not None
    assert chosen.id == sample.issues["slow"]


def test_one_key_says_that_it_came_after_the_deployment(shown: Shown, sample: Sample) -> None:
    rail, issue_id = sample.customers["Northgate Rail"], sample.issues["import"]
    assert not shown.console.book.can("queue.after")
    at = datetime.now(UTC) - timedelta(hours=9)
    do(shown, lambda d: deployments.record(d, rail, from_build="38", to_build="39", at=at))
    do(shown, lambda d: calls.called_again(d, issue_id))
    shown.wait(lambda: shown.console.book.can("queue.after"))
    lines = shown.pane.side.panel.sections.deployments[1]
    assert lines.said == ["After this? build 38 → 39, 9 h before not linked"]
    shoot(shown.pane, "issue-after-deployment", shown.qtbot)
    shown.pane.list.table.setFocus()
    shown.type("j")
    shown.wait(lambda: lines.said == ["After build 38 → 39, 9 h before"])
    assert not shown.console.book.can("queue.after")
    assert count(shown.console, "SELECT count(*) FROM issue_deployment WHERE interaction_id IS NOT NULL") == 1
    shown.console.book.run("edit.undo")
    shown.wait(lambda: shown.console.book.can("queue.after"))
    shown.console.book.run("edit.redo")
    shown.wait(lambda: shown.console.book.can("queue.deployments"))
    shown.pane.places.choose("after_deployments")
    shown.wait(lambda: shown.rows() == ["Import fails after the night deployment"])
    shown.pane.list.table.setFocus()
    shown.key(Qt.Key.Key_J, SHIFT)
    shown.key(RETURN)
    shown.wait(lambda: shown.console.book.can("queue.after"))
    assert "is not linked to build 38 → 39, 9 h before any more" in shown.told[-1]
    shown.console.book.run("edit.undo")
    shown.wait(lambda: lines.said == ["After build 38 → 39, 9 h before"])


def test_a_deployment_is_recorded_from_the_issue_and_offered_there(shown: Shown, sample: Sample) -> None:
    do(shown, lambda d: calls.called_again(d, sample.issues["import"]))
    shown.key(Qt.Key.Key_J, CTRL)
    made = form(shown)
    shown.wait(lambda: made.from_build.text() == "39")
    assert made.installation.currentText() == "Console, production"
    shown.type("40")
    made.at.setText("3h ago")
    shoot(shown.pane, "issue-record-deployment", shown.qtbot)
    shown.key(RETURN)
    shown.wait(lambda: shown.pane.side.form is None)
    assert shown.told[-1].startswith("Recorded for Northgate Rail: build 39 → 40, ")
    shown.wait(lambda: shown.console.book.can("queue.after"))
    assert count(shown.console, "SELECT count(*) FROM installation WHERE build = '40'") == 1
    assert shown.pane.side.panel.sections.deployments[1].said[0].startswith("After this? build 39 → 40, 2 h 59 min")
    shown.key(Qt.Key.Key_J, CTRL)
    again = form(shown)
    shown.wait(lambda: again.from_build.text() == "40")
    assert again.content() == {}, "what stood there is no draft"


def test_a_known_problem_that_sounds_alike_is_taken_with_one_key(shown: Shown, sample: Sample) -> None:
    known = do(shown, lambda d: problems.raise_problem(d, sample.issues["page"], "Import fails at night"))
    shown.type("u")
    made = form(shown)
    shown.wait(made.alike.isVisible)
    assert [ref.id for ref in made.alike.found.refs] == [known.id], "problems only, before anything is typed"
    shown.key(Qt.Key.Key_D, CTRL)
    shown.wait(lambda: shown.pane.side.form is None)
    (link,) = look(shown, lambda d: links.of_issue(d, sample.issues["import"]))
    assert (link.relation, link.other.id) == (Relation.CAUSED_BY, known.id)
    assert count(shown.console, "SELECT count(*) FROM issue WHERE kind = 'problem'") == 1
