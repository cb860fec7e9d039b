"""The pages over the panes: shown by their keys and from the search field, left with Escape."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.domain.customer import Customer
from app.domain.person import Role
from app.services import devices
from app.services.search import search
from tests.halden import furnish
from tests.ui.bootstrap.conftest import OpenSession
from tests.ui.hands import press
from ui.bootstrap.declared import DEVICES
from ui.bootstrap.device_pages import (
    ACCOUNTS,
    BROADCAST,
    CONFIG_SEARCH,
    CONFIGS,
    CONFIGURE,
    HIGHLIGHTS,
    HOST_KEYS,
    IMPORTS,
    SAFEGUARDS,
    SNIPPETS,
)
from ui.bootstrap.pages import CUSTOMERS, LEVELS, TOPICS
from ui.bootstrap.session import Session
from ui.kit.accessible import nameless
from ui.kit.page import Page
from ui.kit.palette import Hit
from ui.panes.customers.page import CustomersPage
from ui.panes.devices.broadcast import BroadcastPage
from ui.panes.devices.configure import ConfigurePage
from ui.panes.devices.guard.safeguard_rows import TO_REVIEW
from ui.panes.devices.guard.safeguards_page import SafeguardsPage

SMALL, LEAST = (1180, 760), (1100, 700)


def test_a_customer_is_opened_from_the_search_field_and_left_with_escape(
    open_session: OpenSession, qtbot: QtBot
) -> None:
    session = open_session("anna", Role.MANAGER)
    sample = session.workstation.write(furnish).result(10)
    found = session.workstation.read(lambda desk: search(desk, "northgate")).result(10)
    hit = next(h for h in found if h.kind == "customer")
    session.window.bring_up()
    qtbot.waitUntil(session.window.isActiveWindow)
    session.finding.open(Hit(hit.kind.value, hit.id, hit.title, hit.subtitle))
    (page,) = session.window.findChildren(CustomersPage)
    qtbot.waitUntil(lambda: page.customer is not None and page.customer.customer.name == "Northgate Rail")
    qtbot.waitUntil(lambda: page.list.table.chosen_id() == sample.customers["Northgate Rail"])
    session.navigator.open_customer(sample.customers["Morrow Foods"])
    qtbot.waitUntil(lambda: page.customer is not None and page.customer.customer.name == "Morrow Foods")
    assert page.isVisible()
    press(QApplication.focusWidget() or page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not page.isVisible())


def keeps_its_size(session: Session, qtbot: QtBot) -> None:
    """Look at every page about devices in a small window: none makes it larger, nor does a long refusal."""
    window = session.window
    window.resize(*SMALL)
    window.show_pane(DEVICES)
    names = (
        BROADCAST,
        CONFIGS,
        CONFIGURE,
        CONFIG_SEARCH,
        SNIPPETS,
        SAFEGUARDS,
        HOST_KEYS,
        ACCOUNTS,
        IMPORTS,
        HIGHLIGHTS,
    )
    for name in ("", *names):
        page = session.device_pages.open(name) if name else window
        if isinstance(page, BroadcastPage):
            page.selector.setText("env:production")
            page.command.setText("reload")
            qtbot.waitUntil(lambda page=page: "many devices" in page.says.accessibleName())  # type: ignore[misc]
            qtbot.waitUntil(lambda p=page.says: p.height() >= p.heightForWidth(p.width()))  # type: ignore[misc]
        qtbot.wait(50)
        assert (window.width(), window.height()) == SMALL, name
        least = window.minimumSizeHint()
        assert (least.width() <= LEAST[0], least.height() <= LEAST[1]) == (True, True), f"{name} {least}"


def test_every_page_has_a_key_of_its_own_and_a_name_for_everything(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session("anna", Role.MANAGER)
    session.workstation.write(furnish).result(10)
    qtbot.waitUntil(lambda: len(session.workstation.read(lambda d: d.cache.records(Customer)).result(10)) == 5)
    for name in (CUSTOMERS, LEVELS, TOPICS):
        assert session.book.run(f"shell.{name}")
        page = next(p for p in session.window.findChildren(Page) if p.isVisible())
        qtbot.wait(200)
        assert nameless(session.window) == [], name
        assert session.book.place == name
        assert session.book.run(f"shell.{name}"), "again: back to the pane"
        assert not page.isVisible()
    session.navigator.tell(
        "Emergency: …", "Review it.", action="Look at it", run=lambda: session.navigator.open_emergency("")
    )
    next(b for b in session.window.findChildren(QPushButton) if b.text() == "Look at it").click()
    (safeguards,) = session.window.findChildren(SafeguardsPage)
    qtbot.waitUntil(lambda: safeguards.isVisible() and safeguards.places.current() == TO_REVIEW)
    keeps_its_size(session, qtbot)
    ours = ("customers.", "levels.", "topics.", "shell.", "queue.customer")
    assert [clash for clash in session.book.clashes() if any(one.startswith(ours) for one in clash[1:])] == []


def test_the_page_that_configures_is_for_the_device_in_sight(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session("anna", Role.MANAGER)
    session.workstation.write(furnish).result(10)
    session.window.show_pane(DEVICES)
    assert session.book.run("shell.configure")
    (page,) = session.window.findChildren(ConfigurePage)
    qtbot.waitUntil(lambda: page.isVisible() and session.book.place == CONFIGURE)
    assert not page.device_id, "nothing is in sight yet"
    assert "No device is in sight" in page.says.accessibleName()
    assert not page.place.production.isVisible()
    assert nameless(session.window) == []
    ours = ("configure.", "shell.")
    assert [clash for clash in session.book.clashes() if any(one.startswith(ours) for one in clash[1:])] == []
    made = session.workstation.write(lambda desk: devices.add(desk, name="core-1", address="core-1.example"))
    page.open_device(made.result(10).id)
    qtbot.waitUntil(lambda: page.card is not None)
    page.put(("ip domain-name example.net",))
    qtbot.waitUntil(lambda: page.can_apply)
    assert page.place.isVisible()
    assert nameless(session.window) == []
    keeps_its_size(session, qtbot)
