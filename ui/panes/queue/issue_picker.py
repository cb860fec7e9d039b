"""Finding another issue by typing its number or words: a line, and below it what was found."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.services.desk import Desk
from app.services.issue_refs import IssueRef
from ui.kit.console import Console
from ui.kit.labels import Label
from ui.kit.side_list import Place, Section, SideList
from ui.kit.theme import FIELD_HEIGHT, XS, Face, Kind, Tone
from ui.kit.tips import tip_of
from ui.panes.queue.words import in_line

LookUp = Callable[[Desk, str], tuple[IssueRef, ...]]
_ROW = 26
_MOST = 6
_PAUSE_MS = 60


class FoundIssues(SideList):
    """Issues that were found, as lines to choose from."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.refs: tuple[IssueRef, ...] = ()
        self.hide()

    def show_refs(self, refs: Sequence[IssueRef]) -> None:
        """Show these, the first one chosen."""
        self.refs = tuple(refs)
        self.show_sections([Section("", tuple(place_of(ref) for ref in refs))])
        self.setFixedHeight(min(len(refs), _MOST) * _ROW + 2)
        self.setVisible(bool(refs))
        if refs and self.current() not in {ref.id for ref in refs}:
            self.choose(refs[0].id)

    def chosen_ref(self) -> IssueRef | None:
        """Give the issue that is chosen."""
        return next((ref for ref in self.refs if ref.id == self.current()), None)


def place_of(ref: IssueRef) -> Place:
    """Give an issue as a line: number, title, and what it is or how it stands."""
    mark = str(ref.kind) if ref.is_shared else "" if ref.is_open else str(ref.state)
    kind = Kind.BLUE if ref.is_shared else Kind.GREY
    title = f"{ref.label}  {in_line(ref.title)}"
    return Place(ref.id, title, mark, kind, tip=tip_of(" · ".join(p for p in (ref.title, ref.customer) if p)))


class IssuePicker(QWidget):
    """The line keeps the keys: Up and Down move in the list, Enter picks, and picking again changes one's mind."""

    picked = Signal(object)  # IssueRef
    edited = Signal()

    def __init__(self, console: Console, look_up: LookUp, hint: str = "A number or words") -> None:
        super().__init__()
        self._console, self._look_up = console, look_up
        self.line = QLineEdit()
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName("Find an issue")
        self.line.setMinimumHeight(FIELD_HEIGHT)
        self.found = FoundIssues("Issues found")
        self._none = Label("Nothing has that number or these words", face=Face.SMALL, tone=Tone.DIM, wrap=True)
        self._none.hide()
        self._asked = self._shown_for = ""
        self._owes_pick = False
        self.line.setProperty("picks", True)  # its Enter is ours, and no form's
        self.line.returnPressed.connect(self.pick)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(XS)
        for widget in (self.line, self.found, self._none):
            whole.addWidget(widget)
        self.setFocusProxy(self.line)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self._look)
        self.line.textChanged.connect(self._typed)
        self.found.activated.connect(lambda _index: self.pick())

    def _typed(self, _text: str) -> None:
        self._owes_pick = False
        self.edited.emit()
        self._soon.start()

    def _look(self) -> None:
        text = self._asked = self.line.text().strip()
        if not text:
            self._came(text, ())
            return
        self._console.read(self, lambda desk: self._look_up(desk, text), lambda refs: self._came(text, refs))

    def _came(self, text: str, refs: tuple[IssueRef, ...]) -> None:
        if text == self._asked:
            self._shown_for = text
            self.found.show_refs(refs)
            self._none.setVisible(bool(text) and not refs)
            if self._owes_pick:
                self._owes_pick = False
                self.pick()

    def look_again(self) -> None:
        """Look with what is typed: what may be found has changed."""
        self._look()

    def chosen_ref(self) -> IssueRef | None:
        """Give the issue that is chosen below the line; None while what is typed was not looked up."""
        return self.found.chosen_ref() if self._is_fresh() else None

    def _is_fresh(self) -> bool:
        return self._shown_for == self.line.text().strip()

    def pick(self) -> None:
        """Pick the one chosen; Enter that was faster than the look-up picks what that finds."""
        if not self._is_fresh():
            self._owes_pick = True
        elif (ref := self.found.chosen_ref()) is not None:
            self.picked.emit(ref)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the list with Up and Down."""
        ids = self.found.ids()
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step and ids:
            at = ids.index(self.found.current()) if self.found.current() in ids else -1
            self.found.choose(ids[min(max(at + step, 0), len(ids) - 1)])
        else:
            super().keyPressEvent(event)


def without(refs: Iterable[IssueRef], ids: Iterable[str]) -> tuple[IssueRef, ...]:
    """Give the issues that are not among these."""
    gone = frozenset(ids)
    return tuple(ref for ref in refs if ref.id not in gone)
