"""Finding the caller while somebody types: a field, and below it who it may be."""

from concurrent.futures import Future

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.domain.phone import called_number, looks_like_phone
from app.services import callers
from app.services.callers import Caller
from app.services.desk import Desk
from ui.kit.console import Console
from ui.kit.side_list import Place, Section, SideList
from ui.kit.theme import FIELD_HEIGHT, Kind, S

_SOMEBODY_ELSE = "somebody-else"
_PLACE_HEIGHT = 26
_MOST = 7
_PAUSE_MS = 150


class CallerFinder(QWidget):
    """Up and Down move among the matches, Enter and Tab take the one that is highlighted.

    The last entry is always somebody whom we do not know. Signals carry a Caller, or None for that one.
    """

    typed = Signal(str)
    previewed = Signal(object)
    taken = Signal(object)
    passed = Signal()  # Enter with nobody to choose: on to what is said

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._asked = self._came_last = 0
        self._is_owed = self._is_sought = False
        self._looking: Future[tuple[list[Caller], str]] | None = None
        self.no_number = ""  # why what is typed looks like a phone number and is none
        self._found: dict[str, Caller] = {}
        self.field = _CallerField()
        self.matches = SideList("Who it may be")
        self.setFocusProxy(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self.field)
        column.addWidget(self.matches)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._preview)
        self.field.textEdited.connect(self._edited)
        self.field.stepped.connect(self._step)
        self.field.entered.connect(self._take)
        self.field.pasted.connect(self.seek)
        self.field.tabbed.connect(lambda: None if self.matches.isHidden() else self._take())
        self.matches.chosen.connect(lambda key: self.previewed.emit(self._found.get(key)))
        self.matches.activated.connect(lambda _index: self._take())
        self.matches.clicked.connect(lambda _index: self._take())
        self.show_text("")

    def show_text(self, text: str) -> None:
        """Show this as the caller, with nobody to choose among."""
        self._asked += 1
        self._came_last = self._asked
        self._is_owed = self._is_sought = False
        self.no_number = ""
        self._pause.stop()
        self.field.setText(text)
        self._show([])
        self.matches.hide()

    def type(self, text: str) -> None:
        """Look for this as if it had been typed."""
        self.field.setText(text)
        self.field.textEdited.emit(text)

    def seek(self, text: str) -> None:
        """Look for who is calling from this number; the only one who has it is taken at once."""
        self.type(text)
        self._is_sought = True

    @property
    def highlighted(self) -> str:
        """Give how the highlighted match reads; "" when there is none."""
        index = self.matches.currentIndex()
        return str(index.data()) if index.isValid() and not self.matches.isHidden() else ""

    def text(self) -> str:
        """Give what is typed, or the name of who was taken."""
        return self.field.text()

    def _edited(self, text: str) -> None:
        self._is_owed = self._is_sought = False
        self._pause.stop()
        self._asked += 1
        self.typed.emit(text)
        self._look()

    def _look(self) -> None:
        """Look up what is typed now; the keys that come meanwhile are one question, asked when this one is answered."""
        if self._looking is not None and not self._looking.done():
            return
        text, asked = self.field.text(), self._asked

        def look(desk: Desk) -> tuple[list[Caller], str]:
            return callers.find(desk, text), callers.no_number(desk, text)

        self._looking = self._console.workstation.read(look)
        self._console.mailbox.deliver(self._looking, self, lambda found: self._came(asked, *found))

    def _came(self, asked: int, found: list[Caller], no_number: str) -> None:
        # Only the newest question counts, and none once somebody was taken.
        if asked != self._asked:
            if self._came_last != self._asked:
                self._look()
            return
        self._came_last = asked
        self.no_number = no_number
        self._show(found)
        self._pause.start()  # who is highlighted is told when the person pauses: a card is much to look up
        exact = [one for one in found if one.is_exact]
        # Two people with one number are both offered; a number that nobody has is taken as it is.
        is_clear = self._is_sought and (not found or (len(exact) == 1 and found[0].is_exact))
        if self._is_owed or is_clear:
            self._take()

    def _preview(self) -> None:
        self.previewed.emit(self._found.get(self.matches.current()))

    def _show(self, found: list[Caller]) -> None:
        self._found = {_key(one): one for one in found[:_MOST]}
        places = [_place(one) for one in self._found.values()]
        typed = self.field.text().strip()
        if typed:
            why = f", {self.no_number}: kept as text" if self.no_number else ""
            places.append(Place(_SOMEBODY_ELSE, f"Somebody else: “{typed}”{why}"))
        self.matches.blockSignals(True)  # who is highlighted is told once, when all are there
        self.matches.show_sections([Section("", tuple(places))])
        if places:
            self.matches.choose(places[0].id)
        self.matches.blockSignals(False)
        self.matches.setFixedHeight(len(places) * _PLACE_HEIGHT + 2)
        self.matches.setVisible(bool(places))

    def _step(self, step: int) -> None:
        ids = self.matches.ids()
        if ids and not self.matches.isHidden():
            at = ids.index(self.matches.current()) if self.matches.current() in ids else 0
            self.matches.choose(ids[(at + step) % len(ids)])

    def _take(self) -> None:
        if self._came_last != self._asked:
            # The keys were faster than the look-up: whom it finds is taken when it comes.
            self._is_owed = True
            self.passed.emit()
            return
        self._is_owed = False
        self._pause.stop()
        if self.matches.isHidden():
            self.passed.emit()
            return
        one = self._found.get(self.matches.current())
        if one is not None:
            self.show_text(f"{one.name} · {one.customer}" if one.contact_id else one.customer)
        self.matches.hide()
        self.taken.emit(one)


class _CallerField(QLineEdit):
    stepped = Signal(int)
    entered = Signal()
    tabbed = Signal()
    pasted = Signal(str)  # a whole number, into an empty field

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Name, customer, phone in any writing, or issue number")
        self.setAccessibleName("Who is calling")
        self.setMinimumHeight(FIELD_HEIGHT + 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if event.matches(QKeySequence.StandardKey.Paste) and self.selectedText() == self.text():
            number = called_number(QGuiApplication.clipboard().text())
            if looks_like_phone(number):
                self.pasted.emit(number)
                return
        if step is not None and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.stepped.emit(step)
        elif is_enter and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is Qt.FocusReason.TabFocusReason:
            self.tabbed.emit()


def _key(one: Caller) -> str:
    return f"{one.contact_id or ''}/{one.customer_id}"


def _place(one: Caller) -> Place:
    is_known = one.contact_id is not None
    unknown = f"from {one.site}" if one.site else "caller not known yet"
    parts = [one.name, one.role, one.customer if is_known else unknown, one.phone]
    title = " · ".join(part for part in parts if part)
    if one.issue:
        title = f"{one.issue} · {one.name}"
    count = f"{one.open_issues} open" if one.open_issues else ""
    return Place(_key(one), title, count, Kind.BLUE if one.is_vip else Kind.GREY, tip=title)
