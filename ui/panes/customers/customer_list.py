"""The list of customers: filtered by words, and by which of them are meant."""

from collections.abc import Sequence
from concurrent.futures import Future

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.services import customers
from app.services.customers import CustomerLine, Which
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, PaneHeader
from ui.kit.console import Console
from ui.kit.table import RecordTable, Source
from ui.kit.theme import FIELD_HEIGHT, M, S
from ui.panes.customers.columns import customer_columns

_WHICH = {Which.ALL: "Customers", Which.MINE: "My customers", Which.VIP: "VIP", Which.OPEN: "With open issues"}
_TYPING_MS = 120


class CustomerList(QWidget):
    """`chosen` carries the customer's id, `opened` comes with Enter."""

    chosen = Signal(str)
    opened = Signal()

    def __init__(self, console: Console, which: KeyButton) -> None:
        super().__init__()
        self._console = console
        self.which = Which.ALL
        self._wanted = ""
        self._owes_focus = False
        self.header = PaneHeader(_WHICH[self.which])
        self.header.right.addWidget(which)
        self.filter = _Filter()
        self.table: RecordTable[CustomerLine] = RecordTable(
            "Customers",
            customer_columns(),
            Source(self._fetch, lambda line: line.id),
            console.mailbox,
            EmptyState("No customer here", "Esc clears the filter; Shift+N adds a customer."),
            has_two_lines=True,
            unsent=console.unsent,
        )
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_TYPING_MS)
        self._soon.timeout.connect(self.load)
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(M, S, M, S)
        inner.addWidget(self.filter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in ((self.header, 0), (holder, 0), (self.table, 1)):
            column.addWidget(widget, stretch)
        self.filter.textChanged.connect(lambda _text: self._soon.start())
        self.filter.done.connect(self.table.setFocus)
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(lambda _id: self.opened.emit())

    def focus_first(self) -> None:
        """Go to the customers, or where they are found when none is shown."""
        # On the way in nothing is shown yet: the focus goes to the customers as soon as they are there.
        self._owes_focus = not self.table.model.ids
        (self.filter if self._owes_focus else self.table).setFocus()

    def narrow(self) -> None:
        """Go where the list is narrowed."""
        self.filter.setFocus()
        self.filter.selectAll()

    def next_which(self) -> None:
        """Show the next of the lists: all, mine, VIPs, those with open issues."""
        order = list(Which)
        self.which = order[(order.index(self.which) + 1) % len(order)]
        self.load()

    def want(self, customer_id: str) -> None:
        """Choose this one as soon as the list has it; the filter goes when it hides it."""
        self._wanted = customer_id
        if not self.table.choose(customer_id) and (self.filter.text() or self.which is not Which.ALL):
            self.which = Which.ALL
            self.filter.clear()
            self.load()

    def load(self) -> None:
        """Read the list."""
        text, which = self.filter.text(), self.which
        self._console.read(self, lambda desk: customers.ids(desk, text, which), self._show_ids)

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[CustomerLine]]":
        return self._console.workstation.read(lambda desk: customers.lines(desk, ids))

    def _show_ids(self, ids: list[str]) -> None:
        if list(self.table.model.ids) == ids:
            self.table.refresh()
        else:
            wanted = self._wanted  # the table may choose another on its way
            self.table.show_ids(ids)
            self._wanted = wanted
        self.header.say(_WHICH[self.which], f"{len(ids):,}")
        if self._wanted:
            if self._wanted != self.table.chosen_id():
                self.table.choose(self._wanted)
        else:
            self.table.choose_first()
        if self._owes_focus and ids:
            self._owes_focus = False
            if self.filter.hasFocus() and not self.filter.text():
                self.table.setFocus()

    def _chosen(self, customer_id: str) -> None:
        if customer_id:
            self._wanted = customer_id
            self.chosen.emit(customer_id)


class _Filter(QLineEdit):
    """Where the list is narrowed; Enter, Down and Escape go to it."""

    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Name, plan or contact  /")
        self.setAccessibleName("Filter customers")
        self.setMinimumHeight(FIELD_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the list."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.done.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down}:
            self.done.emit()
        else:
            super().keyPressEvent(event)
