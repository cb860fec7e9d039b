"""The page: choose devices, write one command, confirm once, and read the answers side by side."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.domain.session import LineClass
from app.services import broadcast, change_windows, devices
from app.services.broadcast import Answer, Broadcast, Plan, Standing
from app.services.desk import Desk
from ui.kit.buttons import KeyButton
from ui.kit.cards import Callout, PaneHeader, Panel
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.fields import Choice
from ui.kit.flow import row, split
from ui.kit.labels import Label
from ui.kit.page import Page
from ui.kit.said_values import counted
from ui.kit.theme import FIELD_HEIGHT, Face, Kind, M, S, Tone, font
from ui.panes.devices.broadcast.answers import AnswersView
from ui.panes.devices.broadcast.targets import Targets
from ui.panes.devices.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.services.change_windows import WindowLine

_READS = "show version"
_PAUSE_MS = 200
_GATHER_MS = 120  # answers that come together are shown together
_WIDTHS = (430, 850)
_CLASSES = {
    LineClass.READ: ("reads", Kind.GREEN),
    LineClass.CONFIG: ("changes", Kind.AMBER),
    LineClass.DESTRUCTIVE: ("destroys", Kind.RED),
}


class BroadcastPage(Page):
    """Nothing is sent before the one confirmation, which names the devices. GUI thread only."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._reach = Reach(console, self)
        self.plan: Plan | None = None
        self.round: Broadcast | None = None
        self.answers: dict[str, Answer] = {}
        self._typed: dict[str, str] = {}
        self._wanted = 0
        self._declared = self._declare()
        self._buttons = {c.id.removeprefix("broadcast."): KeyButton.of(console.book, c) for c in self._declared}
        self._buttons["ask"].set_primary(primary=True)
        self.selector, self.command = QLineEdit(), QLineEdit()
        self.window_choice = Choice("Change window")
        self.password = QLineEdit()
        self.targets = Targets(console)
        self.view = AnswersView()
        self.says = Callout()
        self.header = PaneHeader("Broadcast")
        self._later = self._timer(_PAUSE_MS, self.look)
        self._gather = self._timer(_GATHER_MS, self._show_answers)
        self._lay_out()
        for field in (self.selector, self.command):
            field.textChanged.connect(lambda _text: self._later.start())
        self.password.editingFinished.connect(self._take_password)
        self.window_choice.currentIndexChanged.connect(lambda _at: self.look())
        console.watch(self, ("device", "host_key", "change_window", "credential_rule"), lambda _changes: self._renew())
        self.setAccessibleName("Broadcast")
        self._load_windows()
        self._say()

    def _timer(self, pause_ms: int, run: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(pause_ms)
        timer.timeout.connect(run)
        return timer

    def _lay_out(self) -> None:
        for field, name, hint in (
            (self.selector, "Devices", "tag:core env:prod, customer:Northgate, or a part of a name"),
            (self.command, "Command", "show version"),
            (self.password, "Password", "typed once for this round, kept nowhere"),
        ):
            field.setAccessibleName(name)
            field.setPlaceholderText(hint)
            field.setMinimumHeight(FIELD_HEIGHT)
        self.command.setFont(font(Face.MONO))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password_name = Label(tone=Tone.DIM)
        self.window_name = Label("Change window", tone=Tone.DIM)
        left = Panel()
        column = QVBoxLayout(left)
        column.setContentsMargins(M, M, M, M)
        column.setSpacing(S)
        for widget in (
            Label("Which devices", tone=Tone.DIM), self.selector, Label("One command", tone=Tone.DIM), self.command,
            self.window_name, self.window_choice, self.password_name, self.password, self.says,
        ):  # fmt: skip
            column.addWidget(widget)
        column.addLayout(row(self._buttons["ask"], self._buttons["cancel"], None))
        column.addWidget(self.targets.table, 1)
        right = QWidget()
        inner = QHBoxLayout(right)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.view)
        self.header.right.addWidget(self._buttons["csv"])
        parts = split(left, right, sizes=_WIDTHS)
        parts.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(parts, 1)

    def _declare(self) -> tuple[Command, ...]:
        group = "Broadcast"
        return (
            Command("broadcast.ask", "Ask them", "Send the command to all devices that are ready", ("Ctrl+Return",),
                    group, self.ask, lambda: self.can_ask),
            Command("broadcast.cancel", "Cancel", "Give up what has not been answered", ("Ctrl+Alt+X",), group,
                    self.cancel, lambda: self.is_running),
            Command("broadcast.csv", "Copy as CSV", "All tables in one, with the device in front", ("Ctrl+Shift+S",),
                    group, self.copy_csv, lambda: any(a.table is not None for a in self.answers.values())),
        )  # fmt: skip

    # What the window and the panes ask

    def commands(self) -> tuple[Command, ...]:
        """Give what can be done here."""
        return self._declared

    def focus_first(self) -> None:
        """Go where devices are chosen, or to the command when they are."""
        (self.command if self.selector.text().strip() else self.selector).setFocus()

    def choose(self, selector: str) -> None:
        """Choose devices by their filter words."""
        self.selector.setText(selector)
        self.command.setFocus()

    # Looking at what would happen

    @property
    def is_running(self) -> bool:
        """Whether a round is under way."""
        return self.round is not None and not self.round.is_over

    @property
    def can_ask(self) -> bool:
        """Whether there is a plan for what the fields say, with somebody in it, and nothing is under way."""
        is_current = self.plan is not None and self.plan.command == self.command.text().strip()
        return is_current and bool(self.plan and self.plan.ready) and not self.is_running and not self._later.isActive()

    def look(self) -> None:
        """Find out what running it would mean; sends nothing."""
        if self.is_running:
            return
        self._later.stop()
        self._wanted += 1
        wanted, selector, command = self._wanted, self.selector.text().strip(), self.command.text().strip()
        window_id, typed, secrets = (
            self.window_choice.currentData(),
            dict(self._typed),
            self._console.workstation.secrets,
        )

        def find(desk: Desk) -> tuple[Plan, BatonError | None]:
            chosen = [d.id for d in devices.select(desk, selector)] if selector else []
            refusal: BatonError | None = None
            if command:
                try:
                    found = broadcast.plan(desk, chosen, command, secrets, window_id=window_id, typed=typed)
                except BatonError as error:
                    refusal = error
                else:
                    return found, None
            # Without a command, or with one that is refused, the devices are looked at as for one that reads.
            return broadcast.plan(desk, chosen, _READS, secrets, typed=typed), refusal

        def found(result: tuple[Plan, BatonError | None]) -> None:
            if wanted == self._wanted and not self.is_running:
                self._take_plan(*result, selector, has_command=bool(command))

        self._reach.look_up(self, find, found, lambda error: self._refuse(error) if wanted == self._wanted else None)

    def _take_plan(self, found: Plan, refusal: BatonError | None, selector: str, *, has_command: bool) -> None:
        self.answers = {}
        self.view.show_folds((), {})
        self.targets.show(found.aims, selector)
        self._ask_for_password(() if refusal else found.passwords_wanted)
        if refusal is not None:
            self._refuse(refusal)
            return
        self.plan = found if has_command else None
        self._say()

    def _refuse(self, error: BatonError) -> None:
        self.plan = None
        self.says.say(Kind.AMBER, error.what, source=error.todo)
        self._show_window_choice(is_on=True)
        self._refresh()

    def _say(self) -> None:
        plan = self.plan
        if not self.targets.lines:
            self.says.say(Kind.GREY, f"{self.targets.why_empty}.", source="Nothing is sent before you confirm.")
        elif plan is not None and not plan.ready:
            count = counted(len(plan.aims), "device")
            self.says.say(Kind.AMBER, f"None of {count} can be asked now.", source="The list says why.")
        elif plan is None:
            ready = self.targets.count(Standing.READY)
            self.says.say(
                Kind.GREY, f"{counted(ready, 'device')} chosen.", source="Nothing is sent before you confirm."
            )
        else:
            word, kind = _CLASSES[plan.verdict.line_class]
            left_out = self.targets.count(Standing.LEFT_OUT)
            more = f" {counted(left_out, 'device')} left out: see below." if left_out else ""
            self.says.say(kind, plan.sentence, source=f"It {word}. {plan.verdict.reason}{more}")
            self._show_window_choice(is_on=plan.verdict.line_class is not LineClass.READ)
        self._refresh()

    def _show_window_choice(self, *, is_on: bool) -> None:
        for widget in (self.window_name, self.window_choice):
            widget.setVisible(is_on and self.window_choice.count() > 1)

    def _ask_for_password(self, usernames: tuple[str, ...]) -> None:
        self._username = usernames[0] if usernames else ""
        self.password_name.setText(f"Password of {self._username}, for this round only")
        for widget in (self.password_name, self.password):
            widget.setVisible(bool(usernames))

    def _take_password(self) -> None:
        if self._username and self.password.text():
            self._typed[self._username] = self.password.text()
            self.password.clear()
            self.look()

    def _load_windows(self) -> None:
        self._show_window_choice(is_on=False)
        self._ask_for_password(())

        def found(windows: "Sequence[WindowLine]") -> None:
            chosen = self.window_choice.currentData()
            self.window_choice.blockSignals(True)
            self.window_choice.clear()
            self.window_choice.addItem("none: it only reads", None)
            for window in windows:
                if window.is_open and window.is_ours:
                    self.window_choice.addItem(f"{window.what} · {window.customer}", window.id)
            self.window_choice.setCurrentIndex(max(0, self.window_choice.findData(chosen)))
            self.window_choice.blockSignals(False)

        self._console.read(self, change_windows.listed, found)

    def _renew(self) -> None:
        self._load_windows()
        if not self.is_running and not self.answers:
            self.look()

    # Asking

    def ask(self) -> None:
        """Send the command; what was decided goes into the audit log first."""
        plan = self.plan
        if plan is None or not self.can_ask:
            return
        self.answers = {}
        self.round = Broadcast(self._reach.exchange, plan, self._taker())

        def recorded(_none: object) -> None:
            if self.round is not None:
                self.targets.asked()
                self.round.start()
                self._refresh()

        def refused(error: BatonError) -> None:
            self.round = None
            self._refuse(error)

        self._console.write(self, lambda desk: broadcast.record(desk, plan), recorded, refused)

    def cancel(self) -> None:
        """Give up what has not been answered."""
        if self.round is not None:
            self.round.cancel()

    def _taker(self) -> Callable[[Answer], None]:
        mailbox, owner = self._console.mailbox, self

        def take(answer: Answer) -> None:
            mailbox.call(owner, lambda: owner.take(answer))

        return take

    def take(self, answer: Answer) -> None:
        """Take what became of one device."""
        self.answers[answer.device_id] = answer
        self.targets.take(answer)
        if not self._gather.isActive():
            self._gather.start()

    def _show_answers(self) -> None:
        names: Mapping[str, str] = {one: line.aim.name for one, line in self.targets.lines.items()}
        folds = broadcast.folded(self.answers.values())
        self.view.show_folds(folds, names)
        done, failed = self.targets.count(Standing.DONE), self.targets.count(Standing.FAILED)
        asked = self.targets.count(Standing.ASKED)
        kind = Kind.RED if failed else Kind.BLUE if asked else Kind.GREEN
        alike = "all the same" if len(folds) == 1 else f"{len(folds)} different answers"
        lead = f"{counted(done, 'device')} answered, {alike}." if folds else "Nobody has answered yet."
        why = next((f"{x.aim.name}: {x.words}" for x in self.targets.lines.values() if x.words), "")
        more = [f"{failed} gave none. {why}" if failed else "", f"{asked} still asked." if asked else ""]
        self.says.say(kind, lead, source=" ".join(part for part in more if part))
        self._refresh()

    def _refresh(self) -> None:
        count = len(self.plan.ready) if self.plan is not None else 0
        self._buttons["ask"].setText(f"Ask {counted(count, 'device')}" if count else "Ask them")
        self._console.book.refresh()

    def copy_csv(self) -> None:
        """Put all tables on the clipboard as one, with the device in front."""
        text = broadcast.as_csv(self.answers.values(), {i: line.aim.name for i, line in self.targets.lines.items()})
        QGuiApplication.clipboard().setText(text)
        self._console.navigator.tell(f"The tables of {counted(text.count(chr(10)) - 1, 'row')} are on the clipboard.")
