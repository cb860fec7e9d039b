"""What today's calls left open, asked for afterwards: a short list, and the missing parts of one of them to fill in."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.services import completing, parked_calls
from app.services.callers import Caller
from app.services.completing import Incomplete, InstallationLine, Part
from app.services.desk import Desk
from app.services.parked_calls import ParkedCall
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, PaneHeader
from ui.kit.console import Console
from ui.kit.fields import Choice
from ui.kit.flow import row
from ui.kit.labels import Label, SectionLabel
from ui.kit.side_list import Place, Section, SideList
from ui.kit.theme import Face, Kind, L, M, S, Tone
from ui.kit.typed_fields import OwnChoice
from ui.panes.queue.caller_finder import CallerFinder
from ui.panes.queue.words import in_line, unfinished

_PLACE_HEIGHT = 26
_MOST_PLACES = 8
_WORDS = {
    Part.CUSTOMER: "customer",
    Part.CALLER: "caller",
    Part.TOPIC: "topic",
    Part.INSTALLATION: "installation",
}
_DONE = ("Nothing is missing", "What you log today with missing parts is listed here.")
Found = tuple[tuple[Incomplete, ...], tuple[str, ...], tuple[ParkedCall, ...]]


class CompletingPage(QWidget):
    """Enter goes from the list to what is missing, and from the last field on to the next call."""

    left = Signal()
    chosen = Signal(str)  # the issue of the call chosen
    resumed = Signal(str)  # an unfinished call, by the name under which it is parked

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._found: dict[str, Incomplete] = {}
        self._parked: dict[str, ParkedCall] = {}
        self._caller: Caller | None = None
        self._shown_id = ""
        self.header = PaneHeader("To complete")
        self.calls = SideList("Calls with missing parts", unsent=console.unsent)
        self.finder = CallerFinder(console)
        self.topic = OwnChoice("Topic", "What it is about, such as import")
        self.installation = Choice("Installation")
        self.save = KeyButton("Fill in", "Ctrl+Return", primary=True, run=self.send)
        self.skip = KeyButton("Leave it", "Esc", run=self.left.emit)
        self._title = Label(face=Face.SUBHEADING, wrap=True)
        self._wrong = Label(tone=Tone.RED, wrap=True)
        self._empty = EmptyState(*_DONE)
        self._fields = QWidget()
        self._titles = {
            Part.CALLER: SectionLabel("Who called"),
            Part.TOPIC: SectionLabel("Topic"),
            Part.INSTALLATION: SectionLabel("Installation"),
        }
        self._lay_out()
        self.calls.chosen.connect(self._show_call)
        self.calls.activated.connect(lambda _index: self._first_missing())
        self.finder.typed.connect(lambda _text: self._take(None))
        self.finder.taken.connect(self._taken)
        self.finder.passed.connect(self._on)
        if (line := self.topic.lineEdit()) is not None:
            line.returnPressed.connect(self.send)

    def _lay_out(self) -> None:
        fields = QVBoxLayout(self._fields)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(S)
        fields.addWidget(self._title)
        for part, field in (
            (Part.CALLER, self.finder),
            (Part.TOPIC, self.topic),
            (Part.INSTALLATION, self.installation),
        ):
            fields.addWidget(self._titles[part])
            fields.addWidget(field)
        fields.addWidget(self._wrong)
        fields.addLayout(row(self.save, self.skip, None))
        column = QVBoxLayout()
        column.setContentsMargins(L, M, L, L)
        column.setSpacing(M)
        for widget in (self.calls, self._fields, self._empty):
            column.addWidget(widget)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addLayout(column, 1)

    # What is shown

    def open(self) -> None:
        """Show what is missing now."""
        self.load()
        self.calls.setFocus()

    def load(self) -> None:
        """Read it anew; the call that is being filled in stays."""

        def look(desk: Desk) -> Found:
            return completing.to_complete(desk), completing.topics(desk), parked_calls.parked(desk)

        self._console.read(self, look, self._came)

    def _came(self, found: Found) -> None:
        calls, topics, parked = found
        self._found = {one.issue_id: one for one in calls}
        self._parked = {one.name: one for one in parked}
        counts = (f"{len(parked)} unfinished" if parked else "", f"{len(calls)} of today" if calls else "")
        self.header.say("To complete", " · ".join(words for words in counts if words))
        unfinished_calls = tuple(
            Place(one.name, unfinished(one.draft), "go on with Enter", Kind.AMBER, tip=in_line(one.draft.body))
            for one in parked
        )
        places = tuple(
            Place(one.issue_id, f"{one.label}  {one.title}", ", ".join(_WORDS[p] for p in one.missing), Kind.AMBER,
                  tip=one.title, row=one.issue_id)
            for one in calls
        )  # fmt: skip
        self.calls.blockSignals(True)
        places = (*unfinished_calls, *places)
        self.calls.show_sections([Section("", places)])
        if places and self.calls.current() not in {place.id for place in places}:
            self.calls.choose(places[0].id)
        self.calls.blockSignals(False)
        self.calls.setFixedHeight(min(len(places), _MOST_PLACES) * _PLACE_HEIGHT + 2)
        self.calls.setVisible(bool(places))
        self._fields.setVisible(bool(places))
        self._empty.setVisible(not places)
        typed = self.topic.text()
        self.topic.blockSignals(True)
        self.topic.clear()
        self.topic.addItems(list(topics))
        self.topic.setCurrentIndex(-1)
        self.topic.set_text(typed)
        self.topic.blockSignals(False)
        if self.calls.current() != self._shown_id:
            self._show_call(self.calls.current())

    def _show_call(self, issue_id: str) -> None:
        parked, one = self._parked.get(issue_id), self._found.get(issue_id)
        self._shown_id = issue_id if one or parked else ""
        self.save.setText("Fill in" if parked is None else "Go on with it")
        self.save.updateGeometry()
        if parked is not None:
            self._show_parked(parked)
        if one is None:
            return
        self.chosen.emit(issue_id)
        self._caller = None
        self._wrong.hide()
        who = " · ".join(p for p in (one.contact, one.customer) if p)
        self._title.setText(f"{one.label} {one.title}" + (f" · {who}" if who else ""))
        self.topic.set_text(one.topic)
        self.finder.show_text("")
        if one.caller and not one.contact:
            self.finder.type(one.caller)
        is_person_missing = bool({Part.CUSTOMER, Part.CALLER} & set(one.missing))
        self._titles[Part.CALLER].setVisible(is_person_missing)
        self.finder.setVisible(is_person_missing)
        for part, field in ((Part.TOPIC, self.topic), (Part.INSTALLATION, self.installation)):
            is_missing = part in one.missing
            self._titles[part].setVisible(is_missing)
            field.setVisible(is_missing)
        self._ask_installations(one.customer_id)

    def _show_parked(self, one: ParkedCall) -> None:
        """Show an unfinished call: nothing of it is filled in here, it goes on in the call form."""
        self._caller = None
        self._wrong.hide()
        self._title.setText(f"{unfinished(one.draft)}: {in_line(one.draft.body) or 'nothing typed yet'}")
        for widget in (*self._titles.values(), self.finder, self.topic, self.installation):
            widget.hide()

    def _ask_installations(self, customer_id: str | None) -> None:
        asked = self._shown_id

        def show(found: tuple[InstallationLine, ...]) -> None:
            if self._shown_id != asked:
                return
            self.installation.clear()
            self.installation.addItem("not said", None)
            for one in found:
                self.installation.addItem(one.words, one.id)
            is_shown = bool(found) and (customer_id is not None)
            self._titles[Part.INSTALLATION].setVisible(is_shown)
            self.installation.setVisible(is_shown)

        self._console.read(self, lambda desk: completing.installations(desk, customer_id), show)

    # What is filled in

    def _taken(self, one: Caller | None) -> None:
        self._take(one)
        if one is not None:
            self._ask_installations(one.customer_id)
        self._on()

    def _take(self, one: Caller | None) -> None:
        self._caller = one

    def _on(self) -> None:
        """Go on from who called to the next field."""
        for field in (self.topic, self.installation, self.save):
            if not field.isHidden():
                field.setFocus()
                return

    def _first_missing(self) -> None:
        if self._shown_id in self._parked:
            self.resumed.emit(self._shown_id)
            return
        for field in (self.finder, self.topic, self.installation):
            if not field.isHidden():
                field.setFocus()
                return

    def send(self) -> None:
        """Fill in what is there, and go on to the next call; go on with an unfinished one."""
        if self._shown_id in self._parked:
            self.resumed.emit(self._shown_id)
            return
        one, caller = self._found.get(self._shown_id), self._caller
        if one is None:
            return
        topic, installation = self.topic.text(), self.installation.currentData()

        def fill(desk: Desk) -> None:
            completing.complete(
                desk,
                one.issue_id,
                contact_id=caller.contact_id if caller else None,
                customer_id=caller.customer_id if caller else None,
                topic=topic if topic != one.topic else "",
                installation_id=installation,
            )

        self._console.write(self, fill, lambda _none: self._filled(one), self._refuse)

    def _filled(self, one: Incomplete) -> None:
        self._console.navigator.tell(f"Filled in on {one.label}.")
        self._shown_id = ""
        self.topic.set_text("")
        self.calls.setFocus()
        self.load()

    def _refuse(self, error: BatonError) -> None:
        self._wrong.setText(f"{error.what} {error.todo}".strip())
        self._wrong.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Fill in on Ctrl+Enter, leave on Escape."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and (event.modifiers() & Qt.KeyboardModifier.ControlModifier or self.installation.hasFocus()):
            self.send()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
