"""The page of host keys: searched while typing, replaced with a reason by whoever may, exported."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.domain.customer import Customer, Environment
from app.domain.device import Device, HostKey
from app.domain.entity import new_id
from app.domain.person import Role
from app.services import host_keys
from app.services.desk import Desk
from tests.ui.hands import press, write
from tests.ui.panes.conftest import OpenConsole, Went, shoot
from tests.ui.panes.devices.conftest import texts_of
from ui.kit.console import Console
from ui.panes.devices.book import HostKeysPage
from ui.panes.devices.book.replacing import Replacing

CTRL = Qt.KeyboardModifier.ControlModifier
FIRST = "SHA256:" + "Ab3" * 14 + "x"
OTHER = "SHA256:" + "Zq9" * 14 + "y"


def a_book(desk: Desk) -> dict[str, Device]:
    with desk.edit() as edit:
        rail = edit.insert(Customer(id=new_id(), name="Northgate Rail"))
        made = {
            name: edit.insert(
                Device(
                    id=new_id(), name=name, address=f"10.20.0.{at}", customer_id=rail.id, port=port,
                    environment=Environment.PRODUCTION,
                )
            )
            for at, (name, port) in enumerate([("core-nyc-1", 22), ("edge-bos-1", 2222), ("sw-lobby-3", 22)], 1)
        }  # fmt: skip
    for device in made.values():
        host_keys.accept(desk, device.id, "ssh-ed25519", FIRST)
    host_keys.replace(desk, made["edge-bos-1"].id, "ssh-ed25519", OTHER, "RMA 77, new chassis")
    return made


def open_page(console: Console, qtbot: QtBot) -> HostKeysPage:
    page = HostKeysPage(console)
    console.book.add(*(replace(command, place="host_keys") for command in page.commands()))
    qtbot.addWidget(page)
    console.book.attach(page)
    console.book.go("host_keys")
    page.resize(1280, 730)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page


def wait(qtbot: QtBot, is_so: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(is_so()), timeout=10_000)


@pytest.fixture
def page(console: Console, qtbot: QtBot) -> HostKeysPage:
    console.workstation.write(a_book).result(10)
    opened = open_page(console, qtbot)
    wait(qtbot, lambda: len(opened._lines) == 4)
    opened.focus_first()
    return opened


def told(console: Console) -> list[str]:
    assert isinstance(console.navigator, Went)
    return [said for said, _todo in console.navigator.told]


def test_a_key_is_found_by_words_and_its_story_is_told(page: HostKeysPage, qtbot: QtBot) -> None:
    assert page.table.chosen_id()
    press(page.table.view, Qt.Key.Key_Slash)
    assert page.field.hasFocus()
    write(page.field, "edge retired")
    wait(qtbot, lambda: len(page._lines) == 1)
    press(page.field, Qt.Key.Key_Down)
    wait(qtbot, lambda: "Anna retired it" in page.facts.sentence.text())
    assert "RMA 77, new chassis" in page.facts.sentence.text()
    assert any("10.20.0.2:2222" in text for text in texts_of(page.facts))
    shoot(page, "book-retired", qtbot)
    write(page.field, " nowhere")
    wait(qtbot, lambda: not page._lines)
    assert "Try fewer words; Escape empties the field." in texts_of(page.table.empty)
    press(page.field, Qt.Key.Key_Escape)
    wait(qtbot, lambda: len(page._lines) == 4)
    shoot(page, "book", qtbot)


def test_a_manager_replaces_a_key_from_the_book_with_a_reason(
    page: HostKeysPage, console: Console, qtbot: QtBot
) -> None:
    page.field.setText("core")
    wait(qtbot, lambda: len(page._lines) == 1)
    page.table.setFocus()
    press(page.table.view, Qt.Key.Key_R)
    form = page.facts.form
    assert isinstance(form, Replacing)
    write(form.fingerprint, "not one")
    press(form, Qt.Key.Key_Return, CTRL)
    wait(qtbot, lambda: form.refusal)
    form.fingerprint.setText(OTHER)
    press(form, Qt.Key.Key_Return, CTRL)
    wait(qtbot, lambda: "needs its reason" in form.refusal)
    shoot(page, "book-replace", qtbot)
    write(form.reason, "compared on the console port")
    press(form, Qt.Key.Key_Return, CTRL)
    wait(qtbot, lambda: page.facts.form is None and len(page._lines) == 2)
    valid = [line for line in page._lines.values() if line.key.is_valid]
    assert [line.key.fingerprint for line in valid] == [OTHER]
    assert any(said.startswith("Replaced") for said in told(console))


def test_support_is_told_whom_to_ask_and_cannot_replace(open_console: OpenConsole, qtbot: QtBot) -> None:
    anna = open_console("anna", Role.MANAGER)
    anna.workstation.write(a_book).result(10)
    ben = open_console("ben", Role.SUPPORT)
    page = open_page(ben, qtbot)
    wait(qtbot, lambda: len(page._lines) == 4)
    page.table.setFocus()
    page.table.choose_first()
    press(page.table.view, Qt.Key.Key_R)
    assert page.facts.form is None
    assert "Anna can replace it, with the reason." in texts_of(page.facts)


def test_two_keys_that_contradict_stand_first_and_say_so(page: HostKeysPage, console: Console, qtbot: QtBot) -> None:
    def contradict(desk: Desk) -> None:
        (line,) = [one for one in desk.cache.records(HostKey) if one.address == "10.20.0.3"]
        with desk.edit() as edit:
            edit.insert(line.but(id=new_id(), fingerprint=OTHER, rev=0))

    console.workstation.write(contradict).result(10)
    wait(qtbot, lambda: len(page._lines) == 5)
    first = next(iter(page._lines.values()))
    assert (first.device, first.is_contradicted) == ("sw-lobby-3", True)
    page.table.choose(first.id)
    wait(qtbot, lambda: "Two people accepted different keys" in page.facts.sentence.text())
    assert any("2 contradict each other" in text for text in texts_of(page.header))
    shoot(page, "book-two", qtbot)


def test_enter_opens_the_device_and_y_copies_the_whole_fingerprint(
    page: HostKeysPage, console: Console, qtbot: QtBot
) -> None:
    page.field.setText("core")
    wait(qtbot, lambda: len(page._lines) == 1)
    page.table.setFocus()
    press(page.table.view, Qt.Key.Key_Y)
    assert QGuiApplication.clipboard().text() == FIRST
    press(page.table.view, Qt.Key.Key_Return)
    assert isinstance(console.navigator, Went)
    assert console.navigator.to[-1][0] == "device"


def test_what_is_listed_is_exported(page: HostKeysPage, console: Console, qtbot: QtBot, tmp_path: Path) -> None:
    page.field.setText("retired")
    wait(qtbot, lambda: len(page._lines) == 1)
    page.export_to(tmp_path / "keys.csv")
    wait(qtbot, lambda: any("1 key in" in said for said in told(console)))
    assert (tmp_path / "keys.csv").read_text(encoding="utf-8").count("\n") == 2
    page.export_to(tmp_path / "nowhere" / "keys.csv")
    wait(qtbot, lambda: any("cannot be written" in said for said in told(console)))
