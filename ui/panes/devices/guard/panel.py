"""Below a terminal or a command: the one card that is asked just now, and an emergency that is on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.errors import BadInput
from app.services import devices, guard, people
from app.services.desk import Desk
from app.services.devices import OpenIssue
from app.services.guard import Way
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
from ui.panes.devices.guard.command_gate import CommandGate
from ui.panes.devices.guard.gate import Gate
from ui.panes.devices.guard.window_form import WindowForm


class GuardPanel(QWidget):
    """Asks what the gate needs, one thing at a time; `done` when the focus goes back to where one types."""

    done = Signal()

    def __init__(
        self, console: Console, device_id: str, gate: Gate | CommandGate, parent: QWidget | None = None
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
            managers = [p.name for p in people.people(desk) if p.is_manager and p.id != desk.person_id]
            return guard.standing(desk, self._device_id).name, " or ".join(managers)

        self._console.read(self, look, lambda found: self._show_form(*found))

    def ask_window(self) -> None:
        """Ask for a change window."""

        def look(desk: Desk) -> tuple[str | None, str, tuple[OpenIssue, ...]]:
            standing = guard.standing(desk, self._device_id)
            return standing.customer_id, standing.customer, devices.open_issues(desk, standing.customer_id)

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
            named = NameCard(held, name)
            named.given.connect(self._gate.answer_name)
            self._show_held(named)
            return
        windowed = WindowCard(held, may_open=decision.may_open)
        windowed.open_asked.connect(self.ask_window)
        windowed.emergency.setVisible(decision.way is not Way.REFUSED)
        self._show_held(windowed)

    def _ask_issue(self, held: Held, issues: tuple[OpenIssue, ...]) -> None:
        if self._gate.held is held:
            card = IssueCard(held, issues)
            card.chosen.connect(lambda issue_id: self._gate.try_again(issue_id or None))
            self._show_held(card)

    def _show_held(self, card: HeldCard) -> None:
        card.left.connect(self._gate.leave)
        card.emergency_asked.connect(self.ask_emergency)
        self._show(card)

    def _show_form(self, name: str, managers: str) -> None:
        form = EmergencyForm(name, managers)
        form.sent.connect(lambda: self._gate.declare_emergency(form.reason.text(), form.refuse))
        form.left.connect(self._back)
        self._show(form)

    def _show_window_form(self, customer_id: str | None, customer: str, issues: tuple[OpenIssue, ...]) -> None:
        form = WindowForm(customer_id, customer, issues)
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
            self._strip.addWidget(EmergencyStrip(emergency.reason, self._gate.end_emergency))
            if isinstance(self.card, EmergencyForm):
                self._settle()
        self._fit()

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
