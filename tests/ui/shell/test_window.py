import json
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.hands import click, press, write
from ui.kit.accessible import nameless
from ui.kit.commands import Command, CommandBook
from ui.kit.labels import Label
from ui.kit.mailbox import Mailbox
from ui.kit.navigator import Navigator
from ui.kit.palette import Hit
from ui.kit.theme import Kind
from ui.shell.keys_page import KeyCap
from ui.shell.navigation import WindowNavigator
from ui.shell.pane import Pane, PaneSpec, SetBadge
from ui.shell.window import ConsoleWindow

Key, Modifier = Qt.Key, Qt.KeyboardModifier


class PlainPane:
    def __init__(self, name: str, set_badge: SetBadge, ran: list[str]) -> None:
        self.name, self.set_badge = name, set_badge
        self.state: dict[str, Any] = {}
        self._ran = ran
        self._widget, self.field, self.list = QWidget(), QLineEdit(), QWidget()
        self.field.setAccessibleName("Filter")
        self.list.setAccessibleName("List")
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout = QVBoxLayout(self._widget)
        layout.addWidget(self.field)
        layout.addWidget(self.list)

    @property
    def widget(self) -> QWidget:
        return self._widget

    def commands(self) -> tuple[Command, ...]:
        run = self._ran.append
        return (Command(f"{self.name}.do", f"Do in {self.name}", "Does it", ("D",), run=lambda: run(self.name)),)

    def focus_first(self) -> None:
        self.list.setFocus()

    def save_state(self) -> dict[str, Any]:
        return self.state

    def restore_state(self, state: dict[str, Any]) -> None:
        self.state = state


class House:
    """A window on a settings file, with panes that are made when they are needed."""

    def __init__(self, qtbot: QtBot, mailbox: Mailbox, path: Path) -> None:
        self._qtbot, self._mailbox, self._path = qtbot, mailbox, path
        self.ran: list[str] = []
        self.made: dict[str, PlainPane] = {}
        self.hits: list[Hit] = []

    def open(self, names: Sequence[str] = ("queue", "escalations", "devices")) -> ConsoleWindow:
        self.made.clear()
        window = ConsoleWindow(
            [PaneSpec(name, name.title(), lambda badge, name=name: self._make(name, badge)) for name in names],  # type: ignore[misc]
            CommandBook(),
            self._mailbox,
            QSettings(str(self._path), QSettings.Format.IniFormat),
            search=self._search,
            on_hit=self.hits.append,
            settings_page=lambda: _named(Label("Settings")),
        )
        self._qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        self._qtbot.waitUntil(window.isActiveWindow)
        return window

    def _make(self, name: str, set_badge: SetBadge) -> Pane:
        self.made[name] = PlainPane(name, set_badge, self.ran)
        return self.made[name]

    @staticmethod
    def _search(text: str) -> Future[Sequence[Hit]]:
        future: Future[Sequence[Hit]] = Future()
        future.set_result([Hit("Issue", "1", f"Found {text}")])
        return future


def _named(widget: QWidget) -> QWidget:
    widget.setAccessibleName("Settings")
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return widget


@pytest.fixture
def house(qtbot: QtBot, mailbox: Mailbox, tmp_path: Path) -> House:
    return House(qtbot, mailbox, tmp_path / "window.ini")


def test_only_the_panes_given_are_shown_and_made_when_needed(house: House) -> None:
    window = house.open(["queue", "devices"])
    assert window.tabs.ids() == ["queue", "devices"]
    assert list(house.made) == ["queue"]
    assert house.made["queue"].list.hasFocus()


def test_keys_switch_panes(house: House) -> None:
    window = house.open()
    press(house.made["queue"].list, Key.Key_3, Modifier.ControlModifier)
    assert window.current == "devices"
    assert house.made["devices"].list.hasFocus()
    press(house.made["devices"].field, Key.Key_1, Modifier.ControlModifier)  # also out of a text field
    assert window.current == "queue"


def test_the_tabs_take_mouse_and_arrows(house: House) -> None:
    window = house.open()
    click(window.tabs, window.tabs.rect_of("escalations").center())
    assert window.current == "escalations"
    window.tabs.setFocus()
    press(window.tabs, Key.Key_Right)
    assert window.current == "devices"
    press(window.tabs, Key.Key_Right)
    assert window.current == "queue"


