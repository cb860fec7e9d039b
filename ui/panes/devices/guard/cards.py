"""What is asked about a line that is held: the device's name, a change window, an issue; and an emergency's reason."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.domain.guard import explain
from app.domain.session import LineClass
from app.services.devices import OpenIssue
from ui.kit.buttons import KeyButton
from ui.kit.cards import Card
from ui.kit.flow import flow, row
from ui.kit.forms import InlineForm
from ui.kit.labels import ElidedLabel, Label, Pill
from ui.kit.theme import FIELD_HEIGHT, Face, Kind, Tone
from ui.panes.devices.guard.asking import Held
from ui.panes.devices.guard.window_form import issue_choice

EMERGENCY_KEY = "Ctrl+Alt+E"
_LONGEST_SHOWN = 28  # characters of a line on a button
_CLASSES = {
    LineClass.READ: ("question", Kind.GREY),
    LineClass.CONFIG: ("changes it", Kind.AMBER),
    LineClass.DESTRUCTIVE: ("destructive", Kind.RED),
}


class HeldCard(Card):
    """A line was held: what it is, what is missing, what is known of the device, the ways on. Escape leaves it."""

    left = Signal()
    emergency_asked = Signal()

    def __init__(
        self, held: Held, primary: KeyButton | None = None, *, note: str = "", parent: QWidget | None = None
    ) -> None:
        """`note` is what was written down about the device."""
        super().__init__(Kind.RED, parent, width=2)
        self.held = held
        decision, verdict = held.decision, held.verdict
        self.body.addLayout(_line_of(held))
        why = decision.words if decision is not None and decision.words else verdict.reason
        self.why = Label(why, face=Face.BOLD, wrap=True)
        self.body.addWidget(self.why)
        if decision is not None and decision.todo:
            self.body.addWidget(Label(decision.todo, wrap=True))
        if note:
            noted = row(Pill("note", Kind.AMBER))
            noted.addWidget(Label(note, wrap=True), 1)
            self.body.addLayout(noted)
        meaning = explain(verdict, held.line).removesuffix(why).strip()
        if meaning:
            self.body.addWidget(Label(meaning, tone=Tone.DIM, wrap=True))
        self.leave = KeyButton("Leave it", "Esc", run=self.left.emit)
        self.emergency = KeyButton("Emergency…", EMERGENCY_KEY, run=self.emergency_asked.emit)
        self.primary = primary
        self._buttons = flow(*([primary] if primary is not None else []), self.leave, self.emergency)
        self.setAccessibleName(f"Held: {held.line}. {why}")

    def close_body(self) -> None:
        """Put the buttons below whatever was added."""
        self.body.addWidget(self._buttons)

    def ask(self) -> None:
        """Take the focus; the safe answer is the one that Enter gives."""
        self.leave.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape; go on with Ctrl+Enter."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.primary is not None:
            self.primary.click()
        else:
            super().keyPressEvent(event)


class NameCard(HeldCard):
    """Asks for the device's name, typed; `given` carries it."""

    given = Signal(str)

    def __init__(self, held: Held, name: str, *, note: str = "", parent: QWidget | None = None) -> None:
        send = KeyButton("Send it", "Return", run=lambda: self.given.emit(self.name.text()))
        super().__init__(held, send, note=note, parent=parent)
        self.name = QLineEdit()
        self.name.setMinimumHeight(FIELD_HEIGHT)
        self.name.setMaximumWidth(320)
        self.name.setPlaceholderText(f"Type {name}")
        self.name.setAccessibleName(f"Type {name} to send it")
        self.name.returnPressed.connect(lambda: self.given.emit(self.name.text()))
        self.name.textChanged.connect(lambda text: send.setEnabled(bool(text.strip())))
        send.setEnabled(False)
        self.body.addLayout(row(self.name, None))
        self.close_body()

    def ask(self) -> None:
        """Take the focus where the name is typed."""
        self.name.setFocus()


