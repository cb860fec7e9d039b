"""What a device said goes as a note into an issue."""

from PySide6.QtCore import Qt

from app.domain.issue import Note, NoteKind
from tests.ui.hands import press
from tests.ui.panes.devices.conftest import CTRL, Stage
from ui.panes.devices.facts import IssueLine


def notes(stage: Stage) -> list[Note]:
    return stage.console.workstation.read(lambda desk: desk.cache.records(Note)).result(10)


def test_output_and_what_a_terminal_shows_go_into_the_issue_the_device_was_opened_from(stage: Stage) -> None:
    stage.log_in()
    stage.open("core-nyc-1", stage.issue.id)
    stage.run("show ip interface brief")
    with stage.qtbot.waitSignal(stage.pane.noted, timeout=5000):
        stage.console.book.run("devices.note")
    (note,) = notes(stage)
    assert (note.issue_id, note.kind, note.command) == (
        stage.issue.id, NoteKind.DEVICE_OUTPUT, "show ip interface brief",
    )  # fmt: skip
    assert "Vlan1" in note.body
    assert "interface" in note.body
    assert "Noted “show ip interface brief” in issue" in stage.went.told[-1][0]
    stage.until(lambda: stage.pane.card is not None and stage.pane.card.last_output is not None)
    stage.console.book.run("devices.terminal")
    with stage.qtbot.waitSignal(stage.pane.noted, timeout=5000):
        stage.console.book.run("devices.note")
    assert "core-nyc-1>" in next(note.body for note in notes(stage) if not note.command)


def test_without_an_issue_one_is_chosen_in_place(stage: Stage) -> None:
    stage.log_in()
    stage.run("show clock")
    stage.console.book.run("devices.note")
    question = stage.pane.notes.question
    assert question is not None
    assert question.chosen == ""
    question.sent.emit()
    assert "No issue is chosen" in question.refusal
    question.issue.setCurrentIndex(0)
    with stage.qtbot.waitSignal(stage.pane.noted, timeout=5000):
        press(question, Qt.Key.Key_Return, CTRL)
    assert stage.pane.notes.question is None
    assert notes(stage)[0].issue_id == stage.issue.id
    line = stage.pane.facts.findChildren(IssueLine)[-1]
    line.click()
    assert stage.went.to == [("issue", stage.issue.id)]


def test_where_nothing_is_open_the_pane_says_what_to_do(stage: Stage) -> None:
    stage.log_in("sw-lobby-3")
    stage.run("show clock")
    stage.pane.note_to_issue()
    what, todo = stage.went.told[-1]
    assert "No issue is open at Halden Hotels" in what
    assert "Queue" in todo
