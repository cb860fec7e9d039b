"""The page Safeguards: windows opened and closed, an emergency told to a manager and reviewed, the log read."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.domain.customer import Customer, Environment
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.guard import Mode
from app.domain.issue import Issue, IssueState
from app.domain.person import Role
from app.domain.session import ChangeWindow
from app.services import emergencies, guard
from app.services.desk import Desk
from tests.ui.hands import press, write
from tests.ui.panes.conftest import OpenConsole, Went, shoot
from ui.kit.console import Console
from ui.kit.forms import InlineForm
from ui.panes.devices.guard.news import EmergencyNews
from ui.panes.devices.guard.safeguard_rows import CHAINS, MINE
from ui.panes.devices.guard.safeguard_side import ReviewForm
from ui.panes.devices.guard.safeguards_page import SafeguardsPage
from ui.panes.devices.guard.window_form import WindowForm

T = TypeVar("T")
CTRL = Qt.KeyboardModifier.ControlModifier


def furnish(desk: Desk) -> tuple[Device, Issue]:
    with desk.edit() as edit:
        rail = edit.insert(Customer(id=new_id(), name="Northgate Rail"))
        issue = edit.insert(
            Issue(id=new_id(), customer_id=rail.id, title="Import fails", state=IssueState.OPEN, opened_at=desk.now)
        )
        core = edit.insert(
            Device(id=new_id(), customer_id=rail.id, name="core-nyc-1", address="10.0.0.1",
                   environment=Environment.PRODUCTION)
        )  # fmt: skip
    return core, issue


def in_need(desk: Desk, core: Device) -> str:
    emergency = emergencies.declare(desk, core.id, "Core is down, nobody can book")
    for line in ("sh ip bgp summary", "clear ip bgp *", "conf t"):
        guard.give(desk, core.id, line, Mode.EXEC, emergency_id=emergency.id)
    return emergency.id


def quiet(desk: Desk) -> Device:
    with desk.edit() as edit:
        return edit.insert(Device(id=new_id(), name="quiet-1", address="10.0.0.2"))


class Seen:
    """The page on a console, and what stands behind it."""

    def __init__(self, console: Console, qtbot: QtBot) -> None:
        self.console, self.qtbot = console, qtbot
        self.core, self.issue = self.do(furnish)
        self.page = SafeguardsPage(console)
        console.book.add(*(replace(c, place="safeguards") for c in self.page.commands()))
        console.book.go("safeguards")
        qtbot.addWidget(self.page)
        console.book.attach(self.page)
        self.page.resize(1280, 730)
        self.page.show()
        self.page.activateWindow()

    def do(self, verb: Callable[[Desk], T]) -> T:
        return self.console.workstation.write(verb).result(10)

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=15_000)

    def rows(self) -> list[tuple[str, str]]:
        return [(row.what, row.mark) for row in self.page._rows.values()]


@pytest.fixture
def seen(console: Console, qtbot: QtBot) -> Seen:
    return Seen(console, qtbot)


def test_a_form_in_a_narrow_side_keeps_its_buttons_words(qtbot: QtBot) -> None:
    form = InlineForm("Review", "Keep the review")
    qtbot.addWidget(form)
    form.resize(250, 200)
    form.show()
    qtbot.waitUntil(lambda: form.leave.y() > form.send.y())
    assert form.send.width() >= form.send.sizeHint().width()


def test_a_window_is_opened_and_closed_by_keys_and_comes_back(seen: Seen) -> None:
    seen.page.open_window()
    seen.until(lambda: isinstance(seen.page.side.form, WindowForm))
    form = seen.page.side.form
    assert isinstance(form, WindowForm)
    form.customer.setCurrentIndex(form.customer.findText("Northgate Rail"))
    seen.until(lambda: form.issue.count() == 1)
    write(form.what, "New uplink")
    form.opens.set_text("in the tunnel")
    press(form.what, Qt.Key.Key_Return, CTRL)
    assert form.refusal
    form.opens.set_text("")
    press(form.what, Qt.Key.Key_Return, CTRL)
    seen.until(lambda: "Write who agreed to it" in form.refusal)
    write(form.agreed_with, "Dana Whitfield")
    form.issue.setCurrentIndex(0)
    press(form.what, Qt.Key.Key_Return, CTRL)
    seen.until(seen.rows)
    assert seen.rows()[0][0] == "New uplink"
    assert seen.rows()[0][1].startswith("open ")
    seen.until(lambda: seen.console.book.can("safeguards.close"))
    shoot(seen.page, "safeguards-windows", seen.qtbot)
    seen.console.book.run("safeguards.close")
    seen.until(lambda: not seen.rows())
    seen.console.book.run("edit.undo")
    seen.until(seen.rows)
    windows = seen.do(lambda desk: desk.cache.records(ChangeWindow))
    assert (windows[0].issue_id, windows[0].agreed_with, windows[0].closed_at) == (
        seen.issue.id, "Dana Whitfield", None,
    )  # fmt: skip


def test_an_emergency_is_told_to_the_manager_at_once_and_reviewed(
    seen: Seen, open_console: OpenConsole, qtbot: QtBot
) -> None:
    owner = QObject()
    news = EmergencyNews(seen.console, owner)
    assert news.parent() is owner
    ben = open_console("ben", Role.SUPPORT)
    seen.until(lambda: ben.workstation.read(lambda d: d.cache.record(Device, seen.core.id)).result(10) is not None)
    ben.workstation.write(lambda desk: in_need(desk, seen.core)).result(10)
    went = seen.console.navigator
    assert isinstance(went, Went)
    said = "Emergency: Ben passed the guard on core-nyc-1 (Northgate Rail): Core is down, nobody can book"
    seen.until(lambda: said in [what for what, _todo in went.told])
    went.actions[said]()
    (told,) = seen.do(emergencies.for_manager)
    assert went.to[-1] == ("emergency", told.id)
    seen.page.open_emergency(told.id)
    seen.until(lambda: seen.page.table.chosen_id() == told.id)
    assert seen.rows() == [("Core is down, nobody can book", "on")]
    seen.until(lambda: seen.console.book.can("safeguards.end"))
    assert not seen.console.book.can("safeguards.review")
    shoot(seen.page, "safeguards-emergency-on", qtbot)
    seen.console.book.run("safeguards.end")
    seen.until(lambda: seen.rows() == [("Core is down, nobody can book", "to review")])
    shoot(seen.page, "safeguards-emergency", qtbot)
    seen.until(lambda: seen.console.book.can("safeguards.review"))
    seen.console.book.run("safeguards.review")
    form = seen.page.side.form
    assert isinstance(form, ReviewForm)
    shoot(seen.page, "safeguards-review", qtbot)
    press(form.said, Qt.Key.Key_Return, CTRL)
    seen.until(lambda: form.refusal)
    form.said.setPlainText("Right: the session hung.")
    press(form.said, Qt.Key.Key_Return, CTRL)
    seen.until(lambda: not seen.rows())
    seen.until(lambda: said not in [what for what, _todo in went.told])
    owner.deleteLater()


def test_the_log_is_read_by_device_person_and_time_and_its_chain_is_checked(seen: Seen, qtbot: QtBot) -> None:
    seen.do(lambda desk: in_need(desk, seen.core))
    seen.do(lambda desk: guard.give_up(desk, seen.core.id, "reload", Mode.EXEC, "No window is open."))
    seen.page.show_place(MINE)
    seen.until(lambda: len(seen.rows()) == 4)
    assert seen.rows()[0] == ("reload", "not sent")
    seen.page.show_place(seen.core.id)
    seen.until(lambda: seen.page.person.count() == 2)
    shoot(seen.page, "safeguards-log", qtbot)
    assert seen.page.person.width() >= seen.page.person.sizeHint().width()
    other = seen.do(quiet)
    seen.page.show_place(other.id)
    seen.until(
        lambda: "No line was given to quiet-1 in this time" in [w.text() for w in seen.page.findChildren(QLabel)]
    )
    seen.page.show_place(CHAINS)
    seen.until(lambda: [mark for _what, mark in seen.rows()] == ["whole"])
