"""What a call is about: something new, or one of what they have open."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent

from app.services.calls import CardIssue
from ui.kit.said_values import counted
from ui.kit.side_list import Place, Section, SideList
from ui.kit.theme import Kind
from ui.kit.unsent import Unsent

SOMETHING_NEW = "something-new"
_PLACE_HEIGHT = 26
_MOST_PLACES = 7
_OTHERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class AboutList(SideList):
    """The choice of an issue. Nothing is typed here: `typed` carries the letters on to what is said."""

    typed = Signal(str)

    def __init__(self, unsent: Unsent) -> None:
        super().__init__("What it is about", unsent=unsent)
        self.setProperty("takes_letters", True)
        self.setToolTip("Alt+Up and Alt+Down choose from wherever you are in the form")

    def show_issues(self, issues: Sequence[CardIssue], issue_id: str | None) -> None:
        """Offer these and something new, with this one chosen; nothing is told of that."""
        places = [Place(SOMETHING_NEW, "Something new", tip="What is typed becomes a new issue")]
        for issue in issues:
            many = counted(issue.tally.calls, "call") if issue.tally.calls else ""
            kind = Kind.RED if issue.tally.calls >= 4 else Kind.AMBER if issue.tally.calls > 1 else Kind.GREY
            title = f"{issue.label}  {issue.title}"
            places.append(Place(issue.id, title, many, kind, tip=issue.title, row=issue.id))
        self.blockSignals(True)
        self.show_sections([Section("", tuple(places))])
        self.choose(issue_id or SOMETHING_NEW)
        self.blockSignals(False)
        self.setFixedHeight(min(len(places), _MOST_PLACES) * _PLACE_HEIGHT + 2)

    def step(self, step: int) -> None:
        """Choose the one so many further down, and stay at the end."""
        ids = self.ids()
        if self.current() in ids:
            self.choose(ids[min(max(ids.index(self.current()) + step, 0), len(ids) - 1)])

    def event(self, event: QEvent) -> bool:
        """Have the letters, before the single-key commands take them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _letters(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass letters on."""
        if letters := _letters(event):
            self.typed.emit(letters)
        else:
            super().keyPressEvent(event)


def _letters(event: QKeyEvent) -> str:
    text = event.text()
    return text if text.isprintable() and not event.modifiers() & _OTHERS else ""
