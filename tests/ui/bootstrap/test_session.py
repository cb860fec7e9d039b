"""One open console on a real company: what the window says, what it is asked, and what the GUI thread must not do."""

import threading
import traceback
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSpinBox
from pytestqt.qtbot import QtBot

from app.domain.customer import Contact, Customer
from app.domain.entity import new_id
from app.domain.issue import Issue
from app.domain.person import Role
from app.domain.release import Release
from app.runtime.profile import Profile
from app.runtime.workstation import ChildState
from app.services.desk import Desk
from app.store import edits
from app.store.cache import Cache
from app.sync.messages import SyncJob
from tests.stations import TestCompany
from tests.ui.bootstrap.conftest import OpenSession
from tests.ui.hands import press
from ui.bootstrap.declared import KEEP_YEARS
from ui.bootstrap.session import Session
from ui.kit.accessible import nameless
from ui.kit.clashes import ClashCard
from ui.kit.settings_page import SettingsPage
from ui.kit.theme import Scheme, theme
from ui.shell.clash_page import ClashPage


def fill(desk: Desk) -> None:
    with desk.edit() as edit:
        customer = edit.insert(Customer(id=new_id(), name="Northgate Rail"))
        jane = edit.insert(Contact(id=new_id(), customer_id=customer.id, name="Jane Whitlock", phone="+12125550147"))
        edit.insert(
            Issue(
                id=new_id(),
                customer_id=customer.id,
                contact_id=jane.id,
                title="Import fails",
                opened_at=datetime.now(UTC),
            )
        )


def says(session: Session, words: str) -> bool:
    return session.window.status.message.startswith(words)


def test_the_window_says_who_works_here_and_how_fresh_it_is(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session("ben", Role.SUPPORT)
    qtbot.waitUntil(lambda: session.window.status.who == "Ben", timeout=5_000)
    assert session.window.windowTitle() == "Baton · Ben"
    assert session.window.status.sync[1].startswith("As of ")
    assert session.window.status.unsent == ""
    assert not session.book.can("company.cut"), "only the demo has a relay to cut"
    assert nameless(session.window) == []
    for name, lost in (("sync", "nothing is lost"), ("devices", "sessions that were open to devices are lost")):
        session.workstation.on_child_state(ChildState(name, is_running=False, starts=1))
        words = f"The {name} process ended and starts again; {lost}"
        qtbot.waitUntil(partial(says, session, words), timeout=5_000)


def test_a_softphones_number_opens_the_call_card(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session("ben", Role.SUPPORT)
    session.workstation.write(fill).result(10)
    session.asked({"verb": "call", "number": "+1 (212) 555-0147"})
    queue = session.queue()
    assert queue.is_logging
    qtbot.waitUntil(lambda: queue.call.caller.text() == "Jane Whitlock · Northgate Rail", timeout=5_000)
    assert queue.call.body.hasFocus(), "the only one with this number is taken at once"
    session.asked({"verb": "raise"})
    session.asked({"verb": "nonsense"})


def test_a_verb_beside_the_console_is_seen_and_sent(
    company: TestCompany, open_session: OpenSession, qtbot: QtBot
) -> None:
    session = open_session("ben", Role.SUPPORT)
    beside = Cache(session.profile.cache_path)
    with beside.transaction():
        issue = Issue(id=new_id(), title="By a script")
        edits.insert(beside, issue, datetime.now(UTC), company.people["ben"])
    beside.close()
    session.asked({"verb": "touched", "table": "issue", "ids": [issue.id]})
    anna = company.station("anna", Role.MANAGER)

    def arrived() -> bool:
        anna.sync()
        return anna.cache.record(Issue, issue.id) is not None

    qtbot.waitUntil(arrived, timeout=10_000)


def test_what_did_not_go_through_is_told_and_leads_to_its_page(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session("ben", Role.SUPPORT)

    def refused(desk: Desk) -> None:
        with desk.edit() as edit:
            edit.insert(Release(id=new_id(), name="Build 41"))

    session.workstation.write(refused).result(10)
    qtbot.waitUntil(lambda: "clash" in session.window.banners.shown(), timeout=10_000)
    session.book.run("company.resolve")
    page = session.window.findChild(ClashPage)
    assert page is not None
    qtbot.waitUntil(lambda: len(page.findChildren(ClashCard)) == 1, timeout=5_000)


def test_settings_apply_at_once_and_stay(open_session: OpenSession) -> None:
    session = open_session("ben", Role.SUPPORT)
    session.book.run("look.switch")
    assert theme().scheme is Scheme.DARK
    session.book.run("look.switch")
    assert theme().scheme is Scheme.LIGHT
    assert (session.profile.folder / "settings.json").exists()
    session.window.show_settings()
    session.window.show_keys()
    session.window.show_keys()


def test_how_long_closed_issues_are_kept_is_set_for_the_next_start(open_session: OpenSession) -> None:
    session = open_session("ben", Role.SUPPORT)
    session.window.show_settings()
    page = session.window.findChild(SettingsPage)
    assert page is not None
    years = page.field(KEEP_YEARS.key)
    assert isinstance(years, QSpinBox)
    assert years.value() == 2
    assert "from the next start on" in years.accessibleDescription()
    press(years, Qt.Key.Key_Up)
    folder = session.profile.folder
    assert _next_start(folder).keep_closed_days == 3 * 365
    years.setValue(0)
    assert _next_start(folder).keep_closed_days == 0, "all are kept"
    assert session.settings.get(KEEP_YEARS) == 0
    assert not (folder / "settings.json").exists(), "it is kept in one place"
    before = (folder / "profile.json").read_text()
    (folder / "profile.json.new").mkdir()
    years.setValue(5)
    assert "tell" in session.window.banners.shown(), "that it cannot be written"
    assert (folder / "profile.json").read_text() == before
    assert session.settings.get(KEEP_YEARS) == 0


def test_no_key_gives_two_commands(open_session: OpenSession) -> None:
    window = open_session("anna", Role.MANAGER).window
    for pane in ("queue", "escalations", "releases", "devices"):
        window.show_pane(pane)
    for page in ("company.outbox", "company.resolve"):
        window.book.run(page)
    assert window.book.clashes() == []


def _next_start(folder: Path) -> SyncJob:
    profile = Profile.load(folder)
    assert profile is not None
    return profile.sync_job(profile.address_at(profile.host, profile.port))


def test_the_gui_thread_never_touches_the_database(
    open_session: OpenSession, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_session("anna", Role.MANAGER)
    before = Cache.connection
    by_gui: list[str] = []

    def watched(cache: Cache) -> object:
        if threading.current_thread() is threading.main_thread():
            by_gui.append("".join(traceback.format_stack(limit=6)))
        return before.fget(cache)  # type: ignore[attr-defined]

    monkeypatch.setattr(Cache, "connection", property(watched))
    session.workstation.write(fill).result(10)
    for pane in ("queue", "escalations", "releases", "devices"):
        session.window.show_pane(pane)
        qtbot.wait(150)
    session.queue().log_call("whitlock")
    qtbot.waitUntil(lambda: "Jane" in session.queue().call.highlighted, timeout=5_000)
    session.window.search.open()
    session.window.search.setText("import")
    session.window.search.textEdited.emit("import")
    qtbot.wait(300)
    session.book.run("company.resolve")
    qtbot.wait(100)
    QApplication.processEvents()
    assert by_gui == []
