"""The pane: runs and procedures at the left, the steps in the middle, the facts on the right."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFileDialog,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
)

from app.domain.entities import Verb
from app.domain.errors import BatonError
from app.domain.ports import Touched
from app.domain.release import Artefact
from app.domain.run import SignOff
from app.services import procedures, releases, rights, run_lists
from app.services.desk import Desk
from app.services.procedures import ProcedureLine
from app.services.releases import FileSum, ReleaseLine
from app.services.run_lists import RunDetail, RunLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, Panel
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.flow import restore_sizes
from ui.kit.side_list import Place, Section, SideList
from ui.kit.theme import Kind, L
from ui.panes.releases.files import read_sum
from ui.panes.releases.procedure_view import ProcedureView
from ui.panes.releases.run_facts import RunFacts
from ui.panes.releases.step_work import StepWork
from ui.panes.releases.words import alone

SetBadge = Callable[[str, Kind], None]
_TABLES = ["run", "step_event", "sign_off", "artefact", "release", "procedure", "procedure_version", "step", "person"]
_MINUTE_MS = 60_000
_RUN, _PROCEDURE = "run:", "procedure:"


@dataclass(frozen=True, slots=True)
class _Lists:
    runs: tuple[RunLine, ...]
    procedures: tuple[ProcedureLine, ...]
    releases: tuple[ReleaseLine, ...]
    denied: dict[str, str]  # why this person may not give a command of the pane


def _look_up(desk: Desk) -> _Lists:
    denied = {
        "releases.sign": rights.why_not(desk, Verb.INSERT, SignOff),
        "releases.add_file": rights.why_not(desk, Verb.INSERT, Artefact),
    }
    return _Lists(run_lists.runs_known(desk), procedures.procedures(desk), releases.releases_known(desk), denied)


def _no_badge(_text: str, _kind: Kind) -> None:
    return None


class ReleasesPane:
    """Implements the shell's Pane; GUI thread only."""

    def __init__(self, console: Console, set_badge: SetBadge = _no_badge) -> None:
        self._console, self._set_badge = console, set_badge
        self._lists: _Lists | None = None
        self._place = ""
        self.widget: QSplitter = QSplitter(Qt.Orientation.Horizontal)
        self._middle = QStackedWidget()
        self.work = StepWork(console, self._has_run, self.widget)
        self.run, self.card = self.work.run, self.work.card
        self._buttons = {c.id: KeyButton.of(console.book, c) for c in self._own_commands()}
        self._buttons["releases.start"].set_primary(primary=True)
        self.places = SideList("Runs and procedures", unsent=console.unsent)
        self.procedure = ProcedureView(self._buttons["releases.start"])
        self.facts = RunFacts(self._buttons["releases.add_file"], console.unsent)
        self.empty = EmptyState("No procedure is published yet", "Once there is one, a run of it starts here.")
        self._lay_out()
        self._minute = QTimer(self.widget)
        self._minute.setInterval(_MINUTE_MS)
        self._minute.timeout.connect(self.retime)
        self._minute.start()
        self.places.chosen.connect(self._go)
        self.work.happened.connect(self._load)
        self.procedure.form.sent.connect(self._start)
        self.procedure.form.left.connect(self._leave_start)
        console.book.refreshed.connect(self._show_buttons)
        console.watch(self.widget, _TABLES, self._changed)
        self._load()

    # Lay-out

    def _lay_out(self) -> None:
        left = Panel(is_raised=False)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, L, 0, L)
        column.addWidget(self.places)
        middle = Panel(is_raised=False)
        inside = QVBoxLayout(middle)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._middle)
        for page in (self.empty, self.run, self.procedure):
            self._middle.addWidget(page)
        for part, stretch in ((left, 0), (middle, 1), (self.facts, 0)):
            self.widget.addWidget(part)
            self.widget.setStretchFactor(self.widget.count() - 1, stretch)
        self.widget.setHandleWidth(1)
        self.widget.setChildrenCollapsible(False)
        left.setMinimumWidth(160)
        self.facts.setMinimumWidth(220)
        self.widget.setSizes([240, 748, 292])
        self.facts.hide()

    # What the window asks

    def commands(self) -> tuple[Command, ...]:
        """Give the pane's commands."""
        return (*self.work.commands(), *self._own_commands())

    def _own_commands(self) -> tuple[Command, ...]:
        start, add = "Start a run of this procedure", "Add a file to the release, with its size and checksum"
        return (
            Command("releases.start", "Start a run", start, ("N",), "Releases", self.start, self._can_start),
            Command("releases.add_file", "Add a file…", add, ("A",), "Releases", self.choose_file, self._can_add_file),
        )

    def focus_first(self) -> None:
        """Put the focus where the work is: the card, an open form, or the places."""
        page = self._middle.currentWidget()
        if page is self.procedure and not self.procedure.form.isHidden():
            self.procedure.form.setFocus()
        elif page is self.run and self.card.isVisibleTo(self.run):
            self.card.focus()
        else:
            self.places.setFocus()

    def save_state(self) -> dict[str, Any]:
        """Give the splitter and the place."""
        return {"version": 1, "sizes": self.widget.sizes(), "place": self._place}

    def restore_state(self, state: dict[str, Any]) -> None:
        """Take them up."""
        if state.get("version") != 1:
            return
        restore_sizes(self.widget, state.get("sizes"))
        if isinstance(place := state.get("place"), str) and place:
            self._go(place)

    def open_run(self, run_id: str) -> None:
        """Show this run."""
        self._go(_RUN + run_id)

    # Lists

    def _changed(self, _changes: tuple[Touched, ...]) -> None:
        self._load()

    def _load(self) -> None:
        self._console.read(self.widget, _look_up, self._show_lists)

    def _show_lists(self, lists: _Lists) -> None:
        self._lists = lists
        self.work.denied = lists.denied
        sections = []
        if lists.runs:
            sections.append(Section("Runs", tuple(_run_place(line) for line in lists.runs)))
        if lists.procedures:
            sections.append(Section("Procedures", tuple(_procedure_place(line) for line in lists.procedures)))
        self.places.show_sections(sections)
        failed = sum(line.has_failed for line in lists.runs)
        self._set_badge(str(failed) if failed else "", Kind.RED)
        if not self._place:
            first = next(iter(self.places.ids()), "")
            self._place = first
        self._show_place()

    def _go(self, place: str) -> None:
        if place != self._place:
            self.work.leave()
        self._place = place
        self._show_place()

    def _show_place(self) -> None:
        place = self._place
        if place and self.places.current() != place:
            self.places.choose(place)
        if place.startswith(_RUN):
            one = place.removeprefix(_RUN)
            self._console.read(
                self.widget, lambda desk: run_lists.run_detail(desk, one), lambda run: self._show_run(place, run)
            )
        elif place.startswith(_PROCEDURE) and self._lists is not None:
            self._load_procedure(place, self._lists)
        elif not place:
            self._middle.setCurrentWidget(self.empty)
            self.facts.hide()

    def _load_procedure(self, place: str, lists: _Lists) -> None:
        found = next((p for p in lists.procedures if _PROCEDURE + p.id == place), None)
        if found is None:
            return
        version = found.versions[0].id if found.versions else ""

        def show(steps: Any) -> None:
            if place == self._place:
                self.procedure.show_procedure(found, steps, lists.releases)
                self._middle.setCurrentWidget(self.procedure)
                self.facts.hide()
                self._console.book.refresh()

        self._console.read(self.widget, lambda desk: procedures.steps(desk, version), show)

    def _show_run(self, place: str, run: RunDetail) -> None:
        if place == self._place:
            self._middle.setCurrentWidget(self.run)
            self.work.show_run(run)
            self.facts.show_run(run, self.run.chosen())
            self.facts.show()

    def retime(self) -> None:
        """Say times anew; nothing is looked up."""
        self.run.retime()
        self.facts.retime()

    # What can be done

    def _show_buttons(self) -> None:
        if not shiboken6.isValid(self.widget):
            return  # the book outlives the pane while the window goes away
        add, denied = self._buttons["releases.add_file"], self.work.denied.get("releases.add_file", "")
        add.setVisible(self._has_release())
        add.setToolTip(denied or "Add a file to the release, with its size and checksum")
        self._buttons["releases.start"].setVisible(self.procedure.form.isHidden())

    def _has_run(self) -> bool:
        return self._middle.currentWidget() is self.run and self.run.run is not None

    def _can_start(self) -> bool:
        return self._middle.currentWidget() is self.procedure and self.procedure.form.isHidden()

    def _can_add_file(self) -> bool:
        return self._has_release() and not self.work.denied.get("releases.add_file")

    def _has_release(self) -> bool:
        return self._has_run() and self.run.run is not None and self.run.run.release_id is not None

    # Files

    def choose_file(self) -> None:
        """Ask for a file of the release."""
        path, _filter = QFileDialog.getOpenFileName(self.widget.window(), "A file of the release")
        if path:
            self.add_file(Path(path))

    def add_file(self, path: Path) -> None:
        """Read a file and add it to the run's release; one of the same name is replaced."""
        run = self.run.run
        release_id = run.release_id if run is not None else None
        if release_id is None:
            return

        def put(found: FileSum) -> None:
            self._console.write(
                self.widget,
                lambda desk: releases.put_artefact(
                    desk, release_id, name=found.name, size_bytes=found.size_bytes, sha256=found.sha256
                ),
            )

        read_sum(self._console, self.widget, path, put, lambda e: self._console.navigator.tell(e.what, e.todo))

    # Starting a run

    def start(self) -> None:
        """Open the form that starts a run."""
        self.procedure.form.show()
        self.procedure.form.setFocus()
        self._console.book.refresh()

    def _leave_start(self) -> None:
        self.procedure.form.hide()
        self._console.book.refresh()
        self.places.setFocus()

    def _start(self) -> None:
        form = self.procedure.form
        try:
            verb = form.verb()
        except BatonError as e:
            form.refuse(e)
            return
        form.send.setEnabled(False)
        self._console.write(self.widget, verb, lambda run: self._started(run.id), form.refuse)

    def _started(self, run_id: str) -> None:
        form = self.procedure.form
        form.send.setEnabled(True)
        form.clear_refusal()
        form.run_title.clear()
        form.hide()
        self.work.leave()
        self._place = _RUN + run_id
        self.card.setFocus()
        self._load()


def _run_place(line: RunLine) -> Place:
    if line.is_finished:
        count, kind = "done", Kind.GREEN
    else:
        count, kind = f"{line.done}/{line.total}", Kind.RED if line.has_failed else Kind.GREY
    tip = f"{line.procedure}, {line.done} of {line.total} steps done" + (", a step failed" if line.has_failed else "")
    word = f"failed {count}" if line.has_failed else count
    return Place(_RUN + line.id, line.title, word, kind, tip=tip, row=line.id)


def _procedure_place(line: ProcedureLine) -> Place:
    tip = alone(line.only_one)
    word = "only 1" if line.only_one else ""
    return Place(_PROCEDURE + line.id, line.name, word, Kind.AMBER, tip=tip, row=line.id)
