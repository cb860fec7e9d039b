"""Bringing along what another system exports: choose, look, import, and take back if it was not what was meant."""

import threading
import time
from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.errors import BadInput, BatonError
from app.runtime.workstation import Workstation
from app.services import imports
from app.services.desk import Desk
from app.services.imports import ImportMap, ImportProgress, ImportResult, Preview, UndoResult
from ui.kit.buttons import KeyButton
from ui.kit.labels import Label
from ui.kit.mailbox import Mailbox
from ui.kit.theme import XL, Face, M, S, Tone
from ui.kit.waiting import Waiting
from ui.shell.wizard.errand import Errand
from ui.shell.wizard.import_choice import ImportChoice
from ui.shell.wizard.preview_view import PreviewView, bad_lines, left_over
from ui.shell.wizard.sheet import on_key

T = TypeVar("T")

_WIDTH = 1120
_TOLD_EVERY_S = 0.1
_END_LIMIT_S = 10.0


class Stage(Enum):
    """Where the person is."""

    CHOOSING = auto()
    LOOKED = auto()  # a preview is shown
    BROUGHT = auto()  # an import is over and can be undone
    WORKING = auto()


class ImportPage(QWidget):
    """Works on one workstation; `left` when the person is through with it, which is always possible."""

    left = Signal()

    def __init__(
        self, workstation: Workstation, mailbox: Mailbox, *, leave: str = "Back", parent: QWidget | None = None
    ) -> None:
        """`leave` is what the button that leaves says before anything was imported."""
        super().__init__(parent)
        self._workstation, self._mailbox, self._leave_word = workstation, mailbox, leave
        self._stage = Stage.CHOOSING
        self._before = Stage.CHOOSING
        self._stop = threading.Event()
        self._errand: Errand[object] | None = None
        self._last_import = ""
        self.choice, self.preview, self.waiting = ImportChoice(), PreviewView(mailbox), Waiting()
        self.wrong = Label(tone=Tone.RED, wrap=True)
        self.go = KeyButton("Preview", "Ctrl+Return", primary=True, run=self._go)
        self.undo = KeyButton("Undo this import", "Alt+U", run=self._undo)
        self.leave = KeyButton(leave, "Esc", run=self._leave)
        keys = {"Ctrl+Return": self.go, "Ctrl+Enter": self.go, "Alt+U": self.undo, "Esc": self.leave}
        for key, button in keys.items():
            on_key(button, key, self)
        self._lay_out()
        self.choice.changed.connect(self._changed)
        self.choice.entered.connect(self._go)
        self.destroyed.connect(self._stop.set)
        mailbox.deliver(workstation.read(lambda _desk: imports.own_maps()), self, self.choice.offer, self._say_wrong)
        self._show(Stage.CHOOSING)

    def _lay_out(self) -> None:
        column = QWidget()
        column.setMaximumWidth(_WIDTH)
        inner = QVBoxLayout(column)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(M)
        inner.addWidget(Label("Bring what you have", face=Face.HEADING))
        sentence = (
            "Issues, their history or customers, as another system exports them; a map says which column is what."
        )
        inner.addWidget(Label(sentence, tone=Tone.DIM, wrap=True))
        inner.addWidget(self.choice)
        for part in (self.wrong, self.waiting):
            inner.addWidget(part)
        inner.addWidget(self.preview, 1)
        foot = QHBoxLayout()
        foot.setSpacing(S)
        for button in (self.go, self.undo):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        inner.addLayout(foot)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(XL, XL, XL, XL)
        outer.addStretch(1)
        outer.addWidget(column, 1000)
        outer.addStretch(1)
        self.setAccessibleName("Bring what you have")
        self.wrong.hide()

    @property
    def stage(self) -> Stage:
        """Where the person is."""
        return self._stage

    def focus_first(self) -> None:
        """Put the focus where this begins."""
        self.choice.file.setFocus()

    def end(self) -> None:
        """Stop what is under way and wait for it, some milliseconds as a rule: before the workstation is closed."""
        self._stop.set()
        if self._errand is not None:
            self._drop()
            self._errand.join(_END_LIMIT_S)

    def _drop(self) -> None:
        if self._errand is not None:
            self._errand.drop()

    # What the buttons do

    def _go(self) -> None:
        match self._stage:
            case Stage.CHOOSING:
                self._look()
            case Stage.LOOKED:
                self._bring()
            case Stage.BROUGHT:
                self.left.emit()
            case Stage.WORKING:
                pass

    def _leave(self) -> None:
        if self._stage is Stage.WORKING and self._before is Stage.CHOOSING:
            self._drop()  # looking changes nothing: nobody needs to wait for its end
            self._begin_again()
        elif self._stage is Stage.WORKING:
            self._stop.set()
            self.waiting.say("Stopping after this batch…")
        elif self._stage is Stage.BROUGHT:
            self._begin_again()
        else:
            self.left.emit()

    def _changed(self) -> None:
        if self._stage in {Stage.LOOKED, Stage.BROUGHT}:
            self._begin_again()
        self.wrong.hide()

    def _begin_again(self) -> None:
        self.preview.clear()
        self._show(Stage.CHOOSING)
        self.focus_first()

    def _look(self) -> None:
        try:
            file, by = self.choice.chosen()
        except BadInput as e:
            self._say_wrong(e)
            self.focus_first()
            return
        self._work(
            f"Reading {file.name}…",
            lambda desk: imports.preview(desk, file, imports.read_map(by)),
            lambda preview: self._looked(file, preview),
        )

    def _looked(self, file: Path, preview: Preview) -> None:
        self.preview.show_preview(preview, file.name)
        self._show(Stage.LOOKED if preview.good else Stage.CHOOSING)
        if preview.good:
            self.go.setFocus()
        else:
            self._say_wrong(BadInput("No row of this file can be imported.", "Choose the map that belongs to it."))

    def _bring(self) -> None:
        file, by = self.choice.chosen()

        def bring(desk: Desk) -> ImportResult:
            read: ImportMap = imports.read_map(by)
            return imports.run(desk, file, read, self._throttled(_progress_of), self._stop.is_set)

        self._work(f"Importing {file.name}…", bring, lambda result: self._brought(file.name, result))

    def _brought(self, name: str, result: ImportResult) -> None:
        self._last_import = result.import_id if result.inserted else ""
        self.preview.say(*_told(name, result))
        self._show(Stage.BROUGHT)
        self.go.setFocus()

    def _undo(self) -> None:
        import_id = self._last_import

        def take_back(desk: Desk) -> UndoResult:
            return imports.undo(desk, import_id, self._throttled(_undone_of), self._stop.is_set)

        if self._stage is Stage.BROUGHT and import_id:
            self._work("Taking the import back…", take_back, self._undone)

    def _undone(self, result: UndoResult) -> None:
        kept = f" {result.kept:,} stay, because somebody has worked with them since." if result.kept else ""
        if result.is_cancelled:
            self.preview.say(f"Stopped: {result.removed:,} rows are gone, the others are still here.", kept.strip())
        else:
            self._last_import = ""
            self.preview.clear()
            self.preview.say("The import was taken back.", f"{result.removed:,} rows are gone.{kept}")
        self._show(Stage.BROUGHT if result.is_cancelled else Stage.CHOOSING)
        self.go.setFocus()

    # How it is done

    def _work(self, what: str, job: Callable[[Desk], T], on_result: Callable[[T], None]) -> None:
        """Do it on a thread of its own: an import takes longer than the lanes of the workstation should be held."""
        self._stop.clear()
        self._before = self._stage
        self.wrong.hide()
        self._show(Stage.WORKING)
        self.waiting.say(what)
        self.leave.setFocus()
        workstation = self._workstation

        def on_its_thread() -> T:
            desk = workstation.desk()
            try:
                return job(desk)
            finally:
                desk.cache.close()

        errand: Errand[T] = Errand("import", on_its_thread)
        self._errand = errand.deliver(self._mailbox, self, on_result, self._failed)  # type: ignore[assignment]

    def _throttled(self, words: Callable[..., tuple[str, int, int]]) -> Callable[..., None]:
        """Give what passes progress on to the screen, some times a second; from any thread."""
        told_at = 0.0

        def tell(*said: object) -> None:
            nonlocal told_at
            if time.monotonic() - told_at > _TOLD_EVERY_S:
                told_at = time.monotonic()
                self._mailbox.call(self, lambda: self._progressed(*words(*said)))

        return tell

    def _progressed(self, what: str, done: int, total: int) -> None:
        if self._stage is Stage.WORKING and not self._stop.is_set():
            self.waiting.say(what, done, total)

    def _failed(self, error: BatonError) -> None:
        self._show(self._before)
        self._say_wrong(error)
        self.choice.file.setFocus()

    def _say_wrong(self, error: BatonError) -> None:
        self.wrong.setText(f"{error.what} {error.todo}".strip())
        self.wrong.show()

    def _show(self, stage: Stage) -> None:
        self._stage = stage
        is_working, is_over = stage is Stage.WORKING, stage is Stage.BROUGHT
        self.choice.setEnabled(not is_working)
        self.waiting.setVisible(is_working)
        self.undo.setVisible(is_over and bool(self._last_import))
        self.go.setVisible(not is_working)
        self.go.setText({Stage.LOOKED: "Import", Stage.BROUGHT: "Continue"}.get(stage, "Preview"))
        self.leave.setText({Stage.WORKING: "Cancel", Stage.BROUGHT: "Bring another file"}.get(stage, self._leave_word))