def test_a_panes_keys_work_only_while_it_is_shown(house: House) -> None:
    window = house.open()
    window.show_pane("devices")
    window.show_pane("queue")
    press(house.made["queue"].list, Key.Key_D)
    window.show_pane("devices")
    press(house.made["devices"].list, Key.Key_D)
    write(house.made["devices"].field, "d")
    assert house.ran == ["queue", "devices"]


def test_a_pane_sets_its_badge(house: House) -> None:
    window = house.open()
    house.made["queue"].set_badge("3", Kind.RED)
    before = window.tabs.sizeHint().width()
    assert window.tabs.badge("queue") == "3"
    house.made["queue"].set_badge("", Kind.GREY)
    assert window.tabs.sizeHint().width() < before


def test_the_other_panes_are_made_in_idle_moments_and_nobody_is_disturbed(qtbot: QtBot, house: House) -> None:
    window = house.open()
    house.made["queue"].field.setFocus()
    write(house.made["queue"].field, "half a w")
    window.make_rest()
    window.make_rest()
    assert list(house.made) == ["queue"]
    qtbot.waitUntil(lambda: list(house.made) == ["queue", "escalations", "devices"], timeout=5_000)
    assert window.current == "queue"
    assert house.made["queue"].widget.isVisible()
    write(house.made["queue"].field, "ord")
    assert house.made["queue"].field.text() == "half a word"
    house.made["devices"].set_badge("2", Kind.GREEN)
    assert window.tabs.badge("devices") == "2"
    house.made["queue"].list.setFocus()
    press(house.made["queue"].list, Key.Key_D)
    assert house.ran == ["queue"]


def test_a_window_that_closed_makes_no_more_panes(qtbot: QtBot, house: House) -> None:
    window = house.open()
    window.make_rest()
    window.close()
    qtbot.wait(700)
    assert list(house.made) == ["queue"]


def test_everything_is_as_it_was_at_the_next_start(house: House) -> None:
    window = house.open()
    window.resize(780, 500)
    window.show_pane("escalations")
    house.made["escalations"].state = {"splitter": [300, 500], "row": "e1"}
    window.close()
    again = house.open()
    assert again.current == "escalations"
    assert (again.width(), again.height()) == (780, 500)
    assert house.made["escalations"].state == {"splitter": [300, 500], "row": "e1"}


def test_a_pane_never_shown_keeps_its_state(house: House) -> None:
    window = house.open()
    window.show_pane("devices")
    house.made["devices"].state = {"device": "d1"}
    window.show_pane("queue")
    window.close()
    house.open().close()  # devices was not even made this time
    again = house.open()
    again.show_pane("devices")
    assert house.made["devices"].state == {"device": "d1"}


def test_a_state_that_makes_no_sense_is_ignored(house: House, tmp_path: Path) -> None:
    kept = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    kept.setValue("window/pane", "health")
    kept.setValue("window/geometry", "nonsense")
    kept.setValue("pane/queue", "{broken")
    kept.setValue("pane/devices", json.dumps([1]))
    kept.sync()
    window = house.open()
    assert window.current == "queue"
    window.show_pane("devices")
    assert house.made["devices"].state == {}


def test_search_or_do_from_anywhere(qtbot: QtBot, house: House) -> None:
    window = house.open()
    press(house.made["queue"].list, Key.Key_K, Modifier.ControlModifier)
    assert window.search.hasFocus()
    write(window.search, "imp")
    qtbot.waitUntil(lambda: any(isinstance(e, Hit) for e in window.search.entries()))
    press(window.search, Key.Key_Return)
    assert [hit.title for hit in house.hits] == ["Found imp"]
    assert house.made["queue"].list.hasFocus()


def test_f1_shows_every_key_and_goes_back(qtbot: QtBot, house: House) -> None:
    window = house.open()
    press(house.made["queue"].list, Key.Key_F1)

    def texts() -> list[str]:
        return [label.text() for label in window.findChildren(Label) if label.isVisible()]

    qtbot.waitUntil(lambda: "Do in queue" in texts() and "Search or do…" in texts())
    press(window.focusWidget(), Key.Key_F1)
    assert house.made["queue"].list.hasFocus()


