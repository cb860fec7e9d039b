"""What the devices said, side by side: equal answers are one column, and what differs from the first is marked."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.fold import Fold
from ui.kit.cards import EmptyState
from ui.kit.code_block import CodeBlock
from ui.kit.compared import differing
from ui.kit.labels import ElidedLabel, Label
from ui.kit.said_values import counted
from ui.kit.theme import Face, M, S, Tone

COLUMNS = 8
"""More different answers than anybody compares by eye; the last column says how many more there are."""
_LEAST_WIDTH = 300
_COMPARED_LINES = 1500
_SHOWN_CHARS = 200_000


class AnswerColumn(QWidget):
    """One answer and who gave it; lines that the most common answer does not have are marked with a sign and a tone."""

    def __init__(self, one: Fold, names: Sequence[str], most_common: str | None) -> None:
        super().__init__()
        self.fold = one
        self.head = Label(counted(len(names), "device"), face=Face.BOLD)
        self.who = ElidedLabel(", ".join(names), tone=Tone.DIM)
        self.text = CodeBlock(f"Answer of {', '.join(names)}")
        self.text.setLineWrapMode(CodeBlock.LineWrapMode.NoWrap)
        self.marked = 0
        self._show(one.text, most_common)
        self.text.setMinimumHeight(0)
        self.text.setMaximumHeight(1 << 20)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        for widget in (self.head, self.who):
            column.addWidget(widget)
        column.addWidget(self.text, 1)
        self.setMinimumWidth(_LEAST_WIDTH)

    def _show(self, text: str, most_common: str | None) -> None:
        shown = text[:_SHOWN_CHARS]
        if most_common is None or max(shown.count("\n"), most_common.count("\n")) > _COMPARED_LINES:
            self.text.show_text(shown)
            return
        lines = differing(shown, most_common)
        self.marked = sum(is_other for _line, is_other in lines)
        self.text.show_lines(
            [(f"{'≠ ' if other else '  '}{line}", Tone.AMBER if other else Tone.TEXT) for line, other in lines]
        )
        self.head.setText(f"{self.head.text()}, {counted(self.marked, 'line')} otherwise")


class AnswersView(QScrollArea):
    """The columns, the most common first."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: list[AnswerColumn] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Answers")
        self.empty = EmptyState("No answer yet", "Type a command, look at whom it goes to, and ask.")
        self._fill(self.empty)

    def show_folds(self, folds: Sequence[Fold], names: Mapping[str, str]) -> None:
        """Show these answers; `names` are the devices' by id."""
        if not folds:
            self.columns = []
            self._fill(EmptyState("No answer yet", "Type a command, look at whom it goes to, and ask."))
            return
        self.columns = [
            AnswerColumn(one, [names.get(key, "?") for key in one.keys], folds[0].text if at else None)
            for at, one in enumerate(folds[:COLUMNS])
        ]
        more = len(folds) - COLUMNS
        notes = [Label(f"{counted(more, 'more different answer')}: see the list.", tone=Tone.DIM, wrap=True)]
        self._fill(*self.columns, *(notes if more > 0 else []))

    def _fill(self, *widgets: QWidget) -> None:
        inner = QWidget()
        line = QHBoxLayout(inner)
        line.setContentsMargins(M, S, M, M)
        line.setSpacing(M)
        for widget in widgets:
            line.addWidget(widget, 1)
        self.setWidget(inner)
