"""The question before several lines are pasted into a terminal, asked in place."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.kit.buttons import KeyButton
from ui.kit.cards import Card
from ui.kit.labels import Label
from ui.kit.theme import Face, Kind, S, Tone

_SHOWN = 6


class PasteQuestion(Card):
    """Shows what would be pasted; `answered` says yes or no. Escape is no."""

    answered = Signal(bool)

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(Kind.AMBER, parent)
        lines = text.rstrip("\n").split("\n")
        rest = f"\n… and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
        count = "1 line and its Enter" if len(lines) == 1 else f"{len(lines)} lines"
        self.body.addWidget(Label(f"Paste {count}? Each line runs at once.", face=Face.BOLD))
        self.body.addWidget(
            Label("\n".join(line[:120] for line in lines[:_SHOWN]) + rest, face=Face.MONO, tone=Tone.DIM)
        )
        self._leave = KeyButton("Leave it", "Esc", run=lambda: self.answered.emit(False))
        self._paste = KeyButton("Paste", run=lambda: self.answered.emit(True))
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        buttons.addWidget(self._leave)
        buttons.addWidget(self._paste)
        buttons.addStretch(1)
        self.body.addLayout(buttons)
        self.setAccessibleName(f"Paste {count}?")
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def ask(self) -> None:
        """Take the focus; the safe answer is the one that Enter gives."""
        self._leave.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape say no and Enter press the focused button."""
        if event.key() == Qt.Key.Key_Escape:
            self.answered.emit(False)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.answered.emit(self._paste.hasFocus())
        else:
            super().keyPressEvent(event)
