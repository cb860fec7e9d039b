"""The Devices pane on a real workstation, its devices child, and simulated devices that answer over SSH."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.domain.customer import Customer, Environment
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import SecretsUnavailable
from app.domain.issue import Issue, IssueState, Note, NoteKind
from app.domain.person import Role
from app.practice.device import Faults, SimulatedDevice
from app.practice.farm import Farm, fingerprint, new_host_key
from app.runtime.secrets import NO_KEYRING, MemorySecrets
from app.services import devices, host_keys
from app.services.desk import Desk
from tests.stations import TestCompany
from tests.ui.hands import press, write
from tests.ui.panes.conftest import OpenConsole, Went
from ui.kit.accessible import nameless, unreachable
from ui.kit.console import Console
from ui.kit.fields import Choice, Tick
from ui.kit.paint import pill_width
from ui.kit.theme import Face, Kind, font
from ui.panes.devices import DevicesPane
from ui.panes.devices.device_form import DeviceForm, FormPage
from ui.panes.devices.facts import IssueLine
from ui.panes.devices.output_view import View
from ui.panes.devices.questions import FirstContact, HardStop, PasswordQuestion, ReplaceKey

PASSWORD = "right horse"
BOXES = ("core-nyc-1", "edge-bos-1", "sw-lobby-3")
KEYS = {name: new_host_key() for name in BOXES}
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    boxes = [SimulatedDevice(n, username="ops", password=PASSWORD, host_key=KEYS[n]) for n in BOXES]
    with Farm(boxes) as standing:
        yield standing


@dataclass
class Stage:
    """A console, its pane and what stands in the inventory."""

    console: Console
    pane: DevicesPane
    qtbot: QtBot
    farm: Farm
    devices: dict[str, Device]
    issue: Issue

    @property
    def went(self) -> Went:
        assert isinstance(self.console.navigator, Went)
        return self.console.navigator

    def until(self, condition: Callable[[], object], timeout_s: float = 15) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=int(timeout_s * 1000))

    def do(self, verb: Callable[[Desk], object]) -> object:
        return self.console.workstation.write(verb).result(10)

    def accept(self, name: str) -> None:
        """Write the key that the device has into the book."""
        shown = fingerprint(self.farm.host_key(name))
        self.do(lambda desk: host_keys.accept(desk, self.devices[name].id, "ssh-ed25519", shown))

    def open(self, name: str, issue_id: str | None = None) -> None:
        self.pane.open_device(self.devices[name].id, issue_id)
        self.until(lambda: self.pane.card is not None)

    def log_in(self, name: str = "core-nyc-1") -> None:
        """Open the device with an accepted key and log in with a typed password."""
        self.accept(name)
        self.open(name)
        self.pane.connect_terminal()
        self.until(lambda: self.pane.stage == "asking_password")
        self.answer(PASSWORD)
        self.until(lambda: self.pane.screen_text.endswith(">"))

    def answer(self, password: str) -> None:
        assert self.pane.doorstep is not None
        self.pane.doorstep.give_password(password)

    def run(self, command: str) -> None:
        self.pane.run_command(command)
        self.until(lambda: not self.pane.is_running)


def an_inventory(farm: Farm, desk: Desk) -> tuple[dict[str, Device], Issue]:
    with desk.edit() as edit:
        rail = edit.insert(Customer(id=new_id(), name="Northgate Rail", is_vip=True))
        hotels = edit.insert(Customer(id=new_id(), name="Halden Hotels"))
        issue = edit.insert(
            Issue(id=new_id(), customer_id=rail.id, title="Import fails", state=IssueState.OPEN, opened_at=desk.now)
        )
    owners = {"core-nyc-1": rail, "edge-bos-1": rail, "sw-lobby-3": hotels}
    found = {
        name: devices.add(
            desk,
            name=name,
            address="127.0.0.1",
            port=farm.ports[name],
            username="ops",
            customer_id=owner.id,
            environment=Environment.LAB if name == "sw-lobby-3" else Environment.PRODUCTION,
        )
        for name, owner in owners.items()
    }
    return found, issue


def stage_for(console: Console, farm: Farm, qtbot: QtBot, made: tuple[dict[str, Device], Issue]) -> Stage:
    pane = DevicesPane(console)
    console.book.add(*(replace(command, place="devices") for command in pane.commands()))
    console.book.go("devices")
    qtbot.addWidget(pane)
    console.book.attach(pane)
    pane.resize(1280, 730)
    pane.show()
    qtbot.waitExposed(pane)
    assert made[0]
    qtbot.waitUntil(lambda: len(pane.inventory.list.ids()) == len(made[0]), timeout=15_000)
    return Stage(console, pane, qtbot, farm, *made)


@pytest.fixture
def stage(console: Console, farm: Farm, qtbot: QtBot) -> Stage:
    made = console.workstation.write(lambda desk: an_inventory(farm, desk)).result(10)
    return stage_for(console, farm, qtbot, made)


def card(stage: Stage) -> object:
    assert stage.pane.doorstep is not None
    return stage.pane.doorstep.card


# The inventory


def test_devices_are_grouped_by_customer_and_production_is_a_bar(stage: Stage) -> None:
    listed = stage.pane.inventory.list
    said = [str(listed.model().index(row, 0).data(11)) for row in range(listed.model().rowCount())]
    texts = [text.removesuffix(" not sent to the company yet") for text in said]
    assert texts == [
        "Halden Hotels", "sw-lobby-3 lab", "Northgate Rail · VIP · 1 open", "core-nyc-1 prod", "edge-bos-1 prod",
    ]  # fmt: skip
    stage.open("core-nyc-1")
    assert stage.pane.bench is not None
    bar = stage.pane.bench.bar.production
    assert bar.isVisible()
    assert bar.accessibleName().startswith("PRODUCTION · core-nyc-1 · Northgate Rail · you are Anna")
    stage.open("sw-lobby-3")
    assert not stage.pane.bench.bar.production.isVisible()


def test_a_few_letters_find_a_device_and_enter_connects_to_it(stage: Stage) -> None:
    field, listed = stage.pane.inventory.field, stage.pane.inventory.list
    field.setFocus()
    write(field, "halden")
    stage.until(lambda: listed.ids() == [stage.devices["sw-lobby-3"].id])
    press(field, Qt.Key.Key_Return)
    assert stage.pane.device_id == stage.devices["sw-lobby-3"].id
    press(listed, Qt.Key.Key_Return)
    stage.until(lambda: stage.pane.stage == "asking_key")
    field.setText("nowhere")
    stage.until(lambda: not listed.ids())
    assert stage.pane.inventory.empty.what.text() == "Nothing found"
    assert stage.pane.stage == "asking_key"
    stage.open("core-nyc-1")
    stage.until(lambda: listed.current() == stage.devices["core-nyc-1"].id)


@pytest.mark.parametrize("typed", ["edge-bos-1", "EDGE-bos-1 "])
def test_enter_waits_for_what_was_typed_and_never_opens_another_box(stage: Stage, typed: str) -> None:
    stage.open("core-nyc-1")
    stage.until(lambda: stage.pane.inventory.list.current() == stage.devices["core-nyc-1"].id)
    field = stage.pane.inventory.field
    stage.pane.find_device()
    write(field, typed)
    press(field, Qt.Key.Key_Return)  # before the list can have the answer
    press(field, Qt.Key.Key_D, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert stage.pane.stage == "idle"
    stage.until(lambda: stage.pane.device_id == stage.devices["edge-bos-1"].id)
    assert stage.pane.bench is not None
    assert stage.pane.stage == "idle"
    stage.until(lambda: "edge-bos-1" in stage.pane.bench.bar.production.accessibleName() if stage.pane.bench else 0)
    assert stage.pane.inventory.list.hasFocus()
    press(stage.pane.inventory.list, Qt.Key.Key_D, CTRL | Qt.KeyboardModifier.ShiftModifier)
    stage.until(lambda: stage.pane.stage == "asking_key")
    stage.open("core-nyc-1")
    assert stage.pane.stage == "idle"


def test_the_very_name_wins_over_what_only_holds_it(stage: Stage) -> None:
    hotels = stage.devices["sw-lobby-3"].customer_id
    longer = stage.do(lambda d: devices.add(d, name="a-sw-lobby-3", address="10.9.9.9", customer_id=hotels))
    assert isinstance(longer, Device)
    field = stage.pane.inventory.field
    write(field, "sw-lobby-3")
    stage.until(lambda: longer.id in stage.pane.inventory.list.ids() and len(stage.pane.inventory.list.ids()) == 2)
    assert stage.pane.inventory.list.ids()[0] == longer.id
    press(field, Qt.Key.Key_Return)
    assert stage.pane.device_id == stage.devices["sw-lobby-3"].id


def test_a_name_is_never_cut_for_the_word_beside_it(stage: Stage) -> None:
    listed = stage.pane.inventory.list
    for name in ("dist-frankfurt-east-1", "distribution-frankfurt-east-building-12-floor-3"):
        stage.do(lambda d, n=name: devices.add(d, name=n, address=f"{n[-9:]}.example.com"))  # type: ignore[misc]
    stage.pane.resize(982, 600)
    stage.until(lambda: len(listed.ids()) == 5)
    write(stage.pane.inventory.field, "frankfurt")
    stage.until(lambda: len(listed.ids()) == 2)
    texts = [str(listed.model().index(row, 0).data(11)) for row in range(listed.model().rowCount())]
    assert texts[1:] == ["dist-frankfurt-east-1 prod", "distribution-frankfurt-east-building-12-floor-3"]
    tip = str(listed.model().index(2, 0).data(3))
    assert tip.startswith("distribution-frankfurt-east-building-12-floor-3 (prod)")
    metrics = QFontMetrics(font(Face.BOLD))
    assert listed.width() - 32 - 15 > metrics.horizontalAdvance("dist-frankfurt-east-1") + pill_width("prod")


def test_nothing_is_connected_to_while_what_enter_asked_for_is_not_found(stage: Stage) -> None:
    stage.open("core-nyc-1")
    field = stage.pane.inventory.field
    write(field, "core-nyx-1")
    press(field, Qt.Key.Key_Return)
    stage.until(lambda: not stage.pane.inventory.list.ids())
    for order in ("devices.connect", "devices.new_terminal"):
        assert not stage.console.book.run(order)
    stage.pane.connect_terminal()
    assert stage.pane.stage == "idle"
    press(field, Qt.Key.Key_Escape)
    assert stage.console.book.can("devices.connect")


# The first contact


def test_the_first_contact_asks_and_a_terminal_opens_after_key_and_password(stage: Stage) -> None:
    farm = stage.farm
    before = len(farm.attempts("core-nyc-1"))
    stage.open("core-nyc-1")
    assert stage.pane.stage == "idle"
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_key")
    asked = card(stage)
    assert isinstance(asked, FirstContact)
    assert asked.fingerprint == fingerprint(farm.host_key("core-nyc-1"))
    assert len(farm.attempts("core-nyc-1")) == before
    press(asked, Qt.Key.Key_Return, CTRL)
    stage.until(lambda: stage.pane.stage == "asking_password")
    question = card(stage)
    assert isinstance(question, PasswordQuestion)
    write(question.password, PASSWORD)
    press(question.password, Qt.Key.Key_Return)
    stage.until(lambda: stage.pane.stage == "open")
    stage.until(lambda: "core-nyc-1>" in stage.pane.screen_text)
    stage.until(lambda: stage.pane.card is not None and stage.pane.card.keys)
    assert stage.pane.card is not None
    assert (stage.pane.card.keys[0].accepted_by, stage.pane.card.keys[0].fingerprint) == ("Anna", asked.fingerprint)


def test_leaving_the_question_writes_nothing_and_connecting_asks_again(stage: Stage) -> None:
    stage.open("core-nyc-1")
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_key")
    asked = card(stage)
    assert isinstance(asked, FirstContact)
    press(asked, Qt.Key.Key_Escape)
    assert stage.pane.stage == "idle"
    assert stage.console.workstation.read(lambda d: host_keys.book(d, stage.devices["core-nyc-1"].id)).result(10) == ()
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_key")


def test_typing_reaches_the_device_and_a_logout_is_no_fault(stage: Stage) -> None:
    stage.log_in()
    assert stage.pane.bench is not None
    page = stage.pane.bench.terminal
    write(page.terminal, "show clock")
    press(page.terminal, Qt.Key.Key_Return)
    stage.until(lambda: "UTC" in stage.pane.screen_text)
    write(page.terminal, "exit")
    press(page.terminal, Qt.Key.Key_Return)
    stage.until(lambda: stage.pane.stage == "closed")
    assert page.closed_by is None


# A changed key


def test_a_changed_key_is_a_hard_stop_with_both_keys_and_no_way_past_it_for_support(
    open_console: OpenConsole, farm: Farm, qtbot: QtBot
) -> None:
    anna = open_console("anna", Role.MANAGER)
    made = anna.workstation.write(lambda desk: an_inventory(farm, desk)).result(10)
    device = made[0]["edge-bos-1"]
    old = fingerprint(farm.host_key("edge-bos-1"))
    anna.workstation.write(lambda d: host_keys.accept(d, device.id, "ssh-ed25519", old)).result(10)
    ben = open_console("ben", Role.SUPPORT)
    stage = stage_for(ben, farm, qtbot, made)
    stage.until(lambda: ben.workstation.read(lambda d: host_keys.book(d, device.id)).result(10))
    new = farm.change_host_key("edge-bos-1")
    before = len(farm.attempts("edge-bos-1"))
    try:
        stage.open("edge-bos-1")
        stage.pane.connect_terminal()
        stage.until(lambda: stage.pane.stage == "asking_password")
        stage.answer(PASSWORD)
        stage.until(lambda: stage.pane.stage == "stopped")
        stop = card(stage)
        assert isinstance(stop, HardStop)
        assert stop.fingerprints == [old, new]
        assert not hasattr(stop, "replace")
        assert any("Ask Anna" in label for label in texts_of(stop))
        assert len(farm.attempts("edge-bos-1")) == before
        stage.pane.run_command("show clock")
        stage.until(lambda: isinstance(card(stage), HardStop))
        assert stage.pane.last_output is None
        assert len(farm.attempts("edge-bos-1")) == before
    finally:
        farm.change_host_key("edge-bos-1", KEYS["edge-bos-1"])


def test_a_manager_replaces_the_key_with_a_reason_and_goes_on(stage: Stage) -> None:
    stage.accept("edge-bos-1")
    new = stage.farm.change_host_key("edge-bos-1")
    try:
        stage.open("edge-bos-1")
        stage.pane.connect_terminal()
        stage.until(lambda: stage.pane.stage == "asking_password")
        stage.answer(PASSWORD)
        stage.until(lambda: stage.pane.stage == "stopped")
        stop = card(stage)
        assert isinstance(stop, HardStop)
        stop.replace.click()
        form = card(stage)
        assert isinstance(form, ReplaceKey)
        form.sent.emit()
        stage.until(lambda: "needs its reason" in form.refusal)
        write(form.reason, "RMA 77, new chassis")
        press(form, Qt.Key.Key_Return, CTRL)
        stage.until(lambda: stage.pane.stage == "open")
        stage.until(lambda: stage.pane.card is not None and len(stage.pane.card.keys) == 2)
        assert stage.pane.card is not None
        valid, retired = stage.pane.card.keys
        assert valid.fingerprint == new
        assert retired.reason == "RMA 77, new chassis"
    finally:
        stage.farm.change_host_key("edge-bos-1", KEYS["edge-bos-1"])


def test_two_keys_in_the_book_stop_everybody_until_one_is_chosen(stage: Stage, company: TestCompany) -> None:
    ben = company.station("ben")
    name = "edge-bos-1"
    device = stage.devices[name]

    def has_device() -> bool:
        ben.sync()
        return ben.cache.record(Device, device.id) is not None

    stage.until(has_device)
    host_keys.accept(ben.desk, device.id, "ssh-ed25519", "SHA256:somebodyinbetween")
    stage.accept(name)
    ben.sync()
    stage.until(lambda: len(stage.console.workstation.read(lambda d: host_keys.book(d, device.id)).result(10)) == 2)
    stage.open(name)
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "stopped")
    stop = card(stage)
    assert isinstance(stop, HardStop)
    assert len(stop.fingerprints) == 2
    stop.replace.click()
    form = card(stage)
    assert isinstance(form, ReplaceKey)
    form.sent.emit()
    assert "No key is chosen" in form.refusal
    right = fingerprint(stage.farm.host_key(name))
    next(c for c in form.choices if right in c.text()).setChecked(True)
    form.reason.setText("compared on the console port")
    form.sent.emit()
    stage.until(lambda: stage.pane.stage == "asking_password")


# Passwords


def test_a_wrong_password_is_tried_once_said_and_tried_again_by_the_person(stage: Stage) -> None:
    stage.accept("core-nyc-1")
    before = len(stage.farm.attempts("core-nyc-1"))
    stage.open("core-nyc-1")
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_password")
    stage.answer("wrong")
    stage.until(lambda: isinstance(q := card(stage), PasswordQuestion) and "refused the login" in q.refusal)
    stage.qtbot.wait(300)
    assert len(stage.farm.attempts("core-nyc-1")) == before + 1
    stage.answer(PASSWORD)
    stage.until(lambda: stage.pane.stage == "open")
    assert len(stage.farm.attempts("core-nyc-1")) == before + 2


def test_a_kept_password_is_used_without_asking_and_not_again_once_refused(stage: Stage) -> None:
    secrets, name = stage.console.workstation.secrets, stage.devices["core-nyc-1"].secret_name
    secrets.put(name, "old password")
    before = len(stage.farm.attempts("core-nyc-1"))
    stage.accept("core-nyc-1")
    stage.open("core-nyc-1")
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_password")
    stage.pane.run_command("show clock")
    stage.until(lambda: isinstance(card(stage), PasswordQuestion))
    assert len(stage.farm.attempts("core-nyc-1")) == before + 1
    stage.accept("edge-bos-1")
    secrets.put(stage.devices["edge-bos-1"].secret_name, PASSWORD)
    stage.open("edge-bos-1")
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "open")


@pytest.mark.parametrize("is_wanted", [True, False])
def test_a_typed_password_is_kept_once_the_device_took_it_and_only_if_wanted(stage: Stage, *, is_wanted: bool) -> None:
    secrets, name = stage.console.workstation.secrets, stage.devices["core-nyc-1"].secret_name
    stage.accept("core-nyc-1")
    stage.open("core-nyc-1")
    stage.pane.connect_terminal()
    for password in ("wrong", PASSWORD):
        stage.until(lambda: stage.pane.stage == "asking_password")
        question = card(stage)
        assert isinstance(question, PasswordQuestion)
        assert not question.keep.isChecked()
        question.keep.setChecked(is_wanted)
        assert secrets.get(name) is None
        stage.answer(password)
        stage.until(lambda: stage.pane.stage in {"asking_password", "open"})
    stage.until(lambda: stage.pane.stage == "open")
    stage.until(lambda: secrets.get(name) == (PASSWORD if is_wanted else None))


def test_without_a_keyring_nothing_is_offered_that_would_not_last(
    open_console: OpenConsole, farm: Farm, qtbot: QtBot
) -> None:
    class NoKeyring(MemorySecrets):
        def notice(self) -> SecretsUnavailable:
            return NO_KEYRING

    console = open_console("anna", Role.MANAGER, secrets=NoKeyring())
    stage = stage_for(console, farm, qtbot, console.workstation.write(lambda d: an_inventory(farm, d)).result(10))
    stage.accept("core-nyc-1")
    stage.open("core-nyc-1")
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_password")
    question = card(stage)
    assert isinstance(question, PasswordQuestion)
    stage.console.book.run("devices.edit")
    stage.until(lambda: stage.pane.form is not None)
    assert stage.pane.form is not None
    assert any("no keyring" in text for text in texts_of(stage.pane.form))
    stage.pane.form.left.emit()
    assert not question.keep.isVisible()
    assert any("no keyring" in text for text in texts_of(question))
    stage.answer(PASSWORD)
    stage.until(lambda: stage.pane.stage == "open")
    stage.run("show clock")
    assert "UTC" in (stage.pane.last_output or "")


# The end of a session


def test_an_unplugged_device_says_why_keeps_what_it_showed_and_comes_back_in_the_same_tab(stage: Stage) -> None:
    stage.log_in()
    assert stage.pane.bench is not None
    page = stage.pane.bench.terminal
    write(page.terminal, "show clock")
    press(page.terminal, Qt.Key.Key_Return)
    stage.until(lambda: "UTC" in stage.pane.screen_text)
    stage.farm.set_faults("core-nyc-1", Faults(is_unplugged=True))
    try:
        stage.until(lambda: stage.pane.stage == "closed")
        assert "dropped the connection" in page.ended.what
        assert "UTC" in stage.pane.screen_text
        stage.pane.connect_terminal()
        stage.until(lambda: stage.pane.stage == "closed" and "refuses" in page.ended.what)
        assert page.ended.todo
    finally:
        stage.farm.set_faults("core-nyc-1", Faults())
    page.ended.button.click()
    stage.until(lambda: stage.pane.stage == "open")
    assert stage.pane.bench.terminal is page
    stage.until(lambda: stage.pane.screen_text.count("core-nyc-1>") >= 3)
    assert "UTC" in stage.pane.screen_text


def test_a_device_that_never_stops_leaves_the_window_alive_and_is_ended(stage: Stage) -> None:
    stage.log_in()
    assert stage.pane.bench is not None
    terminal = stage.pane.bench.terminal
    stage.farm.set_faults("core-nyc-1", Faults(is_endless=True, has_escapes=True))
    try:
        write(terminal.terminal, "terminal length 0")
        press(terminal.terminal, Qt.Key.Key_Return)
        write(terminal.terminal, "show version")
        press(terminal.terminal, Qt.Key.Key_Return)
        stage.until(lambda: terminal.terminal.state.scrolled_off > 2000)
        assert terminal.terminal.waiting_bytes < 600_000
        stage.console.book.run("devices.close_terminal")
        stage.until(lambda: stage.pane.stage == "closed", 5)
    finally:
        stage.farm.set_faults("core-nyc-1", Faults())


def test_several_terminals_and_another_device_do_not_disturb_each_other(stage: Stage) -> None:
    stage.log_in()
    assert stage.pane.bench is not None
    first = stage.pane.bench.terminal
    stage.console.book.run("devices.new_terminal")
    stage.until(lambda: len(stage.pane.bench.terminals) == 2 and stage.pane.stage == "open" if stage.pane.bench else 0)
    write(stage.pane.bench.terminal.terminal, "show users")
    stage.until(lambda: "show users" in stage.pane.screen_text)
    assert "show users" not in first.terminal.screen_text()
    assert stage.pane.bench.session == (Kind.GREEN, "2 terminals are open")
    stage.open("sw-lobby-3")
    assert stage.pane.stage == "idle"
    stage.open("core-nyc-1")
    assert stage.pane.stage == "open"
    stage.console.book.run("devices.close_terminal")
    assert stage.pane.bench.terminal is first
    assert stage.pane.stage == "open"


def test_when_the_child_dies_the_terminal_says_so_and_opens_again(stage: Stage) -> None:
    stage.log_in()
    child = stage.console.workstation._devices
    assert child.pid is not None
    os.kill(child.pid, signal.SIGTERM)
    stage.until(lambda: stage.pane.stage == "closed")
    assert stage.pane.failure is not None
    assert "started again" in stage.pane.failure.what
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "open")


# Commands


def test_a_command_is_shown_raw_and_as_a_table_where_a_template_knows_it_and_copied_as_csv(stage: Stage) -> None:
    stage.log_in()
    stage.run("show ip interface brief")
    assert stage.pane.bench is not None
    page = stage.pane.bench.commands
    assert stage.pane.last_output is not None
    assert "Vlan1" in stage.pane.last_output
    assert stage.pane.last_table is not None
    assert page.output.raw.toPlainText().strip() == stage.pane.last_output.strip()
    grid = page.output.model
    assert (grid.rowCount(), grid.columnCount()) == (
        len(stage.pane.last_table.rows), len(stage.pane.last_table.headers),
    )  # fmt: skip
    assert page.output.raw.isVisible()
    assert page.output.grid.isVisible()
    stage.console.book.run("devices.view")
    assert (page.output.view, page.output.grid.isVisible()) == (View.RAW, False)
    stage.console.book.run("devices.copy_csv")
    assert QGuiApplication.clipboard().text() == devices.as_csv(stage.pane.last_table)
    assert "on the clipboard as CSV" in stage.went.told[-1][0]
    stage.run("show clocks")
    assert "Invalid input" in page.output.raw.toPlainText()
    assert not page.output.grid.isVisible()
    assert not stage.console.book.can("devices.copy_csv")


def test_the_first_command_asks_for_key_and_password_itself(stage: Stage) -> None:
    stage.open("core-nyc-1")
    stage.pane.run_command("show version")
    stage.until(lambda: isinstance(card(stage), FirstContact))
    assert stage.pane.doorstep is not None
    stage.pane.doorstep.accept_key()
    stage.until(lambda: isinstance(card(stage), PasswordQuestion))
    stage.answer(PASSWORD)
    stage.until(lambda: stage.pane.last_table is not None)
    assert stage.pane.stage == "idle"


def test_a_command_that_hangs_is_cancelled_with_escape_and_says_so(stage: Stage) -> None:
    stage.log_in()
    stage.farm.set_faults("core-nyc-1", Faults(truncate_after=10))
    try:
        stage.pane.run_command("show version")
        assert stage.pane.bench is not None
        stage.until(lambda: stage.pane.bench is not None and stage.pane.bench.commands._request)
        stage.qtbot.wait(600)
        assert stage.pane.is_running
        press(stage.pane.bench.commands.field, Qt.Key.Key_Escape)
        stage.until(lambda: not stage.pane.is_running)
        assert stage.pane.failure is not None
        assert stage.pane.bench.commands.failure.isVisible()
    finally:
        stage.farm.set_faults("core-nyc-1", Faults())
    stage.run("show clock")
    assert "UTC" in (stage.pane.last_output or "")
    assert not stage.pane.bench.commands.failure.isVisible()


def test_commands_run_one_after_the_other_come_back_with_up_and_typing_suggests(stage: Stage) -> None:
    stage.log_in()
    for command in ("show version", "show vlan", "show clock"):
        stage.pane.run_command(command)
    stage.until(lambda: "UTC" in (stage.pane.last_output or "") and not stage.pane.is_running)
    assert stage.pane.bench is not None
    field = stage.pane.bench.commands.field
    field.setText("half typed")
    press(field, Qt.Key.Key_Up)
    assert field.text() == "show clock"
    press(field, Qt.Key.Key_Down)
    assert field.text() == "half typed"
    field.setFocus()
    field.clear()
    write(field, "ip int")
    assert field.completer().currentCompletion() == "show ip interface brief"


# Notes


def notes(stage: Stage) -> list[Note]:
    return stage.console.workstation.read(lambda desk: desk.cache.records(Note)).result(10)


def test_output_and_what_a_terminal_shows_go_into_the_issue_the_device_was_opened_from(stage: Stage) -> None:
    stage.log_in()
    stage.open("core-nyc-1", stage.issue.id)
    stage.run("show ip interface brief")
    with stage.qtbot.waitSignal(stage.pane.noted, timeout=5000):
        stage.console.book.run("devices.note")
    (note,) = notes(stage)
    assert (note.issue_id, note.kind, note.command) == (
        stage.issue.id, NoteKind.DEVICE_OUTPUT, "show ip interface brief",
    )  # fmt: skip
    assert "Vlan1" in note.body
    assert "interface" in note.body
    assert "Noted “show ip interface brief” in issue" in stage.went.told[-1][0]
    stage.until(lambda: stage.pane.card is not None and stage.pane.card.last_output is not None)
    stage.console.book.run("devices.terminal")
    with stage.qtbot.waitSignal(stage.pane.noted, timeout=5000):
        stage.console.book.run("devices.note")
    assert "core-nyc-1>" in next(note.body for note in notes(stage) if not note.command)


def test_without_an_issue_one_is_chosen_in_place(stage: Stage) -> None:
    stage.log_in()
    stage.run("show clock")
    stage.console.book.run("devices.note")
    question = stage.pane.notes.question
    assert question is not None
    assert question.chosen == ""
    question.sent.emit()
    assert "No issue is chosen" in question.refusal
    question.issue.setCurrentIndex(0)
    with stage.qtbot.waitSignal(stage.pane.noted, timeout=5000):
        press(question, Qt.Key.Key_Return, CTRL)
    assert stage.pane.notes.question is None
    assert notes(stage)[0].issue_id == stage.issue.id
    line = stage.pane.facts.findChildren(IssueLine)[-1]
    line.click()
    assert stage.went.to == [("issue", stage.issue.id)]


def test_where_nothing_is_open_the_pane_says_what_to_do(stage: Stage) -> None:
    stage.log_in("sw-lobby-3")
    stage.run("show clock")
    stage.pane.note_to_issue()
    what, todo = stage.went.told[-1]
    assert "No issue is open at Halden Hotels" in what
    assert "Queue" in todo


# Adding, editing, rights, state


def test_a_device_is_added_in_place_and_what_is_wrong_is_said_beside_it(stage: Stage) -> None:
    stage.console.book.run("devices.add")
    stage.until(lambda: stage.pane.form is not None)
    assert stage.pane.form is not None
    form = stage.pane.form.form
    assert isinstance(form, DeviceForm)
    write(form.address, "10.20.0.77")
    form.port.setText("ssh")
    form.sent.emit()
    stage.until(lambda: "is no port" in form.refusal)
    assert form.address.text() == "10.20.0.77"
    form.port.setText("2222")
    form.name.setText("sw-new-1")
    form.customer.setCurrentIndex(form.customer.findText("Northgate Rail"))
    form.environment.setCurrentIndex(form.environment.findText("Lab"))
    form.platform.setEditText("Cisco NX-OS")
    press(form, Qt.Key.Key_Return, CTRL)
    stage.until(lambda: stage.pane.card is not None and stage.pane.card.device.name == "sw-new-1")
    assert stage.pane.card is not None
    made = stage.pane.card.device
    assert (made.port, made.platform, made.environment) == (2222, "cisco_nxos", Environment.LAB)
    stage.until(lambda: stage.pane.inventory.list.current() == made.id)
    assert not stage.pane.findChildren(FormPage)


def test_a_device_is_corrected_in_place(stage: Stage) -> None:
    stage.open("core-nyc-1")
    stage.console.book.run("devices.edit")
    stage.until(lambda: stage.pane.form is not None)
    assert stage.pane.form is not None
    form = stage.pane.form.form
    form.site.setText("New York")
    form.allows_legacy.setChecked(True)
    form.sent.emit()
    stage.until(lambda: stage.pane.card is not None and stage.pane.card.device.allows_legacy)
    assert stage.pane.card is not None
    assert (stage.pane.card.device.site, stage.pane.card.device.name) == ("New York", "core-nyc-1")


def test_the_form_fits_its_column_in_a_small_window(stage: Stage) -> None:
    stage.do(lambda d: name_customer(d, "The Very Long Name of a Customer Who Insists on Being Called Like That Ltd"))
    stage.pane.resize(982, 600)
    stage.open("core-nyc-1")
    stage.console.book.run("devices.edit")
    stage.until(lambda: stage.pane.form is not None)
    page = stage.pane.form
    assert page is not None
    stage.qtbot.wait(50)
    assert page.horizontalScrollBar().maximum() == 0
    assert isinstance(page.form.allows_legacy, Tick)
    for choice in (page.form.customer, page.form.environment, page.form.platform):
        assert isinstance(choice, Choice)
    assert any("the keyring keeps it if you want" in text for text in texts_of(page))


def name_customer(desk: Desk, name: str) -> None:
    with desk.edit() as edit:
        edit.insert(Customer(id=new_id(), name=name))


def test_what_a_device_said_is_forgotten_once_it_was_moved(stage: Stage) -> None:
    device = stage.devices["core-nyc-1"]
    stage.do(lambda d: devices.change(d, device.id, port=1))
    stage.accept("core-nyc-1")
    stage.open("core-nyc-1")
    stage.until(lambda: stage.pane.card is not None and stage.pane.card.device.port == 1)
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_password")
    stage.answer(PASSWORD)
    stage.until(lambda: stage.pane.stage == "closed")
    bench = stage.pane.bench
    assert bench is not None
    assert "refuses" in bench.terminal.ended.what
    stage.run("show clock")
    assert bench.commands.failure.isVisible()
    stage.do(lambda d: devices.change(d, device.id, port=device.port))
    stage.until(lambda: "refuses" not in bench.terminal.ended.what)
    assert (bench.commands.failure.isVisible(), stage.pane.failure) == (False, None)
    bench.show_page(bench.terminal)
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_password")  # what was typed for port 1 goes nowhere else
    stage.answer("wrong")
    stage.until(lambda: isinstance(q := card(stage), PasswordQuestion) and "refused the login" in q.refusal)
    stage.do(lambda d: devices.change(d, device.id, username="operator"))
    stage.until(lambda: stage.pane.stage != "asking_password")
    stage.pane.connect_terminal()
    stage.until(lambda: stage.pane.stage == "asking_password")
    question = card(stage)
    assert isinstance(question, PasswordQuestion)
    assert (question.refusal, question.username.text()) == ("", "operator")


def test_support_sees_no_button_to_add_or_edit(open_console: OpenConsole, farm: Farm, qtbot: QtBot) -> None:
    anna = open_console("anna", Role.MANAGER)
    made = anna.workstation.write(lambda desk: an_inventory(farm, desk)).result(10)
    stage = stage_for(open_console("ben", Role.SUPPORT), farm, qtbot, made)
    stage.open("core-nyc-1")
    assert not stage.pane.inventory.add.isVisible()
    assert not stage.pane.facts.edit.isVisible()
    assert not stage.console.book.can("devices.add")
    assert not stage.console.book.can("devices.edit")


def test_another_workstations_device_appears_by_itself(stage: Stage, company: TestCompany) -> None:
    erik = company.station("erik", Role.ENGINEER)
    device = devices.add(erik.desk, name="from-afar", address="10.1.1.1", environment=Environment.PRACTICE)
    erik.sync()
    stage.until(lambda: device.id in stage.pane.inventory.list.ids())


def test_an_empty_inventory_says_what_to_do(console: Console, qtbot: QtBot) -> None:
    pane = DevicesPane(console)
    console.book.add(*pane.commands())
    qtbot.addWidget(pane)
    pane.show()
    qtbot.waitUntil(lambda: pane.inventory.empty.todo.text() == "Add one below.", timeout=5000)
    assert pane.inventory.add.isVisible()


def test_the_pane_comes_back_as_it_was_connects_to_nothing_and_kept_no_password(stage: Stage, qtbot: QtBot) -> None:
    stage.log_in()
    stage.run("show clock")
    stage.run("username x password y")
    stage.console.book.run("devices.view")
    kept = stage.pane.save_state()
    before = len(stage.farm.attempts("core-nyc-1"))
    stage.console.book.remove(*(command.id for command in stage.pane.commands()))
    again = DevicesPane(stage.console)
    qtbot.addWidget(again)
    stage.console.book.add(*again.commands())
    again.restore_state(kept)
    qtbot.waitUntil(lambda: again.card is not None, timeout=5000)
    assert again.device_id == stage.devices["core-nyc-1"].id
    assert again.stage == "idle"
    assert again.save_state()["history"] == ["show clock"]
    assert len(stage.farm.attempts("core-nyc-1")) == before
    files = [file for file in stage.console.workstation.profile.folder.rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if PASSWORD.encode() in file.read_bytes()]
    assert PASSWORD not in str(kept)
    again.restore_state({"device": 7, "widths": "wide", "view": "sideways", "history": None})


def test_every_widget_has_a_name_and_every_button_is_reached_by_tab(stage: Stage) -> None:
    stage.log_in()
    stage.run("show ip interface brief")
    stage.console.book.run("devices.note")
    assert nameless(stage.pane) == []
    # Of tabs that exclude each other Tab reaches the chosen one and arrows the rest; Escape empties the find field.
    assert [one for one in unreachable(stage.pane) if not one.startswith(("TabButton", "QToolButton"))] == []
    assert stage.console.book.clashes() == []


def texts_of(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]
