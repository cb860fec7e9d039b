"""The Devices pane: inventory at the left, the chosen device's terminals and commands, its facts at the right."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.services import devices
from app.services.devices import DeviceCard, Grouping, OpenIssue
from ui.kit.cards import EmptyState
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.flow import restore_sizes
from ui.kit.theme import Kind
from ui.panes.devices.bench import Bench
from ui.panes.devices.command_field import History
from ui.panes.devices.declared import declared
from ui.panes.devices.device_form import FormPage
from ui.panes.devices.facts import DeviceFacts
from ui.panes.devices.form_place import FormPlace
from ui.panes.devices.inventory import Inventory
from ui.panes.devices.notes import Notes
from ui.panes.devices.noting import Noting
from ui.panes.devices.orders import Orders
from ui.panes.devices.output_view import View
from ui.panes.devices.reach import Reach
from ui.panes.devices.seen import Seen
from ui.panes.devices.terminal_page import Stage

_TABLES = (
    *("device", "host_key", "issue", "customer", "note", "person", "session"),
    *("config_backup", "backup_attempt"),
)
_WIDTHS = (231, 718, 329)


class DevicesPane(Seen):
    """The pane; GUI thread only."""

    noted = Signal(object)  # the Note that went into an issue

    def __init__(self, console: Console, set_badge: Callable[[str, Kind], None] = lambda _text, _kind: None) -> None:
        """`set_badge` shows at the pane's tab how many terminals are open."""
        super().__init__()
        self._console, self._set_badge = console, set_badge
        self._orders = Orders(console.book, declared(self))
        self._reach = Reach(console, self)
        self._history = History()
        self._is_stranger = False  # the device in sight shows another key than the book has
        self._benches: dict[str, Bench] = {}
        self._device_id = ""
        self._may_add = False
        self._widths = list(_WIDTHS)  # while the sides are folded away
        self._to_connect = ""  # the device that quick connect wants, until it is known here
        self.card: DeviceCard | None = None
        self.notes = Notes(console)
        self.notes.noted.connect(self.noted)
        self._noting = Noting(console, self, self.notes)
        self.inventory = Inventory(console, self._orders)
        self.facts = DeviceFacts(self._orders, console.unsent)
        self._empty = EmptyState("No device is chosen", "Choose one at the left, or type a few letters to find it.")
        self._lay_out()
        self.questions = FormPlace(console, self._reach, self._stack, lambda: self.bench or self._empty)
        self.questions.changed.connect(console.book.refresh)
        self.questions.saved.connect(self._saved)
        self.questions.wanted.connect(self._connect_to)
        self.inventory.chosen.connect(self._go)
        self.inventory.opened.connect(self._open_chosen)
        self.inventory.settled.connect(console.book.refresh)
        self.inventory.may_add_known.connect(self._know_may_add)
        self.facts.issue_opened.connect(console.navigator.open_issue)
        console.watch(self, _TABLES, lambda _changes: self._reload())

    def _lay_out(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        column.addWidget(self._stack, 1)
        column.addWidget(self.notes)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        for widget in (self.inventory, middle, self.facts):
            self._splitter.addWidget(widget)
        self._splitter.setSizes(list(_WIDTHS))
        for at, stretch in enumerate((0, 1, 0)):
            self._splitter.setStretchFactor(at, stretch)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._splitter)

    # What the window asks

    @property
    def widget(self) -> QWidget:
        """What is shown."""
        return self

    def commands(self) -> tuple[Command, ...]:
        """Give the pane's commands."""
        return self._orders.commands

    def focus_first(self) -> None:
        """Put the focus on the open terminal or question, else where a device is found."""
        if self.bench is not None and not self.is_asking:
            self.bench.page.focus_first()
        else:
            self._show_sides(are_shown=True)
            self.inventory.field.setFocus()

    def save_state(self) -> dict[str, Any]:
        """Give the chosen device, the widths, the view and the commands that may be kept."""
        view = self.bench.commands.output.view if self.bench is not None else View.BOTH
        return {
            "device": self._device_id,
            "widths": self._widths if self.has_room else self._splitter.sizes(),
            "view": view.value,
            "history": self._history.to_keep(),
            "grouping": self.inventory.grouping.value,
        }

    def restore_state(self, state: dict[str, Any]) -> None:
        """Take up what `save_state` once gave; connects to nothing."""
        restore_sizes(self._splitter, state.get("widths"))
        if state.get("grouping") in set(Grouping):
            self.inventory.group_by(Grouping(state["grouping"]))
        for command in state.get("history") or []:
            self._history.add(str(command))
        if isinstance(state.get("device"), str) and state["device"]:
            self.open_device(state["device"])
            if self.bench is not None and state.get("view") in set(View):
                self.bench.commands.choose_view(View(state["view"]))

    # What the shell, other panes and the demo ask

    def open_device(self, device_id: str, issue_id: str | None = None) -> None:
        """Show the device; with an issue, notes go into that issue. Connects to nothing."""
        self.questions.drop()
        if issue_id is not None:
            self._noting.opened_from = issue_id
        self._go(device_id)
        self.inventory.go_to(device_id)
        if self.bench is not None:
            self.bench.show_own()
        if self.isVisible():
            self.focus_first()

    def connect_terminal(self) -> None:
        """Open the chosen device's terminal, or open it again after it was closed."""
        bench = self.bench
        if bench is None or not self.can_connect:
            return
        bench.show_page(bench.terminal)
        bench.terminal.connect_device()

    def run_command(self, text: str) -> None:
        """Run a command on the chosen device and show what it says."""
        bench = self.bench
        if bench is not None:
            bench.show_page(bench.commands)
            bench.commands.run(text)

    def use_lines(self, lines: tuple[str, ...]) -> None:
        """Give lines to the device in sight: an open terminal asks before several, else they run one by one."""
        bench = self.bench
        if bench is None:
            return
        if bench.terminal.stage is Stage.OPEN and bench.page is bench.terminal:
            bench.terminal.terminal.paste("\n".join(lines))
            return
        for line in lines:
            self.run_command(line)

    def note_to_issue(self, issue_id: str | None = None) -> None:
        """Note the last output in the issue given, else in the one the device was opened from, else ask for one.

        In a terminal it is the selected text, or what the screen shows. `noted` says when it is there.
        """
        self._noting.note(issue_id)

    def end_sessions(self) -> None:
        """Write down that every open session is over, because Baton closes; nothing is asked any more."""
        for bench in self._benches.values():
            for page in bench.terminals:
                page.log.end("Baton was closed.")

    # What the demo and the tests look at

    @property
    def form(self) -> FormPage | None:
        """The form of a device, when one is open."""
        return self.questions.form

    @property
    def is_asking(self) -> bool:
        """Whether a form or quick connect is open in the middle."""
        return self.questions.page is not None

    @property
    def bench(self) -> Bench | None:
        """The chosen device's terminals and commands."""
        return self._benches.get(self._device_id)

    @property
    def device_id(self) -> str:
        """The id of the chosen device, of terminals side by side that of the one typed into; or nothing."""
        return self.bench.seen_id if self.bench is not None else self._device_id

    @property
    def has_room(self) -> bool:
        """Whether the list and the facts are folded away."""
        return self.inventory.isHidden()

    @property
    def issue(self) -> OpenIssue | None:
        """The issue that notes go into, while it is one of this customer's open ones."""
        issues = self.card.issues if self.card is not None else ()
        return next((issue for issue in issues if issue.id == self._noting.opened_from), None)

    # Choosing a device

    def _go(self, device_id: str) -> None:
        self.questions.drop()
        self.notes.drop()
        if device_id != self._device_id:
            self._device_id, self.card = device_id, None
            self.facts.show_nothing()
        if device_id not in self._benches:
            bench = Bench(self._reach, device_id, self._orders, self._history)
            bench.say_room(has_room=self.has_room)
            bench.changed.connect(self._on_bench)
            self._benches[device_id] = bench
            self._stack.addWidget(bench)
        self._stack.setCurrentWidget(self._benches[device_id])
        self._reload()
        self._console.book.refresh()

    def _open_chosen(self, device_id: str) -> None:
        if device_id and device_id == self._device_id:
            self.connect_terminal()

    def _reload(self) -> None:
        for device_id in dict.fromkeys((self._device_id, self.device_id)):
            if device_id:
                self._look_up(device_id)

    def _look_up(self, device_id: str) -> None:
        self._reach.look_up(
            self,
            lambda desk: devices.detail(desk, device_id),
            lambda card: self._show(card) if device_id in {self._device_id, self.device_id} else None,
            lambda error: self._lost(device_id, error),
        )

    def _show(self, card: DeviceCard) -> None:
        if self.bench is not None and card.device.id == self._device_id:
            self.bench.say(card, self._noting.opened_from)
        if card.device.id == self.device_id:
            self.card = card
            self._show_facts()
        self._console.book.refresh()
        if self._to_connect == card.device.id:
            self._to_connect = ""
            self.connect_terminal()

    def _show_facts(self) -> None:
        if self.card is not None:
            self._is_stranger = self._meets_stranger()
            self.facts.show_card(self.card, self.issue, is_stranger=self._is_stranger)

    def _meets_stranger(self) -> bool:
        return self.bench is not None and self.bench.terminal.doorstep.is_stranger

    def _lost(self, device_id: str, error: BatonError) -> None:
        """Leave a device that was removed; a session to it is left to the person."""
        self._console.navigator.tell(error.what, error.todo)
        if self.card is not None:
            return
        self.facts.show_nothing()
        if device_id == self._device_id:
            self._device_id = ""
            self._stack.setCurrentWidget(self._empty)

    def _on_bench(self) -> None:
        sessions = (bench.sessions for bench in self._benches.values())
        self.inventory.show_sessions({one: said for found in sessions for one, said in found.items()})
        count = sum(bench.open_count for bench in self._benches.values())
        self._set_badge(str(count) if count else "", Kind.GREEN)
        if self.card is not None and self.card.device.id != self.device_id:
            self.card = None  # what is shown of the other part stays for the moment; nothing is noted by it
            self.notes.drop()
            self._look_up(self.device_id)
        if self._is_stranger != self._meets_stranger():
            self._show_facts()
        self._console.book.refresh()

    def find_device(self) -> None:
        """Go where a device is found by a few letters."""
        self._show_sides(are_shown=True)
        self.inventory.field.setFocus()
        self.inventory.field.selectAll()

    def more_room(self) -> None:
        """Fold the list and the facts away, or bring them back."""
        self._show_sides(are_shown=self.has_room)

    def _show_sides(self, *, are_shown: bool) -> None:
        if are_shown is not self.has_room:
            return
        sides, focused = (self.inventory, self.facts), QApplication.focusWidget()
        if not are_shown:
            self._widths = self._splitter.sizes()
            if self.bench is not None and focused and any(side.isAncestorOf(focused) for side in sides):
                self.bench.page.focus_first()
        for side in sides:
            side.setVisible(are_shown)
        for bench in self._benches.values():
            bench.say_room(has_room=not are_shown)
        if are_shown:
            self._splitter.setSizes(self._widths)

    def _know_may_add(self, may_add: bool) -> None:  # noqa: FBT001 - a signal's argument
        self._may_add = may_add
        self._console.book.refresh()

    # What can be done now

    @property
    def may_add(self) -> bool:
        """Whether a device may be added here and now."""
        return self._may_add and not self.is_asking

    @property
    def may_edit(self) -> bool:
        """Whether the chosen device may be corrected here and now."""
        return self.card is not None and self.card.may_edit and not self.is_asking

    @property
    def has_device(self) -> bool:
        """Whether a device is chosen and in sight, and nobody is on the way to another one."""
        return self.bench is not None and not self.is_asking and not self.inventory.is_astray

    @property
    def can_connect(self) -> bool:
        """Whether the terminal in sight can be opened."""
        return self.has_device and self.bench is not None and self.bench.terminal.can_connect

    # Output and notes

    @property
    def can_note(self) -> bool:
        """Whether there is something to note."""
        return self._noting.can_note

    def copy_csv(self) -> None:
        """Put the last table on the clipboard."""
        shown = self.bench.commands.output.shown if self.bench is not None else None
        if self.bench is not None and shown is not None and shown.table and self.bench.commands.copy_csv():
            self._console.navigator.tell(f"The table is on the clipboard as CSV: {len(shown.table.rows)} rows.")

    # Adding and editing

    def _saved(self, device_id: str) -> None:
        """Go to the device that was written, or on with it where it stands beside the chosen one."""
        if device_id == self.device_id != self._device_id:
            self.questions.drop()
            self.focus_first()
        else:
            self.open_device(device_id)

    def add_device(self) -> None:
        """Ask for a new device in place."""
        self.questions.open_form(None)

    def edit_device(self) -> None:
        """Correct the chosen device in place."""
        if self.card is not None:
            self.questions.open_form(self.card.device)

    def quick_connect(self) -> None:
        """Ask where to connect, in place."""
        self.questions.open_quick(may_add=self._may_add)

    def next_grouping(self) -> None:
        """Put the devices under the next kind of headings."""
        self.inventory.next_grouping()

    def _connect_to(self, device_id: str) -> None:
        """Go to the device and open its terminal as soon as it is known."""
        self._to_connect = device_id
        self.open_device(device_id)
