"""Texts side by side: which lines differ from the others, marked by a bar and a ground, never by colour alone."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.kit.labels import Label
from ui.kit.theme import Kind, Tone, colour, tokens

_BAR = 3
_LEFT = 10


def differing(text: str, *others: str) -> list[tuple[str, bool]]:
    """Give the lines of a text, each with whether it is missing, so, in any of the others."""
    lines = text.split("\n")
    same = [set(range(len(lines)))]
    for other in others:
        matcher = SequenceMatcher(None, lines, other.split("\n"), autojunk=False)
        same.append({at + n for at, _there, size in matcher.get_matching_blocks() for n in range(size)})
    kept = set.intersection(*same)
    return [(line, at not in kept) for at, line in enumerate(lines)]


class ComparedText(QWidget):
    """A text in full whose differing lines stand out; selectable."""

    def __init__(self, name: str, lines: Sequence[tuple[str, bool]], kind: Kind, *, tone: Tone = Tone.TEXT) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for is_other, run in groupby(lines, key=lambda line: line[1]):
            column.addWidget(_Lines("\n".join(line for line, _other in run), kind if is_other else None, tone))
        column.addStretch(1)
        said = "\n".join(f"differs: {line}" if is_other else line for line, is_other in lines)
        self.setAccessibleName(f"{name}: {said}")


class _Lines(Label):
    """Lines that differ together, or are the same together."""

    def __init__(self, text: str, kind: Kind | None, tone: Tone) -> None:
        super().__init__(text, tone=tone if kind is None else Tone.TEXT, wrap=True)
        self._kind = kind
        self.setContentsMargins(_LEFT, 2, 4, 2)
        self.selectable()
        if kind is not None:
            self.setToolTip("differs")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the bar, then the words."""
        if self._kind is not None:
            used = tokens()
            painter = QPainter(self)
            painter.fillRect(self.rect(), colour(used.ground(self._kind)))
            painter.fillRect(QRect(0, 0, _BAR, self.height()), colour(used.ink(self._kind)))
            painter.end()
        super().paintEvent(event)
