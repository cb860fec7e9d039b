"""The preview: each line that would be typed, its class with the reason, and what Baton types around them."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from app.domain.session import LineClass
from app.services.config_changes import ChangePlan, PlannedLine
from ui.kit.cards import EmptyState
from ui.kit.console import Console
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import Kind

CLASSES = {
    LineClass.READ: ("question", Kind.GREY),
    LineClass.CONFIG: ("changes it", Kind.AMBER),
    LineClass.DESTRUCTIVE: ("destructive", Kind.RED),
}


@dataclass(frozen=True, slots=True)
class _Shown:
    id: str
    line: PlannedLine


def _text(shown: _Shown, _now: datetime) -> Cell:
    line = shown.line
    section = f"in {line.section} · " if line.section else ""
    second = f"{section}{line.meaning}" if line.is_wanted else f"Baton types this. {line.meaning}"
    return Cell(line.text.strip(), second=second, tip=f"{line.text.strip()}\n{second}")


def _class(shown: _Shown, _now: datetime) -> Cell:
    word, kind = CLASSES[shown.line.verdict.line_class]
    return Cell(word, pill=kind)


_COLUMNS = (
    Column[_Shown]("line", "Line", _text, 0, is_sortable=False),
    Column[_Shown]("class", "Class", _class, 112, is_sortable=False),
)


class PlannedLines:
    """The list of lines of one plan; GUI thread only."""

    def __init__(self, console: Console) -> None:
        self._lines: dict[str, _Shown] = {}
        self.table: RecordTable[_Shown] = RecordTable(
            "What would be typed", _COLUMNS, Source(self._fetch, lambda shown: shown.id), console.mailbox,
            EmptyState("No line yet", "Write lines at the left: here stands what each would do."),
            has_two_lines=True,
        )  # fmt: skip

    def show(self, plan: ChangePlan | None) -> None:
        """Show these lines in the order in which they would be typed."""
        lines = () if plan is None else plan.lines
        self._lines = {str(at): _Shown(str(at), line) for at, line in enumerate(lines)}
        self.table.show_ids(list(self._lines), list(self._lines.values()))
        self.table.refresh()

    def words(self) -> list[tuple[str, str]]:
        """Give each line with the word of its class, as they stand there."""
        return [(one.line.text.strip(), CLASSES[one.line.verdict.line_class][0]) for one in self._lines.values()]

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[_Shown]]":
        found: Future[Sequence[_Shown]] = Future()
        found.set_result([self._lines[one] for one in ids if one in self._lines])
        return found
