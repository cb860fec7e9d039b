"""A device's copies, the newest first: when, by whom, which deployment stood before it, and how much changed."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from app.domain.config_backup import BackupOutcome
from app.domain.config_diff import Comparison
from app.domain.errors import BatonError
from app.services import config_diffs
from app.services.config_diffs import Texts
from app.services.configs import Copy
from ui.kit.cards import EmptyState
from ui.kit.console import Console
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import Kind, Tone
from ui.kit.timephrase import exact, moment
from ui.panes.devices.configs.words import figures, gone_and_new
from ui.panes.devices.reach import Reach
from ui.panes.devices.words import when

_MOST_COUNTED = 60
"""Copies whose changes are counted by themselves: more than two months of nights."""


@dataclass(frozen=True, slots=True)
class CopyLine:
    """A copy in the list, with its figures once they are known, and whether others are compared with it."""

    copy: Copy
    changed: str = ""
    is_base: bool = False

    @property
    def id(self) -> str:
        """The copy's id."""
        return self.copy.id


def _when(line: CopyLine, now: datetime) -> Cell:
    copy = line.copy
    after = f" · after {copy.deployment.what}" if copy.deployment is not None else ""
    marks: list[tuple[str, Kind]] = []
    if line.is_base:
        marks.append(("compared with", Kind.BLUE))
    if copy.checked is not None and copy.checked.outcome is BackupOutcome.FAILED and copy.is_newest:
        marks.append(("failed since", Kind.RED))
    if not copy.is_here:
        marks.append(("not here", Kind.GREY))
    return Cell(
        moment(copy.taken_at, now),
        is_bold=copy.is_newest,
        second=f"{copy.by}{after}",
        second_marks=tuple(marks),
        tip=_tip(copy),
    )


def _tip(copy: Copy) -> str:
    where = f" on {copy.workstation}" if copy.workstation else ""
    lines = [exact(copy.taken_at), f"{copy.lines} lines, by {copy.by}{where}"]
    if copy.deployment is not None:
        lines.append(f"{copy.deployment.what} was deployed {when(copy.deployment.at)} by {copy.deployment.by}")
    if copy.checked is not None:
        said = copy.checked.words
        is_same = copy.checked.outcome is BackupOutcome.SAME
        words = f"found unchanged; {said}" if is_same and said else "found unchanged" if is_same else said
        lines.append(f"last tried {when(copy.checked.at)}: {words}")
    return "\n".join(lines)


_COLUMNS = (
    Column[CopyLine]("when", "Taken", _when, 0, is_sortable=False),
    Column[CopyLine]("changed", "Lines", lambda x, _n: Cell(x.changed, Tone.DIM), 78, is_sortable=False, is_right=True),
)


class HistoryTable(RecordTable[CopyLine]):
    """The list; which copy was chosen comes as its id."""

    def __init__(self, console: Console, empty: EmptyState) -> None:
        self._lines: dict[str, CopyLine] = {}
        source = Source(self._fetch, lambda line: line.id)
        super().__init__("Copies", _COLUMNS, source, console.mailbox, empty, has_two_lines=True, unsent=console.unsent)

    def show_lines(self, lines: Sequence[CopyLine]) -> None:
        """Show these."""
        self._lines = {line.id: line for line in lines}
        self.show_ids([line.id for line in lines])
        self.refresh()

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[CopyLine]]":
        found: Future[Sequence[CopyLine]] = Future()
        found.set_result([self._lines[one] for one in ids if one in self._lines])
        return found


class Figures(QObject):
    """Counts in the devices child what changed from copy to copy, one after the other; only what is here."""

    came = Signal()

    def __init__(self, console: Console, reach: Reach, owner: QObject) -> None:
        super().__init__(owner)
        self._console, self._reach = console, reach
        self._known: dict[tuple[str, str], str] = {}
        self._waiting: list[tuple[str, str]] = []
        self._is_busy = False

    def of(self, copies: Sequence[Copy], at: int) -> str:
        """Give the figures of a copy as far as they are known."""
        if at + 1 >= len(copies):
            return "first"
        return self._known.get((copies[at + 1].id, copies[at].id), "")

    def count(self, copies: Sequence[Copy]) -> None:
        """Count these, and nothing of what was asked before."""
        pairs = list(zip(copies[1 : _MOST_COUNTED + 1], copies, strict=False))
        self._waiting = [
            (before.id, now.id)
            for before, now in pairs
            if before.is_here and now.is_here and (before.id, now.id) not in self._known
        ]
        self._next()

    def _next(self) -> None:
        if self._is_busy or not self._waiting:
            return
        self._is_busy = True
        before_id, now_id = pair = self._waiting.pop(0)

        def compared(comparison: Comparison) -> None:
            self._known[pair] = figures(*gone_and_new(comparison))
            self.came.emit()
            go_on()

        def read(texts: Texts) -> None:
            future = self._reach.exchange.compare(texts.left, texts.right)
            self._console.mailbox.deliver(future, self, compared, go_on)

        def go_on(_error: BatonError | None = None) -> None:
            self._is_busy = False
            self._next()

        reading = self._console.workstation.read(lambda desk: config_diffs.texts(desk, before_id, now_id))
        self._console.mailbox.deliver(reading, self, read, go_on)
