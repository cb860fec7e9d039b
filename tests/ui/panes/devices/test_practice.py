"""Practice: the normal pane on devices that may be broken, explained, and nothing of it in the real cache."""

import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from pytestqt.qtbot import QtBot

from app.services import devices, host_keys
from app.services.desk import Desk
from tests.ui.hands import write
from tests.ui.panes.conftest import shoot
from ui.kit.console import Console
from ui.panes.devices.guard.cards import Lesson
from ui.panes.devices.pane import DevicesPane
from ui.panes.devices.practice import PLACE, PracticePage


@dataclass
class Hire:
    """Somebody new at the practice page, as the window shows it."""

    console: Console
    page: PracticePage
    qtbot: QtBot

    @property
    def pane(self) -> DevicesPane:
        assert self.page.pane is not None
        return self.page.pane

    def until(self, condition: Callable[[], object], timeout_s: float = 20) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=int(timeout_s * 1000))

    def choose(self, name: str) -> None:
        self.until(lambda: len(self.pane.inventory.list.ids()) == 9)
        found = {line.name: line.id for line in self._tree()}
        self.pane.open_device(found[name])
        self.until(lambda: self.pane.card is not None and self.pane.card.device.name == name)
        self.page._say_exercise()

    def _tree(self) -> tuple[devices.DeviceLine, ...]:
        practice = self.page._practice
        assert practice is not None
        return practice.workstation.read(devices.tree).result(10).lines

    def log_in(self, name: str) -> None:
        self.choose(name)
        self.console.book.run(f"{PLACE}.connect")
        self.until(lambda: self.pane.stage == "asking_password")
        assert self.pane.doorstep is not None
        self.pane.doorstep.give_password("practice")
        self.until(lambda: self.pane.screen_text.rstrip().endswith((">", "#")))

    def types(self, text: str, end: str) -> None:
        assert self.pane.bench is not None
        write(self.pane.bench.terminal.terminal, text + "\r")
        self.until(lambda: self.pane.screen_text.rstrip().endswith(end))


@pytest.fixture
def hire(console: Console, qtbot: QtBot) -> Iterator[Hire]:
    page = PracticePage(console)
    qtbot.addWidget(page)
    console.book.add(*(replace(command, place=PLACE) for command in page.commands()))
    console.book.go(PLACE)
    console.book.attach(page)
    page.resize(1280, 730)
    page.show()
    one = Hire(console, page, qtbot)
    one.until(lambda: page.pane is not None)
    yield one
    page.end()
    page.end()
    assert not [child.name for child in multiprocessing.active_children() if child.name == "practice"]


def farm_says(hire: Hire) -> str:
    hire.pane.run_command("show running-config | include hostname")
    hire.until(lambda: not hire.pane.is_running and hire.pane.last_output is not None)
    return f"{hire.pane.last_output}\n"


def rows(desk: Desk) -> dict[str, int]:
    tables = (*desk.cache.tables, "outbox", "shadow", "draft")
    return {table: int(desk.cache.read(f"SELECT count(*) FROM {table}")[0][0]) for table in tables}


def test_a_line_is_explained_and_nothing_reaches_the_real_cache(hire: Hire, qtbot: QtBot) -> None:
    before = hire.console.workstation.read(rows).result(10)
    hire.until(lambda: hire.pane.card is not None and hire.pane.card.device.name == "practice-core")
    assert not hire.pane.facts.note.is_primary, "there are no issues to note to"
    hire.log_in("practice-access")
    assert "conf t, int gi0/3" in hire.page.explained.said
    hire.types("wr er", "practice-access>")
    hire.until(lambda: "did not take this here" in hire.page.explained.said)
    hire.types("en", "Password:")
    hire.types("practice", "practice-access#")
    hire.types("sh ver | inc uptime", "practice-access#")
    hire.until(lambda: "It would go at once" in hire.page.explained.said)
    hire.types("conf t", "(config)#")
    hire.types("int gi0/3", "(config-if)#")
    hire.types("shut", "(config-if)#")
    hire.until(lambda: "open change window, and the issue" in hire.page.explained.said)
    hire.types("end", "practice-access#")
    hire.types("wr er", "[confirm]")
    hire.until(lambda: "“wr er” means “write erase”" in hire.page.explained.said)
    assert "the device's name typed" in hire.page.explained.said
    assert not hire.page.findChildren(Lesson), "it is said once, in the bar above"
    least = hire.page.minimumSizeHint()
    assert (least.width() <= 1100, least.height() <= 600) == (True, True), f"too large for a small window: {least}"
    shoot(hire.page, "practice", qtbot)
    hire.types("", "practice-access#")
    assert hire.console.workstation.read(rows).result(10) == before
    assert not hire.console.workstation.profile.folder.joinpath("practice").exists()


def test_the_panes_keys_work_here_under_names_of_their_own(hire: Hire) -> None:
    real = DevicesPane(hire.console)
    hire.qtbot.addWidget(real)
    hire.console.book.add(*(replace(command, place="devices") for command in real.commands()))
    assert not hire.console.book.clashes()
    hire.choose("practice-core")
    assert hire.console.book.can("practice.connect")
    assert not hire.console.book.can("devices.connect")
    assert not hire.console.book.can("edit.undo")
    hire.console.book.go("devices")
    assert not hire.console.book.can("practice.connect")


def test_another_key_is_a_hard_stop_here_too_and_starting_over_forgets_it(hire: Hire) -> None:
    hire.choose("practice-moved")
    hire.console.book.run("practice.connect")
    hire.until(lambda: hire.pane.stage == "asking_password")
    assert hire.pane.doorstep is not None
    hire.pane.doorstep.give_password("practice")
    hire.until(lambda: hire.pane.stage == "stopped")
    shoot(hire.page, "practice-stop", hire.qtbot)
    hire.console.book.run("practice.start_over")
    hire.until(lambda: "another key than the book" in hire.page.explained.said)


def test_what_was_accepted_and_configured_is_as_at_first_after_starting_over(hire: Hire) -> None:
    hire.log_in("practice-nexus")
    hire.types("conf t", "(config)#")
    hire.types("hostname broken", "broken(config)#")
    practice = hire.page._practice
    assert practice is not None
    hire.console.book.run("practice.start_over")
    hire.until(lambda: hire.pane.stage == "closed")
    hire.until(practice.is_up.is_set)
    hire.console.book.run("practice.connect")
    hire.until(lambda: hire.pane.stage == "open")
    assert "hostname practice-nexus\n" in farm_says(hire)
    known = practice.workstation.read(lambda desk: host_keys.known(desk, hire.pane.device_id)).result(10)
    assert len(known) == 1
