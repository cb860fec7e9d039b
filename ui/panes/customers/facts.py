"""The right side of the customers page: a customer's facts, the person chosen, and the form that is open."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtWidgets import QWidget

from app.domain.phone import shown
from app.services.contacts import ContactDetail
from app.services.customers import CustomerDetail
from ui.kit.buttons import KeyButton
from ui.kit.cards import Callout, EmptyState, FactsPanel
from ui.kit.clashes import ClashList
from ui.kit.console import Console
from ui.kit.facts import Fact, FactList, Figure, FigureRow
from ui.kit.flow import clear, column, flow
from ui.kit.labels import Label, Pill, SectionLabel
from ui.kit.theme import XS, Face, Kind, Tone
from ui.kit.timephrase import ago, exact
from ui.kit.unsent import UnsentMark
from ui.panes.customers.form_place import FormPlace

_CLASH_KEYS = ("M", "T", "W")


class CustomerFacts(FactsPanel):
    """Shows one customer; the form takes the place of the facts while it is open."""

    def __init__(self, console: Console, buttons: Sequence[KeyButton]) -> None:
        super().__init__("Customer")
        self._console = console
        self._top_shown: tuple[object, ...] = ()
        self.forms = FormPlace(console)
        self.clashes = ClashList(console, lambda: _CLASH_KEYS)
        self._top = column(gap=XS)
        self.lead = Callout()
        self._figures = FigureRow()
        self._facts = FactList(unsent=console.unsent)
        self._person_title = SectionLabel("Contact")
        self._person = FactList(unsent=console.unsent)
        self.also = Label(tone=Tone.AMBER, wrap=True)
        self.why_not = Label(tone=Tone.DIM, wrap=True)
        self._empty = EmptyState("No customer chosen", "Choose one on the left, or add one with Shift+N.")
        self.body.addLayout(self._top)
        self._parts: tuple[QWidget, ...] = (
            *(self.clashes, self.lead, self._figures, self._facts),
            *(self._person_title, self._person, self.also, self.why_not),
        )
        self.body.addWidget(self.forms)
        for widget in (*self._parts, self._empty):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self._buttons = flow(*buttons)
        self.foot.addWidget(self._buttons)
        self._customer: CustomerDetail | None = None
        self._contact: ContactDetail | None = None
        self.forms.opened.connect(self._arrange)
        self.forms.left.connect(self._arrange)
        self._arrange()

    def show_customer(self, customer: CustomerDetail | None) -> None:
        """Show this customer as of now."""
        self._customer = customer
        if customer is not None:
            now = datetime.now(UTC)
            self._show_top(customer)
            self.lead.say(*_lead(customer, now))
            self._figures.show_figures(_figures(customer, now))
            self._facts.show_facts(_facts(customer))
            self.why_not.setText(customer.why_not_change)
        self._show_clashes()
        self._arrange()

    def show_contact(self, contact: ContactDetail | None) -> None:
        """Show who is chosen below the customer; None shows nobody."""
        self._contact = contact
        if contact is not None:
            one = contact.contact
            rows = (one.id,)
            said = (
                ("Role", one.role), ("Phone", shown(one.phone) if one.phone else ""),
                ("Mobile", shown(one.mobile) if one.mobile else ""), ("E-mail", one.email), ("Site", contact.site),
                ("Note", one.note),
            )  # fmt: skip
            gone = " (has gone)" if one.has_gone else ""
            facts = [Fact("Name", f"{one.name}{gone}", rows=rows), *(Fact(n, v) for n, v in said if v)]
            self._person.show_facts(facts)
            self.also.setText("\n".join(f"{words}; both are kept." for words in contact.also))
        self._show_clashes()
        self._arrange()

    def _show_clashes(self) -> None:
        found = (
            *(self._customer.conflicts if self._customer else ()),
            *(self._contact.conflicts if self._contact else ()),
        )
        self.clashes.show_clashes(found, datetime.now(UTC))

    def _arrange(self) -> None:
        is_writing, is_there = self.forms.form is not None, self._customer is not None
        for widget in self._parts:
            widget.setVisible(is_there and not is_writing)
        self.clashes.setVisible(self.clashes.first is not None and not is_writing)
        for widget in (self._person_title, self._person):
            widget.setVisible(is_there and not is_writing and self._contact is not None)
        self.also.setVisible(not is_writing and self._contact is not None and bool(self._contact.also))
        self.why_not.setVisible(is_there and not is_writing and bool(self.why_not.text()))
        self._empty.setVisible(not is_there and not is_writing)
        self._buttons.setVisible(not is_writing)
        if not is_there:
            clear(self._top)
            self._top_shown = ()

    def _show_top(self, detail: CustomerDetail) -> None:
        one = detail.customer
        shown_now = (one.id, one.name, one.is_vip, one.plan, one.is_restricted)
        if shown_now == self._top_shown:
            return
        self._top_shown = shown_now
        clear(self._top)
        marks: list[QWidget] = [Pill("VIP", Kind.BLUE)] if one.is_vip else []
        if one.is_restricted:
            marks.append(Pill("restricted", Kind.AMBER))
        if one.plan:
            marks.append(Pill(one.plan))
        self._top.addWidget(Label(one.name, face=Face.HEADING, wrap=True).selectable())
        self._top.addWidget(flow(*marks, UnsentMark(self._console.unsent, one.id), gap=XS, row_gap=XS))


def _lead(detail: CustomerDetail, now: datetime) -> tuple[Kind, str, str, str]:
    issues = detail.open_issues
    what = "Nothing is open." if not issues else f"{issues:,} open issue{'' if issues == 1 else 's'}."
    last = f"Last word {ago(detail.last_at, now)}." if detail.last_at else "No word was exchanged yet."
    rep = f"Their account rep is {detail.account_rep}." if detail.account_rep else "They have no account rep."
    return (Kind.AMBER if issues else Kind.GREEN), f"{what} {last}", rep, ""


def _figures(detail: CustomerDetail, now: datetime) -> list[Figure]:
    found = []
    if detail.zone is not None:
        there = now.astimezone(detail.zone)
        found.append(Figure("Time there", f"{there.hour}:{there.minute:02}", tip=detail.customer.time_zone))
    figures = detail.figures
    told = ago(figures.told_at, now) if figures.told_at else "never"
    tip = exact(figures.told_at) if figures.told_at else "no word went out to them yet"
    found.append(Figure("Last updated", told, Tone.TEXT if figures.told_at else Tone.AMBER, tip))
    promises = figures.promises
    share = promises.kept_share if promises else None
    if promises is None:
        tip = "shown once three people have promised: of fewer it would be a person's own figure"
        found.append(Figure("Promises kept", "not shown", Tone.DIM, tip))
    elif share is not None:
        come = promises.kept + promises.broken + promises.late
        tone = Tone.RED if promises.late else Tone.TEXT
        words = f"{promises.kept} of {come}" + (f", {promises.late} late" if promises.late else "")
        found.append(Figure("Promises kept", words, tone, f"{share:.1%} of those whose time has come in 90 days"))
    if figures.calls_per_problem is not None:
        tip = f"{figures.problem_calls} calls about {figures.open_problems} open problems"
        found.append(Figure("Calls per problem", f"{figures.calls_per_problem:.1f}", tip=tip))
    if figures.days_between_chasers is not None:
        tip = f"the middle of {figures.chasers} chasers in 90 days"
        found.append(Figure("Chased every", f"{figures.days_between_chasers:.1f} d", tip=tip))
    if detail.route_arounds:
        found.append(Figure("Past the rep", str(detail.route_arounds), Tone.AMBER))
    return found


def _facts(detail: CustomerDetail) -> list[Fact]:
    one = detail.customer
    said = (
        ("Account rep", detail.account_rep or "nobody"),
        ("Plan", one.plan),
        ("Support hours", one.support_hours),
        ("Contract", one.contract),
        ("Country", one.region or "not said: numbers need their country code"),
        ("Time zone", one.time_zone),
        ("Note", one.note),
    )
    return [Fact(name, value) for name, value in said if value]
