"""The list in the middle: a view's issues, filtered and sorted, kept calm while others work on them."""

from collections.abc import Sequence
from concurrent.futures import Future

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services import issue_lists
from app.services.issue_lists import IssueLine, Order, View
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState
from ui.kit.console import Console
from ui.kit.labels import Pill
from ui.kit.said_values import counted
from ui.kit.table import RecordTable, Source
from ui.kit.theme import Kind
from ui.panes.queue.columns import bar, columns
from ui.panes.queue.fields import FilterField, ListHeader
from ui.panes.queue.places import TITLES, empty_words


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
        self.header = ListHeader(TITLES[self.view])
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
            unsent=console.unsent,
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
        return self._console.workstation.read(lambda desk: issue_lists.lines(desk, ids))

    def go(self, view: View) -> None:
        """Show this view from its first issue."""
        if view is not self.view:
            self.view = view
            self.load(is_from_top=True)

    def restore(self, view: View, issue_id: str, order: Order, *, is_descending: bool) -> None:
        """Show a view as it was when the window closed, with the issue that was looked at."""
        self.view, self.order, self.is_descending = view, order, is_descending
        self._mark_order()
        self._held = issue_id
        self.load()

    def hold(self, issue_id: str) -> None:
        """Show this issue whatever the view says: in the list as it is, else among all open ones."""
        if self.table.choose(issue_id):
            return
        self._held, self.view = issue_id, View.ALL_OPEN
        self.filter.blockSignals(True)
        self.filter.clear()
        self.filter.blockSignals(False)
        self.load()

    def load(self, *, is_background: bool = False, is_from_top: bool = False) -> None:
        """Ask for the ids; in the background what is looked at stays in the list."""
        self._asked += 1
        asked, view, text = self._asked, self.view, self.filter.text()
        order, is_descending = self.order, self.is_descending
        self._console.read(
            self,
            lambda desk: issue_lists.ids(desk, view, text, order, is_descending=is_descending),
            lambda ids: self._came(asked, ids, is_background=is_background, is_from_top=is_from_top),
        )

    def _came(self, asked: int, ids: list[str], *, is_background: bool, is_from_top: bool) -> None:
        if asked != self._asked:
            return
        chosen = self.table.chosen_id()
        held, self._held = self._held or (chosen if is_background else ""), ""
        self.header.say(TITLES[self.view], counted(len(ids), "issue"))
        self.table.empty.say(*empty_words(self.view, is_filtered=bool(self.filter.text().strip())))
        wanted = held or (chosen if chosen in ids and not is_from_top else "") or next(iter(ids), "")
        self._is_filling = True
        self.table.show_ids(self._with(held, ids))
        if wanted:
            self.table.choose(wanted)
        self._is_filling = False
        self._went(self.table.chosen_id())
        self.shown.emit()

    def _with(self, held: str, ids: list[str]) -> list[str]:
        """Give the ids with the one held, where it stood, when the view has it no more."""
        if not held or held in ids:
            return ids
        before = list(self.table.model.ids)
        at = before.index(held) if held in before else 0
        return [*ids[:at], held, *ids[at:]]

    def _went(self, issue_id: str) -> None:
        if not self._is_filling:
            self.chosen.emit(issue_id)

    def _sort(self, column: str, is_descending: bool) -> None:  # noqa: FBT001  as the signal carries it
        self.sort(Order(column), is_descending=is_descending)

    def sort(self, order: Order, *, is_descending: bool) -> None:
        """Sort by this column; what is looked at stays chosen."""
        self.order, self.is_descending = order, is_descending
        self._mark_order()
        self.load(is_background=True)

    def _mark_order(self) -> None:
        if self.order is not Order.USUAL:
            self.table.mark_sorted(str(self.order), is_descending=self.is_descending)
