"""The current step as a card: what to do, the proof, and the buttons. What is typed stays whatever is refused."""

from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.domain.errors import BatonError
from app.domain.run import StepEventKind
from app.services.run_lists import ArtefactLine, RunDetail, StepLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import Card
from ui.kit.flow import row
from ui.kit.labels import Label, Pill
from ui.kit.theme import Face, Kind, M, S, Tone
from ui.kit.unsent import Unsent, UnsentMark
from ui.panes.releases.evidence import EvidenceField, SumFile
from ui.panes.releases.words import short_sum, size, who_signs, within

_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class Mode(Enum):
    """What the card is open for."""

    WORK = "work"
    NOTE = "note"  # a failure is being written down
    SIGN = "sign"  # a sign-off is about to be given


class StepCard(Card):
    """One step. `confirmed` comes on Ctrl+Enter or the button that goes with the mode; the pane does the rest."""

    edited = Signal()
    confirmed = Signal()
    moded = Signal()

    def __init__(self, sum_file: SumFile, buttons: dict[str, KeyButton], unsent: Unsent) -> None:
        super().__init__(Kind.BLUE, width=2.0)
        self.step: StepLine | None = None
        self.mode = Mode.WORK
        self._buttons = buttons
        self._files: tuple[ArtefactLine, ...] = ()
        self.body.setContentsMargins(20, 18, 20, 20)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("The step to do")
        self.critical = Pill("critical step", Kind.RED)
        self.role = Pill("", Kind.AMBER)
        self.state = Pill("", Kind.GREY)
        self.minutes = Label(tone=Tone.DIM)
        self.unsent = UnsentMark(unsent)
        self.title = Label(face=Face.HEADING, wrap=True)
        self.text = Label(tone=Tone.DIM, wrap=True).selectable()
        self.history = Label(tone=Tone.TEXT, wrap=True).selectable()
        self.evidence = EvidenceField(sum_file)
        self.note = QPlainTextEdit()
        self.note.setPlaceholderText("What happened, for whoever goes on")
        self.note.setAccessibleName("Note on the failure")
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(68)
        self.signing = Label(wrap=True)
        self.wrong = Label(tone=Tone.RED, wrap=True)
        self.done_long = KeyButton("Done", "Ctrl+Return", primary=True, run=self.confirmed.emit)
        self.confirm = KeyButton("Fail with this note", "Ctrl+Return", primary=True, run=self.confirmed.emit)
        self.leave = KeyButton("Leave it", "Esc", run=lambda: self.go(Mode.WORK))
        self._lay_out()
        self.evidence.edited.connect(self._edited)
        self.note.textChanged.connect(self._edited)

    def _lay_out(self) -> None:
        head = row(self.critical, self.role, self.state, self.unsent, None, self.minutes, gap=S)
        self.body.addLayout(head)
        parts: tuple[QWidget, ...] = (
            self.title,
            self.text,
            self.history,
            self.evidence,
            self.note,
            self.signing,
            self.wrong,
        )
        for part in parts:
            self.body.addWidget(part)
        work = [self._buttons[name] for name in ("releases.done", "releases.sign", "releases.fail", "releases.reopen")]
        self.body.addLayout(row(self.confirm, self.leave, self.done_long, *work, None, gap=S, margins=(0, M - S, 0, 0)))

    def show_step(self, step: StepLine, run: RunDetail, now: datetime) -> None:
        """Show this step; when it is the one shown already, what is typed and the mode stay."""
        is_same = self.step is not None and self.step.step.id == step.step.id
        self.step, self._files = step, run.artefacts
        self.unsent.stand_for(f"{run.id}/{step.step.id}")
        self.critical.setVisible(step.step.is_critical)
        role = step.step.sign_off_role
        self.role.show_as(f"sign-off: {role}" if role else "", Kind.AMBER)
        word = {StepEventKind.DONE: ("done", Kind.GREEN), StepEventKind.FAILED: ("failed", Kind.RED)}
        self.state.show_as(*word.get(step.state or StepEventKind.NOTED, ("", Kind.GREY)))
        self.minutes.setText(f"{step.step.minutes} min" if step.step.minutes else "")
        self.title.setText(f"{step.step.position} · {step.step.title}")
        self.setAccessibleName(f"Step {step.step.position}, {step.step.title}")
        may = next((s.may_sign for s in run.sign_offs if s.role == role), ())
        self._say(self.text, "\n".join(part for part in (step.step.body, who_signs(role, may)) if part))
        self._say(self.history, _history(step, now))
        if not is_same:
            # Nobody has typed this emptiness: it must not be kept over the draft that is about to be loaded.
            self.blockSignals(True)
            self.evidence.ask_for(step.step)
            self.note.clear()
            self.blockSignals(False)
            self.refuse("")
        self.evidence.setEnabled(not step.is_done)
        self.go(self.mode if is_same and not step.is_done else Mode.WORK)

    def retime(self, now: datetime) -> None:
        """Say times anew, from what is here."""
        told = _history(self.step, now) if self.step is not None else ""
        if told != self.history.text():
            self._say(self.history, told)

    def go(self, mode: Mode) -> None:
        """Open the card for this; what is typed stays."""
        self.mode = mode
        step = self.step
        is_open = step is not None and not step.is_done
        self.note.setVisible(mode is Mode.NOTE)
        self.signing.setVisible(mode is Mode.SIGN)
        self.confirm.setVisible(mode is not Mode.WORK)
        self.leave.setVisible(mode is not Mode.WORK)
        role = step.step.sign_off_role if step is not None else ""
        text = f"Sign for {role}" if mode is Mode.SIGN else "Fail with this note"
        self.confirm.setText(text)
        self.confirm.setAccessibleName(text)
        self.confirm.updateGeometry()
        self.done_long.setVisible(mode is Mode.WORK and is_open and not role and self.evidence.is_long)
        if mode is Mode.SIGN:
            files = ", ".join(f"{f.name} {size(f.size_bytes)} (sha256 {short_sum(f.sha256)})" for f in self._files)
            self.signing.setText(
                f"In your name, for {role}: this is what the release consists of. {files or 'No file.'}"
            )
        self.moded.emit()

    def refuse(self, error: BatonError | str) -> None:
        """Say at the step what is wrong; nothing typed is lost."""
        self._say(self.wrong, error if isinstance(error, str) else f"{error.what} {error.todo}".strip())

    @property
    def refusal(self) -> str:
        """What is said to be wrong, or nothing."""
        return "" if self.wrong.isHidden() else self.wrong.text()

    def content(self) -> dict[str, Any]:
        """Give what is typed, as the draft keeps it."""
        return {"evidence": self.evidence.value(), "note": self.note.toPlainText()}

    def take_up(self, content: dict[str, Any]) -> None:
        """Put a draft back into fields that are empty."""
        if isinstance(content.get("evidence"), str) and not self.evidence.value():
            self.evidence.put(content["evidence"])
        if isinstance(content.get("note"), str) and not self.note.toPlainText():
            self.note.setPlainText(content["note"])

    def focus(self) -> None:
        """Put the focus where the work is."""
        if self.mode is Mode.NOTE:
            self.note.setFocus()
        elif self.mode is Mode.SIGN:
            self.confirm.setFocus()
        elif self.evidence.isVisibleTo(self) and self.evidence.isEnabled():
            self.evidence.focus()
        else:
            buttons = (*self._buttons.values(), self.done_long)
            first = next((b for b in buttons if b.isVisibleTo(self) and b.isEnabled()), None)
            (first or self).setFocus()

    def take_file(self, path: Path) -> None:
        """Take the evidence from a file."""
        self.evidence.take_file(path)

    def event(self, event: QEvent) -> bool:
        """Keep an Enter that is held down from the command of Done: only a new press is somebody's word."""
        is_asked = event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and event.key() in _ENTER and event.isAutoRepeat():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Confirm on Ctrl+Enter, leave the note, the signature or the field on Escape."""
        is_enter = event.key() in _ENTER
        if is_enter and event.isAutoRepeat():
            return  # held down since the step before: it says nothing about this one
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.confirmed.emit()
        elif event.key() == Qt.Key.Key_Escape and self.mode is not Mode.WORK:
            self.go(Mode.WORK)
            self.focus()
        elif event.key() == Qt.Key.Key_Escape:
            self.setFocus()  # out of the field: single letters are keys again
        else:
            super().keyPressEvent(event)

    def _edited(self) -> None:
        self.refuse("")
        self.edited.emit()

    def _say(self, label: Label, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))


def _history(step: StepLine, now: datetime) -> str:
    lines = []
    for happened in step.happenings:
        what = " · ".join(p for p in (happened.words, happened.evidence) if p)
        lines.append(f"{happened.kind} by {happened.who}, {within(happened.at, now)}" + (f": {what}" if what else ""))
    return "\n".join(lines)