class WindowCard(HeldCard):
    """No window is open; `open_asked` when this person wants to write one down."""

    open_asked = Signal()

    def __init__(self, held: Held, *, may_open: bool, note: str = "", parent: QWidget | None = None) -> None:
        make = KeyButton("Open a window…", "Ctrl+Return", run=lambda: self.open_asked.emit()) if may_open else None  # noqa: PLW0108  no signal yet
        super().__init__(held, make, note=note, parent=parent)
        self.close_body()


class IssueCard(HeldCard):
    """A window is open, and no issue says what for; `chosen` carries the issue's id."""

    chosen = Signal(str)

    def __init__(
        self, held: Held, issues: Sequence[OpenIssue], *, note: str = "", parent: QWidget | None = None
    ) -> None:
        use = KeyButton(
            "Send it for this issue", "Ctrl+Return", run=lambda: self.chosen.emit(self.issue.currentData() or "")
        )
        super().__init__(held, use, note=note, parent=parent)
        self.issue = issue_choice(issues)
        self.issue.currentIndexChanged.connect(lambda at: use.setEnabled(at >= 0))
        use.setEnabled(False)
        self.body.addLayout(row(self.issue, None))
        self.close_body()

    def ask(self) -> None:
        """Take the focus where the issue is chosen."""
        self.issue.setFocus()


class EmergencyForm(InlineForm):
    """One reason, nothing else: from then on every line passes until the session ends, first the one that is held."""

    def __init__(self, name: str, told: str, held: Held | None = None, parent: QWidget | None = None) -> None:
        """`told` says who is told of it, and when."""
        super().__init__(f"Emergency on {name}: why?", _passing(held), parent=parent)
        self.set_edge(Kind.RED)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("A few words are enough")
        self.add("Reason", self.reason)
        self.body.insertWidget(1, Label(f"{told} Every line is logged.", tone=Tone.DIM, wrap=True))
        if held is not None:
            self.body.insertLayout(1, _line_of(held))
            self.body.insertWidget(2, Label(explain(held.verdict, held.line), wrap=True))
        self.reason.returnPressed.connect(self.sent)

    def ask(self) -> None:
        """Take the focus."""
        self.reason.setFocus()


class EmergencyStrip(Card):
    """An emergency is on: why, who knows of it, and the button that ends it."""

    def __init__(self, reason: str, end: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(Kind.RED, parent, is_filled=True)
        self._reason = reason
        line = row(Pill("emergency", Kind.RED, is_bold=True))
        said = ElidedLabel()
        said.set_whole(f"{reason} · every line passes and is logged")
        line.addWidget(said, 1)
        self.end = KeyButton("End it", run=end)
        line.addWidget(self.end)
        self.body.addLayout(line)
        self._told = Label(face=Face.BOLD, wrap=True)
        self.body.addWidget(self._told)
        self.say("")

    def say(self, told: str) -> None:
        """Say who knows of it."""
        self._told.setText(told)
        self._told.setVisible(bool(told))
        self.setAccessibleName(f"Emergency: {self._reason}. {told}".strip())


class Lesson(Card):
    """On a practice device: what the last line did there, and would have done to a real one."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(Kind.GREEN, parent)
        line = row(Pill("practice", Kind.GREEN))
        line.addWidget(Label(words, wrap=True), 1)
        self.body.addLayout(line)
        self.setAccessibleName(words)


def _line_of(held: Held) -> QHBoxLayout:
    """Give the line with what the guard takes it for."""
    line = ElidedLabel(face=Face.MONO)
    line.set_whole(held.line or "this line")
    top = row(Pill("held", Kind.RED, is_bold=True), Pill(*_CLASSES[held.verdict.line_class]))
    top.addWidget(line, 1)
    return top


def _passing(held: Held | None) -> str:
    if held is None:
        return "Pass the guard"
    short = held.line if len(held.line) <= _LONGEST_SHOWN else f"{held.line[:_LONGEST_SHOWN]}…"
    return f"Send “{short}” and pass the guard" if short else "Send the line and pass the guard"
