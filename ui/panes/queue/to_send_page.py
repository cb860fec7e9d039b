"""Words that wait to be sent by their writer: their time has come, and nothing sends them but the person."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services import later_words
from app.services.later_words import LaterLine
from ui.kit.cards import EmptyState
from ui.kit.console import Console
from ui.kit.said_values import counted
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import Kind, Tone
from ui.kit.timephrase import exact, moment
from ui.panes.queue.fields import ListHeader
from ui.panes.queue.reply_form import CHANNELS
from ui.panes.queue.words import in_line


class ToSendPage(QWidget):
    """Enter opens the issue, where Shift+S sends; `chosen` carries it, for the facts on the right."""

    chosen = Signal(str)
    left = Signal()

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._lines: dict[str, LaterLine] = {}
        self._owes_focus = False
        self._header = ListHeader("To send")
        self.table: RecordTable[LaterLine] = RecordTable(
            "Words to send",
            [
                Column("due", "Since", _due, 117, is_sortable=False),
                Column("word", "What they are told", _word, is_sortable=False),
                Column("by", "By", _by, 96, is_sortable=False, yields=1),
                Column("state", "Stands", _stands, 112, is_sortable=False),
            ],
            Source(self._fetch, lambda line: line.id),
            console.mailbox,
            EmptyState("Nothing waits to be sent", "A reply with a time in “Send later” comes here when it is due."),
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
        self._console.read(self, later_words.due, self._came)

    def _came(self, found: tuple[LaterLine, ...]) -> None:
        self._lines = {one.id: one for one in found}
        self._header.say("To send", counted(len(found), "word") if found else "")
        self.table.show_ids(list(self._lines))
        self.table.refresh()
        self.table.choose_first()
        if self._owes_focus:
            self._owes_focus = False
            self.table.setFocus()
        self._went(self.table.chosen_id())

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[LaterLine]]":
        # All of them came with the list: it is short.
        done: Future[Sequence[LaterLine]] = Future()
        done.set_result([self._lines[i] for i in ids if i in self._lines])
        return done

    def _went(self, later_id: str) -> None:
        line = self._lines.get(later_id)
        self.chosen.emit(line.issue_id if line else "")

    def _open(self, later_id: str) -> None:
        if (line := self._lines.get(later_id)) is not None:
            self._console.navigator.open_issue(line.issue_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _due(line: LaterLine, now: datetime) -> Cell:
    return Cell(moment(line.due_at, now), tip=exact(line.due_at))


def _word(line: LaterLine, _now: datetime) -> Cell:
    where = " · ".join(part for part in (line.to, f"on {line.label} {in_line(line.title, 80)}") if part)
    return Cell(in_line(line.subject or line.body), second=where, tip=line.body)


def _by(line: LaterLine, _now: datetime) -> Cell:
    return Cell(CHANNELS.get(line.channel, str(line.channel)), Tone.DIM)


def _stands(line: LaterLine, _now: datetime) -> Cell:
    if later_words.is_sendable(line):
        return Cell("your turn", pill=Kind.AMBER, tip="Enter opens the issue; Shift+S there sends it")
    return Cell("has gaps", pill=Kind.RED, tip="Something is missing in it: write it in before you send it")
