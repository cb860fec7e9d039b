"""The fields of the call form, laid out: who, about what, what is said, what is promised, and what may be added."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.interaction import Channel
from app.services.calls import CallCard, CallDraft
from ui.kit.buttons import KeyButton
from ui.kit.cards import PaneHeader
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.flow import row
from ui.kit.labels import Label, SectionLabel
from ui.kit.theme import FIELD_HEIGHT, L, M, S, Tone
from ui.kit.typed_fields import WhenField
from ui.panes.queue.about_list import AboutList
from ui.panes.queue.alike_list import AlikeList
from ui.panes.queue.caller_finder import CallerFinder
from ui.panes.queue.card_extras import CardExtras
from ui.panes.queue.card_timer import CallTimer
from ui.panes.queue.unfinished_bar import UnfinishedBar

_SAID = ("What is said", "What is said. It is kept as you type; nothing else is needed.")
_TOLD = ("What we tell them", "What you told them. Ctrl+Enter logs it.")
_WRITTEN = ("What we write to them", "What you write. Ctrl+Enter logs it and opens it in your mail program to be sent.")


class CallSheet(QWidget):
    """Fields and buttons; what they mean together is the form's."""

    def __init__(
        self,
        console: Console,
        new_call: Command,
        send: Callable[[], None],
        leave: Callable[[], None],
        drop: Callable[[], None],
    ) -> None:
        super().__init__()
        self.header = PaneHeader("Log a call")
        self.waiting = Label(tone=Tone.AMBER, wrap=True)
        self.waiting.hide()
        self.unfinished = UnfinishedBar(console.book, new_call)
        self.timer = CallTimer()
        self.finder = CallerFinder(console)
        self.about = AboutList(console.unsent)
        self.alike = AlikeList("the call is about that one")
        take_alike = QShortcut(QKeySequence("Ctrl+D"), self)
        take_alike.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        take_alike.activated.connect(self.alike.choose_first)
        self.extras = CardExtras(console)
        self.body = QPlainTextEdit()
        self.body.setTabChangesFocus(True)
        self.by = WhenField("Promise by")
        self.what = QLineEdit()
        self.what.setAccessibleName("What is promised")
        self.what.setPlaceholderText("We call with an update")
        self.what.setMinimumHeight(FIELD_HEIGHT)
        self.log = KeyButton("Log it", "Ctrl+Return", primary=True, run=send)
        self.leave = KeyButton("Leave it", "Esc", run=leave)
        self.leave.setToolTip("What is typed stays; F2 brings it back")
        self.drop = KeyButton("Throw it away", run=drop)
        self._wrong = Label(tone=Tone.RED, wrap=True)
        self._about_title = SectionLabel("About")
        self._body_title = SectionLabel(_SAID[0])
        self._lay_out()

    def _lay_out(self) -> None:
        self.header.right.addWidget(self.timer)
        body = QVBoxLayout()
        body.setContentsMargins(L, M, L, L)
        body.setSpacing(S)
        body.addWidget(self.waiting)
        body.addWidget(self.unfinished)
        body.addWidget(SectionLabel("Who is calling"))
        body.addWidget(self.finder)
        body.addWidget(self._about_title)
        body.addWidget(self.about)
        body.addWidget(self._body_title)
        body.addWidget(self.body, 1)
        body.addWidget(self.alike)
        body.addWidget(self.extras)
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
        whole.addWidget(self.header)
        whole.addLayout(body, 1)

    @property
    def refusal(self) -> str:
        """What is said to be wrong, or nothing."""
        return "" if self._wrong.isHidden() else self._wrong.text()

    def say_wrong(self, text: str) -> None:
        """Say what is wrong; nothing takes it away."""
        self._wrong.setText(text)
        self._wrong.setVisible(bool(text))

    def clear(self) -> None:
        """Empty every field."""
        self.finder.show_text("")
        for line in (self.what, self.by.line):
            line.clear()
        self.body.clear()
        self.alike.forget()
        self.extras.clear()
        self.timer.reset()
        self.unfinished.hide()
        self.say_wrong("")

    def restore(self, kept: CallDraft) -> None:
        """Put in what was kept; the timer stands where it stood."""
        self.finder.show_text(kept.caller)
        self.body.setPlainText(kept.body)
        self.by.set_text(kept.promise_by)
        self.what.setText(kept.promise_what)
        self.extras.restore(kept)
        self.timer.reset(kept.lasted_s)

    def show_about(self, card: CallCard | None, draft: CallDraft) -> None:
        """Show what they may call about, and what may be added to the call."""
        issues = card.issues if card else ()
        self.about.show_issues(issues, draft.issue_id)
        for widget in (self._about_title, self.about):
            widget.setVisible(bool(issues))
        if card is not None or draft.is_empty:
            self.extras.offer(card, next((i for i in issues if i.id == draft.issue_id), None))

    def show_way(self, draft: CallDraft, card: CallCard | None) -> None:
        """Say whose word it is: theirs to us, or ours by phone or mail."""
        title, words, send = "Log a call", _SAID, "Log it"
        if draft.is_outward:
            who = (card.name or card.customer) if card else "them"
            is_mail = draft.channel is Channel.EMAIL
            words, send = (_WRITTEN, "Log and open it") if is_mail else (_TOLD, "Log it")
            title = f"Write to {who}" if is_mail else f"Call {who} back"
        self.header.say(title, f"Subject: {draft.subject}" if draft.subject else "")
        self._body_title.setText(words[0].upper())
        for name in (self._body_title, self.body):
            name.setAccessibleName(words[0])
        self.body.setPlaceholderText(words[1])
        self.log.setText(send)
        self.log.setAccessibleName(send)
        self.log.updateGeometry()
