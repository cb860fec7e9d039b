"""Logging a call in place: find the caller, choose what it is about, type what was said, promise.

No field is asked for; everything typed or chosen is kept from the first key.
"""

from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.services import callers, calls
from app.services.callers import Caller
from app.services.calls import CallCard, CallDraft, LoggedCall
from ui.kit.buttons import KeyButton
from ui.kit.cards import PaneHeader
from ui.kit.console import Console
from ui.kit.flow import row
from ui.kit.labels import Label, SectionLabel
from ui.kit.side_list import Place, Section, SideList
from ui.kit.theme import FIELD_HEIGHT, Face, Kind, L, M, S, Tone
from ui.kit.timephrase import moment
from ui.panes.queue.card_panel import CardPanel
from ui.panes.queue.draft_keeper import DraftKeeper
from ui.panes.queue.fields import WhenField
from ui.panes.queue.words import counted

SOMEBODY_ELSE = "somebody-else"
SOMETHING_NEW = "something-new"
_PLACE_HEIGHT = 26
_MOST_PLACES = 7


class CallForm(QWidget):
    """The form in the middle; `panel` is its card, which the pane shows at the right."""

    logged = Signal(object)  # LoggedCall
    left = Signal()

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.panel = CardPanel()
        self._keeper = DraftKeeper(console, self._refuse, self)
        self._draft = CallDraft()
        self._found: dict[str, Caller] = {}
        self._card: CallCard | None = None
        self._asked = 0
        self._is_quiet = False
        self._make_fields()
        self._lay_out()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(40)
        self._pause.timeout.connect(self._look)
        self._connect()
        self.clear()

    def _make_fields(self) -> None:
        self.caller = _CallerField()
        self.matches = SideList("Who it may be")
        self.about = SideList("What it is about")
        self.body = QPlainTextEdit()
        self.body.setAccessibleName("What is said")
        self.body.setPlaceholderText("What is said. It is kept as you type; nothing else is needed.")
        self.body.setTabChangesFocus(True)
        self.by = WhenField("Promise by")
        self.what = QLineEdit()
        self.what.setAccessibleName("What is promised")
        self.what.setPlaceholderText("We call with an update")
        self.what.setMinimumHeight(FIELD_HEIGHT)
        self.log = KeyButton("Log it", "Ctrl+Return", primary=True, run=self.send)
        self.leave = KeyButton("Leave it", "Esc", run=self.left.emit)
        self.leave.setToolTip("What is typed stays; F2 brings it back")
        self.drop = KeyButton("Throw it away", run=self._throw_away)
        self._wrong = Label(tone=Tone.RED, wrap=True)
        self._kept = Label(face=Face.SMALL, tone=Tone.DIM)

    def _lay_out(self) -> None:
        header = PaneHeader("Log a call")
        header.right.addWidget(self._kept)
        body = QVBoxLayout()
        body.setContentsMargins(L, 0, L, L)
        body.setSpacing(S)
        self._about_title = SectionLabel("About")
        body.addWidget(SectionLabel("Who is calling"))
        body.addWidget(self.caller)
        body.addWidget(self.matches)
        body.addWidget(self._about_title)
        body.addWidget(self.about)
        body.addWidget(SectionLabel("What is said"))
        body.addWidget(self.body, 1)
        body.addWidget(SectionLabel("Promise, if you make one"))
        promise = row(self.by, self.what, gap=M)
        promise.setAlignment(self.what, Qt.AlignmentFlag.AlignTop)
        promise.setAlignment(self.by, Qt.AlignmentFlag.AlignTop)
        promise.setStretch(0, 1)
        promise.setStretch(1, 2)
        body.addLayout(promise)
        body.addWidget(self._wrong)
        body.addLayout(row(self.log, self.leave, None, self.drop))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(header)
        whole.addLayout(body, 1)

    def _connect(self) -> None:
        self.caller.textEdited.connect(lambda _text: self._caller_typed())
        self.caller.stepped.connect(self._step)
        self.caller.taken.connect(self._take_caller)
        self.caller.tabbed.connect(lambda: None if self.matches.isHidden() else self._take_caller())
        self.matches.chosen.connect(self._preview)
        self.matches.activated.connect(lambda _index: self._take_caller())
        self.matches.clicked.connect(lambda _index: self._take_caller())
        self.about.chosen.connect(self._about_chosen)
        self.about.activated.connect(lambda _index: self.body.setFocus())
        self.body.textChanged.connect(self._edited)
        self.by.edited.connect(self._edited)
        self.what.textEdited.connect(lambda _text: self._edited())
        for line in (self.by.line, self.what):
            line.returnPressed.connect(self.send)

    # The form as a whole

    def open(self) -> None:
        """Take up the call that was being typed, or begin one."""
        if self._draft.is_empty:
            self._console.read(self, calls.kept_draft, self._restore)
        self.caller.setFocus()

    def clear(self) -> None:
        """Begin an empty call."""
        self._is_quiet = True
        self._draft, self._found, self._card = CallDraft(), {}, None
        for line in (self.caller, self.what, self.by.line):
            line.clear()
        self.body.clear()
        self._is_quiet = False
        self._wrong.hide()
        self._kept.setText("")
        self._show_matches([])
        self._show_about()
        self.panel.show_nobody()

    @property
    def draft(self) -> CallDraft:
        """What is typed and chosen."""
        return self._draft

    def send(self) -> None:
        """Log the call; what is wrong is said and nothing is lost."""
        self._wrong.hide()
        self.log.setEnabled(False)
        self._keeper.forget()
        draft = self._draft
        self._console.write(self, lambda desk: calls.log_call(desk, draft), self._logged, self._refuse)

    def _logged(self, logged: LoggedCall) -> None:
        self.log.setEnabled(True)
        self.clear()
        self.logged.emit(logged)

    def _refuse(self, error: BatonError) -> None:
        self.log.setEnabled(True)
        self._wrong.setText(f"{error.what} {error.todo}".strip())
        self._wrong.show()

    @property
    def refusal(self) -> str:
        """What is said to be wrong, or nothing."""
        return "" if self._wrong.isHidden() else self._wrong.text()

    def _throw_away(self) -> None:
        self._keeper.forget()
        self._console.write(self, calls.drop_draft)
        self.clear()
        self.left.emit()

    def _restore(self, kept: CallDraft | None) -> None:
        if kept is None or not self._draft.is_empty:
            return
        self._is_quiet = True
        self._draft = kept
        self.caller.setText(kept.caller)
        self.body.setPlainText(kept.body)
        self.by.set_text(kept.promise_by)
        self.what.setText(kept.promise_what)
        self._is_quiet = False
        begun = moment(kept.begun_at, datetime.now(UTC)) if kept.begun_at else ""
        self._kept.setText(f"Unfinished call of {begun}" if begun else "Unfinished call")
        self._read_card()
        (self.body if kept.contact_id or kept.customer_id else self.caller).setFocus()

    # Who is calling

    def _caller_typed(self) -> None:
        self._change(caller=self.caller.text(), contact_id=None, customer_id=None, issue_id=None)
        self._card = None
        self._show_about()
        self._pause.start()

    def _look(self) -> None:
        text = self.caller.text()
        self._asked += 1
        asked = self._asked
        self._console.read(self, lambda desk: callers.find(desk, text), lambda found: self._matched(asked, found))

    def _matched(self, asked: int, found: list[Caller]) -> None:
        # Only the newest question counts, and none once somebody was taken.
        if asked == self._asked and not (self._draft.contact_id or self._draft.customer_id):
            self._show_matches(found)

    def _show_matches(self, found: list[Caller]) -> None:
        self._found = {_key(one): one for one in found}
        places = [_place(one) for one in found[:_MOST_PLACES]]
        typed = self.caller.text().strip()
        if typed:
            places.append(Place(SOMEBODY_ELSE, f"Somebody else: “{typed}”"))
        self.matches.show_sections([Section("", tuple(places))])
        self.matches.setFixedHeight(len(places) * _PLACE_HEIGHT + 2)
        self.matches.setVisible(bool(places))
        if places:
            self.matches.choose(places[0].id)
            self._preview(places[0].id)
        else:
            self.panel.show_nobody()

    def _step(self, step: int) -> None:
        ids = self.matches.ids()
        if ids and not self.matches.isHidden():
            at = ids.index(self.matches.current()) if self.matches.current() in ids else 0
            self.matches.choose(ids[(at + step) % len(ids)])

    def _preview(self, key: str) -> None:
        """Show the card of whoever is highlighted; nobody is taken by that."""
        one = self._found.get(key)
        if one is None:
            self.panel.show_nobody("Somebody we do not know", "Log the call; what was typed as their name is kept.")
            return
        self._ask_card(one.contact_id, one.customer_id, one.issue_id)

    def _take_caller(self) -> None:
        if self.matches.isHidden():
            self.body.setFocus()
            return
        one = self._found.get(self.matches.current())
        self._asked += 1
        self.matches.hide()
        if one is None:
            self.body.setFocus()
            return
        self._is_quiet = True
        self.caller.setText(f"{one.name} · {one.customer}" if one.contact_id else one.customer)
        self._is_quiet = False
        self._change(
            caller=self.caller.text(),
            contact_id=one.contact_id,
            customer_id=one.customer_id,
            issue_id=one.issue_id,
        )
        self._read_card(goes_on=True)

    # The card

    def _read_card(self, *, goes_on: bool = False) -> None:
        draft = self._draft
        if draft.contact_id or draft.customer_id:
            self._ask_card(draft.contact_id, draft.customer_id, draft.issue_id, is_taken=True, goes_on=goes_on)

    def refresh_card(self) -> None:
        """Read the card anew: somebody changed what is on it."""
        self._read_card()

    def _ask_card(
        self,
        contact_id: str | None,
        customer_id: str | None,
        issue_id: str | None,
        *,
        is_taken: bool = False,
        goes_on: bool = False,
    ) -> None:
        self._asked_card = (contact_id, customer_id)

        def show(card: CallCard) -> None:
            if self._asked_card != (contact_id, customer_id):
                return
            self.panel.show_card(card, self._draft.issue_id if is_taken else issue_id)
            if is_taken:
                self._card = card
                self._show_about()
                if goes_on:
                    (self.about if card.issues else self.body).setFocus()

        self._console.read(
            self, lambda desk: calls.call_card(desk, contact_id=contact_id, customer_id=customer_id), show
        )

    def _show_about(self) -> None:
        issues = self._card.issues if self._card else ()
        places = [Place(SOMETHING_NEW, "Something new", tip="What is typed becomes a new issue")]
        for issue in issues:
            many = counted(issue.tally.calls, "call") if issue.tally.calls else ""
            kind = Kind.RED if issue.tally.calls >= 4 else Kind.AMBER if issue.tally.calls > 1 else Kind.GREY
            places.append(Place(issue.id, f"{issue.label}  {issue.title}", many, kind, tip=issue.title))
        self._is_quiet = True
        self.about.show_sections([Section("", tuple(places))])
        self.about.choose(self._draft.issue_id or SOMETHING_NEW)
        self._is_quiet = False
        self.about.setFixedHeight(min(len(places), _MOST_PLACES) * _PLACE_HEIGHT + 2)
        for widget in (self._about_title, self.about):
            widget.setVisible(bool(issues))

    def _about_chosen(self, place: str) -> None:
        if self._is_quiet:
            return
        self._change(issue_id=None if place == SOMETHING_NEW else place)
        if self._card is not None:
            self.panel.show_card(self._card, self._draft.issue_id)

    # The draft

    def _edited(self) -> None:
        self._change(body=self.body.toPlainText(), promise_by=self.by.text(), promise_what=self.what.text())

    def _change(self, **parts: str | None) -> None:
        """Take up what was typed or chosen, and keep it now."""
        if self._is_quiet:
            return
        begun = self._draft.begun_at or datetime.now(UTC)
        # mypy cannot know that the callers name fields of text.
        changed = replace(self._draft, begun_at=begun, **parts)  # type: ignore[arg-type]
        if changed == self._draft:
            return
        self._draft = changed
        self._keeper.keep(lambda desk: calls.save_draft(desk, changed))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Log on Ctrl+Enter, leave on Escape."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self.log.isEnabled():
                self.send()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class _CallerField(QLineEdit):
    """Up and Down move among the matches, Enter and Tab take the one that is highlighted."""

    stepped = Signal(int)
    taken = Signal()
    tabbed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Name, customer, phone in any writing, or issue number")
        self.setAccessibleName("Who is calling")
        self.setMinimumHeight(FIELD_HEIGHT + 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if step is not None:
            self.stepped.emit(step)
        elif is_enter and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.taken.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is Qt.FocusReason.TabFocusReason:
            self.tabbed.emit()


def _key(one: Caller) -> str:
    return f"{one.contact_id or ''}/{one.customer_id}"


def _place(one: Caller) -> Place:
    is_known = one.contact_id is not None
    parts = [one.name, one.role, one.customer if is_known else "caller not known yet", one.phone]
    title = " · ".join(part for part in parts if part)
    if one.issue:
        title = f"{one.issue} · {one.name}"
    count = f"{one.open_issues} open" if one.open_issues else ""
    return Place(_key(one), title, count, Kind.BLUE if one.is_vip else Kind.GREY, tip=title)
