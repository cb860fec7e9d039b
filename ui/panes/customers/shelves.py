"""What belongs to one customer, a table for each kind of thing behind a word with its number."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from enum import StrEnum
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.domain.customer import Installation, Site
from app.services import contacts, customer_history, issue_lists
from app.services.customer_history import Happening
from app.services.customers import CustomerDetail, issue_ids
from app.services.desk import Desk
from ui.kit.buttons import TabButton
from ui.kit.cards import EmptyState, Panel
from ui.kit.console import Console
from ui.kit.flow import flow
from ui.kit.table import Column, RecordTable, Source
from ui.kit.theme import M, S
from ui.panes.customers import columns


class Shelf(StrEnum):
    """The kinds of things, in the order of their keys."""

    CONTACTS = "contacts"
    SITES = "sites"
    INSTALLATIONS = "installations"
    OPEN = "open"
    ISSUES = "all issues"
    HISTORY = "history"
    DEPLOYMENTS = "deployments"


FILTERS: tuple[tuple[str, tuple[Happening, ...]], ...] = (
    ("everything", tuple(Happening)),
    ("words", (Happening.INTERACTION,)),
    ("promises", (Happening.PROMISE,)),
    ("issues", (Happening.OPENED, Happening.CLOSED)),
    ("deployments", (Happening.DEPLOYMENT,)),
    ("escalations", (Happening.ESCALATION, Happening.DECISION)),
)
_EMPTY = {
    Shelf.CONTACTS: ("Nobody is known here", "Add somebody with A, or bring contacts in from a file with I."),
    Shelf.SITES: ("No site is known", "Add one with A."),
    Shelf.INSTALLATIONS: ("What they run is not known", "Add it with A."),
    Shelf.OPEN: ("No open issue", "Log a call with F2 when they ring."),
    Shelf.ISSUES: ("No issue yet", "Log a call with F2 when they ring."),
    Shelf.HISTORY: ("Nothing of this kind has happened", "F shows other kinds."),
    Shelf.DEPLOYMENTS: (
        "Nothing was deployed to them yet",
        "Record it with A, or from any other shelf with D.",
    ),
}


class Shelves(QWidget):
    """The tables; `chosen` comes when another row or another shelf is looked at, `opened` with Enter on a row."""

    chosen = Signal()
    opened = Signal()

    def __init__(self, console: Console, shelf_key: Callable[[Shelf], str]) -> None:
        super().__init__()
        self._console = console
        self.customer: CustomerDetail | None = None
        self.shelf = Shelf.CONTACTS
        self._filter = 0
        self._tabs = {shelf: TabButton(shelf.capitalize()) for shelf in Shelf}
        self._keys = shelf_key
        self._stack = QStackedWidget()
        self._tables: dict[Shelf, RecordTable[Any]] = {shelf: self._table(shelf) for shelf in Shelf}
        bar = Panel(is_raised=False, line=Qt.Edge.BottomEdge)
        inner = QVBoxLayout(bar)
        inner.setContentsMargins(M, S, M, S)
        inner.addWidget(flow(*self._tabs.values(), gap=S, row_gap=0))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(bar)
        whole.addWidget(self._stack, 1)
        for shelf, tab in self._tabs.items():
            tab.clicked.connect(lambda _checked=False, to=shelf: self.go(to))
        self._mark()

    def _table(self, shelf: Shelf) -> RecordTable[Any]:
        made: RecordTable[Any] = RecordTable(
            shelf.capitalize(),
            self._columns(shelf),
            Source(self._fetching(shelf), _key_of),
            self._console.mailbox,
            EmptyState(*_EMPTY[shelf]),
            has_two_lines=shelf not in {Shelf.OPEN, Shelf.ISSUES},
            unsent=self._console.unsent,
        )
        made.chosen.connect(lambda _id: self.chosen.emit())
        made.opened.connect(lambda _id: self.opened.emit())
        made.model.came.connect(self.chosen)
        self._stack.addWidget(made)
        return made

    @staticmethod
    def _columns(shelf: Shelf) -> Sequence[Column[Any]]:
        match shelf:
            case Shelf.CONTACTS:
                return columns.contact_columns()
            case Shelf.SITES:
                return columns.site_columns()
            case Shelf.INSTALLATIONS:
                return columns.installation_columns()
            case Shelf.OPEN | Shelf.ISSUES:
                return columns.issue_columns()
            case _:
                return columns.history_columns()

    def _fetching(self, shelf: Shelf) -> Callable[[Sequence[str]], "Future[Sequence[Any]]"]:
        read = self._console.workstation.read
        match shelf:
            case Shelf.CONTACTS:
                return lambda ids: read(lambda desk: contacts.lines(desk, ids))
            case Shelf.OPEN | Shelf.ISSUES:
                return lambda ids: read(lambda desk: issue_lists.lines(desk, ids))
            case Shelf.HISTORY | Shelf.DEPLOYMENTS:
                return lambda ids: read(lambda desk: customer_history.lines(desk, ids))
            case _:
                return self._at_hand

    def _at_hand(self, ids: Sequence[str]) -> "Future[Sequence[Site | Installation]]":
        """Give sites and installations: they came with the customer."""
        found: Future[Sequence[Site | Installation]] = Future()
        shown = self.customer
        here: dict[str, Site | Installation] = {}
        if shown is not None:
            here |= {site.id: site for site in shown.sites} | {one.id: one for one in shown.installations}
        found.set_result([here[one] for one in ids if one in here])
        return found

    # What is shown

    @property
    def table(self) -> RecordTable[Any]:
        """The table in sight."""
        return self._tables[self.shelf]

    @property
    def filter_words(self) -> str:
        """Which kinds of things the history shows."""
        return FILTERS[self._filter][0]

    def show_customer(self, customer: CustomerDetail | None) -> None:
        """Show what belongs to this customer; what is chosen stays chosen while it is the same one."""
        before, self.customer = self.customer, customer
        if customer is None or before is None or before.customer.id != customer.customer.id:
            for table in self._tables.values():
                table.show_ids([])
        self._mark()
        self.load()

    def go(self, shelf: Shelf) -> None:
        """Look at another shelf."""
        self.shelf = shelf
        self._mark()
        self.load()
        self.table.setFocus()
        self.chosen.emit()

    def next_filter(self) -> None:
        """Show the next kind of things in the history."""
        self._filter = (self._filter + 1) % len(FILTERS)
        self._mark()
        self.load()

    def load(self) -> None:
        """Read the ids of the shelf in sight."""
        shown, shelf = self.customer, self.shelf
        if shown is None:
            return
        match shelf:
            case Shelf.SITES:
                self._came(shown.customer.id, shelf, [site.id for site in shown.sites])
            case Shelf.INSTALLATIONS:
                self._came(shown.customer.id, shelf, [one.id for one in shown.installations])
            case _:
                one, look_up = shown.customer.id, self._look_up(shown.customer.id)
                self._console.read(self, look_up, lambda ids: self._came(one, shelf, ids))

    def _look_up(self, customer_id: str) -> Callable[[Desk], list[str]]:
        shelf, kinds = self.shelf, FILTERS[self._filter][1]

        def look_up(desk: Desk) -> list[str]:
            match shelf:
                case Shelf.CONTACTS:
                    return contacts.ids(desk, customer_id)
                case Shelf.OPEN | Shelf.ISSUES:
                    return issue_ids(desk, customer_id, is_open=shelf is Shelf.OPEN)
                case Shelf.DEPLOYMENTS:
                    return customer_history.ids(desk, customer_id, [Happening.DEPLOYMENT])
                case _:
                    return customer_history.ids(desk, customer_id, kinds)

        return look_up

    def _came(self, customer_id: str, shelf: Shelf, ids: list[str]) -> None:
        if self.customer is None or self.customer.customer.id != customer_id:
            return
        table = self._tables[shelf]
        if list(table.model.ids) == ids:
            table.refresh()
        else:
            table.show_ids(ids)
        if shelf is self.shelf:
            table.choose_first()

    def _mark(self) -> None:
        self._stack.setCurrentWidget(self.table)
        counts = self._counts()
        for at, (shelf, tab) in enumerate(self._tabs.items(), 1):
            words = shelf.capitalize()
            if shelf is Shelf.HISTORY and self._filter:
                words = f"History: {self.filter_words}"
            tab.setText(f"{words} {counts[shelf]}" if counts.get(shelf) else words)
            tab.setAccessibleName(tab.text())
            tab.setToolTip(f"{words}, key {self._keys(shelf) or at}")
            tab.setChecked(shelf is self.shelf)
            tab.updateGeometry()

    def _counts(self) -> dict[Shelf, int]:
        shown = self.customer
        if shown is None:
            return {}
        return {
            Shelf.CONTACTS: shown.contacts,
            Shelf.SITES: len(shown.sites),
            Shelf.INSTALLATIONS: len(shown.installations),
            Shelf.OPEN: shown.open_issues,
            Shelf.ISSUES: shown.issues,
            Shelf.DEPLOYMENTS: shown.deployments,
        }


def _key_of(row: Any) -> str:
    return row.key if isinstance(row, customer_history.HistoryLine) else str(row.id)
