"""The pane: two lists, one detail, and the forms that open in its place. Knows no thread and no table."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

import shiboken6
from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtWidgets import QSizePolicy, QSplitter, QVBoxLayout

from app.domain.business_time import WorkingHours
from app.domain.escalation import AskKind, EscalationKind
from app.domain.ports import Touched
from app.services import escalation_lists, escalations
from app.services.escalation_lists import EscalationDetail, HandedLine, OwedLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, PaneHeader, Panel
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.flow import flow, restore_sizes
from ui.kit.table import RecordTable, Source
from ui.kit.theme import ROW, Kind
from ui.panes.escalations import possible
from ui.panes.escalations.columns import handed_columns, owed_columns
from ui.panes.escalations.detail import DetailPanel
from ui.panes.escalations.form import DraftForm
from ui.panes.escalations.form_place import FormPlace
from ui.panes.escalations.forms import EscalateForm, OutcomeForm, WordForm
from ui.panes.escalations.lists import Lists, look_up
from ui.panes.escalations.prepare_form import PrepareForm

SetBadge = Callable[[str, Kind], None]
_TABLES = ["escalation", "decision_request", "decision_option", "ask", "issue", "customer", "person", "interaction"]
_MINUTE_MS = 60_000


_RULES = {
    "escalations.chase": possible.can_ask,
    "escalations.word": possible.can_ask,
    "escalations.outcome": possible.can_ask,
    "escalations.prepare": possible.can_prepare,
    "escalations.take": possible.can_take,
    "escalations.close": possible.can_close,
}


def _no_badge(_text: str, _kind: Kind) -> None:
    return None


class EscalationsPane:
    """Implements the shell's Pane; GUI thread only."""

    def __init__(self, console: Console, set_badge: SetBadge = _no_badge) -> None:
        self._console, self._set_badge = console, set_badge
        self._lists: Lists | None = None
        self._shown = ""  # the escalation in the panel, whatever the lists have chosen
        hours = WorkingHours()
        book, mailbox = console.book, console.mailbox
        self.owed: RecordTable[OwedLine] = RecordTable(
            "Decisions owed",
            owed_columns(hours),
            Source(self._fetch_owed, lambda line: line.id),
            mailbox,
            EmptyState("No decision is owed", "Press N to escalate: a recipient and one sentence."),
            unsent=console.unsent,
        )
        self.handed: RecordTable[HandedLine] = RecordTable(
            "Handed on",
            handed_columns(),
            Source(self._fetch_handed, lambda line: line.id),
            mailbox,
            EmptyState(
                "Nothing is handed on", "What you escalate to a team or a colleague stands here until it is done."
            ),
            unsent=console.unsent,
        )
        self.detail = DetailPanel(hours, console.unsent)
        self._buttons = {c.id: KeyButton.of(book, c) for c in self.commands()}
        self._help = {c.id: c.help for c in self.commands()}
        self._owed_header, self._handed_header = PaneHeader("Decisions owed"), PaneHeader("Handed on")
        self.place = FormPlace(console, self.detail)
        self.widget: QSplitter = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        self.owed.chosen.connect(lambda one: self._chosen(one, self.handed))
        self.handed.chosen.connect(lambda one: self._chosen(one, self.owed))
        self.place.opened.connect(self._opened)
        self.place.done.connect(self._done)
        self.place.closed.connect(self._closed)
        self._minute = QTimer(self.widget)
        self._minute.setInterval(_MINUTE_MS)
        self._minute.timeout.connect(self.retime)
        self._minute.start()
        console.watch(self.widget, _TABLES, self._changed)
        book.refreshed.connect(self._show_buttons)
        self._load()

    # Lay-out

    def _lay_out(self) -> None:
        left = Panel(is_raised=False)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._owed_header.right.addWidget(self._buttons["escalations.new"])
        for header, table, stretch in ((self._owed_header, self.owed, 3), (self._handed_header, self.handed, 2)):
            column.addWidget(header)
            column.addWidget(table, stretch)
            table.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        column.addStretch(0)
        foot = flow(*(b for name, b in self._buttons.items() if name != "escalations.new"))
        self.detail.foot.addWidget(foot)
        self.place.setMinimumWidth(360)
        self.widget.addWidget(left)
        self.widget.addWidget(self.place)
        self.widget.setHandleWidth(1)
        self.widget.setChildrenCollapsible(False)
        self.widget.setStretchFactor(0, 1)
        self.widget.setStretchFactor(1, 0)
        self.widget.setSizes([840, 440])

    # What the window asks

    def commands(self) -> tuple[Command, ...]:
        """Give the pane's commands."""
        group = "Escalations"

        def one(
            name: str, title: str, text: str, key: str, run: Callable[[], None], can: Callable[[], bool]
        ) -> Command:
            keys = (key,) if key else ()
            one_id = f"escalations.{name}"

            def may() -> bool:
                return can() and not self._denied(one_id)

            return Command(one_id, title, text, keys, group, run, may, single_key=bool(key))

        return (
            one("new", "Escalate", "A recipient and one sentence", "N", self.escalate, lambda: True),
            one("chase", "Chase…", "Record that you asked again", "C", self.chase, self._can(possible.can_ask)),
            one(
                "word",
                "A word…",
                "Record what they said, saw or acknowledged",
                "W",
                self.hear,
                self._can(possible.can_ask),
            ),
            one(
                "outcome",
                "Record outcome…",
                "What was decided, by whom, and how we heard",
                "O",
                self.end,
                self._can(possible.can_ask),
            ),
            one(
                "prepare",
                "Prepare decision…",
                "The question, its options, who owes it",
                "P",
                self.prepare,
                self._can(possible.can_prepare),
            ),
            one("take", "Take", "Take on what was handed on", "T", self.take, self._can(possible.can_take)),
            one(
                "close",
                "Done",
                "What was handed on is done, or you have taken note",
                "D",
                self.close,
                self._can(possible.can_close),
            ),
            one("issue", "Open issue", "Show the issue in the Queue", "I", self.open_issue, self._can(_has_issue)),
        )

    def focus_first(self) -> None:
        """Put the focus into the form that is open, else on the decisions."""
        target = self.form or (self.owed.view if self.owed.model.ids or not self.handed.model.ids else self.handed.view)
        target.setFocus()

    def save_state(self) -> dict[str, Any]:
        """Give the splitter and what was chosen."""
        return {"version": 1, "sizes": self.widget.sizes(), "shown": self._shown}

    def restore_state(self, state: dict[str, Any]) -> None:
        """Take them up."""
        if state.get("version") != 1:
            return
        restore_sizes(self.widget, state.get("sizes"))
        if isinstance(shown := state.get("shown"), str) and shown:
            self.open_escalation(shown)

    def open_escalation(self, escalation_id: str) -> None:
        """Show this escalation, wherever it stands, also one that is in neither list any more."""
        self.place.leave()
        self._shown = escalation_id
        self._choose_shown()
        self._load_detail()

    # Lists

    def _fetch_owed(self, ids: Sequence[str]) -> "Future[Sequence[OwedLine]]":
        return self._console.workstation.read(lambda desk: escalation_lists.owed_lines(desk, ids))

    def _fetch_handed(self, ids: Sequence[str]) -> "Future[Sequence[HandedLine]]":
        return self._console.workstation.read(lambda desk: escalation_lists.handed_lines(desk, ids))

    def _changed(self, _changes: tuple[Touched, ...]) -> None:
        self._load()

    def _load(self) -> None:
        self._console.read(self.widget, look_up, self._show_lists)

    def _show_lists(self, lists: Lists) -> None:
        self._lists = lists
        late = f" · {lists.late} past their time" if lists.late else ""
        self._owed_header.say("Decisions owed", f"{lists.open_count} open{late}")
        untaken = f" · nobody has taken {lists.untaken}" if lists.untaken else ""
        self._handed_header.say("Handed on", f"{len(lists.handed)} open{untaken}")
        for table, ids in ((self.owed, lists.owed), (self.handed, lists.handed)):
            # As tall as its rows, so that the second list stands right below the first.
            table.setMaximumHeight(32 + ROW * len(ids) if ids else 170)
            table.setMinimumHeight(32 + ROW * min(len(ids), 4) if ids else 110)
            table.show_ids(ids)
        waiting = lists.late + lists.untaken
        self._set_badge(str(waiting) if waiting else "", Kind.AMBER)
        self._console.book.refresh()
        self._choose_shown()
        if not self._shown:
            (self.owed if lists.owed else self.handed).choose_first()
        else:
            self._load_detail()
        if self.form is not None:
            self.form.offer(lists.people, lists.teams)

    def _choose_shown(self) -> None:
        if self._shown and not self.owed.choose(self._shown):
            self.handed.choose(self._shown)

    def _chosen(self, one: str, other: "RecordTable[Any]") -> None:
        if not one or one == self._shown:
            if one:
                other.view.setCurrentIndex(QModelIndex())
            return
        self._shown = one
        other.view.setCurrentIndex(QModelIndex())
        self.place.leave()
        self._load_detail()

    def _load_detail(self) -> None:
        wanted = self._shown
        if wanted:
            self._console.read(
                self.widget, lambda desk: escalation_lists.detail(desk, wanted), lambda d: self._show_detail(wanted, d)
            )

    def _show_detail(self, wanted: str, detail: EscalationDetail) -> None:
        if wanted == self._shown:
            self.detail.show_detail(detail)
            self._console.book.refresh()

    def retime(self) -> None:
        """Say times anew; nothing is looked up."""
        self.detail.retime()
        self.owed.model.retime()
        self.handed.model.retime()

    # What can be done

    def _show_buttons(self) -> None:
        if not shiboken6.isValid(self.widget):
            return  # the book outlives the pane while the window goes away
        detail = self.detail.detail
        primary = ""
        for name, button in self._buttons.items():
            can, denied = self._console.book.can(name), self._denied(name)
            button.setToolTip(denied or self._help[name])
            if name != "escalations.new":
                button.setVisible(can or (bool(denied) and self._stands(name)))
                primary = primary or (name if can else "")
            button.set_primary(primary=name == primary and name != "escalations.issue")
        if detail and detail.request:
            self._name("escalations.chase", f"Chase {detail.request.owed_by}…")
            self._name("escalations.prepare", "Change question…")
        else:
            self._name("escalations.prepare", "Prepare decision…")
        is_told = bool(detail) and detail is not None and detail.kind is EscalationKind.HIERARCHICAL
        self._name("escalations.close", "Noted, close" if is_told else "Done")

    def _denied(self, command_id: str) -> str:
        return self._lists.denied.get(command_id, "") if self._lists is not None else ""

    def _stands(self, command_id: str) -> bool:
        """Say whether the command fits what is shown, whoever may give it."""
        rule = _RULES.get(command_id)
        return rule is not None and self._can(rule)()

    def _name(self, command_id: str, text: str) -> None:
        button = self._buttons[command_id]
        if button.text() != text:
            button.setText(text)
            button.setAccessibleName(text)
            button.updateGeometry()

    def _can(self, rule: Callable[[EscalationDetail | None], bool]) -> Callable[[], bool]:
        return lambda: self.form is None and rule(self.detail.detail)

    def take(self) -> None:
        """Take on what is shown."""
        one = self._shown
        self._console.write(self.widget, lambda desk: escalations.take(desk, one))

    def close(self) -> None:
        """Close what is shown."""
        one = self._shown
        self._console.write(self.widget, lambda desk: escalations.finish(desk, one))

    def open_issue(self) -> None:
        """Go to the issue."""
        detail = self.detail.detail
        if detail is not None and detail.issue_id:
            self._console.navigator.open_issue(detail.issue_id)

    # Forms in place

    def escalate(self) -> None:
        """Open the form for a new escalation."""
        if isinstance(self.form, EscalateForm):
            self.form.setFocus()
        else:
            self.place.open(EscalateForm())

    def chase(self) -> None:
        """Open the form that records an ask."""
        self._ask(AskKind.ASKED)

    def hear(self) -> None:
        """Open the form that records what they said."""
        self._ask(AskKind.SAID)

    def _ask(self, kind: AskKind) -> None:
        detail = self.detail.detail
        if detail is not None and detail.request is not None:
            self.place.open(WordForm(detail.request, kind))

    def end(self) -> None:
        """Open the form that records the outcome."""
        detail = self.detail.detail
        if detail is not None and detail.request is not None:
            self.place.open(OutcomeForm(detail.request))

    def prepare(self) -> None:
        """Open the form that prepares the decision."""
        if self.detail.detail is not None:
            self.place.open(PrepareForm(self.detail.detail))

    @property
    def form(self) -> DraftForm | None:
        """The form that is open."""
        return self.place.form

    def _opened(self, form: DraftForm) -> None:
        if self._lists is not None:
            form.offer(self._lists.people, self._lists.teams)
        self._console.book.refresh()

    def _done(self, form: DraftForm, made: Any) -> None:
        if isinstance(form, EscalateForm):
            self._shown = made.id
        self._load()

    def _closed(self) -> None:
        self._console.book.refresh()
        self.focus_first()


def _has_issue(detail: EscalationDetail | None) -> bool:
    return detail is not None and bool(detail.issue_id)
