"""Issues that sound like the one whose title is being typed, with one key to say that it is the same."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.desk import Desk
from app.services.issue_refs import IssueRef
from ui.kit.console import Console
from ui.kit.labels import Label
from ui.kit.theme import XS, Face, Tone
from ui.panes.queue.issue_picker import FoundIssues

_PAUSE_MS = 250  # after the last key: who types on is not looked over the shoulder


class AlikeList(QWidget):
    """Hidden while nothing sounds alike; `chosen` carries the issue that somebody said it is. Ctrl+D is the form's."""

    chosen = Signal(object)  # IssueRef

    def __init__(self, becomes: str) -> None:
        """`becomes` says what choosing one makes of the issue: "a duplicate of it"."""
        super().__init__()
        self._hint = Label(f"Sounds like these. Ctrl+D: {becomes}", face=Face.SMALL, tone=Tone.DIM, wrap=True)
        self.found = FoundIssues("Issues that sound alike")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(XS)
        whole.addWidget(self._hint)
        whole.addWidget(self.found)
        self.found.activated.connect(lambda _index: self.choose_first())
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self._look)
        self._ask: Callable[[], None] | None = None
        self._asked = 0
        self.hide()

    def look(self, console: Console, look_up: Callable[[Desk], tuple[IssueRef, ...]]) -> None:
        """Look in a moment, and show what sounds alike."""
        self._asked += 1
        asked = self._asked

        def ask() -> None:
            console.read(self, look_up, lambda refs: self._came(asked, refs))

        self._ask = ask
        self._soon.start()

    def forget(self) -> None:
        """Look no more, and show nothing."""
        self._asked += 1
        self._soon.stop()
        self.hide()

    def _look(self) -> None:
        if self._ask is not None:
            self._ask()

    def _came(self, asked: int, refs: tuple[IssueRef, ...]) -> None:
        if asked == self._asked:
            self.found.show_refs(refs[:3])
            self.setVisible(bool(refs))

    def choose_first(self) -> None:
        """Say that it is the one chosen, the first when nobody chose."""
        if self.isVisible() and (ref := self.found.chosen_ref()) is not None:
            self.chosen.emit(ref)
