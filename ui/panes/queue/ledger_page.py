"""The promise ledger: what is owed, the first due at the top; kept, moved and withdrawn with keys, and the figures."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.errors import BadInput, BatonError
from app.domain.interaction import PromiseState
from app.services import ledger, promises
from app.services.desk import Desk
from app.services.ledger import Figures, LedgerLine, Page, Promises
from ui.kit.buttons import KeyButton, TabButton
from ui.kit.cards import EmptyState, FactsPanel
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.facts import Fact, FactList
from ui.kit.flow import flow
from ui.kit.forms import InlineForm
from ui.kit.labels import Label, SectionLabel
from ui.kit.said_values import counted
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import Kind, Tone
from ui.kit.timephrase import due_phrase, exact, moment
from ui.kit.typed_fields import WhenField
from ui.panes.queue.fields import ListHeader

PREFIX = "queue.ledger"
_GROUP = "Promise ledger"
_TITLES = {Page.DUE: "Due", Page.MINE: "Mine", Page.SETTLED: "Settled"}
_EMPTY = {
    Page.DUE: ("Nothing is promised", "Promise an update with P while an issue is chosen."),
    Page.MINE: ("You have promised nothing", "Promise an update with P while an issue is chosen."),
    Page.SETTLED: ("No promise was settled within 90 days", "Settle one on the page Due."),
}
_STATES = {
    PromiseState.KEPT: Kind.GREEN,
    PromiseState.BROKEN: Kind.RED,
    PromiseState.RENEGOTIATED: Kind.BLUE,
    PromiseState.WITHDRAWN: Kind.GREY,
}
FEW_PEOPLE = "Totals of promises are shown once three people have promised: of fewer they would be a person's own."
Counted = tuple[Figures, Promises]


class LedgerPage(QWidget):
    """`panel` shows the figures, and the buttons or the form for the promise that is chosen."""

    left = Signal()

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.page = Page.DUE
        self._asked = 0
        self._owes_focus = False
        self._last: LedgerLine | None = None  # of the promise chosen, while its row is read anew
        self._header = ListHeader("Promise ledger")
        self._tabs = {page: TabButton(title) for page, title in _TITLES.items()}
        for page, tab in self._tabs.items():
            tab.clicked.connect(lambda _on, page=page: self.go(page))
            self._header.right.addWidget(tab)
        self._tabs[self.page].setChecked(True)
        self.table: RecordTable[LedgerLine] = RecordTable(
            "Promises",
            [
                Column("due", "Due", _due, 117, is_sortable=False),
                Column("promise", "Promise", _promise, is_sortable=False),
                Column("by", "By", _by, 116, is_sortable=False, yields=1),
                Column("state", "Stands", _state, 112, is_sortable=False),
            ],
            Source(self._fetch, lambda line: line.promise.id),
            console.mailbox,
            EmptyState(*_EMPTY[self.page]),
            has_two_lines=True,
            unsent=console.unsent,
        )
        self.table.opened.connect(self._open)
        self._commands = self._declare()
        self.panel = FactsPanel("Promises in figures")
        self.team, self.own = FactList(), FactList()
        for title, facts in (("Everybody, 90 days", self.team), ("Yours: shown to you only", self.own)):
            self.panel.body.addWidget(SectionLabel(title))
            self.panel.body.addWidget(facts)
        self._few = Label(FEW_PEOPLE, tone=Tone.DIM, wrap=True)
        self._few.hide()
        self.panel.body.addWidget(self._few)
        self._note = Label(
            "Kept counts of those whose time has come; moved in time is no break.", tone=Tone.DIM, wrap=True
        )
        self.panel.body.addWidget(self._note)
        self.panel.body.addStretch(1)
        self._form_place = QVBoxLayout()
        self._buttons = flow(
            *(KeyButton.of(console.book, c, primary=at == 0) for at, c in enumerate(self._commands[:4]))
        )
        self.panel.foot.addLayout(self._form_place)
        self.panel.foot.addWidget(self._buttons)
        self.form: InlineForm | None = None
        self.table.chosen.connect(lambda _id: self._went())
        self.table.model.came.connect(console.book.refresh)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._header)
        whole.addWidget(self.table, 1)

    def _declare(self) -> tuple[Command, ...]:
        rows: tuple[tuple[str, str, str, str, Callable[[], None], Callable[[], bool]], ...] = (
            ("kept", "Done", "It is done: kept, or late", "Alt+K", self.keep, self._is_open),
            ("later", "Later", "Agree on another time before it is due", "Alt+L", self.later, self._can_move),
            ("withdraw", "Withdraw", "They need it no more", "Alt+W", self.withdraw, self._can_move),
            ("issue", "Open the issue", "What it is about", "Alt+O", self._open, lambda: self._line() is not None),
            ("next", "Next page of the ledger", "Due, mine, settled", "Alt+Right", self._next, lambda: True),
        )

        def shown(can: Callable[[], bool]) -> Callable[[], bool]:
            return lambda: self.isVisible() and can()

        return tuple(
            Command(f"{PREFIX}.{one}", title, about, (key,), _GROUP, run, shown(can))
            for one, title, about, key, run, can in rows
        )

    def commands(self) -> tuple[Command, ...]:
        """Give the commands of the ledger; they work while it is on the screen."""
        return self._commands

    # What is shown

    def open(self) -> None:
        """Show the ledger as of now."""
        self.load()
        self._owes_focus = True

    def go(self, page: Page) -> None:
        """Show another page of it."""
        self.page = page
        self._tabs[page].setChecked(True)
        self.table.empty.say(*_EMPTY[page])
        self.load()
        self._owes_focus = True

    def load(self) -> None:
        """Read it anew; what is chosen stays chosen."""
        self._asked += 1
        asked, page = self._asked, self.page
        self._console.read(self, lambda desk: ledger.ids(desk, page), lambda ids: self._came(asked, ids))

        def count(desk: Desk) -> Counted:
            return ledger.team_figures(desk), ledger.own_figures(desk)

        self._console.read(self, count, self._counted)

    def _came(self, asked: int, ids: list[str]) -> None:
        if asked != self._asked:
            return
        self._header.say("Promise ledger", counted(len(ids), "promise"))
        self.table.show_ids(ids)
        self.table.refresh()
        self.table.choose_first()
        if self._owes_focus:  # an empty list takes none
            self._owes_focus = False
            self.table.setFocus()
        self._console.book.refresh()

    def _counted(self, found: Counted) -> None:
        team, own = found
        few = [Fact("Promises", "not shown", tip=FEW_PEOPLE)]
        self.team.show_facts([*(became(team.promises) if team.promises else few), *asked_facts(team)])
        self._few.setVisible(team.promises is None)
        self.own.show_facts(became(own))

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[LedgerLine]]":
        return self._console.workstation.read(lambda desk: ledger.lines(desk, ids))

    def _went(self) -> None:
        self._leave_form()
        self._console.book.refresh()

    # What is done

    def _line(self) -> LedgerLine | None:
        found = self.table.chosen_row()
        if found is not None:
            self._last = found
        elif self._last is not None and self._last.promise.id == self.table.chosen_id():
            return self._last
        return found

    def _is_open(self) -> bool:
        line = self._line()
        return line is not None and line.promise.is_open

    def _can_move(self) -> bool:
        line = self._line()
        return line is not None and line.promise.is_open and line.promise.state is PromiseState.OPEN

    def keep(self) -> None:
        """Record that the chosen promise is done."""
        if line := self._line():
            self._write(
                lambda desk: promises.keep(desk, line.promise.id),
                lambda state: "Kept." if state is PromiseState.KEPT else "Done, after its time: broken.",
            )

    def withdraw(self) -> None:
        """Take the chosen promise back."""
        if line := self._line():
            self._write(
                lambda desk: promises.withdraw(desk, line.promise.id), lambda _none: "The promise is withdrawn."
            )

    def later(self) -> None:
        """Ask for another time for the chosen promise."""
        line = self._line()
        if line is None:
            return
        self._leave_form()
        form = InlineForm(f"Move the promise of {moment(line.promise.due_at, self._now())}", "Move it")
        by = WhenField("By")
        form.add("By", by, "16:00, 4pm, in 2h, tomorrow 9, fri 11:30")
        by.line.returnPressed.connect(form.sent)
        form.sent.connect(lambda: self._move(form, by, line))
        form.left.connect(self._leave_form_and_go_back)
        self.form = form
        self._form_place.addWidget(form)
        self._buttons.hide()
        by.setFocus()

    def _move(self, form: InlineForm, by: WhenField, line: LedgerLine) -> None:
        try:
            at = by.value()
        except BadInput as e:
            form.refuse(e)
            return
        if at is None:
            form.refuse("Write by when, such as 16:00 or tomorrow 9.")
            return
        self._write(
            lambda desk: promises.renegotiate(desk, line.promise.id, at),
            lambda made: f"Moved to {moment(at, self._now())}." if made else "",
            form.refuse,
        )

    def _open(self, _promise_id: str = "") -> None:
        line = self._line()
        if line is not None and line.promise.issue_id:
            self._console.navigator.open_issue(line.promise.issue_id)

    def _next(self) -> None:
        pages = list(Page)
        self.go(pages[(pages.index(self.page) + 1) % len(pages)])

    def _write(
        self,
        verb: Callable[[Desk], object],
        words: Callable[[object], str],
        refuse: Callable[[BatonError], None] | None = None,
    ) -> None:
        def done(result: object) -> None:
            self._leave_form_and_go_back()
            self._console.navigator.tell(words(result))
            self.load()

        self._console.write(self, verb, done, refuse)

    def _leave_form(self) -> None:
        if self.form is not None:
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        self._buttons.show()

    def _leave_form_and_go_back(self) -> None:
        self._leave_form()
        self.table.setFocus()

    def _now(self) -> datetime:
        return datetime.now().astimezone()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def became(found: Promises) -> list[Fact]:
    """Give what became of promises, with the share kept."""
    share = (
        "none was due yet"
        if found.kept_share is None
        else f"{found.kept_share:.1%} of {found.kept + found.broken + found.late}"
    )
    late = ((f"{found.late} late", Kind.RED),) if found.late else ()
    return [
        Fact("Kept", share, tip=f"{found.kept} kept, {found.broken} broken"),
        Fact("Broken", str(found.broken)),
        Fact("Moved", str(found.renegotiated), tip="agreed on before they were due"),
        Fact("Withdrawn", str(found.withdrawn)),
        Fact("Open", str(found.open), marks=late),
    ]


def asked_facts(found: Figures) -> list[Fact]:
    """Give how often we are asked."""
    per = "no problem is open" if found.calls_per_problem is None else f"{found.calls_per_problem:.2f}"
    gap = "nobody asked again" if found.days_between_chasers is None else f"{found.days_between_chasers:.2f} days"
    return [
        Fact("Calls per problem", per, tip=f"{found.problem_calls} calls about {found.open_problems} open problems"),
        Fact("Between chasers", gap, tip=f"the middle of {counted(found.chasers, 'chaser')}"),
    ]


def _due(line: LedgerLine, now: datetime) -> Cell:
    one = line.promise
    if not one.is_open:
        return Cell(moment(one.due_at, now), Tone.DIM, tip=exact(one.due_at))
    phrase = due_phrase(one.due_at, now)
    return Cell(phrase.text, phrase.tone, tip=exact(one.due_at))


def _promise(line: LedgerLine, _now: datetime) -> Cell:
    whose = " · ".join(part for part in (line.customer, f"{line.issue} {line.title}".strip()) if part)
    return Cell(line.promise.what, second=whose, second_marks=(("VIP", Kind.BLUE),) if line.is_vip else ())


def _by(line: LedgerLine, now: datetime) -> Cell:
    who = "you" if line.is_mine else line.promise.by
    by = f" by {line.promise.by}" if line.promise.by else ""  # nobody else's is named once it is settled
    return Cell(who, Tone.DIM, tip=f"promised {moment(line.promise.made_at, now)}{by}")


def _state(line: LedgerLine, now: datetime) -> Cell:
    one = line.promise
    if one.is_open:
        return Cell("late", pill=Kind.RED) if one.due_at < now else Cell("open", Tone.DIM)
    when = f"settled {exact(one.settled_at)}" if one.settled_at else ""
    return Cell(str(one.state), pill=_STATES.get(one.state, Kind.GREY), tip=when)
