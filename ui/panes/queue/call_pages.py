"""The pages beside the list: a captured line, what is to be completed or sent, the ledger, calls past the rep.

Each is made when it is first shown. The pane gives them room; which of them is shown is said here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.services import completing, later_words, ledger, parked_calls, route_arounds
from app.services.calls import LoggedCall
from app.services.desk import Desk
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.side_list import Place, Section
from ui.kit.theme import Kind
from ui.panes.queue.capture_page import CapturePage
from ui.panes.queue.completing_page import CompletingPage
from ui.panes.queue.ledger_page import LedgerPage
from ui.panes.queue.route_arounds_page import RouteAroundsPage
from ui.panes.queue.to_send_page import ToSendPage

CAPTURE, COMPLETE, LEDGER, RANG, TO_SEND = "capture", "complete", "ledger", "rang", "to_send"
IDS = (CAPTURE, COMPLETE, LEDGER, RANG, TO_SEND)
WITH_ISSUE = frozenset({RANG, TO_SEND})  # their lines are issues: what can be done with one is done there too
PREFIX = "queue.page"


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits on each page."""

    to_complete: int = 0
    late: int = 0
    rang: int = 0
    to_send: int = 0


def count(desk: Desk) -> Counts:
    """Give what waits on each page."""
    return Counts(
        to_complete=len(completing.to_complete(desk)) + len(parked_calls.parked(desk)),
        late=ledger.late(desk),
        rang=route_arounds.waiting(desk),
        to_send=later_words.count_due(desk),
    )


class CallPages(QObject):
    """Shows its pages in the pane's two stacks; `opened` says that one is shown."""

    opened = Signal(str)
    logged = Signal(object)  # LoggedCall, from a captured line
    left = Signal()
    resumed = Signal(str)  # a parked call, to go on with
    issue_chosen = Signal(str)  # of a page that shows the issue's facts at its right

    def __init__(self, console: Console, middle: QStackedWidget, right: QStackedWidget, facts: QWidget) -> None:
        """`facts` is the issue's side, which stands beside pages that have nothing of their own there."""
        super().__init__(middle)
        self._console, self._middle, self._right, self._facts = console, middle, right, facts
        self._pages: dict[str, tuple[QWidget, QWidget]] = {}
        self._counts = Counts()
        self.ledger = LedgerPage(console)
        self._put(LEDGER, self.ledger, self.ledger.panel)

    def commands(self) -> tuple[Command, ...]:
        """Give the commands that lead to the pages, and those of the ledger."""
        rows = (
            (COMPLETE, "To complete", "What today's calls left open", "Shift+F3"),
            (LEDGER, "Promise ledger", "What is owed, by when, and what became of the rest", "F3"),
            (RANG, "Rang past me", "VIPs who rang somebody else than their account rep", "Shift+F4"),
            (TO_SEND, "To send", "Words that wait to be sent by you", "F6"),
        )
        leading = tuple(
            Command(f"{PREFIX}.{one}", title, about, (key,), "Queue", lambda one=one: self.show(one))  # type: ignore[misc]
            for one, title, about, key in rows
        )
        return (*leading, *self.ledger.commands())

    @property
    def shown(self) -> str:
        """The id of the page on the screen; "" while it is the list or the call."""
        now = self._middle.currentWidget()
        return next((one for one, (page, _right) in self._pages.items() if page is now), "")

    def show(self, one: str) -> None:
        """Show this page."""
        page, right = self._pages.get(one) or self._make(one)
        self._middle.setCurrentWidget(page)
        self._right.setCurrentWidget(right)
        if isinstance(page, CapturePage | CompletingPage | LedgerPage | RouteAroundsPage | ToSendPage):
            page.open()
        self._console.book.refresh()
        self.opened.emit(one)

    def focus_first(self) -> None:
        """Put the focus where the work of the page shown begins."""
        page = self._middle.currentWidget()
        if isinstance(page, CapturePage):
            page.line.setFocus()
        elif isinstance(page, CompletingPage):
            page.calls.setFocus()
        elif isinstance(page, LedgerPage | RouteAroundsPage | ToSendPage):
            page.table.setFocus()

    def refresh(self, on_counted: Callable[[], None]) -> None:
        """Read what is shown and what is counted anew; `on_counted` when the counts are there."""
        page = self._middle.currentWidget()
        if isinstance(page, CompletingPage | LedgerPage | RouteAroundsPage | ToSendPage):
            page.load()

        def counted(found: Counts) -> None:
            self._counts = found
            on_counted()

        self._console.read(self, count, counted)

    def section(self) -> Section:
        """Give the places that lead to the pages, with what waits there."""
        found = self._counts
        places = [
            Place(LEDGER, "Promise ledger", f"{found.late} late" if found.late else "", Kind.RED,
                  tip="Everything promised, the first due at the top"),
            Place(COMPLETE, "To complete", str(found.to_complete or ""), Kind.AMBER,
                  tip="Unfinished calls, and what you logged today with missing parts"),
            Place(RANG, "Rang past me", str(found.rang or ""), Kind.AMBER,
                  tip="VIPs of yours who rang somebody else, and had no word from you since"),
            Place(TO_SEND, "To send", str(found.to_send or ""), Kind.AMBER,
                  tip="Words whose time has come: you send them"),
        ]  # fmt: skip
        return Section("Calls", tuple(places))

    def _make(self, one: str) -> tuple[QWidget, QWidget]:
        if one == CAPTURE:
            captured = CapturePage(self._console)
            captured.logged.connect(self._captured)
            captured.left.connect(self.left)
            return self._put(one, captured, captured.panel)
        if one == COMPLETE:
            completing_page = CompletingPage(self._console)
            completing_page.chosen.connect(self.issue_chosen)
            completing_page.left.connect(self.left)
            completing_page.resumed.connect(self.resumed)
            return self._put(one, completing_page, self._facts)
        if one == TO_SEND:
            to_send = ToSendPage(self._console)
            to_send.chosen.connect(self.issue_chosen)
            to_send.left.connect(self.left)
            return self._put(one, to_send, self._facts)
        rang = RouteAroundsPage(self._console)
        rang.chosen.connect(self.issue_chosen)
        rang.left.connect(self.left)
        return self._put(one, rang, self._facts)

    def _put(self, one: str, page: QWidget, right: QWidget) -> tuple[QWidget, QWidget]:
        self._middle.addWidget(page)
        if right is not self._facts:
            self._right.addWidget(right)
        self._pages[one] = page, right
        if isinstance(page, LedgerPage):
            page.left.connect(self.left)
        return page, right

    def _captured(self, logged: LoggedCall) -> None:
        self.logged.emit(logged)
