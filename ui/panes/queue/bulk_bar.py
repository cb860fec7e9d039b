"""The bar over the list while issues are chosen: one line says what becomes of all of them.

What is typed is the language of macros, acts between semicolons. What it would do is shown before it is done.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit

from app.domain.errors import BatonError
from app.domain.macro_acts import HELP, parse
from app.services import macros
from app.services.desk import Desk
from app.services.macros import Effect
from ui.kit.bulk import BulkChange
from ui.kit.buttons import KeyButton
from ui.kit.cards import Panel
from ui.kit.console import Console
from ui.kit.facts import ProgressLine
from ui.kit.flow import column, row
from ui.kit.labels import Label
from ui.kit.said_values import counted
from ui.kit.theme import FIELD_HEIGHT, Face, M, S, Tone

_LOOK_MS = 120
_LOOKED_AT = 50  # issues, for what it would do


class BulkBar(Panel):
    """Hidden while nothing is chosen. `ended` comes when a change has been done, or stopped."""

    ended = Signal()
    left = Signal()

    def __init__(self, console: Console) -> None:
        super().__init__(line=Qt.Edge.BottomEdge)
        self._console = console
        self._ids: Sequence[str] = ()
        self._change: BulkChange | None = None
        self.what = Label(face=Face.BOLD)
        self.line = _Line(sorted(HELP.values()))
        self.says = Label(face=Face.SMALL, tone=Tone.DIM, wrap=True)
        self.do = KeyButton("Do it to all", "Ctrl+Return", primary=True, run=self.start)
        self.leave = KeyButton("Choose none", "Esc", run=self.left.emit)
        self.halt = KeyButton("Stop", "Esc", run=self.stop)
        self.progress = ProgressLine("Change")
        top = row(self.what, self.line, self.do, self.leave, self.halt, gap=S)
        top.setStretch(1, 1)
        self.setLayout(column(top, self.says, self.progress, gap=6, margins=(M, S, M, S)))
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LOOK_MS)
        self._later.timeout.connect(self._preview)
        self.line.textChanged.connect(lambda _text: self._typed())
        self.line.sent.connect(self.start)
        self.line.left.connect(self._leave)
        self._show_working(is_on=False)
        self.hide()

    @property
    def is_working(self) -> bool:
        """Say whether a change is under way."""
        return self._change is not None

    def show_chosen(self, ids: Sequence[str]) -> None:
        """Be there for these issues; without any: go."""
        if self.is_working:
            return
        self._ids = tuple(ids)
        self.what.setText(f"{counted(len(ids), 'issue')} chosen")
        self.setVisible(bool(ids))
        self._typed()

    def _leave(self) -> None:
        if self.is_working:
            self.stop()
        else:
            self.left.emit()

    def _acts(self) -> str:
        return self.line.text().replace(";", "\n")

    def _typed(self) -> None:
        self.do.setEnabled(False)
        if not self._acts().strip():
            self.says.set_tone(Tone.DIM)
            self.says.setText("state solved · owner Ben · tag vpn · topic import · note …; several between semicolons")
            return
        try:
            parse(self._acts())
        except BatonError as e:
            self._refuse(e)
            return
        self._later.start()

    def _refuse(self, error: BatonError) -> None:
        self.says.set_tone(Tone.RED)
        self.says.setText(f"{error.what} {error.todo}".replace("Line ", "Act "))

    def _preview(self) -> None:
        text, acts, some = self.line.text(), self._acts(), self._ids[:_LOOKED_AT]

        def show(effects: tuple[Effect, ...]) -> None:
            if text == self.line.text() and not self.is_working:
                self._show_effects(effects)

        def refuse(error: BatonError) -> None:
            if text == self.line.text():
                self._refuse(error)

        self._console.mailbox.deliver(
            self._console.workstation.read(lambda desk: macros.preview_of(desk, some, acts)), self, show, refuse
        )

    def _show_effects(self, effects: Sequence[Effect]) -> None:
        refused = [one for one in effects if one.refusal]
        if refused:
            self.says.set_tone(Tone.RED)
            self.says.setText(f"{refused[0].label} {refused[0].title[:40]}: {refused[0].refusal}")
            return
        does = next((one.does for one in effects if one.does), ())
        same = sum(not one.does for one in effects)
        self.says.set_tone(Tone.DIM)
        so_far = f" of the first {_LOOKED_AT}" if len(self._ids) > _LOOKED_AT else ""
        left = f" · {counted(same, 'issue')}{so_far} already so" if same else ""
        self.says.setText((" · ".join(does) if does else "Nothing would change") + left)
        self.do.setEnabled(bool(does))

    # The change

    def start(self) -> None:
        """Do it to all that are chosen, some at a time."""
        if self.is_working or not self.do.isEnabled():
            return
        acts, count = self._acts(), len(self._ids)

        def change(desk: Desk, some: Sequence[str]) -> None:
            with desk.edit() as edit:
                macros.apply_in(desk, edit, some, acts)

        self._change = BulkChange(
            self._console, self._ids, change, f"“{self.line.text().strip()[:40]}” of {counted(count, 'issue')}", self
        )
        self._change.progressed.connect(self._progressed)
        self._change.ended.connect(self._ended)
        self._show_working(is_on=True)
        self._change.start()

    def stop(self) -> None:
        """End after the issues that are under way; what was done until then stays, and Ctrl+Z takes it back."""
        if self._change is not None:
            self._change.stop()

    def _progressed(self, done: int, total: int) -> None:
        self.progress.show_progress(done, total)
        self.what.setText(f"{done:,} of {counted(total, 'issue')} done")

    def _ended(self, done: int) -> None:
        total, self._change = len(self._ids), None
        self._show_working(is_on=False)
        told = f"{counted(done, 'issue')} changed" if done == total else f"Stopped: {done:,} of {total:,} changed"
        self._console.navigator.tell(f"{told}. Ctrl+Z takes it back.")
        if done == total:
            self.line.clear()
        self.ended.emit()

    def _show_working(self, *, is_on: bool) -> None:
        for widget in (self.do, self.leave, self.says):
            widget.setVisible(not is_on)
        self.halt.setVisible(is_on)
        self.progress.setVisible(is_on)
        self.line.setReadOnly(is_on)


class _Line(QLineEdit):
    sent = Signal()
    left = Signal()

    def __init__(self, examples: Sequence[str]) -> None:
        super().__init__()
        self.setAccessibleName("What becomes of all that are chosen")
        self.setPlaceholderText("What becomes of all of them")
        self.setMinimumHeight(FIELD_HEIGHT)
        words = [one for line in examples for one in line.split(" · ")]
        found = QCompleter(words, self)
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send on Enter, leave on Escape."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
