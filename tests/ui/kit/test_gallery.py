"""The four screens of the gallery: painted in both schemes and two sizes, named, reachable, inside their boxes."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.ui.kit.gallery import gallery
from ui.kit.accessible import nameless, unreachable
from ui.kit.commands import CommandBook
from ui.kit.mailbox import Mailbox
from ui.kit.theme import DARK, LIGHT, Scheme, theme


class Kept(dict[str, Any]):
    def value(self, key: str) -> Any:
        return self.get(key)

    def setValue(self, key: str, value: Any) -> None:  # noqa: N802 QSettings' name
        self[key] = value


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)], ids=str)
def test_every_screen_is_painted(
    qtbot: QtBot, mailbox: Mailbox, tmp_path: Path, scheme: Scheme, size: tuple[int, int]
) -> None:
    theme().use(scheme)
    window = gallery(mailbox, Kept(), CommandBook())
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    for pane_id in ("queue", "escalations", "releases", "devices"):
        window.show_pane(pane_id)
        qtbot.wait(30)
        image = window.grab().toImage()
        assert image.save(str(tmp_path / f"{pane_id}-{scheme}-{size[0]}.png"))
        assert image.pixelColor(size[0] // 2, 5).name() == (LIGHT if scheme is Scheme.LIGHT else DARK).panel
        shown = [button for button in window.findChildren(QAbstractButton) if button.isVisible()]
        clipped = [b.accessibleName() for b in shown if not QRegion(b.rect()).subtracted(b.visibleRegion()).isEmpty()]
        assert clipped == []


def test_everything_has_a_name_and_can_be_reached(qtbot: QtBot, mailbox: Mailbox) -> None:
    window = gallery(mailbox, Kept(), CommandBook())
    qtbot.addWidget(window)
    for pane_id in ("queue", "escalations", "releases", "devices"):
        window.show_pane(pane_id)
    window.show_keys()
    assert nameless(window) == []
    assert unreachable(window) == []
