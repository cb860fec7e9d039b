"""Two configurations side by side or one below the other, painted: one widget, one scroll bar, any number of lines."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.domain.config_diff_rows import Row, RowKind
from app.domain.config_sections import is_closer
from ui.kit.paint import draw_line
from ui.kit.terminal_paint import cell_width
from ui.kit.theme import Face, M, S, Tokens, colour, tokens
from ui.panes.devices.configs.diff_paint import BAR, ROW, SIGN, STRIP, Half, draw_row, strip_of
from ui.panes.devices.configs.shown import Layout, Shown, end_of_change

HEADS = 26
_ABOVE = 4  # rows that stay in sight above a change that was gone to


class DiffView(QAbstractScrollArea):
    """The view; `moved` when another row is the current one, `unfolded` carries a fold that was opened."""

    moved = Signal()
    unfolded = Signal(int)
    copied = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.shown: Shown | None = None
        self._current, self._anchor = 0, 0
        self._titles = ("", "")
        self._strip, self._strip_of = QPixmap(), (0, "")
        self._heads = _Heads(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportMargins(0, HEADS, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("What changed")
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.verticalScrollBar().valueChanged.connect(self._heads.update)

    def show_rows(self, shown: Shown | None, titles: tuple[str, str] = ("", "")) -> None:
        """Show these rows from the top."""
        self.shown, self._titles = shown, titles
        self._current = self._anchor = 0
        self._strip_of = (0, "")
        self._set_ranges()
        self.verticalScrollBar().setValue(0)
        self.horizontalScrollBar().setValue(0)
        self._tell()

    # Where one is

    @property
    def rows(self) -> Sequence[Row]:
        """The rows shown."""
        return self.shown.rows if self.shown is not None else ()

    @property
    def current(self) -> int:
        """The current row."""
        return self._current

    @property
    def number(self) -> int:
        """The number of the current row's line at the right; 0 when it has none."""
        right = self.rows[self._current].right if self.rows else -1
        numbers = self.shown.right_numbers if self.shown is not None else ()
        return numbers[right] if 0 <= right < len(numbers) else 0

    @property
    def change(self) -> int:
        """The change that the current row belongs to or comes after, from 0; -1 before the first."""
        return bisect_right(self.shown.starts, self._current) - 1 if self.shown is not None else -1

    def go_to(self, row: int, *, is_extending: bool = False) -> None:
        """Make this row the current one and bring it into sight; extending selects from where one was."""
        if not self.rows:
            return
        self._current = max(0, min(row, len(self.rows) - 1))
        if not is_extending:
            self._anchor = self._current
        first, count = self._first_row(), self._rows_in_sight()
        if not first <= self._current < first + count - 1:
            above = _ABOVE if self._current < first or self._current > first + count else count - 2
            self.verticalScrollBar().setValue(max(self._current - above, 0) * ROW)
        self._tell()

    def go_to_change(self, step: int) -> bool:
        """Go to the next change (1) or the one before (-1); False when there is none."""
        starts = self.shown.starts if self.shown is not None else ()
        at = bisect_right(starts, self._current) if step > 0 else bisect_left(starts, self._current) - 1
        if not 0 <= at < len(starts):
            return False
        self.go_to(starts[at])
        top = (starts[at] - _ABOVE) * ROW
        end = end_of_change(self.rows, starts[at]) * ROW
        bar = self.verticalScrollBar()
        if not (bar.value() <= top and end < bar.value() + self.viewport().height()):
            bar.setValue(max(top, 0))
        return True

    def selected_text(self) -> str:
        """Give the selected rows as text, with their signs when there is more than one side."""
        if self.shown is None:
            return ""
        first, last = sorted((self._anchor, self._current))
        return "\n".join(line for row in self.rows[first : last + 1] for line in _as_text(self.shown, row))

    def _first_row(self) -> int:
        return self.verticalScrollBar().value() // ROW

    def _rows_in_sight(self) -> int:
        return max(self.viewport().height() // ROW, 1)

    def _tell(self) -> None:
        if self.shown is not None and self.rows:
            self.setAccessibleDescription(" ".join(_as_text(self.shown, self.rows[self._current])))
        self.viewport().update()
        self._heads.update()
        self.moved.emit()

    # Sizes

    def _set_ranges(self) -> None:
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        height = self.viewport().height()
        vertical.setRange(0, max(len(self.rows) * ROW + S - height, 0))
        vertical.setPageStep(height)
        vertical.setSingleStep(ROW)
        columns = self.shown.columns if self.shown is not None else 0
        room = self._halves(0)[0]
        wide = room.box.width() - BAR - SIGN - room.numbers * (2 if len(self._halves(0)) == 1 else 1)
        horizontal.setRange(0, max(int(columns * cell_width()) + M - wide, 0))
        horizontal.setPageStep(max(wide, 1))
        horizontal.setSingleStep(4 * int(cell_width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the heads the width there is."""
        super().resizeEvent(event)
        self._heads.setGeometry(0, 0, self.viewport().width(), HEADS)
        self._set_ranges()

    def _halves(self, top: int) -> tuple[Half, ...]:
        """Give where a row at this height is painted."""
        width = self.viewport().width() - STRIP
        shown = self.shown
        numbers = int(((shown.digits if shown is not None else 1) + 1) * cell_width()) + S
        scrolled = self.horizontalScrollBar().value()
        if shown is None or shown.layout is not Layout.BESIDE:
            return (Half(QRect(0, top, width, ROW), numbers, scrolled),)
        middle = width // 2
        return (
            Half(QRect(0, top, middle, ROW), numbers, scrolled),
            Half(QRect(middle + 1, top, width - middle - 1, ROW), numbers, scrolled),
        )

    # Painting

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in sight."""
        used = tokens()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), colour(used.panel))
        if self.shown is not None:
            value, height = self.verticalScrollBar().value(), self.viewport().height()
            first, last = value // ROW, min((value + height) // ROW + 1, len(self.rows))
            if self.shown.layout is Layout.BESIDE:
                middle = self._halves(0)[0].box.right() + 1
                painter.fillRect(middle, 0, 1, height, colour(used.line))
            for at in range(first, last):
                draw_row(painter, self.shown, at, self._halves(at * ROW - value), used)
            self._draw_current(painter, value, used)
            self._draw_strip(painter, used)
        painter.end()

    def _draw_current(self, painter: QPainter, value: int, used: Tokens) -> None:
        if not self.rows or not self.hasFocus():
            return
        first, last = sorted((self._anchor, self._current))
        width = self.viewport().width() - STRIP
        box = QRect(0, first * ROW - value, width - 1, (last - first + 1) * ROW - 1)
        painter.setPen(colour(used.accent))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)

    def _draw_strip(self, painter: QPainter, used: Tokens) -> None:
        if self.shown is None:
            return
        height = self.viewport().height()
        wanted = (height, used.window)
        if self._strip_of != wanted:
            self._strip, self._strip_of = strip_of(self.shown, height, used), wanted
        painter.drawPixmap(self.viewport().width() - STRIP, 0, self._strip)

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the row; with Shift select up to it; open a fold."""
        row = self._row_at(event)
        if row < 0 or event.button() is not Qt.MouseButton.LeftButton:
            return
        self.go_to(row, is_extending=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        if self.rows[row].kind is RowKind.FOLD:
            self.unfolded.emit(row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Select up to the row under the mouse."""
        row = self._row_at(event)
        if event.buttons() & Qt.MouseButton.LeftButton and row >= 0 and row != self._current:
            self.go_to(row, is_extending=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by rows and pages, copy, open a fold; other keys are the page's."""
        page = max(self._rows_in_sight() - 1, 1)
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -len(self.rows),
            Qt.Key.Key_End: len(self.rows),
        }
        key = Qt.Key(event.key())
        is_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit(self.selected_text())
        elif key in steps and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.go_to(self._current + steps[key], is_extending=is_shift)
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() + (1 if key == Qt.Key.Key_Right else -1) * bar.singleStep())
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._is_fold():
            self.unfolded.emit(self._current)
        else:
            super().keyPressEvent(event)

    def _is_fold(self) -> bool:
        return bool(self.rows) and self.rows[self._current].kind is RowKind.FOLD

    def _row_at(self, event: QMouseEvent) -> int:
        row = (int(event.position().y()) + self.verticalScrollBar().value()) // ROW
        return row if 0 <= row < len(self.rows) else -1

    # The heads

    def titles(self) -> list[tuple[QRect, str]]:
        """Give what stands above each half, and where."""
        halves = self._halves(0)
        if len(halves) == 1:
            return [(halves[0].box, " \N{RIGHTWARDS ARROW} ".join(t for t in dict.fromkeys(self._titles) if t))]
        return [(half.box, title) for half, title in zip(halves, self._titles, strict=True)]

    def section_in_sight(self) -> str:
        """Give the section in which the first line in sight stands, when its heading is above it."""
        if self.shown is None or not self.rows:
            return ""
        first = min(self._first_row() + 1, len(self.rows) - 1)
        row = self.rows[first]
        if row.kind is RowKind.FOLD:
            return ""
        side, at = (self.shown.compared.right, row.right) if row.right >= 0 else (self.shown.compared.left, row.left)
        return "" if is_closer(side.lines[at]) else side.above(at, at)


