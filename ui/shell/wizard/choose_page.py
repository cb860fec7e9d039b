"""The first page: three ways to begin, each in one sentence."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.kit.buttons import KeyButton
from ui.kit.cards import Card
from ui.kit.flow import column
from ui.kit.labels import Label
from ui.kit.theme import XS, Face, L, Tone
from ui.shell.wizard.sheet import Sheet, on_key


class ChoosePage(Sheet):
    """Asks how to begin."""

    demo_chosen = Signal()
    join_chosen = Signal()
    start_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Welcome to Baton", "How do you want to begin?", parent=parent)
        self.demo = self._choice(
            "Try the demo",
            "A whole company on this machine, with customers, issues and devices that answer; nothing in it is real.",
            KeyButton("Try it", "D", primary=True),
            self.demo_chosen.emit,
        )
        self.join = self._choice(
            "Join a company",
            "Your colleagues work with Baton already, and you have a login and a first password.",
            KeyButton("Join…", "J"),
            self.join_chosen.emit,
        )
        self.start = self._choice(
            "Start a company on this machine",
            "You are the first: Baton keeps the company's database here and starts it with itself.",
            KeyButton("Start…", "S"),
            self.start_chosen.emit,
        )

    def _choice(self, title: str, sentence: str, button: KeyButton, run: Callable[[], None]) -> KeyButton:
        card = Card()
        card.body.setContentsMargins(L, L, L, L)
        words = column(Label(title, face=Face.SUBHEADING), Label(sentence, tone=Tone.DIM, wrap=True), gap=XS)
        line = QHBoxLayout()
        line.setSpacing(L)
        line.addLayout(words, 1)
        line.addWidget(button)
        card.body.addLayout(line)
        self.body.addWidget(card)
        button.setAccessibleName(title)
        button.setAccessibleDescription(sentence)
        button.clicked.connect(lambda: run())  # noqa: PLW0108  clicked carries a bool that run does not take
        return on_key(button, button.keys, self)

    def focus_first(self) -> None:
        """Go to what most people do first."""
        self.demo.setFocus()
