"""The call card on the right: who is calling, what may be said, whom to ask first, what they have open."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.calls import CallCard, CardIssue
from ui.kit.cards import Callout, EmptyState, FactsPanel
from ui.kit.facts import FactList, FigureRow, one_line
from ui.kit.flow import clear, flow
from ui.kit.labels import Label, Pill, SectionLabel
from ui.kit.theme import XS, Face, Kind, Tone
from ui.kit.unsent import Unsent
from ui.panes.queue.card_words import asked, behind, figures, lately, open_now, rang_past, standing
from ui.panes.queue.words import aloud, card_lead, mood, source

NOBODY = "Nobody chosen yet"
TYPE = "Type a name, a customer, a phone number or an issue's number."


class CardPanel(FactsPanel):
    """Shows one caller; with an issue, what may be said about that."""

    def __init__(self, unsent: Unsent, buttons: QWidget | None = None) -> None:
        """`buttons` stand below the card while somebody is shown."""
        super().__init__("Call card")
        self._top = QVBoxLayout()
        self._top.setSpacing(XS)
        self._also = Pill("", Kind.AMBER)
        self._also.hide()
        self._callout = Callout()
        self._figures = FigureRow()
        self._asks = QVBoxLayout()
        self._asks.setSpacing(XS)
        self._sections = {
            "Behind it": FactList(unsent=unsent),
            "Open now": FactList(unsent=unsent),
            "Lately": FactList(unsent=unsent),
        }
        self._titles = {name: SectionLabel(name) for name in (*self._sections, "Ask first")}
        self._none = Label("Nothing is open for them.", tone=Tone.DIM, wrap=True)
        self._empty = EmptyState(NOBODY, TYPE)
        self._buttons = buttons or QWidget()
        self.body.addWidget(self._also)
        self.body.addLayout(self._top)
        self.body.addWidget(self._callout)
        self.body.addWidget(self._figures)
        self.body.addWidget(self._titles["Ask first"])
        self.body.addLayout(self._asks)
        for name in ("Behind it", "Open now"):
            self.body.addLayout(self._section(name))
        self.body.addWidget(self._none)
        self.body.addLayout(self._section("Lately"))
        self.body.addWidget(self._empty)
        self.body.addStretch(1)
        self.foot.addWidget(self._buttons)
        self._parts: tuple[QWidget, ...] = (
            *(self._callout, self._figures, self._none, self._buttons),
            *(*self._titles.values(), *self._sections.values()),
        )
        self.show_nobody()

    def _section(self, name: str) -> QVBoxLayout:
        made = QVBoxLayout()
        made.setSpacing(6)
        made.addWidget(self._titles[name])
        made.addWidget(self._sections[name])
        return made

    @property
    def aloud(self) -> str:
        """The sentence to read aloud; "" while nobody is shown."""
        return "" if self._callout.isHidden() else self._callout.aloud

    def said(self, section: str) -> dict[str, str]:
        """Give what a section says, by name; nothing while it is hidden."""
        found = self._sections[section]
        return {} if found.isHidden() else found.said

    @property
    def ask_first(self) -> list[str]:
        """Whom to ask first, in order."""
        items = (self._asks.itemAt(at) for at in range(self._asks.count()))
        holders = [item.widget() for item in items if item is not None]
        return [pill.text for holder in holders if holder is not None for pill in holder.findChildren(Pill)]

    def show_nobody(self, what: str = NOBODY, todo: str = TYPE) -> None:
        """Say that nobody is chosen."""
        clear(self._top)
        clear(self._asks)
        for widget in self._parts:
            widget.hide()
        self._empty.say(what, todo)
        self._empty.show()

    def show_also(self, names: Sequence[str]) -> None:
        """Say who else has the chosen issue open; nobody hides the mark."""
        words = " and ".join(names) if len(names) < 3 else f"{names[0]} and {len(names) - 1} more"
        self._also.show_as(f"{words} {'has' if len(names) == 1 else 'have'} it open" if names else "", Kind.AMBER)

    def show_card(self, card: CallCard, issue_id: str | None) -> None:
        """Show the caller; the sentence is about the issue chosen, else about something new."""
        now = datetime.now(UTC)
        self._empty.hide()
        self._show_top(card, now)
        chosen = next((i for i in card.issues if i.id == issue_id), None)
        self._show_callout(card, chosen, now)
        self._figures.show_figures(figures(chosen, now) if chosen else [])
        self._show_asks(chosen)
        facts = {
            "Behind it": behind(chosen, now),
            "Open now": open_now(card.issues, now),
            "Lately": lately(card, chosen, now),
        }
        for name, found in facts.items():
            self._sections[name].show_facts(found)
            for widget in (self._titles[name], self._sections[name]):
                widget.setVisible(bool(found))
        self._callout.show()
        self._buttons.show()
        self._figures.setVisible(chosen is not None)
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
        if rang := rang_past(card):
            whose.append(Pill(rang, Kind.AMBER))
        self._top.addWidget(flow(*whose, gap=XS, row_gap=0))
        self._top.addWidget(Label(standing(card, now), tone=Tone.DIM, wrap=True).selectable())

    def _show_callout(self, card: CallCard, issue: CardIssue | None, now: datetime) -> None:
        if issue is None:
            self._callout.say(Kind.BLUE, "Something new.", aloud(card.say), "")
            return
        kind = mood(issue.last_promise, issue.tally.calls + 1, issue.next_update_at, now)
        first = f"{issue.label}: {card_lead(issue, now) or 'the first call about this.'}"
        self._callout.say(kind, first, aloud(issue.say), source(issue.say, now))

    def _show_asks(self, issue: CardIssue | None) -> None:
        clear(self._asks)
        found = asked(issue)
        self._titles["Ask first"].setVisible(bool(found))
        if found:
            # The first is who is asked; the others only where the first cannot be reached.
            pills = [Pill(words, Kind.GREEN if at == 0 else Kind.GREY) for at, words in enumerate(found)]
            self._asks.addWidget(flow(*pills, gap=XS, row_gap=XS))
