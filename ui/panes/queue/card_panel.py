"""The call card on the right: who is calling, what may be said, what they have open."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.calls import CallCard, CardIssue
from ui.kit.cards import Callout, EmptyState, FactsPanel
from ui.kit.facts import Fact, FactList, Figure, FigureRow, one_line
from ui.kit.flow import clear, flow
from ui.kit.labels import Label, Pill, SectionLabel
from ui.kit.theme import XS, Face, Kind, Tone
from ui.kit.timephrase import due_phrase, exact
from ui.kit.unsent import Unsent
from ui.panes.queue.facts_panel import there
from ui.panes.queue.words import aloud, card_lead, mood, source, state_words

NOBODY = "Nobody chosen yet"
TYPE = "Type a name, a customer, a phone number or an issue's number."


class CardPanel(FactsPanel):
    """Shows one caller; with an issue, what may be said about that."""

    def __init__(self, unsent: Unsent) -> None:
        super().__init__("Call card")
        self._top = QVBoxLayout()
        self._top.setSpacing(XS)
        self._callout = Callout()
        self._figures = FigureRow()
        self._title = SectionLabel("Open now")
        self._issues = FactList(unsent=unsent)
        self._none = Label("Nothing is open for them.", tone=Tone.DIM, wrap=True)
        self._empty = EmptyState(NOBODY, TYPE)
        self.body.addLayout(self._top)
        self._parts: tuple[QWidget, ...] = (self._callout, self._figures, self._title, self._issues, self._none)
        for widget in (*self._parts, self._empty):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.show_nobody()

    @property
    def aloud(self) -> str:
        """The sentence to read aloud; "" while nobody is shown."""
        return "" if self._callout.isHidden() else self._callout.aloud

    def show_nobody(self, what: str = NOBODY, todo: str = TYPE) -> None:
        """Say that nobody is chosen."""
        clear(self._top)
        for widget in self._parts:
            widget.hide()
        self._empty.say(what, todo)
        self._empty.show()

    def show_card(self, card: CallCard, issue_id: str | None) -> None:
        """Show the caller; the sentence is about the issue chosen, else about something new."""
        now = datetime.now(UTC)
        self._empty.hide()
        self._show_top(card, now)
        chosen = next((i for i in card.issues if i.id == issue_id), None)
        self._show_callout(card, chosen, now)
        self._figures.show_figures(_figures(chosen, now) if chosen else [])
        self._issues.show_facts(_open(card.issues, now))
        self._callout.show()
        self._figures.setVisible(chosen is not None)
        self._title.setVisible(bool(card.issues))
        self._issues.setVisible(bool(card.issues))
        self._none.setVisible(not card.issues)

    def preview(self, card: CallCard, issue_id: str | None) -> None:
        """Show somebody who is not yet chosen: about the issue they were found by, else about what presses most."""
        self.show_card(card, issue_id or next((i.id for i in card.issues), None))

    def _show_top(self, card: CallCard, now: datetime) -> None:
        clear(self._top)
        self._top.addWidget(Label(card.name or card.customer, face=Face.HEADING, wrap=True).selectable())
        whose: list[QWidget] = []
        if card.role:
            whose.append(one_line(f"{card.role} ·", tone=Tone.DIM))
        whose.append(one_line(card.customer if card.name else "caller not known yet", face=Face.BOLD))
        if card.is_vip:
            whose.append(Pill("VIP", Kind.BLUE))
        self._top.addWidget(flow(*whose, gap=XS, row_gap=0))
        parts = [
            card.phone,
            there(card.zone, now),
            f"{card.plan} plan" if card.plan else "",
            card.installation,
            f"account: {card.account_rep}" if card.account_rep else "",
        ]
        self._top.addWidget(Label(" · ".join(p for p in parts if p), tone=Tone.DIM, wrap=True).selectable())

    def _show_callout(self, card: CallCard, issue: CardIssue | None, now: datetime) -> None:
        if issue is None:
            self._callout.say(Kind.BLUE, "Something new.", aloud(card.say), "")
            return
        kind = mood(issue.last_promise, issue.tally.calls + 1, issue.next_update_at, now)
        first = f"{issue.label}: {card_lead(issue, now) or 'the first call about this.'}"
        self._callout.say(kind, first, aloud(issue.say), source(issue.say, now))


def _figures(issue: CardIssue, now: datetime) -> list[Figure]:
    phrase = due_phrase(issue.next_update_at, now) if issue.next_update_at else None
    return [
        Figure("Next update", phrase.text, phrase.tone, exact(issue.next_update_at))
        if phrase and issue.next_update_at
        else Figure("Next update", "not promised", Tone.DIM),
        Figure("Stands", state_words(issue.state, issue.waiting_on, None, now)),
        Figure("Owner", issue.owner or "nobody", Tone.TEXT if issue.owner else Tone.DIM),
    ]


def _open(issues: Sequence[CardIssue], now: datetime) -> list[Fact]:
    found = []
    for issue in issues:
        kind = mood(issue.last_promise, issue.tally.calls, issue.next_update_at, now)
        calls = issue.tally.calls
        marks = ((f"{calls} calls", kind if kind in {Kind.RED, Kind.AMBER} else Kind.GREY),) if calls > 1 else ()
        found.append(Fact(issue.label, issue.title, marks=marks, tip=issue.title, rows=(issue.id,)))
    return found
