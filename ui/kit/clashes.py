"""Values that did not go through, side by side, with the keys to resolve them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.services import conflicts
from app.services.conflicts import ConflictLine
from app.services.desk import Desk
from ui.kit.buttons import KeyButton
from ui.kit.cards import Card
from ui.kit.console import Console
from ui.kit.flow import clear, flow
from ui.kit.labels import Label, SectionLabel
from ui.kit.theme import FIELD_HEIGHT, Face, Kind, M, S, Tone
from ui.kit.timephrase import ago, exact, moment

Resolve = Callable[[Desk], None]


class ClashCard(Card):
    """One conflict: what it was, mine and theirs, and the three ways out of it."""

    resolved = Signal()

    def __init__(
        self,
        console: Console,
        clash: ConflictLine,
        now: datetime,
        keys: tuple[str, str, str],
        *,
        is_named: bool = False,
    ) -> None:
        """`is_named` says whose value it is, where that cannot be seen from what is around."""
        super().__init__(Kind.AMBER, width=1.5)
        self.clash = clash
        self._console = console
        self.setAccessibleName(f"Conflict on {clash.name or clash.label}")
        self.body.addWidget(Label(_title(clash, is_named=is_named), face=Face.BOLD, wrap=True))
        self._third = _ThirdField()
        self._wrong = Label(tone=Tone.RED, wrap=True)
        self._wrong.hide()
        self._buttons: list[KeyButton] = []
        if clash.can_keep_mine:
            self.body.addWidget(_values(clash, now))
            ways = (("Keep mine", self.keep_mine), ("Keep theirs", self.keep_theirs), ("Third", self.write))
            self._buttons = [KeyButton(text, key, run=run) for (text, run), key in zip(ways, keys, strict=True)]
        else:
            self.body.addWidget(Label(clash.reason, tone=Tone.DIM, wrap=True))
            if clash.mine:
                self.body.addWidget(Label(str(clash.mine), wrap=True).selectable())
            self._buttons = [KeyButton("Drop what I typed", keys[1], run=self.keep_theirs)]
        self.body.addWidget(self._third)
        self.body.addWidget(self._wrong)
        self.body.addWidget(flow(*self._buttons))
        self._third.hide()
        self._third.returnPressed.connect(self._send_third)
        self._third.left.connect(self._third.hide)

    @property
    def is_writing(self) -> bool:
        """Say whether a third value is being typed."""
        return not self._third.isHidden()

    def keep_mine(self) -> None:
        """Give my value again."""
        if self.clash.can_keep_mine:
            self._resolve(lambda desk: conflicts.keep_mine(desk, self.clash.id))

    def keep_theirs(self) -> None:
        """Leave what the company has."""
        self._resolve(lambda desk: conflicts.keep_theirs(desk, self.clash.id))

    def write(self) -> None:
        """Ask for a third value, beginning with mine."""
        if self.clash.can_write_third:
            if not self._third.text() and isinstance(self.clash.mine, str):
                self._third.setText(self.clash.mine)
            self._third.show()
            self._third.setFocus()
            self._third.selectAll()

    def _send_third(self) -> None:
        text = self._third.text()
        self._resolve(lambda desk: conflicts.write_third(desk, self.clash.id, text))

    def _resolve(self, verb: Resolve) -> None:
        self._wrong.hide()
        self._console.write(self, verb, self._done, self._refuse)

    def _done(self, _none: None) -> None:
        self.resolved.emit()

    def _refuse(self, error: BatonError) -> None:
        self._wrong.setText(f"{error.what} {error.todo}".strip())
        self._wrong.show()


class _ThirdField(QLineEdit):
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("A third value")
        self.setPlaceholderText("Another value; Enter keeps it")
        self.setMinimumHeight(FIELD_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)


class ClashList(QWidget):
    """Conflicts below each other; the keys answer the first."""

    def __init__(self, console: Console, keys: Callable[[], tuple[str, str, str]]) -> None:
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


def _title(clash: ConflictLine, *, is_named: bool) -> str:
    whose = f" of {clash.label}" if is_named and clash.label else ""
    if not clash.can_keep_mine:
        return f"This did not reach the company{f': {clash.label}' if whose else ''}"
    return f"Two people changed the {clash.name}{whose}"


def _values(clash: ConflictLine, now: datetime) -> QWidget:
    """Give base, mine and theirs in three columns."""
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(M)
    grid.setVerticalSpacing(2)
    whose = " · ".join(part for part in (clash.theirs_by, ago(clash.theirs_at, now) if clash.theirs_at else "") if part)
    columns = (("It was", clash.base, ""), ("Mine", clash.mine, "here"), ("Theirs", clash.theirs, whose))
    for at, (title, value, note) in enumerate(columns):
        shown = moment(value, now) if isinstance(value, datetime) else _plain(value)
        text = Label(shown, tone=Tone.DIM if at == 0 else Tone.TEXT, wrap=True).selectable()
        text.setAccessibleName(f"{title}: {shown}")
        if isinstance(value, datetime):
            text.setToolTip(exact(value))
        grid.addWidget(SectionLabel(title), 0, at)
        grid.addWidget(text, 1, at, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Label(note, face=Face.SMALL, tone=Tone.DIM, wrap=True), 2, at, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(at, 1)
    return holder


def _plain(value: conflicts.Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value in {None, ""} else str(value)
