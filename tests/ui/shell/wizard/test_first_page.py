"""The first page: the demo, each way in and out again, and every page by keyboard and read aloud."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.runtime.secrets import NO_KEYRING
from tests.ui.shell.wizard.conftest import StartOne, keys
from ui.kit.accessible import nameless, unreachable


def test_the_demo_is_one_key_away(start: StartOne) -> None:
    started = start()
    keys(Qt.Key.Key_D)
    assert started.demo == [True]
    assert not started.folder.exists()


def test_each_way_is_left_again_with_escape(start: StartOne) -> None:
    wizard = start().wizard
    ways: tuple[tuple[Qt.Key, QWidget], ...] = ((Qt.Key.Key_J, wizard.join), (Qt.Key.Key_S, wizard.start))
    for key, page in ways:
        keys(key)
        assert wizard.page is page
        keys(Qt.Key.Key_Escape)
        assert wizard.page is wizard.choose


def test_every_page_can_be_used_by_keyboard_and_read_aloud(start: StartOne) -> None:
    wizard = start(notice=NO_KEYRING).wizard
    for page in (wizard.choose, wizard.join, wizard.new_password, wizard.start):
        assert nameless(page) == []
        assert unreachable(page) == []
