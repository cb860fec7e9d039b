"""What can be done with the issue shown: its commands, their keys and when they can be given."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.domain.errors import BatonError
from app.domain.interaction import PromiseState
from app.services import calls, devices, promises
from app.services.desk import Desk
from app.services.devices import DeviceLine
from app.services.issues import IssueDetail
from app.services.promises import PromiseLine
from ui.kit.clashes import ClashCard
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.panes.queue.change_form import ChangeForm
from ui.panes.queue.forms import (
    CallBackForm,
    CalledAgainForm,
    EscalateForm,
    HandOverForm,
    NoteForm,
    PromiseForm,
    ReferenceForm,
    TagForm,
)
from ui.panes.queue.issue_side import IssueSide
from ui.panes.queue.more_acts import MoreActs

PREFIX = "queue"


class IssueActs(QObject):
    """Gives the commands of one issue; `side` says which issue that is, and is given once it is made."""

    def __init__(self, console: Console, is_alive: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._console, self._is_alive = console, is_alive
        self.side: IssueSide | None = None
        self.more = MoreActs(console, self._shown, lambda: self.side, self)

    def commands(self) -> tuple[Command, ...]:
        """Give the commands in the order in which their buttons stand."""
        issue, promise, clash = self._has_issue, self._has_promise, self._has_clash
        rows: tuple[tuple[str, str, str, str, str, Callable[[], None], Callable[[], bool]], ...] = (
            ("call_back", "Call back", "Call them and log what you told them", "B", "Issue", self.call_back, issue),
            (
                "called_again",
                "Called again",
                "Log it now, then promise",
                "A",
                "Issue",
                self.called_again,
                issue,
            ),
            ("promise", "Promise", "Promise by a time", "P", "Issue", self.promise, issue),
            ("note", "Note", "A word for us only", "N", "Issue", self.note, issue),
            ("escalate", "Escalate", "A recipient and one sentence", "E", "Issue", self.escalate, issue),
            ("hand_over", "Hand over", "Whose it is from now on", "H", "Issue", self.hand_over, issue),
            ("devices", "Devices", "Open a device of this customer", "D", "Issue", self.open_device, self._has_devices),
            ("change", "Change", "Title, state, owner, agreed line ...", "C", "Issue", self.change, issue),
            ("reference", "In another system…", "The same matter elsewhere", "Shift+E", "Issue", self.reference, issue),
            ("tag", "Tag…", "Words on it: vpn puts one on, -vpn takes one off", "G", "Issue", self.tag, issue),
            ("done", "Done", "The promise is done: kept, or late", "K", "Promise", self.done, promise),
            ("later", "Later", "Agree on another time before it is due", "L", "Promise", self.later, self._can_move),
            ("withdraw", "Withdraw", "They need it no more", "W", "Promise", self.withdraw, self._can_move),
            ("keep_mine", "Keep mine", "Give my value again", "M", "Conflict", self.keep_mine, clash),
            ("keep_theirs", "Keep theirs", "Leave what the company has", "T", "Conflict", self.keep_theirs, clash),
            ("write_third", "Write a third", "Give another value", "3", "Conflict", self.write_third, clash),
        )
        made = tuple(
            Command(f"{PREFIX}.{one}", title, help_text, (key,), group, run, can, single_key=True)
            for one, title, help_text, key, group, run, can in rows
        )
        return (*made, *self.more.commands(PREFIX))

    def _shown(self) -> IssueDetail | None:
        return self.side.issue if self.side is not None and self._is_alive() else None

    def _has_issue(self) -> bool:
        return self._shown() is not None

    def _has_devices(self) -> bool:
        shown = self._shown()
        return shown is not None and shown.devices > 0

    def _next_promise(self) -> PromiseLine | None:
        shown = self._shown()
        return shown.open_promises[0] if shown and shown.open_promises else None

    def _has_promise(self) -> bool:
        return self._next_promise() is not None

    def _can_move(self) -> bool:
        promise = self._next_promise()
        return promise is not None and promise.state is PromiseState.OPEN

    def _clash(self) -> ClashCard | None:
        return self.side.panel.clashes.first if self.side is not None and self._shown() else None

    def _has_clash(self) -> bool:
        return self._clash() is not None

    # A command is given only while it can be: the issue, promise or conflict that it needs is there.

    def _with_issue(self, act: Callable[[IssueSide, IssueDetail], None]) -> None:
        shown = self._shown()
        if shown is not None and self.side is not None:
            act(self.side, shown)

    def call_back(self) -> None:
        """Ask what they were told."""
        self._with_issue(lambda side, issue: side.open_form(CallBackForm(issue.phone)))

    def promise(self) -> None:
        """Ask what is promised and by when."""
        self._with_issue(lambda side, issue: side.open_form(PromiseForm(None, issue.read_at)))

    def note(self) -> None:
        """Ask for a note."""
        self._with_issue(lambda side, _issue: side.open_form(NoteForm()))

    def escalate(self) -> None:
        """Ask for a recipient and a sentence."""
        self._with_issue(lambda side, _issue: side.open_form(EscalateForm()))

    def hand_over(self) -> None:
        """Ask whose it is from now on."""
        self._with_issue(lambda side, _issue: side.open_form(HandOverForm()))

    def reference(self) -> None:
        """Ask where else the matter is."""
        self._with_issue(lambda side, _issue: side.open_form(ReferenceForm()))

    def change(self) -> None:
        """Show the issue's own fields to be changed."""
        self._with_issue(lambda side, issue: side.open_form(ChangeForm(issue)))

    def tag(self) -> None:
        """Ask for words to put on the issue or to take off it."""
        self._with_issue(lambda side, _issue: side.open_form(TagForm()))

    def called_again(self) -> None:
        """Log that they asked again, now, and ask by when they hear from us."""

        def log(side: IssueSide, issue: IssueDetail) -> None:
            said: list[str] = []  # filled and read on the writer's thread, which does one after the other

            def refused(error: BatonError) -> None:
                if side.form is form:
                    side.leave_form()
                self._console.navigator.tell(error.what, error.todo)

            form = CalledAgainForm(issue, said)
            side.open_form(form)
            self._console.write(
                self,
                lambda desk: said.append(calls.called_again(desk, issue.id).id),
                lambda _done: self._console.navigator.tell(f"Logged: {issue.label} called again."),
                refused,
            )

        self._with_issue(log)

    def open_device(self) -> None:
        """Go to the customer's device; with several, ask which."""

        def look(side: IssueSide, issue: IssueDetail) -> None:
            def go(found: tuple[DeviceLine, ...]) -> None:
                if len(found) == 1:
                    self._console.navigator.open_device(found[0].id, issue.id)
                elif found:
                    side.offer_devices(found, lambda one: self._console.navigator.open_device(one, issue.id))

            self._console.read(self, lambda desk: devices.of_issue(desk, issue.id), go)

        self._with_issue(look)

    def done(self) -> None:
        """Record that the promise due first is done."""
        promise = self._next_promise()
        if promise is not None:
            self._write(
                lambda desk: promises.keep(desk, promise.id),
                lambda state: "Kept." if state is PromiseState.KEPT else "Done, after its time: broken.",
            )

    def later(self) -> None:
        """Ask for another time for the promise due first."""
        promise = self._next_promise()
        self._with_issue(lambda side, issue: side.open_form(PromiseForm(promise, issue.read_at)))

    def withdraw(self) -> None:
        """Take the promise due first back."""
        promise = self._next_promise()
        if promise is not None:
            self._write(lambda desk: promises.withdraw(desk, promise.id), lambda _done: "The promise is withdrawn.")

    def keep_mine(self) -> None:
        """Answer the first conflict with mine."""
        if (clash := self._clash()) is not None:
            clash.keep_mine()

    def keep_theirs(self) -> None:
        """Answer the first conflict with theirs."""
        if (clash := self._clash()) is not None:
            clash.keep_theirs()

    def write_third(self) -> None:
        """Ask for a third value for the first conflict."""
        if (clash := self._clash()) is not None:
            clash.write()

    def _write(self, verb: Callable[[Desk], object], words: Callable[[object], str]) -> None:
        self._console.write(self, verb, lambda done: self._console.navigator.tell(words(done)))
