"""A page with a short list of things that each hang on an issue; its facts stand at the right."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.desk import Desk
from ui.kit.cards import EmptyState
from ui.kit.console import Console
from ui.kit.table import Column, RecordTable, Source
from ui.panes.queue.fields import ListHeader

Line = TypeVar("Line")


@dataclass(frozen=True)  # slots and Generic do not go together in Python 3.11
class Lines(Generic[Line]):
    """What such a page lists: under which title, in which columns, from where, and what it says of how many."""

    title: str
    name: str
    columns: Sequence[Column[Line]]
    look_up: Callable[[Desk], Sequence[Line]]
    line_id: Callable[[Line], str]
    issue_id: Callable[[Line], str | None]
    counted: Callable[[int], str]
    empty: tuple[str, str]


class LinesPage(QWidget, Generic[Line]):
    """Enter opens the issue; `chosen` carries it, for the facts on the right. Escape leaves."""

    chosen = Signal(str)
    left = Signal()

    def __init__(self, console: Console, lines: Lines[Line]) -> None:
        super().__init__()
        self._console, self._of = console, lines
        self._lines: dict[str, Line] = {}
        self._owes_focus = False
        self._header = ListHeader(lines.title)
        self.table: RecordTable[Line] = RecordTable(
            lines.name,
            lines.columns,
            Source(self._fetch, lines.line_id),
            console.mailbox,
            EmptyState(*lines.empty),
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
        self._owes_focus = True  # an empty table takes none
        self.load()

    def load(self) -> None:
        """Read it anew; what is chosen stays chosen."""
        self._console.read(self, self._of.look_up, self._came)

    def _came(self, found: Sequence[Line]) -> None:
        self._lines = {self._of.line_id(one): one for one in found}
        self._header.say(self._of.title, self._of.counted(len(found)) if found else "")
        self.table.show_ids(list(self._lines))
        self.table.refresh()
        self.table.choose_first()
        if self._owes_focus:
            self._owes_focus = False
            self.table.setFocus()
        self._went(self.table.chosen_id())

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[Line]]":
        # All of them came with the list: it is short.
        done: Future[Sequence[Line]] = Future()
        done.set_result([self._lines[i] for i in ids if i in self._lines])
        return done

    def _issue_of(self, line_id: str) -> str:
        line = self._lines.get(line_id)
        return "" if line is None else self._of.issue_id(line) or ""

    def _went(self, line_id: str) -> None:
        self.chosen.emit(self._issue_of(line_id))

    def _open(self, line_id: str) -> None:
        if issue_id := self._issue_of(line_id):
            self._console.navigator.open_issue(issue_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
