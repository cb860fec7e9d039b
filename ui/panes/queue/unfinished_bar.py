"""Whose unfinished call goes on in the form, and the way to a new one."""

from PySide6.QtWidgets import QSizePolicy, QWidget

from app.services.calls import CallDraft
from ui.kit.buttons import KeyButton
from ui.kit.commands import Command, CommandBook
from ui.kit.flow import row
from ui.kit.labels import Label
from ui.kit.theme import M, Tone
from ui.panes.queue.words import unfinished


class UnfinishedBar(QWidget):
    """Shown when a call that was left is taken up: what is typed next goes into that one."""

    def __init__(self, book: CommandBook, new_call: Command) -> None:
        super().__init__()
        self.words = Label(tone=Tone.AMBER, wrap=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setLayout(row(self.words, KeyButton.of(book, new_call), gap=M))
        self.hide()

    def show_call(self, draft: CallDraft) -> None:
        """Say whose call goes on here."""
        self.words.setText(f"{unfinished(draft)}: it goes on here.")
        self.show()
