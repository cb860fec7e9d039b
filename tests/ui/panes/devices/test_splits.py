"""Terminals side by side: of one device and of several, each with its own bar."""

from PySide6.QtCore import Qt

from app.domain.device import Protocol
from app.services import devices, highlights
from app.services.highlights import HighlightKind
from tests.ui.hands import press, write
from tests.ui.panes.conftest import shoot
from tests.ui.panes.devices.conftest import Stage, texts_of
from ui.kit.accessible import nameless
from ui.panes.devices.bench import Bench
from ui.panes.devices.terminal.split import Split

Key, Modifier = Qt.Key, Qt.KeyboardModifier


def bench_of(stage: Stage) -> Bench:
    assert stage.pane.bench is not None
    return stage.pane.bench


def split_of(stage: Stage) -> Split:
    return bench_of(stage).splits[0]


def beside(stage: Stage, text: str = "") -> None:
    """Ask for a terminal beside, by its key and the answer's."""
    assert stage.console.book.run("devices.split")
    question = bench_of(stage).beside
    assert question is not None
    stage.until(question.where.hasFocus)
    if text:
        write(question.where, text)
    stage.until(lambda: bool(question.matches.current()))
    press(question.where, Key.Key_Return)


def facts_name(stage: Stage) -> str:
    """Give the device whose card is shown, once its address is among the facts."""
    card = stage.pane.card
    if card is None:
        return ""
    is_shown = any(f":{card.device.port}" in text for text in texts_of(stage.pane.facts))
    return card.device.name if is_shown else ""


def test_enter_alone_opens_the_same_device_beside(stage: Stage) -> None:
    stage.log_in()
    beside(stage)
    bench = bench_of(stage)
    stage.until(lambda: len(bench.terminals) == 2 and stage.pane.stage == "open")
    assert bench.is_split
    assert not bench.bar.isVisible()
    assert all(part.bar.production.isVisible() for part in split_of(stage).parts)
    assert bench.session is not None
    assert bench.session[1] == "2 terminals are open"
    first, second = bench.terminals
    assert bench.terminal is second
    write(second.terminal, "show users")
    stage.until(lambda: "show users" in second.terminal.screen_text())
    assert "show users" not in first.terminal.screen_text()


def test_another_device_beside_says_where_it_is(stage: Stage) -> None:
    stage.accept("sw-lobby-3")
    stage.log_in()
    beside(stage, "lobby")
    bench = bench_of(stage)
    assert bench.terminal.device_id == stage.devices["sw-lobby-3"].id
    stage.until(lambda: stage.pane.stage == "asking_password")
    stage.answer("right horse")
    stage.until(lambda: stage.pane.stage == "open")
    left, right = split_of(stage).parts
    stage.until(lambda: right.card is not None)
    assert "PRODUCTION · core-nyc-1" in left.bar.production.accessibleName()
    assert not right.bar.production.isVisible()
    assert right.bar.quiet.isVisible()
    assert set(bench.sessions) == {stage.devices["core-nyc-1"].id, stage.devices["sw-lobby-3"].id}
    stage.console.book.run("devices.next_part")
    assert bench.terminal is left.page
    assert left.page.terminal.hasFocus()
    stage.console.book.run("devices.next_part")
    assert bench.terminal is right.page
    stage.until(lambda: facts_name(stage) == "sw-lobby-3")
    assert stage.pane.card is not None
    assert (stage.pane.card.customer, stage.pane.card.issues) == ("Halden Hotels", ())
    left.page.terminal.setFocus()
    assert bench.terminal is left.page
    stage.until(lambda: facts_name(stage) == "core-nyc-1")
    assert nameless(bench) == []
    left.page.terminal.feed(b"x" * 200)
    before = left.page.terminal.state.size[0]
    press(left.page.terminal, Key.Key_J, Modifier.ControlModifier | Modifier.AltModifier)
    assert stage.pane.has_room
    stage.until(lambda: left.page.terminal.state.size[0] > before + 25)
    assert left.page.terminal.hasFocus()
    shoot(stage.pane, "split-more-room", stage.qtbot)
    assert stage.pane.save_state()["widths"][0] > 0
    stage.console.book.run("devices.find")
    assert stage.pane.inventory.isVisible()
    assert stage.pane.inventory.field.hasFocus()
    shoot(stage.pane, "split", stage.qtbot)
    left.page.terminal.setFocus()
    stage.console.book.run("devices.close_terminal")
    stage.until(lambda: facts_name(stage) == "sw-lobby-3")
    assert right.bar.isVisible(), "what is above would name the other device"
    assert not bench.bar.isVisible()
    stage.open("core-nyc-1")
    assert bench.page is bench.commands
    stage.until(lambda: facts_name(stage) == "core-nyc-1")


def test_closing_a_part_leaves_the_other_with_the_bar_of_the_bench(stage: Stage) -> None:
    stage.log_in()
    beside(stage)
    bench = bench_of(stage)
    stage.until(lambda: len(bench.terminals) == 2 and stage.pane.stage == "open")
    first = bench.terminals[0]
    stage.console.book.run("devices.close_terminal")
    assert bench.terminals == [first]
    assert bench.terminal is first
    assert not bench.is_split
    assert bench.bar.isVisible()
    assert stage.pane.stage == "open"
    assert not stage.console.book.can("devices.next_part")


def test_what_nobody_knows_is_refused_and_escape_leaves(stage: Stage) -> None:
    stage.log_in()
    stage.console.book.run("devices.split")
    question = bench_of(stage).beside
    assert question is not None
    write(question.where, "nowhere")
    stage.until(lambda: question.matches.ids() == [])
    press(question.where, Key.Key_Return)
    assert "Nothing in the inventory" in question.refusal
    press(question.where, Key.Key_Escape)
    assert bench_of(stage).beside is None
    assert bench_of(stage).terminal.terminal.hasFocus()


def test_what_is_not_encrypted_is_marked(stage: Stage) -> None:
    device_id = stage.devices["sw-lobby-3"].id
    stage.do(lambda desk: devices.change(desk, device_id, protocol=Protocol.TELNET))
    stage.open("sw-lobby-3")
    bar = bench_of(stage).bar
    stage.until(bar.is_open.isVisible)
    assert bar.is_open.text == "not encrypted"
    device_id = stage.devices["edge-bos-1"].id
    stage.do(lambda desk: devices.change(desk, device_id, protocol=Protocol.TELNET))
    stage.open("edge-bos-1")
    stage.until(lambda: "NOT ENCRYPTED" in bench_of(stage).bar.production.accessibleName())


def test_keys_of_the_window_work_in_a_terminal(stage: Stage) -> None:
    stage.log_in()
    terminal = bench_of(stage).terminal.terminal
    press(terminal, Key.Key_F, Modifier.ControlModifier | Modifier.AltModifier)
    assert terminal.search is not None
    assert stage.console.book.clashes() == []


def test_words_stand_out_by_platform_and_as_soon_as_somebody_changes_them(stage: Stage) -> None:
    stage.log_in()
    page = bench_of(stage).terminal
    stage.until(lambda: page.terminal.marked_words("line protocol is down") == ["down"])
    stage.do(lambda desk: highlights.write(desk, "protocol", HighlightKind.NOTED))
    stage.until(lambda: page.terminal.marked_words("line protocol is down") == ["protocol", "down"])
