"""Who rang somebody directly instead of their account rep: the rep's list, which empties as they give a word."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.route_arounds import RouteAround, route_arounds
from ui.kit.cards import EmptyState
from ui.kit.console import Console
from ui.kit.said_values import counted
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import Kind, Tone
from ui.kit.timephrase import exact, moment
from ui.panes.queue.fields import ListHeader


class RouteAroundsPage(QWidget):
    """Enter opens the issue; `chosen` carries it, for the facts on the right."""

    chosen = Signal(str)
    left = Signal()

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._lines: dict[str, RouteAround] = {}
        self._owes_focus = False
        self._header = ListHeader("Rang past me")
        self.table: RecordTable[RouteAround] = RecordTable(
            "Calls past the account rep",
            [
                Column("at", "When", _at, 117, is_sortable=False),
                Column("said", "What was said", _said, is_sortable=False),
                Column("rang", "Rang", _rang, 130, is_sortable=False, yields=1),
                Column("state", "Stands", _stands, 112, is_sortable=False),
            ],
            Source(self._fetch, lambda line: line.interaction_id),
            console.mailbox,
            EmptyState("Nobody rang past you", "When a VIP of yours rings somebody else, the call is listed here."),
            has_two_lines=True,
            unsent=console.unsent,
        )
        self.table.opened.connect(self._open)
        self.table.chosen.connect(self._went)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._header)
        whole.addWidget(self.table, 1)

    def open(self) -> None:
        """Show the list as of now."""
        self.load()
        self._owes_focus = True

    def load(self) -> None:
        """Read it anew; what is chosen stays chosen."""
        self._console.read(self, route_arounds, self._came)

    def _came(self, found: tuple[RouteAround, ...]) -> None:
        self._lines = {one.interaction_id: one for one in found}
        self._header.say("Rang past me", counted(len(found), "call") + " in 30 days" if found else "")
        self.table.show_ids(list(self._lines))
        self.table.refresh()
        self.table.choose_first()
        if self._owes_focus:  # an empty list takes none
            self._owes_focus = False
            self.table.setFocus()
        self._went(self.table.chosen_id())

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[RouteAround]]":
        # All of them came with the list: it is short.
        done: Future[Sequence[RouteAround]] = Future()
        done.set_result([self._lines[i] for i in ids if i in self._lines])
        return done

    def _went(self, interaction_id: str) -> None:
        line = self._lines.get(interaction_id)
        self.chosen.emit(line.issue_id or "" if line else "")

    def _open(self, interaction_id: str) -> None:
        line = self._lines.get(interaction_id)
        if line is not None and line.issue_id:
            self._console.navigator.open_issue(line.issue_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _at(line: RouteAround, now: datetime) -> Cell:
    return Cell(moment(line.at, now), tip=exact(line.at))


def _said(line: RouteAround, _now: datetime) -> Cell:
    whose = " · ".join(part for part in (line.contact, line.customer, line.issue and f"on {line.issue}") if part)
    return Cell(line.said or line.title, second=whose, second_marks=(("VIP", Kind.BLUE),))


def _rang(line: RouteAround, _now: datetime) -> Cell:
    taken = "" if line.took == line.rang else f", logged by {line.took}"
    return Cell(line.rang, Tone.DIM, tip=f"{line.rang}{taken}")


def _stands(line: RouteAround, _now: datetime) -> Cell:
    if line.is_followed:
        return Cell("followed up", Tone.DIM, tip="You have given them a word since")
    return Cell("your turn", pill=Kind.AMBER, tip="Call them, or log that you did: then this is done")
