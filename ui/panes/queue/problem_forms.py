"""Problems and major incidents in place: making one of an issue, who is affected, one message, telling one by one."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.errors import BadInput
from app.domain.interaction import Channel
from app.domain.issue import SHARED_KINDS, IssueKind
from app.services import devices, issue_refs, links, problems, replies
from app.services.desk import Desk
from app.services.issue_refs import IssueRef
from app.services.issues import IssueDetail
from app.services.links import Relation
from app.services.problems import OwedWord, Recipient
from ui.kit.buttons import KeyButton
from ui.kit.console import Console
from ui.kit.fields import Choice
from ui.kit.flow import flow
from ui.kit.labels import Label
from ui.kit.said_values import counted
from ui.kit.side_list import Place, Section, SideList
from ui.kit.theme import Face, Kind, Tone
from ui.panes.queue.alike_list import AlikeList
from ui.panes.queue.completed_field import CompletedField
from ui.panes.queue.issue_form import IssueForm, Verb, words
from ui.panes.queue.issue_picker import IssuePicker, place_of, without
from ui.panes.queue.reply_form import WordForm, channel_choice
from ui.panes.queue.words import in_line

_ROW = 26
_MOST = 6


class ProblemForm(IssueForm):
    """The cause behind an issue: one that is known, found by typing, or a new one beside it."""

    kind = "problem"

    def __init__(self, console: Console, issue: IssueDetail) -> None:
        super().__init__("The problem behind it", "Make a new one")
        self._console, self._issue = console, issue
        self.picker = IssuePicker(console, self._look_up, "One that is known, by number or words")
        self.what = Choice("New")
        self.what.addItem("problem", str(IssueKind.PROBLEM))
        self.what.addItem("major incident", str(IssueKind.MAJOR))
        self.new_title = QLineEdit(issue.title[:500])
        self.cause = QLineEdit()
        self.cause.setPlaceholderText("If it is known")
        self.add("Known", self.picker, "Enter links this issue to the one chosen")
        self.add("New", self.what)
        self.add("Title", self.new_title)
        self.add("Cause", self.cause)
        self.alike = AlikeList("it is that one, and no new one is made")
        self.body.insertWidget(self.body.count() - 1, self.alike)
        self._watch()
        self.picker.picked.connect(self._link)
        self.alike.chosen.connect(self._link)
        self.new_title.textChanged.connect(self._look_for_alike)
        self._key("Ctrl+D", self.alike.choose_first)

    def begin(self, console: Console, issue: IssueDetail) -> None:
        """Show what is known and sounds like it, before anything is typed."""
        self._look_for_alike(self.new_title.text())

    def _look_up(self, desk: Desk, text: str) -> tuple[IssueRef, ...]:
        return issue_refs.find(desk, text, but=[self._issue.id], kinds=SHARED_KINDS)

    def _look_for_alike(self, title: str) -> None:
        self.alike.look(self._console, lambda desk: issue_refs.alike(desk, title, kinds=SHARED_KINDS))

    def _link(self, ref: IssueRef) -> None:
        issue = self._issue
        relation = Relation.PART_OF if ref.kind is IssueKind.MAJOR else Relation.CAUSED_BY

        def linked(_link: object) -> None:
            self._console.navigator.tell(f"{issue.label} is {relation} {ref.label}.")
            self.left.emit()

        self._console.write(self, lambda desk: links.link(desk, issue.id, relation, ref.id), linked, self.refuse)

    def fields(self) -> dict[str, QWidget]:
        """Give what is typed."""
        return {"text": self.picker.line, "title": self.new_title, "cause": self.cause}

    def verb(self, issue: IssueDetail) -> Verb:
        """Link to what was found, or make a new one."""
        title, cause, kind = self.new_title.text(), self.cause.text(), IssueKind(str(self.what.currentData()))
        ref = self.picker.chosen_ref() if self.picker.line.text().strip() else None
        if ref is None and self.picker.line.text().strip():
            raise BadInput("None that is known has these words.", "Empty that line to make a new one.")

        def make(desk: Desk) -> str:
            if ref is not None:
                relation = Relation.PART_OF if ref.kind is IssueKind.MAJOR else Relation.CAUSED_BY
                links.link(desk, issue.id, relation, ref.id)
                return f"{issue.label} is {relation} {ref.label}."
            problems.raise_problem(desk, issue.id, title, kind=kind, cause=cause)
            return f"A new {kind} stands behind {issue.label}."

        return make


class TellForm(WordForm):
    """One of those who are owed a word since it was fixed: what they were told ticks them off, and no one else."""

    def __init__(self, owed: OwedWord, console: Console) -> None:
        who = owed.contact or "whoever reported it"
        super().__init__(f"Tell {in_line(who, 60)} of {in_line(owed.customer or 'no customer', 60)}", "They were told")
        self.kind = f"tell/{owed.issue_id}"
        self._owed, self._console = owed, console
        about = f"{owed.label} {in_line(owed.title, 80)}" + (f" · {counted(owed.calls, 'call')}" if owed.calls else "")
        self.body.insertWidget(1, Label(about, face=Face.SMALL, tone=Tone.DIM, wrap=True))
        self._place()
        self._watch()

    def begin(self, console: Console, issue: IssueDetail) -> None:
        """Put the usual word in; it is not sent."""
        console.read(self, lambda desk: problems.word_for(desk, self._owed.issue_id), self._fill_unless_kept)

    def _fill_unless_kept(self, prepared: replies.Prepared) -> None:
        if not self.text.toPlainText():
            self.fill(prepared)

    def fields(self) -> dict[str, QWidget]:
        """Give what is typed."""
        return {"text": self.text, "subject": self.subject, "channel": self.channel}

    def verb(self, issue: IssueDetail) -> Verb:
        """Record the word."""
        subject, body = self.subject.text(), self.text.toPlainText()
        channel, owed = Channel(str(self.channel.currentData())), self._owed

        def tell(desk: Desk) -> str:
            problems.tell(desk, owed.issue_id, body, subject=subject, channel=channel)
            left = sum(1 for one in problems.owed(desk, issue.id) if one.told_at is None)
            return f"{owed.contact or owed.label} was told; " + (
                f"{left} more owed a word." if left else "everybody was told."
            )

        return tell


class AffectForm(IssueForm):
    """Which issues a problem or a major incident is behind: several by typing, or all that a customer has open."""

    kind = "affect"

    def __init__(self, console: Console, issue: IssueDetail) -> None:
        super().__init__("Who is affected", "Link them")
        self._console, self._issue = console, issue
        self._chosen: dict[str, IssueRef] = {}
        self.picker = IssuePicker(console, self._look_up, "A number or words; Enter adds it")
        self.customer = CompletedField("All open of", "A customer; Enter adds what they have open")
        self.list = SideList("To be linked")
        self.list.hide()
        self._count = Label(face=Face.SMALL, tone=Tone.DIM)
        self.add("Issue", self.picker)
        self.add("All open of", self.customer)
        at = self.body.count() - 1
        self.body.insertWidget(at, self._count)
        self.body.insertWidget(at + 1, self.list)
        self.body.insertWidget(at + 2, flow(KeyButton("Take one out", "Ctrl+Shift+X", run=self.take_out)))
        self._key("Ctrl+Shift+X", self.take_out)
        self._customers: dict[str, str] = {}
        self._watch()
        self.picker.picked.connect(lambda ref: self.put([ref]))
        if (line := self.customer.lineEdit()) is not None:
            line.returnPressed.connect(self._put_customer)

    def begin(self, console: Console, issue: IssueDetail) -> None:
        """Offer the customers."""

        def offer(found: tuple[tuple[str, str], ...]) -> None:
            self._customers = {name: customer_id for customer_id, name in found}
            self.customer.offer_words(list(self._customers))

        console.read(self, devices.customers, offer)

    def _look_up(self, desk: Desk, text: str) -> tuple[IssueRef, ...]:
        known = [self._issue.id, *(one.issue.id for one in self._issue.affected)]
        found = issue_refs.find(desk, text, but=known)
        return tuple(ref for ref in without(found, self._chosen) if not ref.is_shared)

    def _put_customer(self) -> None:
        customer_id = self._customers.get(self.customer.text())
        if customer_id is None:
            self.refuse(BadInput(f"No customer is called “{self.customer.text()}”.", "Choose from the list."))
            return
        self.clear_refusal()

        def look(desk: Desk) -> tuple[IssueRef, ...]:
            known = {one.issue.id for one in self._issue.affected}
            ids = [i for i in problems.open_of_customer(desk, customer_id) if i not in known]
            return issue_refs.refs(desk, ids)

        def came(refs: tuple[IssueRef, ...]) -> None:
            if not refs:
                self.refuse("They have nothing open that is not linked already.")
            self.put(refs)
            self.customer.set_text("")

        self._console.read(self, look, came)

    def put(self, refs: list[IssueRef] | tuple[IssueRef, ...]) -> None:
        """Put these among those to be linked."""
        self._chosen |= {ref.id: ref for ref in refs}
        self.picker.line.clear()
        self._show()

    def take_out(self) -> None:
        """Take the one highlighted out of those to be linked."""
        self._chosen.pop(self.list.current(), None)
        self._show()

    def _show(self) -> None:
        self.list.show_sections([Section("", tuple(place_of(ref) for ref in self._chosen.values()))])
        self.list.setFixedHeight(min(len(self._chosen), _MOST) * _ROW + 2)
        self.list.setVisible(bool(self._chosen))
        self._count.setText(f"{counted(len(self._chosen), 'issue')} to be linked" if self._chosen else "")
        if self._chosen and not self.list.current():
            self.list.choose(next(iter(self._chosen)))

    def fields(self) -> dict[str, QWidget]:
        """Give what is typed to find them; who was chosen is no draft."""
        return {"text": self.picker.line}

    def verb(self, issue: IssueDetail) -> Verb:
        """Link them."""
        refs = list(self._chosen.values())
        if not refs and (one := self.picker.chosen_ref()) is not None:
            refs = [one]
        if not refs:
            raise BadInput("No issue is chosen.", "Type a number or words and press Enter.")
        ids = [ref.id for ref in refs]

        def affect(desk: Desk) -> str:
            count = problems.affect(desk, issue.id, ids)
            return f"{counted(count, 'issue')} linked to {issue.label}."

        return affect


class MessageForm(IssueForm):
    """One message about a major incident: to whom it goes, and after it was sent, on which issues it is recorded."""

    kind = "message"

    def __init__(self, console: Console, issue: IssueDetail) -> None:
        super().__init__("One message to all", "They were told")
        self._console, self._issue = console, issue
        self.recipients: list[Recipient] = []
        self.channel = channel_choice()
        self.subject = QLineEdit()
        self.text = words("What they are told, once for all", 110)
        self.list = SideList("Recipients")
        self._count = Label(face=Face.SMALL, tone=Tone.DIM, wrap=True)
        self.add("By", self.channel)
        self.add("Subject", self.subject)
        self.add("Text", self.text)
        at = self.body.count() - 1
        self.body.insertWidget(at, self._count)
        self.body.insertWidget(at + 1, self.list)
        buttons: tuple[tuple[str, str, Callable[[], None]], ...] = (
            ("Leave out", "Del", self.leave_out),
            ("Addresses", "Ctrl+Shift+C", self.copy),
            ("Open as mail", "Ctrl+M", self.open_mail),
        )
        made = [KeyButton(title, key, run=run) for title, key, run in buttons]
        made[1].setToolTip("Copy the addresses, to be pasted as blind copies")
        self.body.insertWidget(at + 2, flow(*made))
        self.list.setToolTip("Del leaves one out")
        self._key("Ctrl+Shift+C", self.copy)
        self._key("Ctrl+M", self.open_mail)
        leave_out = QShortcut(QKeySequence("Del"), self.list)  # in the texts it deletes letters
        leave_out.setContext(Qt.ShortcutContext.WidgetShortcut)
        leave_out.activated.connect(self.leave_out)
        self._watch()

    def begin(self, console: Console, issue: IssueDetail) -> None:
        """Show who would get it."""

        def look(desk: Desk) -> tuple[tuple[Recipient, ...], str]:
            return problems.recipients(desk, issue.id), problems.subject_of(desk, issue.id)

        def came(found: tuple[tuple[Recipient, ...], str]) -> None:
            self.recipients = list(found[0])
            if not self.subject.text():
                self.subject.setText(found[1])
            self._show()

        console.read(self, look, came)

    def _show(self) -> None:
        places = [
            Place(
                one.issue_ids[0],
                in_line(" · ".join(p for p in (one.name, one.customer) if p), 120),
                "" if one.email else "no address",
                Kind.GREY if one.email else Kind.AMBER,
                tip=one.email,
            )
            for one in self.recipients
        ]
        self.list.show_sections([Section("", tuple(places))])
        self.list.setFixedHeight(min(max(len(places), 1), _MOST) * _ROW + 2)
        issue_count = sum(len(one.issue_ids) for one in self.recipients)
        people = f"{counted(len(self.recipients), 'recipient')}, recorded on {counted(issue_count, 'issue')}"
        self._count.setText(people if self.recipients else "Nobody is affected yet: Shift+L links issues.")
        if places and not self.list.current():
            self.list.choose(places[0].id)

    def leave_out(self) -> None:
        """Leave the one highlighted out of it."""
        at = next((at for at, one in enumerate(self.recipients) if one.issue_ids[0] == self.list.current()), None)
        if at is None:
            return
        del self.recipients[at]
        self._show()
        if self.recipients:
            self.list.choose(self.recipients[min(at, len(self.recipients) - 1)].issue_ids[0])

    def _emails(self) -> list[str]:
        return [one.email for one in self.recipients if one.email]

    def copy(self) -> None:
        """Take the addresses along, to be pasted as blind copies."""
        QGuiApplication.clipboard().setText(", ".join(self._emails()))

    def open_mail(self) -> None:
        """Open the person's mail program with all as blind copies."""
        address = replies.mailto(self._emails(), self.subject.text(), self.text.toPlainText(), is_blind=True)
        QDesktopServices.openUrl(QUrl(address))

    def fields(self) -> dict[str, QWidget]:
        """Give what is typed."""
        return {"text": self.text, "subject": self.subject, "channel": self.channel}

    def verb(self, issue: IssueDetail) -> Verb:
        """Record it on each issue."""
        ids = [issue_id for one in self.recipients for issue_id in one.issue_ids]
        subject, body, channel = self.subject.text(), self.text.toPlainText(), Channel(str(self.channel.currentData()))

        def record(desk: Desk) -> str:
            count = problems.tell_all(desk, issue.id, ids, body, subject=subject, channel=channel)
            return f"Recorded on {counted(count, 'issue')}."

        return record
