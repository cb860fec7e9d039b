"""The gate on a simulated device over real SSH: whatever is typed, recalled, completed or pasted is judged first."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.customer import Environment
from app.domain.session import AuditLine, Emergency, Passage
from app.practice.device import SimulatedDevice
from app.practice.farm import Farm
from app.services import change_windows, devices, emergencies
from tests.ui.hands import press, write
from tests.ui.panes.conftest import shoot
from tests.ui.panes.devices.conftest import BOXES, CTRL, KEYS, PASSWORD, Stage, an_inventory, stage_for, texts_of
from ui.kit.console import Console
from ui.kit.terminal_paste import PasteQuestion
from ui.panes.devices.guard.cards import EmergencyForm, HeldCard, IssueCard, Lesson, NameCard, WindowCard
from ui.panes.devices.guard.gate import Gate
from ui.panes.devices.guard.panel import who_knows
from ui.panes.devices.guard.window_form import WindowForm
from ui.panes.devices.terminal_page import TerminalPage

NAME = "core-nyc-1"
LAB = "sw-lobby-3"
Key = Qt.Key


class Person:
    """Somebody at the terminal of a device, in privileged mode."""

    def __init__(self, stage: Stage, name: str, *, is_in: bool = False) -> None:
        self.stage, self.name = stage, name
        if is_in:
            return
        stage.log_in(name)
        self.line("en")
        self.sees(lambda: stage.pane.screen_text.endswith("#"))

    @property
    def page(self) -> TerminalPage:
        assert self.stage.pane.bench is not None
        return self.stage.pane.bench.terminal

    @property
    def gate(self) -> Gate:
        return self.page.gate

    @property
    def screen(self) -> str:
        return self.stage.pane.screen_text

    def sees(self, what: Callable[[], object]) -> None:
        self.stage.until(what)

    def write(self, text: str) -> None:
        write(self.page.terminal, text)

    def enter(self) -> None:
        press(self.page.terminal, Key.Key_Return)

    def line(self, text: str) -> None:
        self.write(text)
        self.enter()

    def is_held(self, text: str, card: type[HeldCard]) -> HeldCard:
        self.sees(lambda: isinstance(self.page.guard.card, card))
        found = self.page.guard.card
        assert isinstance(found, card)
        assert found.held.line == text
        return found

    def runs(self, text: str, prompt: str = "#") -> None:
        """Type a line that passes, and wait for the next prompt."""
        before = self.screen.count(prompt)
        self.line(text)
        self.sees(lambda: self.screen.count(prompt) > before and not self.gate.is_holding)

    def log(self) -> list[tuple[str, Passage]]:
        rows = self.stage.console.workstation.read(lambda desk: desk.cache.records(AuditLine, "1 ORDER BY seq")).result(
            10
        )
        return [(row.line, row.passage) for row in rows]

    def open_window(self) -> None:
        """Write a window down that does not say what it is for."""
        stage = self.stage
        self.stage.do(
            lambda desk: change_windows.make(
                desk, stage.devices[self.name].customer_id, "New uplink", desk.now + timedelta(hours=1),
                agreed_with="Dana",
            )
        )  # fmt: skip


@pytest.fixture
def core(stage: Stage) -> Person:
    return Person(stage, NAME)


@pytest.fixture
def lab(stage: Stage) -> Person:
    return Person(stage, LAB)


def test_a_question_goes_at_once_and_stands_in_the_log(core: Person) -> None:
    core.runs("sh clock")
    core.runs("")
    for _ in range(3):  # beyond the end of the history: this device says nothing to it
        press(core.page.terminal, Key.Key_Down)
    core.runs("")
    assert core.log() == [("en", Passage.SENT), ("sh clock", Passage.SENT)]
    assert core.page.guard.card is None


def test_production_without_a_window_is_not_configured_and_nothing_stays_half_typed(core: Person) -> None:
    core.stage.do(lambda desk: devices.change(desk, core.stage.devices[NAME].id, note="A reload takes Boston down."))
    core.sees(lambda: core.gate.standing is not None and core.gate.standing.note)
    core.line("conf t")
    card = core.is_held("conf t", WindowCard)
    assert "no change window is open for Northgate Rail" in card.why.text()
    assert "A reload takes Boston down." in texts_of(card)
    assert "Open a change window. In an emergency pass the guard and say why." in texts_of(card)
    shoot(core.stage.pane, "held-window", core.stage.qtbot)
    press(card, Key.Key_Escape)
    core.sees(lambda: core.screen.endswith("#"))
    assert core.page.terminal.hasFocus()
    core.runs("sh clock")
    assert "(config)" not in core.screen
    assert core.log()[1:] == [("conf t", Passage.REFUSED), ("sh clock", Passage.SENT)]


def test_a_window_opened_in_place_lets_the_held_line_pass(core: Person) -> None:
    core.line("conf t")
    card = core.is_held("conf t", WindowCard)
    assert card.primary is not None
    card.primary.click()
    core.sees(lambda: isinstance(core.page.guard.card, WindowForm))
    form = core.page.guard.card
    assert isinstance(form, WindowForm)
    shoot(core.stage.pane, "window-form", core.stage.qtbot)
    assert form.issue.hasFocus()
    form.what.setText("New uplink")
    press(form, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "for an issue" in form.refusal
    form.issue.setCurrentIndex(0)
    press(form, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    core.sees(lambda: "Write who agreed to it" in form.refusal)
    form.agreed_with.setText("Dana")
    press(form, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    core.sees(lambda: core.screen.endswith("(config)#"))
    core.runs("hostname core-nyc-9")
    core.runs("end")
    assert core.log()[1:] == [(line, Passage.SENT) for line in ("conf t", "hostname core-nyc-9", "end")]


def typed(lab: Person) -> str:
    lab.line("wr er")
    return "wr er"


def recalled(lab: Person) -> str:
    lab.runs("reload cancel")
    press(lab.page.terminal, Key.Key_Up)
    for _ in range(7):
        press(lab.page.terminal, Key.Key_Backspace)
    lab.enter()
    return "reload"


def completed(lab: Person) -> str:
    lab.write("relo")
    press(lab.page.terminal, Key.Key_Tab)
    lab.enter()
    return "reload"


def pasted(lab: Person) -> str:
    lab.page.terminal.paste("show clock\nwr er\nshow version\n")
    question = lab.page.terminal.findChild(PasteQuestion)
    assert question is not None
    question.answered.emit(True)
    return "wr er"


def test_what_is_destructive_asks_for_the_name_however_it_came_to_stand_there(lab: Person) -> None:
    for how in (typed, recalled, completed, pasted):
        line = how(lab)
        shoot(lab.stage.pane, f"held-name-{how.__name__}", lab.stage.qtbot)
        press(lab.is_held(line, NameCard), Key.Key_Escape)
        lab.sees(lambda: lab.page.guard.card is None and lab.screen.endswith("#"))
        assert lab.log()[-1] == (line, Passage.REFUSED)
    line = typed(lab)
    card = lab.is_held(line, NameCard)
    assert isinstance(card, NameCard)
    write(card.name, NAME)
    press(card.name, Key.Key_Return)
    lab.sees(lambda: lab.page.guard.card is not card)
    again = lab.is_held(line, NameCard)
    assert isinstance(again, NameCard)
    assert again.why.text() == f"“{NAME}” is not this device."
    write(again.name, LAB)
    press(again.name, Key.Key_Return)
    lab.sees(lambda: "[confirm]" in lab.screen)
    assert lab.log()[-1] == (line, Passage.CONFIRMED)


def test_an_emergency_is_one_key_and_a_reason(core: Person) -> None:
    core.line("conf t")
    core.is_held("conf t", WindowCard)
    core.stage.console.book.run("devices.emergency")
    core.sees(lambda: isinstance(core.page.guard.card, EmergencyForm))
    form = core.page.guard.card
    assert isinstance(form, EmergencyForm)
    assert form.send.text() == "Send “conf t” and pass the guard"
    press(form.reason, Key.Key_Return)
    core.sees(lambda: form.refusal)
    write(form.reason, "The core is down")
    shoot(core.stage.pane, "emergency-form", core.stage.qtbot)
    press(form.reason, Key.Key_Return)
    core.sees(lambda: core.screen.endswith("(config)#"))
    core.runs("no router ospf 1")
    core.sees(lambda: "There is no other manager who could be told." in texts_of(core.page.guard))
    shoot(core.stage.pane, "emergency-on", core.stage.qtbot)
    on = core.gate.emergency
    assert on is not None
    core.stage.do(lambda desk: emergencies.end(desk, on.id))  # as a manager does elsewhere
    core.sees(lambda: core.gate.emergency is None)
    core.line("hostname x")
    core.is_held("hostname x", WindowCard)
    assert core.log()[1:] == [("conf t", Passage.EMERGENCY), ("no router ospf 1", Passage.EMERGENCY)]


def test_nobody_is_said_to_know_of_an_emergency_that_was_not_sent() -> None:
    mara = "Mara Voss (+1 212 555 0107)"
    for is_sent in (None, False):
        assert who_knows(mara, is_online=False, is_sent=is_sent) == (
            f"This workstation is offline: {mara} is told only once it is online. Call them."
        )
    assert who_knows(mara, is_online=True, is_sent=False) == f"{mara} is being told."
    assert who_knows(mara, is_online=True, is_sent=True) == f"{mara} was told."


def test_an_emergency_is_over_with_its_session(core: Person) -> None:
    core.gate.declare_emergency("The core is down", lambda error: pytest.fail(str(error)))
    core.sees(lambda: core.gate.emergency is not None)
    core.page.close_session()
    core.sees(lambda: core.page.stage == "closed")
    rows = core.stage.console.workstation.write(lambda desk: desk.cache.records(Emergency)).result(10)
    assert rows[0].over_at is not None
    assert not core.page.guard.isVisible()


def test_what_ends_configuration_mode_runs_its_line_too(lab: Person) -> None:
    lab.line("conf t")
    lab.sees(lambda: lab.screen.endswith("(config)#"))
    lab.write("no vlan 20")
    press(lab.page.terminal, Key.Key_Z, CTRL)
    card = lab.is_held("no vlan 20", NameCard)
    lab.write("y")  # while something is asked, keys in the terminal go nowhere
    press(card, Key.Key_Escape)
    lab.sees(lambda: lab.screen.endswith("(config)#"))
    press(lab.page.terminal, Key.Key_Z, CTRL)
    lab.sees(lambda: lab.screen.endswith("sw-lobby-3#"))


def test_pages_and_help_are_no_lines(lab: Person) -> None:
    lab.line("sh run")
    lab.sees(lambda: "--More--" in lab.screen)
    lab.enter()
    lab.sees(lambda: not lab.gate.is_holding)
    lab.write("q")
    lab.sees(lambda: lab.screen.endswith("#"))
    lab.write("sh clo?")
    lab.sees(lambda: "clock" in lab.screen and lab.screen.endswith("sh clo"))
    lab.enter()
    lab.sees(lambda: lab.screen.endswith("#") and not lab.gate.is_holding)
    assert lab.log()[1:] == [("sh run", Passage.SENT), ("sh clo", Passage.SENT)]


def test_a_password_is_never_kept(console: Console, qtbot: QtBot) -> None:
    boxes = [
        SimulatedDevice(name, username="ops", password=PASSWORD, host_key=KEYS[name], enable_password="hush-hush")
        for name in BOXES
    ]
    with Farm(boxes) as farm:
        made = console.workstation.write(lambda desk: an_inventory(farm, desk)).result(10)
        stage = stage_for(console, farm, qtbot, made)
        stage.log_in(LAB)
        person = Person(stage, LAB, is_in=True)
        person.line("en")
        person.sees(lambda: person.screen.endswith("Password:"))
        person.line("hush-hush")
        person.sees(lambda: person.screen.endswith("#"))
        person.runs("sh clock")
        assert person.log() == [("en", Passage.SENT), ("", Passage.HIDDEN), ("sh clock", Passage.SENT)]
        person.page.close_session()
        person.sees(lambda: person.page.stage == "closed")


def test_on_a_practice_device_everything_passes_and_is_explained(stage: Stage) -> None:
    stage.do(lambda desk: devices.change(desk, stage.devices[LAB].id, environment=Environment.PRACTICE))
    person = Person(stage, LAB)
    person.line("wr er")
    person.sees(lambda: person.page.guard.card is not None and "[confirm]" in person.screen)
    lesson = person.page.guard.card
    assert isinstance(lesson, Lesson)
    assert lesson.accessibleName().startswith("“wr er” means “write erase”. Erases the saved configuration")
    shoot(stage.pane, "lesson", stage.qtbot)
    person.enter()
    person.sees(lambda: person.screen.endswith("#"))
    person.runs("sh clock")
    assert person.page.guard.card is None
    assert person.log() == []


def test_the_command_page_asks_the_same_guard(core: Person) -> None:
    pane = core.stage.pane
    pane.run_command("clear counters")
    assert pane.bench is not None
    page = pane.bench.commands
    core.sees(lambda: isinstance(page.guard.card, WindowCard))
    card = page.guard.card
    assert isinstance(card, WindowCard)
    shoot(pane, "held-command", core.stage.qtbot)
    press(card, Key.Key_Escape)
    core.sees(lambda: not page.is_running)
    assert pane.last_output is None
    core.open_window()
    pane.run_command("clear counters")
    core.sees(lambda: isinstance(page.guard.card, IssueCard))
    asked = page.guard.card
    assert isinstance(asked, IssueCard)
    asked.issue.setCurrentIndex(0)
    assert asked.primary is not None
    asked.primary.click()
    core.sees(lambda: not page.is_running)
    core.stage.run("show clock")
    assert core.log()[1:] == [
        ("clear counters", Passage.REFUSED), ("clear counters", Passage.SENT), ("show clock", Passage.SENT),
    ]  # fmt: skip
