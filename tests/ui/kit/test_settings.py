import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QCheckBox, QComboBox, QKeySequenceEdit, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from app.domain.errors import BatonError, DiskFull
from tests.ui.hands import write
from ui.kit.accessible import nameless
from ui.kit.commands import Command, CommandBook
from ui.kit.settings import Setting, Settings
from ui.kit.settings_page import SettingsPage

SCHEME = Setting(
    "look.scheme",
    "Colours",
    "Light, dark or as the system",
    str,
    "system",
    (("system", "As the system"), ("light", "Light"), ("dark", "Dark")),
    group="Look",
)
LINES = Setting("terminal.lines", "Lines kept", "How far one can scroll back", int, 10_000, low=100, high=100_000)
SOUND = Setting("call.sound", "Sound", "Ring on a call", bool, False)
NAME = Setting("me.name", "Name", "As whom you sign", str, "")
FACTOR = Setting("look.factor", "Text size", "Times the usual", float, 1.0, low=0.5, high=3.0)
ALL: list[Setting[Any]] = [SCHEME, LINES, SOUND, NAME, FACTOR]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "settings.json"


@pytest.fixture
def settings(path: Path) -> Settings:
    return Settings(path, ALL)


def test_defaults_until_something_is_put(settings: Settings) -> None:
    assert [settings.get(s) for s in ALL] == ["system", 10_000, False, "", 1.0]


def test_what_is_put_is_there_at_the_next_start(qtbot: QtBot, settings: Settings, path: Path) -> None:
    with qtbot.waitSignal(settings.changed) as said:
        settings.put(SCHEME, "dark")
    assert said.args == ["look.scheme"]
    settings.put(FACTOR, 1.5)
    settings.put_keys({"call": ["F9"]})
    again = Settings(path, ALL)
    assert (again.get(SCHEME), again.get(FACTOR), again.keys()) == ("dark", 1.5, {"call": ("F9",)})


def test_putting_the_same_says_nothing(qtbot: QtBot, settings: Settings) -> None:
    with qtbot.assertNotEmitted(settings.changed):
        settings.put(SOUND, value=False)


@pytest.mark.parametrize(("setting", "value"), [(SCHEME, "pink"), (LINES, 5), (LINES, True), (FACTOR, 9.0)])
def test_what_does_not_fit_is_refused(settings: Settings, setting: Setting[Any], value: Any) -> None:
    with pytest.raises(ValueError, match=setting.key):
        settings.put(setting, value)


def test_a_value_that_does_not_fit_counts_as_not_set_and_is_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps({"terminal.lines": "many", "newer.setting": [1]}))
    settings = Settings(path, ALL)
    assert settings.get(LINES) == 10_000
    settings.put(NAME, "Anna")
    assert json.loads(path.read_text()) == {"terminal.lines": "many", "newer.setting": [1], "me.name": "Anna"}


@pytest.mark.parametrize("garbage", [b"{not json", b"\xff\xfe", b"[1]", b""])
def test_an_unreadable_file_is_set_aside_and_said(path: Path, garbage: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(garbage)
    settings = Settings(path, ALL)
    assert settings.get(SCHEME) == "system"
    assert "settings.json.unreadable" in settings.trouble
    assert path.with_name("settings.json.unreadable").read_bytes() == garbage
    settings.put(SCHEME, "light")
    assert Settings(path, ALL).trouble == ""


def test_a_folder_that_cannot_be_written_is_said_and_the_old_value_stays(tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("a file where the folder should be")
    settings = Settings(tmp_path / "profile" / "settings.json", ALL)
    with pytest.raises(DiskFull, match="could not be written"):
        settings.put(SCHEME, "dark")
    assert settings.get(SCHEME) == "system"


def test_nothing_is_left_beside_the_file(settings: Settings, path: Path) -> None:
    for scheme in ("dark", "light", "system"):
        settings.put(SCHEME, scheme)
    assert [found.name for found in path.parent.iterdir()] == ["settings.json"]


@pytest.fixture
def book() -> CommandBook:
    made = CommandBook()
    made.add(
        Command("call", "Log a call", "Write it down", ("F2",), "Issue"),
        Command("help", "Keys", "Every key", ("F1",), "Window"),
    )
    return made


def test_the_page_shows_and_changes_every_setting_at_once(
    qtbot: QtBot, settings: Settings, book: CommandBook, troubles: list[BatonError]
) -> None:
    page = SettingsPage(settings, troubles.append, book)
    qtbot.addWidget(page)
    page.show()
    assert nameless(page) == []
    scheme, lines, sound, name = (page.field(s.key) for s in (SCHEME, LINES, SOUND, NAME))
    assert isinstance(scheme, QComboBox)
    assert isinstance(lines, QSpinBox)
    assert isinstance(sound, QCheckBox)
    assert isinstance(name, QLineEdit)
    scheme.setCurrentIndex(2)
    lines.setValue(500)
    sound.setChecked(True)
    write(name, "Anna")
    name.editingFinished.emit()
    assert [settings.get(s) for s in ALL[:4]] == ["dark", 500, True, "Anna"]
    assert troubles == []


def test_keys_are_changed_on_the_page_and_a_clash_is_said(
    qtbot: QtBot, settings: Settings, book: CommandBook, troubles: list[BatonError]
) -> None:
    page = SettingsPage(settings, troubles.append, book)
    qtbot.addWidget(page)
    page.show()
    field = page.field("keys.call")
    assert isinstance(field, QKeySequenceEdit)
    field.setKeySequence(QKeySequence("F1"))
    field.editingFinished.emit()
    assert book.keys("call") == ("F1",)
    assert "Log a call and Keys" in page._clash.text()
    field.setKeySequence(QKeySequence("F2"))
    field.editingFinished.emit()
    assert settings.keys() == {}
    assert page._clash.text() == ""


def test_a_setting_that_cannot_be_kept_is_told(qtbot: QtBot, tmp_path: Path, troubles: list[BatonError]) -> None:
    (tmp_path / "profile").write_text("")
    page = SettingsPage(Settings(tmp_path / "profile" / "s.json", ALL), troubles.append)
    qtbot.addWidget(page)
    sound = page.field(SOUND.key)
    assert isinstance(sound, QCheckBox)
    sound.setChecked(True)
    assert isinstance(troubles[0], DiskFull)
