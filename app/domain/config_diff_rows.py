"""A comparison as rows to be read: side by side or one below the other, with context, folds and section headings."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple

from app.domain.config_diff import Change, Comparison, Stretch, compare, lines_of
from app.domain.config_sections import Sections

ARROW = " › "  # noqa: RUF001 - between two headings, as menus are written


class RowKind(StrEnum):
    """What a row shows."""

    EQUAL = "equal"
    GONE = "gone"
    NEW = "new"
    ALTERED = "altered"
    REPLACED = "replaced"  # side by side only: a line gone and a line new that have nothing to do with each other
    FOLD = "fold"  # equal lines that are not shown


class Row(NamedTuple):
    """One row; `left` and `right` are the lines' places from 0, -1 where a side has none.

    For a fold they are the first of the lines that it hides, and `heading` is where the rows below it stand.
    """

    kind: RowKind
    left: int
    right: int
    hidden: int = 0
    heading: str = ""


class Side:
    """One of two texts: its lines, and the sections in which they stand."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines, self.sections = lines, Sections(lines)

    def above(self, at: int, before: int) -> str:
        """Give in which section a line stands, of its headings only those before another line."""
        return ARROW.join(self.lines[head].strip() for head in self.sections.above(at) if head < before)


class Compared:
    """Two texts line by line, and what became of each line; compared here and now without a comparison."""

    def __init__(self, left: Sequence[str], right: Sequence[str], comparison: Comparison | None = None) -> None:
        self.left, self.right = Side(left), Side(right)
        self.comparison = comparison or compare(left, right)

    @classmethod
    def of_texts(cls, left: str, right: str, comparison: Comparison | None = None) -> "Compared":
        """Give whole texts with their comparison."""
        return cls(lines_of(left), lines_of(right), comparison)


def hunks(comparison: Comparison, context: int | None) -> list[list[Stretch]]:
    """Give what changed with so many equal lines before and after it; None: everything as one hunk."""
    stretches = list(comparison.stretches)
    if context is None:
        return [stretches] if stretches else []
    found: list[list[Stretch]] = []
    here: list[Stretch] = []
    for at, one in enumerate(stretches):
        if one.change is not Change.EQUAL:
            here.append(one)
            continue
        size = one.left_end - one.left
        is_first, is_last = at == 0, at == len(stretches) - 1
        if not is_first and not is_last and size <= 2 * context + 1:
            here.append(one)
            continue
        if not is_first:
            after = min(context, size)
            here += _equal(one.left, one.right, after)
            found.append(here)
        before = 0 if is_last else min(context, size)
        here = _equal(one.left_end - before, one.right_end - before, before)
    if any(one.change is not Change.EQUAL for one in here):
        found.append(here)
    return found


def side_by_side(compared: Compared, context: int | None) -> list[Row]:
    """Give the rows with the left line beside the right one."""
    return _rows(compared, context, _beside)


def one_below_the_other(compared: Compared, context: int | None) -> list[Row]:
    """Give the rows of a unified diff: what is gone above what is new, an altered line as both."""
    return _rows(compared, context, _below)


def change_starts(rows: Sequence[Row]) -> list[int]:
    """Give the rows at which a change begins."""
    quiet = {RowKind.EQUAL, RowKind.FOLD}
    return [at for at, row in enumerate(rows) if row.kind not in quiet and (at == 0 or rows[at - 1].kind in quiet)]


def unified_text(compared: Compared, left_name: str, right_name: str, context: int = 3) -> str:
    """Give the change as `diff -u` writes it; nothing when there is none."""
    if compared.comparison.is_same:
        return ""
    lines = [f"--- {left_name}", f"+++ {right_name}"]
    for hunk in hunks(compared.comparison, context):
        first, last = hunk[0], hunk[-1]
        where = f"-{_range(first.left, last.left_end)} +{_range(first.right, last.right_end)}"
        lines.append(f"@@ {where} @@ {_heading(compared, hunk)}".rstrip())
        for one in hunk:
            gone = compared.left.lines[one.left : one.left_end]
            new = compared.right.lines[one.right : one.right_end]
            if one.change is Change.EQUAL:
                lines += [f" {line}" for line in gone]
            else:
                lines += [f"-{line}" for line in gone]
                lines += [f"+{line}" for line in new]
    return "\n".join(lines) + "\n"


def _rows(compared: Compared, context: int | None, lay: Callable[[list[Stretch]], Iterable[Row]]) -> list[Row]:
    rows: list[Row] = []
    left = right = 0
    for hunk in hunks(compared.comparison, context):
        first, last = hunk[0], hunk[-1]
        if first.left > left:
            rows.append(Row(RowKind.FOLD, left, right, first.left - left, _heading(compared, hunk)))
        rows += lay(hunk)
        left, right = last.left_end, last.right_end
    if left < len(compared.left.lines):
        rows.append(Row(RowKind.FOLD, left, right, len(compared.left.lines) - left))
    return rows


def _beside(hunk: list[Stretch]) -> Iterator[Row]:
    at = 0
    while at < len(hunk):
        one = hunk[at]
        at += 1
        lefts, rights = range(one.left, one.left_end), range(one.right, one.right_end)
        kind = RowKind(one.change.value)
        if one.change is Change.GONE and at < len(hunk) and hunk[at].change is Change.NEW:
            rights = range(hunk[at].right, hunk[at].right_end)
            at += 1
            kind = RowKind.REPLACED
        for left, right in zip_longest(lefts, rights, fillvalue=-1):
            yield Row(RowKind.NEW if left < 0 else RowKind.GONE if right < 0 else kind, left, right)


def _below(hunk: list[Stretch]) -> Iterator[Row]:
    for one in hunk:
        lefts, rights = range(one.left, one.left_end), range(one.right, one.right_end)
        if one.change is Change.EQUAL:
            yield from (Row(RowKind.EQUAL, left, right) for left, right in zip(lefts, rights, strict=True))
            continue
        # Of an altered line each row knows the other side, so that the words that changed can be shown.
        is_altered = one.change is Change.ALTERED
        yield from (Row(RowKind.GONE, left, one.right + n if is_altered else -1) for n, left in enumerate(lefts))
        yield from (Row(RowKind.NEW, one.left + n if is_altered else -1, right) for n, right in enumerate(rights))


def _heading(compared: Compared, hunk: list[Stretch]) -> str:
    """Give in which section the first change of a hunk stands, unless the hunk's own lines say it."""
    one = next((one for one in hunk if one.change is not Change.EQUAL), hunk[0])
    if one.change is Change.NEW:
        return compared.right.above(one.right, hunk[0].right)
    return compared.left.above(one.left, hunk[0].left)


def _equal(left: int, right: int, size: int) -> list[Stretch]:
    return [Stretch(Change.EQUAL, left, left + size, right, right + size)] if size else []


def _range(start: int, end: int) -> str:
    # What diff -u has: a count of 1 is left out, and an empty range names the line before it.
    size = end - start
    return f"{start + 1}" if size == 1 else f"{start + bool(size)},{size}"
