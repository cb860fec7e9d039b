"""Words to the customer, written with canned replies: copied or opened as mail, then recorded; or kept for later.

Nothing is sent from here: the person sends it, and says so.
"""

from collections.abc import Callable

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.errors import BatonError
from app.domain.interaction import Channel
from app.domain.reply_text import gaps
from app.services import later_words, replies
from app.services.desk import Desk
from app.services.issues import IssueDetail
from app.services.later_words import LaterLine
from app.services.replies import Prepared, ReplyLine
from ui.kit.buttons import KeyButton
from ui.kit.console import Console
from ui.kit.fields import Choice
from ui.kit.flow import flow
from ui.kit.labels import Label
from ui.kit.theme import Face, Tone
from ui.kit.timephrase import moment
from ui.kit.tips import tip_of
from ui.kit.typed_fields import WhenField
from ui.panes.queue.issue_form import IssueForm, Verb, words

_TEXT_HEIGHT = 150
CHANNELS = {
    Channel.EMAIL: "mail",
    Channel.CALL: "call",
    Channel.VOICEMAIL: "voicemail",
    Channel.CHAT: "chat",
    Channel.SMS: "SMS",
    Channel.VISIT: "visit",
}


def channel_choice(chosen: Channel = Channel.EMAIL) -> Choice:
    """Give a choice of how the word goes."""
    made = Choice("By")
    for channel, word in CHANNELS.items():
        made.addItem(word, str(channel))
    made.setCurrentIndex(made.findData(str(chosen)))
    return made


class WordForm(IssueForm):
    """A word to one customer: channel, subject and text, what is missing in it, Copy and Mail."""

    def __init__(self, title: str, send: str) -> None:
        super().__init__(title, send)
        self.channel = channel_choice()
        self.subject = QLineEdit()
        self.text = words("What they are told", _TEXT_HEIGHT)
        self._missing = Label(face=Face.SMALL, tone=Tone.AMBER, wrap=True)
        self._missing.hide()
        self.email = ""
        copy = KeyButton("Copy", "Ctrl+Shift+C", run=self.copy)
        copy.setToolTip("Copy the text, to be pasted where you write to them")
        self._mail = KeyButton("Open as mail", "Ctrl+M", run=self.open_mail)
        self._mail.setToolTip("Open it in your mail program; there you send it")
        self.more = flow(copy, self._mail)

    def _place(self) -> None:
        """Put the common fields below those that a form has of its own."""
        self.add("By", self.channel)
        self.add("Subject", self.subject)
        self.add("Text", self.text)
        at = self.body.count() - 1
        self.body.insertWidget(at, self._missing)
        self.body.insertWidget(at + 1, self.more)
        self.text.textChanged.connect(self._show_missing)
        self.subject.textChanged.connect(self._show_missing)
        self._key("Ctrl+Shift+C", self.copy)
        self._key("Ctrl+M", self.open_mail)

    def _show_missing(self) -> None:
        found = (*gaps(self.subject.text()), *gaps(self.text.toPlainText()))
        self._missing.setText(f"Missing: {replies.said_gaps(found)}" if found else "")
        self._missing.setVisible(bool(found))

    @property
    def missing(self) -> str:
        """What is said to be missing."""
        return self._missing.text()

    def fill(self, prepared: Prepared) -> None:
        """Put a prepared word in; what was written by hand stays above it."""
        self.email = prepared.email
        written = self.text.toPlainText()
        is_ours = written in {"", self._filled}
        self._filled = prepared.body if is_ours else f"{written.rstrip()}\n\n{prepared.body}"
        self.text.setPlainText(self._filled)
        if prepared.subject and (not self.subject.text() or is_ours):
            self.subject.setText(prepared.subject)

    _filled = ""

    def copy(self) -> None:
        """Take the text along."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    def open_mail(self) -> None:
        """Open the person's mail program with it."""
        emails = [self.email] if self.email else []
        QDesktopServices.openUrl(QUrl(replies.mailto(emails, self.subject.text(), self.text.toPlainText())))


