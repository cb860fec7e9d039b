"""Logging a call in place: find the caller, choose what it is about, type what was said, promise.

No field is asked for; everything typed or chosen is kept from the first key.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent, QShowEvent, QTextCursor
from PySide6.QtWidgets import QStackedLayout, QWidget

from app.domain.errors import BadInput, BatonError
from app.domain.interaction import Channel, Direction
from app.services import calls, parked_calls
from app.services.callers import Caller
from app.services.calls import CallCard, CallDraft, CardIssue, LoggedCall
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.flow import flow
from ui.panes.queue.about_list import SOMETHING_NEW
from ui.panes.queue.call_alike import CallAlike
from ui.panes.queue.card_acts import PREFIX, CardActs
from ui.panes.queue.card_panel import CardPanel
from ui.panes.queue.card_presence import AlsoOpen
from ui.panes.queue.card_promise import PromiseStep
from ui.panes.queue.card_sheet import CallSheet
from ui.panes.queue.draft_keeper import DraftKeeper
from ui.panes.queue.outward import write_to
from ui.panes.queue.waiting_callers import WaitingCallers


class CallForm(QWidget):
    """The form in the middle; `panel` is its card, which the pane shows at the right."""

    logged = Signal(object)  # LoggedCall
    left = Signal()
    parked = Signal()

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.open_url: Callable[[QUrl], bool] = QDesktopServices.openUrl  # mail program and softphone
        self._acts = CardActs(self)
        self._commands = self._acts.commands()
        self.panel = CardPanel(console.unsent, flow(*self._acts.buttons(console.book, self._commands)))
        new_call = next(c for c in self._commands if c.id == f"{PREFIX}.new")
        self.sheet = CallSheet(console, new_call, self.send, self.left.emit, self._throw_away)
        self.step = PromiseStep(console)
        sheet = self.sheet
        self.finder, self.caller, self.about = sheet.finder, sheet.finder.field, sheet.about
        self.body, self.by, self.what, self.extras = sheet.body, sheet.by, sheet.what, sheet.extras
        self.log, self.leave, self.drop, self.timer = sheet.log, sheet.leave, sheet.drop, sheet.timer
        self._also = AlsoOpen(console, self.panel, self)
        self._alike = CallAlike(console, self, self)
        self._keeper = DraftKeeper(console, self.refuse, self)
        self._draft = CallDraft()
        self._card: CallCard | None = None
        self._previewed: CallCard | None = None
        self._waiting = WaitingCallers(console, self.sheet.waiting, self)
        self.tell_of = self._waiting.add
        self._asked_card: tuple[str | None, str | None] = (None, None)
        self._is_quiet = False
        self._stack = QStackedLayout()
        self._stack.addWidget(self.sheet)
        self._stack.addWidget(self.step)
        self.setLayout(self._stack)
        self._connect()
        self.clear()

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
        self.extras.edited.connect(lambda: self.change(**self.extras.parts()))
        self.step.done.connect(self._stepped)
        for line in (self.by.line, self.what, self.extras.words):
            line.returnPressed.connect(lambda: self.send() if self.log.isEnabled() else None)

    # The form as a whole

    def commands(self) -> tuple[Command, ...]:
        """Give the commands of the card."""
        return self._commands

    @property
    def is_ready(self) -> bool:
        """Say whether the call is on the screen and not yet logged."""
        return self.isVisible() and not self.is_promising and self.log.isEnabled()

    def open(self, caller: str = "") -> None:
        """Take up the call that was being typed, or begin one; an unfinished call is not written over."""
        if self._draft.is_empty and not self.is_promising:
            self.caller.setFocus()
            self._console.read(self, calls.kept_draft, lambda kept: self._begin(kept, caller))
            return
        if not self.is_promising:
            self.sheet.unfinished.show_call(self._draft)
        self.focus_again()
        if caller:
            self.tell_of(caller)

    def focus_again(self) -> None:
        """Put the focus where it was in the form, at first on who is calling."""
        (self.step.by if self.is_promising else self.focusWidget() or self.caller).setFocus()

    def _begin(self, kept: CallDraft | None, caller: str) -> None:
        self._restore(kept)
        if self._draft.is_empty:
            if who := self._waiting.take(caller):
                self.finder.seek(who)
        elif caller:
            self.tell_of(caller)

    def park(self) -> None:
        """Keep the call for later, under To complete, and begin another: with whoever waits, or an empty one."""
        self._park()
        self.caller.setFocus()
        self._begin(None, "")

    def _park(self) -> None:
        draft = replace(self._draft, lasted_s=self.timer.seconds)
        self._keeper.forget()
        self._console.write(self, lambda desk: parked_calls.park(desk, draft), lambda _none: self.parked.emit())
        self.clear()

    def resume(self, name: str) -> None:
        """Go on with a parked call; what is typed here is parked for it."""
        if not (self.is_promising or self._draft.is_empty):
            self._park()
        self._console.write(self, lambda desk: parked_calls.take(desk, name), self._restore)

    def clear(self) -> None:
        """Begin an empty call."""
        self._is_quiet = True
        self._draft, self._card, self._previewed = CallDraft(), None, None
        self._asked_card = (None, None)  # a card that is on its way is nobody's any more
        self.sheet.clear()
        self._is_quiet = False
        self._stack.setCurrentWidget(self.sheet)
        self._show_way()
        self._show_about()
        self.panel.show_nobody()

    @property
    def draft(self) -> CallDraft:
        """What is typed and chosen."""
        return self._draft

    @property
    def is_promising(self) -> bool:
        """Say whether the call is logged and the promise is asked for."""
        return self._stack.currentWidget() is self.step

    @property
    def highlighted(self) -> str:
        """Who would be taken by Enter; "" for nobody."""
        return self.finder.highlighted

    @property
    def refusal(self) -> str:
        """What is said to be wrong, or nothing."""
        return self.sheet.refusal

    def send(self) -> None:
        """Log the call; what is wrong is said and nothing is lost."""
        self.sheet.say_wrong("")
        try:
            self.by.value()
        except BadInput:
            # What is wrong with it stands below the field.
            self.refuse(BadInput("Not logged yet:", "correct the promise's time, or empty it."))
            self.by.setFocus()
            return
        try:
            self.extras.check()
        except BadInput as e:
            self.refuse(e)
            return
        draft, card = replace(self._draft, lasted_s=self.timer.seconds), self._card
        self.record(draft, lambda done: self._logged(done, write_to(card, draft) if card else None))

    def record(self, draft: CallDraft, on_logged: Callable[[LoggedCall], None]) -> None:
        """Record it; `on_logged` goes on from there, and a refusal is said in the form."""
        self.log.setEnabled(False)
        self._keeper.forget()
        self._console.write(self, lambda desk: calls.log_call(desk, draft), on_logged, self.refuse)

    def _logged(self, logged: LoggedCall, mail: QUrl | None) -> None:
        self.log.setEnabled(True)
        self.clear()
        if mail is not None:
            self.open_url(mail)
        self.logged.emit(logged)

    def refuse(self, error: BatonError) -> None:
        """Say what is wrong; what is typed stays."""
        self.log.setEnabled(True)
        self.sheet.say_wrong(f"{error.what} {error.todo}".strip())

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
        self.sheet.restore(kept)
        self._is_quiet = False
        self.sheet.unfinished.show_call(kept)
        self._show_way()
        if kept.caller.strip() and not (kept.contact_id or kept.customer_id):
            self._preview(None)
        self.refresh_card()
        self.body.setFocus()
        self.body.moveCursor(QTextCursor.MoveOperation.End)

    # What the acts of the card need

    @property
    def card(self) -> CallCard | None:
        """The card of whoever was taken."""
        return self._card

    @property
    def issue(self) -> CardIssue | None:
        """The issue that they call about; None for something new, and while the card is on its way."""
        found = self._card.issues if self._card else ()
        return next((i for i in found if i.id == self._draft.issue_id), None)

    def ask_promise(self, logged: LoggedCall, issue: CardIssue) -> None:
        """Go on to the promise: the call is logged."""
        self.log.setEnabled(True)
        self._stack.setCurrentWidget(self.step)
        self.step.ask(logged, issue)
        self._console.book.refresh()

    def _stepped(self, logged: LoggedCall) -> None:
        self.clear()
        self.logged.emit(logged)

    def turn(self, direction: Direction, channel: Channel, subject: str) -> None:
        """Make it their word or ours, by this channel."""
        self.change(direction=direction, channel=channel, subject=subject)
        self._show_way()
        self.body.setFocus()

    def _show_way(self) -> None:
        self.sheet.show_way(self._draft, self._card)
        self._console.book.refresh()

    # Who is calling, and about what

    def _caller_typed(self, text: str) -> None:
        self.change(caller=text, contact_id=None, customer_id=None, issue_id=None)
        self._card = self._previewed = None
        self._show_about()

    def _preview(self, one: Caller | None) -> None:
        """Show the card of whoever is highlighted; nobody is taken by that."""
        if one is not None:
            self._ask_card(one.contact_id, one.customer_id, one.issue_id)
        elif self.caller.text().strip():
            self._asked_card = (None, None)
            what = f"That is {why}" if (why := self.finder.no_number) else "Somebody we do not know"
            self.panel.show_nobody(what, "Log the call; what was typed as their name is kept.")
        else:
            self.panel.show_nobody()

    def _take(self, one: Caller | None) -> None:
        # At once, not when the card has come: who types on must not wait for it.
        self.body.setFocus()
        if one is None:
            return
        who = self.caller.text()
        self.change(caller=who, contact_id=one.contact_id, customer_id=one.customer_id, issue_id=one.issue_id)
        shown = self._previewed
        if shown is not None and (shown.contact_id, shown.customer_id) == (one.contact_id, one.customer_id):
            self._begin_with(shown)
        self._ask_card(one.contact_id, one.customer_id, one.issue_id, is_taken=True, is_first=True)

    def _begin_with(self, card: CallCard) -> None:
        """Take the issue that presses most, as the preview did, as what they call about."""
        if self._draft.issue_id is None and card.issues:
            self.change(issue_id=card.issues[0].id)
        self._show_taken(card)

    def _show_taken(self, card: CallCard) -> None:
        self._card = card
        self.panel.show_card(card, self._draft.issue_id)
        self._show_about()
        self._show_way()

    def refresh_card(self) -> None:
        """Read the card of whoever was taken anew: somebody changed what is on it."""
        draft = self._draft
        if (draft.contact_id or draft.customer_id) and not self.is_promising:
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
            if self._asked_card != (contact_id, customer_id) or self.is_promising:
                return
            if not is_taken:
                self._previewed = card
                self.panel.preview(card, issue_id)
            elif is_first and self._card is None:
                self._begin_with(card)
            else:
                self._show_taken(card)

        ask = partial(calls.call_card, contact_id=contact_id, customer_id=customer_id)
        self._console.read(self, ask, show)

    def _show_about(self) -> None:
        self._is_quiet = True
        self.sheet.show_about(self._card, self._draft)
        self._is_quiet = False
        self._acts.show_primary()
        self._console.book.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Say which issue is open here from now on."""
        super().showEvent(event)
        self._also.look_at(self._draft.issue_id)

    def _go_on_typing(self, letters: str) -> None:
        self.body.setFocus()
        self.body.moveCursor(QTextCursor.MoveOperation.End)
        self.body.insertPlainText(letters)

    def _about_chosen(self, place: str) -> None:
        if self._is_quiet:
            return
        self.change(issue_id=None if place == SOMETHING_NEW else place)
        if self._card is not None:
            self.panel.show_card(self._card, self._draft.issue_id)
            self.extras.offer(self._card, self.issue)
        self._console.book.refresh()

    # The draft

    def _edited(self) -> None:
        self.change(body=self.body.toPlainText(), promise_by=self.by.text(), promise_what=self.what.text())

    def change(self, **parts: Any) -> None:
        """Take up what was typed or chosen, by the draft's fields, and keep it now."""
        changed = replace(self._draft, **parts)
        if self._is_quiet or changed == self._draft:
            return
        begun = self._draft.begun_at or datetime.now(UTC)
        if self._draft.begun_at is None:
            self.timer.start()
        changed = replace(changed, begun_at=begun, lasted_s=self.timer.seconds)
        self._draft = changed
        self._alike.look(changed)
        self._acts.show_primary()
        if self.isVisible():
            self._also.look_at(changed.issue_id, is_typing=True)
        self.sheet.say_wrong("")  # it was about what stood there before
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
