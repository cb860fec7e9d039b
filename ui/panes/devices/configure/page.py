"""The page: lines at the left, what each would do at the right, one button; then what the device said to them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.services import config_changes, devices
from app.services.config_changes import ChangePlan, Cleared, Kept
from app.services.desk import Desk
from app.services.devices import DeviceCard
from app.services.terminals import ConfigAnswer, ConfigApplied, HostKeyMismatch, HostKeyUnknown, is_login_refused
from ui.kit.buttons import KeyButton
from ui.kit.cards import Callout, PaneHeader
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.flow import clear, split
from ui.kit.page import Page
from ui.kit.said_values import counted
from ui.kit.theme import Kind, M, S
from ui.panes.devices.configure.form import ChangeForm
from ui.panes.devices.configure.outcome import OutcomeView
from ui.panes.devices.configure.planned import PlannedLines
from ui.panes.devices.doorstep import Doorstep, Step
from ui.panes.devices.guard import GuardPanel
from ui.panes.devices.guard.cards import EMERGENCY_KEY
from ui.panes.devices.guard.change_gate import ChangeGate
from ui.panes.devices.reach import Reach
from ui.panes.devices.terminal.place_bar import PlaceBar

_WIDTHS, _LEAST_WIDTH = (480, 800), 400
_TABLES = ("device", "host_key", "change_window", "issue", "credential_rule")
_NO_DEVICE = ("No device is in sight.", "Choose one in Devices, then come back with the same key.")


class ConfigurePage(Page):
    """Nothing is sent before the one button, which names the device. GUI thread only."""

    def __init__(
        self, console: Console, on_history: Callable[[str, str | None], None] = lambda _device, _issue: None
    ) -> None:
        """`on_history` shows a device's configurations, with the issue that notes go into."""
        super().__init__()
        self._console, self._on_history = console, on_history
        self._reach = Reach(console, self)
        self.device_id = ""
        self.card: DeviceCard | None = None
        self.plan: ChangePlan | None = None
        self.cleared: Cleared | None = None
        self.kept: Kept | None = None
        self.answer: ConfigAnswer | None = None
        self.gate: ChangeGate | None = None
        self.guard: GuardPanel | None = None
        self.doorstep: Doorstep | None = None
        self._request, self._asked, self._is_running = "", 0, False
        self._declared = self._declare()
        self._buttons = {c.id.removeprefix("configure."): KeyButton.of(console.book, c) for c in self._declared}
        self._buttons["apply"].set_primary(primary=True)
        self.place, self.header, self.says = PlaceBar(), PaneHeader("Configure"), Callout()
        self.place.hide()  # until there is a device
        self.form = ChangeForm(self._buttons["apply"])
        self.planned = PlannedLines(console)
        self.outcome = OutcomeView(self._buttons["history"], self._buttons["edit"], self._buttons["cancel"])
        self._asks = QVBoxLayout()
        self._lay_out()
        self.form.changed.connect(self.look)
        console.watch(self, _TABLES, lambda _changes: self._load())
        self.setAccessibleName("Configure")
        self._say()

    def _declare(self) -> tuple[Command, ...]:
        group = "Configure"
        return (
            Command("configure.apply", "Apply the lines", "Apply what stands in the preview, in the open change window",
                    ("Ctrl+Return",), group, self.apply, lambda: self.can_apply or self._question is not None),
            Command("configure.cancel", "Cancel", "Stop before the next line, and get out of config mode",
                    ("Ctrl+Alt+X",), group, self.cancel, lambda: self.is_running),
            Command("configure.edit", "Back to the lines", "Write the next change, or this one anew", ("Ctrl+Alt+M",),
                    group, self.edit, lambda: self.answer is not None),
            Command("configure.history", "Show the change", "The configuration before and after it, side by side",
                    ("Ctrl+Alt+O",), group, self.show_change, lambda: self.kept is not None and self.kept.has_diff),
            Command("configure.emergency", "Emergency…", "Pass the guard with a reason; a manager is told at once",
                    (EMERGENCY_KEY,), group, self.ask_emergency, lambda: self.guard is not None),
        )  # fmt: skip

    def _lay_out(self) -> None:
        preview = QWidget()
        inner = QVBoxLayout(preview)
        inner.setContentsMargins(M, M, M, M)
        inner.setSpacing(S)
        inner.addWidget(self.says)
        inner.addLayout(self._asks)
        inner.addWidget(self.planned.table, 1)
        right = QWidget()
        right.setMinimumSize(_LEAST_WIDTH, 1)  # sentences that break into many lines are no reason for a higher window
        self._stack = QStackedLayout(right)
        self._stack.addWidget(preview)
        self._stack.addWidget(self.outcome)
        parts = split(self.form, right, sizes=_WIDTHS)
        parts.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.place)
        whole.addWidget(self.header)
        whole.addWidget(parts, 1)

    # What the window and the panes ask

    def commands(self) -> tuple[Command, ...]:
        """Give what can be done here."""
        return self._declared

    def focus_first(self) -> None:
        """Go to the question that is open, else to where lines are written."""
        card = self._question
        if card is not None:
            card.ask()  # type: ignore[attr-defined]  # every card that is asked can take the focus
        else:
            (self._buttons["edit"] if self.answer is not None else self.form.text).setFocus()

    def open_device(self, device_id: str, issue_id: str | None = None) -> None:
        """Take this device; the lines stay. While a change is under way on another one it stays that one's page."""
        if self.is_running and device_id != self.device_id:
            self._console.navigator.tell("A change is under way here.", "Wait for its end, or cancel it.")
            return
        if device_id != self.device_id:
            self._begin_at(device_id)
        if self.gate is not None:
            self.gate.work_on(issue_id)
        self._load()

    def put(self, lines: Sequence[str]) -> None:
        """Put lines below those that stand there, such as a snippet's."""
        self.edit()
        self.form.put(lines)

    @property
    def is_running(self) -> bool:
        """Whether a change is being asked about or made."""
        return self._is_running or (self.gate is not None and self.gate.is_busy)

    @property
    def can_apply(self) -> bool:
        """Whether the preview shows what the fields say, and nothing is asked or under way."""
        is_current = self.plan is not None and self.form.is_settled
        return is_current and not self.is_running and self._question is None and self.answer is None

    # Looking at what would happen

    def _begin_at(self, device_id: str) -> None:
        if self.gate is not None:
            self.gate.end_emergency()
            self.gate.deleteLater()
        clear(self._asks)
        self.device_id, self.card, self.plan, self.cleared = device_id, None, None, None
        self.gate = self.guard = self.doorstep = None
        self.form.begin_anew()
        self.edit()
        self.place.hide()
        if not device_id:
            return
        self.gate = ChangeGate(self._console, device_id, self)
        self.gate.passed.connect(self._cleared)
        self.gate.stopped.connect(self._stopped)
        self.gate.emergency_changed.connect(self.look)
        self.guard = GuardPanel(self._console, device_id, self.gate)
        self.guard.done.connect(self._refresh)
        self.gate.asked.connect(lambda _held: self._refresh())
        self.doorstep = Doorstep(self._reach, device_id)
        self.doorstep.passed.connect(self._send)
        self.doorstep.turned_back.connect(self._turned_back)
        self.doorstep.moved.connect(self._refresh)
        self._asks.addWidget(self.guard)
        self._asks.addWidget(self.doorstep)

    def _load(self) -> None:
        device_id = self.device_id
        if not device_id:
            self._say()
            return

        def found(card: DeviceCard) -> None:
            if device_id == self.device_id:
                self._show_card(card)
                self.look()

        self._reach.look_up(self, lambda desk: devices.detail(desk, device_id), found, self._refuse)

    def _show_card(self, card: DeviceCard) -> None:
        self.card = card
        self.place.say(card)
        self.place.show()
        self.form.offer(card.issues, self.gate.issue_id if self.gate is not None else None)

    def look(self) -> None:
        """Find out what applying the lines would mean; sends nothing."""
        self.form.settle()
        self._asked += 1
        this, gate, wanted = self._asked, self.gate, self.form.wanted
        if gate is None or self.is_running or self.answer is not None:
            return
        if not any(line.strip() for line in wanted.lines):
            self.plan = None
            self._say()
            return
        issue_id = self.form.issue_id

        def find(desk: Desk) -> ChangePlan | BatonError:
            try:
                return gate.plan(desk, wanted, issue_id)
            except BatonError as error:
                return error

        def found(result: ChangePlan | BatonError) -> None:
            if this != self._asked or self.is_running:
                return
            if isinstance(result, BatonError):
                self._refuse(result)
                return
            self.plan = result
            self._say()

        self._reach.look_up(self, find, found, self._refuse)

    def _refuse(self, error: BatonError) -> None:
        self.plan = None
        self.planned.show(None)
        self.says.say(Kind.AMBER, error.what, source=error.todo)
        self._refresh()

    def _say(self) -> None:
        plan = self.plan
        self.planned.show(plan)
        self.form.revert.setVisible(plan is not None and plan.has_timer)
        if not self.device_id:
            self.says.say(Kind.GREY, _NO_DEVICE[0], source=_NO_DEVICE[1])
        elif plan is None:
            self.says.say(Kind.GREY, "Nothing is sent before you apply it.", source="Write the lines at the left.")
        elif plan.missing is not None:
            source = f"{plan.missing.todo} {plan.way_back}".strip()
            self.says.say(Kind.RED, f"{plan.missing.words or plan.missing.verdict.reason}", source=source)
        else:
            left_out = f" Left out, Baton types it: {', '.join(plan.left_out)}." if plan.left_out else ""
            self.says.say(Kind.AMBER, plan.sentence, source=f"{plan.way_back}{left_out}")
        self._refresh()

    def _refresh(self) -> None:
        name = self.card.device.name if self.card is not None else ""
        count = len(self.plan.wanted) if self.plan is not None else 0
        self._buttons["apply"].setText(f"Apply {counted(count, 'line')} to {name}" if count and name else "Apply")
        self.header.say("Configure", name)
        self.form.open_fields(is_open=not self.is_running and self.answer is None)
        self.says.setVisible(self._question is None)  # the question says it
        self._buttons["apply"].setVisible(self._question is None)
        self._buttons["cancel"].setVisible(self.answer is None)
        for name_of in ("history", "edit"):
            self._buttons[name_of].setVisible(self.answer is not None)
        self._console.book.refresh()

    # Applying

    @property
    def _question(self) -> QWidget | None:
        """The card that waits for an answer."""
        guard = self.guard.asking if self.guard is not None else None
        return guard or (self.doorstep.card if self.doorstep is not None else None)

    def apply(self) -> None:
        """Have the guard pass the lines; what is missing is asked in place, and the same key answers it."""
        card = self._question
        if card is not None:
            modifiers = Qt.KeyboardModifier.ControlModifier
            # Handed over directly: sent as an event it would find this very key first.
            card.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, modifiers))
            return
        if self.can_apply and self.gate is not None:
            self.gate.work_on(self.form.issue_id)
            self.gate.ask(self.form.wanted)
            self._refresh()

    def ask_emergency(self) -> None:
        """Ask why the guard is to be passed."""
        if self.guard is not None:
            self.guard.ask_emergency()

    def cancel(self) -> None:
        """Give up what is asked; a change under way stops before its next line."""
        if self._request:
            self._reach.exchange.cancel(self._request)
        elif self.gate is not None and self.gate.held is not None:
            self.gate.leave()
        elif self.doorstep is not None and self.doorstep.step is not Step.OUTSIDE:
            self.doorstep.leave()

    def edit(self) -> None:
        """Go back to the lines; what was said to them is forgotten."""
        if not self.is_running:
            self.answer = self.kept = None
            self._stack.setCurrentIndex(0)
            self.look()
            self._refresh()

    def show_change(self) -> None:
        """Show the configuration before and after."""
        if self.kept is not None and self.kept.has_diff:
            issue_id = self.cleared.plan.issue_id if self.cleared is not None else None
            self._on_history(self.device_id, issue_id)

    def _cleared(self, cleared: Cleared) -> None:
        self.cleared, self._is_running = cleared, True
        if self.doorstep is not None:
            self.doorstep.enter()

    def _stopped(self, error: BatonError | None) -> None:
        if error is not None:
            self._refuse(error)
        else:
            self.look()
        self._refresh()

    def _send(self, target: object) -> None:
        cleared, mailbox, owner = self.cleared, self._console.mailbox, self
        if cleared is None:
            return

        def take(answer: ConfigAnswer) -> None:
            mailbox.call(owner, lambda: owner.take(answer))

        self.outcome.begin(cleared.plan.where.name, len(cleared.plan.wanted))
        self._stack.setCurrentWidget(self.outcome)
        self._request = config_changes.apply(self._reach.exchange, cleared, target, take)  # type: ignore[arg-type]  # a signal's object
        self._refresh()

    def take(self, answer: ConfigAnswer) -> None:
        """Take what the device said to the change."""
        cleared, doorstep = self.cleared, self.doorstep
        if answer_id(answer) != self._request or cleared is None or doorstep is None:
            return
        self._request = ""
        error = config_changes.error_of(answer)
        if isinstance(answer, HostKeyUnknown | HostKeyMismatch):
            self._stack.setCurrentIndex(0)
            doorstep.meet(answer)
        elif error is not None and is_login_refused(error):
            self._stack.setCurrentIndex(0)
            doorstep.refuse(error)
        else:
            self._end(answer, error, cleared)

    def _end(self, answer: ConfigAnswer, error: BatonError | None, cleared: Cleared) -> None:
        self.answer, self._is_running = answer, False
        self.outcome.show_answer(answer, error, cleared.plan.where.name)
        self._refresh()
        if self.isVisible():
            self.focus_first()
        if isinstance(answer, ConfigApplied) and self.doorstep is not None:
            self.doorstep.let_in()
            secrets, workstation = self._console.workstation.secrets, self._console.workstation
            # On a reader thread: the keyring may ask something, and edits must not wait for that.
            self._reach.look_up(
                self,
                lambda desk: config_changes.judge_copies(desk, cleared, answer, secrets),
                lambda judged: self._console.mailbox.deliver(
                    workstation.write(lambda desk: config_changes.put_copies(desk, judged)), self, self._show_kept
                ),
                lambda trouble: self._show_kept(Kept(None, None, f"No copy was kept: {trouble.what}")),
            )

    def _show_kept(self, kept: Kept) -> None:
        self.kept = kept
        self.outcome.show_kept(kept)
        self._refresh()

    def _turned_back(self, error: BatonError | None) -> None:
        self._is_running = False
        self._stack.setCurrentIndex(0)
        self._stopped(error)


def answer_id(answer: ConfigAnswer) -> str:
    """Give the id of the request that is answered."""
    return answer.asked_by if isinstance(answer, HostKeyUnknown | HostKeyMismatch) else answer.request_id
