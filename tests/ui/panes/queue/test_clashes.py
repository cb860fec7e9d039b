"""What two people wrote apart is shown, and decided with one key."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.person import Role
from app.runtime.profile import CompanyKind, Profile
from app.runtime.secrets import MemorySecrets
from app.runtime.workstation import Workstation
from app.services import issues
from tests.halden import furnish
from tests.stations import Station, TestCompany
from tests.ui.panes.conftest import Went
from tests.ui.panes.queue.conftest import RETURN, Shown
from ui.kit.commands import CommandBook
from ui.kit.console import Console
from ui.kit.mailbox import Mailbox


@pytest.fixture
def apart(company: TestCompany, mailbox: Mailbox) -> Iterator[tuple[Console, Station]]:
    """Ben's desk without its sync child, after he and Anna gave one title two values while apart."""
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    sample = furnish(anna.desk)
    for station in (anna, ben):
        station.sync()
    for station, title in ((anna, "Import fails at night"), (ben, "Import fails on Fridays")):
        issues.rename(station.desk, sample.issues["import"], title)
    for station in (anna, ben):
        station.sync()
    folder: Path = ben.job.cache_path.parent
    profile = Profile(folder, ben.job.workstation_id, "ben", CompanyKind.SERVER, "ben", database=company.database)
    workstation = Workstation(profile, MemorySecrets())
    yield Console(workstation, mailbox, CommandBook(parent=mailbox.parent()), Went()), ben
    workstation.close()


def _title_everywhere(ben: Station) -> str:
    ben.sync()
    assert not ben.conflicts()
    return str(ben.cache.read("SELECT title FROM issue WHERE title LIKE 'Import%'")[0][0])


def test_a_conflict_is_shown_and_mine_kept_with_one_key(apart: tuple[Console, Station], qtbot: QtBot) -> None:
    console, ben = apart
    shown = Shown(console, qtbot)
    shown.wait_for_issue("Import fails at night")
    clash = shown.pane.side.panel.clashes.first
    assert clash is not None
    texts = [label.text() for label in clash.findChildren(type(clash._wrong))]
    assert {"Import fails after the night deployment", "Import fails on Fridays", "Import fails at night"} <= set(texts)
    assert any(text.startswith("Anna") for text in texts)
    shown.type("m")
    shown.wait_for_issue("Import fails on Fridays")
    shown.wait(lambda: shown.pane.side.panel.clashes.first is None)
    assert _title_everywhere(ben) == "Import fails on Fridays"


def test_a_third_value_is_written_in_the_card(apart: tuple[Console, Station], qtbot: QtBot) -> None:
    console, ben = apart
    shown = Shown(console, qtbot)
    shown.wait_for_issue("Import fails at night")
    shown.type("3")
    clash = shown.pane.side.panel.clashes.first
    assert clash is not None
    assert clash.is_writing
    shown.type("Import fails on Friday nights")
    shown.key(RETURN)
    shown.wait(lambda: shown.pane.side.panel.clashes.first is None)
    assert _title_everywhere(ben) == "Import fails on Friday nights"
