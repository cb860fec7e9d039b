"""What is kept of a session: who was on the device, its transcript, and what goes into an issue when it is over."""

import errno
import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.domain.customer import Environment
from app.domain.errors import DiskFull
from app.domain.issue import Note
from app.domain.on_issue import Attachment
from app.domain.session import Session
from app.services import devices, transcripts
from app.services.terminals import TerminalNotRecorded
from tests.ui.hands import press, write
from tests.ui.panes.conftest import shoot
from tests.ui.panes.devices.conftest import Stage
from ui.panes.devices.terminal.keep_card import KeepCard


def kept(stage: Stage) -> list[Session]:
    found: list[Session] = stage.console.workstation.read(lambda desk: desk.cache.records(Session)).result(10)
    return found


def folder(stage: Stage) -> Path:
    return stage.console.workstation.read(transcripts.folder).result(10)


def say(stage: Stage, text: str) -> None:
    assert stage.pane.bench is not None
    terminal = stage.pane.bench.terminal.terminal
    write(terminal, text)
    press(terminal, Qt.Key.Key_Return)


def offered(stage: Stage) -> KeepCard:
    bench = stage.pane.bench
    assert bench is not None
    stage.until(lambda: bench.leaving.card is not None)
    card = bench.leaving.card
    assert card is not None
    return card


def test_a_session_is_written_down_and_recorded_while_it_runs(stage: Stage) -> None:
    stage.log_in()
    stage.until(lambda: len(kept(stage)) == 1)
    (session,) = kept(stage)
    assert (session.device_id, session.closed_at) == (stage.devices["core-nyc-1"].id, None)
    say(stage, "show clock")
    (file,) = list(folder(stage).glob("*.txt"))
    stage.until(lambda: "core-nyc-1>show clock" in file.read_text(encoding="utf-8"))
    say(stage, "exit")
    stage.until(lambda: kept(stage)[0].closed_at is not None)
    assert kept(stage)[0].words == "The device ended the session."
    card = stage.pane.card
    assert card is not None
    assert (
        stage.console.workstation.read(lambda d: devices.detail(d, session.device_id)).result(10).last_login is not None
    )


def test_a_session_that_is_over_offers_its_note_and_transcript_with_nothing_ticked(stage: Stage) -> None:
    stage.accept("core-nyc-1")
    stage.open("core-nyc-1", stage.issue.id)
    stage.log_in()
    say(stage, "show clock")
    stage.until(lambda: "UTC" in stage.pane.screen_text)
    say(stage, "exit")
    card = offered(stage)
    assert card.chosen == stage.issue.id
    assert not card.takes_transcript.isChecked()
    stage.until(card.words.hasFocus)
    press(card.words, Qt.Key.Key_Return)
    assert "nothing to keep" in card.refusal
    write(card.words, "Looked at the clock.")
    card.takes_transcript.click()
    press(card.words, Qt.Key.Key_Return)
    bench = stage.pane.bench
    stage.until(lambda: bench is not None and bench.leaving.card is None)
    read = stage.console.workstation.read
    (note,) = read(lambda d: d.cache.records(Note, "issue_id = ?", (stage.issue.id,))).result(10)
    (file,) = read(lambda d: d.cache.records(Attachment, "issue_id = ?", (stage.issue.id,))).result(10)
    assert note.body == "On core-nyc-1: Looked at the clock."
    assert file.name.startswith("core-nyc-1 ")
    assert kept(stage)[0].issue_id == stage.issue.id


def test_escape_keeps_nothing_and_gives_the_terminal_back(stage: Stage) -> None:
    stage.log_in()
    say(stage, "exit")
    card = offered(stage)
    assert card.chosen == ""
    stage.until(card.words.hasFocus)
    press(card.words, Qt.Key.Key_Return)
    assert card.refusal == "No issue is chosen."
    press(card, Qt.Key.Key_Escape)
    assert stage.pane.bench is not None
    assert stage.pane.bench.leaving.card is None
    stage.until(stage.pane.bench.terminal.ended.button.hasFocus)
    assert not stage.console.workstation.read(lambda d: d.cache.records(Note)).result(10)


