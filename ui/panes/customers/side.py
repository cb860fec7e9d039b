"""The right side of a small page: what is chosen in words, its conflicts, why it may not be changed, and the form."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtWidgets import QWidget

from app.services.conflicts import ConflictLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, FactsPanel
from ui.kit.clashes import ClashList
from ui.kit.console import Console
from ui.kit.facts import Fact, FactList
from ui.kit.flow import flow
from ui.kit.labels import Label
from ui.kit.theme import Face, Tone
from ui.panes.customers.form_place import FormPlace

CLASH_KEYS = ("M", "T", "W")


class Side(FactsPanel):
    """Shows one thing, or asks for it: the form takes the place of the facts while it is open."""

    def __init__(self, console: Console, name: str, buttons: Sequence[KeyButton], empty: EmptyState) -> None:
        super().__init__(name)
        self.forms = FormPlace(console)
        self.clashes = ClashList(console, lambda: CLASH_KEYS)
        self.title = Label(face=Face.HEADING, wrap=True).selectable()
        self.sentence = Label(face=Face.ALOUD, wrap=True).selectable()
        self.fault = Label(tone=Tone.RED, wrap=True)
        self._facts = FactList(unsent=console.unsent)
        self.why_not = Label(tone=Tone.DIM, wrap=True)
        self._empty = empty
        self._has_any = False
        self._parts: tuple[QWidget, ...] = (self.title, self.clashes, self.sentence, self.fault, self._facts)
        self._buttons = flow(*buttons)
        for widget in (self.forms, *self._parts, self._empty, self.why_not):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.foot.addWidget(self._buttons)
        self.forms.opened.connect(self._arrange)
        self.forms.left.connect(self._arrange)
        self._arrange()

    def say(
        self, title: str, sentence: str, facts: Sequence[Fact], clashes: Sequence[ConflictLine] = (), fault: str = ""
    ) -> None:
        """Show this; an empty title shows that nothing is chosen."""
        self._has_any = bool(title)
        for label, text in ((self.title, title), (self.sentence, sentence), (self.fault, fault)):
            label.setText(text)
        self._facts.show_facts(facts)
        self.clashes.show_clashes(clashes, datetime.now(UTC))
        self._arrange()

    def say_why_not(self, words: str) -> None:
        """Say why nothing may be changed here; "" when it may."""
        self.why_not.setText(words)
        self._arrange()

    def _arrange(self) -> None:
        is_free = self.forms.form is None
        for widget in self._parts:
            widget.setVisible(is_free and self._has_any)
        self.fault.setVisible(is_free and bool(self.fault.text()))
        self.clashes.setVisible(is_free and self.clashes.first is not None)
        self._empty.setVisible(is_free and not self._has_any)
        self._buttons.setVisible(is_free)
        self.why_not.setVisible(is_free and bool(self.why_not.text()))
