"""Contacts from a file: what it would add, change and leave out is shown, then brought in; it can be taken back."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.domain.phone import shown
from app.services import contact_files, imports
from app.services.contact_files import Brought, Doing, Line, Preview
from app.services.contact_files.previewing import summary
from app.services.desk import Desk
from app.services.imports import PastImport, UndoResult
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState
from ui.kit.console import Console
from ui.kit.fields import Tick
from ui.kit.flow import flow, row
from ui.kit.labels import Label
from ui.kit.said_values import counted
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import FIELD_HEIGHT, Face, Kind, L, S, Tone
from ui.kit.timephrase import ago

_PILLS = {Doing.ADD: Kind.GREEN, Doing.CHANGE: Kind.BLUE, Doing.SAME: Kind.GREY, Doing.LEFT_OUT: Kind.AMBER}
_KIND = "contacts"
T = TypeVar("T")


class BringIn(QWidget):
    """A file, what would come of it, and the button that does it. `left` says that the person goes back."""

    left = Signal()

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.preview: Preview | None = None
        self._looked_at: tuple[Path, str | None] | None = None
        self._lines: dict[str, Line] = {}
        self._customer_id = ""
        self._last = ""
        self._stop = threading.Event()
        self._is_working = False
        self.file = QLineEdit()
        self.file.setPlaceholderText("A vCard (.vcf) or CSV file")
        self.file.setAccessibleName("File")
        self.file.setMinimumHeight(FIELD_HEIGHT)
        self.into = Tick("All of them are at one customer")
        self.said = Label(face=Face.SUBHEADING, wrap=True)
        self.more = Label(tone=Tone.DIM, wrap=True)
        self.wrong = Label(tone=Tone.RED, wrap=True)
        self.choose = KeyButton("Choose…", "Ctrl+O", run=self.ask)
        self.look = KeyButton("Look", "Return", primary=True, run=self.show_preview)
        self.go = KeyButton("Bring them in", "Ctrl+Return", run=self.bring_in)
        self.back = KeyButton("Take it back", "Alt+T", run=self.take_back)
        self.leave = KeyButton("Leave it", "Esc", run=self.escape)
        self.table = self._table()
        self._lay_out()
        for key, run in (("Ctrl+O", self.ask), ("Ctrl+Return", self.bring_in), ("Alt+T", self.take_back)):
            shortcut = QShortcut(QKeySequence(key), self)  # a table or a line would have a use of its own for it
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(run)
        self.file.textChanged.connect(self._forget)
        self.into.toggled.connect(self._forget)
        self._forget()

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(L, L, L, 0)
        whole.setSpacing(S)
        whole.addWidget(Label("Bring contacts in", face=Face.HEADING))
        whole.addLayout(row(self.file, self.choose))
        whole.addWidget(self.into)
        whole.addWidget(flow(self.look, self.go, self.back, self.leave))
        for label in (self.wrong, self.said, self.more):
            whole.addWidget(label)
        whole.addWidget(self.table, 1)

    def _table(self) -> RecordTable[Line]:
        columns = (
            Column[Line]("line", "Line", lambda x, _n: Cell(f"{x.line:,}", Tone.DIM), 56, is_sortable=False),
            Column[Line](
                "doing", "What", lambda x, _n: Cell(str(x.doing), pill=_PILLS[x.doing]), 84, is_sortable=False
            ),
            Column[Line]("who", "Who", lambda x, _n: Cell(x.label, second=x.customer), 0, is_sortable=False),
            Column[Line]("how", "How", _how, 330, is_sortable=False),
        )
        empty = EmptyState("Nothing is written before you have seen it", "Choose a file, then look what is in it.")
        source = Source(self._fetch, lambda line: str(line.line))
        return RecordTable(
            "What the file would bring", columns, source, self._console.mailbox, empty, has_two_lines=True
        )

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[Line]]":
        found: Future[Sequence[Line]] = Future()
        found.set_result([self._lines[one] for one in ids if one in self._lines])
        return found

    def begin(self, customer_id: str, name: str) -> None:
        """Ask for a file; it may be said that all in it are this customer's."""
        if customer_id != self._customer_id:
            self._customer_id = customer_id
            self.into.setChecked(False)
        self.into.setText(f"All of them are at {name}")
        self.into.setAccessibleName(self.into.text())
        self.into.setVisible(bool(customer_id))
        self._console.read(self, imports.past, self._offer_last)
        self.file.setFocus()

    def ask(self) -> None:
        """Choose the file with the desktop's own window."""
        kinds = "Contacts (*.vcf *.vcard *.csv *.txt *.tsv);;All files (*)"
        path, _kind = QFileDialog.getOpenFileName(self.window(), "Contacts", str(Path.home()), kinds)
        if path:
            self.file.setText(path)
            self.show_preview()

    def show_preview(self) -> None:
        """Read the file and show what would come of it."""
        if self._is_working or not self.file.text().strip():
            return
        path = Path(self.file.text().strip()).expanduser()
        into = self._customer_id if self.into.isChecked() else None
        self.wrong.hide()
        self._work(is_on=True, words=f"Reading {path.name}…")
        self._deliver(lambda desk: contact_files.preview(desk, path, into), lambda found: self._came(path, into, found))

    def _came(self, path: Path, into: str | None, found: Preview) -> None:
        self._work(is_on=False)
        self._looked_at, self.preview = (path, into), found
        order = {Doing.LEFT_OUT: 0, Doing.CHANGE: 1, Doing.ADD: 2, Doing.SAME: 3}
        lines = sorted(found.lines, key=lambda line: (order[line.doing], line.line))
        self._lines = {str(line.line): line for line in lines}
        self.table.show_ids([str(line.line) for line in lines])
        self.said.setText(f"{summary(found)}.")
        read = ", ".join(f"{head} as {name}" for head, name in found.columns)
        out = f"Not read: {', '.join(found.left_out)}." if found.left_out else ""
        self._say_more(" ".join(part for part in (f"Read {read}." if read else "", out) if part))
        self.said.show()
        self.go.setEnabled(found.does_anything)
        self.look.set_primary(primary=not found.does_anything)
        self.go.set_primary(primary=found.does_anything)
        self.table.setFocus()

    def bring_in(self) -> None:
        """Write what was shown."""
        if self._is_working or self.preview is None or self._looked_at is None or not self.preview.does_anything:
            return
        (path, into), seen, stop = self._looked_at, self.preview.digest, self._stop
        self._work(is_on=True, words="Writing…")

        def job(desk: Desk) -> Brought:
            return contact_files.bring_in(
                desk, path, into, seen=seen, on_progress=self._progress, is_cancelled=stop.is_set
            )

        self._deliver(job, self._brought)

    def _progress(self, done: int, total: int) -> None:
        self._console.mailbox.call(self, lambda: self._tell_progress(done, total))

    def _tell_progress(self, done: int, total: int) -> None:
        if self._is_working:
            self.said.setText(f"{done:,} of {total:,} written; Esc stops.")

    def _brought(self, done: Brought) -> None:
        self._work(is_on=False)
        self._last = done.import_id or self._last
        stopped = "Stopped: " if done.is_cancelled else ""
        self.said.setText(f"{stopped}{counted(done.added, 'contact')} added, {done.changed:,} changed.")
        self._say_more(f"{len(done.left_out):,} left out." if done.left_out else "")
        self._looked_at = None
        self.go.setEnabled(False)
        self.back.setVisible(bool(self._last))
        self.leave.setFocus()

    def take_back(self) -> None:
        """Remove what the last file added, and give back what it changed."""
        import_id = self._last
        if import_id and not self._is_working:
            self._work(is_on=True, words="Taking it back…")
            self._deliver(lambda desk: contact_files.take_back(desk, import_id), self._taken_back)

    def _taken_back(self, result: UndoResult) -> None:
        self._work(is_on=False)
        self._last = ""
        self.back.hide()
        kept = f" {result.kept:,} stay: somebody has worked with them since." if result.kept else ""
        self.said.setText(f"Taken back: {counted(result.removed, 'contact')} removed.")
        self._say_more(f"What it changed is as it was, but for what somebody changed again.{kept}")
        self.leave.setFocus()

    def escape(self) -> None:
        """Stop what is under way; with nothing under way, go back."""
        if self._is_working:
            self._stop.set()
        else:
            self.left.emit()

    def _offer_last(self, past: Sequence[PastImport]) -> None:
        if self._last or self.preview is not None:
            return
        last = next((one for one in past if one.kind == _KIND and not one.is_taken_back), None)
        if last is not None:
            self._last = last.id
            added = counted(last.added.get("contact", 0), "contact")
            self._say_more(
                f"The last file was {last.file}, {ago(last.at, datetime.now(last.at.tzinfo))}: {added} added."
            )
        self.back.setVisible(bool(self._last))

    def _forget(self) -> None:
        """Forget what was shown: the file or whose it is has changed."""
        self._looked_at = self.preview = None
        self.table.show_ids([])
        for label in (self.said, self.more, self.wrong):
            label.hide()
        self.go.setEnabled(False)
        self.go.set_primary(primary=False)
        self.look.set_primary(primary=True)
        self.back.setVisible(bool(self._last))

    def _work(self, *, is_on: bool, words: str = "") -> None:
        self._is_working = is_on
        self._stop.clear()
        for button in (self.choose, self.look, self.go, self.back):
            button.setEnabled(not is_on)
        self.file.setReadOnly(is_on)
        if words:
            self.said.setText(words)
            self.said.show()

    def _deliver(self, job: Callable[[Desk], T], on_result: Callable[[T], None]) -> None:
        """Do it on a reader's thread: many people take longer than the one writer should be held."""
        self._console.mailbox.deliver(self._console.workstation.read(job), self, on_result, self._failed)

    def _failed(self, error: BatonError) -> None:
        self._work(is_on=False)
        self.go.setEnabled(self._looked_at is not None)
        self.said.hide()
        self.wrong.setText(f"{error.what} {error.todo}".strip())
        self.wrong.show()

    def _say_more(self, words: str) -> None:
        self.more.setText(words)
        self.more.setVisible(bool(words))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Look on Enter, leave on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.show_preview()
        else:
            super().keyPressEvent(event)


def _how(line: Line, _now: datetime) -> Cell:
    """Say what comes of one person: the reason, or the fields with what they were."""
    parts = [line.reason] if line.reason else [_field(name, line) for name in line.values if name != "name"]
    tip = "\n".join(filter(None, (*parts, *line.remarks)))
    tone = Tone.AMBER if line.doing is Doing.LEFT_OUT else Tone.TEXT
    return Cell(", ".join(parts), tone, second="; ".join(line.remarks), tip=tip)


def _field(name: str, line: Line) -> str:
    if name == "site_id":
        return "site"
    value, before = (
        shown(str(v)) if name in {"phone", "mobile"} and v else str(v or "")
        for v in (line.values[name], line.before.get(name))
    )
    return f"{name} {before} → {value}" if before else f"{name} {value}"
