"""One line of the book at the right: the whole fingerprint, who accepted it where, and what became of it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.host_key_book import BookLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, FactsPanel
from ui.kit.facts import Fact, FactList
from ui.kit.flow import flow
from ui.kit.labels import Label, Pill
from ui.kit.theme import Face, Kind, Tone
from ui.kit.timephrase import exact
from ui.panes.devices.book.replacing import Replacing
from ui.panes.devices.words import key_type_word, when


class KeyFacts(FactsPanel):
    """The facts of the line that is chosen, or the form that replaces its key."""

    def __init__(self, buttons: Sequence[KeyButton]) -> None:
        super().__init__("The key")
        self.form: Replacing | None = None
        self._shown: BookLine | None = None
        self.title = Label(face=Face.HEADING, wrap=True).selectable()
        self._state = Pill("")
        self._whose = Label(tone=Tone.DIM, wrap=True)
        self.sentence = Label(wrap=True)
        self._print = Label(face=Face.MONO, wrap=True)  # copied by its button: the breaks are not part of it
        self._facts = FactList()
        self._whom = Label(tone=Tone.DIM, wrap=True)
        self._empty = EmptyState("Nothing chosen", "Choose a key to see who accepted it.")
        self._parts: tuple[QWidget, ...] = (
            *(self.title, self._whose, flow(self._state), self.sentence, self._print, self._facts, self._whom),
        )
        self._place = QVBoxLayout()
        self.body.addLayout(self._place)
        for widget in (*self._parts, self._empty):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self._buttons = flow(*buttons)
        self.foot.addWidget(self._buttons)
        self.say(None, "")

    def say(self, line: BookLine | None, whom: str) -> None:
        """Show this line; `whom` names who may replace a key, "" for oneself."""
        if line is None or self._shown is None or line.id != self._shown.id:
            self.ask(None)
        self._shown = line
        if line is not None:
            key = line.key
            self.title.setText(line.device)
            self._whose.setText(" · ".join(p for p in (line.customer, key.address, key_type_word(key.key_type)) if p))
            self._state.show_as(*_state(line))
            self.sentence.setText(_sentence(line))
            # A fingerprint has no blanks; without a place to break it would push the panel out.
            self._print.setText("\u200b".join(key.fingerprint[at : at + 4] for at in range(0, len(key.fingerprint), 4)))
            self._print.setAccessibleName(key.fingerprint)
            self._facts.show_facts(_facts(line))
            self._whom.setText(f"{whom} can replace it, with the reason." if whom else "")
        self._arrange()

    def ask(self, form: Replacing | None) -> None:
        """Show the form instead of the facts; None: the facts again."""
        if self.form is not None:
            self.form.hide()
            self.form.deleteLater()
        self.form = form
        if form is not None:
            self._place.addWidget(form)
            form.ask()
        self._arrange()

    def _arrange(self) -> None:
        is_free, has_any = self.form is None, self._shown is not None
        for part in self._parts:
            part.setVisible(is_free and has_any)
        self._whom.setVisible(is_free and bool(self._whom.text()) and has_any)
        self._empty.setVisible(is_free and not has_any)
        self._buttons.setVisible(is_free)


def _state(line: BookLine) -> tuple[str, Kind]:
    if line.is_contradicted:
        return "two keys: nobody is let in", Kind.RED
    return ("retired", Kind.GREY) if line.key.retired_at is not None else ("valid", Kind.GREEN)


def _sentence(line: BookLine) -> str:
    key = line.key
    if line.is_contradicted:
        return "Two people accepted different keys of this device. One of them may have met somebody else."
    if key.retired_at is not None:
        met = f"{key.accepted_by} accepted it {when(key.accepted_at)}"
        return f"{key.retired_by or 'Somebody'} retired it {when(key.retired_at)}: {key.reason}. {met}."
    return f"{key.accepted_by} accepted it {when(key.accepted_at)}."


def _facts(line: BookLine) -> list[Fact]:
    key = line.key
    facts = [
        Fact("Accepted", exact(key.accepted_at), rows=(key.id,)),
        Fact("At", key.workstation),
    ]
    if key.address:
        facts.append(Fact("Shown at", key.address))
    if key.retired_at is not None:
        facts.append(Fact("Retired", exact(key.retired_at)))
    return facts
