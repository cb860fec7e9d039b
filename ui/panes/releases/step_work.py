"""The work at a step: what can be done there, doing it, and keeping what is typed. Knows the run, not the places."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.domain.errors import BatonError
from app.services import drafts, runs
from app.services.desk import Desk
from app.services.releases import FileSum
from app.services.run_lists import RunDetail
from ui.kit.buttons import KeyButton
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.panes.releases.files import read_sum
from ui.panes.releases.run_view import RunView
from ui.panes.releases.step_card import Mode, StepCard

_DRAFT_MS = 300
_LOOK_S = 0.6  # how long a card stands before it can be ticked: a press sooner was meant for the card before
_AT_STEP = ("done", "sign", "fail", "reopen")


class StepWork(QObject):
    """Holds the run in the middle with its card. `happened` comes when something was recorded at a step."""

    happened = Signal()

    def __init__(self, console: Console, is_here: Callable[[], bool], parent: QObject) -> None:
        """`is_here` says whether the pane shows a run."""
        super().__init__(parent)
        self._console, self._is_here = console, is_here
        self.step_wanted = ""  # the step a person went to; "" follows the run
        self._shown_s = 0.0  # when the card came to show its step; on the monotonic clock
        self._is_writing = False
        self.denied: dict[str, str] = {}  # why this person may not give a command
        self._buttons = {c.id: KeyButton.of(console.book, c) for c in self.commands()}
        self.button("done").set_primary(primary=True)
        self.button("sign").set_primary(primary=True)
        self.card = StepCard(self._sum_file, self._buttons, console.unsent)
        self.run = RunView(self.card, console.unsent)
        self._draft_later = QTimer(self)
        self._draft_later.setInterval(_DRAFT_MS)
        self._draft_later.setSingleShot(True)
        self._draft_later.timeout.connect(self._keep_draft)
        self.run.step_asked.connect(self.go_to)
        self.card.edited.connect(self._draft_later.start)
        self.card.confirmed.connect(self._confirm)
        self.card.moded.connect(self._console.book.refresh)
        console.book.refreshed.connect(self._show_buttons)

    def button(self, name: str) -> KeyButton:
        """Give one of the step's buttons."""
        return self._buttons[f"releases.{name}"]

    def commands(self) -> tuple[Command, ...]:
        """Give the commands of a step."""

        def one(
            name: str, title: str, text: str, key: str, run: Callable[[], None], can: Callable[[], bool]
        ) -> Command:
            keys = ("Return", "Enter") if key == "Return" else (key,)
            return Command(f"releases.{name}", title, text, keys, "Releases", run, can, single_key=len(key) == 1)

        done = "Record that the step is done, with its evidence"
        return (
            one("done", "Done", done, "Return", self.done_by_key, self.can_tick),
            one("sign", "Sign…", "Give the sign-off that this step asks for", "S", self.sign, self.can_sign),
            one("fail", "Fail and note…", "Record that the step failed, and why", "F", self.fail, self.is_open),
            one("reopen", "Open again", "The step has to be done once more", "R", self.reopen, self.can_reopen),
            one("next", "Next step", "Look at the step after this one", "J", self.go_on, self._is_here),
            one("previous", "Step before", "Look at the step before this one", "K", self.go_back, self._is_here),
        )

    # Which step

    def show_run(self, run: RunDetail) -> None:
        """Show the run anew; what is typed at its step stays, another step brings its draft."""
        before = (self.run.run.id if self.run.run else "", self.run.step_id)
        had_focus = is_inside(self.card)
        self.run.show_run(run, self.step_wanted)
        self._console.book.refresh()
        if self.run.step_id and before != (run.id, self.run.step_id):
            self._shown_s = time.monotonic()
            self._load_draft()
        if had_focus:
            self.card.focus()

    def leave(self) -> None:
        """Keep what is typed: another run or step is shown next."""
        self.step_wanted = ""
        if self._draft_later.isActive():
            self._draft_later.stop()
            self._keep_draft()

    def go_to(self, step_id: str) -> None:
        """Show this step as the card."""
        if self.run.run is not None and step_id:
            self.leave()
            self.step_wanted = step_id
            self.show_run(self.run.run)
            self.card.focus()
            self.happened.emit()

    def go_on(self) -> None:
        """Look at the step after this one."""
        self.go_to(self.run.beside(1))

    def go_back(self) -> None:
        """Look at the step before this one."""
        self.go_to(self.run.beside(-1))

    # What can be done

    @property
    def is_settled(self) -> bool:
        """Say whether the card has stood long enough to be what the next press is about."""
        return not self._is_writing and time.monotonic() - self._shown_s >= _LOOK_S

    def is_open(self) -> bool:
        """Say whether the chosen step is not done."""
        step = self.run.chosen()
        return self._is_here() and step is not None and not step.is_done

    def can_tick(self) -> bool:
        """Say whether the step is done by ticking it."""
        step = self.run.chosen()
        return self.is_open() and step is not None and not step.step.sign_off_role and self.card.mode is Mode.WORK

    def can_sign(self) -> bool:
        """Say whether the step is done by a sign-off, and this person's role may sign."""
        return self._waits_for_signature() and not self.denied.get("releases.sign")

    def _waits_for_signature(self) -> bool:
        step = self.run.chosen()
        return self.is_open() and step is not None and bool(step.step.sign_off_role)

    def can_reopen(self) -> bool:
        """Say whether the step was done or failed."""
        step = self.run.chosen()
        return self._is_here() and step is not None and step.state is not None

    def _show_buttons(self) -> None:
        can = {
            "done": self.can_tick,
            "sign": self._waits_for_signature,
            "fail": self.is_open,
            "reopen": self.can_reopen,
        }
        for name in _AT_STEP:
            self.button(name).setVisible(self.card.mode is Mode.WORK and can[name]())
        if denied := self.denied.get("releases.sign", ""):
            self.button("sign").setToolTip(denied)
        if self.card.evidence.is_long:
            self.button("done").hide()  # Enter makes a new line there; the other button says Ctrl+Enter

    def done_by_key(self) -> None:
        """Tick the step, when the focus is where the work is: Enter elsewhere does what it does there."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractButton) and focus is not self.button("done"):
            focus.click()
        elif is_inside(self.card):
            self.done()
        else:
            self.card.focus()

    def done(self) -> None:
        """Tick the step with the evidence that is typed."""
        if not self.is_settled:
            return
        evidence = self.card.evidence.value()
        self._at_step(lambda desk, run, step: runs.tick(desk, run, step, evidence))

    def fail(self) -> None:
        """Ask for the note on the failure."""
        self.card.go(Mode.NOTE)
        self.card.focus()

    def sign(self) -> None:
        """Show what is signed, and ask once more."""
        self.card.go(Mode.SIGN)
        self.card.focus()

    def reopen(self) -> None:
        """Open the step again."""
        self._at_step(runs.reopen)

    def _confirm(self) -> None:
        step = self.card.step
        if step is None or not self.is_settled:
            return
        role, words, evidence = step.step.sign_off_role, self.card.note.toPlainText(), self.card.evidence.value()
        if self.card.mode is Mode.NOTE:
            self._at_step(lambda desk, run, one: runs.fail(desk, run, one, words, evidence))
        elif self.card.mode is Mode.SIGN:
            self._at_step(lambda desk, run, _one: runs.sign_off(desk, run, role))
        elif self.can_tick():
            self.done()

    def _at_step(self, verb: Callable[[Desk, str, str], Any]) -> None:
        run, step, name = self.run.run, self.card.step, self._draft_name()
        if run is None or step is None or self._is_writing:
            return
        run_id, step_id = run.id, step.step.id

        def do(desk: Desk) -> None:
            verb(desk, run_id, step_id)
            drafts.drop(desk, name)

        def refused(error: BatonError) -> None:
            self._is_writing = False
            if name == self._draft_name():
                self.card.refuse(error)

        self.card.refuse("")
        self._is_writing = True
        self._console.write(self, do, lambda _none: self._happened(name), refused)

    def _happened(self, name: str) -> None:
        self._is_writing, self._shown_s = False, time.monotonic()
        if name == self._draft_name():
            self._draft_later.stop()
            self.card.mode = Mode.WORK
            self.step_wanted = ""
        self.happened.emit()

    # What is typed

    def _draft_name(self) -> str:
        run, step = self.run.run, self.card.step
        return f"step/{run.id}/{step.step.id}" if run is not None and step is not None else ""

    def _keep_draft(self) -> None:
        name, content = self._draft_name(), self.card.content()
        if name:
            self._console.write(self, lambda desk: drafts.save(desk, name, content))

    def _load_draft(self) -> None:
        name = self._draft_name()

        def take_up(kept: dict[str, Any] | None) -> None:
            if kept and name == self._draft_name():
                self.card.take_up(kept)

        self._console.read(self, lambda desk: drafts.load(desk, name), take_up)

    def _sum_file(self, path: Path, on_sum: Callable[[FileSum], None]) -> None:
        def refuse(error: BatonError) -> None:
            self.card.evidence.release()
            self.card.refuse(error)

        read_sum(self._console, self, path, on_sum, refuse)


def is_inside(widget: QWidget) -> bool:
    """Say whether the focus is in this widget."""
    focus = QApplication.focusWidget()
    return focus is not None and (focus is widget or widget.isAncestorOf(focus))
