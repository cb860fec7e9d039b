"""Terminals: typed into, several at once, and how a session ends and begins again."""

import os
import signal

from PySide6.QtCore import Qt

from app.practice.device import Faults
from tests.ui.hands import press, write
from tests.ui.panes.devices.conftest import Stage
from ui.kit.theme import Kind


def test_typing_reaches_the_device_and_a_logout_is_no_fault(stage: Stage) -> None:
    stage.log_in()
    assert stage.pane.bench is not None
    page = stage.pane.bench.terminal
    write(page.terminal, "show clock")
    press(page.terminal, Qt.Key.Key_Return)
    stage.until(lambda: "UTC" in stage.pane.screen_text)
    write(page.terminal, "exit")
    press(page.terminal, Qt.Key.Key_Return)
    stage.until(lambda: stage.pane.stage == "closed")
    assert page.closed_by is None


def test_an_unplugged_device_says_why_keeps_what_it_showed_and_comes_back_in_the_same_tab(stage: Stage) -> None:
    stage.log_in()
    assert stage.pane.bench is not None
    page = stage.pane.bench.terminal
    write(page.terminal, "show clock")
    press(page.terminal, Qt.Key.Key_Return)
    stage.until(lambda: "UTC" in stage.pane.screen_text)
    stage.farm.set_faults("core-nyc-1", Faults(is_unplugged=True))
    try:
        stage.until(lambda: stage.pane.stage == "closed")
        assert "dropped the connection" in page.ended.what
        before = stage.pane.screen_text
        assert "UTC" in before
        stage.pane.connect_terminal()
        stage.until(lambda: stage.pane.stage == "closed" and "refuses" in page.ended.what)
        assert page.ended.todo
    finally:
        stage.farm.set_faults("core-nyc-1", Faults())
    page.ended.button.click()
    stage.until(lambda: stage.pane.stage == "open")
    assert stage.pane.bench.terminal is page
    stage.until(lambda: stage.pane.screen_text.count("core-nyc-1>") >= 3)
    # Below what it showed, all of which is still there: the guard reads the prompt and lets a question pass.
    assert stage.pane.screen_text.startswith(before)
    assert stage.pane.screen_text.endswith("\ncore-nyc-1>")
    write(page.terminal, "show clock")
    press(page.terminal, Qt.Key.Key_Return)
    stage.until(lambda: stage.pane.screen_text.count("UTC") == 2)


def test_a_device_that_never_stops_leaves_the_window_alive_and_is_ended(stage: Stage) -> None:
    stage.log_in()
    assert stage.pane.bench is not None
    terminal = stage.pane.bench.terminal
    stage.farm.set_faults("core-nyc-1", Faults(is_endless=True, has_escapes=True))
    try:
        write(terminal.terminal, "terminal length 0")
        press(terminal.terminal, Qt.Key.Key_Return)
        write(terminal.terminal, "show version")
        press(terminal.terminal, Qt.Key.Key_Return)
        stage.until(lambda: terminal.terminal.state.scrolled_off > 2000)
        assert terminal.terminal.waiting_bytes < 600_000
        stage.console.book.run("devices.close_terminal")
        stage.until(lambda: stage.pane.stage == "closed", 5)
    finally:
        stage.farm.set_faults("core-nyc-1", Faults())


def test_several_terminals_and_another_device_do_not_disturb_each_other(stage: Stage) -> None:
    stage.log_in()
    assert stage.pane.bench is not None
    first = stage.pane.bench.terminal
    stage.console.book.run("devices.new_terminal")
    stage.until(lambda: len(stage.pane.bench.terminals) == 2 and stage.pane.stage == "open" if stage.pane.bench else 0)
    write(stage.pane.bench.terminal.terminal, "show users")
    stage.until(lambda: "show users" in stage.pane.screen_text)
    assert "show users" not in first.terminal.screen_text()
    assert stage.pane.bench.session == (Kind.GREEN, "2 terminals are open")
    stage.open("sw-lobby-3")
    assert stage.pane.stage == "idle"
    stage.open("core-nyc-1")
    assert stage.pane.stage == "open"
    stage.console.book.run("devices.close_terminal")
    assert stage.pane.bench.terminal is first
    assert stage.pane.stage == "open"


def test_when_the_child_dies_the_terminal_says_so_and_opens_again(stage: Stage) -> None:
    stage.log_in()
    child = stage.console.workstation._devices
    assert child.pid is not None
    os.kill(child.pid, signal.SIGTERM)
    stage.until(lambda: stage.pane.stage == "closed")
    assert stage.pane.failure is not None
    assert "started again" in stage.pane.failure.what
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "open")
    # In the same tab, below what it showed before.
    stage.until(lambda: stage.pane.screen_text.count("core-nyc-1>") == 2)
