"""What happened on an issue, as lines below each other: when, what, a word on its state."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.domain.plain_text import isolated
from app.services.timeline import Happened, Happening, Lens, as_text, through
from ui.kit.buttons import KeyButton
from ui.kit.code_block import CodeBlock
from ui.kit.flow import clear
from ui.kit.labels import Label, Pill
from ui.kit.theme import Kind, M, S, Tone
from ui.kit.timephrase import exact, moment, span
from ui.kit.tips import tip_of
from ui.kit.unsent import Unsent, UnsentMark
from ui.panes.queue.words import MARK_KINDS, day_words, in_line

SHOWN = 30
_MOST_LINES = 12
_LONGEST_LINE = 2_000  # characters
_LONGEST_NAME = 60
_LONGEST_BODY = 8_000
_ASIDE = frozenset({Happening.CHANGE, Happening.LINK, Happening.FILE})


class Story(QWidget):
    """The timeline; the newest thirty until more is asked for."""

    def __init__(self, unsent: Unsent, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unsent, self._all = unsent, False
        self.lens = Lens.ALL
        self._whole: tuple[Happened, ...] = ()
        self._now = datetime.min.replace(tzinfo=UTC)
        self._told: tuple[object, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(M)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(1, 1)

    def tell(self, happened: Sequence[Happened], now: datetime) -> None:
        """Show what happened, the newest first, through the lens; nothing happens when it is shown already."""
        self._whole, self._now = tuple(happened), now
        happened = through(self.lens, happened)
        shown = happened if self._all else happened[:SHOWN]
        told = (self.lens, len(happened), *(_words(one, now) for one in shown))
        if told == self._told:
            return
        self._told = told
        clear(self._grid)
        at = 0
        if not happened:
            self._grid.addWidget(Label("Nothing of that kind; F looks at the rest", tone=Tone.DIM, wrap=True), 0, 1)
        for one in shown:
            at = self._add(at, one, now)
        if len(shown) < len(happened):
            more = KeyButton(f"Show all {len(happened)}", run=self._telling_all(self._whole, now))
            self._grid.addWidget(more, at, 1)

    def turn(self) -> Lens:
        """Look through the next lens, and give it."""
        lenses = list(Lens)
        self.lens = lenses[(lenses.index(self.lens) + 1) % len(lenses)]
        self.tell(self._whole, self._now)
        return self.lens

    def text(self) -> str:
        """Give what the lens shows, all of it, as text."""
        return as_text(through(self.lens, self._whole))

    def _telling_all(self, happened: Sequence[Happened], now: datetime) -> Callable[[], None]:
        def tell_all() -> None:
            self._all = True
            self.tell(happened, now)

        return tell_all

    def show_few(self) -> None:
        """Go back to the newest of everything: another issue is shown."""
        self._all, self.lens = False, Lens.ALL

    def _add(self, at: int, one: Happened, now: datetime) -> int:
        time = Label(moment(one.at, now), tone=Tone.DIM)
        time.setToolTip(exact(one.at))
        # With "due" nobody reads the time as part of what was written, nor a name as when.
        text = in_line(one.text, _LONGEST_LINE)
        if one.due_at is not None:
            text = f"{text} · due {day_words(one.due_at, now)}"
        # A change is read by who made it and where; of everything else that is in the tooltip.
        is_aside = one.kind in _ASIDE
        if is_aside:
            made = (in_line(one.by, _LONGEST_NAME), in_line(one.where, _LONGEST_NAME))
            text = " · ".join(part for part in (text, *made) if part)
        what = Label(text, tone=Tone.DIM if is_aside else Tone.TEXT, wrap=True).selectable()
        what.setToolTip(tip_of(" · ".join(part for part in (one.by, one.where, exact(one.at)) if part)))
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
    return one.kind, one.row_id, one.at, moment(one.at, now), one.text, due, one.by, one.where, one.body, _mark(one)


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
    if len(rest) > _LONGEST_BODY:
        rest = f"{rest[:_LONGEST_BODY]}…\n(Y copies all of it)"
    rest = "\n".join(isolated(row) for row in rest.split("\n"))
    return Label(rest, tone=Tone.DIM, wrap=True).selectable()
