"""What can be done from the call card: its commands, with keys that work while somebody types."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtCore import QUrl

from app.domain.errors import BadInput, BatonError
from app.domain.interaction import Channel, Direction, Nature
from app.services.calls import CallCard, CallDraft, CardIssue, LoggedCall
from ui.kit.buttons import KeyButton
from ui.kit.commands import Command, CommandBook
from ui.panes.queue.card_sheet import CallSheet
from ui.panes.queue.outward import dial

PREFIX = "queue.card"
_GROUP = "Call card"
_BUTTONS = ("again", "call_back", "reply", "hand_over")


class Card(Protocol):
    """The form on which these act."""

    sheet: CallSheet
    open_url: Callable[[QUrl], bool]

    @property
    def draft(self) -> CallDraft:
        """What is typed and chosen."""

    @property
    def card(self) -> CallCard | None:
        """The card of whoever was taken."""

    @property
    def issue(self) -> CardIssue | None:
        """The issue that they call about."""

    @property
    def is_ready(self) -> bool:
        """Say whether the call is on the screen and not yet logged."""

    def change(self, **parts: Any) -> None:
        """Take up parts of the draft."""

    def turn(self, direction: Direction, channel: Channel, subject: str) -> None:
        """Make it their word or ours, by this channel."""

    def send(self) -> None:
        """Log the call as it stands."""

    def park(self) -> None:
        """Keep the call for later and begin another one."""

    def record(self, draft: CallDraft, on_logged: Callable[[LoggedCall], None]) -> None:
        """Record this draft."""

    def ask_promise(self, logged: LoggedCall, issue: CardIssue) -> None:
        """Go on to the promise."""

    def refuse(self, error: BatonError) -> None:
        """Say what is wrong."""


class CardActs:
    """The acts of one form."""

    def __init__(self, form: Card) -> None:
        self._form = form
        self._again: KeyButton | None = None

    def commands(self) -> tuple[Command, ...]:
        """Give the commands in the order in which their buttons stand."""
        form = self._form
        mail = "Write to them: logged, and opened in your mail program to be sent"
        rows: tuple[tuple[str, str, str, str, Callable[[], None], Callable[[], bool]], ...] = (
            ("again", "Called again", "Log it now, then promise", "Alt+A", self.called_again, self._can_again),
            ("call_back", "Call back", "Dial and log what we tell them", "Alt+B", self.call_back, self._is_known),
            ("reply", "Reply", mail, "Alt+R", self.reply, self._is_known),
            ("hand_over", "Hand over", "To an owner; with a sentence: escalate", "Alt+H", self.hand_over, lambda: True),
            ("deployed", "After a deployment", "They call after it: link the two", "Alt+D", self.deployed,
             lambda: form.sheet.extras.can_link),
            ("rang", "Rang directly", "A VIP rang somebody else than their rep", "Alt+V", self.rang,
             lambda: form.sheet.extras.can_rang),
            ("new", "New call", "Park this call unfinished, under To complete, and begin another", "Alt+N", form.park,
             lambda: not form.draft.is_empty),
            ("timer", "Stop the call timer", "They hung up, or are on the line again", "Alt+T", self.stop_timer,
             lambda: form.draft.begun_at is not None),
        )  # fmt: skip

        def ready(can: Callable[[], bool]) -> Callable[[], bool]:
            return lambda: form.is_ready and can()

        return tuple(
            Command(f"{PREFIX}.{one}", title, about, (key,), _GROUP, run, ready(can))
            for one, title, about, key, run, can in rows
        )

    def _can_again(self) -> bool:
        return self._form.draft.issue_id is not None and not self._form.draft.is_outward

    def _is_known(self) -> bool:
        return self._form.draft.contact_id is not None or self._form.draft.customer_id is not None

    def called_again(self) -> None:
        """Log that they asked again, with what is typed; then ask for the next promise, unless it stands there."""
        form, issue = self._form, self._form.issue
        if issue is None or form.draft.promise_by.strip():
            form.change(nature=Nature.CHASER)
            form.send()
            return
        try:
            form.sheet.extras.check()
        except BadInput as e:
            form.refuse(e)
            return
        timer = form.sheet.timer
        draft = replace(form.draft, nature=Nature.CHASER, lasted_s=timer.seconds, promise_what="")
        timer.stop()
        form.record(draft, lambda done: form.ask_promise(done, issue))

    def call_back(self) -> None:
        """Dial them, and log what we tell them; again: back to what they say."""
        card = self._form.card
        if self._turn(Channel.CALL) and card is not None and (number := dial(card)) is not None:
            self._form.open_url(number)

    def reply(self) -> None:
        """Write to them; again: back to what they say. It begins with the agreed line where one is valid."""
        form, card, issue = self._form, self._form.card, self._form.issue
        if card is not None and not card.email and not form.draft.is_outward:
            who = card.name or card.customer
            form.refuse(BadInput(f"No e-mail address of {who} is known.", "Call back with Alt+B, or add the address."))
        elif self._turn(Channel.EMAIL) and issue and issue.say.is_agreed and not form.sheet.body.toPlainText().strip():
            form.sheet.body.setPlainText(issue.say.sentence)

    def hand_over(self) -> None:
        """Ask to whom it is handed when it is logged."""
        self._form.sheet.extras.hand_over()

    def deployed(self) -> None:
        """Say that they call after the deployment, or take that back."""
        self._form.sheet.extras.toggle_deployment()

    def rang(self) -> None:
        """Say that they rang somebody directly, or take that back."""
        self._form.sheet.extras.toggle_rang()

    def stop_timer(self) -> None:
        """Stop the timer, or let it go on."""
        timer = self._form.sheet.timer
        (timer.stop if timer.is_running else timer.start)()

    def _turn(self, channel: Channel) -> bool:
        """Turn to our word by this channel, or back; gives whether it is ours now."""
        form, issue = self._form, self._form.issue
        if form.draft.is_outward and form.draft.channel is channel:
            form.turn(Direction.IN, Channel.CALL, "")
            return False
        is_mail = channel is Channel.EMAIL and issue is not None
        number = "" if issue is None or issue.label == "new" else f"[{issue.label}] "
        form.turn(Direction.OUT, channel, f"{number}{issue.title}" if is_mail and issue else "")
        return True

    def buttons(self, book: CommandBook, commands: Iterable[Command]) -> list[KeyButton]:
        """Give the buttons of what is done most, the most usual first."""
        by_id = {c.id: c for c in commands}
        made = [KeyButton.of(book, by_id[f"{PREFIX}.{one}"]) for one in _BUTTONS]
        self._again = made[0]
        return made

    def show_primary(self) -> None:
        """Make one button the primary: that they called again while nothing else is said, then to log what is."""
        draft = self._form.draft
        said = (draft.body, draft.promise_by, draft.promise_what, draft.hand_words, draft.hand_to_team)
        is_bare = not (draft.hand_to_id or any(words.strip() for words in said))
        is_again = is_bare and self._can_again()
        for button, is_primary in ((self._again, is_again), (self._form.sheet.log, not is_again)):
            if button is not None:
                button.set_primary(primary=is_primary)
