"""The Queue pane: views on the left, issues in the middle, facts on the right; a call is logged in place."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.domain.ports import Touched
from app.services import calls, issue_lists
from app.services.calls import CallDraft, LoggedCall
from app.services.issue_lists import Grouping, Order, View, ViewCount
from ui.kit.buttons import KeyButton
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.flow import restore_sizes, split
from ui.kit.side_list import SideList
from ui.kit.theme import Kind
from ui.panes.queue import call_pages
from ui.panes.queue.acts import PREFIX, IssueActs
from ui.panes.queue.call_form import CallForm
from ui.panes.queue.call_pages import CAPTURE, CallPages
from ui.panes.queue.issue_list import IssueList
from ui.panes.queue.issue_side import IssueSide
from ui.panes.queue.list_acts import ListActs
from ui.panes.queue.listing import SAVED, THESE, Listing
from ui.panes.queue.places import sections
from ui.panes.queue.saved_places import SavedPlaces

_SHOWN_TABLES = (
    *("issue", "interaction", "promise", "note", "escalation", "decision_request", "ask", "issue_event"),
    *("tag", "customer", "contact", "installation", "person", "device"),
    *("issue_link", "ask_first", "deployment", "issue_deployment", "later_word"),
)
_WIDTHS = (195, 692, 391)
_STATE_VERSION = 1
_CLOCK_MS = 30_000

SetBadge = Callable[[str, Kind], None]


def _no_badge(_text: str, _kind: Kind) -> None:
    return None


class QueuePane(QWidget):
    """Fulfils the window's Pane protocol. `open_issue` and `log_call` are the ways in from elsewhere."""

    def __init__(self, console: Console, set_badge: SetBadge = _no_badge) -> None:
        super().__init__()
        self._console, self._set_badge = console, set_badge
        self._middle, self._right = QStackedWidget(), QStackedWidget()
        self.acts = IssueActs(console, self._shows_issue, self)
        self.call = CallForm(console)
        self._commands = (*self._own_commands(), *self.acts.commands(), *self.call.commands())
        self.places = SideList("Views", unsent=console.unsent)
        self.list = IssueList(console, self._log_button(), "/")
        self.list_acts = ListActs(console, self.list, self._is_listing)
        self._commands += self.list_acts.commands(PREFIX)
        self.side = self.acts.side = IssueSide(console, self._button)
        self.pages = CallPages(console, self._middle, self._right, self.side)
        self._commands += self.pages.commands()
        self._counts: tuple[ViewCount, ...] = ()
        self.saved = SavedPlaces(console, self.list, self._show_places)
        self._lay_out()
        self._owes_focus = False
        self._is_counting = self._owes_counts = False
        self._pressing: tuple[int, ...] | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._connect()
        self._show_places()
        self.places.choose(self.list.listing.place)
        self._load_counts()
        self.saved.load()
        self.list.load()

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 14, 0, 0)
        column.addWidget(self.places)
        for stack, pages in ((self._middle, (self.list, self.call)), (self._right, (self.side, self.call.panel))):
            for page in pages:
                stack.addWidget(page)
        self._split = split(left, self._middle, self._right, sizes=_WIDTHS)
        for at, (part, stretch, least) in enumerate(((left, 0, 140), (self._middle, 3, 440), (self._right, 1, 360))):
            self._split.setStretchFactor(at, stretch)
            part.setMinimumWidth(least)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._split)

    def _connect(self) -> None:
        self.places.chosen.connect(self._go)
        self.places.clicked.connect(lambda _index: self._go(self.places.current()))
        self.list.chosen.connect(self.side.show_issue)
        self.list.shown.connect(self._list_shown)
        self.list.listing_changed.connect(self._listing_changed)
        self.side.changed.connect(self._console.book.refresh)
        self.side.left.connect(self._leave_side)
        self.call.logged.connect(self._logged)
        self.call.left.connect(self._leave_call)
        self.call.parked.connect(self._load_counts)
        self.pages.resumed.connect(self._resume)
        self.pages.logged.connect(self._logged)
        self.pages.left.connect(self._leave_call)
        self.pages.issue_chosen.connect(self.side.show_issue)
        self.pages.opened.connect(self.places.choose)
        self._clock.timeout.connect(self.look_at_clock)
        self._clock.start()
        self._console.watch(self, _SHOWN_TABLES, self._changed)
        self._console.read(self, calls.kept_draft, self._found_draft)

    def _own_commands(self) -> tuple[Command, ...]:
        return (
            Command(
                f"{PREFIX}.filter",
                "Filter",
                "Filter the list by words",
                ("/",),
                "Queue",
                self._filter,
                self._is_listing,
                single_key=True,
            ),
            Command(
                f"{PREFIX}.customer",
                "Customer",
                "Show the customer of this call or issue with everything that belongs to it",
                ("Alt+C",),
                "Issue",
                self.open_customer,
                lambda: self._customer_id() is not None,
            ),
        )

    def _customer_id(self) -> str | None:
        if self.is_logging:
            return self.call.card.customer_id if self.call.card is not None else None
        return self.side.issue.customer_id if self.side.issue is not None else None

    def open_customer(self) -> None:
        """Show the customer of the call that is logged, or of the issue shown."""
        customer_id = self._customer_id()
        if customer_id is not None:
            self._console.navigator.open_customer(customer_id)

    def _log_button(self) -> KeyButton:
        """Give the button of the command that the window has for everywhere."""
        book, one = self._console.book, f"{PREFIX}.log_call"
        button = KeyButton("Log a call", "F2", run=self.log_call)
        button.setToolTip("Find the caller and write what is said")
        button.bind(book, one)
        return button

    def _button(self, name: str, *, primary: bool = False) -> KeyButton:
        """Give the button of one of our commands."""
        command = next(c for c in self._commands if c.id == f"{PREFIX}.{name}")
        return KeyButton.of(self._console.book, command, primary=primary)

    # The window's side of it

    @property
    def widget(self) -> QWidget:
        """What is shown."""
        return self

    def commands(self) -> tuple[Command, ...]:
        """Give the pane's commands."""
        return self._commands

    def focus_first(self) -> None:
        """Put the focus into the list, or into the call that is being logged."""
        if self.is_logging:
            self.call.focus_again()
        elif self.pages.shown:
            self.pages.focus_first()
        elif self.list.table.model.ids:
            self.list.table.setFocus()
        else:
            # The first list is still on its way, or empty: then the views are where one can go on.
            self.places.setFocus()
            self._owes_focus = True

    def save_state(self) -> dict[str, Any]:
        """Give view, issue, order and widths."""
        return {
            "version": _STATE_VERSION,
            "view": self.list.listing.place,
            "issue": self.side.issue_id,
            "order": str(self.list.listing.order),
            "is_descending": self.list.listing.is_descending,
            "group_by": str(self.list.listing.group_by or ""),
            "columns": list(self.list.listing.columns),
            "widths": self._split.sizes(),
            "folds": self.side.panel.sections.state(),
        }

    def restore_state(self, state: dict[str, Any]) -> None:
        """Take up what was kept; anything else than our own is ignored."""
        try:
            if state["version"] != _STATE_VERSION:
                return
            listing = _kept_listing(state)
        except (KeyError, TypeError, ValueError):
            return
        restore_sizes(self._split, state.get("widths"))
        self.side.panel.sections.restore(state.get("folds"))
        if str(state["view"]).startswith(SAVED):
            self.saved.want(str(state["view"]))
        self.list.restore(listing, str(state.get("issue") or ""))

    # Ways in

    def open_issue(self, issue_id: str) -> None:
        """Show this issue, whichever view it is in."""
        self._show_list()
        self.list.hold(issue_id)
        self.list.table.setFocus()

    def log_call(self, caller: str = "") -> None:
        """Open the call form in place, with what was being typed, or with who is calling: a number, a name.

        A call that is being typed goes on under the person's hands; they are told who is calling meanwhile.
        """
        if self.is_logging and caller and (self.call.is_promising or not self.call.draft.is_empty):
            self.call.tell_of(caller)
            return
        self._show_call()
        self.call.open(caller)
        self._console.book.refresh()

    def _show_call(self) -> None:
        self.side.leave_form()
        self._middle.setCurrentWidget(self.call)
        self._right.setCurrentWidget(self.call.panel)

    def _resume(self, name: str) -> None:
        """Go on with a parked call."""
        self._show_call()
        self.call.resume(name)

    @property
    def is_logging(self) -> bool:
        """Say whether the call form is shown."""
        return self._middle.currentWidget() is self.call

    def capture(self) -> None:
        """Open the line in which a call is captured."""
        self.side.leave_form()
        self.pages.show(CAPTURE)

    def _is_listing(self) -> bool:
        return self._middle.currentWidget() is self.list

    def _shows_issue(self) -> bool:
        return self._is_listing() or self.pages.shown in call_pages.WITH_ISSUE

    def _leave_side(self) -> None:
        if self.pages.shown:
            self.pages.focus_first()
        else:
            self.list.table.setFocus()

    def _show_list(self) -> None:
        self._middle.setCurrentWidget(self.list)
        self._right.setCurrentWidget(self.side)
        self.places.choose(self.list.listing.place)
        self._console.workstation.look_at("issue", self.side.issue_id or None)
        self.list.unfinished.setVisible(not self.call.draft.is_empty)
        self._console.book.refresh()

    def _list_shown(self) -> None:
        self._choose_place()
        if self._owes_focus and self.list.table.model.ids:
            self._owes_focus = False
            if self.window().focusWidget() is self.places:
                self.list.table.setFocus()

    def _filter(self) -> None:
        self.list.filter.setFocus()
        self.list.filter.selectAll()

    def _leave_call(self) -> None:
        self._show_list()
        self.list.table.setFocus()

    def _found_draft(self, kept: CallDraft | None) -> None:
        """Go on with the call that was being typed when the program ended."""
        if kept is not None and not self.is_logging:
            self.log_call()

    def _logged(self, logged: LoggedCall) -> None:
        self._show_list()
        if logged.issue_id:
            self.list.hold(logged.issue_id)
        self.list.table.setFocus()
        told = "Logged as a new issue." if logged.is_new_issue else "Logged."
        self._console.navigator.tell(told + (" The promise is noted." if logged.promise_id else ""))

    def _go(self, place: str) -> None:
        if place in call_pages.IDS:
            if place != self.pages.shown:
                self.pages.show(place)
            return
        if place.startswith(SAVED):
            self.saved.go(place)
        elif place != THESE:
            self.list.go(View(place))
        self._show_list()

    def show_issues(self, name: str, issue_ids: Sequence[str]) -> None:
        """Show just these issues, such as those behind a figure of a report."""
        self._show_list()
        self.list.show_these(name, issue_ids)
        self.list.table.setFocus()

    def _listing_changed(self) -> None:
        self._show_places()
        self._console.book.refresh()

    def _choose_place(self) -> None:
        if self._is_listing():  # a list that is read anew behind a page pushes nothing aside
            self.places.choose(self.list.listing.place)

    # What changes

    def _changed(self, changes: tuple[Touched, ...]) -> None:
        is_any = any(change.table != "issue" or not change.ids for change in changes)
        touched = None if is_any else frozenset[str]().union(*(change.ids for change in changes))
        self.list.table.refresh(touched)
        self.list.load(is_background=True)
        self._load_counts()
        if touched is None or self.side.issue_id in touched:
            self.side.refresh()
        if self.is_logging:
            self.call.refresh_card()

    def look_at_clock(self) -> None:
        """Read the list anew when another promise falls due: that rises to its top before it breaks."""

        def came(now: tuple[int, ...]) -> None:
            before, self._pressing = self._pressing, now
            if before is not None and before != now:
                self.list.load(is_background=True)
                self._load_counts()

        self._console.read(self, issue_lists.pressing, came)

    def _show_places(self) -> None:
        now, *others = sections(self._counts, self.saved.places())
        self.places.show_sections((now, self.pages.section(), *others))
        self._choose_place()

    def _load_counts(self) -> None:
        """Count the views; what changes meanwhile is counted afterwards, so that counting ends."""
        self.pages.refresh(self._show_places)
        if self._is_counting:
            self._owes_counts = True
            return
        self._is_counting, self._owes_counts = True, False
        counting = self._console.workstation.read(issue_lists.views)
        counting.add_done_callback(lambda _done: self._counting_ended())
        self._console.mailbox.deliver(counting, self, self._counted)

    def _counting_ended(self) -> None:
        self._is_counting = False  # also when it failed; on the reader's thread

    def _counted(self, counts: tuple[ViewCount, ...] | None) -> None:
        if self._owes_counts:
            self._load_counts()
        if counts is None:
            return
        self._counts = counts
        self._show_places()
        over = next((c.over for c in counts if c.view is View.PROMISES), 0)
        self._set_badge(str(over) if over else "", Kind.RED)


def _kept_listing(state: Mapping[str, Any]) -> Listing:
    """Give the list as it was kept; raises KeyError, TypeError or ValueError for what is not ours."""
    place = str(state["view"])
    if place.startswith(SAVED) or place == THESE:
        return Listing()
    return Listing(
        View(place),
        order=Order(state["order"]),
        is_descending=bool(state.get("is_descending")),
        group_by=Grouping(state["group_by"]) if state.get("group_by") else None,
        columns=tuple(str(one) for one in state.get("columns", ())),
    )
