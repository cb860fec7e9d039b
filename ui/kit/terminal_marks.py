"""Words that stand out in a terminal: found in a line only when it is painted, so that they cost nothing before."""

import re
import time
from collections.abc import Sequence

from app.domain.command_text import HighlightKind
from ui.kit.terminal_runs import Run, Style

# Colours of the terminal's first sixteen; a device that colours its text itself keeps its own.
_STYLES = {
    HighlightKind.BAD: Style(foreground=1, is_bold=True),
    HighlightKind.ODD: Style(foreground=3),
    HighlightKind.GOOD: Style(foreground=2),
    HighlightKind.NOTED: Style(foreground=4, is_bold=True),
}
_LONGEST_LINE = 256
_LONG_S = 0.02
Span = tuple[int, int, Style]  # from this column to that one, not included


class Marks:
    """What stands out, and how; an earlier pattern goes before a later one. One terminal's.

    A pattern that once takes long on what this device sends is not looked for any more.
    """

    def __init__(self, rules: Sequence[tuple[str, HighlightKind]]) -> None:
        self._patterns = [(re.compile(pattern, re.IGNORECASE), _STYLES[kind]) for pattern, kind in rules]

    def spans(self, text: str) -> list[Span]:
        """Give where it stands in a text of one character a column, in order, none over another."""
        found: list[Span] = []
        for rule in tuple(self._patterns):
            pattern, style = rule
            began = time.thread_time()
            for match in pattern.finditer(text, 0, _LONGEST_LINE):
                low, high = match.span()
                if low < high and all(high <= start or low >= end for start, end, _style in found):
                    found.append((low, high, style))
            if time.thread_time() - began > _LONG_S:
                self._patterns.remove(rule)
        return sorted(found, key=lambda span: span[0])


def marked(line: list[Run], marks: Marks) -> list[Run]:
    """Give the line with what stands out as runs of its own."""
    spans = marks.spans(in_columns(line))
    if not spans:
        return line
    found: list[Run] = []
    for run in line:
        is_plain = run.style.foreground is None and run.style.background is None and not run.style.is_inverse
        found += _cut(run, spans) if is_plain else [run]
    return found


def in_columns(line: Sequence[Run]) -> str:
    """Give the line's text with one character a column; a wide one is followed by a blank."""
    parts: list[str] = []
    at = 0
    for run in line:
        starts = [column for column, _text in run.pieces]
        ends = [*starts[1:], run.column + run.columns]
        for (column, text), end in zip(run.pieces, ends, strict=True):
            parts.append(" " * (column - at) + text[: end - column].ljust(end - column))
            at = end
    return "".join(parts)


def _cut(run: Run, spans: Sequence[Span]) -> list[Run]:
    low, high = run.column, run.column + run.columns
    found: list[Run] = []
    for start, end, style in spans:
        if end <= low or start >= high:
            continue
        if start > low:
            found.append(_part(run, low, start, run.style))
        look = run.style._replace(foreground=style.foreground, is_bold=run.style.is_bold or style.is_bold)
        found.append(_part(run, max(low, start), min(high, end), look))
        low = end
    if low < high:
        found.append(_part(run, low, high, run.style))
    return found


def _part(run: Run, low: int, high: int, style: Style) -> Run:
    pieces: list[tuple[int, str]] = []
    starts = [column for column, _text in run.pieces]
    ends = [*starts[1:], run.column + run.columns]
    for (column, text), end in zip(run.pieces, ends, strict=True):
        if end <= low or column >= high:
            continue
        if len(text) == end - column:
            pieces.append((max(column, low), text[max(0, low - column) : high - column]))
        elif column >= low:
            pieces.append((column, text))
    return Run(low, high - low, style, tuple(pieces))
