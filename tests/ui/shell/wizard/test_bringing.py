"""Bringing what one has: files are looked at, brought, stopped and taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.customer import Contact, Customer
from app.domain.issue import Issue, IssueEvent
from app.domain.person import Role
from app.runtime.opening import OpenedProfile
from app.runtime.profile import CompanyKind, Profile
from app.runtime.secrets import MemorySecrets
from app.runtime.workstation import Contact as InContact
from tests.stations import TestCompany
from tests.ui.shell.wizard.conftest import LONG, keys
from ui.kit.accessible import nameless, unreachable
from ui.kit.mailbox import Mailbox
from ui.shell.wizard import ImportPage
from ui.shell.wizard.import_page import Stage

RESOURCES = Path(__file__).resolve().parents[4] / "resources"


@pytest.fixture
def opened(qtbot: QtBot, company: TestCompany, tmp_path: Path) -> Iterator[OpenedProfile]:
    company.add("mara", Role.MANAGER)
    address = company.address("mara")
    profile = Profile.new(
        tmp_path / "desk", CompanyKind.SERVER, "mara",
        database=address.database, host=address.host, port=address.port,
    )  # fmt: skip
    with OpenedProfile.open(profile, MemorySecrets()) as one:
        qtbot.waitUntil(lambda: one.workstation.sync_state.contact is InContact.SYNCED, timeout=LONG)
        yield one


@pytest.fixture
def page(qtbot: QtBot, mailbox: Mailbox, opened: OpenedProfile) -> Iterator[ImportPage]:
    made = ImportPage(opened.workstation, mailbox)
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.focus_first()
    yield made
    made.end()
    made.deleteLater()


def count(opened: OpenedProfile, record: type[Customer] | type[Contact] | type[Issue] | type[IssueEvent]) -> int:
    return opened.workstation.read(lambda desk: len(desk.cache.records(record))).result(10)


def choose(page: ImportPage, file: Path, by: str) -> None:
    page.choice.use_file(file)
    page.choice.use_map(RESOURCES / "maps" / by)


def at_stage(qtbot: QtBot, page: ImportPage, stage: Stage) -> None:
    qtbot.waitUntil(lambda: page.stage is stage, timeout=LONG)


def shown_cells(page: ImportPage, line: int) -> list[str]:
    table = page.preview.table
    cells = table.model.cells(line)
    return [] if cells is None else [cell.text for cell in cells]


def test_customers_are_looked_at_brought_and_taken_back_by_keyboard(
    qtbot: QtBot, page: ImportPage, opened: OpenedProfile
) -> None:
    choose(page, RESOURCES / "samples" / "customers.csv", "customers.toml")
    enter = (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    keys(*enter)
    at_stage(qtbot, page, Stage.LOOKED)
    assert "customers.csv" in page.preview.summary.text()
    assert "good" in page.preview.summary.text()
    assert count(opened, Customer) == 0  # looking changes nothing
    qtbot.waitUntil(lambda: "Northgate Rail" in shown_cells(page, 0))
    keys(*enter)
    at_stage(qtbot, page, Stage.BROUGHT)
    customers = count(opened, Customer)
    assert customers > 1
    assert f"{customers} customers" in page.preview.summary.text()
    keys(Qt.Key.Key_U, Qt.KeyboardModifier.AltModifier)
    at_stage(qtbot, page, Stage.CHOOSING)
    assert "taken back" in page.preview.summary.text()
    assert count(opened, Customer) == 0
    assert count(opened, Contact) == 0


def test_bad_rows_are_counted_listed_and_stop_nothing(
    qtbot: QtBot, page: ImportPage, opened: OpenedProfile, tmp_path: Path
) -> None:
    file = tmp_path / "half.csv"
    lines = ["customer,plan,vip,time zone,contact,role,phone,email,colour"]
    lines += [f"Halden Hotels {n},Gold,-,Europe/Oslo,Lars {n},,,,blue" for n in range(30)]
    lines += ["Morrow Foods,Gold,perhaps,Europe/Oslo,Eva,,,,red", "too,short"]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    choose(page, file, "customers.toml")
    page.go.click()
    at_stage(qtbot, page, Stage.LOOKED)
    assert page.preview.summary.text() == "half.csv: 32 rows, 30 good, 2 bad"
    left_out = "Left out: colour.\nIs vip: 1 cell without a word in the map (“perhaps” 1×), rejected."  # noqa: RUF001
    assert page.preview.more.text() == left_out
    assert "Line 32 " in page.preview.bad.text()
    assert len(page.preview.table.model.ids) == 20
    page.go.click()
    at_stage(qtbot, page, Stage.BROUGHT)
    assert count(opened, Customer) == 30
    assert str(tmp_path / "half.rejected.csv") in page.preview.bad.text()
    assert (tmp_path / "half.rejected.csv").exists()


def test_a_history_comes_with_its_events(qtbot: QtBot, page: ImportPage, opened: OpenedProfile) -> None:
    choose(page, RESOURCES / "samples" / "history.csv", "history.toml")
    page.go.click()
    at_stage(qtbot, page, Stage.LOOKED)
    page.go.click()
    at_stage(qtbot, page, Stage.BROUGHT)
    issues, events = count(opened, Issue), count(opened, IssueEvent)
    assert 0 < issues < events
    assert f"{events} events" in page.preview.summary.text()
    left: list[bool] = []
    page.left.connect(lambda: left.append(True))
    page.go.click()
    assert left == [True]


def test_a_long_import_shows_progress_and_can_be_cancelled(
    qtbot: QtBot, page: ImportPage, opened: OpenedProfile, tmp_path: Path
) -> None:
    file = tmp_path / "long.csv"
    lines = ["customer,plan,vip,time zone,contact,role,phone,email"]
    lines += [f"Corvus Logistics {n},Gold,-,Europe/Oslo,Eva {n},,," for n in range(40_000)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    choose(page, file, "customers.toml")
    page.go.click()
    at_stage(qtbot, page, Stage.LOOKED)
    assert page.preview.summary.text() == "long.csv: the first 10,000 rows, 10,000 good, 0 bad"
    page.go.click()
    at_stage(qtbot, page, Stage.WORKING)
    assert not page.choice.isEnabled()
    qtbot.waitUntil(lambda: "rows/s" in page.waiting.what, timeout=LONG)
    keys(Qt.Key.Key_Escape)
    at_stage(qtbot, page, Stage.BROUGHT)
    here = count(opened, Customer)
    assert 0 < here < 40_000
    assert page.preview.summary.text().startswith(f"Stopped: {here:,} customers")
    assert page.undo.isVisible()
    page.leave.click()
    at_stage(qtbot, page, Stage.CHOOSING)
    assert page.choice.file.text() == str(file)


def test_what_is_wrong_with_file_or_map_is_said_in_place(qtbot: QtBot, page: ImportPage, tmp_path: Path) -> None:
    page.go.click()
    assert "No file is chosen" in page.wrong.text()
    page.choice.use_file(tmp_path / "nowhere.csv")
    page.go.click()
    assert "No map is chosen" in page.wrong.text()
    choose(page, tmp_path / "nowhere.csv", "customers.toml")
    assert page.wrong.isHidden()
    page.go.click()
    qtbot.waitUntil(page.wrong.isVisible, timeout=LONG)
    assert "nowhere.csv" in page.wrong.text()
    assert page.stage is Stage.CHOOSING
    assert page.choice.file.text() == str(tmp_path / "nowhere.csv")


def test_another_file_needs_another_look(qtbot: QtBot, page: ImportPage) -> None:
    choose(page, RESOURCES / "samples" / "customers.csv", "customers.toml")
    page.go.click()
    at_stage(qtbot, page, Stage.LOOKED)
    page.choice.use_file(RESOURCES / "samples" / "issues.csv")
    assert page.stage is Stage.CHOOSING
    assert page.preview.table.model.ids == []


def test_the_maps_that_come_with_baton_are_offered(qtbot: QtBot, page: ImportPage) -> None:
    qtbot.waitUntil(lambda: page.choice.map.count() > 2, timeout=LONG)
    assert page.choice.map.findText("Customers and contacts") >= 0
    assert page.choice.map.currentIndex() == -1
    page.choice.use_map(RESOURCES / "maps" / "customers.toml")
    assert page.choice.map.currentText() == "Customers and contacts"


def test_the_import_page_can_be_used_by_keyboard_and_read_aloud(page: ImportPage) -> None:
    assert nameless(page) == []
    assert unreachable(page) == []
