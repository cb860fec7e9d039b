"""What happened on an issue, as lines below each other: when, what, a word on its state."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.services.timeline import Happened, Happening
from ui.kit.buttons import KeyButton
from ui.kit.code_block import CodeBlock
from ui.kit.flow import clear
from ui.kit.labels import Label, Pill
from ui.kit.theme import Kind, M, S, Tone
from ui.kit.timephrase import exact, moment, span
from ui.kit.unsent import Unsent, UnsentMark
from ui.panes.queue.words import MARK_KINDS, day_words

SHOWN = 30
_MOST_LINES = 12


class Story(QWidget):
    """The timeline; the newest thirty until more is asked for."""

    def __init__(self, unsent: Unsent, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unsent, self._all = unsent, False
        self._told: tuple[object, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(M)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(1, 1)

    def tell(self, happened: Sequence[Happened], now: datetime) -> None:
        """Show what happened, the newest first; nothing happens when it is shown already."""
        shown = happened if self._all else happened[:SHOWN]
        told = (len(happened), *(_words(one, now) for one in shown))
        if told == self._told:
            return
        self._told = told
        clear(self._grid)
        at = 0
        for one in shown:
            at = self._add(at, one, now)
        if len(shown) < len(happened):
            more = KeyButton(f"Show all {len(happened)}", run=self._telling_all(happened, now))
            self._grid.addWidget(more, at, 1)

    def _telling_all(self, happened: Sequence[Happened], now: datetime) -> Callable[[], None]:
        def tell_all() -> None:
            self._all = True
            self.tell(happened, now)

        return tell_all

    def show_few(self) -> None:
        """Go back to the newest: another issue is shown."""
        self._all = False

    def _add(self, at: int, one: Happened, now: datetime) -> int:
        time = Label(moment(one.at, now), tone=Tone.DIM)
        time.setToolTip(exact(one.at))
        # With "due" nobody reads the time as part of what was written, nor a name as when.
        text = one.text if one.due_at is None else f"{one.text} · due {day_words(one.due_at, now)}"
        what = Label(text, wrap=True).selectable()
        what.setToolTip(" · ".join(part for part in (one.by, exact(one.at)) if part))
        self._grid.addWidget(time, at, 0, Qt.AlignmentFlag.AlignTop)
        # A row of its own: in a column, the widest word on any state would narrow every line.
        # The issue itself is marked above; that it was opened is no row of its own.
        unsent = UnsentMark(self._unsent, *([] if one.kind is Happening.OPENED else [one.row_id]))
        self._grid.addLayout(_beside(what, unsent, *_mark(one)), at, 1)
        if not one.body:
            return at + 1
        column = 0 if one.kind is Happening.OUTPUT else 1
        self._grid.addWidget(_body(one), at + 1, column, 1, 2 - column)
        return at + 2


def _words(one: Happened, now: datetime) -> tuple[object, ...]:
    """Give all that is shown of it."""
    due = "" if one.due_at is None else day_words(one.due_at, now)
    return one.kind, one.row_id, one.at, moment(one.at, now), one.text, due, one.by, one.body, _mark(one)


def _beside(what: Label, unsent: UnsentMark, mark: str, kind: Kind) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(S)
    line.addWidget(what, 1)
    line.addWidget(unsent, 0, Qt.AlignmentFlag.AlignTop)
    if mark:
        line.addWidget(Pill(mark, kind), 0, Qt.AlignmentFlag.AlignTop)
    return line


def _mark(one: Happened) -> tuple[str, Kind]:
    if one.silence is not None:
        return f"no answer for {span(one.silence.total_seconds())}", Kind.AMBER
    return one.mark, MARK_KINDS.get(one.mark, Kind.GREY)


def _body(one: Happened) -> QWidget:
    if one.kind is Happening.OUTPUT:
        block = CodeBlock(one.text, most_lines=_MOST_LINES)
        block.setLineWrapMode(CodeBlock.LineWrapMode.NoWrap)
        block.show_text(one.body)
        return block
    rest = "\n".join(one.body.strip().split("\n")[1:]).strip()
    return Label(rest, tone=Tone.DIM, wrap=True).selectable()