class ReplyForm(WordForm):
    """A reply: with a canned text or without one; with a time it is kept and waits for you to send it."""

    kind = "reply"

    def __init__(self, contact: str = "") -> None:
        super().__init__(f"Reply to {contact}" if contact else "Reply", "Record as sent")
        self.title.setToolTip("You send it; Baton records that you did")
        self.canned = Choice("Canned reply")
        self.canned.addItem("none", "")
        self.at = WhenField("Send later", "tomorrow 9; empty: it is sent now")
        self.add("Canned", self.canned, "Shift+R in the list writes them")
        self._place()
        self.add("Send later", self.at, "Then it waits in your list to be sent by you")
        self._lines: tuple[ReplyLine, ...] = ()
        self._watch()
        self.at.edited.connect(self._name_send)

    def begin(self, console: Console, issue: IssueDetail) -> None:
        """Offer the canned replies, those of the issue's topic first, and say whose address it is."""

        def offer(lines: tuple[ReplyLine, ...]) -> None:
            self._lines = lines
            self.canned.blockSignals(True)
            for line in lines:
                self.canned.addItem(line.name, line.id)
            self.canned.blockSignals(False)

        def prepared(came: Prepared | BatonError) -> None:
            if isinstance(came, BatonError):
                self.refuse(came)
            else:
                self.clear_refusal()
                self.fill(came)

        def chosen() -> None:
            line = next((line for line in self._lines if line.id == self.canned.currentData()), None)
            if line is not None:
                look_up = _preparing(issue.id, line.subject, line.body)
                console.read(self, look_up, prepared)

        def address(prepared: Prepared) -> None:
            self.email = self.email or prepared.email

        self.canned.currentIndexChanged.connect(chosen)
        console.read(self, lambda desk: replies.all_of(desk, issue.topic), offer)
        console.read(self, lambda desk: replies.prepare(desk, issue.id, "", ""), address)

    def _name_send(self) -> None:
        self.send.setText("Keep until then" if self.at.text().strip() else "Record as sent")
        self.send.setAccessibleName(self.send.text())
        self.send.updateGeometry()

    def fields(self) -> dict[str, QWidget]:
        """Give what is typed; which canned text it came from is not kept."""
        return {"subject": self.subject, "text": self.text, "channel": self.channel, "at": self.at}

    def first_field(self) -> QWidget:
        """Begin with the choice of a text."""
        return self.canned

    def verb(self, issue: IssueDetail) -> Verb:
        """Record it, or keep it for later."""
        subject, body, at = self.subject.text(), self.text.toPlainText(), self.at.value()
        channel = Channel(str(self.channel.currentData()))

        def record(desk: Desk) -> str:
            if at is None:
                replies.record(desk, issue.id, body, subject=subject, channel=channel)
                return f"Recorded on {issue.label}: the customer was told."
            later_words.keep(desk, issue.id, body, at, subject=subject, channel=channel)
            return f"Kept: it waits for you to send it {moment(at, desk.now)}."

        return record


def _preparing(issue_id: str, subject: str, body: str) -> Callable[[Desk], Prepared | BatonError]:
    def prepare(desk: Desk) -> Prepared | BatonError:
        try:
            return replies.prepare(desk, issue_id, subject, body)
        except BatonError as e:  # a text that an older version kept
            return e

    return prepare


class LaterForm(WordForm):
    """A word whose time may have come: to be sent and recorded, put off, or dropped."""

    def __init__(self, line: LaterLine, console: Console) -> None:
        due = "to be sent now" if line.is_due else "for later"
        super().__init__(f"A word {due}", "Record as sent")
        self.kind = f"later/{line.id}"
        self._line, self._console = line, console
        self.email = line.email
        self.subject.setText(line.subject)
        self.text.setPlainText(line.body)
        self.channel.setCurrentIndex(self.channel.findData(str(line.channel)))
        self.channel.setEnabled(False)
        self.at = WhenField("Put off", "tomorrow 9; empty: it is sent now")
        self._place()
        self.add("Put off", self.at)
        self.title.setToolTip(tip_of(f"To {line.to or 'nobody by name'}, by {line.by}"))
        self.body.insertWidget(self.body.count() - 1, flow(KeyButton("Drop it", "Ctrl+D", run=self.drop)))
        self._key("Ctrl+D", self.drop)
        self._show_missing()
        self._watch()

    def fields(self) -> dict[str, QWidget]:
        """Give what is typed."""
        return {"text": self.text, "subject": self.subject, "at": self.at}

    def drop(self) -> None:
        """Send it never."""

        def dropped(_none: object) -> None:
            self._console.navigator.tell("Dropped: it is not sent. Ctrl+Z takes that back.")
            self.left.emit()

        self._console.write(self, lambda desk: later_words.drop(desk, self._line.id), dropped, self.refuse)

    def verb(self, issue: IssueDetail) -> Verb:
        """Record it as sent, or put it off."""
        subject, body, at = self.subject.text(), self.text.toPlainText(), self.at.value()
        line = self._line

        def send(desk: Desk) -> str:
            if (subject, body) != (line.subject, line.body) or at is not None:
                later_words.change(desk, line.id, subject=subject, body=body, due_at=at)
            if at is not None:
                return f"Put off: {moment(at, desk.now)}."
            later_words.sent(desk, line.id)
            return f"Recorded on {issue.label}: the customer was told."

        return send