def test_nothing_is_offered_when_nothing_was_typed(stage: Stage) -> None:
    stage.log_in()
    stage.console.book.run("devices.close_terminal")
    stage.until(lambda: stage.pane.stage == "closed")
    stage.until(lambda: kept(stage)[0].closed_at is not None)
    assert stage.pane.bench is not None
    assert stage.pane.bench.leaving.card is None


def test_a_terminal_that_is_closed_and_taken_away_is_offered_too(stage: Stage) -> None:
    stage.log_in()
    stage.console.book.run("devices.new_terminal")
    bench = stage.pane.bench
    assert bench is not None
    stage.until(lambda: stage.pane.stage == "open")
    say(stage, "show users")
    stage.console.book.run("devices.close_terminal")
    assert len(bench.terminals) == 1
    offered(stage)
    stage.until(lambda: sum(session.closed_at is not None for session in kept(stage)) == 1)


def test_a_connection_that_drops_leaves_the_focus_where_it_is(stage: Stage) -> None:
    stage.log_in()
    say(stage, "show clock")
    bench = stage.pane.bench
    assert bench is not None
    stage.until(lambda: "UTC" in stage.pane.screen_text)
    child = stage.console.workstation._devices
    assert child.pid is not None
    os.kill(child.pid, 15)
    card = offered(stage)
    assert not card.words.hasFocus()
    focused = QApplication.focusWidget()
    assert focused is None or not card.isAncestorOf(focused)
    write(card.words, "Half a word")
    rows = bench.terminal.terminal.state.size[1]
    stage.pane.connect_terminal()
    assert bench.leaving.is_folded, "it leaves the terminal its room, and what was typed stays"
    stage.until(lambda: stage.pane.stage == "open")
    assert (card.isVisible(), bench.leaving.line.isVisible()) == (False, True)
    assert bench.leaving.words.whole == "Not kept: what was done on core-nyc-1"
    assert bench.terminal.terminal.state.size[1] > rows
    shoot(stage.pane, "keep-folded", stage.qtbot)
    press(bench.terminal.terminal, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    assert card.words.hasFocus()
    assert card.words.text() == "Half a word"
    press(card, Qt.Key.Key_Escape)
    assert bench.leaving.isHidden()
    assert not stage.console.book.can("devices.keep")


def test_a_session_that_is_open_when_baton_closes_is_written_down_as_over(stage: Stage) -> None:
    stage.log_in()
    say(stage, "show clock")
    stage.until(lambda: "UTC" in stage.pane.screen_text)
    stage.pane.end_sessions()
    stage.until(lambda: kept(stage)[0].closed_at is not None)
    assert kept(stage)[0].words == "Baton was closed."
    assert stage.pane.bench is not None
    assert stage.pane.bench.leaving.card is None


def test_on_a_practice_device_nothing_is_recorded(stage: Stage) -> None:
    device_id = stage.devices["core-nyc-1"].id
    stage.do(lambda desk: devices.change(desk, device_id, environment=Environment.PRACTICE))
    stage.log_in()
    say(stage, "show clock")
    stage.until(lambda: "UTC" in stage.pane.screen_text)
    say(stage, "exit")
    stage.until(lambda: stage.pane.stage == "closed")
    assert kept(stage) == []
    assert not folder(stage).exists()


def test_a_transcript_that_cannot_begin_does_not_hold_the_session_up(stage: Stage) -> None:
    folder(stage).write_text("in the way", encoding="utf-8")
    stage.log_in()
    assert any("not recorded" in message for message, _todo in stage.went.told)


def test_a_full_disk_is_told_and_the_session_goes_on(stage: Stage) -> None:
    stage.log_in()
    assert stage.pane.bench is not None
    page = stage.pane.bench.terminal
    full = DiskFull(f"The transcript is not written any more ({os.strerror(errno.ENOSPC)}).", "Free some space.")
    page.take(TerminalNotRecorded(page._session, full))
    assert (full.what, full.todo) in stage.went.told
    assert stage.pane.stage == "open"


@pytest.mark.parametrize("size", [(12, "12 bytes"), (43_210, "43 kB"), (20_000_000, "20.0 MB")])
def test_sizes_are_said_plainly(size: tuple[int, str]) -> None:
    from ui.panes.devices.terminal.keep_card import said_size  # noqa: PLC0415  beside the one test that asks it

    assert said_size(size[0]) == size[1]
