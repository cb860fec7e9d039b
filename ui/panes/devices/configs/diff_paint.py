"""How the rows of a diff are painted: a bar, a number, a sign, and the words that changed underlined.

A change is never told by its colour alone: the bar and the sign say it too, and changed words have a line below them.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPixmap

from app.domain.config_diff_rows import Row, RowKind
from app.domain.config_diff_words import Spans, altered_words
from ui.kit.paint import draw_line, width_of
from ui.kit.said_values import counted
from ui.kit.terminal_paint import cell_width, terminal_font
from ui.kit.theme import Face, Kind, M, S, Tokens, colour
from ui.panes.devices.configs.shown import Layout, Shown, visible

ROW = 19
BAR = 3
SIGN = 16
STRIP = 8  # px, the marks of all changes beside the scroll bar
_BASELINE = 14
_SIGNS = {Kind.RED: "\N{MINUS SIGN}", Kind.GREEN: "+", Kind.BLUE: "\N{UP DOWN ARROW}"}
_LEFT, _RIGHT = (0,), (1,)
_RIGHT_MIDDLE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WORD_SHARE = 0.24
"""How much of its ink the ground of a changed word has; the test of the theme's contrast holds with it."""


@dataclass(frozen=True, slots=True)
class Half:
    """One side of a row: where it is painted and how far its text is scrolled, in px."""

    box: QRect
    numbers: int  # width of one column of line numbers
    scrolled: int


def word_ground(used: Tokens, kind: Kind) -> QColor:
    """Give the ground of a changed word."""
    return _mixed(used.ground(kind), used.ink(kind))


def draw_row(painter: QPainter, shown: Shown, at: int, halves: tuple[Half, ...], used: Tokens) -> None:
    """Draw one row; two halves side by side, else one."""
    row = shown.rows[at]
    if row.kind is RowKind.FOLD:
        whole = QRect(halves[0].box)
        whole.setRight(halves[-1].box.right())
        _draw_fold(painter, row, whole, used)
    elif shown.layout is Layout.BESIDE:
        _draw_half(painter, shown, row, halves[0], used, sides=_LEFT)
        _draw_half(painter, shown, row, halves[1], used, sides=_RIGHT)
    else:
        sides = _LEFT + _RIGHT if shown.layout is Layout.BELOW else _RIGHT
        _draw_half(painter, shown, row, halves[0], used, sides=sides)


def sign_of(kind: Kind | None) -> str:
    """Give the sign before a line: gone, new, or moved."""
    return "" if kind is None else _SIGNS.get(kind, "")


def words_of(shown: Shown, row: Row, *, is_left: bool) -> Spans:
    """Give the words of a line that changed; none where the line is gone or new as a whole."""
    is_pair = row.kind is RowKind.ALTERED or (row.kind in {RowKind.GONE, RowKind.NEW} and min(row.left, row.right) >= 0)
    if not is_pair:
        return ()
    return _words(shown.line(row, is_left=True), shown.line(row, is_left=False))[0 if is_left else 1]


@lru_cache(4096)
def _words(left: str, right: str) -> tuple[Spans, Spans]:
    return altered_words(left, right)


