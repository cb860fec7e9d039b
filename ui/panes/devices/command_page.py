"""Commands on one device: typed, run on a connection of their own, answered raw and as a table."""

from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.services.devices import as_csv, learn, tells_of_itself
from app.services.terminals import (
    CommandAnswer,
    CommandDone,
    CommandFailed,
    HostKeyMismatch,
    HostKeyUnknown,
    Target,
    TerminalMessage,
    is_login_refused,
)
from ui.kit.buttons import KeyButton, TabButton
from ui.kit.cards import Card, EmptyState
from ui.kit.flow import row
from ui.kit.labels import ElidedLabel, Label, Pill
from ui.kit.theme import Face, Kind, S, Tone
from ui.panes.devices.command_field import CommandField, FilterField, History
from ui.panes.devices.doorstep import Doorstep, Step
from ui.panes.devices.guard import CommandGate, GuardPanel
from ui.panes.devices.orders import Orders
from ui.panes.devices.output_view import Output, OutputView, View
from ui.panes.devices.reach import Reach

_VIEWS = {View.BOTH: "Both", View.RAW: "Raw", View.TABLE: "Table"}


class Failure(Card):
    """Why there is no output, and the button that tries again."""

    def __init__(self, again: KeyButton) -> None:
        super().__init__(Kind.RED)
        self.what = Label(face=Face.BOLD, wrap=True)
        self.todo = Label(tone=Tone.DIM, wrap=True)
        top = row(Pill("no output", Kind.RED))
        top.addWidget(self.what, 1)
        self.body.addLayout(top)
        self.body.addWidget(self.todo)
        self.body.addLayout(row(again, None))
        self.hide()

    def say(self, error: BatonError) -> None:
        """Show this."""
        self.what.setText(error.what)
        self.todo.setText(error.todo)
        self.todo.setVisible(bool(error.todo))
        self.setAccessibleName(str(error))
        self.show()


