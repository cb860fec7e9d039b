"""Layouts of ours, and what is kept of them."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.kit.flow import restore_sizes, split


def test_the_parts_take_up_their_sizes_of_last_time(qtbot: QtBot) -> None:
    parts = split(QWidget(), QWidget(), sizes=(200, 400))
    qtbot.addWidget(parts)
    parts.resize(601, 100)
    parts.show()
    restore_sizes(parts, [450, 150])
    assert parts.sizes() == [450, 150]


@pytest.mark.parametrize("kept", [None, "wide", [], [300], [300, 200, 100], [0, 600], [-5, 605], ["450", 150]])
def test_sizes_of_something_else_are_ignored(qtbot: QtBot, kept: object) -> None:
    parts = split(QWidget(), QWidget(), sizes=(200, 400))
    qtbot.addWidget(parts)
    parts.resize(601, 100)
    parts.show()
    before = parts.sizes()
    restore_sizes(parts, kept)
    assert parts.sizes() == before