def _progress_of(progress: ImportProgress) -> tuple[str, int, int]:
    share = 100 * progress.done_bytes // max(progress.total_bytes, 1)
    what = f"{progress.rows:,} rows, {share} %, {progress.rows_per_s:,.0f} rows/s"
    return what, progress.done_bytes, progress.total_bytes


def _undone_of(done: int, total: int) -> tuple[str, int, int]:
    return f"Taking back {done:,} of {total:,} rows", done, total


_NAMES = {"issue_event": "event"}


def _counted(count: int, table: str) -> str:
    name = _NAMES.get(table, table)
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def _told(name: str, result: ImportResult) -> tuple[str, str, str]:
    """Give what an import did: the sentence, what else there is to know, and what was bad."""
    parts = [_counted(count, table) for table, count in result.by_table.items() if count]
    came = ", ".join(parts) or "nothing new"
    lead = f"Stopped: {came} came in from {name}." if result.is_cancelled else f"{name} is in: {came}."
    more = [f"{result.rows:,} rows were read"]
    more += [f"{result.updated:,} changed what was here"] if result.updated else []
    more += [f"{result.unchanged:,} were here already"] if result.unchanged else []
    more += ["the same import again goes on from there"] if result.is_cancelled else []
    left = "\n".join(left_over(result.unmapped, result.ambiguous))
    bad = bad_lines(result.reasons, result.rejected)
    if result.rejected_file is not None:
        bad = f"{result.rejected:,} rows could not be taken; all of them are listed in {result.rejected_file}\n{bad}"
    return lead, f"{', '.join(more)}.\n{left}".strip(), "\n".join(part for part in (bad, result.trouble) if part)
