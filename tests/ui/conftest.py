"""What every test of a screen needs: off screen, our theme, a mailbox, and nothing left behind."""

import os
from collections.abc import Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from app.domain.errors import BatonError
from ui.kit.mailbox import Mailbox
from ui.kit.theme import Scheme, theme


@pytest.fixture(autouse=True)
def themed(qapp: QApplication) -> Iterator[None]:
    theme().use(Scheme.LIGHT)
    yield
    # What deleteLater was promised to goes now, not in the middle of the next test.
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    theme().use(Scheme.LIGHT)


@pytest.fixture
def troubles() -> list[BatonError]:
    return []


@pytest.fixture
def mailbox(troubles: list[BatonError]) -> Iterator[Mailbox]:
    parent = QObject()
    yield Mailbox(troubles.append, parent)
    parent.deleteLater()
