"""The list in the middle: a view's issues, filtered and sorted, kept calm while others work on them."""

from collections.abc import Sequence
from concurrent.futures import Future

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services import issues
from app.services.issues import IssueLine, Order, View
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, PaneHeader
from ui.kit.console import Console
from ui.kit.labels import Pill
from ui.kit.table import RecordTable, Source
from ui.kit.theme import Kind
from ui.panes.queue.columns import bar, columns
from ui.panes.queue.fields import FilterField
from ui.panes.queue.places import TITLES, empty_words
from ui.panes.queue.words import counted


class IssueList(QWidget):
    """One view at a time; `chosen` carries the id of the issue that the person went to, or nothing.

    The issue that somebody looks at stays in the list, and in its place, until they leave it: an edit, here or
    elsewhere, that takes it out of the view must not pull it away under their hands.
    """

    chosen = Signal(str)
    shown = Signal()  # the ids asked for are there

    def __init__(self, console: Console, log_button: KeyButton, filter_key: str) -> None:
        super().__init__()
        self._console = console
        self.view, self.order, self.is_descending = View.PROMISES, Order.USUAL, False
        self._asked = 0
        self._is_filling = False
        self._held = ""
        self.header = PaneHeader(TITLES[self.view])
        self.filter = FilterField(filter_key)
        self.unfinished = Pill("unfinished call", Kind.AMBER)
        self.unfinished.hide()
        for widget in (self.unfinished, self.filter, log_button):
            self.header.right.addWidget(widget)
        self.table: RecordTable[IssueLine] = RecordTable(
            "Issues",
            columns(),
            Source(self._fetch, lambda line: line.id, bar),
            console.mailbox,
            EmptyState(*empty_words(self.view, is_filtered=False)),
            has_two_lines=True,
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self.table, 1)
        self.table.chosen.connect(self._went)
        self.table.sort_asked.connect(self._sort)
        self.filter.textChanged.connect(lambda _text: self.load())
        self.filter.left.connect(self.table.setFocus)

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[IssueLine]]":
        return self._console.workstation.read(lambda desk: issues.lines(desk, ids))

    def go(self, view: View) -> None:
        """Show this view from its first issue."""
        if view is not self.view:
            self.view, self._held = view, ""
            self.load()

    def restore(self, view: View, issue_id: str) -> None:
        """Show a view with the issue that was looked at when the window closed."""
        self.view, self._held = view, issue_id
        self.load()

    def hold(self, issue_id: str) -> None:
        """Show this issue whatever the view says: all open ones, and this one in any case."""
        self._held = issue_id
        if self.table.choose(issue_id):
            return
        self.view = View.ALL_OPEN
        if self.filter.text():
            self.filter.clear()  # loads
        else:
            self.load()

    def load(self, *, is_background: bool = False) -> None:
        """Ask for the ids; in the background what is looked at stays in the list."""
        self._asked += 1
        asked, view, text = self._asked, self.view, self.filter.text()
        order, is_descending = self.order, self.is_descending
        held = self.table.chosen_id() if is_background else self._held
        self._console.read(
            self,
            lambda desk: issues.ids(desk, view, text, order, is_descending=is_descending),
            lambda ids: self._came(asked, ids, held),
        )

    def _came(self, asked: int, ids: list[str], held: str) -> None:
        if asked != self._asked:
            return
        self.header.say(TITLES[self.view], counted(len(ids), "issue"))
        self.table.empty.say(*empty_words(self.view, is_filtered=bool(self.filter.text().strip())))
        before = list(self.table.model.ids)
        if held and held not in ids:
            at = before.index(held) if held in before else 0
            ids = [*ids[:at], held, *ids[at:]]
        self._is_filling = True
        self.table.show_ids(ids)
        if held:
            self.table.choose(held)
        elif ids:
            self.table.choose(ids[0])
        self._is_filling = False
        self._went(self.table.chosen_id())
        self.shown.emit()

    def _went(self, issue_id: str) -> None:
        if not self._is_filling:
            self._held = issue_id
            self.chosen.emit(issue_id)

    def _sort(self, column: str, is_descending: bool) -> None:  # noqa: FBT001  as the signal carries it
        self.sort(Order(column), is_descending=is_descending)

    def sort(self, order: Order, *, is_descending: bool) -> None:
        """Sort by this column; what is looked at stays chosen."""
        self.order, self.is_descending = order, is_descending
        if order is not Order.USUAL:
            self.table.mark_sorted(str(order), is_descending=is_descending)
        self.load(is_background=True)
