"""Between joining and working: waits until the company's data are here, or says why they are not."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.errors import BatonError
from app.runtime.workstation import Contact, SyncState, Workstation
from app.services.joining import name_myself
from ui.kit.buttons import KeyButton
from ui.kit.cards import Callout
from ui.kit.flow import row
from ui.kit.mailbox import Mailbox
from ui.kit.theme import Kind
from ui.kit.waiting import Waiting
from ui.shell.filling import filling
from ui.shell.wizard.sheet import Sheet, on_key

_WAITS = frozenset({Contact.CONNECTING, Contact.FILLING})


class ContactPage(Sheet):
    """Follows the first sync of a workstation. `met`: everything is here; `left`: the person does not wait for it."""

    met = Signal()
    left = Signal()

    def __init__(
        self,
        workstation: Workstation,
        mailbox: Mailbox,
        name: str = "",
        notice: BatonError | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`name` is what the person wants to be called; `notice` says that the password was not kept."""
        super().__init__(
            "You are in", "What the company knows is copied to this machine; then you can work without the network too."
        )
        self._workstation, self._mailbox, self._name = workstation, mailbox, name
        self._has_met = False
        self.waiting, self.trouble, self.notice = Waiting(), Callout(Kind.AMBER), Callout(Kind.AMBER)
        self.go = on_key(
            KeyButton("Open the console now", "Ctrl+Return", primary=True, run=self.left.emit), "Ctrl+Return", self
        )
        self.again = on_key(KeyButton("Try again", "Alt+T", run=self._retry), "Alt+T", self)
        for part in (self.waiting, self.trouble, self.notice):
            self.body.addWidget(part)
        self.body.addLayout(row(self.go, self.again, None))
        for hidden in (self.trouble, self.notice, self.again):
            hidden.hide()
        if notice is not None:
            self.notice.say(Kind.AMBER, notice.what, source=notice.todo)
            self.notice.show()
        workstation.on_sync_state = lambda state: mailbox.call(self, lambda: self._follow(state))
        self._follow(workstation.sync_state)

    def end(self) -> None:
        """Follow the workstation no longer; whoever shows it next does."""
        self._workstation.on_sync_state = lambda _state: None

    def focus_first(self) -> None:
        """Go to the one thing that can be done."""
        self.go.setFocus()

    def _follow(self, state: SyncState) -> None:
        if self._has_met:
            return
        match state.contact:
            case Contact.SYNCED:
                self._has_met = True
                self._mailbox.deliver(
                    self._workstation.write(lambda desk: name_myself(desk, self._name)),
                    self,
                    lambda _none: self.met.emit(),
                    self._not_yet,
                )
            case Contact.FILLING:
                self.waiting.say(*filling(state.fill))
            case _:
                self.waiting.say("Asking the company…")
        is_waiting = state.contact in _WAITS or self._has_met
        self.waiting.setVisible(is_waiting)
        self.again.setVisible(not is_waiting)
        if state.trouble is not None:
            self._say(state.trouble)
        elif is_waiting:
            self.trouble.hide()

    def _say(self, trouble: BatonError) -> None:
        self.trouble.say(Kind.AMBER, trouble.what, source=trouble.todo)
        self.trouble.show()

    def _not_yet(self, trouble: BatonError) -> None:
        self._has_met = False
        self._say(trouble)

    def _retry(self) -> None:
        self._workstation.retry()
