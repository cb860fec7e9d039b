"""The bar that says what was just discarded, with the button that puts it back."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from app.services.outbox import Discarded
from ui.kit.buttons import KeyButton
from ui.kit.cards import Panel
from ui.kit.labels import ElidedLabel, Label
from ui.kit.theme import Face, M, S, Tone


class UndoBar(Panel):
    """Hidden while there is nothing to undo."""

    def __init__(self, undo: KeyButton) -> None:
        super().__init__(line=Qt.Edge.TopEdge)
        self._what, self._more = ElidedLabel(face=Face.BOLD), Label(tone=Tone.DIM)
        row = QHBoxLayout(self)
        row.setContentsMargins(M, S, M, S)
        row.setSpacing(M)
        row.addWidget(self._what, 1)
        row.addWidget(self._more)
        row.addWidget(undo)
        self.hide()

    @property
    def what(self) -> str:
        """What the bar says; nothing while it is hidden."""
        return "" if self.isHidden() else self._what.whole

    def show_last(self, discarded: Sequence[Discarded]) -> None:
        """Offer to undo the last of these."""
        self.setVisible(bool(discarded))
        if not discarded:
            return
        last = discarded[-1]
        along = f" and {last.count - 1} with it" if last.count > 1 else ""
        self._what.set_whole(f"Discarded: {last.did} {last.label}{along}")
        before = len(discarded) - 1
        self._more.setText(f"{before} more before it" if before else "")
