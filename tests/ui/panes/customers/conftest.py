"""The customers page on a real workstation with Halden's sample."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.services.desk import Desk
from tests.halden import Sample, furnish
from tests.ui.panes.conftest import Went
from ui.kit.console import Console
from ui.kit.page import Page
from ui.panes.customers.page import CustomersPage

T = TypeVar("T")
PageOf = TypeVar("PageOf", bound=Page)


class Scene:
    """A console, what it knows and the page in sight."""

    def __init__(self, console: Console, sample: Sample, qtbot: QtBot) -> None:
        self.console, self.sample, self.qtbot = console, sample, qtbot

    @property
    def went(self) -> Went:
        assert isinstance(self.console.navigator, Went)
        return self.console.navigator

    def do(self, verb: Callable[[Desk], T]) -> T:
        return self.console.workstation.write(verb).result(10)

    def until(self, condition: Callable[[], object], timeout_s: float = 10) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=int(timeout_s * 1000))

    def show(self, page: PageOf, place: str) -> PageOf:
        """Show the page as the window does: its commands in the book, its keys alive."""
        self.qtbot.addWidget(page)
        book = self.console.book
        book.add(*(replace(c, place=place) for c in page.commands()))
        book.attach(page)
        book.go(place)
        page.resize(1280, 730)
        page.show()
        page.activateWindow()
        self.qtbot.waitUntil(page.isActiveWindow)
        page.focus_first()
        return page


@pytest.fixture
def scene(console: Console, qtbot: QtBot) -> Scene:
    sample = console.workstation.write(furnish).result(10)
    return Scene(console, sample, qtbot)


@pytest.fixture
def page(scene: Scene) -> CustomersPage:
    made = scene.show(CustomersPage(scene.console), "customers")
    scene.until(lambda: len(made.list.table.model.ids) == 5 and made.customer is not None)
    return made


def texts(widget: QWidget) -> str:
    """Give every word that can be seen."""
    from PySide6.QtWidgets import QLabel  # noqa: PLC0415  only here

    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())
