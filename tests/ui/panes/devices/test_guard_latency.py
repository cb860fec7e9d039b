"""The gate on a line with 200 ms each way: what is typed ahead is judged by what comes, not by what was there."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.session import Passage
from app.practice.device import Faults, SimulatedDevice
from app.practice.farm import Farm
from app.practice.relay import Relay
from app.services import devices
from tests.ui.hands import press, write
from tests.ui.panes.devices.conftest import BOXES, KEYS, PASSWORD, an_inventory, stage_for
from tests.ui.panes.devices.test_guard_gate import LAB, NAME, Person
from ui.kit.console import Console
from ui.panes.devices.guard.cards import HeldCard, NameCard, WindowCard

Key = Qt.Key
ENABLE = "hush-hush"


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    boxes = [
        SimulatedDevice(
            name,
            username="ops",
            password=PASSWORD,
            host_key=KEYS[name],
            is_privileged=name == NAME,
            enable_password=ENABLE if name == LAB else "",
        )
        for name in BOXES
    ]
    with Farm(boxes) as standing:
        yield standing


def behind(console: Console, farm: Farm, qtbot: QtBot, name: str, relay: Relay) -> Person:
    made = console.workstation.write(lambda desk: an_inventory(farm, desk)).result(10)
    stage = stage_for(console, farm, qtbot, made)
    assert isinstance(relay.address, tuple)
    port = relay.address[1]
    stage.do(lambda desk: devices.change(desk, stage.devices[name].id, port=port))
    stage.accept(name)
    stage.open(name)
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_password")
    stage.answer(PASSWORD)
    stage.until(lambda: stage.pane.screen_text.endswith(("#", ">")))
    return Person(stage, name, is_in=True)


@pytest.fixture
def far(farm: Farm) -> Iterator[Callable[[str], Relay]]:
    made: list[Relay] = []

    def relay_to(name: str) -> Relay:
        made.append(Relay(("127.0.0.1", 0), ("127.0.0.1", farm.ports[name])))
        made[-1].start()
        return made[-1]

    yield relay_to
    for relay in made:
        relay.stop()


def is_held(person: Person, card: type[HeldCard]) -> HeldCard:
    person.sees(lambda: isinstance(person.page.guard.card, card))
    found = person.page.guard.card
    assert isinstance(found, card)
    return found


def test_a_pager_takes_one_key_and_what_follows_is_a_line(
    console: Console, farm: Farm, qtbot: QtBot, far: Callable[[str], Relay]
) -> None:
    relay = far(NAME)
    core = behind(console, farm, qtbot, NAME, relay)
    relay.delay_s = 0.2
    core.line("sh run")
    core.sees(lambda: "--More--" in core.screen)
    core.write("q")
    core.line("wr")
    assert is_held(core, WindowCard).held.line == "wr"
    press(is_held(core, WindowCard), Key.Key_Escape)
    core.sees(lambda: core.screen.endswith("#") and core.page.guard.card is None)
    core.line("sh run")
    core.sees(lambda: "--More--" in core.screen.splitlines()[-1])
    core.page.terminal.typed.emit(b"qconf t\r")  # in one burst
    assert is_held(core, WindowCard).held.line == "conf t"
    press(is_held(core, WindowCard), Key.Key_Escape)
    core.sees(lambda: core.screen.endswith("#") and core.page.guard.card is None)
    # What the device recalled is read only when all that was typed behind it is there.
    press(core.page.terminal, Key.Key_Up)
    core.line(" | redirect flash:x")
    assert "redirect" in is_held(core, WindowCard).held.line
    sent = [line for line, passage in core.log() if passage is Passage.SENT]
    assert sent == ["sh run", "sh run"]


def test_a_password_and_a_confirmation_are_one_line_each(
    console: Console, farm: Farm, qtbot: QtBot, far: Callable[[str], Relay]
) -> None:
    relay = far(LAB)
    lab = behind(console, farm, qtbot, LAB, relay)
    relay.delay_s = 0.2
    lab.line("en")
    lab.sees(lambda: lab.screen.endswith("Password:"))
    lab.line(ENABLE)
    lab.line("wr er")
    card = is_held(lab, NameCard)
    assert card.held.line == "wr er"
    assert isinstance(card, NameCard)
    write(card.name, LAB)
    press(card.name, Key.Key_Return)
    lab.sees(lambda: "[confirm]" in lab.screen)
    lab.enter()
    lab.line("reload")
    assert is_held(lab, NameCard).held.line == "reload"
    assert lab.log() == [("en", Passage.SENT), ("", Passage.HIDDEN), ("wr er", Passage.CONFIRMED)]


@pytest.mark.parametrize("prompt", ["Password: ", "--More-- ", "lines 1-2 ", "R1? ", "R1 [x] "])
def test_a_prompt_that_looks_like_something_else_lets_nothing_pass(
    console: Console, farm: Farm, qtbot: QtBot, far: Callable[[str], Relay], prompt: str
) -> None:
    relay = far(NAME)
    core = behind(console, farm, qtbot, NAME, relay)
    farm.set_faults(NAME, Faults(prompt=prompt))
    try:
        core.enter()
        core.sees(lambda: core.screen.endswith(prompt.strip()))
        relay.delay_s = 0.1
        core.line("wr er")
        is_held(core, HeldCard)
    finally:
        farm.set_faults(NAME, Faults())
    assert core.log() == []


def test_a_device_that_says_nothing_gets_nothing(
    console: Console, farm: Farm, qtbot: QtBot, far: Callable[[str], Relay]
) -> None:
    relay = far(NAME)
    core = behind(console, farm, qtbot, NAME, relay)
    core.line("sh run")
    core.sees(lambda: "--More--" in core.screen)
    core.stage.qtbot.wait(50)
    relay.stall()
    core.line("qwr er")
    assert is_held(core, HeldCard).held.line == ""
    assert core.log() == [("sh run", Passage.SENT)]
