"""Values that did not go through, side by side, with the keys to resolve them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.services import conflicts
from app.services.conflicts import ConflictKind, ConflictLine
from app.services.desk import Desk
from ui.kit.buttons import KeyButton
from ui.kit.cards import Card
from ui.kit.compared import ComparedText, differing
from ui.kit.console import Console
from ui.kit.facts import Fact, FactList
from ui.kit.flow import clear, flow
from ui.kit.labels import Label, SectionLabel
from ui.kit.said_values import as_typed, said
from ui.kit.theme import Face, Kind, L, S, Tone
from ui.kit.timephrase import ago, exact

Resolve = Callable[[Desk], None]
Keys = tuple[str, str, str]
_ONE_LINE = 44  # px, a third value of one line; a longer one has six
_SIX_LINES = 130


class ClashCard(Card):
    """One conflict: what it was, mine and theirs, and the ways out of it; what was refused, with Copy and Drop.

    The keys are those of keep mine (copy), keep theirs (drop) and a third value.
    """

    resolved = Signal()
    left = Signal()  # a third value was left: the focus may go back

    def __init__(
        self, console: Console, clash: ConflictLine, now: datetime, keys: Keys, *, is_named: bool = False
    ) -> None:
        """`is_named` says whose value it is, where that cannot be seen from what is around."""
        super().__init__(Kind.AMBER, width=1.5)
        self.clash = clash
        self._console = console
        self.setAccessibleName(title(clash, is_named=True))
        self.body.addWidget(Label(title(clash, is_named=is_named), face=Face.SUBHEADING, wrap=True))
        self._third = _ThirdField()
        enter = "Ctrl+Enter" if clash.is_long else "Enter"
        self._hint = Label(f"{enter} sends it, Esc leaves it", face=Face.SMALL, tone=Tone.DIM)
        self._wrong = Label(tone=Tone.RED, wrap=True)
        self._wrong.hide()
        if clash.is_removal:
            self._show_removal(now)
        elif clash.can_keep_mine:
            self.body.addWidget(_values(clash, now))
        else:
            self._show_refused(now)
        self._buttons = [KeyButton(text, key, run=run) for (text, run), key in zip(self._ways(), keys, strict=False)]
        self.body.addWidget(self._third)
        self.body.addWidget(self._hint)
        self.body.addWidget(self._wrong)
        self.body.addWidget(flow(*self._buttons))
        self._third.hide()
        self._hint.hide()
        self._third.sent.connect(self._send_third)
        self._third.left.connect(self.leave_third)

    def _ways(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        if self.clash.is_removal:
            return (("Remove it anyway", self.keep_mine), ("Keep it", self.keep_theirs))
        if self.clash.can_keep_mine:
            return (("Keep mine", self.keep_mine), ("Keep theirs", self.keep_theirs), ("Write a third", self.write))
        return (("Copy", self.copy), ("Drop what I typed", self.keep_theirs))

    def _show_removal(self, now: datetime) -> None:
        when = f", {ago(self.clash.theirs_at, now)}" if self.clash.theirs_at else ""
        who = self.clash.theirs_by or "Somebody"
        what = f": {self.clash.reason}" if self.clash.reason else ""
        self.body.addWidget(Label(f"{who} changed it{when}{what}", wrap=True).selectable())
        self.body.addWidget(Label("The company kept it until you decide.", tone=Tone.DIM, wrap=True))

    def _show_refused(self, now: datetime) -> None:
        self.body.addWidget(Label(self.clash.reason, tone=Tone.DIM, wrap=True).selectable())
        if not self.clash.typed:
            return
        self.body.addWidget(SectionLabel("What you typed"))
        self.body.addWidget(FactList([Fact(name.capitalize(), said(value, now)) for name, value in self.clash.typed]))

    @property
    def is_writing(self) -> bool:
        """Say whether a third value is being typed."""
        return not self._third.isHidden()

    def keep_mine(self) -> None:
        """Give my value again; take what was typed along where it cannot be given."""
        if self.clash.can_keep_mine:
            self._resolve(lambda desk: conflicts.keep_mine(desk, self.clash.id, self.clash))
        else:
            self.copy()

    def keep_theirs(self) -> None:
        """Leave what the company has."""
        self._resolve(lambda desk: conflicts.keep_theirs(desk, self.clash.id))

    def copy(self) -> None:
        """Put what was typed on the clipboard."""
        QGuiApplication.clipboard().setText(as_typed(self.clash.mine))
        self._console.navigator.tell("What you typed is on the clipboard.")

    def write(self) -> None:
        """Ask for a third value, beginning with mine."""
        if self.clash.can_write_third:
            self._hint.show()
            self._third.ask(as_typed(self.clash.mine), is_long=self.clash.is_long)

    def leave_third(self) -> None:
        """Leave the third value; the other ways are there still."""
        self._close_third()
        self.left.emit()

    def _close_third(self) -> None:
        self._third.hide()
        self._hint.hide()
        self._wrong.hide()

    def _send_third(self) -> None:
        text = self._third.toPlainText()
        self._resolve(lambda desk: conflicts.write_third(desk, self.clash.id, text, self.clash))

    def _resolve(self, verb: Resolve) -> None:
        self._wrong.hide()
        self._console.write(self, verb, self._done, self._refuse)

    def _done(self, _none: None) -> None:
        self._close_third()
        self.resolved.emit()

    def _refuse(self, error: BatonError) -> None:
        self._wrong.setText(f"{error.what} {error.todo}".strip())
        self._wrong.show()


class _ThirdField(QPlainTextEdit):
    """A value of one line or of several: Enter sends the one, Ctrl+Enter both, Escape leaves."""

    sent = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._is_long = False
        self.setAccessibleName("A third value")
        self.setTabChangesFocus(True)

    def ask(self, text: str, *, is_long: bool) -> None:
        self._is_long = is_long
        self.setFixedHeight(_SIX_LINES if is_long else _ONE_LINE)
        self.setPlaceholderText("Another value")
        if not self.toPlainText():
            self.setPlainText(text)
        self.show()
        self.setFocus()
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif is_enter and (not self._is_long or event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            self.sent.emit()
        else:
            super().keyPressEvent(event)


class ClashList(QWidget):
    """Conflicts below each other; the keys answer the first."""

    def __init__(self, console: Console, keys: Callable[[], Keys]) -> None:
        super().__init__()
        self._console, self._keys = console, keys
        self._cards: list[ClashCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(S)
        self.hide()

    def show_clashes(self, clashes: Sequence[ConflictLine], now: datetime) -> None:
        """Show these; a third value that is being typed is left in peace."""
        if [c.clash for c in self._cards] == list(clashes):
            return
        if any(card.is_writing and card.clash in clashes for card in self._cards):
            return
        clear(self._column)
        nothing = ("", "", "")
        self._cards = [
            ClashCard(self._console, c, now, nothing if at else self._keys()) for at, c in enumerate(clashes)
        ]
        for card in self._cards:
            self._column.addWidget(card)
        self.setVisible(bool(clashes))

    @property
    def first(self) -> ClashCard | None:
        """The one that the keys answer."""
        return self._cards[0] if self._cards else None


Act = tuple[str, str, str, str, Callable[[], None], Callable[[], bool]]
"""A command's name, title, help and key, what it does and when it can be given."""


