"""Offers the note and the transcript of sessions that are over to an issue, one card at a time."""

from collections import deque

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.device import Device
from app.domain.issue import Issue
from app.domain.session import Session
from app.services import devices, sessions, transcripts
from app.services.desk import Desk
from app.services.devices import OpenIssue
from ui.kit.buttons import KeyButton
from ui.kit.console import Console
from ui.kit.flow import row
from ui.kit.labels import ElidedLabel
from ui.kit.theme import S, Tone
from ui.panes.devices.orders import Orders
from ui.panes.devices.session_log import Finished
from ui.panes.devices.terminal.keep_card import KeepCard


class Leaving(QWidget):
    """Below the terminals; empty and out of sight most of the time. `answered`: the last card is gone.

    Where work goes on before it was answered, the card folds into one line and leaves the terminal its room.
    """

    answered = Signal()
    folded = Signal()  # or unfolded

    def __init__(self, console: Console, orders: Orders) -> None:
        super().__init__()
        self._console = console
        self._waiting: deque[Finished] = deque()
        self._is_folded = False
        self.card: KeepCard | None = None
        self._name = ""
        self.line = QWidget()
        self.words = ElidedLabel(tone=Tone.DIM)
        self.leave = KeyButton("Leave it", run=self._done)
        line = row(gap=S)
        line.addWidget(self.words, 1)
        line.addWidget(orders.button("devices.keep"))
        line.addWidget(self.leave)
        self.line.setLayout(line)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, S, 0, 0)
        self._layout.addWidget(self.line)
        self.line.hide()
        self.hide()

    @property
    def is_folded(self) -> bool:
        """Whether a card waits as one line."""
        return self._is_folded and self.card is not None

    def fold(self) -> None:
        """Let the card wait as one line: something else is done or asked now."""
        if self._waiting and not self._is_folded:
            self._is_folded = True
            self._show_card()

    def unfold(self) -> None:
        """Ask again."""
        self._is_folded = False
        self._show_card()
        if self.card is not None and self.isVisible():
            self.card.ask()

    def offer(self, finished: Finished) -> None:
        """Ask about this session, after those that were over before."""
        self._waiting.append(finished)
        if len(self._waiting) == 1:
            self._is_folded = False
            self._next()
        else:
            self._show_card()

    def _next(self) -> None:
        if not self._waiting:
            return
        finished = self._waiting[0]

        def look(desk: Desk) -> tuple[Session, str, tuple[OpenIssue, ...], int]:
            session = finished.session.result()
            device = desk.cache.record(Device, finished.device_id)
            size = transcripts.size_bytes(finished.transcript) if finished.transcript is not None else 0
            issues = _issues(desk, session, finished.issue_id)
            return session, device.name if device is not None else "the device", issues, size

        self._console.mailbox.deliver(
            self._console.workstation.read(look),
            self,
            lambda found: self._ask(finished, *found),
            lambda _error: self._done(),  # there is no session to keep anything of, which was told
        )

    def _ask(
        self, finished: Finished, session: Session, name: str, issues: tuple[OpenIssue, ...], size_bytes: int
    ) -> None:
        if not issues:
            self._done()  # nowhere to keep it; the transcript stays where it is
            return
        card = self.card = KeepCard(name, issues, finished.issue_id, finished.transcript, size_bytes)
        card.sent.connect(lambda: self._keep(session, card))
        card.left.connect(self._done)
        self._name = name
        self._layout.addWidget(card)
        self._show_card()
        self.show()
        if self.isVisible() and not finished.was_dropped and not self._is_folded:
            card.ask()

    def _show_card(self) -> None:
        if self.card is not None:
            more = f", and {len(self._waiting) - 1} more" if len(self._waiting) > 1 else ""
            self.words.set_whole(f"Not kept: what was done on {self._name}{more}")
            self.card.setVisible(not self._is_folded)
            self.line.setVisible(self._is_folded)
        self.folded.emit()

    def _keep(self, session: Session, card: KeepCard) -> None:
        if not card.chosen:
            card.refuse("No issue is chosen.")
            card.issue.setFocus()
            return
        issue_id, words, transcript = card.chosen, card.words.text(), card.transcript
        if not words.strip() and transcript is None:
            card.refuse("There is nothing to keep yet: write a line, or tick the transcript. Esc leaves it.")
            return

        def kept(label: str) -> None:
            self._console.navigator.tell(f"Kept in issue {label}.")
            self._done()

        self._console.write(
            self, lambda desk: sessions.keep(desk, session.id, issue_id, words, transcript), kept, card.refuse
        )

    def _done(self) -> None:
        if self.card is not None:
            self.card.hide()
            self._layout.removeWidget(self.card)
            self.card.deleteLater()
            self.card = None
        self.line.hide()
        self.hide()
        if self._waiting:
            self._waiting.popleft()
        self._is_folded = False
        self.folded.emit()
        if self._waiting:
            self._next()
        else:
            self.answered.emit()


def _issues(desk: Desk, session: Session, issue_id: str | None) -> tuple[OpenIssue, ...]:
    """Give the customer's open issues, and the one the device was opened from where it is none of them."""
    found = devices.open_issues(desk, session.customer_id)
    if issue_id is None or any(issue.id == issue_id for issue in found):
        return found
    one = desk.cache.record(Issue, issue_id)
    if (
        one is None
        or one.deleted
        or (session.customer_id and one.customer_id and session.customer_id != one.customer_id)
    ):
        return found
    return (OpenIssue(one.id, one.label, one.title, one.state, one.priority), *found)
