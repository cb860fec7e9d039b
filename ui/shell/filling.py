"""Fetching everything, as people see it: how much, how fast, how long still, and the button that stops it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from app.runtime.workstation import Contact, FillProgress, SyncState
from ui.kit.buttons import KeyButton
from ui.kit.cards import Panel
from ui.kit.theme import L, M, S
from ui.kit.timephrase import span
from ui.kit.waiting import Waiting


def in_short(fill: FillProgress | None) -> str:
    """Give the words for the status line: "Fetching 12,400 of 90,000 rows, 25 s left"."""
    if fill is None or not fill.rows:
        return "Fetching…"
    left = _left(fill)
    return f"Fetching {_rows(fill)}" + (f", {left}" if left else "")


def filling(fill: FillProgress | None) -> tuple[str, int, int]:
    """Give what a page says of it, how many rows are here and how many there will be (0: not known)."""
    if fill is None:
        return "Fetching what the company knows…", 0, 0
    what = "Reading everything again" if fill.is_again else "Fetching what the company knows"
    rate = f"{fill.rows_per_s:,.0f} a second" if fill.rows_per_s else ""
    return " · ".join(part for part in (f"{what}: {_rows(fill)}", rate, _left(fill)) if part), fill.rows, fill.expected


def _rows(fill: FillProgress) -> str:
    if fill.expected:
        return f"{min(fill.rows, fill.expected):,} of {fill.expected:,} rows"
    return f"{fill.rows:,} rows so far"


def _left(fill: FillProgress) -> str:
    left_s = fill.left_s
    if left_s is None:
        return ""
    return f"{max(round(left_s), 1)} s left" if left_s < 60 else f"{span(left_s)} left"


class FillStrip(Panel):
    """The strip above the panes while everything is fetched; it goes by itself. The panes work meanwhile."""

    def __init__(self, stop: Callable[[], None], resume: Callable[[], None]) -> None:
        super().__init__(line=Qt.Edge.BottomEdge)
        self._waiting = Waiting()
        self.stop, self.resume = KeyButton("Stop", run=stop), KeyButton("Resume", run=resume)
        self.stop.setToolTip("What has come stays and can be used; your edits are sent")
        self.resume.setToolTip("Go on where it was stopped")
        row = QHBoxLayout(self)
        row.setContentsMargins(L, S, M, S)
        row.setSpacing(L)
        row.addWidget(self._waiting, 1)
        row.addWidget(self.stop)
        row.addWidget(self.resume)
        self.setAccessibleName("Fetching")
        self.hide()

    @property
    def what(self) -> str:
        """What the strip says; nothing while it is hidden."""
        return "" if self.isHidden() else self._waiting.what

    def follow(self, state: SyncState) -> None:
        """Say how far it is."""
        is_filling, is_paused = state.contact is Contact.FILLING, state.contact is Contact.PAUSED
        self.setVisible(is_filling or is_paused)
        self.stop.setVisible(is_filling)
        self.resume.setVisible(is_paused)
        if is_filling:
            words, rows, expected = filling(state.fill)
            self._waiting.say(f"{words}. The newest issues can be used already.", rows, expected)
        elif is_paused:
            fill = state.fill or FillProgress(0, 0, 0.0)
            at = f" at {_rows(fill)}" if fill.rows else ""
            words = f"Fetching was stopped{at}. What is here can be used, and your edits are sent."
            self._waiting.say(words, fill.rows, fill.expected or max(fill.rows, 1))