class CommandPage(QWidget):
    """The tab Commands; one command at a time, the next waits for it."""

    changed = Signal()

    def __init__(self, reach: Reach, device_id: str, orders: Orders, history: History) -> None:
        super().__init__()
        self._reach, self._orders, self._device_id = reach, orders, device_id
        self._command, self._request = "", ""
        self._waiting: list[str] = []
        self.failure_error: BatonError | None = None
        self.field = CommandField(history)
        self.run_button = KeyButton("Run", "Return", primary=True, run=self._run_typed)
        self.cancel_button = KeyButton("Cancel", "Esc", run=self.cancel)
        self.filter = FilterField()
        self.state = ElidedLabel(tone=Tone.DIM)
        self.views = {view: TabButton(title) for view, title in _VIEWS.items()}
        self._one_of = QButtonGroup(self)  # by itself a tab would exclude every other tab beside this page
        for button in self.views.values():
            self._one_of.addButton(button)
        self.output = OutputView()
        self.empty = EmptyState("Nothing was asked yet", "Type a command above, such as show version.")
        self.failure = Failure(KeyButton("Try again", run=lambda: self.run(self._command)))
        self.gate = CommandGate(reach.console, device_id, self)
        self.gate.passed.connect(self._enter)
        self.gate.stopped.connect(lambda _command: self._turned_back(None))
        self.guard = GuardPanel(reach.console, device_id, self.gate)
        self.guard.done.connect(self._take_focus)
        self.gate.asked.connect(lambda _held: self._show_state())
        self.doorstep = Doorstep(reach, device_id)
        self._lay_out(orders)
        self.field.returnPressed.connect(self._run_typed)
        self.field.cancelled.connect(self.cancel)
        self.filter.changed.connect(self._narrow)
        self.filter.left.connect(self.field.setFocus)
        self.doorstep.passed.connect(self._ask)
        self.doorstep.turned_back.connect(self._turned_back)
        self.doorstep.moved.connect(self._show_state)
        for view, button in self.views.items():
            button.clicked.connect(lambda _checked, v=view: self.choose_view(v))
        self.choose_view(View.BOTH)
        self._show_state()

    def _lay_out(self, orders: Orders) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S)
        top = QHBoxLayout()
        top.setSpacing(S)
        top.addWidget(self.field, 1)
        top.addWidget(self.run_button)
        top.addWidget(self.cancel_button)
        layout.addLayout(top)
        line = row(*self.views.values())
        line.addWidget(self.state, 1)
        line.addWidget(self.filter)
        line.addWidget(orders.button("devices.copy_csv"))
        self._line = QWidget()
        self._line.setLayout(line)
        layout.addWidget(self._line)
        layout.addWidget(self.guard)
        layout.addWidget(self.doorstep)
        layout.addWidget(self.failure)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.output)
        layout.addWidget(holder, 1)

    @property
    def is_running(self) -> bool:
        """Whether a command is under way."""
        return bool(self._command) and (
            bool(self._request) or self.gate.is_busy or self.doorstep.step is Step.LOOKING_UP
        )

    def run(self, command: str) -> None:
        """Run the command; while another one runs it waits for its turn."""
        text = command.strip()
        if not text:
            self.field.setFocus()
            return
        if self.is_running:
            self._waiting.append(text)
            self._show_state()
            return
        self.failure.hide()
        self.failure_error = None
        self._command = text
        self.field.setText(text)
        self.field.ran(text)
        self.gate.ask(text)
        self._show_state()

    def cancel(self) -> None:
        """Give up what runs and what waits."""
        self._waiting.clear()
        if self._request:
            self._reach.exchange.cancel(self._request)
        elif self.gate.held is not None:
            self.gate.leave()
        elif self.doorstep.step is not Step.OUTSIDE:
            self.doorstep.leave()

    def choose_view(self, view: View) -> None:
        """Show raw, table or both."""
        self.views[view].setChecked(True)
        self.output.choose(view)

    def next_view(self) -> None:
        """Go to the next of the three views."""
        views = list(View)
        self.choose_view(views[(views.index(self.output.view) + 1) % len(views)])

    def copy_csv(self) -> str:
        """Put the table, as it is filtered, on the clipboard as CSV; give it."""
        output = self.output.shown
        if output is None or output.table is None:
            return ""
        text = as_csv(output.table)
        QGuiApplication.clipboard().setText(text)
        return text

    def focus_first(self) -> None:
        """Put the focus on the question, or where the next command is typed."""
        card = self.doorstep.card or self.guard.asking
        if card is not None:
            card.ask()  # type: ignore[attr-defined]  # every card of the doorstep can take the focus
        else:
            self.field.setFocus()

    def forget(self) -> None:
        """Leave what was said of the device before it was moved; a command under way goes on."""
        self.failure.hide()
        self.failure_error = None
        self.doorstep.forget()
        self._show_state()

    def take(self, message: TerminalMessage | CommandAnswer) -> None:
        """Take the devices child's answer."""
        match message:
            case CommandDone(request_id) if request_id == self._request:
                self._done(message)
            case CommandFailed(request_id, error) if request_id == self._request:
                self._request = ""
                if is_login_refused(error):
                    self.doorstep.refuse(error)
                else:
                    self._fail(error)
            case HostKeyUnknown(asked_by) | HostKeyMismatch(asked_by) if asked_by == self._request:
                self._request = ""
                self.doorstep.meet(message)
            case _:
                pass  # of a command that was given up

    def _enter(self, _command: str) -> None:
        self.doorstep.enter()

    def _take_focus(self) -> None:
        if self.isVisible() and self.doorstep.card is None:
            self.field.setFocus()

    def _run_typed(self) -> None:
        self.run(self.field.text())

    def _ask(self, target: Target) -> None:
        self._request = self._reach.exchange.run(target, self._command, self._reach.to(self))
        self._show_state()

    def _done(self, done: CommandDone) -> None:
        command, now = self._command, datetime.now(UTC)
        self.doorstep.let_in()
        self._reach.look_up(self, lambda _desk: Output.of(command, now, done), self._show, self._fail)

    def _show(self, output: Output) -> None:
        self._request = ""
        self._learn(output)
        self.filter.clear()  # what was looked for in another answer would hide this one
        self.output.show_output(output)
        self._stack.setCurrentWidget(self.output)
        self._next()

    def _narrow(self, words: str) -> None:
        """Show the lines and rows with these words; an output may be long, so they are looked for elsewhere."""
        output = self.output.output
        if output is None:
            return

        def found(part: Output) -> None:
            if self.output.output is output and self.filter.words == words:
                self.output.show_part(part)
                self._show_state()

        self._reach.look_up(self, lambda _desk: output.narrowed(words), found, self._fail)

    def _learn(self, output: Output) -> None:
        """Write down what a `show version` tells of the device; quietly, for the person only asked."""
        table = output.table
        if table is not None and tells_of_itself(table):
            device_id, console = self._device_id, self._reach.console
            console.write_for_one(
                self, lambda desk: learn(desk, device_id, table), lambda _undoable: None, lambda _error: None
            )

    def _fail(self, error: BatonError) -> None:
        self._request = ""
        self.failure_error = error
        self.failure.say(error)
        self._waiting.clear()
        self._show_state()

    def _turned_back(self, error: BatonError | None) -> None:
        if error is not None:
            self._fail(error)
        self._waiting.clear()
        self._show_state()

    def _next(self) -> None:
        self._show_state()
        if self._waiting:
            self.run(self._waiting.pop(0))

    def _show_state(self) -> None:
        is_running, output = self.is_running, self.output.output
        self.run_button.setVisible(not is_running)
        self.cancel_button.setVisible(is_running)
        if is_running:
            waiting = f" · {len(self._waiting)} waiting" if self._waiting else ""
            does = "is held" if self.gate.held is not None else "runs…"
            self.state.set_whole(f"{self._command} {does}{waiting}")
        elif output is not None:
            self.state.set_whole(_said(self.output.shown or output))
        self._line.setVisible(is_running or output is not None)
        has_table = output is not None and output.table is not None
        for button in self.views.values():
            button.setVisible(has_table)
        self.filter.setVisible(output is not None and not is_running)
        self.changed.emit()
        self._orders.book.refresh()


def _said(output: Output) -> str:
    took = f"{output.ms:.0f} ms" if output.ms < 1000 else f"{output.ms / 1000:.1f} s"
    lines = _count(output.text.strip("\n").count("\n") + 1, "line")
    rows = _count(len(output.table.rows), "row") if output.table is not None else "no table for this one"
    return f"{output.at.astimezone():%H:%M:%S} · {took} · {lines} · {rows} · {output.command}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
