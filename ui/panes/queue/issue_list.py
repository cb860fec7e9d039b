"""The list in the middle: a view's issues, filtered and sorted, kept calm while others work on them."""

from collections.abc import Sequence
from concurrent.futures import Future
from time import monotonic

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services import issue_lists
from app.services.issue_lists import FilterError, IdArray, IssueLine, ListQuery, Order, Page, View
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

_PAUSE_MS = 150


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
        self._query = ListQuery()
        self._asked_at = 0.0
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
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(lambda: self.load(is_background=True))
        self._pausing = QTimer(self)
        self._pausing.setSingleShot(True)
        self._pausing.setInterval(_PAUSE_MS)
        self._pausing.timeout.connect(lambda: self.chosen.emit(self.table.chosen_id()))
        self._cost_s = 0.0  # of the last look-up of all ids
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
        """Ask for the first page, and for all ids when it is shown; in the background what is looked at stays.

        What is not needed any more is stopped. A list that takes long to look up is seldom looked up in the background.
        """
        if is_background and self._is_early():
            return
        query = ListQuery(self.view, self.filter.text(), self.order, self.is_descending)
        try:
            query.wanted()
        except FilterError as e:
            self.header.say(TITLES[self.view], e.what)
            return
        self._query.stop.set()
        self._query, self._asked_at = query, monotonic()
        if is_background and self.table.chosen_id():
            self._ask_all(query, is_background=True, is_from_top=False)
            return
        self._console.read(
            self,
            lambda desk: issue_lists.first_page(desk, query),
            lambda page: self._page_came(query, page, is_background=is_background, is_from_top=is_from_top),
        )

    def _is_early(self) -> bool:
        """Say whether looking in the background has to wait; it is then done in its time."""
        wait_s = self._asked_at + 10 * self._cost_s - monotonic()
        if self._cost_s < 0.1 or wait_s <= 0:
            return False
        if not self._again.isActive():
            self._again.start(round(wait_s * 1000))
        return True

    def _ask_all(self, query: ListQuery, *, is_background: bool, is_from_top: bool) -> None:
        self._asked_at = monotonic()
        self._console.read(
            self,
            lambda desk: issue_lists.ids(desk, query),
            lambda ids: self._all_came(query, ids, is_background=is_background, is_from_top=is_from_top),
        )

    def _page_came(self, query: ListQuery, page: Page, *, is_background: bool, is_from_top: bool) -> None:
        if query is not self._query:
            return
        chosen = self._held or self.table.chosen_id()
        if page.is_whole:
            self._came(page.ids, page.lines, is_background=is_background, is_from_top=is_from_top)
            return
        if is_from_top or not chosen or chosen in page.ids:
            self._fill(page.ids, page.lines, chosen if chosen in page.ids and not is_from_top else page.ids[0])
            self.header.say(TITLES[self.view])
        self._ask_all(query, is_background=is_background, is_from_top=False)

    def _all_came(self, query: ListQuery, ids: IdArray | None, *, is_background: bool, is_from_top: bool) -> None:
        if query is self._query and ids is not None:
            self._cost_s = monotonic() - self._asked_at
            self._came(ids, (), is_background=is_background, is_from_top=is_from_top)

    def _came(self, ids: IdArray, rows: Sequence[IssueLine], *, is_background: bool, is_from_top: bool) -> None:
        chosen = self.table.chosen_id()
        held, self._held = self._held or (chosen if is_background else ""), ""
        self.header.say(TITLES[self.view], counted(len(ids), "issue"))
        self.table.empty.say(*empty_words(self.view, is_filtered=bool(self.filter.text().strip())))
        wanted = held or (chosen if chosen in ids and not is_from_top else "") or next(iter(ids), "")
        self._fill(self._with(held, ids), rows, wanted)
        self.shown.emit()

    def _fill(self, ids: IdArray, rows: Sequence[IssueLine], wanted: str) -> None:
        self._is_filling = True
        self.table.show_ids(ids, rows)
        if wanted and wanted != self.table.chosen_id():
            self.table.choose(wanted)
        self._is_filling = False
        self._went(self.table.chosen_id())

    def _with(self, held: str, ids: IdArray) -> IdArray:
        """Give the ids with the one held, where it stood, when the view has it no more."""
        if not held or held in ids:
            return ids
        return ids.with_one(min(max(self.table.model.line_of(held), 0), len(ids)), held)

    def _went(self, issue_id: str) -> None:
        """Tell who was gone to; while somebody types into the filter, when they pause."""
        if self._is_filling:
            return
        if self.filter.hasFocus():
            self._pausing.start()
        else:
            self._pausing.stop()
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
