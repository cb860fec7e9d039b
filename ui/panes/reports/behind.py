"""The issues behind a number: a list in place of the table, from which one is opened."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services import issue_lists
from app.services.issue_lists import IssueLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState
from ui.kit.console import Console
from ui.kit.labels import Label
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import Face, Kind, M, S, Tone
from ui.kit.timephrase import exact, short_span

_BARS = {1: Kind.RED, 2: Kind.AMBER, 3: Kind.GREY}


def columns() -> tuple[Column[IssueLine], ...]:
    """Give what the list says of each issue."""
    return (
        Column("number", "No.", lambda line, _now: Cell(line.label, Tone.DIM), 64, is_sortable=False),
        Column("title", "Issue", _title, is_sortable=False),
        Column("priority", "P", lambda line, _now: Cell(f"P{line.priority}"), 44, is_sortable=False),
        Column("state", "State", lambda line, _now: Cell(str(line.state).capitalize()), 96, is_sortable=False),
        Column("age", "Opened", _opened, 80, is_sortable=False, yields=1),
    )


def _title(line: IssueLine, _now: datetime) -> Cell:
    return Cell(line.title or "(no title)", second=line.customer or "no customer")


def _opened(line: IssueLine, now: datetime) -> Cell:
    if line.opened_at is None:
        return Cell("–", Tone.DIM)  # noqa: RUF001  dash
    return Cell(short_span((now - line.opened_at).total_seconds()), Tone.DIM, tip=exact(line.opened_at))


class IssuesBehind(QWidget):
    """`left` when the person goes back to the figures."""

    left = Signal()

    def __init__(self, console: Console, buttons: Sequence[KeyButton], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._console = console
        self.title = Label(face=Face.SUBHEADING)
        self.table: RecordTable[IssueLine] = RecordTable(
            "Issues behind the number",
            columns(),
            Source(self._fetch, lambda line: line.id, lambda line: _BARS.get(line.priority)),
            console.mailbox,
            EmptyState("No issue is behind this number", "What it counts belongs to no issue that is still here."),
            has_two_lines=True,
        )
        head = QHBoxLayout()
        head.setContentsMargins(M, S, M, S)
        head.setSpacing(S)
        head.addWidget(self.title, 1)
        for button in buttons:
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        self.table.opened.connect(console.navigator.open_issue)

    def show_ids(self, title: str, ids: Sequence[str]) -> None:
        """List these issues under this title."""
        self.title.setText(title)
        self.table.show_ids(ids)
        self.table.choose_first()
        self.table.setFocus()

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[IssueLine]]":
        return self._console.workstation.read(lambda desk: issue_lists.lines(desk, ids))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
