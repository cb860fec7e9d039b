"""What an import would bring: how many rows are good, what is left out, what is bad, and the first rows as a table."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.imports import Ambiguous, BadRow, Preview, PreviewRow, Unmapped
from ui.kit.cards import EmptyState
from ui.kit.labels import Label
from ui.kit.mailbox import Mailbox
from ui.kit.said_values import counted
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import XS, Face, S, Tone, font

_NARROWEST, _WIDEST, _PADDING = 64, 260, 24  # px
_BAD_SHOWN = 4
_LEFT_OUT_SHOWN = 12
_UNMAPPED_SHOWN, _WORDS_SHOWN = 4, 3
_LINE_WIDTH = 64


class PreviewView(QWidget):
    """Shows one preview, or says that there is none yet."""

    def __init__(self, mailbox: Mailbox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mailbox = mailbox
        self.summary = Label(face=Face.SUBHEADING, wrap=True)
        self.more = Label(tone=Tone.DIM, wrap=True)
        self.bad = Label(tone=Tone.AMBER, wrap=True).selectable()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(XS)
        for label in (self.summary, self.more, self.bad):
            self._layout.addWidget(label)
        self._layout.addSpacing(S)
        self.table: RecordTable[PreviewRow] = self._table((), ())
        self._layout.addWidget(self.table, 1)
        self.clear()

    def clear(self) -> None:
        """Show that there is nothing yet."""
        self._show((), ())
        self.say("")

    def show_preview(self, preview: Preview, file: str) -> None:
        """Show what would come of this file."""
        more = "\n".join([_left_out(preview.left_out), *left_over(preview.unmapped, preview.ambiguous)])
        self.say(_counts(preview, file), more, bad_lines(preview.bad_rows, preview.bad))
        self._show(preview.fields, preview.rows)

    def say(self, summary: str, more: str = "", bad: str = "") -> None:
        """Say this above the rows, which stay; an empty part takes no room."""
        for label, text in ((self.summary, summary), (self.more, more), (self.bad, bad)):
            label.setText(text)
            label.setVisible(bool(text))

    def _show(self, fields: Sequence[str], rows: Sequence[PreviewRow]) -> None:
        made = self._table(fields, rows)
        self._layout.replaceWidget(self.table, made)
        self.table.hide()
        self.table.deleteLater()
        self.table = made
        made.show_ids([str(row.line) for row in rows])

    def _table(self, fields: Sequence[str], rows: Sequence[PreviewRow]) -> RecordTable[PreviewRow]:
        known = {str(row.line): row for row in rows}

        def fetch(ids: Sequence[str]) -> "Future[Sequence[PreviewRow]]":
            future: Future[Sequence[PreviewRow]] = Future()
            future.set_result([known[one] for one in ids])
            return future

        columns = [
            Column("line", "Line", _line_of, _LINE_WIDTH, is_sortable=False),
            *(
                Column(
                    field,
                    spoken(field),
                    partial(_cell, at),
                    _width(spoken(field), [row.cells[at] for row in rows]),
                    is_sortable=False,
                )
                for at, field in enumerate(fields)
            ),
        ]
        empty = EmptyState("Nothing to show yet", "Choose a file and the map that belongs to it, then press Preview.")
        table = RecordTable("First rows", columns, Source(fetch, lambda row: str(row.line)), self._mailbox, empty)
        table.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        table.view.setCornerWidget(QWidget())  # the style draws a mark of its own there
        return table


def spoken(field: str) -> str:
    """Give a field as a column is headed: issue.opened_at is "Issue opened at"."""
    return field.replace(".", " ").replace("_", " ").capitalize()


def bad_lines(rows: Sequence[BadRow], count: int) -> str:
    """Give the first bad rows as lines to read; nothing when there are none."""
    lines = [f"Line {row.line} {row.reason}." for row in rows[:_BAD_SHOWN]]
    if count > len(lines) and lines:
        lines.append(f"And {count - len(lines):,} more.")
    return "\n".join(lines)


def left_over(unmapped: Sequence[Unmapped], ambiguous: Ambiguous | None) -> list[str]:
    """Give a line for each field with words that the map does not have, and one for times of two meanings."""
    lines = []
    for one in unmapped[:_UNMAPPED_SHOWN]:
        words = ", ".join(f"“{word}” {count:,}×" for word, count in one.words[:_WORDS_SHOWN])  # noqa: RUF001  times
        field = one.field.replace("_", " ").capitalize()
        lines.append(f"{field}: {counted(one.cells, 'cell')} without a word in the map ({words}), {one.becomes}.")
    if ambiguous is not None:
        lines.append(
            f"{ambiguous.cells:,} times can be read in two ways, such as “{ambiguous.example}”: "
            f"taken as {ambiguous.taken}, not {ambiguous.other}."
        )
    return lines


def _counts(preview: Preview, file: str) -> str:
    rows = preview.good + preview.bad
    whole = f"{file}: {rows:,} rows" if preview.is_whole else f"{file}: the first {rows:,} rows"
    return f"{whole}, {preview.good:,} good, {preview.bad:,} bad"


def _left_out(columns: Sequence[str]) -> str:
    if not columns:
        return "Every column is used."
    shown = ", ".join(columns[:_LEFT_OUT_SHOWN])
    more = f" and {len(columns) - _LEFT_OUT_SHOWN} more" if len(columns) > _LEFT_OUT_SHOWN else ""
    return f"Left out: {shown}{more}."


def _line_of(row: PreviewRow, _now: datetime) -> Cell:
    return Cell(f"{row.line:,}", Tone.DIM)


def _cell(at: int, row: PreviewRow, _now: datetime) -> Cell:
    return Cell(row.cells[at], tip=row.cells[at])


def _width(title: str, texts: Sequence[str]) -> int:
    metrics = QFontMetrics(font(Face.TEXT))
    widest = max((metrics.horizontalAdvance(text) for text in (title, *texts)), default=0)
    return min(max(widest + _PADDING, _NARROWEST), _WIDEST)
