"""The question before several lines are pasted into a terminal, asked in place."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.kit.buttons import KeyButton
from ui.kit.cards import Card
from ui.kit.flow import flow
from ui.kit.labels import Label
from ui.kit.theme import Face, Kind, Tone

_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Into:
    """Where lines would be pasted, and what would become of them there."""

    name: str = ""
    what: str = "Each line runs at once."


class PasteQuestion(Card):
    """Shows what would be pasted; `answered` says yes or no. Ctrl+Enter is yes, Escape is no."""

    answered = Signal(bool)

    def __init__(self, text: str, into: Into, parent: QWidget) -> None:
        super().__init__(Kind.AMBER, parent)
        lines = text.rstrip("\n").split("\n")
        rest = f"\n… and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
        count = "1 line and its Enter" if len(lines) == 1 else f"{len(lines)} lines"
        title = f"Paste {count} into {into.name}?" if into.name else f"Paste {count}?"
        self.body.addWidget(Label(title, face=Face.BOLD, wrap=True))
        self.body.addWidget(Label(into.what, wrap=True))
        self.body.addWidget(
            Label("\n".join(line[:120] for line in lines[:_SHOWN]) + rest, face=Face.MONO, tone=Tone.DIM)
        )
        self._leave = KeyButton("Leave it", "Esc", run=lambda: self.answered.emit(False))
        self.paste = KeyButton("Paste", "Ctrl+Return", run=lambda: self.answered.emit(True))
        self.body.addWidget(flow(self._leave, self.paste))
        self.setAccessibleName(f"{title} {into.what}")
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def ask(self) -> None:
        """Take the focus; the safe answer is the one that Enter gives."""
        self._leave.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape say no, Ctrl+Enter yes, and Enter press the focused button."""
        is_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.answered.emit(False)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.answered.emit(is_control or self.paste.hasFocus())
        else:
            super().keyPressEvent(event)


class Pasting(QObject):
    """Asks in a terminal, one question at a time; `agreed` carries the text, `left` that nothing is pasted."""

    agreed = Signal(str)
    left = Signal()

    def __init__(self, terminal: QWidget) -> None:
        super().__init__(terminal)
        self._terminal = terminal
        self._room = QRect()
        self.into: Callable[[], Into] = Into
        self.question: PasteQuestion | None = None

    def ask(self, text: str) -> None:
        """Ask about this text, and no more about another one."""
        self._drop()
        asked = self.question = PasteQuestion(text, self.into(), self._terminal)
        asked.answered.connect(lambda is_yes: self._answer(text, is_yes=is_yes))
        self.place(self._room)
        asked.show()
        asked.ask()

    def place(self, room: QRect) -> None:
        """Stand along this room's lower edge."""
        self._room = room
        if self.question is not None:
            height = self.question.body.totalHeightForWidth(room.width())
            self.question.setGeometry(room.left(), room.bottom() + 1 - height, room.width(), height)

    def _answer(self, text: str, *, is_yes: bool) -> None:
        self._drop()
        if is_yes:
            self.agreed.emit(text)
        else:
            self.left.emit()

    def _drop(self) -> None:
        asked, self.question = self.question, None
        if asked is not None:
            asked.hide()
            asked.deleteLater()
