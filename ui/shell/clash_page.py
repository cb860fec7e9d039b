"""Everything that waits for a person because it did not go through: clashes, rows that are gone, refusals."""

from datetime import UTC, datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.domain.entities import BY_NAME
from app.services import conflicts
from app.services.conflicts import ConflictLine
from ui.kit.cards import EmptyState
from ui.kit.clashes import ClashCard
from ui.kit.console import Console
from ui.kit.flow import clear
from ui.kit.labels import Label
from ui.kit.theme import XL, Face, M, Tone

_WIDTH = 720
_CALM_MS = 300


class ClashPage(QScrollArea):
    """Reads what waits when it is shown and whenever something changed."""

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._console = console
        self._cards: list[ClashCard] = []
        inner = QWidget()
        inner.setMaximumWidth(_WIDTH)
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(XL, XL, XL, XL)
        layout.setSpacing(M)
        layout.addWidget(Label("To resolve", face=Face.HEADING))
        layout.addWidget(
            Label(
                "Nothing is lost: what did not go through stands here until somebody decides.", tone=Tone.DIM, wrap=True
            )
        )
        self._column = QVBoxLayout()
        self._column.setSpacing(M)
        layout.addLayout(self._column)
        self._empty = EmptyState("Nothing waits", "When two people change the same thing, both values come here.")
        layout.addWidget(self._empty)
        layout.addStretch(1)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("To resolve")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_CALM_MS)
        self._soon.timeout.connect(self.refresh)
        console.watch(self, BY_NAME, lambda _changes: self._soon.start())
        self.refresh()

    def refresh(self) -> None:
        """Read what waits."""
        self._console.read(self, conflicts.open_conflicts, self._show)

    def _show(self, waiting: tuple[ConflictLine, ...]) -> None:
        if [card.clash for card in self._cards] == list(waiting) and waiting:
            return
        if any(card.is_writing and card.clash in waiting for card in self._cards):
            return
        clear(self._column)
        now = datetime.now(UTC)
        self._cards = [ClashCard(self._console, line, now, ("", "", ""), is_named=True) for line in waiting]
        for card in self._cards:
            card.resolved.connect(self.refresh)
            self._column.addWidget(card)
        self._empty.setVisible(not waiting)
