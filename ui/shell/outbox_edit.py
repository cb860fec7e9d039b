"""One unsent edit in full: what it changes from what to what, why it waits, and its value to be written anew."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout

from app.domain.errors import BatonError
from app.services import outbox
from app.services.outbox import FieldLine, OutboxLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import Callout, EmptyState, FactsPanel
from ui.kit.compared import ComparedText, differing
from ui.kit.console import Console
from ui.kit.facts import Fact, FactList
from ui.kit.flow import clear, flow
from ui.kit.forms import InlineForm
from ui.kit.labels import Label, Pill, SectionLabel
from ui.kit.said_values import as_typed, counted, said
from ui.kit.theme import XS, Face, Kind, S, Tone
from ui.kit.timephrase import ago, exact

_TEXT_HEIGHT = 120
_DID = {"new": Kind.BLUE, "changed": Kind.GREY, "removed": Kind.RED}
_SHORT = 42  # characters that fit beside an arrow


def title(line: OutboxLine) -> str:
    """Give what the edit is in words: "Issue 4127 Import fails, changed"."""
    label = line.label[:1].upper() + line.label[1:]
    return f"New {line.label}" if line.did == "new" else f"{label}, {line.did}"


def summary(line: OutboxLine, now: datetime) -> str:
    """Give its fields in one line: "title: Import fails → Import fails at night"."""
    told = []
    for field in line.fields:
        new = said(field.new, now).split("\n")[0]
        told.append(f"{field.name}: {new}" if line.did == "new" else f"{field.name}: {_from(field, now)} → {new}")
    return " · ".join(told)


def _from(field: FieldLine, now: datetime) -> str:
    return said(field.old, now).split("\n")[0]


class EditPanel(FactsPanel):
    """Shows one edit; `changed` (its new id) when its value was written anew, `closed` when the focus may go back."""

    changed = Signal(str)
    closed = Signal()

    def __init__(self, console: Console, buttons: Sequence[KeyButton]) -> None:
        super().__init__("Edit")
        self._console = console
        self.line: OutboxLine | None = None
        self.form: InlineForm | None = None
        self._field: QLineEdit | QPlainTextEdit | None = None
        self._discard = buttons[-1]
        self._shown = QVBoxLayout()
        self._shown.setSpacing(S)
        self._along = Callout(Kind.AMBER)
        self._wrong = Callout(Kind.RED)
        self._empty = EmptyState("No edit is chosen", "Choose one at the left to see all of it.")
        self.body.addLayout(self._shown)
        for widget in (self._along, self._wrong, self._empty):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self._place = QVBoxLayout()
        self._buttons = flow(*buttons)
        self.foot.addLayout(self._place)
        self.foot.addWidget(self._buttons)
        self.show_nothing()

    @property
    def op(self) -> str:
        """The id of the edit shown; "" for none."""
        return "" if self.line is None else self.line.op

    @property
    def is_writing(self) -> bool:
        """Say whether a value is being written anew."""
        return self.form is not None

    def show_nothing(self) -> None:
        """Say that nothing is chosen."""
        self.leave()
        self.line = None
        clear(self._shown)
        for widget in (self._along, self._wrong, self._buttons):
            widget.hide()
        self._empty.show()

    def show_line(self, line: OutboxLine) -> None:
        """Show this edit."""
        if line == self.line:
            return
        if line.op != self.op:
            self._along.hide()
            self._wrong.hide()
            self._name_discard(0)
        self.line = line
        self._empty.hide()
        self._buttons.show()
        clear(self._shown)
        now = datetime.now(UTC)
        did = Pill(line.did, _DID.get(line.did, Kind.GREY))
        self._shown.addWidget(flow(did, *([] if line.is_open else [Pill("on its way", Kind.BLUE)]), gap=XS))
        label = line.label[:1].upper() + line.label[1:]
        self._shown.addWidget(Label(label, face=Face.HEADING, wrap=True).selectable())
        if line.did == "new":
            self._shown.addWidget(FactList([Fact(f.name.capitalize(), said(f.new, now)) for f in line.fields]))
        else:
            for field in line.fields:
                self._show_field(field, now)
        self._shown.addWidget(SectionLabel("Sending"))
        facts = [Fact("Made", ago(line.made_at, now), tip=exact(line.made_at))]
        facts.append(Fact("Tries", counted(line.tries, "try") if line.tries == 1 else f"{line.tries or 'no'} tries"))
        if line.last_error:
            facts.append(Fact("Last error", line.last_error, Tone.AMBER))
        self._shown.addWidget(FactList(facts))
        if not line.is_open:
            self._wrong.say(Kind.AMBER, "It may be at the company already", source=line.why_not)
            self._wrong.show()
        self._look_along(line)

    def _look_along(self, line: OutboxLine) -> None:
        if line.did == "new":
            self._console.mailbox.deliver(
                self._console.workstation.read(lambda desk: outbox.taken_along(desk, line.op)),
                self,
                lambda found: self._show_along(line.op, *found),
                lambda _gone: None,  # it has reached the company; the list says so in a moment
            )

    def _show_along(self, op: str, count: int, first: tuple[OutboxLine, ...]) -> None:
        if op != self.op or not count:
            return
        rest = count - len(first)
        names = [title(line) for line in first] + ([f"and {rest:,} more"] if rest else [])
        self._along.say(Kind.AMBER, f"Discarding it takes {count:,} more with it", source="\n".join(names))
        self._along.show()
        self._name_discard(count)

    def _name_discard(self, along: int) -> None:
        text = f"Discard {along + 1}" if along else "Discard"
        if self._discard.text() != text:
            self._discard.setText(text)
            self._discard.setAccessibleName(f"{text} edits" if along else text)
            self._discard.updateGeometry()

    def _show_field(self, field: FieldLine, now: datetime) -> None:
        old, new = said(field.old, now), said(field.new, now)
        self._shown.addWidget(SectionLabel(field.name))
        if "\n" in old + new:
            self._shown.addWidget(ComparedText("It was", differing(old, new), Kind.GREY, tone=Tone.DIM))
            self._shown.addWidget(ComparedText("It is to be", differing(new, old), Kind.BLUE))
        elif len(old) + len(new) <= _SHORT:
            self._shown.addWidget(flow(Label(old, tone=Tone.DIM), Label("→", tone=Tone.DIM), Label(new), gap=S))
        else:
            self._shown.addWidget(Label(old, tone=Tone.DIM, wrap=True).selectable())
            self._shown.addWidget(Label(f"→ {new}", wrap=True).selectable())

    # Writing the value anew

    def write(self) -> None:
        """Ask for another value in place, beginning with the one that waits."""
        line = self.line
        field = next((f for f in line.fields if f.field == line.in_place), None) if line else None
        if line is None or field is None:
            return
        self.leave()
        form = self.form = InlineForm(f"Send another {field.name}", "Change it")
        text = as_typed(field.new)
        made: QLineEdit | QPlainTextEdit
        if "\n" in text or len(text) > _SHORT:
            made = QPlainTextEdit(text)
            made.setFixedHeight(_TEXT_HEIGHT)
        else:
            made = QLineEdit(text)
            made.returnPressed.connect(self._send)
        self._field = made
        form.add(field.name.capitalize(), made)
        form.sent.connect(self._send)
        form.left.connect(self._leave)
        self._place.addWidget(form)
        self._buttons.hide()
        made.setFocus(Qt.FocusReason.OtherFocusReason)
        made.selectAll()

    def _send(self) -> None:
        form, line = self.form, self.line
        if form is None or line is None or self._field is None:
            return
        text = self._field.text() if isinstance(self._field, QLineEdit) else self._field.toPlainText()
        form.send.setEnabled(False)
        self._console.write(form, lambda desk: outbox.change(desk, line.op, text), self._sent, form.refuse)

    def _sent(self, op: str) -> None:
        self._leave()
        self.changed.emit(op)

    def _leave(self) -> None:
        self.leave()
        self.closed.emit()

    def leave(self) -> None:
        """Close the form; what was typed goes."""
        form, self.form, self._field = self.form, None, None
        if form is not None:
            self._place.removeWidget(form)
            form.hide()
            form.deleteLater()
            self._buttons.setVisible(self.line is not None)

    def refuse(self, error: BatonError) -> None:
        """Say why it could not be done."""
        self._wrong.say(Kind.RED, error.what, source=error.todo)
        self._wrong.show()

    @property
    def refusal(self) -> str:
        """What is said to be wrong, or nothing."""
        return "" if self._wrong.isHidden() else self._wrong.accessibleName()