def test_both_keys_of_a_command_stand_on_the_page_of_keys(qtbot: QtBot, house: House) -> None:
    window = house.open()
    window.show_keys()
    qtbot.waitUntil(lambda: bool(window.findChildren(KeyCap)))
    caps = {cap.keys for cap in window.findChildren(KeyCap)}
    assert {"Ctrl K", "Ctrl Shift K"} <= caps
    assert window.search.cap == "Ctrl K"


def test_settings_open_and_close_with_their_key(house: House) -> None:
    window = house.open()
    press(house.made["queue"].list, Key.Key_Comma, Modifier.ControlModifier)
    assert any(label.text() == "Settings" and label.isVisible() for label in window.findChildren(Label))
    press(window.focusWidget(), Key.Key_1, Modifier.ControlModifier)
    assert house.made["queue"].widget.isVisible()


def test_the_menu_holds_every_command_with_its_key(house: House) -> None:
    window = house.open()
    menu = window.menu.menu_of_now()
    entries = [a.text() for group in menu.actions() for a in group.menu().actions()]  # type: ignore[attr-defined]
    assert "Queue\tCtrl 1" in entries
    assert "Keys\tF1" in entries
    assert "Do in queue\tD" in entries
    menu.deleteLater()


def test_the_menu_opens_by_key(qtbot: QtBot, house: House) -> None:
    window = house.open()
    press(house.made["queue"].list, Key.Key_M, Modifier.AltModifier)
    qtbot.waitUntil(lambda: window.menu.shown is not None and window.menu.shown.isVisible())
    assert window.menu.shown is not None
    window.menu.shown.close()


def test_what_is_told_is_seen(house: House) -> None:
    window = house.open()
    window.tell("Note added to 4127.")
    assert window.status.message == "Note added to 4127."
    window.tell("The device refused the password.", "Check it in the keyring; we try once only.")
    assert window.banners.shown()["tell"].todo.startswith("Check it")


def test_the_status_line_says_what_it_is_told(house: House) -> None:
    status = house.open().status
    at = datetime(2026, 11, 20, 14, 3, 22, tzinfo=UTC)
    status.set_synced(at)
    assert status.sync == (Kind.GREEN, f"As of {at.astimezone():%H:%M:%S}")
    status.set_waiting("Offline since 14:03")
    assert status.sync == (Kind.AMBER, "Offline since 14:03")
    status.set_broken("Password refused")
    assert status.sync == (Kind.RED, "Password refused")
    status.set_unsent(2)
    assert status.unsent == "2 unsent"
    status.set_unsent(0)
    assert status.unsent == ""
    status.set_who("Support A")
    status.set_facts(["On call: Engineer B"])
    assert status.who == "Support A"


def test_a_pane_whose_making_fails_does_not_take_the_window_along(
    qtbot: QtBot, mailbox: Mailbox, tmp_path: Path
) -> None:
    def broken(_set_badge: SetBadge) -> Pane:
        raise RuntimeError("no such table")

    window = ConsoleWindow([], CommandBook(), mailbox, QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat))
    qtbot.addWidget(window)
    window._specs["broken"] = PaneSpec("broken", "Broken", broken)
    with pytest.raises(RuntimeError, match="no such table"):
        window.show_pane("broken")
    assert window.current == ""


def test_everything_has_a_name(house: House) -> None:
    window = house.open()
    window.show_keys()
    window.show_settings()
    assert nameless(window) == []


def test_closing_is_said_once_the_state_is_kept(qtbot: QtBot, house: House) -> None:
    window = house.open()
    with qtbot.waitSignal(window.closed):
        press(house.made["queue"].list, Key.Key_Q, Modifier.ControlModifier)
    assert not window.isVisible()


def test_from_pane_to_pane(house: House) -> None:
    navigator = WindowNavigator()
    opened: list[tuple[str, str | None]] = []
    navigator.add_way("device", "devices", lambda _pane, one, issue: opened.append((one, issue)))
    way: Navigator = navigator
    way.open_device("d0")  # before there is a window nothing happens
    window = house.open()
    navigator.attach(window)
    way.open_device("d1", "i1")
    assert opened == [("d1", "i1")]
    assert window.current == "devices"
    way.open_run("r1")
    assert window.status.message == "No pane here shows a run."
    way.tell("Held back.", "Wait for 20:00.")
    assert window.banners.shown()["tell"].what == "Held back."