class _Heads(QWidget):
    """The titles above the halves, and the section in which the first line stands."""

    def __init__(self, view: DiffView) -> None:
        super().__init__(view)
        self._view = view

    def paintEvent(self, event: QPaintEvent) -> None:
        used = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(used.window))
        painter.fillRect(0, HEADS - 1, self.width(), 1, colour(used.line))
        section = self._view.section_in_sight()
        for at, (box, title) in enumerate(self._view.titles()):
            painter.setPen(colour(used.dim))
            room = QRect(box.left() + M, 0, box.width() - 2 * M, HEADS - 1)
            draw_line(painter, room, Face.SMALL_BOLD, title)
            if section and at == len(self._view.titles()) - 1:
                painter.setPen(colour(used.faint))
                half = QRect(room.center().x(), 0, room.width() // 2, HEADS - 1)
                draw_line(painter, half, Face.SMALL, section, is_right=True)
        painter.end()


def _as_text(shown: Shown, row: Row) -> list[str]:
    if row.kind is RowKind.FOLD:
        return [f"@@ {row.hidden} equal lines @@ {row.heading}".rstrip()]
    if shown.layout is Layout.TEXT:
        return [shown.line(row, is_left=False)]
    if row.kind is RowKind.EQUAL:
        return [f" {shown.line(row, is_left=False)}"]
    is_below = shown.layout is Layout.BELOW
    gone = row.left >= 0 and not (is_below and row.kind is RowKind.NEW)
    new = row.right >= 0 and not (is_below and row.kind is RowKind.GONE)
    return [f"-{shown.line(row, is_left=True)}"] * gone + [f"+{shown.line(row, is_left=False)}"] * new