def acts(first: Callable[[], ClashCard | None], third_key: str = "W") -> tuple[Act, ...]:
    """Give what answers the conflict that `first` gives; it gives None while there is none to be answered."""

    def answer(way: Callable[[ClashCard], None]) -> Callable[[], None]:
        def run() -> None:
            if (card := first()) is not None:
                way(card)

        return run

    def can() -> bool:
        return first() is not None

    return (
        ("keep_mine", "Keep mine", "Give my value again", "M", answer(ClashCard.keep_mine), can),
        ("keep_theirs", "Keep theirs", "Leave what the company has", "T", answer(ClashCard.keep_theirs), can),
        ("third", "Write a third", "Give another value", third_key, answer(ClashCard.write), can),
    )


def title(clash: ConflictLine, *, is_named: bool) -> str:
    """Give what is in conflict in a sentence."""
    if clash.is_removal:
        what = clash.label if is_named and clash.label else "this"
        return f"You removed {what}; {clash.theirs_by or 'somebody'} changed it meanwhile"
    whose = f" of {clash.label}" if is_named and clash.label else ""
    if clash.can_keep_mine:
        return f"Two people changed the {clash.name}{whose}"
    if clash.kind is ConflictKind.GONE:
        return f"You changed {clash.label if whose else 'this'}, which is not there any more"
    return f"This did not reach the company{f': {clash.label}' if whose else ''}"


def _values(clash: ConflictLine, now: datetime) -> QWidget:
    """Give base, mine and theirs in three columns, long texts with the lines marked that differ."""
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(L)
    grid.setVerticalSpacing(2)
    base, mine, theirs = (said(value, now) for value in (clash.base, clash.mine, clash.theirs))
    whose = clash.theirs_by or "somebody else"
    when = ago(clash.theirs_at, now) if clash.theirs_at else ""
    columns = (
        ("It was", clash.base, "before both", differing(base, mine, theirs), Kind.GREY),
        ("Mine", clash.mine, f"you, {ago(clash.made_at, now)}", differing(mine, base), Kind.BLUE),
        ("Theirs", clash.theirs, ", ".join(p for p in (whose, when) if p), differing(theirs, base), Kind.AMBER),
    )
    for at, (name, value, note, lines, kind) in enumerate(columns):
        tone = Tone.DIM if at == 0 else Tone.TEXT
        who = Label(note, face=Face.SMALL, tone=Tone.DIM, wrap=True)
        if at == 2 and clash.theirs_at is not None:
            who.setToolTip(exact(clash.theirs_at))
        text: QWidget = _short(name, value, now, tone)
        if clash.is_long:
            text = ComparedText(name, lines, kind, tone=tone)
        grid.addWidget(SectionLabel(name), 0, at)
        grid.addWidget(who, 1, at, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(text, 2, at)
        grid.setColumnStretch(at, 1)
    return holder


def _short(name: str, value: conflicts.Value, now: datetime, tone: Tone) -> QLabel:
    shown = said(value, now)
    text = Label(shown, tone=tone, wrap=True).selectable()
    text.setAlignment(Qt.AlignmentFlag.AlignTop)
    text.setAccessibleName(f"{name}: {shown}")
    if isinstance(value, datetime):
        text.setToolTip(exact(value))
    return text
