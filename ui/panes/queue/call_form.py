"""Logging a call in place: find the caller, choose what it is about, type what was said, promise.

No field is asked for; everything typed or chosen is kept from the first key.
"""

from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.errors import BadInput, BatonError
from app.services import callers, calls
from app.services.callers import Caller
from app.services.calls import CallCard, CallDraft, LoggedCall
from ui.kit.buttons import KeyButton
from ui.kit.cards import PaneHeader
from ui.kit.console import Console
from ui.kit.flow import row
from ui.kit.labels import Label, SectionLabel
from ui.kit.theme import FIELD_HEIGHT, Face, L, M, S, Tone
from ui.kit.typed_fields import WhenField
from ui.panes.queue.about_list import SOMETHING_NEW, AboutList
from ui.panes.queue.caller_finder import CallerFinder
from ui.panes.queue.card_panel import CardPanel
from ui.panes.queue.draft_keeper import DraftKeeper
from ui.panes.queue.words import calling, day_words


class CallForm(QWidget):
    """The form in the middle; `panel` is its card, which the pane shows at the right."""

    logged = Signal(object)  # LoggedCall
    left = Signal()

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.panel = CardPanel(console.unsent)
        self._keeper = DraftKeeper(console, self._refuse, self)
        self._draft = CallDraft()
        self._card: CallCard | None = None
        self._previewed: CallCard | None = None
        self._waiting = ""
        self._asked_card: tuple[str | None, str | None] = (None, None)
        self._is_quiet = False
        self._make_fields()
        self._lay_out()
        self._connect()
        self.clear()

    def _make_fields(self) -> None:
        self.finder = CallerFinder(self._console)
        self.caller = self.finder.field
        self.about = AboutList(self._console.unsent)
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
        body.setContentsMargins(L, M, L, L)
        body.setSpacing(S)
        self._about_title = SectionLabel("About")
        body.addWidget(SectionLabel("Who is calling"))
        body.addWidget(self.finder)
        body.addWidget(self._about_title)
        body.addWidget(self.about)
        body.addWidget(SectionLabel("What is said"))
        body.addWidget(self.body, 1)
        body.addWidget(SectionLabel("Promise, if you make one"))
        promise = row(self.by, self.what, gap=M)
        for at, (field, stretch) in enumerate(((self.by, 1), (self.what, 2))):
            promise.setAlignment(field, Qt.AlignmentFlag.AlignTop)
            promise.setStretch(at, stretch)
        body.addLayout(promise)
        body.addWidget(self._wrong)
        body.addLayout(row(self.log, self.leave, None, self.drop))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(header)
        whole.addLayout(body, 1)

    def _connect(self) -> None:
        self.finder.typed.connect(self._caller_typed)
        self.finder.previewed.connect(self._preview)
        self.finder.taken.connect(self._take)
        self.finder.passed.connect(self.body.setFocus)
        self.about.chosen.connect(self._about_chosen)
        self.about.activated.connect(lambda _index: self.body.setFocus())
        self.about.typed.connect(self._go_on_typing)
        self.body.textChanged.connect(self._edited)
        self.by.edited.connect(self._edited)
        self.what.textEdited.connect(lambda _text: self._edited())
        for line in (self.by.line, self.what):
            line.returnPressed.connect(lambda: self.send() if self.log.isEnabled() else None)

    # The form as a whole

    def open(self, caller: str = "") -> None:
        """Take up the call that was being typed, or begin one; an unfinished call is not written over."""
        if self._draft.is_empty:
            self.caller.setFocus()
            self._console.read(self, calls.kept_draft, lambda kept: self._begin(kept, caller))
            return
        self.focus_again()
        if caller:
            self.tell_of(caller)

    def focus_again(self) -> None:
        """Put the focus where it was in the form, at first on who is calling."""
        (self.focusWidget() or self.caller).setFocus()

    def _begin(self, kept: CallDraft | None, caller: str) -> None:
        if kept is not None:
            self._restore(kept)
        if not self._draft.is_empty:
            if caller:
                self.tell_of(caller)
        elif caller or self._waiting:
            self.finder.type(caller or self._waiting)
            self._waiting = ""

    def tell_of(self, caller: str) -> None:
        """Say who is calling while another call is typed; F2 begins with them once that is logged."""
        self._waiting = caller

        def tell(found: list[Caller]) -> None:
            who = calling(caller, found)
            self._kept.setText(who)
            self._console.navigator.tell(
                f"{who}; the call here is unfinished.", "Log it with Ctrl+Enter, then take theirs with F2."
            )

        self._console.read(self, lambda desk: callers.find(desk, caller), tell)

    def clear(self) -> None:
        """Begin an empty call."""
        self._is_quiet = True
        self._draft, self._card, self._previewed = CallDraft(), None, None
        self.finder.show_text("")
        for line in (self.what, self.by.line):
            line.clear()
        self.body.clear()
        self._is_quiet = False
        self._wrong.hide()
        self._kept.setText("")
        self._show_about()
        self.panel.show_nobody()

    @property
    def draft(self) -> CallDraft:
        """What is typed and chosen."""
        return self._draft

    @property
    def highlighted(self) -> str:
        """Who would be taken by Enter; "" for nobody."""
        return self.finder.highlighted

    @property
    def refusal(self) -> str:
        """What is said to be wrong, or nothing."""
        return "" if self._wrong.isHidden() else self._wrong.text()

    def send(self) -> None:
        """Log the call; what is wrong is said and nothing is lost."""
        self._wrong.hide()
        try:
            self.by.value()
        except BadInput:
            # What is wrong with it stands below the field.
            self._refuse(BadInput("Not logged yet:", "correct the promise's time, or empty it."))
            self.by.setFocus()
            return
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
        self.finder.show_text(kept.caller)
        self.body.setPlainText(kept.body)
        self.by.set_text(kept.promise_by)
        self.what.setText(kept.promise_what)
        self._is_quiet = False
        begun = f" of {day_words(kept.begun_at, datetime.now(UTC))}" if kept.begun_at else ""
        self._kept.setText(f"unfinished call{begun}")
        if kept.caller.strip() and not (kept.contact_id or kept.customer_id):
            self._preview(None)
        self.refresh_card()
        self.body.setFocus()
        self.body.moveCursor(QTextCursor.MoveOperation.End)

    # Who is calling, and about what

    def _caller_typed(self, text: str) -> None:
        self._change(caller=text, contact_id=None, customer_id=None, issue_id=None)
        self._card = self._previewed = None
        self._show_about()

    def _preview(self, one: Caller | None) -> None:
        """Show the card of whoever is highlighted; nobody is taken by that."""
        if one is not None:
            self._ask_card(one.contact_id, one.customer_id, one.issue_id)
        elif self.caller.text().strip():
            self._asked_card = (None, None)
            self.panel.show_nobody("Somebody we do not know", "Log the call; what was typed as their name is kept.")
        else:
            self.panel.show_nobody()

    def _take(self, one: Caller | None) -> None:
        # At once, not when the card has come: who types on must not wait for it.
        self.body.setFocus()
        if one is None:
            return
        self._change(
            caller=self.caller.text(),
            contact_id=one.contact_id,
            customer_id=one.customer_id,
            issue_id=one.issue_id,
        )
        shown = self._previewed
        if shown is not None and (shown.contact_id, shown.customer_id) == (one.contact_id, one.customer_id):
            self._begin_with(shown)
        self._ask_card(one.contact_id, one.customer_id, one.issue_id, is_taken=True, is_first=True)

    def _begin_with(self, card: CallCard) -> None:
        """Take the issue that presses most, as the preview did, as what they call about."""
        if self._draft.issue_id is None and card.issues:
            self._change(issue_id=card.issues[0].id)
        self._show_taken(card)

    def _show_taken(self, card: CallCard) -> None:
        self._card = card
        self.panel.show_card(card, self._draft.issue_id)
        self._show_about()

    def refresh_card(self) -> None:
        """Read the card of whoever was taken anew: somebody changed what is on it."""
        draft = self._draft
        if draft.contact_id or draft.customer_id:
            self._ask_card(draft.contact_id, draft.customer_id, draft.issue_id, is_taken=True)

    def _ask_card(
        self,
        contact_id: str | None,
        customer_id: str | None,
        issue_id: str | None,
        *,
        is_taken: bool = False,
        is_first: bool = False,
    ) -> None:
        self._asked_card = (contact_id, customer_id)

        def show(card: CallCard) -> None:
            if self._asked_card != (contact_id, customer_id):
                return
            if not is_taken:
                self._previewed = card
                self.panel.preview(card, issue_id)
            elif is_first and self._card is None:
                self._begin_with(card)
            else:
                self._show_taken(card)

        self._console.read(
            self, lambda desk: calls.call_card(desk, contact_id=contact_id, customer_id=customer_id), show
        )

    def _show_about(self) -> None:
        issues = self._card.issues if self._card else ()
        self._is_quiet = True
        self.about.show_issues(issues, self._draft.issue_id)
        self._is_quiet = False
        for widget in (self._about_title, self.about):
            widget.setVisible(bool(issues))

    def _go_on_typing(self, letters: str) -> None:
        self.body.setFocus()
        self.body.moveCursor(QTextCursor.MoveOperation.End)
        self.body.insertPlainText(letters)

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
        if replace(changed, begun_at=None) == replace(self._draft, begun_at=None):
            return
        self._draft = changed
        self._wrong.hide()  # it was about what stood there before
        self._keeper.keep(lambda desk: calls.save_draft(desk, changed))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Log on Ctrl+Enter, leave on Escape, choose what it is about with Alt+Up and Alt+Down."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self.log.isEnabled():
                self.send()
        elif step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if not self.about.isHidden():
                self.about.step(step)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
