"""Below a terminal or a command: the one card that is asked just now, and an emergency that is on."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.customer import Environment
from app.domain.errors import BadInput
from app.runtime.workstation import Contact
from app.services import devices, emergencies, guard, outbox
from app.services.desk import Desk
from app.services.devices import OpenIssue
from app.services.guard import Standing, Way
from ui.kit.console import Console
from ui.kit.flow import clear
from ui.panes.devices.guard.asking import Held
from ui.panes.devices.guard.cards import (
    EmergencyForm,
    EmergencyStrip,
    HeldCard,
    IssueCard,
    Lesson,
    NameCard,
    WindowCard,
)
from ui.panes.devices.guard.change_gate import ChangeGate
from ui.panes.devices.guard.command_gate import CommandGate
from ui.panes.devices.guard.gate import Gate
from ui.panes.devices.guard.window_form import WindowForm

_ONLINE = {Contact.SYNCED, Contact.FILLING}
_NEWS_MS = 1_000


class GuardPanel(QWidget):
    """Asks what the gate needs, one thing at a time; `done` when the focus goes back to where one types."""

    done = Signal()

    def __init__(
        self, console: Console, device_id: str, gate: Gate | CommandGate | ChangeGate, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._console, self._device_id, self._gate = console, device_id, gate
        self.card: QWidget | None = None
        self._round = 0
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._cards, self._strip = QVBoxLayout(), QVBoxLayout()
        self._layout.addLayout(self._cards)
        self._layout.addLayout(self._strip)
        gate.asked.connect(self._ask)
        gate.settled.connect(self._settle)
        gate.taught.connect(self._teach)
        gate.emergency_changed.connect(self._show_emergency)
        self.hide()

    @property
    def asking(self) -> QWidget | None:
        """The card that waits for an answer; None when nothing is asked."""
        return None if isinstance(self.card, Lesson) else self.card

    def ask_emergency(self) -> None:
        """Ask for the reason of an emergency; with one on, nothing is asked again."""
        if self._gate.emergency is not None:
            return

        def look(desk: Desk) -> tuple[str, str]:
            return guard.standing(desk, self._device_id).name, emergencies.who_is_told(desk)

        self._console.read(self, look, lambda found: self._show_form(*found))

    def ask_window(self) -> None:
        """Ask for a change window."""

        def look(desk: Desk) -> tuple[Standing, tuple[OpenIssue, ...]]:
            standing = guard.standing(desk, self._device_id)
            return standing, devices.open_issues(desk, standing.customer_id)

        self._console.read(self, look, lambda found: self._show_window_form(*found))

    def _teach(self, words: str) -> None:
        if words and self._console.explains_lines:
            self._show(Lesson(words), takes_focus=False)
        elif isinstance(self.card, Lesson):
            self._settle()

    def _ask(self, held: Held) -> None:
        decision = held.decision
        if decision is None:
            return
        if decision.way is Way.NEEDS_ISSUE:

            def look(desk: Desk) -> tuple[OpenIssue, ...]:
                return devices.open_issues(desk, guard.standing(desk, self._device_id).customer_id)

            self._console.read(self, look, lambda issues: self._ask_issue(held, issues))
            return
        if decision.way is Way.NEEDS_NAME:
            name = self._gate.standing.name if self._gate.standing is not None else "its name"
            named = NameCard(held, name, note=self._note)
            named.given.connect(self._gate.answer_name)
            self._show_held(named)
            return
        windowed = WindowCard(held, may_open=decision.may_open, note=self._note)
        windowed.open_asked.connect(self.ask_window)
        windowed.emergency.setVisible(decision.way is not Way.REFUSED)
        self._show_held(windowed)

    def _ask_issue(self, held: Held, issues: tuple[OpenIssue, ...]) -> None:
        if self._gate.held is held:
            card = IssueCard(held, issues, note=self._note)
            card.chosen.connect(lambda issue_id: self._gate.try_again(issue_id or None))
            self._show_held(card)

    def _show_held(self, card: HeldCard) -> None:
        card.left.connect(self._gate.leave)
        card.emergency_asked.connect(self.ask_emergency)
        self._show(card)

    @property
    def _note(self) -> str:
        return self._gate.standing.note if self._gate.standing is not None else ""

    def _show_form(self, name: str, who: str) -> None:
        told = who_knows(who, is_online=self._is_online, is_sent=None)
        form = EmergencyForm(name, told, self._gate.held)
        form.sent.connect(lambda: self._gate.declare_emergency(form.reason.text(), form.refuse))
        form.left.connect(self._back)
        self._show(form)

    def _show_window_form(self, standing: Standing, issues: tuple[OpenIssue, ...]) -> None:
        form = WindowForm(
            standing.customer_id,
            standing.customer,
            issues,
            issue_id=self._gate.issue_id,
            needs_issue=standing.environment is Environment.PRODUCTION,
        )
        form.sent.connect(lambda: self._make(form))
        form.left.connect(self._back)
        self._show(form)

    def _make(self, form: WindowForm) -> None:
        try:
            draft = form.draft
        except BadInput as error:
            form.refuse(error)
            return
        self._console.write(self, draft.make, lambda _window: self._made(), form.refuse)

    def _made(self) -> None:
        if self._gate.held is not None:
            self._gate.try_again()
        else:
            self._settle()

    def _back(self) -> None:
        """Leave a form: to the held line if there still is one."""
        if self._gate.held is not None:
            self._ask(self._gate.held)
        else:
            self._settle()

    def _show_emergency(self) -> None:
        clear(self._strip)
        emergency = self._gate.emergency
        if emergency is not None:
            strip = EmergencyStrip(emergency.reason, self._gate.end_emergency)
            self._strip.addWidget(strip)
            self._follow_news(strip, emergency.id)
            if isinstance(self.card, EmergencyForm):
                self._settle()
        self._fit()

    def _follow_news(self, strip: EmergencyStrip, emergency_id: str) -> None:
        """Say who knows of the emergency: nobody does before it was sent to the company."""

        def look(desk: Desk) -> tuple[str, bool]:
            return emergencies.who_is_told(desk), emergency_id in outbox.marks(desk)

        def say(found: tuple[str, bool]) -> None:
            who, is_unsent = found
            if not is_unsent:
                again.stop()
            strip.say(who_knows(who, is_online=self._is_online, is_sent=not is_unsent))

        again = QTimer(strip)
        again.timeout.connect(lambda: self._console.read(strip, look, say))
        again.start(_NEWS_MS)
        self._console.read(strip, look, say)

    @property
    def _is_online(self) -> bool:
        return self._console.workstation.sync_state.contact in _ONLINE

    def _show(self, card: QWidget, *, takes_focus: bool = True) -> None:
        clear(self._cards)
        self.card = card
        self._cards.addWidget(card)
        self._fit()
        if takes_focus and self.isVisible():
            card.ask()  # type: ignore[attr-defined]  # every card that is asked can take the focus

    def _settle(self) -> None:
        clear(self._cards)
        self.card = None
        self._fit()
        self.done.emit()

    def _fit(self) -> None:
        self.setVisible(self.card is not None or self._gate.emergency is not None)


def who_knows(who: str, *, is_online: bool, is_sent: bool | None) -> str:
    """Say whether the managers, named by `who`, know of an emergency; `is_sent` None before it begins."""
    if not who:
        return "There is no other manager who could be told."
    if is_sent:
        return f"{who} was told."
    if is_online:
        return f"{who} is told at once and reviews it." if is_sent is None else f"{who} is being told."
    return f"This workstation is offline: {who} is told only once it is online. Call them."
