"""A pane's surroundings, all real: a console on an open workstation of a fresh company, its sync running."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from app.domain.person import Person, Role
from app.runtime.profile import CompanyKind, Profile
from app.runtime.secrets import MemorySecrets
from app.runtime.workstation import Workstation
from app.services.desk import Desk
from app.sync.messages import Stop
from tests.stations import TestCompany
from ui.kit.commands import CommandBook
from ui.kit.console import Console
from ui.kit.mailbox import Mailbox
from ui.kit.theme import Kind, Scheme, theme
from ui.shell.pane import Pane

T = TypeVar("T")

OpenConsole = Callable[..., Console]


class Went:
    """A navigator that keeps where a pane wanted to go and what it told."""

    def __init__(self) -> None:
        self.to: list[tuple[str, ...]] = []
        self.told: list[tuple[str, str]] = []
        self.actions: dict[str, Callable[[], None]] = {}  # what a message's button does

    def open_issue(self, issue_id: str) -> None:
        self.to.append(("issue", issue_id))

    def open_issues(self, issue_ids: Sequence[str], title: str) -> None:
        self.to.append(("issues", title, *issue_ids))

    def can_open_issues(self) -> bool:
        return True

    def open_device(self, device_id: str, issue_id: str | None = None) -> None:
        self.to.append(("device", device_id, issue_id or ""))

    def open_escalation(self, escalation_id: str) -> None:
        self.to.append(("escalation", escalation_id))

    def open_customer(self, customer_id: str) -> None:
        self.to.append(("customer", customer_id))

    def open_run(self, run_id: str) -> None:
        self.to.append(("run", run_id))

    def open_emergency(self, emergency_id: str) -> None:
        self.to.append(("emergency", emergency_id))

    def tell(self, message: str, todo: str = "", *, action: str = "", run: Callable[[], None] | None = None) -> None:
        self.told.append((message, todo))
        if action and run is not None:
            self.actions[message] = run

    def untell(self, message: str) -> None:
        self.told = [one for one in self.told if one[0] != message]


class House:
    """Anna's console, and acts of hers as if they were some time ago."""

    def __init__(self, company: TestCompany, console: Console) -> None:
        self.company, self.console = company, console
        self.badges: list[str] = []

    def act(self, verb: Callable[[Desk], T], ago: timedelta = timedelta()) -> T:
        """Do it as Anna, as if it were some time ago."""
        at = datetime.now(UTC) - ago
        return self.console.workstation.write(lambda desk: verb(replace(desk, clock=lambda: at))).result(10)

    def badge(self, text: str, _kind: Kind) -> None:
        """Take what the pane writes on its tab."""
        self.badges.append(text)

    def show(self, qtbot: QtBot, pane: Pane, place: str) -> None:
        """Put the pane where the window would: its commands in the book, its keys alive."""
        qtbot.addWidget(pane.widget)
        book = self.console.book
        book.add(*(replace(c, place=place) for c in pane.commands()))
        book.attach(pane.widget)
        book.go(place)
        pane.widget.resize(1280, 730)
        pane.widget.show()
        pane.widget.activateWindow()
        qtbot.waitUntil(pane.widget.isActiveWindow)


def go_off_line(console: Console) -> None:
    """End this console's sync: what is typed from now on waits."""
    sync = console.workstation._sync
    assert sync is not None
    sync.stop(Stop())
    console.workstation._sync = None


def come_back(console: Console) -> None:
    """Start the sync again."""
    address = console.workstation.address
    assert address is not None
    console.workstation.start_sync(address)


def shoot(widget: QWidget, name: str, qtbot: QtBot) -> None:
    """Keep pictures of the widget in both themes and two sizes, in the folder that BATON_SHOTS names if it does."""
    folder = os.environ.get("BATON_SHOTS", "")
    if not folder:
        return
    for scheme in (Scheme.LIGHT, Scheme.DARK):
        theme().use(scheme)
        for width, height in ((1280, 730), (1920, 1010)):
            widget.resize(width, height)
            qtbot.wait(60)
            widget.grab().save(str(Path(folder) / f"{name}-{scheme}-{width}.png"))
    theme().use(Scheme.LIGHT)
    widget.resize(1280, 730)


def line_of(field: QComboBox) -> QWidget:
    """Give the line in which a choice is typed."""
    line = field.lineEdit()
    assert line is not None
    return line


@pytest.fixture
def open_console(company: TestCompany, mailbox: Mailbox, tmp_path: Path) -> Iterator[OpenConsole]:
    """Give what opens a console as somebody, whom it makes first: `open_console("ben", Role.SUPPORT)`."""
    opened: list[Workstation] = []

    def open_one(login: str = "anna", role: Role = Role.MANAGER, *, secrets: MemorySecrets | None = None) -> Console:
        if login not in company.people:
            company.add(login, role)
        address = company.address(login)
        profile = Profile.new(
            tmp_path / f"desk-{len(opened)}-{login}", CompanyKind.SERVER, login, database=address.database
        )
        profile.save()
        workstation = Workstation(profile, secrets or MemorySecrets())
        opened.append(workstation)
        workstation.start_sync(address)
        until(lambda: workstation.read(lambda desk: desk.cache.record(Person, desk.person_id)).result(10) is not None)
        return Console(workstation, mailbox, CommandBook(parent=mailbox.parent()), Went())

    yield open_one
    for workstation in opened:
        workstation.close()


@pytest.fixture
def console(open_console: OpenConsole) -> Console:
    """Give the console of Anna, a manager."""
    return open_console()


def until(condition: Callable[[], object], timeout_s: float = 15) -> None:
    """Wait, without an event loop, for what other threads and processes do; for the GUI use qtbot.waitUntil."""
    end = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("it did not come about")
        time.sleep(0.01)
