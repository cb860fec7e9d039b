"""The gate on a simulated device over real SSH: whatever is typed, recalled, completed or pasted is judged first."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from app.domain.session import AuditLine, Passage
from app.services import change_windows
from tests.ui.hands import press, write
from tests.ui.panes.devices.conftest import Stage
from ui.kit.terminal_paste import PasteQuestion
from ui.panes.devices.guard.cards import EmergencyForm, HeldCard, IssueCard, NameCard, WindowCard
from ui.panes.devices.guard.gate import Gate
from ui.panes.devices.guard.window_form import WindowForm
from ui.panes.devices.terminal_page import TerminalPage

NAME = "core-nyc-1"
LAB = "sw-lobby-3"
Key = Qt.Key


class Person:
    """Somebody at the terminal of a device, in privileged mode."""

    def __init__(self, stage: Stage, name: str) -> None:
        self.stage, self.name = stage, name
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
        stage = self.stage
        self.stage.do(
            lambda desk: change_windows.make(
                desk, stage.devices[self.name].customer_id, "New uplink", desk.now + timedelta(hours=1),
                agreed_with="Dana", issue_id=stage.issue.id,
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
    assert core.log() == [("en", Passage.SENT), ("sh clock", Passage.SENT)]
    assert core.page.guard.card is None


def test_production_without_a_window_is_not_configured_and_nothing_stays_half_typed(core: Person) -> None:
    core.line("conf t")
    card = core.is_held("conf t", WindowCard)
    assert "no change window is open for Northgate Rail" in card.why.text()
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
    form.what.setText("New uplink")
    press(form, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    core.sees(lambda: form.refusal)
    assert "Write who agreed to it" in form.refusal
    form.agreed_with.setText("Dana")
    press(form, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    card = core.is_held("conf t", IssueCard)
    assert isinstance(card, IssueCard)
    card.issue.setCurrentIndex(0)
    assert card.primary is not None
    card.primary.click()
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


@pytest.mark.parametrize("how", [typed, recalled, completed, pasted])
def test_what_is_destructive_asks_for_the_name_however_it_came_to_stand_there(
    lab: Person, how: Callable[[Person], str]
) -> None:
    line = how(lab)
    card = lab.is_held(line, NameCard)
    assert isinstance(card, NameCard)
    write(card.name, NAME)
    press(card.name, Key.Key_Return)
    lab.sees(lambda: lab.page.guard.card is not card)
    again = lab.is_held(line, NameCard)
    assert isinstance(again, NameCard)
    assert again.why.text() == f"“{NAME}” is not this device."
    assert (line, Passage.CONFIRMED) not in lab.log()
    write(again.name, LAB)
    press(again.name, Key.Key_Return)
    lab.sees(lambda: lab.page.guard.card is None)
    assert (line, Passage.CONFIRMED) in lab.log()


def test_an_emergency_is_one_key_and_a_reason(core: Person) -> None:
    core.line("conf t")
    core.is_held("conf t", WindowCard)
    core.stage.console.book.run("devices.emergency")
    core.sees(lambda: isinstance(core.page.guard.card, EmergencyForm))
    form = core.page.guard.card
    assert isinstance(form, EmergencyForm)
    press(form.reason, Key.Key_Return)
    core.sees(lambda: form.refusal)
    write(form.reason, "The core is down")
    press(form.reason, Key.Key_Return)
    core.sees(lambda: core.screen.endswith("(config)#"))
    core.runs("no router ospf 1")
    core.gate.end_emergency()
    core.line("hostname x")
    core.is_held("hostname x", WindowCard)
    assert core.log()[1:] == [("conf t", Passage.EMERGENCY), ("no router ospf 1", Passage.EMERGENCY)]


def test_a_password_is_never_read(stage: Stage) -> None:
    person = Person(stage, LAB)
    assert [line for line, _passage in person.log()] == ["en"]
