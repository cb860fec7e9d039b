"""What a diff view shows, made off the GUI thread: rows, line numbers, where the changes begin."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.domain.config_diff_rows import Compared, Row, RowKind, change_starts, one_below_the_other, side_by_side
from app.services.config_diffs import Changed
from ui.kit.theme import Kind

CONTEXT = 3
TAB = 4
_GONE = {RowKind.GONE, RowKind.ALTERED, RowKind.REPLACED}
_NEW = {RowKind.NEW, RowKind.ALTERED, RowKind.REPLACED}


class Layout(StrEnum):
    """How two texts are laid out, or one alone."""

    BESIDE = "beside"
    BELOW = "below"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Shown:
    """Rows in a layout. `columns` is the length of the longest line, `starts` are the rows where a change begins.

    `marks` are the changes by row from and to, and what happened there.
    """

    layout: Layout
    compared: Compared = field(repr=False)
    rows: Sequence[Row] = field(repr=False)
    left_numbers: Sequence[int] = field(repr=False)
    right_numbers: Sequence[int] = field(repr=False)
    starts: Sequence[int] = field(repr=False)
    columns: int
    marks: Sequence[tuple[int, int, Kind]] = field(default=(), repr=False)

    @property
    def digits(self) -> int:
        """How many digits the largest line number has."""
        return max(len(str(of[-1])) if of else 1 for of in (self.left_numbers, self.right_numbers))

    def number(self, row: Row, *, is_left: bool) -> str:
        """Give the number of a row's line on one side."""
        at, numbers = (row.left, self.left_numbers) if is_left else (row.right, self.right_numbers)
        return str(numbers[at]) if 0 <= at < len(numbers) else ""

    def line(self, row: Row, *, is_left: bool) -> str:
        """Give a row's line on one side."""
        at, side = (row.left, self.compared.left) if is_left else (row.right, self.compared.right)
        return side.lines[at] if 0 <= at < len(side.lines) else ""

    def kind(self, row: Row, *, is_left: bool) -> Kind | None:
        """Give what happened to a row's line on one side: gone, new, or only moved; None: nothing."""
        comparison = self.compared.comparison
        at, moved = (row.left, comparison.moved_left) if is_left else (row.right, comparison.moved_right)
        if at < 0 or row.kind not in (_GONE if is_left else _NEW):
            return None
        if at in moved:
            return Kind.BLUE
        return Kind.RED if is_left else Kind.GREEN

    def row_of(self, number: int) -> int:
        """Give the row that shows this line of the right side, or hides it in its fold; 0 when none does."""
        for at, row in enumerate(self.rows):
            shown = range(row.right, row.right + (row.hidden or 1)) if row.right >= 0 else range(0)
            if any(self.right_numbers[one] == number for one in shown if one < len(self.right_numbers)):
                return at
        return 0


def shown(changed: Changed, layout: Layout, *, is_everything: bool) -> Shown:
    """Lay two texts out; some tens of milliseconds for 10,000 lines."""
    compared, texts = changed.compared, changed.texts
    context = None if is_everything else CONTEXT
    if layout is Layout.TEXT:
        rows = [Row(RowKind.EQUAL, -1, at) for at in range(len(compared.right.lines))]
    else:
        rows = (side_by_side if layout is Layout.BESIDE else one_below_the_other)(compared, context)
    columns = max((_columns(compared, row) for row in rows if row.kind is not RowKind.FOLD), default=0)
    starts = change_starts(rows)
    made = Shown(layout, compared, rows, texts.left_numbers, texts.right_numbers, starts, columns)
    return replace(made, marks=tuple(_mark(made, start) for start in starts))


def _mark(shown: Shown, start: int) -> tuple[int, int, Kind]:
    end = end_of_change(shown.rows, start)
    kinds = {shown.kind(shown.rows[start], is_left=is_left) for is_left in (True, False)} - {None}
    kind = kinds.pop() if len(kinds) == 1 else Kind.AMBER
    return start, end, kind or Kind.GREY


def end_of_change(rows: Sequence[Row], start: int) -> int:
    """Give the row after a change that begins here."""
    at = start
    while at < len(rows) and rows[at].kind not in {RowKind.EQUAL, RowKind.FOLD}:
        at += 1
    return at


def visible(line: str) -> str:
    """Give a line as it is painted: tabs as blanks, control characters as one mark each."""
    if line.isprintable():
        return line
    return "".join(one if one.isprintable() else "\N{MIDDLE DOT}" for one in line.expandtabs(TAB))


def _columns(compared: Compared, row: Row) -> int:
    left = compared.left.lines[row.left] if row.left >= 0 else ""
    right = compared.right.lines[row.right] if row.right >= 0 else ""
    return max(len(line) + (TAB - 1) * line.count("\t") for line in (left, right))
