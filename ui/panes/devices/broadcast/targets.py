"""Whom a broadcast goes to, and how each of them stands."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import HostKeyChanged
from app.services.broadcast import Aim, Answer, Standing
from ui.kit.cards import EmptyState
from ui.kit.console import Console
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import Kind
from ui.panes.devices.words import ENVIRONMENTS, platform_word

_STANDINGS = {
    Standing.LEFT_OUT: ("left out", Kind.GREY),
    Standing.READY: ("ready", Kind.GREY),
    Standing.ASKED: ("asked", Kind.BLUE),
    Standing.DONE: ("answered", Kind.GREEN),
    Standing.FAILED: ("no answer", Kind.RED),
    Standing.CANCELLED: ("cancelled", Kind.AMBER),
}


_NOBODY = ("No device is chosen", "Type above which, such as tag:core env:prod, or a part of a name.")


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A device and how it stands; `words` say why there is no answer."""

    aim: Aim
    standing: Standing
    words: str = ""
    ms: float = 0.0


def _name(line: TargetLine, _now: datetime) -> Cell:
    known = " · ".join(part for part in (line.aim.customer, platform_word(line.aim.platform)) if part)
    second = line.words or known
    return Cell(line.aim.name, second=second, second_marks=(ENVIRONMENTS[line.aim.environment],), tip=second)


def _standing(line: TargetLine, _now: datetime) -> Cell:
    word, kind = _STANDINGS[line.standing]
    return Cell(word, pill=kind, tip=f"{line.ms:,.0f} ms" if line.standing is Standing.DONE else line.words)


_COLUMNS = (
    Column[TargetLine]("name", "Device", _name, 0, is_sortable=False),
    Column[TargetLine]("standing", "Stands", _standing, 104, is_sortable=False),
)


class Targets:
    """The list of devices of one plan; GUI thread only."""

    def __init__(self, console: Console) -> None:
        self._lines: dict[str, TargetLine] = {}
        self.why_empty = _NOBODY[0]
        self._empty = EmptyState(*_NOBODY)
        self.table: RecordTable[TargetLine] = RecordTable(
            "Devices to ask", _COLUMNS, Source(self._fetch, lambda line: line.aim.device_id), console.mailbox,
            self._empty, has_two_lines=True,
        )  # fmt: skip

    @property
    def lines(self) -> Mapping[str, TargetLine]:
        """Give the devices as they stand, by id."""
        return self._lines

    def show(self, aims: Sequence[Aim], selector: str) -> None:
        """Show whom these words choose, nobody of whom was asked yet; those who are left out stand last."""
        self.why_empty, todo = (f"No device matches “{selector}”", "Write it otherwise.") if selector else _NOBODY
        self._empty.say(self.why_empty, todo)
        ordered = sorted(aims, key=lambda aim: bool(aim.why_not))
        self._lines = {aim.device_id: TargetLine(aim, aim.standing, aim.why_not) for aim in ordered}
        self.table.show_ids(list(self._lines), list(self._lines.values()))
        self.table.refresh()

    def asked(self) -> None:
        """Show that everybody who is ready has been asked."""
        self._change(lambda line: line.standing is Standing.READY, Standing.ASKED)

    def take(self, answer: Answer) -> None:
        """Show what became of one device."""
        line = self._lines.get(answer.device_id)
        if line is not None:
            words = answer.error.what if answer.error is not None else ""
            if isinstance(answer.error, HostKeyChanged):
                words = "It shows another key than the book has."  # both are read in its terminal
            self._lines[answer.device_id] = TargetLine(line.aim, answer.standing, words, answer.ms)
            self.table.refresh(frozenset({answer.device_id}))

    def count(self, *standings: Standing) -> int:
        """Give how many stand like that."""
        return sum(line.standing in standings for line in self._lines.values())

    def _change(self, is_meant: Callable[[TargetLine], bool], to: Standing) -> None:
        changed = {one for one, line in self._lines.items() if is_meant(line)}
        for one in changed:
            self._lines[one] = TargetLine(self._lines[one].aim, to)
        self.table.refresh(frozenset(changed))

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[TargetLine]]":
        found: Future[Sequence[TargetLine]] = Future()
        found.set_result([self._lines[one] for one in ids if one in self._lines])
        return found
