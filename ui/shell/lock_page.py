"""What stands over everything once the company has taken this person's login away."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.runtime.workstation import Contact, SyncState
from ui.kit.buttons import KeyButton
from ui.kit.cards import Card
from ui.kit.commands import Command, CommandBook
from ui.kit.flow import flow
from ui.kit.labels import Label
from ui.kit.said_values import counted
from ui.kit.theme import XL, Face, Kind, M, Tone

_WIDTH = 560
RETRY, EXPORT = "lock.retry", "lock.export"


def commands(retry: Callable[[], None], export: Callable[[], None], is_locked: Callable[[], bool]) -> list[Command]:
    """Give what can be done on this page; nothing else can while it is shown."""
    group = "Locked"
    return [
        Command(
            RETRY, "Try again", "Ask the company whether you are let in again", ("Ctrl+R",), group, retry, is_locked
        ),
        Command(EXPORT, "Export…", "Write what was not sent into a file", ("Ctrl+E",), group, export, is_locked),
    ]


class LockPage(QWidget):
    """Says why, whom to ask, and what was not sent."""

    def __init__(self, book: CommandBook, company: str, login: str) -> None:
        super().__init__()
        self._company, self._login = company, login
        self.card = Card(Kind.RED, width=1.5)
        self.card.setFixedWidth(_WIDTH)
        self.card.body.setContentsMargins(XL, XL, XL, XL)
        self.card.body.setSpacing(M)
        self._what = Label(face=Face.HEADING, wrap=True)
        self._todo = Label(face=Face.ALOUD, wrap=True)
        self._unsent = Label(face=Face.BOLD, wrap=True)
        self._told = Label(tone=Tone.DIM, wrap=True)
        self.retry = KeyButton.of(book, book.get(RETRY), primary=True)
        self.export = KeyButton.of(book, book.get(EXPORT))
        for part in (self._what, self._todo, self._unsent):
            self.card.body.addWidget(part)
        self.card.body.addWidget(flow(self.retry, self.export))
        self.card.body.addWidget(self._told)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.card)
        middle.addStretch(1)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addLayout(middle)
        whole.addStretch(3)
        self._told.hide()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(self.retry)

    def follow(self, state: SyncState, unsent: int) -> None:
        """Say how it stands, with how many edits were not sent; what did not go through is kept and said too."""
        self._what.setText(f"Your login at {self._company} was disabled")
        self._todo.setText(
            f"Nothing can be read or written as {self._login} until it is enabled again. "
            "Ask your manager; then press Try again."
        )
        if unsent:
            has, kept = ("has", "It is kept") if unsent == 1 else ("have", "They are kept")
            told = f"{counted(unsent, 'edit')} {has} not been sent."
            self._unsent.setText(f"{told} {kept} on this machine; Export writes them into a file.")
        else:
            self._unsent.setText("" if state.conflicts else "Everything that you wrote has reached the company.")
        if state.conflicts:
            before = f"{self._unsent.text()} " if unsent else ""
            did = "1 value" if state.conflicts == 1 else f"{state.conflicts} values"
            told = f"{did} that you wrote did not go through and must be resolved once you are let in again."
            self._unsent.setText(f"{before}{told}{'' if unsent else ' Export writes what you typed into a file.'}")
        self.export.setVisible(unsent > 0 or state.conflicts > 0)
        asking = {Contact.CONNECTING: "Asking the company…", Contact.OFFLINE: "The company cannot be reached now."}
        self.say(asking.get(state.contact, ""))
        self.setAccessibleName(self.words)

    @property
    def words(self) -> str:
        """All that the page says."""
        return " ".join(label.text() for label in (self._what, self._todo, self._unsent))

    @property
    def told(self) -> str:
        """What was said last."""
        return "" if self._told.isHidden() else self._told.text()

    def say(self, text: str) -> None:
        """Say what came of it."""
        self._told.setText(text)
        self._told.setVisible(bool(text))

    def refuse(self, error: BatonError) -> None:
        """Say why it did not work."""
        self.say(f"{error.what} {error.todo}".strip())
