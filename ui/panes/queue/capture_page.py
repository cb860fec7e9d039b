"""One line of what just happened, read while it is typed, shown as what it would record, and recorded with Enter."""

from datetime import UTC, datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.domain.interaction import Channel, Direction, Nature
from app.services import call_cards, capture
from app.services.call_cards import CallCard
from app.services.callers import Caller
from app.services.calls import LoggedCall
from app.services.capture import Reading
from app.services.desk import Desk
from app.services.promises import USUAL
from ui.kit.buttons import KeyButton
from ui.kit.cards import PaneHeader
from ui.kit.console import Console
from ui.kit.facts import Fact, FactList
from ui.kit.flow import row
from ui.kit.labels import Label, SectionLabel
from ui.kit.side_list import Place, Section, SideList
from ui.kit.theme import FIELD_HEIGHT, Kind, L, M, S, Tone
from ui.kit.timephrase import exact, moment
from ui.panes.queue.about_list import SOMETHING_NEW, AboutList
from ui.panes.queue.card_panel import CardPanel
from ui.panes.queue.draft_keeper import DraftKeeper

_PAUSE_MS = 40
_PLACE_HEIGHT = 26
_MOST = 5
_EXAMPLE = "jane called, import again, update 4pm"
_CHANNELS = {
    Channel.CALL: "call",
    Channel.MISSED_CALL: "missed call",
    Channel.VOICEMAIL: "voicemail",
    Channel.EMAIL: "mail",
    Channel.VISIT: "visit",
    Channel.CHAT: "chat",
    Channel.SMS: "text message",
}
_NATURES = {Nature.FIRST: "first", Nature.CHASER: "asks again", Nature.THANKS: "thanks", Nature.NEWS: "news"}


