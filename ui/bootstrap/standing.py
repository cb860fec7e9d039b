"""How it stands with the company, shown: status line, its card, the fill's strip, conflicts, and the lock."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.domain.entities import BY_NAME
from app.runtime.profile import Profile
from app.runtime.workstation import Contact, SyncState
from app.services import outbox
from ui.bootstrap.declared import AMBER_STALE_S, AMBER_UNSENT_S
from ui.bootstrap.freshness import Freshness, details, freshness
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.settings import Settings
from ui.kit.theme import Kind
from ui.shell.export import ask_where, export
from ui.shell.filling import FillStrip
from ui.shell.lock_page import EXPORT, RETRY, LockPage, commands
from ui.shell.sync_card import SyncCard, clock
from ui.shell.window import ConsoleWindow

if TYPE_CHECKING:
    from ui.shell.outbox_page import OutboxPage

OUTBOX, CLASHES = "outbox", "clashes"
_ALLOWED_LOCKED = (RETRY, EXPORT, "shell.close", "look.switch")


class Standing(QObject):
    """Follows the sync's states; GUI thread only."""

    def __init__(
        self, console: Console, window: ConsoleWindow, profile: Profile, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._console, self._window, self._profile, self._settings = console, window, profile, settings
        self.state = console.workstation.sync_state
        self._conflicts = 0
        self._outbox: OutboxPage | None = None
        self.strip = FillStrip(console.workstation.pause_fill, console.workstation.resume_fill)
        self.card = SyncCard(window)
        self.lock: LockPage | None = None
        window.add_bar(self.strip)
        window.status.sync_asked.connect(self.tell_more)
        window.status.unsent_asked.connect(self.show_outbox)
        window.status.conflicts_asked.connect(self.show_conflicts)
        self.card.retry_asked.connect(self.retry)
        self.card.outbox_asked.connect(self.show_outbox)
        self.card.aged.connect(self._say_freshness)
        console.book.add(*self._commands())
        console.watch(self, BY_NAME, lambda _changes: self._count() if self.lock is not None else None)

    def _commands(self) -> list[Command]:
        group, waits, did = "Company", "What has not been sent", "What did not go through"
        return [
            Command("company.retry", "Try to reach the company now", "Not at the next try", (), group, self.retry),
            Command("company.outbox", "Outbox: what waits to be sent", waits, ("Ctrl+Shift+O",), group,
                    self.show_outbox),
            Command("company.resolve", "What is to be resolved", did, ("Ctrl+Shift+R",), group, self.show_conflicts),
            Command("company.standing", "How it stands with the company", "Last news, last error", (), group,
                    self.tell_more),
            Command("company.stop_fill", "Stop fetching", "What has come stays", (), group,
                    self._console.workstation.pause_fill, lambda: self.state.contact is Contact.FILLING),
            Command("company.resume_fill", "Go on fetching", "Where it was stopped", (), group,
                    self._console.workstation.resume_fill, lambda: self.state.contact is Contact.PAUSED),
            *commands(self.retry, self._export_locked, lambda: self.lock is not None),
        ]  # fmt: skip

    def follow(self, state: SyncState) -> None:
        """Show this state; also when only time has passed."""
        self.state = state
        self._say_freshness()
        self._window.status.set_unsent(state.unsent)
        self._show_conflicts(state.conflicts)
        self.strip.follow(state)
        if self._outbox is not None:
            self._outbox.follow(state)
        banners = self._window.banners
        if state.contact is Contact.SYNCED:
            banners.drop("login")
            banners.drop("version")
        elif state.contact is Contact.TOO_OLD and state.trouble is not None:
            banners.raise_banner("version", Kind.AMBER, state.trouble.what, state.trouble.todo)
        self._follow_lock()

    def _freshness(self) -> Freshness:
        return freshness(
            self.state,
            datetime.now(UTC),
            amber_unsent_s=self._settings.get(AMBER_UNSENT_S),
            amber_stale_s=self._settings.get(AMBER_STALE_S),
        )

    def _say_freshness(self) -> None:
        status, fresh = self._window.status, self._freshness()
        if fresh.at is not None:
            status.set_synced(fresh.at)
        elif fresh.kind is Kind.GREEN:
            status.set_waiting("Connecting…")
        elif fresh.kind is Kind.RED:
            status.set_broken(fresh.words, fresh.tip)
        else:
            status.set_waiting(fresh.words, fresh.tip)
        if self.card.isVisible():
            self._say_more(fresh)

    def _say_more(self, fresh: Freshness) -> None:
        words = fresh.words or f"Everything is here, as of {clock(fresh.at)}"
        facts = details(self.state, datetime.now(UTC))
        self.card.say(fresh.kind, words, facts, has_unsent=self.state.unsent > 0)

    def tell_more(self) -> None:
        """Open the card with more on it."""
        self._say_more(self._freshness())
        self.card.open()

    def retry(self) -> None:
        """Try to reach the company now."""
        if self.lock is not None:
            self.lock.say("Asking the company…")
        self._console.workstation.retry()

    # Pages

    def show_outbox(self) -> None:
        """Show what waits to be sent."""
        self._window.show_page(OUTBOX, self._make_outbox)

    def _make_outbox(self) -> "OutboxPage":
        from ui.shell.outbox_page import OutboxPage  # noqa: PLC0415  loaded when it is looked at

        self._outbox = OutboxPage(self._console)
        return self._outbox

    def show_conflicts(self) -> None:
        """Show what did not go through."""
        from ui.shell.clash_page import ClashPage  # noqa: PLC0415  loaded when something waits

        self._window.show_page(CLASHES, lambda: ClashPage(self._console))

    def _show_conflicts(self, count: int) -> None:
        self._window.status.set_conflicts(count)
        if count == self._conflicts:
            return
        self._conflicts = count
        if count:
            what = "A value did not go through." if count == 1 else f"{count} values did not go through."
            todo = "Both are kept until somebody decides."
            banner = self._window.banners.raise_banner
            banner("clash", Kind.AMBER, what, todo, action="Look", run=self.show_conflicts)
        else:
            self._window.banners.drop("clash")

    # The lock

    def _follow_lock(self) -> None:
        if not self._console.workstation.is_locked:
            if self.lock is not None:
                self.lock = None
                self._window.unlock()
            return
        if self.lock is None:
            host = self._profile.host
            self.lock = LockPage(self._console.book, host or "the company", self._profile.login)
            self.lock.follow(self.state, self.state.unsent)
            self.card.leave()
            self._window.lock(self.lock, _ALLOWED_LOCKED)
        self._count()

    def _count(self) -> None:
        self._console.read(self, outbox.counts, self._counted)

    def _counted(self, found: tuple[int, int]) -> None:
        unsent, conflicts = found
        if self.lock is not None:
            self.lock.follow(replace(self.state, conflicts=conflicts), unsent)

    def _export_locked(self) -> None:
        path = ask_where(self._window)
        if path is not None:
            self.export_locked(path)

    def export_locked(self, path: Path) -> None:
        """Write what was not sent into this file, and say so on the page."""
        if self.lock is not None:
            export(self._console, self, path, self.lock.say, self.lock.refuse)
