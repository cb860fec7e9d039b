"""The list in the middle: a view's issues, filtered and sorted, kept calm while others work on them."""

from collections.abc import Sequence
from concurrent.futures import Future
from time import monotonic

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services import filter_words, issue_lists
from app.services.desk import Desk
from app.services.issue_lists import FilterError, Group, IdArray, IssueLine, ListQuery, Order, Page, View
from app.services.saved_views import ViewLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState
from ui.kit.console import Console
from ui.kit.labels import Pill
from ui.kit.said_values import counted
from ui.kit.table import RecordTable, Source
from ui.kit.theme import Kind
from ui.panes.queue.columns import bar, columns
from ui.panes.queue.fields import ListHeader
from ui.panes.queue.filter_field import FilterField, Offer
from ui.panes.queue.grouping import with_headings
from ui.panes.queue.listing import Listing
from ui.panes.queue.places import empty_words

_All = tuple[IdArray | None, tuple[Group, ...]]

_PAUSE_MS = 150
_LONG_S = 0.1


class IssueList(QWidget):
    """One list at a time; `chosen` carries the id of the issue that the person went to, or nothing.

    The issue that somebody looks at stays in the list, and in its place, until they leave it: an edit, here or
    elsewhere, that takes it out of the view must not pull it away under their hands.
    """

    chosen = Signal(str)
    shown = Signal()  # the ids asked for are there
    listing_changed = Signal()

    def __init__(self, console: Console, log_button: KeyButton, filter_key: str) -> None:
        super().__init__()
        self._console = console
        self.listing = Listing()
        self._query = self.listing.query()
        self._is_filling = False
        self._held = ""
        self._asked_at = self._cost_s = 0.0  # the last look-up of all ids: when, and how long it took
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(lambda: self.load(is_background=True))
        self._pausing = QTimer(self)
        self._pausing.setSingleShot(True)
        self._pausing.setInterval(_PAUSE_MS)
        self._pausing.timeout.connect(lambda: self.chosen.emit(self.table.chosen_id()))
        self.header = ListHeader(self.listing.title)
        self.filter = FilterField(filter_key, self._complete)
        self.changed_mark = Pill("changed", Kind.BLUE)
        self.changed_mark.setToolTip("This view is not as it was kept: Shift+V keeps it")
        self.unfinished = Pill("unfinished call", Kind.AMBER)
        for pill in (self.changed_mark, self.unfinished):
            pill.hide()
        for widget in (self.changed_mark, self.unfinished, self.filter, log_button):
            self.header.right.addWidget(widget)
        self.table: RecordTable[IssueLine] = RecordTable(
            "Issues",
            columns(),
            Source(self._fetch, lambda line: line.id, bar),
            console.mailbox,
            EmptyState(*empty_words(View.PROMISES, is_filtered=False)),
            has_two_lines=True,
            unsent=console.unsent,
            can_choose_many=True,
        )
        self.above = QVBoxLayout()  # forms and bars over the list
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addLayout(self.above)
        whole.addWidget(self.table, 1)
        self.table.chosen.connect(self._went)
        self.table.sort_asked.connect(self._sort)
        self.table.too_many.connect(self._too_many)
        self.filter.textChanged.connect(self._filtered)
        self.filter.left.connect(self.take_focus)

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[IssueLine]]":
        return self._console.workstation.read(lambda desk: issue_lists.lines(desk, ids))

    def _complete(self, before: str, offer: Offer) -> None:
        self._console.read(self, lambda desk: filter_words.completions(desk, before), offer)

    def _too_many(self, count: int) -> None:
        self._console.navigator.tell(f"{count:,} are too many for one change.", "Narrow the list with / first.")

    # What is shown

    def take_focus(self) -> None:
        """Put the focus into the rows; where there are none it stays, so that letters stay letters."""
        if self.table.model.ids:
            self.table.setFocus()

    def go(self, view: View) -> None:
        """Show this view from its first issue; words in the filter go on filtering."""
        if self.listing.view is not view:
            self._show(Listing(view, text=self.filter.text()))

    def go_saved(self, line: ViewLine) -> None:
        """Show a view kept by name, as it was kept."""
        if self.listing.saved is None or self.listing.saved.id != line.id:
            self._show(Listing.of_saved(line))
        elif self.listing.saved != line:  # kept anew, here or by somebody else
            self.listing = self.listing.but(saved=line)
            self._mark()

    def show_these(self, name: str, ids: Sequence[str]) -> None:
        """Show just these issues, such as those behind a figure."""
        self._show(Listing.of_these(name, ids))

    def _show(self, listing: Listing) -> None:
        had = self.listing
        self.listing = listing
        self.table.unmark()
        if listing.columns != had.columns:
            self.table.show_columns(columns(listing.columns))
        self._put_text(listing.text)
        self._mark()
        self.load(is_from_top=True)
        self.listing_changed.emit()

    def restore(self, listing: Listing, issue_id: str) -> None:
        """Show a list as it was when the window closed, with the issue that was looked at."""
        self._held = issue_id
        self._show(listing)

    def hold(self, issue_id: str) -> None:
        """Show this issue whatever the view says: in the list as it is, else among all open ones."""
        if self.table.choose(issue_id):
            return
        self._held = issue_id
        self._show(Listing(View.ALL_OPEN))

    def change(self, **changes: object) -> None:
        """Sort, group or lay out the list otherwise; what is looked at stays chosen.

        A list that takes long to look up is shown from its beginning instead, at once.
        """
        had = self.listing
        self.listing = had.but(**changes)
        if self.listing.columns != had.columns:
            self.table.show_columns(columns(self.listing.columns))
        self._mark()
        if self.listing.query() != had.query():
            is_long = self._cost_s > _LONG_S
            self._look_up(is_background=not is_long, is_from_top=is_long)
        self.listing_changed.emit()

    def _put_text(self, text: str) -> None:
        if text != self.filter.text():
            self.filter.blockSignals(True)
            self.filter.setText(text)
            self.filter.blockSignals(False)

    def _filtered(self, text: str) -> None:
        self.listing = self.listing.but(text=text)
        self._mark()
        self.load()

    def _sort(self, column: str, is_descending: bool) -> None:  # noqa: FBT001  as the signal carries it
        self.change(order=Order(column), is_descending=is_descending)

    def _mark(self) -> None:
        self.changed_mark.setVisible(self.listing.is_changed)
        if self.listing.order is not Order.USUAL:
            self.table.mark_sorted(str(self.listing.order), is_descending=self.listing.is_descending)
        else:
            self.table.mark_unsorted()

    # Looking up

    def load(self, *, is_background: bool = False, is_from_top: bool = False) -> None:
        """Ask for the first page, and for all ids when it is shown; in the background what is looked at stays.

        What is not needed any more is stopped. A list that takes long to look up is seldom looked up in the background.
        """
        if not (is_background and self._is_early()):
            self._look_up(is_background=is_background, is_from_top=is_from_top)

    def _look_up(self, *, is_background: bool, is_from_top: bool) -> None:
        query = self.listing.query()
        try:
            query.wanted()
        except FilterError as e:
            self.filter.mark_wrong(e.at, str(e))
            self.header.say(self.listing.title, e.what)
            return
        self.filter.mark_wrong(-1)
        self._query.stop.set()
        self._query, self._asked_at = query, monotonic()
        is_kept = is_background and bool(self.table.chosen_id())
        if is_kept or self.listing.these is not None or self.listing.group_by is not None:
            self._ask_all(query, is_background=is_kept, is_from_top=is_from_top)
            return
        self._console.read(
            self,
            lambda desk: issue_lists.first_page(desk, query),
            lambda page: self._page_came(query, page, is_background=is_background, is_from_top=is_from_top),
        )

    def _is_early(self) -> bool:
        """Say whether looking in the background has to wait; it is then done in its time."""
        wait_s = self._asked_at + 10 * self._cost_s - monotonic()
        if self._cost_s < _LONG_S or wait_s <= 0:
            return False
        if not self._again.isActive():
            self._again.start(round(wait_s * 1000))
        return True

    def _ask_all(self, query: ListQuery, *, is_background: bool, is_from_top: bool) -> None:
        self._asked_at = monotonic()
        these = self.listing.these
        self._console.read(
            self,
            lambda desk: _all_of(desk, query, these),
            lambda found: self._all_came(query, found, is_background=is_background, is_from_top=is_from_top),
        )

    def _page_came(self, query: ListQuery, page: Page, *, is_background: bool, is_from_top: bool) -> None:
        if query is not self._query:
            return
        chosen = self._held or self.table.chosen_id()
        if page.is_whole:
            self._came(page.ids, page.lines, is_background=is_background, is_from_top=is_from_top)
            return
        # Who types into the filter sees what it finds at once, from the top when what they looked at is further down.
        if not is_background or is_from_top or not chosen or chosen in page.ids:
            self._fill(page.ids, page.lines, chosen if chosen in page.ids and not is_from_top else page.ids[0])
            self.header.say(self.listing.title)
        self._ask_all(query, is_background=is_background, is_from_top=False)

    def _all_came(self, query: ListQuery, found: _All, *, is_background: bool, is_from_top: bool) -> None:
        ids, groups = found
        if query is self._query and ids is not None:
            self._cost_s = monotonic() - self._asked_at
            self._came(ids, (), groups, is_background=is_background, is_from_top=is_from_top)

    def _came(
        self,
        ids: IdArray,
        rows: Sequence[IssueLine],
        groups: Sequence[Group] = (),
        *,
        is_background: bool,
        is_from_top: bool,
    ) -> None:
        chosen = self.table.chosen_id()
        held, self._held = self._held or (chosen if is_background else ""), ""
        self.header.say(self.listing.title, counted(len(ids), "issue"))
        self.table.empty.say(*empty_words(self.listing.view, is_filtered=bool(self.filter.text().strip())))
        wanted = held or (chosen if chosen in ids and not is_from_top else "") or next(iter(ids), "")
        if groups:
            ids, headings = with_headings(ids, groups, self.listing.group_by)
            self.table.model.show_headings(headings)
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


def _all_of(desk: Desk, query: ListQuery, these: IdArray | None) -> _All:
    if these is None:
        ids = issue_lists.ids(desk, query)
        groups = issue_lists.groups(desk, query) if query.group_by is not None and ids is not None else ()
        return (None, ()) if groups is None else (ids, groups)
    if not query.text.strip():
        return these, ()
    found = issue_lists.ids(desk, query)
    if found is None:
        return None, ()
    wanted = set(found)
    return IdArray.of(one for one in these if one in wanted), ()