class CapturePage(QWidget):
    """Up and Down choose who is meant, Alt+Up and Alt+Down what it is about; `panel` is the card of who is meant."""

    logged = Signal(object)  # LoggedCall
    left = Signal()

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.panel = CardPanel(console.unsent)
        self.reading: Reading | None = None
        self._asked = self._came_last = 0
        self._caller, self._issue = 0, -2  # -2: as the line itself says
        self._is_owed = False
        self._keeper = DraftKeeper(console, self._refuse, self)
        self.line = QLineEdit()
        self.line.setAccessibleName("What just happened")
        self.line.setPlaceholderText(_EXAMPLE)
        self.line.setMinimumHeight(FIELD_HEIGHT + 4)
        self.line.setMaxLength(100_000)
        self.callers = SideList("Who is meant")
        self.about = AboutList(console.unsent)
        self.facts = FactList()
        self._who_title = SectionLabel("Who is meant: up and down")
        self._about_title = SectionLabel("About: Alt with up and down")
        self._title = SectionLabel("Enter records")
        self._hint = Label(
            "Who did what, then commas: what it is about, and what you promise by when. Names may be begun only.",
            tone=Tone.DIM, wrap=True,
        )  # fmt: skip
        self._wrong = Label(tone=Tone.RED, wrap=True)
        self.record = KeyButton("Record it", "Return", primary=True, run=self.send)
        self.leave = KeyButton("Leave it", "Esc", run=self.left.emit)
        self._lay_out()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.line.textEdited.connect(self._edited)
        self.callers.chosen.connect(self._choose_caller)
        self.about.chosen.connect(self._choose_issue)
        self.about.typed.connect(self._go_on_typing)
        self._show(None, None)

    def _lay_out(self) -> None:
        for places in (self.callers, self.about):
            places.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # the keys work in the line
        self._wrong.hide()
        column = QVBoxLayout()
        column.setContentsMargins(L, M, L, L)
        column.setSpacing(S)
        for widget in (
            *(self.line, self._hint, self._title, self.facts, self._who_title, self.callers),
            *(self._about_title, self.about, self._wrong),
        ):
            column.addWidget(widget)
        column.addLayout(row(self.record, self.leave, None))
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(PaneHeader("Capture in one line"))
        whole.addLayout(column, 1)

    # The page as a whole

    def open(self) -> None:
        """Take up the line that was being typed."""
        self.line.setFocus()
        if not self.line.text():
            self._console.read(self, capture.kept_line, self._begin)

    def _begin(self, kept: str) -> None:
        if kept and not self.line.text():
            self.line.setText(kept)
            self._look()

    def send(self) -> None:
        """Record what is shown; what is wrong is said and nothing is lost."""
        if self._pause.isActive() or self._came_last != self._asked:
            self._is_owed = True  # what is shown is not yet of what is typed
            return
        reading = self.reading
        if reading is None or not self.record.isEnabled():
            return
        self.record.setEnabled(False)
        self._keeper.forget()
        self._console.write(self, lambda desk: capture.record(desk, reading), self._recorded, self._refuse)

    def _recorded(self, logged: LoggedCall) -> None:
        self.line.clear()
        self._asked += 1
        self._came_last = self._asked
        self.reading = None
        self._show(None, None)
        self.logged.emit(logged)

    def _refuse(self, error: BatonError) -> None:
        self._wrong.setText(f"{error.what} {error.todo}".strip())
        self._wrong.show()
        self.record.setEnabled(self.reading is not None)

    @property
    def refusal(self) -> str:
        """What is said to be wrong, or nothing."""
        return "" if self._wrong.isHidden() else self._wrong.text()

    # Reading

    def _edited(self, text: str) -> None:
        self._caller, self._issue = 0, -2
        self._is_owed = False
        self._keeper.keep(lambda desk: capture.save_line(desk, text))
        self._pause.start()

    def _look(self) -> None:
        self._pause.stop()
        self._asked += 1
        asked, text, caller, issue = self._asked, self.line.text(), self._caller, self._issue

        def look(desk: Desk) -> tuple[Reading, CallCard | None]:
            reading = capture.read(desk, text, caller, None if issue == -2 else issue)
            who = reading.caller
            if who is None:
                return reading, None
            return reading, call_cards.call_card(desk, contact_id=who.contact_id, customer_id=who.customer_id)

        self._console.read(self, look, lambda found: self._came(asked, *found))

    def _came(self, asked: int, reading: Reading, card: CallCard | None) -> None:
        if asked != self._asked:
            return
        self._came_last = asked
        self.reading = None if reading.said.is_empty else reading
        self._show(self.reading, card)
        if self._is_owed:
            self._is_owed = False
            self.send()

    def _show(self, reading: Reading | None, card: CallCard | None) -> None:
        self._wrong.hide()
        self.record.setEnabled(reading is not None)
        self._hint.setVisible(reading is None)
        for widget in (self._title, self.facts):
            widget.setVisible(reading is not None)
        self.facts.show_facts(would_record(reading, datetime.now(UTC)) if reading else [])
        self._show_callers(reading)
        issues = reading.issues if reading else ()
        self.about.blockSignals(True)
        self.about.show_issues(issues, reading.issue.id if reading and reading.issue else None)
        self.about.blockSignals(False)
        self._about_title.setVisible(bool(issues))
        self.about.setVisible(bool(issues))
        if card is not None:
            self.panel.show_card(card, reading.issue.id if reading and reading.issue else None)
        elif reading is not None and reading.said.who:
            self.panel.show_nobody("Somebody we do not know", "Their name is recorded as typed.")
        else:
            self.panel.show_nobody("Nobody named yet", f"Such as: {_EXAMPLE}")
        if reading is not None and reading.trouble:
            self._wrong.setText(f"{reading.trouble} Correct the time, or leave it out.")
            self._wrong.show()

    def _show_callers(self, reading: Reading | None) -> None:
        found = reading.callers[:_MOST] if reading and reading.is_ambiguous else ()
        self.callers.blockSignals(True)
        self.callers.show_sections([Section("", tuple(_place(at, one) for at, one in enumerate(found)))])
        if found:
            self.callers.choose(str(self._caller))
        self.callers.blockSignals(False)
        self.callers.setFixedHeight(len(found) * _PLACE_HEIGHT + 2)
        for widget in (self._who_title, self.callers):
            widget.setVisible(bool(found))

    def _choose_caller(self, place: str) -> None:
        self._caller, self._issue = int(place), -2
        self._look()

    def _choose_issue(self, place: str) -> None:
        ids = [issue.id for issue in self.reading.issues] if self.reading else []
        self._issue = -1 if place == SOMETHING_NEW else ids.index(place)
        self._look()

    def _go_on_typing(self, letters: str) -> None:
        self.line.setFocus()
        self.line.insert(letters)
        self._edited(self.line.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with the arrows, record with Enter, leave with Escape."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if not self.about.isHidden():
                self.about.step(step)
        elif step is not None:
            many = len(self.callers.ids())
            if many:
                self.callers.choose(str((self._caller + step) % many))
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.send()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def would_record(reading: Reading, now: datetime) -> list[Fact]:
    """Give what Enter would record, part by part."""
    said, caller, issue = reading.said, reading.caller, reading.issue
    way = "we to them" if said.direction is Direction.OUT else "they to us"
    facts = [Fact("How", f"{_CHANNELS[said.channel]}, {way}, {_NATURES[reading.nature]}")]
    if caller is not None:
        name = f"{caller.name} · {caller.customer}" if caller.contact_id else f"{caller.customer}, nobody in particular"
        marks = (("one of several", Kind.AMBER),) if reading.is_ambiguous else ()
        facts.insert(0, Fact("Who", name, marks=marks))
    else:
        facts.insert(0, Fact("Who", f"“{said.who}”, as typed" if said.who else "not said; asked for later", Tone.DIM))
    if issue is not None:
        facts.append(Fact("About", f"{issue.label} {issue.title}"))
    else:
        facts.append(Fact("About", "something new: a new issue"))
    if said.body:
        facts.append(Fact("Said", said.body[:400]))
    if said.promise_at is not None:
        what = said.promise_what or USUAL
        facts.append(Fact("Promise", f"{what}, by {moment(said.promise_at, now)}", tip=exact(said.promise_at)))
    return facts


def _place(at: int, one: Caller) -> Place:
    title = " · ".join(part for part in (one.name, one.role, one.customer if one.contact_id else "", one.phone) if part)
    count = f"{one.open_issues} open" if one.open_issues else ""
    return Place(str(at), title, count, Kind.BLUE if one.is_vip else Kind.GREY, tip=title)
