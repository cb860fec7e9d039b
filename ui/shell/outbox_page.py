"""The outbox: what has not reached the company, why, and what can still be done about it."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.entities import BY_NAME
from app.domain.errors import BatonError
from app.runtime.workstation import Contact, SyncState
from app.services import outbox
from app.services.outbox import Discarded, OutboxLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, PaneHeader
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.flow import split
from ui.kit.page import Page
from ui.kit.said_values import counted
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import Kind, Tone
from ui.kit.timephrase import exact, short_span, span
from ui.shell.export import ask_where, export
from ui.shell.outbox_edit import EditPanel, summary, title
from ui.shell.undo_bar import UndoBar

_LOOK_MS = 5_000
_LONG_S = 60
_WIDTHS = (860, 420)


def columns() -> tuple[Column[OutboxLine], ...]:
    """Give what the table says of each edit."""
    return (
        Column("what", "Edit", _what, 0, is_sortable=False),
        Column("age", "Waits", _age, 74, is_sortable=False),
        Column("tries", "Tries", _tries, 54, is_sortable=False),
        Column("state", "Last error", _state, 220, is_sortable=False, yields=1),
    )


def _what(line: OutboxLine, now: datetime) -> Cell:
    told = summary(line, now)
    nothing = "taken away" if line.did == "removed" else "as it is usual"
    return Cell(title(line), second=told or nothing, tip=told)


def _age(line: OutboxLine, now: datetime) -> Cell:
    passed_s = (now - line.made_at).total_seconds()
    return Cell(short_span(passed_s), Tone.AMBER if passed_s > _LONG_S else Tone.DIM, tip=exact(line.made_at))


def _tries(line: OutboxLine, _now: datetime) -> Cell:
    return Cell(str(line.tries) if line.tries else "–", Tone.DIM if line.tries < 3 else Tone.AMBER)  # noqa: RUF001  dash


def _state(line: OutboxLine, _now: datetime) -> Cell:
    if line.last_error:
        return Cell(line.last_error, Tone.AMBER, tip="\n".join(filter(None, (line.last_error, line.why_not))))
    if not line.is_open:
        return Cell("on its way", pill=Kind.BLUE, tip=line.why_not)
    return Cell("–", Tone.DIM)  # noqa: RUF001  dash


class OutboxPage(Page):
    """Every unsent edit in order; the chosen one in full at the right. Discards can be undone while the page lives."""

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._console = console
        self._state = console.workstation.sync_state
        self._discarded: list[Discarded] = []
        self._next = ""  # to be chosen once it is in the table
        self.header = PaneHeader("Not sent yet")
        self.table: RecordTable[OutboxLine] = RecordTable(
            "Unsent edits",
            columns(),
            Source(self._fetch, lambda line: line.op),
            console.mailbox,
            EmptyState("Everything has reached the company"),
            has_two_lines=True,
        )
        book = console.book
        self._buttons = {c.id.removeprefix("outbox."): KeyButton.of(book, c) for c in self.commands()}
        self.panel = EditPanel(console, [self._buttons[name] for name in ("edit", "open", "discard")])
        self.undo_bar = UndoBar(self._buttons["undo"])
        self._lay_out()
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(lambda _op: self.edit())
        self.table.model.came.connect(self._show_chosen)
        self.panel.changed.connect(self._changed)
        self.panel.closed.connect(self.table.setFocus)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self.refresh)
        self._look.start()
        console.watch(self, BY_NAME, lambda _changes: self.refresh())
        self.setAccessibleName("Not sent yet")
        self.refresh()

    def _lay_out(self) -> None:
        for name in ("retry", "export"):
            self.header.right.addWidget(self._buttons[name])
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in ((self.header, 0), (self.table, 1), (self.undo_bar, 0)):
            column.addWidget(widget, stretch)
        left.setMinimumWidth(480)
        self.panel.setMinimumWidth(360)
        parts = split(left, self.panel, sizes=_WIDTHS)
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(parts)

    def commands(self) -> tuple[Command, ...]:
        """Give what can be done here."""
        group = "Outbox"
        return (
            Command("outbox.retry", "Retry now", "Try to send everything now", ("R",), group, self.retry,
                    self._has_any),
            Command("outbox.edit", "Edit", "Change what is sent, here or where it is shown", ("E",), group, self.edit,
                    self._can_edit),
            Command("outbox.open", "Open", "Show the thing that it changes", ("O",), group, self.open, self._can_open),
            Command("outbox.discard", "Discard", "Take the edit back; can be undone", ("Del",), group, self.discard,
                    self._can_discard),
            Command("outbox.undo", "Undo", "Put back what was discarded last", ("Ctrl+Z",), group, self.undo,
                    lambda: bool(self._discarded), instead_of="edit.undo"),
            Command("outbox.export", "Export…", "Write all of them into a file", ("X",), group, self.export,
                    self._has_any),
        )  # fmt: skip

    def focus_first(self) -> None:
        """Go to the edits."""
        self.table.setFocus()
        self.refresh()

    def follow(self, state: SyncState) -> None:
        """Say how it stands with the company."""
        self._state = state
        self._say_empty()

    # What is shown

    def refresh(self) -> None:
        """Read what waits."""
        if self.panel.is_writing:
            return
        self._console.read(self, outbox.ids, self._show)

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[OutboxLine]]":
        return self._console.workstation.read(lambda desk: outbox.lines(desk, ids))

    def _changed(self, op: str) -> None:
        self._next = op
        self.refresh()

    def _show(self, ids: list[str]) -> None:
        if list(self.table.model.ids) == ids:
            self.table.refresh()
        else:
            self.table.show_ids(ids)
        if self._next and self.table.choose(self._next):
            self._next = ""
        self.table.choose_first()
        self._say_empty()
        if not ids:
            self.panel.show_nothing()
        self._console.book.refresh()

    def _say_empty(self) -> None:
        at = self._state.as_of
        todo = f"As of {at.astimezone():%H:%M:%S}. " if at is not None else ""
        self.table.empty.say(
            "Everything has reached the company",
            f"{todo}What is typed without the network waits here until it is back.",
        )
        oldest = self._state.oldest_unsent_at
        age = f" · the oldest waits {span((datetime.now(UTC) - oldest).total_seconds())}" if oldest else ""
        count = len(self.table.model.ids)
        self.header.say("Not sent yet", f"{counted(count, 'edit')}{age}" if count else "")

    def _choose(self, op: str) -> None:
        if op != self.panel.op:
            self.panel.leave()
        self._show_chosen()

    def _show_chosen(self) -> None:
        line = self.table.chosen_row()
        if line is not None:
            self.panel.show_line(line)
        self._console.book.refresh()

    # What can be done

    def _line(self) -> OutboxLine | None:
        line = self.panel.line
        return line if line is not None and line.op == self.table.chosen_id() else None

    def _has_any(self) -> bool:
        return bool(self.table.model.ids)

    def _can_edit(self) -> bool:
        line = self._line()
        return line is not None and line.is_open and bool(line.in_place or line.seen_at)

    def _can_open(self) -> bool:
        line = self._line()
        return line is not None and line.seen_at is not None

    def _can_discard(self) -> bool:
        line = self._line()
        return line is not None and line.is_open

    def retry(self) -> None:
        """Try to reach the company now."""
        self._console.workstation.retry()
        is_up = self._state.contact is Contact.SYNCED
        self._console.navigator.tell("Sending now." if is_up else "Trying to reach the company now.")

    def edit(self) -> None:
        """Write the value anew in place; where it is not one value, go to the thing itself."""
        line = self._line()
        if line is None or not self._can_edit():
            return
        if line.in_place:
            self.panel.write()
        else:
            self.open()

    def open(self) -> None:
        """Show the thing that the edit changes."""
        line = self._line()
        if line is None or line.seen_at is None:
            return
        noun, row_id = line.seen_at
        navigator = self._console.navigator
        match noun:
            case "issue":
                navigator.open_issue(row_id)
            case "device":
                navigator.open_device(row_id)
            case "escalation":
                navigator.open_escalation(row_id)
            case "run":
                navigator.open_run(row_id)

    def discard(self) -> None:
        """Take the chosen edit back, with what goes with it; the undo stands below."""
        line = self._line()
        if line is not None:
            self._console.write(self, lambda desk: outbox.discard(desk, line.op), self._went, self.panel.refuse)

    def _went(self, gone: Discarded) -> None:
        self._discarded.append(gone)
        self._offer_undo()
        self.refresh()

    def undo(self) -> None:
        """Put back what was discarded last."""
        if not self._discarded:
            return
        gone = self._discarded[-1]

        def is_back(_none: None) -> None:
            if gone in self._discarded:
                self._discarded.remove(gone)
            self._offer_undo()
            self.refresh()

        self._console.write(self, lambda desk: outbox.undo(desk, gone), is_back)

    def _offer_undo(self) -> None:
        self.undo_bar.show_last(self._discarded)
        self._console.book.refresh()

    def export(self) -> None:
        """Ask for a file and write everything into it."""
        path = ask_where(self)
        if path is not None:
            self.export_to(path)

    def export_to(self, path: Path) -> None:
        """Write everything into this file, and say so."""
        tell = self._console.navigator.tell

        def failed(error: BatonError) -> None:
            tell(error.what, error.todo)

        export(self._console, self, path, lambda words: tell(words), failed)  # noqa: PLW0108  tell takes more
