"""The pages over the panes: shown by their keys and from the search field, left with Escape."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.domain.customer import Customer
from app.domain.person import Role
from app.services.search import search
from tests.halden import furnish
from tests.ui.bootstrap.conftest import OpenSession
from tests.ui.hands import press
from ui.bootstrap.pages import CUSTOMERS, LEVELS, TOPICS
from ui.kit.accessible import nameless
from ui.kit.page import Page
from ui.kit.palette import Hit
from ui.panes.customers.page import CustomersPage
from ui.panes.devices.guard.safeguard_rows import TO_REVIEW
from ui.panes.devices.guard.safeguards_page import SafeguardsPage


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
    ours = ("customers.", "levels.", "topics.", "shell.", "queue.customer")
    assert [clash for clash in session.book.clashes() if any(one.startswith(ours) for one in clash[1:])] == []
