"""The window around the panes: tabs, search field, banners, status line, state. Knows no pane by name."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui.kit.banners import BannerArea
from ui.kit.cards import Panel
from ui.kit.commands import Command, CommandBook
from ui.kit.mailbox import Mailbox
from ui.kit.page import Page
from ui.kit.palette import Hit, Search, SearchOrDo
from ui.kit.theme import Kind, M, S
from ui.shell.keys_page import KeysPage
from ui.shell.menu import MenuButton
from ui.shell.pane import Pane, PaneSpec
from ui.shell.statusline import StatusLine
from ui.shell.tabs import TabStrip

_KEYS, _SETTINGS, _SEARCH = "shell.keys", "shell.settings", "shell.search"
_FRAME = QSize(8, 40)  # of a window manager, about
_LEAST = QSize(1280, 700)


_FIRST_IDLE_MS = 400
_NEXT_IDLE_MS = 150


class StateStore(Protocol):
    """Where the window keeps how it looked; QSettings fits."""

    def value(self, key: str) -> Any:
        """Give what was kept, or None."""

    def setValue(self, key: str, value: Any) -> None:
        """Keep it."""


class ConsoleWindow(QWidget):
    """Shows the panes given, in that order; the first one shown is the one that was current at the last close."""

    closed = Signal()
    pane_shown = Signal(str)
    page_shown = Signal(str)

    def __init__(
        self,
        panes: Sequence[PaneSpec],
        book: CommandBook,
        mailbox: Mailbox,
        state: StateStore,
        *,
        search: Search | None = None,
        on_hit: Callable[[Hit], None] = lambda _hit: None,
        settings_page: Callable[[], QWidget] | None = None,
        title: str = "Baton",
    ) -> None:
        super().__init__()
        self._specs = {spec.id: spec for spec in panes}
        self._panes: dict[str, Pane] = {}
        self._pages: dict[str, QWidget] = {}
        self._state, self._settings_page = state, settings_page
        self.book = book
        self.tabs = TabStrip([(spec.id, spec.title) for spec in panes])
        self.search = SearchOrDo(book, mailbox, search, on_hit)
        self.banners = BannerArea()
        self.status = StatusLine()
        self.menu = MenuButton(book)
        self._stack = QStackedWidget()
        self.setWindowTitle(title)
        # With its frame, the window has to fit on the screen: the status line is at its lower end.
        room = (self.screen().availableSize() - _FRAME).expandedTo(_LEAST)
        self.resize(QSize(1280, 800).boundedTo(room))
        self._lay_out()
        self.tabs.chosen.connect(self.show_pane)
        book.add(*self._commands(panes))
        book.attach(self)
        self.search.follow(_SEARCH)
        self._to_make: list[str] = []
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._make_next)
        self._restore()

    def _lay_out(self) -> None:
        top = Panel(line=Qt.Edge.BottomEdge)
        row = QHBoxLayout(top)
        row.setContentsMargins(0, 0, M, 1)
        row.setSpacing(S)
        row.addWidget(self.tabs)
        row.addStretch(1)
        row.addWidget(self.search)
        row.addWidget(self.menu)
        self._bars = QVBoxLayout()
        self._lock: QWidget | None = None
        self._above, self._below = QWidget(), QWidget()  # of the bars, which stay when the window is locked
        above, below, self._whole = QVBoxLayout(self._above), QVBoxLayout(self._below), QVBoxLayout(self)
        for layout in (above, below, self._whole):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        above.addWidget(top)
        above.addWidget(self.banners)
        below.addWidget(self._stack, 1)
        below.addWidget(self.status)
        self._whole.addWidget(self._above)
        self._whole.addLayout(self._bars)
        self._whole.addWidget(self._below, 1)

    def _commands(self, panes: Sequence[PaneSpec]) -> list[Command]:
        go = "Go to"
        found = [
            Command(
                f"shell.go.{spec.id}",
                spec.title,
                f"Show the pane {spec.title}",
                (f"Ctrl+{at}",) if at < 10 else (),
                go,
                run=partial(self.show_pane, spec.id),
            )
            for at, spec in enumerate(panes, 1)
        ]
        # Ctrl+K belongs to the device while a terminal has the focus; the second key works there too.
        keys = ("Ctrl+K", "Ctrl+Shift+K")
        found += [
            Command(_SEARCH, "Search or do…", "Find anything by a few letters", keys, go, self.search.open),
            Command("shell.menu", "Menu", "All commands by group", ("Alt+M",), "Window", self.menu.open),
            Command(_KEYS, "Keys", "Every key and what it does", ("F1",), "Window", self.show_keys),
            Command("shell.close", "Close Baton", "Everything is kept", ("Ctrl+Q",), "Window", self.close_window),
        ]
        if self._settings_page is not None:
            text = "How Baton looks and which keys it takes"
            found.append(Command(_SETTINGS, "Settings", text, ("Ctrl+,",), "Window", self.show_settings))
        return found

    # Panes

    @property
    def current(self) -> str:
        """The id of the pane shown; the one behind, while keys or settings are shown."""
        return self.tabs.current

    def pane(self, pane_id: str) -> Pane:
        """Give the pane, made now if it was not needed before; KeyError when it is not one of ours."""
        made = self._panes.get(pane_id)
        if made is None:
            spec = self._specs[pane_id]
            made = self._panes[pane_id] = spec.make(lambda text, kind: self.tabs.set_badge(pane_id, text, kind))
            self._stack.addWidget(made.widget)
            self.book.add(*(replace(command, place=pane_id) for command in made.commands()))
            made.restore_state(self._kept(f"pane/{pane_id}"))
        return made

    def made(self, pane_id: str) -> Pane | None:
        """Give the pane if it was needed before; it is not made for this."""
        return self._panes.get(pane_id)

    def show_pane(self, pane_id: str) -> Pane:
        """Show the pane and put the focus where its work begins; give it."""
        pane = self.pane(pane_id)
        self._stack.setCurrentWidget(pane.widget)
        self.tabs.set_current(pane_id)
        self.book.go(pane_id)
        pane.focus_first()
        self.pane_shown.emit(pane_id)
        return pane

    def make_rest(self) -> None:
        """Make the panes not needed so far, one by one when nothing else is to be done, so that their badges are right.

        A pane that is to be seen first is made when it is shown, as ever.
        """
        if not self._to_make:
            self._to_make = [one for one in self._specs if one not in self._panes]
            self._idle.start(_FIRST_IDLE_MS)

    def _make_next(self) -> None:
        self._to_make = [one for one in self._to_make if one not in self._panes]
        if not self._to_make:
            return
        # Before the making: a pane that cannot be made is not tried again, and keeps no other from it.
        pane_id = self._to_make.pop(0)
        self._idle.start(_NEXT_IDLE_MS)
        focused = self.focusWidget()
        self.pane(pane_id)
        if focused is not None and self.focusWidget() is not focused:
            focused.setFocus()

    def show_keys(self) -> None:
        """Show the key help page; again: back to the pane."""
        self._show_page(_KEYS, lambda: KeysPage(self.book))

    def show_settings(self) -> None:
        """Show the settings page; again: back to the pane."""
        if self._settings_page is not None:
            self._show_page(_SETTINGS, self._settings_page)

    def _show_page(self, name: str, make: Callable[[], QWidget]) -> None:
        if self._is_shown(name):
            self.show_pane(self.current)
            return
        if name not in self._pages:
            page = self._pages[name] = make()
            self._stack.addWidget(page)
            if isinstance(page, Page):
                self.book.add(*(replace(command, place=name) for command in page.commands()))
                page.left.connect(lambda: self.show_pane(self.current))
        page = self._pages[name]
        self._stack.setCurrentWidget(page)
        self.page_shown.emit(name)
        if isinstance(page, Page):
            self.book.go(name)
            page.focus_first()
        else:
            self.book.go("")
            page.setFocus()

    # What panes and processes say

    def tell(self, message: str, todo: str = "", *, action: str = "", run: Callable[[], None] | None = None) -> None:
        """Say what happened, in the status line; with something to do, in a banner that stays, with its button."""
        if todo:
            self.banners.raise_banner("tell", Kind.AMBER, message, todo, action=action, run=run)
        else:
            self.status.set_message(message)

    def untell(self, message: str) -> None:
        """Take this message away where its banner still stands."""
        banner = self.banners.shown().get("tell")
        if banner is not None and banner.what == message:
            self.banners.drop("tell")

    def add_bar(self, bar: QWidget) -> None:
        """Show a bar that asks something above the panes; it goes when it is deleted."""
        self._bars.addWidget(bar)

    def show_page(self, name: str, make: Callable[[], QWidget]) -> None:
        """Show a page of its own over the panes, made with the first call; again: back to the pane."""
        self._show_page(name, make)

    def open_page(self, name: str, make: Callable[[], QWidget]) -> QWidget:
        """Show the page, also when it is shown already, and give it."""
        if not self._is_shown(name):
            self._show_page(name, make)
        return self._pages[name]

    def _is_shown(self, name: str) -> bool:
        return name in self._pages and self._stack.currentWidget() is self._pages[name]

    def lock(self, page: QWidget, allowed: Sequence[str]) -> None:
        """Put a page over everything: nothing else is seen, and no command but these can be given.

        Bars that ask something, such as a password, stay above it.
        """
        if self._lock is not None:
            return
        self._lock = page
        self.search.leave()
        for part in (self._above, self._below):
            part.hide()
        self._whole.addWidget(page, 1)
        self.book.confine(allowed)
        page.setFocus()

    def unlock(self) -> None:
        """Show everything again as it was."""
        page, self._lock = self._lock, None
        if page is None:
            return
        page.hide()
        page.deleteLater()
        for part in (self._above, self._below):
            part.show()
        self.book.confine(None)
        self.show_pane(self.current)

    @property
    def is_locked(self) -> bool:
        """Whether a page is over everything."""
        return self._lock is not None

    def bring_up(self) -> None:
        """Come to the front: a second start, a call card."""
        self.setWindowState((self.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive)
        self.show()
        self.raise_()
        self.activateWindow()

    def close_window(self) -> None:
        """Close the console."""
        self.close()

    # State

    def _restore(self) -> None:
        geometry = self._state.value("window/geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        wanted = str(self._state.value("window/pane") or "")
        if self._specs:
            self.show_pane(wanted if wanted in self._specs else next(iter(self._specs)))

    def save_state(self) -> None:
        """Keep geometry, current pane and each pane's own state."""
        self._state.setValue("window/geometry", self.saveGeometry())
        self._state.setValue("window/pane", self.current)
        for pane_id, pane in self._panes.items():
            self._state.setValue(f"pane/{pane_id}", json.dumps(pane.save_state()))

    def _kept(self, key: str) -> dict[str, Any]:
        try:
            found = json.loads(self._state.value(key) or "{}")
        except (TypeError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the state, then say that the window closed."""
        self._idle.stop()
        self.save_state()
        self.closed.emit()
        super().closeEvent(event)
