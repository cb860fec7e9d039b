"""The Queue pane: views on the left, issues in the middle, facts on the right; a call is logged in place."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.domain.interaction import PromiseState
from app.domain.ports import Touched
from app.services import calls, devices, issues, promises
from app.services.calls import CallDraft, LoggedCall
from app.services.desk import Desk
from app.services.devices import DeviceLine
from app.services.issues import IssueDetail, Order, View, ViewCount
from app.services.promises import PromiseLine
from ui.kit.buttons import KeyButton
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.flow import split
from ui.kit.side_list import SideList
from ui.kit.theme import Kind
from ui.panes.queue.call_form import CallForm
from ui.panes.queue.clashes import ClashCard
from ui.panes.queue.forms import CallBackForm, ChangeForm, EscalateForm, IssueForm, NoteForm, PromiseForm
from ui.panes.queue.issue_list import IssueList
from ui.panes.queue.issue_side import IssueSide
from ui.panes.queue.places import sections

_SHOWN_TABLES = (
    *("issue", "interaction", "promise", "note", "escalation", "decision_request", "ask", "issue_event"),
    *("customer", "contact", "installation", "person", "device"),
)
_CALM_MS = 80
_WIDTHS = (195, 692, 391)

SetBadge = Callable[[str, Kind], None]


class QueuePane(QWidget):
    """Fulfils the window's Pane protocol. `open_issue` and `log_call` are the ways in from elsewhere."""

    def __init__(self, console: Console, set_badge: SetBadge = lambda _text, _kind: None) -> None:
        super().__init__()
        self._console, self._set_badge = console, set_badge
        self._commands = self._declare()
        by_id = {c.id: c for c in self._commands}
        button = partial(self._button, by_id)
        self.places = SideList("Views")
        self.list = IssueList(console, button("queue.log_call"), "/")
        self.side = IssueSide(
            console,
            [
                button("queue.call_back", primary=True),
                *(
                    button(f"queue.{one}")
                    for one in ("called_again", "promise", "note", "escalate", "change", "devices")
                ),
            ],
            [button(f"queue.{one}") for one in ("kept", "move", "withdraw")],
            ("M", "T", "W"),
        )
        self.call = CallForm(console)
        self._middle, self._right = QStackedWidget(), QStackedWidget()
        self._lay_out()
        self._touched_issues: set[str] | None = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_CALM_MS)
        self._soon.timeout.connect(self._catch_up)
        self._connect()
        self.places.show_sections(sections())
        self.places.choose(str(self.list.view))
        self._load_counts()
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
        self._split.setStretchFactor(0, 0)
        self._split.setStretchFactor(1, 1)
        self._split.setStretchFactor(2, 0)
        left.setMinimumWidth(150)
        self._middle.setMinimumWidth(420)
        self._right.setMinimumWidth(320)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._split)

    def _connect(self) -> None:
        self.places.chosen.connect(lambda view: self._go(View(view)))
        self.list.chosen.connect(self.side.show_issue)
        self.list.shown.connect(lambda: self.places.choose(str(self.list.view)))
        self.list.table.opened.connect(lambda _one: self.side.panel.setFocus())
        self.side.changed.connect(self._console.book.refresh)
        self.side.left.connect(self.list.table.setFocus)
        self.call.logged.connect(self._logged)
        self.call.left.connect(self._leave_call)
        self._console.watch(self, _SHOWN_TABLES, self._changed)
        self._console.read(self, calls.kept_draft, self._found_draft)

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
        (self.call.caller if self.is_logging else self.list.table).setFocus()

    def save_state(self) -> dict[str, Any]:
        """Give view, issue, order and widths."""
        return {
            "version": 1,
            "view": str(self.list.view),
            "issue": self.side.issue_id,
            "order": str(self.list.order),
            "is_descending": self.list.is_descending,
            "widths": self._split.sizes(),
        }

    def restore_state(self, state: dict[str, Any]) -> None:
        """Take up what was kept; anything else than our own is ignored."""
        try:
            if state.get("version") != 1:
                return
            view, order = View(state["view"]), Order(state["order"])
            widths = [int(w) for w in state["widths"]]
        except (KeyError, TypeError, ValueError):
            return
        if len(widths) == 3 and min(widths) > 0:
            self._split.setSizes(widths)
        self.list.order, self.list.is_descending = order, bool(state.get("is_descending"))
        self.list.restore(view, str(state.get("issue") or ""))
        if order is not Order.USUAL:
            self.list.table.mark_sorted(str(order), is_descending=self.list.is_descending)

    # Ways in

    def open_issue(self, issue_id: str) -> None:
        """Show this issue, whichever view it is in."""
        self._show_list()
        self.list.hold(issue_id)
        self.list.table.setFocus()

    def log_call(self) -> None:
        """Open the call form in place, with what was being typed."""
        self.side.leave_form()
        self._middle.setCurrentWidget(self.call)
        self._right.setCurrentWidget(self.call.panel)
        self.call.open()
        self._console.book.refresh()

    @property
    def is_logging(self) -> bool:
        """Say whether the call form is shown."""
        return self._middle.currentWidget() is self.call

    def _show_list(self) -> None:
        self._middle.setCurrentWidget(self.list)
        self._right.setCurrentWidget(self.side)
        self.list.unfinished.setVisible(not self.call.draft.is_empty)
        self._console.book.refresh()

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

    def _go(self, view: View) -> None:
        self._show_list()
        self.list.go(view)

    # What changes

    def _changed(self, changes: tuple[Touched, ...]) -> None:
        for change in changes:
            if change.table != "issue" or not change.ids:
                self._touched_issues = None
            elif self._touched_issues is not None:
                self._touched_issues |= change.ids
        if not self._soon.isActive():
            self._soon.start()

    def _catch_up(self) -> None:
        touched, self._touched_issues = self._touched_issues, set()
        self.list.table.refresh(None if touched is None else frozenset(touched))
        self.list.load(is_background=True)
        self._load_counts()
        if touched is None or self.side.issue_id in touched:
            self.side.refresh()
        if self.is_logging:
            self.call.refresh_card()

    def _load_counts(self) -> None:
        self._console.read(self, issues.views, self._counted)

    def _counted(self, counts: tuple[ViewCount, ...]) -> None:
        self.places.show_sections(sections(counts))
        over = next((c.over for c in counts if c.view is View.PROMISES), 0)
        self._set_badge(str(over) if over else "", Kind.RED)

    # Commands

    def _declare(self) -> tuple[Command, ...]:
        issue, promise, clash = self._has_issue, self._has_promise, self._has_clash
        rows: tuple[tuple[str, str, str, str, str, Callable[[], None], Callable[[], bool]], ...] = (
            ("log_call", "Log a call", "Find the caller and write what is said", "F2", "Queue", self.log_call, _always),
            ("filter", "Filter", "Filter the list by words", "/", "Queue", self._filter, self._is_listing),
            ("call_back", "Call back", "Call them and log what you told them", "B", "Issue", self._call_back, issue),
            ("called_again", "Called again", "They asked again: one key", "A", "Issue", self._called_again, issue),
            ("promise", "Promise", "Promise by a time", "P", "Issue", self._promise, issue),
            ("note", "Note", "A word for us only", "N", "Issue", self._note, issue),
            ("escalate", "Escalate", "A recipient and one sentence", "E", "Issue", self._escalate, issue),
            ("change", "Change", "Title, state, owner, agreed line ...", "C", "Issue", self._change, issue),
            ("devices", "Devices", "Open a device of this customer", "D", "Issue", self._devices, self._has_devices),
            ("kept", "Done", "The promise is done: kept, or late", "K", "Promise", self._keep, promise),
            ("move", "Move it", "Another time, before it is due", "Shift+P", "Promise", self._move, self._can_move),
            ("withdraw", "Withdraw", "They need it no more", "Shift+W", "Promise", self._withdraw, self._can_move),
            ("keep_mine", "Keep mine", "Give my value again", "M", "Conflict", self._keep_mine, clash),
            ("keep_theirs", "Keep theirs", "Leave what the company has", "T", "Conflict", self._keep_theirs, clash),
            ("write_third", "Write a third", "Give another value", "W", "Conflict", self._write_third, clash),
        )
        return tuple(
            Command(f"queue.{one}", title, help_text, (key,), group, run, can, single_key=len(key) == 1)
            for one, title, help_text, key, group, run, can in rows
        )

    def _button(self, by_id: dict[str, Command], command_id: str, *, primary: bool = False) -> KeyButton:
        """Give a command's button; the window adds the commands to the book only after the pane is made."""
        book, command = self._console.book, by_id[command_id]
        button = KeyButton(
            command.title, command.keys[0], primary=primary, run=lambda: _give(self._console, command_id)
        )
        button.setToolTip(command.help)
        button.setAccessibleDescription(command.help)
        button.bind(book, command_id)
        return button

    def _is_listing(self) -> bool:
        return not self.is_logging

    def _has_issue(self) -> bool:
        return not self.is_logging and self.side.issue is not None

    def _has_devices(self) -> bool:
        return not self.is_logging and self.side.issue is not None and self.side.issue.devices > 0

    def _has_promise(self) -> bool:
        return self._next_promise() is not None

    def _can_move(self) -> bool:
        promise = self._next_promise()
        return promise is not None and promise.state is PromiseState.OPEN

    def _has_clash(self) -> bool:
        return not self.is_logging and self.side.panel.clashes.first is not None

    def _issue(self) -> IssueDetail:
        if self.side.issue is None:
            raise LookupError("no issue is shown")  # commands are enabled only with one
        return self.side.issue

    def _next_promise(self) -> PromiseLine | None:
        shown = self.side.issue
        return shown.open_promises[0] if shown and shown.open_promises and not self.is_logging else None

    def _filter(self) -> None:
        self.list.filter.setFocus()
        self.list.filter.selectAll()

    def _open(self, form: IssueForm) -> None:
        self.side.open_form(form)

    def _call_back(self) -> None:
        self._open(CallBackForm(self._issue().phone))

    def _promise(self) -> None:
        self._open(PromiseForm(None, self._issue().read_at))

    def _move(self) -> None:
        self._open(PromiseForm(self._next_promise(), self._issue().read_at))

    def _note(self) -> None:
        self._open(NoteForm())

    def _escalate(self) -> None:
        self._open(EscalateForm())

    def _change(self) -> None:
        self._open(ChangeForm(self._issue()))

    def _called_again(self) -> None:
        issue = self._issue()
        self._write(lambda desk: calls.called_again(desk, issue.id), f"Logged: {issue.label} called again.")

    def _keep(self) -> None:
        promise = self._next_promise()
        if promise is not None:
            self._console.write(self, lambda desk: promises.keep(desk, promise.id), self._kept)

    def _kept(self, state: PromiseState) -> None:
        self._console.navigator.tell("Kept." if state is PromiseState.KEPT else "Done, after its time: broken.")

    def _withdraw(self) -> None:
        promise = self._next_promise()
        if promise is not None:
            self._write(lambda desk: promises.withdraw(desk, promise.id), "The promise is withdrawn.")

    def _write(self, verb: Callable[[Desk], object], told: str) -> None:
        self._console.write(self, verb, lambda _done: self._console.navigator.tell(told))

    def _devices(self) -> None:
        issue = self._issue()

        def open_one(found: tuple[DeviceLine, ...]) -> None:
            if len(found) == 1:
                self._console.navigator.open_device(found[0].id, issue.id)
            elif found:
                self.side.offer_devices(found, lambda one: self._console.navigator.open_device(one, issue.id))

        self._console.read(self, lambda desk: devices.of_issue(desk, issue.id), open_one)

    def _clash(self) -> ClashCard:
        first = self.side.panel.clashes.first
        if first is None:
            raise LookupError("no conflict is shown")  # commands are enabled only with one
        return first

    def _keep_mine(self) -> None:
        self._clash().keep_mine()

    def _keep_theirs(self) -> None:
        self._clash().keep_theirs()

    def _write_third(self) -> None:
        self._clash().write()


def _always() -> bool:
    return True


def _give(console: Console, command_id: str) -> None:
    console.book.run(command_id)
