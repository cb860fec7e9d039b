"""A pane's surroundings, all real: a console on an open workstation of a fresh company, its sync running."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.domain.person import Person, Role
from app.runtime.profile import CompanyKind, Profile
from app.runtime.secrets import MemorySecrets
from app.runtime.workstation import Workstation
from tests.stations import TestCompany
from ui.kit.commands import CommandBook
from ui.kit.console import Console
from ui.kit.mailbox import Mailbox

OpenConsole = Callable[..., Console]


class Went:
    """A navigator that keeps where a pane wanted to go and what it told."""

    def __init__(self) -> None:
        self.to: list[tuple[str, ...]] = []
        self.told: list[tuple[str, str]] = []

    def open_issue(self, issue_id: str) -> None:
        self.to.append(("issue", issue_id))

    def open_device(self, device_id: str, issue_id: str | None = None) -> None:
        self.to.append(("device", device_id, issue_id or ""))

    def open_escalation(self, escalation_id: str) -> None:
        self.to.append(("escalation", escalation_id))

    def open_run(self, run_id: str) -> None:
        self.to.append(("run", run_id))

    def tell(self, message: str, todo: str = "") -> None:
        self.told.append((message, todo))


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