def strip_of(shown: Shown, height: int, used: Tokens) -> QPixmap:
    """Give the marks of all changes, as high as the view: where in the whole they are."""
    made = QPixmap(STRIP, max(height, 1))
    made.fill(colour(used.window))
    total = len(shown.rows)
    if total * ROW <= height:
        return made
    painter = QPainter(made)
    drawn = -1
    for start, end, kind in shown.marks:
        top = start * height // total
        bottom = max(end * height // total, top + 2)
        if bottom > drawn:
            painter.fillRect(2, top, STRIP - 3, bottom - top, colour(used.ink(kind)))
            drawn = bottom
    painter.end()
    return made


def _draw_half(painter: QPainter, shown: Shown, row: Row, half: Half, used: Tokens, *, sides: tuple[int, ...]) -> None:
    is_left = sides == _LEFT or (len(sides) == 2 and row.kind is RowKind.GONE)
    kind = shown.kind(row, is_left=is_left)
    box = half.box
    if (row.left if is_left else row.right) < 0:
        painter.fillRect(box, colour(used.window))
        return
    if kind is not None:
        painter.fillRect(box, colour(used.ground(kind)))
        painter.fillRect(box.left(), box.top(), BAR, box.height(), colour(used.ink(kind)))
    painter.setFont(terminal_font(is_bold=False, is_italic=False))
    painter.setPen(colour(used.dim if kind else used.faint))
    left = box.left() + BAR
    for side in sides:
        is_here = row.kind is RowKind.EQUAL or len(sides) == 1 or (side == 0) is is_left
        if is_here:
            number = shown.number(row, is_left=side == 0)
            room = QRect(left, box.top(), half.numbers - S, ROW)
            painter.drawText(room, _RIGHT_MIDDLE, number)
        left += half.numbers
    sign = sign_of(kind)
    if sign:
        painter.setPen(colour(used.ink(kind or Kind.GREY)))
        painter.drawText(QPointF(left + 2, box.top() + _BASELINE), sign)
    left += SIGN
    room = QRect(left, box.top(), box.right() + 1 - left, ROW)
    words = words_of(shown, row, is_left=is_left)
    ink = used.text if kind is not None or shown.layout is Layout.TEXT else used.dim
    _draw_text(painter, room, shown.line(row, is_left=is_left), words, kind, half, used, ink)


def _draw_text(
    painter: QPainter, room: QRect, line: str, words: Spans, kind: Kind | None, half: Half, used: Tokens, ink: str
) -> None:
    painter.save()
    painter.setClipRect(room)
    start = room.left() - half.scrolled
    if kind is not None:
        for first, last in words:
            from_x, to_x = (round(start + _width(visible(line[:at]))) for at in (first, last))
            wide = max(to_x - from_x, 2)
            painter.fillRect(from_x, room.top() + 2, wide, ROW - 4, word_ground(used, kind))
            painter.fillRect(from_x, room.top() + ROW - 3, wide, 2, colour(used.ink(kind)))
    painter.setPen(colour(ink))
    column, text = _in_sight(line, half.scrolled, room.width())
    painter.drawText(QPointF(start + column * cell_width(), room.top() + _BASELINE), text)
    painter.restore()


def _in_sight(line: str, scrolled: int, width: int) -> tuple[int, str]:
    """Give the part of a line that can be seen and its first column: of a megabyte the font gets only that."""
    first = max(int(scrolled / cell_width()) - 1, 0)
    last = first + int(width / cell_width()) + 3
    text = visible(line[:last])[:last]
    return (first, text[first:]) if text.isascii() else (0, text)


def _width(text: str) -> float:
    """Give the width in px; letters of other scripts are not all as wide as a cell."""
    if text.isascii():
        return len(text) * cell_width()
    return QFontMetricsF(terminal_font(is_bold=False, is_italic=False)).horizontalAdvance(text)


def _draw_fold(painter: QPainter, row: Row, box: QRect, used: Tokens) -> None:
    painter.fillRect(box, colour(used.code_ground))
    words = f"\N{MIDLINE HORIZONTAL ELLIPSIS}  {counted(row.hidden, 'equal line')}"
    painter.setPen(colour(used.dim))
    room = box.adjusted(M, 0, -M, 0)
    draw_line(painter, room, Face.SMALL, words)
    if row.heading:
        room.setLeft(room.left() + width_of(Face.SMALL, words) + M)
        draw_line(painter, room, Face.SMALL_BOLD, row.heading)


@cache
def _mixed(ground: str, ink: str) -> QColor:
    one, other = QColor(ground), QColor(ink)
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return QColor(*(round(a + (b - a) * _WORD_SHARE) for a, b in pairs))
