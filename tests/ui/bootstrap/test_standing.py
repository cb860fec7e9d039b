"""How it stands with the company, as the window shows it: lock, fill, archive, and what leads where."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.company import people
from app.company.connection import open_dsn
from app.domain.entity import new_id
from app.domain.errors import CompanyUnreachable, SchemaMismatch
from app.domain.issue import Issue, IssueState
from app.domain.person import Role
from app.runtime.opening import OpenedProfile
from app.runtime.profile import CompanyKind, Profile
from app.runtime.secrets import MemorySecrets
from app.runtime.workstation import Contact, FillProgress, SyncState
from app.services import issues
from app.services.desk import Desk
from app.store.arrivals import remember
from app.store.cache import Cache
from app.sync.messages import Stop
from tests.stations import TestCompany
from tests.ui.bootstrap.conftest import OpenSession
from tests.ui.hands import press, write
from ui.bootstrap.session import Session
from ui.kit.accessible import nameless
from ui.kit.palette import Hit
from ui.kit.theme import Kind

Key, Modifier = Qt.Key, Qt.KeyboardModifier


def add(desk: Desk, title: str = "Import fails") -> str:
    with desk.edit() as edit:
        return edit.insert(Issue(id=new_id(), title=title, opened_at=edit.at)).id


def disable(company: TestCompany, login: str) -> None:
    with open_dsn(company.admin_dsn) as connection:
        people.disable_person(connection, login)


def enable(company: TestCompany, login: str) -> None:
    with open_dsn(company.admin_dsn) as connection:
        connection.execute(f"UPDATE baton.person SET is_active = true, rev = rev + 1 WHERE login = '{login}'".encode())
        connection.execute(f'ALTER ROLE "{login}" LOGIN'.encode())


def test_a_disabled_person_is_locked_out_until_they_are_let_in_again(
    company: TestCompany, open_session: OpenSession, qtbot: QtBot, tmp_path: Path
) -> None:
    session = open_session("ben", Role.SUPPORT)
    window = session.window
    disable(company, "ben")
    qtbot.waitUntil(lambda: session.standing.lock is not None, timeout=20_000)
    lock = session.standing.lock
    assert lock is not None
    session.workstation.write(add).result(10)  # somebody was in the middle of it
    qtbot.waitUntil(lambda: "1 edit has not been sent" in lock.words, timeout=10_000)
    assert "Your login at" in lock.words
    assert "ask your manager" in lock.words.lower()
    for part in (window.tabs, window.search, window.status, window.banners):
        assert not part.isVisible()
    for command in ("shell.go.queue", "shell.search", "queue.log_call", "company.outbox", "company.resolve"):
        assert not session.book.can(command), command
    assert nameless(lock) == []
    window.bring_up()
    session.asked({"verb": "call", "number": "+12125550147"})
    assert not window.tabs.isVisible(), "a softphone opens nothing"
    file = tmp_path / "unsent.json"
    session.standing.export_locked(file)
    qtbot.waitUntil(lambda: "1 edit in" in lock.told, timeout=5_000)
    assert len(json.loads(file.read_text())["list"]) == 1
    enable(company, "ben")
    press(window, Key.Key_R, Modifier.ControlModifier)
    qtbot.waitUntil(lambda: session.standing.lock is None, timeout=20_000)
    assert window.tabs.isVisible()
    assert window.status.isVisible()
    assert session.book.can("shell.go.queue")
    qtbot.waitUntil(lambda: window.status.unsent == "", timeout=15_000)


def test_a_console_that_was_locked_opens_locked(company: TestCompany, tmp_path: Path) -> None:
    company.add("ben", Role.SUPPORT)
    profile = Profile.new(tmp_path / "ben", CompanyKind.SERVER, "ben", database=company.database, host="/nowhere")
    profile.save()
    cache = Cache(profile.cache_path)
    with cache.transaction():
        remember(cache, locked="1", person_id=company.people["ben"])
    cache.close()
    session = Session(OpenedProfile(profile, MemorySecrets()), profile)
    try:
        session.show()
        assert session.standing.lock is not None
        assert not session.window.tabs.isVisible()
        session.show_sync(SyncState(Contact.OFFLINE))
        assert session.standing.lock is not None, "without the network nobody is let in"
        lock = session.standing.lock
        lock.follow(SyncState(Contact.DISABLED), 0)
        assert "Everything that you wrote has reached the company" in lock.words
        lock.follow(SyncState(Contact.DISABLED, conflicts=2), 0)
        assert "2 values that you wrote did not go through" in lock.words
        assert "Everything" not in lock.words
        assert not lock.export.isHidden(), "what was typed can be taken along"
        lock.follow(SyncState(Contact.DISABLED, conflicts=1), 1)
        assert "1 edit has not been sent" in lock.words
        assert "1 value that you wrote" in lock.words
    finally:
        session.window.close()
        session.deleteLater()


def test_a_fill_can_be_stopped_and_gone_on_with(
    open_session: OpenSession, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_session("ben", Role.SUPPORT)
    asked: list[str] = []
    monkeypatch.setattr(session.workstation, "_to_sync", lambda message: asked.append(type(message).__name__))
    fill = FillProgress(12_400, 90_210, 3_104.0)
    session.show_sync(SyncState(Contact.FILLING, fill=fill))
    strip = session.standing.strip
    assert "12,400 of 90,210 rows · 3,104 a second · 25 s left" in strip.what
    assert strip.resume.isHidden()
    strip.stop.click()
    session.show_sync(SyncState(Contact.PAUSED, fill=fill))
    assert "stopped at 12,400 of 90,210 rows" in strip.what
    assert strip.stop.isHidden()
    strip.resume.click()
    assert asked == ["PauseFill", "ResumeFill"]
    session.show_sync(SyncState(Contact.SYNCED, datetime.now(UTC)))
    assert strip.what == ""
    qtbot.wait(10)


def test_the_card_counts_down_to_the_next_try(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session("ben", Role.SUPPORT)
    card = session.standing.card
    session.show_sync(SyncState(Contact.OFFLINE, try_at=datetime.now(UTC) + timedelta(seconds=2.5)))
    assert not card.isVisible()
    session.standing.tell_more()
    assert card.facts["Next try"] == "in 3 s"
    height = card.height()
    qtbot.waitUntil(lambda: card.facts["Next try"] == "in 1 s", timeout=4_000)
    assert card.height() == height
    session.show_sync(SyncState(Contact.OFFLINE, conflicts=2, trouble=CompanyUnreachable("It is away. " * 20, "Wait.")))
    qtbot.waitUntil(lambda: card.height() > height, timeout=1_000)
    qtbot.wait(50)
    assert card.height() < 2 * height
    qtbot.waitUntil(lambda: card.facts["Next try"] == "now", timeout=3_000)


def test_the_status_line_leads_to_the_outbox_the_conflicts_and_more(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session("ben", Role.SUPPORT)
    status, window = session.window.status, session.window
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    session.show_sync(SyncState(Contact.SYNCED, datetime.now(UTC), 3, long_ago, 2))
    assert status.sync[0] is Kind.AMBER
    assert status.unsent == "3 unsent"
    assert status.conflicts == "2 to resolve"
    window.bring_up()
    status._sync.click()
    card = session.standing.card
    assert card.isVisible()
    assert "An edit waits since" in card.what
    assert nameless(card) == []
    press(card.retry, Key.Key_Escape)
    assert not card.isVisible()
    shown: list[str] = []
    window.page_shown.connect(shown.append)
    status._unsent.click()
    status._conflicts.click()
    assert shown == ["outbox", "clashes"]
    assert session.book.place == "clashes"
    press(window.focusWidget() or window, Key.Key_Escape)
    assert session.book.place == "queue"
    qtbot.wait(50)


def old_issue(company: TestCompany) -> Issue:
    """Let the company have an issue closed so long ago that a new workstation does not keep it."""
    anna = company.station("anna", Role.MANAGER)
    at = datetime.now(UTC) - timedelta(days=1200)
    with anna.desk.edit() as edit:
        made = edit.insert(
            Issue(id=new_id(), title="Zebra printer jams", state=IssueState.CLOSED, opened_at=at, closed_at=at)
        )
    anna.sync()
    found = anna.cache.record(Issue, made.id)
    assert found is not None
    return found


def seek(session: Session, qtbot: QtBot, words: str) -> None:
    session.window.bring_up()
    session.window.search.open()
    write(session.window.search, words)
    qtbot.waitUntil(lambda: any(isinstance(e, Hit) for e in session.window.search.entries()), timeout=5_000)


def test_the_archive_is_the_last_line_and_brings_an_issue_here(
    company: TestCompany, open_session: OpenSession, qtbot: QtBot
) -> None:
    issue = old_issue(company)
    session = open_session("ben", Role.SUPPORT)
    search = session.window.search
    seek(session, qtbot, "zebra")
    last = search.entries()[-1]
    assert isinstance(last, Hit)
    assert last.title == "Look in the archive for “zebra”"
    press(search, Key.Key_Up)
    press(search, Key.Key_Return)
    qtbot.waitUntil(
        lambda: [e.title for e in search.entries()] == [f"{issue.number} Zebra printer jams"], timeout=10_000
    )
    (hit,) = search.entries()
    assert isinstance(hit, Hit)
    assert f"closed {issue.closed_at:%Y-%m}" in hit.subtitle
    press(search, Key.Key_Return)
    qtbot.waitUntil(lambda: session.queue().side.issue is not None, timeout=10_000)
    shown = session.queue().side.issue
    assert shown is not None
    assert shown.title == "Zebra printer jams"
    assert not search.list.isVisible()


def test_off_line_the_archive_says_so_in_place(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session("ben", Role.SUPPORT)
    sync = session.workstation._sync
    assert sync is not None
    sync.stop(Stop())
    search = session.window.search
    seek(session, qtbot, "zebra")
    press(search, Key.Key_Up)
    press(search, Key.Key_Return)
    qtbot.waitUntil(lambda: "cannot be reached" in search.list.said(), timeout=5_000)
    assert search.list.isVisible()
    write(search, "s")
    qtbot.waitUntil(lambda: bool(search.entries()), timeout=5_000)


def test_two_letters_do_not_lead_to_the_archive(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session("ben", Role.SUPPORT)
    found = session.finding.search("ze").result(5)
    assert [h.kind for h in found] == []
    assert session.finding.search("zeb").result(5)[-1].kind == "archive"
    qtbot.wait(10)


def test_a_banner_says_what_to_do_when_the_company_is_newer(open_session: OpenSession) -> None:
    session = open_session("ben", Role.SUPPORT)
    trouble = SchemaMismatch("The company uses a newer Baton.", "Install the newer version.")
    session.show_sync(SyncState(Contact.TOO_OLD, trouble=trouble))
    assert session.window.banners.shown()["version"].todo == "Install the newer version."
    session.show_sync(SyncState(Contact.SYNCED, datetime.now(UTC)))
    assert "version" not in session.window.banners.shown()


def test_the_counts_of_the_outbox_page_follow(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session("ben", Role.SUPPORT)
    issue_id = session.workstation.write(add).result(10)
    session.workstation.write(lambda desk: issues.rename(desk, issue_id, "B")).result(10)
    session.book.run("company.outbox")
    page = session.standing._outbox
    assert page is not None
    qtbot.waitUntil(page.table.empty.isVisible, timeout=15_000)
    qtbot.waitUntil(lambda: page.table.empty.todo.text().startswith("As of "), timeout=15_000)
