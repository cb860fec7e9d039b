"""The page that brings devices in: chosen, looked at, corrected, written, taken back."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from app.domain.device import Device
from app.domain.person import Role
from app.services import customers
from app.services.desk import utc_now
from app.services.device_imports import Doing
from tests.ui.hands import press
from tests.ui.panes.conftest import OpenConsole
from tests.ui.panes.devices.conftest import CTRL, texts_of
from ui.kit.console import Console
from ui.panes.devices.imports import DeviceImportsPage
from ui.panes.devices.imports.preview_table import how


def a_page(console: Console, qtbot: QtBot) -> DeviceImportsPage:
    page = DeviceImportsPage(console)
    console.book.add(*(replace(command, place="imports") for command in page.commands()))
    console.book.go("imports")
    qtbot.addWidget(page)
    console.book.attach(page)
    page.resize(1280, 730)
    page.show()
    qtbot.waitExposed(page)
    return page


@pytest.fixture
def page(console: Console, qtbot: QtBot) -> DeviceImportsPage:
    console.workstation.write(lambda desk: customers.add(desk, name="Northgate Rail")).result(10)
    made = a_page(console, qtbot)
    qtbot.waitUntil(lambda: made.customer.findText("Northgate Rail") > 0, timeout=5000)
    return made


def names(console: Console) -> set[str]:
    return {one.name for one in console.workstation.read(lambda desk: desk.cache.records(Device)).result(10)}


def test_a_file_is_looked_at_written_and_taken_back(
    page: DeviceImportsPage, console: Console, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "router.db"
    file.write_text("".join(f"sw-{n};cisco;up\n" for n in range(250)) + "old;toaster;down\nnonsense\n")
    page.file.setText(str(file))
    press(page.file, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.preview is not None, timeout=10_000)
    assert page.said.text() == "router.db: 251 new, 1 left out."
    assert "Ctrl+Z takes all of it back." in page.more.text()
    assert page.kind.currentText() == "RANCID router.db"
    qtbot.waitUntil(lambda: page.table.model.row(0) is not None, timeout=5000)
    row = page.table.model.row(0)
    assert row is not None
    assert (row.line, row.doing) == (1, Doing.ADD), "what the button does comes first"
    qtbot.waitUntil(lambda: page.table.model.cells(0) is not None)
    assert "platform Cisco IOS" in page.table.model.cells(0)[-1].text  # type: ignore[index]
    assert names(console) == set(), "nothing is written by looking"
    press(page.file, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: page.said.text() == "251 devices written.", timeout=20_000)
    assert len(names(console)) == 251
    assert console.undos.last == "bringing in router.db"
    page.setFocus()
    assert console.book.run("edit.undo")
    qtbot.waitUntil(lambda: names(console) == set(), timeout=20_000)


def test_columns_are_corrected_in_place(
    page: DeviceImportsPage, console: Console, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "boxes.csv"
    file.write_text("Box,IP,Whose,Enable Password\nsw-1,10.0.0.1,Northgate Rail,s\n")
    page.take(file)
    qtbot.waitUntil(lambda: page.preview is not None, timeout=10_000)
    assert page.columns.chosen() == {"Box": "", "IP": "address", "Whose": "", "Enable Password": ""}
    assert any("may hold secrets: Enable Password" in text for text in texts_of(page))
    for head, field in (("Box", "name"), ("Whose", "customer")):
        box = page.columns.choices[head]
        box.setCurrentIndex(box.findData(field))
        qtbot.waitUntil(lambda: page.preview is not None and not page.is_working, timeout=10_000)
    assert page.preview is not None
    (line,) = page.preview.lines
    assert (line.label, line.customer) == ("sw-1", "Northgate Rail")
    page.customer.setCurrentIndex(page.customer.findText("As the file says"))
    assert console.book.run("device_imports.write")
    qtbot.waitUntil(lambda: names(console) == {"sw-1"}, timeout=10_000)


def test_a_dropped_folder_is_looked_at(page: DeviceImportsPage, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "core%201").write_text("HostName=10.0.0.1\n")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPoint(5, 5), copy, data, left, none))
    qtbot.waitUntil(lambda: page.preview is not None, timeout=10_000)
    assert page.kind.currentText() == "PuTTY sessions"
    assert page.preview is not None
    assert [line.label for line in page.preview.lines] == ["core 1"]


def test_what_cannot_be_read_is_said_and_a_new_file_forgets_the_old_one(
    page: DeviceImportsPage, console: Console, qtbot: QtBot, tmp_path: Path
) -> None:
    page.file.setText(str(tmp_path / "gone.csv"))
    assert console.book.run("device_imports.look")
    qtbot.waitUntil(page.wrong.isVisible, timeout=10_000)
    assert "There is no file" in page.wrong.text()
    noise = tmp_path / "noise.csv"
    noise.write_bytes(bytes(range(256)) * 8)
    page.take(noise)
    qtbot.waitUntil(lambda: "noise.csv is not text" in page.wrong.text(), timeout=10_000)
    file = tmp_path / "x.csv"
    file.write_text("name,ip,via\na,10.0.0.1,b\nb,10.0.0.2,\n")
    page.take(file)
    qtbot.waitUntil(lambda: page.preview is not None, timeout=10_000)
    assert not page.wrong.isVisible()
    assert page.preview is not None
    said = {line.label: how(line, utc_now()).text for line in page.preview.lines}
    assert "jump host b" in said["a"]
    page.kind.setCurrentIndex(page.kind.findText("SecureCRT sessions"))
    qtbot.waitUntil(page.wrong.isVisible, timeout=10_000)
    assert "is no XML" in page.wrong.text()
    assert not console.book.can("device_imports.write")
    page.file.setText("other")
    assert not page.wrong.isVisible()
    with qtbot.waitSignal(page.left, timeout=1000):
        press(page.file, Qt.Key.Key_Escape)


def test_an_engineer_is_told_that_only_a_manager_takes_devices_away(
    open_console: OpenConsole, qtbot: QtBot, tmp_path: Path
) -> None:
    erik = open_console("erik", Role.ENGINEER)
    page = a_page(erik, qtbot)
    file = tmp_path / "x.csv"
    file.write_text("name,ip\na,10.0.0.1\n")
    qtbot.waitUntil(lambda: not page._may_take_back, timeout=5000)
    page.take(file)
    qtbot.waitUntil(lambda: page.preview is not None, timeout=10_000)
    assert "Only a manager can take devices away again." in page.more.text()
